//! The rules of a cash account: no short sales, no free-riding, no good-faith violations.
//!
//! In: settled cash, shares held, and trades in order. Out: a [`Finding`] for each trade that
//! breaks a rule. The invariant is that a purchase is paid with settled cash first, then with the
//! proceeds that settle first, so that no trade is faulted that could have been paid for.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{SettlementError, settlement_date};
use crate::holding::plus_days;

/// Calendar days for which an account that was free-ridden pays before it buys.
const FREEZE_DAYS: i64 = 90;

/// A trade of a cash account, before costs or with them, as the caller counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashTrade {
    /// Trade date.
    pub date: Date,
    /// The security.
    pub ticker: String,
    /// Shares bought, or sold where negative.
    pub shares: Decimal,
    /// USD paid or received, >= 0.
    pub amount: Decimal,
}

/// Shares held at the start, paid for, by ticker.
pub type Shares = BTreeMap<String, Decimal>;

/// A rule that a trade breaks. `trade` counts the trades from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Sells shares that were bought with proceeds which have not settled. Broker practice under
    /// Reg T 220.8(a)(1)(ii); three in 12 months usually restrict the account.
    GoodFaithViolation {
        /// The sale.
        trade: usize,
        /// From when it would have been allowed.
        allowed_from: Date,
    },
    /// Sells shares that were not paid for: to be blocked.
    FreeRiding {
        /// The sale.
        trade: usize,
        /// USD that the purchase lacked.
        unpaid: Decimal,
        /// If executed, the last day of the freeze.
        frozen_until: Date,
    },
    /// Sells more than is held: to be rejected.
    ShortSale {
        /// The sale.
        trade: usize,
        /// Shares held.
        held: Decimal,
    },
}

struct Tranche {
    shares: Decimal,
    /// When everything it was paid with has settled.
    good_from: Date,
    unpaid: Decimal,
}

/// Reviews the trades of a cash account that starts with `settled_cash` and the `held` shares.
/// A trade that would be a short sale is left out of what follows.
///
/// # Errors
/// [`SettlementError`] where a sale's settlement date is not known.
///
/// # Source
/// Reg T, 12 CFR 220.8(a), (c). The freeze and the violation are confirmed by secondary sources.
pub fn review(
    settled_cash: Decimal,
    held: &Shares,
    trades: &[CashTrade],
) -> Result<Vec<Finding>, SettlementError> {
    let opening =
        |shares: &Decimal| vec![Tranche { shares: *shares, good_from: Date::MIN, unpaid: Decimal::ZERO }];
    let mut books: BTreeMap<&str, Vec<Tranche>> =
        held.iter().map(|(ticker, shares)| (ticker.as_str(), opening(shares))).collect();
    let mut funds: BTreeMap<Date, Decimal> = BTreeMap::from([(Date::MIN, settled_cash)]);
    let mut findings = Vec::new();
    for (trade, order) in trades.iter().enumerate() {
        let tranches = books.entry(&order.ticker).or_default();
        if order.shares >= Decimal::ZERO {
            let tranche = pay(&mut funds, order);
            tranches.push(tranche);
            continue;
        }
        let wanted = order.shares.abs();
        let held: Decimal =
            tranches.iter().fold(Decimal::ZERO, |sum, tranche| sum.saturating_add(tranche.shares));
        if wanted > held {
            findings.push(Finding::ShortSale { trade, held });
            continue;
        }
        findings.extend(sell(tranches, wanted, trade, order.date));
        let settles = settlement_date(order.date)?;
        let proceeds = funds.entry(settles).or_default();
        *proceeds = proceeds.saturating_add(order.amount);
    }
    Ok(findings)
}

/// Pays for a purchase: funds that settled or settle first are used first.
fn pay(funds: &mut BTreeMap<Date, Decimal>, order: &CashTrade) -> Tranche {
    let mut unpaid = order.amount;
    let mut good_from = Date::MIN;
    for (settles, left) in funds.iter_mut().filter(|(_, left)| **left > Decimal::ZERO) {
        if unpaid <= Decimal::ZERO {
            break;
        }
        let used = unpaid.min(*left);
        *left -= used;
        unpaid -= used;
        good_from = *settles;
    }
    Tranche { shares: order.shares, good_from, unpaid }
}

/// Takes shares out, the longest held first; what that breaks, the first of each kind.
fn sell(tranches: &mut [Tranche], wanted: Decimal, trade: usize, day: Date) -> Vec<Finding> {
    let (mut missing, mut findings) = (wanted, Vec::new());
    for tranche in tranches.iter_mut().filter(|tranche| tranche.shares > Decimal::ZERO) {
        if missing <= Decimal::ZERO {
            break;
        }
        let taken = missing.min(tranche.shares);
        tranche.shares -= taken;
        missing -= taken;
        if tranche.unpaid > Decimal::ZERO {
            let frozen_until = plus_days(day, FREEZE_DAYS);
            findings.push(Finding::FreeRiding { trade, unpaid: tranche.unpaid, frozen_until });
        } else if day < tranche.good_from {
            findings.push(Finding::GoodFaithViolation { trade, allowed_from: tranche.good_from });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn usd(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    fn trade(day: i8, ticker: &str, shares: i64, amount: i64) -> CashTrade {
        // 8 June 2026 is a Monday.
        CashTrade {
            date: date(2026, 6, day),
            ticker: ticker.to_owned(),
            shares: usd(shares),
            amount: usd(amount),
        }
    }

    fn held(ticker: &str, shares: i64) -> Shares {
        Shares::from([(ticker.to_owned(), usd(shares))])
    }

    #[test]
    fn set_2_selling_what_was_bought_with_unsettled_proceeds() {
        let run = |last: CashTrade| {
            let trades = [trade(8, "X", -100, 10_000), trade(8, "Y", 50, 10_000), last];
            review(usd(0), &held("X", 100), &trades).unwrap()
        };
        assert_eq!(
            run(trade(8, "Y", -50, 10_100)),
            [Finding::GoodFaithViolation { trade: 2, allowed_from: date(2026, 6, 9) }]
        );
        assert_eq!(run(trade(9, "Y", -50, 10_100)), []);
    }

    #[test]
    fn set_3_selling_what_was_never_paid_for() {
        let trades = [trade(8, "Y", 50, 10_000), trade(9, "Y", -50, 10_100)];
        assert_eq!(
            review(usd(0), &Shares::new(), &trades).unwrap(),
            [Finding::FreeRiding { trade: 1, unpaid: usd(10_000), frozen_until: date(2026, 9, 7) }]
        );
        assert_eq!(review(usd(10_000), &Shares::new(), &trades).unwrap(), []);
    }

    #[test]
    fn set_4_selling_more_than_is_held() {
        let trades = [trade(8, "X", -60, 6_000)];
        assert_eq!(
            review(usd(0), &held("X", 50), &trades).unwrap(),
            [Finding::ShortSale { trade: 0, held: usd(50) }]
        );
    }
}
