//! A notice as a signed request to a web address.
//!
//! In: a notice, an address, a secret that both sides know. Out: a POST with the notice as JSON (`type`, `timestamp`, `data`) and three
//! headers that prove where it is from and when it was sent. Invariants: no redirect is followed; the body of the answer is
//! not read; the signature covers name, time and body, so that none of them can be changed or sent again later unnoticed.
//!
//! # Source
//! Standard Webhooks specification, 1.0: headers `webhook-id`, `webhook-timestamp`, `webhook-signature` = `v1,` and the base64 of
//! HMAC-SHA256 over `id.timestamp.body`; a secret is written as `whsec_` and base64; 410 means that nobody wants to hear of it any more.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;

use crate::outward::{AddressError, Answer, Outward};
use crate::{Notice, Secret, Undelivered};

/// The beginning of a secret as it is written.
const SECRET_PREFIX: &str = "whsec_";
/// The fewest bytes of a secret.
const SECRET_BYTES_MIN: usize = 24;

/// A web address that takes notices.
#[derive(Debug)]
pub struct Webhook {
    outward: Outward,
    secret: Secret,
}

/// Why a web address can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The secret can't be one.
    #[error(
        "the secret has to be `{SECRET_PREFIX}` and the base64 of {SECRET_BYTES_MIN} bytes or more, such as `openssl rand -base64 32` gives"
    )]
    Secret,
}

impl Webhook {
    /// An address and the secret as it is written.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub fn new(url: &str, secret: &str) -> Result<Webhook, WebhookError> {
        let outward = Outward::new(url)?;
        let encoded = secret.trim().strip_prefix(SECRET_PREFIX).ok_or(WebhookError::Secret)?;
        let secret = STANDARD.decode(encoded).map_err(|_| WebhookError::Secret)?;
        if secret.len() < SECRET_BYTES_MIN {
            return Err(WebhookError::Secret);
        }
        Ok(Webhook { outward, secret: Secret::new(secret) })
    }

    pub(crate) fn deliver(&self, notice: &Notice, now: Timestamp) -> Result<(), Undelivered> {
        let body = body(notice);
        let seconds = now.as_second().to_string();
        let signature = signature(&self.secret, &notice.id, &seconds, &body);
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", &notice.id),
            ("webhook-timestamp", &seconds),
            ("webhook-signature", &signature),
        ];
        let Answer { status, after, .. } = match self.outward.post(&headers, &body) {
            Ok(answer) => answer,
            Err(why) => return Err(Undelivered::Later { why, after: None }),
        };
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
            assert!(matches!(refused, WebhookError::Address(_)), "{bad}");
            assert!(!refused.to_string().contains("word@"), "{refused}");
        }
        for bad in ["", "short", "whsec_", "whsec_c2hvcnQ=", "whsec_***"] {
            assert_eq!(Webhook::new("http://localhost/", bad).unwrap_err(), WebhookError::Secret, "{bad}");
        }
        let webhook = Webhook::new("http://localhost/", secret).unwrap();
        assert!(!format!("{webhook:?}").contains("MfKQ9r8G"));
    }
}
