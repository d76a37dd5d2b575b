//! Schwab's positions: shares, price, value and basis of each security, the cash, and the total.
//!
//! In: the rows below the title. Out: prices, what each position is said to be, and cash. Invariants: the rows of an account have to make
//! its stated total; what is no share of a stock or fund (options, bonds, short positions, debts) is told by row.

use portfolio::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX, times};
use portfolio::{Decimal, SecurityKind};
use rust_decimal::dec;

use super::BROKER;
use super::headings::Headings;
use super::title::{self, AccountTitle, When};
use crate::cell::{self, CellError, plain, shown};
use crate::fault::Place;
use crate::holdings::{AccountAt, Gathering, Quoted, SHOWN_ENDING, Stated};
use crate::registration::account_kind;
use crate::table::Row;

/// Columns without which nothing can be read.
const NEEDED: [&str; 5] = ["symbol", "quantity", "price", "market value", "cost basis"];

/// What rounding explains between a total and its rows, USD.
const TOTAL_TOLERANCE: Decimal = dec!(0.10);

/// One account while its rows go by.
struct Section {
    account: usize,
    headings: Option<Headings>,
    /// Sum of the values of its rows, USD.
    value: Decimal,
    /// Of its cash rows.
    cash: Decimal,
    cash_at: Option<Place>,
    ended: bool,
}

/// Reads the rows below the title.
pub(super) fn read(
    title: &Row,
    rows: &[Row],
    account: Option<AccountTitle>,
    when: &When,
    gathered: &mut Gathering<'_>,
) {
    gathered.told_on(when.day, &title.place);
    let mut sections = Vec::new();
    if let Some(account) = account {
        sections.push(section(&account, &title.place, gathered));
    }
    for row in rows {
        if row.is_title() && title::account(row.cell(0)).is_some() {
            if let Some(account) = title::account(row.cell(0)) {
                sections.push(section(&account, &row.place, gathered));
            }
            continue;
        }
        let Some(current) = sections.last_mut().filter(|section| !section.ended) else {
            if !row.is_title() {
                let message =
                    "a row outside the list of an account; export the file again and leave it as it is";
                gathered.fault(&row.place, message);
            }
            continue;
        };
        match &current.headings {
            None => match Headings::of(row, &NEEDED) {
                Ok(headings) => current.headings = Some(headings),
                Err(missing) => {
                    let message = format!("the headings lack {missing}; export the file with these columns");
                    gathered.fault(&row.place, message);
                    current.ended = true;
                }
            },
            Some(_) => read_row(row, current, when, gathered),
        }
    }
    if sections.is_empty() {
        gathered.fault(&title.place, "no account is in this file; export it again");
    }
    for section in &sections {
        match &section.cash_at {
            Some(place) => gathered.cash(section.account, section.cash, None, place),
            None if section.headings.is_none() => {
                gathered.fault(&title.place, "an account without rows; export the file again");
            }
            None => {
                // A list of positions has a row of cash, unless there is none.
                gathered.cash(section.account, Decimal::ZERO, None, &title.place);
            }
        }
        if !section.ended {
            let shown = gathered.shown(section.account);
            let text = format!(
                "{}: no total of {shown} at the end, so that it can't be known whether rows are missing",
                title.place.file
            );
            gathered.note("import.no_total", text);
        }
    }
}

fn section(told: &AccountTitle, place: &Place, gathered: &mut Gathering<'_>) -> Section {
    let kind = account_kind(&told.name);
    let at = AccountAt { broker: Some(BROKER), number: &told.ending, kept: SHOWN_ENDING, kind, place };
    let account = gathered.account(&at);
    gathered.has_positions(account);
    Section {
        account,
        headings: None,
        value: Decimal::ZERO,
        cash: Decimal::ZERO,
        cash_at: None,
        ended: false,
    }
}

/// The cells of a row of a position.
struct Cells<'a> {
    quantity: Option<Decimal>,
    price: Option<Decimal>,
    value: Option<Decimal>,
    basis: Option<Decimal>,
    security_type: &'a str,
}

