//! What goes wrong with the session itself: it is refused, it breaks, numbers are missing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use execute::{Broker, BrokerError, Standing, Ticket, Told, Wake};
use portfolio::{Decimal, Side};
use rust_decimal::dec;
use serde_json::json;

use super::{broker, subject, with};
use crate::suite::{Ending, begin, second, ticket};

fn four() -> Ticket {
    ticket("four", Side::Buy, dec!(4), Some(dec!(100)))
}

fn name() -> String {
    four().client_order_id
}

fn filled(told: &Told) -> Decimal {
    told.executions.iter().map(|x| x.quantity).sum()
}

#[test]
fn a_logon_that_is_refused_is_told_in_the_brokers_words() {
    let at = with("username_env = \"NAME\"\npassword_env = \"WORD\"");
    at.acceptor.does("ask_password", json!({"password": "another"}));
    let told = at.fix().place(&four(), begin()).unwrap_err().to_string();
    assert!(
        told.contains("the broker refuses the session: Rejected Logon Attempt: wrong password"),
        "{told}"
    );
    let checked = at.fix().check();
    assert!(checked.problems()[0].contains("wrong password"), "{checked:?}");
    assert!(at.acceptor.orders().is_empty());
    at.acceptor.does("ask_password", json!({"password": "value-of-WORD"}));
    at.acceptor.until_on(1);
    // What is sent while both agree on their numbers may be told never to have arrived: it then goes out again under its name.
    let placed = (0..3).find_map(|_| at.fix().place(&four(), begin()).ok());
    assert_eq!(placed.map(|told| told.standing), Some(Standing::Open));
    assert_eq!(at.acceptor.orders().len(), 1);
    assert!(at.acceptor.count(&["in ", "|35=A|", "|553=value-of-NAME|"]) >= 2);
    let shown = format!("{:?} {checked:?} {checked}", at.fix());
    assert!(!shown.contains("value-of-WORD") && !shown.contains("A-12345"), "{shown}");
}

#[test]
fn nobody_there_is_told_and_nothing_counts_as_sent() {
    let mut at = subject();
    let gone = at.acceptor.port;
    drop(at.broker.take());
    let elsewhere = with("");
    drop(std::mem::replace(&mut at, elsewhere));
    let text = format!(
        "address = \"127.0.0.1:{gone}\"\nsender_comp_id = \"US\"\ntarget_comp_id = \"B\"\nfolder = \"{}\"\n[accounts]\njoint = \"A\"",
        at.acceptor.folder.path().join("gone").display()
    );
    let alone = execute::brokers::Fix::new(&toml::from_str(&text).unwrap(), &|_| None).unwrap();
    let told = alone.place(&four(), begin()).unwrap_err();
    assert!(
        matches!(&told, BrokerError::Unreachable { .. }) && told.to_string().contains("no connection"),
        "{told}"
    );
    assert!(alone.check().problems()[0].contains("no connection"));
}

#[test]
fn a_line_that_breaks_in_the_middle_of_an_order_leaves_one_order() {
    let at = subject();
    // The book has it, and the line breaks before anybody says so.
    at.acceptor.next("D", "drop", json!({}));
    let placed = at.fix().place(&four(), begin());
    at.acceptor.until_on(2);
    let told = at.fix().look(&four(), second(1)).unwrap().unwrap();
    assert_eq!(told.standing, Standing::Open, "{placed:?}");
    // Another breaks the line before it is in the book.
    let other = ticket("other", Side::Buy, dec!(2), None);
    at.acceptor.next("D", "drop_first", json!({}));
    let unheard = at.fix().place(&other, begin()).unwrap_err().to_string();
    assert!(unheard.contains("the line broke"), "{unheard}");
    at.acceptor.until_on(3);
    assert_eq!(at.fix().look(&other, second(2)).unwrap(), None, "it is asked for, and not known");
    assert_eq!(at.fix().place(&other, second(3)).unwrap().standing, Standing::Open);
    assert_eq!(at.acceptor.orders().len(), 2);
    for (ticket, quantity) in [(four(), dec!(4)), (other, dec!(2))] {
        at.acceptor.executes(&ticket.client_order_id, quantity, dec!(99), second(4));
        assert_eq!(filled(&at.fix().look(&ticket, second(5)).unwrap().unwrap()), quantity);
    }
}

#[test]
fn what_was_filled_while_the_program_was_away_comes_again_and_counts_once() {
    let mut at = subject();
    at.fix().place(&four(), begin()).unwrap();
    at.acceptor.executes(&name(), dec!(1), dec!(99), second(1));
    assert_eq!(filled(&at.fix().look(&four(), second(2)).unwrap().unwrap()), dec!(1));
    drop(at.broker.take());
    at.acceptor.until("the logout", |it| it.does("state", json!({}))["is_on"] == false);
    at.acceptor.executes(&name(), dec!(2), dec!(98), second(3));
    at.acceptor.executes(&name(), dec!(1), dec!(97), second(4));
    at.restarts("");
    let told = at.fix().look(&four(), second(5)).unwrap().unwrap();
    assert_eq!((told.standing.clone(), told.executions.len(), filled(&told)), (Standing::Filled, 3, dec!(4)));
    assert!(at.acceptor.count(&["in ", "|35=2|"]) >= 1, "they were asked for");
    assert!(at.acceptor.count(&["out ", "|35=8|", "|43=Y|"]) >= 2, "and sent again as such");
    at.restarts("");
    assert_eq!(at.fix().look(&four(), second(6)).unwrap(), Some(told), "from what is kept");
}

