//! Alpaca's market data: quotes, bars in pages, corporate actions, and everything that can go wrong on the way.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "alpaca_data/server.rs"]
mod server;
#[path = "alpaca_data/shapes.rs"]
mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ingest::alpaca::Tape;
use ingest::judge::Limits;
use ingest::{Action, Alpaca, Days, Feed, Judge, Known, Quote, Split};
use jiff::Timestamp;
use jiff::civil::date;
use outward::{Address, Agent, Key};
use portfolio::Decimal;
use rust_decimal::dec;
use server::{KEY_ID, SECRET_KEY, Server, Wrong};

const SNAPSHOTS: &str = "/v2/stocks/snapshots";
const BARS: &str = "/v2/stocks/bars";
const ACTIONS: &str = "/v1/corporate-actions";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn wanted(tickers: &[&str]) -> BTreeSet<String> {
    tickers.iter().map(|ticker| (*ticker).to_owned()).collect()
}

fn feed_with(server: &Server, secret: &str, tickers: &[&str], known: BTreeMap<String, Known>) -> Alpaca {
    let time = Duration::from_millis(500);
    let limits = outward::Limits { time, connecting: time, bytes_max: 1 << 20 };
    let agent = Agent::new(Address::read(&server.address).unwrap(), limits).unwrap();
    let keys = (Key::new(KEY_ID).unwrap(), Key::new(secret).unwrap());
    Alpaca::new(agent, keys, Tape::Iex, wanted(tickers), known)
}

fn feed(server: &Server, tickers: &[&str]) -> Alpaca {
    feed_with(server, SECRET_KEY, tickers, BTreeMap::new())
}

fn snapshot(price: &str, traded: &str, bid: &str, ask: &str, quoted: &str) -> String {
    format!(
        r#"{{"latestTrade": {{"t": "{traded}", "x": "V", "p": {price}, "s": 100, "c": ["@"], "i": 1, "z": "B"}},
            "latestQuote": {{"t": "{quoted}", "ax": "V", "ap": {ask}, "as": 2, "bx": "V", "bp": {bid}, "bs": 1, "c": ["R"], "z": "B"}},
            "dailyBar": {{"t": "2026-11-24T05:00:00Z", "o": 660, "h": 664.5, "l": 659, "c": 663.25, "v": 812345, "n": 9, "vw": 662.1}},
            "prevDailyBar": {{"t": "2026-11-23T05:00:00Z", "o": 660, "h": 664.5, "l": 659, "c": 661.1, "v": 900000, "n": 9, "vw": 662.1}}}}"#
    )
}

fn bar(day: &str, close: &str) -> String {
    format!(
        r#"{{"t": "{day}T05:00:00Z", "o": {close}, "h": {close}, "l": {close}, "c": {close}, "v": 100, "n": 5, "vw": {close}}}"#
    )
}

fn told(feed: &mut Alpaca) -> Vec<String> {
    feed.faults().iter().map(ToString::to_string).collect()
}

const NOW: &str = "2026-11-24T15:30:00Z";

#[test]
fn quotes_are_told_once_and_as_they_are_written() {
    let server = Server::new();
    let trade = "2026-11-24T15:29:58.123456789Z";
    let text = snapshot("663.12345678901234567", trade, "663.10", "663.14", "2026-11-24T15:29:40Z");
    server.state().snapshots.insert("SPY".to_owned(), text);
    let mut feed = feed(&server, &["SPY", "^VIX", "VFIAX"]);
    let quotes = feed.quotes(at(NOW)).unwrap();
    let expected = Quote {
        ticker: "SPY".to_owned(),
        bid: dec!(663.10),
        ask: dec!(663.14),
        last: dec!(663.12345678901234567),
        volume: Some(dec!(812345)),
        as_of: at(trade),
        received_at: at(NOW),
        source: "alpaca:iex".to_owned(),
    };
    assert_eq!(quotes, [expected]);
    assert_eq!(feed.quotes(at(NOW)).unwrap(), []);
    let questions = server.questions();
    assert_eq!(questions.last().unwrap(), &format!("{SNAPSHOTS} symbols=SPY,VFIAX feed=iex"));
    assert_eq!(
        told(&mut feed),
        ["alpaca:iex: tells nothing of `VFIAX`: mutual funds and what is not listed have no prices here"]
    );
    // Nothing new; then a new trade; and of a new program that knows it, nothing.
    let later = at("2026-11-24T15:31:00Z");
    assert_eq!(feed.quotes(later).unwrap(), []);
    let text = snapshot("663.20", "2026-11-24T15:31:02Z", "663.10", "663.14", "2026-11-24T15:31:00Z");
    server.state().snapshots.insert("SPY".to_owned(), text);
    // It was made while the answer was on its way.
    let quotes = feed.quotes(at("2026-11-24T15:31:01Z")).unwrap();
    assert_eq!((quotes[0].last, quotes[0].as_of), (dec!(663.20), at("2026-11-24T15:31:01Z")));
    let known = Known { heard: Some((at("2026-11-24T15:31:02Z"), None)), shares_of: None };
    let known = BTreeMap::from([("SPY".to_owned(), known)]);
    let mut next = feed_with(&server, SECRET_KEY, &["SPY"], known);
    assert_eq!(next.quotes(at("2026-11-24T15:32:00Z")).unwrap(), []);
    assert!(next.quotes(at(NOW)).unwrap_err().to_string().contains("can't go back"));
}

