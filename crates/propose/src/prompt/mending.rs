//! What would mend a violation.
//!
//! In: a [`Finding`] of an answer. Out: a sentence or two with figures: the day on which a window ends, the shares that would fit, the
//! cash that is missing, the lots that come first, what could be bought instead. Invariants: things are called by the names of
//! the prompt; every figure is computed from the documents and the answer, none is read off the finding's words.
//!
//! | file | what it mends |
//! | --- | --- |
//! | `place.rs` | which account, security and lot a finding is about |
//! | `sizes.rs` | quantities: steps, minima, positions, caps |
//! | `money.rs` | cash, budgets of gains, tax and turnover |
//! | `sales.rs` | lots that may not be sold, or not yet |
//! | `purchases.rs` | securities that may not be bought, or not yet |
//! | `form.rs` | rows that make no sense |

mod form;
mod money;
mod place;
mod purchases;
mod sales;
mod sizes;

use portfolio::plan::{Finding, ProposedPlan};
use portfolio::{Decimal, Portfolio, Side};
use validate::Report;

use super::bars::Bars;
use super::{Names, Situation};
use place::Place;

/// Names that are listed.
const LISTED_MAX: usize = 6;

/// What mending is worked out from.
pub(super) struct Mending<'a> {
    portfolio: &'a Portfolio,
    names: &'a Names<'a>,
    bars: Bars<'a>,
    /// The answer, as far as it can be read, and its figures.
    plan: ProposedPlan,
    report: Report,
}

impl<'a> Mending<'a> {
    /// Of an answer.
    pub(super) fn of(situation: &Situation<'a>, names: &'a Names<'a>, reply: &str) -> Mending<'a> {
        let plan = crate::reply::read(reply, situation).unwrap_or_default();
        let report = validate::validate(situation.portfolio, situation.rates, &plan, situation.moment);
        Mending { portfolio: situation.portfolio, names, bars: Bars::of(situation.portfolio), plan, report }
    }

    /// What would mend `finding`; none where its own words say all there is.
    pub(super) fn mend(&self, finding: &Finding) -> Option<String> {
        let place = Place::of(&finding.place, self.portfolio);
        match finding.code.as_str() {
            "order.malformed" => form::malformed(self, &finding.place),
            "position.unknown_lot" => sales::unknown_lot(self, place),
            "position.short_sale" => sizes::short_sale(self, place),
            "order.opposing_sides" => sizes::opposing_sides(self, place),
            "order.increment" => sizes::increment(self, place),
            "order.below_minimum" => sizes::below_minimum(self, place),
            "liquidity.adv" => sizes::volume(self, place),
            "concentration.security" => sizes::concentration(self, place),
            "concentration.sector" => sizes::sector(self, &finding.place),
            "preference.always_hold" => sizes::always_hold(self, place),
            "budget.cash_negative" => money::account(self, place),
            "budget.cash_buffer" => money::buffer(self),
            "tax.gain_budget" => money::gains(self),
            "tax.tax_budget" => money::tax(self),
            "turnover.limit" => money::turnover(self),
            "wash_sale.recent_purchase"
            | "tax.short_term_forbidden"
            | "preference.do_not_sell"
            | "preference.do_not_sell_lot"
            | "dividend.holding_period"
            | "holding_period.minimum" => sales::barred(self, place),
            "preference.no_sells" => Some("Leave out every SELL; buy only with the cash that is there.".to_owned()),
            "tax.short_term_priority" | "preference.lot_order" => sales::order_of_lots(self, place),
            "wash_sale.loss_and_purchase" => purchases::loss_and_purchase(self, place),
            "wash_sale.recent_loss_sale"
            | "esg.minimum"
            | "exclusion.industry"
            | "preference.do_not_buy"
            | "preference.asset_class"
            | "preference.mutual_fund"
            | "preference.not_buyable"
            | "preference.preferred" => purchases::barred(self, place),
            "risk.volatility" => Some(
                "Buy securities with a lower `volatility` instead of those that you chose, or sell more of the most volatile \
                 ones, or keep more cash."
                    .to_owned(),
            ),
            "math.not_improved" => Some(
                "The trades cost more than they bring. Leave out or shrink those that move a class least towards its target for \
                 their cost and tax; with no trades at all the plan passes."
                    .to_owned(),
            ),
            "schedule.frequency" | "schedule.window" => {
                Some("No other trades mend this: at this time only the empty list of trades passes.".to_owned())
            }
            _ => None,
        }
    }

    /// Shares of an order of the answer: all its rows of this account, security and side.
    fn ordered(&self, account: usize, security: usize, side: Side) -> Decimal {
        let p = self.portfolio;
        let (account_id, ticker) = (&p.accounts[account].account_id, &p.securities[security].ticker);
        let orders = self.report.orders.iter();
        let of_it = orders.filter(|o| o.side == side && o.account_id == *account_id && o.ticker == *ticker);
        of_it.fold(Decimal::ZERO, |sum, order| sum.saturating_add(order.quantity))
    }

    /// `A1/SPY`.
    fn position(&self, account: usize, security: usize) -> String {
        format!("{}/{}", self.names.account(account), self.names.ticker(security))
    }

    /// The first of a list, and how many more there are.
    fn listed(all: &[String]) -> String {
        let more = all.len().saturating_sub(LISTED_MAX);
        let first = all[..all.len().min(LISTED_MAX)].join(", ");
        if more > 0 { format!("{first} and {more} more") } else { first }
    }
}

/// `1,234.50 USD`.
fn usd(amount: Decimal) -> String {
    format!("{} USD", portfolio::money::written(amount))
}

/// Shares without trailing zeros.
fn shares(quantity: Decimal) -> String {
    quantity.normalize().to_string()
}

/// The largest multiple of `step` that is not above `quantity`.
fn floor(quantity: Decimal, step: Decimal) -> Decimal {
    let whole = quantity.checked_div(step).unwrap_or_default().floor();
    whole.saturating_mul(step)
}

/// The smallest multiple of `step` that is not below `quantity`.
fn ceiling(quantity: Decimal, step: Decimal) -> Decimal {
    let below = floor(quantity, step);
    if below < quantity { below.saturating_add(step) } else { below }
}
