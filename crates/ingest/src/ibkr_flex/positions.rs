//! The open positions of a Flex report: one row a position, and one a lot.
//!
//! In: `OpenPosition` elements of the levels SUMMARY and LOT. Out: prices, what each position is said to be, and its lots. Invariant: a
//! row that is no number of shares in USD is told once: by its position, or where there is none by its lots.

use std::collections::HashSet;

use portfolio::household::Action;
use portfolio::money::{PRICE_MAX, QUANTITY_MAX};
use portfolio::{Decimal, SecurityKind};

use super::account::{Accounts, figure};
use super::elements::Element;
use crate::cell;
use crate::holdings::{Gathering, Quoted, Stated, Trade, WrittenLot, both};

/// Reads the rows.
pub(super) fn read(elements: &[Element], accounts: &Accounts, gathered: &mut Gathering<'_>) {
    let rows: Vec<&Element> = elements.iter().filter(|e| e.name == "OpenPosition").collect();
    // Told already, by account and symbol.
    let mut told: HashSet<(usize, String)> = HashSet::new();
    let mut lots_seen: HashSet<(usize, String, String, String, String)> = HashSet::new();
    for lots in [false, true] {
        for row in rows.iter().filter(|row| is_lot(row) == lots) {
            let Some(account) = accounts.of(row) else {
                gathered.fault(&row.place, "names no account; turn on Account ID in the query");
                continue;
            };
            let Some(symbol) = row.get("symbol") else {
                gathered
                    .fault(&row.place, "has no symbol; turn on Symbol in the open positions of the query");
                continue;
            };
            let ticker = match cell::ticker(symbol) {
                Ok(ticker) => ticker,
                Err(error) => {
                    gathered.fault(&row.place.column("symbol"), error.to_string());
                    continue;
                }
            };
            let Some(position) = needed(row, "position", "Quantity", gathered) else { continue };
            if let Some(what) = not_shares(row, &ticker, position) {
                let value =
                    figure(row, "positionValue", gathered).filter(|_| row.get("currency") == Some("USD"));
                if !lots || !told.contains(&(account, ticker.clone())) {
                    gathered.unsupported(account, &row.place, what, value);
                }
                if !lots {
                    told.insert((account, ticker));
                }
                continue;
            }
            if lots {
                let key = |name: &str| row.get(name).unwrap_or_default().to_owned();
                let identity = (
                    account,
                    ticker.clone(),
                    key("originatingTransactionID"),
                    key("openDateTime"),
                    key("position") + &key("costBasisMoney"),
                );
                let repeated = !lots_seen.insert(identity) && row.get("originatingTransactionID").is_some();
                if repeated {
                    let message =
                        format!("the same lot of {ticker} stands twice; is the report in two files?");
                    gathered.fault(&row.place, message);
                    continue;
                }
                lot(row, account, &ticker, position, gathered);
            } else {
                gathered.has_positions(account);
                if position.is_zero() {
                    gathered.note("import.row_skipped", format!("{}0 shares of {ticker}", row.place));
                    continue;
                }
                let basis = figure(row, "costBasisMoney", gathered);
                gathered.stated(
                    account,
                    &ticker,
                    Stated { quantity: position, basis, place: row.place.clone() },
                );
            }
            quote(row, &ticker, !lots, gathered);
        }
    }
}

/// Rows without a level are positions.
fn is_lot(row: &Element) -> bool {
    row.get("levelOfDetail").is_some_and(|level| level.eq_ignore_ascii_case("LOT"))
}

/// An amount that has to be there, under the name that it has in a query.
fn needed(row: &Element, name: &str, field: &str, gathered: &mut Gathering<'_>) -> Option<Decimal> {
    if row.get(name).is_none() {
        gathered
            .fault(&row.place, format!("has no {name}; turn on {field} in the open positions of the query"));
    }
    figure(row, name, gathered)
}

