//! One cell of a broker's file: a number, an amount, a date, a ticker.
//!
//! In: the text of the cell. Out: its value, exact to the last digit, or what is wrong with it. Invariant: nothing is guessed: a
//! number with odd commas, a date with two readings and a number that a spreadsheet has rounded are refused.

use jiff::civil::Date;
use portfolio::money::{NumberError, parse};
use rust_decimal::Decimal;

/// Why a cell can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CellError {
    #[error("is empty")]
    Empty,
    #[error("`{0}` is no number; write digits with a decimal point, such as 1234.56")]
    NoNumber(String),
    #[error("`{0}` has commas that don't part thousands; write 1234.56 or 1,234.56")]
    Commas(String),
    #[error("`{0}` was rounded by a spreadsheet; format the column as a plain number and export it again")]
    Scientific(String),
    #[error("`{0}` has more digits than can be kept exactly (28); round it")]
    TooManyDigits(String),
    #[error("`{0}` is negative, which can't be here")]
    Negative(String),
    #[error("`{given}` is more than {most}; check the decimal point")]
    TooMuch { given: String, most: Decimal },
    #[error("`{0}` is no date; write 2026-11-20 or 11/20/2026 (month first)")]
    NoDate(String),
    #[error("`{0}` could be read two ways; set the format of dates to yyyy-MM-dd")]
    TwoReadings(String),
    #[error("`{0}` holds a control character or is longer than 200 characters; write a plain name")]
    NoName(String),
}

/// Cells by which brokers say that there is nothing.
pub(crate) fn is_none(cell: &str) -> bool {
    const NONE: [&str; 11] =
        ["", "-", "--", "n/a", "na", "null", "none", "incomplete", "not tracked", "unknown", "not available"];
    let cell = cell.trim();
    NONE.iter().any(|none| cell.eq_ignore_ascii_case(none))
}

/// A number with its sign: `1,234.56`, `$1,234.56`, `-$5`, `(12.00)`, `+0.5`, `10 USD`.
pub(crate) fn number(cell: &str) -> Result<Decimal, CellError> {
    let given = cell.trim();
    if given.is_empty() {
        return Err(CellError::Empty);
    }
    let no_number = || CellError::NoNumber(shown(given));
    let (bracketed, inner) = match given.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (true, inner.trim()),
        None => (false, given),
    };
    let (signed, rest) = sign(inner);
    let rest = rest.strip_prefix('$').unwrap_or(rest).trim_start();
    let (signed_after, rest) = if signed.is_none() { sign(rest) } else { (None, rest) };
    let digits = rest.strip_suffix("USD").map_or(rest, str::trim_end);
    let signed = signed.or(signed_after);
    if bracketed && signed.is_some() || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Err(no_number());
    }
    if digits.contains(['e', 'E']) && parse(digits).is_ok() {
        return Err(CellError::Scientific(shown(given)));
    }
    let plain = without_commas(digits).ok_or_else(|| CellError::Commas(shown(given)))?;
    if !plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err(no_number());
    }
    let value = parse(&plain).map_err(|error| match error {
        NumberError::TooManyDigits(_) => CellError::TooManyDigits(shown(given)),
        NumberError::NotANumber(_) => no_number(),
    })?;
    Ok(if bracketed || signed == Some(true) { -value } else { value })
}

/// The sign before a number (`true` = minus), and what follows it.
fn sign(text: &str) -> (Option<bool>, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (Some(true), rest.trim_start()),
        None => text.strip_prefix('+').map_or((None, text), |rest| (Some(false), rest.trim_start())),
    }
}

/// The digits without the commas between thousands; none where the commas stand elsewhere.
fn without_commas(digits: &str) -> Option<String> {
    if !digits.contains(',') {
        return Some(digits.to_owned());
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let leads = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    (leads && groups.all(|group| group.len() == 3) && !fraction.contains(','))
        .then(|| digits.replace(',', ""))
}

/// A number of at least 0 and at most `most`.
pub(crate) fn amount(cell: &str, most: Decimal) -> Result<Decimal, CellError> {
    let value = number(cell)?;
    if value < Decimal::ZERO {
        return Err(CellError::Negative(shown(cell)));
    }
    if value > most {
        return Err(CellError::TooMuch { given: shown(cell), most });
    }
    Ok(value)
}

/// A day: `2026-11-20`, `2026/11/20`, `20261120`, `11/20/2026`, each perhaps with a time of day behind; of `04/17/2023 as of 04/15/2023`
/// the second, on which it took effect.
pub(crate) fn date(cell: &str) -> Result<Date, CellError> {
    let given = cell.trim();
    if given.is_empty() {
        return Err(CellError::Empty);
    }
    let no_date = || CellError::NoDate(shown(given));
    let day = given.rsplit(" as of ").next().unwrap_or(given).trim();
    let ends = day.find([' ', ';', 'T', ',']).unwrap_or(day.len());
    let (day, time) = day.split_at(ends);
    if !is_time(time) {
        return Err(no_date());
    }
    let parts: Vec<&str> = day.split(['-', '/']).collect();
    let iso = day.contains('-');
    let (year, month, day) = match parts[..] {
        [all] if all.len() == 8 && all.is_ascii() => (&all[..4], &all[4..6], &all[6..]),
        [year, month, day] if year.len() == 4 => (year, month, day),
        [month, day, year] if year.len() == 4 && !iso => (year, month, day),
        _ => return Err(no_date()),
    };
    let figure = |text: &str| {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<i16>().ok()).flatten()
    };
    let small = |text: &str| figure(text).and_then(|n| i8::try_from(n).ok());
    let (year, month, day) = (figure(year), small(month), small(day));
    let date = year.zip(month).zip(day).and_then(|((y, m), d)| Date::new(y, m, d).ok());
    date.filter(|date| date.year() >= 1900).ok_or_else(no_date)
}

