//! Why a household can't be kept at this moment.

use execute::BrokerError;
use jiff::civil::Date;
use monitor::watch::WatchError;
use portfolio::DocumentError;
use portfolio::exchange::OutOfCalendar;

use super::house_rules::RulebookFault;
use crate::books::BooksError;
use crate::cycle::CycleError;
use crate::life::Refusal;

/// Why a step could not be taken. Nothing of it was written; the same call can be made again.
#[derive(Debug, thiserror::Error)]
pub enum KeepingError {
    /// The books.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// What is on record as a portfolio document is none.
    #[error("the portfolio on record can't be read: {0}")]
    Document(#[from] DocumentError),
    /// The next text of a document could not be written.
    #[error("the next portfolio can't be written: {0}")]
    Text(#[from] serde_json::Error),
    /// The market's calendar does not have the day.
    #[error(transparent)]
    Calendar(#[from] OutOfCalendar),
    /// The watch is not where the step would take it.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// A kept value is not one that this program writes.
    #[error("`{name}` of household {household} on record can't be read: {detail}")]
    Setting {
        /// Whose.
        household: String,
        /// Which.
        name: &'static str,
        /// Why.
        detail: String,
    },
    /// What is kept of the market is not what this program writes.
    #[error("`{name}` of the market on record can't be read: {detail}")]
    MarketSetting {
        /// Which.
        name: &'static str,
        /// Why.
        detail: String,
    },
    /// There is nothing of that name.
    #[error("there is no {what} on record")]
    Unknown {
        /// What.
        what: String,
    },
    /// The cycle of a plan that is on record can't be run again.
    #[error("the cycle on record can't be run: {0}")]
    Cycle(#[from] CycleError),
    /// The life of a recommendation does not allow the step.
    #[error("{} can't be taken by recommendation {}: {}", .0.step, .0.recommendation, .0.reason)]
    Refused(Box<Refusal>),
    /// Money can't flow so.
    #[error("{detail}")]
    Flow {
        /// Why, with the figures.
        detail: String,
    },
    /// A document can't be taken now.
    #[error("{}", executing(household, *has_failed))]
    Executing {
        /// Whose.
        household: String,
        /// Its orders have ended, and a part of the plan was not done.
        has_failed: bool,
    },
    /// A document that is handed in can't know of what was booked since.
    #[error(
        "the document is of {as_of}, and something was booked for household `{household}` on {booked}, which it can't know of; make it anew from files of that day or later, or write the day on which it is right into `as_of`"
    )]
    Older {
        /// Whose.
        household: String,
        /// The day of the document.
        as_of: Date,
        /// The last day on which something was booked.
        booked: Date,
    },
    /// A split would make figures that no document can hold.
    #[error(
        "the split of {ticker} from {from} to {to} shares can't be applied to household `{household}`: {detail}; hand in a document in new shares"
    )]
    Split {
        /// Whose.
        household: String,
        /// Of what.
        ticker: String,
        /// Shares before.
        from: u32,
        /// Shares after.
        to: u32,
        /// Why.
        detail: String,
    },
    /// A document of a household that follows a model portfolio wants something else.
    #[error(
        "household `{household}` follows the model portfolio `{model}`, and this document has another target; leave its target as it is, or stop following first"
    )]
    Follows {
        /// Whose.
        household: String,
        /// What it follows.
        model: String,
    },
    /// A model portfolio that is followed stays.
    #[error(
        "{followers} {} the model portfolio `{model}`; it can be removed once nobody does",
        if *followers == 1 { "household follows" } else { "households follow" }
    )]
    IsFollowed {
        /// Which.
        model: String,
        /// How many follow it.
        followers: usize,
    },
    /// What was looked at is not what is there now.
    #[error("{detail}")]
    Overtaken {
        /// What has changed.
        detail: String,
    },
    /// What this is to be called can't be.
    #[error("{detail}")]
    Named {
        /// Why.
        detail: String,
    },
    /// Two persons are needed, and this is one.
    #[error("{detail}")]
    SamePerson {
        /// What the other one has to do.
        detail: String,
    },
    /// A rulebook that can't be.
    #[error("{}", .0.iter().map(|fault| format!("{}: {}", fault.path, fault.detail)).collect::<Vec<_>>().join("\n"))]
    Rulebook(Vec<RulebookFault>),
    /// The broker told nothing.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// An order is at another broker than the one that is asked now.
    #[error(
        "`{order}` is at the broker `{at}`, and this is `{asked}`; see that it ends there (`equipoise orders --open`) before another broker is named"
    )]
    Elsewhere {
        /// Our name for the order.
        order: String,
        /// Where it is.
        at: String,
        /// Who is asked.
        asked: String,
    },
    /// The broker knows nothing of an order that it had accepted.
    #[error(
        "the broker `{broker}` had accepted `{order}` and knows nothing of it now; look at the account at the broker before anything else"
    )]
    Forgotten {
        /// Which.
        broker: String,
        /// Our name for the order.
        order: String,
    },
    /// A fill that can't be: of a lot that is not held, or of more than is held.
    #[error(
        "{execution_id} can't be booked: {detail}; look at the account at the broker before anything else"
    )]
    Fill {
        /// The broker's name for it.
        execution_id: String,
        /// Why.
        detail: String,
    },
}

impl From<Box<Refusal>> for KeepingError {
    fn from(refusal: Box<Refusal>) -> KeepingError {
        KeepingError::Refused(refusal)
    }
}

fn executing(household: &str, has_failed: bool) -> String {
    if has_failed {
        return format!(
            "a part of the last plan of household `{household}` was not done, and what is left of it is planned anew first: by the service in the next hours of the market, at once by `equipoise retry`; change the household after that"
        );
    }
    format!("orders of household `{household}` are at the broker; change the household once they have ended")
}
