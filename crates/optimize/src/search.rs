//! What the engines are asked and what they answer, and what their searches have in common.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::memory::Memory;
use crate::outcome::{Effort, gap_scale};
use crate::problem::Problem;
use crate::trades::Trades;

/// Operations of a work unit.
pub(crate) const UNIT: u64 = 10_000;

/// A wish to stop, made by whoever holds a copy: the search ends after its work unit, with the best plan and the bound
/// that it has. Without it a search is the same on every machine.
#[derive(Debug, Clone, Default)]
pub struct Stop(Option<Arc<AtomicBool>>);

impl Stop {
    /// Nobody stops it.
    pub const NEVER: Stop = Stop(None);

    /// One that can be asked for.
    #[must_use]
    pub fn new() -> Stop {
        Stop(Some(Arc::default()))
    }

    /// Asks every search with a copy of this to stop; without effect on [`Stop::NEVER`].
    pub fn ask(&self) {
        if let Some(asked) = &self.0 {
            asked.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it has been asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.as_ref().is_some_and(|asked| asked.load(Ordering::Relaxed))
    }
}

/// When to stop.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// Relative gap that is good enough.
    pub(crate) gap: f64,
    /// Most work units.
    pub(crate) units_max: u64,
    pub(crate) stop: Stop,
}

/// What a search is begun with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Start<'a> {
    /// L of the empty plan, where that keeps every rule.
    pub(crate) without_trades: Option<f64>,
    /// A plan that keeps every rule.
    pub(crate) known: Option<&'a Best>,
    pub(crate) memory: Option<&'a Memory>,
}

impl From<Option<f64>> for Start<'_> {
    fn from(without_trades: Option<f64>) -> Self {
        Start { without_trades, ..Start::default() }
    }
}

impl Start<'_> {
    /// The better of the plan that is known and of the empty one, where that is allowed.
    pub(crate) fn best(self, idle: Trades) -> Option<Best> {
        let idle = self.without_trades.map(|objective| Best { trades: idle, objective });
        Best::least(idle, self.known.cloned())
    }

    /// L of what is known; infinite where nothing is.
    pub(crate) fn objective(self) -> f64 {
        let known = self.known.map(|b| b.objective);
        known.into_iter().chain(self.without_trades).fold(f64::INFINITY, f64::min)
    }
}

/// The state and the result of a search.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The best candidate, snapped to increments and keeping every rule.
    pub(crate) best: Option<Best>,
    /// Valid lower bound on L of every plan that keeps every rule; infinite = there is none.
    pub(crate) bound: f64,
    /// What it took.
    pub(crate) effort: Effort,
    /// The best prices of each tax case, from an engine that has such.
    pub(crate) prices: Vec<Vec<f64>>,
}

/// A candidate and its L.
#[derive(Debug, Clone)]
pub(crate) struct Best {
    pub(crate) trades: Trades,
    pub(crate) objective: f64,
}

impl Best {
    /// Makes a candidate that keeps every rule the incumbent if it is better.
    pub(crate) fn offer(best: &mut Option<Best>, problem: &Problem, trades: Trades) {
        let objective = trades.terms(problem).objective;
        if best.as_ref().is_none_or(|b| objective < b.objective) {
            *best = Some(Best { trades, objective });
        }
    }

    /// The better of two candidates; the first where they are as good.
    pub(crate) fn least(one: Option<Best>, other: Option<Best>) -> Option<Best> {
        match (one, other) {
            (Some(a), Some(b)) => Some(if b.objective < a.objective { b } else { a }),
            (a, b) => a.or(b),
        }
    }
}

impl Found {
    /// The better plan and the better bound of two searches of the same problem.
    pub(crate) fn or_better(self, other: Found) -> Found {
        let effort = Effort {
            nodes: self.effort.nodes + other.effort.nodes,
            units: self.effort.units + other.effort.units,
            stopped: self.effort.stopped || other.effort.stopped,
        };
        let bound = self.bound.max(other.bound);
        let best = Best::least(self.best, other.best);
        let prices = if self.prices.is_empty() { other.prices } else { self.prices };
        Found { best, bound, effort, prices }
    }
}

impl Limits {
    /// Work units that are left after these; none where somebody has asked to stop.
    pub(crate) fn left(&self, units: u64) -> u64 {
        if self.stop.is_asked() { 0 } else { self.units_max.saturating_sub(units) }
    }

    /// How far below the incumbent a bound may stay for the gap to count as closed.
    pub(crate) fn slack(&self, objective: f64, without_trades: f64) -> f64 {
        self.gap * gap_scale(objective, without_trades)
    }
}

/// Nodes with a `bound` and a `serial` in a heap: the smallest bound comes first, then the oldest.
macro_rules! best_first {
    ($node:ty) => {
        impl PartialEq for $node {
            fn eq(&self, other: &Self) -> bool {
                self.serial == other.serial
            }
        }
        impl Eq for $node {}
        impl PartialOrd for $node {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for $node {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                other.bound.total_cmp(&self.bound).then(other.serial.cmp(&self.serial))
            }
        }
    };
}
pub(crate) use best_first;
