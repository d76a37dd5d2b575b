//! The fields of a row, each read strictly.
//!
//! In: the text of a field. Out: its value, or the [`Problem`] with it. The invariant is that a
//! number is read exactly or not at all, and that it is in the range of [`super::Row::LIMITS`].

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::fault::Problem;

pub(super) fn text(given: &str) -> Result<String, Problem> {
    if given.is_empty() { Err(Problem::Missing) } else { Ok(given.to_owned()) }
}

/// A name: what stands in one line of a table. None where there is none.
pub(super) fn name(given: &str) -> Result<Option<String>, Problem> {
    match given.chars().find(|c| c.is_control()) {
        Some(found) => Err(Problem::Control { given: given.escape_debug().to_string(), found }),
        None => Ok(Some(given.to_owned()).filter(|name| !name.is_empty())),
    }
}

/// A name that has to be there.
pub(super) fn required_name(given: &str) -> Result<String, Problem> {
    name(given)?.ok_or(Problem::Missing)
}

pub(super) fn date(given: &str) -> Result<Date, Problem> {
    let given = text(given)?;
    // Exactly YYYY-MM-DD: the parser of dates would also take times, week dates and the like.
    let is_plain = given.len() == 10
        && given.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    match given.parse() {
        Ok(date) if is_plain => Ok(date),
        _ => Err(Problem::Date { given }),
    }
}

pub(super) fn word<T: Copy, const N: usize>(
    given: &str,
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> Result<T, Problem> {
    let given = text(given)?;
    all.into_iter()
        .find(|known| name(*known) == given)
        .ok_or_else(|| Problem::Word { given, known: all.into_iter().map(&name).collect() })
}

pub(super) fn positive(given: &str, most: i64) -> Result<Decimal, Problem> {
    let is_good = |value: &Decimal| {
        *value > Decimal::ZERO && *value >= Decimal::new(1, 6).min(Decimal::ONE / Decimal::from(most))
    };
    number(given)?.filter(is_good).filter(|value| is_in_range(value, most)).ok_or_else(|| Problem::Range {
        given: given.to_owned(),
        least: "above 0",
        most,
    })
}

pub(super) fn amount(given: &str, most: i64, may_be_empty: bool) -> Result<Decimal, Problem> {
    if may_be_empty && given.is_empty() {
        return Ok(Decimal::ZERO);
    }
    number(given)?.filter(|value| is_in_range(value, most)).ok_or_else(|| Problem::Range {
        given: given.to_owned(),
        least: "0",
        most,
    })
}

fn is_in_range(value: &Decimal, most: i64) -> bool {
    *value <= Decimal::from(most) && value.scale() <= 12
}

/// Digits with at most one decimal point; no sign, exponent or separator. None for more digits
/// than a number here has.
fn number(given: &str) -> Result<Option<Decimal>, Problem> {
    let given = text(given)?;
    let is_plain = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().filter(|byte| *byte == b'.').count() <= 1
    };
    if given.strip_prefix('-').is_some_and(is_plain) {
        return Err(Problem::Negative { given });
    }
    if is_plain(&given) { Ok(Decimal::from_str_exact(&given).ok()) } else { Err(Problem::Number { given }) }
}
