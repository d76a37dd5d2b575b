//! How drift went over time: a compact series, and the time-weighted drift (27) over it.
//!
//! In: drift reports with their instants. Out: a [`History`] of [`Point`]s. Older points are thinned: for two days all
//! are kept, for 60 days those of an hour, for two years those of a day, and those of a week beyond; of each such
//! span the last point and the one that had drifted furthest. Invariants: time ascends; no peak is lost, whatever
//! was thinned; how often it was thinned on the way does not matter; what is kept grows by the week.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portfolio::Decimal;
use portfolio::household::Class;
use portfolio::measures::{Undefined, drift_path};
use portfolio::money::float;
use serde::{Deserialize, Serialize};

use crate::metrics::{self, Metric};
use crate::report::DriftReport;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// From which age on, in seconds, points are thinned to spans of how many seconds. Each span is a multiple of the
/// one before, so that thinning step by step is thinning at once.
const SPANS: [(i64, i64); 3] = [(2 * DAY, HOUR), (60 * DAY, DAY), (730 * DAY, 7 * DAY)];
/// Digits after the point of what is kept.
const DIGITS: u32 = 8;
/// Seconds of a year of 365.25 days, as in the measures.
const YEAR: f64 = 31_557_600.0;

/// The drift of a household at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// Absolute drift (18).
    pub absolute: Decimal,
    /// Sum of squared drifts (21).
    pub squared: Decimal,
    /// Largest drift (22).
    pub maximum: Decimal,
    /// Classes outside their band (26).
    pub breaches: u32,
    /// Weight of each class.
    pub weights: BTreeMap<Class, Decimal>,
}

impl Point {
    /// What is kept of a report.
    #[must_use]
    pub fn of(at: Timestamp, report: &DriftReport) -> Point {
        let drifts = || report.classes.iter().map(|c| c.drift.0.abs());
        let kept = |figure: Decimal| figure.round_dp(DIGITS).normalize();
        Point {
            at,
            absolute: kept(drifts().sum()),
            squared: kept(drifts().map(|drift| drift * drift).sum()),
            maximum: kept(drifts().max().unwrap_or_default()),
            breaches: u32::try_from(report.breaches.len()).unwrap_or(u32::MAX),
            weights: report.classes.iter().map(|c| (c.class.clone(), kept(c.weight.0))).collect(),
        }
    }
}

/// The drift of a household over time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Point>", into = "Vec<Point>")]
pub struct History {
    points: Vec<Point>,
}

impl TryFrom<Vec<Point>> for History {
    type Error = NotLater;

    fn try_from(points: Vec<Point>) -> Result<History, NotLater> {
        match points.windows(2).find(|pair| pair[1].at <= pair[0].at) {
            Some(pair) => Err(NotLater { last: pair[0].at, at: pair[1].at }),
            None => Ok(History { points }),
        }
    }
}

impl From<History> for Vec<Point> {
    fn from(history: History) -> Vec<Point> {
        history.points
    }
}

/// A point that is not later than the last one; the history is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the history reaches to {last}, and {at} is not later")]
pub struct NotLater {
    /// The last instant of the history.
    pub last: Timestamp,
    /// What was to be added.
    pub at: Timestamp,
}

impl History {
    /// What is kept, ascending by time.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Adds a point, and thins those that have grown old.
    ///
    /// # Errors
    /// [`NotLater`].
    pub fn push(&mut self, point: Point) -> Result<(), NotLater> {
        let last = self.points.last().map(|last| last.at);
        if let Some(last) = last.filter(|last| point.at <= *last) {
            return Err(NotLater { last, at: point.at });
        }
        let now = point.at;
        self.points.push(point);
        // Spans are whole hours, so only with a new hour can one grow old.
        let hour = |at: Timestamp| at.as_second().div_euclid(HOUR);
        if last.is_some_and(|last| hour(last) != hour(now)) {
            self.thin(now);
        }
        Ok(())
    }

    /// Time-weighted drift (27) from the first point on or after `from`, in value · years, at a continuous
    /// discount rate per year.
    ///
    /// # Errors
    /// [`Undefined`] with fewer than two points.
    ///
    /// # Source
    /// Design document (27).
    pub fn time_weighted(&self, from: Timestamp, discount_rate: f64) -> Result<f64, Undefined> {
        let points = &self.points[self.points.partition_point(|point| point.at < from)..];
        let Some(first) = points.first() else { return Err(Undefined::TooFew { needed: 2, given: 0 }) };
        let years = points.iter().map(|p| p.at.duration_since(first.at).as_secs_f64() / YEAR);
        let drift: Vec<f64> = points.iter().map(|p| float(p.absolute)).collect();
        drift_path::time_weighted(&years.collect::<Vec<_>>(), &drift, discount_rate)
    }

    /// The report with (27), which one document alone can't have.
    #[must_use]
    pub fn completed(&self, mut report: DriftReport, from: Timestamp, discount_rate: f64) -> DriftReport {
        let known: Metric = metrics::time_weighted(self.time_weighted(from, discount_rate));
        for metric in report.metrics.iter_mut().filter(|metric| metric.equation == known.equation) {
            metric.clone_from(&known);
        }
        report
    }

