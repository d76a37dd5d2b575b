//! Any text as a plan document, as a person or a model may write it: never a panic.
//!
//! In: bytes. The invariant: a quantity or price that was understood is above 0 and below 1e15,
//! so that the validator can multiply the two.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portfolio::Decimal;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match portfolio::plan::read_plan(text) {
        Ok(plan) => {
            for trade in &plan.trades {
                for number in [trade.quantity, trade.estimated_price].into_iter().flatten() {
                    assert!(number > Decimal::ZERO && number < Decimal::from(10_u64.pow(15)), "{number}");
                }
            }
        }
        Err(error) => assert!(!error.to_string().trim().is_empty(), "refused without words"),
    }
});
