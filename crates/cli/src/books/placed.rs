//! Orders as they are on record: whose they are, what was filled of them, and why nothing more came of one.
//!
//! In: open books and orders. Out: [`Placed`]. Invariant: why an order ended is what the audit log says, nothing else keeps it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use execute::brokers::manual;
use portfolio::Decimal;
use rebalance::books::blotter::standing;
use rebalance::books::{BlotterLine, Books, Fill, Order, OrderState, Typed};
use rebalance::id::RecommendationId;
use rebalance::life::Recommendation;

use super::OpenBooks;
use crate::failure::Failure;
use crate::service::configuration::BrokerWord;

/// Shortest end of a name by which an order is found.
const SHORT_CHARS_MIN: usize = 6;
/// Characters of a proposal's id by which its orders are shown.
const SHOWN_CHARS: usize = 8;

/// The end of an order's name, by which it is shown to people and found again: as much of it as tells orders apart.
pub(crate) fn short(client_order_id: &str) -> &str {
    let ends = client_order_id.rsplit('-').take(2).map(|part| part.len() + 1).sum::<usize>();
    let from = client_order_id.len().saturating_sub(ends + SHOWN_CHARS);
    client_order_id.get(from..).unwrap_or(client_order_id)
}

/// An order with everything about it.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// Whose.
    pub(crate) household: String,
    /// As it stands.
    pub(crate) order: Order,
    /// What is booked of it.
    pub(crate) fills: Vec<Fill>,
    /// What a person typed in of it.
    pub(crate) typed: Vec<BlotterLine>,
    /// Why it ended without being filled, as far as that was said and is not erased.
    pub(crate) why: Option<String>,
}

/// What the orders of a proposal have in common.
struct Proposed {
    found: Recommendation,
    fills: Vec<Fill>,
    /// What was said last of each order, once somebody has asked.
    reasons: Option<BTreeMap<String, String>>,
}

impl Placed {
    /// Shares that are filled, those that were typed in and are not booked yet among them.
    pub(crate) fn filled(&self) -> Decimal {
        let booked = self.fills.iter().fold(Decimal::ZERO, |sum, fill| sum.saturating_add(fill.quantity));
        let typed =
            standing(&self.typed).iter().fold(Decimal::ZERO, |sum, fill| sum.saturating_add(fill.quantity));
        booked.max(typed)
    }

    /// Shares that were asked for and are not filled.
    pub(crate) fn left(&self) -> Decimal {
        self.order.asked().saturating_sub(self.filled())
    }

    /// USD per share over everything that is booked; `None` where nothing is.
    pub(crate) fn average(&self) -> Option<Decimal> {
        let shares = self.fills.iter().fold(Decimal::ZERO, |sum, fill| sum.saturating_add(fill.quantity));
        let usd = |sum: Decimal, fill: &Fill| sum.saturating_add(fill.quantity.saturating_mul(fill.price));
        let paid = self.fills.iter().fold(Decimal::ZERO, usd);
        paid.checked_div(shares)
    }

    /// USD of everything that is booked.
    pub(crate) fn fees(&self) -> Decimal {
        self.fills.iter().fold(Decimal::ZERO, |sum, fill| sum.saturating_add(fill.fees))
    }

    /// Whether a person said that nothing more comes of it.
    pub(crate) fn was_ended(&self) -> bool {
        self.typed.iter().any(|line| matches!(line.typed, Typed::Ended(_)))
    }
}

