//! Alpaca's market data, with keys from the environment.
//!
//! In: what a configuration says, and the books. Out: the feed, and whoever listens to its stream. Invariants: a key stands in no file and in no message;
//! whatever becomes of a feed, there is one listener.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ingest::Alpaca;
use ingest::alpaca::Listener;
use outward::{Address, Agent, Key, Limits};
use rebalance::keeping::Keeper;

use crate::books::OpenBooks;
use crate::failure::Failure;
use crate::keeping;
use crate::service::configuration::AlpacaData;

/// How long and how large an answer may be: a page of 10,000 bars has about 1 MB.
const LIMITS: Limits =
    Limits { time: Duration::from_secs(20), connecting: Duration::from_secs(5), bytes_max: 16 << 20 };

/// The feed of a configuration, with its listener, which is the one of the feed before where there was one. Nothing is asked yet.
pub(super) fn feed(
    books: &OpenBooks,
    asked: &AlpacaData,
    keeper: &Keeper<'_>,
    mut wanted: BTreeSet<String>,
    listener: Option<Arc<Listener>>,
) -> Result<(Alpaca, Option<Arc<Listener>>), Failure> {
    let name = &books.settings.name;
    let told = |place: &str, what: String| Failure::usage(format!("{name}: alpaca_data.{place}: {what}"));
    let key = |place: &str, variable: &str| {
        let value = std::env::var(variable).ok();
        value.as_deref().and_then(Key::new).ok_or_else(|| {
            told(place, format!("the environment variable `{variable}` is not set, or holds no key"))
        })
    };
    let address = |place: &str, url: &str| Address::read(url).map_err(|error| told(place, error.to_string()));
    wanted.remove("VIX"); // an index, which has no trades
    let keys = (key("key_env", &asked.key_env)?, key("secret_env", &asked.secret_env)?);
    let agent = Agent::new(address("url", &asked.address)?, LIMITS);
    let agent = agent.map_err(|error| Failure::outside(error.to_string()))?;
    let listener = match (listener, &asked.stream) {
        (Some(listener), _) => Some(listener),
        (None, None) => None,
        (None, Some(url)) => {
            let opened = Listener::open(address("stream_url", url)?, keys.clone(), asked.tape, LIMITS);
            Some(Arc::new(opened.map_err(|error| Failure::outside(error.to_string()))?))
        }
    };
    let known = keeper.known(&wanted, &Alpaca::name_of(asked.tape));
    let known = known.map_err(|error| keeping::failed(books, &error))?;
    let feed = Alpaca::new(agent, keys, asked.tape, wanted, known);
    Ok(match &listener {
        Some(listener) => (feed.listening(Arc::clone(listener)), Some(Arc::clone(listener))),
        None => (feed, None),
    })
}
