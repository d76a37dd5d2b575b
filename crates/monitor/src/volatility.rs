//! How much do markets move: σ_market of the band τ (2), from the market itself.
//!
//! In: the level of the VIX, or daily closes of something that stands for the market. Out: an annualised
//! [`Volatility`] with four digits, and where it comes from, so that a person can see what widened a band.
//! Invariants: never below the floor; a level that is no price is an error, not a return; a gap of several trading
//! days counts as so many days. Squares of returns are pure measures, so they are binary floats; four digits of
//! the result are the same on every machine.

use std::fmt;

use jiff::civil::Date;
use portfolio::exchange::{OutOfCalendar, trading_days};
use portfolio::money::float;
use portfolio::plan::Number;
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;
use rust_decimal::prelude::FromPrimitive;
use serde::Serialize;

/// Trading days of a year.
const DAYS_OF_YEAR: f64 = 252.0;
/// Digits after the point.
const DIGITS: u32 = 4;
/// The largest σ that a document may state too: beyond it a feed is broken.
const SIGMA_MAX: Decimal = dec!(5);

/// How closes are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighing {
    /// After so many trading days a return counts half.
    pub half_life_days: u16,
    /// Returns that it takes; with fewer there is no estimate.
    pub returns_min: u16,
    /// The least σ that is told: a market that slept is not one that can't wake up.
    pub floor: Decimal,
}

impl Default for Weighing {
    /// A month, a month of returns, 5 %.
    fn default() -> Self {
        Weighing { half_life_days: 21, returns_min: 21, floor: dec!(0.05) }
    }
}

/// An annualised volatility and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Volatility {
    /// σ, annualised; 0.15 = 15 %.
    pub sigma: Number,
    /// What it was taken from.
    pub source: Source,
}

/// What σ was taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The level of the VIX over 100.
    Vix,
    /// A history of closes.
    History {
        /// How many returns it has.
        returns: u32,
        /// Whether the floor was higher.
        floored: bool,
    },
}

impl fmt::Display for Volatility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sigma = (self.sigma.0 * dec!(100)).normalize();
        match self.source {
            Source::Vix => write!(f, "{sigma} % a year, from the VIX"),
            Source::History { returns, floored: false } => {
                write!(f, "{sigma} % a year, from {returns} daily returns")
            }
            Source::History { returns, floored: true } => {
                write!(f, "{sigma} % a year, the floor: {returns} daily returns moved less")
            }
        }
    }
}

/// Why there is no volatility.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VolatilityError {
    /// A half-life of zero, or a floor that is no volatility.
    #[error(
        "a half-life of {half_life_days} days and a floor of {floor} weigh nothing: give at least 1 day and 0 to 5"
    )]
    Weighing {
        /// As given.
        half_life_days: u16,
        /// As given.
        floor: Decimal,
    },
    /// A level that no index has.
    #[error("`{given}` is no level of the VIX: it lies above 0 and at most at 500")]
    Vix {
        /// What was given.
        given: Decimal,
    },
    /// Too few closes.
    #[error("{given} daily returns are given and it takes {needed}: give a longer history")]
    TooFew {
        /// How many there are.
        given: usize,
        /// How many it takes.
        needed: u16,
    },
    /// A close that is zero or negative.
    #[error("`{close}` is no price of {day}")]
    NoPrice {
        /// Its day.
        day: Date,
        /// What was given.
        close: Decimal,
    },
    /// Days that do not ascend, or two closes of one trading day.
    #[error("the close of {day} is not a trading day later than the one before it: sort the history by day")]
    NotLater {
        /// The day in the wrong place.
        day: Date,
    },
    /// A day that the calendar of the market does not have.
    #[error(transparent)]
    Calendar(#[from] OutOfCalendar),
}

/// σ from the level of the VIX, which is an annualised volatility in percent.
///
/// # Errors
/// [`VolatilityError::Vix`].
///
/// # Source
/// model.md, "Drift trigger": σ_market is VIX/100.
pub fn of_vix(level: Decimal) -> Result<Volatility, VolatilityError> {
    if level <= Decimal::ZERO || level > SIGMA_MAX * dec!(100) {
        return Err(VolatilityError::Vix { given: level });
    }
    Ok(Volatility { sigma: Number((level / dec!(100)).round_dp(DIGITS)), source: Source::Vix })
}

/// σ from daily closes, USD, ascending by day: the root of the exponentially weighted mean of squared log returns, times
/// the root of 252. The mean return is taken as zero. A return over n trading days is n returns, each with an nth of its square.
///
/// # Errors
/// [`VolatilityError`].
///
/// # Source
/// `RiskMetrics` Technical Document, 4th ed. (1996), 5.2; half-life, floor and gaps are house decisions (2026-11-26).
pub fn of_history(closes: &[(Date, Decimal)], weighing: Weighing) -> Result<Volatility, VolatilityError> {
    let Weighing { half_life_days, returns_min, floor } = weighing;
    if half_life_days == 0 || floor < Decimal::ZERO || floor > SIGMA_MAX {
        return Err(VolatilityError::Weighing { half_life_days, floor });
    }
    if let Some((day, close)) = closes.iter().find(|(_, close)| *close <= Decimal::ZERO) {
        return Err(VolatilityError::NoPrice { day: *day, close: *close });
    }
    let given = closes.len().saturating_sub(1);
    if given < usize::from(returns_min.max(1)) {
        return Err(VolatilityError::TooFew { given, needed: returns_min.max(1) });
    }
    let decay = (-std::f64::consts::LN_2 / f64::from(half_life_days)).exp();
    let (mut squares, mut weights) = (0.0, 0.0);
    for pair in closes.windows(2) {
        let ((from, before), (to, after)) = (pair[0], pair[1]);
        let days = trading_days(from, to)?;
        if days == 0 {
            return Err(VolatilityError::NotLater { day: to });
        }
        let daily = (float(after) / float(before)).ln().powi(2) / f64::from(days);
        for _ in 0..days {
            squares = squares * decay + daily;
            weights = weights * decay + 1.0;
        }
    }
    let sigma = Decimal::from_f64((squares / weights * DAYS_OF_YEAR).sqrt()).unwrap_or(SIGMA_MAX);
    let floored = sigma < floor;
    let sigma = sigma.clamp(floor, SIGMA_MAX).round_dp(DIGITS);
    let returns = u32::try_from(given).unwrap_or(u32::MAX);
    Ok(Volatility { sigma: Number(sigma), source: Source::History { returns, floored } })
}

