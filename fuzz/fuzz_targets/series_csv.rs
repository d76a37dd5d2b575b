//! Any text as each of the four CSV series that figures are measured on.
//!
//! In: bytes. The invariants: never a panic; prices that were read are finite and above 0, and
//! their dates rise.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portfolio::measures::series::{Benchmark, Prices, RiskFree, fills};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (_, _, _) = (Benchmark::read(text), RiskFree::read(text), fills::read(text));
    let Ok(prices) = Prices::read(text) else { return };
    assert!(prices.dates().is_sorted_by(|a, b| a < b), "dates rise");
    for ticker in prices.tickers() {
        let closes = prices.closes(ticker).unwrap_or_default();
        assert!(closes.iter().flatten().all(|price| price.is_finite() && *price > 0.0));
    }
});
