//! The simulated market keeps the rules of a source, moves as it is told to, and has every fault on record.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use ingest::feed::QUOTES_MAX;
use ingest::simulated::{Chances, Event, Kind, Listed, Settings, Shock, Simulated};
use ingest::{Days, Feed, Quote};
use jiff::Timestamp;
use jiff::civil::date;
use portfolio::Decimal;
use portfolio::exchange::{eastern, session_at};
use portfolio::money::float;
use proptest::prelude::*;

/// The Wednesday before Thanksgiving; Friday ends early.
fn start() -> Timestamp {
    "2026-11-25T14:30:00Z".parse().unwrap()
}

fn days_later(days: i64) -> Timestamp {
    Timestamp::from_second(start().as_second() + days * 86_400).unwrap()
}

fn listed(ticker: &str, beta: f64, volatility: f64) -> Listed {
    Listed { beta, volatility, spread_bps: 5.0, ..Listed::market(ticker) }
}

fn settings(seed: u64, tick_secs: u32, chances: Chances) -> Settings {
    let listed = vec![listed("VTI", 1.0, 0.03), listed("BND", 0.1, 0.05), listed("NVDA", 1.4, 0.35)];
    Settings { seed, tick_secs, factor_volatility: 0.16, listed, shocks: Vec::new(), chances }
}

fn faulty() -> Chances {
    Chances {
        gaps_per_session: 0.3,
        gap_volatility: 0.05,
        jumps_per_year: 100.0,
        jump_volatility: 0.03,
        splits_per_session: 0.2,
        halts_per_year: 100.0,
        stale: 0.02,
        crossed: 0.02,
        zero: 0.02,
    }
}

/// All quotes and splits up to a time, in as many calls as it takes.
fn all<F: Feed>(feed: &mut F, now: Timestamp) -> Vec<Quote> {
    let mut quotes = Vec::new();
    loop {
        let more = feed.quotes(now).unwrap();
        assert!(more.len() <= QUOTES_MAX);
        if more.is_empty() {
            return quotes;
        }
        quotes.extend(more);
    }
}

fn run(settings: Settings, days: i64) -> (Vec<Quote>, Vec<Event>) {
    let mut market = Simulated::new(settings, start()).unwrap();
    let quotes = all(&mut market, days_later(days));
    (quotes, market.events().to_vec())
}

/// What every source keeps (`Feed`); `cuts` are times between which it is asked, ascending.
fn keeps_the_rules<F: Feed>(make: impl Fn() -> F, cuts: &[Timestamp]) {
    let (mut at_once, mut by_steps) = (make(), make());
    let end = *cuts.last().unwrap();
    let whole = all(&mut at_once, end);
    let mut parts = Vec::new();
    for cut in cuts {
        let part = all(&mut by_steps, *cut);
        assert!(part.iter().all(|quote| quote.received_at <= *cut));
        parts.extend(part);
    }
    assert_eq!(parts, whole);
    assert_eq!(at_once.splits(), by_steps.splits());
    assert!(at_once.splits().is_empty());
    assert!(whole.is_sorted_by_key(|quote| quote.received_at));
    assert!(whole.iter().all(|quote| quote.as_of <= quote.received_at && quote.source == at_once.source()));
    let before = Timestamp::from_second(end.as_second() - 1).unwrap();
    let refused = at_once.quotes(before).unwrap_err().to_string();
    assert!(refused.contains("can't go back"), "{refused}");
    assert_eq!(at_once.quotes(end), Ok(Vec::new()));
}

/// What was told when this was written. It changes only with the way in which prices are made, which is a change for users.
const GOLDEN: u64 = 14_253_907_362_864_364_794;

