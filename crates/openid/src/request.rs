//! What the browser is sent away with.
//!
//! In: random bytes. Out: state, nonce and verifier, to be kept with the browser until it comes back; and of the verifier only its digest goes to the
//! provider now. Invariant: each is drawn from 256 random bits of its own.
//!
//! Source: RFC 7636 (S256); OpenID Connect Core 1.0, 3.1.2.1.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Random bytes of a request.
pub const RANDOM_BYTES: usize = 96;

/// A sign-in that was begun.
#[derive(Clone, PartialEq, Eq)]
pub struct Begun {
    /// Where the browser is to go.
    pub url: String,
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Shows the provider that who brings the code has begun it.
    pub verifier: String,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The rest would let somebody else finish it.
        f.debug_struct("Begun").field("state", &self.state).finish_non_exhaustive()
    }
}

/// State, nonce and verifier of random bytes.
#[must_use]
pub fn drawn(random: &[u8; RANDOM_BYTES]) -> (String, String, String) {
    let text = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
    (text(&random[..32]), text(&random[32..64]), text(&random[64..]))
}

/// The challenge of a verifier (S256).
#[must_use]
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_the_rfc() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn what_is_drawn_differs_in_each_part() {
        let mut random = [0; RANDOM_BYTES];
        for (place, byte) in random.iter_mut().enumerate() {
            *byte = u8::try_from(place).unwrap();
        }
        let (state, nonce, verifier) = drawn(&random);
        assert!(state != nonce && nonce != verifier && verifier.len() == 43);
    }
}
