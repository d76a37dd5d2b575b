//! What an ID token says, once it may be believed.
//!
//! In: a token in compact form, the provider's keys, what is expected of it. Out: an [`Identity`], or the one reason why not. Invariants: the
//! signature is verified before a claim is looked at; a head that asks for extensions is refused.
//!
//! Source: OpenID Connect Core 1.0, 3.1.3.7; RFC 7515, 4.1.11; RFC 7519.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::signing::{Algorithm, SigningKeys};

/// Longest token that is looked at, bytes.
const TOKEN_BYTES_MAX: usize = 64 << 10;
/// How far two clocks may differ.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// Longest subject (Core 1.0, 2).
const SUBJECT_CHARS_MAX: usize = 255;

/// What a token has to be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Of which provider.
    pub issuer: &'a str,
    /// For which program.
    pub client_id: &'a str,
    /// Of which sign-in.
    pub nonce: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// Somebody for whom a provider vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// By which provider.
    pub issuer: String,
    /// The provider's name for them, which never changes hands.
    pub subject: String,
    /// When they showed the provider who they are, where it says so.
    pub shown_at: Option<Timestamp>,
    /// Everything that the token says.
    claims: Map<String, Value>,
}

impl Identity {
    /// A claim that is a text; an address of mail only where the provider has verified it.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&str> {
        let verified = self.claims.get("email_verified").and_then(Value::as_bool).unwrap_or(false);
        self.claims
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty() && (name != "email" || verified))
    }
}

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is none.
    #[error("it is no signed token: {0}")]
    Form(&'static str),
    /// An algorithm that is not taken, `none` among them.
    #[error("it is signed by `{0}`; RS256 and ES256 are taken")]
    Algorithm(String),
    /// No key of the provider has the name that its head has.
    #[error("it names a key that the provider does not have")]
    UnknownKey,
    /// The signature is not of its key.
    #[error("its signature is wrong")]
    Signature,
    /// A claim is not what it has to be.
    #[error("its `{claim}` {fault}")]
    Claim {
        /// Which.
        claim: &'static str,
        /// What is wrong.
        fault: &'static str,
    },
}

#[derive(Debug, Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    nonce: Option<String>,
    auth_time: Option<f64>,
}

/// Believes a token, or says why not.
///
/// # Errors
/// [`TokenError`].
pub fn believed(token: &str, keys: &SigningKeys, expected: &Expected<'_>) -> Result<Identity, TokenError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenError::Form("it is too long"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Form("it has no three parts"))?;
    let (head, claims) = signed
        .split_once('.')
        .filter(|(_, claims)| !claims.contains('.'))
        .ok_or(TokenError::Form("it has no three parts"))?;
    let part =
        |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Form("a part is no base64url"));
    let head: Head =
        serde_json::from_slice(&part(head)?).map_err(|_| TokenError::Form("its head can't be read"))?;
    let algorithm = Algorithm::of_word(&head.alg).ok_or_else(|| {
        TokenError::Algorithm(head.alg.chars().filter(|c| !c.is_control()).take(20).collect())
    })?;
    if head.crit.is_some() {
        return Err(TokenError::Form("its head asks for an extension"));
    }
    let id = head.kid.as_deref();
    if !keys.knows(id, algorithm) {
        return Err(TokenError::UnknownKey);
    }
    if !keys.verify(id, algorithm, signed.as_bytes(), &part(signature)?) {
        return Err(TokenError::Signature);
    }
    let told = part(claims)?;
    let unread = |_| TokenError::Form("its claims can't be read");
    let claims: Claims = serde_json::from_slice(&told).map_err(unread)?;
    let all: Map<String, Value> = serde_json::from_slice(&told).map_err(unread)?;
    checked(&claims, expected)?;
    let subject =
        claims.sub.filter(|subject| !subject.is_empty() && subject.chars().count() <= SUBJECT_CHARS_MAX);
    let subject = subject.ok_or(TokenError::Claim { claim: "sub", fault: "is missing or too long" })?;
    let shown_at = claims.auth_time.and_then(instant);
    Ok(Identity { issuer: expected.issuer.to_owned(), subject, shown_at, claims: all })
}

fn checked(claims: &Claims, expected: &Expected<'_>) -> Result<(), TokenError> {
    let wrong = |claim, fault| Err(TokenError::Claim { claim, fault });
    if claims.iss.as_deref() != Some(expected.issuer) {
        return wrong("iss", "is another provider");
    }
    let (is_for_us, several) = match &claims.aud {
        Some(Audience::One(one)) => (one == expected.client_id, false),
        Some(Audience::Several(all)) => (all.iter().any(|one| one == expected.client_id), all.len() > 1),
        None => (false, false),
    };
    if !is_for_us {
        return wrong("aud", "is another program");
    }
    match &claims.azp {
        Some(party) if party != expected.client_id => return wrong("azp", "is another program"),
        None if several => return wrong("azp", "is missing, and the token is for several programs"),
        _ => {}
    }
    let later = |time: Timestamp| time.saturating_add(LEEWAY).unwrap_or(Timestamp::MAX);
    match claims.exp.and_then(instant) {
        Some(until) if later(until) > expected.now => {}
        Some(_) => return wrong("exp", "is over"),
        None => return wrong("exp", "is missing"),
    }
    match claims.iat.and_then(instant) {
        Some(at) if at <= later(expected.now) => {}
        Some(_) => return wrong("iat", "is still to come"),
        None => return wrong("iat", "is missing"),
    }
    if claims.nbf.and_then(instant).is_some_and(|from| from > later(expected.now)) {
        return wrong("nbf", "is still to come");
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return wrong("nonce", "is of another sign-in");
    }
    Ok(())
}

/// Seconds since 1970; a provider may write a fraction.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates, and what is out of range is no time"
)]
fn instant(seconds: f64) -> Option<Timestamp> {
    Timestamp::from_second(seconds.floor() as i64).ok().filter(|_| seconds.is_finite())
}
