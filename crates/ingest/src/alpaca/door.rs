//! One question to Alpaca, and what its status means.
//!
//! | status | means |
//! | --- | --- |
//! | 2xx | an answer, if its body came |
//! | 400, 404, 422 | something of the question is not taken: its symbols, where there are several |
//! | 401, 403 | the keys are not taken, or not for this feed |
//! | 429 | left alone for as long as it says, or for longer each time; meanwhile nothing is asked |
//! | others, no answer, half an answer | nobody was reached |
//!
//! Invariants: a question is sent once; keys and control characters are in none of its words; the time is the caller's.
//!
//! # Source
//! Responses 400, 401, 403, 429 and 500 of the OpenAPI; the headers `Retry-After` and `X-RateLimit-Reset`.

use jiff::{SignedDuration, Timestamp};
use outward::{Agent, Answer, Key, Request};
use serde::Deserialize;

use crate::feed::FeedError;

/// The wait after the first answer 429 that names none, seconds; it doubles with each.
const WAIT_SECS_FIRST: i64 = 2;
/// The longest wait of our own choice, seconds: the limit is one of requests per minute.
const WAIT_SECS_MAX: i64 = 60;
/// The longest wait that is kept because it was asked for, seconds.
const ASKED_SECS_MAX: i64 = 15 * 60;

/// The way to the API, with its keys.
#[derive(Debug)]
pub(super) struct Door {
    agent: Agent,
    /// Until when nothing is asked.
    until: Option<Timestamp>,
    /// Answers 429 since the last other one.
    count: u32,
}

/// What came back.
pub(super) enum Reply {
    /// The body of a success.
    Answered(Vec<u8>),
    /// The question is not taken, in its words.
    NotTaken(String),
}

/// The body of an answer that is no success.
#[derive(Default, Deserialize)]
struct Reason {
    message: Option<String>,
}

impl Door {
    /// Words of theirs without the keys, on one line and not too long.
    pub(super) fn masked(&self, words: &str) -> String {
        self.agent.masked(words)
    }

    pub(super) fn new(agent: Agent, id: Key, secret: Key) -> Door {
        let agent = agent.with_key("APCA-API-KEY-ID", id).with_key("APCA-API-SECRET-KEY", secret);
        Door { agent, until: None, count: 0 }
    }

    /// Whether it wants to be left alone.
    pub(super) fn is_waiting(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now < until)
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
        if let Some(until) = self.until.filter(|until| now < *until) {
            return Err(failed(format!("it wants to be left alone until {until}")));
        }
        let answer = self.agent.get(&Request { path, query, headers: &[] });
        let answer = answer.map_err(|fault| failed(format!("`{path}`: {fault}")))?;
        if answer.status == 429 {
            let wait = self.wait(&answer, now);
            return Err(failed(format!(
                "it answers no more for now (429); it is asked again in {} s",
                wait.as_secs()
            )));
        }
        (self.until, self.count) = (None, 0);
        let body = answer.body.map_err(|fault| failed(format!("`{path}`: {fault}")));
        let words = |body: &[u8]| {
            let reason: Reason = serde_json::from_slice(body).unwrap_or_default();
            let words = reason.message.map(|words| self.agent.masked(&words));
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

    /// How long to leave it alone after a 429.
    fn wait(&mut self, answer: &Answer, now: Timestamp) -> SignedDuration {
        let own = WAIT_SECS_FIRST.saturating_mul(1 << self.count.min(16)).min(WAIT_SECS_MAX);
        let named = answer.after(now).and_then(|after| i64::try_from(after.as_secs()).ok());
        let reset = || {
            let at: i64 = answer.header("x-ratelimit-reset")?.trim().parse().ok()?;
            Some(at.saturating_sub(now.as_second()))
        };
        let secs = named.or_else(reset).unwrap_or(own).clamp(1, ASKED_SECS_MAX);
        let wait = SignedDuration::from_secs(secs);
        self.until = now.checked_add(wait).ok();
        self.count = self.count.saturating_add(1);
        wait
    }
}
