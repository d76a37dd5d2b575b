//! A judge of prices from its first quote: what it takes, what it holds back, and when it believes again.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use ingest::judge::{Code, Limits};
use ingest::simulated::{Chances, Kind, Listed, Settings, Simulated};
use ingest::{Feed, Judge, Quote, Split, Verdict};
use jiff::{SignedDuration, Timestamp};
use portfolio::Decimal;
use rust_decimal::dec;

fn start() -> Timestamp {
    "2026-11-23T15:00:00Z".parse().unwrap()
}

fn quote(minute: i64, last: Decimal) -> Quote {
    let at = start() + SignedDuration::from_mins(minute);
    Quote {
        ticker: "A".to_owned(),
        bid: last,
        ask: last,
        last,
        volume: None,
        as_of: at,
        received_at: at,
        source: "test".to_owned(),
    }
}

/// The words of a run of quotes, one a minute: `taken`, or what was found.
fn said(judge: &mut Judge, from: i64, prices: &[Decimal]) -> Vec<&'static str> {
    let quotes: Vec<Quote> = prices.iter().zip(from..).map(|(price, minute)| quote(minute, *price)).collect();
    let judged = judge.judge(&quotes, &Limits::default()).unwrap();
    judged.iter().map(|one| one.verdict.finding().map_or("taken", |found| found.code.word())).collect()
}

#[test]
fn a_jump_is_held_back_until_two_later_prints_stay_with_it() {
    let mut judge = Judge::default();
    let words = said(&mut judge, 0, &[dec!(100), dec!(75.1), dec!(75.3)]);
    assert_eq!(words, ["taken", "price.jump", "price.jump"]);
    let now = quote(2, dec!(1)).as_of;
    let why = judge.unusable("A", now, &Limits::default()).unwrap();
    assert_eq!(
        why.to_string(),
        "price.jump A: 75.3 is held back since 2026-11-23T15:01:00Z; the last good price is 100 of 2026-11-23T15:00:00Z"
    );
    assert_eq!(said(&mut judge, 3, &[dec!(75.2), dec!(75)]), ["price.confirmed", "taken"]);
    assert_eq!(judge.unusable("A", now, &Limits::default()), None);
}

#[test]
fn the_same_print_again_confirms_nothing() {
    let mut judge = Judge::default();
    let quotes =
        [quote(0, dec!(100)), quote(1, dec!(70)), quote(1, dec!(70)), quote(1, dec!(70)), quote(1, dec!(70))];
    let judged = judge.judge(&quotes, &Limits::default()).unwrap();
    assert!(judged[1..].iter().all(|one| matches!(one.verdict, Verdict::Held(_))));
}

#[test]
fn a_print_that_nothing_follows_was_bad() {
    let mut judge = Judge::default();
    let words = said(&mut judge, 0, &[dec!(100), dec!(73), dec!(100.4), dec!(100.2)]);
    assert_eq!(words, ["taken", "price.jump", "price.reverted", "taken"]);
}

#[test]
fn a_split_is_taken_only_once_it_is_told() {
    let mut judge = Judge::default();
    assert_eq!(said(&mut judge, 0, &[dec!(300)]), ["taken"]);
    let day = 24 * 60;
    let held = said(&mut judge, day, &[dec!(100.5), dec!(100.4), dec!(100.2), dec!(100.3)]);
    assert_eq!(held, ["price.split_like"; 4], "however often");
    judge.split(&Split { ticker: "A".to_owned(), day: "2026-11-24".parse().unwrap(), from: 1, to: 3 });
    assert_eq!(said(&mut judge, day + 4, &[dec!(100.1)]), ["taken"]);
    judge.split(&Split { ticker: "A".to_owned(), day: "2026-11-24".parse().unwrap(), from: 1, to: 3 });
    assert_eq!(said(&mut judge, day + 5, &[dec!(100.1)]), ["taken"], "told twice, applied once");
}

