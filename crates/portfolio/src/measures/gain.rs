//! Gains and losses of sales: (38), (40)–(44), and (47) what losses there are to harvest.
//!
//! In: sales of lots (or lots as if sold today) with their holding period, as decimals. Out: USD,
//! exact and unrounded; losses are negative, as the document has them, except in (47). Costs do not
//! reduce a gain. Which holding period a lot has is decided by the tax rules, not here.

use rust_decimal::Decimal;

use super::holding::{difference, product, total};
use super::undefined::Undefined;

/// How long a lot was held, as the tax rules decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// One year or less.
    Short,
    /// More than one year.
    Long,
}

/// A sale of (part of) one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// `q_ij`: shares sold.
    pub quantity: Decimal,
    /// `p_sale`: USD per share.
    pub price: Decimal,
    /// `p_cost`: USD per share.
    pub basis: Decimal,
    /// Holding period.
    pub term: Term,
}

impl Sale {
    /// Realised gain `G_ij = q_ij (p_sale,i − p_cost,ij)`, USD; a loss is negative.
    ///
    /// # Errors
    /// [`Undefined::TooLarge`] on overflow; likewise everywhere below.
    ///
    /// # Source
    /// Design document (38).
    pub fn gain(&self) -> Result<Decimal, Undefined> {
        product(self.quantity, difference(self.price, self.basis)?)
    }
}

/// Gains and losses of some sales, kept apart by holding period; USD.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gains {
    /// `G_ST = Σ_ST max(0, G)`, not negative. Design document (40).
    pub short_term_gain: Decimal,
    /// `G_LT = Σ_LT max(0, G)`, not negative. Design document (41).
    pub long_term_gain: Decimal,
    /// `L_ST = Σ_ST min(0, G)`, not positive. Design document (42).
    pub short_term_loss: Decimal,
    /// `L_LT = Σ_LT min(0, G)`, not positive. Design document (43).
    pub long_term_loss: Decimal,
}

impl Gains {
    /// Sorts the gain of each sale by sign and holding period.
    ///
    /// # Errors
    /// [`Undefined::TooLarge`].
    ///
    /// # Source
    /// Design document (40)–(43).
    pub fn of(sales: &[Sale]) -> Result<Self, Undefined> {
        let of_term = |term: Term, part: fn(Decimal) -> Decimal| {
            total(sales.iter().filter(|s| s.term == term).map(|s| s.gain().map(part)))
        };
        let (gain, loss) = (|g: Decimal| g.max(Decimal::ZERO), |g: Decimal| g.min(Decimal::ZERO));
        Ok(Self {
            short_term_gain: of_term(Term::Short, gain)?,
            long_term_gain: of_term(Term::Long, gain)?,
            short_term_loss: of_term(Term::Short, loss)?,
            long_term_loss: of_term(Term::Long, loss)?,
        })
    }

    /// Net short-term gain `G_ST + L_ST`, USD.
    ///
    /// # Errors
    /// [`Undefined::TooLarge`].
    pub fn net_short(&self) -> Result<Decimal, Undefined> {
        total([Ok(self.short_term_gain), Ok(self.short_term_loss)])
    }

    /// Net long-term gain `G_LT + L_LT`, USD.
    ///
    /// # Errors
    /// [`Undefined::TooLarge`].
    pub fn net_long(&self) -> Result<Decimal, Undefined> {
        total([Ok(self.long_term_gain), Ok(self.long_term_loss)])
    }

    /// Net capital gain `G_net = (G_ST + L_ST) + (G_LT + L_LT)`, USD.
    ///
    /// # Errors
    /// [`Undefined::TooLarge`].
    ///
    /// # Source
    /// Design document (44).
    pub fn net(&self) -> Result<Decimal, Undefined> {
        total([self.net_short(), self.net_long()])
    }
}

/// Loss harvesting potential `P = |Σ_{G<0} G|`, USD, not negative: over open lots at today's prices,
/// before any wash-sale rule bars a sale.
///
/// # Errors
/// [`Undefined::TooLarge`].
///
/// # Source
/// Design document (47).
pub fn harvesting_potential(lots: &[Sale]) -> Result<Decimal, Undefined> {
    Ok(total(lots.iter().map(|s| s.gain().map(|g| g.min(Decimal::ZERO))))?.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn sale(quantity: Decimal, price: Decimal, basis: Decimal, term: Term) -> Sale {
        Sale { quantity, price, basis, term }
    }

    #[test]
    fn gains_and_losses_of_each_term_stay_apart() {
        let sales = [
            sale(dec!(100), dec!(250), dec!(150), Term::Long),
            sale(dec!(50), dec!(250), dec!(240), Term::Short),
            sale(dec!(11.11), dec!(450), dec!(460), Term::Long),
            sale(dec!(3), dec!(9.5), dec!(10), Term::Short),
        ];
        let gains = Gains::of(&sales).unwrap();
        assert_eq!(gains.long_term_gain, dec!(10000));
        assert_eq!(gains.short_term_gain, dec!(500));
        assert_eq!(gains.long_term_loss, dec!(-111.10));
        assert_eq!(gains.short_term_loss, dec!(-1.5));
        assert_eq!(gains.net(), Ok(dec!(10387.40)));
        assert_eq!(harvesting_potential(&sales), Ok(dec!(112.60)));
    }

    #[test]
    fn nothing_sold_is_nothing_gained() {
        assert_eq!(Gains::of(&[]), Ok(Gains::default()));
        assert_eq!(harvesting_potential(&[]), Ok(dec!(0)));
        let at_basis = sale(dec!(5), dec!(7), dec!(7), Term::Short);
        assert_eq!(Gains::of(&[at_basis]), Ok(Gains::default()));
    }

    #[test]
    fn too_large_is_a_finding() {
        let huge = sale(Decimal::MAX, dec!(3), dec!(1), Term::Short);
        assert_eq!(huge.gain(), Err(Undefined::TooLarge));
        assert_eq!(Gains::of(&[huge]), Err(Undefined::TooLarge));
    }
}
