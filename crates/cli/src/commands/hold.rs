//! `equipoise hold HOUSEHOLD --reason TEXT`: a legal hold, under which nothing of a household is erased.
//!
//! In: books, a household, a reason or `--release`. Out: the hold is set or lifted, with its record; without either, what holds there are.
//! Invariant: a hold is a setting with every change on record; `erase` asks for it.

use rebalance::books::{Books, Change, Entry, Household, Record, Setting};
use serde_json::json;

use crate::books::{OpenBooks, Place, now};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Arguments of `hold`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name or id of the household
    household: String,
    #[command(flatten)]
    place: Place,
    /// Why, such as a file number
    #[arg(long, value_name = "TEXT", requires = "by")]
    reason: Option<String>,
    /// Lifts the hold
    #[arg(long, conflicts_with = "reason", requires = "by")]
    release: bool,
    /// Who says so; it goes on record
    #[arg(long = "as", value_name = "NAME")]
    by: Option<String>,
}

/// The setting, in the scope of the household's id. An empty value is no hold.
const NAME: &str = "legal_hold";

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let household = books.household(&arguments.household)?;
    let held = on(&books, &household)?;
    let name = &household.name;
    let told = match (&arguments.reason, arguments.release) {
        (Some(reason), _) if reason.trim().is_empty() => {
            return Err(Failure::usage("a hold needs a reason, such as a file number"));
        }
        (Some(reason), _) => {
            set(&books, &household, reason.trim(), arguments.by.as_deref())?;
            format!("{name} is held: {}", reason.trim())
        }
        (None, true) if held.is_none() => format!("{name} was not held"),
        (None, true) => {
            set(&books, &household, "", arguments.by.as_deref())?;
            format!("{name} is no longer held")
        }
        (None, false) => {
            held.map_or_else(|| format!("{name} is not held"), |reason| format!("{name} is held: {reason}"))
        }
    };
    output::page(&format!("{told}\n"))?;
    Ok(Exit::Done)
}

/// Why a household is held, if it is.
pub(super) fn on(books: &OpenBooks, household: &Household) -> Result<Option<String>, Failure> {
    let setting = setting(books, household)?;
    Ok(setting.map(|setting| setting.value).filter(|reason| !reason.is_empty()))
}

fn setting(books: &OpenBooks, household: &Household) -> Result<Option<Setting>, Failure> {
    books.store.reading().setting(&household.id.to_string(), NAME).map_err(|error| books.failed(&error))
}

fn set(books: &OpenBooks, household: &Household, reason: &str, by: Option<&str>) -> Result<(), Failure> {
    let person = books.person(by.unwrap_or_default())?;
    let at = now();
    let version = setting(books, household)?.map_or(0, |setting| setting.version) + 1;
    let (scope, name, value) = (household.id.to_string(), NAME.to_owned(), reason.to_owned());
    let body = json!({"setting": NAME, "value": reason, "version": version}).to_string();
    let record = Record::new(audit::kind::word::SETTINGS, household.id, &person.id.to_string(), at, body);
    let entry = Entry::new(record).with(Change::Setting(Setting { scope, name, value, version, at }));
    books.store.record(&entry).map_err(|error| books.failed(&error))?;
    books.checkpoint().map(drop)
}
