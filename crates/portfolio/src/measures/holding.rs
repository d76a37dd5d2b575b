//! What is held, in money and as weights: (3) and (4).
//!
//! In: quantities and prices as decimals, and cash. Out: the value in USD, exact, and weights as
//! parts of it, each rounded at the 28th digit by the division. Invariant: no binary float, no
//! panic on any input; weights exist only of a positive value.

use rust_decimal::Decimal;

use super::undefined::Undefined;

/// A quantity of a security at a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// Shares.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
}

/// Portfolio value in USD, `V = Σ q_i p_i` plus cash.
///
/// The design document's sum has no cash term; cash is an asset with a price of 1 in it.
///
/// # Errors
/// [`Undefined::TooLarge`] where the sum can't be held in a decimal.
///
/// # Source
/// Design document (3); cash as in the normative model's `V`.
pub fn value(holdings: &[Holding], cash: Decimal) -> Result<Decimal, Undefined> {
    let of_holdings = total(holdings.iter().map(|h| product(h.quantity, h.price)))?;
    of_holdings.checked_add(cash).ok_or(Undefined::TooLarge)
}

/// Weight of each holding, `w_i = q_i p_i / V`, in the order given; what they lack to 1 is cash.
///
/// # Errors
/// [`Undefined::ValueNotPositive`] where V is zero or less, [`Undefined::TooLarge`] on overflow.
///
/// # Source
/// Design document (4).
pub fn weights(holdings: &[Holding], cash: Decimal) -> Result<Vec<Decimal>, Undefined> {
    let value = value(holdings, cash)?;
    holdings.iter().map(|h| quotient(product(h.quantity, h.price)?, value)).collect()
}

/// `a · b`, or the finding that it is too large.
pub(super) fn product(a: Decimal, b: Decimal) -> Result<Decimal, Undefined> {
    a.checked_mul(b).ok_or(Undefined::TooLarge)
}

/// `a / b` for a positive `b`.
pub(super) fn quotient(a: Decimal, b: Decimal) -> Result<Decimal, Undefined> {
    if b <= Decimal::ZERO {
        return Err(Undefined::ValueNotPositive);
    }
    a.checked_div(b).ok_or(Undefined::TooLarge)
}

/// `a − b`, or the finding that it is too large.
pub(super) fn difference(a: Decimal, b: Decimal) -> Result<Decimal, Undefined> {
    a.checked_sub(b).ok_or(Undefined::TooLarge)
}

/// The sum of amounts that may themselves be too large.
pub(super) fn total(
    amounts: impl IntoIterator<Item = Result<Decimal, Undefined>>,
) -> Result<Decimal, Undefined> {
    let mut sum = Decimal::ZERO;
    for amount in amounts {
        sum = sum.checked_add(amount?).ok_or(Undefined::TooLarge)?;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn holding(quantity: Decimal, price: Decimal) -> Holding {
        Holding { quantity, price }
    }

    #[test]
    fn value_is_exact_to_the_last_digit() {
        let held = [holding(dec!(150), dec!(250.00)), holding(dec!(1000), dec!(92.11))];
        assert_eq!(value(&held, dec!(0.01)), Ok(dec!(129610.01)));
        assert_eq!(value(&[], dec!(7)), Ok(dec!(7)));
    }

    #[test]
    fn weights_and_cash_make_one() {
        let held = [holding(dec!(1), dec!(60)), holding(dec!(2), dec!(15))];
        assert_eq!(weights(&held, dec!(10)), Ok(vec![dec!(0.6), dec!(0.3)]));
    }

    #[test]
    fn nothing_has_no_weights() {
        assert_eq!(weights(&[holding(dec!(0), dec!(5))], dec!(0)), Err(Undefined::ValueNotPositive));
        assert_eq!(weights(&[holding(dec!(1), dec!(5))], dec!(-9)), Err(Undefined::ValueNotPositive));
    }

    #[test]
    fn too_large_is_a_finding() {
        assert_eq!(value(&[holding(Decimal::MAX, dec!(2))], dec!(0)), Err(Undefined::TooLarge));
        assert_eq!(value(&[holding(Decimal::MAX, dec!(1))], dec!(1)), Err(Undefined::TooLarge));
    }
}
