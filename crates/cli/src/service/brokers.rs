//! Who executes for these books: the broker that is on record, built here and nowhere else.
//!
//! In: open books and the word of a broker. Out: a [`Broker`], ready to be asked, and what there is to say of it to a person. Invariants: which
//! broker it is is on record, so that every program on these books asks the same one; it changes only while nothing is open
//! at the one before.
//!
//! A further broker is a word in `configuration.rs`, a line in [`Sources::broker`] and one in [`checked`].

use std::collections::BTreeMap;

use execute::Broker;
use execute::brokers::Manual;
use rebalance::books::{Books, Change, Entry, Fence, Record, Setting};
use rebalance::keeping::Recorded;
use rebalance::keeping::blotter::Desk;
use rebalance::keeping::paper::{Paper, Settings, Terms};

use super::configuration::BrokerWord;
use crate::books::{OpenBooks, now};
use crate::failure::Failure;

/// The setting that names the broker of these books.
const SCOPE: &str = "service";
const NAME: &str = "broker";

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
                let settings = Settings { seed, terms: terms(self.books)?, ..Settings::default() };
                Box::new(Paper::new(settings, &self.prices))
            }
            BrokerWord::Manual => Box::new(Manual::new(&self.desk)),
        })
    }

    /// A broker for who sends nothing: it needs nothing, and nothing is executed by it.
    pub(crate) fn nobody(&self) -> Box<dyn Broker + '_> {
        Box::new(Manual::new(&self.desk))
    }
}

/// The broker that is on record; the one on paper where none was ever named.
pub(crate) fn on_record(books: &OpenBooks) -> Result<BrokerWord, Failure> {
    let Some(setting) = setting(books)? else { return Ok(BrokerWord::default()) };
    BrokerWord::from_word(&setting.value).ok_or_else(|| {
        Failure::usage(format!(
            "{}: the broker on record, `{}`, is none that this program knows; use the program that named it",
            books.settings.name, setting.value
        ))
    })
}

/// Puts the broker of a configuration on record; fails while orders are open at the one before.
pub(crate) fn choose(books: &OpenBooks, word: BrokerWord, fence: Fence) -> Result<(), Failure> {
    let before = on_record(books)?;
    if before == word {
        return Ok(());
    }
    let failed = |error| books.failed(&error);
    let open = books.store.reading().open_orders(before.word()).map_err(failed)?.len();
    if open > 0 {
        return Err(Failure::usage(format!(
            "{}: {open} orders are open at the broker `{}` (`equipoise orders --open`); see that they end there before the configuration \
             says `broker = \"{}\"`",
            books.settings.name,
            before.word(),
            word.word()
        )));
    }
    let (at, version) = (now(), setting(books)?.map_or(0, |setting| setting.version) + 1);
    let (scope, name, value) = (SCOPE.to_owned(), NAME.to_owned(), word.word().to_owned());
    let body = serde_json::json!({"scope": SCOPE, "name": NAME, "value": value, "before": before.word()});
    let (kind, actor, body) = ("settings".to_owned(), "service".to_owned(), body.to_string());
    let record = Record { kind, at, household: None, subject: String::new(), actor, body };
    let entry = Entry::new(record).with(Change::Setting(Setting { scope, name, value, version, at }));
    books.store.record(&entry.under(fence)).map_err(failed)?;
    Ok(())
}

fn setting(books: &OpenBooks) -> Result<Option<Setting>, Failure> {
    books.store.reading().setting(SCOPE, NAME).map_err(|error| books.failed(&error))
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
    })
}
