//! The limit of an order: the price that was decided on, and how far from it may be traded.
//!
//! In: a side, a price in USD, a collar in percent. Out: a limit that a market takes. Invariant: it is rounded towards the price, so
//! that it never lies outside the collar; it is positive.

use portfolio::{Decimal, Side};
use rust_decimal::RoundingStrategy;

/// The limit of an order at the edge of its collar, USD per share.
///
/// # Source
/// Rule 612 of Regulation NMS: prices from 1 USD on have whole cents, lower ones four digits. The collar is
/// `policy.price_collar_pct`, 3 % without (tax.md 8.8).
#[must_use]
pub fn limit(side: Side, price: Decimal, collar_pct: Decimal) -> Decimal {
    let off = price.saturating_mul(collar_pct.max(Decimal::ZERO)) / Decimal::ONE_HUNDRED;
    match side {
        Side::Buy => lowered(price.saturating_add(off)),
        Side::Sell => raised(price.saturating_sub(off)),
    }
}

/// The next price of a market that is not higher.
#[must_use]
pub fn lowered(price: Decimal) -> Decimal {
    price.round_dp_with_strategy(digits(price), RoundingStrategy::ToNegativeInfinity)
}

/// The next price of a market that is not lower, at least the smallest there is.
#[must_use]
pub fn raised(price: Decimal) -> Decimal {
    let raised = price.round_dp_with_strategy(digits(price), RoundingStrategy::ToPositiveInfinity);
    raised.max(Decimal::new(1, 4))
}

fn digits(price: Decimal) -> u32 {
    if price < Decimal::ONE { 4 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::dec;

    #[test]
    fn a_limit_lies_inside_its_collar() {
        for (side, price, limited) in [
            (Side::Buy, dec!(100), dec!(103)),
            (Side::Sell, dec!(100), dec!(97)),
            (Side::Buy, dec!(33.33), dec!(34.32)),  // 34.3299
            (Side::Sell, dec!(33.33), dec!(32.34)), // 32.3301
            (Side::Buy, dec!(0.5), dec!(0.515)),
            (Side::Sell, dec!(0.00001), dec!(0.0001)),
        ] {
            assert_eq!(limit(side, price, dec!(3)), limited, "{side:?} {price}");
        }
    }

    proptest! {
        #[test]
        fn it_never_crosses_the_collar(ten_thousandths in 100_i64..50_000_000, pct in 0_i64..2_000) {
            let (price, pct) = (Decimal::new(ten_thousandths, 4), Decimal::new(pct, 2));
            let off = price * pct / dec!(100);
            prop_assert!(limit(Side::Buy, price, pct) <= price + off);
            let sell = limit(Side::Sell, price, pct);
            prop_assert!(sell >= price - off && sell > Decimal::ZERO);
        }
    }
}
