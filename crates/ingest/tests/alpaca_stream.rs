//! Alpaca's stream of prices beside its REST API: what is asked for and what is not, halts, cancelled trades, and everything that can go wrong with the line.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "alpaca_data/server.rs"]
#[allow(dead_code, reason = "the REST server of all tests of Alpaca's data")]
mod server;
#[path = "alpaca_data/shapes.rs"]
mod shapes;
#[path = "alpaca_data/streaming.rs"]
mod streaming;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ingest::alpaca::{Listener, Tape};
use ingest::{Alpaca, Feed, Quote};
use jiff::{SignedDuration, Timestamp};
use outward::{Address, Agent, Key, Limits};
use rust_decimal::dec;
use server::{KEY_ID, SECRET_KEY, Server, Wrong};
use streaming::Streaming;

const SNAPSHOTS: &str = "/v2/stocks/snapshots";
const NOW: &str = "2026-11-24T16:00:00Z";
const LIMITS: Limits =
    Limits { time: Duration::from_secs(5), connecting: Duration::from_secs(5), bytes_max: 1 << 20 };

/// A feed with its two servers, and the time of its last question.
struct Watched {
    feed: Alpaca,
    now: Timestamp,
}

fn wanted(tickers: &[&str]) -> BTreeSet<String> {
    tickers.iter().map(|ticker| (*ticker).to_owned()).collect()
}

fn listener(streaming: &Streaming, secret: &str) -> Arc<Listener> {
    let address = Address::read(&streaming.address).unwrap();
    let keys = (Key::new(KEY_ID).unwrap(), Key::new(secret).unwrap());
    Arc::new(Listener::open(address, keys, Tape::Iex, LIMITS).unwrap())
}

fn feed(server: &Server, listener: &Arc<Listener>, tickers: &[&str]) -> Watched {
    let agent = Agent::new(Address::read(&server.address).unwrap(), LIMITS).unwrap();
    let keys = (Key::new(KEY_ID).unwrap(), Key::new(SECRET_KEY).unwrap());
    let feed = Alpaca::new(agent, keys, Tape::Iex, wanted(tickers), BTreeMap::new());
    Watched { feed: feed.listening(Arc::clone(listener)), now: NOW.parse().unwrap() }
}

impl Watched {
    /// What is told a tick of a second later.
    fn tick(&mut self) -> Vec<Quote> {
        self.now += SignedDuration::from_secs(1);
        self.feed.quotes(self.now).unwrap()
    }

