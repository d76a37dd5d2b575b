//! Any text as a file of fills. The invariants: never a panic; a refusal has a fault; every fill that is read has figures above 0 and a name.

#![no_main]

use ingest::Source;
use ingest::fill_table::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read(Source { name: "file", text }) {
        Ok(fills) => {
            for row in fills.rows {
                assert!(!row.order.is_empty() && (row.fill.is_some() || row.ended.is_some()));
                if let Some(fill) = row.fill {
                    let zero = portfolio::Decimal::ZERO;
                    assert!(fill.quantity > zero && fill.price > zero && fill.fees >= zero);
                    assert!(!fill.execution_id.is_empty());
                }
            }
        }
        Err(faults) => assert!(!faults.is_empty(), "refused without a fault"),
    }
});
