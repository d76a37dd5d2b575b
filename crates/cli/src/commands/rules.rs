//! `equipoise rules …`: the rules of the house, which bind every household and which two persons change.
//!
//! In: books; a file with all rules as they are to be, and who proposes it; or who confirms it. Out: what counts and what waits, or what is on record now.
//! Invariant: nothing counts that a second person has not confirmed.

use rebalance::keeping::house_rules::Rulebook;
use rebalance::keeping::{Keeper, KeepingError};
use serde_json::json;

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: Place,
}

/// What is asked or told.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// What counts, and what waits for a second person
    Show {
        /// Tables for people, or JSON
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Proposes other rules; they count once another person has confirmed them
    Propose {
        /// All rules as they are to be (JSON: `restricted`, `limits`, `exemptions`), or - for stdin
        rules: String,
        /// Why
        #[arg(long, value_name = "WORDS", default_value = "")]
        words: String,
        /// Who you are
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
    /// Confirms what somebody else proposes
    Confirm {
        /// The word that `show` names it by
        proposal: String,
        /// Who you are
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
    /// Withdraws what is proposed
    Withdraw {
        /// Who you are
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let world = Outside::of(&books)?;
    keeping::apart(&books, &world, |keeper| ran(&books, keeper, &arguments.what))?;
    if !matches!(arguments.what, What::Show { .. }) {
        books.checkpoint()?;
    }
    Ok(Exit::Done)
}

fn ran(books: &OpenBooks, keeper: &Keeper<'_>, what: &What) -> Result<(), Failure> {
    let failed = |error: KeepingError| keeping::failed(books, &error);
    match what {
        What::Show { format } => {
            let rules = keeper.house_rules().map_err(failed)?;
            match format {
                Format::Table => output::page(&page::rules::page(&rules, &books.households()?)),
                Format::Json => output::json(&json!({
                    "version": rules.version,
                    "since": rules.since.map(|at| at.to_string()),
                    "rules": rules.current.book,
                    "proposed_by": rules.current.proposed_by,
                    "confirmed_by": rules.current.confirmed_by,
                    "proposed": rules.proposed,
                })),
            }
        }
        What::Propose { rules, words, by } => {
            let (book, name) = (read(books, rules)?, books.person(by)?.name);
            let over = keeper.house_rules().map_err(failed)?.version;
            let proposal = keeper.propose_rules(&name, &book, words, over).map_err(failed)?;
            output::page(&format!(
                "it waits for another person: equipoise rules confirm {proposal} --as NAME\n"
            ))
        }
        What::Confirm { proposal, by } => {
            let name = books.known(by)?.name;
            let version = keeper.confirm_rules(&name, proposal).map_err(failed)?;
            output::page(&format!("version {version} of the rules of the house counts from now on\n"))
        }
        What::Withdraw { by } => {
            let name = books.person(by)?.name;
            keeper.withdraw_rules(&name).map_err(failed)?;
            output::page("no change of the rules waits\n")
        }
    }
}

/// A rulebook that can be read; a household may be named by its name.
fn read(books: &OpenBooks, path: &str) -> Result<Rulebook, Failure> {
    let text = input::text(path)?;
    let mut book: Rulebook = serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("{}: {error}", input::name(path))))?;
    for exemption in &mut book.exemptions {
        exemption.household = books.household(&exemption.household)?.id.to_string();
    }
    Ok(book)
}
