//! `equipoise tickets`: what a person is to execute, account by account, where a person is the broker.
//!
//! In: books. Out: a table per account, JSON, or a CSV file whose last columns are for what was filled, as `equipoise fill --import` takes it.

use execute::brokers::manual;
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
    let mut text = ingest::fill_table::HEADER.to_owned() + "\n";
    let to_fill = |placed: &&Placed| placed.order.state != OrderState::Waiting && !placed.left().is_zero();
    for placed in all.iter().filter(to_fill).filter(|placed| !placed.was_ended()) {
        let (order, sent) = (&placed.order, placed.order.sent);
        let shares = |quantity: portfolio::Decimal| quantity.normalize().to_string();
        let cells = [
            order.client_order_id.clone(),
            placed.household.clone(),
            order.account_id.clone(),
            order.side.word().to_owned(),
            order.ticker.clone(),
            order.lot_id.clone().unwrap_or_default(),
            shares(order.asked()),
            sent.and_then(|sent| sent.limit).map_or_else(|| "market".to_owned(), shares),
            sent.map_or_else(String::new, |sent| sent.until.to_string()),
            shares(placed.filled()),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        text += &format!("{},,,,,,\n", cells.join(","));
    }
    text
}

/// A cell of CSV.
fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) || cell.starts_with('#') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_keeps_its_commas_and_quotes() {
        assert_eq!(quoted("joint"), "joint");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("#1"), "\"#1\"");
    }

    #[test]
    fn the_columns_are_those_that_can_be_imported() {
        let header = csv(&[]);
        assert_eq!(header.trim_end().split(',').count(), 16);
        assert_eq!(header.trim_end(), ingest::fill_table::HEADER);
    }
}
