//! The next text of a portfolio document: the same wishes, with the holdings and prices of now.
//!
//! In: a text that was read, and what has changed. Out: a text in the full form that reads back as exactly that. Everything
//! that did not change keeps its bytes. Invariant: quantities and money are written with all their digits; what the document
//! stated of itself (`total_portfolio_value`, `current_allocation`, `value_usd`) is left out, since it is no longer so.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::exchange::eastern;
use portfolio::household::TaxProfile;
use portfolio::plan::Number;
use portfolio::{Decimal, Portfolio};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::house_rules::InForce;
use super::later;
use crate::books::{Booking, Gain, HeldLot, PricePoint};

type Raw = Box<RawValue>;
/// An object of a document, its values as they were written.
pub(super) type Object = BTreeMap<String, Raw>;

/// That a document is of a day that is to come, by whichever clock is ahead: that of the machine or that of a simulated market.
/// Whoever hands such a document in has made a mistake: what is held then is not known today.
#[must_use]
pub fn to_come(as_of: Date, clocks: [Timestamp; 2]) -> Option<String> {
    let [today, other] = clocks.map(|clock| eastern(clock).date());
    let today = today.max(other);
    (as_of > today).then(|| {
        format!(
            "the document is of {as_of}, which is to come: today is {today}; write the day on which it is right into `as_of`"
        )
    })
}

/// What counts of the rules of the house, in a document that a plan is made for.
const HOUSE_RULES: &str = "house_rules";

/// What is held in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAccount {
    /// The account.
    pub account_id: String,
    /// USD before the flow.
    pub cash: Decimal,
    /// Settled part, where known.
    pub settled_cash: Option<Decimal>,
    /// Its lots, those of one ticker together.
    pub lots: Vec<HeldLot>,
}

/// A transaction of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Booked {
    pub(super) date: String,
    pub(super) account_id: String,
    pub(super) ticker: String,
    pub(super) action: &'static str,
    pub(super) quantity: Number,
    pub(super) price: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) realized_gain: Option<Number>,
}

impl Booked {
    /// A booking of a fill, with what it realised.
    pub(super) fn of(booking: &Booking, gain: Option<&Gain>) -> Booked {
        Booked {
            date: booking.date.to_string(),
            account_id: booking.account_id.clone(),
            ticker: booking.ticker.clone().unwrap_or_default(),
            action: if gain.is_some() { "SELL" } else { "BUY" },
            quantity: Number(booking.quantity),
            price: Number(booking.price),
            realized_gain: gain.map(|gain| Number(gain.gain)),
        }
    }

    /// Whether a transaction of a document is this one.
    fn is(&self, told: &portfolio::household::Transaction) -> bool {
        let action = match told.action {
            portfolio::household::Action::Buy => "BUY",
            portfolio::household::Action::Sell => "SELL",
            _ => return false,
        };
        told.date.to_string() == self.date
            && told.account_id.as_deref() == Some(self.account_id.as_str())
            && (told.ticker.as_str(), action) == (self.ticker.as_str(), self.action)
            && (told.quantity, told.price) == (self.quantity.0, self.price.0)
    }
}

/// What is new.
#[derive(Debug)]
pub(super) struct News<'a> {
    /// The day in New York.
    pub(super) day: Date,
    /// By ticker; a price that is not here stays.
    pub(super) prices: &'a BTreeMap<String, PricePoint>,
    /// Every account, in the order of the document.
    pub(super) accounts: &'a [HeldAccount],
    /// What was booked.
    pub(super) booked: &'a [Booked],
    /// Where the tax of the year stands, where that has changed.
    pub(super) tax: Option<TaxPosition>,
    /// The year whose tax tables count from now on, where that is another.
    pub(super) tax_year: Option<i16>,
    /// The day of a rebalance.
    pub(super) rebalanced: Option<Date>,
    /// Money that is to flow in or out, by account, USD; where that has changed.
    pub(super) flows: Option<&'a BTreeMap<String, Decimal>>,
}

