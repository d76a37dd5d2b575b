//! FIX 4.4: any broker that takes orders over a session of its own.
//!
//! In: tickets, and [`Settings`] that name the session. Out: what the broker told of them. Invariants: an order is sent under our name for it (11), and one
//! that was perhaps sent is asked after by that name (`OrderStatusRequest`) before it is sent again; the session itself never sends one twice; fills are what
//! `ExecutionReport`s name, each once; an end is told only together with every execution that belongs to it.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `settings` | where the broker is, who speaks to it, for which accounts, and whether with real money |
//! | `message` | a message as it travels |
//! | `utc` | instants as FIX writes them |
//! | `session` | numbers without a gap, whether anybody is there, how a session begins and ends |
//! | `journal` | what a restart has to know |
//! | `running` | the thread of a session, and who asks over it |
//! | `request` | a ticket as FIX wants it |
//! | `report` | what an execution report says, every kind and state of it |
//! | `orders` | how an order stands after all its reports |
//! | `check` | whether the broker is reached and takes the session |
//!
//! What it can't be told: the lots of a sale; `NewOrderSingle` has no standard field for them, and relief at the broker is by its own method. What it
//! does not tell: what an account holds. [`crate::reconcile()`] takes a document made of the broker's files.
//!
//! # Source
//! FIX 4.4 with errata 20030618. The tests run against the acceptor of QuickFIX.

mod check;
mod journal;
mod message;
mod orders;
mod report;
mod request;
mod running;
mod session;
mod settings;
mod utc;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use outward::{Address, Limits};
use portfolio::Decimal;

pub use self::check::Checked;
use self::journal::{Journal, JournalError};
use self::message::{Message, quoted};
use self::orders::{Found, Orders};
use self::report::{Happened, Refusal, Report, Status};
use self::running::{Event, Running, Shared, Unheard};
use self::session::Terms;
pub use self::settings::{AccountNumber, Settings, SettingsError};
use crate::broker::{
    Abilities, Broker, BrokerError, Holdings, LotChoice, Standing, Ticket, Told, Wake, masked,
};

/// Its name in the books.
pub const NAME: &str = "fix";
/// Reports come by themselves; a question now and then finds what was missed.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// So often is it asked whether to stop listening.
const TURN: Duration = Duration::from_millis(250);

/// A broker over FIX.
#[derive(Debug)]
pub struct Fix {
    way: Way,
    /// Begins with the first thing that is asked, and ends with the broker.
    running: Mutex<Option<Running>>,
}

/// What a session needs.
#[derive(Debug)]
struct Way {
    address: Address,
    limits: Limits,
    terms: Terms,
    timeout: Duration,
    is_live: bool,
    /// The variables that hold nothing.
    missing: Vec<String>,
    /// Our accounts, and what the broker calls them.
    accounts: BTreeMap<String, AccountNumber>,
    folder: PathBuf,
    quantity_digits: u32,
    /// Theirs, in which a block is executed.
    block_account: Option<AccountNumber>,
}

/// Why there is no session.
enum Unopened {
    /// Another program on this machine has it.
    InUse(BrokerError),
    /// Anything else.
    Other(BrokerError),
}

/// What comes back of an order.
enum Answer {
    /// How it stands is known.
    Known,
    /// There is one of that name already.
    Duplicate,
    /// It is not taken.
    Refused(String),
    /// It is not taken now.
    NotNow(String),
}

impl Fix {
    /// The broker of a session; `variable` tells the value of an environment variable. Nothing is opened before something is asked.
    ///
    /// # Errors
    /// Every [`SettingsError`].
    pub fn new(
        settings: &Settings,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Fix, Vec<SettingsError>> {
        Ok(Fix { way: settings.opened(variable)?, running: Mutex::default() })
    }

    /// The accounts that trade with real money, in order of their names.
    pub fn live_accounts(&self) -> impl Iterator<Item = &str> {
        self.accounts().filter(|_| self.way.is_live)
    }

    /// Whether it is on this machine and moves no real money: a server for tests.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.way.address.is_loopback() && !self.way.is_live
    }

