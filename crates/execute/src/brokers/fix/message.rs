//! A message of FIX 4.4 as it travels: tags and values, a length before and a check sum behind.
//!
//! In: bytes as they come, or the fields of a message. Out: a [`Message`], that it is garbled, or bytes. Invariants: a value has no byte in it
//! that ends a field, but where its length was told; nothing longer than [`BYTES_MAX`] is kept; no bytes whatever make it panic.
//!
//! # Source
//! FIX 4.4, volume 1: tag=value syntax, `BodyLength` (9), `CheckSum` (10), fields of data with their lengths.

use std::fmt::Write as _;

/// The largest message that is read.
pub(super) const BYTES_MAX: usize = 64 * 1024;
/// What ends a field.
const SOH: u8 = 1;
/// How a message begins.
const BEGIN: &[u8] = b"8=FIX.4.4\x019=";
/// The length of `10=nnn` with its end.
const TRAILER_BYTES: usize = 7;
/// The longest text of theirs that is quoted.
const QUOTED_CHARS_MAX: usize = 300;
/// Fields of data, whose values may hold anything, by the fields that tell their lengths.
const DATA: [(u32, u32); 15] = [
    (90, 91),
    (93, 89),
    (95, 96),
    (212, 213),
    (348, 349),
    (350, 351),
    (352, 353),
    (354, 355),
    (356, 357),
    (358, 359),
    (360, 361),
    (362, 363),
    (364, 365),
    (445, 446),
    (618, 619),
];

/// Why bytes are no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Garbled {
    /// It does not begin as one.
    #[error("it does not begin with `8=FIX.4.4`")]
    Beginning,
    /// Its length is none, or too large.
    #[error("its length (9) is none, or more than {BYTES_MAX}")]
    Length,
    /// Its end is not where its length says.
    #[error("its check sum (10) is not where its length (9) says")]
    End,
    /// The sum is another.
    #[error("its check sum (10) is not {sum}")]
    CheckSum {
        /// What it should be.
        sum: u8,
    },
    /// A field has no tag.
    #[error("the field behind tag {after} is none")]
    Field {
        /// The last one that was read.
        after: u32,
    },
}

/// Fields in their order, without those of the frame (8, 9, 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    fields: Vec<(u32, String)>,
}

impl Message {
    /// Reads the bytes of one whole message.
    pub(super) fn read(bytes: &[u8]) -> Result<Message, Garbled> {
        let whole = whole(bytes)?;
        if whole.is_none_or(|length| length != bytes.len()) {
            return Err(Garbled::End);
        }
        let (body, trailer) = bytes.split_at_checked(bytes.len() - TRAILER_BYTES).ok_or(Garbled::End)?;
        let sum = body.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        let told = trailer.get(3..6).and_then(|told| std::str::from_utf8(told).ok());
        if told.and_then(|told| told.parse::<u16>().ok()) != Some(u16::from(sum)) {
            return Err(Garbled::CheckSum { sum });
        }
        let rest = body.get(BEGIN.len()..).and_then(|rest| rest.splitn(2, |byte| *byte == SOH).nth(1));
        fields(rest.unwrap_or_default()).map(|fields| Message { fields })
    }

    /// The first value of a tag.
    pub(super) fn get(&self, tag: u32) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == tag).map(|(_, value)| value.as_str())
    }

    /// Every value of a tag.
    pub(super) fn all(&self, tag: u32) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(known, _)| *known == tag).map(|(_, value)| value.as_str())
    }

    /// Whether a flag is `Y`.
    pub(super) fn is(&self, tag: u32) -> bool {
        self.get(tag) == Some("Y")
    }

    /// Its kind.
    pub(super) fn kind(&self) -> &str {
        self.get(35).unwrap_or_default()
    }

    /// A whole number that is not negative.
    pub(super) fn number(&self, tag: u32) -> Option<u64> {
        self.get(tag)?.parse().ok()
    }

    /// Their words (58), for a message of ours.
    pub(super) fn words(&self) -> Option<String> {
        self.get(58).map(quoted).filter(|words| !words.trim().is_empty())
    }
}

/// A text of theirs for a message of ours: on one line, and not too long.
pub(super) fn quoted(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(QUOTED_CHARS_MAX).collect()
}

