//! When does a household want to hear of it: the settings of a watch.
//!
//! In: settings as a person or a store wrote them; what is missing has its default. Out: a checked [`Policy`]. Invariant: what is read
//! from text has been checked, so that no setting can make a watch ring on every tick for ever, or never.

use portfolio::Decimal;
use portfolio::preference::Period;
use rust_decimal::dec;
use serde::{Deserialize, Serialize};

use super::streaks::Streak;
use crate::harvest::Worth;

/// The settings of a watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, remote = "Self")]
pub struct Policy {
    /// On which days drift counts, or dates do.
    pub schedule: Schedule,
    /// How long a breach, or a loss, has to last before it counts.
    pub persistence: Persistence,
    /// By which weight a drift has to grow to be told again once somebody has answered.
    pub margin: Decimal,
    /// A class that is at most this part of its band away from its target is quiet again: what was answered is forgotten.
    pub rearm_part: Decimal,
    /// After so many days what was answered is told again, changed or not.
    pub quiet_days: u16,
    /// From which part of the household's value on money that flowed in or out is a reason.
    pub flow_part_min: Decimal,
    /// From which loss on a lot is a reason.
    pub harvest: Worth,
}

/// On which days drift counts, or dates do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// A breach counts on any day, and no date does.
    #[default]
    OnDrift,
    /// The first session of each period counts, whatever the drift; breaches between do not.
    Dates(Period),
    /// Both do.
    DatesAndDrift(Period),
}

/// How long something has to last before it counts; only while the market is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Persistence {
    /// So many ticks in a row.
    Ticks(u32),
    /// So many minutes from the first tick to the last.
    Minutes(u32),
}

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is {given}: give {wanted}")]
pub struct PolicyError {
    /// Its name.
    pub field: &'static str,
    /// As given.
    pub given: String,
    /// What is asked for.
    pub wanted: &'static str,
}

impl Default for Policy {
    /// Drift that lasts for two ticks; told again a hundredth further off, back within half a band, or after 30 days; flows of a
    /// hundredth.
    fn default() -> Self {
        Policy {
            schedule: Schedule::OnDrift,
            persistence: Persistence::Ticks(2),
            margin: dec!(0.01),
            rearm_part: dec!(0.5),
            quiet_days: 30,
            flow_part_min: dec!(0.01),
            harvest: Worth::default(),
        }
    }
}

impl Policy {
    /// The same, once every setting makes sense.
    ///
    /// # Errors
    /// [`PolicyError`], the first.
    pub fn checked(self) -> Result<Policy, PolicyError> {
        let refuse = |field, given: String, wanted| Err(PolicyError { field, given, wanted });
        let part = |x: Decimal| (Decimal::ZERO..=Decimal::ONE).contains(&x);
        let Worth { loss_usd_min, loss_part_min, growth_part } = self.harvest;
        if let Persistence::Ticks(0) = self.persistence {
            return refuse("persistence", "0 ticks".to_owned(), "1 tick or more");
        }
        for (field, given) in [("margin", self.margin), ("flow_part_min", self.flow_part_min)] {
            if !part(given) || given.is_zero() {
                return refuse(field, given.to_string(), "a weight above 0 and at most 1");
            }
        }
        for (field, given) in [("rearm_part", self.rearm_part), ("harvest.loss_part_min", loss_part_min)] {
            if !part(given) {
                return refuse(field, given.to_string(), "a part from 0 to 1");
            }
        }
        if self.quiet_days == 0 {
            return refuse("quiet_days", "0".to_owned(), "1 day or more");
        }
        if loss_usd_min <= Decimal::ZERO || loss_usd_min > portfolio::money::MONEY_MAX {
            return refuse("harvest.loss_usd_min", loss_usd_min.to_string(), "an amount above 0 USD");
        }
        if growth_part <= Decimal::ZERO || growth_part > dec!(100) {
            return refuse("harvest.growth_part", growth_part.to_string(), "a part above 0 and at most 100");
        }
        Ok(self)
    }
}

impl Serialize for Policy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Policy::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Policy, D::Error> {
        Policy::deserialize(deserializer)?.checked().map_err(serde::de::Error::custom)
    }
}

impl Schedule {
    /// Whether a breach counts on any day.
    pub(super) fn hears_drift(self) -> bool {
        !matches!(self, Schedule::Dates(_))
    }

    /// The period whose first session counts.
    pub(super) fn period(self) -> Option<Period> {
        match self {
            Schedule::OnDrift => None,
            Schedule::Dates(period) | Schedule::DatesAndDrift(period) => Some(period),
        }
    }
}

impl Persistence {
    /// Whether something has lasted long enough.
    pub(super) fn is_met(self, streak: &Streak) -> bool {
        match self {
            Persistence::Ticks(ticks) => streak.ticks >= ticks,
            Persistence::Minutes(minutes) => streak.open_millis >= i64::from(minutes) * 60_000,
        }
    }

    /// How far it has come: `1 of 2 ticks`.
    pub(super) fn told(self, streak: Option<&Streak>) -> String {
        match self {
            Persistence::Ticks(ticks) => format!("{} of {ticks} ticks", streak.map_or(0, |s| s.ticks)),
            Persistence::Minutes(minutes) => {
                format!("{} of {minutes} minutes", streak.map_or(0, |s| s.open_millis / 60_000))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_has_its_default_and_what_is_unknown_is_an_error() {
        assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
        let quarterly =
            r#"{"schedule": {"dates": "quarter"}, "persistence": {"minutes": 15}, "margin": "0.02"}"#;
        let read: Policy = serde_json::from_str(quarterly).unwrap();
        assert_eq!(read.schedule, Schedule::Dates(Period::Quarter));
        assert_eq!(read.persistence, Persistence::Minutes(15));
        assert_eq!(serde_json::from_str::<Policy>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
        assert!(
            serde_json::from_str::<Policy>(r#"{"margins": 1}"#).unwrap_err().to_string().contains("margins")
        );
    }

    #[test]
    fn a_setting_that_makes_no_sense_is_named() {
        for (text, told) in [
            (r#"{"margin": "0"}"#, "`margin` is 0: give a weight above 0 and at most 1"),
            (r#"{"persistence": {"ticks": 0}}"#, "`persistence` is 0 ticks: give 1 tick or more"),
            (r#"{"rearm_part": "1.5"}"#, "`rearm_part` is 1.5: give a part from 0 to 1"),
            (r#"{"quiet_days": 0}"#, "`quiet_days` is 0: give 1 day or more"),
            (
                r#"{"harvest": {"loss_usd_min": "-1"}}"#,
                "`harvest.loss_usd_min` is -1: give an amount above 0 USD",
            ),
            (
                r#"{"harvest": {"growth_part": 0}}"#,
                "`harvest.growth_part` is 0: give a part above 0 and at most 100",
            ),
            (r#"{"flow_part_min": "2"}"#, "`flow_part_min` is 2: give a weight above 0 and at most 1"),
        ] {
            let refused = serde_json::from_str::<Policy>(text).unwrap_err().to_string();
            assert!(refused.starts_with(told), "{refused}");
        }
    }
}
