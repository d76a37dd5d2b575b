//! Orders and fills: what was sent to a broker, and what came of it.
//!
//! An order is written before it is sent, under a name that follows from its recommendation, so that a second sending after
//! a crash is recognised by us and by the broker. Rows of a plan that go to the broker as one order go under the name of the first of them. A fill is
//! known by the broker's own name for it.

use jiff::Timestamp;
use portfolio::{Decimal, Side};

use crate::id::RecommendationId;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// Written here and not sent: its turn has not come.
    Waiting,
    /// Perhaps on its way.
    Submitting,
    /// The broker has it.
    Accepted,
    /// Part of it is filled.
    PartlyFilled,
    /// All of it is filled.
    Filled,
    /// The broker refused it.
    Refused,
    /// Taken back.
    Cancelled,
    /// It ran out of time.
    Expired,
    /// Nobody knows whether it arrived: ask the broker by its name before anything else.
    Unknown,
}

impl OrderState {
    /// All of them.
    pub const ALL: [OrderState; 9] = [
        OrderState::Waiting,
        OrderState::Submitting,
        OrderState::Accepted,
        OrderState::PartlyFilled,
        OrderState::Filled,
        OrderState::Refused,
        OrderState::Cancelled,
        OrderState::Expired,
        OrderState::Unknown,
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OrderState::Waiting => "waiting",
            OrderState::Submitting => "submitting",
            OrderState::Accepted => "accepted",
            OrderState::PartlyFilled => "partly_filled",
            OrderState::Filled => "filled",
            OrderState::Refused => "refused",
            OrderState::Cancelled => "cancelled",
            OrderState::Expired => "expired",
            OrderState::Unknown => "unknown",
        }
    }

    /// Nothing more comes of it.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, OrderState::Filled | OrderState::Refused | OrderState::Cancelled | OrderState::Expired)
    }

    /// The one with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<OrderState> {
        OrderState::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// The name under which a row of a plan goes to the broker, the same however often it is sent.
///
/// # Source
/// House decision 2026-11-26: at most 128 characters, as brokers allow.
#[must_use]
pub fn client_order_id(recommendation: RecommendationId, attempt: u32, line: usize) -> String {
    format!("rec-{recommendation}-{attempt}-{line}")
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its name with us and the broker.
    pub client_order_id: String,
    /// Of which recommendation.
    pub recommendation: RecommendationId,
    /// Of which attempt.
    pub attempt: u32,
    /// Of which row of the plan, from 0.
    pub line: u32,
    /// At which broker.
    pub broker: String,
    /// Where.
    pub account_id: String,
    /// What.
    pub ticker: String,
    /// Which way.
    pub side: Side,
    /// Which lot of a sale.
    pub lot_id: Option<String>,
    /// Shares of the plan.
    pub quantity: Decimal,
    /// How it was sent, once its turn has come.
    pub sent: Option<Sent>,
    /// The row of the same plan under whose name it went to the broker with others as one order; `None` = under its own.
    pub sent_under: Option<String>,
    /// Where it stands.
    pub state: OrderState,
    /// The broker's name for it.
    pub broker_order_id: Option<String>,
    /// Changes so far.
    pub version: u64,
    /// When it was written.
    pub at: Timestamp,
}

impl Order {
    /// The name under which it is known at the broker, its own or that of several rows together.
    #[must_use]
    pub fn name_at_broker(&self) -> &str {
        self.sent_under.as_deref().unwrap_or(&self.client_order_id)
    }

    /// Shares that the broker was asked for; those of the plan before it was.
    #[must_use]
    pub fn asked(&self) -> Decimal {
        self.sent.map_or(self.quantity, |sent| sent.quantity)
    }
}

/// How an order is sent: fixed before it is sent for the first time, the same however often it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Shares: those of the plan, or fewer where the cash does not pay for all.
    pub quantity: Decimal,
    /// USD per share; `None` = at the market.
    pub limit: Option<Decimal>,
    /// When it was sent first.
    pub at: Timestamp,
    /// The first instant at which nothing more may be executed of it.
    pub until: Timestamp,
}

/// A fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// At which broker.
    pub broker: String,
    /// The broker's name for it: the same fill told twice is one fill.
    pub execution_id: String,
    /// Of which order.
    pub client_order_id: String,
    /// Shares.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// USD.
    pub fees: Decimal,
    /// When.
    pub at: Timestamp,
}
