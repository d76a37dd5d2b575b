//! Why an answer is no success, in the words of whoever gave it.
//!
//! In: a body. Out: its `code` and its `message`, which many interfaces write so. Invariant: a body that is none of theirs, such as a page of a proxy, has
//! neither; the words are theirs and may hold anything, so that whoever shows them masks them first ([`crate::Agent::masked`]).

use serde::Deserialize;

/// The body of an answer that is no success.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Reason {
    /// Their own number of it.
    pub code: Option<u64>,
    /// In their words.
    pub message: Option<String>,
}

impl Reason {
    /// What a body tells.
    #[must_use]
    pub fn of(body: &[u8]) -> Reason {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_a_proxy_gives_no_reason() {
        let told = Reason::of(br#"{"code": 40410000, "message": "order not found", "more": []}"#);
        assert_eq!((told.code, told.message.as_deref()), (Some(40_410_000), Some("order not found")));
        for other in ["", "<html>404</html>", "[]", "null", r#"{"code": "x"}"#] {
            assert_eq!(Reason::of(other.as_bytes()), Reason::default(), "{other}");
        }
    }
}
