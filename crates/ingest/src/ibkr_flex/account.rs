//! The accounts of a Flex report, and their cash.
//!
//! In: statements, account information, the rows of the cash report. Out: accounts and their USD. Invariant: cash in another currency is
//! told, and of two rows that say the same of one account (by currency, and in the base currency) one counts.

use std::collections::{HashMap, HashSet};

use portfolio::Decimal;
use portfolio::money::MONEY_MAX;
use rust_decimal::dec;

use super::elements::Element;
use super::{BROKER, KEPT};
use crate::cell;
use crate::holdings::{AccountAt, Gathering};
use crate::registration::account_kind;

/// Less than this is a rounded cent.
const CENT_PART: Decimal = dec!(0.005);

/// The accounts of a report.
pub(super) struct Accounts {
    /// Number of an account to its place.
    by_number: HashMap<String, usize>,
    /// Number of a statement to the number of its account.
    of_statement: HashMap<u64, String>,
    /// Base currencies of accounts.
    base: HashMap<usize, String>,
}

impl Accounts {
    /// The account that an element is of: its own, or that of its statement.
    pub(super) fn of(&self, element: &Element) -> Option<usize> {
        let of_statement = || self.of_statement.get(&element.statement).map(String::as_str);
        self.by_number.get(element.get("accountId").or_else(of_statement)?).copied()
    }
}

/// Reads the accounts; the day of a statement is the day of the document.
pub(super) fn read(elements: &[Element], gathered: &mut Gathering<'_>) -> Accounts {
    let mut accounts =
        Accounts { by_number: HashMap::new(), of_statement: HashMap::new(), base: HashMap::new() };
    let is_row = |e: &&Element| matches!(e.name.as_str(), "OpenPosition" | "CashReportCurrency" | "Trade");
    let head = |e: &&Element| matches!(e.name.as_str(), "FlexStatement" | "AccountInformation");
    for element in elements.iter().filter(head).chain(elements.iter().filter(is_row)) {
        if element.name == "FlexStatement" {
            day(element, gathered);
        }
        let Some(number) = element.get("accountId") else {
            if element.name == "FlexStatement" {
                gathered.fault(&element.place, "names no account; turn on Account ID in the query");
            }
            continue;
        };
        // A statement of several accounts is called by a word such as `Multiple`; its rows name theirs.
        if !number.chars().any(|c| c.is_ascii_digit()) || number.len() < KEPT {
            continue;
        }
        // `Individual` and `IRA-Roth New`, of which the second counts.
        let words = ["accountType", "customerType"].map(|name| element.get(name).unwrap_or_default());
        let kind = account_kind(&words.join(" "));
        let kind = if element.name == "AccountInformation" { kind } else { None };
        let told = AccountAt { broker: Some(BROKER), number, kept: KEPT, kind, place: &element.place };
        let at = gathered.account(&told);
        accounts.by_number.insert(number.to_owned(), at);
        if element.name == "FlexStatement" {
            accounts.of_statement.insert(element.statement, number.to_owned());
        }
        if element.name == "AccountInformation"
            && let Some(base) = element.get("currency")
        {
            accounts.base.insert(at, base.to_owned());
        }
    }
    accounts
}

/// The day that a statement is of: the last of its time.
fn day(statement: &Element, gathered: &mut Gathering<'_>) {
    let told = ["toDate", "whenGenerated"].into_iter().find_map(|name| Some((name, statement.get(name)?)));
    let Some((name, written)) = told else { return };
    match cell::date_year_first(written) {
        Ok(day) => gathered.told_on(day, &statement.place.column(name)),
        Err(error) => gathered.fault(&statement.place.column(name), error.to_string()),
    }
}

/// Reads the rows of the cash report.
pub(super) fn cash<'a>(
    rows: impl Iterator<Item = &'a Element> + Clone,
    accounts: &Accounts,
    gathered: &mut Gathering<'_>,
) {
    let is_base = |row: &Element| row.get("currency") == Some("BASE_SUMMARY");
    let by_currency: HashSet<usize> =
        rows.clone().filter(|row| !is_base(row)).filter_map(|row| accounts.of(row)).collect();
    for row in rows {
        let Some(account) = accounts.of(row) else { continue };
        let currency = match row.get("currency") {
            Some("BASE_SUMMARY") if by_currency.contains(&account) => continue,
            Some("BASE_SUMMARY") => accounts.base.get(&account).map_or("another currency", String::as_str),
            Some(currency) => currency,
            None => {
                gathered
                    .fault(&row.place, "has no currency; turn on Currency in the cash report of the query");
                continue;
            }
        };
        let Some(cash) = figure(row, "endingCash", gathered) else {
            if row.get("endingCash").is_none() {
                gathered.fault(
                    &row.place,
                    "has no endingCash; turn on Ending Cash in the cash report of the query",
                );
            }
            continue;
        };
        if currency == "USD" {
            let settled = figure(row, "endingSettledCash", gathered);
            gathered.cash(account, cash, settled, &row.place);
        } else if cash.abs() >= CENT_PART {
            let what = format!("cash of {} {}", cash.normalize(), cell::shown(currency));
            gathered.unsupported(account, &row.place, what, None);
        }
    }
}

/// An amount of a row, within limits.
pub(super) fn figure(row: &Element, name: &str, gathered: &mut Gathering<'_>) -> Option<Decimal> {
    let given = row.get(name)?;
    match cell::number(given) {
        Ok(value) if value.abs() <= MONEY_MAX => return Some(value),
        Ok(value) => gathered.fault(&row.place.column(name), format!("{value} is more than {MONEY_MAX}")),
        Err(error) => gathered.fault(&row.place.column(name), error.to_string()),
    }
    None
}
