//! What was spent on models each day.
//!
//! In: the most that a call can cost before it is made, and what it did cost after. Out: leave to make it, or not. Invariant:
//! what is spent and what is set aside for calls under way never pass the limit of a day, however many calls are made at once.
//! [`FileLedger`] keeps that over restarts and between processes.

mod file;

pub use file::FileLedger;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use rust_decimal::Decimal;

/// Why a call may not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpendError {
    /// The day's money would not do.
    #[error(
        "the limit of {limit_usd} USD a day would be passed: {spent_usd} USD are spent or set aside on {day}, and this \
         call may cost {wanted_usd} USD; raise `limits.usd_per_day_max` or wait for tomorrow (UTC)"
    )]
    DayIsSpent {
        /// The day, UTC.
        day: Date,
        /// Spent and set aside.
        spent_usd: Decimal,
        /// What the call may cost.
        wanted_usd: Decimal,
        /// The limit.
        limit_usd: Decimal,
    },
    /// The ledger itself can't be read or written.
    #[error("the ledger of costs can't be used: {reason}")]
    Unusable {
        /// What is wrong.
        reason: String,
    },
}

/// Who keeps count of what is spent.
pub trait Ledger: Send + Sync {
    /// Sets `most_usd` aside on `day`, if that keeps within `limit_usd`.
    ///
    /// # Errors
    /// [`SpendError`] where it does not, or where the ledger can't be used.
    fn set_aside(&self, day: Date, most_usd: Decimal, limit_usd: Option<Decimal>) -> Result<(), SpendError>;

    /// Puts what a call did cost in the place of what was set aside for it; `most_usd` where the cost is not known.
    fn settle(&self, day: Date, most_usd: Decimal, cost_usd: Option<Decimal>);

    /// Spent and set aside on `day`, USD.
    ///
    /// # Errors
    /// [`SpendError::Unusable`] where the ledger can't be read.
    fn spent_usd(&self, day: Date) -> Result<Decimal, SpendError>;
}

/// A ledger that forgets when the program ends.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    days: Mutex<BTreeMap<Date, Decimal>>,
}

/// Days that are kept.
const DAYS_MAX: usize = 400;

/// What is spent once `most_usd` is set aside beside `spent_usd`, if that keeps within `limit_usd`.
fn admitted(
    day: Date,
    spent_usd: Decimal,
    most_usd: Decimal,
    limit_usd: Option<Decimal>,
) -> Result<Decimal, SpendError> {
    let then = spent_usd.saturating_add(most_usd);
    match limit_usd.filter(|limit| then > *limit) {
        Some(limit_usd) => Err(SpendError::DayIsSpent { day, spent_usd, wanted_usd: most_usd, limit_usd }),
        None => Ok(then),
    }
}

/// What is spent once a call did cost `cost_usd` for which `most_usd` was set aside.
fn settled(spent_usd: Decimal, most_usd: Decimal, cost_usd: Option<Decimal>) -> Decimal {
    spent_usd.saturating_sub(most_usd).saturating_add(cost_usd.unwrap_or(most_usd))
}

impl Ledger for MemoryLedger {
    fn set_aside(&self, day: Date, most_usd: Decimal, limit_usd: Option<Decimal>) -> Result<(), SpendError> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let spent_usd = days.get(&day).copied().unwrap_or_default();
        days.insert(day, admitted(day, spent_usd, most_usd, limit_usd)?);
        while days.len() > DAYS_MAX {
            days.pop_first();
        }
        Ok(())
    }

    fn settle(&self, day: Date, most_usd: Decimal, cost_usd: Option<Decimal>) {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = days.entry(day).or_default();
        *spent = settled(*spent, most_usd, cost_usd);
    }

    fn spent_usd(&self, day: Date) -> Result<Decimal, SpendError> {
        Ok(self.days.lock().unwrap_or_else(PoisonError::into_inner).get(&day).copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Date = Date::constant(2026, 11, 26);

    #[test]
    fn calls_under_way_count_with_the_most_they_can_cost() {
        let ledger = MemoryLedger::default();
        let limit = Some(Decimal::from(10));
        ledger.set_aside(DAY, Decimal::from(6), limit).unwrap();
        let refused = ledger.set_aside(DAY, Decimal::from(5), limit).unwrap_err();
        assert!(refused.to_string().contains("limit of 10 USD a day would be passed: 6 USD"), "{refused}");
        ledger.settle(DAY, Decimal::from(6), Some(Decimal::ONE));
        ledger.set_aside(DAY, Decimal::from(5), limit).unwrap();
        ledger.settle(DAY, Decimal::from(5), None);
        assert_eq!(ledger.spent_usd(DAY), Ok(Decimal::from(6)), "what is not known counts as the most");
        ledger.set_aside(DAY.tomorrow().unwrap(), Decimal::from(9), limit).unwrap();
    }
}
