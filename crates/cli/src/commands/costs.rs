//! `equipoise costs`: what orders have cost, beside what the plans expected.
//!
//! In: books. Out: a table, or JSON; and what the fills taught about the spread of each security. Invariant: what was only partly filled
//! counts with what was filled.

use std::collections::BTreeSet;

use rebalance::books::Books;
use rebalance::costs::{self, Outcome};
use rebalance::keeping::slippage::{Slippages, slippages_of};
use serde_json::{Value, json};

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::page;

/// Arguments of `costs`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Only the orders of this household
    #[arg(long, value_name = "NAME")]
    household: Option<String>,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let reading = books.store.reading();
    let household = arguments.household.as_ref().map(|name| books.household(name)).transpose()?;
    let failed = |error: costs::CostsError| Failure::input(&books.settings.name, &error);
    let outcomes = costs::outcomes(reading, household.map(|household| vec![household.id])).map_err(failed)?;
    let totals = costs::totals(&outcomes).map_err(failed)?;
    let tickers: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.ticker.as_str()).collect();
    let mut spreads: Vec<(&str, Slippages)> = Vec::new();
    for ticker in tickers {
        let (slippages, _) = slippages_of(&books.store, ticker)
            .map_err(|error| Failure::input(&books.settings.name, &error))?;
        if slippages.count() > 0 {
            spreads.push((ticker, slippages));
        }
    }
    match arguments.format {
        Format::Table => output::page(&page::costs::page(&outcomes, &totals, &spreads))?,
        Format::Json => {
            let spreads: Vec<Value> = spreads.iter().map(spread).collect();
            output::json(&json!({
                "orders": outcomes.iter().map(row).collect::<Vec<_>>(),
                "totals": {
                    "orders": totals.orders, "notional": totals.notional, "fees": totals.fees,
                    "slippage": totals.slippage, "shortfall": totals.shortfall, "expected": totals.expected,
                },
                "spreads": spreads,
            }))?;
        }
    }
    Ok(Exit::Done)
}

fn row(outcome: &Outcome) -> Value {
    json!({
        "order": outcome.client_order_id,
        "proposal": outcome.recommendation.to_string(),
        "at": outcome.at.to_string(),
        "account_id": outcome.account_id,
        "ticker": outcome.ticker,
        "action": outcome.side.word(),
        "quantity": outcome.quantity,
        "decision_price": outcome.decision_price,
        "arrival_price": outcome.arrival_price,
        "notional": outcome.notional,
        "fees": outcome.fees,
        "delay": outcome.delay,
        "slippage": outcome.slippage,
        "shortfall": outcome.shortfall,
        "expected": outcome.expected,
    })
}

fn spread((ticker, slippages): &(&str, Slippages)) -> Value {
    let refit = slippages.refit().map(|refit| {
        json!({"spread_bps": refit.half_bps * portfolio::Decimal::TWO, "error_bps": refit.error,
               "error_bps_before": refit.error_believed, "better": refit.is_better()})
    });
    json!({"ticker": ticker, "fills": slippages.count(), "median_bps": slippages.median(), "refit": refit})
}
