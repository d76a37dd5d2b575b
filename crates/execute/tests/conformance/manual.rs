//! A person as the broker, who types in what the market did.

use std::collections::BTreeMap;
use std::sync::Mutex;

use execute::brokers::manual::{Manual, Typed, TypedIn};
use execute::{Broker, Execution, Ticket};
use jiff::Timestamp;
use portfolio::Decimal;

use crate::suite::Subject;

struct Paper(Mutex<BTreeMap<String, Typed>>);

impl TypedIn for Paper {
    fn of(&self, client_order_id: &str) -> Result<Typed, String> {
        Ok(self.0.lock().unwrap().get(client_order_id).cloned().unwrap_or_default())
    }
}

pub(crate) struct ByHand {
    desk: &'static Paper,
    broker: Manual<'static>,
}

pub(crate) fn subject() -> ByHand {
    let desk: &'static Paper = Box::leak(Box::new(Paper(Mutex::default())));
    ByHand { desk, broker: Manual::new(desk) }
}

impl Subject for ByHand {
    fn broker(&self) -> &dyn Broker {
        &self.broker
    }

    fn executes(&self, ticket: &Ticket, quantity: Decimal, price: Decimal, at: Timestamp) {
        let mut desk = self.desk.0.lock().unwrap();
        let typed = desk.entry(ticket.client_order_id.clone()).or_default();
        let execution_id = format!("{}/{}", ticket.client_order_id, typed.executions.len());
        typed.executions.push(Execution { execution_id, quantity, price, fees: Decimal::ZERO, at });
    }

    fn remembers(&self) -> bool {
        false
    }

    fn takes_back(&self) -> bool {
        false
    }
}
