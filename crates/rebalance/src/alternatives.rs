//! Which other plans are there for the portfolio that a plan was made for, in words that a person chooses by.
//!
//! In: the document of the plan and its rows. Out: the plan itself first, then others of the frontier of tax, drift, ESG and number of trades, and
//! doing nothing, each with the validator's figures and a sentence of what differs. Invariants: all of them are of the same holdings at the same prices;
//! each keeps every rule; the hash of each is that of its rows in this document, so that what is chosen is what was looked at.

use optimize::Outcome;
use portfolio::money::{cents, written};
use portfolio::plan::{ProposedPlan, ProposedTrade, Trade, hash};
use portfolio::{Decimal, Portfolio};
use propose::candidates::{self, Candidate, Distinction, Limit};
use validate::Report;

use crate::by_person::rows;
use crate::cycle::{CycleError, Options, proven};
use crate::household_rates;
use crate::plan_document;

/// Work units for all of them together: a few seconds.
const EFFORT_MAX: u64 = 20_000;
/// Plans at most that are foremost in nothing: those that the household's own weighing puts first.
const BETWEEN_MAX: usize = 2;
/// Searches at most.
const SEARCHES_MAX: usize = 32;

/// What an alternative is foremost in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The plan at hand.
    Recommended,
    /// The least tax.
    LeastTax,
    /// The least drift.
    Closest,
    /// The highest ESG score.
    Greenest,
    /// The fewest orders.
    FewestTrades,
    /// Nothing is sold.
    BuysOnly,
    /// Nothing is done.
    DoNothing,
    /// Another one between these.
    Other,
}

impl Kind {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Recommended => "recommended",
            Kind::LeastTax => "least_tax",
            Kind::Closest => "closest",
            Kind::Greenest => "greenest",
            Kind::FewestTrades => "fewest_trades",
            Kind::BuysOnly => "buys_only",
            Kind::DoNothing => "do_nothing",
            Kind::Other => "other",
        }
    }

    /// What can be said of a plan that is foremost in this.
    fn boast(self) -> Option<&'static str> {
        match self {
            Kind::LeastTax => Some("has the least tax"),
            Kind::Closest => Some("comes closest to the targets"),
            Kind::Greenest => Some("has the highest ESG score"),
            Kind::FewestTrades => Some("has the fewest trades"),
            Kind::BuysOnly => Some("sells nothing"),
            Kind::Recommended | Kind::DoNothing | Kind::Other => None,
        }
    }

    /// Its name, as a person reads it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Recommended => "Recommended",
            Kind::LeastTax => "Least tax",
            Kind::Closest => "Closest to target",
            Kind::Greenest => "Highest ESG score",
            Kind::FewestTrades => "Fewest trades",
            Kind::BuysOnly => "Buys only",
            Kind::DoNothing => "Do nothing",
            Kind::Other => "In between",
        }
    }
}

/// A plan to choose.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// What it is foremost in, the first one named.
    pub kind: Kind,
    /// Everything that it is foremost in.
    pub kinds: Vec<Kind>,
    /// Binds portfolio and trades.
    pub plan_hash: String,
    /// Its rows, sells first, at the prices of the document.
    pub trades: Vec<Trade>,
    /// The validator's figures.
    pub report: Report,
    /// What differs from the recommended one, in a sentence.
    pub differs: String,
}

/// The plan with the rows `at_hand` and what else could be done.
///
/// # Errors
/// [`CycleError`].
pub fn alternatives(
    text: &str,
    at_hand: &[Trade],
    options: &Options<'_>,
) -> Result<Vec<Alternative>, CycleError> {
    let document = portfolio::read(text)?;
    let rates = household_rates::household_rates(&document)?;
    let drift = monitor::monitor(&document);
    let portfolio = monitor::aim(document, &drift);
    let judged = |plan: &ProposedPlan| validate::validate(&portfolio, &rates, plan, options.moment.as_ref());
    let alternative = |kinds: Vec<Kind>, plan: ProposedPlan| {
        let report = judged(&plan);
        let trades = plan_document::trades(&plan, Vec::new());
        let plan_hash = hash::plan_hash(text, &trades);
        let kind = kinds.first().copied().unwrap_or(Kind::Other);
        Alternative { kind, kinds, plan_hash, trades, report, differs: String::new() }
    };
    let own: Vec<ProposedTrade> = at_hand.iter().map(ProposedTrade::from).collect();
    let mut list =
        vec![alternative(vec![Kind::Recommended], ProposedPlan { trades: own, ..ProposedPlan::default() })];
    let best = proven(&portfolio, &rates, propose::solve(&portfolio, &rates, &options.optimize), options)?;
    if let Outcome::Planned(solution) = &best.proposal.outcome {
        let how = candidates::Options {
            optimize: options.optimize.clone(),
            moment: options.moment.clone(),
            effort_max: EFFORT_MAX,
            searches_max: SEARCHES_MAX,
            ..candidates::Options::default()
        };
        let found = candidates::candidates_around(&portfolio, &rates, solution, &how);
        for candidate in found.map(|found| found.list).unwrap_or_default() {
            let one = alternative(kinds(&candidate), rows(&portfolio, &candidate.solution.rows));
            match list.iter_mut().find(|known| is_same(&known.trades, &one.trades)) {
                Some(known) => known.kinds.extend(one.kinds.into_iter().filter(|kind| *kind != Kind::Other)),
                None => list.push(one),
            }
        }
    }
    if list.iter().all(|one| one.kind != Kind::DoNothing) {
        list.push(alternative(vec![Kind::DoNothing], ProposedPlan::default()));
    }
    let mut between = 0;
    list.retain(|one| {
        between += usize::from(one.kind == Kind::Other);
        one.kind != Kind::Other || between <= BETWEEN_MAX
    });
    if let Some((first, others)) = list.split_first_mut() {
        for other in others {
            other.differs = differs(&portfolio, &first.report, &other.report, other.trades.is_empty());
        }
        first.differs = best_in(&first.kinds);
    }
    list.retain(|one| one.report.passed() || one.kind == Kind::Recommended || one.kind == Kind::DoNothing);
    list[1..].sort_by_key(|one| one.kind);
    Ok(list)
}

