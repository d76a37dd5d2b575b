//! `equipoise tickets`: what a person is to execute, account by account, where a person is the broker.
//!
//! In: books. Out: a table per account, JSON, or a CSV file whose last columns are for what was filled, as `equipoise fill --import` takes it.

use execute::brokers::manual;
use ingest::fill_table;
use rebalance::books::{Books, OrderState};
use rebalance::keeping::World;

use super::orders::row;
use crate::books::{OpenBooks, Place, Placed};
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::keeping::Outside;
use crate::{output, page};

/// Arguments of `tickets`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name or id of a household; without it those of all
    #[arg(long, value_name = "NAME")]
    household: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Tables for people, CSV to fill in and import, or JSON
    #[arg(long, value_enum, default_value_t = TicketFormat::Table)]
    format: TicketFormat,
    /// Write to this file; without it to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
}

/// How tickets are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TicketFormat {
    /// Tables for people.
    Table,
    /// CSV to fill in and import.
    Csv,
    /// JSON for programs.
    Json,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let open = books.store.reading().open_orders(manual::NAME).map_err(|error| books.failed(&error))?;
    let all = books.placed(open, arguments.household.as_deref())?;
    let halted = books.halted()?;
    let now = Outside::of(&books)?.now();
    let text = match arguments.format {
        TicketFormat::Table => page::orders::halted(halted.as_deref()) + &page::orders::tickets(&all, now),
        TicketFormat::Csv => csv(&all),
        TicketFormat::Json => output::json_text(&all.iter().map(row).collect::<Vec<_>>())?,
    };
    if let Some(reason) = halted.filter(|_| arguments.format != TicketFormat::Table) {
        tell(&[format!("trading is halted: {reason}")]);
    }
    match (&arguments.out, arguments.format) {
        (Some(out), TicketFormat::Table) => output::file(out, &output::plain(&text))?,
        (Some(out), _) => output::file(out, &text)?,
        (None, TicketFormat::Table) => output::page(&text)?,
        (None, _) => output::raw(&text)?,
    }
    Ok(Exit::Done)
}

/// Tickets that are open, with columns for what is filled.
fn csv(all: &[Placed]) -> String {
    let to_fill = |placed: &&Placed| placed.order.state != OrderState::Waiting && !placed.left().is_zero();
    let to_fill = all.iter().filter(to_fill).filter(|placed| !placed.was_ended());
    fill_table::written(to_fill.map(|placed| {
        let (order, sent) = (&placed.order, placed.order.sent);
        fill_table::Ticket {
            order: &order.client_order_id,
            household: &placed.household,
            account_id: &order.account_id,
            action: order.side,
            ticker: &order.ticker,
            lot_id: order.lot_id.as_deref(),
            shares: order.asked(),
            limit: sent.and_then(|sent| sent.limit),
            until: sent.map(|sent| sent.until),
            filled: placed.filled(),
        }
    }))
}
