//! How well orders were filled: (33) slippage and (36) implementation shortfall.
//!
//! In: fills with the prices at decision, arrival and execution, as decimals. Out: USD, exact;
//! positive = it cost the investor money, whichever side. The slippage *model*, which forecasts a
//! price, works in floats: it has a square root.
//!
//! **The design document's sign.** (36) is `(p_decision − p_exec) · Δq`, which for a purchase
//! (Δq > 0) filled above the decision price is negative: a gain convention, without commissions.
//! [`shortfall_as_gain`] is the formula to the letter, [`shortfall`] is Perold's cost.

use rust_decimal::Decimal;

use super::holding::{difference, product, total};
use super::sample::{all_finite, finite};
use super::undefined::Undefined;
use crate::Side;

/// One fill, as a row of the fills file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// Security.
    pub ticker: String,
    /// Direction.
    pub side: Side,
    /// Shares, positive.
    pub quantity: Decimal,
    /// USD per share when the trade was decided.
    pub decision_price: Decimal,
    /// USD per share paid or received.
    pub exec_price: Decimal,
    /// USD per share when the order reached the market, if known.
    pub arrival_price: Option<Decimal>,
    /// USD for the fill.
    pub commission: Decimal,
}

impl Fill {
    /// `Δq`: shares, positive for a purchase, negative for a sale.
    #[must_use]
    pub fn signed_quantity(&self) -> Decimal {
        match self.side {
            Side::Buy => self.quantity,
            Side::Sell => -self.quantity,
        }
    }
}

/// Implementation shortfall to the letter, `IS = Σ (p_decision − p_exec) · Δq`, USD: negative when
/// the fills were worse than the decision.
///
/// # Errors
/// [`Undefined::NothingTraded`] without fills, [`Undefined::TooLarge`] on overflow; likewise below.
///
/// # Source
/// Design document (36), to the letter.
pub fn shortfall_as_gain(fills: &[Fill]) -> Result<Decimal, Undefined> {
    some(fills)?;
    total(fills.iter().map(|f| product(difference(f.decision_price, f.exec_price)?, f.signed_quantity())))
}

/// Implementation shortfall as a cost, `Σ (p_exec − p_decision) · Δq + commissions`, USD: positive
/// when the fills were worse than the decision. The cost of what was never filled is not in it: a
/// fill does not say what was ordered.
///
/// # Errors
/// As [`shortfall_as_gain`].
///
/// # Source
/// Design document (36) with the sign and the commissions of Perold (1988).
pub fn shortfall(fills: &[Fill]) -> Result<Decimal, Undefined> {
    let commissions = total(fills.iter().map(|f| Ok(f.commission)))?;
    difference(commissions, shortfall_as_gain(fills)?)
}

/// Realised slippage, `Σ (p_exec − p_arrival) · Δq`, USD: positive when the market moved against
/// the order between its arrival and its fill.
///
/// # Errors
/// As [`shortfall_as_gain`], and [`Undefined::NotGiven`] where a fill has no arrival price.
///
/// # Source
/// ψ of design document (33), measured instead of modelled.
pub fn realised_slippage(fills: &[Fill]) -> Result<Decimal, Undefined> {
    some(fills)?;
    total(fills.iter().map(|f| {
        let arrival = f.arrival_price.ok_or(Undefined::NotGiven { what: "`arrival_price` of every fill" })?;
        product(difference(f.exec_price, arrival)?, f.signed_quantity())
    }))
}

/// What the slippage model is told about one order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// `p_arrival`, USD per share.
    pub price: f64,
    /// `Δq`, shares, negative for a sale.
    pub quantity: f64,
    /// `ADV`, shares a day, positive.
    pub average_daily_volume: f64,
    /// `σ`, volatility of one day as a fraction.
    pub daily_volatility: f64,
}

/// Expected execution price `p_exec = p_arrival + ψ(Δq/ADV, σ)`, USD per share, with the
/// square-root law `ψ = sign(Δq) · coefficient · σ · p_arrival · √(|Δq| / ADV)`.
///
/// The design document leaves ψ open; a coefficient of about 1 is usual.
///
/// # Errors
/// [`Undefined::ValueNotPositive`] where the volume is not positive; [`Undefined`] where an input
/// is not finite.
///
/// # Source
/// Design document (33); ψ after Torre & Ferrari (1997), house decision.
pub fn expected_price(order: &Arrival, coefficient: f64) -> Result<f64, Undefined> {
    let Arrival { price, quantity, average_daily_volume, daily_volatility } = *order;
    all_finite(&[price, quantity, average_daily_volume, daily_volatility, coefficient])?;
    if average_daily_volume <= 0.0 {
        return Err(Undefined::ValueNotPositive);
    }
    if quantity == 0.0 {
        return Ok(price);
    }
    let size = (quantity.abs() / average_daily_volume).sqrt();
    finite(price + quantity.signum() * coefficient * daily_volatility * price * size)
}

fn some(fills: &[Fill]) -> Result<(), Undefined> {
    if fills.is_empty() { Err(Undefined::NothingTraded) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn fill(side: Side, decision: Decimal, exec: Decimal, arrival: Option<Decimal>) -> Fill {
        Fill {
            ticker: "VTI".to_owned(),
            side,
            quantity: dec!(10),
            decision_price: decision,
            exec_price: exec,
            arrival_price: arrival,
            commission: dec!(0.35),
        }
    }

    #[test]
    fn a_worse_fill_costs_on_either_side() {
        let bought = [fill(Side::Buy, dec!(100), dec!(100.25), Some(dec!(100.10)))];
        assert_eq!(shortfall_as_gain(&bought), Ok(dec!(-2.50)));
        assert_eq!(shortfall(&bought), Ok(dec!(2.85)));
        assert_eq!(realised_slippage(&bought), Ok(dec!(1.50)));
        let sold = [fill(Side::Sell, dec!(100), dec!(99.75), None)];
        assert_eq!(shortfall_as_gain(&sold), Ok(dec!(-2.50)));
        assert_eq!(shortfall(&sold), Ok(dec!(2.85)));
    }

    #[test]
    fn what_is_not_known_is_not_measured() {
        assert_eq!(shortfall(&[]), Err(Undefined::NothingTraded));
        let unknown = [fill(Side::Buy, dec!(100), dec!(101), None)];
        assert!(matches!(realised_slippage(&unknown), Err(Undefined::NotGiven { .. })));
    }

    #[test]
    fn the_model_moves_the_price_against_the_order() {
        let order = |quantity| Arrival {
            price: 100.0,
            quantity,
            average_daily_volume: 40_000.0,
            daily_volatility: 0.02,
        };
        assert_eq!(expected_price(&order(10_000.0), 1.0), Ok(101.0));
        assert_eq!(expected_price(&order(-10_000.0), 1.0), Ok(99.0));
        assert_eq!(expected_price(&order(0.0), 1.0), Ok(100.0));
        let unlisted = Arrival { average_daily_volume: 0.0, ..order(1.0) };
        assert_eq!(expected_price(&unlisted, 1.0), Err(Undefined::ValueNotPositive));
    }
}
