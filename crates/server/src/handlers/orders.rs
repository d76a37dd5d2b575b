//! Orders of all households that somebody may see, and what a person who is the broker tells of them.

pub(crate) mod costs;
pub(crate) mod filled;
pub(crate) mod fills;
pub(crate) mod list;
pub(crate) mod tickets;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::Timestamp;
use portfolio::Decimal;
use rebalance::books::access::Right;
use rebalance::books::blotter::standing;
use rebalance::books::{BlotterLine, Books, Fill, Household, Listing, Order, OrderState, Typed};
use rebalance::id::{HouseholdId, RecommendationId};
use rebalance::keeping::blotter::BY_HAND;
use rebalance::life::State as Stands;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::opened;
use super::proposals::orders::OrderView;
use crate::amount::{Amount, Moment};
use crate::asked::Order as Sorted;
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersAsked {
    /// Of this household alone, by id.
    #[param(nullable = false)]
    household: Option<String>,
    /// Those alone of which more may come, whenever they were written down.
    #[param(nullable = false)]
    open: Option<bool>,
    /// In this state alone, such as `filled`.
    #[param(nullable = false)]
    state: Option<String>,
    /// At this broker alone.
    #[param(nullable = false)]
    broker: Option<String>,
    /// Of this security alone.
    #[param(nullable = false)]
    ticker: Option<String>,
    /// Of this account alone.
    #[param(nullable = false)]
    account_id: Option<String>,
    /// Those that have ended as well, from this time on, RFC 3339; of the last 7 days where nothing is said.
    #[param(nullable = false, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// `newest` first (where nothing is said) or `oldest` first.
    #[param(nullable = false, inline)]
    sort: Option<Sorted>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Which, and in what form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TicketsAsked {
    /// Of this household alone, by id.
    #[param(nullable = false)]
    household: Option<String>,
    /// `json` (where nothing is said), or `csv`: all of them, with columns to fill in, as `POST /api/v1/fills` takes them back.
    #[param(nullable = false, inline)]
    format: Option<Form>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Which fills.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FillsAsked {
    /// Of this household alone, by id.
    #[param(nullable = false)]
    household: Option<String>,
    /// Of this security alone.
    #[param(nullable = false)]
    ticker: Option<String>,
    /// Of this account alone.
    #[param(nullable = false)]
    account_id: Option<String>,
    /// Of this time or later, RFC 3339.
    #[param(nullable = false, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// `newest` first (where nothing is said) or `oldest` first.
    #[param(nullable = false, inline)]
    sort: Option<Sorted>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// In what form something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    #[default]
    Json,
    Csv,
}

/// Whose costs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CostsAsked {
    /// Of this household alone, by id.
    #[param(nullable = false)]
    household: Option<String>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// An order, whose it is, and what is left of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlacedView {
    /// The order.
    #[serde(flatten)]
    order: OrderView,
    /// Id of the household.
    household: String,
    /// Its name.
    household_name: String,
    /// The proposal.
    proposal: String,
    /// Shares that are filled, those that were typed in and are not booked yet among them.
    filled: Amount,
    /// Shares that were asked for and are not filled.
    left: Amount,
    /// From then on nothing more may be executed of it; absent before it is sent.
    until: Option<Moment>,
}

/// An order with its household, and what was typed in of it.
struct Placed {
    household: Household,
    order: Order,
    fills: Vec<Fill>,
    typed: Vec<BlotterLine>,
}

impl Placed {
    fn filled(&self) -> Decimal {
        let booked = self.fills.iter().fold(Decimal::ZERO, |sum, fill| sum.saturating_add(fill.quantity));
        let typed =
            standing(&self.typed).iter().fold(Decimal::ZERO, |sum, fill| sum.saturating_add(fill.quantity));
        booked.max(typed)
    }

    fn left(&self) -> Decimal {
        self.order.asked().saturating_sub(self.filled())
    }

    /// Whether somebody still has to execute it.
    fn is_to_be_executed(&self) -> bool {
        let was_ended = self.typed.iter().any(|line| matches!(line.typed, Typed::Ended(_)));
        self.order.state != OrderState::Waiting && !self.left().is_zero() && !was_ended
    }

    fn view(self, house: &dyn House, reasons: &mut Reasons) -> Result<PlacedView, Problem> {
        let why = reasons.of(house, self.household.id, &self.order)?;
        Ok(PlacedView {
            household: self.household.id.to_string(),
            household_name: self.household.name.clone(),
            proposal: self.order.recommendation.to_string(),
            filled: Amount(self.filled()),
            left: Amount(self.left()),
            until: self.order.sent.map(|sent| Moment(sent.until)),
            order: OrderView::of(self.order, &self.fills, why),
        })
    }
}

/// Orders as they are told.
fn views(house: &dyn House, all: Vec<Placed>) -> Result<Vec<PlacedView>, Problem> {
    let mut reasons = Reasons::default();
    all.into_iter().map(|placed| placed.view(house, &mut reasons)).collect()
}

/// What was said last of each order, by proposal; the log alone keeps that, and that of a proposal is read once.
#[derive(Default)]
pub(super) struct Reasons(BTreeMap<RecommendationId, BTreeMap<String, String>>);

impl Reasons {
    /// Of an order that has ended and is not filled; none of any other.
    pub(super) fn of(
        &mut self,
        house: &dyn House,
        household: HouseholdId,
        order: &Order,
    ) -> Result<Option<String>, Problem> {
        if !order.state.has_ended() || order.state == OrderState::Filled {
            return Ok(None);
        }
        let said = match self.0.entry(order.recommendation) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(said(house, household, order.recommendation)?),
        };
        Ok(said.get(&order.client_order_id).cloned())
    }
}

