//! `equipoise broker check`: who executes, what is reachable and allowed, and what is missing.
//!
//! In: books, perhaps a configuration. Out: a line for everything that has to hold before an order is sent; exit 1 where something is
//! missing or not allowed. Invariant: nothing is sent and nothing is changed.

use portfolio::exchange;
use rebalance::keeping::{Desk, World};
use serde_json::json;

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::Outside;
use crate::output::{self, Format};
use crate::page;
use crate::service::brokers::{self, Checked, Mark, Sources};

/// Arguments of `broker`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: Place,
}

/// What is asked of a broker.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// What is reachable, allowed and missing
    Check {
        /// Table for people, or JSON
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let What::Check { format } = arguments.what;
    let settings = arguments.place.settings()?;
    let lines = match &settings.service {
        // Whoever sets an installation up asks before there are books.
        Some(service) if settings.are_missing() => brokers::checked_before(&settings, service.broker)?,
        _ => checked(&OpenBooks::open(&arguments.place)?)?,
    };
    match format {
        Format::Table => output::page(&page::broker::checked(&lines))?,
        Format::Json => {
            let row =
                |line: &Checked| json!({"what": line.what, "mark": line.mark.word(), "words": line.words});
            output::json(&lines.iter().map(row).collect::<Vec<_>>())?;
        }
    }
    let fine = lines.iter().all(|line| line.mark != Mark::Missing);
    Ok(if fine { Exit::Done } else { Exit::CheckFailed })
}

fn checked(books: &OpenBooks) -> Result<Vec<Checked>, Failure> {
    let word = brokers::on_record(books)?;
    let mut lines = vec![Checked::fine("broker", format!("`{}`, on record", word.word()))];
    if let Some(service) = books.settings.service.as_ref().filter(|service| service.broker != word) {
        lines.push(Checked::told(
            "configuration",
            format!(
                "says `{}`: the service takes it up when it leads next, once nothing is open",
                service.broker.word()
            ),
        ));
    }
    lines.push(match books.halted()? {
        Some(reason) => Checked::missing("sending", format!("halted: {reason}; `equipoise resume` lifts it")),
        None => Checked::fine("sending", "allowed: trading is not halted".to_owned()),
    });
    let now = Outside::of(books)?.now();
    lines.push(match exchange::session_at(now) {
        Ok(Some(session)) => Checked::fine(
            "market",
            format!("open until {} New York time", page::proposal::time(session.closes)),
        ),
        Ok(None) => Checked::told("market", "closed: orders wait for its hours".to_owned()),
        Err(error) => Checked::missing("market", error.to_string()),
    });
    let sources = Sources::of(books);
    match sources.broker(word, 0) {
        Ok(broker) => {
            let abilities = broker.abilities();
            lines.push(Checked::told("lots", abilities.lots.words().to_owned()));
            let digits = match abilities.quantity_digits {
                0 => "whole shares only".to_owned(),
                digits => format!("parts of shares, {digits} digits behind the point at most"),
            };
            let limit = if abilities.limit_on_fractions {
                ""
            } else {
                "; parts of shares go to the market, without a limit"
            };
            lines.push(Checked::told("quantities", format!("{digits}{limit}")));
            let ends = if abilities.day_orders {
                "with its day"
            } else {
                "when all of it is filled, or somebody says so"
            };
            lines.push(Checked::told("an order ends", ends.to_owned()));
            let together = match (abilities.lots_together, abilities.blocks) {
                (false, _) => "of one lot in one account",
                (true, false) => "of all lots that an account sells of a security",
                (true, true) => {
                    "a block of all that a household's accounts trade alike of a security at the time"
                }
            };
            lines.push(Checked::told("an order is", together.to_owned()));
        }
        Err(failure) => lines.push(Checked::missing("reachable", failure.lines.join("; "))),
    }
    lines.extend(brokers::checked(books, word)?);
    let desk = Desk::default();
    lines.push(Checked::told(
        "limits",
        format!(
            "a price at most {} % off the approved one, {} USD an order, {} orders a day; a household's own document may narrow them",
            desk.collar_pct,
            portfolio::money::written(desk.order_usd_max),
            desk.orders_a_day_max
        ),
    ));
    Ok(lines)
}
