//! Any text as a CSV file of transactions, and what was read through the whole gains engine.
//!
//! In: bytes. The invariants: never a panic; a file is refused with at least one fault; disallowed
//! losses are never negative and what is lost for good is a part of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portfolio::Decimal;
use tax::gains::{gains, read};
use tax::relief::Method;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let rows = match read(text) {
        Ok(rows) => rows,
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a fault");
            return;
        }
    };
    for method in [Method::Fifo, Method::Hifo, Method::Specific] {
        if let Ok(report) = gains(&rows, method, None) {
            assert!(report.permanently_disallowed >= Decimal::ZERO);
            assert!(report.disallowed_total >= report.permanently_disallowed);
        }
    }
});
