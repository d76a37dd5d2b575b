//! The broker on paper, in a market that fills in parts.

use execute::brokers::paper::{Paper, Prices, Settings};
use execute::{Broker, Ticket};
use jiff::Timestamp;
use portfolio::Decimal;
use rust_decimal::dec;

use crate::suite::Subject;

struct At100;

impl Prices for At100 {
    fn price(&self, _: &str, _: Timestamp) -> Option<Decimal> {
        Some(dec!(100))
    }
}

pub(crate) struct OnPaper(Paper<'static>);

pub(crate) fn subject() -> OnPaper {
    OnPaper(Paper::new(Settings { seed: 5, parts_max: 3, every_secs: 30, ..Settings::default() }, &At100))
}

impl Subject for OnPaper {
    fn broker(&self) -> &dyn Broker {
        &self.0
    }

    /// It executes by itself.
    fn executes(&self, _: &Ticket, _: Decimal, _: Decimal, _: Timestamp) {}

    fn remembers(&self) -> bool {
        false
    }

    fn takes_back(&self) -> bool {
        true
    }
}
