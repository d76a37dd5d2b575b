//! Any text as a broker's file, and what was read from it as a portfolio document, with any text as targets or as the household's document.
//!
//! In: a byte that names the format and what the rest is: one file, or a file and a base behind a zero byte. The invariants: never a
//! panic; a refusal has a fault; a document that is written can be read.

#![no_main]

use ingest::document::{Base, Wanted, known_accounts, write};
use ingest::holdings::read;
use ingest::{Format, Source};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let (text, base) = text.split_once('\0').unwrap_or((text, ""));
    let format = match first {
        b'1' => Format::Schwab,
        b'2' => Format::IbkrFlex,
        _ => Format::LotTable,
    };
    let base = match first {
        b'3' => Base::Targets(Source { name: "base", text: base }),
        b'4' => Base::Into(Source { name: "base", text: base }),
        _ => Base::None,
    };
    let words = match base {
        Base::Into(document) => known_accounts(document).unwrap_or_default(),
        Base::Targets(_) | Base::None => Vec::new(),
    };
    let holdings = match read(format, &[Source { name: "file", text }], &words) {
        Ok(holdings) => holdings,
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a fault");
            return;
        }
    };
    let as_of = holdings.as_of.unwrap_or(date(2026, 11, 20));
    let as_of_said = holdings.as_of.is_some();
    let wanted = Wanted { base, as_of, as_of_said, household_id: None, classes: &[] };
    match write(&holdings, &wanted) {
        Ok(written) => assert!(portfolio::read(&written.text).is_ok(), "a document that can't be read"),
        Err(faults) => assert!(!faults.is_empty(), "refused without a fault"),
    }
});
