//! `equipoise reconcile`: do broker and books hold the same, to the share and the cent.
//!
//! In: books, and what the broker holds: as it tells it, or a document made of its files by `import`. Out: every difference of every account, those in
//! basis with what they mean for the tax; the report is on record. Exit 1 where something differs. Invariant: nothing is changed.

use std::collections::BTreeMap;

use execute::{Broker, Difference, Holdings, reconcile};
use portfolio::{AccountKind, Decimal, Portfolio};
use rebalance::books::{Books, Entry, Household, Record};
use rebalance::household_rates::household_rates;
use rebalance::keeping::World;
use rebalance::keeping::document::held;
use rebalance::keeping::holding::{Holding, holdings};
use serde_json::{Value, json};
use server::{HeldOtherwise, MoreTax, RECONCILIATION, ReconciledAccount};

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output::{self, Format};
use crate::service::brokers::{self, Sources};
use crate::{input, page};

/// Arguments of `reconcile`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name or id of a household; without it all of them
    #[arg(long, value_name = "NAME")]
    household: Option<String>,
    /// What the broker holds: a portfolio document, as `equipoise import` makes it of the broker's files; without it the broker is asked
    #[arg(long, value_name = "FILE")]
    against: Option<String>,
    /// Who asks, for the record; without it the program itself
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Table for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// A household, held against what its broker holds.
pub(crate) struct Reconciled {
    pub(crate) household: Household,
    /// Whose word the books are held against.
    pub(crate) against: String,
    /// Orders of which more may come.
    pub(crate) open: usize,
    pub(crate) accounts: Vec<Account>,
    /// What it was held against, and of which version.
    pub(crate) holding: Holding,
}

/// One account.
pub(crate) struct Account {
    pub(crate) account_id: String,
    /// Whether each side has it at all.
    pub(crate) at_broker: bool,
    pub(crate) in_books: bool,
    pub(crate) differences: Vec<(Difference, Option<TaxEffect>)>,
}

/// More tax by the broker's basis than by ours if everything were sold, USD; negative is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaxEffect {
    pub(crate) long_term: Decimal,
    pub(crate) short_term: Decimal,
}

