//! Rows of a plan that go to the broker as one order: what is executed is divided to the share and the cent, whatever goes wrong.

use std::collections::BTreeSet;

use execute::Ticket;
use execute::brokers::paper::{Paper, Settings, Terms};
use portfolio::plan::{ProposedPlan, ProposedTrade};
use portfolio::{Decimal, Side};
use rebalance::books::{Books, Order, OrderState, Stop};
use rebalance::keeping::change::Changed;
use rebalance::keeping::{Desk, Recorded};
use rust_decimal::dec;

use crate::backend::Backend;
use crate::execution::{
    Approved, Remembering, day, every_call_goes_wrong, nothing_is_doubled_or_lost, one_of, slow, stopped,
};
use crate::household::{CALM, Day};
use crate::keeping::money_is_conserved;
use crate::log::trust;
use crate::story::TEXT;

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
        let mut broker = Remembering::new(with_commission());
        broker.blocks = blocks;
        for n in 2..24 {
            kept.minute(n, &broker, &CALM);
        }
        nothing_is_doubled_or_lost(&books, &broker, &format!("blocks: {blocks}"));
        let sales = kept.of(Side::Sell);
        let accounts: BTreeSet<&str> = sales.iter().map(|sale| sale.account_id.as_str()).collect();
        assert!(sales.len() >= 4 && accounts.len() == 2, "{sales:?}");
        let placed = broker.placed.lock().unwrap();
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

/// A person has made two rows of a purchase. Each is paid for by itself at the limit of its collar, and not both: they go one after another.
pub(crate) fn two_purchases_of_an_account_cost_no_more_than_its_cash(backend: &Backend) {
    let books = backend.open();
    let kept = Approved::as_changed(&books, TEXT, Desk::default(), |keeper, id| {
        let plan = books.reading().attempts(id).unwrap().pop().unwrap();
        let mut trades: Vec<ProposedTrade> = plan.trades.iter().map(ProposedTrade::from).collect();
        let buy = plan.trades.iter().position(|trade| trade.action == Side::Buy).unwrap();
        let mut second = trades[buy].clone();
        trades[buy].quantity = trades[buy].quantity.map(|shares| shares - dec!(60));
        second.quantity = Some(dec!(60));
        trades.push(second);
        let changed = ProposedPlan { trades, ..ProposedPlan::default() };
        match keeper.change_plan(id, "ann", &plan.plan_hash, &changed).unwrap() {
            Changed::Offered(next) => next,
            other => panic!("{other:?}"),
        }
    });
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    for n in 2..12 {
        let told = kept.minute(n, &broker, &[("SPY", dec!(450)), ("AGG", dec!(92))]);
        let household = books.reading().household_named("smith").unwrap().unwrap();
        let booked: Decimal = books.reading().bookings(household.id).unwrap().iter().map(|it| it.cash).sum();
        assert!(dec!(100.25) + booked >= Decimal::ZERO, "{booked}: {told:?}");
    }
    let buys = kept.of(Side::Buy);
    assert!(buys.len() == 2 && buys.iter().all(|buy| buy.sent_under.is_none()), "{buys:?}");
    assert!(buys.iter().all(|buy| buy.state == OrderState::Filled), "{buys:?}");
    money_is_conserved(&books);
}
