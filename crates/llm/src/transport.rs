//! A request over the network, and its reply as bytes.
//!
//! In: an address, headers, JSON, limits. Out: the status, the headers that matter and the body, or a [`Fault`].
//! Invariants: no more than the limits of time and bytes; no redirect is followed, so a key goes nowhere but to the
//! address of the configuration; a key is masked in every fault.

mod address;
mod events;

pub use address::{Address, AddressError};
pub use events::{Event, Events};

use std::io::Read;
use std::time::Duration;

use jiff::Timestamp;
use outward::{retry_after, trust};
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Response};
use ureq::tls::TlsConfig;

use crate::fault::{Fault, Phase, words};
use crate::providers::{Call, CallLimits};
use outward::Key;

/// The way to one provider.
pub(crate) struct Transport {
    agent: Agent,
    address: Address,
    key: Option<Key>,
}

/// A reply whose headers have come.
pub(crate) struct Opened {
    /// HTTP status.
    pub(crate) status: u16,
    /// When to come back, as far as it is said.
    pub(crate) retry_after: Option<Duration>,
    /// The provider's number of the request.
    pub(crate) id: Option<String>,
    /// Whether the body is a stream of events.
    pub(crate) is_stream: bool,
    body: ureq::BodyReader<'static>,
    limits: CallLimits,
    received_bytes: usize,
}

/// Headers of a reply at most, bytes.
const HEADER_BYTES_MAX: usize = 64 * 1024;

impl Transport {
    /// The way to an address, for whoever has this key.
    ///
    /// # Errors
    /// [`Fault::Unreachable`] where the machine has no root certificates and the address needs them.
    pub(crate) fn new(address: Address, key: Option<Key>) -> Result<Transport, Fault> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(HEADER_BYTES_MAX)
            .user_agent(concat!("equipoise/", env!("CARGO_PKG_VERSION")));
        if address.is_loopback() {
            config = config.proxy(None); // what runs on this machine is not behind a proxy
        }
        if address.is_encrypted() {
            config = config.tls_config(encryption()?);
        }
        Ok(Transport { agent: config.build().into(), address, key })
    }

    /// The key, for headers.
    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Sends `body` and waits for the headers of the reply.
    pub(crate) fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
        call: &Call<'_>,
        streamed: bool,
    ) -> Result<Opened, Fault> {
        let limits = call.limits;
        let mut config = self
            .agent
            .post(self.address.join(path))
            .config()
            .timeout_global(Some(limits.time))
            .timeout_connect(Some(limits.connecting.min(limits.time)));
        if streamed {
            // A reply that is not streamed is silent for as long as the model thinks.
            config = config.timeout_per_read(Some(limits.silence.min(limits.time)));
        }
        let mut request = config.build().header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = request.send(body.to_string()).map_err(|error| self.fault(error, &limits, None))?;
        Ok(opened(reply, limits, call.began_at))
    }

    /// The rest of a reply's body.
    pub(crate) fn body(&self, mut opened: Opened) -> Result<Vec<u8>, Fault> {
        let mut body = Vec::new();
        let mut part = [0; 16 * 1024];
        loop {
            match self.read(&mut opened, &mut part)? {
                0 => return Ok(body),
                count => body.extend_from_slice(&part[..count]),
            }
        }
    }

    /// The next bytes of a reply's body; 0 at its end.
    pub(crate) fn read(&self, opened: &mut Opened, part: &mut [u8]) -> Result<usize, Fault> {
        let count = opened
            .body
            .read(part)
            .map_err(|error| self.fault(error.into(), &opened.limits, Some(opened.received_bytes)))?;
        opened.received_bytes += count;
        if opened.received_bytes > opened.limits.bytes_max {
            return Err(Fault::TooLarge { bytes_max: opened.limits.bytes_max });
        }
        Ok(count)
    }

    /// A text of the provider or the network without the key.
    pub(crate) fn masked(&self, text: &str) -> String {
        words(&self.key.as_ref().map_or_else(|| text.to_owned(), |key| key.masked_in(text)))
    }

    /// What the network says, in our words. `received_bytes` where the body was being read.
    fn fault(&self, error: ureq::Error, limits: &CallLimits, received_bytes: Option<usize>) -> Fault {
        use ureq::{Error, Timeout};
        match error {
            Error::Timeout(
                Timeout::Resolve | Timeout::Connect | Timeout::SendRequest | Timeout::SendBody,
            ) => Fault::TimedOut { phase: Phase::Connecting, limit: limits.connecting.min(limits.time) },
            Error::Timeout(Timeout::PerRead) => Fault::TimedOut {
                phase: if received_bytes.is_some() { Phase::Silence } else { Phase::Waiting },
                limit: limits.silence.min(limits.time),
            },
            Error::Timeout(_) => Fault::TimedOut {
                phase: if received_bytes.is_some() { Phase::Reading } else { Phase::Waiting },
                limit: limits.time,
            },
            error => match received_bytes {
                Some(received_bytes) => Fault::Cut { received_bytes },
                None => Fault::Unreachable { reason: self.masked(&error.to_string()) },
            },
        }
    }
}

impl Opened {
    /// Bytes of the body that have come.
    pub(crate) fn received_bytes(&self) -> usize {
        self.received_bytes
    }
}

fn opened(reply: Response<ureq::Body>, limits: CallLimits, now: Timestamp) -> Opened {
    let header = |headers: &HeaderMap, name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
    };
    let (parts, body) = reply.into_parts();
    let wait = header(&parts.headers, "retry-after");
    let wait_ms = header(&parts.headers, "retry-after-ms");
    let id = header(&parts.headers, "x-request-id").or_else(|| header(&parts.headers, "request-id"));
    Opened {
        status: parts.status.as_u16(),
        retry_after: retry_after::wait(wait.as_deref(), wait_ms.as_deref(), now),
        id: id.map(|id| words(&id)),
        is_stream: header(&parts.headers, "content-type")
            .is_some_and(|kind| kind.starts_with("text/event-stream")),
        body: body.into_reader(),
        limits,
        received_bytes: 0,
    }
}

/// How connections are encrypted.
pub(crate) fn encryption() -> Result<TlsConfig, Fault> {
    trust::of_requests().map_err(|error| Fault::Unreachable { reason: error.to_string() })
}
