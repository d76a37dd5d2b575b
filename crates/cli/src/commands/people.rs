//! `equipoise people …`: who may sign in, and what they may.
//!
//! In: books, names, a password on standard input. Out: what is on record now. Invariants: a password is read from standard input and never
//! from the command line, where others see it; nothing that could be used to sign in is shown.

use std::io::{BufRead, IsTerminal};

use jiff::Timestamp;
use rebalance::books::access::{Access, AccessChange, Grant, Password, Role};
use rebalance::books::{Books, Household, Person};
use rebalance::id::uuid_v7;
use server::passwords;

use crate::books::{OpenBooks, Place, drawn, now};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{output, page};

/// Arguments of `people`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    place: Place,
}

const AFTER_HELP: &str = "Examples:
  equipoise people add ann --config service.toml < password.txt
  equipoise people grant bob adviser --household smith --as ann --config service.toml
  equipoise people unbind ann --config service.toml

A household's owner may everything in it. `adviser` prepares, `approver` approves, `auditor` looks; `admin` keeps people and grants.";

/// What is asked or told.
#[derive(Debug, clap::Subcommand)]
enum What {
    /// Everybody, with their roles
    List,
    /// Somebody who may sign in; the password is read from standard input
    Add {
        /// Their name
        name: String,
        /// A role everywhere: admin, auditor, adviser, approver, investor
        #[arg(long, value_name = "ROLE", value_parser = role)]
        role: Option<Role>,
    },
    /// A new password, read from standard input; every session that was begun with the old one ends
    Password {
        /// Their name
        name: String,
    },
    /// Lets go of who somebody is at the provider that vouches for people: whoever signs in there next under this name is bound to it. Sessions that
    /// are open go on; a new password ends them
    Unbind {
        /// Their name
        name: String,
    },
    /// Gives a role, in one household or everywhere
    Grant {
        /// Their name
        name: String,
        /// admin, auditor, adviser, approver, investor
        #[arg(value_parser = role)]
        role: Role,
        /// Where; without it everywhere
        #[arg(long, value_name = "HOUSEHOLD")]
        household: Option<String>,
        /// Until when (RFC 3339); without it until it is withdrawn
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
        /// Who gives it
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
    /// Withdraws a role
    Withdraw {
        /// Their name
        name: String,
        /// The role
        #[arg(value_parser = role)]
        role: Role,
        /// Where; without it the one that counts everywhere
        #[arg(long, value_name = "HOUSEHOLD")]
        household: Option<String>,
        /// Who withdraws it
        #[arg(long = "as", value_name = "NAME")]
        by: String,
    },
}

fn role(word: &str) -> Result<Role, String> {
    Role::of_word(word).ok_or_else(|| {
        let words: Vec<&str> = Role::ALL.iter().map(|(_, word)| *word).collect();
        format!("`{word}` is no role; there are {}", words.join(", "))
    })
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    match &arguments.what {
        What::List => return list(&books),
        What::Add { name, role } => {
            let is_new =
                books.store.reading().person(name.trim()).map_err(|error| books.failed(&error))?.is_none();
            let password = password_from_input()?;
            // What is refused leaves nobody behind.
            hashed(name.trim(), &password)?;
            let person = books.person(name)?;
            if !is_new && has_password(&books, &person)? {
                return Err(Failure::usage(format!(
                    "{} can sign in already; `equipoise people password` sets another password",
                    person.name
                )));
            }
            set(&books, &person, &password)?;
            if let Some(role) = role {
                give(&books, &person, *role, None, None, &person)?;
            }
            output::page(&format!("{} can sign in\n", person.name))?;
        }
        What::Password { name } => {
            let person = books.known(name)?;
            set(&books, &person, &password_from_input()?)?;
            output::page(&format!("{} has a new password; who was signed in is no longer\n", person.name))?;
        }
        What::Unbind { name } => {
            let person = books.known(name)?;
            let was_bound = server::unbind(&books.store, person.id, person.id, now());
            if !was_bound.map_err(|error| books.failed(&error))? {
                return Err(Failure::usage(format!(
                    "{} is bound to nobody at a provider; nothing is to be undone",
                    person.name
                )));
            }
            output::page(&format!("whoever signs in next as {} is bound to that name\n", person.name))?;
        }
        What::Grant { name, role, household, until, by } => {
            let household = household.as_deref().map(|name| books.household(name)).transpose()?;
            if *role == Role::Admin && household.is_some() {
                return Err(Failure::usage("an admin is one of everything: leave `--household` out"));
            }
            if until.is_some_and(|until| until <= now()) {
                return Err(Failure::usage("--until has passed"));
            }
            let (person, by) = (books.known(name)?, books.known(by)?);
            give(&books, &person, *role, household.as_ref(), *until, &by)?;
            output::page(&format!("{} is {} {}\n", person.name, role.word(), there(household.as_ref())))?;
        }
        What::Withdraw { name, role, household, by } => {
            let household = household.as_deref().map(|name| books.household(name)).transpose()?;
            let (person, by) = (books.known(name)?, books.known(by)?);
            let of = household.as_ref().map(|household| household.id);
            let grants = books.store.grants(person.id).map_err(|error| books.failed(&error))?;
            let fitting: Vec<&Grant> =
                grants.iter().filter(|grant| grant.role == *role && grant.household == of).collect();
            if fitting.is_empty() {
                return Err(Failure::usage(format!(
                    "{} is not {} {}; `equipoise people list` shows who is what",
                    person.name,
                    role.word(),
                    there(household.as_ref())
                )));
            }
            for grant in fitting {
                write(&books, AccessChange::Withdrawn(grant.id, now()), &by)?;
            }
            output::page(&format!(
                "{} is no longer {} {}\n",
                person.name,
                role.word(),
                there(household.as_ref())
            ))?;
        }
    }
    books.checkpoint()?;
    Ok(Exit::Done)
}

fn there(household: Option<&Household>) -> String {
    household.map_or_else(|| "everywhere".to_owned(), |household| format!("of {}", household.name))
}

/// The first line of standard input.
fn password_from_input() -> Result<String, Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        crate::command_line::note(
            "type the password and press Enter; it is shown as you type it, so that it is better read from a file: `< FILE`",
        );
    }
    let mut line = String::new();
    let mut limited = std::io::Read::take(input.lock(), 64 * 1024);
    limited
        .read_line(&mut line)
        .map_err(|error| Failure::usage(format!("the password can't be read ({error})")))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        return Err(Failure::usage(
            "give the password as the first line of standard input, such as `< FILE`",
        ));
    }
    Ok(password)
}

