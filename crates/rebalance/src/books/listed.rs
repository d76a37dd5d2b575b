//! Lists of recommendations: what a list shows of each, without the prices and holdings that its person was shown.
//!
//! In: which are wanted. Out: [`Listed`], a part of the list at a time. Invariant: a list is in the order of the ids, which is that of the beginnings;
//! who goes on behind an entry meets every later one that is still wanted, whatever was added or has moved meanwhile.

use jiff::Timestamp;
use portfolio::Decimal;

use crate::id::{CycleId, HouseholdId, PersonId, RecommendationId};
use crate::life::{Recommendation, State};

/// Which recommendations a list is of; [`Listing::all`] to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// In one of these states.
    pub states: Vec<State>,
    /// Of one of these households; of all where none are named.
    pub households: Option<Vec<HouseholdId>>,
    /// Only those whose cycle has not ended.
    pub is_open: bool,
    /// Begun at this time or later.
    pub since: Option<Timestamp>,
    /// Behind this one.
    pub after: Option<RecommendationId>,
    /// Those first that began last.
    pub newest_first: bool,
    /// So many at most.
    pub most: Option<usize>,
}

impl Listing {
    /// All there are, those first that began first.
    #[must_use]
    pub fn all() -> Listing {
        Listing {
            states: State::ALL.to_vec(),
            households: None,
            is_open: false,
            since: None,
            after: None,
            newest_first: false,
            most: None,
        }
    }

    /// All of a household.
    #[must_use]
    pub fn of(household: HouseholdId) -> Listing {
        Listing { households: Some(vec![household]), ..Listing::all() }
    }
}

/// What a list shows of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub id: RecommendationId,
    /// Whose.
    pub household: HouseholdId,
    /// The cycle it belongs to.
    pub cycle: CycleId,
    /// Where it stands.
    pub state: State,
    /// Proposals so far, from 1.
    pub attempt: u32,
    /// The plan at hand.
    pub plan_hash: Option<String>,
    /// What was offered of it, where something was.
    pub offer: Option<ListedOffer>,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it moved last.
    pub moved_at: Timestamp,
}

/// What a list shows of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOffer {
    /// Sold and bought, USD, at the prices that were shown.
    pub traded_usd: Decimal,
    /// Who changed the plan by hand.
    pub edited_by: Option<PersonId>,
    /// From then on it can't be approved.
    pub expires_at: Timestamp,
}

impl From<&Recommendation> for Listed {
    fn from(found: &Recommendation) -> Listed {
        let kept = found.kept();
        Listed {
            id: kept.id,
            household: kept.household,
            cycle: kept.cycle,
            state: kept.state,
            attempt: kept.attempt,
            plan_hash: kept.plan_hash.clone(),
            offer: kept.offer.as_ref().map(|offer| ListedOffer {
                traded_usd: offer.traded_usd,
                edited_by: offer.edited_by,
                expires_at: offer.expires_at,
            }),
            begun_at: kept.begun_at,
            moved_at: kept.moved_at,
        }
    }
}
