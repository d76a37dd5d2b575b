//! Closing prices per ticker and day.
//!
//! In: a prices file, wide or long. Out: a table, sorted by date, with gaps where a ticker has no
//! price; and the days on which all of some tickers have one. Invariant: prices are positive.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::pairing::SpanReturn;
use super::sheet::Sheet;
use super::{CELLS_MAX, SeriesError};
use crate::measures::undefined::Undefined;

/// Closing prices by ticker; every ticker has an entry for every date.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    dates: Vec<Date>,
    closes: BTreeMap<String, Vec<Option<f64>>>,
}

/// One price of the file.
struct Close {
    line: u64,
    date: Date,
    ticker: String,
    close: Option<f64>,
}

impl Prices {
    /// Reads a prices file: wide `date,TICKER1,TICKER2,…`, or long where the header has `ticker` and
    /// `close`.
    ///
    /// # Errors
    /// [`SeriesError`]: the first fault.
    pub fn read(text: &str) -> Result<Self, SeriesError> {
        let sheet = Sheet::read(text)?;
        sheet.columns_differ()?;
        let cells = match (sheet.find("ticker"), sheet.find("close")) {
            (Some(ticker), Some(close)) => long(&sheet, ticker, close)?,
            _ => wide(&sheet)?,
        };
        Self::table(cells)
    }

    /// The days of the table, ascending.
    #[must_use]
    pub fn dates(&self) -> &[Date] {
        &self.dates
    }

    /// The tickers of the table, ascending.
    pub fn tickers(&self) -> impl Iterator<Item = &str> {
        self.closes.keys().map(String::as_str)
    }

    /// The closes of a ticker, one per date.
    #[must_use]
    pub fn closes(&self, ticker: &str) -> Option<&[Option<f64>]> {
        self.closes.get(ticker).map(Vec::as_slice)
    }

    /// The days on which every one of these tickers has a price.
    ///
    /// # Errors
    /// [`Undefined::NoPrices`] for a ticker that the table does not have.
    pub fn complete_days(&self, tickers: &[&str]) -> Result<CompleteDays, Undefined> {
        let column = |ticker: &&str| {
            self.closes(ticker).ok_or_else(|| Undefined::NoPrices { ticker: (*ticker).to_owned() })
        };
        let columns = tickers.iter().map(column).collect::<Result<Vec<_>, _>>()?;
        let mut days =
            CompleteDays { dates: Vec::new(), closes: vec![Vec::new(); columns.len()], dropped: 0 };
        for (at, date) in self.dates.iter().enumerate() {
            let Some(row) = columns.iter().map(|c| c[at]).collect::<Option<Vec<f64>>>() else {
                days.dropped += 1;
                continue;
            };
            days.dates.push(*date);
            for (closes, close) in days.closes.iter_mut().zip(row) {
                closes.push(close);
            }
        }
        Ok(days)
    }

    fn table(cells: Vec<Close>) -> Result<Self, SeriesError> {
        let days: BTreeSet<Date> = cells.iter().map(|cell| cell.date).collect();
        let tickers: BTreeSet<&String> = cells.iter().map(|cell| &cell.ticker).collect();
        if days.len().saturating_mul(tickers.len()) > CELLS_MAX {
            return Err(SeriesError::TooLong { most: CELLS_MAX, of: "prices (dates times tickers)" });
        }
        let dates: Vec<Date> = days.into_iter().collect();
        let mut closes: BTreeMap<String, Vec<Option<f64>>> =
            tickers.into_iter().map(|t| (t.clone(), vec![None; dates.len()])).collect();
        let mut seen: BTreeSet<(Date, String)> = BTreeSet::new();
        for Close { line, date, ticker, close } in cells {
            if let (Ok(at), Some(column)) = (dates.binary_search(&date), closes.get_mut(&ticker)) {
                column[at] = close;
            }
            if !seen.insert((date, ticker)) {
                return Err(SeriesError::DateTwice { line, date });
            }
        }
        Ok(Self { dates, closes })
    }
}

/// One row per day, one column per ticker.
fn wide(sheet: &Sheet) -> Result<Vec<Close>, SeriesError> {
    let dates = sheet.dates()?;
    if sheet.header.len() < 2 {
        return Err(SeriesError::NoColumn { wanted: "of prices beside the dates, named by its ticker" });
    }
    let mut cells = Vec::new();
    for row in sheet.rows() {
        let date = row.cell(dates).date()?;
        for (column, ticker) in sheet.header.iter().enumerate().filter(|(column, _)| *column != dates) {
            let close = row.cell(column).price()?;
            cells.push(Close { line: row.line, date, ticker: ticker.clone(), close });
        }
    }
    Ok(cells)
}

/// One row per day and ticker.
fn long(sheet: &Sheet, ticker: usize, close: usize) -> Result<Vec<Close>, SeriesError> {
    let dates = sheet.dates()?;
    let mut cells = Vec::new();
    for row in sheet.rows() {
        let name = row.cell(ticker);
        if name.text.is_empty() {
            return Err(SeriesError::Missing { line: row.line, column: name.column() });
        }
        let (date, close) = (row.cell(dates).date()?, row.cell(close).price()?);
        cells.push(Close { line: row.line, date, ticker: name.text.to_owned(), close });
    }
    Ok(cells)
}

/// Days on which every ticker asked for has a price.
#[derive(Debug, Clone, PartialEq)]
pub struct CompleteDays {
    /// The days, ascending.
    pub dates: Vec<Date>,
    /// Closes per ticker, in the order asked for, one per day.
    pub closes: Vec<Vec<f64>>,
    /// Days of the table that were left out because a price is missing.
    pub dropped: usize,
}

impl CompleteDays {
    /// Simple returns per ticker between consecutive complete days, fractions.
    #[must_use]
    pub fn returns(&self) -> Vec<Vec<f64>> {
        let of = |closes: &Vec<f64>| closes.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
        self.closes.iter().map(of).collect()
    }

    /// Returns of the mixture that is brought back to these weights (aligned with the tickers) every
    /// day: what today's portfolio would have returned. What the weights lack to 1 is cash and
    /// returns nothing.
    #[must_use]
    pub fn mixture(&self, weights: &[f64]) -> Vec<SpanReturn> {
        let returns = self.returns();
        let spans = self.dates.windows(2).enumerate();
        let value = |at: usize| returns.iter().zip(weights).map(|(r, w)| r[at] * w).sum();
        spans.map(|(at, days)| SpanReturn { from: days[0], to: days[1], value: value(at) }).collect()
    }
}