    /// What is told at the ticks from here on, until there is something.
    fn next(&mut self) -> Vec<Quote> {
        let since = Instant::now();
        loop {
            let quotes = self.tick();
            if !quotes.is_empty() {
                return quotes;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "nothing was told");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What is wrong at the ticks from here on, until something is.
    fn fault(&mut self) -> String {
        let since = Instant::now();
        loop {
            self.tick();
            let faults: Vec<String> = self.feed.faults().iter().map(ToString::to_string).collect();
            if !faults.is_empty() {
                return faults.join("\n");
            }
            assert!(since.elapsed() < Duration::from_secs(20), "nothing was wrong");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The latest trade of 15:29:5x over REST.
fn lay_out(server: &Server, ticker: &str, price: &str) {
    let text = format!(
        r#"{{"latestTrade": {{"t": "2026-11-24T15:29:50Z", "x": "V", "p": {price}, "s": 100, "c": ["@"], "i": 1, "z": "B"}},
            "latestQuote": {{"t": "2026-11-24T15:29:49Z", "ax": "V", "ap": {price}, "as": 2, "bx": "V", "bp": {price}, "bs": 1, "c": ["R"], "z": "B"}},
            "dailyBar": {{"t": "2026-11-24T05:00:00Z", "o": 660, "h": 664.5, "l": 659, "c": 663.25, "v": 812345, "n": 9, "vw": 662.1}}}}"#
    );
    server.state().snapshots.insert(ticker.to_owned(), text);
}

fn trade(ticker: &str, price: &str, number: u32, at: &str) -> String {
    format!(
        r#"[{{"T":"t","S":"{ticker}","i":{number},"x":"V","p":{price},"s":100,"c":["@"],"t":"2026-11-24T{at}Z","z":"B"}}]"#
    )
}

fn status(ticker: &str, code: &str, at: &str) -> String {
    format!(
        r#"[{{"T":"s","S":"{ticker}","sc":"{code}","sm":"Trading Halt","rc":"P","rm":"News Pending","t":"2026-11-24T{at}Z","z":"B"}}]"#
    )
}

/// Servers with these prices, and a feed that is subscribed to all of them and has told them.
fn begun(prices: &[(&str, &str)]) -> (Server, Streaming, Watched) {
    let (server, streaming) = (Server::new(), Streaming::new());
    prices.iter().for_each(|(ticker, price)| lay_out(&server, ticker, price));
    let tickers: Vec<&str> = prices.iter().map(|(ticker, _)| *ticker).collect();
    let mut watched = feed(&server, &listener(&streaming, SECRET_KEY), &tickers);
    streaming.until_subscribed(&tickers);
    assert_eq!(watched.next().len(), prices.len());
    (server, streaming, watched)
}

/// How often snapshots were asked for since the last time, and for which symbols.
fn asked(server: &Server) -> Vec<String> {
    let questions = server.questions();
    let of = |it: &String| {
        it.strip_prefix(SNAPSHOTS)
            .map(|rest| rest.trim().trim_start_matches("symbols=").replace(" feed=iex", ""))
    };
    questions.iter().filter_map(of).collect()
}

#[test]
fn what_the_stream_tells_is_not_asked_for() {
    let (server, streaming) = (Server::new(), Streaming::new());
    lay_out(&server, "SPY", "663.25");
    lay_out(&server, "VTI", "331.10");
    let listener = listener(&streaming, SECRET_KEY);
    let mut watched = feed(&server, &listener, &["SPY", "VTI", "^VIX", "brk b"]);
    streaming.until_subscribed(&["SPY", "VTI"]);
    assert_eq!(watched.next().len(), 2);
    assert_eq!(asked(&server).last().unwrap(), "SPY,VTI");
    for _ in 0..5 {
        assert_eq!(watched.tick(), []);
    }
    assert_eq!(asked(&server), Vec::<String>::new());
    // An odd lot and a trade that was told late say nothing; numbers are as they are written.
    let odd = r#"[{"T":"t","S":"SPY","i":8,"x":"V","p":1.5,"s":1,"c":["@","I"],"t":"2026-11-24T15:30:01Z","z":"B"},
        {"T":"t","S":"SPY","i":9,"x":"V","p":2.5,"s":100,"c":["Z"],"t":"2026-11-24T15:30:02Z","z":"B"},
        {"T":"d","S":"SPY","o":660,"h":664.5,"l":659,"c":663.25,"v":900000,"t":"2026-11-24T05:00:00Z"},
        {"T":"q","S":"SPY","ax":"V","ap":663.20,"as":1,"bx":"V","bp":663.10,"bs":1,"c":["R"],"t":"2026-11-24T15:30:02.5Z","z":"B"},
        {"T":"t","S":"SPY","i":10,"x":"V","p":663.12345678901234567,"s":100,"c":["@"],"t":"2026-11-24T15:30:02.123456789Z","z":"B"}]"#;
    streaming.say(odd);
    let quotes = watched.next();
    let expected = Quote {
        ticker: "SPY".to_owned(),
        bid: dec!(663.10),
        ask: dec!(663.20),
        last: dec!(663.12345678901234567),
        volume: Some(dec!(900000)),
        as_of: "2026-11-24T15:30:02.5Z".parse().unwrap(),
        received_at: watched.now,
        source: "alpaca:iex".to_owned(),
    };
    assert_eq!(quotes, [expected]);
    assert_eq!(asked(&server), Vec::<String>::new());
    // A message may be lost: after five minutes everything is asked for anyway.
    watched.now += SignedDuration::from_mins(5);
    watched.tick();
    assert_eq!(asked(&server), ["SPY,VTI"]);
}

#[test]
fn a_trade_that_was_cancelled_or_corrected_is_asked_for() {
    let (server, streaming, mut watched) = begun(&[("SPY", "663.25")]);
    streaming.say(&trade("SPY", "640.01", 21, "15:30:10"));
    assert_eq!(watched.next()[0].last, dec!(640.01));
    asked(&server);
    // Another one's: nothing happens.
    streaming.say(
        r#"[{"T":"x","S":"SPY","i":20,"x":"V","p":1,"s":1,"a":"C","t":"2026-11-24T15:30:11Z","z":"B"}]"#,
    );
    streaming.say(r#"[{"T":"c","S":"SPY","x":"V","oi":21,"op":640.01,"os":100,"oc":["@"],"ci":22,"cp":663.01,"cs":100,"cc":["@"],"t":"2026-11-24T15:30:12Z","z":"B"}]"#);
    lay_out(&server, "SPY", "663.01");
    assert_eq!(watched.next()[0].last, dec!(663.01));
    assert_eq!(asked(&server), ["SPY"]);
}

#[test]
fn a_security_that_is_halted_is_silent_until_it_trades_again() {
    let (server, streaming, mut watched) = begun(&[("SPY", "663.25"), ("VTI", "331.10")]);
    streaming.say(&status("SPY", "2", "15:30:10"));
    let told = watched.fault();
    assert!(
        told.contains("`SPY` has not traded since 2026-11-24T15:30:10Z (Trading Halt: News Pending)"),
        "{told}"
    );
    // Neither quotes nor a line that breaks end it; the others go on.
    streaming.say(r#"[{"T":"q","S":"SPY","ax":"V","ap":663.26,"as":1,"bx":"V","bp":663.24,"bs":1,"c":["R"],"t":"2026-11-24T15:30:11Z","z":"B"}]"#);
    streaming.say(&status("SPY", "5", "15:30:12"));
    streaming.say(&trade("VTI", "331.20", 5, "15:30:13"));
    assert_eq!(watched.next().iter().map(|it| it.ticker.as_str()).collect::<Vec<_>>(), ["VTI"]);
    let text = server.state().snapshots["VTI"].replace("15:29:50", "15:30:13").replace("331.10", "331.20");
    server.state().snapshots.insert("VTI".to_owned(), text);
    streaming.end();
    streaming.until("begun again", |told| told.begun == 2);
    streaming.until_subscribed(&["SPY", "VTI"]);
    for _ in 0..20 {
        assert_eq!(watched.tick(), []);
    }
    // An end of an earlier halt is none of this one.
    streaming.say(&status("SPY", "3", "15:20:00"));
    streaming.say(&trade("VTI", "331.30", 6, "15:30:20"));
    assert_eq!(watched.next()[0].ticker, "VTI");
    watched.feed.faults();
    streaming.say(&status("SPY", "3", "15:35:00"));
    let told = watched.fault();
    assert!(told.contains("`SPY` trades again"), "{told}");
    // Its end may be lost with a line: a trade after it says so as well, over REST too.
    streaming.say(&status("VTI", "2", "15:36:00"));
    watched.fault();
    streaming.say(&trade("VTI", "332.00", 7, "15:37:00"));
    assert_eq!(watched.next()[0].last, dec!(332.00));
    streaming.say(&status("VTI", "2", "15:38:00"));
    watched.fault();
    let text = server.state().snapshots["VTI"].replace("15:30:13", "15:39:00");
    server.state().snapshots.insert("VTI".to_owned(), text);
    watched.now += SignedDuration::from_mins(10);
    assert_eq!(watched.next()[0].last, dec!(331.20));
}

#[test]
fn while_the_line_is_away_everything_is_asked_for_and_once_when_it_is_there_again() {
    let (server, streaming) = (Server::new(), Streaming::new());
    lay_out(&server, "SPY", "663.25");
    streaming.told().at_first = Some(r#"[{"T":"error","code":500,"msg":"internal error"}]"#.to_owned());
    let listener = listener(&streaming, SECRET_KEY);
    let mut watched = feed(&server, &listener, &["SPY"]);
    assert_eq!(watched.next().len(), 1);
    let told = watched.fault();
    assert!(
        told.contains("the stream of prices is away: it answered 500: internal error; it is tried again"),
        "{told}"
    );
    streaming.until_subscribed(&["SPY"]);
    streaming.say(&trade("SPY", "664", 3, "15:31:00"));
    watched.next();
    asked(&server);
    streaming.end();
    // A trade that nobody heard of.
    lay_out(&server, "SPY", "665");
    let text = server.state().snapshots["SPY"].replace("15:29:50", "15:32:00");
    server.state().snapshots.insert("SPY".to_owned(), text);
    assert_eq!(watched.next()[0].last, dec!(665));
    streaming.until("begun again", |told| told.begun == 3);
    streaming.until_subscribed(&["SPY"]);
    watched.tick();
    assert!(!asked(&server).is_empty());
    watched.tick();
    assert_eq!(asked(&server), Vec::<String>::new());
}

#[test]
fn rest_that_does_not_answer_does_not_hold_up_the_stream() {
    let (server, streaming) = (Server::new(), Streaming::new());
    lay_out(&server, "SPY", "663.25");
    lay_out(&server, "VTI", "331.10");
    streaming.told().limit = Some(1);
    let listener = listener(&streaming, SECRET_KEY);
    let mut watched = feed(&server, &listener, &["SPY", "VTI"]);
    streaming.until_subscribed(&["SPY"]);
    let told = watched.fault();
    assert!(
        told.contains("the stream tells of 1 of 2 securities, as many as the subscription allows; the others are asked for at each tick"),
        "{told}"
    );
    watched.tick();
    asked(&server);
    watched.tick();
    assert_eq!(asked(&server), ["VTI"]);
    for _ in 0..10_000 {
        server.next(SNAPSHOTS, Wrong::Answer(500, "", "{}"));
    }
    streaming.say(&trade("SPY", "664", 3, "15:31:00"));
    assert_eq!(watched.next()[0].last, dec!(664));
    assert!(!server.state().wrong.is_empty(), "it did not answer all the time");
    server.state().wrong.clear();
    let told = watched.feed.faults();
    assert!(told[0].to_string().contains("it answered 500 to `/v2/stocks/snapshots`"), "{told:?}");
    // Nor does a time for which it wants to be left alone.
    server.next(SNAPSHOTS, Wrong::Answer(429, "retry-after: 30\r\n", "{}"));
    watched.tick();
    asked(&server);
    streaming.say(&trade("SPY", "665", 4, "15:31:01"));
    assert_eq!(watched.next()[0].last, dec!(665));
    assert_eq!(asked(&server), Vec::<String>::new());
}

#[test]
fn a_subscription_says_how_many_and_what_is_not_taken_costs_the_others_nothing() {
    let (server, streaming) = (Server::new(), Streaming::new());
    let tickers = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG"];
    streaming.told().limit = Some(5);
    streaming.told().without = vec!["statuses"];
    streaming.told().not_taken = vec!["BBB"];
    let listener = listener(&streaming, SECRET_KEY);
    let mut watched = feed(&server, &listener, &tickers);
    streaming.until_subscribed(&["AAA", "CCC", "DDD", "EEE", "FFF"]);
    assert!(!streaming.told().channels.contains_key("dailyBars"));
    let mut told = String::new();
    while !told.contains("others") {
        told.push_str(&watched.fault());
    }
    for words in
        ["does not tell of halts", "does not take `BBB`: invalid syntax", "tells of 5 of 7 securities"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    // What is wanted changes: in the same conversation, and there is room again.
    let mut next = feed(&server, &listener, &["CCC", "GGG", "HHH"]);
    streaming.until_subscribed(&["CCC", "GGG", "HHH"]);
    assert_eq!(streaming.told().begun, 1);
    lay_out(&server, "HHH", "10");
    assert_eq!(next.next()[0].ticker, "HHH");
    drop((watched, next, listener));
    streaming.until("nobody listens", |told| told.on == 0);
}

#[test]
fn keys_and_feeds_that_are_not_taken_are_not_tried_again_and_stand_in_no_line() {
    for (secret, at_keys, words) in [
        ("another-secret", None, "it does not take the keys (402: auth failed)"),
        (
            SECRET_KEY,
            Some(r#"[{"T":"error","code":409,"msg":"insufficient subscription"}]"#),
            "the subscription does not have this feed (409",
        ),
        (
            SECRET_KEY,
            Some(r#"[{"T":"error","code":411,"msg":"secret-of-the-test-server"}]"#),
            "it does not take the keys (411: ***)",
        ),
    ] {
        let (server, streaming) = (Server::new(), Streaming::new());
        lay_out(&server, "SPY", "663.25");
        streaming.told().to_keys = at_keys.map(str::to_owned);
        let listener = listener(&streaming, secret);
        let mut watched = feed(&server, &listener, &["SPY"]);
        let told = watched.fault();
        assert!(told.contains(words) && told.contains("prices are asked for at each tick"), "{told}");
        assert!(!told.contains(SECRET_KEY), "{told}");
        std::thread::sleep(Duration::from_millis(1_500));
        assert_eq!(streaming.told().begun, 1);
        asked(&server);
        watched.tick();
        assert_eq!(asked(&server), ["SPY"]);
    }
}

#[test]
fn a_second_program_with_the_same_keys_waits_for_its_turn() {
    let (server, streaming) = (Server::new(), Streaming::new());
    lay_out(&server, "SPY", "663.25");
    let first = listener(&streaming, SECRET_KEY);
    let _watched = feed(&server, &first, &["SPY"]);
    streaming.until_subscribed(&["SPY"]);
    let second = listener(&streaming, SECRET_KEY);
    let mut watched = feed(&server, &second, &["VTI"]);
    let mut told = String::new();
    while !told.contains("another program listens with these keys (406: connection limit exceeded)") {
        told.push_str(&watched.fault());
    }
    drop((_watched, first));
    streaming.until_subscribed(&["VTI"]);
}

#[test]
fn garbage_is_told_and_the_conversation_goes_on() {
    let (_server, streaming, mut watched) = begun(&[("SPY", "663.25")]);
    streaming.say("no JSON");
    streaming.say(r#"[{"T":"t","S":"SPY","p":"much","t":"2026-11-24T15:30:00Z"}, {"T":"b"}, {"T":"error","code":403,"msg":"already authenticated"}]"#);
    streaming.say(r#"[{"T":"t","S":"QQQ","i":1,"p":1,"t":"2026-11-24T15:30:00Z"}]"#);
    streaming.say(&trade("SPY", "664", 3, "15:31:00"));
    assert_eq!(watched.next()[0].last, dec!(664));
    let told: Vec<String> = watched.feed.faults().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("a message of the stream can't be read"), "{told:?}");
    assert!(told[1].contains("a trade of `SPY` of the stream can't be read"), "{told:?}");
    assert_eq!(streaming.told().begun, 1);
}
