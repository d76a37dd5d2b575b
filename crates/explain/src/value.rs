//! How a figure is written for a person, and how it is read back.
//!
//! In: a [`Value`]. Out: its text, digits with their unit and sign; or, from a text, the value that
//! a reader would take from it. Invariant: reading what was written gives the value as it was shown,
//! and reading doesn't go through the code that writes.

use std::fmt;

use jiff::civil::Date;
use portfolio::{Decimal, Side};
use rust_decimal::{RoundingStrategy, dec};

/// A figure or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// USD, to the cent: `−1,234.50 USD`.
    Usd(Decimal),
    /// A gain (or a loss, negative), USD: `loss of 12.00 USD`.
    Gain(Decimal),
    /// Shares, every digit: `11.11 shares`.
    Shares(Decimal),
    /// A part of V: `60.00 %`.
    Weight(Decimal),
    /// Distance of a weight from its target: `5.00 % above`, `0.20 % below`.
    Deviation(Decimal),
    /// A rate: `23.80 %`.
    Percent(Decimal),
    /// The same in hundredths of a percent: `1.5 bps`.
    Bps(Decimal),
    /// A number of things.
    Count(usize),
    /// `2026-11-20`.
    Date(Date),
    /// `Sells` or `Buys`.
    Action(Side),
    /// `true` is `long-term`.
    Term(bool),
    /// A ticker.
    Ticker(String),
    /// A lot.
    LotId(String),
    /// An account, or a class.
    Name(String),
}

impl Value {
    /// The value as it is shown: rounded like money, half to even.
    #[must_use]
    pub fn shown(&self) -> Value {
        let to = |x: &Decimal, digits| {
            let rounded = x.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven);
            if rounded.is_zero() { Decimal::ZERO } else { rounded }
        };
        match self {
            Value::Usd(x) => Value::Usd(to(x, 2)),
            Value::Gain(x) => Value::Gain(to(x, 2)),
            Value::Weight(x) => Value::Weight(to(x, 4)),
            Value::Deviation(x) => Value::Deviation(to(x, 4)),
            Value::Percent(x) => Value::Percent(to(x, 4)),
            Value::Bps(x) => Value::Bps(to(x, 5)),
            other => other.clone(),
        }
    }

    /// Reads a value of the same kind from the start of a text; also what follows. `None` where the
    /// text holds none.
    #[must_use]
    pub fn read<'t>(&self, text: &'t str) -> Option<(Value, &'t str)> {
        let hundredth = |x: Decimal| x * dec!(0.01);
        match self {
            Value::Usd(_) => unit(number(text, 2)?, " USD", Value::Usd),
            Value::Gain(_) => read_gain(text),
            Value::Shares(x) => {
                let (x, rest) = number(text, x.normalize().scale())?;
                unit((x, rest), if x == Decimal::ONE { " share" } else { " shares" }, Value::Shares)
            }
            Value::Weight(_) => unit(number(text, 2)?, " %", |x| Value::Weight(hundredth(x))),
            Value::Percent(_) => unit(number(text, 2)?, " %", |x| Value::Percent(hundredth(x))),
            Value::Deviation(_) => read_deviation(text),
            Value::Bps(_) => unit(number(text, 1)?, " bps", |x| Value::Bps(x * dec!(0.0001))),
            Value::Count(_) => {
                let (x, rest) = number(text, 0)?;
                Some((Value::Count(x.to_string().parse().ok()?), rest))
            }
            Value::Date(_) => {
                let (date, rest) = text.split_at_checked(10)?;
                Some((Value::Date(date.parse().ok()?), rest))
            }
            Value::Action(_) => {
                one_of(text, [("Sells", Value::Action(Side::Sell)), ("Buys", Value::Action(Side::Buy))])
            }
            Value::Term(_) => {
                one_of(text, [("long-term", Value::Term(true)), ("short-term", Value::Term(false))])
            }
            Value::Ticker(name) | Value::LotId(name) | Value::Name(name) => {
                text.strip_prefix(name.as_str()).map(|rest| (self.clone(), rest))
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Value::Ticker(name) | Value::LotId(name) | Value::Name(name) = self {
            return f.write_str(name);
        }
        match self.shown() {
            Value::Usd(x) => write!(f, "{} USD", grouped(x, 2)),
            Value::Gain(x) if x.is_sign_negative() => write!(f, "loss of {} USD", grouped(-x, 2)),
            Value::Gain(x) => write!(f, "gain of {} USD", grouped(x, 2)),
            Value::Shares(x) if x == Decimal::ONE => f.write_str("1 share"),
            Value::Shares(x) => write!(f, "{} shares", grouped(x, x.normalize().scale())),
            Value::Weight(x) | Value::Percent(x) => write!(f, "{} %", grouped(hundred(x), 2)),
            Value::Deviation(x) => {
                let side = if x.is_sign_negative() { "below" } else { "above" };
                write!(f, "{} % {side}", grouped(hundred(x).abs(), 2))
            }
            Value::Bps(x) => write!(f, "{} bps", grouped(x.saturating_mul(dec!(10000)), 1)),
            Value::Count(n) => write!(f, "{}", grouped(Decimal::from(n), 0)),
            Value::Date(date) => write!(f, "{date}"),
            Value::Action(Side::Sell) => f.write_str("Sells"),
            Value::Action(Side::Buy) => f.write_str("Buys"),
            Value::Term(long) => f.write_str(if long { "long-term" } else { "short-term" }),
            Value::Ticker(name) | Value::LotId(name) | Value::Name(name) => f.write_str(&name),
        }
    }
}

fn hundred(x: Decimal) -> Decimal {
    x.saturating_mul(dec!(100))
}

/// Fixed digits after the point, commas between thousands.
fn grouped(x: Decimal, digits: u32) -> String {
    let text = format!("{:.*}", digits as usize, x.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::with_capacity(text.len() + whole.len() / 3 + 3);
    if x.is_sign_negative() && !x.is_zero() {
        out.push('−');
    }
    let (mut at, mut to) = (0, whole.len() - whole.len().saturating_sub(1) / 3 * 3);
    while at < whole.len() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&whole[at..to]);
        (at, to) = (to, to + 3);
    }
    out.push_str(rest);
    out
}