/// Where the tax of a year stands, USD, each short-term and long-term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TaxPosition {
    /// Net gains of the year so far; losses negative.
    pub(super) realised: (Decimal, Decimal),
    /// Losses carried in, >= 0.
    pub(super) carried: (Decimal, Decimal),
}

impl TaxPosition {
    /// As a document has it.
    pub(super) fn of(tax: &TaxProfile) -> TaxPosition {
        TaxPosition {
            realised: (tax.realised_short, tax.realised_long),
            carried: (tax.carried_short, tax.carried_long),
        }
    }

    /// With what a sale realised, as far as it counts.
    pub(super) fn count(&mut self, gain: &Gain) {
        let (short, long) = &mut self.realised;
        *(if gain.long_term { long } else { short }) += gain.gain + gain.disallowed;
    }
}

impl<'a> News<'a> {
    /// A later day with its prices; nothing was booked.
    pub(super) fn of_day(
        read: &Portfolio,
        day: Date,
        prices: &'a BTreeMap<String, PricePoint>,
        accounts: &'a [HeldAccount],
    ) -> News<'a> {
        let day = day.max(read.as_of);
        let before = TaxPosition::of(&read.tax);
        let tax = Some(later::tax_on(read, before, day)).filter(|tax| *tax != before);
        let tax_year = later::tables_on(read, day);
        News { day, prices, accounts, booked: &[], tax, tax_year, rebalanced: None, flows: None }
    }
}

/// What is held, in the order of the document.
#[must_use]
pub fn held(read: &Portfolio) -> Vec<HeldAccount> {
    let of_account = |(index, account): (usize, &portfolio::Account)| {
        let positions = read.positions.iter().filter(|position| position.account == index);
        let lots = positions.flat_map(|position| {
            read.lots[position.lots.clone()].iter().map(|lot| HeldLot {
                account_id: account.account_id.clone(),
                ticker: read.securities[position.security].ticker.clone(),
                lot_id: lot.lot_id.clone(),
                quantity: lot.quantity,
                acquired: lot.acquired,
                stated_long_term: lot.stated_long_term,
                basis_per_share: lot.basis_per_share,
            })
        });
        HeldAccount {
            account_id: account.account_id.clone(),
            cash: account.cash,
            settled_cash: account.settled_cash,
            lots: lots.collect(),
        }
    };
    read.accounts.iter().enumerate().map(of_account).collect()
}

/// The next text.
///
/// # Errors
/// Only where `text` is not one that [`portfolio::read`] has accepted.
pub(super) fn written(text: &str, news: &News<'_>) -> Result<String, serde_json::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut top: Object = serde_json::from_str(text)?;
    for stated in [
        "current_allocation",
        "Current Allocation",
        "total_portfolio_value",
        "Total Portfolio Value",
        "total_value",
        "total_value_usd",
    ] {
        top.remove(stated);
    }
    let mut securities: Vec<Object> = part(&mut top, "securities")?.unwrap_or_default();
    let mut accounts: Vec<Object> = match part(&mut top, "accounts")? {
        Some(accounts) => accounts,
        None => vec![only_account(&mut top, &mut securities)?],
    };
    securities.iter_mut().try_for_each(|security| priced(security, news.prices))?;
    for (account, held) in accounts.iter_mut().zip(news.accounts) {
        write_account(account, held)?;
    }
    put(&mut top, "as_of", &news.day.to_string())?;
    put(&mut top, "securities", &securities)?;
    put(&mut top, "accounts", &accounts)?;
    if !news.booked.is_empty() {
        let mut all: Vec<Raw> = part(&mut top, "transactions")?.unwrap_or_default();
        for booked in news.booked {
            all.push(to_raw_value(booked)?);
        }
        put(&mut top, "transactions", &all)?;
    }
    if let Some(tax) = &news.tax {
        for (name, (short, long)) in [("realized_ytd", tax.realised), ("carryforward", tax.carried)] {
            let buckets = BTreeMap::from([("short_term", Number(short)), ("long_term", Number(long))]);
            put_within(&mut top, "tax", name, &buckets)?;
        }
    }
    if let Some(year) = news.tax_year {
        put_within(&mut top, "tax", "year", &year)?;
    }
    if let Some(flows) = news.flows {
        let flows: BTreeMap<&String, Number> = flows.iter().map(|(id, usd)| (id, Number(*usd))).collect();
        put(&mut top, "cash_flow", &flows)?;
    }
    if let Some(day) = news.rebalanced {
        put_within(&mut top, "monitoring", "last_rebalance", &day.to_string())?;
    }
    serde_json::to_string(&top)
}

