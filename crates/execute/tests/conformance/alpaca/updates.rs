//! News over the stream: they wake, and whatever counts is fetched.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use execute::Wake;
use execute::{Broker, BrokerError, Standing, Ticket};
use portfolio::Side;
use rust_decimal::dec;

use super::server::{KEY_ID, SECRET_KEY};
use super::{AtAlpaca, broker, subject};
use crate::suite::{Ending, second, ticket};

const SOON: Duration = Duration::from_secs(10);

/// Listens in a thread while `does` runs; out: how listening ended.
fn listening(at: &AtAlpaca, does: impl FnOnce(&Receiver<Wake>)) -> Result<(), BrokerError> {
    let stop = AtomicBool::new(false);
    let (told, heard) = channel();
    std::thread::scope(|scope| {
        let ending = Ending(&stop);
        let listener = scope.spawn(|| {
            let told = told;
            at.broker.listen("joint", &|| stop.load(Ordering::Relaxed), &mut |wake| drop(told.send(wake)))
        });
        does(&heard);
        drop(ending);
        listener.join().unwrap()
    })
}

fn next(heard: &Receiver<Wake>) -> Wake {
    heard.recv_timeout(SOON).unwrap()
}

fn four() -> Ticket {
    ticket("four", Side::Buy, dec!(4), None)
}

fn of_four() -> Wake {
    Wake::Order { client_order_id: four().client_order_id }
}

#[test]
fn a_fill_wakes_whoever_looks() {
    let at = subject();
    at.broker.place(&four(), second(0)).unwrap();
    let ended = listening(&at, |heard| {
        assert_eq!(next(heard), Wake::Everything, "what happened before was told to nobody");
        at.server.executes(&four().client_order_id, dec!(4), dec!(100), second(1));
        assert_eq!(next(heard), of_four());
        assert_eq!(at.broker.look(&four(), second(2)).unwrap().unwrap().standing, Standing::Filled);
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn what_happens_while_the_stream_is_away_is_fetched_when_it_is_back() {
    let at = subject();
    at.broker.place(&four(), second(0)).unwrap();
    let ended = listening(&at, |heard| {
        assert_eq!(next(heard), Wake::Everything);
        at.server.hangs_up();
        assert!(matches!(next(heard), Wake::Away { error: BrokerError::Unreachable { .. } }));
        // Nobody is told of this one.
        at.server.executes(&four().client_order_id, dec!(4), dec!(100), second(1));
        assert_eq!(next(heard), Wake::Everything);
        let told = at.broker.look(&four(), second(2)).unwrap().unwrap();
        assert_eq!((told.standing, told.executions.len()), (Standing::Filled, 1));
        assert_eq!(at.server.state().streams, 2);
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn a_message_decides_nothing() {
    let at = subject();
    at.broker.place(&four(), second(0)).unwrap();
    let ended = listening(&at, |heard| {
        assert_eq!(next(heard), Wake::Everything);
        let name = four().client_order_id;
        // It says that all of it is filled, and twice.
        let untrue = format!(
            r#"{{"stream":"trade_updates","data":{{"event":"fill","qty":"4","order":{{"client_order_id":"{name}","status":"filled","filled_qty":"4"}}}}}}"#
        );
        at.server.says(&untrue);
        at.server.says(&untrue);
        assert_eq!((next(heard), next(heard)), (of_four(), of_four()));
        let told = at.broker.look(&four(), second(2)).unwrap().unwrap();
        assert_eq!((told.standing, told.executions.len()), (Standing::Open, 0));
        for unreadable in [
            "",
            "no JSON",
            "[]",
            "{}",
            r#"{"stream":"trade_updates"}"#,
            r#"{"stream":"trade_updates","data":{"order":{"client_order_id":7}}}"#,
        ] {
            at.server.says(unreadable);
            assert_eq!(next(heard), Wake::Everything, "{unreadable}");
        }
        at.server.says(r#"{"stream":"account_updates","data":{"status":"ACTIVE"}}"#);
        at.server.says(&untrue);
        assert_eq!(next(heard), of_four(), "other streams wake nobody");
        at.server.says(&format!(r#"{{"stream":"{}"}}"#, "x".repeat(300_000)));
        assert!(matches!(next(heard), Wake::Away { .. }), "one that is too large ends the stream");
        assert_eq!(next(heard), Wake::Everything);
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn it_ends_soon_when_it_is_to() {
    let at = subject();
    let mut stopped_at = Instant::now();
    listening(&at, |heard| {
        assert_eq!(next(heard), Wake::Everything);
        stopped_at = Instant::now();
    })
    .unwrap();
    assert!(stopped_at.elapsed() < Duration::from_secs(3));
    // And while nobody is there, too.
    let away = AtAlpaca {
        server: subject().server,
        broker: broker("[accounts.joint]\naddress = \"http://127.0.0.1:9\""),
    };
    listening(&away, |heard| {
        assert!(matches!(next(heard), Wake::Away { .. }));
        assert!(matches!(next(heard), Wake::Away { .. }));
        stopped_at = Instant::now();
    })
    .unwrap();
    assert!(stopped_at.elapsed() < Duration::from_secs(3));
}

#[test]
fn who_says_nothing_is_away() {
    let server = subject().server;
    server.state().is_mute = true;
    let broker = broker(&format!("timeout_secs = 1\n[accounts.joint]\naddress = \"{}\"", server.address));
    let at = AtAlpaca { server, broker };
    let ended = listening(&at, |heard| {
        let Wake::Away { error } = next(heard) else { panic!("it was there") };
        assert!(
            error.to_string().contains("the stream of orders: there was no answer within 1 s"),
            "{error}"
        );
        at.server.state().is_mute = false;
        while next(heard) != Wake::Everything {}
    });
    assert_eq!(ended, Ok(()));
}

#[test]
fn keys_that_are_not_taken_are_not_tried_again() {
    let server = subject().server;
    let settings = format!(
        "[accounts.joint]\naddress = \"{}\"\nkey_id_env = \"ID\"\nsecret_key_env = \"OTHER\"",
        server.address
    );
    let other = "secret-of-somebody-else";
    let variable = |name: &str| Some(if name == "ID" { KEY_ID } else { other }.to_owned());
    let broker = execute::brokers::Alpaca::new(&toml::from_str(&settings).unwrap(), &variable).unwrap();
    let at = AtAlpaca { server, broker };
    let began = Instant::now();
    let error = listening(&at, |heard| assert!(heard.recv_timeout(SOON).is_err())).unwrap_err();
    assert!(began.elapsed() < SOON);
    assert!(matches!(error, BrokerError::Keys { .. }), "{error:?}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(other) && !shown.contains(KEY_ID) && !shown.contains(SECRET_KEY), "{shown}");
    let nobody = at.broker.listen("somebody", &|| false, &mut |_| {}).unwrap_err();
    assert!(matches!(nobody, BrokerError::NoAccount { .. }));
}
