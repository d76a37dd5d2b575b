//! Which losses could be taken: lots worth looking at for a household that wishes to harvest.
//!
//! In: a portfolio and from which loss on a lot is worth a plan. Out: [`Opportunity`]s, in the order of the lots.
//! Invariant: none that some rule bars by itself, whatever else a plan does: what was bought in the 30 days up to today
//! ([`tax::wash_sale::WINDOW_DAYS`]), what the household keeps, and losses beyond the harvest that it wishes. Whether a plan takes it
//! is the optimiser's to say, and whether it may the validator's.

use std::collections::BTreeMap;

use jiff::civil::Date;
use portfolio::household::{Action, Lot};
use portfolio::{AccountKind, Decimal, Portfolio, Security};
use rust_decimal::dec;
use serde::{Deserialize, Serialize};
use tax::holding::{days_between, min_holding_satisfied};
use tax::wash_sale::WINDOW_DAYS;

/// Days that a dividend payer is held under `prioritize_qualified_dividends`.
const DIVIDEND_DAYS: i64 = 60;

/// From which loss on a lot is worth a plan; both have to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Worth {
    /// USD.
    pub loss_usd_min: Decimal,
    /// As a part of what the lot cost.
    pub loss_part_min: Decimal,
    /// By which part a loss has to grow to be told again once somebody has answered.
    pub growth_part: Decimal,
}

impl Default for Worth {
    /// 250 USD, 5 %, and a quarter more.
    fn default() -> Self {
        Worth { loss_usd_min: dec!(250), loss_part_min: dec!(0.05), growth_part: dec!(0.25) }
    }
}

/// A lot whose loss could be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opportunity {
    /// The lot.
    pub lot_id: String,
    /// Its account.
    pub account_id: String,
    /// Its security.
    pub ticker: String,
    /// What it has lost, USD, positive.
    pub loss_usd: Decimal,
}

/// The lots whose loss could be taken; none without `harvest_losses_up_to_H_usd`, or once H is reached.
///
/// # Source
/// Design document (38), (47), (57); model.md, "T, tax, USD" and row `wash_sale.recent_purchase`.
#[must_use]
pub fn opportunities(portfolio: &Portfolio, worth: &Worth) -> Vec<Opportunity> {
    if portfolio.wishes.harvest_usd.is_zero()
        || portfolio.wishes.no_sells
        || room_usd(portfolio) <= Decimal::ZERO
    {
        return Vec::new();
    }
    let bought = bought_usd(portfolio);
    let tolerated = |security: &Security| {
        let usd = bought.get(security.identical_group.as_str()).copied().unwrap_or_default();
        usd <= portfolio.wash_sale_tolerance_usd
    };
    let of_lot = |(index, lot): (usize, &Lot)| {
        let position = &portfolio.positions[lot.position];
        let (account, security) =
            (&portfolio.accounts[position.account], &portfolio.securities[position.security]);
        let cost_usd = lot.quantity.saturating_mul(lot.basis_per_share);
        let loss_usd = cost_usd.saturating_sub(lot.quantity.saturating_mul(security.price));
        let worth_it = loss_usd > Decimal::ZERO
            && loss_usd >= worth.loss_usd_min
            && loss_usd >= worth.loss_part_min.saturating_mul(cost_usd);
        let free = account.kind == AccountKind::Taxable
            && tolerated(security)
            && !is_kept(portfolio, index, security);
        (worth_it && free).then(|| Opportunity {
            lot_id: lot.lot_id.clone(),
            account_id: account.account_id.clone(),
            ticker: security.ticker.clone(),
            loss_usd: portfolio::money::cents(loss_usd),
        })
    };
    portfolio.lots.iter().enumerate().filter_map(of_lot).collect()
}

/// How much more net loss of the year the household has a use for, USD: H and the gains of the year so far, less its losses.
fn room_usd(portfolio: &Portfolio) -> Decimal {
    let tax = &portfolio.tax;
    let gains = tax.realised_short.saturating_add(tax.realised_long);
    let losses = tax.carried_short.saturating_add(tax.carried_long);
    portfolio.wishes.harvest_usd.saturating_add(gains).saturating_sub(losses)
}

/// USD bought per identical group in the 30 days up to today: the larger of the lots of those days at today's price and of the
/// purchases on record at theirs, since a purchase usually appears as both.
fn bought_usd(portfolio: &Portfolio) -> BTreeMap<&str, Decimal> {
    let recent = |day: Date| (0..=WINDOW_DAYS).contains(&days_between(day, portfolio.as_of));
    let of_lots = portfolio.lots.iter().filter(|lot| lot.acquired.is_some_and(recent)).map(|lot| {
        let security = &portfolio.securities[portfolio.positions[lot.position].security];
        (security.identical_group.as_str(), lot.quantity.saturating_mul(security.price))
    });
    let of_record =
        portfolio.transactions.iter().filter(|row| recent(row.date) && row.action != Action::Sell);
    let of_record = of_record.map(|row| (portfolio.group_of(row), row.quantity.saturating_mul(row.price)));
    let mut bought = summed(of_lots);
    for (group, usd) in summed(of_record) {
        let larger = bought.entry(group).or_default();
        *larger = usd.max(*larger);
    }
    bought
}