/// What was said last of each order of a proposal.
fn said(
    house: &dyn House,
    household: HouseholdId,
    proposal: RecommendationId,
) -> Result<BTreeMap<String, String>, Problem> {
    let store = house.store();
    let key = store.key(&household.to_string())?;
    let mut said = BTreeMap::new();
    for row in store.records_about(household, &proposal.to_string())? {
        if row.kind.as_str() != audit::kind::word::ORDER {
            continue;
        }
        let Some(contents) = opened(&row, key.as_ref())? else { continue };
        let facts: serde_json::Value = serde_json::from_slice(&contents.original).unwrap_or_default();
        if let (Some(order), Some(how)) = (facts["order"].as_str(), facts["how"].as_str()) {
            said.insert(order.to_owned(), how.to_owned());
        }
    }
    Ok(said)
}

/// The households that somebody may see, or the one that is asked for.
fn seen(
    house: &dyn House,
    caller: &Caller,
    only: Option<&str>,
) -> Result<BTreeMap<HouseholdId, Household>, Problem> {
    let households = match only {
        Some(id) => vec![caller.household(house, id, Right::Read)?],
        None => house.store().reading().households()?,
    };
    let seen = households.into_iter().filter(|household| caller.may(Right::Read, household));
    Ok(seen.map(|household| (household.id, household)).collect())
}

/// Orders of which more may come: those of proposals that are being executed.
fn open(
    house: &dyn House,
    seen: &BTreeMap<HouseholdId, Household>,
) -> Result<Vec<(Household, Order)>, Problem> {
    let reading = house.store().reading();
    let mut open = Vec::new();
    let states = vec![Stands::Approved, Stands::ExecutionInProgress];
    let households = Some(seen.keys().copied().collect());
    for found in reading.listed(&Listing { states, households, ..Listing::all() })? {
        let Some(household) = seen.get(&found.household) else { continue };
        let orders = reading.orders(found.id)?.into_iter().filter(|order| !order.state.has_ended());
        open.extend(orders.map(|order| (household.clone(), order)));
    }
    Ok(open)
}

/// Orders with their households, of those that are seen.
fn owned(
    house: &dyn House,
    seen: &BTreeMap<HouseholdId, Household>,
    orders: impl IntoIterator<Item = Order>,
) -> Result<Vec<(Household, Order)>, Problem> {
    let reading = house.store().reading();
    let mut whose: BTreeMap<RecommendationId, Option<HouseholdId>> = BTreeMap::new();
    let mut owned = Vec::new();
    for order in orders {
        let household = match whose.entry(order.recommendation) {
            Entry::Occupied(known) => *known.into_mut(),
            Entry::Vacant(new) => {
                let found = reading.recommendation(order.recommendation)?;
                *new.insert(found.map(|found| found.kept().household))
            }
        };
        let household = household.and_then(|household| seen.get(&household));
        owned.extend(household.map(|household| (household.clone(), order)));
    }
    Ok(owned)
}

/// Orders with what was filled of them.
fn placed(house: &dyn House, orders: Vec<(Household, Order)>) -> Result<Vec<Placed>, Problem> {
    let reading = house.store().reading();
    let mut fills: BTreeMap<RecommendationId, Vec<Fill>> = BTreeMap::new();
    let mut all = Vec::with_capacity(orders.len());
    for (household, order) in orders {
        let of_proposal = match fills.entry(order.recommendation) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(reading.fills_of(order.recommendation)?),
        };
        let is_of = |fill: &&Fill| fill.client_order_id == order.client_order_id;
        let own = of_proposal.iter().filter(is_of).cloned().collect();
        let typed = match order.broker.as_str() {
            BY_HAND => reading.blotter(&order.client_order_id)?,
            _ => Vec::new(),
        };
        all.push(Placed { household, order, fills: own, typed });
    }
    Ok(all)
}
