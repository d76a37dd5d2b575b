//! Any text as a broker's statement. The invariants: never a panic, neither of the reader nor of who holds it against a year's sales; a refusal has a
//! fault; every line is told once, as agreeing, differing or being on one side alone.

#![no_main]

use ingest::Source;
use ingest::statement_1099b::read;
use libfuzzer_sys::fuzz_target;
use tax::broker_statement::compared;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read(Source { name: "file", text }) {
        Ok(lines) => {
            let found = compared(&[], &lines);
            assert!(found.matched == 0 && found.differences.len() == lines.len());
        }
        Err(faults) => assert!(!faults.is_empty(), "refused without a fault"),
    }
});
