//! Any text as a plan document, as a person or a model may write it: never a panic.
//!
//! In: bytes. The invariant: a quantity that was understood is above 0 and below 1e15, a
//! price from 0 to 1e12, so that whoever reads the plan can multiply the two.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portfolio::Decimal;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match portfolio::plan::read_plan(text) {
        Ok(plan) => {
            for trade in &plan.trades {
                if let Some(quantity) = trade.quantity {
                    assert!(
                        quantity > Decimal::ZERO && quantity < Decimal::from(10_u64.pow(15)),
                        "{quantity}"
                    );
                }
                if let Some(price) = trade.estimated_price {
                    assert!(price >= Decimal::ZERO && price <= Decimal::from(10_u64.pow(12)), "{price}");
                }
            }
        }
        Err(error) => assert!(!error.to_string().trim().is_empty(), "refused without words"),
    }
});
