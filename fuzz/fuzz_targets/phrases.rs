//! Any text as an investor's own words: never a panic, and nothing is made up.
//!
//! In: bytes. The invariants: a token is one of the grammar; the words it came from, and those that were
//! not understood, stand in the text on character boundaries; the same text is read in the same way.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portfolio::preference::parse;
use propose::phrases::{Known, meaning, phrases};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let tickers = ["AAPL", "KO", "ALL", "BRK.B", "V"].map(str::to_owned).to_vec();
    for known in [
        Known::default(),
        Known { tickers: Some(tickers), lots: Some(vec!["2020-1".to_owned()]), ..Known::default() },
    ] {
        let Ok(reading) = phrases(text, &known) else { return };
        for wish in &reading.wishes {
            assert_eq!(parse(&wish.token.to_string()).as_ref(), Ok(&wish.token));
            assert!(wish.spans.iter().all(|s| text.get(s.clone()).is_some_and(|words| !words.is_empty())));
        }
        assert!(
            reading.unread.iter().all(|u| text.get(u.span.clone()).is_some_and(|words| !words.is_empty()))
        );
        assert_eq!(phrases(text, &known).as_ref(), Ok(&reading));
        assert!(meaning(text, &known).is_ok());
    }
});