/// Weeks make no ordinary move of it, and a drift away from the ratio no jump that could be confirmed.
#[test]
fn what_looks_like_a_split_stays_held_back_however_long_and_wherever_it_drifts() {
    let mut judge = Judge::default();
    let day = 24 * 60;
    assert_eq!(said(&mut judge, 0, &[dec!(300), dec!(300.1)]), ["taken"; 2]);
    for days in 1..40 {
        let price = dec!(200) - Decimal::from(days);
        let held = said(&mut judge, days * day, &[price, price - dec!(0.1), price]);
        assert_eq!(held, ["price.split_like"; 3], "day {days}");
    }
    judge.split(&Split { ticker: "A".to_owned(), day: "2026-11-24".parse().unwrap(), from: 2, to: 3 });
    assert_eq!(said(&mut judge, 40 * day, &[dec!(161)]), ["taken"]);
    // One that goes back to where it was before was a bad print.
    let mut judge = Judge::default();
    let words = said(&mut judge, 0, &[dec!(300), dec!(200), dec!(300)]);
    assert_eq!(words, ["taken", "price.split_like", "price.reverted"]);
}

#[test]
fn what_nobody_will_tell_a_person_can_settle() {
    let mut judge = Judge::default();
    assert_eq!(said(&mut judge, 0, &[dec!(300), dec!(150.2)]), ["taken", "price.split_like"]);
    assert_eq!(judge.accept("A").map(|good| good.price), Some(dec!(150.2)));
    assert_eq!(judge.accept("A"), None, "nothing is held back any more");
    assert_eq!(said(&mut judge, 2, &[dec!(150.1)]), ["taken"]);
}

#[test]
fn what_is_missing_or_old_can_not_be_traded_on() {
    let mut judge = Judge::default();
    let at = |minute| quote(minute, dec!(1)).as_of;
    let limits = Limits::default();
    assert_eq!(judge.unusable("A", at(0), &limits).unwrap().code, Code::Missing);
    said(&mut judge, 0, &[dec!(100)]);
    assert_eq!(judge.unusable("A", at(15), &limits), None);
    assert_eq!(
        judge.unusable("A", at(16), &limits).unwrap().words,
        "its price of 2026-11-23T15:00:00Z is 16 minutes old, and 15 are the most"
    );
    assert_eq!(said(&mut judge, -1, &[dec!(100)]), ["price.out_of_order"]);
}

#[test]
fn a_market_that_falls_as_one_is_believed() {
    let mut judge = Judge::default();
    let all = |minute, factor: Decimal| -> Vec<Quote> {
        ["A", "B", "C", "D", "E", "F"]
            .map(|ticker| Quote { ticker: ticker.to_owned(), ..quote(minute, dec!(100) * factor) })
            .to_vec()
    };
    judge.judge(&all(0, dec!(1)), &Limits::default()).unwrap();
    let fallen = all(1, dec!(0.8));
    let judged = judge.judge(&fallen, &Limits::default()).unwrap();
    assert!(judged.iter().all(|one| one.verdict == Verdict::Taken(None)));
    // A feed that is off by a factor is no market.
    let broken = all(2, dec!(8));
    let judged = judge.judge(&broken, &Limits::default()).unwrap();
    assert!(judged.iter().all(|one| matches!(one.verdict, Verdict::Held(_))));
}

