//! Who executes for these books: the broker that is on record, built here and nowhere else.
//!
//! In: open books and the word of a broker. Out: a [`Broker`], ready to be asked, and what there is to say of it to a person. Invariants: which
//! broker it is is on record, so that every program on these books asks the same one; it changes only while nothing is open
//! at the one before.
//!
//! A further broker is a word in `configuration.rs`, a line in [`Sources::broker`] and one in [`checked`].

use std::collections::BTreeMap;

use execute::Broker;
use execute::brokers::{Alpaca, Fix, Manual};
use jiff::Timestamp;
use rebalance::books::{Books, Change, Entry, Fence, Record, Setting};
use rebalance::keeping::Recorded;
use rebalance::keeping::blotter::Desk;
use rebalance::keeping::paper::{Paper, Settings, Terms};
use rebalance::life::State;

use super::configuration::{BrokerWord, Installation};
use crate::books::{OpenBooks, Settings as Place, now};
use crate::failure::Failure;

/// The setting that names the broker of these books.
const SCOPE: &str = "service";
const NAME: &str = "broker";
/// The setting that names the rules of retention.
const RETENTION: &str = "retention";
/// The setting that names the accounts whose orders move real money.
const LIVE: &str = "live_accounts";

/// What brokers work with: prices on record, what was typed in.
pub(crate) struct Sources<'a> {
    books: &'a OpenBooks,
    prices: Recorded<'a>,
    desk: Desk<'a>,
}

impl<'a> Sources<'a> {
    /// Those of these books.
    pub(crate) fn of(books: &'a OpenBooks) -> Sources<'a> {
        Sources { books, prices: Recorded(&books.store), desk: Desk(&books.store) }
    }

    /// A broker, ready to be asked. What it needs beside the books stands in `books.settings.service`, where a configuration was named.
    pub(crate) fn broker(&self, word: BrokerWord, seed: u64) -> Result<Box<dyn Broker + '_>, Failure> {
        Ok(match word {
            BrokerWord::Paper => {
                let service = self.books.settings.service.as_ref();
                let asked = service.map(|service| service.paper.clone()).unwrap_or_default();
                let (seed, terms) = (asked.seed.unwrap_or(seed), terms(self.books)?);
                let settings = Settings { seed, terms, ..asked.settings };
                Box::new(Paper::new(settings, &self.prices))
            }
            BrokerWord::Manual => Box::new(Manual::new(&self.desk)),
            BrokerWord::Alpaca => Box::new(alpaca(self.books)?),
            BrokerWord::Fix => Box::new(fix_of(&self.books.settings)?),
        })
    }

    /// A broker for who sends nothing: it needs nothing, and nothing is executed by it.
    pub(crate) fn nobody(&self) -> Box<dyn Broker + '_> {
        Box::new(Manual::new(&self.desk))
    }
}

/// A broker in the world outside, whom somebody listens to.
pub(crate) enum Abroad {
    Alpaca(Alpaca),
    Fix(Box<Fix>),
}

impl Abroad {
    /// The one of this word; none where what executes is in the program.
    pub(crate) fn of(books: &OpenBooks, word: BrokerWord) -> Result<Option<Abroad>, Failure> {
        Ok(match word {
            BrokerWord::Paper | BrokerWord::Manual => None,
            BrokerWord::Alpaca => Some(Abroad::Alpaca(alpaca(books)?)),
            BrokerWord::Fix => Some(Abroad::Fix(Box::new(fix_of(&books.settings)?))),
        })
    }

    /// As any broker.
    pub(crate) fn broker(&self) -> &dyn Broker {
        match self {
            Abroad::Alpaca(alpaca) => alpaca,
            Abroad::Fix(fix) => fix.as_ref(),
        }
    }

    /// The accounts whose orders move real money.
    fn live_accounts(&self) -> Vec<String> {
        match self {
            Abroad::Alpaca(alpaca) => alpaca.live_accounts().map(str::to_owned).collect(),
            Abroad::Fix(fix) => fix.live_accounts().map(str::to_owned).collect(),
        }
    }
}

/// Alpaca, for the accounts of the configuration.
fn alpaca(books: &OpenBooks) -> Result<Alpaca, Failure> {
    alpaca_of(&books.settings)
}

