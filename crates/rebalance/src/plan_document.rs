//! The plan document of interface.md.
//!
//! In: everything that a cycle found. Out: a [`Plan`]. Invariant: every figure that the validator
//! computes is the validator's, none the optimiser's; only the bound and the gap are the optimiser's,
//! since nobody else can know them. The same document gives the same bytes.

use std::collections::BTreeMap;

use monitor::DriftReport;
use optimize::{Outcome, outcome};
use portfolio::money::{cents, float};
use portfolio::plan::{Number, Objective, Plan, ProposedPlan, State, Status, Trade, hash};
use portfolio::{Decimal, Portfolio};
use propose::Proposal;
use serde_json::{Value, json};
use tax::plan_tax::Rates;
use validate::Report;

use crate::asked::Asked;
use crate::instructions::instructions;
use crate::necessity::Lifted;
use crate::rationale::Words;

/// What a cycle has found.
pub struct Facts<'a> {
    /// The document as it was handed in.
    pub text: &'a str,
    /// What was read, as it was planned for.
    pub portfolio: &'a Portfolio,
    /// The rates that counted.
    pub rates: &'a Rates,
    /// The drift before.
    pub drift: &'a DriftReport,
    /// The proposal.
    pub proposal: &'a Proposal,
    /// The validator's figures.
    pub report: &'a Report,
    /// The wish that was lifted.
    pub lifted: Option<&'a Lifted>,
    /// What a model was asked.
    pub asked: Option<&'a Asked>,
}

/// Puts the document together.
#[must_use]
pub fn plan_document(facts: &Facts<'_>, proposed: &ProposedPlan, words: Words) -> Plan {
    let report = facts.report;
    let total = float(report.terms.objective);
    let without = float(report.before.objective);
    let (status, bound) = match &facts.proposal.outcome {
        Outcome::Planned(solution) => (solution.status, solution.bound),
        // No plan keeps every rule, so there is no L that one could have: written as null.
        Outcome::Infeasible(_) => (Status::Infeasible, f64::INFINITY),
    };
    let mut more = more(facts);
    more.extend(words.notes);
    let trades = trades(proposed, words.per_trade);
    Plan {
        plan_hash: hash::plan_hash(facts.text, &trades),
        trades,
        summary_rationale: words.summary,
        status,
        planner: facts.proposal.planner.clone(),
        objective: objective(report),
        bound,
        relative_gap: outcome::relative_gap(total, bound, without),
        objective_without_trades: without,
        before: State { weights: weights(&report.weights_before), drift: float(report.before.drift) },
        after: State { weights: weights(&report.weights_after), drift: float(report.terms.drift) },
        validation: report.verdict.clone(),
        more,
    }
}

/// The rows of a plan that passed, with a rationale each as far as there are any.
pub(crate) fn trades(proposed: &ProposedPlan, mut rationales: Vec<String>) -> Vec<Trade> {
    rationales.resize(proposed.trades.len(), String::new());
    let stated = proposed.trades.iter().zip(rationales).map(|(row, rationale)| Trade {
        action: row.action.unwrap_or(portfolio::Side::Buy),
        account_id: row.account_id.clone().unwrap_or_default(),
        ticker: row.ticker.clone().unwrap_or_default(),
        lot_id: row.lot_id.clone(),
        quantity: Number(row.quantity.unwrap_or_default()),
        estimated_price: Number(row.estimated_price.unwrap_or_default()),
        rationale,
    });
    stated.collect()
}

fn objective(report: &Report) -> Objective {
    let t = &report.terms;
    Objective {
        total: float(t.objective),
        drift: float(t.drift),
        cost_usd: Number(t.cost_usd.round_dp(6)),
        fee_usd: Number(t.fee_usd.round_dp(6)),
        tax_usd: Number(t.tax_usd.round_dp(6)),
        location_drag_usd: Number(t.location_drag_usd.round_dp(6)),
        esg: float(t.esg),
    }
}

fn weights(weights: &BTreeMap<String, Decimal>) -> BTreeMap<String, f64> {
    weights.iter().map(|(name, weight)| (name.clone(), float(weight.round_dp(12)))).collect()
}

