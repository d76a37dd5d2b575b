//! The RFC 8785 form of a JSON text whose numbers become decimal strings.
//!
//! In: a JSON text. Out: its canonical bytes, appended to a buffer: no spaces, members sorted by the
//! UTF-16 code units of their names, strings with the shortest escapes, and each number as a string
//! of its decimal without trailing zeros. One pass over the text: a value is written where it is
//! met, and only an object whose members are out of order is put together again. Invariant: of a
//! text that is no JSON nothing is written.

use std::borrow::Cow;
use std::cmp::Ordering;

/// Values inside values, at most; a portfolio document has eight.
const DEPTH_MAX: usize = 128;

/// Appends the canonical form of `json` to `out`; `None`, and `out` as it was, where it is no JSON.
///
/// # Source
/// RFC 8785, sections 3.2.2 and 3.2.3; interface.md, `plan_hash`.
pub(super) fn append(json: &str, out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let mut writer = Writer { text: json, at: 0, out, members: Vec::new(), spare: Vec::new() };
    let written = writer.value(0).filter(|()| writer.next().is_none());
    if written.is_none() {
        out.truncate(start);
    }
    written
}

/// Appends a string, quoted and escaped.
pub(super) fn append_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            0..0x20 => 0,
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[plain_from..at]);
        plain_from = at + 1;
        if short == 0 {
            out.extend_from_slice(b"\\u00");
            out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        } else {
            out.extend([b'\\', short]);
        }
    }
    out.extend_from_slice(&text.as_bytes()[plain_from..]);
    out.push(b'"');
}

/// A member of an object, as it stands in the output: `"name":value`.
#[derive(Debug, Clone, Copy)]
struct Member {
    from: usize,
    /// Where the name ends, its closing quote left out.
    name_to: usize,
    to: usize,
    /// The name has neither escapes nor letters beyond ASCII, so that its bytes sort as its UTF-16.
    plain: bool,
}

struct Writer<'a, 'o> {
    text: &'a str,
    at: usize,
    out: &'o mut Vec<u8>,
    /// Members of the objects that are open, one object after the other.
    members: Vec<Member>,
    spare: Vec<u8>,
}

impl Writer<'_, '_> {
    /// The next byte that is no space; the writer stands on it.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let spaces = rest.iter().take_while(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.at += spaces;
        rest.get(spaces).copied()
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.next()? {
            b'"' => self.string().map(drop),
            b'{' if depth < DEPTH_MAX => self.object(depth),
            b'[' if depth < DEPTH_MAX => self.array(depth),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Option<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let word = [&b"true"[..], b"false", b"null"].into_iter().find(|word| rest.starts_with(word))?;
        self.at += word.len();
        self.out.extend_from_slice(word);
        Some(())
    }

    /// Writes a string; whether it is plain (see [`Member::plain`]).
    fn string(&mut self) -> Option<bool> {
        let from = self.at;
        let (mut escaped, mut ascii) = (false, true);
        loop {
            self.at += 1;
            match self.text.as_bytes().get(self.at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 1;
                }
                byte => ascii &= byte.is_ascii(),
            }
        }
        self.at += 1;
        let written = self.text.get(from..self.at)?;
        if escaped {
            append_string(&serde_json::from_str::<String>(written).ok()?, self.out);
        } else {
            self.out.extend_from_slice(written.as_bytes());
        }
        Some(ascii && !escaped)
    }

    fn number(&mut self) -> Option<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let length =
            rest.iter().take_while(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count();
        let written = self.text.get(self.at..self.at + length)?;
        self.at += length;
        self.out.push(b'"');
        match shortest(written) {
            Some(same) => self.out.extend_from_slice(same.as_bytes()),
            None => match crate::money::parse(written) {
                Ok(decimal) => self.out.extend_from_slice(decimal.normalize().to_string().as_bytes()),
                Err(_) => self.out.extend_from_slice(written.as_bytes()),
            },
        }
        self.out.push(b'"');
        Some(())
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        self.out.push(b'[');
        if self.next()? != b']' {
            loop {
                self.value(depth + 1)?;
                match self.next()? {
                    b',' => self.at += 1,
                    b']' => break,
                    _ => return None,
                }
                self.out.push(b',');
            }
        }
        self.at += 1;
        self.out.push(b']');
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        self.out.push(b'{');
        let (from, first) = (self.out.len(), self.members.len());
        let mut in_order = true;
        if self.next()? != b'}' {
            loop {
                let member = self.member(depth)?;
                if let Some(last) = self.members[first..].last() {
                    in_order &= name_order(self.out, last, &member) == Ordering::Less;
                }
                self.members.push(member);
                match self.next()? {
                    b',' => self.at += 1,
                    b'}' => break,
                    _ => return None,
                }
                self.out.push(b',');
            }
        }
        self.at += 1;
        if !in_order {
            self.sort(from, first);
        }
        self.members.truncate(first);
        self.out.push(b'}');
        Some(())
    }

    fn member(&mut self, depth: usize) -> Option<Member> {
        let from = self.out.len();
        if self.next()? != b'"' {
            return None;
        }
        let plain = self.string()?;
        let name_to = self.out.len() - 1;
        if self.next()? != b':' {
            return None;
        }
        self.at += 1;
        self.out.push(b':');
        self.value(depth + 1)?;
        Some(Member { from, name_to, to: self.out.len(), plain })
    }

    /// Puts the members from `first` on, which were written from `from` on, into their order. Of two
    /// of one name the later counts.
    fn sort(&mut self, from: usize, first: usize) {
        let out = &*self.out;
        self.members[first..].sort_by(|a, b| name_order(out, a, b));
        self.spare.clear();
        for (n, member) in self.members[first..].iter().enumerate() {
            let later = self.members.get(first + n + 1);
            if later.is_some_and(|later| name_order(out, member, later) == Ordering::Equal) {
                continue;
            }
            if !self.spare.is_empty() {
                self.spare.push(b',');
            }
            self.spare.extend_from_slice(&out[member.from..member.to]);
        }
        self.out.truncate(from);
        self.out.extend_from_slice(&self.spare);
    }
}

/// A plain number without its trailing zeros; `None` where it takes a decimal to tell.
fn shortest(written: &str) -> Option<&str> {
    // So many digits always fit a decimal, with the one before the point that may be a zero.
    const DIGITS_MAX: usize = 28;
    if written.len() > DIGITS_MAX || written.starts_with("-0") {
        return None;
    }
    let (mut points, mut digits) = (0, 0);
    for byte in written.strip_prefix('-').unwrap_or(written).bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' if digits > 0 => points += 1,
            _ => return None,
        }
    }
    let leading_zero = digits > 1 && written.starts_with('0') && !written.starts_with("0.");
    if digits == 0 || points > 1 || leading_zero {
        return None;
    }
    Some(if points == 0 { written } else { written.trim_end_matches('0').trim_end_matches('.') })
}

/// The order of two names by their UTF-16 code units.
fn name_order(out: &[u8], a: &Member, b: &Member) -> Ordering {
    let name = |m: &Member| &out[m.from + 1..m.name_to];
    if a.plain && b.plain {
        return name(a).cmp(name(b));
    }
    let text = |m: &Member| {
        let quoted = &out[m.from..=m.name_to];
        serde_json::from_slice::<Cow<'_, str>>(quoted).unwrap_or_default().encode_utf16().collect::<Vec<_>>()
    };
    text(a).cmp(&text(b))
}
