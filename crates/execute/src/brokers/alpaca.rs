//! Alpaca: a broker over its Trading API, version 2.
//!
//! In: tickets, and [`Settings`] that name the keys of each account. Out: what Alpaca says of them, always fetched by REST. Invariants: an
//! order is sent under our name for it, and whatever refuses it, it is looked up by that name before it counts as refused; nothing is
//! sent twice by itself; an end is told only together with every execution that belongs to it; an order of that name with other
//! shares than ours is no answer.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `settings` | which accounts there are, where, under which keys, and whether with real money |
//! | `calls` | one request, and what its status means |
//! | `bodies` | what Alpaca writes, as far as it is read |
//! | `request` | a ticket as Alpaca wants it |
//! | `state` | what its 17 order states, and others, mean |
//! | `fills` | the executions of an order |
//! | `updates` | when to look: news over a websocket, that count for nothing else |
//! | `check` | what is reachable, allowed and missing |
//!
//! What it can't be told: the lots of a sale. It relieves its own, and [`crate::reconcile()`] shows the difference. What it does not tell: fees.
//! Those of a regulator are booked by it at the end of the day (activity `FEE`) and named by no execution, so that fees are 0 here.
//!
//! # Source
//! Alpaca's Trading API, OpenAPI 2.0.1 (MIT, `alpaca-mcp-server` 2.4.0): the part that is used lies in `tests/conformance/alpaca/openapi.json`.

mod bodies;
mod calls;
mod check;
mod fills;
mod request;
mod settings;
mod state;
mod updates;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use outward::Request;

use self::bodies::{Account, Holding, Order, quoted, read};
use self::calls::{Door, Reply};
pub use self::check::{Checked, Reached};
use self::fills::Fills;
pub use self::settings::{AccountSettings, PAPER, Settings, SettingsError};
use crate::broker::{
    Abilities, Broker, BrokerError, Execution, Holdings, LotChoice, Position, Standing, Ticket, Told, masked,
};

/// Its name in the books.
pub const NAME: &str = "alpaca";
/// A look takes two requests or more, and about 200 a minute are allowed for an account.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Digits after the point of a quantity.
const QUANTITY_DIGITS: u32 = 9;

/// Alpaca, for the accounts of a configuration.
#[derive(Debug)]
pub struct Alpaca {
    accounts: BTreeMap<String, Access>,
}

/// The way to one account.
#[derive(Debug)]
struct Access {
    is_live: bool,
    is_here: bool,
    address: String,
    /// The variables that have no key; without them there is a door.
    missing: Vec<String>,
    door: Option<Door>,
}

impl Alpaca {
    /// The broker of these accounts; `variable` tells the value of an environment variable.
    ///
    /// An account whose keys are missing is there: [`Alpaca::check`] names them, and whatever is asked of it is [`BrokerError::Keys`].
    ///
    /// # Errors
    /// Every [`SettingsError`].
    pub fn new(
        settings: &Settings,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Alpaca, Vec<SettingsError>> {
        Ok(Alpaca { accounts: settings.opened(variable)? })
    }

    /// The accounts that trade with real money, in order of their names.
    pub fn live_accounts(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().filter(|(_, access)| access.is_live).map(|(name, _)| name.as_str())
    }

    /// Whether every account is on this machine: a server for tests.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.accounts.values().all(|access| access.is_here)
    }

    /// Its accounts, in order of their names.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.accounts.keys().map(String::as_str)
    }

    fn door(&self, account_id: &str) -> Result<&Door, BrokerError> {
        let (broker, account) = (NAME.to_owned(), masked(account_id));
        let Some(access) = self.accounts.get(account_id) else {
            return Err(BrokerError::NoAccount { broker, account });
        };
        access.door.as_ref().ok_or_else(|| {
            let detail = format!("no key is in {}", access.missing.join(" and "));
            BrokerError::Keys { broker, account, detail }
        })
    }

    /// The order of a ticket's name; `None` where there is none.
    fn order(door: &Door, ticket: &Ticket) -> Result<Option<Order>, BrokerError> {
        let query = [("client_order_id", ticket.client_order_id.as_str())];
        let path = "/v2/orders:by_client_order_id";
        match door.get(&Request { path, query: &query, ..Request::default() })? {
            Reply::Answered(body) => Order::of(ticket, &body).map(Some),
            Reply::Declined(declined) if declined.is_unknown() => Ok(None),
            Reply::Declined(declined) => Err(declined.unexpected("an order was asked for")),
        }
    }

    fn told(door: &Door, ticket: &Ticket, order: Order) -> Result<Told, BrokerError> {
        let executions = fills::of(door, ticket, &order)?;
        told(ticket, order, executions)
    }

    fn looked(door: &Door, ticket: &Ticket) -> Result<Option<Told>, BrokerError> {
        Alpaca::order(door, ticket)?.map(|order| Alpaca::told(door, ticket, order)).transpose()
    }
}

