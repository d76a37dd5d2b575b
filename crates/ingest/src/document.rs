//! The portfolio document of what is held, in the full form, with the wishes that a person has or none yet.
//!
//! In: [`Holdings`], and a document or a fragment with targets and wishes. Out: a text that `portfolio::read` takes, and the portfolio that
//! it is. Invariants: of a document that holdings are put into, whatever else it says stays as it is written; without any target the
//! current weights are the target, and that is said; nothing is classified by guess.

mod base;
mod fields;
mod holdings_text;
mod securities;

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use portfolio::household::{Action, CASH};
use portfolio::{AccountKind, Decimal, DocumentError, Portfolio};
use rust_decimal::dec;

use crate::fault::Fault;
use crate::holdings::{Holdings, Note, Source, Trade, masked};
use base::Kept;
use fields::{Fields, quoted};

/// The class of securities of which nobody has said one.
pub const UNCLASSIFIED: &str = "Unclassified";
/// A transaction counts for so many days.
const TRANSACTION_DAYS: i64 = 61;

/// Where targets and wishes come from.
#[derive(Debug, Clone, Copy)]
pub enum Base<'a> {
    /// Nowhere: the current weights are the targets.
    None,
    /// A fragment (JSON or TOML) or another portfolio document, of which everything but what is held counts.
    Targets(Source<'a>),
    /// The household's own document: accounts that are imported are replaced, everything else stays.
    Into(Source<'a>),
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Targets and wishes.
    pub base: Base<'a>,
    /// Day of the document; of one that holdings are put into its own day where that is later, unless `as_of_said`.
    pub as_of: Date,
    /// Whether a person has said the day.
    pub as_of_said: bool,
    /// Name of the household, if it is to have another.
    pub household_id: Option<&'a str>,
    /// Classes of tickers, as a person gives them.
    pub classes: &'a [(String, String)],
}

/// A document.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// What it says.
    pub portfolio: Portfolio,
    /// Accounts of the base that no file told of.
    pub kept_accounts: Vec<String>,
    /// Whether the current weights are the targets.
    pub targets_copied: bool,
    /// What a person should know.
    pub notes: Vec<Note>,
}

/// The accounts that a document has, with how each is taxed and whose it is, so that an import need not be told again.
///
/// # Errors
/// What is wrong with the document.
pub fn known_accounts(document: Source<'_>) -> Result<Vec<crate::AccountWords>, Vec<Fault>> {
    let portfolio = portfolio::read(document.text).map_err(|error| told(document.name, &error))?;
    let known = portfolio.accounts.into_iter().map(|account| crate::AccountWords {
        account: account.account_id,
        account_id: None,
        kind: Some(account.kind),
        owner: account.owner,
        known: true,
    });
    Ok(known.collect())
}

/// Writes the document.
///
/// # Errors
/// What is wrong with the base, or with the document that comes of it, as a person can mend it.
///
/// # Source
/// interface.md, "Portfolio document".
pub fn write(holdings: &Holdings, wanted: &Wanted<'_>) -> Result<Written, Vec<Fault>> {
    let mut notes = Vec::new();
    let mut kept = base::read(wanted.base, holdings, &mut notes)?;
    let as_of = day(wanted, &kept, &mut notes);
    bought_by(holdings, as_of)?;
    let classes = classes(&mut kept, wanted.classes, holdings, &mut notes)?;
    let mut document = kept.fields.clone();
    document.first("as_of", &quoted(&as_of.to_string()));
    if let Some(name) = wanted.household_id {
        document.set("household_id", &quoted(name));
    }
    document.set("currency", &quoted("USD"));
    document.set("accounts", &holdings_text::accounts(holdings, &mut kept, &mut notes));
    document.set("securities", &securities::written(holdings, &kept, &classes, &mut notes));
    transactions(&mut document, holdings, &kept, as_of);
    let has_targets =
        document.get("target_allocation").is_some() || document.get("security_targets").is_some();
    if !has_targets {
        copy_weights(&mut document)?;
    }
    let text = document.text();
    let portfolio = portfolio::read(&text).map_err(|error| told(&kept.name, &error))?;
    notes_of_base(&portfolio, &kept, &mut notes);
    Ok(Written { text, portfolio, kept_accounts: kept.accounts_kept, targets_copied: !has_targets, notes })
}

