//! Why these trades, why not others (TRRS).
//!
//! In: a portfolio, the rates of its tax, the optimiser's [`Solution`], the validator's [`Report`] of
//! the same plan, and how deep to look. Out: an [`Explanation`]: a text per row, a summary, and a
//! [`Note`] for each lot that is not sold and each class that stays off its target.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`text`] | a text as words and figures; each figure a typed reference with its path |
//! | [`value`] | how a figure is written, and how it is read back |
//! | [`evidence`] | what a reference stands for, looked up in the documents |
//! | [`check`](mod@check) | does a written text say what its references say |
//! | [`claims`] | what may be shown of words that a model wrote about a plan |
//! | [`reason`] | the rules and costs that hold something back, by code |
//! | `bars` | which rule keeps a lot or a purchase out by itself |
//! | `limits` | which limits the plan has used up |
//! | `margins` | what one more dollar sold would bring and cost |
//! | `purchases`, `sizes` | what bars buying more after the plan; what is too little for an order |
//! | [`alternatives`] | what the plan would lose without one of its lots or purchases: re-solves |
//! | `counterfactual`, `lift` | would a class come nearer to its target without what is named: re-solves |
//! | `trades`, `unsold`, `off_target`, `summary` | the texts |
//!
//! Invariants: words hold no figure and no name, so that each of those comes from a document; the
//! cost of an alternative is the difference of two solves and never of two lots' taxes; the same
//! input gives the same words.

pub mod alternatives;
mod bars;
pub mod check;
pub mod claims;
mod counterfactual;
pub mod evidence;
mod lift;
mod limits;
mod margins;
mod off_target;
mod purchases;
pub mod reason;
mod sizes;
mod summary;
pub mod text;
mod trades;
mod unsold;
pub mod value;

use counterfactual::Trial;
use optimize::Solution;
use portfolio::{Decimal, Portfolio};
use tax::plan_tax::Rates;
use validate::Report;

pub use alternatives::{Alternative, Alternatives};
pub use check::{Discrepancy, check};
pub use evidence::{Evidence, Source, at_most_better};
pub use reason::Reason;
pub use text::{Part, Text};
pub use value::Value;

/// How deep to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// What a plan does, without why it is the best: for a plan that the optimiser did not choose.
    Facts,
    /// From the plan and its figures alone; nothing is solved again.
    #[default]
    Plain,
    /// With the cost of doing without each lot sold and each security bought, from a re-solve each: the
    /// largest first, as far as the work allowed for it goes ([`alternatives::UNITS_MAX`]).
    Full,
}

/// Why a plan is as it is.
#[derive(Debug, Clone)]
pub struct Explanation<'a> {
    /// What the figures refer to.
    pub evidence: Evidence<'a>,
    /// One text per row of the solution, in its order.
    pub per_trade: Vec<Text>,
    /// The plan as a whole.
    pub summary: Text,
    /// What held each lot that is not sold, or not sold out.
    held: Vec<unsold::HeldLot>,
}

/// Why something was left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The lot, class or ticker.
    pub name: String,
    /// The rule or cost that held it.
    pub reason: Reason,
    /// Of a lot: the tax and the trading cost, USD, that selling all of it on top of the plan would
    /// cause, nothing else changed. Of a class: what its distance from the target weighs in the
    /// objective, USD.
    pub cost_usd: Decimal,
    /// The same in words.
    pub text: Text,
}

/// The words of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// One per row.
    pub per_trade: Vec<String>,
    /// The plan as a whole.
    pub summary: String,
}

impl Explanation<'_> {
    /// Writes the texts of the rows and the summary.
    #[must_use]
    pub fn words(&self) -> Words {
        Words {
            per_trade: self.per_trade.iter().map(ToString::to_string).collect(),
            summary: self.summary.to_string(),
        }
    }

    /// Of how many rows the alternatives were weighed, where they were to be and some were not.
    #[must_use]
    pub fn weighed_in_part(&self) -> Option<usize> {
        let weighed = self.evidence.alternatives.weighed(self.evidence.solution);
        (self.evidence.alternatives.asked && weighed < self.evidence.solution.rows.len()).then_some(weighed)
    }

    /// One note per lot of which nothing is sold, in the order of the document.
    #[must_use]
    pub fn not_sold(&self) -> Vec<Note> {
        unsold::notes(&self.evidence, &self.held)
    }

    /// One note per class (or security, where those have targets) off its target, the farthest first;
    /// the farthest twenty.
    #[must_use]
    pub fn off_target(&self) -> Vec<Note> {
        off_target::notes(&self.evidence, &self.held, off_target::NOTES_MAX)
    }

    /// Every text of the explanation.
    pub fn texts(&self) -> impl Iterator<Item = Text> {
        let notes = self.not_sold().into_iter().chain(self.off_target()).map(|note| note.text);
        self.per_trade.iter().chain([&self.summary]).cloned().chain(notes)
    }
}

/// Explains a plan. `report` is the validator's report of the same plan, and `options` are those that
/// `solution` was found with.
///
/// # Source
/// Design document, TRRS and claim 1(d); model.md, "Objective (48)" and the codes of its hard rules.
#[must_use]
pub fn explain<'a>(
    portfolio: &'a Portfolio,
    rates: &'a Rates,
    solution: &'a Solution,
    report: &'a Report,
    depth: Depth,
    options: &optimize::Options,
) -> Explanation<'a> {
    let alternatives = match depth {
        Depth::Full => alternatives::weigh(portfolio, rates, solution, options),
        Depth::Plain | Depth::Facts => Alternatives::default(),
    };
    let mut evidence = Evidence::new(portfolio, rates, solution, report, alternatives);
    let judged = depth == Depth::Full && counterfactual::small_enough(portfolio, solution);
    let mut trial = judged.then(|| Trial::new(portfolio, rates, solution, options));
    if let Some(trial) = &mut trial {
        evidence.slack = trial.slack(&evidence);
        evidence.freed = trial.freed(&evidence);
    }
    let held = unsold::held_lots(&evidence);
    if let Some(mut trial) = trial {
        evidence.findings = trial.findings(&evidence, &held);
    }
    let summary = if depth == Depth::Facts {
        summary::facts(&evidence)
    } else {
        let farthest = off_target::notes(&evidence, &held, 1).into_iter().next();
        summary::text(&evidence, &held, farthest)
    };
    Explanation { per_trade: trades::texts(&evidence), summary, held, evidence }
}