/// Shares and price of a transaction, in new shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rescaled {
    pub(super) quantity: Decimal,
    pub(super) price: Decimal,
}

/// The text with these transactions in other shares, by their places.
///
/// # Errors
/// Only where `text` is not one that [`portfolio::read`] has accepted.
pub(super) fn with_transactions(
    text: &str,
    rescaled: &BTreeMap<usize, Rescaled>,
) -> Result<String, serde_json::Error> {
    if rescaled.is_empty() {
        return Ok(text.to_owned());
    }
    let mut top: Object = serde_json::from_str(text)?;
    let mut all: Vec<Object> = part(&mut top, "transactions")?.unwrap_or_default();
    for (place, transaction) in all.iter_mut().enumerate() {
        if let Some(Rescaled { quantity, price }) = rescaled.get(&place) {
            put(transaction, "quantity", &Number(*quantity))?;
            put(transaction, "price", &Number(*price))?;
        }
    }
    put(&mut top, "transactions", &all)?;
    serde_json::to_string(&top)
}

/// The text without a transaction, the last of its kind, and whether it had it.
///
/// # Errors
/// Only where `text` is not one that [`portfolio::read`] has accepted.
pub(super) fn without_transaction(
    text: &str,
    read: &Portfolio,
    gone: &Booked,
) -> Result<(String, bool), serde_json::Error> {
    let Some(place) = read.transactions.iter().rposition(|told| gone.is(told)) else {
        return Ok((text.to_owned(), false));
    };
    let mut top: Object = serde_json::from_str(text)?;
    let mut all: Vec<Raw> = part(&mut top, "transactions")?.unwrap_or_default();
    if place >= all.len() {
        return Ok((text.to_owned(), false));
    }
    all.remove(place);
    put(&mut top, "transactions", &all)?;
    Ok((serde_json::to_string(&top)?, true))
}

/// A text that [`written`] made, with another σ of the market and other spreads of securities, basis points.
///
/// # Errors
/// Only where `text` is not one that [`portfolio::read`] has accepted.
pub(super) fn with_market(
    text: String,
    sigma: Option<Number>,
    spreads: &BTreeMap<String, Decimal>,
) -> Result<String, serde_json::Error> {
    if sigma.is_none() && spreads.is_empty() {
        return Ok(text);
    }
    let mut top: Object = serde_json::from_str(&text)?;
    if let Some(sigma) = sigma {
        put_within(&mut top, "monitoring", "volatility", &sigma)?;
    }
    if !spreads.is_empty() {
        let mut securities: Vec<Object> = part(&mut top, "securities")?.unwrap_or_default();
        for security in &mut securities {
            if let Some(bps) = ticker_of(security).and_then(|ticker| spreads.get(&ticker)) {
                put(security, "spread_bps", &Number(*bps))?;
            }
        }
        put(&mut top, "securities", &securities)?;
    }
    serde_json::to_string(&top)
}

/// A text that [`written`] made, with what counts of the rules of the house; without any where there never were rules.
///
/// # Errors
/// Only where `text` is not one that [`portfolio::read`] has accepted.
pub(super) fn with_house_rules(text: String, rules: Option<&InForce>) -> Result<String, serde_json::Error> {
    if rules.is_none() && !text.contains(HOUSE_RULES) {
        return Ok(text);
    }
    let mut top: Object = serde_json::from_str(&text)?;
    match rules {
        Some(rules) => put(&mut top, HOUSE_RULES, rules)?,
        None => drop(top.remove(HOUSE_RULES)),
    }
    serde_json::to_string(&top)
}

