//! What trading costs: (28) fixed, (29) variable, (30) impact, (31) total, (32) spread, (34) cost
//! per value traded, (35) certainty equivalent.
//!
//! In: trades with the cost terms of their security, as decimals. Out: USD, exact and unrounded;
//! except (35), a statistic of a sample of costs in floats. Invariant: no binary float touches a
//! cost of (28)–(34), and none of them panics on any input.

use rust_decimal::Decimal;

use super::holding::{difference, product, quotient, total};
use super::sample::{finite, mean, variance};
use super::undefined::Undefined;
use crate::Side;

/// One order with the cost terms of its security.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    /// Direction.
    pub side: Side,
    /// Shares, not negative; the direction is in `side`.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// `c_i`: USD per order.
    pub commission: Decimal,
    /// `s_i`: fraction of the value traded; half of the bid-ask spread is `spread_bps / 20000`.
    pub rate: Decimal,
    /// `k_i`: USD per share squared.
    pub impact_coefficient: Decimal,
}

impl Trade {
    /// Value traded `|Δq_i p_i|`, USD.
    ///
    /// # Errors
    /// [`Undefined::TooLarge`].
    pub fn notional(&self) -> Result<Decimal, Undefined> {
        Ok(product(self.quantity, self.price)?.abs())
    }
}

/// Fixed cost `C_fix = Σ c_i · 1(Δq_i ≠ 0)`, USD.
///
/// # Errors
/// [`Undefined::TooLarge`] where the sum can't be held; likewise below.
///
/// # Source
/// Design document (28).
pub fn fixed(trades: &[Trade]) -> Result<Decimal, Undefined> {
    total(trades.iter().filter(|t| !t.quantity.is_zero()).map(|t| Ok(t.commission)))
}

/// Variable cost `C_var = Σ s_i |Δq_i p_i|`, USD.
///
/// # Errors
/// As [`fixed`].
///
/// # Source
/// Design document (29).
pub fn variable(trades: &[Trade]) -> Result<Decimal, Undefined> {
    total(trades.iter().map(|t| product(t.rate, t.notional()?)))
}

/// Market impact `C_imp = Σ k_i (Δq_i)²`, USD.
///
/// # Errors
/// As [`fixed`].
///
/// # Source
/// Design document (30).
pub fn impact(trades: &[Trade]) -> Result<Decimal, Undefined> {
    total(trades.iter().map(|t| product(t.impact_coefficient, product(t.quantity, t.quantity)?)))
}

/// Total cost `C_total = C_fix + C_var + C_imp`, USD.
///
/// # Errors
/// As [`fixed`].
///
/// # Source
/// Design document (31).
pub fn total_cost(trades: &[Trade]) -> Result<Decimal, Undefined> {
    total([fixed(trades), variable(trades), impact(trades)])
}

/// Total cost as a fraction of the value traded, `C_% = C_total / Σ |Δq_i p_i|`.
///
/// # Errors
/// As [`fixed`], and [`Undefined::NothingTraded`].
///
/// # Source
/// Design document (34).
pub fn per_value_traded(trades: &[Trade]) -> Result<Decimal, Undefined> {
    let traded = total(trades.iter().map(Trade::notional))?;
    if traded.is_zero() {
        return Err(Undefined::NothingTraded);
    }
    quotient(total_cost(trades)?, traded)
}

/// One order with the quotes at the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// Direction.
    pub side: Side,
    /// Shares, not negative.
    pub quantity: Decimal,
    /// Best bid, USD per share.
    pub bid: Decimal,
    /// Middle of the market, USD per share.
    pub mid: Decimal,
    /// Best ask, USD per share.
    pub ask: Decimal,
}

/// Bid-ask spread cost `C_spread = Σ_buy q (p_ask − p_mid) + Σ_sell q (p_mid − p_bid)`, USD.
///
/// # Errors
/// As [`fixed`].
///
/// # Source
/// Design document (32).
pub fn spread(orders: &[Quoted]) -> Result<Decimal, Undefined> {
    total(orders.iter().map(|o| {
        let half = match o.side {
            Side::Buy => difference(o.ask, o.mid)?,
            Side::Sell => difference(o.mid, o.bid)?,
        };
        product(o.quantity, half)
    }))
}

/// Certainty equivalent cost `CE = E[C] + λ Var(C)`, USD, of a sample of total costs in USD, one
/// per scenario; λ is the aversion to cost risk per USD (the formula adds USD to USD², so λ carries
/// 1/USD). Variance with n − 1.
///
/// # Errors
/// [`Undefined`] with fewer than two scenarios or one that is not finite.
///
/// # Source
/// Design document (35); Almgren & Chriss (2000).
pub fn certainty_equivalent(costs: &[f64], aversion: f64) -> Result<f64, Undefined> {
    finite(mean(costs)? + aversion * variance(costs)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn trade(side: Side, quantity: Decimal, price: Decimal) -> Trade {
        let (commission, rate, impact_coefficient) = (dec!(1.95), dec!(0.00015), dec!(0.000001));
        Trade { side, quantity, price, commission, rate, impact_coefficient }
    }

    #[test]
    fn the_total_is_the_sum_of_its_parts() {
        let trades = [trade(Side::Buy, dec!(100), dec!(250)), trade(Side::Sell, dec!(40.5), dec!(90))];
        assert_eq!(fixed(&trades), Ok(dec!(3.90)));
        assert_eq!(variable(&trades), Ok(dec!(4.29675)));
        assert_eq!(impact(&trades), Ok(dec!(0.01164025)));
        assert_eq!(total_cost(&trades), Ok(dec!(8.20839025)));
        assert_eq!(per_value_traded(&trades), Ok(dec!(8.20839025) / dec!(28645)));
    }

    #[test]
    fn an_order_of_nothing_costs_nothing() {
        let trades = [trade(Side::Buy, dec!(0), dec!(250))];
        assert_eq!(total_cost(&trades), Ok(dec!(0)));
        assert_eq!(per_value_traded(&trades), Err(Undefined::NothingTraded));
        assert_eq!(per_value_traded(&[]), Err(Undefined::NothingTraded));
    }

    #[test]
    fn each_side_pays_its_half_of_the_spread() {
        let quoted =
            |side| Quoted { side, quantity: dec!(10), bid: dec!(9.97), mid: dec!(10), ask: dec!(10.01) };
        assert_eq!(spread(&[quoted(Side::Buy)]), Ok(dec!(0.10)));
        assert_eq!(spread(&[quoted(Side::Sell)]), Ok(dec!(0.30)));
    }

    #[test]
    fn too_large_is_a_finding() {
        assert_eq!(impact(&[trade(Side::Buy, dec!(1e20), dec!(1))]), Err(Undefined::TooLarge));
    }

    #[test]
    fn risk_of_cost_is_priced() {
        assert_eq!(certainty_equivalent(&[10.0, 12.0, 14.0], 0.5), Ok(14.0));
        let one = certainty_equivalent(&[10.0], 0.5);
        assert_eq!(one, Err(Undefined::TooFew { needed: 2, given: 1 }));
    }
}
