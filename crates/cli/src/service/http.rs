//! The service over HTTP: where it listens, and what it is given of the program.
//!
//! In: `[http]` of a configuration, the place of the books. Out: a server that runs beside the service, on books of its own that it opens at
//! the same place. Invariant: it is given no broker and no key of one.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rebalance::keeping::Keeper;
use serde::Deserialize;
use server::{House, Running, Settings};
use store::Store;

use super::brokers;
use crate::books::{OpenBooks, Place, now};
use crate::commands::audit::prove;
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
}

/// The books, as a server is given them.
struct Rooms {
    books: OpenBooks,
    /// How many records the last checkpoint covers that was signed here.
    signed: Mutex<Option<u64>>,
}

impl House for Rooms {
    fn store(&self) -> &Store {
        &self.books.store
    }

    fn now(&self) -> Timestamp {
        now()
    }

    fn draw(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("an operating system that runs programs gives random bytes");
    }

    fn kept(&self, act: &mut dyn FnMut(&Keeper<'_>)) -> Result<(), String> {
        let kept = Outside::of(&self.books).and_then(|world| {
            keeping::apart(&self.books, &world, |keeper| {
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

    fn live(&self) -> Result<Vec<String>, String> {
        brokers::live(&self.books).map_err(|failure| words(&failure))
    }
}

fn words(failure: &Failure) -> String {
    failure.lines.join("; ")
}

/// Begins to serve.
pub(crate) fn serve(place: &Place, http: &HttpShape) -> Result<Running, Failure> {
    let books = OpenBooks::open(place)?;
    let outside =
        |error: &dyn std::fmt::Display| Failure::outside(format!("http.listen: {}: {error}", http.listen));
    let listener = TcpListener::bind(http.listen).map_err(|error| outside(&error))?;
    let settings =
        Settings { hosts: http.hosts.clone(), is_behind_tls: http.behind_tls, ..Settings::default() };
    server::start(Arc::new(Rooms { books, signed: Mutex::default() }), listener, settings).map_err(|error| {
        match error {
            server::ServeError::OpenToOthers { .. } => Failure::usage(format!("http: {error}")),
            server::ServeError::Machine(_) => outside(&error),
        }
    })
}