/// What is not part of the fixed document, by name.
fn more(facts: &Facts<'_>) -> BTreeMap<String, Value> {
    let mut more = BTreeMap::new();
    let drift = facts.drift;
    let monitoring = json!({"act": drift.act, "breaches": drift.breaches, "why": drift.why});
    more.insert("monitoring".to_owned(), monitoring);
    more.insert("gains".to_owned(), gains(facts.report));
    if drift.trade_to != "target" {
        more.insert("trade_to".to_owned(), json!(drift.trade_to));
        more.insert(
            "targets_used".to_owned(),
            by_name(drift.targets_used.iter().map(|(c, t)| (c.as_str(), t.0))),
        );
        if let Some(targets) = &facts.portfolio.security_targets {
            let named = targets.iter().map(|(i, t)| (facts.portfolio.securities[*i].ticker.as_str(), *t));
            more.insert("security_targets_used".to_owned(), by_name(named));
        }
    }
    if facts.portfolio.tax.year.is_some() {
        more.insert("rates_used".to_owned(), rates_used(facts.rates));
    }
    if let Some(read) = instructions(facts.portfolio) {
        let told = json!({
            "tokens": read.meaning.tokens,
            "understood": read.meaning.understood,
            "not_understood": read.meaning.not_understood,
            "not_understood_spans": read.meaning.not_understood_spans,
            "notes": read.meaning.notes.iter().chain(&read.against).collect::<Vec<_>>(),
            "not_applied": read.not_applied,
        });
        more.insert("instructions".to_owned(), told);
    }
    if let Some(lifted) = facts.lifted {
        more.insert("lifted".to_owned(), json!([{"wish": lifted.wish, "why": lifted.why}]));
    }
    if let Some(asked) = facts.asked {
        more.insert("model".to_owned(), asked.document());
    }
    match &facts.proposal.outcome {
        Outcome::Planned(solution) => {
            let effort = &solution.effort;
            let effort = json!({"nodes": effort.nodes, "units": effort.units, "stopped": effort.stopped});
            more.insert("effort".to_owned(), effort);
        }
        Outcome::Infeasible(infeasible) => {
            let ways = infeasible.relaxation.iter().map(
                |r| json!({"wish": r.wish, "relaxed": r.relaxed, "amount": r.amount.map(number), "words": r.words}),
            );
            more.insert("conflict".to_owned(), json!(infeasible.conflict));
            more.insert("conflict_rests_on".to_owned(), json!(infeasible.beside));
            more.insert("conflict_proven".to_owned(), json!(infeasible.proven));
            more.insert("relaxation".to_owned(), ways.collect());
            // Whether all of them are needed, or any one is enough.
            more.insert("relaxation_together".to_owned(), json!(infeasible.together));
        }
    }
    more
}

/// What the plan realises in taxable accounts, USD to the cent.
fn gains(report: &Report) -> Value {
    let sum = |long: bool| {
        let lots = report.gains.iter().filter(|g| g.taxable && g.long == long);
        number(lots.map(|g| cents(g.gain)).sum())
    };
    let shown = report.shown();
    json!({"short_term_usd": sum(false), "long_term_usd": sum(true),
           "turnover_usd": number(shown.sold.saturating_add(shown.bought)),
           "cash_usd": number(shown.cash),
           "value_usd": number(cents(report.terms.value_usd))})
}

fn rates_used(rates: &Rates) -> Value {
    json!({"short_term_rate": number(rates.short_term), "long_term_rate": number(rates.long_term),
           "ordinary_rate": number(rates.ordinary), "carryforward_rate": number(rates.carryforward),
           "ordinary_loss_limit": number(rates.ordinary_loss_limit)})
}

fn by_name<'a>(entries: impl Iterator<Item = (&'a str, Decimal)>) -> Value {
    entries.map(|(name, value)| (name.to_owned(), number(value))).collect()
}

/// A JSON number; within the fifteen digits of the figures here it reads back the same.
fn number(value: Decimal) -> Value {
    json!(float(value))
}
