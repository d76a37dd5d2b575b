//! Any text as a portfolio document: never a panic, and a refusal always has words.
//!
//! In: bytes. The invariant: what is read is read the same way again, and what is refused is
//! refused with a message that is not empty.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match portfolio::read(text) {
        Ok(_) => assert!(portfolio::read(text).is_ok(), "read once and refused the second time"),
        Err(error) => assert!(!error.to_string().trim().is_empty(), "refused without words"),
    }
});
