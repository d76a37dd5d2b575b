//! `holdings`: accounts with their cash, and every tax lot at its price.

use portfolio::money::cents;
use portfolio::nearest::hint;
use portfolio::plan::Number;
use portfolio::{Account, Lot, Portfolio};
use serde::Serialize;

use super::super::arguments::{Arguments, HOUSEHOLD, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};

/// Lots where nobody says.
const LIMIT: usize = 500;

pub(super) const TOOL: Tool = Tool {
    name: "holdings",
    title: "Holdings",
    words: "What a household holds: accounts with cash and money that comes in or goes out, and tax lots with day and cost of purchase, price and value, \
            in USD. Of an installation at the newest prices on record.",
    parameters: &[
        HOUSEHOLD,
        Parameter::new("account", Kind::Name, "Only lots of this account"),
        Parameter::new("ticker", Kind::Name, "Only lots of this security"),
        Parameter::new("limit", Kind::Whole(1, 10_000), "How many lots at most; 500 where nothing is said"),
    ],
    place: Where::Everywhere,
    run,
};

#[derive(Serialize)]
struct Holdings<'a> {
    household: &'a str,
    as_of: String,
    value_usd: Number,
    accounts: Vec<Cash<'a>>,
    lots: Vec<Held<'a>>,
    more_lots: usize,
}

#[derive(Serialize)]
struct Cash<'a> {
    account_id: &'a str,
    kind: &'static str,
    owner: Option<&'a str>,
    cash_usd: Number,
    cash_flow_usd: Number,
    settled_cash_usd: Option<Number>,
}

#[derive(Serialize)]
struct Held<'a> {
    account_id: &'a str,
    ticker: &'a str,
    asset_class: &'a str,
    lot_id: &'a str,
    quantity: Number,
    acquired: Option<String>,
    basis_per_share_usd: Number,
    price_usd: Number,
    value_usd: Number,
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let seen = sight.seen(asked)?;
    let read = &seen.read;
    let (account, ticker) = (asked.text("account"), asked.text("ticker"));
    known("account", account, read.accounts.iter().map(|one| one.account_id.as_str()))?;
    known("security", ticker, read.securities.iter().map(|one| one.ticker.as_str()))?;
    let wanted = |held: &Held<'_>| {
        account.is_none_or(|account| account == held.account_id)
            && ticker.is_none_or(|ticker| ticker == held.ticker)
    };
    let mut lots: Vec<Held<'_>> = read.lots.iter().map(|lot| held(read, lot)).filter(wanted).collect();
    let more_lots = lots.len().saturating_sub(asked.limit(LIMIT));
    lots.truncate(asked.limit(LIMIT));
    written(&Holdings {
        household: &seen.household,
        as_of: read.as_of.to_string(),
        value_usd: Number(cents(read.value())),
        accounts: read.accounts.iter().map(cash).collect(),
        lots,
        more_lots,
    })
}

/// That something of this name is there, where one is asked for.
pub(super) fn known<'a>(
    what: &str,
    asked: Option<&str>,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Refused> {
    match asked.filter(|asked| !names.clone().any(|name| name == *asked)) {
        Some(asked) => {
            let names: Vec<&str> = names.collect();
            Err(Refused::new(format!("there is no {what} `{asked}`; {}", hint(asked, names))))
        }
        None => Ok(()),
    }
}

fn cash(account: &Account) -> Cash<'_> {
    Cash {
        account_id: &account.account_id,
        kind: account.kind.word(),
        owner: account.owner.as_deref(),
        cash_usd: Number(account.cash),
        cash_flow_usd: Number(account.flow),
        settled_cash_usd: account.settled_cash.map(Number),
    }
}

fn held<'a>(read: &'a Portfolio, lot: &'a Lot) -> Held<'a> {
    let position = &read.positions[lot.position];
    let security = &read.securities[position.security];
    Held {
        account_id: &read.accounts[position.account].account_id,
        ticker: &security.ticker,
        asset_class: &security.asset_class,
        lot_id: &lot.lot_id,
        quantity: Number(lot.quantity),
        acquired: lot.acquired.map(|day| day.to_string()),
        basis_per_share_usd: Number(lot.basis_per_share),
        price_usd: Number(security.price),
        value_usd: Number(cents(lot.quantity.saturating_mul(security.price))),
    }
}