impl Volatility {
    /// The portfolio with this σ in its bands.
    #[must_use]
    pub fn applied(&self, mut portfolio: Portfolio) -> Portfolio {
        portfolio.monitoring.volatility = self.sigma.0;
        portfolio
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// Closes of the trading days from 5 January 2026 on that move by these percents, a day each.
    fn closes(percents: &[f64]) -> Vec<(Date, Decimal)> {
        let mut day = date(2026, 1, 5);
        let mut close = 100.0;
        let mut all = vec![(day, dec!(100))];
        for percent in percents {
            day = day.saturating_add(1.day());
            while portfolio::exchange::closed_for(day).unwrap().is_some() {
                day = day.saturating_add(1.day());
            }
            close *= (percent / 100.0).exp();
            all.push((day, Decimal::from_f64(close).unwrap().round_dp(10)));
        }
        all
    }

    fn sigma(percents: &[f64]) -> Decimal {
        of_history(&closes(percents), Weighing { returns_min: 1, ..Weighing::default() }).unwrap().sigma.0
    }

    #[test]
    fn one_percent_a_day_is_the_root_of_252_a_year() {
        // 0.01 · √252 = 0.15875
        assert_eq!(sigma(&[1.0, -1.0, 1.0, 1.0, -1.0]), dec!(0.1587));
        assert_eq!(of_vix(dec!(18.5)).unwrap().sigma.0, dec!(0.185));
        assert_eq!(of_vix(dec!(18.5)).unwrap().to_string(), "18.5 % a year, from the VIX");
    }

    #[test]
    fn after_a_half_life_a_return_counts_half() {
        // 21 days at 1 %, then 21 at 0: weights of 1/2 and 1, so a third of the variance.
        let (moved, still) = ([1.0; 21], [0.0; 21]);
        let third = 0.01 * (252.0_f64 / 3.0).sqrt();
        let found = float(sigma(&[moved, still].concat()));
        assert!((found - third).abs() < 1e-4, "{found} {third}");
        assert!(sigma(&[still, moved].concat()) > sigma(&[moved, still].concat()));
    }

    #[test]
    fn a_market_that_sleeps_has_the_floor() {
        let asleep = of_history(&closes(&[0.0; 30]), Weighing::default()).unwrap();
        assert_eq!(asleep.sigma.0, dec!(0.05));
        assert_eq!(asleep.to_string(), "5 % a year, the floor: 30 daily returns moved less");
    }

    #[test]
    fn what_is_no_history_is_refused_with_its_day() {
        let refused = |closes: &[(Date, Decimal)]| {
            of_history(closes, Weighing { returns_min: 1, ..Weighing::default() }).unwrap_err().to_string()
        };
        let (friday, saturday, monday) = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23));
        assert_eq!(refused(&[(friday, dec!(1)), (monday, dec!(0))]), "`0` is no price of 2026-11-23");
        let twice = "the close of 2026-11-21 is not a trading day later than the one before it: sort the history by day";
        assert_eq!(refused(&[(friday, dec!(1)), (saturday, dec!(1))]), twice);
        assert_eq!(refused(&[]), "0 daily returns are given and it takes 1: give a longer history");
        assert!(refused(&[(date(1990, 1, 1), dec!(1)), (friday, dec!(1))]).contains("1990-01-01"));
        assert_eq!(
            of_vix(dec!(0)).unwrap_err().to_string(),
            "`0` is no level of the VIX: it lies above 0 and at most at 500"
        );
        let weightless = Weighing { half_life_days: 0, ..Weighing::default() };
        assert!(of_history(&closes(&[0.0; 30]), weightless).is_err());
    }

    proptest! {
        /// A day that is missing changes little; prices in other units change nothing.
        #[test]
        fn gaps_and_units(percents in prop::collection::vec(-3.0_f64..3.0, 30..60), out in 2_usize..25) {
            let all = closes(&percents);
            let whole = of_history(&all, Weighing::default()).unwrap();
            let doubled: Vec<_> = all.iter().map(|(day, close)| (*day, *close * dec!(2))).collect();
            prop_assert_eq!(whole, of_history(&doubled, Weighing::default()).unwrap());
            let mut gap = all.clone();
            gap.remove(out);
            let gap = of_history(&gap, Weighing::default()).unwrap();
            // Two returns of at most 3 % each, of at least 29 whose weights are at most 1.
            let most = 2.0 * 0.0009 * 252.0 * 21.0 / 21.0;
            prop_assert!((float(gap.sigma.0).powi(2) - float(whole.sigma.0).powi(2)).abs() <= most);
        }
    }
}
