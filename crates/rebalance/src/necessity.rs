//! A wish that holds "unless necessary": kept if it can be, lifted if it must be.
//!
//! In: the portfolio to plan for, with a wish such as `min_holding_months_13_unless_necessary`. Out:
//! the proposal with the wish as a hard rule; or, where some class then stays outside its band or
//! nothing can be planned at all, the proposal without it, and why. Such wishes are ordered, not
//! weighted: no gain in the objective lifts one.

use monitor::DriftReport;
use optimize::Outcome;
use portfolio::household::CASH;
use portfolio::{Decimal, Portfolio, Token};
use propose::Proposal;
use propose::candidates::proposed_plan;
use rust_decimal::dec;
use tax::plan_tax::Rates;

use crate::cycle::Options;

/// What was decided, and for which portfolio.
pub(crate) struct Decided {
    /// The portfolio whose wishes the proposal keeps.
    pub(crate) portfolio: Portfolio,
    pub(crate) proposal: Proposal,
    pub(crate) lifted: Option<Lifted>,
}

/// A wish that was lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// The token as written.
    pub wish: String,
    /// Why it had to be, in words.
    pub why: String,
}

/// A class counts as outside its band only beyond this, the tolerance of weights in model.md.
const WEIGHT_TOLERANCE: Decimal = dec!(0.000001);

/// Proposes, treating such a wish as hard first.
///
/// # Source
/// model.md, "Qualitative preferences are ordered, not weighted".
pub(crate) fn propose(
    portfolio: Portfolio,
    rates: &Rates,
    drift: &DriftReport,
    options: &Options<'_>,
) -> Decided {
    let how = &options.optimize;
    let Some(months) = portfolio.wishes.holding_months_wish else {
        let proposal = propose::solve(&portfolio, rates, how);
        return Decided { portfolio, proposal, lifted: None };
    };
    let mut strict = portfolio.clone();
    strict.wishes.holding_months_min = strict.wishes.holding_months_min.max(Some(months));
    // Why there is none with it is told to nobody: the wish is lifted then.
    let proposal = propose::solve(&strict, rates, &optimize::Options { reasons: false, ..how.clone() });
    let Some(why) = necessary(&strict, rates, drift, &proposal.outcome) else {
        return Decided { portfolio: strict, proposal, lifted: None };
    };
    let proposal = propose::solve(&portfolio, rates, how);
    let wish = Token::MinHoldingMonthsUnlessNecessary(months).to_string();
    Decided { portfolio, proposal, lifted: Some(Lifted { wish, why }) }
}

/// Why the wish can't be kept: no plan at all, or classes that its plan leaves outside their bands.
fn necessary(portfolio: &Portfolio, rates: &Rates, drift: &DriftReport, outcome: &Outcome) -> Option<String> {
    let Outcome::Planned(solution) = outcome else {
        return Some("with it, no plan keeps the other rules".to_owned());
    };
    let after = validate::validate(portfolio, rates, &proposed_plan(portfolio, &solution.rows), None);
    let by_security = portfolio.security_targets.is_some();
    let weight_after = |class: &str| -> Decimal {
        if !by_security || class == CASH {
            return after.weights_after.get(class).copied().unwrap_or_default();
        }
        let of_class = portfolio.securities.iter().filter(|s| s.asset_class == class);
        of_class.filter_map(|s| after.weights_after.get(&s.ticker)).sum()
    };
    let outside: Vec<String> = drift
        .classes
        .iter()
        .filter_map(|class| {
            let off = weight_after(&class.class) - class.target.0;
            let band = class.tolerance.tau.0;
            (off.abs() > band + WEIGHT_TOLERANCE).then(|| {
                let side = if off.is_sign_negative() { "below" } else { "above" };
                let (off, band) = (off.abs() * dec!(100), band * dec!(100));
                format!(
                    "{} would stay {off:.2} % {side} its target, outside its band of {band:.2} %",
                    class.class
                )
            })
        })
        .collect();
    (!outside.is_empty()).then(|| format!("with it, {}", outside.join(", and ")))
}
