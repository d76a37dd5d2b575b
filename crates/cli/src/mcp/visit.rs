//! The books of an installation, as one person sees them.
//!
//! In: open books and the name of somebody who is in them. Out: households and proposals that this person may see. Invariants: nobody is made who is
//! not there; grants are looked up at every question, so that one that was withdrawn counts no more; of what may not be read nothing is said,
//! not even its name.

use rebalance::books::access::{Access, Right};
use rebalance::books::{Allowed, Books, Household, Person};
use rebalance::id::RecommendationId;
use rebalance::keeping::{Keeper, KeepingError};
use rebalance::life::Recommendation;

use super::sight::{Refused, Seen, unknown};
use crate::books::{OpenBooks, Place, now};
use crate::failure::Failure;
use crate::keeping::{self, Outside};

/// Somebody at the books.
pub(crate) struct Visit {
    pub(super) books: OpenBooks,
    pub(super) person: Person,
    /// Whether a proposal may be made.
    pub(super) may_propose: bool,
}

impl Visit {
    /// Of this person, to the books of a configuration.
    pub(crate) fn begin(config: &str, name: &str, may_propose: bool) -> Result<Visit, Failure> {
        let place = Place { config: Some(config.to_owned()), ..Place::default() };
        let books = OpenBooks::open(&place)?;
        let found = books.store.reading().person(name.trim()).map_err(|error| books.failed(&error))?;
        let person = found.ok_or_else(|| {
            Failure::usage(format!(
                "{}: nobody here is called `{}`; `equipoise people list` names who is there",
                books.settings.name,
                name.trim()
            ))
        })?;
        Ok(Visit { books, person, may_propose })
    }

    /// What the person may do now.
    pub(super) fn allowed(&self) -> Result<Allowed, Refused> {
        let store: &dyn Access = &self.books.store;
        Allowed::of(store, self.person.id, now()).map_err(|error| Refused::from(self.books.failed(&error)))
    }

    /// The households that the person may read, by name.
    pub(super) fn households(&self) -> Result<Vec<Household>, Refused> {
        let allowed = self.allowed()?;
        let mut all = self.books.households()?;
        all.retain(|household| allowed.may(Right::Read, household));
        Ok(all)
    }

    /// A household by its name or id, where this may be done with it.
    pub(super) fn household(&self, name: &str, right: Right) -> Result<Household, Refused> {
        let all = self.households()?;
        let found = all.iter().find(|known| known.name == name || known.id.to_string() == name);
        let Some(found) = found else {
            let names: Vec<String> = all.into_iter().map(|household| household.name).collect();
            return Err(unknown(name, &names));
        };
        if !self.allowed()?.may(right, found) {
            return Err(Refused::new(format!(
                "{} may not `{}` in {}; whoever keeps the grants can allow it (`equipoise people grant`)",
                self.person.name,
                right.word(),
                found.name
            )));
        }
        Ok(found.clone())
    }

    /// A proposal by its id with its household, where that may be read.
    pub(super) fn proposal(&self, id: &str) -> Result<(Household, Recommendation), Refused> {
        let none =
            || Refused::new(format!("there is no proposal `{id}`; `proposals` lists those that can be seen"));
        let parsed: RecommendationId = id.parse().map_err(|_| none())?;
        let found = self.books.store.reading().recommendation(parsed);
        let found = found.map_err(|error| self.books.failed(&error))?.ok_or_else(none)?;
        let of = found.kept().household;
        let household =
            self.households()?.into_iter().find(|household| household.id == of).ok_or_else(none)?;
        Ok((household, found))
    }

    /// The document of a household at the prices on record.
    pub(super) fn seen(&self, name: &str) -> Result<Seen, Refused> {
        let household = self.household(name, Right::Read)?;
        let found = self.kept(|keeper| keeper.document_of_now(&household))?;
        let (text, read) = found.ok_or_else(|| {
            Refused::new(format!(
                "{} has no portfolio document yet; a person gives it one with `equipoise household document`",
                household.name
            ))
        })?;
        Ok(Seen { household: household.name, text, read })
    }

    /// Asks a keeper who reaches no broker.
    pub(super) fn kept<T>(
        &self,
        ask: impl FnOnce(&Keeper<'_>) -> Result<T, KeepingError>,
    ) -> Result<T, Refused> {
        let world = Outside::of(&self.books)?;
        let asked = keeping::apart(&self.books, &world, |keeper| {
            ask(keeper).map_err(|error| keeping::failed(&self.books, &error))
        });
        Ok(asked?)
    }
}
