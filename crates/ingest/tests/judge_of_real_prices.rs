//! The judge of prices on three years of real closes: what it catches, what it holds back for nothing, what it takes a spin-off for.
//!
//! The closes and volumes are not in this repository. `EQUIPOISE_TEST_PRICES` names a folder with `sp500_close_2013_2015.csv.gz` and
//! `sp500_volume_2013_2015.csv.gz` (CNuge/kaggle-code, MIT); without it these tests are skipped and say so. The lists of what is wrong in them
//! are in `real_prices/`, with how each was found.
//!
//! The limits of the judge were chosen on these closes, so its rates on them are no forecast: `halves` shows them for either half of the tickers.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
#![allow(clippy::print_stderr, reason = "rates are for people, and a test that is skipped says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use ingest::judge::{Code, Limits};
use ingest::{Judge, Quote, Split, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;

const BAD_PRINTS: &str = include_str!("real_prices/bad_prints.csv");
const FALLS: &str = include_str!("real_prices/falls.csv");
const SPLITS: &str = include_str!("real_prices/splits.csv");
/// The least error of a bad print that the goal is held to, a logarithm.
const ERROR_MIN: f64 = 0.04;

type Key = (String, Date);
/// A day with a figure of each ticker, where there is one.
type Row = (Date, Vec<Option<Decimal>>);

struct Market {
    days: Vec<Date>,
    /// By day: closes and volumes by ticker.
    quotes: Vec<Vec<Quote>>,
}

/// What the judge said of every close.
struct Judgement {
    held: BTreeMap<Key, Code>,
    resolved: BTreeMap<Key, Code>,
    count: usize,
}

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("EQUIPOISE_TEST_PRICES").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: EQUIPOISE_TEST_PRICES does not name a folder with closes");
    }
    folder
}

