//! A broker whose calls go wrong, to test what that leaves.
//!
//! In: a broker, the number of a call, and how it goes wrong. Out: a broker that behaves alike otherwise. Invariant: the broker behind
//! it sees what a real one would see: nothing, the call once, the call twice, or the call after whoever sent it had given up.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;

use crate::broker::{Abilities, Broker, BrokerError, Holdings, Ticket, Told};

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives.
    Lost,
    /// It arrives, and its answer does not.
    Unanswered,
    /// It arrives twice, and both answers come.
    Twice,
    /// It times out, and arrives behind the next call.
    Late,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 4] = [Fault::Lost, Fault::Unanswered, Fault::Twice, Fault::Late];
}

#[derive(Default)]
struct Calls {
    made: u64,
    /// An order on its way.
    late: Option<Ticket>,
}

/// A broker of which one call goes wrong, or every call from one on.
pub struct Faulty<'a> {
    broker: &'a dyn Broker,
    fault: Fault,
    from: u64,
    count: u64,
    calls: Mutex<Calls>,
}

impl<'a> Faulty<'a> {
    /// The calls from number `from` on (from 1), `count` of them, go wrong.
    #[must_use]
    pub fn new(broker: &'a dyn Broker, fault: Fault, from: u64, count: u64) -> Faulty<'a> {
        Faulty { broker, fault, from, count, calls: Mutex::default() }
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.calls.lock().map_or(0, |calls| calls.made)
    }

    fn call<T>(
        &self,
        now: Timestamp,
        order: Option<&Ticket>,
        made: impl Fn() -> Result<T, BrokerError>,
    ) -> Result<T, BrokerError> {
        let (wrong, late) = {
            let Ok(mut calls) = self.calls.lock() else { return made() };
            calls.made += 1;
            let since = calls.made.checked_sub(self.from);
            let wrong = since.is_some_and(|since| since < self.count);
            let late = calls.late.take();
            if wrong && self.fault == Fault::Late {
                calls.late = order.cloned();
            }
            (wrong, late)
        };
        let answer = match self.fault {
            Fault::Lost | Fault::Late if wrong => Err(self.silent()),
            Fault::Unanswered if wrong => made().and(Err(self.silent())),
            Fault::Twice if wrong => made().and_then(|_| made()),
            _ => made(),
        };
        if let Some(ticket) = late {
            let _ = self.broker.place(&ticket, now); // nobody waits for this answer any more
        }
        answer
    }

    fn silent(&self) -> BrokerError {
        let broker = self.broker.name().to_owned();
        BrokerError::Unreachable { broker, detail: "no answer in time".to_owned() }
    }
}

impl Broker for Faulty<'_> {
    fn name(&self) -> &str {
        self.broker.name()
    }

    fn abilities(&self) -> Abilities {
        self.broker.abilities()
    }

    fn arrives_within(&self) -> Duration {
        self.broker.arrives_within()
    }

    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        self.call(now, Some(ticket), || self.broker.place(ticket, now))
    }

    fn look(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.call(now, None, || self.broker.look(ticket, now))
    }

    fn cancel(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.call(now, None, || self.broker.cancel(ticket, now))
    }

    fn holdings(&self, account_id: &str) -> Result<Option<Holdings>, BrokerError> {
        self.call(Timestamp::UNIX_EPOCH, None, || self.broker.holdings(account_id))
    }
}
