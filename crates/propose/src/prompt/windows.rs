//! Which identical groups the last 30 days bar, and from which day they are free again.
//!
//! In: lots and transactions. Out: a [`Window`] per group that is barred in either direction. Invariant: a group is barred here
//! exactly where `validate` bars it today, and on the day that is told it would not, if nothing else is traded.
//!
//! # Source
//! model.md, rows `wash_sale.recent_purchase` and `wash_sale.recent_loss_sale`; IRC s.1091.

use std::collections::BTreeMap;

use jiff::civil::Date;
use portfolio::household::Action;
use portfolio::{AccountKind, Decimal, Portfolio, Transaction};
use tax::holding::{days_between, plus_days};

/// Days up to and including a sale within which a purchase washes its loss.
pub(super) const DAYS: i64 = 30;

/// What bars a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    /// First day on which a loss may be taken again, if none may be today.
    pub(super) loss_free_from: Option<Date>,
    /// First day on which the group may be bought again, if it may not be today.
    pub(super) purchase_free_from: Option<Date>,
    /// Bought in the window, USD.
    pub(super) bought_usd: Decimal,
}

/// Purchases of one group: by lots at today's price, and by rows at theirs.
#[derive(Default)]
struct Purchases {
    lots: Vec<(Date, Decimal)>,
    rows: Vec<(Date, Decimal)>,
}

/// The barred groups by name.
pub(super) fn windows(portfolio: &Portfolio) -> BTreeMap<&str, Window> {
    let mut windows: BTreeMap<&str, Window> = BTreeMap::new();
    for (group, bought) in purchases(portfolio) {
        let usd = bought.usd_on(portfolio.as_of);
        if usd > portfolio.wash_sale_tolerance_usd {
            let window = windows.entry(group).or_default();
            window.loss_free_from = Some(bought.free_from(portfolio));
            window.bought_usd = usd;
        }
    }
    for sale in portfolio.transactions.iter().filter(|t| is_loss_sale(portfolio, t)) {
        let free = plus_days(sale.date, DAYS + 1);
        let window = windows.entry(portfolio.group_of(sale)).or_default();
        window.purchase_free_from = window.purchase_free_from.max(Some(free));
    }
    windows
}

fn purchases(portfolio: &Portfolio) -> BTreeMap<&str, Purchases> {
    let mut groups: BTreeMap<&str, Purchases> = BTreeMap::new();
    for lot in &portfolio.lots {
        let security = &portfolio.securities[portfolio.positions[lot.position].security];
        if let Some(day) = lot.acquired.filter(|day| in_window(portfolio.as_of, *day)) {
            let usd = lot.quantity.saturating_mul(security.price);
            groups.entry(&security.identical_group).or_default().lots.push((day, usd));
        }
    }
    for row in portfolio.transactions.iter().filter(|t| t.action != Action::Sell) {
        if in_window(portfolio.as_of, row.date) {
            let usd = row.quantity.saturating_mul(row.price);
            groups.entry(portfolio.group_of(row)).or_default().rows.push((row.date, usd));
        }
    }
    groups
}

impl Purchases {
    /// What counts as bought in the window up to `day`; a purchase usually stands in both lists.
    fn usd_on(&self, day: Date) -> Decimal {
        let sum = |all: &[(Date, Decimal)]| {
            let counted = all.iter().filter(|(bought, _)| in_window(day, *bought));
            counted.fold(Decimal::ZERO, |sum, (_, usd)| sum.saturating_add(*usd))
        };
        sum(&self.lots).max(sum(&self.rows))
    }

    /// The first day on which no more than the tolerance counts.
    fn free_from(&self, portfolio: &Portfolio) -> Date {
        let mut days: Vec<Date> =
            self.lots.iter().chain(&self.rows).map(|(day, _)| plus_days(*day, DAYS + 1)).collect();
        days.sort_unstable();
        let free = days.iter().find(|day| self.usd_on(**day) <= portfolio.wash_sale_tolerance_usd);
        free.or(days.last()).copied().unwrap_or(portfolio.as_of)
    }
}

/// Whether a row is a sale at a loss in the window; of an account that is not known, as of a taxable one.
fn is_loss_sale(portfolio: &Portfolio, row: &Transaction) -> bool {
    let account = row.account_id.as_deref().and_then(|name| portfolio.account(name));
    row.action == Action::Sell
        && row.realised_gain.is_some_and(|gain| gain < Decimal::ZERO)
        && in_window(portfolio.as_of, row.date)
        && account.is_none_or(|a| portfolio.accounts[a].kind == AccountKind::Taxable)
}

fn in_window(until: Date, day: Date) -> bool {
    (0..=DAYS).contains(&days_between(day, until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rust_decimal::dec;

    fn household(tolerance: &str) -> Portfolio {
        let text = format!(
            r#"{{"as_of": "2026-11-20", "target_allocation": {{"S": 1}}, "wash_sale_tolerance_usd": {tolerance},
               "accounts": [{{"account_id": "t", "kind": "taxable", "cash": 0, "holdings": [
                 {{"ticker": "A", "lots": [
                   {{"lot_id": "1", "quantity": 5, "cost_basis_per_share": 2, "acquisition_date": "2026-11-01"}},
                   {{"lot_id": "2", "quantity": 9, "cost_basis_per_share": 2, "acquisition_date": "2026-10-21"}},
                   {{"lot_id": "3", "quantity": 9, "cost_basis_per_share": 2, "acquisition_date": "2026-10-20"}}]}}]}}],
               "transactions": [
                 {{"date": "2026-10-21", "account_id": "gone", "ticker": "B", "action": "SELL", "quantity": 1, "price": 1, "realized_gain": -1}},
                 {{"date": "2026-11-10", "account_id": "t", "ticker": "OLD", "identical_group": "B", "action": "SELL", "quantity": 1, "price": 1, "realized_gain": -1}}],
               "securities": [
                 {{"ticker": "A", "asset_class": "S", "kind": "etf", "current_price": 1}},
                 {{"ticker": "B", "asset_class": "S", "kind": "etf", "current_price": 1}}]}}"#
        );
        portfolio::read(&text).unwrap()
    }

    #[test]
    fn a_group_is_free_on_the_day_after_the_thirtieth() {
        let p = household("0");
        let windows = windows(&p);
        assert_eq!(windows["A"].loss_free_from, Some(date(2026, 12, 2)));
        assert_eq!(windows["A"].bought_usd, dec!(14));
        assert_eq!(windows["B"].purchase_free_from, Some(date(2026, 12, 11)));
        assert_eq!(windows["B"].loss_free_from, None);
    }

    #[test]
    fn a_tolerance_frees_it_sooner() {
        assert_eq!(windows(&household("5"))["A"].loss_free_from, Some(date(2026, 11, 21)));
        assert!(!windows(&household("14")).contains_key("A"));
    }
}
