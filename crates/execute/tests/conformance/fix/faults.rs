//! What goes wrong with an order between a broker over FIX and us: nothing is doubled, nothing is lost, and nothing is made up.

use execute::{Broker, BrokerError, Fault, Faulty, Standing, Ticket, Told};
use portfolio::{Decimal, Side};
use rust_decimal::dec;
use serde_json::json;

use super::{OverFix, subject, with};
use crate::suite::{begin, second, ticket};

fn place(at: &OverFix, ticket: &Ticket) -> Result<Told, BrokerError> {
    at.fix().place(ticket, begin())
}

fn look(at: &OverFix, ticket: &Ticket) -> Result<Option<Told>, BrokerError> {
    at.fix().look(ticket, second(60))
}

fn four() -> Ticket {
    ticket("four", Side::Buy, dec!(4), Some(dec!(100)))
}

fn name() -> String {
    four().client_order_id
}

fn refusal(told: Result<Told, BrokerError>) -> String {
    match told.unwrap().standing {
        Standing::Refused { why } => why,
        other => panic!("{other:?}"),
    }
}

fn unreadable<T: std::fmt::Debug>(told: Result<T, BrokerError>) -> String {
    match told.unwrap_err() {
        BrokerError::Unreadable { detail, .. } => detail,
        other => panic!("{other:?}"),
    }
}

fn filled(told: &Told) -> Decimal {
    told.executions.iter().map(|x| x.quantity).sum()
}

#[test]
fn refusals_of_every_kind_are_told_in_the_brokers_words() {
    let at = with("quantity_digits = 2");
    at.acceptor.next("D", "refuse", json!({"reason": 3, "text": "over the limit of the account"}));
    assert_eq!(refusal(place(&at, &four())), "over the limit of the account (the order exceeds a limit)");
    at.acceptor.next("D", "business", json!({"reason": 2, "text": "unknown security"}));
    let other = ticket("other", Side::Buy, dec!(4), None);
    assert_eq!(refusal(place(&at, &other)), "unknown security (business reject, reason 2)");
    at.acceptor.next("D", "reject", json!({"text": "value is incorrect"}));
    let third = ticket("third", Side::Buy, dec!(1.5), None);
    assert_eq!(refusal(place(&at, &third)), "value is incorrect (session reject, reason 5, field 38)");
    assert!(refusal(place(&at, &ticket("fine", Side::Buy, dec!(0.001), None))).contains("at most 2 digits"));
    assert!(at.acceptor.orders().is_empty());
    // A system that is away is no refusal: the order waits.
    at.acceptor.next("D", "business", json!({"reason": 4, "text": "not now"}));
    let fifth = ticket("fifth", Side::Buy, dec!(4), None);
    assert!(matches!(place(&at, &fifth), Err(BrokerError::Unreachable { .. })));
    assert_eq!(look(&at, &fifth).unwrap(), None);
    assert_eq!(place(&at, &fifth).unwrap().standing, Standing::Open);
}

#[test]
fn an_order_is_what_was_asked_for() {
    let at = subject();
    place(&at, &four()).unwrap();
    place(&at, &ticket("sale", Side::Sell, dec!(6), None)).unwrap();
    let orders = at.acceptor.orders();
    assert_eq!(
        (
            &orders[0]["symbol"],
            &orders[0]["side"],
            &orders[0]["quantity"],
            &orders[0]["limit"],
            &orders[0]["account"]
        ),
        (&json!("SPY"), &json!("1"), &json!("4"), &json!("100"), &json!("A-12345"))
    );
    assert_eq!((&orders[1]["side"], &orders[1]["limit"]), (&json!("2"), &json!(null)));
    assert_eq!(at.acceptor.count(&["in ", "|35=D|", "|59=0|", "|21=1|"]), 2, "for the day");
}

