//! Keeps secrets out of the log, from which nothing can be taken away again.
//!
//! In: the secrets that the program knows of, and an original. Out: the original, with a mask in place of every secret, or a
//! refusal. Invariant: a known secret is found as it is and as JSON, a URL, hex or base64 write it; keys that nobody told of
//! are found by their shape (`secrets/shapes.rs`). The types upstream that mask their keys are the first line; this is the last.

mod shapes;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::encoding::hex;

/// What stands in an original for a secret.
pub const MASK: &str = "***";
/// Bytes of a known secret at least: a shorter one would be found by chance.
pub const SECRET_BYTES_MIN: usize = 6;

/// What to do with an original that contains a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnSecret {
    /// Put a mask in its place and say how often.
    Mask,
    /// Take nothing.
    Refuse,
}

/// Looks for secrets.
pub struct Guard {
    on_secret: OnSecret,
    /// Spellings of known secrets, then what keys of known shapes begin with.
    search: AhoCorasick,
    /// How many of the former there are.
    known: usize,
}

/// A secret was found, or could not be looked for. The secret is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// In a text that is not masked.
    #[error("{what} was found at byte {at}; nothing was recorded")]
    Found {
        /// In words.
        what: &'static str,
        /// Where it begins.
        at: usize,
    },
    /// More than a search can hold.
    #[error("these are too many secrets to look for")]
    Many,
    /// Too short to be looked for.
    #[error("a secret of {bytes} bytes can't be kept out: give one of {SECRET_BYTES_MIN} bytes or more")]
    Short {
        /// Of the secret.
        bytes: usize,
    },
}

/// An original that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub struct Examined<'a> {
    /// What may be recorded.
    pub bytes: Cow<'a, [u8]>,
    /// How many secrets a mask stands for.
    pub masked: usize,
}

impl Guard {
    /// Looks for these secrets, and for keys of known shapes.
    ///
    /// # Errors
    /// A secret too short to be told from other text; gigabytes of secrets.
    pub fn new<'a>(
        on_secret: OnSecret,
        secrets: impl IntoIterator<Item = &'a str>,
    ) -> Result<Guard, SecretError> {
        let mut known = Vec::new();
        for secret in secrets {
            if secret.len() < SECRET_BYTES_MIN {
                return Err(SecretError::Short { bytes: secret.len() });
            }
            known.extend(spellings(secret));
        }
        let count = known.len();
        known.extend(shapes::beginnings().map(str::to_owned));
        let search = AhoCorasick::new(known).map_err(|_| SecretError::Many)?;
        Ok(Guard { on_secret, search, known: count })
    }

    /// The original as it may be recorded.
    ///
    /// # Errors
    /// A secret, where they are refused.
    pub fn examined<'a>(&self, original: &'a [u8]) -> Result<Examined<'a>, SecretError> {
        let found = self.found(original);
        let Some((first, what)) = found.first() else {
            return Ok(Examined { bytes: Cow::Borrowed(original), masked: 0 });
        };
        if self.on_secret == OnSecret::Refuse {
            return Err(SecretError::Found { what, at: first.start });
        }
        let (mut bytes, mut copied, mut masked) = (Vec::with_capacity(original.len()), 0, 0);
        for (range, _) in &found {
            if range.start >= copied {
                bytes.extend_from_slice(&original[copied..range.start]);
                bytes.extend_from_slice(MASK.as_bytes());
                masked += 1;
            }
            copied = copied.max(range.end);
        }
        bytes.extend_from_slice(&original[copied..]);
        Ok(Examined { bytes: Cow::Owned(bytes), masked })
    }

    /// A name with a secret in it is refused, never masked: a masked name would be another's.
    ///
    /// # Errors
    /// A secret.
    pub fn refused_in(&self, name: &str) -> Result<(), SecretError> {
        match self.found(name.as_bytes()).first() {
            Some((range, what)) => Err(SecretError::Found { what, at: range.start }),
            None => Ok(()),
        }
    }

    /// Every secret, by where it begins; of those that begin together, the longest first.
    fn found(&self, text: &[u8]) -> Vec<(Range<usize>, &'static str)> {
        let hits = self.search.find_overlapping_iter(text);
        let mut found: Vec<_> = hits
            .filter_map(|hit| match hit.pattern().as_usize().checked_sub(self.known) {
                None => Some((hit.range(), "a secret of this installation")),
                Some(shape) => shapes::at(shape, text, hit.start()),
            })
            .collect();
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        found
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guard({:?}, ***)", self.on_secret)
    }
}

