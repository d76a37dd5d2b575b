//! What trading has cost, order by order, beside what the plan expected.
//!
//! In: the books. Out: an [`Outcome`] per order that was filled, in part or whole, and [`Totals`]. Invariants: exact decimals, and a cost is
//! positive whichever way was traded; shortfall is delay plus slippage plus fees, to the last digit, wherever the price at arrival is on record.

use std::collections::BTreeSet;

use jiff::Timestamp;
use portfolio::measures::cost;
use portfolio::measures::execution::{self, Fill as Measured};
use portfolio::measures::undefined::Undefined;
use portfolio::{Decimal, Portfolio, Side};

use crate::books::{Attempt, BooksError, Fill, Listing, Order, Reading};
use crate::id::{HouseholdId, RecommendationId};

/// What an order has cost, USD; a cost is positive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Of which recommendation.
    pub recommendation: RecommendationId,
    /// The order's name.
    pub client_order_id: String,
    /// The name under which it went to the broker, perhaps with others.
    pub name_at_broker: String,
    /// When it was sent first.
    pub at: Timestamp,
    /// Where.
    pub account_id: String,
    /// What.
    pub ticker: String,
    /// Which way.
    pub side: Side,
    /// Shares that were filled.
    pub quantity: Decimal,
    /// USD per share at which the plan was made.
    pub decision_price: Decimal,
    /// USD per share on record when the order was sent.
    pub arrival_price: Option<Decimal>,
    /// USD for all of its fills, without fees.
    pub notional: Decimal,
    /// Fees of its fills.
    pub fees: Decimal,
    /// What the market moved between the plan and the order.
    pub delay: Option<Decimal>,
    /// What the fills were worse than the price at arrival: half the spread, and impact.
    pub slippage: Option<Decimal>,
    /// What the fills were worse than the plan's price, fees included.
    pub shortfall: Decimal,
    /// What the plan expected of the shares that were filled: commission, half the spread, impact.
    pub expected: Decimal,
}

/// Sums over orders, USD.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Orders, however many rows of a plan each is of.
    pub orders: usize,
    /// Value traded.
    pub notional: Decimal,
    /// Fees.
    pub fees: Decimal,
    /// Slippage of the orders that have one.
    pub slippage: Decimal,
    /// Shortfall.
    pub shortfall: Decimal,
    /// What the plans expected.
    pub expected: Decimal,
}

/// Why costs can't be told.
#[derive(Debug, thiserror::Error)]
pub enum CostsError {
    /// The books.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// A document in them.
    #[error("a portfolio on record can't be read: {0}")]
    Document(#[from] portfolio::DocumentError),
    /// An amount beyond every limit.
    #[error("order `{order}`: {why}")]
    Undefined {
        /// Of which order.
        order: String,
        /// What is the matter.
        why: Undefined,
    },
}

impl CostsError {
    fn of(order: &Order, why: Undefined) -> CostsError {
        CostsError::Undefined { order: order.client_order_id.clone(), why }
    }
}

/// When an order was sent first.
pub(crate) fn sent_at(order: &Order) -> Timestamp {
    order.sent.map_or(order.at, |sent| sent.at)
}

/// What every order has cost of which something was filled, by the time of sending: of these households, or of all.
///
/// # Errors
/// [`CostsError`].
///
/// # Source
/// Design document (28)–(33) and (36); Perold (1988).
pub fn outcomes(
    reading: &dyn Reading,
    households: Option<Vec<HouseholdId>>,
) -> Result<Vec<Outcome>, CostsError> {
    let mut found = Vec::new();
    for listed in reading.listed(&Listing { households, ..Listing::all() })? {
        let id = listed.id;
        let fills = reading.fills_of(id)?;
        if fills.is_empty() {
            continue;
        }
        let orders = reading.orders(id)?;
        for attempt in reading.attempts(id)? {
            let Some(kept) = reading.portfolio_version(attempt.portfolio)? else { continue };
            let read = portfolio::read(&kept.text)?;
            for order in orders.iter().filter(|order| order.attempt == attempt.attempt) {
                let own = fills.iter().filter(|fill| fill.client_order_id == order.client_order_id);
                let own: Vec<&Fill> = own.collect();
                if own.is_empty() {
                    continue;
                }
                let arrival = reading.price(&order.ticker, sent_at(order))?.map(|point| point.price);
                let outcome = outcome(&read, &attempt, order, &own, arrival);
                let outcome = outcome.map_err(|why| CostsError::of(order, why))?;
                found.extend(outcome);
            }
        }
    }
    found.sort_by(|a, b| (a.at, &a.client_order_id).cmp(&(b.at, &b.client_order_id)));
    Ok(found)
}

/// Their sums.
///
/// # Errors
/// [`CostsError`] where a sum can't be held.
pub fn totals(outcomes: &[Outcome]) -> Result<Totals, CostsError> {
    let at_broker: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.name_at_broker.as_str()).collect();
    let mut sums = Totals { orders: at_broker.len(), ..Totals::default() };
    for outcome in outcomes {
        let add = |sum: Decimal, usd: Decimal| {
            let order = || outcome.client_order_id.clone();
            sum.checked_add(usd)
                .ok_or_else(|| CostsError::Undefined { order: order(), why: Undefined::TooLarge })
        };
        sums = Totals {
            orders: sums.orders,
            notional: add(sums.notional, outcome.notional)?,
            fees: add(sums.fees, outcome.fees)?,
            slippage: add(sums.slippage, outcome.slippage.unwrap_or_default())?,
            shortfall: add(sums.shortfall, outcome.shortfall)?,
            expected: add(sums.expected, outcome.expected)?,
        };
    }
    Ok(sums)
}