fn summed<'a>(parts: impl Iterator<Item = (&'a str, Decimal)>) -> BTreeMap<&'a str, Decimal> {
    let mut sums: BTreeMap<&str, Decimal> = BTreeMap::new();
    for (group, usd) in parts {
        let sum = sums.entry(group).or_default();
        *sum = sum.saturating_add(usd);
    }
    sums
}

/// Whether a wish keeps the lot, for now or for good.
fn is_kept(portfolio: &Portfolio, lot: usize, security: &Security) -> bool {
    let wishes = &portfolio.wishes;
    let Lot { acquired, position, .. } = portfolio.lots[lot];
    let too_young =
        |months: u32| acquired.is_some_and(|day| !min_holding_satisfied(day, portfolio.as_of, months));
    let in_dividend_days = || acquired.is_some_and(|day| days_between(day, portfolio.as_of) <= DIVIDEND_DAYS);
    wishes.kept_lots.contains(&lot)
        || wishes.do_not_sell.contains(&portfolio.positions[position].security)
        || wishes.holding_months_min.is_some_and(too_young)
        || wishes.qualified_dividends && security.pays_dividends && in_dividend_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lot L1 of A has lost 1,000 of 6,000 USD, L2 in the IRA as much; L3 of B has lost 240 USD.
    fn household(more: &str) -> Portfolio {
        let text = format!(
            r#"{{"as_of": "2026-11-20", "target_allocation": {{"S": 1}}, {more},
              "securities": [{{"ticker": "A", "asset_class": "S", "current_price": 50, "kind": "etf", "pays_dividends": true}},
                             {{"ticker": "B", "asset_class": "S", "current_price": 50, "kind": "etf"}}],
              "accounts": [
               {{"account_id": "tax", "kind": "taxable", "cash": 0, "holdings": [
                 {{"ticker": "A", "lots": [{{"lot_id": "L1", "quantity": 100, "acquisition_date": "2026-09-30", "cost_basis_per_share": 60}}]}},
                 {{"ticker": "B", "lots": [{{"lot_id": "L3", "quantity": 24, "acquisition_date": "2025-03-02", "cost_basis_per_share": 60}}]}}]}},
               {{"account_id": "ira", "kind": "traditional", "cash": 0, "holdings": [
                 {{"ticker": "A", "lots": [{{"lot_id": "L2", "quantity": 100, "acquisition_date": "2025-03-02", "cost_basis_per_share": 60}}]}}]}}]}}"#
        );
        portfolio::read(&text).unwrap()
    }

    fn lots(more: &str) -> Vec<String> {
        let found = opportunities(&household(more), &Worth::default());
        found
            .into_iter()
            .map(|o| format!("{}/{}/{} {}", o.account_id, o.ticker, o.lot_id, o.loss_usd))
            .collect()
    }

    const WISH: &str = r#""preferences": ["harvest_losses_up_to_3000_usd"]"#;

    #[test]
    fn a_large_loss_of_a_taxable_account_that_wishes_for_it() {
        assert_eq!(lots(WISH), ["tax/A/L1 1000"]);
        assert_eq!(lots(r#""preferences": []"#), [""; 0]);
        let all = Worth { loss_usd_min: dec!(240), ..Worth::default() };
        assert_eq!(opportunities(&household(WISH), &all).len(), 2);
        let none = Worth { loss_part_min: dec!(0.2), ..all };
        assert_eq!(opportunities(&household(WISH), &none).len(), 0);
    }

    #[test]
    fn what_a_rule_or_a_wish_bars_is_none() {
        for wish in [
            "no_sells",
            "do_not_sell_ticker_A",
            "do_not_sell_lot_L1",
            "min_holding_months_2",
            "prioritize_qualified_dividends",
        ] {
            let wishes = format!(r#""preferences": ["harvest_losses_up_to_3000_usd", "{wish}"]"#);
            assert_eq!(lots(&wishes), [""; 0], "{wish}");
        }
        let bought = |date: &str, more: &str| {
            format!(
                r#"{WISH}, "transactions": [{{"date": "{date}", "account_id": "ira", "ticker": "A", "action": "REINVEST",
                   "quantity": 0.5, "price": 50}}]{more}"#
            )
        };
        assert_eq!(lots(&bought("2026-10-21", "")), [""; 0]);
        assert_eq!(lots(&bought("2026-10-20", "")).len(), 1);
        assert_eq!(lots(&bought("2026-10-21", r#", "wash_sale_tolerance_usd": 25"#)).len(), 1);
    }

    #[test]
    fn once_the_harvest_is_in_there_is_no_more() {
        let realised = |usd: i64| {
            format!(r#"{WISH}, "tax": {{"realized_ytd": {{"short_term": {usd}, "long_term": 0}}}}"#)
        };
        assert_eq!(lots(&realised(-2999)).len(), 1);
        assert_eq!(lots(&realised(-3000)).len(), 0);
    }
}
