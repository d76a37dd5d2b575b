//! The risk-free rate per period.
//!
//! In: a risk-free file. Out: the return of one period at a date. The header says what the rates
//! are, since a number does not:
//!
//! | header | values are |
//! | --- | --- |
//! | `date,rate` | annualised fractions: 0.0525 = 5.25 % a year |
//! | `date,percent` | annualised percent: 5.25 = 5.25 % a year |
//! | `date,daily` | returns of one day, fractions |
//! | `,DFF` (first column nameless) | as `daily`: federal funds ÷ 360 ÷ 100, as in cvxgrp/markowitz-reference `data/rf.csv` |
//! | `DATE,DFF`, `observation_date,DFF` | as `percent`: the file that FRED itself hands out |
//!
//! An annualised rate is divided by the periods per year (simple interest; house decision). A rate
//! is in force until the next one, for at most a week.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::SeriesError;
use super::sheet::{Cell, Sheet};

/// Days for which a rate stays in force when no newer one follows.
const IN_FORCE_DAYS: i64 = 7;

/// Rates by date.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskFree {
    rates: BTreeMap<Date, f64>,
    quoted: Quoted,
}

/// What the numbers of the file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoted {
    FractionPerYear,
    PercentPerYear,
    FractionPerDay,
}

impl RiskFree {
    /// Reads a risk-free file; days without a rate are left out.
    ///
    /// # Errors
    /// [`SeriesError`]: the first fault, also a rate that can't be meant in the file's unit (beyond
    /// ±100 % a year or ±1 % a day).
    pub fn read(text: &str) -> Result<Self, SeriesError> {
        let sheet = Sheet::read(text)?;
        let dates = sheet.dates()?;
        let (column, quoted) = Quoted::find(&sheet, dates)?;
        let mut rates = BTreeMap::new();
        for row in sheet.rows() {
            let date = row.cell(dates).date()?;
            let rate = quoted.checked(row.cell(column))?;
            if rates.insert(date, rate).is_some() {
                return Err(SeriesError::DateTwice { line: row.line, date });
            }
        }
        let known = rates.into_iter().filter_map(|(date, rate)| Some((date, rate?)));
        Ok(Self { rates: known.collect(), quoted })
    }

    /// Risk-free return of one period that ends at `date`, a fraction; `None` where no rate is in
    /// force. Rates of one day are taken as they are: the period is then a day.
    #[must_use]
    pub fn at(&self, date: Date, periods_per_year: f64) -> Option<f64> {
        let oldest = date.checked_sub(IN_FORCE_DAYS.days()).ok()?;
        let (_, rate) = self.rates.range(oldest..=date).next_back()?;
        Some(match self.quoted {
            Quoted::FractionPerYear => rate / periods_per_year,
            Quoted::PercentPerYear => rate / 100.0 / periods_per_year,
            Quoted::FractionPerDay => *rate,
        })
    }
}

impl Quoted {
    /// The column of rates and its unit.
    fn find(sheet: &Sheet, dates: usize) -> Result<(usize, Self), SeriesError> {
        let nameless = sheet.header[dates].is_empty();
        let federal_funds = if nameless { Self::FractionPerDay } else { Self::PercentPerYear };
        let known = [
            ("rate", Self::FractionPerYear),
            ("percent", Self::PercentPerYear),
            ("daily", Self::FractionPerDay),
            ("DFF", federal_funds),
        ];
        let found = known.iter().find_map(|(name, quoted)| Some((sheet.find(name)?, *quoted)));
        found.ok_or(SeriesError::NoColumn { wanted: "`rate`, `percent` or `daily`" })
    }

    /// The rate, if there is one and it can be meant.
    fn checked(self, cell: Cell<'_>) -> Result<Option<f64>, SeriesError> {
        let (most, wanted) = match self {
            Self::FractionPerYear => (
                1.0,
                "`rate` is a fraction a year (0.05 = 5 %); call the column `percent` if it is in percent",
            ),
            Self::PercentPerYear => (100.0, "`percent` is percent a year (5 = 5 %)"),
            Self::FractionPerDay => (
                0.01,
                "`daily` is a fraction a day (0.0002); call the column `rate` or `percent` if it is annualised",
            ),
        };
        match cell.float()? {
            Some(rate) if rate.abs() > most => Err(cell.out_of_range(wanted)),
            rate => Ok(rate),
        }
    }
}
