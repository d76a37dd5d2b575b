//! `[paper]`: how the broker on paper behaves, so that what goes wrong at a real one can be tried out.
//!
//! In: a part of a configuration. Out: the broker's settings, without what trading costs, which the documents say. Invariant: without the part every
//! order is taken and filled at once.

use portfolio::Decimal;
use rebalance::keeping::paper::Settings;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;

/// `[paper]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaperShape {
    seed: Option<u64>,
    refused_pct: Option<Decimal>,
    partly_filled_pct: Option<Decimal>,
    outage_pct: Option<Decimal>,
    parts_max: Option<u32>,
    delay_secs_max: Option<u32>,
    every_secs: Option<u32>,
}

/// Parts of an order at most.
const PARTS_MAX: u32 = 100;
/// Longest delay, and longest time between two parts, seconds: an hour.
const SECS_MAX: u32 = 3_600;
/// How a part of all is counted.
const OF: u32 = 10_000;

impl PaperShape {
    /// How it behaves, with every fault told.
    pub(crate) fn checked(&self, faults: &mut Vec<String>) -> PaperBehaviour {
        let mut pct = |name: &str, given: Option<Decimal>| {
            let given = given.unwrap_or_default();
            if given < Decimal::ZERO || given > Decimal::ONE_HUNDRED {
                faults.push(format!("paper.{name}: has to be between 0 and 100"));
                return 0;
            }
            (given * Decimal::from(OF) / Decimal::ONE_HUNDRED).round().to_u32().unwrap_or_default()
        };
        let refused = pct("refused_pct", self.refused_pct);
        let partly = pct("partly_filled_pct", self.partly_filled_pct);
        let outages = pct("outage_pct", self.outage_pct);
        let mut most = |name: &str, given: Option<u32>, most: u32| {
            let given = given.unwrap_or_default();
            if given > most {
                faults.push(format!("paper.{name}: has to be {most} or less"));
            }
            given.min(most)
        };
        let parts_max = most("parts_max", self.parts_max, PARTS_MAX);
        let delay_secs_max = most("delay_secs_max", self.delay_secs_max, SECS_MAX);
        let every_secs = most("every_secs", self.every_secs, SECS_MAX);
        let settings = Settings {
            refused,
            partly,
            outages,
            parts_max,
            delay_secs_max,
            every_secs,
            ..Settings::default()
        };
        PaperBehaviour { seed: self.seed, settings }
    }
}

/// How the broker on paper behaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct PaperBehaviour {
    /// What its chance is drawn from, where that is said; else that of the market.
    pub(crate) seed: Option<u64>,
    /// The rest.
    pub(crate) settings: Settings,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (PaperBehaviour, Vec<String>) {
        let mut faults = Vec::new();
        let shape: PaperShape = toml::from_str(text).unwrap();
        (shape.checked(&mut faults), faults)
    }

    #[test]
    fn parts_of_a_hundred_are_counted_in_ten_thousand() {
        let (paper, faults) = read("refused_pct = 2.5\npartly_filled_pct = 100\nparts_max = 3\nseed = 9");
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(
            (paper.settings.refused, paper.settings.partly, paper.settings.parts_max),
            (250, 10_000, 3)
        );
        assert_eq!((paper.seed, paper.settings.outages), (Some(9), 0));
    }

    #[test]
    fn what_can_not_be_is_told_by_its_name() {
        let (_, faults) =
            read("refused_pct = 101\noutage_pct = -1\nparts_max = 1000\ndelay_secs_max = 99999");
        assert_eq!(
            faults,
            [
                "paper.refused_pct: has to be between 0 and 100",
                "paper.outage_pct: has to be between 0 and 100",
                "paper.parts_max: has to be 100 or less",
                "paper.delay_secs_max: has to be 3600 or less",
            ]
        );
        assert!(toml::from_str::<PaperShape>("refused = 1").is_err());
    }
}