pub(super) fn part<T: serde::de::DeserializeOwned>(
    top: &mut Object,
    name: &str,
) -> Result<Option<T>, serde_json::Error> {
    // A field that is `null` is one that is not there.
    top.remove(name).map_or(Ok(None), |raw| serde_json::from_str(raw.get()))
}

pub(super) fn put<T: Serialize>(object: &mut Object, name: &str, value: &T) -> Result<(), serde_json::Error> {
    object.insert(name.to_owned(), to_raw_value(value)?);
    Ok(())
}

fn put_within<T: Serialize>(
    top: &mut Object,
    part_name: &str,
    name: &str,
    value: &T,
) -> Result<(), serde_json::Error> {
    let mut inner: Object = part(top, part_name)?.unwrap_or_default();
    put(&mut inner, name, value)?;
    put(top, part_name, &inner)
}

/// The short form made into the full one: the account, and what its holdings say of their securities.
fn only_account(top: &mut Object, securities: &mut Vec<Object>) -> Result<Object, serde_json::Error> {
    let account_id: Option<String> = part(top, "account_id")?;
    top.remove("cash");
    let holdings: Option<Vec<Object>> = match part(top, "holdings")? {
        Some(holdings) => Some(holdings),
        None => part(top, "Current Holdings")?,
    };
    for mut holding in holdings.unwrap_or_default() {
        holding.remove("lots");
        holding.remove("value_usd");
        let ticker = ticker_of(&holding);
        match securities.iter_mut().find(|security| ticker_of(security) == ticker) {
            Some(known) => holding.into_iter().for_each(|(name, value)| {
                known.entry(name).or_insert(value);
            }),
            None => securities.push(holding),
        }
    }
    let mut account = Object::new();
    put(&mut account, "account_id", &account_id.as_deref().unwrap_or("default"))?;
    put(&mut account, "kind", &"taxable")?;
    Ok(account)
}

fn ticker_of(object: &Object) -> Option<String> {
    serde_json::from_str(object.get("ticker")?.get()).ok()
}

fn priced(security: &mut Object, prices: &BTreeMap<String, PricePoint>) -> Result<(), serde_json::Error> {
    let Some(point) = ticker_of(security).and_then(|ticker| prices.get(&ticker)) else { return Ok(()) };
    put(security, "current_price", &Number(point.price))?;
    put(security, "price_as_of", &point.as_of.to_string())
}

#[derive(Serialize)]
struct WrittenHolding<'a> {
    ticker: &'a str,
    lots: Vec<WrittenLot<'a>>,
}

#[derive(Serialize)]
struct WrittenLot<'a> {
    lot_id: &'a str,
    quantity: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    acquisition_date: Option<String>,
    cost_basis_per_share: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    lot_type: Option<&'static str>,
}

