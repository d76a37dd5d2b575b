//! What a household holds at this moment: its document, and what was filled since of the plan that is at the broker.
//!
//! In: a household. Out: cash and lots of every account, as a statement of its broker would have them now; or, where a person accepts what a broker
//! holds, the next version of the document. Invariant: a fill that is booked counts from then on, not only when the last order has ended.

use std::collections::BTreeMap;

use execute::{Holdings, Position};
use jiff::civil::Date;
use portfolio::Decimal;

use super::document::{self, HeldAccount, News};
use super::failure::KeepingError;
use super::splits::HANDED_IN;
use super::{Keeper, later};
use crate::books::{BooksError, Household, KeptPortfolio};
use crate::life::State;

/// What a household holds, and of which version of its document that is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holding {
    /// The version of the document.
    pub version: u64,
    /// Every account, in the order of the document.
    pub accounts: Vec<HeldAccount>,
}

/// What is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adopted {
    /// What a broker told: cash, and none of the lots.
    Cash,
    /// Accounts of a document that a person handed in, of this day.
    Document(Date),
}

/// The source of a version with the cash that a broker told.
const BROKER: &str = "broker";

impl Keeper<'_> {
    /// Every account of a household as it is now; none where it has no document.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn holding(&self, household: &Household) -> Result<Holding, KeepingError> {
        let reading = self.books.reading();
        let kept = reading.portfolio(household.id)?;
        let version = kept.as_ref().map_or(0, |kept| kept.version);
        if let Some(open) = reading.open_cycle(household.id)?
            && let Some(found) = reading.recommendation_of(open.id)?
            && found.state() == State::ExecutionInProgress
        {
            return Ok(Holding { version, accounts: self.progress(&found)?.accounts });
        }
        let read = kept.map(|kept| portfolio::read(&kept.text)).transpose()?;
        let accounts = read.map(|read| later::held_on(&read, self.today())).unwrap_or_default();
        Ok(Holding { version, accounts })
    }

    /// What a broker holds becomes what the household holds: the next version of its document, on record with the person who accepted it, over
    /// exactly the version that it was held against. A proposal that waits is superseded by it. Splits have to be applied before
    /// ([`Keeper::apply_splits`]).
    ///
    /// # Errors
    /// [`KeepingError`]: orders at the broker, a document that has changed since, other accounts, a ticker that the document does not list.
    pub fn adopt(
        &self,
        household: &Household,
        name: &str,
        holding: &Holding,
        what: Adopted,
    ) -> Result<KeptPortfolio, KeepingError> {
        let unknown = |what: String| KeepingError::Unknown { what };
        let kept = self.books.reading().portfolio(household.id)?;
        let kept = kept.ok_or_else(|| unknown(format!("portfolio of `{}`", household.name)))?;
        if kept.version != holding.version {
            let what = format!("portfolio of `{}`", household.name);
            return Err(BooksError::Conflict { what, version: holding.version }.into());
        }
        let read = portfolio::read(&kept.text)?;
        let accounts = &holding.accounts;
        let same = accounts.len() == read.accounts.len()
            && accounts.iter().zip(&read.accounts).all(|(held, known)| held.account_id == known.account_id);
        if !same {
            return Err(unknown(format!("document of `{}` with these accounts", household.name)));
        }
        let (day, source, shares) = match what {
            Adopted::Cash => (self.today(), BROKER, None),
            Adopted::Document(day) => {
                self.unless_older(household, day)?;
                (day, HANDED_IN, Some(self.handed_in_shares_of(household, day)?))
            }
        };
        let prices = BTreeMap::new();
        let news = News::of_day(&read, day, &prices, accounts);
        let text = document::written(&kept.text, &news)?;
        self.next_document(household, name, source, kept.version, &text, shares)
    }
}

/// An account as brokers tell it: cash, and of each ticker its shares and what they cost, USD.
#[must_use]
pub fn holdings(account: &HeldAccount) -> Holdings {
    let mut positions: Vec<Position> = Vec::new();
    for lot in &account.lots {
        let basis = lot.quantity.saturating_mul(lot.basis_per_share);
        match positions.iter_mut().find(|position| position.ticker == lot.ticker) {
            Some(known) => {
                known.quantity = known.quantity.saturating_add(lot.quantity);
                known.basis = Some(known.basis.unwrap_or(Decimal::ZERO).saturating_add(basis));
            }
            None => positions.push(Position {
                ticker: lot.ticker.clone(),
                quantity: lot.quantity,
                basis: Some(basis),
            }),
        }
    }
    Holdings { cash: account.cash, positions }
}
