//! Which tax rates count for a household.
//!
//! In: the tax unit of a document. Out: the [`Rates`] of model.md's T: looked up from year, status
//! and income where the document has them, a rate that is given always winning; else the defaults.

use portfolio::Portfolio;
use portfolio::household::{FilingStatus, TaxProfile};
use rust_decimal::{Decimal, dec};
use tax::brackets;
use tax::netting::{Netted, YearResult, net};
use tax::plan_tax::{Netting, Rates};
use tax::rates::{self, look_up};

/// Why the rates of a household can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatesError {
    /// They are to be looked up and can't be.
    #[error("tax: {0}")]
    LookUp(#[from] rates::RatesError),
    /// A loss carried on would be worth more than one that lowers this year's income.
    #[error(
        "tax.carryforward_rate: {given} is above the rate of ordinary income, {ordinary}{}; a loss carried on is \
         worth no more than one used this year; without it half the long-term rate counts",
        if *looked_up { " as looked up from year, filing_status and ordinary_income" } else { "" }
    )]
    CarriedOn {
        /// What the document says.
        given: Decimal,
        /// The rate on ordinary income.
        ordinary: Decimal,
        /// Whether that was looked up.
        looked_up: bool,
    },
}

/// The rates that price the plans of this household.
///
/// # Errors
/// [`RatesError`] where rates are to be looked up and can't be, or contradict each other.
///
/// # Source
/// model.md, "T, tax, USD"; interface.md, `tax`.
pub fn household_rates(portfolio: &Portfolio) -> Result<Rates, RatesError> {
    let tax = &portfolio.tax;
    let mut rates = match (tax.year, tax.filing_status, tax.ordinary_income) {
        (Some(year), Some(status), Some(income)) => {
            let magi = tax.magi.unwrap_or(income);
            look_up(year, filing(status), income, magi, tax.state_rate.unwrap_or_default())?.plan_rates()
        }
        _ => Rates::default(),
    };
    let looked_up = tax.year.is_some();
    rates.short_term = tax.short_term_rate.unwrap_or(rates.short_term);
    rates.long_term = tax.long_term_rate.unwrap_or(rates.long_term);
    rates.ordinary = tax.ordinary_rate.unwrap_or(if looked_up { rates.ordinary } else { rates.short_term });
    rates.carryforward = tax.carryforward_rate.unwrap_or(rates.long_term / Decimal::TWO);
    if let Some(given) = tax.carryforward_rate.filter(|given| *given > rates.ordinary) {
        let looked_up = looked_up && tax.ordinary_rate.is_none();
        return Err(RatesError::CarriedOn { given, ordinary: rates.ordinary, looked_up });
    }
    rates.ordinary_loss_limit = ordinary_loss_limit(tax);
    rates.netting = if tax.separate_netting { Netting::Separate } else { Netting::ScheduleD };
    rates.harvest_usd = portfolio.wishes.harvest_usd;
    Ok(rates)
}

/// The most that a net loss lowers ordinary income in a year, USD: as given, else by the filing status.
///
/// # Source
/// IRC s.1211(b)(1).
fn ordinary_loss_limit(tax: &TaxProfile) -> Decimal {
    let usual = match tax.filing_status {
        Some(FilingStatus::Separate) => dec!(1500),
        _ => Rates::default().ordinary_loss_limit,
    };
    tax.ordinary_loss_limit.unwrap_or(usual)
}

/// What becomes of the net gains of a year, short-term and long-term with what was carried in.
///
/// # Source
/// `tax::netting`; a document that does not tell an income is taken to have enough for the deduction.
#[must_use]
pub fn netted(tax: &TaxProfile, short_term: Decimal, long_term: Decimal) -> Netted {
    let limit = ordinary_loss_limit(tax);
    let deducted = (-(short_term + long_term)).clamp(Decimal::ZERO, limit.max(Decimal::ZERO));
    let taxable_income = tax.ordinary_income.unwrap_or(deducted) - deducted;
    net(YearResult { short_term, long_term, limit, taxable_income })
}

fn filing(status: FilingStatus) -> brackets::FilingStatus {
    match status {
        FilingStatus::Single => brackets::FilingStatus::Single,
        FilingStatus::Joint => brackets::FilingStatus::Joint,
        FilingStatus::Separate => brackets::FilingStatus::Separate,
        FilingStatus::HeadOfHousehold => brackets::FilingStatus::HeadOfHousehold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(tax: &str) -> Result<Rates, RatesError> {
        let text = format!(
            r#"{{"as_of": "2026-11-20", "cash": 100, "target_allocation": {{"Cash": 1}}, "securities": [], "tax": {tax}}}"#
        );
        household_rates(&portfolio::read(&text).unwrap())
    }

    #[test]
    fn the_defaults_of_the_model() {
        assert_eq!(rates("{}").unwrap(), Rates::default());
        let given = rates(r#"{"short_term_rate": 0.4, "long_term_rate": 0.2}"#).unwrap();
        assert_eq!((given.ordinary, given.carryforward), (dec!(0.4), dec!(0.1)));
    }

    #[test]
    fn a_loss_carried_on_is_worth_no_more_than_the_looked_up_rate() {
        let tax = |rate: &str| {
            let looked_up = r#""year": 2026, "filing_status": "single", "ordinary_income": 30000"#;
            rates(&format!("{{{looked_up}, \"carryforward_rate\": {rate}}}"))
        };
        assert_eq!(tax("0.12").unwrap().carryforward, dec!(0.12));
        let told = tax("0.13").unwrap_err().to_string();
        assert!(
            told.starts_with(
                "tax.carryforward_rate: 0.13 is above the rate of ordinary income, 0.12 as looked up from year, \
                 filing_status and ordinary_income; a loss carried on"
            ),
            "{told}"
        );
    }

    #[test]
    fn what_is_looked_up_yields_to_what_is_given() {
        let tax = r#"{"year": 2026, "filing_status": "single", "ordinary_income": 250000, "magi": 266100, "state_rate": 0.05}"#;
        let found = rates(tax).unwrap();
        assert_eq!(found.long_term, dec!(0.238));
        let given = rates(&tax.replace("{\"year\"", "{\"long_term_rate\": 0.1, \"year\"")).unwrap();
        assert_eq!((given.long_term, given.short_term), (dec!(0.1), found.short_term));
        assert!(rates(&tax.replace("2026", "2050")).is_err());
    }
}
