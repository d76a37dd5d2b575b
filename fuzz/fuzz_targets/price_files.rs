//! Any text as a file of prices, of splits or of dividends, in a folder of its own; and what was read of it before a judge.
//!
//! In: a byte that names the file, and its text. The invariants: never a panic; nothing of another ticker or of a time to come; a bar is of a session
//! that is over; a fault says where.

#![no_main]

use std::collections::{BTreeMap, BTreeSet};

use ingest::{Days, Feed, Judge, PriceFolder};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let name = match first {
        b'1' => "splits.csv",
        b'2' => "dividends.csv",
        b'3' => "table.csv",
        _ => "SPY.csv",
    };
    let folder = std::env::temp_dir().join(format!("price_files.{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join(name), text).expect("a file");
    let wanted = BTreeSet::from(["SPY".to_owned()]);
    let now = "2098-11-24T23:00:00Z".parse().expect("a time");
    let mut feed = PriceFolder::new(&folder, wanted.clone(), BTreeMap::new());
    let days = Days { first: date(1, 1, 1), last: date(9999, 12, 31) };
    let bars = feed.bars(&wanted, days, now).expect("bars");
    let mut judge = Judge::default();
    judge.learn(&bars, &[], &Default::default()).expect("days of the calendar");
    let quotes = feed.quotes(now).expect("quotes");
    assert!(quotes.iter().all(|quote| quote.as_of <= now && quote.ticker == "SPY"));
    judge.judge(&quotes, &Default::default()).expect("days of the calendar");
    let _ = feed.actions(&wanted, days, now).expect("actions");
    assert!(feed.faults().iter().all(|fault| fault.to_string().starts_with(name)));
    std::fs::remove_file(folder.join(name)).expect("a file");
});
