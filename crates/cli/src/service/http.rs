//! The service over HTTP: where it listens, and what it is given of the program.
//!
//! In: `[http]` of a configuration, the place of the books. Out: a server that runs beside the service, on books of its own that it opens at
//! the same place. Invariant: it is given no broker and no key of one.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use openid::request::RANDOM_BYTES;
use portfolio::Portfolio;
use rebalance::books::{Household, Person};
use rebalance::keeping::{Keeper, Market, World};
use rebalance::life::Recommendation;
use serde::Deserialize;
use server::{
    Answered, Begun, House, ImportAsked, Imported, Lived, Rate, Reconciled, Replayed, Running,
    SettingInForce, Settings, SignOnFault, Verified, Vouched,
};
use store::Store;

use super::requests_log::RequestsLog;
use super::sign_on::{OpenidShape, SignOn};
use super::traces::{TelemetryShape, Traces};
use super::{brokers, importing, in_force, web};
use crate::books::{OpenBooks, Place, now};
use crate::commands::audit::{Findings, examination, prove};
use crate::commands::{against_document, replayed};
use crate::failure::Failure;
use crate::keeping::{self, Outside};

/// `[http]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpShape {
    /// Where to listen, such as `127.0.0.1:8700`.
    listen: SocketAddr,
    /// Names of this server beside those of this machine.
    #[serde(default)]
    hosts: Vec<String>,
    /// Something in front of it encrypts the line.
    #[serde(default)]
    behind_tls: bool,
    /// Requests a minute of each caller, in the long run; 0 = nobody counts.
    requests_per_minute: Option<u32>,
    /// The log of requests.
    log: Option<LogWord>,
    /// A provider that vouches for people.
    openid: Option<OpenidShape>,
}

/// How requests are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LogWord {
    /// A line of JSON each, on stderr.
    Json,
}

impl HttpShape {
    /// How often each caller may ask: twice as often for half a minute.
    fn rate(&self) -> Option<Rate> {
        match self.requests_per_minute {
            None => Settings::default().rate,
            Some(0) => None,
            Some(per_minute) => Some(Rate { per_minute, burst: per_minute.div_ceil(2) }),
        }
    }

    /// What counts of it, by name.
    pub(super) fn in_force(&self) -> Vec<(&'static str, String)> {
        vec![
            ("behind_tls", self.behind_tls.to_string()),
            ("log", if self.log.is_some() { "json" } else { "none" }.to_owned()),
            ("openid.claim", self.openid.as_ref().map_or("none", OpenidShape::claim).to_owned()),
            ("openid.issuer", self.openid.as_ref().map_or("none", OpenidShape::issuer).to_owned()),
            ("requests_per_minute", self.rate().map_or(0, |rate| rate.per_minute).to_string()),
            ("hosts", self.hosts.join(", ")),
            ("listen", self.listen.to_string()),
        ]
    }
}

/// The books, as a server is given them.
struct Rooms {
    books: OpenBooks,
    /// What the configuration says of it.
    http: HttpShape,
    /// How many records the last checkpoint covers that was signed here.
    signed: Mutex<Option<u64>>,
    /// What is remembered of the market from one request to the next.
    market: Arc<Market>,
    /// When a market with a time of its own begins.
    start: Option<Timestamp>,
    /// Who comes in without a password, where this is a demonstration.
    guest: Option<Person>,
    /// A provider that vouches for people.
    openid: Option<SignOn>,
    /// What the configuration says of traces.
    telemetry: Option<TelemetryShape>,
    /// Where traces go.
    traces: Option<Traces>,
    /// Where requests are logged.
    log: Option<RequestsLog>,
}

impl Rooms {
    /// Time and chance; before the first tick of a market with a time of its own, that of its beginning.
    fn world(&self) -> Result<Outside, Failure> {
        let world = Outside::of(&self.books)?;
        Ok(match self.start {
            Some(start) if !world.is_simulated() => Outside::simulated(start),
            _ => world,
        })
    }
}

impl House for Rooms {
    fn store(&self) -> &Store {
        &self.books.store
    }

    fn now(&self) -> Timestamp {
        now()
    }

    fn lived(&self) -> Result<Lived, String> {
        let world = self.world().map_err(|failure| words(&failure))?;
        Ok(Lived { now: world.now(), is_simulated: world.is_simulated() })
    }

    fn guest(&self) -> Result<Option<Person>, String> {
        Ok(self.guest.clone())
    }

    fn draw(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("an operating system that runs programs gives random bytes");
    }

