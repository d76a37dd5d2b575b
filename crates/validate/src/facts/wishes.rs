//! Which wish bars a security from being bought, and a lot from being sold, by itself.
//!
//! In: the portfolio and an index. Out: the code of the rule, or `None`. Invariant: the same answer
//! as the rule of that code gives on a plan that holds this trade alone.

use portfolio::{Decimal, Portfolio, Security};
use tax::holding::months_before;

use super::Facts;

/// Days that a dividend payer is held under `prioritize_qualified_dividends`.
pub(crate) const DIVIDEND_DAYS: i64 = 60;

/// The first rule, in the order of the table, that bars buying this security.
pub(crate) fn purchase_bars(portfolio: &Portfolio, security: usize) -> Option<&'static str> {
    let s = &portfolio.securities[security];
    if !s.buyable {
        Some("preference.not_buyable")
    } else if below_minimum(portfolio, s) {
        Some("esg.minimum")
    } else if excluded_industry(portfolio, s).is_some() {
        Some("exclusion.industry")
    } else if portfolio.wishes.do_not_buy.contains(&security) {
        Some("preference.do_not_buy")
    } else if avoided_class(portfolio, s) {
        Some("preference.asset_class")
    } else {
        None
    }
}

/// Whether a security is rated below the wished minimum, or not at all.
pub(crate) fn below_minimum(portfolio: &Portfolio, security: &Security) -> bool {
    portfolio.wishes.esg_minimum.is_some_and(|minimum| security.esg.is_none_or(|rating| rating < minimum))
}

/// The first industry of a security that is excluded.
pub(crate) fn excluded_industry<'a>(portfolio: &Portfolio, security: &'a Security) -> Option<&'a str> {
    let excluded = |name: &str| portfolio.wishes.excluded.iter().any(|industry| industry.word() == name);
    security.industries.iter().map(String::as_str).find(|name| excluded(name))
}

/// Whether a security belongs to an avoided class.
pub(crate) fn avoided_class(portfolio: &Portfolio, security: &Security) -> bool {
    let spaced = |name: &str| name.replace('_', " ");
    let classes = &portfolio.wishes.avoided_classes;
    !classes.is_empty() && classes.iter().any(|class| spaced(class) == spaced(&security.asset_class))
}

/// Whether no rule bars selling this lot by itself, whatever else the plan does.
///
/// # Source
/// model.md, row `tax.short_term_priority`: what is not available need not go first.
pub(crate) fn lot_available(facts: &Facts<'_>, lot: usize) -> bool {
    let wishes = &facts.portfolio.wishes;
    let gain = facts.gain_per_share(lot);
    let security = facts.position_of(lot).security;
    let barred_in_taxable = gain < Decimal::ZERO && facts.wash.loss_barred[security]
        || wishes.short_term_forbidden && gain > Decimal::ZERO && !facts.long_term[lot]
        || inside_dividend_period(facts, lot);
    !(wishes.kept_lots.contains(&lot)
        || facts.lot_taxable(lot) && barred_in_taxable
        || younger_than(facts, lot, wishes.holding_months_min))
}

/// Whether `prioritize_qualified_dividends` keeps this lot (of a taxable account) for now.
pub(crate) fn inside_dividend_period(facts: &Facts<'_>, lot: usize) -> bool {
    facts.portfolio.wishes.qualified_dividends
        && facts.security_of(lot).pays_dividends
        && facts.days_held(lot).is_some_and(|days| days <= DIVIDEND_DAYS)
}

/// Whether a lot has not been held for so many calendar months; an undated one always has.
pub(crate) fn younger_than(facts: &Facts<'_>, lot: usize, months: Option<u32>) -> bool {
    let (Some(months), Some(acquired)) = (months, facts.portfolio.lots[lot].acquired) else { return false };
    acquired > months_before(facts.portfolio.as_of, months)
}
