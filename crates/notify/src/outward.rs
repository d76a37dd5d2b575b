//! A web address outside, and one request to it, within this crate's limits.
//!
//! In: an address as somebody wrote it, and a body. Out: the answer's status, type and first bytes, or that there was none. Invariants: those
//! of the crate `outward`; nothing waits longer than [`WAIT_MAX`] nor is longer than [`ANSWER_BYTES_MAX`].

use std::fmt;
use std::time::Duration;

use ::outward::{Address, Agent, Limits, NoRoots, Request};
use jiff::Timestamp;

use crate::WAIT_MAX;

/// Bytes of an answer that are read at most.
pub const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// A web address.
pub struct Outward {
    agent: Agent,
    /// From its `?` on: some services have a key there.
    query: String,
}

impl fmt::Debug for Outward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outward to {}", self.agent.address())
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: Option<String>,
    /// When to come back at the earliest, where it says so.
    pub after: Option<Duration>,
    /// Its text; empty where it was none or too long.
    pub body: String,
}

/// Why an address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is none, or not encrypted.
    #[error(transparent)]
    Form(#[from] ::outward::AddressError),
    /// The machine trusts nobody.
    #[error(transparent)]
    Roots(#[from] NoRoots),
}

impl Outward {
    /// An address.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn new(url: &str) -> Result<Outward, AddressError> {
        let limits = Limits { time: WAIT_MAX, connecting: WAIT_MAX, bytes_max: ANSWER_BYTES_MAX };
        let (address, query) = url.split_at(url.find('?').unwrap_or(url.len()));
        if query.bytes().any(|byte| !byte.is_ascii_graphic() || b"@#\\\"<>".contains(&byte)) {
            return Err(::outward::AddressError::Form { written: address.to_owned() }.into());
        }
        Ok(Outward { agent: Agent::new(Address::read(address)?, limits)?, query: query.to_owned() })
    }

    /// Sends a body there.
    ///
    /// # Errors
    /// In words, where no answer came.
    pub fn post(&self, headers: &[(&str, &str)], body: &str) -> Result<Answer, String> {
        let request = Request { path: &self.query, headers, ..Request::default() };
        let answer = self.agent.post(&request, body).map_err(|fault| fault.to_string())?;
        let body = answer.body.as_ref().ok().and_then(|body| String::from_utf8(body.clone()).ok());
        Ok(Answer {
            status: answer.status,
            content_type: answer.header("content-type").map(str::to_owned),
            after: answer.after(Timestamp::now()),
            body: body.unwrap_or_default(),
        })
    }
}