fn write_account(account: &mut Object, held: &HeldAccount) -> Result<(), serde_json::Error> {
    let mut holdings: Vec<WrittenHolding<'_>> = Vec::new();
    for lot in &held.lots {
        let written = WrittenLot {
            lot_id: &lot.lot_id,
            quantity: Number(lot.quantity),
            acquisition_date: lot.acquired.map(|day| day.to_string()),
            cost_basis_per_share: Number(lot.basis_per_share),
            lot_type: lot.stated_long_term.map(|long| if long { "long-term" } else { "short-term" }),
        };
        match holdings.iter_mut().find(|holding| holding.ticker == lot.ticker) {
            Some(holding) => holding.lots.push(written),
            None => holdings.push(WrittenHolding { ticker: &lot.ticker, lots: vec![written] }),
        }
    }
    put(account, "cash", &Number(held.cash))?;
    if let Some(settled) = held.settled_cash {
        put(account, "settled_cash", &Number(settled))?;
    }
    put(account, "holdings", &holdings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rust_decimal::dec;

    const SHORT: &str = include_str!("../../../../examples/design-prompt.json");
    const FULL: &str = include_str!("../../../../examples/household.json");

    fn same_with(text: &str, prices: &BTreeMap<String, PricePoint>) -> Portfolio {
        let read = portfolio::read(text).unwrap();
        let accounts = held(&read);
        let day = date(2026, 11, 27);
        let news = News::of_day(&read, day, prices, &accounts);
        let next = portfolio::read(&written(text, &news).unwrap()).unwrap();
        assert_eq!(held(&next), accounts);
        assert_eq!(next.target_allocation, read.target_allocation);
        assert_eq!(next.preferences, read.preferences);
        assert_eq!(next.as_of, day);
        next
    }

    #[test]
    fn either_form_reads_back_as_what_is_held() {
        for text in [SHORT, FULL, include_str!("../../../../examples/direct-500.json")] {
            let next = same_with(text, &BTreeMap::new());
            let read = portfolio::read(text).unwrap();
            let prices =
                |p: &Portfolio| p.securities.iter().map(|s| (s.ticker.clone(), s.price)).collect::<Vec<_>>();
            assert_eq!(prices(&next), prices(&read));
        }
    }

    #[test]
    fn a_new_price_stands_with_its_time_and_all_its_digits() {
        let at = "2026-11-27T15:00:00Z".parse().unwrap();
        let point = PricePoint {
            ticker: "SPY".to_owned(),
            price: dec!(451.123456789),
            source: "test".to_owned(),
            as_of: at,
            received_at: at,
        };
        let next = same_with(SHORT, &[("SPY".to_owned(), point)].into());
        let spy = next.securities.iter().find(|s| s.ticker == "SPY").unwrap();
        assert_eq!(spy.price, dec!(451.123456789));
        assert_eq!(spy.price_as_of.as_deref(), Some("2026-11-27T15:00:00Z"));
    }

    #[test]
    fn the_tables_of_another_year_are_written() {
        let text = r#"{"as_of": "2025-12-31", "target_allocation": {"Cash": 1}, "securities": [],
            "tax": {"year": 2025, "filing_status": "single", "ordinary_income": 90000.50},
            "accounts": [{"account_id": "a", "kind": "taxable", "cash": 100, "holdings": []}]}"#;
        let read = portfolio::read(text).unwrap();
        let (prices, accounts) = (BTreeMap::new(), held(&read));
        let news = News::of_day(&read, date(2026, 1, 2), &prices, &accounts);
        let next = portfolio::read(&written(text, &news).unwrap()).unwrap();
        assert_eq!((next.tax.year, next.tax.ordinary_income), (Some(2026), Some(dec!(90000.50))));
    }

    #[test]
    fn what_was_booked_is_added() {
        let read = portfolio::read(FULL).unwrap();
        let booked = Booked {
            date: "2026-11-27".to_owned(),
            account_id: "joint-brokerage".to_owned(),
            ticker: "VTI".to_owned(),
            action: "SELL",
            quantity: Number(dec!(1.5)),
            price: Number(dec!(345.01)),
            realized_gain: Some(Number(dec!(-2.25))),
        };
        let news = News {
            day: date(2026, 11, 27),
            prices: &BTreeMap::new(),
            accounts: &held(&read),
            booked: &[booked],
            tax: Some(TaxPosition { realised: (dec!(4197.75), dec!(1500)), carried: (dec!(0), dec!(20)) }),
            tax_year: None,
            rebalanced: Some(date(2026, 11, 27)),
            flows: None,
        };
        let next = portfolio::read(&written(FULL, &news).unwrap()).unwrap();
        assert_eq!(next.transactions.len(), read.transactions.len() + 1);
        assert_eq!(next.transactions.last().unwrap().realised_gain, Some(dec!(-2.25)));
        assert_eq!((next.tax.realised_short, next.tax.realised_long), (dec!(4197.75), dec!(1500)));
        assert_eq!((next.tax.carried_short, next.tax.carried_long), (dec!(0), dec!(20)));
        assert_eq!((next.tax.short_term_rate, next.tax.year), (read.tax.short_term_rate, None));
        assert_eq!(next.monitoring.last_rebalance, Some(date(2026, 11, 27)));
    }
}
