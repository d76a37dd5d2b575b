//! What a company did to its shares: splits, dividends, spin-offs, new names.
//!
//! In: what a source says. Out: an [`Action`] with words for a person. Invariant: only a split changes what is held, by [`crate::Feed::splits`]; of the others a
//! person is told, and the broker's statement says what they brought.

use std::fmt;

use jiff::civil::Date;
use portfolio::Decimal;
use serde::{Deserialize, Serialize};

use crate::feed::Split;

/// Something that a company did to its shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// One share became several, or several one.
    Split(Split),
    /// Cash per share.
    Dividend {
        /// The security.
        ticker: String,
        /// The first day on which a buyer does not get it.
        ex_day: Date,
        /// USD per share.
        usd_per_share: Decimal,
        /// Whether it is out of the ordinary.
        special: bool,
    },
    /// Shares of another company per share.
    SpinOff {
        /// The security.
        ticker: String,
        /// The first day on which a buyer does not get it.
        ex_day: Date,
        /// The other company.
        new_ticker: String,
        /// Its shares per share, as the source tells it.
        shares_per_share: Decimal,
    },
    /// Another name for the same shares.
    Renamed {
        /// The name before.
        ticker: String,
        /// The first day under the new name.
        day: Date,
        /// The new name.
        new_ticker: String,
    },
    /// Another company takes the shares over, for cash, shares or both.
    Merger {
        /// The security that ends.
        ticker: String,
        /// The day on which it does.
        day: Date,
        /// What a share becomes, as the source tells it.
        terms: String,
    },
}

impl Action {
    /// The security.
    #[must_use]
    pub fn ticker(&self) -> &str {
        match self {
            Action::Split(split) => &split.ticker,
            Action::Dividend { ticker, .. }
            | Action::SpinOff { ticker, .. }
            | Action::Renamed { ticker, .. }
            | Action::Merger { ticker, .. } => ticker,
        }
    }

    /// The first day on which it shows in the price.
    #[must_use]
    pub fn day(&self) -> Date {
        match self {
            Action::Split(split) => split.day,
            Action::Dividend { ex_day, .. } | Action::SpinOff { ex_day, .. } => *ex_day,
            Action::Renamed { day, .. } | Action::Merger { day, .. } => *day,
        }
    }

    /// Its stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Action::Split(_) => "action.split",
            Action::Dividend { .. } => "action.dividend",
            Action::SpinOff { .. } => "action.spin_off",
            Action::Renamed { .. } => "action.renamed",
            Action::Merger { .. } => "action.merger",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}: ", self.code(), self.ticker(), self.day())?;
        match self {
            Action::Split(split) => write!(f, "{} shares become {}", split.from, split.to),
            Action::Dividend { usd_per_share, special, .. } => {
                write!(f, "{}dividend of {usd_per_share} USD a share", if *special { "special " } else { "" })
            }
            Action::SpinOff { new_ticker, shares_per_share, .. } => write!(
                f,
                "{shares_per_share} shares of {new_ticker} for each share; part of the basis moves to them: hand in a document with both once the broker shows them"
            ),
            Action::Renamed { new_ticker, .. } => {
                write!(f, "is {new_ticker} from then on; hand in a document with the new name")
            }
            Action::Merger { terms, .. } => {
                write!(f, "is taken over ({terms}); hand in a document of what the broker shows afterwards")
            }
        }
    }
}