    fn kept(&self, act: &mut dyn FnMut(&Keeper<'_>)) -> Result<(), String> {
        let kept = self.world().and_then(|world| {
            keeping::apart_with(&self.books, &world, Arc::clone(&self.market), |keeper| {
                act(keeper);
                Ok(())
            })
        });
        kept.map_err(|failure| words(&failure))
    }

    fn sign(&self) -> Result<(), String> {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let count = self.books.record_count().map_err(|failure| words(&failure))?;
        if *signed != Some(count) {
            self.books.checkpoint().map_err(|failure| words(&failure))?;
            *signed = Some(count);
        }
        Ok(())
    }

    fn proof(&self, record: u64) -> Result<String, String> {
        prove::everything(&self.books, record).map_err(|failure| words(&failure))
    }

    fn import(&self, asked: &ImportAsked) -> Result<Imported, (String, String)> {
        // A market with a time of its own may be ahead.
        let now = self.world().map_or_else(|_| now(), |world| world.now().max(now()));
        importing::import(asked, now)
    }

    fn verify(&self) -> Result<Verified, String> {
        let found = Findings::of(&self.books, &self.books.trust(), None);
        found.map(|found| found.verified()).map_err(|failure| words(&failure))
    }

    fn replay(&self, proposal: &Recommendation, attempt: Option<u32>) -> Result<Replayed, String> {
        let replay = replayed(&self.books, proposal, attempt).map_err(|failure| words(&failure))?;
        let outcome = replay.outcome.to_owned();
        Ok(Replayed { outcome, good: replay.good, words: replay.words, document: replay.document })
    }

    fn examination(&self, proposals: &[Recommendation]) -> Result<String, String> {
        examination(&self.books, proposals).map(|(page, _)| page).map_err(|failure| words(&failure))
    }

    fn reconcile(
        &self,
        household: &Household,
        at_broker: &Portfolio,
        asking: &Person,
    ) -> Result<Reconciled, String> {
        let found = self.world().and_then(|world| {
            against_document(
                &self.books,
                &world,
                household,
                at_broker,
                "the document",
                &asking.id.to_string(),
            )
        });
        Ok(found.map_err(|failure| words(&failure))?.told())
    }

    fn settings(&self) -> Result<Vec<SettingInForce>, String> {
        in_force::settings(&self.books, &self.http, self.telemetry.as_ref())
            .map_err(|failure| words(&failure))
    }

    fn knows_a_provider(&self) -> bool {
        self.openid.is_some()
    }

    fn begin_sign_on(&self, anew: bool) -> Result<Option<Begun>, SignOnFault> {
        let mut random = [0; RANDOM_BYTES];
        self.draw(&mut random);
        self.openid.as_ref().map(|openid| openid.begin(&random, anew)).transpose()
    }

    fn end_sign_on(&self, code: &str, verifier: &str, nonce: &str) -> Result<Vouched, SignOnFault> {
        let none = || SignOnFault::Refused("no provider is configured".to_owned());
        self.openid.as_ref().ok_or_else(none)?.end(code, verifier, nonce, now())
    }

    fn answered(&self, answered: &Answered) {
        if let Some(log) = &self.log {
            log.answered(answered);
        }
        if let Some(traces) = &self.traces {
            traces.answered(answered);
        }
    }

    fn live(&self) -> Result<Vec<String>, String> {
        brokers::live(&self.books).map_err(|failure| words(&failure))
    }
}

fn words(failure: &Failure) -> String {
    failure.lines.join("; ")
}

/// A socket that listens, or why there is none; `said` is where the address was said.
pub(crate) fn listener(address: SocketAddr, said: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|error| {
        Failure::outside(match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "{said}: another program listens on {address} already; stop it, or say another address, such as {}:{}",
                address.ip(),
                address.port().checked_add(1).unwrap_or(8700)
            ),
            _ => format!("{said}: {address}: {error}"),
        })
    })
}

/// Begins to serve. `start` is when a market with a time of its own begins. A guest comes in without a password: for a demonstration alone.
pub(crate) fn serve(
    place: &Place,
    http: &HttpShape,
    start: Option<Timestamp>,
    guest: Option<&str>,
    telemetry: Option<&TelemetryShape>,
) -> Result<Running, Failure> {
    let books = OpenBooks::open(place)?;
    let guest = guest.map(|name| books.person(name)).transpose()?;
    let listener = listener(http.listen, "http.listen")?;
    let settings = Settings {
        hosts: http.hosts.clone(),
        is_behind_tls: http.behind_tls,
        rate: http.rate(),
        page: Some(web::PAGE),
        ..Settings::default()
    };
    let openid = http.openid.as_ref().map(SignOn::of).transpose()?;
    let traces = telemetry.map(Traces::of).transpose()?;
    let log = http.log.map(|LogWord::Json| RequestsLog::new()).transpose()?;
    let rooms = Rooms {
        books,
        http: http.clone(),
        signed: Mutex::default(),
        market: Arc::default(),
        start,
        guest,
        openid,
        telemetry: telemetry.cloned(),
        traces,
        log,
    };
    server::start(Arc::new(rooms), listener, settings).map_err(|error| match error {
        server::ServeError::OpenToOthers { .. } => Failure::usage(format!("http: {error}")),
        server::ServeError::Machine(_) => Failure::outside(format!("http.listen: {}: {error}", http.listen)),
    })
}