#[test]
fn partial_fills_and_a_cancel_are_told_with_their_figures() {
    let at = subject();
    place(&at, &four()).unwrap();
    assert!(at.acceptor.executes(&name(), dec!(1), dec!(99.5), second(1)));
    let commission = json!({"name": name(), "quantity": "2", "price": "99.25", "at": "20261127-15:00:02.5",
        "more": {"12": "0.35", "13": "3"}});
    at.acceptor.does("execute", commission);
    let told = look(&at, &four()).unwrap().unwrap();
    assert_eq!((told.standing.clone(), filled(&told)), (Standing::Open, dec!(3)));
    let last = &told.executions[1];
    assert_eq!(
        (last.price, last.fees, last.at.to_string()),
        (dec!(99.25), dec!(0.35), "2026-11-27T15:00:02.5Z".to_owned())
    );
    let told = at.fix().cancel(&four(), second(10)).unwrap().unwrap();
    assert!(matches!(told.standing, Standing::Cancelled { .. }) && filled(&told) == dec!(3), "{told:?}");
    assert_eq!(look(&at, &four()).unwrap(), Some(told));
}

#[test]
fn a_cancel_that_comes_too_late_tells_what_was_filled() {
    let at = subject();
    place(&at, &four()).unwrap();
    // It is filled behind the question and before the cancel: nobody has told of it yet.
    at.acceptor.next("F", "silent", json!({}));
    let late = at.fix().cancel(&ticket("never", Side::Buy, dec!(1), None), second(5)).unwrap();
    assert_eq!(late, None, "what was never sent can't be taken back");
    at.acceptor.does(
        "send",
        json!({"kind": "9", "fields": {"37": "B1", "11": "another", "41": name(), "39": "0", "434": "1"}}),
    );
    let told = at.fix().cancel(&four(), second(6));
    // The acceptor cancelled and said nothing: how it stands is asked.
    assert!(matches!(told.unwrap().unwrap().standing, Standing::Cancelled { .. }));
}

#[test]
fn a_cancel_that_is_rejected_leaves_the_order_as_it_stands() {
    let at = subject();
    place(&at, &four()).unwrap();
    let said = json!({"37": "B1", "39": "0", "434": "1", "102": "0", "58": "not while the auction runs"});
    at.acceptor.next("F", "cancel_reject", said);
    assert_eq!(at.fix().cancel(&four(), second(5)).unwrap().unwrap().standing, Standing::Open);
    assert_eq!(at.acceptor.count(&["out ", "|35=9|"]), 1);
    at.acceptor.executes(&name(), dec!(4), dec!(99), second(6));
    assert_eq!(at.fix().cancel(&four(), second(7)).unwrap().unwrap().standing, Standing::Filled);
}

#[test]
fn an_order_that_was_perhaps_sent_is_asked_after_and_is_one() {
    let at = with("timeout_secs = 1");
    // It arrived, and nobody said so.
    at.acceptor.next("D", "silent", json!({}));
    let unheard = place(&at, &four()).unwrap_err();
    assert!(unheard.to_string().contains("no answer within 1 s"), "{unheard}");
    assert_eq!(look(&at, &four()).unwrap().unwrap().standing, Standing::Open);
    assert_eq!(place(&at, &four()).unwrap().standing, Standing::Open);
    assert_eq!(at.acceptor.count(&["in ", "|35=D|"]), 1, "it was not sent again");
    // Another never arrived where orders are kept.
    let lost = ticket("lost", Side::Buy, dec!(2), None);
    at.acceptor.next("D", "ignore", json!({}));
    assert!(place(&at, &lost).is_err());
    assert_eq!(look(&at, &lost).unwrap(), None);
    assert_eq!(place(&at, &lost).unwrap().standing, Standing::Open);
    assert_eq!(at.acceptor.orders().len(), 2);
    assert_eq!(at.acceptor.count(&["in ", "|35=H|"]), 4, "every further try was asked for first");
}

/// Whoever has forgotten what was sent is told by the broker that the name is taken, and that is no refusal.
#[test]
fn a_duplicate_is_refused_and_is_the_order_of_that_name() {
    let mut at = subject();
    let first = place(&at, &four()).unwrap();
    at.acceptor.executes(&name(), dec!(1), dec!(99), second(1));
    drop(at.broker.take());
    std::fs::remove_dir_all(at.acceptor.folder.path().join("session")).unwrap();
    at.acceptor.does("reset", json!({}));
    at.restarts("");
    let again = place(&at, &four());
    assert_eq!(at.acceptor.count(&["out ", "|35=8|", "|103=6|"]), 1, "the duplicate was refused");
    // What was filled was told to a session that is gone: it is not made up.
    assert!(unreadable(again).contains("executions of 0 were told"), "{first:?}");
    assert_eq!(at.acceptor.orders().len(), 1);
}

