//! What gains cost in tax: (39) per lot, (45) in total, (46) tax alpha.
//!
//! In: gains in USD and rates as fractions. Out: USD, exact and unrounded, or returns as fractions.
//! These are the document's formulas beside the usual ones; the tax that a plan is judged by, with
//! the loss limit, carry-forwards and rates of a year, is the `tax` crate's.

use rust_decimal::Decimal;

use super::gain::{Gains, Sale, Term};
use super::holding::{difference, product, total};
use super::undefined::Undefined;

/// Tax rates on realised gains, fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// `τ_ST`: on short-term gains.
    pub short_term: Decimal,
    /// `τ_LT`: on long-term gains.
    pub long_term: Decimal,
}

impl Rates {
    /// The rate of a holding period.
    #[must_use]
    pub fn of(&self, term: Term) -> Decimal {
        match term {
            Term::Short => self.short_term,
            Term::Long => self.long_term,
        }
    }
}

/// Tax liability of one sale to the letter, `T_ij = G_ij · τ`, USD. A loss gives a negative
/// liability: right only where a gain of the same term stands against it.
///
/// # Errors
/// [`Undefined::TooLarge`] on overflow; likewise below.
///
/// # Source
/// Design document (39), to the letter.
pub fn of_sale(sale: &Sale, rates: &Rates) -> Result<Decimal, Undefined> {
    product(sale.gain()?, rates.of(sale.term))
}

/// Tax liability of one sale that stands alone, `max(0, G_ij) · τ`, USD.
///
/// # Errors
/// As [`of_sale`].
///
/// # Source
/// Design document (39) without credit for a loss.
pub fn of_sale_alone(sale: &Sale, rates: &Rates) -> Result<Decimal, Undefined> {
    Ok(of_sale(sale, rates)?.max(Decimal::ZERO))
}

/// Total tax to the letter, `τ_ST max(0, G_ST + L_ST) + τ_LT max(0, G_LT + L_LT)`, USD: a net loss
/// of one term does **not** reduce the gain of the other, which overstates the tax.
///
/// # Errors
/// As [`of_sale`].
///
/// # Source
/// Design document (45), to the letter; the normative model's `netting: "separate"`.
pub fn separate(gains: &Gains, rates: &Rates) -> Result<Decimal, Undefined> {
    let short = product(rates.short_term, gains.net_short()?.max(Decimal::ZERO));
    let long = product(rates.long_term, gains.net_long()?.max(Decimal::ZERO));
    total([short, long])
}

/// Total tax with the terms netted against each other, USD: a net loss of one term first reduces
/// the gain of the other. Zero for a net loss: what that is worth against ordinary income and in
/// later years is the `tax` crate's question.
///
/// # Errors
/// As [`of_sale`].
///
/// # Source
/// Design document (45) with the netting of 26 U.S.C. § 1222 (Schedule D).
pub fn netted(gains: &Gains, rates: &Rates) -> Result<Decimal, Undefined> {
    let (short, long) = (gains.net_short()?, gains.net_long()?);
    let net = gains.net()?.max(Decimal::ZERO);
    if long <= Decimal::ZERO {
        product(rates.short_term, net)
    } else if short <= Decimal::ZERO {
        product(rates.long_term, net)
    } else {
        total([product(rates.short_term, short), product(rates.long_term, long)])
    }
}

/// Tax drag, `R_pretax − R_posttax`, a fraction per period: what the document calls tax alpha. It
/// is a cost, larger = worse.
///
/// # Errors
/// As [`of_sale`].
///
/// # Source
/// Design document (46), to the letter.
pub fn drag(pretax: Decimal, posttax: Decimal) -> Result<Decimal, Undefined> {
    difference(pretax, posttax)
}

/// Return of a portfolio or of its benchmark before and after tax, fractions per period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    /// Before tax.
    pub pretax: Decimal,
    /// After tax.
    pub posttax: Decimal,
}

/// Tax alpha, the excess return after tax less the excess return before tax over a benchmark: what
/// managing for tax added, larger = better. Equal to the benchmark's [`drag`] less the portfolio's.
///
/// # Errors
/// As [`of_sale`].
///
/// # Source
/// Design document (46) as managers of taxable accounts use the name.
pub fn alpha(portfolio: &Taxed, benchmark: &Taxed) -> Result<Decimal, Undefined> {
    let after = difference(portfolio.posttax, benchmark.posttax)?;
    let before = difference(portfolio.pretax, benchmark.pretax)?;
    difference(after, before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    const RATES: Rates = Rates { short_term: dec!(0.35), long_term: dec!(0.15) };

    fn net(short: Decimal, long: Decimal) -> Gains {
        let zero = Decimal::ZERO;
        Gains {
            short_term_gain: short.max(zero),
            short_term_loss: short.min(zero),
            long_term_gain: long.max(zero),
            long_term_loss: long.min(zero),
        }
    }

    #[test]
    fn a_loss_alone_owes_nothing_and_to_the_letter_less() {
        let sale = Sale { quantity: dec!(10), price: dec!(9), basis: dec!(10), term: Term::Long };
        assert_eq!(of_sale(&sale, &RATES), Ok(dec!(-1.50)));
        assert_eq!(of_sale_alone(&sale, &RATES), Ok(dec!(0)));
    }

    #[test]
    fn netting_matters_where_one_term_gains_and_the_other_loses() {
        let cases = [
            (dec!(1000), dec!(2000), dec!(650), dec!(650)),
            (dec!(1000), dec!(-400), dec!(350), dec!(210)),
            (dec!(-400), dec!(1000), dec!(150), dec!(90)),
            (dec!(-2000), dec!(1000), dec!(150), dec!(0)),
            (dec!(1000), dec!(-2000), dec!(350), dec!(0)),
            (dec!(-1), dec!(-1), dec!(0), dec!(0)),
        ];
        for (short, long, apart, together) in cases {
            assert_eq!(separate(&net(short, long), &RATES), Ok(apart), "{short} {long}");
            assert_eq!(netted(&net(short, long), &RATES), Ok(together), "{short} {long}");
        }
    }

    #[test]
    fn alpha_is_drag_avoided() {
        let ours = Taxed { pretax: dec!(0.070), posttax: dec!(0.066) };
        let theirs = Taxed { pretax: dec!(0.072), posttax: dec!(0.061) };
        let avoided = drag(dec!(0.072), dec!(0.061)).unwrap() - drag(dec!(0.070), dec!(0.066)).unwrap();
        assert_eq!(alpha(&ours, &theirs), Ok(avoided));
        assert_eq!(avoided, dec!(0.007));
    }
}