#[test]
fn missing_numbers_of_theirs_are_asked_for_and_filled() {
    let at = subject();
    at.fix().place(&four(), begin()).unwrap();
    at.acceptor.does("skip", json!({"out": 5}));
    at.acceptor.executes(&name(), dec!(2), dec!(99), second(1));
    let told = at.fix().look(&four(), second(2));
    let told = told.unwrap_or_else(|error| panic!("{error}: {:#?}", at.acceptor.messages())).unwrap();
    assert_eq!(filled(&told), dec!(2));
    assert!(
        at.acceptor.count(&["in ", "|35=2|"]) >= 1 && at.acceptor.count(&["out ", "|35=4|", "|123=Y|"]) >= 1
    );
    assert_eq!(at.acceptor.does("state", json!({}))["logons"], 1, "the session went on");
}

#[test]
fn missing_numbers_of_ours_are_gap_filled_and_no_order_is_sent_again() {
    let at = subject();
    at.fix().place(&four(), begin()).unwrap();
    at.acceptor.does("skip", json!({"into": 1}));
    let other = ticket("other", Side::Buy, dec!(2), None);
    let placed = at.fix().place(&other, begin());
    assert_eq!(at.acceptor.count(&["out ", "|35=2|"]), 1, "they ask for what they miss");
    at.acceptor.until("the gap fill", |it| it.count(&["in ", "|35=4|", "|123=Y|", "|43=Y|"]) == 1);
    // It fell into the gap: it is asked for by its name, is not known, and is sent by who asked for it.
    assert!(placed.unwrap_err().to_string().contains("it never arrived"));
    assert_eq!(at.fix().look(&other, second(1)).unwrap(), None);
    assert_eq!(at.fix().place(&other, second(2)).unwrap().standing, Standing::Open);
    assert_eq!(at.acceptor.orders().len(), 2);
    assert_eq!(at.acceptor.count(&["in ", "|35=D|", "|43=Y|"]), 0, "no order was sent again by the session");
}

#[test]
fn numbers_that_begin_anew_unasked_are_told_and_agreed_on_by_a_setting() {
    let mut at = subject();
    at.fix().place(&four(), begin()).unwrap();
    drop(at.broker.take());
    at.acceptor.until("the logout", |it| it.does("state", json!({}))["is_on"] == false);
    at.acceptor.does("reset", json!({}));
    at.restarts("");
    let told = at.fix().look(&four(), second(1)).unwrap_err().to_string();
    assert!(told.contains("MsgSeqNum too low") || told.contains("no answer to the logon"), "{told}");
    at.restarts("reset_on_logon = true");
    assert_eq!(at.fix().look(&four(), second(1)).unwrap().unwrap().standing, Standing::Open);
    assert!(at.acceptor.count(&["in ", "|35=A|", "|34=1|", "|141=Y|"]) >= 1);
    // What is filled now is told; what is filled while the line is away is not told again, and not made up.
    at.acceptor.executes(&name(), dec!(1), dec!(99), second(2));
    assert_eq!(filled(&at.fix().look(&four(), second(3)).unwrap().unwrap()), dec!(1));
    drop(at.broker.take());
    at.acceptor.until("the logout", |it| it.does("state", json!({}))["is_on"] == false);
    at.acceptor.executes(&name(), dec!(1), dec!(99), second(4));
    at.restarts("reset_on_logon = true");
    let told = at.fix().look(&four(), second(5)).unwrap_err().to_string();
    assert!(told.contains("2 shares of it are executed, and executions of 1 were told"), "{told}");
}

#[test]
fn one_program_at_a_time_has_a_session() {
    let at = subject();
    at.fix().place(&four(), begin()).unwrap();
    let second_one = broker(&at.acceptor, "");
    let told = second_one.look(&four(), second(1)).unwrap_err().to_string();
    assert!(told.contains("in use by another program"), "{told}");
    let checked = second_one.check();
    assert!(checked.is_in_use && checked.problems().is_empty(), "{checked:?}");
    assert_eq!(at.acceptor.does("state", json!({}))["logons"], 1);
}

#[test]
fn heartbeats_keep_a_quiet_session_and_reports_wake() {
    let at = with("heartbeat_secs = 5");
    at.fix().place(&four(), begin()).unwrap();
    let (stop, (said, heard)) = (AtomicBool::new(false), channel());
    std::thread::scope(|scope| {
        let _ending = Ending(&stop);
        scope.spawn(|| at.fix().listen(&|| stop.load(Ordering::SeqCst), &mut |wake| drop(said.send(wake))));
        std::thread::sleep(Duration::from_secs(12));
        while heard.try_recv().is_ok() {}
        at.acceptor.executes(&name(), dec!(1), dec!(99), second(1));
        let woken = heard.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(woken, Wake::Order { client_order_id: name() });
        at.acceptor.does("send", json!({"kind": "1", "fields": {"112": "are you there"}}));
        at.acceptor.until("an answer", |it| it.count(&["in ", "|35=0|", "|112=are you there|"]) == 1);
        at.acceptor.does("drop", json!({}));
        let away = heard.recv_timeout(Duration::from_secs(10)).unwrap();
        assert!(matches!(away, Wake::Away { .. }), "{away:?}");
        // While the other side still closes, a first try to come back may be turned away as well.
        let next = || heard.recv_timeout(Duration::from_secs(30)).unwrap();
        let again = std::iter::repeat_with(next).take(5).find(|wake| !matches!(wake, Wake::Away { .. }));
        assert_eq!(again, Some(Wake::Everything));
    });
    assert!(
        at.acceptor.count(&["in ", "|35=0|"]) >= 2 && at.acceptor.does("state", json!({}))["logons"] == 2
    );
    // What it does not know is answered, and nothing ends.
    at.acceptor.does("send", json!({"kind": "B", "fields": {"148": "news"}}));
    at.acceptor.until("a business reject", |it| it.count(&["in ", "|35=j|", "|380=3|"]) == 1);
}
