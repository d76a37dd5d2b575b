//! Any text as a preference token: never a panic, and nothing is made up.
//!
//! In: bytes. The invariant: a token that was read, written and read again is the same token.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portfolio::preference::parse;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(token) = parse(text) {
        assert_eq!(parse(&token.to_string()).ok(), Some(token), "written and read again");
    }
});
