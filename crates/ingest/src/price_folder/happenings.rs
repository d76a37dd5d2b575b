//! `splits.csv` and `dividends.csv`: what companies did to their shares, as somebody wrote it down.
//!
//! In: whole lines of `ticker,day,from,to` or `ticker,day,usd_per_share`. Out: actions, and faults by row and column. Invariant: a row that is wrong
//! is told and takes no other with it; nothing is guessed about a ratio.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::action::Action;
use crate::cell;
use crate::fault::Fault;
use crate::feed::Split;
use crate::table::{self, Row};

/// Largest number of shares in the ratio of a split.
const SHARES_MAX: u32 = 100_000;

/// Reads a file whose rows have a ticker, a day, and what `read` makes of the columns behind.
fn rows(
    file: &str,
    text: &str,
    wanted: &BTreeSet<String>,
    headings: &[&str],
    read: impl Fn(&Row, String, Date) -> Result<Action, Fault>,
) -> (Vec<Action>, Vec<Fault>) {
    let rows = match table::rows(file, text, true) {
        Ok(rows) => rows,
        Err(fault) => return (Vec::new(), vec![fault]),
    };
    let Some((first, rows)) = rows.split_first() else { return (Vec::new(), Vec::new()) };
    let named: Vec<String> = first.cells.iter().map(|name| cell::plain(name)).collect();
    let expected: Vec<String> = headings.iter().map(|name| cell::plain(name)).collect();
    if named != expected {
        let message = format!("the first row has to be `{}`", headings.join(","));
        return (Vec::new(), vec![Fault::at(&first.place, message)]);
    }
    let (mut actions, mut faults) = (Vec::new(), Vec::new());
    for row in rows {
        let at = |column: usize, error: cell::CellError| {
            Fault::at(&row.place.column(headings[column]), error.to_string())
        };
        let read = cell::ticker(row.cell(0)).map_err(|error| at(0, error)).and_then(|ticker| {
            let day = cell::date(row.cell(1)).map_err(|error| at(1, error))?;
            read(row, ticker, day)
        });
        match read {
            Ok(action) if wanted.contains(action.ticker()) && !actions.contains(&action) => {
                actions.push(action);
            }
            Ok(_) => {}
            Err(fault) => faults.push(fault),
        }
    }
    (actions, faults)
}

/// Splits.
pub(super) fn splits(file: &str, text: &str, wanted: &BTreeSet<String>) -> (Vec<Action>, Vec<Fault>) {
    rows(file, text, wanted, &["ticker", "day", "from", "to"], |row, ticker, day| {
        let shares = |column: usize, name: &str| {
            let given = row.cell(column);
            let shares = given.parse::<u32>().ok().filter(|shares| (1..=SHARES_MAX).contains(shares));
            shares.ok_or_else(|| {
                let message = format!(
                    "`{}` is no number of shares; write a split of one share into three as 1 and 3",
                    cell::shown(given)
                );
                Fault::at(&row.place.column(name), message)
            })
        };
        let (from, to) = (shares(2, "from")?, shares(3, "to")?);
        if from == to {
            return Err(Fault::at(&row.place, format!("{from} shares into {to} is no split")));
        }
        Ok(Action::Split(Split { ticker, day, from, to }))
    })
}

/// Dividends.
pub(super) fn dividends(file: &str, text: &str, wanted: &BTreeSet<String>) -> (Vec<Action>, Vec<Fault>) {
    rows(file, text, wanted, &["ticker", "day", "usd_per_share"], |row, ticker, ex_day| {
        let usd_per_share = cell::amount(row.cell(2), portfolio::money::PRICE_MAX)
            .map_err(|error| Fault::at(&row.place.column("usd_per_share"), error.to_string()))?;
        Ok(Action::Dividend { ticker, ex_day, usd_per_share, special: false })
    })
}
