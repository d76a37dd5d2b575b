//! A plan whose trades a model wrote.
//!
//! In: what a prompt is made of, and the proven best plan of the household. Out: the plan once the
//! validator has let it through. Invariants: of a reply only trades and words are read; names are resolved against
//! the household, prices and every figure come from us; what the validator refuses is no plan but findings.

use explain::Depth;
use llm::Reply;
use optimize::{Outcome, Row, Solution};
use portfolio::money::float;
use portfolio::plan::{Finding, Trade};
use portfolio::{Portfolio, Side};
use propose::prompt::Situation;
use propose::{Proposal, reply};
use validate::{Moment, Report};

use crate::asked::{Spoken, proposed};
use crate::attempt;
use crate::cycle::{Made, Verdict};

/// A plan that a model wrote and the validator let through.
#[derive(Debug)]
pub(crate) struct Written {
    /// Sells first; names resolved, prices ours, the rationales the model's words.
    pub(crate) trades: Vec<Trade>,
    pub(crate) report: Report,
    /// The model's words for the whole.
    pub(crate) summary: String,
}

/// What a model's plan is: its trades where it may be shown, or everything that is wrong with it.
pub(crate) fn judged(
    reply: &Reply,
    situation: &Situation<'_>,
    moment: Option<&Moment>,
) -> Result<Written, Vec<Finding>> {
    if let Some(finding) = attempt::unusable(reply) {
        return Err(vec![finding]);
    }
    let mut proposed = reply::read(&reply.text, situation)?;
    let summary = proposed.summary_rationale.take().unwrap_or_default();
    for row in &mut proposed.trades {
        row.estimated_price = None; // a model's prices are not looked at
    }
    let stamped = validate::stamp(situation.portfolio, situation.rates, &proposed, moment);
    let (mut trades, report) = stamped.map_err(|report| report.verdict.violations)?.into_parts();
    trades.sort_by_key(|trade| trade.action == Side::Buy);
    Ok(Written { trades, report, summary })
}

impl Written {
    /// The model's words, checked.
    pub(crate) fn spoken(&self, situation: &Situation<'_>) -> Spoken {
        let said: Vec<String> = self.trades.iter().map(|trade| trade.rationale.clone()).collect();
        Spoken::checked(
            situation.portfolio,
            situation.rates,
            &self.report,
            &self.trades,
            &said,
            &self.summary,
        )
    }
}

/// The plan as a proposal like any other, measured against what is proven of the best one.
pub(crate) fn made(portfolio: &Portfolio, best: &Solution, written: Written, planner: String) -> Made {
    let rows = rows(portfolio, &written.trades);
    let solution = best.measured(rows, float(written.report.terms.objective));
    Made {
        trades: proposed(&written.trades),
        proposal: Proposal { planner, outcome: Outcome::Planned(solution) },
        verdict: Verdict::Valid(Box::new(written.report)),
        depth: Depth::Facts,
    }
}

/// Rows by index. Every name of a plan that passed is known, so none is left out.
fn rows(portfolio: &Portfolio, trades: &[Trade]) -> Vec<Row> {
    let row = |trade: &Trade| {
        let lot = match &trade.lot_id {
            Some(lot_id) => Some(portfolio.lots.iter().position(|lot| lot.lot_id == *lot_id)?),
            None => None,
        };
        Some(Row {
            account: portfolio.account(&trade.account_id)?,
            security: portfolio.security(&trade.ticker)?,
            side: trade.action,
            lot,
            quantity: trade.quantity.0,
        })
    };
    trades.iter().filter_map(row).collect()
}
