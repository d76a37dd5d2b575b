//! A household comes into the books: its owner, itself, its document; and later documents take the place of earlier ones.
//!
//! In: a name, an owner, the text of a portfolio document. Out: what is on record of it; what is there already stays. Invariant: while
//! orders are at a broker no document is taken, since it would not know of their fills.

use jiff::civil::Date;

use super::Keeper;
use super::answer::CHANGED;
use super::failure::KeepingError;
use super::splits::HANDED_IN;
use crate::books::{BooksError, Change, Entry, Household, Imported, KeptPortfolio, Record, person_or_new};
use crate::id::{HouseholdId, PersonId, PortfolioId};
use crate::life::{Policy, Rejection, State};

impl Keeper<'_> {
    /// A household of this name with its first document; one that is on record stays as it is.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn enrol(
        &self,
        name: &str,
        owner: &str,
        policy: Policy,
        text: &str,
    ) -> Result<Household, KeepingError> {
        let reading = self.books.reading();
        let now = self.world.now();
        if reading.household_named(name)?.is_none() {
            let owner = person_or_new(self.books, owner, PersonId::new(now, self.world.draw()), now)?.id;
            let id = HouseholdId::new(now, self.world.draw());
            let household = Household {
                id,
                name: name.to_owned(),
                owner,
                policy,
                paused: false,
                version: 0,
                portfolio_version: 0,
                opened_at: now,
            };
            let body = serde_json::json!({"household": name}).to_string();
            let record = Record::new("household_opened", id, &owner.to_string(), now, body);
            match self.write(Entry::new(record).with(Change::Household(household))) {
                // Somebody else has just opened it.
                Ok(_) | Err(KeepingError::Books(BooksError::Exists { .. })) => {}
                Err(error) => return Err(error),
            }
        }
        let unknown = || KeepingError::Unknown { what: format!("household `{name}`") };
        let household = reading.household_named(name)?.ok_or_else(unknown)?;
        if reading.portfolio(household.id)?.is_none() {
            self.import(&household, owner, text)?;
        }
        reading.household_named(name)?.ok_or_else(unknown)
    }

    /// The next version of a household's document, as a person hands it in. A proposal that waits is superseded by it.
    ///
    /// # Errors
    /// [`KeepingError`]; [`KeepingError::Executing`] while orders are at a broker.
    pub fn import(
        &self,
        household: &Household,
        name: &str,
        text: &str,
    ) -> Result<KeptPortfolio, KeepingError> {
        let present = self.books.reading().portfolio(household.id)?.map_or(0, |kept| kept.version);
        self.import_over(household, present, name, text)
    }

    /// The same over version `present` only, which a person has looked at; 0 where there is none.
    ///
    /// # Errors
    /// [`KeepingError`]; a conflict where there is another version by now, [`KeepingError::Older`] where something was booked after the document's day,
    /// [`KeepingError::Follows`] where the household follows a model portfolio and the document wants something else.
    pub fn import_over(
        &self,
        household: &Household,
        present: u64,
        name: &str,
        text: &str,
    ) -> Result<KeptPortfolio, KeepingError> {
        let read = portfolio::read(text)?;
        let as_of = read.as_of;
        self.unless_older(household, as_of)?;
        self.unless_it_follows(household, &read)?;
        let shares = self.handed_in_shares_of(household, as_of)?;
        self.next_document(household, name, HANDED_IN, present, text, Some(shares))
    }

    /// The next document over version `present`, as a person brought it about. A proposal that waits is superseded by it.
    pub(super) fn next_document(
        &self,
        household: &Household,
        name: &str,
        source: &str,
        present: u64,
        text: &str,
        more: Option<Change>,
    ) -> Result<KeptPortfolio, KeepingError> {
        self.unless_executing(household)?;
        let person = self.person(name)?.to_string();
        let now = self.world.now();
        let id = PortfolioId::new(now, self.world.draw());
        let imported = Imported::read(id, household.id, present + 1, source, text, now)?;
        let kept = imported.kept();
        let record = Record::new("portfolio", household.id, &person, now, text.to_owned()).about(&id);
        let entry = Entry::new(record).with(Change::Portfolio(Box::new(imported)));
        let entry = more.into_iter().fold(entry, Entry::with);
        self.write(self.superseding(household, &person)?.into_iter().fold(entry, Entry::and))?;
        Ok(kept)
    }

    /// What ends a proposal that waits, in the entry that changes the portfolio: so that of this and an approval from elsewhere only one
    /// can be written. `None` where none waits.
    pub(super) fn superseding(
        &self,
        household: &Household,
        actor: &str,
    ) -> Result<Option<Entry>, KeepingError> {
        let Some(open) = self.books.reading().open_cycle(household.id)? else { return Ok(None) };
        let waiting = self.books.reading().recommendation_of(open.id)?;
        let Some(waiting) = waiting.filter(|found| found.state() == State::PendingApproval) else {
            return Ok(None);
        };
        self.ended(household, &waiting, Rejection::Superseded, actor, CHANGED).map(Some)
    }

    /// Fails where something was booked after the day of a document, whichever way it is handed in.
    pub(super) fn unless_older(&self, household: &Household, as_of: Date) -> Result<(), KeepingError> {
        let bookings = self.books.reading().bookings(household.id)?;
        match bookings.iter().map(|booking| booking.date).max() {
            Some(booked) if as_of < booked => {
                Err(KeepingError::Older { household: household.name.clone(), as_of, booked })
            }
            _ => Ok(()),
        }
    }

    /// Fails while orders of a household are at the broker, or are about to be.
    pub(super) fn unless_executing(&self, household: &Household) -> Result<(), KeepingError> {
        let reading = self.books.reading();
        if let Some(open) = reading.open_cycle(household.id)? {
            let state = reading.recommendation_of(open.id)?.map(|found| found.state());
            if matches!(state, Some(State::Approved | State::ExecutionInProgress | State::ExecutionFailed)) {
                let has_failed = state == Some(State::ExecutionFailed);
                return Err(KeepingError::Executing { household: household.name.clone(), has_failed });
            }
        }
        Ok(())
    }
}
