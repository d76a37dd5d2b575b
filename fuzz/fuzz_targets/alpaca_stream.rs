//! Any text as a message of Alpaca's stream of prices. The invariants: never a panic; nothing is told but of the securities that are wanted.

#![no_main]

use std::collections::BTreeSet;

use ingest::alpaca::told_in;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|frame: &[u8]| {
    let wanted: BTreeSet<String> = ["SPY", "A"].into_iter().map(str::to_owned).collect();
    assert!(told_in(frame, &wanted).is_subset(&wanted));
});
