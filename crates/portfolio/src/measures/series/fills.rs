//! Fills: what was paid and received, against what was decided.
//!
//! In: a fills file. Out: one [`Fill`] per row, exact. Invariant: quantities and prices are
//! positive, commissions are not negative.

use rust_decimal::Decimal;

use super::SeriesError;
use super::sheet::{Cell, RowOf, Sheet};
use crate::Side;
use crate::measures::execution::Fill;
use crate::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX};

/// Reads `ticker,side,quantity,decision_price,exec_price[,arrival_price,commission]`. An empty
/// arrival price is not known, an empty commission is 0.
///
/// # Errors
/// [`SeriesError`]: the first fault.
pub fn read(text: &str) -> Result<Vec<Fill>, SeriesError> {
    let sheet = Sheet::read(text)?;
    let needed = |name: &'static str, wanted| sheet.find(name).ok_or(SeriesError::NoColumn { wanted });
    let columns = Columns {
        ticker: needed("ticker", "`ticker`")?,
        side: needed("side", "`side`")?,
        quantity: needed("quantity", "`quantity`")?,
        decision_price: needed("decision_price", "`decision_price`")?,
        exec_price: needed("exec_price", "`exec_price`")?,
        arrival_price: sheet.find("arrival_price"),
        commission: sheet.find("commission"),
    };
    sheet.rows().map(|row| columns.fill(&row)).collect()
}

/// Where the columns are.
struct Columns {
    ticker: usize,
    side: usize,
    quantity: usize,
    decision_price: usize,
    exec_price: usize,
    arrival_price: Option<usize>,
    commission: Option<usize>,
}

impl Columns {
    fn fill(&self, row: &RowOf<'_>) -> Result<Fill, SeriesError> {
        let ticker = row.cell(self.ticker);
        if ticker.text.is_empty() {
            return Err(missing(&ticker));
        }
        let arrival = match self.arrival_price.map(|column| row.cell(column)) {
            Some(cell) if !cell.is_missing() => Some(positive(&cell, PRICE_MAX)?),
            _ => None,
        };
        let commission = self.commission.map_or(Ok(Decimal::ZERO), |column| commission(&row.cell(column)))?;
        Ok(Fill {
            ticker: ticker.text.to_owned(),
            side: side(&row.cell(self.side))?,
            quantity: positive(&row.cell(self.quantity), QUANTITY_MAX)?,
            decision_price: positive(&row.cell(self.decision_price), PRICE_MAX)?,
            exec_price: positive(&row.cell(self.exec_price), PRICE_MAX)?,
            arrival_price: arrival,
            commission,
        })
    }
}

fn side(cell: &Cell<'_>) -> Result<Side, SeriesError> {
    match cell.text.to_ascii_uppercase().as_str() {
        "BUY" => Ok(Side::Buy),
        "SELL" => Ok(Side::Sell),
        _ => Err(SeriesError::NoSide { line: cell.line, column: cell.column(), text: cell.text.to_owned() }),
    }
}

fn positive(cell: &Cell<'_>, most: Decimal) -> Result<Decimal, SeriesError> {
    match cell.decimal()? {
        None => Err(missing(cell)),
        Some(value) if value <= Decimal::ZERO => Err(cell.out_of_range("it must be positive")),
        Some(value) if value > most => Err(cell.out_of_range("at most 1e9 USD a share or 1e10 shares")),
        Some(value) => Ok(value),
    }
}

fn commission(cell: &Cell<'_>) -> Result<Decimal, SeriesError> {
    match cell.decimal()?.unwrap_or_default() {
        value if value < Decimal::ZERO => Err(cell.out_of_range("a commission is not negative")),
        value if value > MONEY_MAX => Err(cell.out_of_range("at most 1e13 USD")),
        value => Ok(value),
    }
}

fn missing(cell: &Cell<'_>) -> SeriesError {
    SeriesError::Missing { line: cell.line, column: cell.column() }
}
