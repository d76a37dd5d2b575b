//! What was not an ordinary price: the record that checks of prices are counted against.
//!
//! In: nothing. Out: [`Event`]s. Invariant: every faulty print has one, with the time and ticker of its quote, and no good one has.

use jiff::Timestamp;
use serde::Serialize;

/// Something out of the ordinary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// The tick; of a faulty print its `received_at`.
    pub at: Timestamp,
    /// The security; all of them where there is none.
    pub ticker: Option<String>,
    /// What happened.
    pub kind: Kind,
}

/// What happened. Returns are log returns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// All securities moved, each by its beta times this.
    Shock {
        /// Before betas.
        log_return: f64,
    },
    /// A move at the opening, beyond that of an ordinary night.
    Gap {
        /// The move.
        log_return: f64,
    },
    /// A move between two ticks.
    Jump {
        /// The move.
        log_return: f64,
    },
    /// `from` shares became `to`; the price followed.
    Split {
        /// Before.
        from: u32,
        /// After.
        to: u32,
    },
    /// No quotes, until an instant.
    Halt {
        /// The first instant of trading again.
        until: Timestamp,
    },
    /// A faulty print: an old quote once more.
    Stale {
        /// Its own time.
        as_of: Timestamp,
    },
    /// A faulty print: more is bid than asked.
    Crossed,
    /// A faulty print: every price is zero.
    Zero,
}

impl Event {
    /// Whether it is a print that no check should let through. The other kinds are true prices, however wild.
    #[must_use]
    pub fn is_faulty_print(&self) -> bool {
        matches!(self.kind, Kind::Stale { .. } | Kind::Crossed | Kind::Zero)
    }
}
