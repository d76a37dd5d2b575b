//! What a fill does to an account: to its cash, to its lots, and what it realises.
//!
//! In: what is held, an order and one of its fills. Out: what is held after it, and the [`Effect`]. Invariants: all of it in
//! decimals; cash changes by exactly what is booked, whole cents; shares by exactly what was filled; a sale takes from the lot
//! that the order names and from no other, a purchase becomes a lot of its own.

use jiff::civil::Date;
use portfolio::money::cents;
use portfolio::{Decimal, Side};

use super::document::HeldAccount;
use super::failure::KeepingError;
use crate::books::{Fill, HeldLot, Order};

/// Digits after the point of a share's cost.
pub(super) const BASIS_DIGITS: u32 = 8;

/// What a fill did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// USD into the account (positive) or out of it, fees included, whole cents.
    pub cash: Decimal,
    /// What was sold.
    pub sold: Option<Sold>,
}

/// A lot, or a part of one, that was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// Day of purchase, where known.
    pub acquired: Option<Date>,
    /// What the part cost, USD, whole cents.
    pub basis: Decimal,
    /// Whether it was held for long enough.
    pub long_term: bool,
}

/// Takes a fill into account.
///
/// # Errors
/// [`KeepingError::Fill`] where the account or the lot is not held, or less of it is. Nothing has changed then.
///
/// # Source
/// House decision 2026-11-26: what a fill moves is rounded to the cent once, fees included, as a broker's statement has it.
pub fn settle(
    accounts: &mut [HeldAccount],
    order: &Order,
    fill: &Fill,
    day: Date,
) -> Result<Effect, KeepingError> {
    let refused = |detail: String| KeepingError::Fill { execution_id: fill.execution_id.clone(), detail };
    let account = accounts.iter_mut().find(|a| a.account_id == order.account_id);
    let account = account.ok_or_else(|| refused(format!("there is no account `{}`", order.account_id)))?;
    let too_large =
        || refused(format!("{} shares at {} USD are beyond every limit", fill.quantity, fill.price));
    let gross = fill.quantity.checked_mul(fill.price).ok_or_else(too_large)?;
    if fill.quantity <= Decimal::ZERO || fill.price <= Decimal::ZERO {
        return Err(too_large());
    }
    match order.side {
        Side::Sell => {
            let cash = cents(gross.checked_sub(fill.fees).ok_or_else(too_large)?);
            let sold = sell(account, order, fill, day).map_err(refused)?;
            account.cash += cash;
            Ok(Effect { cash, sold: Some(sold) })
        }
        Side::Buy => {
            let cash = -cents(gross.checked_add(fill.fees).ok_or_else(too_large)?);
            buy(account, order, fill.quantity, -cash, day);
            account.cash += cash;
            account.settled_cash = account.settled_cash.map(|settled| settled + cash);
            Ok(Effect { cash, sold: None })
        }
    }
}

fn sell(account: &mut HeldAccount, order: &Order, fill: &Fill, day: Date) -> Result<Sold, String> {
    let lot_id = order.lot_id.as_deref().unwrap_or_default();
    let place = account.lots.iter().position(|lot| lot.lot_id == lot_id && lot.ticker == order.ticker);
    let place = place.ok_or_else(|| format!("there is no lot `{lot_id}` of {}", order.ticker))?;
    let lot = &mut account.lots[place];
    if fill.quantity > lot.quantity {
        return Err(format!(
            "{} shares were sold of lot `{lot_id}`, which has {}",
            fill.quantity, lot.quantity
        ));
    }
    let sold = Sold {
        acquired: lot.acquired,
        basis: cents(fill.quantity * lot.basis_per_share),
        long_term: lot.acquired.map_or(lot.stated_long_term.unwrap_or(false), |acquired| {
            tax::holding::is_long_term(acquired, day)
        }),
    };
    lot.quantity -= fill.quantity;
    if lot.quantity.is_zero() {
        account.lots.remove(place);
    }
    Ok(sold)
}

