//! `equipoise prices`: the prices on record with their source and age, and what stands against each.
//!
//! In: books. Out: a table, or JSON. Nothing is changed. Exit 1 where a price of one ticker was asked for and can't be traded on.

use rebalance::keeping::sources::PriceStanding;
use rebalance::keeping::{Keeper, World};

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output::{self, Format};
use crate::page;

/// Arguments of `prices`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Only this one
    #[arg(long, value_name = "TICKER")]
    ticker: Option<String>,
    /// Table for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let world = Outside::of(&books)?;
    let all = |keeper: &Keeper<'_>| keeper.prices_standing().map_err(|error| keeping::failed(&books, &error));
    let mut found = keeping::apart(&books, &world, all)?;
    if let Some(ticker) = &arguments.ticker {
        let is_written = found.iter().any(|one| one.ticker == *ticker);
        found.retain(|one| one.ticker == *ticker || !is_written && one.ticker.eq_ignore_ascii_case(ticker));
        if found.is_empty() {
            return Err(Failure::usage(format!(
                "{}: no household lists `{ticker}`, and no source has told a price of it",
                books.settings.name
            )));
        }
    }
    let now = world.now();
    match arguments.format {
        Format::Table => output::page(&page::prices::list(&found, now))?,
        Format::Json => {
            let rows: Vec<serde_json::Value> = found.iter().map(|one| row(one, now)).collect();
            output::json(&rows)?;
        }
    }
    let is_unusable = arguments.ticker.is_some() && found.iter().any(|one| one.unusable.is_some());
    Ok(if is_unusable { Exit::CheckFailed } else { Exit::Done })
}

fn row(one: &PriceStanding, now: jiff::Timestamp) -> serde_json::Value {
    let point = one.point.as_ref();
    serde_json::json!({
        "ticker": one.ticker,
        "price_usd": point.map(|it| it.price.to_string()),
        "source": point.map(|it| it.source.clone()),
        "as_of": point.map(|it| it.as_of.to_string()),
        "received_at": point.map(|it| it.received_at.to_string()),
        "age_secs": point.map(|it| now.duration_since(it.as_of).as_secs()),
        "finding": one.unusable,
    })
}
