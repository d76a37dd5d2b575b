//! The orders of an approved plan are written down under their names; each is sent when its turn comes.
//!
//! In: an approved recommendation. Out: `Execution_In_Progress` with one order per row of the plan. Invariant: what goes on is the plan
//! that was approved: its hash is computed anew from what is on record ([`Approved`]).

use super::failure::KeepingError;
use super::hours::Hours;
use super::{Done, Keeper, Taken};
use crate::books::orders::client_order_id;
use crate::books::{Attempt, Change, Entry, Household, Order, OrderState, Record, Setting};
use crate::life::{Approved, Recommendation, Refusal, Step};

/// The name under which a refusal is remembered, so that it is written down once.
const REFUSED: &str = "send_refused";

impl Keeper<'_> {
    /// Writes the orders down; `None` outside the hours of the market and of the household.
    pub(super) fn send(
        &self,
        household: &Household,
        found: &Recommendation,
    ) -> Result<Option<Done>, KeepingError> {
        let now = self.world.now();
        let attempt = self.last_attempt(found)?;
        let text = self.version(attempt.portfolio)?.text;
        let read = portfolio::read(&text)?;
        if Hours::at(read.wishes.window, now)?.is_none() {
            return Ok(None);
        }
        let unusable = self.unusable(&read, now)?;
        if !unusable.is_empty() {
            return self.rest_unpriced(household, &unusable);
        }
        let approvals = self.books.reading().approvals(found.id())?;
        let trades = attempt.trades.clone();
        let approved = match Approved::again(found, &approvals, &text, trades, &household.policy, now) {
            Ok(approved) => approved,
            Err(refusal) => return Err(self.refused(household, found, refusal)?),
        };
        let mut entry = Entry::moved(found.step(Step::Send(approved), now)?, "cycle", self.event());
        for (line, trade) in attempt.trades.iter().enumerate() {
            let order = Order {
                client_order_id: client_order_id(found.id(), attempt.attempt, line),
                recommendation: found.id(),
                attempt: attempt.attempt,
                line: u32::try_from(line).unwrap_or(u32::MAX),
                broker: self.broker.name().to_owned(),
                account_id: trade.account_id.clone(),
                ticker: trade.ticker.clone(),
                side: trade.action,
                lot_id: trade.lot_id.clone(),
                quantity: trade.quantity.0,
                sent: None,
                sent_under: None,
                state: OrderState::Waiting,
                broker_order_id: None,
                version: 0,
                at: now,
            };
            entry = entry
                .recording(self.order_record(household, &order, "written down"))
                .with(Change::Order(order));
        }
        self.write(entry)?;
        let words =
            format!("{} orders written down for the broker `{}`", attempt.trades.len(), self.broker.name());
        Ok(Some(Done::of(household, Some(found.id()), Taken::Sent, words)))
    }

    /// What is on record is not what was approved: told once on record, and to whoever asks every time.
    fn refused(
        &self,
        household: &Household,
        found: &Recommendation,
        refusal: Box<Refusal>,
    ) -> Result<KeepingError, KeepingError> {
        let (scope, now) = (found.id().to_string(), self.world.now());
        if self.books.reading().setting(&scope, REFUSED)?.is_none() {
            let value = refusal.reason.code().to_owned();
            let told = Setting { scope, name: REFUSED.to_owned(), value, version: 1, at: now };
            let record = Record::of_refusal(&refusal, household.id, "cycle", None);
            self.write(Entry::new(record).with(Change::Setting(told)))?;
        }
        Ok(KeepingError::Refused(refusal))
    }

    /// The plan that is at hand.
    pub(super) fn last_attempt(&self, found: &Recommendation) -> Result<Attempt, KeepingError> {
        let attempt = self.books.reading().attempts(found.id())?.pop();
        attempt.ok_or_else(|| KeepingError::Unknown { what: format!("plan of `{}`", found.id()) })
    }

    /// What became of an order, for the record.
    pub(super) fn order_record(&self, household: &Household, order: &Order, how: &str) -> Record {
        let body = serde_json::json!({
            "order": order.client_order_id,
            "broker": order.broker,
            "broker_order_id": order.broker_order_id,
            "account_id": order.account_id,
            "ticker": order.ticker,
            "action": order.side.word(),
            "lot_id": order.lot_id,
            "quantity": order.quantity.to_string(),
            "sent": order.sent.map(|sent| serde_json::json!({
                "quantity": sent.quantity.to_string(),
                "limit": sent.limit.map(|limit| limit.to_string()),
                "at": sent.at.to_string(),
                "until": sent.until.to_string(),
                "under": order.sent_under,
            })),
            "state": order.state.word(),
            "how": how,
        });
        Record::new("order", household.id, "cycle", self.world.now(), body.to_string())
            .about(&order.recommendation)
    }
}
