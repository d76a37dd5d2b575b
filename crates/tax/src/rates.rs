//! Which marginal rates does a household pay in a year.
//!
//! In: year, filing status, ordinary taxable income, modified adjusted gross income, a flat state
//! rate. Out: [`LookedUpRates`] with their parts, so that a plan can show where each comes from.
//! The invariant is that nothing is guessed: a missing year or a nonsensical amount is an error.

use rust_decimal::Decimal;

use crate::brackets::{self, Bracket, FilingStatus, MissingYear};
use crate::plan_tax;

/// Marginal rates (fractions) and what they are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedUpRates {
    /// On short-term gains: federal bracket + NIIT + state.
    pub short_term: Decimal,
    /// On long-term gains and qualified dividends: 0, 15 or 20 % + NIIT + state.
    pub long_term: Decimal,
    /// Saved by a deduction from ordinary income: federal bracket + state. Without NIIT, which
    /// wages do not bear.
    pub ordinary: Decimal,
    /// The federal bracket rate in these.
    pub federal_ordinary: Decimal,
    /// The federal long-term rate in these.
    pub federal_long_term: Decimal,
    /// The net investment income tax in these: 0 where the threshold is not passed.
    pub niit: Decimal,
    /// The state rate in these.
    pub state: Decimal,
    /// Loss that ordinary income can absorb in the year, USD.
    pub ordinary_loss_limit: Decimal,
    /// Where the year's table comes from.
    pub source: &'static str,
    /// How well that source is confirmed: `primary` or `secondary`.
    pub confirmed: &'static str,
}

impl LookedUpRates {
    /// These rates as the plan's tax function takes them, carried losses at half the long rate.
    #[must_use]
    pub fn plan_rates(&self) -> plan_tax::Rates {
        plan_tax::Rates {
            short_term: self.short_term,
            long_term: self.long_term,
            ordinary: self.ordinary,
            carryforward: self.long_term / Decimal::TWO,
            ordinary_loss_limit: self.ordinary_loss_limit,
            ..plan_tax::Rates::default()
        }
    }
}

/// Why rates could not be looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatesError {
    /// There is no table for the year.
    #[error(transparent)]
    MissingYear(#[from] MissingYear),
    /// The state rate is no fraction.
    #[error("the state rate is {given}: give a fraction from 0 to below 1, such as 0.05 for 5 %")]
    StateRate {
        /// What was given.
        given: Decimal,
    },
}

/// The rates on the next dollar, for a household whose taxable income without capital gains is
/// `ordinary_income` (USD, after deductions) and whose modified adjusted gross income is `magi`.
///
/// Bounds are inclusive: at exactly a bound the lower rate is given, and NIIT applies where `magi`
/// is above its threshold. The long-term rate is that of a gain which starts on top of ordinary
/// income; a gain that is large against the bracket needs [`crate::income_tax`], which is exact.
///
/// # Errors
/// [`RatesError::MissingYear`] for a year without tables; [`RatesError::StateRate`] for a state
/// rate outside [0, 1).
///
/// # Source
/// IRC s.1(h), 1(j), 1411 (thresholds not indexed); the simple state model 7.1 of the tax facts:
/// one flat rate for both characters, no deduction of state tax.
pub fn look_up(
    year: i16,
    status: FilingStatus,
    ordinary_income: Decimal,
    magi: Decimal,
    state_rate: Decimal,
) -> Result<LookedUpRates, RatesError> {
    let table = brackets::table(year, status)?;
    if state_rate < Decimal::ZERO || state_rate >= Decimal::ONE {
        return Err(RatesError::StateRate { given: state_rate });
    }
    let federal_ordinary = rate_at(&table.ordinary, ordinary_income);
    let federal_long_term = rate_at(&table.long_term, ordinary_income);
    let niit = if magi > table.niit_threshold { table.niit_rate } else { Decimal::ZERO };
    Ok(LookedUpRates {
        short_term: federal_ordinary + niit + state_rate,
        long_term: federal_long_term + niit + state_rate,
        ordinary: federal_ordinary + state_rate,
        federal_ordinary,
        federal_long_term,
        niit,
        state: state_rate,
        ordinary_loss_limit: table.capital_loss_limit,
        source: &table.source,
        confirmed: &table.confirmed,
    })
}

/// The rate of the step in which `income` lies, bounds inclusive.
fn rate_at(steps: &[Bracket], income: Decimal) -> Decimal {
    steps
        .iter()
        .find(|step| step.up_to.is_none_or(|bound| income <= bound))
        .map_or(Decimal::ZERO, |step| step.rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    fn pct(value: i64) -> Decimal {
        Decimal::new(value, 3)
    }

    #[test]
    fn st_1_a_long_term_gain_with_niit_and_a_flat_state_rate() {
        let rates = look_up(2026, FilingStatus::Single, usd(250_000), usd(266_100), pct(50)).unwrap();
        assert_eq!(rates.long_term * usd(10_000), usd(2_380));
        assert_eq!((rates.federal_long_term, rates.niit, rates.state), (pct(150), pct(38), pct(50)));
    }

    #[test]
    fn the_top_rates_are_40_8_and_23_8_percent() {
        let rates = look_up(2026, FilingStatus::Joint, usd(900_000), usd(950_000), usd(0)).unwrap();
        assert_eq!((rates.short_term, rates.long_term), (pct(408), pct(238)));
        assert_eq!(rates.ordinary, pct(370)); // a deduction from wages saves no NIIT
    }

    #[test]
    fn bounds_are_inclusive() {
        let at = |income, magi| {
            let r = look_up(2026, FilingStatus::Single, usd(income), usd(magi), usd(0)).unwrap();
            (r.federal_ordinary, r.federal_long_term, r.niit)
        };
        assert_eq!(at(49_450, 200_000), (pct(120), usd(0), usd(0)));
        assert_eq!(at(49_451, 200_001), (pct(120), pct(150), pct(38)));
        assert_eq!(at(50_400, 0), (pct(120), pct(150), usd(0)));
        assert_eq!(at(50_401, 0), (pct(220), pct(150), usd(0)));
        assert_eq!(at(-5, 0), (pct(100), usd(0), usd(0)));
    }

    #[test]
    fn a_missing_year_and_a_percentage_for_a_fraction_are_refused() {
        let missing = look_up(2031, FilingStatus::Single, usd(1), usd(1), usd(0));
        assert_eq!(missing, Err(RatesError::MissingYear(MissingYear { year: 2031 })));
        let percent = look_up(2026, FilingStatus::Single, usd(1), usd(1), usd(5));
        assert_eq!(percent, Err(RatesError::StateRate { given: usd(5) }));
    }
}