fn read_row(row: &Row, section: &mut Section, when: &When, gathered: &mut Gathering<'_>) {
    let Some(headings) = &section.headings else { return };
    let before = gathered.faults.len();
    let symbol = headings.cell(row, "symbol").unwrap_or_default();
    let mut figure = |name: &str| match headings.cell(row, name).map(cell::number) {
        Some(Ok(figure)) if figure.abs() <= MONEY_MAX => Some(figure),
        Some(Ok(figure)) => {
            gathered.fault(&row.place.column(name), format!("{figure} is more than {MONEY_MAX}"));
            None
        }
        Some(Err(error)) => {
            gathered.fault(&row.place.column(name), error.to_string());
            None
        }
        None => None,
    };
    let value = figure("market value");
    let words = plain(symbol);
    if words == "account total" || words == "positions total" {
        let made = [section.value, section.value - section.cash];
        let counted = if words == "account total" { &made[..1] } else { &made[..] };
        if let Some(stated) = value
            && counted.iter().all(|made| (stated - made).abs() > TOTAL_TOLERANCE)
        {
            gathered.total_differs(section.account, stated, section.value);
        }
        section.ended = true;
        return;
    }
    section.value += value.unwrap_or_default();
    // Shares of a company have its ticker, such as CASH, and a price.
    let has_price = headings.cell(row, "price").is_some_and(|cell| cell::number(cell).is_ok());
    if words.starts_with("cash") && !(words == "cash" && has_price) {
        let Some(value) = value else { return };
        section.cash += value;
        section.cash_at.get_or_insert_with(|| row.place.clone());
        return;
    }
    let cells = Cells {
        quantity: figure("quantity"),
        price: figure("price"),
        value,
        basis: figure("cost basis"),
        security_type: headings.cell(row, "security type").unwrap_or_default(),
    };
    if gathered.faults.len() == before {
        read_position(row, symbol, &cells, section.account, when, gathered);
    }
}

fn read_position(
    row: &Row,
    symbol: &str,
    cells: &Cells<'_>,
    account: usize,
    when: &When,
    gathered: &mut Gathering<'_>,
) {
    let ticker = match cell::ticker(symbol) {
        Ok(ticker) => ticker,
        Err(CellError::Empty) if cells.value.is_none_or(|value| value.is_zero()) => {
            return gathered
                .note("import.row_skipped", format!("{}a row without symbol and value", row.place));
        }
        Err(error) => return gathered.fault(&row.place.column("symbol"), error.to_string()),
    };
    let Some(quantity) = cells.quantity else {
        return gathered.fault(&row.place.column("quantity"), format!("no number of shares of {ticker}"));
    };
    if let Some(what) = not_shares(&ticker, cells.security_type, quantity) {
        return gathered.unsupported(account, &row.place, what, cells.value);
    }
    if quantity.is_zero() {
        return gathered.note("import.row_skipped", format!("{}0 shares of {ticker}", row.place));
    }
    if quantity > QUANTITY_MAX {
        return gathered
            .fault(&row.place.column("quantity"), format!("{quantity} is more than {QUANTITY_MAX}"));
    }
    let worth = |value: Decimal| value.checked_div(quantity).unwrap_or_default().round_dp(10).normalize();
    let Some(price) = cells.price.or(cells.value.map(worth)).filter(|price| *price > Decimal::ZERO) else {
        return gathered.fault(&row.place.column("price"), format!("no price of {ticker}"));
    };
    if price > PRICE_MAX {
        return gathered.fault(&row.place.column("price"), format!("{price} is more than {PRICE_MAX}"));
    }
    // A price of something else than one share, such as of 100 USD of a bond's face.
    if let Some(value) = cells.value
        && (times(price, quantity) - value).abs() > value.abs() * dec!(0.01) + Decimal::ONE
    {
        let what = format!("{quantity} {ticker}, whose price {price} is not that of one share");
        return gathered.unsupported(account, &row.place, what, Some(value));
    }
    if cells.basis.is_some_and(|basis| basis < Decimal::ZERO) {
        return gathered.fault(&row.place.column("cost basis"), "is negative, which can't be here");
    }
    gathered.describe(&ticker, kind(cells.security_type), None, &row.place);
    let (as_of, place) = (Some(when.written.clone()), row.place.clone());
    gathered.quote(&ticker, Quoted { price, as_of, of_position: true, place: place.clone() });
    gathered.stated(account, &ticker, Stated { quantity, basis: cells.basis, place });
}

/// What a row is that is no number of shares; none where it is one.
fn not_shares(ticker: &str, security_type: &str, quantity: Decimal) -> Option<String> {
    let words = plain(security_type);
    let shown = shown(ticker);
    let parts: Vec<&str> = ticker.split(' ').collect();
    let is_option =
        words.contains("option") || matches!(parts[..], [_, day, _, "C" | "P"] if cell::date(day).is_ok());
    if is_option {
        return Some(format!("the option {shown}"));
    }
    if words.contains("fixed income") || words.contains("bond") && !words.contains("fund") {
        return Some(format!("the bond {shown}"));
    }
    if words.contains("future") || words.contains("forex") || words.contains("crypto") {
        return Some(format!("{shown} ({})", security_type.trim()));
    }
    (quantity < Decimal::ZERO).then(|| format!("a short position of {} {shown}", -quantity))
}

/// What Schwab's types are.
fn kind(security_type: &str) -> Option<SecurityKind> {
    let words = plain(security_type);
    match words.as_str() {
        "equity" | "equities" | "stock" | "stocks" => Some(SecurityKind::Stock),
        "mutual fund" | "mutual funds" => Some(SecurityKind::MutualFund),
        "cash and money market" | "money market" | "money market fund" => Some(SecurityKind::CashEquivalent),
        words if words.contains("etf") || words.contains("closed end") => Some(SecurityKind::Etf),
        _ => None,
    }
}
