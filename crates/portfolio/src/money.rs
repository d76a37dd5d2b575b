//! How decimals are read, rounded and bounded.
//!
//! The one rounding of the product: money is kept exact while it is computed and rounded **half
//! to even, to the cent, per lot** where it is booked or shown. Quantities are never rounded, only
//! snapped to a security's increment by whoever makes an order.
//!
//! Invariant: within the limits below, sums and products of a document's figures stay inside a
//! [`Decimal`], so that arithmetic on them cannot overflow.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// Largest price or basis per share, USD.
pub const PRICE_MAX: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
/// Largest quantity of one lot or transaction, shares.
pub const QUANTITY_MAX: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0); // 1e10
/// Largest amount of money in one field, USD.
pub const MONEY_MAX: Decimal = Decimal::from_parts(1_316_134_912, 2_328, 0, false, 0); // 1e13

/// Rounds an amount to the cent, half to even.
#[must_use]
pub fn cents(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven)
}

/// Parts of a sum of money in cents that add up to the cents of the sum: the largest remainders are rounded up.
#[must_use]
pub fn cents_of(parts: &[Decimal]) -> Vec<Decimal> {
    percents(&parts.iter().map(|usd| usd / Decimal::ONE_HUNDRED).collect::<Vec<_>>())
}

/// An amount to the cent as it is written in sentences, with commas between thousands: `−1,234.50`.
#[must_use]
pub fn written(amount: Decimal) -> String {
    let amount = cents(amount);
    let text = format!("{:.2}", amount.abs());
    let whole = text.len().saturating_sub(3);
    let mut out = String::from(if amount.is_sign_negative() && !amount.is_zero() { "−" } else { "" });
    for (at, digit) in text.chars().enumerate() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Parts of one whole as percents with two digits that sum to exactly what the parts sum to, rounded
/// once: the largest remainders are rounded up, the first of equals. Tables and texts both show weights so,
/// and what they show of a distance is the difference of two such percents.
#[must_use]
pub fn percents(parts: &[Decimal]) -> Vec<Decimal> {
    let hundredths: Vec<Decimal> = parts.iter().map(|p| p * Decimal::from(10_000)).collect();
    let mut floors: Vec<Decimal> = hundredths.iter().map(Decimal::floor).collect();
    let whole = hundredths.iter().sum::<Decimal>().round();
    let short = (whole - floors.iter().sum::<Decimal>()).to_usize().unwrap_or(0);
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(hundredths[*i] - floors[*i]), *i));
    for i in order.into_iter().take(short) {
        floors[i] += Decimal::ONE;
    }
    floors.into_iter().map(|f| f / Decimal::ONE_HUNDRED).collect()
}

/// Why a text is no number that can be held exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not a number at all.
    #[error("`{0}` is not a number")]
    NotANumber(String),
    /// More digits than a decimal can hold; rounding it silently would change money.
    #[error("`{0}` has more digits than can be kept exactly (28)")]
    TooManyDigits(String),
}

/// Reads a decimal exactly: `12`, `-0.50`, `1.5e-3`. No thousands separators, no currency signs.
///
/// # Errors
/// [`NumberError`] when the text is no number or can't be kept to its last digit.
pub fn parse(text: &str) -> Result<Decimal, NumberError> {
    if let Some(short) = parse_short(text) {
        return Ok(short);
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = !text.is_empty()
        && digits > 0
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if !plain {
        return Err(NumberError::NotANumber(text.to_owned()));
    }
    let scientific = text.bytes().any(|b| matches!(b, b'e' | b'E'));
    let read = if scientific { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) };
    read.map_err(|_| {
        if text.parse::<f64>().is_ok() {
            NumberError::TooManyDigits(text.to_owned())
        } else {
            NumberError::NotANumber(text.to_owned())
        }
    })
}

/// The same for a value of a JSON document from its own characters, whether it is written as a number or as a text.
///
/// # Errors
/// [`NumberError`].
pub fn parse_json(written: &str) -> Result<Decimal, NumberError> {
    parse(written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(written))
}

/// The same for a number of few digits without an exponent, as nearly all are; `None` for any other.
fn parse_short(text: &str) -> Option<Decimal> {
    const DIGITS_MAX: usize = 18; // more might not fit the integer
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if unsigned.len() > DIGITS_MAX || !unsigned.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    let (mut mantissa, mut point) = (0_i64, None);
    for (at, byte) in unsigned.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() && at + 1 < unsigned.len() => point = Some(at),
            _ => return None,
        }
    }
    if negative && mantissa == 0 {
        return None; // its sign is a matter of the general reader
    }
    let scale = point.map_or(0, |at| unsigned.len() - at - 1);
    Some(Decimal::new(if negative { -mantissa } else { mantissa }, u32::try_from(scale).ok()?))
}

/// `a * b`, held at the largest decimal instead of overflowing: only for figures that come from
/// outside without limits, such as the quantities of a model's plan.
#[must_use]
pub fn times(a: Decimal, b: Decimal) -> Decimal {
    a.checked_mul(b).unwrap_or(if a.is_sign_negative() == b.is_sign_negative() {
        Decimal::MAX
    } else {
        Decimal::MIN
    })
}

