//! Documents that are sent along and not kept: their drift, a plan, what words mean.

pub(crate) mod drift;
pub(crate) mod plan;
pub(crate) mod preferences;
pub(crate) mod tokens;
pub(crate) mod validate;

use std::collections::BTreeMap;

use ::validate::{Moment, Report};
use monitor::{ClassDrift, DriftReport};
use portfolio::Portfolio;
use portfolio::plan::ProposedPlan;
use portfolio::plan::proposed::read_plan;
use rebalance::books::{Household, KeptPortfolio};
use rebalance::household_rates::household_rates;
use serde::Serialize;
use utoipa::ToSchema;

use super::households::replace::of_document;
use crate::amount::Amount;
use crate::house::House;
use crate::problem::Problem;

/// How far a portfolio has drifted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriftView {
    /// Day of the holdings and prices.
    as_of: String,
    /// Value with what comes in or goes out, USD.
    value_usd: Amount,
    /// Every class that is held, wanted or listed; `Cash` last.
    classes: Vec<ClassView>,
    /// Classes outside their band.
    breaches: Vec<String>,
    /// Whether something is to be done.
    act: bool,
    /// Why, or why not.
    why: String,
}

/// A class and its band.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassView {
    /// Its name.
    class: String,
    /// USD, to the cent.
    value_usd: Amount,
    /// Part of the value.
    weight: Amount,
    /// Wanted part.
    target: Amount,
    /// Weight less target.
    drift: Amount,
    /// Whether it is outside its band.
    breached: bool,
    /// Half-width of its band.
    tau: Amount,
    /// What the band is made of.
    parts: PartsView,
}

/// What a band is made of (2): the parts add up to `sum`, which is held in its limits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartsView {
    /// Where the band comes from: `dynamic`, `dynamic_at_minimum`, `dynamic_at_maximum`, `own_absolute`, `own_relative`.
    source: String,
    /// The beginning.
    base: Amount,
    /// Wider when markets move.
    volatility: Amount,
    /// Wider where trading is dear.
    cost: Amount,
    /// Tighter for a household that wants it so.
    user: Amount,
    /// Tighter the longer nothing was done.
    age: Amount,
    /// Their sum.
    sum: Amount,
}

impl DriftView {
    /// Of a report.
    pub(crate) fn of(report: &DriftReport) -> DriftView {
        DriftView {
            as_of: report.as_of.clone(),
            value_usd: Amount(report.value_usd.0),
            classes: report.classes.iter().map(ClassView::of).collect(),
            breaches: report.breaches.clone(),
            act: report.act,
            why: report.why.clone(),
        }
    }
}

impl ClassView {
    fn of(class: &ClassDrift) -> ClassView {
        let parts = &class.tolerance.parts;
        let source = serde_json::to_value(class.tolerance.source).unwrap_or_default();
        let digits = |number: portfolio::plan::Number| Amount(number.0.round_dp(12));
        ClassView {
            class: class.class.clone(),
            value_usd: Amount(class.value_usd.0),
            weight: digits(class.weight),
            target: Amount(class.target.0),
            drift: digits(class.drift),
            breached: class.breached,
            tau: digits(class.tolerance.tau),
            parts: PartsView {
                source: source.as_str().unwrap_or_default().to_owned(),
                base: digits(parts.base),
                volatility: digits(parts.volatility),
                cost: digits(parts.cost),
                user: digits(parts.user),
                age: digits(parts.age),
                sum: digits(parts.sum),
            },
        }
    }
}