    /// Its accounts, in order of their names.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.way.accounts.keys().map(String::as_str)
    }

    /// Listens to what happens, in this thread, until `stop` says so (asked four times a second).
    pub fn listen(&self, stop: &dyn Fn() -> bool, wake: &mut dyn FnMut(Wake)) {
        while !stop() {
            match self.shared() {
                Ok(shared) => return heard(&shared, stop, wake),
                Err(Unopened::InUse(error) | Unopened::Other(error)) => wake(Wake::Away { error }),
            }
            std::thread::sleep(TURN);
        }
    }

    /// The session, begun where it has not been.
    fn shared(&self) -> Result<Arc<Shared>, Unopened> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running.as_ref() {
            return Ok(Arc::clone(&running.shared));
        }
        let way = &self.way;
        if !way.missing.is_empty() {
            let account = way.accounts.keys().next().map(|account| masked(account)).unwrap_or_default();
            let detail = format!("nothing is in {}", way.missing.join(" and "));
            return Err(Unopened::Other(BrokerError::Keys { broker: NAME.to_owned(), account, detail }));
        }
        let parties = format!("{}>{}", way.terms.sender, way.terms.target);
        let opened = Journal::open(&way.folder, &parties, Timestamp::now());
        let (journal, remembered) = opened.map_err(|error| {
            let told = BrokerError::Unreachable { broker: NAME.to_owned(), detail: error.to_string() };
            match error {
                JournalError::InUse { .. } => Unopened::InUse(told),
                _ => Unopened::Other(told),
            }
        })?;
        let begun = Running::start(way.address.clone(), way.limits, way.terms.clone(), journal, remembered);
        let shared = Arc::clone(&begun.shared);
        *running = Some(begun);
        Ok(shared)
    }

    fn session(&self) -> Result<Arc<Shared>, BrokerError> {
        self.shared().map_err(|unopened| match unopened {
            Unopened::InUse(error) | Unopened::Other(error) => error,
        })
    }

    fn account(&self, ticket: &Ticket) -> Result<&str, BrokerError> {
        match &self.way.block_account {
            Some(account) if !ticket.allocations.is_empty() => Ok(account.sent()),
            _ => self.theirs(&ticket.account_id),
        }
    }

    /// What the broker calls an account.
    fn theirs(&self, account_id: &str) -> Result<&str, BrokerError> {
        let found = self.way.accounts.get(account_id);
        found
            .map(AccountNumber::sent)
            .ok_or_else(|| BrokerError::NoAccount { broker: NAME.to_owned(), account: masked(account_id) })
    }

    /// What the broker is told that each of its accounts is to have of a block.
    fn allocations(&self, ticket: &Ticket) -> Result<Vec<(&str, Decimal)>, BrokerError> {
        ticket.allocations.iter().map(|it| Ok((self.theirs(&it.account_id)?, it.quantity))).collect()
    }

    /// How an order stands: what is known of one that has ended, else what the broker answers.
    fn looked(&self, ticket: &Ticket) -> Result<Option<Told>, BrokerError> {
        let (account, shared) = (self.account(ticket)?, self.session()?);
        let name = ticket.client_order_id.as_str();
        if let Found::Told(told) = shared.known().orders.found(ticket)
            && told.standing != Standing::Open
        {
            return Ok(Some(told));
        }
        let question = format!("q{}", Timestamp::now().as_nanosecond());
        let answered = shared.ask(
            request::status(ticket, account, &question),
            None,
            self.way.timeout,
            |event, number| {
                match event {
                    Event::Report(report) if report.order == name && answers(report, &question) => {
                        let is_unknown = report.refusal == Some(Refusal::Unknown);
                        Some(Ok(!is_unknown))
                    }
                    Event::Unreadable(Some(order)) if order == name => Some(Ok(true)),
                    Event::Rejected(message) if message.number(45) == Some(number) => {
                        // BusinessRejectReason 1: unknown id.
                        let is_unknown = message.kind() == "j" && message.get(380) == Some("1");
                        Some(if is_unknown { Ok(false) } else { Err(rejected(message)) })
                    }
                    _ => None,
                }
            },
        );
        match answered.map_err(unreachable)? {
            Ok(true) => told(&shared, ticket),
            Ok(false) if shared.known().orders.has(name) => {
                Err(unreadable(name, "it says that it has no such order, and has told of it before"))
            }
            Ok(false) => Ok(None),
            Err(words) => {
                Err(unreadable(name, &format!("it does not answer how the order stands (H): {words}")))
            }
        }
    }
}

