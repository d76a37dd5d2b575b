//! The prices that a file holds, row by row, and what is wrong with the others.
//!
//! In: the text of a file up to its last whole line, its name, and when it was written. Out: a [`Print`] for each row that is one, and faults by
//! row and column. Invariants: a row of a day is as of the close of its session, and only once that is over when the file is written; a
//! row that is wrong takes no other with it; prices are as written, wrong ones too: zero, crossed, out of line.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::exchange::{self, YEAR_MAX, YEAR_MIN, eastern};
use portfolio::money::PRICE_MAX;
use rust_decimal::dec;

use super::columns::{Column, Columns, Row};
use crate::cell;
use crate::fault::{Fault, Place};

/// Most faults that are told of a file; more of them are counted.
const FAULTS_MAX: usize = 20;
/// How far a close may lie outside of the day's low and high, a part of it: files round.
const OUTSIDE_MAX: Decimal = dec!(0.01);

/// A price that stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Print {
    /// Its row in the file.
    pub(super) row: u64,
    pub(super) as_of: Timestamp,
    /// Whether it is a session's close.
    pub(super) of_day: Option<Date>,
    pub(super) open: Option<Decimal>,
    pub(super) high: Option<Decimal>,
    pub(super) low: Option<Decimal>,
    pub(super) bid: Decimal,
    pub(super) ask: Decimal,
    pub(super) last: Decimal,
    pub(super) volume: Option<Decimal>,
}

/// What a file holds of wanted tickers.
#[derive(Debug, Clone, Default)]
pub(super) struct Prints {
    pub(super) of: BTreeMap<String, BTreeMap<Timestamp, Print>>,
    pub(super) faults: Vec<Fault>,
    more: usize,
}

/// A file as it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'a> {
    pub(super) name: &'a str,
    /// Whole lines.
    pub(super) text: &'a str,
    /// The ticker that its name says.
    pub(super) ticker: Option<&'a str>,
    /// When it was written, where that is known.
    pub(super) at: Option<Timestamp>,
}

impl Prints {
    /// Reads a file.
    pub(super) fn read(file: &Written<'_>, wanted: &BTreeSet<String>) -> Prints {
        let mut prints = Prints::default();
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
        let is_content = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
        let mut lines = (1_u64..).zip(text.lines()).filter(|(_, line)| is_content(line));
        let Some((row, heading)) = lines.next() else { return prints };
        let is_unwanted = file.ticker.is_some_and(|ticker| !wanted.contains(ticker));
        let (columns, odd) = match Columns::of(&Place::row(file.name, row), heading) {
            // A file that is about something else may look as it likes.
            Err(_) if is_unwanted && !names_tickers(heading) => return prints,
            Err(fault) => {
                prints.fault(fault);
                return prints;
            }
            Ok(read) => read,
        };
        let of_name = file.ticker.filter(|_| !columns.has(Column::Ticker));
        if of_name.is_some() && is_unwanted {
            return prints;
        }
        odd.into_iter().for_each(|fault| prints.fault(fault));
        if of_name.is_none() && !columns.has(Column::Ticker) {
            prints.fault(Fault::of(file.name, "neither a column `ticker` nor a ticker as its name"));
            return prints;
        }
        for (row, line) in lines {
            let row = columns.row(Place::row(file.name, row), line);
            match print(&row, of_name, wanted, file.at) {
                Ok(Some((ticker, print))) => prints.add(&row, ticker, print),
                Ok(None) => {}
                Err(fault) => prints.fault(fault),
            }
        }
        if prints.more > 0 {
            let message = format!("{} more rows are wrong", prints.more);
            prints.faults.push(Fault::of(file.name, message));
        }
        prints
    }

    fn add(&mut self, row: &Row<'_>, ticker: String, print: Print) {
        let (as_of, last) = (print.as_of, print.last);
        if let Some(before) = self.of.entry(ticker).or_default().insert(as_of, print)
            && before.last != last
        {
            let message =
                format!("stands there twice, with {} and {last}; the later row counts", before.last);
            self.fault(row.fault(Column::When, message));
        }
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        } else {
            self.more += 1;
        }
    }
}

/// Whether a first row looks as if it had a column of tickers.
fn names_tickers(heading: &str) -> bool {
    let heading = heading.to_ascii_lowercase();
    heading.contains("ticker") || heading.contains("symbol")
}

