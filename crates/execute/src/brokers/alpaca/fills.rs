//! The executions of an order.
//!
//! In: an order that counts filled shares. Out: its fills among the activities of its account, each under Alpaca's name for it, in order of
//! time. Invariants: an execution told twice is one; one of another side, symbol or of no shares is no answer; at most
//! [`PAGES_MAX`] pages are read, and fewer than all fills never pass for all of them: `state` compares with what the order counts.

use jiff::SignedDuration;
use outward::Request;
use portfolio::Decimal;
use serde_json::value::RawValue;

use super::bodies::{Activity, FillBody, Order, read, side_word, unreadable};
use super::calls::Door;
use crate::broker::{BrokerError, Execution, Ticket};

/// Activities on a page.
const PAGE_SIZE: usize = 100;
/// Pages that are read at most for one order.
const PAGES_MAX: usize = 200;
/// Fills are sought from so long before the order was written down: the clocks of two machines.
const BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// Every fill of an order so far.
pub(super) fn of(door: &Door, ticket: &Ticket, order: &Order) -> Result<Vec<Execution>, BrokerError> {
    let mut fills = Fills::new(ticket, order);
    if order.filled_qty.0.is_zero() {
        return Ok(fills.found);
    }
    let from = order.created_at.saturating_sub(BEFORE).unwrap_or(order.created_at);
    let (after, size) = (format!("{from:.0}"), PAGE_SIZE.to_string());
    for _ in 0..PAGES_MAX {
        let token = fills.last.clone();
        let mut query = vec![
            ("activity_types", "FILL"),
            ("direction", "asc"),
            ("page_size", size.as_str()),
            ("after", after.as_str()),
        ];
        query.extend(token.as_deref().map(|token| ("page_token", token)));
        let path = "/v2/account/activities";
        fills.take_in(&door.answer_of(&Request { path, query: &query, ..Request::default() })?)?;
        if fills.are_all() || fills.last == token {
            return Ok(fills.in_order());
        }
    }
    Err(unreadable(format!(
        "the fills of the order `{}` lie behind {PAGES_MAX} pages of activities",
        order.id
    )))
}

/// The fills of an order, as far as pages of activities tell of them.
pub(super) struct Fills<'a> {
    ticket: &'a Ticket,
    order: &'a Order,
    found: Vec<Execution>,
    /// The name of the last activity of the last page.
    last: Option<String>,
    /// Whether there was a page that was not full.
    is_last_page: bool,
}

impl<'a> Fills<'a> {
    /// None so far.
    pub(super) fn new(ticket: &'a Ticket, order: &'a Order) -> Fills<'a> {
        Fills { ticket, order, found: Vec::new(), last: None, is_last_page: false }
    }

    /// Adds what a page has of the order and was not there yet.
    pub(super) fn take_in(&mut self, page: &[u8]) -> Result<(), BrokerError> {
        let page: Vec<Box<RawValue>> = read(page)?;
        for written in &page {
            let activity: Activity = read(written.get().as_bytes())?;
            let is_of_it =
                activity.activity_type == "FILL" && activity.order_id.as_ref() == Some(&self.order.id);
            if is_of_it && self.found.iter().all(|known| known.execution_id != activity.id) {
                self.found.push(execution(self.ticket, &activity, written.get())?);
            }
            self.last = Some(activity.id);
        }
        self.is_last_page = page.len() < PAGE_SIZE;
        Ok(())
    }

    /// Whether no further page is needed: all that the order counts are there, or there is none.
    fn are_all(&self) -> bool {
        let known = self.found.iter().fold(Decimal::ZERO, |sum, x| sum.saturating_add(x.quantity));
        self.is_last_page || known >= self.order.filled_qty.0
    }

    /// The fills by their time.
    pub(super) fn in_order(mut self) -> Vec<Execution> {
        self.found.sort_by(|a, b| (a.at, &a.execution_id).cmp(&(b.at, &b.execution_id)));
        self.found
    }
}

fn execution(ticket: &Ticket, activity: &Activity, written: &str) -> Result<Execution, BrokerError> {
    let fill: FillBody = read(written.as_bytes())?;
    let is_ours = fill.symbol == ticket.ticker && fill.side.starts_with(side_word(ticket.side));
    if !is_ours || fill.qty.0 <= Decimal::ZERO || fill.price.0 <= Decimal::ZERO {
        let detail = "is not of the order that it names, or of no shares";
        return Err(unreadable(format!("the fill `{}` {detail}", activity.id)));
    }
    Ok(Execution {
        execution_id: activity.id.clone(),
        quantity: fill.qty.0,
        price: fill.price.0,
        fees: Decimal::ZERO,
        at: fill.transaction_time,
    })
}
