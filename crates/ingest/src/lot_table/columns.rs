//! The columns of the lot table, under the names that people and brokers give them.
//!
//! In: a header. Out: which cell of a row is what. Invariants: a column is found by its name, whatever its case, order and punctuation; one
//! that is not known is told with the nearest name; two of one meaning are a fault.

use std::collections::BTreeMap;

use portfolio::SecurityKind;
use portfolio::nearest::nearest;

use crate::cell::{plain, shown};
use crate::headed::PARTED_OTHERWISE;
use crate::holdings::Gathering;
use crate::table::Row;

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    AccountId,
    AccountKind,
    Owner,
    Ticker,
    LotId,
    Quantity,
    AcquisitionDate,
    CostPerShare,
    TotalCost,
    Price,
    PriceDate,
    MarketValue,
    AssetClass,
    SecurityKind,
    SettledCash,
    Currency,
    Ignored,
}

/// Each column: its name first, then what else it is called, without case and punctuation.
const NAMES: [(Column, &[&str]); 17] = [
    (Column::AccountId, &["account_id", "account", "account number", "account name", "acct", "portfolio"]),
    (
        Column::AccountKind,
        &["account_kind", "account type", "registration", "tax status", "registration type"],
    ),
    (Column::Owner, &["owner", "account owner", "holder"]),
    (Column::Ticker, &["ticker", "symbol", "ticker symbol", "code", "symbol cusip"]),
    (Column::LotId, &["lot_id", "lot", "lot number", "tax lot", "tax lot id"]),
    (Column::Quantity, &["quantity", "shares", "qty", "units", "share quantity", "number of shares"]),
    (
        Column::AcquisitionDate,
        &[
            "acquisition_date",
            "date acquired",
            "acquired",
            "open date",
            "purchase date",
            "trade date",
            "acquired date",
            "lot date",
            "date",
        ],
    ),
    (
        Column::CostPerShare,
        &[
            "cost_per_share",
            "cost basis per share",
            "cost share",
            "unit cost",
            "average cost basis",
            "basis per share",
            "purchase price",
            "cost per unit",
        ],
    ),
    (
        Column::TotalCost,
        &["total_cost", "cost basis", "cost basis total", "total cost basis", "cost", "basis"],
    ),
    (
        Column::Price,
        &["price", "current price", "last price", "market price", "share price", "close", "unit price"],
    ),
    (Column::PriceDate, &["price_date", "price as of", "as of", "as of date", "pricing date", "quote date"]),
    (Column::MarketValue, &["market_value", "value", "current value", "value usd", "mkt value", "mkt val"]),
    (Column::AssetClass, &["asset_class", "class", "asset category", "category"]),
    (
        Column::SecurityKind,
        &["security_kind", "kind", "security type", "type", "instrument type", "asset type"],
    ),
    (Column::SettledCash, &["settled_cash", "settled"]),
    (Column::Currency, &["currency", "ccy"]),
    (
        Column::Ignored,
        &["note", "notes", "comment", "description", "name", "security name", "investment name"],
    ),
];

/// How brokers call what an account is called, beside its number.
const ACCOUNT_NAME: &str = "account name";
/// And the number.
const ACCOUNT_NUMBERS: [&str; 2] = ["account number", "account"];
/// What names a trade in a list of them.
const TRADES: [&str; 7] =
    ["action", "activity date", "run date", "trans code", "transaction type", "activity type", "transaction"];

/// Columns without which there is no table.
const NEEDED: [Column; 4] = [Column::AccountId, Column::Ticker, Column::Quantity, Column::Price];

impl Column {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(column, _)| *column == self).and_then(|(_, names)| names.first()).unwrap_or(&"")
    }
}

/// Where each column stands.
#[derive(Debug)]
pub(super) struct Columns {
    at: BTreeMap<Column, usize>,
    /// How many headings there are.
    pub(super) count: usize,
}

impl Columns {
    /// A cell of a row; empty where there is no such column.
    pub(super) fn cell<'a>(&self, row: &'a Row, column: Column) -> &'a str {
        self.at.get(&column).map_or("", |at| row.cell(*at))
    }
}