/// What a candidate is, its distinctions first.
fn kinds(candidate: &Candidate) -> Vec<Kind> {
    if candidate.solution.rows.is_empty() {
        return vec![Kind::DoNothing];
    }
    let of = |distinction: &Distinction| match distinction {
        Distinction::LeastTax => Kind::LeastTax,
        Distinction::Closest => Kind::Closest,
        Distinction::Greenest => Kind::Greenest,
        Distinction::FewestTrades => Kind::FewestTrades,
    };
    let mut kinds: Vec<Kind> = candidate.distinctions.iter().map(of).collect();
    let sells = candidate.solution.rows.iter().any(|row| row.side == portfolio::Side::Sell);
    if candidate.defined.limits.contains(&Limit::NoSells) || !sells {
        kinds.push(Kind::BuysOnly);
    }
    if kinds.is_empty() {
        kinds.push(Kind::Other);
    }
    kinds
}

fn is_same(one: &[Trade], other: &[Trade]) -> bool {
    let key = |trade: &Trade| {
        (trade.account_id.clone(), trade.ticker.clone(), trade.lot_id.clone(), trade.quantity.0.normalize())
    };
    let sorted = |trades: &[Trade]| {
        let mut keys: Vec<_> = trades.iter().map(key).collect();
        keys.sort();
        keys
    };
    one.len() == other.len() && sorted(one) == sorted(other)
}

/// What the recommended plan is foremost in besides.
fn best_in(kinds: &[Kind]) -> String {
    let own = "It weighs tax, distance from the targets, costs and wishes as this household does.";
    let also: Vec<&str> = kinds.iter().filter_map(|kind| kind.boast()).collect();
    if also.is_empty() { own.to_owned() } else { format!("{own} It {} as well.", also.join(" and ")) }
}

/// What differs between two plans, as far as a person would care.
fn differs(portfolio: &Portfolio, first: &Report, other: &Report, is_nothing: bool) -> String {
    let mut parts = Vec::new();
    let more = |name: &str, by: Decimal| {
        let by = cents(by);
        let side = if by.is_sign_negative() { "less" } else { "more" };
        (by.abs() >= Decimal::ONE).then(|| format!("${} {side} {name}", written(by.abs())))
    };
    parts.extend(more("tax", other.terms.tax_usd.saturating_sub(first.terms.tax_usd)));
    parts.extend(more("trading cost", other.shown().costs.saturating_sub(first.shown().costs)));
    let (was, is) = (orders(first), orders(other));
    if was != is {
        let by = was.abs_diff(is);
        let noun = if by == 1 { "order" } else { "orders" };
        parts.push(format!("{by} {} {noun}", if is < was { "fewer" } else { "more" }));
    }
    if let (Some((_, was)), Some((class, is))) = (farthest(portfolio, first), farthest(portfolio, other))
        && was != is
    {
        parts.push(format!(
            "{class} ends {is} % from its target, where the recommended plan ends at most {was} % off"
        ));
    }
    let loss = other.terms.objective.saturating_sub(first.terms.objective);
    let usd = cents(loss.saturating_mul(first.terms.value_usd));
    let worth = if usd.abs() < Decimal::ONE {
        "in this household's own weighing both are worth the same".to_owned()
    } else if usd.is_sign_negative() {
        format!("in this household's own weighing worth ${} more", written(usd.abs()))
    } else {
        format!("in this household's own weighing worth ${} less", written(usd))
    };
    parts.push(worth);
    let told = parts.join(", ");
    if !is_nothing {
        return format!("Against the recommended plan: {told}.");
    }
    let broken =
        other.verdict.violations.first().map(|found| format!(" It breaks a rule: {}.", found.detail));
    format!("Nothing is traded: {told}.{}", broken.unwrap_or_default())
}

fn orders(report: &Report) -> usize {
    report.orders.len()
}

/// The class that ends farthest from its target, and by how many percent of the value; none where securities have targets of their own.
fn farthest(portfolio: &Portfolio, report: &Report) -> Option<(String, Decimal)> {
    if portfolio.security_targets.is_some() {
        return None;
    }
    let off = portfolio.target_allocation.iter().map(|(class, target)| {
        let weight = report.weights_after.get(class).copied().unwrap_or_default();
        let percent = weight.saturating_sub(*target).abs().saturating_mul(Decimal::ONE_HUNDRED);
        (class.clone(), percent.round_dp(2).normalize())
    });
    off.max_by(|one, other| one.1.cmp(&other.1))
}
