//! The table of orders: each order, and beneath a sale the lots that it takes.
//!
//! The tax of an order is what the year's tax grows by when the orders are taken one after another in
//! the order shown, so that the column adds up to the tax of the plan.

use std::collections::{BTreeSet, HashMap};

use portfolio::household::Lot;
use portfolio::money::cents;
use portfolio::{Decimal, Side};
use rebalance::Cycle;
use validate::{LotGain, OrderFigures, Report};

use crate::figures::{shares, usd, usd_or_dash};
use crate::page;

/// The table, with a heading.
pub(super) fn table(cycle: &Cycle, report: &Report, shown_max: usize) -> String {
    let mut t = page::table(&["Order", ">Shares", ">Amount", ">Short gain", ">Long gain", ">Tax", ">Cost"]);
    let lots: HashMap<&str, &Lot> = cycle.portfolio.lots.iter().map(|l| (l.lot_id.as_str(), l)).collect();
    let accounts: BTreeSet<&str> = report.orders.iter().map(|o| o.account_id.as_str()).collect();
    let taxes = taxes(cycle, report);
    for (order, tax) in report.orders.iter().zip(&taxes).take(shown_max) {
        let taxed = sold_of(report, order).any(|g| g.taxable);
        t.add_row(order_row(
            report,
            order,
            taxed.then_some(*tax),
            accounts.len() > 1 || cycle.portfolio.accounts.len() > 1,
        ));
        if order.side == Side::Sell {
            for sold in sold_of(report, order) {
                t.add_row(lot_row(sold, lots.get(sold.lot_id.as_str()).copied()));
            }
        }
    }
    let totals = Totals::of(report);
    t.add_row(vec![
        "Total".to_owned(),
        String::new(),
        usd(totals.traded),
        added_up(&report.gains.iter().collect::<Vec<_>>(), false),
        added_up(&report.gains.iter().collect::<Vec<_>>(), true),
        if report.gains.iter().any(|g| g.taxable) {
            usd(report.terms.tax_usd)
        } else {
            usd_or_dash(report.terms.tax_usd)
        },
        usd_or_dash(totals.cost),
    ]);
    page::drawn(&t) + &super::left_out(report.orders.len(), shown_max, "orders")
}

/// Sums of what the table shows: cents per order, and of sales and gains cents per lot.
pub(super) struct Totals {
    pub(super) traded: Decimal,
    pub(super) gain_short: Decimal,
    pub(super) gain_long: Decimal,
    pub(super) cost: Decimal,
}

impl Totals {
    pub(super) fn of(report: &Report) -> Totals {
        let shown = report.shown();
        Totals {
            traded: shown.sold.saturating_add(shown.bought),
            gain_short: gain(report.gains.iter(), false),
            gain_long: gain(report.gains.iter(), true),
            cost: shown.costs,
        }
    }
}

/// The taxable gains of one term, cents per lot.
fn gain<'r>(lots: impl Iterator<Item = &'r LotGain>, long: bool) -> Decimal {
    lots.filter(|g| g.taxable && g.long == long).map(|g| cents(g.gain)).sum()
}

/// The same as it is shown: a dash where there is none, and nothing where gains and losses cancel.
fn added_up(lots: &[&LotGain], long: bool) -> String {
    let any = lots.iter().any(|g| g.taxable && g.long == long && !cents(g.gain).is_zero());
    if any { usd(gain(lots.iter().copied(), long)) } else { "–".to_owned() }
}

/// The lots that an order sells.
fn sold_of<'r>(report: &'r Report, order: &'r OrderFigures) -> impl Iterator<Item = &'r LotGain> {
    let sells = order.side == Side::Sell;
    let of_it = move |g: &&LotGain| sells && g.account_id == order.account_id && g.ticker == order.ticker;
    report.gains.iter().filter(of_it)
}

/// `tax` is that of a taxable sale, be it 0.00; of any other order there is none.
fn order_row(report: &Report, order: &OrderFigures, tax: Option<Decimal>, with_account: bool) -> Vec<String> {
    let sold: Vec<&LotGain> = sold_of(report, order).collect();
    let account = if with_account { format!(" · {}", order.account_id) } else { String::new() };
    vec![
        format!("{} {}{account}", order.side.word(), order.ticker),
        shares(order.quantity),
        usd(order.shown_usd),
        added_up(&sold, false),
        added_up(&sold, true),
        tax.map_or_else(|| "–".to_owned(), usd),
        usd_or_dash(order.cost),
    ]
}

fn lot_row(sold: &LotGain, lot: Option<&Lot>) -> Vec<String> {
    let when = lot.and_then(|l| l.acquired).map_or_else(String::new, |d| format!(" {d}"));
    let at = lot.map_or_else(String::new, |l| format!(" at {}", usd(l.basis_per_share)));
    let gain = if sold.taxable { usd(sold.gain) } else { "not taxed".to_owned() };
    let (short, long) = if sold.long { (String::new(), gain) } else { (gain, String::new()) };
    vec![
        format!("└ {}{when}{at}", sold.lot_id),
        shares(sold.quantity),
        String::new(),
        short,
        long,
        String::new(),
        String::new(),
    ]
}

/// What each order adds to the tax of the year, in cents that sum to the tax of the plan.
fn taxes(cycle: &Cycle, report: &Report) -> Vec<Decimal> {
    let (s0, l0) = report.year_so_far;
    let (mut s, mut l, mut told) = (s0, l0, Decimal::ZERO);
    let added = |order: &OrderFigures| {
        s = s.saturating_add(order.gain_short);
        l = l.saturating_add(order.gain_long);
        let so_far = cents(cycle.rates.added_tax(s, l, s0, l0));
        let tax = so_far.saturating_sub(told);
        told = so_far;
        tax
    };
    report.orders.iter().map(added).collect()
}
