//! The securities of a document: those that it has, at the new prices, and those that are new in it.
//!
//! In: what is held, and the securities of the base. Out: the list `securities`. Invariant: of a known security only price and time change, and
//! never to an older price; one that no file tells of keeps its price, which is said where it is held.

use std::collections::{BTreeMap, HashMap, HashSet};

use portfolio::SecurityKind;

use super::UNCLASSIFIED;
use super::base::Kept;
use super::fields::{Fields, list, quoted};
use super::number;
use crate::holdings::{Holdings, Note, Security};

/// The list of securities.
pub(super) fn written(
    holdings: &Holdings,
    kept: &Kept,
    classes: &BTreeMap<String, String>,
    notes: &mut Vec<Note>,
) -> String {
    let by_ticker: HashMap<&str, &Security> =
        holdings.securities.iter().map(|security| (security.ticker.as_str(), security)).collect();
    let mut known = HashSet::new();
    let mut written = Vec::new();
    let mut stale = Vec::new();
    for old in &kept.securities {
        let ticker = old.word("ticker").unwrap_or_default();
        let mut fields = old.clone();
        known.insert(ticker.clone());
        match by_ticker.get(ticker.as_str()) {
            Some(security) => {
                match kept.newer_price(&ticker, security) {
                    Some(newer) => notes.push(Note::new(
                        "import.price_older",
                        format!(
                            "{}the price of {ticker} is of {}, and {} has one of {newer}: that one stays",
                            security.priced_at,
                            security.price_as_of.as_deref().unwrap_or_default(),
                            kept.name
                        ),
                    )),
                    None => price(&mut fields, security),
                }
                if let Some(class) = classes.get(&ticker) {
                    fields.set("asset_class", &quoted(class));
                }
                if let Some(kind) = security.kind.filter(|_| fields.get("kind").is_none()) {
                    fields.set("kind", &quoted(word(kind)));
                }
            }
            None => stale.push(ticker),
        }
        written.push(fields.line());
    }
    for security in holdings.securities.iter().filter(|security| !known.contains(&security.ticker)) {
        let mut fields = Fields::default();
        fields.set("ticker", &quoted(&security.ticker));
        let class = classes.get(&security.ticker).map_or(UNCLASSIFIED, String::as_str);
        fields.set("asset_class", &quoted(class));
        price(&mut fields, security);
        if let Some(kind) = security.kind {
            fields.set("kind", &quoted(word(kind)));
        }
        written.push(fields.line());
    }
    if !stale.is_empty() {
        let text =
            format!("prices of {} are those of {}: no file tells newer ones", stale.join(", "), kept.name);
        notes.push(Note::new("import.price_kept", text));
    }
    list(written.into_iter())
}

fn price(fields: &mut Fields, security: &Security) {
    fields.set("current_price", &number(security.price));
    match &security.price_as_of {
        Some(when) => fields.set("price_as_of", &quoted(when)),
        None => drop(fields.remove("price_as_of")),
    }
}

fn word(kind: SecurityKind) -> &'static str {
    match kind {
        SecurityKind::Etf => "etf",
        SecurityKind::MutualFund => "mutual_fund",
        SecurityKind::Stock => "stock",
        SecurityKind::Bond => "bond",
        SecurityKind::CashEquivalent => "cash_equivalent",
    }
}