/// The nearest binary float, for the optimiser and the pure measures only.
#[must_use]
pub fn float(amount: Decimal) -> f64 {
    use rust_decimal::prelude::ToPrimitive;
    // An integer below 2^53 over a power of ten up to 10^22 are both exact, so one division rounds once.
    let (digits, places) = (amount.mantissa(), amount.scale() as usize);
    match (i64::try_from(digits), POWERS_OF_TEN.get(places)) {
        (Ok(digits), Some(power)) if digits.unsigned_abs() < 1 << 53 => digits as f64 / power,
        _ => amount.to_f64().unwrap_or(f64::MAX),
    }
}

/// The powers of ten that a binary float has exactly.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn percents_add_up() {
        let third = Decimal::ONE / dec!(3);
        let shown = percents(&[third, third, Decimal::ONE - third - third]);
        assert_eq!(shown.iter().sum::<Decimal>(), dec!(100));
        assert_eq!(shown, [dec!(33.33), dec!(33.33), dec!(33.34)]);
        assert_eq!(percents(&[dec!(1.05), dec!(-0.05)]), [dec!(105), dec!(-5)]);
        assert_eq!(percents(&[]), []);
    }

    #[test]
    fn parts_of_money_add_up_to_its_cents() {
        assert_eq!(cents_of(&[dec!(9.95), dec!(1.524), dec!(0.004)]), [dec!(9.95), dec!(1.53), dec!(0)]);
        assert_eq!(cents_of(&[dec!(4.95), dec!(0)]), [dec!(4.95), dec!(0)]);
    }

    #[test]
    fn written_amounts_have_commas() {
        for (amount, text) in [
            (dec!(5000), "5,000.00"),
            (dec!(-1234567.891), "−1,234,567.89"),
            (dec!(999.99), "999.99"),
            (dec!(100000), "100,000.00"),
            (dec!(-0.001), "0.00"),
        ] {
            assert_eq!(written(amount), text);
        }
    }

    #[test]
    fn a_float_is_the_nearest_one() {
        for text in [
            "0",
            "-0.1",
            "123.456",
            "9007199254740991",
            "9007199254740.993",
            "0.0000000000000000000001",
            "79228162514264337593543950335",
        ] {
            let exact: f64 = text.parse().unwrap();
            assert_eq!(float(text.parse().unwrap()).to_bits(), exact.to_bits(), "{text}");
        }
    }

    #[test]
    fn limits_are_what_they_say() {
        assert_eq!(PRICE_MAX, dec!(1e9));
        assert_eq!(QUANTITY_MAX, dec!(1e10));
        assert_eq!(MONEY_MAX, dec!(1e13));
    }

    /// What the short way reads is what the general one reads, digit by digit.
    #[test]
    fn short_numbers_are_read_as_any_other() {
        for text in [
            "0",
            "5",
            "-5",
            "0.0",
            "0.50",
            "-0.50",
            "007",
            "1.",
            ".5",
            "-.5",
            "-",
            "",
            "1.2.3",
            "1-2",
            "+1",
            "1e2",
            "-0",
            "-0.00",
            "123456789012345678",
            "1234567890123456789",
            "0.12345678901234567",
            "99999999999999.99",
            "0.000000000000001",
            "1_000",
            " 1",
            "1 ",
            "٣",
        ] {
            let Some(short) = parse_short(text) else { continue };
            let general = Decimal::from_str_exact(text).unwrap();
            assert_eq!((short.mantissa(), short.scale()), (general.mantissa(), general.scale()), "{text}");
        }
        assert_eq!(parse_short("-961.0913"), Some(dec!(-961.0913)));
        assert_eq!(parse_short("1."), None);
    }

    #[test]
    fn a_float_is_that_of_the_text() {
        let mut mantissa = 1_i64;
        for n in 0..20_000_u32 {
            mantissa =
                mantissa.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let amount = Decimal::new(mantissa >> (11 + n % 49), n % 23);
            let nearest: f64 = amount.to_string().parse().unwrap();
            assert_eq!(float(amount).to_bits(), nearest.to_bits(), "{amount}");
        }
    }

    #[test]
    fn cents_round_half_to_even() {
        assert_eq!(cents(dec!(0.125)), dec!(0.12));
        assert_eq!(cents(dec!(0.135)), dec!(0.14));
        assert_eq!(cents(dec!(-0.125)), dec!(-0.12));
    }

    #[test]
    fn numbers_are_read_to_the_last_digit() {
        assert_eq!(parse("0.1234567890123456789012345678").unwrap(), dec!(0.1234567890123456789012345678));
        assert_eq!(parse("1.5e-3").unwrap(), dec!(0.0015));
        assert!(matches!(parse("1,000"), Err(NumberError::NotANumber(_))));
        assert!(matches!(parse("NaN"), Err(NumberError::NotANumber(_))));
        assert!(matches!(parse("1e400"), Err(NumberError::NotANumber(_) | NumberError::TooManyDigits(_))));
        assert!(matches!(parse("123456789012345678901234567890123"), Err(NumberError::TooManyDigits(_))));
    }
}