impl Broker for Fix {
    fn name(&self) -> &str {
        NAME
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            lots: LotChoice::Nothing,
            quantity_digits: self.way.quantity_digits,
            limit_on_fractions: true,
            day_orders: true,
            lots_together: true,
            blocks: self.way.block_account.is_some(),
            look_every: LOOK_EVERY,
        }
    }

    fn arrives_within(&self) -> Duration {
        // A line is waited for as long as an answer is.
        self.way.timeout.saturating_mul(2)
    }

    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        let (account, shared) = (self.account(ticket)?, self.session()?);
        let name = ticket.client_order_id.as_str();
        let was_sent = {
            let known = shared.known();
            known.sent.contains(name) || known.orders.has(name)
        };
        if was_sent && let Some(told) = self.looked(ticket)? {
            return Ok(told);
        }
        let to = request::To { account, allocations: self.allocations(ticket)? };
        let draft = match request::order(ticket, &to, self.way.quantity_digits, now) {
            Ok(draft) => draft,
            Err(why) => return Ok(refused(name, why.to_string())),
        };
        let answered = shared.ask(draft, Some(name), self.way.timeout, |event, number| match event {
            Event::Report(report) if report.order == name && report.happened != Happened::Status => {
                let is_duplicate = report.refusal == Some(Refusal::Duplicate);
                Some(if is_duplicate { Answer::Duplicate } else { Answer::Known })
            }
            Event::Unreadable(Some(order)) if order == name => Some(Answer::Known),
            Event::Rejected(message)
                if message.number(45) == Some(number) || message.get(379) == Some(name) =>
            {
                // BusinessRejectReason 4: application not available.
                let is_not_now = message.kind() == "j" && message.get(380) == Some("4");
                let words = rejected(message);
                Some(if is_not_now { Answer::NotNow(words) } else { Answer::Refused(words) })
            }
            _ => None,
        });
        match answered.map_err(unreachable)? {
            Answer::Known => told(&shared, ticket)?.ok_or_else(|| unreadable(name, "nothing is told of it")),
            Answer::Duplicate => self.looked(ticket)?.ok_or_else(|| {
                unreadable(name, "it says that it has the order already, and that it has none of that name")
            }),
            Answer::Refused(why) => Ok(refused(name, why)),
            Answer::NotNow(why) => Err(unreachable(Unheard::NoLine(why))),
        }
    }

    fn look(&self, ticket: &Ticket, _: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.looked(ticket)
    }

    fn cancel(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        let Some(before) = self.looked(ticket)? else { return Ok(None) };
        if before.standing != Standing::Open {
            return Ok(Some(before));
        }
        let (account, shared) = (self.account(ticket)?, self.session()?);
        let name = ticket.client_order_id.as_str();
        let cancel = format!("{name}-x{}", Timestamp::now().as_millisecond());
        let draft = request::cancel(ticket, account, &cancel, now);
        let answered = shared.ask(draft, None, self.way.timeout, |event, number| match event {
            Event::Report(report) if report.order == name => {
                let is_of_it = report.cancel.as_deref() == Some(cancel.as_str());
                (report.status.is_end() || is_of_it && report.status != Status::Other('6')).then_some(())
            }
            Event::CancelRejected(message) if message.get(11) == Some(cancel.as_str()) => Some(()),
            Event::Rejected(message) if message.number(45) == Some(number) => Some(()),
            _ => None,
        });
        match answered {
            // Too late, not now, or on its way: how it stands is asked either way.
            Ok(()) | Err(Unheard::Silent(_)) => self.looked(ticket),
            Err(unheard @ Unheard::NoLine(_)) => Err(unreachable(unheard)),
        }
    }

    /// FIX 4.4 tells none by itself.
    fn holdings(&self, _: &str) -> Result<Option<Holdings>, BrokerError> {
        Ok(None)
    }
}