impl Reconciled {
    /// Whether both hold the same.
    pub(crate) fn agrees(&self) -> bool {
        self.accounts.iter().all(|account| account.differences.is_empty())
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let world = Outside::of(&books)?;
    let households = wanted(&books, arguments.household.as_deref(), arguments.against.is_some())?;
    let document = arguments.against.as_deref().map(document).transpose()?;
    let actor = match &arguments.name {
        Some(name) => books.person(name)?.id.to_string(),
        None => "reconcile".to_owned(),
    };
    let sources = Sources::of(&books);
    // Whoever gives a document needs no broker.
    let broker = match document {
        Some(_) => sources.nobody(),
        None => sources.broker(brokers::on_record(&books)?, 0)?,
    };
    let mut all = Vec::with_capacity(households.len());
    for household in households {
        let found = match (&document, &arguments.against) {
            (Some(document), Some(file)) => {
                against_document(&books, &world, &household, document, input::name(file), &actor)?
            }
            _ => {
                let found = asked(&books, &world, household, broker.as_ref())?;
                on_record(&books, &world, &found, &actor)?;
                found
            }
        };
        all.push(found);
    }
    match arguments.format {
        Format::Table => output::page(&page::reconciled::page(&all))?,
        Format::Json => output::json(&all.iter().map(row).collect::<Vec<_>>())?,
    }
    books.checkpoint()?;
    Ok(if all.iter().all(Reconciled::agrees) { Exit::Done } else { Exit::CheckFailed })
}

/// The books of a household, held against a document of what its broker holds; what was found is on record.
pub(crate) fn against_document(
    books: &OpenBooks,
    world: &Outside,
    household: &Household,
    document: &Portfolio,
    called: &str,
    actor: &str,
) -> Result<Reconciled, Failure> {
    let at_broker = held(document).iter().map(|it| (it.account_id.clone(), holdings(it))).collect();
    let in_books = holding(books, world, household)?;
    let found = reconciled(books, household.clone(), called.to_owned(), &at_broker, in_books)?;
    on_record(books, world, &found, actor)?;
    Ok(found)
}

/// Puts on record what was found.
fn on_record(books: &OpenBooks, world: &Outside, found: &Reconciled, actor: &str) -> Result<(), Failure> {
    let (at, body) = (world.now(), row(found));
    let record = Record::new(RECONCILIATION, found.household.id, actor, at, body.to_string());
    let entry = Entry::new(record.about(&RECONCILIATION));
    books.store.record(&entry).map(drop).map_err(|error| books.failed(&error))
}

/// The households that are asked for; a document is of one.
pub(super) fn wanted(
    books: &OpenBooks,
    household: Option<&str>,
    by_document: bool,
) -> Result<Vec<Household>, Failure> {
    if let Some(name) = household {
        return Ok(vec![books.household(name)?]);
    }
    let all = books.households()?;
    if by_document && all.len() != 1 {
        return Err(Failure::usage("a document is of one household: name it with `--household`"));
    }
    Ok(all)
}

pub(super) fn document(file: &str) -> Result<Portfolio, Failure> {
    portfolio::read(&input::text(file)?).map_err(|error| Failure::document(input::name(file), &error))
}

/// What the broker tells of each account of a household.
pub(crate) fn asked(
    books: &OpenBooks,
    world: &Outside,
    household: Household,
    broker: &dyn Broker,
) -> Result<Reconciled, Failure> {
    let in_books = holding(books, world, &household)?;
    let mut at_broker = BTreeMap::new();
    for account in &in_books.accounts {
        let told = broker.holdings(&account.account_id);
        let told = told.map_err(|error| Failure::outside(error.to_string()))?.ok_or_else(|| {
            Failure::usage(format!(
                "the broker `{}` tells no holdings of its own: name a document of what it holds with `--against FILE`, such as \
                 `equipoise import` makes of a broker's files",
                broker.name()
            ))
        })?;
        at_broker.insert(account.account_id.clone(), told);
    }
    reconciled(books, household, format!("the broker {}", broker.name()), &at_broker, in_books)
}

/// What the books hold of a household now.
pub(super) fn holding(books: &OpenBooks, world: &Outside, household: &Household) -> Result<Holding, Failure> {
    keeping::apart(books, world, |keeper| {
        keeper.holding(household).map_err(|error| keeping::failed(books, &error))
    })
}

/// The books, held against what is said of the accounts.
pub(super) fn reconciled(
    books: &OpenBooks,
    household: Household,
    against: String,
    at_broker: &BTreeMap<String, Holdings>,
    holding: Holding,
) -> Result<Reconciled, Failure> {
    let failed = |error| books.failed(&error);
    let in_books: BTreeMap<String, Holdings> =
        holding.accounts.iter().map(|account| (account.account_id.clone(), holdings(account))).collect();
    let kept = books.store.reading().portfolio(household.id).map_err(failed)?;
    let read = kept.map(|kept| portfolio::read(&kept.text)).transpose();
    let read = read.map_err(|error| Failure::document(&household.name, &error))?;
    let names: std::collections::BTreeSet<&String> = in_books.keys().chain(at_broker.keys()).collect();
    let nothing = Holdings::default();
    let accounts = names.into_iter().map(|account_id| {
        let (broker, books) = (at_broker.get(account_id), in_books.get(account_id));
        let differences = reconcile(broker.unwrap_or(&nothing), books.unwrap_or(&nothing));
        let differences = differences.into_iter().map(|difference| {
            let effect = read.as_ref().and_then(|read| tax_effect(read, account_id, &difference));
            (difference, effect)
        });
        Account {
            account_id: account_id.clone(),
            at_broker: broker.is_some(),
            in_books: books.is_some(),
            differences: differences.collect(),
        }
    });
    let accounts = accounts.collect();
    let open = match books.store.reading().open_cycle(household.id).map_err(failed)? {
        Some(cycle) => match books.store.reading().recommendation_of(cycle.id).map_err(failed)? {
            Some(found) => books.store.reading().orders(found.id()).map_err(failed)?,
            None => Vec::new(),
        },
        None => Vec::new(),
    };
    let open = open.iter().filter(|order| !order.state.has_ended()).count();
    Ok(Reconciled { household, against, open, accounts, holding })
}

/// What a difference in basis means for the tax, in an account that is taxed.
fn tax_effect(read: &Portfolio, account_id: &str, difference: &Difference) -> Option<TaxEffect> {
    let account = read.accounts.iter().find(|account| account.account_id == account_id)?;
    let rates = household_rates(read).ok().filter(|_| account.kind == AccountKind::Taxable)?;
    let long_term = difference.tax_effect(rates.long_term)?;
    Some(TaxEffect { long_term, short_term: difference.tax_effect(rates.short_term)? })
}

/// A household for programs, and for the record.
pub(crate) fn row(found: &Reconciled) -> Value {
    json!(found.told())
}

impl Reconciled {
    /// As it is told to programs.
    pub(crate) fn told(&self) -> server::Reconciled {
        server::Reconciled {
            household: self.household.name.clone(),
            against: self.against.clone(),
            agrees: self.agrees(),
            open_orders: self.open,
            accounts: self.accounts.iter().map(Account::told).collect(),
            at: None,
        }
    }
}

impl Account {
    fn told(&self) -> ReconciledAccount {
        let number = |amount: Decimal| amount.normalize().to_string();
        let difference = |(difference, effect): &(Difference, Option<TaxEffect>)| {
            let (what, ticker, broker, books) = match difference {
                Difference::Cash { broker, books } => ("cash", None, broker, books),
                Difference::Shares { ticker, broker, books } => ("shares", Some(ticker), broker, books),
                Difference::Basis { ticker, broker, books } => ("basis", Some(ticker), broker, books),
            };
            HeldOtherwise {
                what: what.to_owned(),
                ticker: ticker.cloned(),
                broker: number(*broker),
                books: number(*books),
                difference: number(broker.saturating_sub(*books)),
                words: difference.to_string(),
                more_tax_usd: effect.map(|effect| MoreTax {
                    long_term: number(effect.long_term),
                    short_term: number(effect.short_term),
                }),
            }
        };
        ReconciledAccount {
            account_id: self.account_id.clone(),
            at_broker: self.at_broker,
            in_books: self.in_books,
            agrees: self.differences.is_empty(),
            differences: self.differences.iter().map(difference).collect(),
        }
    }
}
