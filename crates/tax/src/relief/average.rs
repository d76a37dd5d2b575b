//! The average basis method, where it is lawful.
//!
//! In: the lots of one security in one account and what kind of security it is. Out: the basis of
//! the shares sold at the average of the pool. The invariant is that ordinary stock is refused.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::{Draw, Method, Open, ShortSale, draw};

/// What kind of shares a pool holds, as far as average basis asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// Shares of a regulated investment company: mutual funds and most ETFs.
    InvestmentCompany,
    /// Stock of a dividend reinvestment plan.
    ReinvestmentPlan,
    /// Any other stock.
    OrdinaryStock,
}

/// A sale at average basis. The lots drawn only say how long the shares were held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AverageSale {
    /// Average basis per share, USD.
    pub basis_per_share: Decimal,
    /// Basis of the shares sold, USD, to the cent.
    pub basis: Decimal,
    /// The shares sold, oldest first (an assumption: the rule was not confirmed).
    pub draws: Vec<Draw>,
}

/// Why average basis can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AverageError {
    /// Ordinary stock has no average basis.
    #[error("average basis is for fund shares and reinvestment plans: identify lots or use fifo")]
    OrdinaryStock,
    /// Plan stock from before 2012.
    #[error("plan stock acquired {acquired} is from before 2012 and has no average basis")]
    Before2012 {
        /// When the lot was acquired.
        acquired: Date,
    },
    /// More is sold than held.
    #[error(transparent)]
    ShortSale(#[from] ShortSale),
}

/// A sale of `shares` out of `lots` at the average basis of all of them.
///
/// # Errors
/// [`AverageError`] where the pool may not use the method or holds less than `shares`.
///
/// # Source
/// IRC s.1012(c)-(d); Reg. 1.1012-1(e).
pub fn average(lots: &[Open], shares: Decimal, pool: Pool) -> Result<AverageSale, AverageError> {
    match pool {
        Pool::OrdinaryStock => return Err(AverageError::OrdinaryStock),
        Pool::ReinvestmentPlan => {
            if let Some(old) = lots.iter().find(|lot| lot.acquired < date(2012, 1, 1)) {
                return Err(AverageError::Before2012 { acquired: old.acquired });
            }
        }
        Pool::InvestmentCompany => {}
    }
    let draws = draw(lots, shares, Method::Fifo)?;
    let held = lots.iter().fold(Decimal::ZERO, |sum, lot| sum.saturating_add(lot.shares));
    let basis = lots.iter().fold(Decimal::ZERO, |sum, lot| sum.saturating_add(lot.basis));
    let basis_per_share = basis.checked_div(held).unwrap_or(Decimal::ZERO);
    let of_sold = if shares == held { basis } else { basis_per_share.saturating_mul(shares) };
    Ok(AverageSale { basis_per_share, basis: of_sold.round_dp(2), draws })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(acquired: Date, shares: i64, unit: i64) -> Open {
        Open {
            acquired,
            holding_start: acquired,
            shares: Decimal::new(shares, 0),
            basis: Decimal::new(shares * unit, 0),
        }
    }

    #[test]
    fn lot_4_average_basis_of_a_fund() {
        let lots = [lot(date(2024, 1, 5), 100, 10), lot(date(2025, 1, 5), 100, 20)];
        let sale = average(&lots, Decimal::new(100, 0), Pool::InvestmentCompany).unwrap();
        assert_eq!(sale.basis_per_share, Decimal::new(15, 0));
        assert_eq!(Decimal::new(1_800, 0) - sale.basis, Decimal::new(300, 0));
        assert_eq!(sale.draws, [Draw { lot: 0, shares: Decimal::new(100, 0) }]);
    }

    #[test]
    fn ordinary_stock_and_old_plan_stock_are_refused() {
        let lots = [lot(date(2011, 12, 31), 10, 10)];
        let one = Decimal::ONE;
        assert_eq!(average(&lots, one, Pool::OrdinaryStock), Err(AverageError::OrdinaryStock));
        let old = average(&lots, one, Pool::ReinvestmentPlan);
        assert_eq!(old, Err(AverageError::Before2012 { acquired: date(2011, 12, 31) }));
    }
}