#[test]
fn a_tight_quote_says_that_an_older_trade_still_holds() {
    let server = Server::new();
    let old = "2026-11-24T14:50:00Z";
    let quoted = "2026-11-24T15:29:00Z";
    for (symbol, bid, ask) in
        [("TIGHT", "99.95", "100.05"), ("WIDE", "95", "105"), ("AWAY", "98.01", "98.05")]
    {
        server.state().snapshots.insert(symbol.to_owned(), snapshot("100", old, bid, ask, quoted));
    }
    let mut feed = feed(&server, &["TIGHT", "WIDE", "AWAY"]);
    let quotes = feed.quotes(at(NOW)).unwrap();
    let times: BTreeMap<&str, Timestamp> = quotes.iter().map(|it| (it.ticker.as_str(), it.as_of)).collect();
    assert_eq!(times, BTreeMap::from([("TIGHT", at(quoted)), ("WIDE", at(old)), ("AWAY", at(old))]));
    let mut judge = Judge::default();
    let judged = judge.judge(&quotes, &Limits::default()).unwrap();
    let held: Vec<&str> =
        judged.iter().filter_map(|one| one.verdict.finding().map(|found| found.code.word())).collect();
    assert_eq!(held, ["price.stale", "price.stale"]);
}

#[test]
fn crossed_quotes_reach_the_judge_and_an_empty_side_or_a_cancelled_trade_does_not() {
    let server = Server::new();
    let trade = "2026-11-24T15:29:00Z";
    let put = |symbol: &str, text: String| server.state().snapshots.insert(symbol.to_owned(), text);
    put("CROSSED", snapshot("100", trade, "101", "99", trade));
    // Nobody stands there: the trade is as good as ever.
    put("ONESIDED", snapshot("100", trade, "0", "100.1", trade));
    put("OLD", snapshot("100", trade, "90", "90.1", "2026-11-24T15:20:00Z"));
    put("HUGE", snapshot("100000000000", trade, "0", "0", trade));
    put(
        "GONE",
        snapshot("100", trade, "99.9", "100.1", trade).replace("\"i\": 1", "\"i\": 1, \"u\": \"canceled\""),
    );
    put("EMPTY", "{}".to_owned());
    let mut feed = feed(&server, &["CROSSED", "ONESIDED", "OLD", "HUGE", "GONE", "EMPTY"]);
    let quotes = feed.quotes(at(NOW)).unwrap();
    let mut judge = Judge::default();
    let judged = judge.judge(&quotes, &Limits::default()).unwrap();
    let found: Vec<String> = judged
        .iter()
        .map(|one| {
            let found = one.verdict.finding().map_or("taken", |found| found.code.word());
            format!("{} {found}", one.quote.ticker)
        })
        .collect();
    assert_eq!(found, ["CROSSED price.crossed", "OLD taken", "ONESIDED taken"]);
    let told: Vec<String> = feed.faults().iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|fault| fault.contains("100000000000 USD for `HUGE`")), "{told:?}");
}

