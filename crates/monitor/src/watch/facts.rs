//! What is known of a household at a tick.
//!
//! In: the portfolio as of now with its drift report, and what happened since. Out: [`Facts`], from which a watch decides.
//! Invariant: time and everything else come in as arguments; the report is that of the portfolio.

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::{Decimal, Portfolio};

use super::policy::Policy;
use super::told::AccountNote;
use crate::harvest::Opportunity;
use crate::report::DriftReport;

/// A household at a tick.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The time of the tick.
    pub now: Timestamp,
    /// What is held, at the prices of now ([`crate::live()`]).
    pub portfolio: &'a Portfolio,
    /// Its drift ([`crate::monitor()`]).
    pub report: &'a DriftReport,
    /// When the household wants to hear of it.
    pub policy: &'a Policy,
    /// Days (US Eastern) on which it was rebalanced before.
    pub rebalances: &'a [Date],
    /// Money that flowed in or out, in any order; what was answered before does not count again.
    pub flows: &'a [CashFlow],
    /// Losses that could be taken ([`crate::harvest::opportunities`]).
    pub opportunities: &'a [Opportunity],
}

/// Money that flowed in or out of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashFlow {
    /// The account.
    pub account_id: String,
    /// When it came onto our books; not when the bank dates it, which may be before a plan that did not know of it.
    pub booked: Timestamp,
    /// USD, negative where it flowed out.
    pub usd: Decimal,
}

impl Facts<'_> {
    /// What flowed in, less what flowed out, USD: booked after `from` and up to now, of one account or of all.
    pub(super) fn flowed_usd(&self, from: Timestamp, account_id: Option<&str>) -> Decimal {
        let counts = |flow: &&CashFlow| {
            from < flow.booked && flow.booked <= self.now && account_id.is_none_or(|id| id == flow.account_id)
        };
        self.flows.iter().filter(counts).fold(Decimal::ZERO, |sum, flow| sum.saturating_add(flow.usd))
    }

    /// Cash that has to be raised by selling, USD: what accounts can't pay out, or the household's buffer lacks, whichever is more.
    pub(super) fn cash_needed_usd(&self) -> Decimal {
        let short: Decimal = self.portfolio.accounts.iter().map(short_usd).sum();
        let buffer = self.portfolio.wishes.cash_buffer_usd;
        let cash: Decimal = self.portfolio.accounts.iter().map(|a| a.cash + a.flow).sum();
        short.max(if buffer.is_zero() { Decimal::ZERO } else { buffer - cash }).max(Decimal::ZERO)
    }

    /// What is worth saying of single accounts, in the order of the document.
    pub(super) fn notes(&self, flows_from: Timestamp) -> Vec<AccountNote> {
        let usd = portfolio::money::written;
        let mut notes = Vec::new();
        for account in &self.portfolio.accounts {
            let id = &account.account_id;
            let mut note = |code, words| notes.push(AccountNote { account_id: id.clone(), code, words });
            let short = short_usd(account);
            if !short.is_zero() {
                note(
                    "account.cash_short",
                    format!("{} USD have to be raised to pay out what is asked for", usd(short)),
                );
            }
            let flowed = self.flowed_usd(flows_from, Some(id));
            if !flowed.is_zero() {
                let way = if flowed.is_sign_negative() { "out" } else { "in" };
                note("account.flow", format!("{} USD flowed {way} since the last answer", usd(flowed.abs())));
            }
            let losses: Vec<Decimal> =
                self.opportunities.iter().filter(|o| o.account_id == *id).map(|o| o.loss_usd).collect();
            if !losses.is_empty() {
                let lots = counted(losses.len(), "lot");
                let total = usd(losses.iter().sum());
                note("account.harvest", format!("{lots} with a loss of {total} USD could be harvested"));
            }
            if !account.open_orders.is_empty() {
                let orders = counted(account.open_orders.len(), "order");
                note("account.open_orders", format!("{orders} at the broker may still change what is held"));
            }
        }
        notes
    }
}

/// What an account can't pay out of its cash, USD.
fn short_usd(account: &portfolio::Account) -> Decimal {
    // One that owed before its flow need not be put right for the flow's sake (`budget.cash_negative`).
    (account.cash.min(Decimal::ZERO) - (account.cash + account.flow)).max(Decimal::ZERO)
}

/// `1 lot`, `3 lots`.
pub(super) fn counted(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
