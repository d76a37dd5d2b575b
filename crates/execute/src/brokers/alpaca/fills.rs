//! The executions of an order.
//!
//! In: an order that counts filled shares. Out: its fills among the activities of its account, each under Alpaca's name for it, in order of
//! time. Invariants: an execution told twice is one; one of another side, symbol or of no shares is no answer; at most
//! [`PAGES_MAX`] pages are read, and fewer than all fills never pass for all of them: `state` compares with what the order counts.

use jiff::SignedDuration;
use outward::Request;
use portfolio::Decimal;
use serde::Deserialize;
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
    let counted = order.filled_qty.0;
    if counted.is_zero() {
        return Ok(Vec::new());
    }
    let from = order.created_at.saturating_sub(BEFORE).unwrap_or(order.created_at);
    let (after, size) = (format!("{from:.0}"), PAGE_SIZE.to_string());
    let (mut found, mut token) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let mut query = vec![
            ("activity_types", "FILL"),
            ("direction", "asc"),
            ("page_size", size.as_str()),
            ("after", after.as_str()),
        ];
        if !token.is_empty() {
            query.push(("page_token", &token));
        }
        let path = "/v2/account/activities";
        let page: Page = read(&door.answer_of(&Request { path, query: &query, ..Request::default() })?)?;
        let last = page.taken_in(ticket, order, &mut found)?;
        let known: Decimal =
            found.iter().map(|x: &Execution| x.quantity).fold(Decimal::ZERO, Decimal::saturating_add);
        match last {
            Some(last) if last != token && known < counted && page.0.len() >= PAGE_SIZE => token = last,
            _ => {
                found.sort_by(|a, b| (a.at, &a.execution_id).cmp(&(b.at, &b.execution_id)));
                return Ok(found);
            }
        }
    }
    Err(unreadable(format!(
        "the fills of the order `{}` lie behind {PAGES_MAX} pages of activities",
        order.id
    )))
}

/// A page of activities.
#[derive(Deserialize)]
struct Page(Vec<Box<RawValue>>);

impl Page {
    /// Adds the fills of an order that are not there yet; out: the name of the last activity.
    fn taken_in(
        &self,
        ticket: &Ticket,
        order: &Order,
        found: &mut Vec<Execution>,
    ) -> Result<Option<String>, BrokerError> {
        let mut last = None;
        for written in &self.0 {
            let activity: Activity = read(written.get().as_bytes())?;
            let is_of_it = activity.activity_type == "FILL" && activity.order_id.as_ref() == Some(&order.id);
            if is_of_it && found.iter().all(|known| known.execution_id != activity.id) {
                found.push(execution(ticket, &activity, written.get())?);
            }
            last = Some(activity.id);
        }
        Ok(last)
    }
}

fn execution(ticket: &Ticket, activity: &Activity, written: &str) -> Result<Execution, BrokerError> {
    let fill: FillBody = read(written.as_bytes())?;
    let is_ours = fill.symbol == ticket.ticker && fill.side.starts_with(side_word(ticket.side));
    if !is_ours || fill.qty.0 <= Decimal::ZERO || fill.price.0 < Decimal::ZERO {
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
