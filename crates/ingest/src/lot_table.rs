//! The lot table of our own: a CSV file with a row per lot and a row per account for its cash.
//!
//! In: the text, with columns by name in any order (`columns`). Out: what its rows say. Invariant: every column and every row is either
//! understood or told; lines that begin with `#` are comments.

mod columns;

use portfolio::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX};
use portfolio::nearest::nearest;
use portfolio::{AccountKind, Decimal, SecurityKind};
use rust_decimal::dec;

use crate::cell::{self, CellError, is_none, shown};
use crate::fault::Fault;
use crate::holdings::{AccountAt, Gathering, Quoted, Source, WrittenLot, both};
use crate::registration;
use crate::table::{Row, rows};
use columns::{Column, Columns};

/// A table to start from: comments that say what each column means, and rows that can be imported as they are.
pub const TEMPLATE: &str = include_str!("lot_table/template.csv");

/// Smallest price, USD per share, that a portfolio document takes.
const PRICE_MIN: Decimal = dec!(0.000001);

/// What a security can be.
const KINDS: &str = "etf, mutual_fund, stock, bond, cash_equivalent";

/// Tickers of rows that are cash.
const CASH: [&str; 4] = ["CASH", "$CASH", "USD", "CASH & CASH INVESTMENTS"];

/// How Fidelity marks the fund in which an account's cash is held, `SPAXX**`.
const CORE: &str = "**";

/// Reads a table.
pub(crate) fn read(file: Source<'_>, gathered: &mut Gathering<'_>) {
    let rows = match rows(file.name, file.text, true) {
        Ok(rows) => rows,
        Err(fault) => return gathered.faults.push(fault),
    };
    let Some((header, rows)) = rows.split_first() else {
        let message = "no rows; `equipoise import csv --template` prints a table to start from";
        return gathered.faults.push(Fault::of(file.name, message));
    };
    let Some(columns) = columns::read(header, gathered) else { return };
    if rows.is_empty() {
        gathered.fault(&header.place, "no rows below the header");
    }
    let before = gathered.faults.len();
    let mut seen: Vec<(Vec<&str>, u64)> = Vec::new();
    for row in rows {
        read_row(row, &columns, gathered);
    }
    if gathered.faults.len() == before {
        find_twins(rows, &columns, &mut seen, gathered);
    }
}

/// Rows that are the same in every cell and have no name of their own are one lot that was written twice.
fn find_twins<'a>(
    rows: &'a [Row],
    columns: &Columns,
    seen: &mut Vec<(Vec<&'a str>, u64)>,
    gathered: &mut Gathering<'_>,
) {
    for row in rows.iter().filter(|row| columns.cell(row, Column::LotId).is_empty()) {
        let cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
        seen.push((cells, row.place.row));
    }
    seen.sort();
    for pair in seen.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        if let Ok(at) = rows.binary_search_by_key(&pair[1].1, |row| row.place.row) {
            let message = format!(
                "the same as row {}; take one out, or give both a lot_id if they are two lots",
                pair[0].1
            );
            gathered.fault(&rows[at].place, message);
        }
    }
}

/// The cells of one row; what is wrong with one is told under its column.
struct Cells<'a, 'g, 'w> {
    row: &'a Row,
    columns: &'a Columns,
    gathered: &'g mut Gathering<'w>,
}

