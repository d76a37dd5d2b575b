//! `equipoise believe`: what is held back is shown with both prices, and only what was looked at is believed, on record with who did.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "books/folder.rs"]
#[allow(dead_code, reason = "shared with the tests of the books")]
mod folder;
#[path = "program/run.rs"]
mod program;

use std::time::Duration;

use execute::brokers::Manual;
use folder::Folder;
use jiff::{SignedDuration, Timestamp};
use program::run;
use rebalance::Options;
use rebalance::keeping::blotter::Desk;
use rebalance::keeping::{Keeper, Quote, World};
use rust_decimal::dec;
use serde_json::json;

struct At(Timestamp);

impl World for At {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn draw(&self) -> [u8; 10] {
        [1; 10]
    }

    fn stopwatch(&self) -> Duration {
        Duration::ZERO
    }
}

/// SPY is quoted at 450, and a minute later at 330.
fn quoted(folder: &Folder) {
    let books = folder::open(&folder.path.join("equipoise.db"));
    let desk = Desk(&books);
    let broker = Manual::new(&desk);
    for (minute, price) in [(0, dec!(450)), (1, dec!(330))] {
        let at = "2026-11-25T15:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute);
        let world = At(at);
        let keeper = Keeper::new(&books, &world, &broker, Options::default());
        let (bid, ask) = (price - dec!(0.01), price + dec!(0.01));
        let (ticker, source) = ("SPY".to_owned(), "test".to_owned());
        let quote = Quote { ticker, bid, ask, last: price, volume: None, as_of: at, received_at: at, source };
        keeper.take_in(&[quote]).unwrap();
    }
}

#[test]
fn a_person_who_has_looked_believes_a_price() {
    let folder = Folder::new();
    let on = |arguments: &[&str]| run(&[arguments, &["--folder", folder.at()]].concat(), "");
    assert!(on(&["believe"]).out.contains("no price is held back"));
    quoted(&folder);
    let held = on(&["believe", "--format", "json"]).json();
    assert_eq!((&held[0]["ticker"], &held[0]["price"]), (&json!("SPY"), &json!("330")), "{held:#}");
    assert_eq!((&held[0]["good_price"], &held[0]["code"]), (&json!("450"), &json!("price.jump")));
    assert_eq!(held[0]["off_pct"], json!("-26.67"));
    let page = on(&["believe"]).out;
    assert!(page.contains("330") && page.contains("450") && page.contains("26.67 %"), "{page}");
    for (arguments, words) in [
        (&["believe", "SPY"][..], "--as"),
        (&["believe", "agg", "--as", "bob"], "no price of `agg` is held back; held back are SPY"),
        (&["believe", "SPY", "--price", "331", "--as", "bob"], "330 USD is held back now, and not 331 USD"),
    ] {
        let ran = on(arguments);
        assert_eq!(ran.code, 2, "{} {}", ran.out, ran.err);
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    // However the ticker is written.
    let shown = on(&["prices", "--ticker", "spy", "--format", "json"]);
    assert!(shown.code == 1 && shown.out.contains("\"SPY\""), "it is held back: {} {}", shown.out, shown.err);
    let ran = on(&["believe", "spy", "--price", "330", "--as", "bob"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "SPY is priced at 330 USD, says bob\n"), "{}", ran.err);
    assert!(on(&["believe"]).out.contains("no price is held back"));
    let log = on(&["audit", "log", "--format", "json"]).json();
    let believed = log.as_array().unwrap().iter().find(|it| it["kind"] == "price_believed").unwrap();
    assert_eq!(believed["facts"]["price"], json!("330"), "{believed:#}");
    assert_eq!(believed["actor"].as_str().unwrap().len(), 36, "the person: {believed:#}");
}