#[test]
fn what_goes_wrong_is_told_and_the_same_question_can_be_asked_again() {
    let server = Server::new();
    let text = snapshot("663.12", "2026-11-24T15:29:58Z", "663.10", "663.14", "2026-11-24T15:29:40Z");
    server.state().snapshots.insert("SPY".to_owned(), text);
    for (wrong, words) in [
        (Wrong::Answer(500, "", "oops"), "it answered 500 to `/v2/stocks/snapshots`"),
        (Wrong::Answer(302, "location: http://127.0.0.1:1/\r\n", ""), "it answered 302"),
        (
            Wrong::Answer(403, "", r#"{"message": "subscription does not permit querying recent SIP data"}"#),
            "subscription does not permit",
        ),
        (Wrong::Answer(401, "", "<html>"), "look at the keys"),
        (Wrong::Answer(200, "", "<html>"), "expected value"),
        (Wrong::Answer(200, "", "[]"), "the answer to `/v2/stocks/snapshots`"),
        (Wrong::Cut, "`/v2/stocks/snapshots`: "),
        (Wrong::Half, "`/v2/stocks/snapshots`: "),
        (Wrong::Silence(Duration::from_secs(2)), "no answer within"),
    ] {
        let mut feed = feed(&server, &["SPY"]);
        server.next(SNAPSHOTS, wrong);
        let error = feed.quotes(at(NOW)).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains(SECRET_KEY) && !error.contains(KEY_ID), "{error}");
        assert_eq!(feed.quotes(at(NOW)).unwrap().len(), 1, "after {error}");
    }
    let refused =
        feed_with(&server, "another-secret", &["SPY"], BTreeMap::new()).quotes(at(NOW)).unwrap_err();
    assert!(
        refused.to_string().contains("401") && !refused.to_string().contains("another-secret"),
        "{refused}"
    );
}

#[test]
fn who_asks_too_often_waits_as_long_as_it_is_told() {
    let server = Server::new();
    let text = snapshot("663.12", "2026-11-24T15:29:58Z", "663.10", "663.14", "2026-11-24T15:29:40Z");
    server.state().snapshots.insert("SPY".to_owned(), text);
    let mut feed = feed(&server, &["SPY"]);
    let after = |secs: i64| at(NOW) + jiff::SignedDuration::from_secs(secs);
    server.next(SNAPSHOTS, Wrong::Answer(429, "retry-after: 7\r\n", ""));
    assert!(feed.quotes(at(NOW)).unwrap_err().to_string().contains("asked again in 7 s"));
    server.questions();
    assert_eq!(feed.quotes(after(6)).unwrap(), []);
    assert_eq!(server.questions(), Vec::<String>::new());
    // The second time in a row, without a word of how long: it doubles.
    server.next(SNAPSHOTS, Wrong::Answer(429, "", ""));
    assert!(feed.quotes(after(7)).unwrap_err().to_string().contains("asked again in 4 s"));
    assert_eq!(feed.quotes(after(11)).unwrap().len(), 1);
    server.next(SNAPSHOTS, Wrong::Answer(429, "x-ratelimit-reset: 1795534270\r\n", ""));
    let error = feed.quotes(after(60)).unwrap_err().to_string();
    assert!(error.contains("asked again in"), "{error}");
}