/// What one order has cost; `None` where the plan has no such row.
fn outcome(
    read: &Portfolio,
    attempt: &Attempt,
    order: &Order,
    fills: &[&Fill],
    arrival_price: Option<Decimal>,
) -> Result<Option<Outcome>, Undefined> {
    let Some(row) = usize::try_from(order.line).ok().and_then(|line| attempt.trades.get(line)) else {
        return Ok(None);
    };
    let measured = |fill: &&Fill| Measured {
        ticker: order.ticker.clone(),
        side: order.side,
        quantity: fill.quantity,
        decision_price: row.estimated_price.0,
        exec_price: fill.price,
        arrival_price,
        commission: fill.fees,
    };
    let measured: Vec<Measured> = fills.iter().map(measured).collect();
    let sum = |of: fn(&Measured) -> Option<Decimal>| {
        measured
            .iter()
            .try_fold(Decimal::ZERO, |sum, fill| sum.checked_add(of(fill)?))
            .ok_or(Undefined::TooLarge)
    };
    let quantity = sum(|fill| Some(fill.quantity))?;
    let (fees, shortfall) = (sum(|fill| Some(fill.commission))?, execution::shortfall(&measured)?);
    let slippage = arrival_price.map(|_| execution::realised_slippage(&measured)).transpose()?;
    let delay = match slippage {
        Some(slippage) => {
            let rest = shortfall.checked_sub(slippage).and_then(|rest| rest.checked_sub(fees));
            Some(rest.ok_or(Undefined::TooLarge)?)
        }
        None => None,
    };
    Ok(Some(Outcome {
        recommendation: order.recommendation,
        client_order_id: order.client_order_id.clone(),
        name_at_broker: order.name_at_broker().to_owned(),
        at: sent_at(order),
        account_id: order.account_id.clone(),
        ticker: order.ticker.clone(),
        side: order.side,
        quantity,
        decision_price: row.estimated_price.0,
        arrival_price,
        notional: sum(|fill| fill.quantity.checked_mul(fill.exec_price))?,
        fees,
        delay,
        slippage,
        shortfall,
        expected: expected(read, attempt, order, quantity, row.estimated_price.0)?,
    }))
}

/// What the plan expected of some shares of an order. The commission is one for all rows of a security in an account.
fn expected(
    read: &Portfolio,
    attempt: &Attempt,
    order: &Order,
    quantity: Decimal,
    price: Decimal,
) -> Result<Decimal, Undefined> {
    let security = read.securities.iter().find(|security| security.ticker == order.ticker);
    let Some(security) = security else { return Ok(Decimal::ZERO) };
    let rows = attempt.trades.iter().filter(|row| {
        row.action == order.side && row.ticker == order.ticker && row.account_id == order.account_id
    });
    cost::total_cost(&[cost::Trade {
        side: order.side,
        quantity,
        price,
        commission: security.commission / Decimal::from(rows.count().max(1)),
        rate: security.spread_bps / Decimal::from(20_000),
        impact_coefficient: security.impact_coefficient,
    }])
}
