//! Whatever a file holds, reading it ends with holdings or with faults, and holdings with a document or with faults.

#![allow(clippy::unwrap_used)]

use ingest::document::{Base, Wanted, write};
use ingest::{Format, Source};
use jiff::civil::date;
use proptest::prelude::*;

const FILES: [(Format, &str); 6] = [
    (Format::Schwab, include_str!("files/schwab_positions_all.csv")),
    (Format::Schwab, include_str!("files/schwab_lots_vti.csv")),
    (Format::Schwab, include_str!("files/schwab_lots_brkb.csv")),
    (Format::IbkrFlex, include_str!("files/ibkr_flex.xml")),
    (Format::LotTable, include_str!("files/lots.csv")),
    (Format::LotTable, ingest::lot_table::TEMPLATE),
];

/// Texts that have broken readers before.
const PIECES: [&str; 24] = [
    "",
    "\"",
    ",",
    "\n",
    "-",
    "0",
    "--",
    "99999999999999999999999999999",
    "0.0000000000000000000000000001",
    "1e308",
    "(5)",
    "$",
    "\u{0}",
    "\u{feff}",
    "é",
    "<",
    "&",
    "]]>",
    "<!DOCTYPE a>",
    "CASH",
    "...321",
    "as of",
    "9999-12-31",
    "10000000000",
];

fn outcome(format: Format, text: &str) {
    let Ok(holdings) = ingest::holdings::read(format, &[Source { name: "f", text }], &[]) else { return };
    let as_of = holdings.as_of.unwrap_or(date(2026, 11, 20));
    let wanted = Wanted { base: Base::None, as_of, as_of_said: false, household_id: None, classes: &[] };
    match write(&holdings, &wanted) {
        Ok(written) => assert!(portfolio::read(&written.text).is_ok()),
        Err(faults) => assert!(!faults.is_empty()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_spoiled_file_never_panics(
        file in 0..FILES.len(),
        spoils in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, 0..PIECES.len()), 1..6),
    ) {
        let (format, text) = FILES[file];
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, piece) in spoils {
            let from = at.index(chars.len() + 1);
            let to = (from + length).min(chars.len());
            chars.splice(from..to, PIECES[piece].chars());
        }
        let spoiled: String = chars.into_iter().collect();
        outcome(format, &spoiled);
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,200}") {
        for format in [Format::LotTable, Format::Schwab, Format::IbkrFlex] {
            outcome(format, &text);
        }
    }

    #[test]
    fn a_file_cut_off_anywhere_never_panics(file in 0..FILES.len(), at in any::<prop::sample::Index>()) {
        let (format, text) = FILES[file];
        let cut: String = text.chars().take(at.index(text.chars().count())).collect();
        outcome(format, &cut);
    }
}

/// Files of prices in the formats that are read.
const PRICES: [(&str, &str); 4] = [
    (
        "SPY.csv",
        "Date,Open,High,Low,Close,Adj Close,Volume\n2026-11-23,1,2,1,2,2,5\n2026-11-24,2,3,2,2.5,2,6\n",
    ),
    ("x.txt", "<TICKER>,<PER>,<DATE>,<TIME>,<CLOSE>\nSPY.US,D,20261123,000000,5\nSPY.US,D,20261124,0,6\n"),
    ("y.csv", "ticker;time;price;bid;ask\nSPY;2026-11-24T15:00:00Z;5;4;6\nSPY;2026-11-24 10:30;5;4;6\n"),
    ("splits.csv", "ticker,day,from,to\nSPY,2026-11-24,1,2\n"),
];

/// What a folder of one file tells can be judged, whatever the file holds.
fn told(name: &str, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    let wanted = std::collections::BTreeSet::from(["SPY".to_owned()]);
    let now = "2027-11-24T23:00:00Z".parse().unwrap();
    let mut feed = ingest::PriceFolder::new(folder.path(), wanted.clone(), std::collections::BTreeMap::new());
    let days = ingest::Days { first: date(1, 1, 1), last: date(9999, 12, 31) };
    let bars = ingest::Feed::bars(&mut feed, &wanted, days, now).unwrap();
    let mut judge = ingest::Judge::default();
    judge.learn(&bars, &[], &Default::default()).unwrap();
    let quotes = ingest::Feed::quotes(&mut feed, now).unwrap();
    assert!(quotes.iter().all(|quote| quote.as_of <= now && quote.ticker == "SPY"));
    judge.judge(&quotes, &Default::default()).unwrap();
    ingest::Feed::actions(&mut feed, &wanted, days, now).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_spoiled_file_of_prices_never_panics(
        file in 0..PRICES.len(),
        spoils in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, 0..PIECES.len()), 0..6),
    ) {
        let (name, text) = PRICES[file];
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, piece) in spoils {
            let from = at.index(chars.len() + 1);
            let to = (from + length).min(chars.len());
            chars.splice(from..to, PIECES[piece].chars());
        }
        told(name, &chars.into_iter().collect::<String>());
    }

    #[test]
    fn any_rows_of_prices_never_panic(when in "\\PC{0,30}", price in "\\PC{0,30}", rest in "\\PC{0,30}") {
        told("a.csv", &format!("ticker,time,price,bid,ask\nSPY,{when},{price},{rest}\nSPY,2026-11-24,{price}\nSPY,{when},5\n"));
    }
}