impl Broker for Alpaca {
    fn name(&self) -> &str {
        NAME
    }

    /// Parts of shares go to the market: "fractionable for only market and day order types".
    fn abilities(&self) -> Abilities {
        Abilities {
            lots: LotChoice::Nothing,
            quantity_digits: QUANTITY_DIGITS,
            limit_on_fractions: false,
            day_orders: true,
            lots_together: true,
            blocks: false,
            look_every: LOOK_EVERY,
        }
    }

    /// Twice the longest that a request takes: what stands between may hold it for as long again.
    fn arrives_within(&self) -> Duration {
        let doors = self.accounts.values().filter_map(|access| access.door.as_ref());
        let longest = doors.map(|door| door.limits().time).max().unwrap_or_default();
        longest.max(LOOK_EVERY).saturating_mul(2)
    }

    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        let door = self.door(&ticket.account_id)?;
        let refused = |why: String| Told {
            broker_order_id: format!("refused-{}", ticket.client_order_id),
            standing: Standing::Refused { why },
            executions: Vec::new(),
        };
        let body = match request::of(ticket, now) {
            Ok(body) => body,
            // It was perhaps sent while it could be.
            Err(why) => return Ok(Alpaca::looked(door, ticket)?.unwrap_or_else(|| refused(why.to_string()))),
        };
        match door.post("/v2/orders", &body)? {
            Reply::Answered(body) => Alpaca::told(door, ticket, Order::of(ticket, &body)?),
            // The name may be known, and then the order is there, whatever the reason that was given.
            Reply::Declined(declined) => match Alpaca::looked(door, ticket)? {
                Some(told) => Ok(told),
                None if declined.is_a_refusal() && !declined.says_the_name_is_taken() => {
                    Ok(refused(declined.words))
                }
                None => Err(declined.unexpected("an order was sent")),
            },
        }
    }

    fn look(&self, ticket: &Ticket, _: Timestamp) -> Result<Option<Told>, BrokerError> {
        Alpaca::looked(self.door(&ticket.account_id)?, ticket)
    }

    fn cancel(&self, ticket: &Ticket, _: Timestamp) -> Result<Option<Told>, BrokerError> {
        let door = self.door(&ticket.account_id)?;
        let Some(order) = Alpaca::order(door, ticket)? else { return Ok(None) };
        if !state::has_ended(&order.status) {
            // 404 and 422 mean that it has ended meanwhile, or can't be taken back just now: how it stands is asked either way.
            match door.delete(&format!("/v2/orders/{}", order.id))? {
                Reply::Answered(_) => {}
                Reply::Declined(declined) if matches!(declined.status, 404 | 422) => {}
                Reply::Declined(declined) => return Err(declined.unexpected("an order was taken back")),
            }
        }
        Alpaca::looked(door, ticket)
    }

    fn holdings(&self, account_id: &str) -> Result<Option<Holdings>, BrokerError> {
        let door = self.door(account_id)?;
        let account = door.answer("/v2/account")?;
        holdings_in(&account, &door.answer("/v2/positions")?).map(Some)
    }
}

fn told(ticket: &Ticket, order: Order, executions: Vec<Execution>) -> Result<Told, BrokerError> {
    let standing = state::standing(ticket, &order, &executions)?;
    Ok(Told { broker_order_id: order.id, standing, executions })
}

/// What bodies say of a ticket's order: of the order, and of pages of its account's activities.
///
/// # Errors
/// [`BrokerError::Unreadable`].
pub fn told_in(ticket: &Ticket, order: &[u8], pages: &[&[u8]]) -> Result<Told, BrokerError> {
    let order = Order::of(ticket, order)?;
    let mut found = Fills::new(ticket, &order);
    for page in pages {
        found.take_in(page)?;
    }
    let executions = found.in_order();
    told(ticket, order, executions)
}

/// What bodies say that an account holds: of the account, and of its positions.
///
/// # Errors
/// [`BrokerError::Unreadable`].
pub fn holdings_in(account: &[u8], positions: &[u8]) -> Result<Holdings, BrokerError> {
    let account: Account = read(account)?;
    if let Some(currency) = account.currency.as_deref().filter(|currency| *currency != "USD") {
        return Err(bodies::unreadable(format!("the account is kept in `{}`, not in USD", quoted(currency))));
    }
    let held: Vec<Holding> = read(positions)?;
    let positions = held.into_iter().map(|held| Position {
        quantity: held.quantity(),
        basis: Some(held.cost_basis.0),
        ticker: held.symbol,
    });
    Ok(Holdings { cash: account.cash.0, positions: positions.collect() })
}
