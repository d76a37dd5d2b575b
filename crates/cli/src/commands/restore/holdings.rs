//! Cash and lots, from the rows of a backup and from open books, compared.
//!
//! In: a backup, line by line; or books. Out: for each household and account its cash, and the shares of each ticker with their lots. Both
//! read them their own way: a fault of the restore shows as a difference.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use portfolio::Decimal;
use rebalance::books::Books;
use serde_json::Value;

use crate::books::OpenBooks;
use crate::failure::Failure;
use crate::page::{drawn, table};

/// Whose, where, and what: a ticker and its lot, or cash.
type Line = (String, String, String);

/// Amounts of the newest portfolio of each household.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Holdings(BTreeMap<Line, Decimal>);

/// The rows of the tables that count, by their columns.
#[derive(Default)]
struct Rows {
    households: Vec<BTreeMap<String, String>>,
    portfolios: Vec<BTreeMap<String, String>>,
    accounts: Vec<BTreeMap<String, String>>,
    lots: Vec<BTreeMap<String, String>>,
}

impl Holdings {
    /// As a backup has them.
    pub(super) fn of_backup(file: &mut dyn BufRead) -> Result<Holdings, String> {
        let rows = rows(file)?;
        let cell = |row: &BTreeMap<String, String>, column: &str| {
            row.get(column).cloned().ok_or_else(|| format!("a row without `{column}`"))
        };
        let amount = |row: &BTreeMap<String, String>, column: &str| {
            let text = cell(row, column)?;
            text.parse::<Decimal>().map_err(|_| format!("`{column}` is no amount"))
        };
        let mut names = BTreeMap::new();
        for row in &rows.households {
            names.insert(cell(row, "id")?, (cell(row, "name")?, cell(row, "portfolio_version")?));
        }
        let mut owners = BTreeMap::new();
        for row in &rows.portfolios {
            if let Some((name, version)) = names.get(&cell(row, "household_id")?)
                && *version == cell(row, "version")?
            {
                owners.insert(cell(row, "id")?, name.clone());
            }
        }
        let mut holdings = Holdings::default();
        for row in &rows.accounts {
            if let Some(owner) = owners.get(&cell(row, "portfolio_id")?) {
                holdings
                    .add((owner.clone(), cell(row, "account_id")?, CASH.to_owned()), amount(row, "cash")?);
            }
        }
        for row in &rows.lots {
            if let Some(owner) = owners.get(&cell(row, "portfolio_id")?) {
                let what = lot(&cell(row, "ticker")?, &cell(row, "lot_id")?);
                holdings.add((owner.clone(), cell(row, "account_id")?, what), amount(row, "quantity")?);
            }
        }
        Ok(holdings)
    }

    /// As open books have them.
    pub(super) fn of_books(books: &OpenBooks) -> Result<Holdings, Failure> {
        let reading = books.store.reading();
        let failed = |error| books.failed(&error);
        let mut holdings = Holdings::default();
        for household in books.households()? {
            let Some(portfolio) = reading.portfolio(household.id).map_err(failed)? else { continue };
            for balance in reading.balances(portfolio.id).map_err(failed)? {
                holdings.add((household.name.clone(), balance.account_id, CASH.to_owned()), balance.cash);
            }
            for held in reading.lots(portfolio.id).map_err(failed)? {
                let what = lot(&held.ticker, &held.lot_id);
                holdings.add((household.name.clone(), held.account_id, what), held.quantity);
            }
        }
        Ok(holdings)
    }

    fn add(&mut self, line: Line, amount: Decimal) {
        let sum = self.0.entry(line).or_default();
        *sum = sum.saturating_add(amount);
    }

    /// What the two don't agree on, a line each.
    pub(super) fn differences(&self, found: &Holdings) -> Vec<String> {
        let lines: BTreeSet<&Line> = self.0.keys().chain(found.0.keys()).collect();
        let differs = |line: &&&Line| self.0.get(**line) != found.0.get(**line);
        let told = |amount: Option<&Decimal>| {
            amount.map_or_else(|| "nothing".to_owned(), |a| a.normalize().to_string())
        };
        lines
            .iter()
            .filter(differs)
            .map(|line| {
                let (household, account, what) = line;
                format!(
                    "{household}, {account}, {what}: the backup has {}, the books {}",
                    told(self.0.get(*line)),
                    told(found.0.get(*line))
                )
            })
            .collect()
    }

