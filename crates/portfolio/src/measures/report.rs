//! All measures of one portfolio, as a table.
//!
//! In: positions, targets, lots, trades and series, already read. Out: one [`Measure`] per figure
//! and variant, in the order of the equations, each with its unit; where it can't be given, the
//! reason stands in its note. Invariant: every equation (3)–(47) has at least one row, whatever the
//! input ((4) has one per position, or one that says why there is none).

mod cost;
mod drift;
mod history;
mod tax;

use std::fmt;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::cost::{Quoted, Trade};
use super::covariance::Covariance;
use super::execution::Fill;
use super::gain::Sale;
use super::holding::{self, Holding};
use super::liability::{Rates, Taxed};
use super::series::{Benchmark, Prices, RiskFree};
use super::undefined::Undefined;

/// What there is to measure. Everything but the positions may be left empty.
#[derive(Debug, Clone, Default)]
pub struct Inputs<'a> {
    /// What is held, over all accounts: one entry per ticker.
    pub positions: Vec<Position>,
    /// Cash over all accounts, USD.
    pub cash: Decimal,
    /// Weights and targets of every class held or wanted, cash included.
    pub classes: Vec<ClassWeight>,
    /// Weights, targets and Σ per security, for the misfit (25).
    pub misfit: Option<Misfit>,
    /// Open lots as if sold today at today's price.
    pub lots: Vec<Sale>,
    /// Rates on their gains.
    pub rates: Option<Rates>,
    /// Trades whose cost is forecast, each with its ticker.
    pub trades: Vec<(String, Trade)>,
    /// Quotes for the spread cost (32).
    pub quotes: Vec<Quoted>,
    /// Total cost per scenario, USD, for the certainty equivalent (35).
    pub cost_scenarios: Vec<f64>,
    /// Trades that were filled.
    pub fills: Vec<Fill>,
    /// Returns before and after tax of the portfolio and of its benchmark, for (46).
    pub taxed: Option<(Taxed, Taxed)>,
    /// Prices of what is held.
    pub prices: Option<&'a Prices>,
    /// Benchmark to compare with.
    pub benchmark: Option<&'a Benchmark>,
    /// Risk-free rate; without it, 0.
    pub risk_free: Option<&'a RiskFree>,
    /// Conventions.
    pub settings: Settings,
}

/// A position, with the class that it counts towards.
#[derive(Debug, Clone)]
pub struct Position {
    /// Ticker.
    pub ticker: String,
    /// Asset class.
    pub class: String,
    /// Shares and price.
    pub holding: Holding,
}

/// Weight and target of a class.
#[derive(Debug, Clone)]
pub struct ClassWeight {
    /// Asset class.
    pub class: String,
    /// Weight now, a fraction of V.
    pub current: Decimal,
    /// Target weight; 0 for what is held and not wanted.
    pub target: Decimal,
    /// Half-width of its corridor, if it has one.
    pub tolerance: Option<Decimal>,
}

/// What (25) needs.
#[derive(Debug, Clone)]
pub struct Misfit {
    /// Weight per security now.
    pub current: Vec<f64>,
    /// Target weight per security.
    pub target: Vec<f64>,
    /// Covariance of the securities, annualised.
    pub covariance: Covariance,
}

/// Conventions of the figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Periods per year of the series.
    pub periods_per_year: f64,
    /// Tail probability α of (11) and (12).
    pub tail: f64,
    /// Threshold θ of (16), a fraction per period.
    pub omega_threshold: f64,
    /// Discount rate r of (27), per year.
    pub discount_rate: f64,
    /// Aversion λ of (35), per USD.
    pub cost_aversion: f64,
}

impl Default for Settings {
    /// 252 trading days, the worst 5 %, a threshold of 0, no discount, and an aversion of 1e-6.
    fn default() -> Self {
        let (periods_per_year, tail, cost_aversion) = (252.0, 0.05, 1e-6);
        Self { periods_per_year, tail, omega_threshold: 0.0, discount_rate: 0.0, cost_aversion }
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// Stable name, such as `sharpe`; a weight's ends in its ticker.
    pub key: String,
    /// Number in the design document.
    pub equation: u8,
    /// Name for people.
    pub name: &'static str,
    /// The figure, `None` where it is undefined.
    pub value: Option<Figure>,
    /// Its unit.
    pub unit: &'static str,
    /// Why there is no value, or what to know about it.
    pub note: Option<String>,
}

/// A number: a float, or a decimal that is written out exactly (in JSON as a text).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// A statistic.
    Number(f64),
    /// Money, or a ratio of money.
    Exact(Decimal),
}

/// All measures of `inputs`, in the order of the equations; the usual variant of a measure follows
/// the one to the letter.
#[must_use]
pub fn report(inputs: &Inputs<'_>) -> Vec<Measure> {
    let mut rows = held(inputs);
    rows.extend(history::rows(inputs));
    rows.extend(drift::rows(inputs));
    rows.extend(cost::rows(inputs));
    rows.extend(tax::rows(inputs));
    rows.sort_by_key(|row| row.equation);
    rows
}

/// (3) and (4).
fn held(inputs: &Inputs<'_>) -> Vec<Measure> {
    let holdings: Vec<Holding> = inputs.positions.iter().map(|p| p.holding).collect();
    let mut rows = vec![Measure::of("value", 3, "portfolio value", "USD", inputs.value())];
    match holding::weights(&holdings, inputs.cash) {
        Ok(weights) if !weights.is_empty() => {
            for (position, weight) in inputs.positions.iter().zip(weights) {
                let row = Measure::of("weight", 4, "weight", "of value", Ok(weight));
                rows.push(Measure { key: format!("weight.{}", position.ticker), ..row });
            }
        }
        Ok(_) => rows.push(Measure::of("weight", 4, "weight", "of value", none("a position"))),
        Err(why) => rows.push(Measure::of("weight", 4, "weight", "of value", Err::<f64, _>(why))),
    }
    rows
}

impl Inputs<'_> {
    /// (3) of everything held.
    fn value(&self) -> Result<Decimal, Undefined> {
        let holdings: Vec<Holding> = self.positions.iter().map(|p| p.holding).collect();
        holding::value(&holdings, self.cash)
    }
}

impl Measure {
    /// A row: the value, or the reason in the note.
    fn of(
        key: &str,
        equation: u8,
        name: &'static str,
        unit: &'static str,
        value: Result<impl Into<Figure>, Undefined>,
    ) -> Self {
        let (value, note) = match value {
            Ok(value) => (Some(value.into()), None),
            Err(why) => (None, Some(why.to_string())),
        };
        Self { key: key.to_owned(), equation, name, value, unit, note }
    }

    /// The same row with something to know, where it has a value.
    fn noting(self, note: impl Into<String>) -> Self {
        if self.value.is_some() { Self { note: Some(note.into()), ..self } } else { self }
    }
}

/// A figure that was not asked for.
fn none(what: &'static str) -> Result<f64, Undefined> {
    Err(Undefined::NotGiven { what })
}

impl From<f64> for Figure {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<Decimal> for Figure {
    fn from(value: Decimal) -> Self {
        Self::Exact(value)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Exact(value) => value.fmt(f),
        }
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::Exact(value) => serializer.collect_str(value),
        }
    }
}
