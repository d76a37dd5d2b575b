//! The benchmark's level, day by day.
//!
//! In: a benchmark file with closes or returns. Out: its return between any two days of the file.
//! Invariant: levels are positive; a return is −1 or more.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::SeriesError;
use super::sheet::Sheet;

/// Levels by date.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    levels: BTreeMap<Date, f64>,
}

impl Benchmark {
    /// Reads `date,close` (a missing close leaves the day out) or `date,return` (fractions; none may
    /// be missing, since each builds on the one before).
    ///
    /// # Errors
    /// [`SeriesError`]: the first fault.
    pub fn read(text: &str) -> Result<Self, SeriesError> {
        let sheet = Sheet::read(text)?;
        let dates = sheet.dates()?;
        let (column, closes) = match (sheet.find("close"), sheet.find("return")) {
            (Some(close), _) => (close, true),
            (None, Some(growth)) => (growth, false),
            (None, None) => return Err(SeriesError::NoColumn { wanted: "`close` or `return`" }),
        };
        let mut values = BTreeMap::new();
        for row in sheet.rows() {
            let (date, cell) = (row.cell(dates).date()?, row.cell(column));
            let value = if closes { cell.price()? } else { Some(cell.float_needed()?) };
            if !closes && value.is_some_and(|r| r <= -1.0) {
                return Err(cell.out_of_range("a return is a fraction above -1 (0.01 = 1 %)"));
            }
            if values.insert(date, value).is_some() {
                return Err(SeriesError::DateTwice { line: row.line, date });
            }
        }
        let known = values.into_iter().filter_map(|(date, value)| Some((date, value?)));
        Ok(Self { levels: if closes { known.collect() } else { compounded(known) } })
    }

    /// Return from the close of one day to that of another, a fraction; `None` where either is not
    /// in the file.
    #[must_use]
    pub fn return_over(&self, from: Date, to: Date) -> Option<f64> {
        let growth = self.levels.get(&to)? / self.levels.get(&from)? - 1.0;
        growth.is_finite().then_some(growth)
    }
}

/// Levels after each return. The level before the first is on a day that is not known.
fn compounded(returns: impl Iterator<Item = (Date, f64)>) -> BTreeMap<Date, f64> {
    returns
        .scan(1.0, |level, (date, growth)| {
            *level *= 1.0 + growth;
            Some((date, *level))
        })
        .collect()
}
