//! (18), (19), (21)–(27): how far the classes are from their targets.
//!
//! In: weights and targets per class, and for (27) positions with their price history. Out: rows.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Inputs, Measure, none};
use crate::measures::undefined::Undefined;
use crate::measures::{concentration, drift, drift_path};
use crate::money::float;

pub(super) fn rows(inputs: &Inputs<'_>) -> Vec<Measure> {
    let current: Vec<f64> = inputs.classes.iter().map(|c| float(c.current)).collect();
    let target: Vec<f64> = inputs.classes.iter().map(|c| float(c.target)).collect();
    let of = |measure: fn(&[f64], &[f64]) -> Result<f64, Undefined>| {
        if current.is_empty() { none("target weights") } else { measure(&current, &target) }
    };
    let misfit = inputs.misfit.as_ref().map_or_else(
        || none("security targets and a risk model"),
        |m| drift::misfit(&m.current, &m.target, &m.covariance),
    );
    vec![
        Measure::of("absolute_drift", 18, "absolute drift", "of value", of(drift::absolute)),
        Measure::of(
            "relative_drift",
            19,
            "relative drift",
            "of targets",
            of(drift::relative).map_err(|why| named(why, inputs)),
        ),
        Measure::of(
            "relative_drift_of_targeted",
            19,
            "relative drift",
            "of targets",
            of(drift::relative_of_targeted),
        )
        .noting("classes without a target are left out"),
        Measure::of("squared_drift", 21, "sum of squared errors", "–", of(drift::squared)),
        Measure::of("maximum_drift", 22, "maximum deviation", "of value", of(drift::maximum)),
        Measure::of(
            "herfindahl",
            23,
            "Herfindahl index",
            "–",
            of(|current, _| concentration::herfindahl(current)),
        ),
        Measure::of("herfindahl_drift", 24, "drift in Herfindahl index", "–", of(concentration::drift)),
        Measure::of("misfit", 25, "allocation misfit", "variance per year", misfit),
        Measure::of("corridor_breaches", 26, "corridor breaches", "classes", breaches(inputs)),
        Measure::of("time_weighted_drift", 27, "time-weighted drift", "of value · years", over_time(inputs))
            .noting("had today's shares been held over the whole price history"),
    ]
}

/// A reason that tells an entry by its number, with the name of the class.
fn named(why: Undefined, inputs: &Inputs<'_>) -> Undefined {
    match why {
        Undefined::ZeroTarget { at } => match inputs.classes.get(at) {
            Some(class) => Undefined::ZeroTargetOf { class: class.class.clone() },
            None => why,
        },
        other => other,
    }
}

#[allow(clippy::cast_precision_loss, reason = "a count of classes")]
fn breaches(inputs: &Inputs<'_>) -> Result<f64, Undefined> {
    let banded: Vec<_> = inputs.classes.iter().filter_map(|c| Some((c, c.tolerance?))).collect();
    if banded.is_empty() {
        return none("tolerance bands");
    }
    let current: Vec<_> = banded.iter().map(|(c, _)| c.current).collect();
    let target: Vec<_> = banded.iter().map(|(c, _)| c.target).collect();
    let tolerance: Vec<_> = banded.iter().map(|(_, band)| *band).collect();
    Ok(drift::corridor_breaches(&current, &target, &tolerance)? as f64)
}

/// (27) along the price history, with today's shares and cash throughout.
fn over_time(inputs: &Inputs<'_>) -> Result<f64, Undefined> {
    let prices = inputs.prices.ok_or(Undefined::NotGiven { what: "the prices file (`--prices`)" })?;
    if inputs.classes.is_empty() {
        return none("target weights");
    }
    let tickers: Vec<&str> = inputs.positions.iter().map(|p| p.ticker.as_str()).collect();
    let days = prices.complete_days(&tickers)?;
    let drift_on = |at: usize| {
        let mut values: BTreeMap<&str, f64> = BTreeMap::from([(crate::household::CASH, float(inputs.cash))]);
        for (position, closes) in inputs.positions.iter().zip(&days.closes) {
            *values.entry(&position.class).or_default() += float(position.holding.quantity) * closes[at];
        }
        absolute(inputs, &values)
    };
    let path = (0..days.dates.len()).map(drift_on).collect::<Result<Vec<f64>, _>>()?;
    drift_path::time_weighted(&years(&days.dates), &path, inputs.settings.discount_rate)
}

/// (18) of the classes' values on one day; a class that only the values have has a target of 0.
fn absolute(inputs: &Inputs<'_>, values: &BTreeMap<&str, f64>) -> Result<f64, Undefined> {
    let total: f64 = values.values().sum();
    if total <= 0.0 {
        return Err(Undefined::ValueNotPositive);
    }
    let mut weights: BTreeMap<&str, (f64, f64)> =
        values.iter().map(|(c, v)| (*c, (v / total, 0.0))).collect();
    for class in &inputs.classes {
        weights.entry(&class.class).or_default().1 = float(class.target);
    }
    let (current, target): (Vec<f64>, Vec<f64>) = weights.into_values().unzip();
    drift::absolute(&current, &target)
}

/// Years since the first date (of 365.25 days).
fn years(dates: &[Date]) -> Vec<f64> {
    let days = |date: &Date| f64::from((*date - dates[0]).get_days());
    dates.iter().map(|date| days(date) / 365.25).collect()
}