impl Cells<'_, '_, '_> {
    /// A cell that may be missing.
    fn maybe<T>(&mut self, column: Column, read: impl Fn(&str) -> Result<T, CellError>) -> Option<T> {
        let cell = self.columns.cell(self.row, column);
        if is_none(cell) {
            return None;
        }
        read(cell).map_err(|error| self.fault(column, error.to_string())).ok()
    }

    /// A cell that has to be there.
    fn needed<T>(&mut self, column: Column, read: impl Fn(&str) -> Result<T, CellError>) -> Option<T> {
        let cell = self.columns.cell(self.row, column);
        let value = if is_none(cell) { Err(CellError::Empty) } else { read(cell) };
        value.map_err(|error| self.fault(column, error.to_string())).ok()
    }

    fn fault(&mut self, column: Column, message: impl Into<String>) {
        self.gathered.fault(&self.row.place.column(column.name()), message);
    }

    /// The price of the row, with its day and what it tells of its security.
    fn quote(&mut self, ticker: &str) {
        let price = self.maybe(Column::Price, |cell| cell::amount(cell, PRICE_MAX));
        let as_of = self.maybe(Column::PriceDate, cell::date);
        let kind = self.maybe(Column::SecurityKind, cell::name).and_then(|word| self.security_kind(&word));
        let asset_class = self.maybe(Column::AssetClass, cell::name);
        self.gathered.describe(ticker, kind, asset_class, &self.row.place);
        if let Some(day) = as_of {
            let place = self.row.place.column(Column::PriceDate.name());
            self.gathered.told_on(day, &place);
        }
        let Some(price) = price else { return };
        let word = self.columns.cell(self.row, Column::SecurityKind);
        if word.trim().eq_ignore_ascii_case("cash") && price != Decimal::ONE {
            return self.fault(
                Column::SecurityKind,
                format!(
                    "`{}` at a price of {price}: where it says how an account holds it, take the column out; else write one of {KINDS}",
                    shown(word)
                ),
            );
        }
        if price < PRICE_MIN {
            return self.fault(
                Column::Price,
                format!("{price} is not a price; a price is at least {PRICE_MIN} USD"),
            );
        }
        let place = self.row.place.clone();
        let as_of = as_of.map(|day| day.to_string());
        self.gathered.quote(ticker, Quoted { price, as_of, of_position: false, place });
    }

    /// Whether a row named like cash has a price that no cash has: of shares of the company whose ticker is CASH.
    fn is_company(&self, ticker: &str) -> bool {
        let price = cell::amount(self.columns.cell(self.row, Column::Price), PRICE_MAX);
        ticker == "CASH" && price.is_ok_and(|price| !price.is_zero() && price != Decimal::ONE)
    }

    fn security_kind(&mut self, word: &str) -> Option<SecurityKind> {
        let known = columns::security_kind(word);
        if known.is_none() {
            self.fault(Column::SecurityKind, format!("`{}` is not known; one of {KINDS}", shown(word)));
        }
        known
    }

    fn account_kind(&mut self) -> Option<AccountKind> {
        let word = self.maybe(Column::AccountKind, cell::name)?;
        let known = registration::account_kind(&word);
        if known.is_none() {
            let near = nearest(&word, ["taxable", "traditional", "roth"]);
            let hint = near.map_or_else(
                || "one of taxable, traditional, roth".to_owned(),
                |n| format!("did you mean `{n}`?"),
            );
            self.fault(Column::AccountKind, format!("`{}` is not known; {hint}", shown(&word)));
        }
        known
    }
}

fn read_row(row: &Row, columns: &Columns, gathered: &mut Gathering<'_>) {
    if row.cells.len() > columns.count && row.cells[columns.count..].iter().any(|cell| !cell.is_empty()) {
        let message = format!(
            "{} cells under {} headings; quote cells with commas, such as \"1,234.56\"",
            row.cells.len(),
            columns.count
        );
        return gathered.fault(&row.place, message);
    }
    let mut cells = Cells { row, columns, gathered };
    let number = cells.needed(Column::AccountId, cell::name);
    let kind = cells.account_kind();
    let owner = cells.maybe(Column::Owner, cell::name);
    let ticker = cells.needed(Column::Ticker, cell::ticker);
    if let Some(currency) = cells.maybe(Column::Currency, cell::name)
        && !currency.eq_ignore_ascii_case("USD")
    {
        cells.fault(Column::Currency, format!("`{}`: only USD can be planned", shown(&currency)));
    }
    let (Some(number), Some(ticker)) = (number, ticker) else { return };
    let told = AccountAt { broker: None, number: &number, kept: 0, kind, place: &row.place };
    let account = cells.gathered.account(&told);
    if let Some(owner) = owner {
        cells.gathered.owner(account, owner, &row.place);
    }
    if ticker.ends_with(CORE) || CASH.contains(&ticker.as_str()) && !cells.is_company(&ticker) {
        read_cash(&mut cells, account);
    } else {
        read_lot(&mut cells, account, &ticker);
    }
}

