//! What every broker keeps.

use std::sync::atomic::{AtomicBool, Ordering};

use execute::{Broker, Standing, Ticket, Told};
use jiff::{SignedDuration, Timestamp};
use portfolio::{Decimal, Side};
use rust_decimal::dec;

/// A broker in a market of its own, in which SPY is traded at 100 USD and a buyer always finds shares.
pub(crate) trait Subject {
    /// The broker.
    fn broker(&self) -> &dyn Broker;
    /// The market executes so many shares of an order that the broker has, as far as its limit and its time allow.
    fn executes(&self, ticket: &Ticket, quantity: Decimal, price: Decimal, at: Timestamp);
    /// Whether it remembers what it was sent, so that it knows what it was not sent.
    fn remembers(&self) -> bool;
    /// Whether an order can be taken back.
    fn takes_back(&self) -> bool;
}

/// When every order is written down.
pub(crate) fn begin() -> Timestamp {
    "2026-11-27T15:00:00Z".parse().unwrap()
}

pub(crate) fn second(n: i64) -> Timestamp {
    begin() + SignedDuration::from_secs(n)
}

pub(crate) fn ticket(name: &str, side: Side, quantity: Decimal, limit: Option<Decimal>) -> Ticket {
    Ticket {
        client_order_id: format!("rec-0190b2f0-{name}-1-0"),
        account_id: "joint".to_owned(),
        ticker: "SPY".to_owned(),
        side,
        allocations: Vec::new(),
        quantity,
        limit,
        at: begin(),
        until: second(3_600),
    }
}

fn filled(told: &Told) -> Decimal {
    told.executions.iter().map(|x| x.quantity).sum()
}

fn looked(subject: &dyn Subject, ticket: &Ticket, at: Timestamp) -> Told {
    subject.broker().look(ticket, at).unwrap().unwrap()
}

pub(crate) fn a_name_is_one_order(subject: &dyn Subject) {
    let sent = ticket("one", Side::Buy, dec!(4), None);
    let first = subject.broker().place(&sent, second(0)).unwrap();
    let again = subject.broker().place(&sent, second(0)).unwrap();
    assert_eq!(first.broker_order_id, again.broker_order_id);
    subject.executes(&sent, dec!(4), dec!(100), second(1));
    let told = subject.broker().place(&sent, second(400)).unwrap();
    assert_eq!((filled(&told), told.standing.clone()), (dec!(4), Standing::Filled));
    assert_eq!(looked(subject, &sent, second(400)), told);
}

pub(crate) fn executions_have_names_and_sum_to_the_order(subject: &dyn Subject) {
    let sent = ticket("parts", Side::Sell, dec!(6), None);
    subject.broker().place(&sent, second(0)).unwrap();
    let mut before: Vec<execute::Execution> = Vec::new();
    for n in 1..=3 {
        subject.executes(&sent, dec!(2), dec!(100), second(n));
        let told = looked(subject, &sent, second(n + 60));
        assert_eq!(&told.executions[..before.len()], before, "what was told stays as it was");
        assert!(filled(&told) <= sent.quantity);
        assert_eq!(filled(&told) == sent.quantity, told.standing == Standing::Filled);
        before = told.executions;
    }
    let mut names: Vec<&String> = before.iter().map(|x| &x.execution_id).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), before.len());
    assert_eq!(before.iter().map(|x| x.quantity).sum::<Decimal>(), dec!(6));
}

pub(crate) fn an_end_is_an_end(subject: &dyn Subject) {
    if !subject.takes_back() {
        return;
    }
    // Far below the market: nothing is executed of it.
    let sent = ticket("end", Side::Buy, dec!(4), Some(dec!(50)));
    subject.broker().place(&sent, second(0)).unwrap();
    let told = subject.broker().cancel(&sent, second(5)).unwrap().unwrap();
    assert!(matches!(told.standing, Standing::Cancelled { .. }), "{told:?}");
    subject.executes(&sent, dec!(4), dec!(49), second(6));
    for at in [6, 600] {
        assert_eq!(looked(subject, &sent, second(at)), told);
    }
    assert_eq!(subject.broker().cancel(&sent, second(700)).unwrap(), Some(told.clone()));
    assert_eq!(subject.broker().place(&sent, second(800)).unwrap(), told);
}

pub(crate) fn what_was_filled_before_a_cancel_stays(subject: &dyn Subject) {
    let sent = ticket("late", Side::Buy, dec!(4), None);
    subject.broker().place(&sent, second(0)).unwrap();
    subject.executes(&sent, dec!(4), dec!(100), second(1));
    let told = looked(subject, &sent, second(400));
    assert_eq!(told.standing, Standing::Filled);
    assert_eq!(subject.broker().cancel(&sent, second(500)).unwrap(), Some(told));
}

pub(crate) fn a_limit_is_a_limit(subject: &dyn Subject) {
    let sent = ticket("limit", Side::Buy, dec!(4), Some(dec!(103)));
    subject.broker().place(&sent, second(0)).unwrap();
    subject.executes(&sent, dec!(4), dec!(100), second(1));
    let told = looked(subject, &sent, second(400));
    assert_eq!(told.standing, Standing::Filled);
    assert!(told.executions.iter().all(|x| x.price <= dec!(103)), "{told:?}");
}

pub(crate) fn nothing_is_executed_after_its_time(subject: &dyn Subject) {
    if !subject.broker().abilities().day_orders {
        return;
    }
    let sent = Ticket { until: second(60), ..ticket("time", Side::Sell, dec!(4), Some(dec!(200))) };
    subject.broker().place(&sent, second(0)).unwrap();
    let _ = subject.broker().cancel(&sent, second(60)).unwrap();
    subject.executes(&sent, dec!(4), dec!(250), second(61));
    let told = looked(subject, &sent, second(3_000));
    assert!(told.executions.is_empty() && matches!(told.standing, Standing::Cancelled { .. }), "{told:?}");
}

pub(crate) fn what_it_never_had_it_does_not_tell_of(subject: &dyn Subject) {
    if !subject.remembers() {
        return;
    }
    let sent = ticket("never", Side::Buy, dec!(4), None);
    assert_eq!(subject.broker().look(&sent, second(0)).unwrap(), None);
    assert_eq!(subject.broker().cancel(&sent, second(0)).unwrap(), None);
    subject.broker().place(&sent, second(1)).unwrap();
    assert!(subject.broker().look(&sent, second(2)).unwrap().is_some());
}

/// Whoever listens stops when this is dropped, so that what is found wrong ends the test instead of waiting for ever.
pub(crate) struct Ending<'a>(pub(crate) &'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
