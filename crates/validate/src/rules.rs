//! The hard rules of model.md: one file per rule, one line of [`RULES`] each.
//!
//! In: a [`Case`]. Out: every violation, in the order of the table. Invariants: no rule changes
//! anything or knows of another; each recomputes from the documents; money is compared to the cent,
//! weights and shares to one millionth. A new rule is a file, its `mod` line and its line of the table.

mod budget_cash_buffer;
mod budget_cash_negative;
mod concentration_sector;
mod concentration_security;
mod dividend_holding_period;
mod esg_minimum;
mod exclusion_industry;
mod holding_period_minimum;
mod liquidity_adv;
mod math_not_improved;
mod order_below_minimum;
mod order_increment;
mod order_malformed;
mod order_opposing_sides;
mod position_short_sale;
mod position_unknown_lot;
mod preference_always_hold;
mod preference_asset_class;
mod preference_do_not_buy;
mod preference_do_not_sell;
mod preference_do_not_sell_lot;
mod preference_lot_order;
mod preference_mutual_fund;
mod preference_no_sells;
mod preference_not_buyable;
mod preference_preferred;
mod risk_volatility;
mod schedule_frequency;
mod schedule_window;
mod tax_gain_budget;
mod tax_short_term_forbidden;
mod tax_short_term_priority;
mod tax_tax_budget;
mod turnover_limit;
mod wash_sale_loss_and_purchase;
mod wash_sale_recent_loss_sale;
mod wash_sale_recent_purchase;

use portfolio::Decimal;
use portfolio::plan::Finding;
use portfolio::schedule::Moment;
use rust_decimal::dec;

use crate::booked::{Booked, LotSale};
use crate::report::Terms;

/// Money is compared to the cent.
pub(crate) const CENT: Decimal = dec!(0.01);
/// Weights are compared to one millionth.
pub(crate) const WEIGHT: Decimal = dec!(0.000001);
/// The place of what is about the whole household.
pub(crate) const HOUSEHOLD: &str = "household";

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The plan, booked.
    pub(crate) plan: &'a Booked<'a>,
    /// Its terms.
    pub(crate) terms: &'a Terms,
    /// Doing nothing and its terms; `None` while that itself is judged.
    pub(crate) nothing: Option<(&'a Booked<'a>, &'a Terms)>,
    /// The clock, where there is one.
    pub(crate) moment: Option<&'a Moment>,
}

/// A rule: everything that violates it.
pub(crate) type Check = fn(&Case<'_>) -> Vec<Finding>;

/// Every rule with its code, in the order of model.md.
pub(crate) const RULES: [(&str, Check); 37] = [
    (order_malformed::CODE, order_malformed::check),
    (position_unknown_lot::CODE, position_unknown_lot::check),
    (position_short_sale::CODE, position_short_sale::check),
    (order_opposing_sides::CODE, order_opposing_sides::check),
    (order_increment::CODE, order_increment::check),
    (order_below_minimum::CODE, order_below_minimum::check),
    (budget_cash_negative::CODE, budget_cash_negative::check),
    (budget_cash_buffer::CODE, budget_cash_buffer::check),
    (wash_sale_loss_and_purchase::CODE, wash_sale_loss_and_purchase::check),
    (wash_sale_recent_purchase::CODE, wash_sale_recent_purchase::check),
    (wash_sale_recent_loss_sale::CODE, wash_sale_recent_loss_sale::check),
    (tax_short_term_priority::CODE, tax_short_term_priority::check),
    (tax_short_term_forbidden::CODE, tax_short_term_forbidden::check),
    (tax_gain_budget::CODE, tax_gain_budget::check),
    (tax_tax_budget::CODE, tax_tax_budget::check),
    (preference_lot_order::CODE, preference_lot_order::check),
    (preference_do_not_sell_lot::CODE, preference_do_not_sell_lot::check),
    (dividend_holding_period::CODE, dividend_holding_period::check),
    (holding_period_minimum::CODE, holding_period_minimum::check),
    (concentration_security::CODE, concentration_security::check),
    (concentration_sector::CODE, concentration_sector::check),
    (liquidity_adv::CODE, liquidity_adv::check),
    (turnover_limit::CODE, turnover_limit::check),
    (esg_minimum::CODE, esg_minimum::check),
    (exclusion_industry::CODE, exclusion_industry::check),
    (preference_do_not_sell::CODE, preference_do_not_sell::check),
    (preference_do_not_buy::CODE, preference_do_not_buy::check),
    (preference_always_hold::CODE, preference_always_hold::check),
    (preference_asset_class::CODE, preference_asset_class::check),
    (preference_mutual_fund::CODE, preference_mutual_fund::check),
    (preference_not_buyable::CODE, preference_not_buyable::check),
    (preference_no_sells::CODE, preference_no_sells::check),
    (preference_preferred::CODE, preference_preferred::check),
    (risk_volatility::CODE, risk_volatility::check),
    (math_not_improved::CODE, math_not_improved::check),
    (schedule_frequency::CODE, schedule_frequency::check),
    (schedule_window::CODE, schedule_window::check),
];

/// Every violation of every rule.
pub(crate) fn violations(case: &Case<'_>) -> Vec<Finding> {
    RULES.iter().flat_map(|(_, check)| check(case)).collect()
}

/// Sales that realise a loss of more than a cent in a taxable account.
pub(crate) fn sold_at_a_loss<'b>(plan: &'b Booked<'_>) -> impl Iterator<Item = &'b LotSale> + 'b {
    plan.sales.iter().filter(|sale| sale.gain < -CENT && plan.facts.lot_taxable(sale.lot))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_those_of_the_model() {
        let codes: BTreeSet<&str> = RULES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), RULES.len());
        assert!(codes.iter().all(|code| code.split('.').count() == 2));
    }
}