/// What a row holds; `None` of a ticker that nobody wants, and of days before the calendar begins.
fn print(
    row: &Row<'_>,
    of_name: Option<&str>,
    wanted: &BTreeSet<String>,
    written: Option<Timestamp>,
) -> Result<Option<(String, Print)>, Fault> {
    let ticker = match of_name {
        Some(ticker) => ticker.to_owned(),
        None => {
            let given = row.cell(Column::Ticker);
            let given =
                if given.to_ascii_uppercase().ends_with(".US") { &given[..given.len() - 3] } else { given };
            cell::ticker(given).map_err(|error| row.fault(Column::Ticker, error.to_string()))?
        }
    };
    if !wanted.contains(&ticker) {
        return Ok(None);
    }
    if row.is_too_long() {
        return Err(Fault::at(&row.place, "more cells than the first row has columns"));
    }
    let period = row.cell(Column::Period);
    if !period.is_empty() && !period.eq_ignore_ascii_case("D") {
        let message = format!(
            "`{}` is not `D`: of this format days are read; write other prices as ticker,time,price",
            cell::shown(period)
        );
        return Err(row.fault(Column::Period, message));
    }
    let Some((as_of, of_day)) = when(row, written)? else { return Ok(None) };
    let figure = |column: Column| -> Result<Option<Decimal>, Fault> {
        let given = row.cell(column);
        if cell::is_none(given) {
            return Ok(None);
        }
        cell::number(given).map(Some).map_err(|error| row.fault(column, error.to_string()))
    };
    let usd = |column: Column| -> Result<Option<Decimal>, Fault> {
        match figure(column)? {
            Some(usd) if usd.abs() > PRICE_MAX => {
                Err(row.fault(column, format!("more than {PRICE_MAX} USD a share; check the decimal point")))
            }
            usd => Ok(usd),
        }
    };
    let Some(last) = usd(Column::Last)? else { return Err(row.fault(Column::Last, "is empty")) };
    let (bid, ask) = (usd(Column::Bid)?, usd(Column::Ask)?);
    if bid.is_some() != ask.is_some() {
        return Err(row.fault(Column::Bid, "one of bid and ask without the other; give both or none"));
    }
    let (open, high, low) = (usd(Column::Open)?, usd(Column::High)?, usd(Column::Low)?);
    // Its own figures disagree: no price at all.
    if let (Some(low), Some(high)) = (low, high)
        && (last > high + high.abs() * OUTSIDE_MAX || last < low - low.abs() * OUTSIDE_MAX)
    {
        return Err(row.fault(Column::Last, format!("{last} lies outside of {low} to {high} of its own row")));
    }
    let volume = figure(Column::Volume)?.filter(|shares| *shares > Decimal::ZERO);
    let (bid, ask) = (bid.unwrap_or(last), ask.unwrap_or(last));
    let row = row.place.row;
    Ok(Some((ticker, Print { row, as_of, of_day, open, high, low, bid, ask, last, volume })))
}

/// When the price of a row was made, and of which day it is the close. `None` before the calendar begins.
fn when(row: &Row<'_>, written: Option<Timestamp>) -> Result<Option<(Timestamp, Option<Date>)>, Fault> {
    let given = row.cell(Column::When);
    let time_of_day = row.cell(Column::TimeOfDay);
    if !time_of_day.bytes().all(|byte| matches!(byte, b'0' | b':')) {
        let message =
            "a time of day beside a day has no zone; write one column `time`, such as 2026-11-24T15:30:00Z";
        return Err(row.fault(Column::TimeOfDay, message));
    }
    let of_year = |year: i16| -> Result<bool, Fault> {
        if year > YEAR_MAX {
            return Err(row.fault(Column::When, format!("the trading calendar ends with {YEAR_MAX}")));
        }
        Ok(year >= YEAR_MIN)
    };
    let Some(day) = day(given) else {
        let Some(as_of) = eastern::written_at(given) else {
            let message = format!(
                "`{}` is no day or time; write 2026-11-24, or 2026-11-24T15:30:00Z",
                cell::shown(given)
            );
            return Err(row.fault(Column::When, message));
        };
        return Ok(of_year(eastern(as_of).year())?.then_some((as_of, None)));
    };
    let day = day.map_err(|error| row.fault(Column::When, error.to_string()))?;
    if !of_year(day.year())? {
        return Ok(None);
    }
    let session = exchange::session(day).map_err(|error| row.fault(Column::When, error.to_string()))?;
    let Some(session) = session else {
        let why = exchange::closed_for(day).ok().flatten().unwrap_or("no session");
        return Err(row.fault(Column::When, format!("{day} is no trading day ({why})")));
    };
    if written.is_some_and(|at| at < session.closes) {
        let message = format!(
            "the session of {day} was not over when the file was written; the row counts once the file is written after the close"
        );
        return Err(row.fault(Column::When, message));
    }
    Ok(Some((session.closes, Some(day))))
}

/// The day that a cell names, without a time or with midnight behind it; `None` where it names a moment.
fn day(given: &str) -> Option<Result<Date, cell::CellError>> {
    let time = given.get(10..).unwrap_or("").trim_start_matches(['T', ' ']);
    let is_day = time.is_empty() || time.starts_with("00:00");
    let start = if time.is_empty() { given } else { given.get(..10)? };
    (is_day && !start.contains(':')).then(|| cell::date(start))
}
