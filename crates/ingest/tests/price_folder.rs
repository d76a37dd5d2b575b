//! Folders of price files: every format, files that grow, are replaced or half written, faults by row and column, ages, splits.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use ingest::judge::{Limits, PriceAge};
use ingest::{Action, Days, Feed, Judge, Known, PriceFolder, Quote, Split, Verdict};
use jiff::Timestamp;
use jiff::civil::date;
use portfolio::Decimal;
use rust_decimal::dec;
use tempfile::TempDir;

const STOOQ: &str = "Date,Open,High,Low,Close,Volume\n2026-11-23,660,662,658.5,661.10,1000\n2026-11-24,661,664,660,663.25,1200\n";
const STOOQ_BULK: &str = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nVTI.US,D,20261123,000000,330,331,329,330.5,10,0\nVTI.US,D,20261124,000000,330,332,330,331.75,11,0\n";
const YAHOO: &str = "Date,Open,High,Low,Close,Adj Close,Volume\n2026-11-23,72,72.5,71.9,72.10,70.01,500\n2026-11-24,72,72.6,72,72.40,70.30,510\n";
const LONG: &str = "ticker,date,close\nGLD,2026-11-23,380.10\nTLT,2026-11-23,88.05\nGLD,2026-11-24,381.00\nTLT,2026-11-24,88.40\n";
const OURS: &str = "# ours\nticker,time,price,bid,ask,volume\nVEA,2026-11-24T15:30:00Z,60.01,60.00,60.02,900\nVEA,2026-11-24T10:31:00-05:00,60.03,60.02,60.04,950\nVEA,2026-11-24 10:32,60.05,60.04,60.06,960\n";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The evening of the 24th in New York.
fn evening() -> Timestamp {
    at("2026-11-24T23:00:00Z")
}

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| folder.write(name, text, evening()));
        folder
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>, at: Timestamp) {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        let secs = Duration::from_secs(at.as_second().try_into().unwrap());
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + secs).unwrap();
    }

    fn feed(&self, tickers: &[&str]) -> PriceFolder {
        self.knowing(tickers, BTreeMap::new())
    }

    fn knowing(&self, tickers: &[&str], known: BTreeMap<String, Known>) -> PriceFolder {
        PriceFolder::new(self.0.path(), wanted(tickers), known)
    }
}

fn wanted(tickers: &[&str]) -> BTreeSet<String> {
    tickers.iter().map(|ticker| (*ticker).to_owned()).collect()
}

