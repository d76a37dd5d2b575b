//! `equipoise household …`: the households in the books, and what a person tells of one.
//!
//! In: books, a household, who tells what. Out: pages, or a line that says what is on record now. Invariant: what is told is on record
//! with the person, and stays so until somebody tells otherwise.

mod shown;

pub(crate) use shown::Seen;

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use rebalance::books::Household;
use rebalance::keeping::flows::Flow;
use rebalance::keeping::{Keeper, KeepingError};
use rebalance::life::Policy;

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output::Format;
use crate::{input, output};

/// Arguments of `household`.
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
    /// All of them
    List {
        /// Table for people, or JSON
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// One at the prices of now: drift and its history, what stands, what is held
    Show {
        /// Name or id of the household
        household: String,
        /// The history of its drift from this day on; without it the last 30 days
        #[arg(long, value_name = "DAY")]
        since: Option<Date>,
        /// Tables for people, or JSON
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Opens one with its first portfolio document
    Open {
        /// What it is to be called
        household: String,
        /// Its portfolio document (JSON), or - for stdin
        portfolio: String,
        #[command(flatten)]
        by: By,
    },
    /// The next portfolio document of one; a proposal that waits is superseded by it
    Document {
        /// Name or id of the household
        household: String,
        /// Its portfolio document (JSON), or - for stdin
        portfolio: String,
        #[command(flatten)]
        by: By,
    },
    /// Starts nothing for one, until a time or until it is resumed; then a proposal that waits is withdrawn
    Pause {
        /// Name or id of the household
        household: String,
        /// Why, for the record
        #[arg(long, value_name = "WORDS")]
        reason: String,
        /// Until when: a day (its beginning in New York) or a time such as 2026-12-01T15:00:00Z
        #[arg(long, value_name = "WHEN", value_parser = instant)]
        until: Option<Timestamp>,
        #[command(flatten)]
        by: By,
    },
    /// Goes on with one
    Resume {
        /// Name or id of the household
        household: String,
        #[command(flatten)]
        by: By,
    },
    /// Is quiet about the drift of a class until a time
    Snooze {
        /// Name or id of the household
        household: String,
        /// The asset class
        class: String,
        /// Until when: a day (its beginning in New York) or a time such as 2026-12-01T15:00:00Z
        #[arg(long, value_name = "WHEN", value_parser = instant)]
        until: Timestamp,
        #[command(flatten)]
        by: By,
    },
    /// Listens to a class again
    Wake {
        /// Name or id of the household
        household: String,
        /// The asset class
        class: String,
        #[command(flatten)]
        by: By,
    },
    /// Money has come into an account
    Deposit(Money),
    /// Money is to be paid out of an account: a plan raises what is missing
    Withdraw(Money),
    /// What was to be paid out is no longer wanted
    Keep(Money),
    /// Money has been paid out of an account
    Paid(Money),
}

/// An amount of an account.
#[derive(Debug, clap::Args)]
struct Money {
    /// Name or id of the household
    household: String,
    /// The account
    account: String,
    /// USD, such as 5000 or 1250.50
    usd: Decimal,
    #[command(flatten)]
    by: By,
}

/// Who tells it.
#[derive(Debug, clap::Args)]
struct By {
    /// Who you are
    #[arg(long = "as", value_name = "NAME")]
    name: String,
}

/// A day's beginning in New York, or an instant.
fn instant(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day: Date = text
        .parse()
        .map_err(|_| "no day such as 2026-12-01, and no time such as 2026-12-01T15:00:00Z".to_owned())?;
    portfolio::exchange::beginning_of(day).map_err(|error| error.to_string())
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = match arguments.what {
        What::Open { .. } => OpenBooks::open_or_make(&arguments.place)?,
        _ => OpenBooks::open(&arguments.place)?,
    };
    let world = Outside::of(&books)?;
    match &arguments.what {
        What::List { format } => return shown::list(&books, *format),
        What::Show { household, since, format } => {
            return shown::show(&books, &world, &books.household(household)?, *since, *format);
        }
        _ => {}
    }
    let told = keeping::apart(&books, &world, |keeper| told(&books, &world, keeper, &arguments.what))?;
    output::page(&format!("{told}\n"))?;
    books.checkpoint()?;
    Ok(Exit::Done)
}

/// Puts what is told on record, and says so.
fn told(books: &OpenBooks, world: &Outside, keeper: &Keeper<'_>, what: &What) -> Result<String, Failure> {
    let failed = |error: KeepingError| keeping::failed(books, &error);
    let of = |household: &String, by: &By| -> Result<(Household, String), Failure> {
        Ok((books.household(household)?, books.person(&by.name)?.name))
    };
    match what {
        What::List { .. } | What::Show { .. } => Ok(String::new()),
        What::Open { household, portfolio, by } => {
            if books.households()?.iter().any(|known| known.name == *household) {
                return Err(Failure::usage(format!(
                    "{}: there is a household `{household}`; `equipoise household document` gives it its next document",
                    books.settings.name
                )));
            }
            if household.trim().is_empty() || household.chars().any(char::is_control) {
                return Err(Failure::usage("give the household a name"));
            }
            let (name, text) = (books.person(&by.name)?.name, document(portfolio, world)?);
            keeper.enrol(household, &name, Policy::default(), &text).map_err(failed)?;
            Ok(format!("household {household} is open; {name} owns it"))
        }
        What::Document { household, portfolio, by } => {
            let ((household, name), text) = (of(household, by)?, document(portfolio, world)?);
            let kept = keeper.import(&household, &name, &text).map_err(failed)?;
            Ok(format!("version {} of the portfolio of {} is on record", kept.version, household.name))
        }
        What::Pause { household, reason, until, by } => {
            let (household, name) = of(household, by)?;
            keeper.pause(&household, &name, *until, reason).map_err(failed)?;
            let until = until.map_or_else(|| "it is resumed".to_owned(), crate::page::proposal::time);
            Ok(format!("{} is paused until {until}", household.name))
        }
        What::Resume { household, by } => {
            let (household, name) = of(household, by)?;
            keeper.resume(&household, &name).map_err(failed)?;
            Ok(format!("{} is watched again", household.name))
        }
        What::Snooze { household, class, until, by } => {
            let (household, name) = of(household, by)?;
            keeper.snooze(&household, &name, class, Some(*until)).map_err(failed)?;
            let until = crate::page::proposal::time(*until);
            Ok(format!("{class} of {} is quiet until {until}", household.name))
        }
        What::Wake { household, class, by } => {
            let (household, name) = of(household, by)?;
            keeper.snooze(&household, &name, class, None).map_err(failed)?;
            Ok(format!("{class} of {} is listened to", household.name))
        }
        What::Deposit(money) => flowed(books, keeper, money, Flow::Deposited, "come in"),
        What::Withdraw(money) => flowed(books, keeper, money, Flow::AskedFor, "to be paid out"),
        What::Keep(money) => flowed(books, keeper, money, Flow::NotWanted, "no longer to be paid out"),
        What::Paid(money) => flowed(books, keeper, money, Flow::PaidOut, "paid out"),
    }
}

fn flowed(
    books: &OpenBooks,
    keeper: &Keeper<'_>,
    money: &Money,
    what: Flow,
    words: &str,
) -> Result<String, Failure> {
    let (household, name) = (books.household(&money.household)?, books.person(&money.by.name)?.name);
    let kept = keeper
        .flow(&household, &name, &money.account, what, money.usd)
        .map_err(|error| keeping::failed(books, &error))?;
    let balances = rebalance::books::Books::reading(&books.store).balances(kept.id);
    let balances = balances.map_err(|error| books.failed(&error))?;
    let cash = balances.iter().find(|balance| balance.account_id == money.account);
    let (cash, flow) = cash.map_or_else(Default::default, |balance| (balance.cash, balance.flow));
    let usd = portfolio::money::written;
    let mut line = format!("{}: {} USD {words}; cash is {} USD", money.account, usd(money.usd), usd(cash));
    if flow.is_sign_negative() && !flow.is_zero() {
        line += &format!(", of which {} USD are to be paid out", usd(-flow));
    }
    Ok(line)
}

/// A document that can be read.
fn document(path: &str, world: &Outside) -> Result<String, Failure> {
    let text = input::text(path)?;
    let read = portfolio::read(&text).map_err(|error| Failure::document(input::name(path), &error))?;
    world.unless_to_come(input::name(path), read.as_of)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_new_york() {
        assert_eq!(instant("2026-12-01").unwrap(), "2026-12-01T05:00:00Z".parse().unwrap());
        assert_eq!(instant("2026-07-01").unwrap(), "2026-07-01T04:00:00Z".parse().unwrap());
        assert_eq!(instant("2026-12-01T15:00:00Z").unwrap(), "2026-12-01T15:00:00Z".parse().unwrap());
        assert!(instant("tomorrow").unwrap_err().contains("no day such as"));
    }
}