/// The day of the document: a household's own does not go back because one file of it is older.
fn day(wanted: &Wanted<'_>, kept: &Kept, notes: &mut Vec<Note>) -> Date {
    let own = kept.portfolio.as_ref().map(|portfolio| portfolio.as_of);
    let Some(own) = own.filter(|own| *own > wanted.as_of && !wanted.as_of_said) else { return wanted.as_of };
    let text = format!(
        "the files are of {}, and {} is of {own}: the document stays of that day; `--as-of DATE` says otherwise",
        wanted.as_of, kept.name
    );
    notes.push(Note::new("import.older", text));
    own
}

/// Every lot was bought by the day of the document.
fn bought_by(holdings: &Holdings, as_of: Date) -> Result<(), Vec<Fault>> {
    let lots = holdings.accounts.iter().flat_map(|account| {
        account
            .positions
            .iter()
            .flat_map(move |position| position.lots.iter().map(move |lot| (account, position, lot)))
    });
    let late = lots.filter_map(|(account, position, lot)| {
        let bought = lot.acquired.filter(|bought| *bought > as_of)?;
        let message = format!(
            "{} of {} bought on {bought} in {} come after the day of the document, {as_of}; mend the date, or say `--as-of DATE`",
            lot.quantity.normalize(),
            position.ticker,
            masked(&account.account_id)
        );
        Some(Fault::of("imported document", message))
    });
    let late: Vec<Fault> = late.collect();
    if late.is_empty() { Ok(()) } else { Err(late) }
}

/// Faults of a document by their paths; lines are left out, since they are those of the text that is written.
fn told(name: &str, error: &DocumentError) -> Vec<Fault> {
    match error {
        DocumentError::Content(faults) => faults
            .iter()
            .map(|fault| {
                let hint = fault.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
                Fault::of(name, format!("{}: {}{hint}", fault.path, fault.message))
            })
            .collect(),
        shape @ DocumentError::Shape { .. } => vec![Fault::of(name, shape.to_string())],
    }
}

/// The class of each ticker that has one: the command line, then the base, then the files.
fn classes(
    kept: &mut Kept,
    given: &[(String, String)],
    holdings: &Holdings,
    notes: &mut Vec<Note>,
) -> Result<BTreeMap<String, String>, Vec<Fault>> {
    let mut classes = std::mem::take(&mut kept.classes);
    for security in &holdings.securities {
        let Some(class) = &security.asset_class else { continue };
        match classes.get(&security.ticker) {
            Some(known) if known != class => notes.push(Note::new(
                "import.class_kept",
                format!("{} stays in the class {known}; the file says {class}", security.ticker),
            )),
            Some(_) => {}
            None => drop(classes.insert(security.ticker.clone(), class.clone())),
        }
    }
    let held: Vec<&str> = holdings.securities.iter().map(|s| s.ticker.as_str()).collect();
    for (ticker, class) in given {
        if !held.contains(&ticker.as_str()) {
            let hint = portfolio::nearest::hint(ticker, held.iter().copied());
            return Err(vec![Fault::of(
                "command line",
                format!("--class {ticker}: no file tells of `{ticker}`; {hint}"),
            )]);
        }
        classes.insert(ticker.clone(), class.clone());
    }
    let missing: Vec<&str> = held.iter().copied().filter(|ticker| !classes.contains_key(*ticker)).collect();
    if missing.is_empty() {
        return Ok(classes);
    }
    if kept.fields.get("target_allocation").is_some() {
        let message = format!(
            "no asset class is known of {}; say `--class {}=CLASS` for each, or name them under asset_classes in the file of targets",
            missing.join(", "),
            missing.first().unwrap_or(&"TICKER")
        );
        return Err(vec![Fault::of(&kept.name, message)]);
    }
    let text = format!(
        "no asset class is known of {}: `{UNCLASSIFIED}` for now; say `--class TICKER=CLASS` for each before you set targets",
        missing.join(", ")
    );
    notes.push(Note::new("import.unclassified", text));
    let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
    classes.extend(missing.into_iter().map(|ticker| (ticker, UNCLASSIFIED.to_owned())));
    Ok(classes)
}

/// Adds purchases and sales of the last 61 days that the base does not have.
fn transactions(document: &mut Fields, holdings: &Holdings, kept: &Kept, as_of: Date) {
    let from = as_of.checked_sub(TRANSACTION_DAYS.days()).unwrap_or(as_of);
    let is_known = |trade: &Trade| {
        kept.portfolio.iter().flat_map(|p| &p.transactions).any(|t| {
            t.date == trade.date
                && t.account_id.as_deref().is_none_or(|id| id == trade.account_id)
                && t.ticker == trade.ticker
                && t.action == trade.action
                && t.quantity == trade.quantity
        })
    };
    let new = holdings.transactions.iter().filter(|t| t.date >= from && t.date <= as_of && !is_known(t));
    let new: Vec<String> = new.map(written_trade).collect();
    if new.is_empty() {
        return;
    }
    let known = document.get("transactions").map(fields::elements).unwrap_or_default();
    document.set("transactions", &fields::list(known.into_iter().chain(new)));
}