fn alpaca_of(place: &Place) -> Result<Alpaca, Failure> {
    let settings = place.service.as_ref().and_then(|service| service.alpaca.as_ref());
    let settings = settings.ok_or_else(|| unnamed(place, BrokerWord::Alpaca))?;
    Alpaca::new(settings, &|name| std::env::var(name).ok()).map_err(|faults| told("alpaca", &faults))
}

fn fix_of(place: &Place) -> Result<Fix, Failure> {
    let settings = place.service.as_ref().and_then(|service| service.fix.as_ref());
    let settings = settings.ok_or_else(|| unnamed(place, BrokerWord::Fix))?;
    Fix::new(settings, &|name| std::env::var(name).ok()).map_err(|faults| told("fix", &faults))
}

fn unnamed(place: &Place, word: BrokerWord) -> Failure {
    Failure::usage(format!(
        "{}: orders of these books go to {}; name the configuration that has its accounts (`--config FILE`)",
        place.name,
        word.word()
    ))
}

fn told(part: &str, faults: &[impl std::fmt::Display]) -> Failure {
    Failure { lines: faults.iter().map(|fault| format!("{part}.{fault}")).collect(), ..Failure::usage("") }
}

/// The accounts whose orders move real money, as the service put them on record.
pub(crate) fn live(books: &OpenBooks) -> Result<Vec<String>, Failure> {
    let setting = books.store.reading().setting(SCOPE, LIVE).map_err(|error| books.failed(&error))?;
    let Some(setting) = setting else { return Ok(Vec::new()) };
    serde_json::from_str(&setting.value).map_err(|error| {
        Failure::usage(format!(
            "{}: the accounts with real money on record can't be read ({error})",
            books.settings.name
        ))
    })
}

/// The broker that is on record; the one on paper where none was ever named.
pub(crate) fn on_record(books: &OpenBooks) -> Result<BrokerWord, Failure> {
    let setting = books.store.reading().setting(SCOPE, NAME).map_err(|error| books.failed(&error))?;
    let Some(setting) = setting else { return Ok(BrokerWord::default()) };
    BrokerWord::from_word(&setting.value).ok_or_else(|| {
        Failure::usage(format!(
            "{}: the broker on record, `{}`, is none that this program knows; use the program that named it",
            books.settings.name, setting.value
        ))
    })
}

/// Puts the broker of a configuration on record, and which accounts trade with real money there; fails while orders are open at the one
/// before.
pub(crate) fn choose(books: &OpenBooks, service: &Installation, fence: &Fence) -> Result<(), Failure> {
    let word = service.broker;
    let names = Abroad::of(books, word)?.map(|abroad| abroad.live_accounts()).unwrap_or_default();
    let before = on_record(books)?;
    let known = live(books)?;
    // What was sent, or agreed to, on paper is not to be executed with real money, nor the other way round.
    if before != word || known != names {
        none_open(books, before, word)?;
    }
    if before != word {
        put(books, NAME, word.word(), before.word(), fence)?;
    }
    if known != names {
        put(
            books,
            LIVE,
            &serde_json::json!(names).to_string(),
            &serde_json::json!(known).to_string(),
            fence,
        )?;
        books.tell_live()?;
    }
    let rules: Vec<String> = books.settings.retention.rules.iter().map(|rule| rule.name.clone()).collect();
    let bound = retained(books)?;
    if bound != rules {
        let json = |names: &[String]| serde_json::json!(names).to_string();
        put(books, RETENTION, &json(&rules), &json(&bound), fence)?;
    }
    Ok(())
}

/// The rules of retention that the service put on record, by their names: they bind whoever erases, with or without a configuration.
pub(crate) fn retained(books: &OpenBooks) -> Result<Vec<String>, Failure> {
    let setting = books.store.reading().setting(SCOPE, RETENTION).map_err(|error| books.failed(&error))?;
    let Some(setting) = setting else { return Ok(Vec::new()) };
    // That they can't be read does not mean that there is none.
    serde_json::from_str(&setting.value).map_err(|error| {
        Failure::usage(format!(
            "{}: the rules of retention on record can't be read ({error}); nothing that they may bind is done before they can",
            books.settings.name
        ))
    })
}

