//! The trades, their figures and their hash: the plan documents of interface.md.
//!
//! In: a plan as somebody wrote it ([`proposed`]), possibly malformed. Out: a [`Plan`] as the
//! product states it, serialised with every decimal exact, and bound to its portfolio by
//! [`hash::plan_hash`].

mod canonical;
pub mod hash;
pub mod proposed;

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use rust_decimal::Decimal;
use serde::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

pub use proposed::{ProposedPlan, ProposedTrade, read_plan};

use crate::household::Side;

/// A decimal that is written as a JSON number with exactly its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Number(pub Decimal);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = self.0.normalize();
        // Most figures are short: their text needs no memory of its own.
        let mut text = Short::default();
        if write!(text, "{number}").is_ok() {
            return serde_json::from_slice::<&RawValue>(text.written())
                .map_err(S::Error::custom)?
                .serialize(serializer);
        }
        RawValue::from_string(number.to_string()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// A short text that is kept where it is made.
#[derive(Default)]
struct Short {
    bytes: [u8; 32],
    length: usize,
}

impl Short {
    fn written(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let to = self.length + text.len();
        self.bytes.get_mut(self.length..to).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = to;
        Ok(())
    }
}

/// One row of a plan: shares of one lot sold, or shares of a security bought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Trade {
    /// `BUY` or `SELL`.
    #[serde(serialize_with = "side_word")]
    pub action: Side,
    /// Account.
    pub account_id: String,
    /// Security.
    pub ticker: String,
    /// Lot of a sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot_id: Option<String>,
    /// Shares, positive.
    pub quantity: Number,
    /// USD per share that the plan was made with.
    pub estimated_price: Number,
    /// Why.
    pub rationale: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn side_word<S: Serializer>(side: &Side, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(side.word())
}

/// What became of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The gap is proven to be at most 1e-4.
    Optimal,
    /// Valid, with a larger gap.
    Feasible,
    /// The empty plan is optimal.
    NoTradeNeeded,
    /// No plan keeps every rule.
    Infeasible,
}

/// The terms of (48), as the plan has them.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct Objective {
    /// L.
    pub total: f64,
    /// D (49).
    pub drift: f64,
    /// C (50), USD, paid in cash.
    pub cost_usd: Number,
    /// A year of the fees of what is bought, USD; in L, not in cash.
    pub fee_usd: Number,
    /// T (51), USD.
    pub tax_usd: Number,
    /// A (claim 7), USD.
    pub location_drag_usd: Number,
    /// E (52).
    pub esg: f64,
}

/// Weights at one moment.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct State {
    /// Weight per class (or per security where those have targets); sums to 1.
    pub weights: BTreeMap<String, f64>,
    /// D (49).
    pub drift: f64,
}

/// A violated rule or a warning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// Stable code of model.md, or of a warning.
    pub code: String,
    /// What it is about: account/ticker/lot, class or household.
    #[serde(rename = "where")]
    pub place: String,
    /// The figures that were compared, in words.
    pub detail: String,
}

/// The verdict on a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Verdict {
    /// No rule is violated.
    pub passed: bool,
    /// Every violation found.
    pub violations: Vec<Finding>,
    /// What else is worth knowing.
    pub warnings: Vec<Finding>,
    /// The version of the rules of the house that it was judged under; none where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_version: Option<u64>,
}

/// A plan document.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Plan {
    /// The rows; sells first.
    pub trades: Vec<Trade>,
    /// The plan in plain words.
    pub summary_rationale: String,
    /// What became of it.
    pub status: Status,
    /// `solver`, `model:NAME` or `hybrid:NAME`.
    pub planner: String,
    /// Its terms.
    pub objective: Objective,
    /// Proven: no plan that keeps every rule has a smaller L.
    pub bound: f64,
    /// (objective − bound) / max(|objective without trades − bound|, 1e-4).
    pub relative_gap: f64,
    /// L of doing nothing.
    pub objective_without_trades: f64,
    /// Before trading.
    pub before: State,
    /// After the plan.
    pub after: State,
    /// What the validator says.
    pub validation: Verdict,
    /// Binds trades and portfolio together.
    pub plan_hash: String,
    /// What is not part of the fixed document, by name.
    #[serde(flatten)]
    pub more: BTreeMap<String, serde_json::Value>,
}
