//! What is a broker: the trait that each one implements, and what goes to and fro.
//!
//! In: a [`Ticket`] and the time. Out: [`Told`]. Invariant: what [`Broker`] states of names and ends; one suite of tests holds
//! every broker to it (`tests/conformance`).

use std::time::Duration;

use jiff::Timestamp;
use portfolio::{Decimal, Side};

/// An order as it is sent: for the day, at a limit or at the market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its name with us and the broker, the same however often it is sent.
    pub client_order_id: String,
    /// Where; of a block, the first of its accounts.
    pub account_id: String,
    /// What.
    pub ticker: String,
    /// Which way.
    pub side: Side,
    /// What each account is to have of a block, in the order of the plan; empty where all of it is of one account.
    pub allocations: Vec<Allocation>,
    /// Shares.
    pub quantity: Decimal,
    /// USD per share that a buyer pays at most and a seller takes at least; `None` = at the market.
    pub limit: Option<Decimal>,
    /// When it was to be sent for the first time, on record before it was.
    pub at: Timestamp,
    /// The first instant at which nothing more may be executed of it.
    pub until: Timestamp,
}

/// What an account is to have of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Which account.
    pub account_id: String,
    /// Shares.
    pub quantity: Decimal,
}

/// Where an order stands at the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The broker has it, and more may be filled.
    Open,
    /// All of it is filled.
    Filled,
    /// The broker does not take it.
    Refused {
        /// In the broker's words.
        why: String,
    },
    /// It ended before all of it was filled.
    Cancelled {
        /// In the broker's words.
        why: String,
    },
}

/// A part of an order that was executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The broker's name for it: told twice it is one.
    pub execution_id: String,
    /// Shares.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// USD.
    pub fees: Decimal,
    /// When.
    pub at: Timestamp,
}

/// What a broker told of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The broker's name for the order.
    pub broker_order_id: String,
    /// Where it stands.
    pub standing: Standing,
    /// Every execution so far, in order.
    pub executions: Vec<Execution>,
}

/// What an account holds at the broker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holdings {
    /// USD; negative where the account owes.
    pub cash: Decimal,
    /// One per ticker.
    pub positions: Vec<Position>,
}

/// What is held of a ticker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Of what.
    pub ticker: String,
    /// Shares; negative where they are owed.
    pub quantity: Decimal,
    /// What they cost in the books of whoever says so, USD, where it is said.
    pub basis: Option<Decimal>,
}

/// What a broker can be told of the lots of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotChoice {
    /// Nothing: it relieves lots by its own method, and the difference is reconciled.
    Nothing,
    /// A method, such as highest cost first.
    Method,
    /// The lots themselves.
    Lots,
}

impl LotChoice {
    /// As a sentence for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            LotChoice::Nothing => {
                "this broker can't be told which lots are sold; it relieves its own, and its basis is reconciled"
            }
            LotChoice::Method => "this broker is told a method of choosing lots",
            LotChoice::Lots => "this broker is told the lots",
        }
    }
}

/// What a broker can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// What it can be told of lots.
    pub lots: LotChoice,
    /// Digits after the point of a quantity; 0 = whole shares only.
    pub quantity_digits: u32,
    /// Whether parts of shares can have a limit; where not, such an order goes to the market.
    pub limit_on_fractions: bool,
    /// Whether an order ends with its day. Where it does not, it stands until whoever executes it says how it ended.
    pub day_orders: bool,
    /// Whether an order may be of several lots of a security; where not, each lot is an order of its own, which names it.
    pub lots_together: bool,
    /// Whether one order may be for several accounts, a block: it is executed as one, and allocated when it has ended.
    pub blocks: bool,
    /// How long after a look at an order it need not be looked at again while nothing is told of it; 0 = always. For brokers that count requests.
    pub look_every: Duration,
}

