//! A notice as a signed request to a web address.
//!
//! In: a notice, an address, a secret that both sides know. Out: a POST with the notice as JSON (`type`, `timestamp`, `data`) and three
//! headers that prove where it is from and when it was sent. Invariants: no redirect is followed; the body of the answer is
//! not read; the signature covers name, time and body, so that none of them can be changed or sent again later unnoticed.
//!
//! # Source
//! Standard Webhooks specification, 1.0: headers `webhook-id`, `webhook-timestamp`, `webhook-signature` = `v1,` and the base64 of
//! HMAC-SHA256 over `id.timestamp.body`; a secret is written as `whsec_` and base64; 410 means that nobody wants to hear of it any more.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::{Notice, Secret, Undelivered, WAIT_MAX};

/// The beginning of a secret as it is written.
const SECRET_PREFIX: &str = "whsec_";
/// The fewest bytes of a secret.
const SECRET_BYTES_MIN: usize = 24;

/// A web address that takes notices.
#[derive(Debug)]
pub struct Webhook {
    url: String,
    secret: Secret,
    agent: Agent,
}

/// Why a web address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// It is none, or not encrypted.
    #[error(
        "`{written}` can't take notices; write an address such as https://host/path (http only on this machine), without a name or password in it"
    )]
    Address {
        /// As written, without what stands before an `@`.
        written: String,
    },
    /// The secret can't be one.
    #[error(
        "the secret has to be `{SECRET_PREFIX}` and the base64 of {SECRET_BYTES_MIN} bytes or more, such as `openssl rand -base64 32` gives"
    )]
    Secret,
    /// The machine trusts nobody.
    #[error(
        "this machine has no root certificates; install `ca-certificates`, or name a file in SSL_CERT_FILE"
    )]
    Roots,
}

impl Webhook {
    /// An address and the secret as it is written.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub fn new(url: &str, secret: &str) -> Result<Webhook, WebhookError> {
        let refused = || WebhookError::Address {
            written: url.rsplit_once('@').map_or(url, |(_, host)| host).chars().take(200).collect(),
        };
        let uri: Uri = url.parse().map_err(|_| refused())?;
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(refused)?;
        let ip: Option<std::net::IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let is_here = host == "localhost" || ip.is_some_and(|ip| ip.is_loopback());
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_here => false,
            _ => return Err(refused()),
        };
        if url.contains('@') {
            return Err(refused());
        }
        let encoded = secret.trim().strip_prefix(SECRET_PREFIX).ok_or(WebhookError::Secret)?;
        let secret = STANDARD.decode(encoded).map_err(|_| WebhookError::Secret)?;
        if secret.len() < SECRET_BYTES_MIN {
            return Err(WebhookError::Secret);
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
            config = config.tls_config(encryption().ok_or(WebhookError::Roots)?);
        }
        Ok(Webhook { url: url.to_owned(), secret: Secret::new(secret), agent: config.build().into() })
    }

    pub(crate) fn deliver(&self, notice: &Notice, now: Timestamp) -> Result<(), Undelivered> {
        let body = body(notice);
        let seconds = now.as_second().to_string();
        let signature = signature(&self.secret, &notice.id, &seconds, &body);
        let sent = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &notice.id)
            .header("webhook-timestamp", &seconds)
            .header("webhook-signature", &signature)
            .send(body);
        let answer = match sent {
            Ok(answer) => answer,
            Err(error) => return Err(Undelivered::Later { why: error.to_string(), after: None }),
        };
        let status = answer.status().as_u16();
        let after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let after = after.and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
        match status {
            200..=299 => Ok(()),
            410 => Err(Undelivered::Never {
                why: "the other side does not want to hear of it any more (410)".to_owned(),
            }),
            _ => Err(Undelivered::Later { why: format!("the other side answered {status}"), after }),
        }
    }
}

/// What is sent, the same bytes at every try.
fn body(notice: &Notice) -> String {
    json!({"type": notice.kind, "timestamp": notice.at.to_string(),
           "data": {"subject": notice.subject, "text": notice.text, "facts": notice.facts}})
    .to_string()
}

/// The header that proves where it is from.
fn signature(secret: &Secret, id: &str, seconds: &str, body: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.bytes()) else { return String::new() };
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn it_is_signed_as_the_specification_does() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(
            &Secret::new(secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_encrypted_addresses_and_long_secrets_will_do() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert!(Webhook::new("http://127.0.0.1:8080/hook", secret).is_ok());
        for bad in ["", "host/hook", "http://example.org/hook", "ftp://host", "https://me:word@host/"] {
            let refused = Webhook::new(bad, secret).unwrap_err();
            assert!(matches!(refused, WebhookError::Address { .. }), "{bad}");
            assert!(!refused.to_string().contains("word@"), "{refused}");
        }
        for bad in ["", "short", "whsec_", "whsec_c2hvcnQ=", "whsec_***"] {
            assert_eq!(Webhook::new("http://localhost/", bad).unwrap_err(), WebhookError::Secret, "{bad}");
        }
        let webhook = Webhook::new("http://localhost/", secret).unwrap();
        assert!(!format!("{webhook:?}").contains("MfKQ9r8G"));
    }
}
