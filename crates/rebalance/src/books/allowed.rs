//! What somebody may do with a household, whichever way they come in.
//!
//! In: the grants of a person. Out: whether they may. Invariants: everybody's own household is theirs without a grant; a grant that has ended or
//! was withdrawn counts no more.

use jiff::Timestamp;

use super::access::{Access, Grant, Right, Role};
use super::failure::BooksError;
use super::households::Household;
use crate::id::{HouseholdId, PersonId};

/// What a person may do at one time.
#[derive(Debug, Clone)]
pub struct Allowed {
    person: PersonId,
    grants: Vec<Grant>,
}

impl Allowed {
    /// What this person may do at this time.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn of(access: &dyn Access, person: PersonId, at: Timestamp) -> Result<Allowed, BooksError> {
        Ok(Allowed::by(access.grants(person)?, person, at))
    }

    /// What this person may do at this time by these grants, which are theirs.
    #[must_use]
    pub fn by(mut grants: Vec<Grant>, person: PersonId, at: Timestamp) -> Allowed {
        grants.retain(|grant| grant.counts(at) && grant.person == person);
        Allowed { person, grants }
    }

    /// What they were given and that counts.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// The roles in a household.
    fn roles<'a>(&'a self, household: &Household) -> impl Iterator<Item = Role> + 'a {
        let (id, owns) = (household.id, household.owner == self.person);
        let granted = self.grants.iter().filter(move |grant| grant.household.is_none_or(|there| there == id));
        granted.map(|grant| grant.role).chain(owns.then_some(Role::Investor))
    }

    /// Whether this may be done with a household.
    #[must_use]
    pub fn may(&self, right: Right, household: &Household) -> bool {
        self.roles(household).any(|role| role.may(right))
    }

    /// Households where this may be done by a grant for each; their own are not among them.
    pub fn granted(&self, right: Right) -> impl Iterator<Item = HouseholdId> {
        self.grants.iter().filter(move |grant| grant.role.may(right)).filter_map(|grant| grant.household)
    }

    /// Whether this may be done with every household.
    #[must_use]
    pub fn may_everywhere(&self, right: Right) -> bool {
        let everywhere = self.grants.iter().filter(|grant| grant.household.is_none());
        everywhere.map(|grant| grant.role).any(|role| role.may(right))
    }
}