/// The fills of one order are one lot, under the order's own name.
fn buy(account: &mut HeldAccount, order: &Order, quantity: Decimal, cost: Decimal, day: Date) {
    if let Some(lot) = account.lots.iter_mut().find(|lot| lot.lot_id == order.client_order_id) {
        let total = lot.quantity * lot.basis_per_share + cost;
        lot.quantity += quantity;
        lot.basis_per_share = (total / lot.quantity).round_dp(BASIS_DIGITS);
        return;
    }
    let lot = HeldLot {
        account_id: account.account_id.clone(),
        ticker: order.ticker.clone(),
        lot_id: order.client_order_id.clone(),
        quantity,
        acquired: Some(day),
        stated_long_term: None,
        basis_per_share: (cost / quantity).round_dp(BASIS_DIGITS),
    };
    // Lots of one ticker stand together.
    let after = account.lots.iter().rposition(|held| held.ticker == order.ticker);
    account.lots.insert(after.map_or(account.lots.len(), |place| place + 1), lot);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::OrderState;
    use crate::id::RecommendationId;
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;
    use rust_decimal::dec;

    const DAY: Date = date(2026, 11, 27);

    fn lot(lot_id: &str, ticker: &str, quantity: Decimal, acquired: Date) -> HeldLot {
        HeldLot {
            account_id: "a".to_owned(),
            ticker: ticker.to_owned(),
            lot_id: lot_id.to_owned(),
            quantity,
            acquired: Some(acquired),
            stated_long_term: None,
            basis_per_share: dec!(90.123456),
        }
    }

    fn account() -> Vec<HeldAccount> {
        let lots = vec![
            lot("L1", "SPY", dec!(40.5), date(2020, 1, 2)),
            lot("L2", "SPY", dec!(10), date(2026, 6, 1)),
            lot("L3", "AGG", dec!(100), date(2020, 1, 2)),
        ];
        vec![HeldAccount {
            account_id: "a".to_owned(),
            cash: dec!(100.25),
            settled_cash: Some(dec!(50)),
            lots,
        }]
    }

    fn order(name: &str, side: Side, ticker: &str, lot_id: Option<&str>, quantity: Decimal) -> Order {
        Order {
            client_order_id: name.to_owned(),
            recommendation: RecommendationId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            attempt: 1,
            line: 0,
            broker: "paper".to_owned(),
            account_id: "a".to_owned(),
            ticker: ticker.to_owned(),
            side,
            lot_id: lot_id.map(str::to_owned),
            quantity,
            sent: None,
            sent_under: None,
            state: OrderState::Accepted,
            broker_order_id: None,
            version: 1,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn fill(of: &Order, n: usize, quantity: Decimal, price: Decimal, fees: Decimal) -> Fill {
        Fill {
            broker: "paper".to_owned(),
            execution_id: format!("x-{}-{n}", of.client_order_id),
            client_order_id: of.client_order_id.clone(),
            quantity,
            price,
            fees,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_part_of_a_lot_is_sold_and_realised() {
        let mut accounts = account();
        let sale = order("o-1", Side::Sell, "SPY", Some("L1"), dec!(0.5));
        let effect =
            settle(&mut accounts, &sale, &fill(&sale, 1, dec!(0.5), dec!(100.007), dec!(0.01)), DAY).unwrap();
        assert_eq!(effect.cash, dec!(49.99));
        let sold = effect.sold.unwrap();
        assert_eq!((sold.basis, sold.long_term), (dec!(45.06), true));
        assert_eq!((accounts[0].cash, accounts[0].lots[0].quantity), (dec!(150.24), dec!(40)));
        assert_eq!(accounts[0].settled_cash, Some(dec!(50)), "what a sale brings is not settled yet");
    }

    #[test]
    fn the_fills_of_a_purchase_are_one_lot_beside_its_ticker() {
        let mut accounts = account();
        let buy = order("o-1", Side::Buy, "SPY", None, dec!(3));
        settle(&mut accounts, &buy, &fill(&buy, 1, dec!(1), dec!(10), dec!(0.5)), DAY).unwrap();
        settle(&mut accounts, &buy, &fill(&buy, 2, dec!(2), dec!(11), dec!(0)), DAY).unwrap();
        let lot = &accounts[0].lots[2];
        assert_eq!(
            (lot.lot_id.as_str(), lot.quantity, lot.basis_per_share),
            ("o-1", dec!(3), dec!(10.83333333))
        );
        assert_eq!(accounts[0].cash, dec!(67.75));
        assert_eq!(accounts[0].settled_cash, Some(dec!(17.50)));
    }

    #[test]
    fn what_is_not_held_is_not_sold_and_nothing_changes() {
        let mut accounts = account();
        for (ticker, lot, quantity, told) in [
            ("SPY", "L9", dec!(1), "there is no lot `L9` of SPY"),
            ("AGG", "L1", dec!(1), "there is no lot `L1` of AGG"),
            ("SPY", "L2", dec!(11), "11 shares were sold of lot `L2`, which has 10"),
        ] {
            let sale = order("o-1", Side::Sell, ticker, Some(lot), quantity);
            let refused = settle(&mut accounts, &sale, &fill(&sale, 1, quantity, dec!(1), dec!(0)), DAY);
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains(told), "{refused}");
            assert_eq!(accounts, account());
        }
    }

    proptest! {
        /// Money is conserved to the cent and shares to the last digit, whatever is filled in whichever parts.
        #[test]
        fn money_and_shares_are_conserved(
            fills in prop::collection::vec((0_usize..5, 1_i64..8_000, 1_i64..2_000_000, 0_i64..500), 1..25),
        ) {
            let orders = [
                order("s-1", Side::Sell, "SPY", Some("L1"), dec!(40.5)),
                order("s-2", Side::Sell, "SPY", Some("L2"), dec!(10)),
                order("s-3", Side::Sell, "AGG", Some("L3"), dec!(100)),
                order("b-1", Side::Buy, "SPY", None, dec!(1000)),
                order("b-2", Side::Buy, "NEW", None, dec!(1000)),
            ];
            let mut accounts = account();
            let (mut cash, mut shares) = (accounts[0].cash, std::collections::BTreeMap::<&str, Decimal>::new());
            for lot in &account()[0].lots {
                *shares.entry(if lot.ticker == "SPY" { "SPY" } else { "AGG" }).or_default() += lot.quantity;
            }
            for (n, (which, thousandths, price, fees)) in fills.into_iter().enumerate() {
                let order = &orders[which];
                let quantity = Decimal::new(thousandths, 3);
                let fill = fill(order, n, quantity, Decimal::new(price, 4), Decimal::new(fees, 2));
                let before = accounts.clone();
                let Ok(effect) = settle(&mut accounts, order, &fill, DAY) else {
                    prop_assert_eq!(&accounts, &before, "a refusal changes nothing");
                    continue;
                };
                prop_assert_eq!(effect.cash, cents(effect.cash));
                let exact = match order.side {
                    Side::Sell => quantity * fill.price - fill.fees,
                    Side::Buy => -(quantity * fill.price + fill.fees),
                };
                prop_assert!((effect.cash - exact).abs() <= dec!(0.005));
                cash += effect.cash;
                let held = shares.entry(order.ticker.as_str()).or_default();
                *held += if order.side == Side::Sell { -quantity } else { quantity };
            }
            prop_assert_eq!(accounts[0].cash, cash);
            for (ticker, quantity) in shares {
                let held: Decimal = accounts[0].lots.iter().filter(|l| l.ticker == ticker).map(|l| l.quantity).sum();
                prop_assert_eq!(held, quantity, "{}", ticker);
            }
            prop_assert!(accounts[0].lots.iter().all(|lot| lot.quantity > Decimal::ZERO));
        }
    }
}