/// Why a broker told nothing. Whether the order arrived is not known: it is asked after by its name before anything is sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokerError {
    /// It can't be reached.
    #[error(
        "the broker `{broker}` can't be reached: {detail}; it is asked after the order before anything is sent again"
    )]
    Unreachable {
        /// Which.
        broker: String,
        /// What happened.
        detail: String,
    },
    /// There is no price to fill at.
    #[error("the broker `{broker}` has no price of `{ticker}`; the order waits for one")]
    NoPrice {
        /// Which.
        broker: String,
        /// Of what.
        ticker: String,
    },
    /// It wants to be left alone for a while.
    #[error("the broker `{broker}` takes no more requests for {wait_secs} s; then it is asked again")]
    Busy {
        /// Which.
        broker: String,
        /// How long.
        wait_secs: u64,
    },
    /// Its keys are not taken.
    #[error(
        "the broker `{broker}` does not take the keys of account `{account}`: {detail}; check them and start again"
    )]
    Keys {
        /// Which.
        broker: String,
        /// Whose; masked to its last four characters.
        account: String,
        /// In the broker's words.
        detail: String,
    },
    /// It is not this broker's account.
    #[error("the broker `{broker}` has no account `{account}`; name it with its keys in the configuration")]
    NoAccount {
        /// Which.
        broker: String,
        /// Masked to its last four characters.
        account: String,
    },
    /// What it answered is not what it says that it answers.
    #[error(
        "the broker `{broker}` answered what can't be read: {detail}; nothing is taken from such an answer"
    )]
    Unreadable {
        /// Which.
        broker: String,
        /// Where, and what.
        detail: String,
    },
}

/// Why somebody has to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// The stream is there, for the first time or again, or something was told that can't be read: any order may stand otherwise now.
    Everything,
    /// Something is told of this order.
    Order {
        /// Our name for it.
        client_order_id: String,
    },
    /// The stream is away; until [`Wake::Everything`] nothing is told, and whoever looks has to do so by themselves.
    Away {
        /// Why.
        error: BrokerError,
    },
}

/// A broker.
///
/// # What every broker keeps
/// - **A name is one order.** [`Broker::place`] with a name that it knows executes nothing again and tells how the order stands.
/// - **An execution has a name** that never changes, and an order's executions never sum to more than its quantity.
/// - **A limit is a limit**, and nothing is executed from [`Ticket::until`] on.
/// - **An end is an end.** Once an order is filled, refused or cancelled, nothing more is executed of it.
pub trait Broker: Sync {
    /// Its name, as it stands in the books.
    fn name(&self) -> &str;

    /// What it can do.
    fn abilities(&self) -> Abilities;

    /// How long after it was sent an order may still arrive that nobody has heard of: no call waits longer, nor does what stands between. 0 where
    /// nothing is on its way once a call has come back.
    fn arrives_within(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// Sends an order.
    ///
    /// # Errors
    /// [`BrokerError`]; whether it arrived is not known.
    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError>;

    /// How an order stands; `None` where the broker has none of that name.
    ///
    /// # Errors
    /// [`BrokerError`]; the call can be made again.
    fn look(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError>;

    /// Takes an order back, as far as it is not executed, and tells how it stands then: perhaps still open, and perhaps
    /// filled after all. `None` where the broker has none of that name.
    ///
    /// # Errors
    /// [`BrokerError`]; the call can be made again.
    fn cancel(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError>;

    /// What an account holds there; `None` where the broker holds nothing itself.
    ///
    /// # Errors
    /// [`BrokerError`]; the call can be made again.
    fn holdings(&self, account_id: &str) -> Result<Option<Holdings>, BrokerError>;
}

/// An account in words for a message: its last four characters.
#[must_use]
pub fn masked(account_id: &str) -> String {
    let count = account_id.chars().count();
    if count <= 4 {
        return account_id.to_owned();
    }
    format!("…{}", account_id.chars().skip(count - 4).collect::<String>())
}
