//! What a watch decides, and how it is told: a stable code and words for every decision.
//!
//! In: reasons to act, or the one to rest. Out: a [`Decision`] that can be put on record. Invariant: there is no decision without
//! a code and words, doing nothing included; the words hold every figure that was compared.

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::household::Class;
use portfolio::money::written;
use portfolio::preference::Period;
use portfolio::schedule::Held;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::facts::counted;
use crate::report::percent;

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

impl Trigger {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Trigger::Drift(_) => "drift.breach",
            Trigger::Date { .. } => "schedule.due",
            Trigger::Deposit { .. } => "cash.deposit",
            Trigger::Withdrawal { .. } => "cash.withdrawal",
            Trigger::CashNeeded { .. } => "cash.needed",
            Trigger::Harvest { .. } => "harvest.loss",
        }
    }

    /// In words, without an end.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Trigger::Drift(breaches) => {
                let told = |b: &Breach| {
                    let side = if b.drift.is_sign_negative() { "below" } else { "above" };
                    let (drift, tau) = (percent(b.drift.abs()), percent(b.tau));
                    format!("{} is {drift} {side} its target, band {tau}, since {}", b.class, b.since)
                };
                breaches.iter().map(told).collect::<Vec<_>>().join("; ")
            }
            Trigger::Date { every, last } => {
                format!("it is a new {}, and {last} was the last day", every.word())
            }
            Trigger::Deposit { usd } => format!("{} USD flowed in", written(*usd)),
            Trigger::Withdrawal { usd } => format!("{} USD flowed out", written(*usd)),
            Trigger::CashNeeded { usd } => format!("{} USD of cash have to be raised", written(*usd)),
            Trigger::Harvest { lots, loss_usd } => {
                format!(
                    "{} with a loss of {} USD could be harvested",
                    counted(*lots, "lot"),
                    written(*loss_usd)
                )
            }
        }
    }
}

impl Rest {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Rest::NotNewer { .. } => "rest.not_newer",
            Rest::Paused { .. } => "rest.paused",
            Rest::Planning { .. } => "rest.planning",
            Rest::Proposed { .. } => "rest.proposal_open",
            Rest::Retrying { .. } => "rest.retry_later",
            Rest::Wait { held: Held::Frequency(_), .. } => "wait.frequency",
            Rest::Wait { held: Held::Closed { .. }, .. } => "wait.market_closed",
            Rest::Wait { held: Held::Window { .. }, .. } => "wait.window",
            Rest::Never { .. } => "rest.never_allowed",
            Rest::Held { classes, .. } => classes
                .iter()
                .map(|(_, by)| by)
                .min_by_key(|by| by.place())
                .map_or("rest.not_persistent", HeldBy::code),
            Rest::Inside { .. } => "rest.inside_bands",
        }
    }

    /// As one sentence or more.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Rest::NotNewer { last } => {
                format!("Nothing: the last tick was at {last}, and this one is not later.")
            }
            Rest::Paused { until, why } => {
                let until =
                    until.map_or("until somebody resumes it".to_owned(), |until| format!("until {until}"));
                format!("Nothing: the household is paused {until} (`{why}`).")
            }
            Rest::Planning { since } => format!("Nothing: a plan is being made since {since}."),
            Rest::Proposed { id } => format!("Nothing: proposal `{id}` is open."),
            Rest::Retrying { at, failures } => {
                format!(
                    "Nothing: {} to make a plan failed; the next is made from {at} on.",
                    counted(*failures as usize, "attempt")
                )
            }
            Rest::Wait { triggers, until, held } => {
                format!("Wait until {until}: {held}. Then: {}.", all(triggers))
            }
            Rest::Never { triggers, held } => {
                format!(
                    "Nothing, ever: {held}, and there is no such time; change that wish. Otherwise: {}.",
                    all(triggers)
                )
            }
            Rest::Held { classes, lots } => {
                let mut told: Vec<String> =
                    classes.iter().map(|(class, by)| format!("{class} {}", by.words())).collect();
                if *lots > 0 {
                    told.push(format!(
                        "{} with a loss that has not lasted long enough",
                        counted(*lots, "lot")
                    ));
                }
                format!("Nothing yet: {}.", told.join("; "))
            }
            Rest::Inside { why } => why.clone(),
        }
    }
}

impl HeldBy {
    /// Of several, the first names the decision.
    fn place(&self) -> u8 {
        match self {
            HeldBy::NotYet { .. } => 0,
            HeldBy::Answered { .. } => 1,
            HeldBy::Snoozed { .. } => 2,
            HeldBy::NotDue { .. } => 3,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            HeldBy::NotYet { .. } => "rest.not_persistent",
            HeldBy::Answered { .. } => "rest.answered",
            HeldBy::Snoozed { .. } => "rest.snoozed",
            HeldBy::NotDue { .. } => "rest.not_due",
        }
    }

    fn words(&self) -> String {
        match self {
            HeldBy::NotYet { progress } => format!("is outside its band, for {progress}"),
            HeldBy::Answered { drift, margin, until } => format!(
                "is outside its band, and a drift of {} was answered: it rings when {} are added, or from {until} on",
                percent(drift.abs()),
                percent(*margin)
            ),
            HeldBy::Snoozed { until } => format!("is outside its band, and snoozed until {until}"),
            HeldBy::NotDue { from } => {
                format!("is outside its band, and dates count: the next is from {from} on")
            }
        }
    }
}

fn all(triggers: &[Trigger]) -> String {
    triggers.iter().map(Trigger::words).collect::<Vec<_>>().join("; ")
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