/// Whether a header is that of a list of transactions: it says what was done, and not both what it cost and what it is worth.
fn is_of_trades(header: &Row) -> bool {
    let names: Vec<String> = header.cells.iter().map(|heading| plain(heading)).collect();
    let has = |column: Column| {
        let known = NAMES.iter().find(|(known, _)| *known == column).map_or(&[][..], |(_, names)| *names);
        known.iter().any(|known| names.contains(&plain(known)))
    };
    names.iter().any(|name| TRADES.contains(&name.as_str()))
        && !(has(Column::Ticker) && has(Column::LotId))
        && !has(Column::MarketValue)
}

/// Reads the header; none, with faults, where it is none.
pub(super) fn read(header: &Row, gathered: &mut Gathering<'_>) -> Option<Columns> {
    let before = gathered.faults.len();
    if header.is_parted_otherwise() {
        gathered.fault(&header.place, PARTED_OTHERWISE);
        return None;
    }
    if is_of_trades(header) {
        let message = "a list of transactions tells what was traded, not what is held; export what is held (positions, holdings or tax lots)";
        gathered.fault(&header.place, message);
        return None;
    }
    let mut at = BTreeMap::new();
    let has_number = header.cells.iter().any(|heading| ACCOUNT_NUMBERS.contains(&plain(heading).as_str()));
    for (place, heading) in header.cells.iter().enumerate().filter(|(_, heading)| !heading.is_empty()) {
        let plain = plain(heading);
        let known =
            NAMES.iter().find(|(_, names)| names.iter().any(|name| crate::cell::plain(name) == plain));
        match known {
            Some((Column::Ignored, _)) => {}
            // Of an account's number and what it is called the number tells accounts apart.
            Some((Column::AccountId, _)) if plain == ACCOUNT_NAME && has_number => {
                let text =
                    format!("the column `{}` is not read: accounts go by their number", shown(heading));
                gathered.note("import.unread_column", format!("{}{text}", header.place));
            }
            Some((column, _)) => {
                if let Some(other) = at.insert(*column, place) {
                    let message = format!(
                        "`{}` and `{}` both mean {}; keep one of them",
                        shown(header.cell(other)),
                        shown(heading),
                        column.name()
                    );
                    gathered.fault(&header.place, message);
                }
            }
            None => {
                let names = NAMES.iter().flat_map(|(_, names)| names.iter().copied());
                gathered.unknown_column(&header.place, &shown(heading), nearest(&plain, names));
            }
        }
    }
    let missing: Vec<&str> =
        NEEDED.iter().filter(|column| !at.contains_key(column)).map(|column| column.name()).collect();
    if !missing.is_empty() {
        let headings = header.cells.iter().filter(|h| !h.is_empty()).map(|h| shown(h)).collect::<Vec<_>>();
        let near = missing.iter().filter_map(|name| {
            let near = nearest(name, headings.iter().map(String::as_str))?;
            Some(format!("; `{near}` may be meant as {name}"))
        });
        let message = format!(
            "the header lacks {}{}; the first row has to name the columns: `equipoise import csv --template` prints one that has all",
            missing.join(", "),
            near.collect::<String>()
        );
        gathered.fault(&header.place, message);
    }
    (gathered.faults.len() == before).then_some(Columns { at, count: header.cells.len() })
}

/// What a security is, by our words and by those of brokers.
pub(super) fn security_kind(words: &str) -> Option<SecurityKind> {
    Some(match plain(words).as_str() {
        "etf" | "etfs" | "etf s" | "exchange traded fund" | "etfs closed end funds" => SecurityKind::Etf,
        "mutual fund" | "mutual funds" | "fund" | "mf" => SecurityKind::MutualFund,
        "stock" | "stocks" | "equity" | "equities" | "common stock" => SecurityKind::Stock,
        "bond" | "bonds" | "fixed income" => SecurityKind::Bond,
        "cash equivalent" | "money market" | "money market fund" | "cash" => SecurityKind::CashEquivalent,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_column() {
        let mut names: Vec<String> = NAMES.iter().flat_map(|(_, n)| n.iter().map(|n| plain(n))).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
