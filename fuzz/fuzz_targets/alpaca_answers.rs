//! Any text as Alpaca's answers.
//!
//! In: behind zero bytes, an order and pages of activities; or, with `h` before them, an account and its positions. The invariants: never a
//! panic; no more is executed than was ordered; an order is filled if and only if all of it was executed; an execution is told once.

#![no_main]

use execute::brokers::alpaca::{holdings_in, told_in};
use execute::{Standing, Ticket};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use portfolio::{Decimal, Side};

fuzz_target!(|data: &[u8]| {
    let mut parts = data.split(|byte| *byte == 0);
    let first = parts.next().unwrap_or_default();
    let pages: Vec<&[u8]> = parts.collect();
    if let Some(account) = first.strip_prefix(b"h") {
        let _ = holdings_in(account, pages.first().copied().unwrap_or_default());
        return;
    }
    let ticket = Ticket {
        client_order_id: "o-1".to_owned(),
        account_id: "joint".to_owned(),
        ticker: "SPY".to_owned(),
        side: Side::Buy,
        allocations: Vec::new(),
        quantity: Decimal::from(4),
        limit: None,
        at: Timestamp::UNIX_EPOCH,
        until: Timestamp::MAX,
    };
    let Ok(told) = told_in(&ticket, first, &pages) else { return };
    let filled: Decimal = told.executions.iter().map(|x| x.quantity).sum();
    assert!(filled <= ticket.quantity && told.executions.iter().all(|x| x.quantity > Decimal::ZERO));
    assert_eq!(filled == ticket.quantity, told.standing == Standing::Filled);
    let mut names: Vec<&String> = told.executions.iter().map(|x| &x.execution_id).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), told.executions.len(), "an execution is told twice");
});