/// What a plan comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhatIf {
    /// Whether it keeps every rule.
    passed: bool,
    /// What is wrong with it.
    violations: Vec<FindingView>,
    /// What is worth knowing.
    warnings: Vec<FindingView>,
    /// Sold, USD.
    sold_usd: Amount,
    /// Bought, USD.
    bought_usd: Amount,
    /// Commissions, half spreads, impact, USD.
    cost_usd: Amount,
    /// Tax that it causes this year, USD.
    tax_usd: Amount,
    /// Net short-term gain of the year with it, USD.
    short_term_net_usd: Amount,
    /// Net long-term gain of the year with it, USD.
    long_term_net_usd: Amount,
    /// Cash after it, USD.
    cash_usd: Amount,
    /// Drift before it.
    drift_before: Amount,
    /// Drift after it.
    drift_after: Amount,
    /// Weights before it, by class.
    #[schema(value_type = BTreeMap<String, String>)]
    weights_before: BTreeMap<String, Amount>,
    /// Weights after it, by class.
    #[schema(value_type = BTreeMap<String, String>)]
    weights_after: BTreeMap<String, Amount>,
    /// The objective that it reaches; lower is better.
    objective: Amount,
    /// The objective of the plan that was proposed.
    pub(crate) objective_of_proposal: Option<f64>,
    /// No plan at all can reach less: proven.
    pub(crate) bound: Option<f64>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingView {
    /// What kind, such as `cash.negative`.
    code: String,
    /// What it is about.
    r#where: String,
    /// In words, with what was compared.
    detail: String,
}

/// Judges a plan on a portfolio.
pub(crate) fn judged(text: &str, plan: &str) -> Result<WhatIf, Problem> {
    let proposed = read_plan(plan).map_err(|error| Problem::invalid("trades", error.to_string()))?;
    Ok(WhatIf::of(&report_of(text, &proposed)?.1))
}

/// A portfolio as a plan for it is judged, and the report of this one.
pub(crate) fn report_of(text: &str, plan: &ProposedPlan) -> Result<(Portfolio, Report), Problem> {
    let document = portfolio::read(text).map_err(|error| of_document(&error))?;
    let rates = household_rates(&document).map_err(|error| Problem::invalid("tax", error.to_string()))?;
    let drift = monitor::monitor(&document);
    let aimed = monitor::aim(document, &drift);
    let report = ::validate::validate(&aimed, &rates, plan, None);
    Ok((aimed, report))
}

impl FindingView {
    /// Of a finding.
    pub(crate) fn of(found: &portfolio::plan::Finding) -> FindingView {
        FindingView { code: found.code.clone(), r#where: found.place.clone(), detail: found.detail.clone() }
    }
}

/// The clock that a plan for a version of a portfolio is judged by.
pub(crate) fn moment_of(
    house: &dyn House,
    household: &Household,
    kept: &KeptPortfolio,
) -> Result<Moment, Problem> {
    super::kept(house, |keeper| Ok(keeper.moment(household, kept)?))
}

impl WhatIf {
    /// Of what the validator says.
    pub(crate) fn of(report: &Report) -> WhatIf {
        let weights = |of: &BTreeMap<String, portfolio::Decimal>| {
            of.iter().map(|(class, weight)| (class.clone(), Amount(weight.round_dp(12)))).collect()
        };
        let (shown, terms) = (report.shown(), &report.terms);
        WhatIf {
            passed: report.passed(),
            violations: report.verdict.violations.iter().map(FindingView::of).collect(),
            warnings: report.verdict.warnings.iter().map(FindingView::of).collect(),
            sold_usd: Amount(shown.sold),
            bought_usd: Amount(shown.bought),
            cost_usd: Amount(shown.costs),
            tax_usd: Amount(portfolio::money::cents(terms.tax_usd)),
            short_term_net_usd: Amount(portfolio::money::cents(terms.short_term_net)),
            long_term_net_usd: Amount(portfolio::money::cents(terms.long_term_net)),
            cash_usd: Amount(shown.cash),
            drift_before: Amount(report.before.drift),
            drift_after: Amount(terms.drift),
            weights_before: weights(&report.weights_before),
            weights_after: weights(&report.weights_after),
            objective: Amount(terms.objective),
            objective_of_proposal: None,
            bound: None,
        }
    }
}