/// What a row is that is no number of shares in USD; none where it is one.
fn not_shares(row: &Element, ticker: &str, position: Decimal) -> Option<String> {
    let shown = cell::shown(ticker);
    if let Some(currency) = row.get("currency").filter(|currency| *currency != "USD") {
        return Some(format!("{} {shown}, priced in {}", position.normalize(), cell::shown(currency)));
    }
    if let (None, Some(what)) = (row.get("assetCategory"), cell::no_share(ticker)) {
        return Some(format!("{} of {shown}, {what}", position.normalize()));
    }
    let category = row.get("assetCategory").unwrap_or("STK");
    let kind = match category {
        "STK" | "FUND" => None,
        "OPT" | "FOP" | "WAR" => Some("the option"),
        "FUT" => Some("the future"),
        "BOND" | "BILL" => Some("the bond"),
        _ => Some("the position"),
    };
    if let Some(kind) = kind {
        return Some(format!("{kind} {shown} ({}, {})", cell::shown(category), position.normalize()));
    }
    let multiplier = row.get("multiplier").map(cell::number);
    if multiplier.is_some_and(|m| m != Ok(Decimal::ONE)) {
        return Some(format!("{shown}, one of which is more than one share"));
    }
    (position < Decimal::ZERO).then(|| format!("a short position of {} {shown}", (-position).normalize()))
}

/// The price of a row.
fn quote(row: &Element, ticker: &str, of_position: bool, gathered: &mut Gathering<'_>) {
    let Some(price) = needed(row, "markPrice", "Mark Price", gathered) else { return };
    if price <= Decimal::ZERO || price > PRICE_MAX {
        return gathered.fault(&row.place.column("markPrice"), format!("{price} is no price of {ticker}"));
    }
    let as_of = match row.get("reportDate").map(cell::date_year_first) {
        Some(Ok(day)) => {
            gathered.told_on(day, &row.place.column("reportDate"));
            Some(day.to_string())
        }
        Some(Err(error)) => {
            gathered.fault(&row.place.column("reportDate"), error.to_string());
            None
        }
        None => None,
    };
    gathered.describe(ticker, kind(row), None, &row.place);
    gathered.quote(ticker, Quoted { price, as_of, of_position, place: row.place.clone() });
}

fn kind(row: &Element) -> Option<SecurityKind> {
    match (row.get("assetCategory"), row.get("subCategory")) {
        (Some("FUND"), _) => Some(SecurityKind::MutualFund),
        (_, Some("ETF")) => Some(SecurityKind::Etf),
        (_, Some("COMMON" | "ADR" | "REIT" | "PREFERRED")) => Some(SecurityKind::Stock),
        _ => None,
    }
}

fn lot(row: &Element, account: usize, ticker: &str, quantity: Decimal, gathered: &mut Gathering<'_>) {
    if quantity.is_zero() || quantity > QUANTITY_MAX {
        return gathered.fault(&row.place.column("position"), format!("{quantity} shares are no lot"));
    }
    let (each, cost) = (figure(row, "costBasisPrice", gathered), figure(row, "costBasisMoney", gathered));
    if each.is_some_and(|usd| usd < Decimal::ZERO || usd > PRICE_MAX)
        || cost.is_some_and(|usd| usd < Decimal::ZERO)
    {
        return gathered.fault(
            &row.place.column("costBasisMoney"),
            format!("the basis of {ticker} can't be below 0 or that large"),
        );
    }
    let Ok((basis_per_share, basis)) = both(quantity, each, cost) else {
        let message = "does not agree with costBasisPrice times position; export the report again";
        return gathered.fault(&row.place.column("costBasisMoney"), message);
    };
    let mut day = |name: &str| {
        let read = cell::date_year_first(row.get(name)?);
        read.map_err(|error| gathered.fault(&row.place.column(name), error.to_string())).ok()
    };
    let (opened, held) = (day("openDateTime"), day("holdingPeriodDateTime"));
    if opened.is_none() && row.get("openDateTime").is_none() {
        gathered.fault(
            &row.place,
            "has no openDateTime; turn on Open Date Time in the open positions of the query",
        );
        return;
    }
    if let (Some(opened), Some(held), Some(price)) = (opened, held, basis_per_share)
        && opened != held
    {
        let shares = quantity.normalize();
        let text = format!(
            "{}the holding period of {shares} {ticker} counts from {held} though they were bought on {opened}",
            row.place
        );
        gathered.note("import.holding_period", text);
        let (account_id, action) = (String::new(), Action::Buy);
        let trade = Trade {
            date: opened,
            account_id,
            ticker: ticker.to_owned(),
            action,
            quantity,
            price,
            realised_gain: None,
        };
        gathered.transactions.push((account, trade));
    }
    let number = row.get("originatingTransactionID").unwrap_or_default();
    let mark = format!("{number} {}", row.get("openDateTime").unwrap_or_default());
    let (acquired, place) = (held.or(opened), row.place.clone());
    gathered.lot(
        account,
        ticker,
        WrittenLot { lot_id: None, quantity, acquired, mark, basis_per_share, basis, place },
    );
}
