//! How a decision is told: the stable code of each reason, and its words.
//!
//! In: a reason to act or to rest. Out: a code that programs rely on, and a sentence with every figure that was compared. Invariant: codes
//! do not change; words may.

use portfolio::money::written;
use portfolio::schedule::Held;

use super::facts::counted;
use super::told::{Breach, HeldBy, Rest, Trigger};
use crate::report::percent;

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

/// Reasons, one after the other, without an end.
pub(super) fn all(triggers: &[Trigger]) -> String {
    triggers.iter().map(Trigger::words).collect::<Vec<_>>().join("; ")
}
