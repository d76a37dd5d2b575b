//! Any text as preference tokens: never a panic, and nothing is made up.
//!
//! In: bytes. The invariants: a token that was read, written and read again is the same token; the
//! words that a scan understood, or did not, stand in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portfolio::preference::{parse, scan::scan};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(token) = parse(text) {
        assert_eq!(parse(&token.to_string()).ok(), Some(token), "written and read again");
    }
    let found = scan(text);
    let all_words: Vec<&str> = text.split_whitespace().collect();
    let all_words = all_words.join(" ");
    for understood in &found.understood {
        assert!(all_words.contains(&understood.words), "`{}` is not in the text", understood.words);
        assert_eq!(parse(&understood.words).as_ref(), Ok(&understood.token));
    }
});
