//! A provider that vouches for people, as a configuration names it.
//!
//! In: `[http.openid]`. Out: a [`SignOn`] that the server asks. Invariants: the secret comes from the environment and is printed nowhere; what somebody
//! is called here is one claim of the provider, which the configuration names.

use jiff::Timestamp;
use openid::provider::AGAIN;
use openid::request::RANDOM_BYTES;
use openid::{Provider, Settings, SignOnError};
use outward::Key;
use serde::Deserialize;
use server::{Begun, SignOnFault, Vouched};

use crate::failure::Failure;

/// The path by which a browser comes back.
const RETURN: &str = "/api/v1/session/provider/return";

/// `[http.openid]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenidShape {
    /// The provider, as its tokens name it.
    issuer: String,
    /// The name of this program there.
    client_id: String,
    /// The variable with the secret that both know; without it the program can keep none.
    client_secret_env: Option<String>,
    /// Where browsers reach this server, such as `https://books.example.org`.
    address: String,
    /// The claim that says what somebody is called here; `email`, verified, where nothing is said.
    claim: Option<String>,
}

impl OpenidShape {
    /// The provider.
    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The claim that says what somebody is called here.
    pub(super) fn claim(&self) -> &str {
        self.claim.as_deref().unwrap_or("email")
    }
}

/// A provider.
pub(super) struct SignOn {
    provider: Provider,
    claim: String,
}

impl SignOn {
    /// The one of a configuration.
    pub(super) fn of(shape: &OpenidShape) -> Result<SignOn, Failure> {
        let secret = match &shape.client_secret_env {
            None => None,
            Some(name) => {
                let key = std::env::var(name).ok().and_then(|value| Key::new(&value));
                Some(key.ok_or_else(|| {
                    Failure::usage(format!(
                        "http.openid.client_secret_env: the environment variable `{name}` is not set"
                    ))
                })?)
            }
        };
        let provider = Provider::new(Settings {
            issuer: shape.issuer.clone(),
            client_id: shape.client_id.clone(),
            client_secret: secret,
            redirect: format!("{}{RETURN}", shape.address.trim_end_matches('/')),
            again: AGAIN,
        });
        let provider = provider.map_err(|error| Failure::usage(format!("http.openid.{error}")))?;
        Ok(SignOn { provider, claim: shape.claim().to_owned() })
    }

    /// Begins a sign-in.
    pub(super) fn begin(&self, random: &[u8; RANDOM_BYTES], anew: bool) -> Result<Begun, SignOnFault> {
        let begun = self.provider.begin(random, anew).map_err(|error| fault(&error))?;
        Ok(Begun { url: begun.url, state: begun.state, nonce: begun.nonce, verifier: begun.verifier })
    }

    /// Whom the provider vouches for.
    pub(super) fn end(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Vouched, SignOnFault> {
        let identity = self.provider.end(code, verifier, nonce, now).map_err(|error| fault(&error))?;
        let name = identity.claim(&self.claim).map(str::to_owned).ok_or_else(|| {
            SignOnFault::Refused(format!(
                "the provider does not say your `{}`, or has not verified it",
                self.claim
            ))
        })?;
        Ok(Vouched { name, issuer: identity.issuer, subject: identity.subject, shown_at: identity.shown_at })
    }
}

fn fault(error: &SignOnError) -> SignOnFault {
    match error {
        SignOnError::Unreached(_) | SignOnError::Description(_) => SignOnFault::Unreached(error.to_string()),
        SignOnError::Refused(_) | SignOnError::Token(_) => SignOnFault::Refused(error.to_string()),
    }
}
