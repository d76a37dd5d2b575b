//! The columns of a file of prices, by its first row, and a row's cells.
//!
//! In: the first row. Out: which column holds what, or why this is no file of prices. Invariants: an adjusted close is never taken for a price; a
//! column that is not known is told and not read.

use super::super::cell;
use crate::fault::{Fault, Place};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Ticker,
    /// A day, or a moment.
    When,
    /// The time of day beside a day; only midnight is read.
    TimeOfDay,
    /// `D` for days.
    Period,
    Open,
    High,
    Low,
    Last,
    Bid,
    Ask,
    Volume,
    /// Known, and not read.
    Unread,
}

/// The columns of a file.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    columns: Vec<Column>,
    names: Vec<String>,
    delimiter: char,
}

impl Columns {
    /// Reads a first row; what is odd about it, but does not hinder, comes beside.
    pub(super) fn of(place: &Place, line: &str) -> Result<(Columns, Vec<Fault>), Fault> {
        let delimiter = [',', ';', '\t'].into_iter().find(|it| line.contains(*it)).unwrap_or(',');
        let names: Vec<String> =
            cells(line, delimiter).into_iter().map(|name| name.trim().to_owned()).collect();
        let mut columns = Vec::with_capacity(names.len());
        let mut odd = Vec::new();
        let plain: Vec<String> = names.iter().map(|name| cell::plain(name)).collect();
        let has_day = plain.iter().any(|name| name == "date" || name == "day");
        for (name, plain) in names.iter().zip(&plain) {
            let column = match plain.as_str() {
                "ticker" | "symbol" | "code" => Column::Ticker,
                "date" | "day" | "datetime" | "timestamp" | "as of" => Column::When,
                "time" if has_day => Column::TimeOfDay,
                "time" => Column::When,
                "per" | "period" => Column::Period,
                "open" => Column::Open,
                "high" => Column::High,
                "low" => Column::Low,
                "close" | "last" | "price" => Column::Last,
                "bid" => Column::Bid,
                "ask" => Column::Ask,
                "volume" | "vol" => Column::Volume,
                "adj close" | "adjusted close" | "adjclose" | "openint" | "dividends" | "stock splits"
                | "currency" | "" => Column::Unread,
                _ => {
                    let message = "is not known, and is not read";
                    odd.push(Fault::at(&place.column(&cell::shown(name)), message));
                    Column::Unread
                }
            };
            if column != Column::Unread && columns.contains(&column) {
                let message = "stands there twice, in this or another word; leave one";
                return Err(Fault::at(&place.column(&cell::shown(name)), message));
            }
            columns.push(column);
        }
        let columns = Columns { columns, names, delimiter };
        let adjusted = plain.iter().any(|name| name.starts_with("adj"));
        let missing = if !columns.has(Column::When) {
            Some(
                "no column `date` or `time`; the first row has to name the columns, such as `ticker,time,price,bid,ask`",
            )
        } else if columns.has(Column::Last) {
            None
        } else if adjusted {
            Some("only adjusted closes, at which nobody ever traded; export the column `Close` too")
        } else {
            Some("no column `close`, `last` or `price`")
        };
        if let Some(message) = missing {
            return Err(Fault::at(place, message));
        }
        if columns.has(Column::Bid) != columns.has(Column::Ask) {
            return Err(Fault::at(place, "one of `bid` and `ask` without the other; give both or none"));
        }
        Ok((columns, odd))
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }

    /// The cells of a row.
    pub(super) fn row<'a>(&'a self, place: Place, line: &'a str) -> Row<'a> {
        Row { place, cells: cells(line, self.delimiter), columns: self }
    }
}

/// A row.
pub(super) struct Row<'a> {
    pub(super) place: Place,
    cells: Vec<String>,
    columns: &'a Columns,
}

impl Row<'_> {
    /// The cell of a column; empty where there is none.
    pub(super) fn cell(&self, column: Column) -> &str {
        let at = self.columns.columns.iter().position(|it| *it == column);
        at.and_then(|at| self.cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// A fault of a column.
    pub(super) fn fault(&self, column: Column, message: impl Into<String>) -> Fault {
        let at = self.columns.columns.iter().position(|it| *it == column);
        let name = at.and_then(|at| self.columns.names.get(at));
        let place = name.map_or(self.place.clone(), |name| self.place.column(&cell::shown(name)));
        Fault::at(&place, message)
    }

    /// More cells than there are columns.
    pub(super) fn is_too_long(&self) -> bool {
        self.cells.iter().skip(self.columns.columns.len()).any(|cell| !cell.trim().is_empty())
    }
}

/// The cells of a line; a delimiter between quotes belongs to its cell.
fn cells(line: &str, delimiter: char) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == delimiter && !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}