#[test]
fn a_symbol_that_is_not_taken_costs_the_others_nothing() {
    let server = Server::new();
    let text = snapshot("10", "2026-11-24T15:29:58Z", "9.99", "10.01", "2026-11-24T15:29:40Z");
    let mut tickers: Vec<String> = Vec::new();
    for n in 0..230_u8 {
        let name = format!("A{}{}", char::from(b'A' + n / 26), char::from(b'A' + n % 26));
        server.state().snapshots.insert(name.clone(), text.clone());
        tickers.push(name);
    }
    server.state().not_taken = BTreeSet::from(["ABC".to_owned(), "AIV".to_owned()]);
    let mut feed = feed(&server, &tickers.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(feed.quotes(at(NOW)).unwrap().len(), 228);
    let faults = told(&mut feed);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert_eq!(faults[0], "alpaca:iex: `ABC` is not taken, and is not asked for again: invalid symbol: ABC");
    server.questions();
    feed.quotes(at("2026-11-24T15:31:00Z")).unwrap();
    assert_eq!(server.questions().len(), 3);
}

#[test]
fn bars_come_page_by_page_and_only_of_sessions_that_are_over() {
    let server = Server::new();
    server.state().bars = vec![
        format!(r#"{{"SPY": [{}, {}]}}"#, bar("2026-11-19", "655.5"), bar("2026-11-20", "657")),
        format!(r#"{{"SPY": [{}], "BND": [{}]}}"#, bar("2026-11-23", "661.1"), bar("2026-11-23", "72.4")),
        format!(r#"{{"SPY": [{}]}}"#, bar("2026-11-24", "663")),
    ];
    let mut feed = feed(&server, &["SPY", "BND"]);
    let days = Days { first: date(2026, 11, 19), last: date(2026, 11, 24) };
    let bars = feed.bars(&wanted(&["SPY", "BND"]), days, at(NOW)).unwrap();
    let found: Vec<(String, String)> =
        bars.iter().map(|bar| (bar.day.to_string(), format!("{} {}", bar.ticker, bar.close))).collect();
    let expected = [
        ("2026-11-19", "SPY 655.5"),
        ("2026-11-20", "SPY 657"),
        ("2026-11-23", "BND 72.4"),
        ("2026-11-23", "SPY 661.1"),
    ];
    assert_eq!(found, expected.map(|(day, words)| (day.to_owned(), words.to_owned())));
    let questions = server.questions();
    assert_eq!(questions.len(), 3);
    assert!(
        questions[2].contains("adjustment=raw") && questions[2].ends_with("page_token=page=2"),
        "{questions:?}"
    );
    server.next(BARS, Wrong::Answer(200, "", r#"{"bars": {}, "next_page_token": "page=0"}"#));
    server.next(BARS, Wrong::Answer(200, "", r#"{"bars": {}, "next_page_token": "page=0"}"#));
    let error = feed.bars(&wanted(&["SPY"]), days, at(NOW)).unwrap_err().to_string();
    assert!(error.contains("a page leads to itself"), "{error}");
}

#[test]
fn splits_come_with_the_first_price_of_their_day_and_others_are_told() {
    let server = Server::new();
    let id = "189bd849-ab9f-4b4d-aaaa-a6d415fd976d";
    server.state().actions = vec![
        format!(
            r#"{{"forward_splits": [{{"id": "{id}", "symbol": "SPY", "cusip": "1", "new_rate": 1.5, "old_rate": 1, "ex_date": "2026-11-24", "process_date": "2026-11-24"}},
                {{"id": "{id}", "symbol": "SPY", "cusip": "1", "new_rate": 2, "old_rate": 1, "ex_date": "2026-11-02", "process_date": "2026-11-02"}}]}}"#
        ),
        format!(
            r#"{{"cash_dividends": [{{"id": "{id}", "symbol": "SPY", "cusip": "1", "rate": 1.75, "special": true, "foreign": false, "ex_date": "2026-11-23", "process_date": "2026-12-10"}}],
                "spin_offs": [{{"id": "{id}", "source_symbol": "SPY", "source_cusip": "1", "source_rate": 4, "new_symbol": "NEW", "new_cusip": "2", "new_rate": 1, "ex_date": "2026-11-24", "process_date": "2026-11-24"}}],
                "name_changes": [{{"id": "{id}", "old_symbol": "SPY", "old_cusip": "1", "new_symbol": "SPX", "new_cusip": "2", "process_date": "2026-11-24"}}],
                "stock_mergers": [{{"id": "{id}", "acquirer_symbol": "EXR", "acquirer_cusip": "1", "acquirer_rate": 0.895, "acquiree_symbol": "SPY", "acquiree_cusip": "2", "acquiree_rate": 1, "effective_date": "2026-11-24", "process_date": "2026-11-24"}}],
                "stock_dividends": [{{"id": "{id}", "symbol": "SPY", "cusip": "1", "rate": 0.000000001, "ex_date": "2026-11-24", "process_date": "2026-11-24"}}]}}"#
        ),
    ];
    let known = Known { heard: None, shares_of: Some(date(2026, 11, 20)) };
    let known = BTreeMap::from([("SPY".to_owned(), known)]);
    let mut feed = feed_with(&server, SECRET_KEY, &["SPY"], known);
    // Whether there are splits is not known: no price is told.
    server.next(ACTIONS, Wrong::Answer(500, "", ""));
    let text = snapshot("442", "2026-11-24T15:29:58Z", "441.99", "442.01", "2026-11-24T15:29:40Z");
    server.state().snapshots.insert("SPY".to_owned(), text);
    assert!(feed.quotes(at(NOW)).is_err());
    assert_eq!(feed.splits(), []);
    assert_eq!(feed.quotes(at(NOW)).unwrap().len(), 1);
    let split = Split { ticker: "SPY".to_owned(), day: date(2026, 11, 24), from: 2, to: 3 };
    assert_eq!(feed.splits(), [split]);
    feed.quotes(at("2026-11-24T15:31:00Z")).unwrap();
    assert_eq!(feed.splits(), []);
    let odd = told(&mut feed);
    assert!(
        odd[0].contains("the split of `SPY` on 2026-11-24 has a ratio that is none of whole numbers"),
        "{odd:?}"
    );
    let days = Days { first: date(2026, 11, 23), last: date(2026, 11, 24) };
    let actions = feed.actions(&wanted(&["SPY"]), days, at(NOW)).unwrap();
    let words: Vec<String> = actions.iter().map(Action::to_string).collect();
    assert_eq!(
        words,
        [
            "action.dividend SPY 2026-11-23: special dividend of 1.75 USD a share",
            "action.merger SPY 2026-11-24: is taken over (for shares by EXR); hand in a document of what the broker shows afterwards",
            "action.renamed SPY 2026-11-24: is SPX from then on; hand in a document with the new name",
            "action.spin_off SPY 2026-11-24: 0.25 shares of NEW for each share; part of the basis moves to them: hand in a document with both once the broker shows them",
            "action.split SPY 2026-11-24: 2 shares become 3",
        ]
    );
}

#[test]
fn an_odd_record_is_told_and_costs_the_others_nothing() {
    let server = Server::new();
    let known = Known { heard: None, shares_of: Some(date(2026, 11, 20)) };
    let known: BTreeMap<String, Known> =
        ["AGG", "BND", "SPY", "VTI"].map(|ticker| (ticker.to_owned(), known.clone())).into();
    let mut feed = feed_with(&server, SECRET_KEY, &["AGG", "BND", "SPY", "VTI"], known);
    let actions = r#"{"corporate_actions": {
        "forward_splits": [{"symbol": "AGG", "new_rate": "many", "old_rate": 1, "ex_date": "2026-11-24"},
                           {"symbol": "SPY", "new_rate": 2, "old_rate": 1, "ex_date": "2026-11-24"}, 7],
        "cash_dividends": null, "spin_offs": {"symbol": "BND"},
        "cash_mergers": [{"acquiree_symbol": "BND", "effective_date": "one day"}]}, "next_page_token": null}"#;
    server.next(ACTIONS, Wrong::Answer(200, "", actions));
    let snapshots = r#"{
        "AGG": {"latestTrade": {"t": "2026-11-24T15:29:58Z", "p": 1.00000000000000000000000000001}},
        "BND": {"latestTrade": {"t": "2026-11-24T15:29:58Z", "p": 72.1}, "latestQuote": {"t": "now", "bp": 72, "ap": 72.2}, "dailyBar": [], "more": {}},
        "SPY": {"latestTrade": {"t": "2026-11-24T15:29:58Z", "p": 331}}, "VTI": "soon"}"#;
    server.next(SNAPSHOTS, Wrong::Answer(200, "", snapshots));
    let quotes = feed.quotes(at(NOW)).unwrap();
    let prices: Vec<(&str, Decimal)> = quotes.iter().map(|it| (it.ticker.as_str(), it.last)).collect();
    assert_eq!(prices, [("BND", dec!(72.1)), ("SPY", dec!(331))]);
    assert_eq!((quotes[0].bid, quotes[0].volume), (dec!(72.1), None), "the trade stands for itself");
    assert_eq!(feed.splits().len(), 1);
    let faults = told(&mut feed);
    for (words, so) in [
        ("a record of `AGG` in `forward_splits`", "look at what the broker shows"),
        ("a record in `forward_splits`", "left out"),
        ("the list `spin_offs`", "left out"),
        ("a record of `BND` in `cash_mergers`", "left out"),
        (
            "the trade of `AGG` can't be read (`1.00000000000000000000000000001` has more digits",
            "it has no price until it can",
        ),
        ("the quote of `BND`", "the last trade stands for itself"),
        ("the day's bar of `BND`", "its volume is not known"),
        ("the snapshot of `VTI`", "it has no price until it can"),
    ] {
        assert!(faults.iter().any(|it| it.contains(words) && it.contains(so)), "{words}: {faults:#?}");
    }
    assert_eq!(faults.len(), 8, "{faults:#?}");
    let bars = r#"{"bars": {"SPY": [{"t": "2026-11-23T05:00:00Z", "o": 1, "h": 1, "l": 1, "c": 1, "v": 1}, {"t": "2026-11-20T05:00:00Z"}], "BND": 1}, "next_page_token": null}"#;
    server.next(BARS, Wrong::Answer(200, "", bars));
    let days = Days { first: date(2026, 11, 19), last: date(2026, 11, 24) };
    assert_eq!(feed.bars(&wanted(&["SPY", "BND"]), days, at(NOW)).unwrap().len(), 1);
    assert_eq!(told(&mut feed).len(), 2);
}

