//! A plan that has passed, and the only way to one.
//!
//! In: documents. Out: a [`Validated`], or the report that says why not. Invariant: its fields are
//! private and it can be neither cloned nor read from anywhere, so whoever holds one holds trades
//! that this crate has checked; after a restart a plan is checked again.

use portfolio::Portfolio;
use portfolio::plan::{Number, ProposedPlan, Trade};
use portfolio::schedule::Moment;
use tax::plan_tax::Rates;

use crate::booked::Row;
use crate::facts::Facts;
use crate::report::Report;

/// Trades that broke no rule, with the report that says so.
///
/// ```compile_fail
/// fn twice(plan: validate::Validated) -> (validate::Validated, validate::Validated) {
///     (plan.clone(), plan)
/// }
/// ```
///
/// ```compile_fail
/// fn forged(report: validate::Report) -> validate::Validated {
///     validate::Validated { trades: Vec::new(), report }
/// }
/// ```
#[derive(Debug)]
pub struct Validated {
    trades: Vec<Trade>,
    report: Report,
}

impl Validated {
    /// The rows, in the order of the plan, every name resolved.
    #[must_use]
    pub fn trades(&self) -> &[Trade] {
        &self.trades
    }

    /// What was found: no violation, perhaps warnings.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Trades and report; the stamp is gone.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Trade>, Report) {
        (self.trades, self.report)
    }
}

/// Checks a plan and stamps it.
///
/// # Errors
/// The report of a plan that breaks a rule.
pub fn stamp(
    portfolio: &Portfolio,
    rates: &Rates,
    plan: &ProposedPlan,
    moment: Option<&Moment>,
) -> Result<Validated, Box<Report>> {
    let report = crate::validate(portfolio, rates, plan, moment);
    if !report.passed() {
        return Err(Box::new(report));
    }
    let facts = Facts::of(portfolio, rates);
    let trades = plan.trades.iter().filter_map(|row| {
        // A plan that passes has no unreadable row, so none is left out.
        let read = Row::read(&facts, row)?;
        let security = &portfolio.securities[read.security];
        Some(Trade {
            action: read.side,
            account_id: portfolio.accounts[read.account].account_id.clone(),
            ticker: security.ticker.clone(),
            lot_id: read.lot.map(|lot| portfolio.lots[lot].lot_id.clone()),
            quantity: Number(read.quantity),
            estimated_price: Number(row.estimated_price.unwrap_or(security.price)),
            rationale: row.rationale.clone().unwrap_or_default(),
        })
    });
    Ok(Validated { trades: trades.collect(), report })
}
