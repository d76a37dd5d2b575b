//! What was gained: transactions in, realised and open lots out.
//!
//! In: rows of a household's accounts (see [`read`]), a relief method and a date. Out: a
//! [`GainsReport`], the JSON of the command `gains`. The invariant, exact to the cent:
//!
//! recognised gain = proceeds − cost of all purchases + adjusted basis of open lots + permanently
//! disallowed losses, over the taxable accounts.
//!
//! Rows are taken by date, rows of one day in the order of the file. Money is whole cents per row
//! and lot, half to even. Purchase fees are part of the cost, sale fees reduce the proceeds. Sales
//! in retirement accounts have no tax result and are listed apart.

mod books;
mod contract;
mod reading;
mod report;
mod row;
mod split;
mod warning;

use jiff::civil::Date;
use rust_decimal::Decimal;

pub use reading::{COLUMNS, Problem, RowFault, read};
pub use report::{GainsReport, IdenticalUsed, JoinedRow, OpenRow, RealisedRow, UntaxedRow, WashRow, YearRow};
pub use row::{AccountKind, Action, Row};
pub use warning::Warning;

use crate::relief::Method;
use crate::wash_sale::Policy;
use books::Books;

/// Why no gains could be computed. Each names the line of the row at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GainsError {
    /// A sale of more than is held.
    #[error("line {line}: {wanted} {ticker} are sold in {account_id} but only {held} are held{}: add the purchase that is missing, or correct the quantity", of_lot(lot_id.as_deref()))]
    Oversold {
        /// The sale.
        line: u64,
        /// Its account.
        account_id: String,
        /// Its security.
        ticker: String,
        /// The lot it names.
        lot_id: Option<String>,
        /// Shares sold.
        wanted: Decimal,
        /// Shares held, in units of that day.
        held: Decimal,
    },
    /// As before, but a purchase of that day stands below the sale.
    #[error(
        "line {line}: more {ticker} is sold in {account_id} than is held, and the purchase in line {line_below} of the same day stands below: move it above the sale, for rows of one day are booked in the order of the file"
    )]
    SoldBeforeBought {
        /// The sale.
        line: u64,
        /// Its account.
        account_id: String,
        /// Its security.
        ticker: String,
        /// The purchase.
        line_below: u64,
    },
    /// A sale of a lot that is not there.
    #[error(
        "line {line}: no lot `{lot_id}` of {ticker} is open in {account_id}: name the lot_id of an earlier purchase"
    )]
    UnknownLot {
        /// The sale.
        line: u64,
        /// Its account.
        account_id: String,
        /// Its security.
        ticker: String,
        /// The lot it names.
        lot_id: String,
    },
    /// Numbers that can't be computed with.
    #[error("line {line}: the quantity, price or fees are out of range, also after its splits")]
    OutOfRange {
        /// The row.
        line: u64,
    },
    /// One account books a split twice on a day.
    #[error("line {line}: the split of line {line_before} is there again: take one of them out")]
    SplitTwice {
        /// The second row.
        line: u64,
        /// The first.
        line_before: u64,
    },
    /// Two ratios for a split of one day.
    #[error("line {line}: the ratio differs from that of the same split in line {line_before}")]
    SplitRatios {
        /// The second row.
        line: u64,
        /// The first.
        line_before: u64,
    },
}

fn of_lot(lot_id: Option<&str>) -> String {
    lot_id.map(|lot| format!(" of lot `{lot}`")).unwrap_or_default()
}

/// Realised gains lot by lot with wash-sale adjustments, and what is still held.
///
/// Rows after `as_of` are left out (with a warning): the report is what was known on that day.
/// Without `as_of` it is the day of the last row. `rows` must not contradict each other about an
/// account, ticker or lot; those that [`read`] returns do not.
///
/// # Errors
/// [`GainsError`], the first one in the order of time.
///
/// # Source
/// IRC s.1091, Reg. 1.1091-1 and -2 (wash sales); Reg. 1.1012-1(c) (lots); s.1222 (terms).
pub fn gains(rows: &[Row], method: Method, as_of: Option<Date>) -> Result<GainsReport, GainsError> {
    gains_under(rows, method, as_of, Policy::default())
}

/// As [`gains`], under another policy on what the wash-sale law leaves open.
///
/// # Errors
/// As [`gains`].
pub fn gains_under(
    rows: &[Row],
    method: Method,
    as_of: Option<Date>,
    policy: Policy,
) -> Result<GainsReport, GainsError> {
    let mut warnings = Vec::new();
    let rows = in_order(rows, as_of, &mut warnings);
    let as_of = as_of.or_else(|| rows.last().map(|row| row.date));
    let mut books = Books::open(&rows, policy)?;
    for (place, row) in rows.iter().enumerate() {
        let booked = books.book(row, place, method, &mut warnings);
        booked.map_err(|error| with_purchase_below(error, row, &rows[place..]))?;
    }
    Ok(report::report(&books, method, as_of, warnings))
}

/// For a sale of more than is held, names a purchase of that day that stands below it, if there is
/// one.
fn with_purchase_below(error: GainsError, sale: &Row, rest: &[&Row]) -> GainsError {
    let below = rest.iter().take_while(|row| row.date == sale.date).find(|row| row.is_purchase_for(sale));
    match (error, below) {
        (GainsError::Oversold { line, account_id, ticker, .. }, Some(below)) => {
            GainsError::SoldBeforeBought { line, account_id, ticker, line_below: below.line }
        }
        (error, _) => error,
    }
}

/// The method that the rows themselves ask for: `Specific` where a sale names its lot, else FIFO,
/// which is the default of the law.
#[must_use]
pub fn default_method(rows: &[Row]) -> Method {
    let names_lot = |row: &Row| row.action == Action::Sell && row.lot_id.is_some();
    if rows.iter().any(names_lot) { Method::Specific } else { Method::Fifo }
}

/// The rows up to `as_of` by date, those of one day as they stand.
fn in_order<'a>(rows: &'a [Row], as_of: Option<Date>, warnings: &mut Vec<Warning>) -> Vec<&'a Row> {
    let is_known = |row: &&Row| as_of.is_none_or(|as_of| row.date <= as_of);
    let mut kept: Vec<&Row> = rows.iter().filter(is_known).collect();
    if let Some(late) = rows.iter().find(|row| !is_known(row)) {
        let left_out = rows.len() - kept.len();
        warnings.push(Warning::AfterAsOf { line: late.line, rows: left_out });
    }
    if let Some(pair) = kept.windows(2).find(|pair| pair[1].date < pair[0].date) {
        warnings.push(Warning::OutOfOrder { line: pair[1].line });
    }
    kept.sort_by_key(|row| row.date);
    kept
}
