//! Since when, and for how many ticks, has something been so: what a debounce counts.
//!
//! In: the names of what is so on a tick, with its time and its session. Out: a [`Streak`] for each. Invariant: one tick on which
//! something is not so ends its streak; ticks while the market is closed begin and lengthen none, since their prices are the same.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use portfolio::exchange::Session;
use serde::{Deserialize, Serialize};

/// How long something has been so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Streak {
    /// The first tick.
    pub(super) since: Timestamp,
    /// Ticks in a row.
    pub(super) ticks: u32,
    /// Time from the first tick to the last while the market was open, milliseconds.
    pub(super) open_millis: i64,
}

/// Streaks by the name of what is so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Streaks(BTreeMap<String, Streak>);

impl Streaks {
    /// Takes a tick on which exactly `names` are so.
    pub(super) fn follow(
        &mut self,
        names: &BTreeSet<&str>,
        now: Timestamp,
        last: Option<Timestamp>,
        session: Option<&Session>,
    ) {
        self.0.retain(|name, _| names.contains(name.as_str()));
        let Some(session) = session else { return };
        let open_since = last.map_or(now, |last| last.max(session.opens)).min(now);
        let open_millis = i64::try_from(now.duration_since(open_since).as_millis()).unwrap_or(0);
        for name in names {
            if let Some(streak) = self.0.get_mut(*name) {
                streak.ticks = streak.ticks.saturating_add(1);
                streak.open_millis = streak.open_millis.saturating_add(open_millis);
            } else {
                self.0.insert((*name).to_owned(), Streak { since: now, ticks: 1, open_millis: 0 });
            }
        }
    }

    pub(super) fn of(&self, name: &str) -> Option<&Streak> {
        self.0.get(name)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portfolio::exchange::session_at;

    #[test]
    fn the_night_counts_for_nothing_and_a_gap_ends_it() {
        let mut streaks = Streaks::default();
        let mut last = None;
        let mut tick = |time: &str, names: &[&str]| {
            let now = time.parse().unwrap();
            streaks.follow(&names.iter().copied().collect(), now, last, session_at(now).unwrap().as_ref());
            last = Some(now);
            streaks.of("S").map(|s| (s.ticks, s.open_millis / 60_000))
        };
        assert_eq!(tick("2026-11-19T14:00:00Z", &["S"]), None); // closed
        assert_eq!(tick("2026-11-19T20:50:00Z", &["S"]), Some((1, 0)));
        assert_eq!(tick("2026-11-19T20:55:00Z", &["S", "B"]), Some((2, 5)));
        assert_eq!(tick("2026-11-19T22:00:00Z", &["S"]), Some((2, 5)));
        assert_eq!(tick("2026-11-20T14:32:00Z", &["S"]), Some((3, 7)));
        assert_eq!(tick("2026-11-20T14:33:00Z", &["B"]), None);
        assert_eq!(tick("2026-11-20T14:34:00Z", &["S"]), Some((1, 0)));
    }
}
