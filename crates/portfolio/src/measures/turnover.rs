//! Turnover (37): how much of the portfolio is traded.
//!
//! In: what was bought and sold per asset, in USD, and the portfolio's value V. Out: fractions of
//! V. Invariant: amounts are exact; V is positive or there is no turnover.
//!
//! **The design document's sum.** It takes the smaller of purchases and sales *per asset* and then
//! adds up. A rebalance buys one asset and sells another, so that is 0 for almost every plan. The
//! usual definition adds up first. Both are given, with the two-sided sum that the rule
//! `turnover.limit` bounds.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::holding::{quotient, total};
use super::undefined::Undefined;
use crate::Side;

/// Purchases and sales of one asset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traded {
    /// USD bought, not negative.
    pub bought: Decimal,
    /// USD sold, not negative.
    pub sold: Decimal,
}

/// Turnover to the letter, `Σ min(bought_i, sold_i) / V`: only assets traded both ways count.
///
/// # Errors
/// [`Undefined::ValueNotPositive`] for V ≤ 0, [`Undefined::TooLarge`] on overflow; likewise below.
///
/// # Source
/// Design document (37), to the letter.
pub fn per_asset(assets: &[Traded], value: Decimal) -> Result<Decimal, Undefined> {
    quotient(total(assets.iter().map(|a| Ok(a.bought.min(a.sold))))?, value)
}

/// One-sided turnover, `min(Σ bought, Σ sold) / V`: what was replaced by something else; money
/// paid in and invested does not count.
///
/// # Errors
/// As [`per_asset`].
///
/// # Source
/// Design document (37) as funds report it (SEC Form N-1A, item 13, there over the mean value of
/// the year).
pub fn one_sided(assets: &[Traded], value: Decimal) -> Result<Decimal, Undefined> {
    let bought = total(assets.iter().map(|a| Ok(a.bought)))?;
    let sold = total(assets.iter().map(|a| Ok(a.sold)))?;
    quotient(bought.min(sold), value)
}

/// Two-sided turnover, `Σ (bought_i + sold_i) / V`.
///
/// # Errors
/// As [`per_asset`].
///
/// # Source
/// The normative model's rule `turnover.limit`.
pub fn two_sided(assets: &[Traded], value: Decimal) -> Result<Decimal, Undefined> {
    quotient(total(assets.iter().flat_map(|a| [Ok(a.bought), Ok(a.sold)]))?, value)
}

/// Adds up (ticker, side, USD) per ticker, in the order of the tickers.
///
/// # Errors
/// [`Undefined::TooLarge`] on overflow.
pub fn by_asset<'a>(
    orders: impl IntoIterator<Item = (&'a str, Side, Decimal)>,
) -> Result<Vec<Traded>, Undefined> {
    let mut assets: BTreeMap<&str, Traded> = BTreeMap::new();
    for (ticker, side, amount) in orders {
        let asset = assets.entry(ticker).or_default();
        let sum = match side {
            Side::Buy => &mut asset.bought,
            Side::Sell => &mut asset.sold,
        };
        *sum = sum.checked_add(amount).ok_or(Undefined::TooLarge)?;
    }
    Ok(assets.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn a_rebalance_turns_over_although_the_letter_says_zero() {
        let orders = [("SPY", Side::Sell, dec!(5000)), ("AGG", Side::Buy, dec!(4000))];
        let assets = by_asset(orders).unwrap();
        assert_eq!(per_asset(&assets, dec!(100000)), Ok(dec!(0)));
        assert_eq!(one_sided(&assets, dec!(100000)), Ok(dec!(0.04)));
        assert_eq!(two_sided(&assets, dec!(100000)), Ok(dec!(0.09)));
    }

    #[test]
    fn a_round_trip_counts_in_all_three() {
        let orders = [("SPY", Side::Sell, dec!(5)), ("SPY", Side::Buy, dec!(2)), ("SPY", Side::Buy, dec!(1))];
        let assets = by_asset(orders).unwrap();
        assert_eq!(assets, [Traded { bought: dec!(3), sold: dec!(5) }]);
        assert_eq!(per_asset(&assets, dec!(10)), Ok(dec!(0.3)));
        assert_eq!(one_sided(&assets, dec!(10)), Ok(dec!(0.3)));
        assert_eq!(two_sided(&assets, dec!(10)), Ok(dec!(0.8)));
    }

    #[test]
    fn nothing_traded_is_a_turnover_of_zero_and_no_value_is_none() {
        assert_eq!(one_sided(&[], dec!(10)), Ok(dec!(0)));
        assert_eq!(one_sided(&[], dec!(0)), Err(Undefined::ValueNotPositive));
    }
}