impl OpenBooks {
    /// Orders with everything about them; those of a household alone where one is named.
    pub(crate) fn placed(&self, orders: Vec<Order>, household: Option<&str>) -> Result<Vec<Placed>, Failure> {
        let failed = |error| self.failed(&error);
        let wanted = household.map(|name| self.household(name)).transpose()?.map(|household| household.id);
        let names: BTreeMap<_, _> = self.households()?.into_iter().map(|it| (it.id, it.name)).collect();
        let mut known: BTreeMap<RecommendationId, Option<Proposed>> = BTreeMap::new();
        let mut placed = Vec::with_capacity(orders.len());
        for order in orders {
            let proposed = match known.entry(order.recommendation) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.proposed(order.recommendation)?),
            };
            let Some(proposed) = proposed else { continue };
            let of = proposed.found.kept().household;
            if wanted.is_some_and(|wanted| wanted != of) {
                continue;
            }
            let ended = order.state.has_ended() && order.state != OrderState::Filled;
            if ended && proposed.reasons.is_none() {
                proposed.reasons = Some(self.reasons(&proposed.found)?);
            }
            let reasons = proposed.reasons.as_ref().filter(|_| ended);
            let is_of = |fill: &&Fill| fill.client_order_id == order.client_order_id;
            let typed = match order.broker.as_str() {
                manual::NAME => self.store.reading().blotter(&order.client_order_id).map_err(failed)?,
                _ => Vec::new(),
            };
            placed.push(Placed {
                household: names.get(&of).cloned().unwrap_or_default(),
                fills: proposed.fills.iter().filter(is_of).cloned().collect(),
                why: reasons.and_then(|reasons| reasons.get(&order.client_order_id)).cloned(),
                typed,
                order,
            });
        }
        Ok(placed)
    }

    /// A proposal with the fills of its orders.
    fn proposed(&self, id: RecommendationId) -> Result<Option<Proposed>, Failure> {
        let failed = |error| self.failed(&error);
        let Some(found) = self.store.reading().recommendation(id).map_err(failed)? else { return Ok(None) };
        let fills = self.store.reading().fills_of(id).map_err(failed)?;
        Ok(Some(Proposed { found, fills, reasons: None }))
    }

    /// The whole name of an order: as a person types it, or its end where one open order has it. What fits none is given back as it is.
    pub(crate) fn order_name(&self, typed: &str) -> Result<String, Failure> {
        let (typed, failed) = (typed.trim(), |error| self.failed(&error));
        let reading = self.store.reading();
        if typed.chars().count() < SHORT_CHARS_MIN || reading.order(typed).map_err(failed)?.is_some() {
            return Ok(typed.to_owned());
        }
        let mut fitting: Vec<String> = Vec::new();
        for broker in BrokerWord::ALL {
            let open = reading.open_orders(broker.word()).map_err(failed)?.into_iter();
            fitting.extend(open.map(|order| order.client_order_id).filter(|name| name.ends_with(typed)));
        }
        match fitting.as_slice() {
            [] => Ok(typed.to_owned()),
            [one] => Ok(one.clone()),
            many => Err(Failure::usage(format!(
                "`{typed}` is the end of {} orders: {}",
                many.len(),
                many.join(", ")
            ))),
        }
    }

    /// What was said last of each order of a proposal.
    fn reasons(&self, proposal: &Recommendation) -> Result<BTreeMap<String, String>, Failure> {
        let mut reasons = BTreeMap::new();
        for record in self.records_about(proposal)? {
            let Some(contents) =
                record.contents.filter(|_| record.row.kind.as_str() == audit::kind::word::ORDER)
            else {
                continue;
            };
            let facts: serde_json::Value = serde_json::from_slice(&contents.original).unwrap_or_default();
            if let (Some(order), Some(how)) = (facts["order"].as_str(), facts["how"].as_str()) {
                reasons.insert(order.to_owned(), how.to_owned());
            }
        }
        Ok(reasons)
    }

    /// Why trading is halted; `None` where it is not.
    pub(crate) fn halted(&self) -> Result<Option<String>, Failure> {
        rebalance::keeping::halt::halted(&self.store).map_err(|error| self.failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_shown_by_the_end_of_its_name() {
        assert_eq!(short("rec-01a208de-0de0-7fc3-bd02-0e8e8dac9ff5-1-12"), "8dac9ff5-1-12");
        assert_eq!(short("odd"), "odd");
        assert_eq!(short("é-1-0"), "é-1-0");
    }
}
