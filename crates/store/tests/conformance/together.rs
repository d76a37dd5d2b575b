//! Rows of a plan that go to the broker as one order: what is executed is divided to the share and the cent, whatever goes wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use execute::brokers::paper::{Settings, Terms};
use execute::{Abilities, Broker, BrokerError, Holdings, Ticket, Told};
use jiff::Timestamp;
use portfolio::{Decimal, Side};
use rebalance::books::{Books, Order, Stop};
use rebalance::keeping::Desk;
use rust_decimal::dec;

use crate::backend::Backend;
use crate::execution::{
    Approved, Remembering, day, every_call_goes_wrong, nothing_is_doubled_or_lost, one_of, slow, stopped,
};
use crate::household::{CALM, Day};
use crate::log::trust;

/// Two accounts that sell lots of one security, and each buy another: what goes as one order at the broker, whose shares and cents are divided.
const TOGETHER: &str = r#"{"as_of": "2026-11-25", "household_id": "smith", "currency": "USD",
 "target_allocation": {"Stocks": 0.60, "Bonds": 0.40}, "preferences": ["do_not_sell_lot_L1", "minimize_total_commissions"],
 "tax": {"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3},
 "accounts": [{"account_id": "joint", "kind": "taxable", "cash": 60.25, "holdings": [
   {"ticker": "SPY", "lots": [
    {"lot_id": "L1", "quantity": 64.25, "acquisition_date": "2020-01-02", "cost_basis_per_share": 440.10},
    {"lot_id": "L2", "quantity": 12.2972, "acquisition_date": "2021-03-04", "cost_basis_per_share": 445.123456},
    {"lot_id": "L4", "quantity": 8.7028, "acquisition_date": "2021-03-05", "cost_basis_per_share": 446.50}]},
   {"ticker": "AGG", "lots": [
    {"lot_id": "L3", "quantity": 60, "acquisition_date": "2020-01-02", "cost_basis_per_share": 91.5}]}]},
  {"account_id": "ira", "kind": "traditional", "cash": 40, "holdings": [
   {"ticker": "SPY", "lots": [
    {"lot_id": "L5", "quantity": 8, "acquisition_date": "2020-01-02", "cost_basis_per_share": 300},
    {"lot_id": "L6", "quantity": 7.25, "acquisition_date": "2021-01-04", "cost_basis_per_share": 310}]},
   {"ticker": "AGG", "lots": [
    {"lot_id": "L7", "quantity": 40, "acquisition_date": "2020-01-02", "cost_basis_per_share": 91.5}]}]}],
 "securities": [
  {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "kind": "etf", "commission": 4.95},
  {"ticker": "AGG", "asset_class": "Bonds", "current_price": 90.00, "kind": "etf", "commission": 4.95}]}"#;

/// A broker of whom one account's lots are one order, and a block where it takes blocks.
struct Merging {
    broker: Remembering,
    blocks: bool,
}

impl Broker for Merging {
    fn name(&self) -> &str {
        self.broker.name()
    }

    fn abilities(&self) -> Abilities {
        Abilities { blocks: self.blocks, ..self.broker.abilities() }
    }

    fn arrives_within(&self) -> Duration {
        self.broker.arrives_within()
    }

    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        self.broker.place(ticket, now)
    }

    fn look(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.broker.look(ticket, now)
    }

    fn cancel(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.broker.cancel(ticket, now)
    }

    fn holdings(&self, account_id: &str) -> Result<Option<Holdings>, BrokerError> {
        self.broker.holdings(account_id)
    }
}

/// A broker that takes one commission of every order.
fn with_commission() -> Settings {
    let terms = ["SPY", "AGG"]
        .map(|ticker| (ticker.to_owned(), Terms { spread_bps: Decimal::ZERO, commission: dec!(4.95) }));
    Settings { terms: terms.into(), ..slow() }
}

/// Lots of an account go as one order with one commission, and with blocks both accounts do, at one price; what is sent, and what of it is whose, is on record.
pub(crate) fn what_goes_as_one_order_is_divided_to_the_cent(backend: &Backend) {
    for blocks in [false, true] {
        let place = backend.another();
        let books = place.open();
        let kept = Approved::new(&books, TOGETHER, Desk::default());
        let broker = Merging { broker: Remembering::new(with_commission()), blocks };
        for n in 2..24 {
            kept.minute(n, &broker, &CALM);
        }
        nothing_is_doubled_or_lost(&books, &broker.broker, &format!("blocks: {blocks}"));
        let sales = kept.of(Side::Sell);
        let accounts: BTreeSet<&str> = sales.iter().map(|sale| sale.account_id.as_str()).collect();
        assert!(sales.len() >= 4 && accounts.len() == 2, "{sales:?}");
        let placed = broker.broker.placed.lock().unwrap();
        let sold: Vec<&Ticket> = placed.values().filter(|ticket| ticket.side == Side::Sell).collect();
        assert_eq!(sold.len(), if blocks { 1 } else { 2 }, "{sold:?}");
        let parts = sold.iter().map(|ticket| ticket.allocations.len()).max();
        assert_eq!(parts, Some(if blocks { 2 } else { 0 }));
        let fees = |order: &Order| -> Decimal {
            books.reading().fills(&order.client_order_id).unwrap().iter().map(|fill| fill.fees).sum()
        };
        let of_sales: Decimal = sales.iter().map(fees).sum();
        assert_eq!(
            of_sales,
            dec!(4.95) * Decimal::from(sold.len()),
            "a commission for every order, and no more"
        );
        if blocks {
            let prices: BTreeSet<Decimal> = sales
                .iter()
                .flat_map(|sale| books.reading().fills(&sale.client_order_id).unwrap())
                .map(|f| f.price)
                .collect();
            assert_eq!(prices.len(), 1, "one price, the average");
        }
        assert!(books.verify(&trust(), &[]).unwrap().is_sound());
        let ledger = books.held_against_log().unwrap();
        assert!(ledger.is_sound(), "{:?}", ledger.differences);
    }
}

/// The same with every call of the broker going wrong, and a stop between any two steps.
pub(crate) fn no_part_of_an_order_is_doubled_or_lost(backend: &Backend) {
    let day = Day { text: Some(TOGETHER), ..day() };
    every_call_goes_wrong(backend, &day, 2 * one_of(backend));
    for step in (1..).step_by(one_of(backend)) {
        let before = stopped(backend, &day, Stop::Before(step), None);
        let after = stopped(backend, &day, Stop::After(step), None);
        if !before && !after {
            assert!(step > 10, "{step}");
            return;
        }
    }
}