    /// Cash and lots of each account, and what differs.
    pub(super) fn page(&self, differences: &[String]) -> String {
        let mut accounts: BTreeMap<(&str, &str), (Decimal, usize, Decimal)> = BTreeMap::new();
        for ((household, account, what), amount) in &self.0 {
            let (cash, lots, shares) = accounts.entry((household, account)).or_default();
            if what == CASH {
                *cash = cash.saturating_add(*amount);
            } else {
                *lots += 1;
                *shares = shares.saturating_add(*amount);
            }
        }
        let mut rows = table(&["Household", "Account", ">Cash, USD", ">Lots", ">Shares"]);
        for ((household, account), (cash, lots, shares)) in accounts {
            let (cash, shares) = (cash.normalize().to_string(), shares.normalize().to_string());
            rows.add_row([household.to_owned(), account.to_owned(), cash, lots.to_string(), shares]);
        }
        let mut page = drawn(&rows);
        if differences.is_empty() {
            page += "cash and lots are those of the backup, each of them\n";
        }
        for difference in differences {
            page += &format!("differs: {difference}\n");
        }
        page
    }
}

/// What stands for cash; no ticker has a blank in it.
const CASH: &str = "cash in USD";

fn lot(ticker: &str, lot_id: &str) -> String {
    format!("{ticker}, lot {lot_id}")
}

fn rows(file: &mut dyn BufRead) -> Result<Rows, String> {
    let mut rows = Rows::default();
    let (mut table, mut columns) = (String::new(), Vec::new());
    for (number, line) in file.lines().enumerate() {
        let number = number + 1;
        let line = line.map_err(|error| format!("can't be read ({error})"))?;
        let line: Value =
            serde_json::from_str(&line).map_err(|error| format!("line {number} of the backup: {error}"))?;
        if let Some(name) = line.get("table").and_then(Value::as_str) {
            name.clone_into(&mut table);
            let names = line.get("columns").and_then(Value::as_array).into_iter().flatten();
            columns = names.filter_map(Value::as_str).map(str::to_owned).collect();
            continue;
        }
        let into = match table.as_str() {
            "households" => &mut rows.households,
            "portfolios" => &mut rows.portfolios,
            "accounts" => &mut rows.accounts,
            "lots" => &mut rows.lots,
            _ => continue,
        };
        if let Some(cells) = line.as_array() {
            let named = columns.iter().cloned().zip(cells);
            into.push(named.filter_map(|(name, cell)| Some((name, cell.as_str()?.to_owned()))).collect());
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKUP: &str = r#"{"equipoise_backup":1}
{"table":"households","columns":["id","name","portfolio_version"]}
["h","smith","2"]
{"table":"portfolios","columns":["id","household_id","version"]}
["p1","h","1"]
["p2","h","2"]
{"table":"accounts","columns":["portfolio_id","account_id","cash"]}
["p1","joint","1"]
["p2","joint","100.25"]
{"table":"lots","columns":["portfolio_id","account_id","ticker","lot_id","quantity"]}
["p2","joint","SPY","L1","40.5"]
{"rows":5}
"#;

    #[test]
    fn the_newest_portfolio_of_a_backup_counts_and_differences_are_named() {
        let read = |text: &str| Holdings::of_backup(&mut text.as_bytes()).unwrap();
        let wanted = read(BACKUP);
        assert_eq!(wanted.0.len(), 2);
        assert!(wanted.differences(&read(BACKUP)).is_empty());
        let other = read(&BACKUP.replace("100.25", "100.26").replace("\"L1\"", "\"L2\""));
        assert_eq!(
            wanted.differences(&other),
            [
                "smith, joint, SPY, lot L1: the backup has 40.5, the books nothing",
                "smith, joint, SPY, lot L2: the backup has nothing, the books 40.5",
                "smith, joint, cash in USD: the backup has 100.25, the books 100.26",
            ]
        );
    }
}
