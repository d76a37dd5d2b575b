//! The words of a plan.
//!
//! In: what a cycle found and the proposed rows. Out: a sentence per row and a summary, made from the
//! validator's figures alone.
//!
//! SEAM: this is where the crate `explain` takes over; until it does, the words here are plain and
//! deterministic, and say what happens rather than why not something else.

use optimize::Outcome;
use portfolio::money::cents;
use portfolio::plan::{ProposedPlan, ProposedTrade, Status};
use portfolio::{Decimal, Side};
use rust_decimal::dec;

use crate::plan_document::Facts;

/// The words of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// One per row.
    pub per_trade: Vec<String>,
    /// The plan as a whole.
    pub summary: String,
}

/// Explains a plan.
#[must_use]
pub fn rationale(facts: &Facts<'_>, proposed: &ProposedPlan) -> Words {
    Words {
        per_trade: proposed.trades.iter().map(|row| sentence(facts, row)).collect(),
        summary: summary(facts),
    }
}

fn sentence(facts: &Facts<'_>, row: &ProposedTrade) -> String {
    let ticker = row.ticker.as_deref().unwrap_or_default();
    let portfolio = facts.portfolio;
    let class = portfolio.security(ticker).map_or("", |i| portfolio.securities[i].asset_class.as_str());
    let reason = facts.drift.classes.iter().find(|c| c.class == class).map(|c| {
        let side = if c.drift.0.is_sign_negative() { "below" } else { "above" };
        format!("{class} is {:.2} % {side} its target", c.drift.0.abs() * dec!(100))
    });
    let reason = reason.unwrap_or_default();
    if row.action == Some(Side::Buy) {
        return format!("Buys {ticker}: {reason}.");
    }
    let lot = row.lot_id.as_deref().unwrap_or_default();
    let realised = facts.report.gains.iter().find(|g| g.lot_id == lot && g.ticker == ticker);
    let tax = match realised {
        Some(g) if g.taxable => {
            let term = if g.long { "long-term" } else { "short-term" };
            let kind = if g.gain.is_sign_negative() { "loss" } else { "gain" };
            format!("a {term} {kind} of {} USD", cents(g.gain.abs()))
        }
        _ => "no tax, since the account defers it".to_owned(),
    };
    format!("Sells from lot {lot} of {ticker}, {tax}: {reason}.")
}

fn summary(facts: &Facts<'_>) -> String {
    let mut sentences = vec![facts.drift.why.clone()];
    sentences.extend(match &facts.proposal.outcome {
        Outcome::Infeasible(infeasible) => vec![
            format!("No plan keeps every rule: {} cannot hold together.", infeasible.conflict.join(", ")),
            infeasible.relaxation.iter().map(|r| r.words.clone()).collect::<Vec<_>>().join("; "),
        ],
        Outcome::Planned(solution) => planned(facts, solution.status),
    });
    if let Some(lifted) = facts.lifted {
        sentences.push(format!("The wish {} was lifted: {}.", lifted.wish, lifted.why));
    }
    sentences.retain(|s| !s.is_empty());
    sentences.join(" ")
}

fn planned(facts: &Facts<'_>, status: Status) -> Vec<String> {
    let report = facts.report;
    if report.orders.is_empty() {
        let told = if status == Status::NoTradeNeeded {
            "Doing nothing is the best plan: any trade would cost more than it brings."
        } else {
            "No better plan than doing nothing was found."
        };
        return vec![told.to_owned()];
    }
    let of =
        |side: Side| -> Decimal { report.orders.iter().filter(|o| o.side == side).map(|o| o.notional).sum() };
    let t = &report.terms;
    vec![
        format!(
            "Sells {} USD and buys {} USD in {} orders.",
            cents(of(Side::Sell)),
            cents(of(Side::Buy)),
            report.orders.len()
        ),
        format!(
            "It costs {} USD and changes the year's tax by {} USD.",
            cents(t.cost_usd),
            cents(t.tax_usd) + Decimal::ZERO
        ),
    ]
}