/// What may stand behind a day: nothing, or a time of day, which does not count.
fn is_time(text: &str) -> bool {
    const WORDS: [&str; 8] = ["AM", "PM", "ET", "EST", "EDT", "UTC", "GMT", "Z"];
    let text = text.trim_start_matches([' ', ';', ',', 'T']);
    let is_clock = |word: &str| {
        let word = word.strip_suffix('Z').unwrap_or(word);
        word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'+' | b'-'))
    };
    text.len() <= 30 && text.split([' ', ',']).all(|word| WORDS.contains(&word) || is_clock(word))
}

/// The same with the year first only: what a report writes whose format of dates is for its reader to choose.
pub(crate) fn date_year_first(cell: &str) -> Result<Date, CellError> {
    let given = cell.trim();
    let leads = given.bytes().take_while(u8::is_ascii_digit).count();
    if leads < 4 { Err(CellError::TwoReadings(shown(given))) } else { date(given) }
}

/// A name that stands in one line: no control characters, not longer than 200 characters.
pub(crate) fn name(cell: &str) -> Result<String, CellError> {
    let given = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if given.is_empty() {
        return Err(CellError::Empty);
    }
    if given.chars().any(char::is_control) || given.chars().count() > 200 {
        return Err(CellError::NoName(shown(&given)));
    }
    Ok(given)
}

/// A ticker in capitals. A class of shares stands behind a point, whether the broker writes `BRK/B`, `BRK B` or `BRK.B`.
pub(crate) fn ticker(cell: &str) -> Result<String, CellError> {
    let given = name(cell)?.to_ascii_uppercase();
    let class = given.split_once(['/', ' ', '.', '-']).filter(|(root, class)| {
        let letters = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
        (1..=5).contains(&root.len()) && class.len() == 1 && letters(root) && letters(class)
    });
    Ok(class.map_or(given.clone(), |(root, class)| format!("{root}.{class}")))
}

/// What a symbol says that it is, where that is no share: an option (OCC's 21 characters, and as brokers shorten and spell them out), or whatever goes by
/// its CUSIP, which shares of stocks and funds do not.
///
/// # Source
/// OCC, Options Symbology Initiative (root, yymmdd, C or P, strike); ANSI X9.6 (CUSIP: eight characters and a check digit).
pub(crate) fn no_share(symbol: &str) -> Option<&'static str> {
    let symbol = symbol.trim().to_ascii_uppercase();
    let words: Vec<&str> = symbol.split_whitespace().collect();
    // `AAPL 12/19/2026 200.00 C`
    let is_spelt_out = matches!(words.as_slice(), [_, day, strike, "C" | "P"]
        if day.matches('/').count() == 2 && strike.parse::<Decimal>().is_ok());
    if is_spelt_out || is_option(&words.concat()) {
        return Some("an option");
    }
    is_cusip(&symbol).then_some("a security that goes by its CUSIP, such as a bond")
}

/// `AAPL261219C00200000`, or `-AAPL261219C200`.
fn is_option(symbol: &str) -> bool {
    let symbol = symbol.trim_start_matches('-');
    let root = symbol.bytes().take_while(u8::is_ascii_alphabetic).count();
    let Some((day, rest)) = symbol.get(root..).and_then(|rest| rest.split_at_checked(6)) else {
        return false;
    };
    let is_day = day.bytes().all(|b| b.is_ascii_digit());
    let strike = rest.strip_prefix(['C', 'P']).unwrap_or_default();
    (1..=6).contains(&root)
        && is_day
        && strike.bytes().any(|b| b.is_ascii_digit())
        && strike.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn is_cusip(symbol: &str) -> bool {
    let bytes = symbol.as_bytes();
    if bytes.len() != 9 || !bytes.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let mut sum = 0;
    for (place, byte) in bytes.iter().take(8).enumerate() {
        let value = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            _ => return false,
        };
        let value = if place % 2 == 1 { value * 2 } else { value };
        sum += value / 10 + value % 10;
    }
    u32::from(bytes[8].wrapping_sub(b'0')) == (10 - sum % 10) % 10
}

