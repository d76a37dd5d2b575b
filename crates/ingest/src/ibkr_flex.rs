//! Interactive Brokers' Flex query reports: open positions with their lots, cash, trades.
//!
//! In: XML text. Out: what its elements say, for every account in it. Invariants: a query that leaves out what is needed is told which
//! field to turn on; rows of level SUMMARY are what the rows of level LOT are compared with; currencies other than USD,
//! options, futures, bonds and short positions are told and never converted.

mod account;
mod elements;
mod positions;
mod trades;

use crate::cell;
use crate::fault::Fault;
use crate::holdings::{Gathering, Source};
use elements::Element;

/// The broker's name in the ids of its accounts.
const BROKER: &str = "ibkr";
/// How many last characters of a number make an id.
const KEPT: usize = 4;

/// Reads one report.
pub(crate) fn read(file: Source<'_>, gathered: &mut Gathering<'_>) {
    let elements = match elements::read(file.name, file.text) {
        Ok(elements) => elements,
        Err(fault) => return gathered.faults.push(fault),
    };
    if let Some(refused) = elements.iter().find(|e| e.name == "FlexStatementResponse") {
        let told =
            |name| elements.iter().find(|e| e.name == name).map(|e| cell::shown(&e.text)).unwrap_or_default();
        let message = format!(
            "not a report, but the broker's answer `{}` ({}); ask for the report again",
            told("ErrorMessage"),
            told("ErrorCode")
        );
        return gathered.fault(&refused.place, message);
    }
    if elements.iter().all(|e| e.name != "FlexStatement") {
        let message = "no statement in it; export an activity Flex query as XML";
        return gathered.faults.push(Fault::of(file.name, message));
    }
    if !elements.iter().any(|e| matches!(e.name.as_str(), "OpenPosition" | "CashReportCurrency")) {
        let message = "neither open positions nor cash in it; turn on Open Positions (options Summary and Lot) and Cash Report in the query";
        return gathered.faults.push(Fault::of(file.name, message));
    }
    let accounts = account::read(&elements, gathered);
    positions::read(&elements, &accounts, gathered);
    trades::read(&elements, &accounts, gathered);
    let currencies_told = |e: &&Element| e.name == "CashReportCurrency";
    account::cash(elements.iter().filter(currencies_told), &accounts, gathered);
}