/// How many bytes the message at the beginning has; `None` where there are too few to say so or to hold it.
fn whole(bytes: &[u8]) -> Result<Option<usize>, Garbled> {
    let known = bytes.len().min(BEGIN.len());
    if bytes.get(..known) != BEGIN.get(..known) {
        return Err(Garbled::Beginning);
    }
    let Some(rest) = bytes.get(BEGIN.len()..) else { return Ok(None) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length = rest.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok());
    match rest.get(digits) {
        Some(&SOH) => {}
        None if digits <= 6 => return Ok(None),
        _ => return Err(Garbled::Length),
    }
    let length: usize = length.and_then(|length| length.parse().ok()).ok_or(Garbled::Length)?;
    if length > BYTES_MAX {
        return Err(Garbled::Length);
    }
    let end = BEGIN.len() + digits + 1 + length + TRAILER_BYTES;
    let Some(trailer) = bytes.get(end - TRAILER_BYTES..end) else { return Ok(None) };
    let is_end = trailer.starts_with(b"10=")
        && trailer.ends_with(&[SOH])
        && bytes.get(end - TRAILER_BYTES - 1) == Some(&SOH);
    if is_end { Ok(Some(end)) } else { Err(Garbled::End) }
}

fn fields(mut rest: &[u8]) -> Result<Vec<(u32, String)>, Garbled> {
    let mut fields: Vec<(u32, String)> = Vec::new();
    while !rest.is_empty() {
        let after = fields.last().map_or(9, |(tag, _)| *tag);
        let none = Garbled::Field { after };
        let sign = rest.iter().take(11).position(|byte| *byte == b'=').ok_or_else(|| none.clone())?;
        let (tag, value) = rest.split_at(sign);
        let tag: u32 =
            std::str::from_utf8(tag).ok().and_then(|tag| tag.parse().ok()).ok_or_else(|| none.clone())?;
        let value = value.get(1..).unwrap_or_default();
        let told = fields.last().filter(|(length, _)| DATA.contains(&(*length, tag)));
        let length = match told.map(|(_, length)| length.parse::<usize>()) {
            Some(Ok(length)) => length,
            Some(Err(_)) => return Err(none),
            None => value.iter().position(|byte| *byte == SOH).ok_or_else(|| none.clone())?,
        };
        let (text, behind) = value.split_at_checked(length).ok_or_else(|| none.clone())?;
        if behind.first() != Some(&SOH) {
            return Err(none);
        }
        fields.push((tag, String::from_utf8_lossy(text).into_owned()));
        rest = behind.get(1..).unwrap_or_default();
    }
    Ok(fields)
}

/// Takes the first message out of what has come; `None` where it is not whole yet. What is garbled is taken out as well, up to where the next
/// message may begin.
pub(super) fn next(heard: &mut Vec<u8>) -> Option<Result<(Message, Vec<u8>), Garbled>> {
    match whole(heard) {
        Ok(None) => None,
        Ok(Some(length)) => {
            let bytes: Vec<u8> = heard.drain(..length).collect();
            Some(Message::read(&bytes).map(|message| (message, bytes)))
        }
        Err(garbled) => {
            let next = heard.windows(BEGIN.len()).skip(1).position(|part| part == BEGIN);
            let kept = next.map_or(heard.len(), |next| next + 1);
            heard.drain(..kept);
            Some(Err(garbled))
        }
    }
}

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    kind: &'static str,
    fields: Vec<(u32, String)>,
}

impl Draft {
    /// One of a kind (35).
    pub(super) fn new(kind: &'static str) -> Draft {
        Draft { kind, fields: Vec::new() }
    }

    /// With a field. What would end the field is a blank.
    pub(super) fn with(mut self, tag: u32, value: &str) -> Draft {
        let value = value.chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect();
        self.fields.push((tag, value));
        self
    }

    /// With a whole number.
    pub(super) fn with_number(self, tag: u32, value: u64) -> Draft {
        self.with(tag, &value.to_string())
    }

    /// With a field where there is a value.
    pub(super) fn with_some(self, tag: u32, value: Option<&str>) -> Draft {
        match value {
            Some(value) => self.with(tag, value),
            None => self,
        }
    }

