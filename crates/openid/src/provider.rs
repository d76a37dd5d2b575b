//! A provider: where its addresses are, and what it answers to a code.
//!
//! In: its issuer, and how this program is known there. Out: where to send a browser; and of the code that the browser brings, an [`Identity`].
//! Invariants: the description is of the issuer that was named; every address of it is encrypted, or on this machine; keys are fetched anew where a token
//! names one that is not known, once a minute at most, so that a provider may change them; nobody waits for somebody else's answer of the provider.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use outward::{Address, Agent, Fault, Key, Limits, Request};
use serde::Deserialize;

use crate::kept::Kept;
use crate::request::{Begun, RANDOM_BYTES, challenge, drawn};
use crate::signing::SigningKeys;
use crate::token::{Expected, Identity, TokenError, believed};

const LIMITS: Limits =
    Limits { time: Duration::from_secs(10), connecting: Duration::from_secs(5), bytes_max: 1 << 20 };
/// How long the description and the keys are kept.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// How often keys that are not known are asked for at most, where nobody says otherwise.
pub const AGAIN: Duration = Duration::from_secs(60);

/// How this program is known at a provider.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The provider, as its tokens name it.
    pub issuer: String,
    /// The name of this program there.
    pub client_id: String,
    /// What shows that it is this program; none for one that can keep no secret.
    pub client_secret: Option<Key>,
    /// Where the browser comes back to.
    pub redirect: String,
    /// Keys that are not known are asked for this often at most: [`AGAIN`].
    pub again: Duration,
}

/// Why nobody is vouched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignOnError {
    /// The provider could not be asked.
    #[error("the provider can't be reached: {0}")]
    Unreached(String),
    /// The provider does not keep its own description.
    #[error("the provider's description can't be used: {0}")]
    Description(String),
    /// The provider refuses the code.
    #[error("the provider refuses the code: {0}")]
    Refused(String),
    /// The token is not believed.
    #[error("the provider's token is not believed: {0}")]
    Token(#[from] TokenError),
}

#[derive(Debug, Clone, Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

#[derive(Debug, Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
    error: Option<String>,
}

/// A provider.
#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    description: Kept<Description>,
    keys: Kept<SigningKeys>,
}

impl Provider {
    /// The one of these settings; it is asked when it is needed.
    ///
    /// # Errors
    /// Why the issuer or the way back can't be, in words.
    pub fn new(settings: Settings) -> Result<Provider, String> {
        Address::read(&settings.issuer).map_err(|error| format!("issuer: {error}"))?;
        Address::read(&settings.redirect).map_err(|error| format!("address: {error}"))?;
        Ok(Provider { settings, description: Kept::default(), keys: Kept::default() })
    }

    /// Begins a sign-in: where the browser goes, and what is kept with it. `anew` asks the provider to have the person show who they are once more.
    ///
    /// # Errors
    /// [`SignOnError::Unreached`] and [`SignOnError::Description`].
    pub fn begin(&self, random: &[u8; RANDOM_BYTES], anew: bool) -> Result<Begun, SignOnError> {
        let description = self.description()?;
        let (state, nonce, verifier) = drawn(random);
        let challenge = challenge(&verifier);
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.settings.redirect),
            ("scope", "openid email profile"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if anew {
            pairs.extend([("prompt", "login"), ("max_age", "0")]);
        }
        let url = format!("{}?{}", description.authorization_endpoint, form(&pairs));
        Ok(Begun { url, state, nonce, verifier })
    }

    /// Ends a sign-in with the code that the browser brought.
    ///
    /// # Errors
    /// [`SignOnError`].
    pub fn end(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Identity, SignOnError> {
        let token = self.token(code, verifier)?;
        let Settings { issuer, client_id, .. } = &self.settings;
        let expected = Expected { issuer, client_id, nonce, now };
        match believed(&token, &self.keys(KEPT)?, &expected) {
            Err(TokenError::UnknownKey) => Ok(believed(&token, &self.keys(self.settings.again)?, &expected)?),
            other => Ok(other?),
        }
    }

    fn description(&self) -> Result<Description, SignOnError> {
        self.description.get(KEPT, || self.described())
    }

    /// The description as the provider gives it now.
    fn described(&self) -> Result<Description, SignOnError> {
        let place =
            format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let described: Description = serde_json::from_str(&fetched(&place)?)
            .map_err(|error| SignOnError::Description(error.to_string()))?;
        if described.issuer != self.settings.issuer {
            return Err(SignOnError::Description(format!("it is of `{}`", shown(&described.issuer))));
        }
        for place in [&described.authorization_endpoint, &described.token_endpoint, &described.jwks_uri] {
            Address::read(place).map_err(|error| SignOnError::Description(error.to_string()))?;
        }
        Ok(described)
    }

    /// The keys, not older than this.
    fn keys(&self, age_max: Duration) -> Result<SigningKeys, SignOnError> {
        let description = self.description()?;
        self.keys.get(age_max, || {
            SigningKeys::read(&fetched(&description.jwks_uri)?).map_err(SignOnError::Description)
        })
    }

    /// The token that a code stands for.
    fn token(&self, code: &str, verifier: &str) -> Result<String, SignOnError> {
        let description = self.description()?;
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.settings.redirect),
            ("code_verifier", verifier),
        ];
        let mut headers =
            vec![("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
        // RFC 6749, 2.3.1: both are encoded before they are joined.
        let basic = self.settings.client_secret.as_ref().map(|secret| {
            let joined = format!("{}:{}", encoded(&self.settings.client_id), encoded(secret.sent()));
            format!("Basic {}", STANDARD.encode(joined))
        });
        match &basic {
            Some(basic) => headers.push(("authorization", basic)),
            None => pairs.push(("client_id", &self.settings.client_id)),
        }
        let request = Request { headers: &headers, ..Request::default() };
        let answer = agent(&description.token_endpoint)?.post(&request, &form(&pairs));
        let answer = answer.map_err(|fault| unreached(&fault))?;
        let body = answer.body.map_err(|fault| unreached(&fault))?;
        if answer.status >= 500 {
            return Err(SignOnError::Unreached(format!("it answers {}", answer.status)));
        }
        let told: TokenAnswer = serde_json::from_slice(&body)
            .map_err(|_| SignOnError::Refused(format!("it answers {} without a token", answer.status)))?;
        match told {
            TokenAnswer { id_token: Some(token), .. } if answer.status == 200 => Ok(token),
            TokenAnswer { error, .. } => {
                Err(SignOnError::Refused(shown(&error.unwrap_or_else(|| "there is no token".to_owned()))))
            }
        }
    }
}

fn agent(place: &str) -> Result<Agent, SignOnError> {
    let address = Address::read(place).map_err(|error| SignOnError::Description(error.to_string()))?;
    Agent::new(address, LIMITS).map_err(|error| SignOnError::Unreached(error.to_string()))
}

fn fetched(place: &str) -> Result<String, SignOnError> {
    let answer = agent(place)?.get(&Request::default()).map_err(|fault| unreached(&fault))?;
    let body = answer.body.map_err(|fault| unreached(&fault))?;
    if answer.status != 200 {
        return Err(SignOnError::Unreached(format!("{} answers {}", shown(place), answer.status)));
    }
    String::from_utf8(body).map_err(|_| SignOnError::Description(format!("{} is no text", shown(place))))
}

fn unreached(fault: &Fault) -> SignOnError {
    SignOnError::Unreached(fault.to_string())
}

/// A text of the other side, short and on one line.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

/// `name=value&…`, encoded.
fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

/// RFC 3986, 2.1.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}
