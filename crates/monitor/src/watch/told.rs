//! What a watch decides: to act, and every reason, or to rest, and the one that counts.
//!
//! In: reasons. Out: a [`Decision`] that can be put on record; its codes and words are in `wording`. Invariant: there is no decision without
//! a code and words, doing nothing included; the words hold every figure that was compared.

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::household::Class;
use portfolio::preference::Period;
use portfolio::schedule::Held;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::wording::all;

/// What is to be done on a tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The time of the tick.
    pub at: Timestamp,
    /// Whether to act, and why.
    pub verdict: Verdict,
    /// What is worth saying of single accounts.
    pub notes: Vec<AccountNote>,
    /// Whether the tick before was decided for the same reasons, so that a record of it need only be made longer.
    pub repeated: bool,
}

/// Act or rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A plan is to be made, for these reasons, one at least.
    Act(Vec<Trigger>),
    /// Nothing is to be done.
    Rest(Rest),
}

/// A reason to make a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// Classes are outside their bands and have been for long enough.
    Drift(Vec<Breach>),
    /// A day of the schedule.
    Date {
        /// Its period.
        every: Period,
        /// The day that was answered last.
        last: Date,
    },
    /// More flowed in than out.
    Deposit {
        /// Net, USD.
        usd: Decimal,
    },
    /// More flowed out than in.
    Withdrawal {
        /// Net, USD, positive.
        usd: Decimal,
    },
    /// Cash has to be raised: for a withdrawal that is asked for, or for the buffer.
    CashNeeded {
        /// USD.
        usd: Decimal,
    },
    /// Losses could be taken that nobody has answered.
    Harvest {
        /// How many lots.
        lots: usize,
        /// Their losses, USD, positive.
        loss_usd: Decimal,
    },
}

/// A class outside its band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The class.
    pub class: Class,
    /// Weight less target.
    pub drift: Decimal,
    /// Half-width of the band.
    pub tau: Decimal,
    /// The first tick of the breach.
    pub since: Timestamp,
}

/// The reason to do nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// The tick is not later than the last one: it was delivered twice, or late.
    NotNewer {
        /// The last tick.
        last: Timestamp,
    },
    /// The household is paused.
    Paused {
        /// Until when, where that was said.
        until: Option<Timestamp>,
        /// Why, in the words of whoever paused it.
        why: String,
    },
    /// A plan is being made.
    Planning {
        /// Since when.
        since: Timestamp,
    },
    /// A proposal waits for an answer or is being executed.
    Proposed {
        /// Its name.
        id: String,
    },
    /// The last attempt to make a plan failed.
    Retrying {
        /// From when on the next is made.
        at: Timestamp,
        /// How many failed in a row.
        failures: u32,
    },
    /// There are reasons, and trading has to wait.
    Wait {
        /// The reasons.
        triggers: Vec<Trigger>,
        /// From when on nothing is in the way.
        until: Timestamp,
        /// What is in the way now.
        held: Held,
    },
    /// There are reasons, and the household's own rules leave no time to trade.
    Never {
        /// The reasons.
        triggers: Vec<Trigger>,
        /// What can't be met.
        held: Held,
    },
    /// Classes are outside their bands, and each has something that holds the alarm; or losses have not lasted yet.
    Held {
        /// The classes, with what holds each.
        classes: Vec<(Class, HeldBy)>,
        /// Lots with a loss that has not lasted long enough.
        lots: usize,
    },
    /// Every class is inside its band.
    Inside {
        /// As the drift report says it.
        why: String,
    },
}

/// What holds the alarm of a class that is outside its band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldBy {
    /// It has not lasted long enough.
    NotYet {
        /// How far it has come: `1 of 2 ticks`.
        progress: String,
    },
    /// Somebody has answered a drift that was as large.
    Answered {
        /// The drift that was answered.
        drift: Decimal,
        /// By how much it has to grow.
        margin: Decimal,
        /// Until when it is quiet.
        until: Timestamp,
    },
    /// The household does not want to hear of the class.
    Snoozed {
        /// Until when.
        until: Timestamp,
    },
    /// The household is rebalanced by dates.
    NotDue {
        /// The first day of the next period.
        from: Date,
    },
}

/// What is worth saying of an account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AccountNote {
    /// The account.
    pub account_id: String,
    /// Stable code.
    pub code: &'static str,
    /// In words.
    pub words: String,
}

impl Decision {
    /// Stable codes of the reasons, one at least.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        self.verdict.codes()
    }

    /// Whether a plan is to be made.
    #[must_use]
    pub fn acts(&self) -> bool {
        matches!(self.verdict, Verdict::Act(_))
    }

    /// The instant that the household waits for, where it is known.
    #[must_use]
    pub fn wait_until(&self) -> Option<Timestamp> {
        match &self.verdict {
            Verdict::Rest(Rest::Wait { until, .. } | Rest::Retrying { at: until, .. }) => Some(*until),
            Verdict::Rest(Rest::Paused { until, .. }) => *until,
            _ => None,
        }
    }

    /// The decision as one sentence or more.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.verdict {
            Verdict::Act(triggers) => format!("Act: {}.", all(triggers)),
            Verdict::Rest(rest) => rest.words(),
        }
    }
}

impl Verdict {
    pub(super) fn codes(&self) -> Vec<&'static str> {
        match self {
            Verdict::Act(triggers) => triggers.iter().map(Trigger::code).collect(),
            Verdict::Rest(rest) => vec![rest.code()],
        }
    }
}

/// As it stands on record: `at`, `act`, `codes`, `why`, `wait_until`, `notes`.
impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("Decision", 6)?;
        record.serialize_field("at", &self.at)?;
        record.serialize_field("act", &self.acts())?;
        record.serialize_field("codes", &self.codes())?;
        record.serialize_field("why", &self.words())?;
        record.serialize_field("wait_until", &self.wait_until())?;
        record.serialize_field("notes", &self.notes)?;
        record.end()
    }
}