/// A row of cash: its quantity, or its total or value, is USD.
fn read_cash(cells: &mut Cells<'_, '_, '_>, account: usize) {
    let settled = cells.maybe(Column::SettledCash, |cell| cell::amount(cell, MONEY_MAX));
    let has = |cells: &Cells<'_, '_, '_>, column| !is_none(cells.columns.cell(cells.row, column));
    let from = [Column::Quantity, Column::MarketValue, Column::TotalCost]
        .into_iter()
        .find(|column| has(cells, *column));
    let Some(usd) = cells.needed(from.unwrap_or(Column::Quantity), cell::number) else { return };
    if from == Some(Column::Quantity)
        && let Some(value) = cells.maybe(Column::MarketValue, cell::number)
        && value != usd
    {
        let message = format!("{value} USD of cash are stated, and {usd} as the quantity; keep one of them");
        return cells.fault(Column::MarketValue, message);
    }
    if usd.abs() > MONEY_MAX {
        return cells.fault(Column::Quantity, format!("{usd} USD is more than {MONEY_MAX}"));
    }
    cells.gathered.cash(account, usd, settled, &cells.row.place);
}

fn read_lot(cells: &mut Cells<'_, '_, '_>, account: usize, ticker: &str) {
    let before = cells.gathered.faults.len();
    cells.quote(ticker);
    let lot_id = cells.maybe(Column::LotId, cell::name);
    let acquired = cells.maybe(Column::AcquisitionDate, |cell| {
        if cell.eq_ignore_ascii_case("various") {
            Err(CellError::NoDate("various".to_owned()))
        } else {
            cell::date(cell)
        }
    });
    let each = cells.maybe(Column::CostPerShare, |cell| cell::amount(cell, PRICE_MAX));
    let cost = cells.maybe(Column::TotalCost, |cell| cell::amount(cell, MONEY_MAX));
    let value = cells.maybe(Column::MarketValue, |cell| cell::amount(cell, MONEY_MAX));
    let Some(quantity) = cells.needed(Column::Quantity, cell::number) else { return };
    if quantity < Decimal::ZERO {
        let what = format!("a short position of {} {ticker}", -quantity);
        return cells.gathered.unsupported(account, &cells.row.place, what, value);
    }
    if let Some(what) = cell::no_share(ticker) {
        let what = format!("{quantity} of `{}`, {what}", shown(ticker));
        return cells.gathered.unsupported(account, &cells.row.place, what, value);
    }
    if quantity.is_zero() || quantity > QUANTITY_MAX {
        return cells
            .fault(Column::Quantity, format!("{quantity} shares are no lot; take the row out or mend it"));
    }
    let (basis_per_share, basis) = match both(quantity, each, cost) {
        Ok(both) => both,
        Err(product) => {
            let message = format!(
                "{} is stated, and cost_per_share {} times {quantity} is {product}; keep one of them",
                cost.unwrap_or_default(),
                each.unwrap_or_default()
            );
            return cells.fault(Column::TotalCost, message);
        }
    };
    let price = cells.columns.cell(cells.row, Column::Price);
    if let (Some(value), Ok(price)) = (value, cell::amount(price, PRICE_MAX)) {
        let worth = portfolio::money::times(price, quantity);
        if (worth - value).abs() > dec!(0.01) + worth * dec!(0.0001) {
            let message = format!(
                "{value} is stated, and {quantity} shares at {price} are worth {worth}; mend one of them"
            );
            return cells.fault(Column::MarketValue, message);
        }
    }
    if cells.gathered.faults.len() > before {
        return; // what is missing of the lot was told
    }
    let (mark, place) = (String::new(), cells.row.place.clone());
    cells.gathered.lot(
        account,
        ticker,
        WrittenLot { lot_id, quantity, acquired, mark, basis_per_share, basis, place },
    );
}