/// FNV-1a of the bytes of all quotes.
fn fingerprint(quotes: &[Quote]) -> u64 {
    let text = serde_json::to_string(quotes).unwrap();
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[test]
fn a_seed_gives_the_same_bytes_on_every_machine() {
    let (quotes, _) = run(settings(7, 60, faulty()), 8);
    assert_eq!(fingerprint(&quotes), GOLDEN);
    assert_eq!(fingerprint(&run(settings(7, 60, faulty()), 8).0), GOLDEN);
    assert_ne!(fingerprint(&run(settings(8, 60, faulty()), 8).0), GOLDEN);
}

#[test]
fn the_first_price_is_the_listed_one_and_ticks_lie_in_sessions() {
    let (quotes, events) = run(settings(1, 300, Chances::default()), 5);
    assert_eq!(events, []);
    let first = &quotes[0];
    assert_eq!((first.as_of, first.last), (start(), Decimal::ONE_HUNDRED));
    let mut days: BTreeMap<_, BTreeSet<Timestamp>> = BTreeMap::new();
    for quote in &quotes {
        assert!(session_at(quote.as_of).unwrap().is_some(), "{}", quote.as_of);
        days.entry(eastern(quote.as_of).date().to_string()).or_default().insert(quote.as_of);
    }
    let counted: Vec<(&str, usize)> = days.iter().map(|(day, ticks)| (day.as_str(), ticks.len())).collect();
    // Wednesday, half of Friday, and one tick of Monday.
    assert_eq!(counted, [("2026-11-25", 78), ("2026-11-27", 42), ("2026-11-30", 1)]);
}

#[test]
fn a_market_begins_with_the_next_tick_or_the_next_session() {
    for (start, first) in [
        ("2026-11-25T14:30:01Z", "2026-11-25T14:35:00Z"),
        ("2026-11-25T20:59:00Z", "2026-11-27T14:30:00Z"),
        ("2026-11-26T12:00:00Z", "2026-11-27T14:30:00Z"),
    ] {
        let market = Simulated::new(settings(1, 300, Chances::default()), start.parse().unwrap()).unwrap();
        assert_eq!(market.next_at(), first.parse().unwrap(), "{start}");
    }
}

#[test]
fn a_check_of_prices_finds_exactly_the_faults_on_record() {
    let (quotes, events) = run(settings(3, 60, faulty()), 30);
    let key = |at: Timestamp, ticker: &str| (at, ticker.to_owned());
    let mut on_record = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
    for event in events.iter().filter(|event| event.is_faulty_print()) {
        let kind = match event.kind {
            Kind::Stale { .. } => 0,
            Kind::Crossed => 1,
            _ => 2,
        };
        on_record[kind].insert(key(event.at, event.ticker.as_deref().unwrap()));
    }
    let found = |is_bad: fn(&Quote) -> bool| -> BTreeSet<_> {
        quotes
            .iter()
            .filter(|quote| is_bad(quote))
            .map(|quote| key(quote.received_at, &quote.ticker))
            .collect()
    };
    assert_eq!(found(|q| q.received_at.duration_since(q.as_of).as_secs() >= 1_800), on_record[0]);
    assert_eq!(found(|q| q.bid > q.ask), on_record[1]);
    assert_eq!(found(|q| q.bid.is_zero()), on_record[2]);
    assert!(on_record.iter().all(|kind| kind.len() > 100));
    let bad: BTreeSet<_> = on_record.into_iter().flatten().collect();
    for quote in quotes.iter().filter(|q| !bad.contains(&key(q.received_at, &q.ticker))) {
        assert!(Decimal::ZERO < quote.bid && quote.bid <= quote.last && quote.last <= quote.ask);
        assert!(quote.bid < quote.ask && quote.as_of == quote.received_at);
        assert!(quote.last.scale() <= 2);
    }
}

#[test]
fn a_halted_security_is_silent_and_the_others_are_not() {
    let (quotes, events) = run(settings(5, 60, Chances { halts_per_year: 500.0, ..Chances::default() }), 10);
    let halts: Vec<_> = events.iter().map(|e| (e.ticker.clone().unwrap(), e.at, e.kind)).collect();
    assert!(halts.len() > 5);
    for (ticker, from, kind) in &halts {
        let Kind::Halt { until } = kind else { panic!("{kind:?}") };
        let during = quotes.iter().filter(|q| *from <= q.as_of && q.as_of < *until);
        let (mine, others): (Vec<_>, Vec<_>) = during.partition(|q| q.ticker == *ticker);
        assert!(mine.is_empty() && !others.is_empty(), "{ticker} at {from}");
    }
}

#[test]
fn a_split_changes_the_price_and_is_told_before_its_first_quote() {
    let chances = Chances { splits_per_session: 1.0, ..Chances::default() };
    let mut market = Simulated::new(settings(2, 600, chances), start()).unwrap();
    let before = all(&mut market, days_later(1));
    assert!(market.splits().is_empty());
    let after = all(&mut market, days_later(2));
    let splits = market.splits();
    assert_eq!(splits.len(), 3);
    for split in splits {
        let last = |quotes: &[Quote]| float(quotes.iter().rfind(|q| q.ticker == split.ticker).unwrap().last);
        let first = float(after.iter().find(|q| q.ticker == split.ticker).unwrap().last);
        let ratio = last(&before) / first * f64::from(split.from) / f64::from(split.to);
        assert!((0.9..1.1).contains(&ratio), "{split:?} {ratio}");
        assert_eq!(split.day.to_string(), "2026-11-27");
    }
}

#[test]
fn a_shock_moves_everything_by_its_beta() {
    let at = Timestamp::from_second(start().as_second() + 90).unwrap();
    let shocked = |shocks| Settings { shocks, ..settings(4, 60, Chances::default()) };
    let (calm, _) = run(shocked(Vec::new()), 1);
    let (fell, events) = run(shocked(vec![Shock { at, log_return: -0.2 }]), 1);
    assert_eq!(events, [Event { at: fell[6].as_of, ticker: None, kind: Kind::Shock { log_return: -0.2 } }]);
    assert_eq!(calm[..6], fell[..6]); // two ticks of three
    for (beta, (calm, fell)) in [1.0, 0.1, 1.4].into_iter().zip(calm[6..9].iter().zip(&fell[6..9])) {
        let moved = (float(fell.last) / float(calm.last)).ln();
        assert!((moved + 0.2 * beta).abs() < 1e-3, "{moved} for {beta}");
    }
}

/// Daily log returns of each ticker, at the last tick of each session.
fn daily_returns(quotes: &[Quote]) -> BTreeMap<&str, Vec<f64>> {
    let mut closes: BTreeMap<&str, BTreeMap<String, f64>> = BTreeMap::new();
    for quote in quotes {
        let day = eastern(quote.as_of).date().to_string();
        closes.entry(&quote.ticker).or_default().insert(day, float(quote.last));
    }
    let returns = |closes: BTreeMap<String, f64>| -> Vec<f64> {
        closes.values().collect::<Vec<_>>().windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect()
    };
    closes.into_iter().map(|(ticker, closes)| (ticker, returns(closes))).collect()
}

#[test]
fn volatilities_and_correlations_are_as_set_whatever_the_tick() {
    for tick_secs in [1_800, 23_400] {
        let (quotes, _) = run(settings(11, tick_secs, Chances::default()), 6 * 365);
        let returns = daily_returns(&quotes);
        let second_moment =
            |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / a.len() as f64 * 252.0;
        let sigma = |ticker: &str| second_moment(&returns[ticker], &returns[ticker]).sqrt();
        for (ticker, beta, own) in [("VTI", 1.0, 0.03), ("BND", 0.1, 0.05), ("NVDA", 1.4, 0.35)] {
            let expected = f64::hypot(beta * 0.16, own);
            assert!(
                (sigma(ticker) / expected - 1.0).abs() < 0.08,
                "{ticker}: {} for {expected}",
                sigma(ticker)
            );
        }
        let correlation = second_moment(&returns["VTI"], &returns["NVDA"]) / (sigma("VTI") * sigma("NVDA"));
        let expected = 0.16 * 1.4 * 0.16 / (f64::hypot(0.16, 0.03) * f64::hypot(1.4 * 0.16, 0.35));
        assert!((correlation - expected).abs() < 0.06, "{correlation} for {expected}");
    }
}

#[test]
fn more_than_fits_one_call_comes_with_the_next() {
    let mut market = Simulated::new(settings(1, 1, Chances::default()), start()).unwrap();
    let end = days_later(3);
    let first = market.quotes(end).unwrap();
    assert!(first.len() <= QUOTES_MAX && first.len() + 3 > QUOTES_MAX);
    let rest: usize = all(&mut market, end).len();
    assert_eq!(first.len() + rest, 3 * (23_400 + 12_600));
}

#[test]
fn settings_that_make_no_sense_are_named() {
    let refused = |change: &dyn Fn(&mut Settings)| {
        let mut settings = settings(1, 60, Chances::default());
        change(&mut settings);
        Simulated::new(settings, start()).unwrap_err().to_string()
    };
    assert_eq!(refused(&|s| s.listed.clear()), "0 securities are listed: give 1 to 10000");
    assert_eq!(refused(&|s| s.tick_secs = 0), "a tick of 0 seconds: give 1 to 23400");
    assert_eq!(
        refused(&|s| s.listed[1].ticker = "VTI".to_owned()),
        "`VTI` is listed twice: give each ticker once"
    );
    assert_eq!(
        refused(&|s| s.listed[0].price = Decimal::ZERO),
        "0 is no price of `VTI`: give 0.02 to 1000000 USD"
    );
    assert_eq!(refused(&|s| s.listed[0].beta = f64::NAN), "`VTI.beta` is NaN: give -5 to 5");
    assert_eq!(refused(&|s| s.factor_volatility = -0.1), "`factor_volatility` is -0.1: give 0 to 5");
    assert_eq!(refused(&|s| s.chances.stale = 1.5), "`stale` is 1.5: give 0 to 1");
    assert_eq!(
        refused(&|s| (s.chances.stale, s.chances.zero) = (0.75, 0.5)),
        "old, crossed and zero prints are 1.25 of all in sum: give at most 1"
    );
    let shock = |at| Shock { at, log_return: 0.1 };
    assert_eq!(
        refused(&|s| s.shocks = vec![shock(days_later(1)), shock(start())]),
        "the shock at 2026-11-25T14:30:00Z comes after a later one: sort them by time"
    );
    let early = Simulated::new(settings(1, 60, Chances::default()), Timestamp::UNIX_EPOCH).unwrap_err();
    assert!(early.to_string().contains("1969-12-31"), "{early}");
}

#[test]
fn a_market_of_a_document_lists_what_it_lists() {
    let text = r#"{"as_of": "2026-11-20", "target_allocation": {"US Stocks": 0.6, "Bonds": 0.4}, "cash": 100,
      "securities": [{"ticker": "VTI", "asset_class": "US Stocks", "current_price": 301.25, "kind": "etf", "spread_bps": 1},
                     {"ticker": "BND", "asset_class": "Bonds", "current_price": 72, "kind": "etf", "spread_bps": 2}]}"#;
    let portfolio = portfolio::read(text).unwrap();
    let settings = Settings::of(&portfolio, 1, 60);
    assert_eq!(settings.listed[0].ticker, "VTI");
    assert!(settings.listed[0].beta > settings.listed[1].beta);
    let mut market = Simulated::new(settings, start()).unwrap();
    let first = market.quotes(start()).unwrap();
    let told: Vec<String> =
        first.iter().map(|q| format!("{} {} {} {}", q.ticker, q.bid, q.last, q.ask)).collect();
    assert_eq!(told, ["VTI 301.23 301.25 301.27", "BND 71.99 72.00 72.01"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_is_a_source(seed in any::<u64>(), tick_secs in 30_u32..4_000, cuts in prop::collection::vec(0_i64..700_000, 1..12)) {
        let mut cuts: Vec<Timestamp> =
            cuts.into_iter().map(|secs| Timestamp::from_second(start().as_second() + secs).unwrap()).collect();
        cuts.sort_unstable();
        let make = || Simulated::new(settings(seed, tick_secs, faulty()), start()).unwrap();
        keeps_the_rules(make, &cuts);
    }

    /// Neither faulty prints nor further securities move any other price.
    #[test]
    fn paths_do_not_touch_each_other(seed in any::<u64>(), tick_secs in 60_u32..4_000) {
        let only = |chances, listed: &[usize]| {
            let mut settings = settings(seed, tick_secs, chances);
            settings.listed = listed.iter().map(|n| settings.listed[*n].clone()).collect();
            run(settings, 6)
        };
        let prints = Chances { stale: 0.1, crossed: 0.1, zero: 0.1, ..Chances::default() };
        let (good, _) = only(Chances::default(), &[0, 1, 2]);
        let (mixed, events) = only(prints, &[0, 1, 2]);
        prop_assert_eq!(good.len(), mixed.len());
        let differ = good.iter().zip(&mixed).filter(|(a, b)| a != b).count();
        prop_assert_eq!(differ, events.len());
        let (alone, _) = only(Chances::default(), &[2]);
        let of_all: Vec<_> = good.into_iter().filter(|quote| quote.ticker == "NVDA").collect();
        prop_assert_eq!(alone, of_all);
    }
}

#[test]
fn bars_are_the_days_of_what_was_told() {
    let now = days_later(9);
    let mut market = Simulated::new(settings(3, 900, faulty()), start()).unwrap();
    let quotes = all(&mut market, now);
    let wanted = BTreeSet::from(["VTI".to_owned(), "NVDA".to_owned()]);
    let days = Days { first: date(2026, 1, 1), last: date(2026, 12, 2) };
    let bars = market.bars(&wanted, days, now).unwrap();
    let faulty: BTreeSet<_> = market
        .events()
        .iter()
        .filter(|event| event.is_faulty_print())
        .map(|event| (event.at, event.ticker.clone().unwrap()))
        .collect();
    // Five sessions from the 25th to the 2nd, and none of the 3rd and 4th.
    assert_eq!(bars.len(), 10);
    for bar in &bars {
        let of_day: Vec<Decimal> = quotes
            .iter()
            .filter(|it| it.ticker == bar.ticker && eastern(it.received_at).date() == bar.day)
            .filter(|it| !faulty.contains(&(it.received_at, it.ticker.clone())))
            .map(|it| it.last)
            .collect();
        assert_eq!(Some(&bar.close), of_day.last());
        assert_eq!((bar.high, bar.low), (of_day.iter().max().copied(), of_day.iter().min().copied()));
    }
    let early = market.bars(&wanted, days, start()).unwrap();
    assert_eq!(early, []);
    let splits = market.actions(&wanted, days, now).unwrap();
    assert!(splits.iter().all(|action| matches!(action, ingest::Action::Split(_))));
}
