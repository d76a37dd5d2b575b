//! Which number stands here, and how exactly it is meant.
//!
//! In: digits or words. Out: a [`Numeral`] with the unit of its last place, so that `5k` is known to be rounder than
//! `$5,000.00`. Invariant: nothing overflows; what is too large to be read is no number.

use portfolio::Decimal;
use rust_decimal::dec;

use super::token::{Kind, Token};

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numeral {
    pub(crate) value: Decimal,
    /// The unit of the last place that is written: 0.01 for `1.25`, 1000 for `5k`.
    pub(crate) unit: Decimal,
    /// The unit of the last place that is not 0: 1000 for `5,000`.
    pub(crate) round: Decimal,
    /// Written in words.
    pub(crate) spoken: bool,
}

/// Larger ones are not read.
const VALUE_MAX: Decimal = dec!(1_000_000_000_000_000);

/// The number in digits at the start of a text, and its length; `None` where it can't be kept.
pub(crate) fn digits(rest: &str) -> (usize, Option<Numeral>) {
    let bytes = rest.as_bytes();
    let (mut len, mut point) = (0, false);
    while len < bytes.len() {
        let digit_next = bytes.get(len + 1).is_some_and(u8::is_ascii_digit);
        match bytes[len] {
            b'0'..=b'9' => {}
            b',' if !point && digit_next && thousands(&bytes[len + 1..]) => {}
            b'.' if !point && digit_next => point = true,
            _ => break,
        }
        len += 1;
    }
    let written: String = rest[..len].chars().filter(|c| *c != ',').collect();
    let value: Option<Decimal> = written.parse().ok().filter(|v| *v <= VALUE_MAX);
    (len, value.map(|value| exact(value, false)))
}

/// Three digits, and then no digit.
fn thousands(bytes: &[u8]) -> bool {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count() == 3
}

/// A number that is meant to its last digit.
fn exact(value: Decimal, spoken: bool) -> Numeral {
    let unit = Decimal::new(1, value.scale());
    let mut round = unit;
    let mut rest = if value.is_zero() { Decimal::ONE } else { value / unit };
    while (rest % Decimal::TEN).is_zero() {
        rest /= Decimal::TEN;
        round *= Decimal::TEN;
    }
    Numeral { value, unit, round, spoken }
}

fn scaled(numeral: Numeral, by: Decimal) -> Option<Numeral> {
    let value = numeral.value.checked_mul(by).filter(|v| *v <= VALUE_MAX)?;
    Some(Numeral { value, unit: numeral.unit * by, round: numeral.round * by, ..numeral })
}

/// What a word after a number multiplies it by.
fn scale(token: &Token) -> Option<Decimal> {
    let by = match (token.lower.as_str(), token.glued) {
        ("k", true) | ("thousand" | "grand", _) => dec!(1000),
        ("m" | "mm", true) | ("million" | "millions", _) => dec!(1_000_000),
        ("b" | "bn", true) | ("billion", _) => dec!(1_000_000_000),
        ("hundred", _) => dec!(100),
        _ => return None,
    };
    Some(by)
}

/// The same tokens with numbers in words, and numbers with their scale, as one token each.
pub(crate) fn merged(raw: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let found = match raw[at].kind {
            Kind::Number(numeral) => with_scale(raw, at, numeral),
            Kind::Word => spoken(&raw[at..]),
            _ => None,
        };
        match found {
            Some((taken, numeral)) => {
                let (first, last) = (&raw[at], &raw[at + taken - 1]);
                let text = raw[at..at + taken].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
                out.push(Token {
                    to: last.to,
                    lower: text.to_lowercase(),
                    text,
                    kind: Kind::Number(numeral),
                    ..first.clone()
                });
                at += taken;
            }
            None => {
                out.push(raw[at].clone());
                at += 1;
            }
        }
    }
    out
}

fn with_scale(raw: &[Token], at: usize, numeral: Numeral) -> Option<(usize, Numeral)> {
    let by = scale(raw.get(at + 1)?)?;
    let law = [dec!(401), dec!(403), dec!(457), dec!(529)].contains(&numeral.value);
    if law && raw[at + 1].any(&["k", "b"]) {
        return None; // 401k: a kind of account
    }
    let number = scaled(numeral, by)?;
    // A scale after a number in digits is the round way of writing it.
    Some((2, Numeral { round: number.unit.max(number.round), ..number }))
}

