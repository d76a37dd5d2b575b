//! `validate`: every rule that trades break, whoever thought of them, and what they would come to.

use std::collections::BTreeMap;

use portfolio::Decimal;
use portfolio::money::cents;
use portfolio::plan::{Finding, Number, read_plan};
use rebalance::household_rates::household_rates;
use serde::Serialize;

use super::super::arguments::{Arguments, HOUSEHOLD, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};

pub(super) const TOOL: Tool = Tool {
    name: "validate",
    title: "Validate trades",
    words: "Judges trades that you propose for a household: every rule that they break with a stable code, warnings, and what they come to in cost, tax, cash, drift and weights. \
            A sale names its tax lot. Nothing is kept or sent. Lower `objective` is better; compare with `objective_without_trades` and with `plan`.",
    parameters: &[HOUSEHOLD, Parameter::new("trades", Kind::Rows, "The trades").required()],
    place: Where::Everywhere,
    run,
};

#[derive(Serialize)]
struct Judged<'a> {
    household: &'a str,
    passed: bool,
    violations: &'a [Finding],
    warnings: &'a [Finding],
    sold_usd: Number,
    bought_usd: Number,
    cost_usd: Number,
    tax_usd: Number,
    cash_usd: Number,
    objective: Number,
    objective_without_trades: Number,
    drift_before: Number,
    drift_after: Number,
    weights_before: BTreeMap<&'a str, Number>,
    weights_after: BTreeMap<&'a str, Number>,
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let seen = sight.seen(asked)?;
    let rows = asked.rows("trades").unwrap_or("[]");
    let plan = read_plan(&format!("{{\"trades\": {rows}}}")).map_err(|error| Refused::of(&error))?;
    let rates = household_rates(&seen.read).map_err(|error| Refused::of(&error))?;
    let drift = monitor::monitor(&seen.read);
    let aimed = monitor::aim(seen.read, &drift);
    let report = ::validate::validate(&aimed, &rates, &plan, None);
    let shown = report.shown();
    written(&Judged {
        household: &seen.household,
        passed: report.passed(),
        violations: &report.verdict.violations,
        warnings: &report.verdict.warnings,
        sold_usd: Number(shown.sold),
        bought_usd: Number(shown.bought),
        cost_usd: Number(shown.costs),
        tax_usd: Number(cents(report.terms.tax_usd)),
        cash_usd: Number(shown.cash),
        objective: part(report.terms.objective),
        objective_without_trades: part(report.before.objective),
        drift_before: part(report.before.drift),
        drift_after: part(report.terms.drift),
        weights_before: weights(&report.weights_before),
        weights_after: weights(&report.weights_after),
    })
}

fn weights(of: &BTreeMap<String, Decimal>) -> BTreeMap<&str, Number> {
    of.iter().map(|(name, weight)| (name.as_str(), part(*weight))).collect()
}

/// A part of something, to twelve digits.
fn part(of: Decimal) -> Number {
    Number(of.round_dp(12))
}
