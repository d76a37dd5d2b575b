//! What comes out of the optimiser.

use crate::memory::Memory;
use portfolio::plan::Status;
use portfolio::{Decimal, Side};

/// The answer to "what is the best plan".
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A plan that keeps every rule.
    Planned(Solution),
    /// No plan keeps every rule.
    Infeasible(Infeasible),
}

/// A plan with its proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Sells first, then purchases; in the order of accounts and securities.
    pub rows: Vec<Row>,
    /// L of the plan.
    pub objective: f64,
    /// L of doing nothing.
    pub objective_without_trades: f64,
    /// No plan that keeps every rule exactly has a smaller L.
    pub bound: f64,
    /// (objective − bound) / max(|objective without trades − bound|, 1e-4).
    pub relative_gap: f64,
    /// `Optimal`, `Feasible` or `NoTradeNeeded`.
    pub status: Status,
    /// What it took.
    pub effort: Effort,
    /// Of each tax case, the best prices of the coupling rules.
    pub(crate) prices: Vec<Vec<f64>>,
}

impl Solution {
    /// Another plan of the same household, measured against what is proven here.
    #[must_use]
    pub fn measured(&self, rows: Vec<Row>, objective: f64) -> Solution {
        let bound = self.bound.min(objective);
        let relative_gap = relative_gap(objective, bound, self.objective_without_trades);
        let status = status(relative_gap, rows.is_empty());
        Solution { rows, objective, bound, relative_gap, status, ..self.clone() }
    }

    /// What the next search of the same household may start from.
    #[must_use]
    pub fn memory(&self) -> Memory {
        Memory { prices: self.prices.clone(), rows: self.rows.clone() }
    }
}

/// Shares of one lot sold, or of one security bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Index of the account.
    pub account: usize,
    /// Index of the security.
    pub security: usize,
    /// Side.
    pub side: Side,
    /// Index of the lot of a sale.
    pub lot: Option<usize>,
    /// Shares, positive.
    pub quantity: Decimal,
}

/// What a search took; the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Nodes of the search tree.
    pub nodes: u64,
    /// Work units: pivots or oracle calls, weighted.
    pub units: u64,
    /// Whether the limit, or a person, stopped it.
    pub stopped: bool,
}

/// Why no plan keeps every rule.
#[derive(Default, Debug, Clone, PartialEq)]
pub struct Infeasible {
    /// A smallest set of wishes that cannot hold together, as tokens: dropping any one of them lets
    /// a plan through. Where no wish is to blame, what is given, each as "given: …".
    pub conflict: Vec<String>,
    /// What the conflict rests on besides: wishes (tokens) and facts ("given: …") without which it
    /// would not arise but which other conflicts do not need.
    pub beside: Vec<String>,
    /// How far each would have to give. The cheapest (by L of the plan that it leads to) is first;
    /// any one is enough, unless they are needed `together`.
    pub relaxation: Vec<Relaxation>,
    /// Several conflicts stand side by side: `conflict` is one of them, and dropping one wish is not
    /// enough; the relaxations are needed all together.
    pub together: bool,
    /// Whether it is proven that there is no plan; otherwise none was found with the work that was allowed.
    pub proven: bool,
}

impl Infeasible {
    /// The conflict in one sentence, without a full stop: what cannot hold together, what it rests on, and
    /// whether one wish that gives is enough.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut sentence = match (self.conflict.as_slice(), self.beside.as_slice()) {
            ([], []) => "no plan keeps every rule".to_owned(),
            ([], beside) => format!("no plan keeps every rule, with {}", beside.join(", ")),
            ([one], []) => format!("no plan keeps every rule: {one} cannot be kept"),
            ([one], beside) => {
                format!("no plan keeps every rule: {one} cannot be kept beside {}", beside.join(", "))
            }
            (several, []) => format!("no plan keeps every rule: {} cannot hold together", several.join(", ")),
            (several, beside) => format!(
                "no plan keeps every rule: {} cannot hold together beside {}",
                several.join(", "),
                beside.join(", ")
            ),
        };
        if !self.proven {
            sentence =
                sentence.replacen("no plan keeps every rule", "no plan that keeps every rule was found", 1);
            sentence.push_str("; that there is none is not proven");
        }
        if self.together {
            sentence.push_str(
                "; other conflicts stand beside this one, so more than one wish has to give: all that follow",
            );
        } else if self.relaxation.len() > 1 {
            sentence.push_str("; any one of the ways that follow is enough");
        }
        sentence
    }
}

/// One wish of the conflict and the least change of it that lets a plan through.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// The wish as written.
    pub wish: String,
    /// The wish as it could be kept, a token; `None` where only dropping it helps.
    pub relaxed: Option<String>,
    /// How far it has to give, in its own unit (USD, percentage points or months).
    pub amount: Option<Decimal>,
    /// L of the plan that it leads to, within a relative gap of 1e-3; infinite where the search for
    /// it ended early.
    pub objective: f64,
    /// The same as a sentence.
    pub words: String,
}

/// What a plan with this gap, or the empty one, is called.
pub(crate) fn status(relative_gap: f64, is_empty: bool) -> Status {
    match (relative_gap <= crate::GAP_OPTIMAL, is_empty) {
        (false, _) => Status::Feasible,
        (true, true) => Status::NoTradeNeeded,
        (true, false) => Status::Optimal,
    }
}

/// The relative gap of model.md.
#[must_use]
pub fn relative_gap(objective: f64, bound: f64, without_trades: f64) -> f64 {
    (objective - bound).max(0.0) / gap_scale(bound, without_trades)
}

/// The denominator of the relative gap.
#[must_use]
pub fn gap_scale(bound: f64, without_trades: f64) -> f64 {
    (without_trades - bound).abs().max(1e-4)
}
