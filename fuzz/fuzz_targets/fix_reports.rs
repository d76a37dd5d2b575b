//! Any bytes as what a broker sends over FIX.
//!
//! In: messages as they come over a line. What stands between `8=FIX` and the check sum may be anything: so that the search gets behind the frame, text of
//! `tag=value|` is framed here as well. The invariants: never a panic; no more is executed than was ordered; an order is filled if and only if all of it was
//! executed; an execution is told once.

#![no_main]

use execute::brokers::fix::told_in;
use execute::{Standing, Ticket};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use portfolio::{Decimal, Side};

/// Each line of the text as a message with a frame that fits.
fn framed(data: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    for line in data.split(|byte| *byte == b'\n') {
        let body: Vec<u8> = line.iter().map(|byte| if *byte == b'|' { 1 } else { *byte }).collect();
        let mut message = format!("8=FIX.4.4\x019={}\x01", body.len()).into_bytes();
        message.extend(body);
        let sum = message.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        message.extend(format!("10={sum:03}\x01").into_bytes());
        all.extend(message);
    }
    all
}

fuzz_target!(|data: &[u8]| {
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
    for bytes in [data.to_vec(), framed(data)] {
        let Ok(Some(told)) = told_in(&ticket, &bytes) else { continue };
        let filled: Decimal = told.executions.iter().map(|x| x.quantity).sum();
        assert!(filled <= ticket.quantity && told.executions.iter().all(|x| x.quantity > Decimal::ZERO));
        assert_eq!(filled == ticket.quantity, told.standing == Standing::Filled);
        let mut names: Vec<&String> = told.executions.iter().map(|x| &x.execution_id).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), told.executions.len(), "an execution is told twice");
    }
});