/// Wakes for everything that comes.
fn heard(shared: &Shared, stop: &dyn Fn() -> bool, wake: &mut dyn FnMut(Wake)) {
    let mut after = 0;
    while !stop() {
        let (events, count, missed) = shared.news(after, TURN);
        after = count;
        if missed {
            wake(Wake::Everything);
        }
        for event in events {
            match event {
                Event::Report(report) => wake(Wake::Order { client_order_id: report.order }),
                Event::Unreadable(_) | Event::Up | Event::Lost(..) => wake(Wake::Everything),
                Event::Down(why) => wake(Wake::Away { error: unreachable(Unheard::NoLine(why)) }),
                Event::CancelRejected(_) | Event::Rejected(_) => {}
            }
        }
    }
}

/// Whether a report answers a question; not every broker gives the question's name back.
fn answers(report: &Report, question: &str) -> bool {
    match &report.question {
        Some(answered) => answered == question,
        None => report.happened == Happened::Status,
    }
}

fn told(shared: &Shared, ticket: &Ticket) -> Result<Option<Told>, BrokerError> {
    found(&shared.known().orders, ticket)
}

fn found(orders: &Orders, ticket: &Ticket) -> Result<Option<Told>, BrokerError> {
    match orders.found(ticket) {
        Found::Nothing => Ok(None),
        Found::Told(told) => Ok(Some(told)),
        Found::Held(why) => Err(unreadable(&ticket.client_order_id, &why)),
    }
}

fn refused(name: &str, why: String) -> Told {
    let standing = Standing::Refused { why };
    Told { broker_order_id: format!("refused-{name}"), standing, executions: Vec::new() }
}

/// Why a message of ours was not taken, in their words.
fn rejected(message: &Message) -> String {
    let (reason, what) =
        if message.kind() == "3" { (373, "session reject") } else { (380, "business reject") };
    let reason = message.get(reason).map_or_else(|| "?".to_owned(), quoted);
    let field = message.get(371).map(|tag| format!(", field {}", quoted(tag))).unwrap_or_default();
    let words = message.words().unwrap_or_else(|| "without a word".to_owned());
    format!("{words} ({what}, reason {reason}{field})")
}

fn unreachable(unheard: Unheard) -> BrokerError {
    let (Unheard::NoLine(detail) | Unheard::Silent(detail)) = unheard;
    BrokerError::Unreachable { broker: NAME.to_owned(), detail }
}

fn unreadable(name: &str, detail: &str) -> BrokerError {
    BrokerError::Unreadable { broker: NAME.to_owned(), detail: format!("{name}: {detail}") }
}

/// What messages, one after the other as they come over a line, say of a ticket's order; none where they say nothing of it.
///
/// # Errors
/// [`BrokerError::Unreadable`].
pub fn told_in(ticket: &Ticket, bytes: &[u8]) -> Result<Option<Told>, BrokerError> {
    let (mut heard, mut orders) = (bytes.to_vec(), Orders::default());
    while let Some(next) = message::next(&mut heard) {
        if let Ok((message, _)) = next
            && message.kind() == "8"
        {
            running::taken_in(&mut orders, &message);
        }
    }
    found(&orders, ticket)
}
