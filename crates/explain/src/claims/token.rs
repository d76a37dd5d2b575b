//! Words, numbers, names and marks of a text.
//!
//! In: a text that may be shown, and the names of the household. Out: [`Token`]s in order. Invariants: spans lie on
//! character boundaries and do not overlap; a name of the household is one token however it is spelt (`VTI-2016`, `BRK.B`,
//! `International Stocks`); a number is one token with its scale (`5k`, `sixty-five`, `half a million`).

use jiff::civil::Date;

use super::dates;
use super::names::{Named, Names};
use super::numerals::{self, Numeral};

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    /// First byte.
    pub(crate) from: usize,
    /// The byte after the last.
    pub(crate) to: usize,
    /// As it is written.
    pub(crate) text: String,
    /// In lower case, with one kind of apostrophe.
    pub(crate) lower: String,
    pub(crate) kind: Kind,
    /// Whether it touches the token before.
    pub(crate) glued: bool,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Word,
    Number(Numeral),
    /// One or more readings of a date in digits.
    Date(Vec<Date>),
    Name(Named),
    Mark,
}

impl Token {
    pub(crate) fn is(&self, word: &str) -> bool {
        self.lower == word
    }

    pub(crate) fn any(&self, words: &[&str]) -> bool {
        words.contains(&self.lower.as_str())
    }

    /// Whether it is one of some words with blanks between them.
    pub(crate) fn is_in(&self, words: &str) -> bool {
        words.split(' ').any(|word| self.lower == word)
    }

    pub(crate) fn number(&self) -> Option<&Numeral> {
        match &self.kind {
            Kind::Number(numeral) => Some(numeral),
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> Option<&Named> {
        match &self.kind {
            Kind::Name(named) => Some(named),
            _ => None,
        }
    }
}

/// Parts a text.
pub(crate) fn tokens(text: &str, names: &Names) -> Vec<Token> {
    let mut raw = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (len, kind) = piece(text, at, c, names, raw.last());
        let glued = raw.last().is_some_and(|before: &Token| before.to == at);
        raw.push(token(text, at, at + len, kind, glued));
        at += len;
    }
    names.phrases(&numerals::merged(&raw), text)
}

/// A token over some bytes.
pub(crate) fn token(text: &str, from: usize, to: usize, kind: Kind, glued: bool) -> Token {
    let written = &text[from..to];
    let lower = written.to_lowercase().replace('’', "'");
    Token { from, to, text: written.to_owned(), lower, kind, glued }
}

/// The piece that starts here: its length and what it is.
fn piece(text: &str, at: usize, c: char, names: &Names, before: Option<&Token>) -> (usize, Kind) {
    let rest = &text[at..];
    let number_may_start =
        before.is_none_or(|b| b.to != at || !b.text.ends_with(|c: char| c.is_ascii_digit()));
    if c.is_alphanumeric() {
        if let Some((len, named)) = names.at(rest, before) {
            return (len, Kind::Name(named));
        }
        if c.is_ascii_digit() {
            if let Some((len, readings)) = dates::in_digits(rest) {
                return (len, Kind::Date(readings));
            }
            let (len, numeral) = numerals::digits(rest);
            return (len, numeral.map_or(Kind::Word, Kind::Number));
        }
        return (word_len(rest), Kind::Word);
    }
    let fraction = c == '.' && number_may_start && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    if fraction {
        let (len, numeral) = numerals::digits(rest);
        return (len, numeral.map_or(Kind::Word, Kind::Number));
    }
    (c.len_utf8(), Kind::Mark)
}

/// Letters and digits, with an apostrophe between them.
fn word_len(rest: &str) -> usize {
    let mut len = 0;
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let inner = matches!(c, '\'' | '’') && chars.peek().is_some_and(|next| next.is_alphabetic());
        if !c.is_alphanumeric() && !inner {
            break;
        }
        len += c.len_utf8();
    }
    len
}
