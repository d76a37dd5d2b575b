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

/// `1234.50 USD`.
pub(crate) fn usd(amount: Decimal) -> String {
    format!("{:.2} USD", cents(amount))
}

/// `12.34 %`, to a ten-thousandth of a percent (1e-6 of weight).
pub(crate) fn pct(weight: Decimal) -> String {
    format!("{} %", weight.saturating_mul(dec!(100)).round_dp(4).normalize())
}

/// Shares without trailing zeros.
pub(crate) fn shares(quantity: Decimal) -> String {
    quantity.normalize().to_string()
}

/// `3 days`, `1 day`.
pub(crate) fn count(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
