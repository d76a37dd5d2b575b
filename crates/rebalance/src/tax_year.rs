//! What was realised for a household in a year, as the tax forms take it.
//!
//! In: the books, a household, a year. Out: sales lot by lot, of accounts that are taxed, and what somebody should know of them. Invariants: sales
//! in retirement accounts are left out; whether a loss counts is what is booked, in one place.

use std::collections::{BTreeMap, BTreeSet};

use portfolio::{AccountKind, SecurityKind};
use tax::form_8949::{DEBT_COVERED_FROM, FUNDS_COVERED_FROM, STOCK_COVERED_FROM, Sale};

use crate::books::{Booking, BooksError, Reading};
use crate::id::{HouseholdId, TransactionId};

/// Sales of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxYear {
    /// Lot by lot, in the order in which they were booked.
    pub sales: Vec<Sale>,
    /// What somebody should know.
    pub notes: Vec<String>,
}

/// The sales of a year.
///
/// # Errors
/// [`BooksError`].
pub fn tax_year(reading: &dyn Reading, household: HouseholdId, year: i16) -> Result<TaxYear, BooksError> {
    let kept = reading.portfolio(household)?;
    let read = kept.map(|kept| portfolio::read(&kept.text)).transpose();
    let read = read.map_err(|error| BooksError::Damaged {
        detail: format!("a portfolio on record can't be read: {error}"),
    })?;
    let (mut kinds, mut securities) = (BTreeMap::new(), BTreeMap::new());
    if let Some(read) = &read {
        kinds = read.accounts.iter().map(|account| (account.account_id.as_str(), account.kind)).collect();
        securities =
            read.securities.iter().map(|security| (security.ticker.as_str(), security.kind)).collect();
    }
    let bookings: BTreeMap<TransactionId, Booking> =
        reading.bookings(household)?.into_iter().map(|booking| (booking.id, booking)).collect();
    let (mut sales, mut unlisted, mut undated) = (Vec::new(), BTreeSet::new(), 0_u32);
    for gain in reading.gains(household)?.into_iter().filter(|gain| gain.sold.year() == year) {
        let booking = bookings.get(&gain.transaction).ok_or_else(|| BooksError::Damaged {
            detail: format!("a gain of transaction {}, which is not booked", gain.transaction),
        })?;
        match kinds.get(booking.account_id.as_str()) {
            Some(AccountKind::Taxable) => {}
            Some(_) => continue,
            None => drop(unlisted.insert(booking.account_id.clone())),
        }
        undated += u32::from(gain.acquired.is_none());
        let ticker = booking.ticker.clone().unwrap_or_default();
        let kind = securities.get(ticker.as_str());
        sales.push(Sale {
            account_id: booking.account_id.clone(),
            lot_id: gain.lot_id,
            covered_from: match kind {
                Some(SecurityKind::Stock) => STOCK_COVERED_FROM,
                Some(SecurityKind::Etf | SecurityKind::MutualFund | SecurityKind::CashEquivalent) => {
                    FUNDS_COVERED_FROM
                }
                // Of what is not listed any more the latest day counts: the box of what is not reported is the careful one.
                Some(SecurityKind::Bond) | None => DEBT_COVERED_FROM,
            },
            ticker,
            quantity: gain.quantity,
            acquired: gain.acquired,
            sold: gain.sold,
            proceeds: gain.proceeds,
            basis: gain.basis,
            disallowed: gain.disallowed,
            long_term: gain.long_term,
        });
    }
    let mut notes: Vec<String> = unlisted
        .into_iter()
        .map(|account| {
            format!(
                "account {account} is not in the household's document any more; it is taken to be taxable"
            )
        })
        .collect();
    if undated > 0 {
        notes.push(format!(
            "of {undated} sales the day of purchase is not known: write VARIOUS or INHERITED in column (b) where that is so"
        ));
    }
    Ok(TaxYear { sales, notes })
}
