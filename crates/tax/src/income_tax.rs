//! What is the federal tax of a year, bracket by bracket.
//!
//! In: a year's table, ordinary taxable income and net capital gain with qualified dividends, USD.
//! Out: the tax in USD and how the gain was split. The invariant is stacking: ordinary income
//! fills the brackets first, the gain sits on top, and the whole never exceeds what it would be if
//! everything were ordinary. A sale is priced as tax with it less tax without it, never by a rate.

use rust_decimal::Decimal;

use crate::brackets::{Bracket, YearTable};

/// The tax of a year and the parts of the gain taxed at each long-term rate, USD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomeTax {
    /// The tax, without the net investment income tax.
    pub total: Decimal,
    /// Gain and qualified dividends taxed at 0 %.
    pub at_zero: Decimal,
    /// At the middle rate (15 %).
    pub at_middle: Decimal,
    /// At the top rate (20 %).
    pub at_top: Decimal,
}

/// The tax on `ordinary` taxable income (including a net short-term gain) and `preferred` (net
/// capital gain plus qualified dividends); amounts below 0 count as 0, to the cent of the inputs.
///
/// # Source
/// IRC s.1(h)(1), 1(j)(5); rule 2.10 of the tax facts.
#[must_use]
pub fn income_tax(table: &YearTable, ordinary: Decimal, preferred: Decimal) -> IncomeTax {
    let ordinary = ordinary.max(Decimal::ZERO);
    let preferred = preferred.max(Decimal::ZERO);
    let whole = ordinary.saturating_add(preferred);
    let split = |steps: &[Bracket]| tax_up_to(steps, whole).saturating_sub(tax_up_to(steps, ordinary));
    let stacked = tax_up_to(&table.ordinary, ordinary).saturating_add(split(&table.long_term));
    let bound = |step: usize| table.long_term[step].up_to.unwrap_or(Decimal::MAX);
    let below = |bound: Decimal| whole.min(bound).saturating_sub(ordinary.min(bound));
    let (at_zero, up_to_middle) = (below(bound(0)), below(bound(1)));
    IncomeTax {
        total: stacked.min(tax_up_to(&table.ordinary, whole)),
        at_zero,
        at_middle: up_to_middle - at_zero,
        at_top: preferred - up_to_middle,
    }
}

/// The net investment income tax on net investment income `nii` at modified adjusted gross income
/// `magi`, USD: the rate times the lesser of `nii` and what `magi` is above the threshold.
///
/// # Source
/// IRC s.1411(a)(1), (b). `magi` is before the standard deduction.
#[must_use]
pub fn net_investment_income_tax(table: &YearTable, nii: Decimal, magi: Decimal) -> Decimal {
    let above = magi.saturating_sub(table.niit_threshold);
    nii.min(above).max(Decimal::ZERO).saturating_mul(table.niit_rate)
}

/// What a year's capital result does to income: ordinary and preferred parts and the deduction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearIncome {
    /// Ordinary taxable income without any capital result, USD.
    pub ordinary: Decimal,
    /// Net short-term gain, negative for a loss, USD.
    pub short_term: Decimal,
    /// Net long-term gain, negative for a loss, USD.
    pub long_term: Decimal,
    /// Qualified dividends, USD.
    pub qualified_dividends: Decimal,
}

impl YearIncome {
    /// The tax of the year, without NIIT: net the characters, deduct a net loss up to the limit.
    ///
    /// # Source
    /// IRC s.1222(11), 1211(b), 1(h); rules 2.1, 2.2 and 2.10 of the tax facts.
    #[must_use]
    pub fn tax(&self, table: &YearTable) -> Decimal {
        let net = self.short_term.saturating_add(self.long_term);
        let deducted = (-net).max(Decimal::ZERO).min(table.capital_loss_limit);
        let capital_gain = self.long_term.min(net).max(Decimal::ZERO);
        let short_gain = net.max(Decimal::ZERO).saturating_sub(capital_gain);
        let ordinary = self.ordinary.saturating_sub(deducted).saturating_add(short_gain);
        let preferred = capital_gain.saturating_add(self.qualified_dividends);
        income_tax(table, ordinary, preferred).total
    }

    /// What a further short-term and long-term result adds: tax with it less tax without it.
    #[must_use]
    pub fn added_tax(&self, table: &YearTable, short_term: Decimal, long_term: Decimal) -> Decimal {
        let with = Self {
            short_term: self.short_term.saturating_add(short_term),
            long_term: self.long_term.saturating_add(long_term),
            ..*self
        };
        with.tax(table).saturating_sub(self.tax(table))
    }
}

/// The tax of filling `steps` from 0 to `income`.
fn tax_up_to(steps: &[Bracket], income: Decimal) -> Decimal {
    let mut floor = Decimal::ZERO;
    let mut tax = Decimal::ZERO;
    for step in steps {
        let top = step.up_to.map_or(income, |bound| bound.min(income));
        tax = tax.saturating_add(top.saturating_sub(floor).max(Decimal::ZERO).saturating_mul(step.rate));
        floor = floor.max(top);
    }
    tax
}
