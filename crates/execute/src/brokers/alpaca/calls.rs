//! One request to Alpaca, and what its status means.
//!
//! | status | means |
//! | --- | --- |
//! | 2xx | an answer, if its body came |
//! | 401, and 403 without a code | the keys are not taken |
//! | 403 with a code | declined: buying power, shares, an account that is blocked |
//! | 404 | there is none of that name |
//! | 429 | left alone ([`outward::patience`]); meanwhile nothing is asked |
//! | 400, 422, other 4xx | declined, in its words |
//! | 408, 5xx, no answer, half an answer | nobody was reached, and whether it arrived is not known |
//! | others | unreadable: no redirect is followed |
//!
//! Invariants: a request is sent once; keys and control characters are in none of its words.
//!
//! # Source
//! Responses 400, 401, 403, 422, 429 and 500 of the OpenAPI.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use outward::{Address, Agent, Answer, Fault, Key, Limits, Patience, Reason, Request};

use super::NAME;
use super::bodies::unreadable;
use crate::broker::{BrokerError, masked};

/// The header with the id of a key.
const KEY_ID_HEADER: &str = "APCA-API-KEY-ID";
/// The header with the secret of a key.
const SECRET_KEY_HEADER: &str = "APCA-API-SECRET-KEY";

/// The way to one account, with its keys.
#[derive(Debug)]
pub(super) struct Door {
    agent: Agent,
    /// For the stream, which takes them in a message.
    keys: (Key, Key),
    account: String,
    begun: Instant,
    patience: Mutex<Patience>,
}

/// What came back.
pub(super) enum Reply {
    /// The body of a success.
    Answered(Vec<u8>),
    /// It does not do it.
    Declined(Declined),
}

/// Why it does not.
pub(super) struct Declined {
    /// HTTP status.
    pub(super) status: u16,
    /// Alpaca's own number of the reason.
    code: Option<u64>,
    /// In its words.
    pub(super) words: String,
}

impl Declined {
    /// Whether it says that there is no order of that name.
    pub(super) fn is_unknown(&self) -> bool {
        // A page of a proxy that was not found is no word of Alpaca.
        self.status == 404 && self.code.is_some_and(|code| code.to_string().starts_with("404"))
    }

    /// Whether it says that an order is not taken.
    pub(super) fn is_a_refusal(&self) -> bool {
        matches!(self.status, 400 | 403 | 422) && self.code.is_some()
    }

    /// Whether it says that there is an order of that name: then it is no refusal, though a look-up may not find it yet.
    pub(super) fn says_the_name_is_taken(&self) -> bool {
        self.words.contains("client_order_id") && self.words.contains("unique")
    }

    /// The same as an error, where it answers what nobody expects.
    pub(super) fn unexpected(&self, what: &str) -> BrokerError {
        unreadable(format!("{what}, and the answer was {}: {}", self.status, self.words))
    }
}

impl Door {
    /// The way to an account.
    pub(super) fn new(account_id: &str, agent: Agent, id: Key, secret: Key) -> Door {
        let keys = (id.clone(), secret.clone());
        let agent = agent.with_key(KEY_ID_HEADER, id).with_key(SECRET_KEY_HEADER, secret);
        Door { agent, keys, account: masked(account_id), begun: Instant::now(), patience: Mutex::default() }
    }

    /// Where it leads.
    pub(super) fn address(&self) -> &Address {
        self.agent.address()
    }

    /// How long and how large an exchange may be.
    pub(super) fn limits(&self) -> Limits {
        self.agent.limits()
    }

    /// The id of the key, and its secret.
    pub(super) fn keys(&self) -> &(Key, Key) {
        &self.keys
    }

    /// That the keys are not taken.
    pub(super) fn not_taken(&self, detail: &str) -> BrokerError {
        let (broker, account) = (NAME.to_owned(), self.account.clone());
        BrokerError::Keys { broker, account, detail: detail.to_owned() }
    }

    /// Asks for something.
    pub(super) fn get(&self, request: &Request<'_>) -> Result<Reply, BrokerError> {
        self.asked(|agent| agent.get(request))
    }

    /// The body of something that is always there.
    pub(super) fn answer(&self, path: &str) -> Result<Vec<u8>, BrokerError> {
        self.answer_of(&Request { path, ..Request::default() })
    }

    /// The same with a query.
    pub(super) fn answer_of(&self, request: &Request<'_>) -> Result<Vec<u8>, BrokerError> {
        match self.get(request)? {
            Reply::Answered(body) => Ok(body),
            Reply::Declined(declined) => {
                Err(declined.unexpected(&format!("`{}` was asked for", request.path)))
            }
        }
    }

    /// Sends something.
    pub(super) fn post(&self, path: &str, body: &str) -> Result<Reply, BrokerError> {
        let headers = [("content-type", "application/json")];
        self.asked(|agent| agent.post(&Request { path, headers: &headers, ..Request::default() }, body))
    }

    /// Has something removed.
    pub(super) fn delete(&self, path: &str) -> Result<Reply, BrokerError> {
        self.asked(|agent| agent.delete(&Request { path, ..Request::default() }))
    }

    fn asked(&self, call: impl Fn(&Agent) -> Result<Answer, Fault>) -> Result<Reply, BrokerError> {
        let clock = self.begun.elapsed();
        let patience = || self.patience.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(left) = patience().left(clock) {
            return Err(busy(left));
        }
        let answer = call(&self.agent).map_err(|fault| unreachable(&fault.to_string()))?;
        if let Some(wait) = patience().after(&answer, clock, Timestamp::now()) {
            return Err(busy(wait));
        }
        match answer.status {
            200..=299 => answer.body.map(Reply::Answered).map_err(|fault| match fault {
                Fault::TooLarge { .. } => unreadable(fault.to_string()),
                fault => unreachable(&format!("it answered {}, and {fault}", answer.status)),
            }),
            408 | 500..=599 => Err(unreachable(&format!("it answered {}", answer.status))),
            400..=499 => self.declined(&answer),
            status => Err(unreadable(format!("the answer was {status}, and no redirect is followed"))),
        }
    }

    fn declined(&self, answer: &Answer) -> Result<Reply, BrokerError> {
        let body = answer.body.as_deref().map_err(|fault| unreachable(&fault.to_string()))?;
        let reason = Reason::of(body);
        let words = reason.message.map(|words| self.agent.masked(&words));
        let words = words.unwrap_or_else(|| format!("it gave no reason and answered {}", answer.status));
        if answer.status == 401 || (answer.status == 403 && reason.code.is_none()) {
            return Err(self.not_taken(&words));
        }
        Ok(Reply::Declined(Declined { status: answer.status, code: reason.code, words }))
    }
}

fn busy(wait: Duration) -> BrokerError {
    let wait_secs = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    BrokerError::Busy { broker: NAME.to_owned(), wait_secs }
}

fn unreachable(detail: &str) -> BrokerError {
    BrokerError::Unreachable { broker: NAME.to_owned(), detail: detail.to_owned() }
}
