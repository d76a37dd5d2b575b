//! The keys that a provider signs with.
//!
//! In: a JWK set. Out: keys by which signatures are verified. Invariants: a key is used for the one algorithm of its kind, RS256 for RSA of at least
//! 2048 bits, ES256 for P-256; keys of other kinds or for encryption are passed over.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// Keys of a set at most.
const KEYS_MAX: usize = 100;

/// An algorithm that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with PKCS #1 and SHA-256.
    Rs256,
    /// ECDSA over P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// The one with this word; `none` and everything else is no algorithm.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Algorithm> {
        match word {
            "RS256" => Some(Algorithm::Rs256),
            "ES256" => Some(Algorithm::Es256),
            _ => None,
        }
    }
}

/// Keys of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SigningKeys(Vec<SigningKey>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct SigningKey {
    id: Option<String>,
    key: PublicKey,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PublicKey {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256 { point: Vec<u8> },
}

#[derive(Debug, Deserialize)]
struct SetShape {
    keys: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct KeyShape {
    kty: String,
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl SigningKeys {
    /// Reads a JWK set; what is not for signatures that are taken here is passed over.
    ///
    /// # Errors
    /// Why it is no set, in words.
    pub fn read(text: &str) -> Result<SigningKeys, String> {
        let set: SetShape = serde_json::from_str(text).map_err(|error| format!("no set of keys: {error}"))?;
        if set.keys.len() > KEYS_MAX {
            return Err(format!("{} keys are more than {KEYS_MAX}", set.keys.len()));
        }
        let shapes = set.keys.into_iter().filter_map(|key| serde_json::from_value::<KeyShape>(key).ok());
        Ok(SigningKeys(shapes.filter_map(SigningKey::of).collect()))
    }

    /// Whether there is a key that a token with this head may have been signed with.
    #[must_use]
    pub fn knows(&self, id: Option<&str>, algorithm: Algorithm) -> bool {
        self.fitting(id, algorithm).next().is_some()
    }

    /// Whether one of them has signed this.
    #[must_use]
    pub fn verify(&self, id: Option<&str>, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        self.fitting(id, algorithm).any(|key| match &key.key {
            PublicKey::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok()
            }
            PublicKey::P256 { point } => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).is_ok()
            }
        })
    }

    fn fitting<'a>(
        &'a self,
        id: Option<&'a str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &'a SigningKey> {
        self.0.iter().filter(move |key| {
            let fits = match key.key {
                PublicKey::Rsa { .. } => algorithm == Algorithm::Rs256,
                PublicKey::P256 { .. } => algorithm == Algorithm::Es256,
            };
            fits && (id.is_none() || key.id.as_deref() == id)
        })
    }
}

impl SigningKey {
    fn of(shape: KeyShape) -> Option<SigningKey> {
        if shape.r#use.is_some_and(|used| used != "sig") {
            return None;
        }
        let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?.trim_end_matches('=')).ok();
        let (key, algorithm) = match shape.kty.as_str() {
            "RSA" => (PublicKey::Rsa { n: bytes(shape.n)?, e: bytes(shape.e)? }, "RS256"),
            "EC" if shape.crv.as_deref() == Some("P-256") => {
                let (x, y) = (bytes(shape.x)?, bytes(shape.y)?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                (PublicKey::P256 { point: [&[4], x.as_slice(), y.as_slice()].concat() }, "ES256")
            }
            _ => return None,
        };
        let for_this = shape.alg.is_none_or(|stated| stated == algorithm);
        for_this.then_some(SigningKey { id: shape.kid, key })
    }
}