/// Numbers in words: `sixty-five`, `five thousand`, `a hundred and ten`, `half a million`.
fn spoken(raw: &[Token]) -> Option<(usize, Numeral)> {
    let word = |n: usize| raw.get(n).map_or("", |t| t.lower.as_str());
    if matches!((word(0), word(1)), ("half", "a")) {
        let by = scale(raw.get(2)?)?;
        let value = by / Decimal::TWO;
        return Some((3, Numeral { value, unit: value, round: value, spoken: true }));
    }
    let article = matches!(word(0), "a") && matches!(word(1), "hundred" | "thousand" | "million");
    let (mut at, mut whole, mut part) = (usize::from(article), Decimal::ZERO, Decimal::ZERO);
    if article {
        part = Decimal::ONE;
    }
    let mut read = 0;
    loop {
        let skip = usize::from(at > 0 && (word(at) == "-" || word(at) == "and" && read > 0));
        let Some(token) = raw.get(at + skip) else { break };
        let small = small(&token.lower);
        let by = scale(token).filter(|_| !token.glued || skip > 0);
        match (small, by) {
            (Some(value), _)
                if skip == 0 || word(at) == "-" || whole > Decimal::ZERO || part >= dec!(100) =>
            {
                // "twenty five", "hundred five"; but "two three" are two numbers.
                let fits = part.is_zero() || part >= dec!(100) || part >= dec!(20) && value < Decimal::TEN;
                if !fits {
                    break;
                }
                part += value;
            }
            (None, Some(by)) if skip == 0 && part > Decimal::ZERO => {
                if by == dec!(100) {
                    part *= by;
                } else {
                    whole = whole.checked_add(part.checked_mul(by)?)?;
                    part = Decimal::ZERO;
                }
            }
            _ => break,
        }
        at += skip + 1;
        read = at;
    }
    let value = whole.checked_add(part)?;
    (read > 0 && value > Decimal::ZERO && value <= VALUE_MAX).then(|| (read, exact(value, true)))
}

/// Numbers of one word, below a hundred.
fn small(word: &str) -> Option<Decimal> {
    const UNITS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
                         seventeen eighteen nineteen";
    const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";
    let place = |words: &str| words.split(' ').position(|w| w == word);
    let units = place(UNITS).map(|n| n + 1);
    units.or_else(|| place(TENS).map(|n| 20 + 10 * n)).map(Decimal::from)
}

#[cfg(test)]
mod tests {
    use super::super::names::Names;
    use super::super::token::tokens;
    use super::*;

    fn read(text: &str) -> Vec<(Decimal, Decimal)> {
        tokens(text, &Names::default()).iter().filter_map(Token::number).map(|n| (n.value, n.round)).collect()
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value, round) in [
            ("$5,000.00", dec!(5000), dec!(1000)),
            ("5k", dec!(5000), dec!(1000)),
            ("1.1k", dec!(1100), dec!(100)),
            ("11.11 shares", dec!(11.11), dec!(0.01)),
            ("sixty-five percent", dec!(65), dec!(1)),
            ("five thousand dollars", dec!(5000), dec!(1000)),
            ("a hundred and ten", dec!(110), dec!(10)),
            ("half a million", dec!(500000), dec!(500000)),
            ("1.2 million", dec!(1200000), dec!(100000)),
            (".5 %", dec!(0.5), dec!(0.1)),
            ("30-day", dec!(30), dec!(10)),
        ] {
            assert_eq!(read(text), [(value, round)], "{text}");
        }
        assert_eq!(read("two three").len(), 2);
        assert_eq!(
            read("5,00 1,2345"),
            [(dec!(5), dec!(1)), (dec!(0) + dec!(0), dec!(1)), (dec!(1), dec!(1)), (dec!(2345), dec!(1))]
        );
        assert_eq!(read(&"9".repeat(40)), []);
    }
}