fn table(path: &Path) -> (Vec<String>, Vec<Row>) {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let tickers = lines.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    let row = |row: csv::StringRecord| {
        let figures = row.iter().skip(1).map(|cell| (!cell.is_empty()).then(|| cell.parse().unwrap()));
        (row[0].parse().unwrap(), figures.collect())
    };
    (tickers, lines.records().map(|r| row(r.unwrap())).collect())
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

fn close_of(day: Date) -> Timestamp {
    portfolio::exchange::session(day).unwrap().unwrap().closes
}

impl Market {
    fn read(with_volume: bool) -> Option<Market> {
        let folder = folder()?;
        let (tickers, closes) = table(&folder.join("sp500_close_2013_2015.csv.gz"));
        let (_, volumes) = table(&folder.join("sp500_volume_2013_2015.csv.gz"));
        let mut market = Market { days: Vec::new(), quotes: Vec::new() };
        for ((day, closes), (_, volumes)) in closes.into_iter().zip(volumes) {
            let quotes = tickers.iter().zip(closes).zip(volumes).filter_map(|((ticker, close), volume)| {
                let (last, at) = (close?, close_of(day));
                Some(Quote {
                    ticker: ticker.clone(),
                    bid: last,
                    ask: last,
                    last,
                    volume: volume.filter(|_| with_volume),
                    as_of: at,
                    received_at: at,
                    source: "closes".to_owned(),
                })
            });
            market.quotes.push(quotes.collect());
            market.days.push(day);
        }
        Some(market)
    }

    /// Where somebody looks, a price at the ratio of a split that has stayed for two closes is believed: none of these closes is of a split.
    fn judged(&self, limits: &Limits, splits: &[Split], somebody_looks: bool) -> Judgement {
        let mut judge = Judge::default();
        let mut all = Judgement { held: BTreeMap::new(), resolved: BTreeMap::new(), count: 0 };
        splits.iter().for_each(|split| judge.split(split));
        for (day, quotes) in self.days.iter().zip(&self.quotes) {
            for judged in judge.judge(quotes, limits).unwrap() {
                all.count += 1;
                let key = (judged.quote.ticker.clone(), *day);
                match judged.verdict {
                    Verdict::Held(finding) => drop(all.held.insert(key, finding.code)),
                    Verdict::Taken(Some(finding)) => drop(all.resolved.insert(key, finding.code)),
                    Verdict::Taken(None) => {}
                }
            }
            let stayed = judge
                .held()
                .into_iter()
                .filter(|held| somebody_looks && held.code == Code::SplitLike && held.confirmations > 0);
            stayed.for_each(|held| drop(judge.accept(&held.ticker)));
        }
        all
    }

    fn day_after(&self, day: Date) -> Date {
        *self.days.iter().find(|other| **other > day).unwrap()
    }
}

struct Rates {
    listed: usize,
    caught: usize,
    missed: Vec<Key>,
    clean: usize,
    false_alarms: usize,
    /// On the days with bad prints, of prices that are not listed.
    beside: usize,
}

/// Rates over the tickers that `of` chooses. Clean days have no bad print of 1 % or more, and are not the day after one.
fn rates(market: &Market, judgement: &Judgement, error_min: f64, of: &dyn Fn(&str) -> bool) -> Rates {
    let bad: Vec<(Key, f64)> = rows(BAD_PRINTS)
        .iter()
        .map(|row| ((row[0].to_owned(), row[1].parse().unwrap()), row[7].parse().unwrap()))
        .collect();
    let mut dirty: BTreeSet<Date> = bad.iter().map(|((_, day), _)| *day).collect();
    dirty.extend(dirty.clone().into_iter().map(|day| market.day_after(day)));
    let events: BTreeSet<Key> =
        rows(FALLS).iter().map(|row| (row[0].to_owned(), row[1].parse().unwrap())).collect();
    let listed: Vec<&Key> = bad
        .iter()
        .filter(|((ticker, _), error)| *error >= error_min && of(ticker))
        .map(|(key, _)| key)
        .collect();
    let missed: Vec<Key> =
        listed.iter().filter(|key| !judgement.held.contains_key(**key)).map(|key| (*key).clone()).collect();
    let quotes = market.days.iter().zip(&market.quotes).filter(|(day, _)| !dirty.contains(day));
    let clean = quotes.flat_map(|(_, quotes)| quotes).filter(|quote| of(&quote.ticker)).count();
    let known: BTreeSet<&Key> = bad.iter().map(|(key, _)| key).collect();
    let alarms =
        judgement.held.keys().filter(|key| of(&key.0) && !events.contains(*key) && !known.contains(*key));
    let (beside, false_alarms): (Vec<&Key>, Vec<&Key>) = alarms.partition(|(_, day)| dirty.contains(day));
    Rates {
        listed: listed.len(),
        caught: listed.len() - missed.len(),
        missed,
        clean,
        false_alarms: false_alarms.len(),
        beside: beside.len(),
    }
}

impl Rates {
    fn told(&self) -> String {
        format!(
            "{} of {} caught ({:.1} %), {} of {} held back on clean days ({:.3} %), {} beside bad prints; missed {:?}",
            self.caught,
            self.listed,
            100.0 * self.caught as f64 / self.listed as f64,
            self.false_alarms,
            self.clean,
            100.0 * self.false_alarms as f64 / self.clean as f64,
            self.beside,
            self.missed
        )
    }
}

/// The goal: at least 95 % of the bad prints of 4 % and more, and fewer than 0.1 % of the prices of clean days.
#[test]
fn bad_prints_are_caught_and_clean_days_are_left_alone() {
    let Some(market) = Market::read(true) else { return };
    let judgement = market.judged(&Limits::default(), &[], true);
    let all = rates(&market, &judgement, ERROR_MIN, &|_| true);
    for error_min in [0.01, 0.02, 0.03, 0.04, 0.05, 0.08] {
        let told = rates(&market, &judgement, error_min, &|_| true).told();
        eprintln!("errors of {error_min} and more: {told}");
    }
    let is_first = |ticker: &str| ticker < "HRS";
    for (half, of) in [("A to HRL", true), ("HRS to Z", false)] {
        let told = rates(&market, &judgement, ERROR_MIN, &|ticker| is_first(ticker) == of).told();
        eprintln!("halves, {half}: {told}");
    }
    let unaided = Market::read(false).unwrap();
    let judgement = unaided.judged(&Limits::default(), &[], true);
    eprintln!("without volumes: {}", rates(&unaided, &judgement, ERROR_MIN, &|_| true).told());
    assert!(all.caught * 100 >= all.listed * 95, "{}", all.told());
    assert!(all.false_alarms * 1000 < all.clean, "{}", all.told());
}

/// A fall that stays is taken once the next session is there too, and is not called a bad print; a bad print is, and is never taken.
#[test]
fn spin_offs_are_told_from_bad_prints() {
    let Some(market) = Market::read(true) else { return };
    let judgement = market.judged(&Limits::default(), &[], false);
    let (mut falls, mut stayed) = (0, 0);
    for row in rows(FALLS) {
        let key: Key = (row[0].to_owned(), row[1].parse().unwrap());
        let next = (key.0.clone(), market.day_after(key.1));
        let split_like = &row[2] == "split_like";
        let code = if split_like { Code::SplitLike } else { Code::Jump };
        assert_eq!(judgement.held.get(&key), Some(&code), "{key:?}");
        if split_like {
            assert_eq!(judgement.held.get(&next), Some(&code), "{next:?}: nobody has told of it");
        } else {
            falls += 1;
            stayed += usize::from(judgement.resolved.get(&next) == Some(&Code::Confirmed));
        }
    }
    eprintln!("{stayed} of {falls} spin-offs and dividends are known as falls that stay");
    // IRM won back more than half of its distribution the day after.
    assert!(stayed + 1 >= falls);
    let bad = rows(BAD_PRINTS);
    let (mut caught, mut called) = (0, 0);
    for row in bad.iter().filter(|row| row[7].parse::<f64>().unwrap() >= ERROR_MIN) {
        let key: Key = (row[0].to_owned(), row[1].parse().unwrap());
        let next = (key.0.clone(), market.day_after(key.1));
        caught += usize::from(judgement.held.contains_key(&key));
        called += usize::from(judgement.resolved.get(&next) == Some(&Code::Reverted));
    }
    eprintln!("{called} of {caught} bad prints that were caught are called so the day after");
    // Of the others the true price moved as well, halfway to the bad one.
    assert!(called * 100 >= caught * 90);
}

/// Closes as they were traded: what is told is taken at once, what is not is held back as a split until it is.
#[test]
fn splits_are_known_by_their_ratio_and_taken_once_they_are_told() {
    let Some(mut market) = Market::read(true) else { return };
    let splits: Vec<Split> = rows(SPLITS)
        .iter()
        .map(|row| Split {
            ticker: row[0].to_owned(),
            day: row[1].parse().unwrap(),
            from: row[2].parse().unwrap(),
            to: row[3].parse().unwrap(),
        })
        .collect();
    for (day, quotes) in market.days.iter().zip(&mut market.quotes) {
        for quote in quotes {
            for split in splits.iter().filter(|split| split.ticker == quote.ticker && *day < split.day) {
                let raw = quote.last * Decimal::from(split.to) / Decimal::from(split.from);
                (quote.bid, quote.ask, quote.last) = (raw, raw, raw);
                quote.volume = quote.volume.map(|v| v * Decimal::from(split.from) / Decimal::from(split.to));
            }
        }
    }
    let untold = market.judged(&Limits::default(), &[], false);
    let told = market.judged(&Limits::default(), &splits, false);
    let (mut known, mut taken) = (0, 0);
    for split in &splits {
        let key = (split.ticker.clone(), split.day);
        assert!(told.held.get(&key) != Some(&Code::SplitLike), "{key:?}");
        assert!(untold.held.contains_key(&key), "{key:?}");
        taken += usize::from(!told.held.contains_key(&key));
        known += usize::from(untold.held.get(&key) == Some(&Code::SplitLike));
    }
    eprintln!("{known} of {} splits that nobody told are known, {taken} are taken once told", splits.len());
    // APH fell by 7 % on the day of its split, which is a jump either way.
    assert!(known + 1 >= splits.len() && taken + 1 >= splits.len());
}

/// A judge that is kept as a text and read again, after every day, says the same.
#[test]
fn a_restart_forgets_nothing() {
    let Some(market) = Market::read(true) else { return };
    let limits = Limits::default();
    let (mut whole, mut again) = (Judge::default(), Judge::default());
    for quotes in market.quotes.iter().take(120) {
        again = serde_json::from_str(&serde_json::to_string(&again).unwrap()).unwrap();
        assert_eq!(whole.judge(quotes, &limits).unwrap(), again.judge(quotes, &limits).unwrap());
    }
    assert_eq!(whole, again);
}
