//! One question to Alpaca, and what its status means.
//!
//! | status | means |
//! | --- | --- |
//! | 2xx | an answer, if its body came |
//! | 400, 404, 422 | something of the question is not taken: its symbols, where there are several |
//! | 401, 403 | the keys are not taken, or not for this feed |
//! | 429 | left alone ([`outward::patience`]); meanwhile nothing is asked |
//! | others, no answer, half an answer | nobody was reached |
//!
//! Invariants: a question is sent once; keys and control characters are in none of its words; the time is the caller's.
//!
//! # Source
//! Responses 400, 401, 403, 429 and 500 of the OpenAPI.

use std::time::Duration;

use jiff::Timestamp;
use outward::{Agent, Key, Patience, Reason, Request};

use crate::feed::FeedError;

/// The way to the API, with its keys.
#[derive(Debug)]
pub(super) struct Door {
    agent: Agent,
    patience: Patience,
}

/// What came back.
pub(super) enum Reply {
    /// The body of a success.
    Answered(Vec<u8>),
    /// The question is not taken, in its words.
    NotTaken(String),
}

impl Door {
    /// Words of theirs without the keys, on one line and not too long.
    pub(super) fn masked(&self, words: &str) -> String {
        self.agent.masked(words)
    }

    pub(super) fn new(agent: Agent, id: Key, secret: Key) -> Door {
        let agent = agent.with_key("APCA-API-KEY-ID", id).with_key("APCA-API-SECRET-KEY", secret);
        Door { agent, patience: Patience::default() }
    }

    /// Whether it wants to be left alone.
    pub(super) fn is_waiting(&self, now: Timestamp) -> bool {
        self.patience.left(clock(now)).is_some()
    }

    /// Asks one question.
    pub(super) fn asked(
        &mut self,
        source: &str,
        path: &str,
        query: &[(&str, &str)],
        now: Timestamp,
    ) -> Result<Reply, FeedError> {
        let failed = |detail: String| FeedError::Unreadable { source_name: source.to_owned(), detail };
        if let Some(left) = self.patience.left(clock(now)) {
            return Err(failed(format!("it wants to be left alone for {} s", left.as_secs().max(1))));
        }
        let answer = self.agent.get(&Request { path, query, headers: &[] });
        let answer = answer.map_err(|fault| failed(format!("`{path}`: {fault}")))?;
        if let Some(wait) = self.patience.after(&answer, clock(now), now) {
            return Err(failed(format!(
                "it answers no more for now (429); it is asked again in {} s",
                wait.as_secs()
            )));
        }
        let body = answer.body.map_err(|fault| failed(format!("`{path}`: {fault}")));
        let words = |body: &[u8]| {
            let words = Reason::of(body).message.map(|words| self.agent.masked(&words));
            words.unwrap_or_else(|| "it gave no reason".to_owned())
        };
        match answer.status {
            200..=299 => body.map(Reply::Answered),
            400 | 404 | 422 => body.map(|body| Reply::NotTaken(words(&body))),
            401 | 403 => Err(failed(format!(
                "it answered {} to `{path}`: {}; look at the keys, and at `feed`: without a subscription it is \"iex\"",
                answer.status,
                words(&body.unwrap_or_default())
            ))),
            status => Err(failed(format!("it answered {status} to `{path}`"))),
        }
    }
}

/// A moment as a clock that goes forward.
fn clock(now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default()
}