    /// Keeps of each span that has grown old the last point and the one that had drifted furthest.
    fn thin(&mut self, now: Timestamp) {
        let now = now.as_second();
        // The span that a point lies in, as (length, number), once all of it is old enough.
        let span_of = |point: &Point| {
            let second = point.at.as_second();
            let of_length = |length: i64| (length, second.div_euclid(length));
            let old = |(age, length): &(i64, i64)| {
                let (_, number) = of_length(*length);
                ((number + 1) * length <= now - age).then(|| of_length(*length))
            };
            SPANS.iter().rev().find_map(old).unwrap_or((0, second))
        };
        let keep: Vec<bool> = self
            .points
            .chunk_by(|a, b| span_of(a) == span_of(b) && span_of(a).0 > 0)
            .flat_map(|span| {
                let furthest = span.iter().map(|point| point.absolute).max();
                let peak = span.iter().position(|point| Some(point.absolute) == furthest);
                (0..span.len()).map(move |n| n + 1 == span.len() || Some(n) == peak)
            })
            .collect();
        let mut keep = keep.into_iter();
        self.points.retain(|_| keep.next().unwrap_or(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor;
    use proptest::prelude::*;
    use rust_decimal::dec;

    fn point(second: i64, thousandths: i64) -> Point {
        let absolute = Decimal::new(thousandths, 3);
        let at = Timestamp::from_second(second).unwrap();
        Point { at, absolute, squared: absolute, maximum: absolute, breaches: 0, weights: BTreeMap::new() }
    }

    fn history(points: &[Point]) -> History {
        let mut history = History::default();
        for point in points {
            history.push(point.clone()).unwrap();
        }
        history
    }

    #[test]
    fn a_year_of_minutes_is_some_thousand_points() {
        let minutes = (0..250).flat_map(|day| (0..390).map(move |minute| (day * DAY + minute * 60, minute)));
        let points: Vec<Point> = minutes.map(|(second, minute)| point(second, minute % 50)).collect();
        let kept = history(&points);
        assert!(kept.points().len() < 2_800, "{}", kept.points().len());
    }

    #[test]
    fn a_report_becomes_a_point_and_gets_its_time_weighted_drift() {
        let text = r#"{"as_of": "2026-11-20", "cash": 25, "target_allocation": {"S": 0.5, "Cash": 0.5},
          "holdings": [{"ticker": "A", "asset_class": "S", "current_price": 1, "kind": "etf",
                        "lots": [{"lot_id": "1", "quantity": 75, "cost_basis_per_share": 1}]}]}"#;
        let report = monitor(&portfolio::read(text).unwrap());
        let start: Timestamp = "2026-11-20T15:00:00Z".parse().unwrap();
        let later = Timestamp::from_second(start.as_second() + 31_557_600).unwrap();
        let mut history = history(&[Point::of(start, &report), Point::of(later, &report)]);
        assert_eq!(history.points()[0].absolute, dec!(0.5));
        assert_eq!(history.points()[0].breaches, 2);
        assert_eq!(history.points()[0].weights["S"], dec!(0.75));
        // Half of the value off for a year.
        let told = history.completed(report.clone(), start, 0.0);
        assert_eq!(told.metrics[9].equation, 27);
        assert_eq!(told.metrics[9].value, Some(0.5));
        let none = history.completed(report.clone(), later, 0.0).metrics[9].clone();
        assert_eq!(
            (none.value, none.note.as_deref()),
            (None, Some("needs at least 2 observations and has 1"))
        );
        let refused = history.push(Point::of(later, &report)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the history reaches to 2027-11-20T21:00:00Z, and 2027-11-20T21:00:00Z is not later"
        );
    }

    #[test]
    fn a_kept_history_out_of_order_is_refused() {
        let kept = serde_json::to_string(&[point(120, 1), point(60, 1)]).unwrap();
        let refused = serde_json::from_str::<History>(&kept).unwrap_err().to_string();
        assert!(refused.starts_with("the history reaches to 1970-01-01T00:02:00Z, and"), "{refused}");
    }

    fn walks() -> impl Strategy<Value = Vec<Point>> {
        let steps =
            prop::collection::vec((prop_oneof![60_i64..4_000, 40_000_i64..2_000_000], 0_i64..400), 2..300);
        steps.prop_map(|steps| {
            let mut second = 1_700_000_000;
            let mut points = Vec::new();
            for (step, drift) in steps {
                second += step;
                points.push(point(second, drift));
            }
            points
        })
    }

    proptest! {
        /// Thinned at every step or once in the end: the same points.
        #[test]
        fn how_often_it_is_thinned_does_not_matter(points in walks()) {
            let mut at_once = History { points: points.clone() };
            let mut by_steps = history(&points);
            let end = points[points.len() - 1].at;
            at_once.thin(end);
            by_steps.thin(end);
            prop_assert_eq!(&at_once, &by_steps);
            at_once.thin(end);
            prop_assert_eq!(at_once, by_steps);
        }

        /// The furthest drift of all time, first and last hours, and order survive.
        #[test]
        fn no_peak_is_lost(points in walks()) {
            let kept = history(&points);
            let most = |points: &[Point]| points.iter().map(|p| p.absolute).max();
            prop_assert_eq!(most(kept.points()), most(&points));
            prop_assert!(kept.points().is_sorted_by(|a, b| a.at < b.at));
            prop_assert_eq!(kept.points().last(), points.last());
            let recent = points[points.len() - 1].at.as_second() - 2 * DAY;
            let of = |points: &[Point]| points.iter().filter(|p| p.at.as_second() > recent).count();
            prop_assert_eq!(of(kept.points()), of(&points));
        }

        /// Written and read again it goes on as if it had not been.
        #[test]
        fn a_restart_changes_nothing(points in walks(), at in 0_usize..300) {
            let mut restarted = History::default();
            for (n, point) in points.iter().enumerate() {
                if n == at {
                    restarted = serde_json::from_str(&serde_json::to_string(&restarted).unwrap()).unwrap();
                }
                restarted.push(point.clone()).unwrap();
            }
            prop_assert_eq!(restarted, history(&points));
        }
    }
}