/// A heading or a word without case and punctuation.
pub(crate) fn plain(words: &str) -> String {
    let spaced: String =
        words.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was given, short and in one line.
pub(crate) fn shown(given: &str) -> String {
    const SHOWN_MAX: usize = 40;
    let plain: String = given.trim().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if plain.chars().count() <= SHOWN_MAX {
        return plain;
    }
    plain.chars().take(SHOWN_MAX).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn numbers_as_brokers_write_them() {
        for (cell, value) in [
            ("$1,234.56", dec!(1234.56)),
            ("-$1,234,567.8", dec!(-1234567.8)),
            ("$-5", dec!(-5)),
            ("(12.00)", dec!(-12)),
            ("($12.00)", dec!(-12)),
            ("+0.5", dec!(0.5)),
            (" 10 USD", dec!(10)),
            (".5", dec!(0.5)),
            ("\u{2212}3", dec!(-3)),
        ] {
            assert_eq!(number(cell), Ok(value), "{cell}");
        }
        for cell in ["1O0", "$", "--", "(-5)", "1.2.3", "12%", "€5", "$$5", "1 2", "٣", "- -5", "NaN"] {
            assert!(matches!(number(cell), Err(CellError::NoNumber(_))), "{cell}: {:?}", number(cell));
        }
        for cell in ["1,23", "1234,567", "1,2345", ",123", "1.5,000", "1,,000"] {
            assert!(number(cell).is_err(), "{cell}");
        }
        assert!(matches!(number("1,23"), Err(CellError::Commas(_))));
        assert!(matches!(number("1.2E+05"), Err(CellError::Scientific(_))));
        assert!(matches!(number("1234567890123456789012345678901"), Err(CellError::TooManyDigits(_))));
        assert_eq!(number("  "), Err(CellError::Empty));
        assert!(matches!(amount("(12.00)", dec!(100)), Err(CellError::Negative(_))));
        assert!(matches!(amount("101", dec!(100)), Err(CellError::TooMuch { .. })));
    }

    #[test]
    fn an_option_and_what_goes_by_its_cusip_are_no_shares() {
        for symbol in
            ["AAPL  261219C00200000", "-AAPL261219C200", "SPXW 261218P05000.5", "AAPL 12/19/2026 200.00 C"]
        {
            assert_eq!(no_share(symbol), Some("an option"), "{symbol}");
        }
        // A Treasury note, a corporate bond, and Apple's shares by their number.
        for symbol in ["912828YK0", "459200HU8", "037833100"] {
            assert!(no_share(symbol).unwrap().contains("CUSIP"), "{symbol}");
        }
        for symbol in ["AAPL", "BRK.B", "VFIAX", "C", "TSLA", "912828YK1", "ABCDEFGHI", "SPY261219", "X2"] {
            assert_eq!(no_share(symbol), None, "{symbol}");
        }
    }

    #[test]
    fn dates_as_brokers_write_them() {
        for cell in [
            "2020-08-24",
            "2020/08/24",
            "20200824",
            "08/24/2020",
            "8/24/2020",
            "08/24/2020 13:22:52",
            "2020-08-24;132252",
            "20200824;132252",
            "2020-08-24T13:22:52Z",
            "08/26/2020 as of 08/24/2020",
            "2020-08-24, 13:22:52",
        ] {
            assert_eq!(date(cell), Ok(jiff::civil::date(2020, 8, 24)), "{cell}");
        }
        for cell in [
            "24/08/2020",
            "08-24-2020",
            "08/24/20",
            "2020-8",
            "08/24/2020 or so",
            "yesterday",
            "0000-00-00",
            "2020-02-30",
            "1600-01-01",
            "Ⅷ",
        ] {
            assert!(matches!(date(cell), Err(CellError::NoDate(_))), "{cell}");
        }
    }

    #[test]
    fn a_class_of_shares_has_one_spelling() {
        for cell in ["BRK/B", "brk b", "BRK.B", "BRK-B"] {
            assert_eq!(ticker(cell).unwrap(), "BRK.B");
        }
        assert_eq!(ticker("VTI").unwrap(), "VTI");
        assert_eq!(ticker("XYZ 260220C00200000").unwrap(), "XYZ 260220C00200000");
        assert!(ticker(" ").is_err());
        assert!(name("a\u{7}b").is_err());
    }
}
