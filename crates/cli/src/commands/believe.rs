//! `equipoise believe [TICKER --as NAME]`: prices that are held back, and a person who has looked and says that one is right.
//!
//! In: books; perhaps a ticker and who believes. Out: what is held back and why; or that the price counts from now on, on record with the
//! person. Invariant: only the price that is shown is believed.

use portfolio::Decimal;
use rebalance::keeping::HeldPrice;
use rust_decimal::dec;
use serde_json::{Value, json};

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output::{self, Format};
use crate::page;

/// Arguments of `believe`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The ticker whose price is right; without it, what is held back is listed
    #[arg(requires = "name")]
    ticker: Option<String>,
    /// The price that you looked at, USD per share; another one is not believed then
    #[arg(long, value_name = "USD", requires = "ticker")]
    price: Option<Decimal>,
    /// Who believes it; it goes on record
    #[arg(long = "as", value_name = "NAME", requires = "ticker")]
    name: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Table for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let world = Outside::of(&books)?;
    let held = keeping::apart(&books, &world, |keeper| {
        keeper.held_prices().map_err(|error| keeping::failed(&books, &error))
    })?;
    let (Some(asked), Some(name)) = (&arguments.ticker, &arguments.name) else {
        match arguments.format {
            Format::Table => output::page(&page::held_prices::list(&held))?,
            Format::Json => output::json(&held.iter().map(row).collect::<Vec<_>>())?,
        }
        return Ok(Exit::Done);
    };
    let Some(price) = of_ticker(&held, asked) else {
        let tickers: Vec<&str> = held.iter().map(|held| held.ticker.as_str()).collect();
        let there = if tickers.is_empty() {
            "none is".to_owned()
        } else {
            format!("held back are {}", tickers.join(", "))
        };
        return Err(Failure::usage(format!("no price of `{asked}` is held back; {there}")));
    };
    let ticker = &price.ticker;
    if let Some(looked_at) = arguments.price.filter(|looked_at| *looked_at != price.price) {
        return Err(Failure::usage(format!(
            "{ticker}: {} USD is held back now, and not {} USD; look again (`equipoise believe`)",
            price.price.normalize(),
            looked_at.normalize()
        )));
    }
    let name = &books.person(name)?.name;
    keeping::apart(&books, &world, |keeper| {
        keeper.believe_price(ticker, name).map_err(|error| keeping::failed(&books, &error))
    })?;
    output::page(&format!("{ticker} is priced at {} USD, says {name}\n", price.price.normalize()))?;
    books.checkpoint()?;
    Ok(Exit::Done)
}

/// The price of a ticker, however it is written; as it is written before any other.
fn of_ticker<'a>(held: &'a [HeldPrice], asked: &str) -> Option<&'a HeldPrice> {
    let written = held.iter().find(|held| held.ticker == asked);
    written.or_else(|| held.iter().find(|held| held.ticker.eq_ignore_ascii_case(asked)))
}

/// How far a price lies from the last good one, percent.
pub(crate) fn off_pct(held: &HeldPrice) -> Option<Decimal> {
    let ratio = held.price.checked_div(held.good.price)?;
    Some((ratio.checked_sub(Decimal::ONE)?.checked_mul(dec!(100))?).round_dp(2))
}

fn row(held: &HeldPrice) -> Value {
    json!({
        "ticker": held.ticker,
        "code": held.code.word(),
        "why": held.code.words(),
        "price": held.price.normalize().to_string(),
        "first_at": held.first_at.to_string(),
        "last_at": held.last_at.to_string(),
        "confirmations": held.confirmations,
        "good_price": held.good.price.normalize().to_string(),
        "good_as_of": held.good.as_of.to_string(),
        "source": held.good.source,
        "off_pct": off_pct(held).map(|pct| pct.to_string()),
    })
}