/// A secret as texts write it.
fn spellings(secret: &str) -> Vec<String> {
    let quoted = serde_json::to_string(secret).unwrap_or_default();
    let in_json = quoted.trim_matches('"').to_owned();
    let mut in_url = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            in_url.push(char::from(byte));
        } else {
            in_url += &format!("%{byte:02X}");
        }
    }
    let in_hex = hex(secret.as_bytes());
    let mut all =
        vec![secret.to_owned(), in_json, in_url.to_lowercase(), in_url, in_hex.to_uppercase(), in_hex];
    for before in 0..3 {
        all.push(within_base64(&STANDARD, before, secret));
        all.push(within_base64(&URL_SAFE, before, secret));
    }
    all.retain(|spelling| spelling.len() >= SECRET_BYTES_MIN);
    all.sort_unstable();
    all.dedup();
    all
}

/// The digits of base64 that hang on the secret alone, when `before` bytes stand before it (modulo 3).
fn within_base64(engine: &impl base64::Engine, before: usize, secret: &str) -> String {
    let text = engine.encode([&[0; 2][..before], secret.as_bytes()].concat());
    let first = (8 * before).div_ceil(6);
    let end = 8 * (before + secret.len()) / 6;
    text.get(first..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;

    const SECRET: &str = "p\"ä/ss+w0rd";

    fn guard(on_secret: OnSecret) -> Guard {
        Guard::new(on_secret, [SECRET]).unwrap()
    }

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        let texts = [
            format!("key={SECRET}&x"),
            serde_json::json!({ "key": SECRET }).to_string(),
            "https://h/?k=p%22%C3%A4%2Fss%2Bw0rd&x=1".to_owned(),
            "70 7022c3a42f73732b77307264".to_owned(),
            "7022C3A42F73732B77307264".to_owned(),
            STANDARD.encode(format!("user:{SECRET}")),
            STANDARD.encode(format!("a{SECRET}zz")),
            URL_SAFE.encode(format!("ab{SECRET}")),
        ];
        for text in texts {
            let examined = guard(OnSecret::Mask).examined(text.as_bytes()).unwrap();
            let shown = String::from_utf8_lossy(&examined.bytes).into_owned();
            assert_eq!(examined.masked, 1, "{text} -> {shown}");
            assert!(shown.contains(MASK), "{text} -> {shown}");
            assert!(guard(OnSecret::Refuse).examined(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_not_secret_stays_and_json_stays_json() {
        let text = serde_json::json!({ "a": format!("x{SECRET}{SECRET}y"), "b": 1 }).to_string();
        let examined = guard(OnSecret::Mask).examined(text.as_bytes()).unwrap();
        assert_eq!(&*examined.bytes, br#"{"a":"x******y","b":1}"#);
        let harmless = br#"{"prompt":"risk-adjusted desk-top sk-short, 12,000.00 USD of VTI"}"#;
        let examined = guard(OnSecret::Refuse).examined(harmless).unwrap();
        assert_eq!(examined, Examined { bytes: Cow::Borrowed(&harmless[..]), masked: 0 });
    }

    #[test]
    fn no_message_shows_a_secret() {
        let text = format!("{:?}", guard(OnSecret::Mask));
        assert!(!text.contains("w0rd"), "{text}");
        let error = guard(OnSecret::Refuse).examined(SECRET.as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a secret of this installation was found at byte 0; nothing was recorded"
        );
        assert!(guard(OnSecret::Mask).refused_in(&format!("ann {SECRET}")).is_err());
        let short = Guard::new(OnSecret::Mask, ["abc"]).unwrap_err();
        assert_eq!(short, SecretError::Short { bytes: 3 });
    }
}
