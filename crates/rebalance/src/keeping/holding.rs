//! What a household holds at this moment: its document, and what was filled since of the plan that is at the broker.
//!
//! In: a household. Out: cash and lots of every account, as a statement of its broker would have them now; or, where a person accepts what a broker
//! holds, the next version of the document. Invariant: a fill that is booked counts from then on, not only when the last order has ended.

use std::collections::BTreeMap;

use execute::{Holdings, Position};
use portfolio::Decimal;

use super::Keeper;
use super::document::{self, HeldAccount, News};
use super::failure::KeepingError;
use super::splits::HANDED_IN;
use crate::books::{Change, Entry, Household, Imported, KeptPortfolio, Record};
use crate::id::PortfolioId;
use crate::life::State;

impl Keeper<'_> {
    /// Every account of a household as it is now; none where it has no document.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn holding(&self, household: &Household) -> Result<Vec<HeldAccount>, KeepingError> {
        let reading = self.books.reading();
        if let Some(open) = reading.open_cycle(household.id)?
            && let Some(found) = reading.recommendation_of(open.id)?
            && found.state() == State::ExecutionInProgress
        {
            return Ok(self.progress(&found)?.accounts);
        }
        let kept = reading.portfolio(household.id)?;
        let read = kept.map(|kept| portfolio::read(&kept.text)).transpose()?;
        Ok(read.as_ref().map(document::held).unwrap_or_default())
    }

    /// What a broker holds becomes what the household holds: the next version of its document, on record with the person who accepted it. A
    /// proposal that waits is superseded by it. `accounts` are those of the document, in its order.
    ///
    /// # Errors
    /// [`KeepingError`]: orders at the broker, other accounts, a ticker that the document does not list.
    pub fn adopt(
        &self,
        household: &Household,
        name: &str,
        accounts: &[HeldAccount],
    ) -> Result<KeptPortfolio, KeepingError> {
        self.unless_executing(household)?;
        while self.split_up(household)?.is_some() {}
        let unknown = |what: String| KeepingError::Unknown { what };
        let kept = self.books.reading().portfolio(household.id)?;
        let kept = kept.ok_or_else(|| unknown(format!("portfolio of `{}`", household.name)))?;
        let read = portfolio::read(&kept.text)?;
        let same = accounts.len() == read.accounts.len()
            && accounts.iter().zip(&read.accounts).all(|(held, known)| held.account_id == known.account_id);
        if !same {
            return Err(unknown(format!("document of `{}` with these accounts", household.name)));
        }
        let prices = BTreeMap::new();
        let (realised, rebalanced, flows) = (None, None, None);
        let day = self.today().max(read.as_of);
        let news = News { day, prices: &prices, accounts, booked: &[], realised, rebalanced, flows };
        let text = document::written(&kept.text, &news)?;
        let (now, person) = (self.world.now(), self.person(name)?.to_string());
        let id = PortfolioId::new(now, self.world.draw());
        let next = Imported::read(id, household.id, kept.version + 1, HANDED_IN, &text, now)?;
        let kept = next.kept();
        let record = Record::new("portfolio", household.id, &person, now, text).about(&id);
        self.write(Entry::new(record).with(Change::Portfolio(Box::new(next))))?;
        Ok(kept)
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
