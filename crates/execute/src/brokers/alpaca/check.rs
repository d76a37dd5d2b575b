//! What is reachable, allowed and missing, account by account.
//!
//! In: the clock of this machine. Out: a [`Checked`] per account; nothing is sent that changes anything. Invariants: no account number is told in
//! full; whatever stops trading is among [`Checked::problems`].

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use outward::Request;
use portfolio::exchange::{self, eastern};
use portfolio::{Decimal, money};

use super::bodies::{Account, CalendarDay, Clock, Configurations, quoted, read};
use super::calls::Door;
use super::{Access, Alpaca};
use crate::broker::{BrokerError, masked};

/// Days of the calendar that are compared with ours.
const CALENDAR_DAYS: i64 = 30;
/// A clock that differs by more is told: an order's hours and its lateness hang on it.
const AHEAD_MS_MAX: u64 = 2_000;
/// Days of other hours that are told as problems, at most; the rest is counted.
const DIFFERENCES_TOLD: usize = 3;

/// What was found of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Our name of it.
    pub account_id: String,
    /// Where it is.
    pub address: String,
    /// Whether it trades with real money.
    pub is_live: bool,
    /// Environment variables that hold no key.
    pub missing: Vec<String>,
    /// What it says of itself; `None` where keys are missing.
    pub reached: Option<Result<Reached, BrokerError>>,
}

/// What an account says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Its number, masked to the last four characters.
    pub number: String,
    /// `ACTIVE`, or why not.
    pub status: String,
    /// Orders are not taken.
    pub is_trading_blocked: bool,
    /// Nothing is done for whoever has it.
    pub is_account_blocked: bool,
    /// No money moves.
    pub are_transfers_blocked: bool,
    /// Whoever has it has stopped trading.
    pub is_suspended_by_owner: bool,
    /// Shares that are not held can be sold; nothing here does that.
    pub can_short: bool,
    /// It was found to trade within the day too often.
    pub is_pattern_day_trader: bool,
    /// Parts of shares can be traded; `None` where it does not say.
    pub can_trade_fractions: Option<bool>,
    /// USD.
    pub cash: Decimal,
    /// USD.
    pub buying_power: Decimal,
    /// Whether the market is open.
    pub is_market_open: bool,
    /// When it opens next.
    pub next_open: Timestamp,
    /// When it closes next.
    pub next_close: Timestamp,
    /// Milliseconds that its clock is ahead of ours; negative where ours is ahead. As exact as the answer was quick.
    pub clock_ahead_ms: i64,
    /// Days within the next 30 whose hours are other than ours, in words.
    pub calendar_differences: Vec<String>,
}

impl Checked {
    /// What stops trading, or may; empty where all is well.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        if !self.missing.is_empty() {
            let names = self.missing.join("` and `");
            return vec![format!("no key is in `{names}`: set the environment variables and start again")];
        }
        match &self.reached {
            Some(Ok(reached)) => reached.problems(),
            Some(Err(error)) => vec![error.to_string()],
            None => Vec::new(),
        }
    }
}

impl Reached {
    fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut stop = |is_so: bool, what: String| found.extend(is_so.then_some(what));
        stop(self.status != "ACTIVE", format!("the account is `{}`, not `ACTIVE`", self.status));
        stop(self.is_account_blocked, "the account is blocked".to_owned());
        stop(self.is_trading_blocked, "trading is blocked".to_owned());
        stop(self.is_suspended_by_owner, "trading is suspended in the account's own settings".to_owned());
        stop(self.can_trade_fractions == Some(false), "parts of shares are not traded".to_owned());
        let ahead = self.clock_ahead_ms;
        let way = if ahead < 0 { "behind" } else { "ahead of" };
        stop(
            ahead.unsigned_abs() > AHEAD_MS_MAX,
            format!(
                "the broker's clock is {} ms {way} this machine's: set this machine's",
                ahead.unsigned_abs()
            ),
        );
        let (count, differences) = (self.calendar_differences.len(), self.calendar_differences.iter());
        found.extend(differences.take(DIFFERENCES_TOLD).cloned());
        if count > DIFFERENCES_TOLD {
            found.push(format!("and so on {} further days", count - DIFFERENCES_TOLD));
        }
        found
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let money_word = if self.is_live { "REAL MONEY" } else { "paper" };
        write!(f, "{}: alpaca at {} ({money_word})", self.account_id, self.address)?;
        let Some(Ok(reached)) = &self.reached else { return Ok(()) };
        let (cash, power) = (money::written(reached.cash), money::written(reached.buying_power));
        write!(f, ", account {}, {}, cash {cash} USD, ", reached.number, reached.status)?;
        write!(f, "buying power {power} USD, clock {:+} ms", reached.clock_ahead_ms)?;
        let yes = |can: bool| if can { "yes" } else { "no" };
        let fractions = reached.can_trade_fractions.map_or("unknown", yes);
        write!(f, ", parts of shares: {fractions}, short sales: {}", yes(reached.can_short))?;
        write!(f, ", pattern day trader: {}, market ", yes(reached.is_pattern_day_trader))?;
        match reached.is_market_open {
            true => write!(f, "open until {}", reached.next_close),
            false => write!(f, "closed until {}", reached.next_open),
        }
    }
}