/// Every faulty print of a simulated market is held back, no other is but where the price jumped, and no split makes a jump.
#[test]
fn the_faults_of_a_simulated_market_are_found() {
    let chances = Chances {
        stale: 0.01,
        crossed: 0.01,
        zero: 0.01,
        splits_per_session: 0.02,
        gaps_per_session: 0.02,
        gap_volatility: 0.2,
        ..Chances::default()
    };
    let listed = (0..30).map(|n| Listed::market(&format!("T{n}"))).collect();
    let settings =
        Settings { seed: 11, tick_secs: 1800, factor_volatility: 0.15, listed, shocks: Vec::new(), chances };
    let mut market = Simulated::new(settings, start()).unwrap();
    let (mut judge, mut now) = (Judge::default(), start());
    let mut held = Vec::new();
    for _ in 0..40 * 24 * 2 {
        now += SignedDuration::from_mins(30);
        let quotes = market.quotes(now).unwrap();
        market.splits().iter().for_each(|split| judge.split(split));
        for one in judge.judge(&quotes, &Limits::default()).unwrap() {
            if let Verdict::Held(found) = one.verdict {
                held.push((one.quote.received_at, found));
            }
        }
    }
    let is_held =
        |at: Timestamp, ticker: &str| held.iter().any(|(when, found)| *when == at && found.ticker == ticker);
    let mut faults = 0;
    for event in market.events() {
        let ticker = event.ticker.as_deref().unwrap_or_default();
        if matches!(event.kind, Kind::Stale { .. } | Kind::Crossed | Kind::Zero) {
            faults += 1;
            assert!(is_held(event.at, ticker), "{event:?}");
        }
    }
    assert!(faults > 100, "{faults}");
    let jumped =
        |found: &(Timestamp, ingest::judge::Finding)| matches!(found.1.code, Code::Jump | Code::SplitLike);
    for found in held.iter().filter(|found| jumped(found)) {
        // One at the ratio of a split is held back until a split is told, which never comes.
        let hours = if found.1.code == Code::SplitLike { 24 * 90 } else { 24 };
        let since = found.0 - SignedDuration::from_hours(hours);
        let explained = market.events().iter().any(|event| {
            event.ticker.as_deref() == Some(&found.1.ticker)
                && (since..=found.0).contains(&event.at)
                && matches!(event.kind, Kind::Gap { .. })
        });
        assert!(explained, "{found:?}");
    }
}

/// What is no price at all speaks against the last one as well, until the next quote; one that was only old when it came does not.
#[test]
fn a_quote_that_is_none_keeps_the_price_before_it_from_being_traded_on() {
    let limits = Limits::default();
    type Spoil = fn(Quote) -> Quote;
    let bad: [(Code, Spoil); 4] = [
        (Code::Zero, |quote| Quote { last: dec!(0), ..quote }),
        (Code::Crossed, |quote| Quote { bid: quote.ask + dec!(1), ..quote }),
        (Code::OffMarket, |quote| Quote { bid: dec!(110), ask: dec!(111), ..quote }),
        (Code::FromTheFuture, |quote| Quote { as_of: quote.as_of + SignedDuration::from_mins(5), ..quote }),
    ];
    for (code, spoil) in bad {
        let mut judge = Judge::default();
        said(&mut judge, 0, &[dec!(100)]);
        let quotes = [spoil(quote(1, dec!(100)))];
        judge.judge(&quotes, &limits).unwrap();
        let found = judge.unusable("A", quote(1, dec!(1)).as_of, &limits).unwrap();
        assert_eq!(found.code, code);
        assert!(found.words.ends_with("the last good price is 100 of 2026-11-23T15:00:00Z"), "{found}");
        // It is remembered as the judge is.
        let mut judge: Judge = serde_json::from_str(&serde_json::to_string(&judge).unwrap()).unwrap();
        assert!(judge.unusable("A", quote(1, dec!(1)).as_of, &limits).is_some());
        assert_eq!(said(&mut judge, 2, &[dec!(100.1)]), ["taken"]);
        assert_eq!(judge.unusable("A", quote(2, dec!(1)).as_of, &limits), None);
    }
    let mut judge = Judge::default();
    said(&mut judge, 0, &[dec!(100)]);
    let old = Quote { received_at: quote(60, dec!(1)).as_of, ..quote(5, dec!(100)) };
    judge.judge(&[old], &limits).unwrap();
    assert_eq!(judge.unusable("A", quote(1, dec!(1)).as_of, &limits), None);
}
