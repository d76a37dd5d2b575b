//! How figures are written in a finding: money to the cent, weights in percent, shares exactly.
//!
//! Invariant: what is written is what was compared; a shortened figure keeps enough digits to show
//! on which side of its limit it lies at the tolerances of the model.

use portfolio::Decimal;
use portfolio::money::cents;
use portfolio::plan::Finding;
use rust_decimal::dec;

/// A finding.
pub(crate) fn finding(code: &str, place: impl Into<String>, detail: impl Into<String>) -> Finding {
    Finding { code: code.to_owned(), place: place.into(), detail: detail.into() }
}

/// `1,234.50 USD`, `−20.00 USD`.
pub(crate) fn usd(amount: Decimal) -> String {
    let rounded = cents(amount);
    let digits = format!("{:.2}", rounded.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, "00"));
    let mut text = String::from(if rounded.is_sign_negative() && !rounded.is_zero() { "−" } else { "" });
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text}.{fraction} USD")
}

/// `12.34 %`, to a ten-thousandth of a percent (1e-6 of weight).
pub(crate) fn pct(weight: Decimal) -> String {
    format!("{} %", weight.saturating_mul(dec!(100)).round_dp(4).normalize()).replace('-', "−")
}

/// Shares without trailing zeros.
pub(crate) fn shares(quantity: Decimal) -> String {
    quantity.normalize().to_string()
}

/// `3 days`, `1 day`.
pub(crate) fn count(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_and_its_sign_is_that_of_the_tables() {
        for (amount, written) in [
            (dec!(0), "0.00 USD"),
            (dec!(999.995), "1,000.00 USD"),
            (dec!(-1234567.5), "−1,234,567.50 USD"),
            (dec!(-0.001), "0.00 USD"),
        ] {
            assert_eq!(usd(amount), written);
        }
    }
}