impl Alpaca {
    /// Asks every account what it is and may, in order of their names. `clock` tells the time of this machine.
    #[must_use]
    pub fn check(&self, clock: &dyn Fn() -> Timestamp) -> Vec<Checked> {
        self.accounts.iter().map(|(account_id, access)| access.checked(account_id, clock)).collect()
    }
}

impl Access {
    fn checked(&self, account_id: &str, clock: &dyn Fn() -> Timestamp) -> Checked {
        Checked {
            account_id: account_id.to_owned(),
            address: self.address.clone(),
            is_live: self.is_live,
            missing: self.missing.clone(),
            reached: self.door.as_ref().map(|door| reached(door, clock)),
        }
    }
}

fn reached(door: &Door, clock: &dyn Fn() -> Timestamp) -> Result<Reached, BrokerError> {
    let account: Account = read(&door.answer("/v2/account")?)?;
    let chosen: Configurations = read(&door.answer("/v2/account/configurations")?)?;
    let sent = clock();
    let theirs: Clock = read(&door.answer("/v2/clock")?)?;
    let back = clock();
    let middle = sent.as_millisecond() + (back.as_millisecond() - sent.as_millisecond()) / 2;
    Ok(Reached {
        number: masked(&account.account_number),
        status: quoted(&account.status),
        is_trading_blocked: account.trading_blocked,
        is_account_blocked: account.account_blocked,
        are_transfers_blocked: account.transfers_blocked,
        is_suspended_by_owner: account.trade_suspended_by_user || chosen.suspend_trade,
        can_short: account.shorting_enabled,
        is_pattern_day_trader: account.pattern_day_trader,
        can_trade_fractions: chosen.fractional_trading,
        cash: account.cash.0,
        buying_power: account.buying_power.0,
        is_market_open: theirs.is_open,
        next_open: theirs.next_open,
        next_close: theirs.next_close,
        clock_ahead_ms: theirs.timestamp.as_millisecond() - middle,
        calendar_differences: calendar_differences(door, back)?,
    })
}

/// Days whose hours are other than those of [`portfolio::exchange`].
fn calendar_differences(door: &Door, now: Timestamp) -> Result<Vec<String>, BrokerError> {
    let first = eastern(now).date();
    let last = first.saturating_add(SignedDuration::from_hours(24 * CALENDAR_DAYS));
    // The specification has them as instants.
    let (start, end) = (format!("{first}T00:00:00Z"), format!("{last}T00:00:00Z"));
    let query = [("start", start.as_str()), ("end", end.as_str())];
    let path = "/v2/calendar";
    let theirs: Vec<CalendarDay> =
        read(&door.answer_of(&Request { path, query: &query, ..Request::default() })?)?;
    let mut found = Vec::new();
    let mut day = first;
    while day <= last {
        let ours = exchange::session(day).ok().flatten();
        let ours = ours.map(|session| (eastern(session.opens).time(), eastern(session.closes).time()));
        let told = theirs.iter().find(|told| told.date == day).map(|told| (told.open, told.close));
        if ours != told {
            let words = |hours: Option<(jiff::civil::Time, jiff::civil::Time)>| match hours {
                Some((opens, closes)) => format!("trades from {opens} to {closes}"),
                None => "does not trade".to_owned(),
            };
            found.push(format!(
                "on {day} the market {} by the broker and {} by ours",
                words(told),
                words(ours)
            ));
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    Ok(found)
}
