//! A CSV file as rows of cells that know where they stand.
//!
//! In: the text. Out: a header and rows of exactly its length, each with its line, so
//! that every reader of a series reports faults alike. Invariant: at most [`ROWS_MAX`] rows.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{ROWS_MAX, SeriesError};
use crate::money;

/// What stands in a cell for a day without a value, beside nothing.
const MISSING: [&str; 4] = [".", "na", "nan", "null"];

/// A whole file.
pub(super) struct Sheet {
    /// Names of the columns as written, trimmed.
    pub(super) header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

/// One cell, with where it stands.
#[derive(Clone, Copy)]
pub(super) struct Cell<'a> {
    /// Line in the file, from 1.
    pub(super) line: u64,
    name: &'a str,
    number: usize,
    /// What it says, trimmed.
    pub(super) text: &'a str,
}

impl Sheet {
    /// Splits a file into its cells.
    pub(super) fn read(text: &str) -> Result<Self, SeriesError> {
        let text = text.trim_start_matches('\u{feff}');
        let trimmed = |record: &csv::StringRecord| record.iter().map(|c| c.trim().to_owned()).collect();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header: Vec<String> = trimmed(reader.headers()?);
        if header.is_empty() {
            return Err(SeriesError::Empty);
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != header.len() {
                return Err(SeriesError::Ragged { line, given: record.len(), expected: header.len() });
            }
            if rows.len() == ROWS_MAX {
                return Err(SeriesError::TooLong { most: ROWS_MAX, of: "rows" });
            }
            rows.push((line, trimmed(&record)));
        }
        Ok(Self { header, rows })
    }

    /// Where a column of this name is, whatever its case.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|h| h.eq_ignore_ascii_case(name))
    }

    /// Where the column of dates is: under its name, or first and nameless.
    pub(super) fn dates(&self) -> Result<usize, SeriesError> {
        let nameless = self.header.first().is_some_and(String::is_empty).then_some(0);
        let named = self.find("date").or_else(|| self.find("observation_date"));
        named.or(nameless).ok_or(SeriesError::NoColumn { wanted: "`date`" })
    }

    /// Refuses a header that names two columns alike.
    pub(super) fn columns_differ(&self) -> Result<(), SeriesError> {
        let mut seen = BTreeSet::new();
        for column in &self.header {
            if !seen.insert(column.to_ascii_lowercase()) {
                return Err(SeriesError::ColumnTwice { column: column.clone() });
            }
        }
        Ok(())
    }

    /// The rows, from the top.
    pub(super) fn rows(&self) -> impl Iterator<Item = RowOf<'_>> {
        self.rows.iter().map(|(line, cells)| RowOf { sheet: self, line: *line, cells })
    }
}

/// One row of a sheet.
pub(super) struct RowOf<'a> {
    sheet: &'a Sheet,
    /// Line in the file, from 1.
    pub(super) line: u64,
    cells: &'a [String],
}

impl<'a> RowOf<'a> {
    /// The cell in a column of the header.
    pub(super) fn cell(&self, column: usize) -> Cell<'a> {
        Cell {
            line: self.line,
            name: &self.sheet.header[column],
            number: column + 1,
            text: &self.cells[column],
        }
    }
}

impl Cell<'_> {
    /// Name of the column in backticks, or its number.
    pub(super) fn column(&self) -> String {
        if self.name.is_empty() { self.number.to_string() } else { format!("`{}`", self.name) }
    }

    /// Whether there is no value.
    pub(super) fn is_missing(&self) -> bool {
        self.text.is_empty() || MISSING.iter().any(|m| self.text.eq_ignore_ascii_case(m))
    }

    /// The cell as a date. A time after it is passed over.
    pub(super) fn date(&self) -> Result<Date, SeriesError> {
        let (line, column) = (self.line, self.column());
        self.text.parse().map_err(|_| SeriesError::NotADate { line, column, text: self.text.to_owned() })
    }

    /// The cell as a finite float, `None` where the value is missing.
    pub(super) fn float(&self) -> Result<Option<f64>, SeriesError> {
        if self.is_missing() {
            return Ok(None);
        }
        match self.text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(self.no_number()),
        }
    }

    /// The cell as a finite float that must be there.
    pub(super) fn float_needed(&self) -> Result<f64, SeriesError> {
        self.float()?.ok_or(SeriesError::Missing { line: self.line, column: self.column() })
    }

    /// The cell as a positive float, `None` where the value is missing.
    pub(super) fn price(&self) -> Result<Option<f64>, SeriesError> {
        match self.float()? {
            Some(price) if price <= 0.0 => Err(self.out_of_range("a price must be positive")),
            price => Ok(price),
        }
    }

    /// The cell as an exact decimal, `None` where the value is missing.
    pub(super) fn decimal(&self) -> Result<Option<Decimal>, SeriesError> {
        if self.is_missing() {
            return Ok(None);
        }
        money::parse(self.text).map(Some).map_err(|_| self.no_number())
    }

    /// The fault that the value is outside its range.
    pub(super) fn out_of_range(&self, wanted: &'static str) -> SeriesError {
        let (line, column) = (self.line, self.column());
        SeriesError::OutOfRange { line, column, text: self.text.to_owned(), wanted }
    }

    fn no_number(&self) -> SeriesError {
        SeriesError::NotANumber { line: self.line, column: self.column(), text: self.text.to_owned() }
    }
}
