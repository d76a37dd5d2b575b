//! `equipoise proposals`: what was proposed, what waits, and what became of it.
//!
//! In: books. Out: a table, or JSON; those that wait first. A cycle that ended without a plan is no proposal.

use rebalance::books::{Books, Listed, Listing};
use rebalance::life::State;

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::output::{self, Format};
use crate::page;

/// Arguments of `proposals`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Only those that wait for approval
    #[arg(long)]
    waiting: bool,
    /// Table for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let failed = |error| books.failed(&error);
    let reading = books.store.reading();
    let states = if arguments.waiting { vec![State::PendingApproval] } else { State::ALL.to_vec() };
    let mut all = reading.listed(&Listing { states, ..Listing::all() }).map_err(failed)?;
    all.sort_by_key(|found| (found.state != State::PendingApproval, std::cmp::Reverse(found.moved_at)));
    let mut rows = Vec::new();
    for found in all {
        let without_a_plan = found.state == State::PendingGeneration;
        if without_a_plan && reading.closing(found.cycle).map_err(failed)?.is_some() {
            continue;
        }
        let household = reading.household(found.household).map_err(failed)?;
        let trades =
            reading.attempts(found.id).map_err(failed)?.pop().map_or(0, |attempt| attempt.trades.len());
        rows.push((household.map_or_else(String::new, |household| household.name), found, trades));
    }
    match arguments.format {
        Format::Table => {
            output::page(&page::orders::halted(books.halted()?.as_deref()))?;
            output::page(&page::proposal::list(&rows))?;
        }
        Format::Json => {
            if let Some(reason) = books.halted()? {
                tell(&[format!("trading is halted: {reason}")]);
            }
            let all: Vec<serde_json::Value> =
                rows.iter().map(|(household, found, trades)| row(household, found, *trades)).collect();
            output::json(&all)?;
        }
    }
    Ok(Exit::Done)
}

/// A proposal for programs.
pub(crate) fn row(household: &str, found: &Listed, trades: usize) -> serde_json::Value {
    serde_json::json!({
        "id": found.id.to_string(),
        "household": household,
        "state": found.state.name(),
        "reason": found.state.rejection().map(rebalance::life::Rejection::word),
        "since": found.moved_at.to_string(),
        "plan_hash": found.plan_hash,
        "expires_at": found.offer.as_ref().map(|offer| offer.expires_at.to_string()),
        "traded_usd": found.offer.as_ref().map(|offer| offer.traded_usd.to_string()),
        "trades": trades,
    })
}
