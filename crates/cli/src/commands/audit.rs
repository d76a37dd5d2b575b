//! `equipoise audit …`: the log, checked, proven, taken along and read.

mod check;
mod examination;
mod export;
mod key;
mod log;
pub(crate) mod prove;
mod verify;

use ::audit::VerifierKey;
use clap::Subcommand;

pub(crate) use examination::page as examination;
pub(crate) use verify::Findings;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    question: Question,
}

/// What can be asked of the log.
#[derive(Debug, Subcommand)]
enum Question {
    /// Whether every record is what it was; the first bad one is named, and the exit status is 1
    Verify(verify::Arguments),
    /// One record with all that it takes to check it elsewhere
    Prove(prove::Arguments),
    /// Checks a proof or an export offline, without any database; the exit status is 1 where it is refused
    Check(check::Arguments),
    /// The whole log as lines of JSON, or what an examiner reads of proposals as HTML
    Export(export::Arguments),
    /// The key that others check proofs of this log with
    Key(key::Arguments),
    /// The records, readable
    Log(log::Arguments),
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.question {
        Question::Verify(arguments) => verify::run(arguments),
        Question::Prove(arguments) => prove::run(arguments),
        Question::Check(arguments) => check::run(arguments),
        Question::Export(arguments) => export::run(arguments),
        Question::Key(arguments) => key::run(arguments),
        Question::Log(arguments) => log::run(arguments),
    }
}

/// The key of a log, as it stands on the command line or in a file.
fn verifier(key: &str) -> Result<VerifierKey, Failure> {
    match VerifierKey::from_text(key.trim()) {
        Ok(known) => Ok(known),
        Err(_) if std::path::Path::new(key).is_file() => {
            let text = input::text(key)?;
            VerifierKey::from_text(text.trim()).map_err(|error| Failure::input(key, &error))
        }
        Err(error) => {
            Err(Failure::usage(format!("--key: {error}; `equipoise audit key` prints that of a log")))
        }
    }
}
