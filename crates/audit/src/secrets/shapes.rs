//! Keys that are known by their shape: those of model providers, brokers, clouds and code hosts, tokens, private keys.
//!
//! In: bytes. Out: where such keys stand. Invariant: a shape begins where no word goes on, so that `risk-…` holds no `sk-…`, and is
//! long enough not to be a word itself. One line of the table adds a shape.

use std::ops::Range;

/// How a key goes on after its first letters.
struct Shape {
    begins: &'static str,
    more_min: usize,
    digits: fn(u8) -> bool,
    what: &'static str,
}

fn token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
}

fn upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn bearer(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

fn note_key(byte: u8) -> bool {
    byte.is_ascii_graphic() && byte != b'"'
}

const fn shape(begins: &'static str, more_min: usize, digits: fn(u8) -> bool, what: &'static str) -> Shape {
    Shape { begins, more_min, digits, what }
}

const SHAPES: &[Shape] = &[
    shape("sk-", 20, token, "the key of a model provider"),
    shape("hf_", 30, token, "the key of a model provider"),
    shape("AIza", 35, token, "the key of a model provider"),
    shape("AKIA", 16, upper, "the key of a cloud"),
    shape("ASIA", 16, upper, "the key of a cloud"),
    shape("PK", 18, upper, "the key of a broker"),
    shape("AK", 18, upper, "the key of a broker"),
    shape("sk_live_", 16, token, "the key of a payment provider"),
    shape("sk_test_", 16, token, "the key of a payment provider"),
    shape("rk_live_", 16, token, "the key of a payment provider"),
    shape("ghp_", 30, token, "the key of a code host"),
    shape("gho_", 30, token, "the key of a code host"),
    shape("ghu_", 30, token, "the key of a code host"),
    shape("ghs_", 30, token, "the key of a code host"),
    shape("ghr_", 30, token, "the key of a code host"),
    shape("github_pat_", 22, token, "the key of a code host"),
    shape("glpat-", 20, token, "the key of a code host"),
    shape("xoxb-", 10, token, "the key of a chat"),
    shape("xoxp-", 10, token, "the key of a chat"),
    shape("xapp-", 10, token, "the key of a chat"),
    shape("Bearer ", 16, bearer, "a bearer token"),
    shape("bearer ", 16, bearer, "a bearer token"),
    shape("PRIVATE+KEY+", 10, note_key, "the private key of a log or witness"),
];

/// What keys of known shapes begin with; the place in this list is what [`at`] takes.
pub(super) fn beginnings() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|shape| shape.begins).chain([SIGNED_TOKEN_BEGINS, PEM_BEGINS])
}

/// The key that begins at `at` as the one of this place in the list does, if it goes on as it should.
pub(super) fn at(place: usize, text: &[u8], at: usize) -> Option<(Range<usize>, &'static str)> {
    match SHAPES.get(place) {
        Some(shape) => shape.at(text, at),
        None if place == SHAPES.len() => signed_token(text, at),
        None => pem(text, at),
    }
}

/// Whether a word could begin here.
fn word_begins(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| !token(text[before]))
}

fn run(text: &[u8], digits: fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| digits(**byte)).count()
}

impl Shape {
    fn at(&self, text: &[u8], at: usize) -> Option<(Range<usize>, &'static str)> {
        let begun = at + self.begins.len();
        let more = run(&text[begun..], self.digits);
        (word_begins(text, at) && more >= self.more_min).then(|| (at..begun + more, self.what))
    }
}

const SIGNED_TOKEN_BEGINS: &str = "eyJ";

/// A JSON web token: three parts, of which the first two are JSON objects.
fn signed_token(text: &[u8], at: usize) -> Option<(Range<usize>, &'static str)> {
    let mut end = at;
    for part in 0..3 {
        let length = run(&text[end..], token);
        if length < 8 || (part == 1 && !text[end..].starts_with(SIGNED_TOKEN_BEGINS.as_bytes())) {
            return None;
        }
        end += length;
        if part < 2 {
            if text.get(end) != Some(&b'.') {
                return None;
            }
            end += 1;
        }
    }
    word_begins(text, at).then_some((at..end, "a signed token"))
}

const PEM_BEGINS: &str = "-----BEGIN ";
const PEM_ENDS: &[u8] = b"-----END ";

/// A private key as OpenSSL and SSH write it, up to its end or, if that was cut off, the end of the text.
fn pem(text: &[u8], at: usize) -> Option<(Range<usize>, &'static str)> {
    let label = &text[at + PEM_BEGINS.len()..];
    let label_length = run(label, |byte| byte.is_ascii_uppercase() || byte == b' ');
    if !label[..label_length].ends_with(b"PRIVATE KEY") {
        return None;
    }
    let end = label.windows(PEM_ENDS.len()).position(|part| part == PEM_ENDS);
    let end = end.map_or(text.len(), |end| {
        let begun = at + PEM_BEGINS.len() + end + PEM_ENDS.len();
        let label = run(&text[begun..], |byte| byte.is_ascii_uppercase() || byte == b' ');
        begun + label + run(&text[begun + label..], |byte| byte == b'-')
    });
    Some((at..end, "a private key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Option<&str> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        for start in 0..bytes.len() {
            for (place, begins) in beginnings().enumerate() {
                let begun = bytes[start..].starts_with(begins.as_bytes());
                found.extend(begun.then(|| at(place, bytes, start)).flatten().map(|(range, _)| range));
            }
        }
        // A key of a cloud has the shape of a broker's too.
        found.dedup();
        assert!(found.len() < 2, "{text}: {found:?}");
        found.first().map(|range| &text[range.clone()])
    }

    #[test]
    fn every_shape_is_found_whole_and_only_where_a_word_begins() {
        for shape in SHAPES {
            let key = format!("{}{}", shape.begins, "Z9".repeat(shape.more_min));
            let key = if (shape.digits)(b'Z') { key } else { key.to_lowercase() };
            assert_eq!(only(&format!(r#"{{"a":"{key}"}}"#)), Some(&*key));
            assert_eq!(only(&format!("ri{key}")), None, "within a word");
            assert_eq!(only(&key[..shape.begins.len() + shape.more_min - 1]), None, "too short");
        }
    }

    #[test]
    fn tokens_and_private_keys_are_found() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl";
        assert_eq!(only(&format!("t={token};")), Some(token));
        assert_eq!(only("eyJhbGciOiJIUzI1NiJ9.eyJzdWI"), None);
        for label in ["PRIVATE KEY", "EC PRIVATE KEY"] {
            let pem = format!("-----BEGIN {label}-----\nMC4CAQ\n-----END {label}-----");
            assert_eq!(only(&format!("a {pem} b")), Some(&*pem));
            assert_eq!(only(&format!("a {}", &pem[..40])), Some(&pem[..40]), "cut off");
        }
        assert_eq!(only("-----BEGIN CERTIFICATE-----\nMC4CAQ\n-----END CERTIFICATE-----"), None);
    }
}
