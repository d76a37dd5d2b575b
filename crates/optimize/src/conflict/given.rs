//! What can stand in the way of a plan without being a wish.
//!
//! In: a household. Out: each such fact, in words, and the household as if it were not so.

use std::fmt::Write as _;

use portfolio::household::Action;
use portfolio::money::{MONEY_MAX, written};
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;

use crate::Options;
use crate::problem::Bars;

/// A fact that limits plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    /// An account (by index) pays out.
    Withdrawal(usize),
    /// The liquidity limit (56).
    Liquidity,
    /// What was bought in the wash-sale window.
    RecentPurchases,
    /// What was sold at a loss in it.
    RecentLosses,
    /// What was traded earlier on the day.
    TradedToday,
    /// Orders are of 1 USD at least.
    OrderMinimum,
    /// Orders are whole multiples of an increment.
    Increments,
    /// What this re-solve may not touch.
    Bars,
}

/// The increment of model.md where none is given.
const FINE: Decimal = dec!(0.0001);

impl Given {
    /// Those that apply to a household.
    pub(super) fn all(p: &Portfolio, options: &Options) -> Vec<Given> {
        let zero = Decimal::ZERO;
        let pays_out = (0..p.accounts.len()).filter(|a| p.accounts[*a].flow < zero);
        let mut all: Vec<Given> = pays_out.map(Given::Withdrawal).collect();
        let mut add = |applies: bool, given| {
            if applies {
                all.push(given);
            }
        };
        let loss = |t: &portfolio::Transaction| t.realised_gain.is_some_and(|g| g < zero);
        let dated = p.lots.iter().any(|l| l.acquired.is_some());
        add(p.securities.iter().any(|s| s.average_daily_volume_usd.is_some()), Given::Liquidity);
        add(dated || p.transactions.iter().any(|t| t.action != Action::Sell), Given::RecentPurchases);
        add(p.transactions.iter().any(loss), Given::RecentLosses);
        add(p.transactions.iter().any(|t| t.date == p.as_of), Given::TradedToday);
        add(p.wishes.order_minimum_usd == Decimal::ONE, Given::OrderMinimum);
        add(p.securities.iter().any(|s| s.quantity_increment > FINE), Given::Increments);
        add(options.bars != Bars::default(), Given::Bars);
        all
    }

    /// The household as if it were not so.
    pub(super) fn lift(&self, p: &mut Portfolio) {
        match self {
            Given::Withdrawal(account) => p.accounts[*account].flow = Decimal::ZERO,
            Given::Liquidity => p.securities.iter_mut().for_each(|s| s.average_daily_volume_usd = None),
            Given::RecentPurchases => p.wash_sale_tolerance_usd = MONEY_MAX,
            Given::RecentLosses => p.transactions.retain(|t| t.realised_gain.is_none_or(|g| g >= dec!(0))),
            Given::TradedToday => {
                let today = p.as_of;
                p.transactions.retain(|t| t.date != today);
            }
            Given::OrderMinimum => p.wishes.order_minimum_usd = p.wishes.order_minimum_usd.min(dec!(0.01)),
            Given::Increments => {
                p.securities.iter_mut().for_each(|s| s.quantity_increment = s.quantity_increment.min(FINE));
            }
            Given::Bars => {}
        }
    }

    /// The fact as a clause.
    pub(super) fn words(&self, p: &Portfolio) -> String {
        let mut words = String::from("given: ");
        // Writing to a text cannot fail.
        let _ = match self {
            Given::Withdrawal(account) => {
                let a = &p.accounts[*account];
                let (out, cash) = (-a.flow, a.cash);
                write!(
                    words,
                    "account `{}` pays out {} USD and has {} USD in cash",
                    a.account_id,
                    written(out),
                    written(cash)
                )
            }
            Given::Liquidity => write!(
                words,
                "no more than {} % of a day's average volume may be traded",
                (p.liquidity_fraction_of_adv * dec!(100)).normalize()
            ),
            Given::RecentPurchases => {
                write!(words, "what was bought in the last 30 days bars sales at a loss (wash sale)")
            }
            Given::RecentLosses => {
                write!(words, "what was sold at a loss in the last 30 days may not be bought (wash sale)")
            }
            Given::TradedToday => write!(words, "what was already traded today counts"),
            Given::OrderMinimum => write!(words, "an order is of 1 USD at least"),
            Given::Increments => write!(words, "some securities trade in whole increments only"),
            Given::Bars => write!(words, "what this re-solve may not touch"),
        };
        words
    }
}
