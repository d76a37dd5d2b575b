//! What goes wrong between Alpaca and us: nothing is doubled, nothing is lost, and nothing is made up.

use std::time::{Duration, Instant};

use execute::{Broker, BrokerError, Fault, Faulty, Standing, Ticket, Told};
use portfolio::{Decimal, Side};
use rust_decimal::dec;
use serde_json::json;

use super::server::{KEY_ID, SECRET_KEY, Server, Wrong};
use super::{AtAlpaca, broker, subject};
use crate::suite::{begin, second, ticket};

const PLACING: &str = "POST /v2/orders";
const LOOKING: &str = "GET /v2/orders:by_client_order_id";

fn answer(status: u16, body: &str) -> Wrong {
    Wrong::Answer(status, "", body.to_owned())
}

fn place(at: &AtAlpaca, ticket: &Ticket) -> Result<Told, BrokerError> {
    at.broker.place(ticket, begin())
}

fn look(at: &AtAlpaca, ticket: &Ticket) -> Result<Option<Told>, BrokerError> {
    at.broker.look(ticket, second(60))
}

fn four() -> Ticket {
    ticket("four", Side::Buy, dec!(4), Some(dec!(100)))
}

fn refusal(told: Result<Told, BrokerError>) -> String {
    match told.unwrap().standing {
        Standing::Refused { why } => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn too_little_money_and_a_blocked_account_are_refusals_in_its_words() {
    let at = subject();
    at.server.state().buying_power = dec!(399);
    assert_eq!(refusal(place(&at, &four())), "insufficient buying power");
    assert_eq!(look(&at, &four()).unwrap(), None);
    at.server.state().account["trading_blocked"] = json!(true);
    assert_eq!(refusal(place(&at, &four())), "trading is blocked for this account");
    at.server.next(PLACING, answer(422, r#"{"code":42210000,"message":"asset is not tradable"}"#));
    assert_eq!(refusal(place(&at, &four())), "asset is not tradable");
    at.server.next(PLACING, answer(400, r#"{"code":40010000,"message":"request body format is invalid"}"#));
    assert_eq!(refusal(place(&at, &four())), "request body format is invalid");
    assert!(at.server.state().orders.is_empty());
}

#[test]
fn a_refusal_of_a_name_that_is_known_is_the_order_of_that_name() {
    let at = subject();
    let first = place(&at, &four()).unwrap();
    // The same order again, for which there is no money left.
    for (status, body) in [
        (403, r#"{"code":40310000,"message":"insufficient buying power"}"#),
        (422, r#"{"code":40010001,"message":"client_order_id must be unique"}"#),
    ] {
        at.server.next(PLACING, answer(status, body));
        assert_eq!(place(&at, &four()).unwrap(), first);
    }
    at.server.executes(&four().client_order_id, dec!(4), dec!(99), second(1));
    assert_eq!(
        place(&at, &four()).unwrap().standing,
        Standing::Filled,
        "the duplicate is refused, and looked up"
    );
    assert_eq!(at.server.state().orders.len(), 1);
}

/// The order may be there before a look-up finds it: that its name is taken never ends it as refused.
#[test]
fn a_name_that_is_taken_is_no_refusal() {
    let at = subject();
    let taken = answer(422, r#"{"code":40010001,"message":"client_order_id must be unique"}"#);
    at.server.next(PLACING, taken);
    let error = place(&at, &four()).unwrap_err();
    assert!(
        matches!(&error, BrokerError::Unreadable { detail, .. } if detail.contains("unique")),
        "{error:?}"
    );
    at.server.next(PLACING, answer(422, r#"{"code":42210000,"message":"asset SPY is not tradable"}"#));
    assert!(matches!(place(&at, &four()).unwrap().standing, Standing::Refused { .. }));
}

#[test]
fn what_was_taken_and_not_answered_is_found_by_its_name() {
    for wrong in [
        Wrong::DoneThen(500, "", "{}".to_owned()),
        Wrong::DoneThen(504, "", "<html>gateway</html>".to_owned()),
        Wrong::DoneThen(408, "", String::new()),
        Wrong::DoneThenSilence(Duration::from_secs(6)),
        Wrong::Cut(true),
        Wrong::Half,
    ] {
        let server = Server::new(begin());
        let broker = broker(&format!("timeout_secs = 1\n[accounts.joint]\naddress = \"{}\"", server.address));
        let at = AtAlpaca { server, broker };
        at.server.next(PLACING, wrong.clone());
        let began = Instant::now();
        let error = place(&at, &four()).unwrap_err();
        assert!(matches!(error, BrokerError::Unreachable { .. }), "{wrong:?}: {error:?}");
        assert!(began.elapsed() < Duration::from_secs(5), "{wrong:?}");
        let placings = || at.server.state().requests.iter().filter(|it| it.as_str() == PLACING).count();
        assert_eq!(placings(), 1, "{wrong:?}: it is not sent again by itself");
        let found = look(&at, &four()).unwrap().unwrap();
        assert_eq!(place(&at, &four()).unwrap(), found);
        assert_eq!(at.server.state().orders.len(), 1, "{wrong:?}");
    }
}

#[test]
fn what_never_arrived_is_known_to_be_unknown() {
    let at = subject();
    for wrong in [Wrong::Cut(false), answer(500, "{}"), answer(503, "")] {
        at.server.next(PLACING, wrong);
        assert!(matches!(place(&at, &four()), Err(BrokerError::Unreachable { .. })));
        assert_eq!(look(&at, &four()).unwrap(), None);
    }
    assert_eq!(place(&at, &four()).unwrap().standing, Standing::Open);
}

#[test]
fn too_many_requests_are_waited_for_and_nothing_is_asked_meanwhile() {
    let at = subject();
    at.server.next(PLACING, Wrong::Answer(429, "retry-after: 3\r\n", r#"{"message":"too many"}"#.to_owned()));
    let busy = |wait_secs| BrokerError::Busy { broker: "alpaca".to_owned(), wait_secs };
    assert_eq!(place(&at, &four()), Err(busy(3)));
    assert!(matches!(look(&at, &four()), Err(BrokerError::Busy { wait_secs: 1..=3, .. })));
    assert_eq!(at.server.state().requests.len(), 1, "it was left alone");
    std::thread::sleep(Duration::from_millis(3_100));
    assert_eq!(look(&at, &four()).unwrap(), None);
    let reset = jiff::Timestamp::now().as_second() + 40;
    let reset: &'static str = format!("x-ratelimit-reset: {reset}\r\n").leak();
    at.server.next(LOOKING, Wrong::Answer(429, reset, String::new()));
    let Err(BrokerError::Busy { wait_secs, .. }) = look(&at, &four()) else { panic!("it was not busy") };
    assert!((30..=40).contains(&wait_secs), "{wait_secs}");
    let at = subject();
    at.server.next(LOOKING, Wrong::Answer(429, "", String::new()));
    assert_eq!(look(&at, &four()), Err(busy(2)), "a wait of our own");
}

#[test]
fn only_alpaca_itself_can_say_that_there_is_no_such_order() {
    let at = subject();
    place(&at, &four()).unwrap();
    for body in ["<html>404 not found</html>", "", r#"{"message":"not found"}"#, r#"{"code":1}"#, "[]"] {
        at.server.next(LOOKING, answer(404, body));
        assert!(matches!(look(&at, &four()), Err(BrokerError::Unreadable { .. })), "{body}");
    }
    at.server.next(PLACING, answer(404, r#"{"code":40410000,"message":"endpoint not found"}"#));
    let other = ticket("other", Side::Buy, dec!(1), None);
    assert!(matches!(place(&at, &other), Err(BrokerError::Unreadable { .. })), "that is no refusal");
}

#[test]
fn what_cant_be_read_is_no_answer() {
    let at = subject();
    place(&at, &four()).unwrap();
    let good = at.server.state().orders[0].clone();
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body.to_string()
    };
    for body in [
        "{\"id\":\"a\"".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        format!("{good} {good}"),
        "[".repeat(100_000),
        with("filled_qty", json!("4,0")),
        with("filled_qty", json!("NaN")),
        with("filled_qty", json!("9".repeat(60))),
        with("filled_qty", json!("5")),
        with("filled_qty", json!("-1")),
        with("id", json!("../account")),
        with("id", json!("")),
        with("created_at", json!("soon")),
        with("symbol", json!("QQQ")),
        with("side", json!("sell")),
        with("qty", json!("5")),
        with("qty", json!(null)),
        with("client_order_id", json!("another")),
        format!("{{\"id\":\"{}\"}}", "x".repeat(9 * 1024 * 1024)),
    ] {
        let shown: String = body.chars().take(60).collect();
        at.server.next(LOOKING, answer(200, &body));
        let error = look(&at, &four()).unwrap_err();
        assert!(matches!(error, BrokerError::Unreadable { .. }), "{shown}: {error:?}");
        assert!(error.to_string().chars().count() < 500, "{error}");
    }
    let told = look(&at, &four()).unwrap().unwrap();
    assert_eq!(told.standing, Standing::Open, "and nothing of that is remembered");
}

#[test]
fn a_number_may_be_written_as_a_number() {
    let at = subject();
    place(&at, &four()).unwrap();
    let mut body = at.server.state().orders[0].clone();
    (body["qty"], body["filled_qty"]) = (json!(4), json!(0));
    at.server.next(LOOKING, answer(200, &body.to_string()));
    assert_eq!(look(&at, &four()).unwrap().unwrap().standing, Standing::Open);
}

#[test]
fn a_state_that_nobody_knows_is_no_end() {
    let at = subject();
    place(&at, &four()).unwrap();
    for word in ["moved_to_mars", "replaced", "pending_replace", "held", "suspended"] {
        let mut body = at.server.state().orders[0].clone();
        body["status"] = json!(word);
        at.server.next(LOOKING, answer(200, &body.to_string()));
        assert_eq!(look(&at, &four()).unwrap().unwrap().standing, Standing::Open, "{word}");
    }
    at.server.state().orders[0]["status"] = json!("rejected");
    assert!(matches!(look(&at, &four()).unwrap().unwrap().standing, Standing::Refused { .. }));
}

#[test]
fn an_end_is_told_only_with_all_its_fills() {
    let at = subject();
    place(&at, &four()).unwrap();
    at.server.executes(&four().client_order_id, dec!(1), dec!(99), second(1));
    at.server.executes(&four().client_order_id, dec!(3), dec!(98), second(2));
    at.server.next("GET /v2/account/activities", Wrong::NoFills);
    let early = look(&at, &four()).unwrap().unwrap();
    assert_eq!((early.standing, early.executions.len()), (Standing::Open, 0));
    let told = look(&at, &four()).unwrap().unwrap();
    assert_eq!((told.standing, told.executions.len()), (Standing::Filled, 2));
    assert_eq!(told.executions[1].price, dec!(98));
    at.server.next("GET /v2/account/activities", answer(500, ""));
    assert!(matches!(look(&at, &four()), Err(BrokerError::Unreachable { .. })));
}

#[test]
fn fills_are_found_behind_those_of_others() {
    let at = subject();
    let other = ticket("other", Side::Buy, dec!(1_000), None);
    place(&at, &other).unwrap();
    place(&at, &four()).unwrap();
    for n in 0..350 {
        at.server.executes(&other.client_order_id, dec!(1), dec!(100), second(n / 2));
        if n % 100 == 99 {
            at.server.executes(&four().client_order_id, dec!(1), dec!(100), second(n / 2));
        }
    }
    let told = look(&at, &four()).unwrap().unwrap();
    assert_eq!((told.standing, told.executions.len()), (Standing::Open, 3));
    at.server.executes(&four().client_order_id, dec!(1), dec!(100), second(400));
    let told = look(&at, &four()).unwrap().unwrap();
    assert_eq!((told.standing, told.executions.len()), (Standing::Filled, 4));
    let all = look(&at, &other).unwrap().unwrap();
    assert_eq!(all.executions.len(), 350);
}

#[test]
fn fills_that_contradict_their_order_are_no_answer() {
    for (field, value) in [
        ("symbol", json!("QQQ")),
        ("side", json!("sell")),
        ("qty", json!("0")),
        ("qty", json!("-1")),
        ("qty", json!("5")),
        ("price", json!("-1")),
        ("price", json!("x")),
        ("transaction_time", json!(7)),
        ("id", json!("a b")),
    ] {
        let at = subject();
        place(&at, &four()).unwrap();
        at.server.executes(&four().client_order_id, dec!(1), dec!(99), second(1));
        let mut fills = json!(at.server.state().fills);
        fills[0][field] = value;
        at.server.next("GET /v2/account/activities", answer(200, &fills.to_string()));
        assert!(matches!(look(&at, &four()), Err(BrokerError::Unreadable { .. })), "{field}");
    }
}

#[test]
fn keys_that_are_not_taken_are_told_and_shown_nowhere() {
    let at = subject();
    let echoed = format!(r#"{{"code":40110000,"message":"no key {KEY_ID}\nwith {SECRET_KEY}"}}"#);
    at.server.next(LOOKING, answer(401, &echoed));
    let error = look(&at, &four()).unwrap_err();
    assert!(matches!(&error, BrokerError::Keys { account, .. } if account == "…oint"), "{error:?}");
    assert!(!error.to_string().contains(KEY_ID) && !error.to_string().contains(SECRET_KEY), "{error}");
    assert!(error.to_string().contains("no key *** with ***"), "{error}");
    at.server.next(PLACING, answer(403, r#"{"message":"forbidden."}"#));
    assert!(matches!(place(&at, &four()), Err(BrokerError::Keys { .. })), "without a code it is no refusal");
    let stranger = Ticket { account_id: "somebody".to_owned(), ..four() };
    assert!(matches!(place(&at, &stranger), Err(BrokerError::NoAccount { .. })));
}

#[test]
fn keys_go_nowhere_else() {
    let at = subject();
    let other = Server::new(begin());
    let location: &'static str = format!("location: {}/v2/orders\r\n", other.address).leak();
    for status in [301, 302, 307, 308] {
        at.server.next(PLACING, Wrong::Answer(status, location, String::new()));
        assert!(matches!(place(&at, &four()), Err(BrokerError::Unreadable { .. })), "{status}");
        at.server.next(LOOKING, Wrong::Answer(status, location, String::new()));
        assert!(matches!(look(&at, &four()), Err(BrokerError::Unreadable { .. })), "{status}");
    }
    assert!(other.state().requests.is_empty());
}

#[test]
fn an_order_that_is_taken_back_slowly_is_open_until_it_is() {
    let at = subject();
    at.server.state().cancels_slowly = true;
    place(&at, &four()).unwrap();
    let told = at.broker.cancel(&four(), second(2)).unwrap().unwrap();
    assert_eq!(told.standing, Standing::Open);
    // A fill that was on its way arrives, and a second try is refused with 422.
    at.server.executes(&four().client_order_id, dec!(1), dec!(99), second(3));
    let told = at.broker.cancel(&four(), second(4)).unwrap().unwrap();
    assert_eq!((told.standing, told.executions.len()), (Standing::Open, 1));
    at.server.state().orders[0]["status"] = json!("canceled");
    let told = at.broker.cancel(&four(), second(5)).unwrap().unwrap();
    assert!(matches!(told.standing, Standing::Cancelled { .. }), "{told:?}");
    assert_eq!(told.executions.len(), 1);
    let gone = answer(404, r#"{"code":40410000,"message":"order not found"}"#);
    let at = subject();
    place(&at, &four()).unwrap();
    at.server.next("DELETE", gone);
    assert_eq!(at.broker.cancel(&four(), second(2)).unwrap().unwrap().standing, Standing::Open);
    at.server.next("DELETE", Wrong::DoneThen(500, "", String::new()));
    assert!(matches!(at.broker.cancel(&four(), second(3)), Err(BrokerError::Unreachable { .. })));
    assert!(matches!(look(&at, &four()).unwrap().unwrap().standing, Standing::Cancelled { .. }));
}

#[test]
fn parts_of_shares_go_to_the_market_and_limits_keep_its_steps() {
    let at = subject();
    let part = ticket("part", Side::Sell, dec!(0.123456789), None);
    assert_eq!(place(&at, &part).unwrap().standing, Standing::Open);
    at.server.executes(&part.client_order_id, dec!(0.123456789), dec!(100.123456), second(1));
    let told = look(&at, &part).unwrap().unwrap();
    assert_eq!(
        (told.executions[0].quantity, told.executions[0].price),
        (dec!(0.123456789), dec!(100.123456))
    );
    let odd = ticket("odd", Side::Buy, dec!(1), Some(dec!(99.999)));
    place(&at, &odd).unwrap();
    let penny = ticket("penny", Side::Sell, dec!(1), Some(dec!(0.00012)));
    place(&at, &penny).unwrap();
    let limits = at.server.state().orders.iter().map(|it| it["limit_price"].clone()).collect::<Vec<_>>();
    assert_eq!(limits, [json!(null), json!("99.99"), json!("0.0002")]);
    let finer = ticket("finer", Side::Buy, dec!(0.0000000001), None);
    assert!(refusal(place(&at, &finer)).contains("at most 9 digits"));
    let limited = ticket("limited", Side::Buy, dec!(0.5), Some(dec!(100)));
    assert!(refusal(place(&at, &limited)).contains("fractional"), "in its words");
}

#[test]
fn what_is_over_is_not_sent() {
    let at = subject();
    let late = Ticket { until: begin(), ..four() };
    assert!(refusal(place(&at, &late)).starts_with("its time was over"));
    assert!(at.server.state().orders.is_empty());
    place(&at, &four()).unwrap();
    assert_eq!(place(&at, &late).unwrap().standing, Standing::Open, "it was sent before");
}

/// Whoever asks by name before sending again has one order and every fill, however calls go wrong.
#[test]
fn whichever_call_goes_wrong_there_is_one_order_and_every_fill() {
    for fault in Fault::ALL {
        for from in 1..=6 {
            for count in 1..=3 {
                let at = subject();
                let faulty = Faulty::new(&at.broker, fault, from, count);
                let sent = four();
                let mut told: Option<Told> = None;
                for turn in 0..20 {
                    let now = second(turn);
                    let answer = match faulty.look(&sent, now) {
                        Ok(None) => faulty.place(&sent, now).ok(),
                        Ok(found) => found,
                        Err(_) => None,
                    };
                    told = answer.or(told);
                    at.server.executes(&sent.client_order_id, dec!(1), dec!(99), now);
                }
                let told = told.unwrap();
                let filled: Decimal = told.executions.iter().map(|x| x.quantity).sum();
                assert_eq!((told.standing, filled), (Standing::Filled, dec!(4)), "{fault:?} {from} {count}");
                assert_eq!(at.server.state().orders.len(), 1, "{fault:?} {from} {count}");
            }
        }
    }
}
