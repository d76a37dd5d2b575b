//! What of a document or a fragment stays when holdings are put in.
//!
//! In: its text. Out: its fields without those that say what is held, its securities, the classes it knows. Invariant: a document in the short
//! form has one account, so that its account has to be among the imported ones; figures that a document states of its own
//! holdings (total value, current allocation) go with them.

use std::collections::{BTreeMap, HashMap};

use portfolio::Portfolio;

use super::fields::{Fields, elements, quoted};
use super::{Base, told};
use crate::fault::Fault;
use crate::holdings::{Holdings, Note, Security, Source, masked};

/// What stays.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Name of the file, for messages.
    pub(super) name: String,
    /// The fields of the document that stay as they are.
    pub(super) fields: Fields,
    /// Accounts of a document that holdings are put into.
    pub(super) accounts: Vec<Fields>,
    /// Its securities.
    pub(super) securities: Vec<Fields>,
    /// Classes by ticker.
    pub(super) classes: BTreeMap<String, String>,
    /// What a document that holdings are put into says.
    pub(super) portfolio: Option<Portfolio>,
    /// Accounts that no file tells of, masked.
    pub(super) accounts_kept: Vec<String>,
}

/// Fields that say what is held, under all their names.
const HELD: [&str; 12] = [
    "as_of",
    "accounts",
    "holdings",
    "Current Holdings",
    "cash",
    "account_id",
    "current_allocation",
    "Current Allocation",
    "total_portfolio_value",
    "Total Portfolio Value",
    "total_value",
    "total_value_usd",
];
/// Characters of a day, `2026-11-20`.
const DAY_CHARS: usize = 10;
/// Fields of another household's document that are no wishes.
const NO_WISHES: [&str; 3] = ["transactions", "cash_flow", "household_id"];

/// Reads the base.
pub(super) fn read(base: Base<'_>, holdings: &Holdings, notes: &mut Vec<Note>) -> Result<Kept, Vec<Fault>> {
    match base {
        Base::None => Ok(Kept { name: "imported document".to_owned(), ..Kept::default() }),
        Base::Targets(file) => targets(file),
        Base::Into(file) => into(file, holdings, notes),
    }
}

/// A fragment or a document of which the wishes count.
fn targets(file: Source<'_>) -> Result<Kept, Vec<Fault>> {
    let mut kept = Kept { name: file.name.to_owned(), fields: fragment(file)?, ..Kept::default() };
    take_securities(&mut kept, file)?;
    if let Some(classes) = kept.fields.remove("asset_classes") {
        let classes: BTreeMap<String, String> = serde_json::from_str(&classes).map_err(|error| {
            vec![Fault::of(
                file.name,
                format!(
                    "asset_classes: {error}; write tickers with their classes, such as \"VTI\": \"US Stocks\""
                ),
            )]
        })?;
        kept.classes.extend(classes);
    }
    for field in HELD.iter().chain(&NO_WISHES) {
        kept.fields.remove(field);
    }
    // The other spelling of the design document would stand beside ours.
    if let Some(targets) = kept.fields.remove("Target Allocation") {
        kept.fields.set("target_allocation", &targets);
    }
    Ok(kept)
}

/// JSON, or TOML where it does not begin as an object does.
fn fragment(file: Source<'_>) -> Result<Fields, Vec<Fault>> {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let fault = |message: String| vec![Fault::of(file.name, message)];
    if text.trim_start().starts_with('{') {
        return Fields::read(text).map_err(|error| fault(format!("no JSON object ({error})")));
    }
    let table: serde_json::Map<String, serde_json::Value> = toml::from_str(text)
        .map_err(|error| fault(format!("neither a JSON object nor TOML ({})", error.message())))?;
    let mut fields = Fields::default();
    for (name, value) in table {
        fields.set(&name, &value.to_string());
    }
    Ok(fields)
}