fn written_trade(trade: &Trade) -> String {
    let mut fields = Fields::default();
    fields.set("date", &quoted(&trade.date.to_string()));
    fields.set("account_id", &quoted(&trade.account_id));
    fields.set("ticker", &quoted(&trade.ticker));
    let action = match trade.action {
        Action::Buy => "BUY",
        Action::Sell => "SELL",
        Action::Reinvest => "REINVEST",
    };
    fields.set("action", &quoted(action));
    fields.set("quantity", &number(trade.quantity));
    fields.set("price", &number(trade.price));
    if let Some(gain) = trade.realised_gain {
        fields.set("realized_gain", &number(gain));
    }
    fields.line()
}

/// A decimal as a JSON number, to its last digit.
fn number(value: Decimal) -> String {
    value.normalize().to_string()
}

/// The weights as they are become the target, in millionths that sum to one.
fn copy_weights(document: &mut Fields) -> Result<(), Vec<Fault>> {
    let mut any = document.clone();
    any.set("target_allocation", &format!("{{{}: 1}}", quoted(CASH)));
    let portfolio = portfolio::read(&any.text()).map_err(|error| told("imported document", &error))?;
    let value = portfolio.value();
    let mut values: BTreeMap<&str, Decimal> = BTreeMap::new();
    for position in &portfolio.positions {
        let class = portfolio.securities[position.security].asset_class.as_str();
        *values.entry(class).or_default() += portfolio.position_value(position);
    }
    let cash: Decimal = portfolio.accounts.iter().map(|a| a.cash + a.flow).sum();
    *values.entry(CASH).or_default() += cash;
    let scaled: Vec<Decimal> = values.values().map(|usd| (usd / value).max(Decimal::ZERO)).collect();
    let weights = millionths(&scaled);
    let written =
        values.keys().zip(weights).map(|(class, weight)| format!("{}: {}", quoted(class), number(weight)));
    let text = format!("{{{}}}", written.collect::<Vec<_>>().join(", "));
    document.after("currency", "target_allocation", &text);
    Ok(())
}

/// Parts in millionths that sum to one: what rounding leaves goes to the largest.
fn millionths(parts: &[Decimal]) -> Vec<Decimal> {
    let mut rounded: Vec<Decimal> = parts.iter().map(|part| part.round_dp(6)).collect();
    let left = dec!(1) - rounded.iter().sum::<Decimal>();
    if let Some(largest) = rounded.iter_mut().max() {
        *largest += left;
    }
    rounded
}

/// What a base still says that may no longer be so, and what nobody says.
fn notes_of_base(portfolio: &Portfolio, kept: &Kept, notes: &mut Vec<Note>) {
    if portfolio.transactions.is_empty() && portfolio.accounts.iter().any(|a| a.kind == AccountKind::Taxable)
    {
        let text = "no purchases and sales of the last 61 days are told: put them into `transactions`, or a wash sale can't be seen";
        notes.push(Note::new("import.no_transactions", text));
    }
    for account in portfolio.accounts.iter().filter(|a| !a.flow.is_zero()) {
        let text = format!(
            "cash_flow of {} ({} USD) is kept: take it out of {} once it has arrived, or it counts twice",
            masked(&account.account_id),
            portfolio::money::written(account.flow),
            kept.name
        );
        notes.push(Note::new("import.cash_flow_kept", text));
    }
    for account in portfolio.accounts.iter().filter(|a| !a.open_orders.is_empty()) {
        let text = format!(
            "open orders of {} are kept: take out those that were filled",
            masked(&account.account_id)
        );
        notes.push(Note::new("import.open_orders_kept", text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_in_millionths_sum_to_one() {
        let third = Decimal::ONE / dec!(3);
        let weights = millionths(&[third, third, Decimal::ONE - third - third]);
        assert_eq!(weights.iter().sum::<Decimal>(), Decimal::ONE);
        assert_eq!(weights.iter().filter(|w| **w == dec!(0.333333)).count(), 2);
    }
}