fn all(feed: &mut PriceFolder, now: Timestamp) -> Vec<Quote> {
    let mut all = Vec::new();
    loop {
        let some = feed.quotes(now).unwrap();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

fn told(feed: &mut PriceFolder) -> Vec<String> {
    feed.faults().iter().map(ToString::to_string).collect()
}

fn prices(quotes: &[Quote]) -> Vec<(&str, Decimal)> {
    quotes.iter().map(|quote| (quote.ticker.as_str(), quote.last)).collect()
}

#[test]
fn every_format_is_read_and_a_days_price_is_that_of_its_close() {
    let folder = Folder::new(&[
        ("spy_us_d.csv", STOOQ),
        ("vti.us.txt", STOOQ_BULK),
        ("AGG.csv", YAHOO),
        ("others.csv", LONG),
        ("live.csv", OURS),
        ("notes.md", "no prices"),
        ("notes.csv", "no prices either"),
    ]);
    let mut feed = folder.feed(&["SPY", "VTI", "AGG", "GLD", "TLT", "VEA", "QQQ"]);
    let quotes = all(&mut feed, evening().checked_add(Duration::from_secs(60)).unwrap());
    assert_eq!(told(&mut feed), Vec::<String>::new());
    let found: BTreeMap<&str, (Decimal, Decimal, Timestamp)> =
        quotes.iter().map(|it| (it.ticker.as_str(), (it.last, it.bid, it.as_of))).collect();
    let close = at("2026-11-24T21:00:00Z");
    assert_eq!(found["SPY"], (dec!(663.25), dec!(663.25), close));
    assert_eq!(found["VTI"], (dec!(331.75), dec!(331.75), close));
    assert_eq!(found["AGG"], (dec!(72.40), dec!(72.40), close)); // not 70.30
    assert_eq!(found["TLT"], (dec!(88.40), dec!(88.40), close));
    // A time without a zone is New York's.
    assert_eq!(found["VEA"], (dec!(60.05), dec!(60.04), at("2026-11-24T15:32:00Z")));
    assert_eq!(found.len(), 6);
    assert_eq!(all(&mut feed, at("2026-11-25T00:00:00Z")), []);
    assert!(quotes.iter().all(|quote| quote.source == feed.source() && quote.source.starts_with("csv:")));
}

#[test]
fn the_friday_after_thanksgiving_closes_at_one_and_holidays_have_no_price() {
    let text = "Date,Close\n2026-11-26,1\n2026-11-27,100\n2026-11-28,1\n1999-12-31,7\n";
    let folder = Folder::new(&[]);
    folder.write("SPY.csv", text, at("2026-11-27T18:05:00Z"));
    let mut feed = folder.feed(&["SPY"]);
    let quotes = all(&mut feed, at("2026-11-27T18:10:00Z"));
    assert_eq!(quotes[0].as_of, at("2026-11-27T18:00:00Z"));
    assert_eq!(
        told(&mut feed),
        [
            "SPY.csv: row 2, column Date: 2026-11-26 is no trading day (Thanksgiving Day)",
            "SPY.csv: row 4, column Date: 2026-11-28 is no trading day (the weekend)",
        ]
    );
}

#[test]
fn a_file_grows_and_nothing_is_told_twice() {
    let folder = Folder::new(&[("SPY.csv", STOOQ)]);
    let mut feed = folder.feed(&["SPY"]);
    assert_eq!(prices(&all(&mut feed, evening())), [("SPY", dec!(663.25))]);
    // Two more days: each is told, in its order, a day at a time.
    let grown = format!("{STOOQ}2026-11-25,1,900,1,664.00,9\n2026-11-27,1,900,1,665.00,9\n");
    let friday = at("2026-11-27T20:00:00Z");
    folder.write("SPY.csv", &grown, friday);
    assert_eq!(prices(&feed.quotes(friday).unwrap()), [("SPY", dec!(664.00))]);
    assert_eq!(prices(&feed.quotes(friday).unwrap()), [("SPY", dec!(665.00))]);
    assert_eq!(feed.quotes(friday).unwrap(), []);
    // The past is changed: no news. What was told last is changed: news.
    folder.write("SPY.csv", grown.replace("664.00", "664.50"), at("2026-11-27T20:00:01Z"));
    assert_eq!(all(&mut feed, friday), []);
    folder.write("SPY.csv", grown.replace("665.00", "665.50"), at("2026-11-27T20:00:02Z"));
    assert_eq!(prices(&all(&mut feed, friday)), [("SPY", dec!(665.50))]);
    // A new program that knows what was told goes on there.
    let known = |last| {
        let heard = Some((at("2026-11-27T18:00:00Z"), last));
        BTreeMap::from([("SPY".to_owned(), Known { heard, shares_of: None })])
    };
    assert_eq!(all(&mut folder.knowing(&["SPY"], known(None)), friday), []);
    assert_eq!(all(&mut folder.knowing(&["SPY"], known(Some(dec!(665.50)))), friday), []);
    assert_eq!(all(&mut folder.knowing(&["SPY"], known(Some(dec!(660)))), friday).len(), 1);
    assert!(feed.quotes(evening()).unwrap_err().to_string().contains("can't go back"));
}

#[test]
fn a_half_written_line_waits_until_it_is_whole() {
    let folder = Folder::new(&[]);
    let now = evening();
    let half = &STOOQ[..STOOQ.len() - 8]; // `…,663.` of the last row
    folder.write("SPY.csv", half, now);
    let mut feed = folder.feed(&["SPY"]);
    assert_eq!(prices(&feed.quotes(now).unwrap()), [("SPY", dec!(661.10))]);
    assert_eq!(feed.quotes(now).unwrap(), []); // the same moment is no second look
    folder.write("SPY.csv", STOOQ, now);
    assert_eq!(prices(&feed.quotes(now).unwrap()), [("SPY", dec!(663.25))]);
    // A last line that nobody ends is whole once the file is left alone.
    let mut feed = folder.feed(&["SPY"]);
    folder.write("SPY.csv", STOOQ.trim_end(), now);
    assert_eq!(prices(&feed.quotes(now).unwrap()), [("SPY", dec!(661.10))]);
    let later = now.checked_add(Duration::from_secs(2)).unwrap();
    assert_eq!(prices(&feed.quotes(later).unwrap()), [("SPY", dec!(663.25))]);
    // A file that is being replaced is empty for a moment.
    folder.write("SPY.csv", "", later);
    assert_eq!(all(&mut feed, later), []);
    assert_eq!(told(&mut feed), Vec::<String>::new());
}

#[test]
fn a_row_of_today_counts_once_the_file_is_of_after_the_close() {
    let folder = Folder::new(&[]);
    let noon = at("2026-11-24T17:00:00Z");
    folder.write("SPY.csv", STOOQ, noon);
    let mut feed = folder.feed(&["SPY"]);
    assert_eq!(prices(&all(&mut feed, noon)), [("SPY", dec!(661.10))]);
    assert_eq!(all(&mut feed, evening()), []);
    assert_eq!(
        told(&mut feed),
        [
            "SPY.csv: row 3, column Date: the session of 2026-11-24 was not over when the file was written; the row counts once the file is written after the close"
        ]
    );
    folder.write("SPY.csv", STOOQ, evening());
    assert_eq!(prices(&all(&mut feed, evening())), [("SPY", dec!(663.25))]);
    // Of a time to come: it waits, which is told once.
    let more = format!("{STOOQ}2026-11-25,1,900,1,664.00,9\n");
    folder.write("SPY.csv", &more, at("2026-11-26T12:00:00Z"));
    assert_eq!(all(&mut feed, evening()), []);
    assert!(told(&mut feed)[0].contains(": SPY has a row of 2026-11-25T21:00:00Z, which is to come"));
    assert_eq!(all(&mut feed, at("2026-11-25T21:00:00Z")).len(), 1);
}

#[test]
fn faults_are_told_once_by_file_row_and_column_and_the_rest_goes_on() {
    let long = "ticker,time,price,bid,ask,mood\n\
                SPY,2026-11-24T15:00:00Z,1O0,,,\nSPY,noon,100,,,\n,2026-11-24T15:00:00Z,100,,,\n\
                SPY,2026-11-24T15:00:01Z,100,99,,\nSPY,2026-11-24T15:00:02Z,,,,\nSPY,2026-11-24T15:00:03Z,1,1,1,1,1\n\
                SPY,2026-11-24T15:00:04Z,99999999999,,,\nSPY,2126-11-24T15:00:05Z,5,,,\n\
                SPY,2026-11-24T15:01:00Z,101,,,\nSPY,2026-11-24T15:01:00Z,102,,,\n";
    let daily = "Date,Open,High,Low,Close\n2026-11-24,50,51,49,500\n2026-11-23,50,51,49,50.5\n";
    let folder = Folder::new(&[
        ("all.csv", long),
        ("AGG.csv", daily),
        ("VTI.csv", "Date,Adj Close\n2026-11-24,5\n"),
        ("VEA.csv", "Day of week\nTuesday\n"),
        ("GLD.csv", "Date,Close,Last\n2026-11-24,5,5\n"),
    ]);
    fs::write(folder.0.path().join("TLT.csv"), [b'D', 0xff, b'\n']).unwrap();
    let mut feed = folder.feed(&["SPY", "AGG", "VTI", "VEA", "TLT", "GLD"]);
    assert_eq!(prices(&all(&mut feed, evening())), [("AGG", dec!(50.5)), ("SPY", dec!(102))]);
    let faults = told(&mut feed);
    let expected = [
        "AGG.csv: row 2, column Close: 500 lies outside of 49 to 51 of its own row",
        "GLD.csv: row 1, column Last: stands there twice, in this or another word; leave one",
        "TLT.csv: is no UTF-8 text; save it as CSV in UTF-8",
        "VEA.csv: row 1: no column `date` or `time`; the first row has to name the columns, such as `ticker,time,price,bid,ask`",
        "VTI.csv: row 1: only adjusted closes, at which nobody ever traded; export the column `Close` too",
        "all.csv: row 1, column mood: is not known, and is not read",
        "all.csv: row 2, column price: `1O0` is no number; write digits with a decimal point, such as 1234.56",
        "all.csv: row 3, column time: `noon` is no date; write 2026-11-20 or 11/20/2026 (month first)",
        "all.csv: row 4, column ticker: is empty",
        "all.csv: row 5, column bid: one of bid and ask without the other; give both or none",
        "all.csv: row 6, column price: is empty",
        "all.csv: row 7: more cells than the first row has columns",
        "all.csv: row 8, column price: more than 1000000000 USD a share; check the decimal point",
        "all.csv: row 9, column time: the trading calendar ends with 2099",
        "all.csv: row 11, column time: stands there twice, with 101 and 102; the later row counts",
    ];
    let mut sorted: Vec<&str> =
        faults.iter().map(String::as_str).filter(|it| !it.contains("VEA.csv: row 1, column")).collect();
    sorted.sort_by_key(|it| expected.iter().position(|known| known == it));
    assert_eq!(sorted, expected);
    folder.write("all.csv", format!("{long}\n"), at("2026-11-24T23:30:00Z"));
    all(&mut feed, at("2026-11-24T23:31:00Z"));
    assert_eq!(told(&mut feed), Vec::<String>::new());
    assert!(
        PriceFolder::new(&folder.0.path().join("none"), BTreeSet::new(), BTreeMap::new())
            .quotes(evening())
            .unwrap_err()
            .to_string()
            .contains("none")
    );
}

#[test]
fn wrong_prices_are_handed_over_for_the_judge_to_hold_back() {
    let text = "ticker,time,price,bid,ask\nSPY,2026-11-24T15:00:00Z,100,99,101\nSPY,2026-11-24T15:01:00Z,0,0,0\nSPY,2026-11-24T15:02:00Z,100,102,101\n";
    let folder = Folder::new(&[("a.csv", text)]);
    let before = BTreeMap::from([(
        "SPY".to_owned(),
        Known { heard: Some((at("2026-11-24T14:59:00Z"), None)), shares_of: None },
    )]);
    let quotes = all(&mut folder.knowing(&["SPY"], before), evening());
    let limits = Limits { age: PriceAge::LastClose, ..Limits::default() };
    let verdicts: Vec<Option<&str>> = Judge::default()
        .judge(&quotes, &limits)
        .unwrap()
        .iter()
        .map(|one| one.verdict.finding().map(|found| found.code.word()))
        .collect();
    assert_eq!(verdicts, [None, Some("price.zero"), Some("price.crossed")]);
}

#[test]
fn bars_and_what_is_ordinary_come_from_the_past() {
    let mut text = "Date,Close,Volume\n".to_owned();
    let mut day = date(2026, 9, 1);
    let mut price = dec!(100);
    while day < date(2026, 11, 24) {
        if portfolio::exchange::session(day).unwrap().is_some() {
            price += if day.day() % 2 == 0 { dec!(0.4) } else { dec!(-0.4) };
            text.push_str(&format!("{day},{price},1000\n"));
        }
        day = day.tomorrow().unwrap();
    }
    text.push_str("2026-11-24,112,1000\n");
    let folder = Folder::new(&[("SPY.csv", &text)]);
    let mut feed = folder.feed(&["SPY"]);
    let days = Days { first: date(2026, 10, 1), last: date(2026, 11, 23) };
    let bars = feed.bars(&wanted(&["SPY"]), days, evening()).unwrap();
    assert_eq!(
        (bars.first().unwrap().day, bars.last().unwrap().day),
        (date(2026, 10, 1), date(2026, 11, 23))
    );
    let limits = Limits { age: PriceAge::LastClose, ..Limits::default() };
    let quotes = all(&mut feed, evening());
    // Without the past the first price is taken, whatever it is; with it a jump of 12 % of a quiet fund is held back.
    let unaware = Judge::default().judge(&quotes, &limits).unwrap()[0].verdict.clone();
    assert_eq!(unaware, Verdict::Taken(None));
    let mut judge = Judge::default();
    assert_eq!(judge.learn(&bars, &[], &limits).unwrap(), []);
    let aware = judge.judge(&quotes, &limits).unwrap()[0].verdict.clone();
    assert!(matches!(aware, Verdict::Held(found) if found.code.word() == "price.jump"));
    // What is known already is not learnt again.
    let before = judge.clone();
    judge.learn(&bars, &[], &limits).unwrap();
    assert_eq!(judge, before);
}

#[test]
fn splits_come_with_the_first_price_of_their_day_and_once() {
    let splits = "ticker,day,from,to\nSPY,2020-01-02,1,5\nSPY,2026-11-25,1,2\nSPY,2026-11-25,1,1\nSPY,soon,1,2\nSPY,2026-11-25,1,two\n";
    let dividends = "ticker,day,usd_per_share\nSPY,2026-11-23,1.75\n";
    let folder = Folder::new(&[("SPY.csv", STOOQ), ("splits.csv", splits), ("dividends.csv", dividends)]);
    let known = Known { heard: None, shares_of: Some(date(2026, 11, 20)) };
    let mut feed = folder.knowing(&["SPY"], BTreeMap::from([("SPY".to_owned(), known)]));
    assert_eq!(all(&mut feed, evening()).len(), 1);
    assert_eq!(feed.splits(), []);
    let next = at("2026-11-25T22:00:00Z");
    folder.write("SPY.csv", format!("{STOOQ}2026-11-25,330,333,330,332,9\n"), next);
    assert_eq!(feed.quotes(next).unwrap().len(), 1);
    let split = Split { ticker: "SPY".to_owned(), day: date(2026, 11, 25), from: 1, to: 2 };
    assert_eq!(feed.splits(), [split]);
    assert_eq!(feed.quotes(next).unwrap(), []);
    assert_eq!(feed.splits(), []);
    let days = Days { first: date(2026, 11, 1), last: date(2026, 11, 30) };
    let actions = feed.actions(&wanted(&["SPY"]), days, next).unwrap();
    assert_eq!(actions.iter().map(Action::code).collect::<Vec<_>>(), ["action.dividend", "action.split"]);
    assert_eq!(
        told(&mut feed),
        [
            "splits.csv: row 4: 1 shares into 1 is no split",
            "splits.csv: row 5, column day: `soon` is no date; write 2026-11-20 or 11/20/2026 (month first)",
            "splits.csv: row 6, column to: `two` is no number of shares; write a split of one share into three as 1 and 3",
        ]
    );
}

#[test]
fn a_daily_close_counts_until_the_next_one_is_there() {
    let folder = Folder::new(&[("SPY.csv", STOOQ)]);
    let quotes = all(&mut folder.feed(&["SPY"]), evening());
    let limits = Limits { age: PriceAge::LastClose, ..Limits::default() };
    let mut judge = Judge::default();
    judge.judge(&quotes, &limits).unwrap();
    // The next session, and until its close.
    assert_eq!(judge.unusable("SPY", at("2026-11-25T15:00:00Z"), &limits), None);
    assert_eq!(judge.unusable("SPY", at("2026-11-25T20:59:59Z"), &limits), None);
    let stale = judge.unusable("SPY", at("2026-11-27T15:00:00Z"), &limits).unwrap().to_string();
    assert_eq!(
        stale,
        "price.stale SPY: its price of 2026-11-24T21:00:00Z is older than the close of 2026-11-25, the last session that is over"
    );
    assert!(judge.unusable("SPY", at("2026-11-25T15:00:00Z"), &Limits::default()).is_some());
}

/// Whatever else the machine does, a file that can't be read is not read again and again.
#[test]
fn a_file_that_is_no_text_is_read_again_once_it_has_changed() {
    let folder = Folder::new(&[("AGG.csv", STOOQ)]);
    let latin = [&b"\xe4"[..], &STOOQ.as_bytes()[1..]].concat();
    folder.write("SPY.csv", &latin, evening());
    let mut feed = folder.feed(&["SPY"]);
    assert_eq!(feed.quotes(evening()).unwrap(), []);
    assert_eq!(told(&mut feed), ["SPY.csv: is no UTF-8 text; save it as CSV in UTF-8"]);
    // By its length and its time it is the same.
    folder.write("SPY.csv", STOOQ, evening());
    assert_eq!(feed.quotes(evening()).unwrap(), []);
    folder.write("SPY.csv", STOOQ, evening() - jiff::SignedDuration::from_secs(1));
    assert_eq!(feed.quotes(evening()).unwrap().len(), 1);
}

#[test]
fn two_files_that_contradict_each_other_come_to_an_end() {
    let other = "Date,Open,High,Low,Close,Volume\n2026-11-24,1,1,1,331,5\n";
    for (one, two) in [("SPY.csv", "spy_us_d.csv"), ("spy.us.csv", "SPY.csv")] {
        let folder = Folder::new(&[(one, STOOQ), (two, other)]);
        let mut feed = folder.feed(&["SPY"]);
        let mut told = Vec::new();
        for turn in 0.. {
            let quotes = feed.quotes(evening()).unwrap();
            if quotes.is_empty() {
                break;
            }
            assert!(turn < 3, "the same is told again and again: {quotes:?}");
            told.extend(quotes.into_iter().map(|quote| quote.last));
        }
        assert!(!told.is_empty());
    }
}