fn hashed(name: &str, password: &str) -> Result<String, Failure> {
    passwords::hashed(name, password, &drawn()).map_err(|error| Failure::usage(error.to_string()))
}

fn has_password(books: &OpenBooks, person: &Person) -> Result<bool, Failure> {
    Ok(books.store.password(person.id).map_err(|error| books.failed(&error))?.is_some())
}

fn set(books: &OpenBooks, person: &Person, password: &str) -> Result<(), Failure> {
    let hash = hashed(&person.name, password)?;
    write(books, AccessChange::Password(Password { person: person.id, hash, at: now() }), person)
}

fn give(
    books: &OpenBooks,
    person: &Person,
    role: Role,
    household: Option<&Household>,
    until: Option<Timestamp>,
    by: &Person,
) -> Result<(), Failure> {
    let at = now();
    let (id, household) = (uuid_v7(at, drawn()), household.map(|household| household.id));
    let grant = Grant { id, person: person.id, household, role, by: by.id, at, until, withdrawn_at: None };
    write(books, AccessChange::Granted(grant), by)
}

fn write(books: &OpenBooks, change: AccessChange, by: &Person) -> Result<(), Failure> {
    books.store.record(&change.entry(by.id, now())).map(drop).map_err(|error| books.failed(&error))
}

fn list(books: &OpenBooks) -> Result<Exit, Failure> {
    let failed = |error| books.failed(&error);
    let people = books.store.reading().people().map_err(failed)?;
    if people.is_empty() {
        output::page("there is nobody in these books\n")?;
        return Ok(Exit::Done);
    }
    let households = books.households()?;
    let named = |id| households.iter().find(|household| Some(household.id) == id);
    let mut rows = page::table(&["Name", "Signs in", "Roles"]);
    for person in people {
        let owned = households.iter().filter(|household| household.owner == person.id);
        let mut roles: Vec<String> = owned.map(|household| format!("owner of {}", household.name)).collect();
        for grant in books.store.grants(person.id).map_err(failed)? {
            let until = grant.until.map(|until| format!(" until {until}")).unwrap_or_default();
            roles.push(format!("{} {}{until}", grant.role.word(), there(named(grant.household))));
        }
        let signs_in = if has_password(books, &person)? { "with a password" } else { "not" };
        rows.add_row([person.name, signs_in.to_owned(), roles.join(", ")]);
    }
    output::page(&page::drawn(&rows))?;
    Ok(Exit::Done)
}
