//! `equipoise erase HOUSEHOLD`: its key is destroyed, and with it all that the log tells of it.
//!
//! In: books, a household, the rules of retention of a configuration, holds of the books. Out: the key is gone and that is on record; or
//! every reason against it. Invariant: nothing is erased without `--yes`, under a hold, or before the rules allow it.

use audit::retention::Hold;
use jiff::tz::Offset;
use store::{EraseError, Erasure};

use super::hold;
use crate::books::{OpenBooks, Place, now};
use crate::command_line::note;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::service::brokers;

/// Arguments of `erase`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name or id of the household
    household: String,
    #[command(flatten)]
    place: Place,
    /// Who asks; it goes on record
    #[arg(long = "as", value_name = "NAME")]
    by: String,
    /// That it is meant: what is erased can't be brought back
    #[arg(long)]
    yes: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let household = books.household(&arguments.household)?;
    let rules = &books.settings.retention.rules;
    let bound = brokers::retained(&books)?;
    let missing: Vec<&str> = bound
        .iter()
        .filter(|name| rules.iter().all(|rule| rule.name != **name))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return Err(Failure::usage(format!(
            "these books are kept under {}; name the configuration that says so (`--config FILE`), so that its terms can be counted",
            missing.join(" and ")
        )));
    }
    if rules.is_empty() {
        note(
            "no rule of retention is configured (`[retention]` of `--config`): only holds stand against an erasure",
        );
    }
    let holds: Vec<Hold> = hold::on(&books, &household)?.into_iter().map(|reason| Hold { reason }).collect();
    if !arguments.yes {
        return Err(Failure::usage(format!(
            "what the log tells of `{}` would be gone for good; say `--yes` if that is meant",
            household.name
        )));
    }
    let person = books.person(&arguments.by)?;
    let at = now();
    let erasure = Erasure {
        household: household.id,
        rules,
        holds: &holds,
        today: Offset::UTC.to_datetime(at).date(),
        actor: &person.id.to_string(),
        at,
    };
    let left = match books.store.erase(erasure) {
        Ok(left) => left,
        Err(EraseError::Books(error)) => return Err(books.failed(&error)),
        Err(refused) => {
            // What was erased while somebody held the table is written over now.
            books.store.overwrite_erased().map_err(|error| books.failed(&error))?;
            return Err(Failure {
                exit: Exit::CheckFailed,
                lines: vec![format!("{}: {refused}", household.name)],
            });
        }
    };
    books.checkpoint()?;
    if let Some(error) = left {
        return Err(Failure {
            exit: Exit::CheckFailed,
            lines: vec![format!(
                "{}: its key is destroyed, but not yet written over ({error}); end what reads the books, and erase it again",
                household.name
            )],
        });
    }
    output::page(&format!(
        "erased: no record of `{}` can be opened any more; the log is whole, and older backups still have its key\n",
        household.name
    ))?;
    Ok(Exit::Done)
}
