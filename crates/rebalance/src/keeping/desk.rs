//! What is held back before an order is sent, whoever has approved it: limits on orders, and rules of cash accounts.
//!
//! In: an order whose turn has come. Out: why it is not sent, or nothing. Invariant: a limit of the household's own document counts
//! beside that of the program, and the narrower one holds.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use portfolio::household::{Action, Portfolio};
use portfolio::money::written;
use portfolio::plan::Trade;
use portfolio::{Decimal, Side};
use rust_decimal::dec;

use super::document::HeldAccount;
use crate::books::Order;

/// Limits on orders.
///
/// # Source
/// House decision 2026-11-26: 1,000,000 USD and 3 % are what the validator warns at (`desk.order_notional`, `desk.price_collar`); 2,000
/// orders a day are those of a few hundred households, and a program that sends more has lost its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Largest distance of an order's limit from the price that was approved, percent.
    pub collar_pct: Decimal,
    /// Largest order, USD.
    pub order_usd_max: Decimal,
    /// Largest order, percent of the household's value.
    pub order_pct_of_household_max: Option<Decimal>,
    /// Most orders of a day in New York, of all households.
    pub orders_a_day_max: u64,
    /// Orders go to the market without a limit.
    pub at_market: bool,
}

impl Default for Desk {
    fn default() -> Desk {
        Desk {
            collar_pct: dec!(3),
            order_usd_max: dec!(1000000),
            order_pct_of_household_max: None,
            orders_a_day_max: 2_000,
            at_market: false,
        }
    }
}

impl Desk {
    /// The collar of a household's orders, percent.
    #[must_use]
    pub fn collar(&self, portfolio: &Portfolio) -> Decimal {
        portfolio.policy.price_collar_pct.map_or(self.collar_pct, |own| own.min(self.collar_pct))
    }
}

/// What has to be known of the moment.
pub(super) struct Facts<'a> {
    pub(super) read: &'a Portfolio,
    /// Orders of the plan.
    pub(super) orders: usize,
    /// Orders that were sent today.
    pub(super) sent_today: u64,
}

/// Shares that were bought so long ago may not have been paid yet, days.
const PAYMENT_DAYS: i32 = 6;

/// Why an order worth so many USD is not sent.
pub(super) fn objection(desk: &Desk, facts: &Facts<'_>, ticker: &str, notional: Decimal) -> Option<String> {
    if facts.sent_today >= desk.orders_a_day_max {
        return Some(format!("{} orders were sent today and that is the most", facts.sent_today));
    }
    never(desk, facts.read, ticker, (facts.orders, notional))
}

/// The orders that the rows of a plan make, an account's of a security on one side, each with what it is worth, USD.
///
/// # Source
/// model.md: "an order is (account, ticker, side)".
pub(super) fn orders_in(trades: &[Trade]) -> BTreeMap<(&str, &str, Side), Decimal> {
    let mut orders = BTreeMap::new();
    for trade in trades {
        let order = (trade.account_id.as_str(), trade.ticker.as_str(), trade.action);
        let usd: &mut Decimal = orders.entry(order).or_default();
        *usd = usd.saturating_add(trade.quantity.0.saturating_mul(trade.estimated_price.0));
    }
    orders
}

/// Why an order of a plan of so many orders, worth so many USD, is sent on no day: whoever plans is told before anybody is asked to approve it.
pub(super) fn never(
    desk: &Desk,
    read: &Portfolio,
    ticker: &str,
    (orders, notional): (usize, Decimal),
) -> Option<String> {
    let policy = &read.policy;
    if policy.restricted.iter().any(|it| it == ticker) {
        return Some(format!("{ticker} may not be traded (`policy.restricted`)"));
    }
    if let Some(most) = policy.orders_max.filter(|most| orders > usize::try_from(*most).unwrap_or(usize::MAX))
    {
        return Some(format!("the plan has {orders} orders and {most} is the most (`policy.orders_max`)"));
    }
    let most = policy.order_notional_max.map_or(desk.order_usd_max, |own| own.min(desk.order_usd_max));
    if notional > most {
        return Some(format!("an order of {} USD is larger than {} USD", written(notional), written(most)));
    }
    if let Some(pct) = desk.order_pct_of_household_max {
        let most = read.value().saturating_mul(pct) / Decimal::ONE_HUNDRED;
        if notional > most {
            let (notional, most) = (written(notional), written(most));
            return Some(format!(
                "an order of {notional} USD is larger than {most} USD, {} % of the household",
                pct.normalize()
            ));
        }
    }
    None
}

/// What was bought and may not be sold yet; `sold_today` = something was sold in the order's account today.
///
/// # Source
/// tax.md 4.7 (12 CFR 220.8(c): good faith, free-riding), 8.8; the same rules as `validate::desk`, asked again when an order is sent.
pub(super) fn unpaid(
    accounts: &[HeldAccount],
    order: &Order,
    sold_today: bool,
    today: Date,
) -> Option<String> {
    let account = accounts.iter().find(|account| account.account_id == order.account_id)?;
    let lot = account.lots.iter().find(|lot| Some(&lot.lot_id) == order.lot_id.as_ref())?;
    let acquired = lot.acquired?;
    if account.settled_cash.is_some() && acquired == today && sold_today {
        return Some(
            "it was bought today, perhaps with the proceeds of a sale of today: sold now, that is a good-faith violation"
                .to_owned(),
        );
    }
    let recent = acquired.saturating_add(PAYMENT_DAYS.days()) >= today;
    (recent && account.cash < Decimal::ZERO).then(|| {
        format!(
            "it was bought within the payment period and the account owes {} USD: sold now, that is free-riding",
            written(-account.cash)
        )
    })
}

/// Whether the document says that something was sold in an account on a day.
pub(super) fn sold_on(read: &Portfolio, account_id: &str, day: Date) -> bool {
    read.transactions.iter().any(|t| {
        t.action == Action::Sell && t.date == day && t.account_id.as_deref().is_none_or(|id| id == account_id)
    })
}

/// The first instant of a day in New York.
pub(super) fn midnight(day: Date) -> Timestamp {
    portfolio::exchange::eastern::instant(day.to_datetime(Time::MIN))
}