/// What companies did is asked once for all who want to know, and every hour again, so that a split that is told late is heard of on its day.
#[test]
fn a_split_that_is_told_late_is_heard_of_within_the_hour() {
    let server = Server::new();
    let known = Known { heard: None, shares_of: Some(date(2026, 11, 20)) };
    let mut feed = feed_with(&server, SECRET_KEY, &["SPY"], BTreeMap::from([("SPY".to_owned(), known)]));
    let asked = |server: &Server| server.questions().iter().filter(|it| it.starts_with(ACTIONS)).count();
    let tells = |minute: &str| {
        let traded = format!("2026-11-24T{minute}:00Z");
        server
            .state()
            .snapshots
            .insert("SPY".to_owned(), snapshot("331", &traded, "330.99", "331.01", &traded));
    };
    // On the first day: the past that is learnt from, what happens these days, and the splits before the first price.
    let days = Days { first: date(2026, 5, 1), last: date(2026, 12, 1) };
    assert_eq!(feed.actions(&wanted(&["SPY"]), days, at(NOW)).unwrap(), []);
    let days = Days { first: date(2026, 11, 17), last: date(2026, 12, 1) };
    assert_eq!(feed.actions(&wanted(&["SPY"]), days, at(NOW)).unwrap(), []);
    tells("15:29");
    assert_eq!(feed.quotes(at(NOW)).unwrap().len(), 1);
    assert_eq!((asked(&server), feed.splits()), (1, Vec::new()));
    server.state().actions = vec![
        r#"{"forward_splits": [{"id": "189bd849-ab9f-4b4d-aaaa-a6d415fd976d", "symbol": "SPY", "cusip": "1", "new_rate": 2, "old_rate": 1, "ex_date": "2026-11-24", "process_date": "2026-11-24"}]}"#.to_owned(),
    ];
    tells("16:00");
    assert_eq!(feed.quotes(at("2026-11-24T16:01:00Z")).unwrap().len(), 1);
    assert_eq!((asked(&server), feed.splits()), (0, Vec::new()));
    // Who does not answer that now holds up no price.
    server.next(ACTIONS, Wrong::Answer(500, "", ""));
    tells("16:31");
    assert_eq!(feed.quotes(at("2026-11-24T16:31:00Z")).unwrap().len(), 1);
    assert!(told(&mut feed)[0].contains("did not say whether there are further splits today"));
    assert_eq!((asked(&server), feed.splits()), (1, Vec::new()));
    tells("17:32");
    assert_eq!(feed.quotes(at("2026-11-24T17:32:00Z")).unwrap().len(), 1);
    let split = Split { ticker: "SPY".to_owned(), day: date(2026, 11, 24), from: 1, to: 2 };
    assert_eq!((asked(&server), feed.splits()), (1, vec![split]));
}

#[test]
fn what_is_no_symbol_is_told_once_by_name() {
    let server = Server::new();
    let mut feed = feed(&server, &["BRK-B", "SPY", "Gold bar", "ABCDEFGHIJKLM"]);
    for minute in 30..33 {
        feed.quotes(at(&format!("2026-11-24T15:{minute}:00Z"))).unwrap();
    }
    let faults = told(&mut feed);
    let not_asked: Vec<&String> = faults.iter().filter(|it| it.contains("is not asked for")).collect();
    assert_eq!(
        not_asked,
        [
            "alpaca:iex: is not asked for `ABCDEFGHIJKLM`, `BRK-B`, `Gold bar`: its symbols have 1 to 12 capital letters and points, such as BRK.B; they have no prices here"
        ]
    );
}