#[test]
fn what_was_told_twice_counts_once_and_what_is_undone_is_held() {
    let at = subject();
    place(&at, &four()).unwrap();
    at.acceptor.executes(&name(), dec!(2), dec!(99), second(1));
    let executed = at.acceptor.orders()[0]["executions"][0].as_str().unwrap().to_owned();
    let again = json!({"17": executed, "32": "2", "31": "99", "60": "20261127-15:00:01", "97": "Y"});
    at.acceptor.does("report", json!({"name": name(), "kind": "F", "fields": again}));
    let told = look(&at, &four()).unwrap().unwrap();
    assert_eq!((filled(&told), told.executions.len()), (dec!(2), 1));
    let bust = json!({"19": executed, "14": "0", "151": "4", "39": "0"});
    at.acceptor.does("report", json!({"name": name(), "kind": "H", "fields": bust}));
    let held = unreadable(look(&at, &four()));
    assert!(held.contains("taken back its execution") && held.contains("reconcile"), "{held}");
    assert!(unreadable(place(&at, &four())).contains("taken back"), "and it is not sent again");
}

#[test]
fn states_that_are_not_known_end_nothing_and_ends_are_ends() {
    let at = subject();
    place(&at, &four()).unwrap();
    for (kind, status) in [("9", "9"), ("6", "6"), ("Z", "Z"), ("D", "0")] {
        at.acceptor.does("report", json!({"name": name(), "kind": kind, "fields": {"39": status}}));
        assert_eq!(look(&at, &four()).unwrap().unwrap().standing, Standing::Open, "{status}");
    }
    at.acceptor.does("end", json!({"name": name(), "status": "C", "text": "the day is over"}));
    let end = Standing::Cancelled { why: "the day is over".to_owned() };
    at.acceptor.until("the end", |_| look(&at, &four()).unwrap().unwrap().standing == end);
}

#[test]
fn a_broker_that_answers_no_questions_is_told() {
    let at = subject();
    place(&at, &four()).unwrap();
    at.acceptor.does("answers", json!({"question": false, "status": true}));
    assert!(look(&at, &four()).unwrap().is_some(), "an answer need not name the question");
    at.acceptor.does("answers", json!({"status": false}));
    let told = unreadable(look(&at, &four()));
    assert!(told.contains("does not answer how the order stands (H): Unsupported Message Type"), "{told}");
    // An end that was told needs no question.
    at.acceptor.executes(&name(), dec!(4), dec!(99), second(1));
    at.acceptor.until("the fill", |_| {
        look(&at, &four()).is_ok_and(|told| told.unwrap().standing == Standing::Filled)
    });
}

#[test]
fn another_order_under_our_name_and_another_account_are_no_answer() {
    let at = subject();
    place(&at, &four()).unwrap();
    let more = Ticket { quantity: dec!(5), ..four() };
    assert!(unreadable(look(&at, &more)).contains("another order under its name"));
    let elsewhere = Ticket { account_id: "unknown-4711".to_owned(), ..four() };
    let told = place(&at, &elsewhere).unwrap_err().to_string();
    assert!(told.contains("…4711") && !told.contains("unknown"), "{told}");
    assert_eq!(at.fix().holdings("joint").unwrap(), None);
}

#[test]
fn a_call_that_goes_wrong_in_any_way_leaves_one_order() {
    for fault in Fault::ALL {
        let at = subject();
        let faulty = Faulty::new(at.fix(), fault, 1, 1);
        let placed = faulty.place(&four(), begin());
        if placed.is_err() && faulty.look(&four(), second(1)).unwrap().is_none() {
            faulty.place(&four(), second(2)).unwrap();
        }
        assert_eq!(at.acceptor.orders().len(), 1, "{fault:?}");
        at.acceptor.executes(&name(), dec!(4), dec!(99), second(3));
        let told = faulty.look(&four(), second(4)).unwrap().unwrap();
        assert_eq!((told.standing.clone(), filled(&told)), (Standing::Filled, dec!(4)), "{fault:?}");
    }
}