    /// Its bytes between two parties, under a number and at a time.
    pub(super) fn bytes(&self, sender: &str, target: &str, number: u64, sent: &str) -> Vec<u8> {
        let mut body =
            format!("35={}\x0149={sender}\x0156={target}\x0134={number}\x0152={sent}\x01", self.kind);
        for (tag, value) in &self.fields {
            let _ = write!(body, "{tag}={value}\x01"); // a text takes whatever is written
        }
        let mut whole = format!("8=FIX.4.4\x019={}\x01{body}", body.len());
        let sum = whole.bytes().fold(0_u8, u8::wrapping_add);
        let _ = write!(whole, "10={sum:03}\x01");
        whole.into_bytes()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A message of theirs.
    pub(in super::super) fn message(kind: &'static str, fields: &[(u32, &str)]) -> Message {
        Message::read(&bytes(kind, 1, fields)).unwrap()
    }

    /// Its bytes under a number.
    pub(in super::super) fn bytes(kind: &'static str, number: u64, fields: &[(u32, &str)]) -> Vec<u8> {
        let draft = fields.iter().fold(Draft::new(kind), |draft, (tag, value)| draft.with(*tag, value));
        draft.bytes("BROKER", "US", number, "20261127-15:00:00.000")
    }

    #[test]
    fn what_is_written_is_read() {
        let written = bytes("8", 7, &[(11, "o-1"), (58, "a\u{1}b=ü"), (136, "2"), (137, "1"), (137, "2")]);
        let read = Message::read(&written).unwrap();
        assert_eq!((read.kind(), read.number(34), read.get(11)), ("8", Some(7), Some("o-1")));
        assert_eq!(read.words().as_deref(), Some("a b=ü"));
        assert_eq!(read.all(137).collect::<Vec<_>>(), ["1", "2"]);
        assert!(String::from_utf8_lossy(&written).starts_with("8=FIX.4.4\u{1}9="));
    }

    #[test]
    fn messages_are_taken_out_of_what_comes_in_parts() {
        let (one, two) = (bytes("0", 1, &[]), bytes("1", 2, &[(112, "T")]));
        let mut heard = Vec::new();
        let mut found = Vec::new();
        for byte in [&one[..], b"noise", &two[..], &one[..]].concat() {
            heard.push(byte);
            found
                .extend(next(&mut heard).map(|next| next.map(|(message, _)| message.kind().to_owned()).ok()));
        }
        // Each byte of the noise is taken out as it comes.
        found.dedup();
        assert_eq!(found, [Some("0".to_owned()), None, Some("1".to_owned()), Some("0".to_owned())]);
        assert!(heard.is_empty());
    }

    #[test]
    fn data_may_hold_what_ends_a_field() {
        let body = "35=8\x0134=1\x0195=3\x0196=a\x01b\x0111=o\x01";
        let mut whole = format!("8=FIX.4.4\x019={}\x01{body}", body.len());
        let sum = whole.bytes().fold(0_u8, u8::wrapping_add);
        whole.push_str(&format!("10={sum:03}\x01"));
        let read = Message::read(whole.as_bytes()).unwrap();
        assert_eq!((read.get(96), read.get(11)), (Some("a\u{1}b"), Some("o")));
    }

    #[test]
    fn garbled_messages_are_told() {
        let good = bytes("0", 1, &[]);
        let mut sum = good.clone();
        let at = sum.len() - 2;
        sum[at] = if sum[at] == b'0' { b'1' } else { b'0' };
        assert!(matches!(Message::read(&sum), Err(Garbled::CheckSum { .. })));
        assert_eq!(Message::read(b"8=FIX.4.2\x019=5\x01"), Err(Garbled::Beginning));
        assert_eq!(Message::read(b"8=FIX.4.4\x019=9999999\x01"), Err(Garbled::Length));
        assert_eq!(Message::read(&good[..good.len() - 1]), Err(Garbled::End));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(start in any::<bool>(), rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut heard = if start { BEGIN.to_vec() } else { Vec::new() };
            heard.extend(rest);
            while next(&mut heard).is_some() {}
        }
    }
}