fn none_open(books: &OpenBooks, before: BrokerWord, word: BrokerWord) -> Result<(), Failure> {
    let failed = |error| books.failed(&error);
    let reading = books.store.reading();
    let open = reading.open_orders(before.word()).map_err(failed)?.len();
    let mut approved = 0;
    for found in reading.recommendations(State::Approved).map_err(failed)? {
        let is_on = reading.closing(found.kept().cycle).map_err(failed)?.is_none();
        approved += usize::from(is_on);
    }
    if open == 0 && approved == 0 {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{}: {open} orders are open at the broker `{}` (`equipoise orders --open`) and {approved} plans were approved for it (`equipoise \
         proposals`); see that they end there before the configuration says `broker = \"{}\"` or other accounts with real money",
        books.settings.name,
        before.word(),
        word.word()
    )))
}

/// Puts a setting of the service on record.
fn put(books: &OpenBooks, name: &str, value: &str, before: &str, fence: &Fence) -> Result<(), Failure> {
    let failed = |error| books.failed(&error);
    let known = books.store.reading().setting(SCOPE, name).map_err(failed)?;
    let (at, version) = (now(), known.map_or(0, |setting| setting.version) + 1);
    let (scope, name, value) = (SCOPE.to_owned(), name.to_owned(), value.to_owned());
    let body = serde_json::json!({"scope": SCOPE, "name": name, "value": value, "before": before});
    let (kind, actor, body) = ("settings".to_owned(), "service".to_owned(), body.to_string());
    let record = Record { kind, at, household: None, subject: String::new(), actor, body };
    let entry = Entry::new(record).with(Change::Setting(Setting { scope, name, value, version, at }));
    books.store.record(&entry.under(fence.clone())).map_err(failed)?;
    Ok(())
}

/// What trading costs, as the households' own documents say; where two say it of one ticker, the smaller, so that nobody pays more
/// than was planned.
fn terms(books: &OpenBooks) -> Result<BTreeMap<String, Terms>, Failure> {
    let mut terms = BTreeMap::new();
    for household in books.households()? {
        let kept = books.store.reading().portfolio(household.id).map_err(|error| books.failed(&error))?;
        let Some(kept) = kept else { continue };
        let read = portfolio::read(&kept.text).map_err(|error| Failure::document(&household.name, &error))?;
        for security in read.securities {
            let (spread_bps, commission) = (security.spread_bps, security.commission);
            let known = terms.entry(security.ticker).or_insert(Terms { spread_bps, commission });
            known.spread_bps = known.spread_bps.min(spread_bps);
            known.commission = known.commission.min(commission);
        }
    }
    Ok(terms)
}

/// Something that has to hold before an order is sent, or that is good to know.
pub(crate) struct Checked {
    pub(crate) what: &'static str,
    pub(crate) mark: Mark,
    pub(crate) words: String,
}

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It holds.
    Fine,
    /// It is as it is.
    Told,
    /// It is missing or not allowed: nothing can be sent.
    Missing,
}

impl Mark {
    /// For programs.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Mark::Fine => "fine",
            Mark::Told => "told",
            Mark::Missing => "missing",
        }
    }
}

impl Checked {
    /// It holds.
    pub(crate) fn fine(what: &'static str, words: String) -> Checked {
        Checked { what, mark: Mark::Fine, words }
    }

    /// It is as it is.
    pub(crate) fn told(what: &'static str, words: String) -> Checked {
        Checked { what, mark: Mark::Told, words }
    }

    /// It is missing or not allowed.
    pub(crate) fn missing(what: &'static str, words: String) -> Checked {
        Checked { what, mark: Mark::Missing, words }
    }
}

/// What holds of one broker alone.
pub(crate) fn checked(books: &OpenBooks, word: BrokerWord) -> Result<Vec<Checked>, Failure> {
    let open = books.store.reading().open_orders(word.word()).map_err(|error| books.failed(&error))?;
    let sent = open.iter().filter(|order| order.sent.is_some()).count();
    let waiting = open.len() - sent;
    let orders = format!("{sent} are sent and open, {waiting} wait for their turn");
    Ok(match word {
        BrokerWord::Paper => vec![
            Checked::fine(
                "reachable",
                "it is in this program and needs no key; no real money moves".to_owned(),
            ),
            Checked::told("orders", orders),
        ],
        BrokerWord::Manual => vec![
            Checked::fine(
                "reachable",
                "you are the broker: `equipoise tickets` says what to execute".to_owned(),
            ),
            Checked::told("orders", orders),
            Checked::told(
                "holdings",
                "it tells none: `equipoise reconcile --against FILE` takes a document".to_owned(),
            ),
        ],
        BrokerWord::Alpaca | BrokerWord::Fix => {
            let mut lines = accounts(books, word)?;
            lines.push(Checked::told("orders", orders));
            lines
        }
    })
}

