//! What is told of every answer, to whoever keeps a log or traces.
//!
//! In: a request that was answered. Out: an [`Answered`]. Invariant: no body, no query, no name, no token and no id of anybody is in it: the address
//! is its template, so that no account or household can be read of it.

use std::time::Duration;

use jiff::Timestamp;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// When it was asked for.
    pub at: Timestamp,
    /// The id that its headers have.
    pub request_id: String,
    /// `GET` and the like; `other` for what nobody knows.
    pub method: String,
    /// The address as it stands in the description: `/api/v1/households/{household}`; `none` where there is none.
    pub route: String,
    /// Status of HTTP.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
    /// `person`, `program`, or `nobody` where nobody was let in.
    pub caller: &'static str,
    /// The trace that it belongs to.
    pub trace: Trace,
}

/// A trace, and the step before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// Its id.
    pub id: [u8; 16],
    /// The id of this step.
    pub span: [u8; 8],
    /// The step that asked, where it said so.
    pub parent: Option<[u8; 8]>,
}

impl Trace {
    /// The trace that a `traceparent` names, with a step of these random bytes; a new one where it names none.
    ///
    /// # Source
    /// W3C Trace Context, version 00.
    pub(crate) fn of(traceparent: Option<&str>, random: [u8; 24]) -> Trace {
        let (mut id, mut span) = ([0; 16], [0; 8]);
        id.copy_from_slice(&random[..16]);
        span.copy_from_slice(&random[16..]);
        match traceparent.and_then(read) {
            Some((id, parent)) => Trace { id, span, parent: Some(parent) },
            None => Trace { id, span, parent: None },
        }
    }
}

/// Trace and step of a `traceparent`.
fn read(text: &str) -> Option<([u8; 16], [u8; 8])> {
    let mut parts = text.trim().split('-');
    let (version, id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_known = version == "00" && parts.next().is_none() && flags.len() == 2;
    let (id, parent): ([u8; 16], [u8; 8]) = (hex(id)?, hex(parent)?);
    (is_known && id != [0; 16] && parent != [0; 8]).then_some((id, parent))
}

/// Bytes of lower-case hexadecimal digits.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if text.len() != 2 * N || !is_plain {
        return None;
    }
    let mut bytes = [0; N];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_carried_on_and_nonsense_begins_a_new_one() {
        let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let trace = Trace::of(Some(given), [7; 24]);
        assert_eq!((trace.id[0], trace.parent.unwrap()[0], trace.span), (0x0a, 0xb7, [7; 8]));
        for wrong in [
            "",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-é-b7ad6b7169203331-01",
        ] {
            let trace = Trace::of(Some(wrong), [7; 24]);
            assert_eq!((trace.id, trace.parent), ([7; 16], None), "{wrong}");
        }
    }
}
