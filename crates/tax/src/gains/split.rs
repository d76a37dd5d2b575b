//! Units of a security before and after its splits.
//!
//! In: all rows, in the order of time. Out: for any place in that order, how many of the shares
//! after every split one share of then is. The invariant is that a split happens once to every
//! account: accounts that book it in rows of their own, on the day or within a week, book the
//! same one, and an account without such a row is split with the first.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::GainsError;
use super::row::{Action, Row};
use crate::holding::days_between;

/// Days within which rows of different accounts can book the same split.
const BOOKING_DAYS: i64 = 7;

/// The splits of all securities of a file.
#[derive(Debug, Default)]
pub(super) struct Splits<'a> {
    by_ticker: HashMap<&'a str, Vec<Split<'a>>>,
}

#[derive(Debug)]
struct Split<'a> {
    ratio: Decimal,
    first: usize,
    /// Where the accounts that have a row of their own book it.
    booked: HashMap<&'a str, usize>,
}

impl<'a> Splits<'a> {
    /// Finds the splits in `rows`, which are in the order of time.
    ///
    /// # Errors
    /// [`GainsError::SplitTwice`] and [`GainsError::SplitRatios`] for rows that can't be one split
    /// and are unlikely to be two.
    pub(super) fn find(rows: &[&'a Row]) -> Result<Self, GainsError> {
        let mut by_ticker: HashMap<&str, Vec<Split<'_>>> = HashMap::new();
        for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.action == Action::Split) {
            let splits = by_ticker.entry(&row.ticker).or_default();
            let account = row.account_id.as_str();
            if let Some(same_day) = splits.iter().find(|split| rows[split.first].date == row.date) {
                let line_before = rows[same_day.first].line;
                if same_day.ratio != row.quantity {
                    return Err(GainsError::SplitRatios { line: row.line, line_before });
                }
                if same_day.booked.contains_key(account) {
                    return Err(GainsError::SplitTwice { line: row.line, line_before });
                }
            }
            let same = splits.iter_mut().find(|split| {
                split.ratio == row.quantity
                    && !split.booked.contains_key(account)
                    && days_between(rows[split.first].date, row.date) <= BOOKING_DAYS
            });
            match same {
                Some(split) => drop(split.booked.insert(account, place)),
                None => splits.push(Split {
                    ratio: row.quantity,
                    first: place,
                    booked: HashMap::from([(account, place)]),
                }),
            }
        }
        Ok(Self { by_ticker })
    }

    /// How many shares after every split one share is, that `row` at `place` speaks of; None where
    /// that can't be held.
    pub(super) fn factor(&self, row: &Row, place: usize) -> Option<Decimal> {
        let splits = self.by_ticker.get(row.ticker.as_str()).map_or(&[][..], Vec::as_slice);
        splits
            .iter()
            .filter(|split| *split.booked.get(row.account_id.as_str()).unwrap_or(&split.first) > place)
            .try_fold(Decimal::ONE, |factor, split| factor.checked_mul(split.ratio))
            .map(|factor| factor.normalize())
    }
}
