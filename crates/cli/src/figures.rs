//! Figures as people read them: dollars, percents, shares.
//!
//! Invariant: rounding is to the cent (half to even) and never hides a sign; percents that are parts
//! of one whole are those of [`portfolio::money::percents`], which add up to 100.00 %.

use portfolio::Decimal;
use portfolio::money::cents;
use rust_decimal::dec;

/// `$1,234.56`, `−$0.50`.
pub(crate) fn usd(amount: Decimal) -> String {
    let rounded = cents(amount);
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "−" } else { "" };
    let text = format!("{:.2}", rounded.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "00"));
    format!("{sign}${}.{fraction}", thousands(whole))
}

/// Dollars, or a dash for none.
pub(crate) fn usd_or_dash(amount: Decimal) -> String {
    if cents(amount).is_zero() { "–".to_owned() } else { usd(amount) }
}

/// `12,345.678`: shares with the digits they have.
pub(crate) fn shares(quantity: Decimal) -> String {
    let text = quantity.normalize().to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    match digits.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", thousands(whole)),
        None => format!("{sign}{}", thousands(digits)),
    }
}

fn thousands(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A part as `12.34 %`.
pub(crate) fn percent(part: Decimal) -> String {
    let percent = (part * dec!(100)).round_dp(2);
    let percent = if percent.is_zero() { percent.abs() } else { percent };
    format!("{percent:.2} %").replace('-', "−")
}

/// A percentage that is rounded already, as `12.34 %`.
pub(crate) fn rounded(percent: Decimal) -> String {
    format!("{percent:.2} %").replace('-', "−")
}

/// A difference of parts, with its sign.
pub(crate) fn percent_signed(part: Decimal) -> String {
    let text = percent(part);
    if part > Decimal::ZERO && text != "0.00 %" { format!("+{text}") } else { text }
}

/// What is left between two percentages as they are shown, so that a reader who subtracts them finds it.
pub(crate) fn still_off(shown: Decimal, target_shown: Decimal) -> String {
    let off = shown - target_shown;
    if off.is_zero() { "–".to_owned() } else { percent_signed(off / Decimal::ONE_HUNDRED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars() {
        assert_eq!(usd(dec!(1234567.895)), "$1,234,567.90");
        assert_eq!(usd(dec!(-0.5)), "−$0.50");
        assert_eq!(usd(dec!(-0.001)), "$0.00");
        assert_eq!(usd(dec!(999)), "$999.00");
        assert_eq!(usd_or_dash(dec!(0.004)), "–");
    }

    #[test]
    fn shares_keep_their_digits() {
        assert_eq!(shares(dec!(12345.6780)), "12,345.678");
        assert_eq!(shares(dec!(5.000)), "5");
        assert_eq!((shares(dec!(-100)), shares(dec!(-1234.5))), ("-100".to_owned(), "-1,234.5".to_owned()));
    }

    #[test]
    fn signs() {
        assert_eq!(percent_signed(dec!(0.06)), "+6.00 %");
        assert_eq!(percent_signed(dec!(-0.06)), "−6.00 %");
        assert_eq!((rounded(dec!(-11.2)), rounded(dec!(5))), ("−11.20 %".to_owned(), "5.00 %".to_owned()));
        assert_eq!(percent_signed(dec!(0.00001)), "0.00 %");
        assert_eq!(percent(dec!(-0.00001)), "0.00 %");
    }
}