/// What holds of the broker of a configuration whose books are not there yet.
pub(crate) fn checked_before(place: &Place, word: BrokerWord) -> Result<Vec<Checked>, Failure> {
    let first = format!(
        "`{}` in the configuration; there are no books yet, `equipoise serve` makes them",
        word.word()
    );
    let mut lines = vec![Checked::told("broker", first)];
    match word {
        BrokerWord::Paper | BrokerWord::Manual => {}
        BrokerWord::Alpaca => lines.extend(asked(&alpaca_of(place)?)),
        BrokerWord::Fix => lines.extend(asked_over(&fix_of(place)?)),
    }
    Ok(lines)
}

/// What Alpaca says of each account.
fn asked(alpaca: &Alpaca) -> Vec<Checked> {
    let mut lines = Vec::new();
    for account in alpaca.check(&Timestamp::now) {
        lines.push(Checked::told("account", account.to_string()));
        let problems = account.problems();
        let of = |words: &str| format!("{}: {words}", account.account_id);
        if problems.is_empty() {
            lines.push(Checked::fine("reachable", of("reached, its keys are taken, and it may trade")));
        }
        lines.extend(problems.iter().map(|problem| Checked::missing("account", of(problem))));
    }
    lines
}

/// Whether a session is taken, and what FIX can't be told and does not tell.
fn asked_over(fix: &Fix) -> Vec<Checked> {
    let checked = fix.check();
    let mut lines = vec![Checked::told("session", checked.to_string())];
    let problems = checked.problems();
    if checked.is_in_use {
        let words = "another program on this machine has the session, as the service does while it runs";
        lines.push(Checked::told("reachable", words.to_owned()));
    } else if problems.is_empty() {
        lines.push(Checked::fine("reachable", "reached, and both sides have logged on".to_owned()));
    }
    lines.extend(problems.into_iter().map(|problem| Checked::missing("session", problem)));
    lines.push(Checked::told(
        "lots",
        "NewOrderSingle has no standard field for lots: relief at the broker is by its own method".to_owned(),
    ));
    lines.push(Checked::told(
        "holdings",
        "it tells none: `equipoise reconcile --against FILE` takes a document".to_owned(),
    ));
    lines
}

/// What a broker outside says of its accounts, and which accounts of the households it does not have.
fn accounts(books: &OpenBooks, word: BrokerWord) -> Result<Vec<Checked>, Failure> {
    let missing = |failure: Failure| vec![Checked::missing("accounts", failure.lines.join("; "))];
    let (mut lines, known): (_, Vec<String>) = match Abroad::of(books, word) {
        Ok(None) => return Ok(Vec::new()),
        Err(failure) => return Ok(missing(failure)),
        Ok(Some(Abroad::Alpaca(alpaca))) => (asked(&alpaca), alpaca.accounts().map(str::to_owned).collect()),
        Ok(Some(Abroad::Fix(fix))) => (asked_over(&fix), fix.accounts().map(str::to_owned).collect()),
    };
    for household in books.households()? {
        let kept = books.store.reading().portfolio(household.id).map_err(|error| books.failed(&error))?;
        let Some(kept) = kept else { continue };
        let read = portfolio::read(&kept.text).map_err(|error| Failure::document(&household.name, &error))?;
        for account in read.accounts.iter().filter(|account| !known.contains(&account.account_id)) {
            let (what, part) = match word {
                BrokerWord::Fix => ("number", "fix"),
                _ => ("keys", "alpaca"),
            };
            let words = format!(
                "{} of {} has no {what}: name it in `[{part}.accounts]`",
                account.account_id, household.name
            );
            lines.push(Checked::missing("account", words));
        }
    }
    Ok(lines)
}
