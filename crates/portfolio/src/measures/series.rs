//! Series that figures are measured on: prices, a benchmark, a risk-free rate, fills.
//!
//! In: the text of a CSV file. Out: dated numbers, sorted by date, or the first fault with its line,
//! its column and what to do. Invariant: prices and levels are positive and finite, dates unique.
//!
//! | file | header | values |
//! | --- | --- | --- |
//! | [`Prices`] | `date,TICKER,TICKER,…` or `date,ticker,close` | USD; adjust for splits and, for total return, dividends |
//! | [`Benchmark`] | `date,close` or `date,return` | level, or fraction per period |
//! | [`RiskFree`] | `date,rate`, `date,percent`, `date,daily`, or `DFF` | see there |
//! | [`fills`] | `ticker,side,quantity,decision_price,exec_price[,arrival_price,commission]` | shares, USD |
//!
//! Names of columns ignore case; other columns are passed over (wide prices have none: each is a
//! ticker); the date column may have no name, as pandas writes an index; rows may come in any
//! order. An empty cell, `.`, `NA`, `NaN` and `null` mean that the day is missing.
//!
//! **Missing days.** A portfolio has a value only on days on which everything it holds has a price;
//! other days are left out and the next return spans them, so that no growth is lost. Two series
//! are paired by date: a pair counts only where both are known, the others are dropped and counted
//! ([`pair`]). Nothing is interpolated.

mod benchmark;
pub mod fills;
mod pairing;
mod prices;
mod risk_free;
mod sheet;

pub use benchmark::Benchmark;
pub use pairing::{Paired, SpanReturn, pair};
pub use prices::{CompleteDays, Prices};
pub use risk_free::RiskFree;

use jiff::civil::Date;

/// Most rows that a file may have.
pub const ROWS_MAX: usize = 200_000;
/// Most prices that a table may have, as dates times tickers.
pub const CELLS_MAX: usize = 20_000_000;

/// Why a file is no series.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    /// No header.
    #[error("the file is empty: its first line must name the columns")]
    Empty,
    /// A row that is no CSV.
    #[error("not readable as CSV: {0}")]
    Csv(#[from] csv::Error),
    /// The header lacks a column.
    #[error("line 1: there is no column {wanted}: name it in the header")]
    NoColumn {
        /// What is wanted, with backticks.
        wanted: &'static str,
    },
    /// Two columns of one name.
    #[error("line 1: column `{column}` is there twice: remove or rename one")]
    ColumnTwice {
        /// Its name.
        column: String,
    },
    /// A row with more or fewer cells than the header.
    #[error("line {line}: {given} cells under {expected} columns: add or remove commas")]
    Ragged {
        /// Line in the file, from 1.
        line: u64,
        /// Cells in the row.
        given: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// No date.
    #[error("line {line}, column {column}: `{text}` is not a date: write it as 2024-07-26")]
    NotADate {
        /// Line in the file, from 1.
        line: u64,
        /// Name or number of the column.
        column: String,
        /// What was written.
        text: String,
    },
    /// No number.
    #[error("line {line}, column {column}: `{text}` is not a number: write it as 1234.56, or leave it empty")]
    NotANumber {
        /// Line in the file, from 1.
        line: u64,
        /// Name or number of the column.
        column: String,
        /// What was written.
        text: String,
    },
    /// A number outside the range that makes sense.
    #[error("line {line}, column {column}: `{text}` is outside its range: {wanted}")]
    OutOfRange {
        /// Line in the file, from 1.
        line: u64,
        /// Name or number of the column.
        column: String,
        /// What was written.
        text: String,
        /// What is wanted.
        wanted: &'static str,
    },
    /// An empty cell where a value is needed.
    #[error("line {line}, column {column}: a value is needed here: fill it in, or remove the row")]
    Missing {
        /// Line in the file, from 1.
        line: u64,
        /// Name or number of the column.
        column: String,
    },
    /// One date twice.
    #[error("line {line}: {date} is there twice: remove one of the rows")]
    DateTwice {
        /// Line of the second one, from 1.
        line: u64,
        /// The date.
        date: Date,
    },
    /// A side that is neither a purchase nor a sale.
    #[error("line {line}, column {column}: `{text}` is no side: write BUY or SELL")]
    NoSide {
        /// Line in the file, from 1.
        line: u64,
        /// Name or number of the column.
        column: String,
        /// What was written.
        text: String,
    },
    /// A file beyond the limits.
    #[error("more than {most} {of}: split the file")]
    TooLong {
        /// The limit.
        most: usize,
        /// Of what.
        of: &'static str,
    },
}
