//! A web address outside, and one request to it.
//!
//! In: an address as somebody wrote it, and a body. Out: the answer's status, type and first bytes, or that there was none. Invariants: what
//! leaves this machine is encrypted; no redirect is followed; nothing waits longer than [`WAIT_MAX`] nor is longer than
//! [`ANSWER_BYTES_MAX`].

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::WAIT_MAX;

/// Bytes of an answer that are read at most.
pub const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// A web address.
#[derive(Debug)]
pub struct Outward {
    url: String,
    agent: Agent,
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
    /// Its text, as far as it was one.
    pub body: String,
}

/// Why an address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is none, or not encrypted.
    #[error(
        "`{written}` can't be used; write an address such as https://host/path (http only on this machine), without a name or password in it"
    )]
    Form {
        /// As written, without what stands before an `@`.
        written: String,
    },
    /// The machine trusts nobody.
    #[error(
        "this machine has no root certificates; install `ca-certificates`, or name a file in SSL_CERT_FILE"
    )]
    Roots,
}

impl Outward {
    /// An address.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn new(url: &str) -> Result<Outward, AddressError> {
        let refused = || AddressError::Form {
            written: url.rsplit_once('@').map_or(url, |(_, host)| host).chars().take(200).collect(),
        };
        let uri: Uri = url.parse().map_err(|_| refused())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(refused)?;
        let is_here = crate::is_this_machine(host);
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_here => false,
            _ => return Err(refused()),
        };
        if url.contains('@') {
            return Err(refused());
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(WAIT_MAX))
            .user_agent(concat!("equipoise/", env!("CARGO_PKG_VERSION")));
        if is_here {
            config = config.proxy(None);
        }
        if is_encrypted {
            config = config.tls_config(encryption().ok_or(AddressError::Roots)?);
        }
        Ok(Outward { url: url.to_owned(), agent: config.build().into() })
    }

    /// Sends a body there.
    ///
    /// # Errors
    /// In words, where no answer came.
    pub fn post(&self, headers: &[(&str, &str)], body: &str) -> Result<Answer, String> {
        let mut request = self.agent.post(&self.url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send(body).map_err(|error| error.to_string())?;
        let header =
            |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, content_type) = (answer.status().as_u16(), header("content-type"));
        let after =
            header("retry-after").and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
        let body = answer.into_body().into_with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        Ok(Answer { status, content_type, after, body: body.unwrap_or_default() })
    }
}

/// How connections are encrypted: with the certificates that this machine trusts. `None` where it trusts nobody.
fn encryption() -> Option<TlsConfig> {
    let loaded = rustls_native_certs::load_native_certs().certs;
    if loaded.is_empty() {
        return None;
    }
    let roots: Vec<Certificate<'static>> =
        loaded.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned()).collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = RootCerts::new_with_certs(&roots);
    Some(TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build())
}
