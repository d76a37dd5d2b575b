//! One request, and what came back.
//!
//! In: a path below an address, headers, a body. Out: an [`Answer`] of any status, or a [`Fault`]. Invariants: no redirect is followed, so a
//! key goes nowhere but to the address; nothing waits longer than [`Limits::time`] nor reads more than [`Limits::bytes_max`];
//! a request is sent once; keys are masked in every fault.

use std::time::Duration;

use ureq::http::{Method, Request as Sent};
use ureq::{Error, Timeout};

use crate::address::Address;
use crate::answer::Answer;
use crate::key::Key;
use crate::trust::{self, NoRoots};

/// Headers of an answer at most, bytes.
const HEADER_BYTES_MAX: usize = 64 * 1024;
/// The longest text of a network that is told.
const WORDS_CHARS_MAX: usize = 300;

/// How long and how large an exchange may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte sent to the last one read.
    pub time: Duration,
    /// Until there is a connection.
    pub connecting: Duration,
    /// Bytes of a body that are read at most.
    pub bytes_max: u64,
}

/// What is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// Below the address; empty = the address itself. What is not a path of ours has to be encoded already.
    pub path: &'a str,
    /// Names and values behind the `?`; they are encoded here.
    pub query: &'a [(&'a str, &'a str)],
    /// Headers beside the keys.
    pub headers: &'a [(&'a str, &'a str)],
}

/// Why nothing came back. Only of [`Fault::Unreached`] is it known that nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no connection.
    #[error("there is no connection: {detail}")]
    Unreached {
        /// In the network's words.
        detail: String,
    },
    /// It took too long.
    #[error("there was no answer within {secs} s")]
    Silent {
        /// The limit.
        secs: u64,
    },
    /// The connection ended in the middle, or what came was no HTTP.
    #[error("the connection broke: {detail}")]
    Cut {
        /// In the network's words.
        detail: String,
    },
    /// The body is too large.
    #[error("the answer has more than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// The request can't be made.
    #[error("the request can't be sent: {detail}")]
    Unsendable {
        /// Why.
        detail: String,
    },
}

/// The way to one address.
pub struct Agent {
    agent: ureq::Agent,
    address: Address,
    limits: Limits,
    /// Headers that are sent with every request.
    keys: Vec<(&'static str, Key)>,
}

impl Agent {
    /// The way to an address.
    ///
    /// # Errors
    /// [`NoRoots`] where the address is encrypted and this machine trusts nobody.
    pub fn new(address: Address, limits: Limits) -> Result<Agent, NoRoots> {
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(HEADER_BYTES_MAX)
            .timeout_global(Some(limits.time))
            .timeout_connect(Some(limits.connecting.min(limits.time)))
            .user_agent(crate::NAME);
        if address.is_loopback() {
            config = config.proxy(None); // what runs on this machine is not behind a proxy
        }
        if address.is_encrypted() {
            config = config.tls_config(trust::of_requests()?).https_only(true);
        }
        Ok(Agent { agent: config.build().into(), address, limits, keys: Vec::new() })
    }

    /// Sends a key with every request, in a header of this name.
    #[must_use]
    pub fn with_key(mut self, header: &'static str, key: Key) -> Agent {
        self.keys.push((header, key));
        self
    }

    /// Where it leads.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Asks for something.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn get(&self, request: &Request<'_>) -> Result<Answer, Fault> {
        self.sent(&Method::GET, request, None)
    }

    /// Sends a body.
    ///
    /// # Errors
    /// [`Fault`]; but for [`Fault::Unreached`] it may have arrived.
    pub fn post(&self, request: &Request<'_>, body: &str) -> Result<Answer, Fault> {
        self.sent(&Method::POST, request, Some(body))
    }

    /// Has something removed.
    ///
    /// # Errors
    /// [`Fault`]; but for [`Fault::Unreached`] it may have arrived.
    pub fn delete(&self, request: &Request<'_>) -> Result<Answer, Fault> {
        self.sent(&Method::DELETE, request, None)
    }

    /// `text` without the keys, on one line and not too long: for words of the other side.
    #[must_use]
    pub fn masked(&self, text: &str) -> String {
        let masked = self.keys.iter().fold(text.to_owned(), |text, (_, key)| key.masked_in(&text));
        let printable = masked.chars().map(|c| if c.is_control() { ' ' } else { c });
        printable.take(WORDS_CHARS_MAX).collect()
    }

    fn sent(&self, method: &Method, request: &Request<'_>, body: Option<&str>) -> Result<Answer, Fault> {
        let url = format!("{}{}", self.address.join(request.path), queried(request.query));
        let mut sent = Sent::builder().method(method).uri(url);
        for (name, value) in request.headers {
            sent = sent.header(*name, *value);
        }
        for (name, key) in &self.keys {
            sent = sent.header(*name, key.sent());
        }
        let answer = match body {
            Some(body) => sent.body(body).map(|sent| self.agent.run(sent)),
            None => sent.body(()).map(|sent| self.agent.run(sent)),
        };
        let answer = answer
            .map_err(|error| Fault::Unsendable { detail: self.masked(&error.to_string()) })?
            .map_err(|error| self.fault(&error))?;
        let text = |value: &ureq::http::HeaderValue| value.to_str().ok().map(|text| self.masked(text));
        let headers = answer.headers().iter();
        let headers = headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?)));
        let (status, headers) = (answer.status().as_u16(), headers.collect());
        let body = answer.into_body().into_with_config().limit(self.limits.bytes_max).read_to_vec();
        Ok(Answer { status, headers, body: body.map_err(|error| self.fault(&error)) })
    }

    /// What the network says, in our words.
    fn fault(&self, error: &Error) -> Fault {
        let detail = || self.masked(&error.to_string());
        match error {
            Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                let secs = self.limits.connecting.min(self.limits.time).as_secs();
                Fault::Unreached { detail: format!("nobody answered within {secs} s") }
            }
            Error::Timeout(_) => Fault::Silent { secs: self.limits.time.as_secs() },
            Error::BodyExceedsLimit(_) => Fault::TooLarge { bytes_max: self.limits.bytes_max },
            Error::HostNotFound
            | Error::ConnectionFailed
            | Error::InvalidProxyUrl
            | Error::Tls(_)
            | Error::Rustls(_) => Fault::Unreached { detail: detail() },
            Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused => {
                Fault::Unreached { detail: detail() }
            }
            Error::Http(_) | Error::BadUri(_) => Fault::Unsendable { detail: detail() },
            _ => Fault::Cut { detail: detail() },
        }
    }
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("address", &self.address)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// `?name=value&…`, encoded; nothing where there is none.
fn queried(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        out.push(if out.is_empty() { '?' } else { '&' });
        encode(name, &mut out);
        out.push('=');
        encode(value, &mut out);
    }
    out
}

/// RFC 3986, 2.1: everything but unreserved characters as `%` and two digits.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}