/// Reads `−1,234.50`: thousands apart by commas, exactly so many digits after the point.
fn number(text: &str, digits: u32) -> Option<(Decimal, &str)> {
    let (negative, text) = text.strip_prefix('−').map_or((false, text), |rest| (true, rest));
    let whole = &text[..text.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(text.len())];
    // A comma that ends a clause is no part of the number.
    let whole = whole.trim_end_matches(',');
    let groups: Vec<&str> = whole.split(',').collect();
    let well_grouped = (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3);
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !well_grouped || leading_zero {
        return None;
    }
    let mut plain = groups.concat();
    let mut rest = &text[whole.len()..];
    if digits > 0 {
        let (fraction, after) = rest.strip_prefix('.')?.split_at_checked(digits as usize)?;
        if !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        plain = format!("{plain}.{fraction}");
        rest = after;
    }
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let read: Decimal = plain.parse().ok()?;
    // Nothing is never less than nothing.
    if negative && read.is_zero() {
        return None;
    }
    Some((if negative { -read } else { read }, rest))
}

fn unit<'t>(
    (number, rest): (Decimal, &'t str),
    unit: &str,
    make: impl Fn(Decimal) -> Value,
) -> Option<(Value, &'t str)> {
    rest.strip_prefix(unit).map(|rest| (make(number), rest))
}

fn read_gain(text: &str) -> Option<(Value, &str)> {
    let (negative, rest) = match text.strip_prefix("loss of ") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("gain of ")?),
    };
    unsigned(rest)?;
    unit(number(rest, 2)?, " USD", |x| Value::Gain(if negative { -x } else { x }))
}

fn read_deviation(text: &str) -> Option<(Value, &str)> {
    unsigned(text)?;
    let (size, rest) = number(text, 2)?;
    let size = size * dec!(0.01);
    one_of(rest, [(" % above", Value::Deviation(size)), (" % below", Value::Deviation(-size))])
}

/// A sign that is told by a word isn't written a second time.
fn unsigned(text: &str) -> Option<()> {
    (!text.starts_with('−')).then_some(())
}

fn one_of<'t, const N: usize>(text: &'t str, words: [(&str, Value); N]) -> Option<(Value, &'t str)> {
    words.into_iter().find_map(|(word, value)| text.strip_prefix(word).map(|rest| (value, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for (value, written) in [
            (Value::Usd(dec!(-1234567.895)), "−1,234,567.90 USD"),
            (Value::Usd(dec!(-0.001)), "0.00 USD"),
            (Value::Gain(dec!(-111.1)), "loss of 111.10 USD"),
            (Value::Shares(dec!(11.1100)), "11.11 shares"),
            (Value::Shares(dec!(1.0)), "1 share"),
            (Value::Weight(dec!(0.6)), "60.00 %"),
            (Value::Deviation(dec!(-0.0123)), "1.23 % below"),
            (Value::Percent(dec!(0.238)), "23.80 %"),
            (Value::Bps(dec!(0.00015)), "1.5 bps"),
            (Value::Count(1200), "1,200"),
            (Value::Date(jiff::civil::date(2026, 1, 5)), "2026-01-05"),
            (Value::Term(false), "short-term"),
        ] {
            assert_eq!(value.to_string(), written);
            let (read, rest) = value.read(written).unwrap();
            assert_eq!((read.shown(), rest), (value.shown(), ""), "{written}");
        }
    }

    #[test]
    fn odd_spellings_are_no_numbers() {
        for odd in [
            "1234.00 USD",
            "12,34.00 USD",
            "01.00 USD",
            "1.0 USD",
            "1.000 USD",
            "1.00 EUR",
            ",1.00 USD",
            "−−1.00 USD",
            "−0.00 USD",
            "-1.00 USD",
        ] {
            assert_eq!(Value::Usd(dec!(1)).read(odd), None, "{odd}");
        }
        assert_eq!(Value::Gain(dec!(1)).read("gain of −1.00 USD"), None);
        assert_eq!(Value::Gain(dec!(1)).read("profit of 1.00 USD"), None);
    }
}