/// The household's own document.
fn into(file: Source<'_>, holdings: &Holdings, notes: &mut Vec<Note>) -> Result<Kept, Vec<Fault>> {
    let portfolio = portfolio::read(file.text).map_err(|error| told(file.name, &error))?;
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let fields = Fields::read(text).map_err(|error| vec![Fault::of(file.name, error.to_string())])?;
    let mut kept = Kept { name: file.name.to_owned(), fields, portfolio: Some(portfolio), ..Kept::default() };
    take_securities(&mut kept, file)?;
    let is_imported = |id: &str| holdings.accounts.iter().any(|account| account.account_id == id);
    let ids: Vec<String> =
        kept.portfolio.iter().flat_map(|p| &p.accounts).map(|a| a.account_id.clone()).collect();
    match kept.fields.get("accounts").map(elements) {
        Some(accounts) => {
            let read = accounts.iter().map(|text| Fields::read(text)).collect::<Result<Vec<Fields>, _>>();
            kept.accounts = read.map_err(|error| vec![Fault::of(file.name, format!("accounts: {error}"))])?;
        }
        None if ids.iter().all(|id| is_imported(id)) => {}
        None => {
            let own = masked(ids.first().map_or("default", String::as_str));
            let message = format!(
                "has one account, {own}, in the short form, and no file tells of it; `--account-id END=NAME` gives an imported account \
                 this name, so that it takes its place"
            );
            return Err(vec![Fault::of(file.name, message)]);
        }
    }
    let stated = HELD.iter().filter(|field| {
        field.to_ascii_lowercase().contains("total") || field.to_ascii_lowercase().starts_with("current_a")
    });
    if stated.into_iter().any(|field| kept.fields.get(field).is_some()) {
        let text = format!(
            "the total value and allocation that {} states are left out: they were those of the old holdings",
            file.name
        );
        notes.push(Note::new("import.stated_dropped", text));
    }
    for field in HELD.iter().filter(|field| !matches!(**field, "as_of" | "accounts")) {
        kept.fields.remove(field);
    }
    kept.accounts_kept = ids.into_iter().filter(|id| !is_imported(id)).map(|id| masked(&id)).collect();
    for account in &holdings.accounts {
        let is_new = kept.portfolio.as_ref().is_some_and(|p| p.account(&account.account_id).is_none());
        if is_new {
            let id = masked(&account.account_id);
            notes
                .push(Note::new("import.account_added", format!("{id} is new: it was not in {}", file.name)));
        }
    }
    if !kept.accounts_kept.is_empty() {
        let text = format!(
            "no file tells of {}: kept as in {}; if one of them is an imported account under another name, say \
             `--account-id END=NAME`, or it counts twice",
            kept.accounts_kept.join(", "),
            file.name
        );
        notes.push(Note::new("import.account_kept", text));
    }
    Ok(kept)
}

/// Securities of the base, with what a short form says of them in its holdings, and their classes.
fn take_securities(kept: &mut Kept, file: Source<'_>) -> Result<(), Vec<Fault>> {
    let fault = |error: serde_json::Error| vec![Fault::of(file.name, format!("securities: {error}"))];
    let of = |list: Option<&str>| -> Result<Vec<Fields>, Vec<Fault>> {
        let list = list.map(elements).unwrap_or_default();
        list.iter().map(|text| Fields::read(text).map_err(fault)).collect()
    };
    let mut securities = of(kept.fields.get("securities"))?;
    let mut places: HashMap<String, usize> =
        securities.iter().enumerate().filter_map(|(at, s)| Some((s.word("ticker")?, at))).collect();
    let holdings = kept.fields.get("holdings").or(kept.fields.get("Current Holdings"));
    for mut described in of(holdings)? {
        for field in ["lots", "value_usd"] {
            described.remove(field);
        }
        let ticker = described.word("ticker").unwrap_or_default();
        match places.get(&ticker) {
            Some(at) => securities[*at].complete(&described),
            None => {
                places.insert(ticker, securities.len());
                securities.push(described);
            }
        }
    }
    for security in &securities {
        if let (Some(ticker), Some(class)) = (security.word("ticker"), security.word("asset_class")) {
            kept.classes.insert(ticker, class);
        }
    }
    kept.securities = securities;
    Ok(())
}

impl Kept {
    /// The day or time of the price that the document has of a ticker, where that of the files is of an earlier day.
    pub(super) fn newer_price(&self, ticker: &str, told: &Security) -> Option<String> {
        let portfolio = self.portfolio.as_ref()?;
        let fields =
            self.securities.iter().find(|fields| fields.word("ticker").as_deref() == Some(ticker))?;
        fields.get("current_price")?;
        let known = fields.word("price_as_of").unwrap_or_else(|| portfolio.as_of.to_string());
        // Both begin with the day; a price of the same day is taken as it is told.
        let is_older = |told: &String| told.get(..DAY_CHARS) < known.get(..DAY_CHARS);
        told.price_as_of.as_ref().filter(|told| is_older(told)).map(|_| known.clone())
    }

    /// An account of the document that holdings are put into.
    pub(super) fn account(&self, account_id: &str) -> Option<&Fields> {
        let written = quoted(account_id);
        let is_it = |account: &&Fields| {
            account.get("account_id") == Some(written.as_str())
                || account.word("account_id").as_deref() == Some(account_id)
        };
        self.accounts.iter().find(is_it)
    }
}
