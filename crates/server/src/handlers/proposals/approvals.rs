//! Whose approvals a plan has and needs, by name as far as whoever asks may know the names.
//!
//! In: a proposal, its household, who asks. Out: an [`ApprovalsView`]. Invariant: a person is named to themselves; the owner of a household to
//! whoever sees it; everybody else only to whom `GET /api/v1/grants` lists a role of theirs.

use std::collections::BTreeSet;

use rebalance::books::access::{Access, Right};
use rebalance::books::{Allowed, Books, Household};
use rebalance::id::PersonId;
use rebalance::life::{Recommendation, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::grants::keeps;
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// Whose approvals the plan at hand has and needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalsView {
    /// How many people have to approve the plan at hand; absent where none is offered.
    approvals_needed: Option<usize>,
    /// How many have; absent where none is offered.
    approvals_given: Option<usize>,
    /// Those who have, as far as you may know their names.
    #[schema(required = false)]
    approvers: Vec<NamedView>,
    /// Who may still approve it, as far as you may know their names; you may be among them. Absent where nothing waits for an approval.
    may_approve: Option<Vec<NamedView>>,
    /// The name of who changed the plan by hand, where you may know it.
    edited_by_name: Option<String>,
}

/// A person by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NamedView {
    /// Id.
    id: String,
    /// Name.
    name: String,
}

impl ApprovalsView {
    pub(super) fn of(
        house: &dyn House,
        found: &Recommendation,
        household: &Household,
        by: &Caller,
    ) -> Result<ApprovalsView, Problem> {
        let known = Known::by(house, household, by)?;
        let Some(offer) = found.offer() else {
            return Ok(ApprovalsView {
                approvals_needed: None,
                approvals_given: None,
                approvers: Vec::new(),
                may_approve: None,
                edited_by_name: None,
            });
        };
        let approvals = house.store().reading().approvals(found.id())?;
        let of_plan = approvals.iter().filter(|approval| approval.plan_hash == offer.plan_hash);
        let given: BTreeSet<PersonId> = of_plan.map(|approval| approval.person).collect();
        let may = match found.state() {
            State::PendingApproval => Some(known.may_approve(&given)?),
            _ => None,
        };
        Ok(ApprovalsView {
            approvals_needed: Some(household.policy.approvers(offer.traded_usd, offer.edited_by.is_some())),
            approvals_given: Some(given.len()),
            approvers: known.named(given)?,
            may_approve: may,
            edited_by_name: known.named(offer.edited_by)?.pop().map(|person| person.name),
        })
    }
}

/// The people whom somebody may know by name, as far as a household is concerned.
pub(super) struct Known<'a> {
    house: &'a dyn House,
    household: &'a Household,
    people: BTreeSet<PersonId>,
}

impl<'a> Known<'a> {
    pub(super) fn by(
        house: &'a dyn House,
        household: &'a Household,
        caller: &Caller,
    ) -> Result<Known<'a>, Problem> {
        let mut people = BTreeSet::from([caller.person.id, household.owner]);
        // Who is shown no grants need not have them read.
        let (here, everywhere) = (keeps(caller, Some(household)), keeps(caller, None));
        if here || everywhere {
            let grants = house.store().grants_reaching(household.id)?;
            let shown =
                grants.iter().filter(|grant| if grant.household.is_some() { here } else { everywhere });
            people.extend(shown.map(|grant| grant.person));
        }
        Ok(Known { house, household, people })
    }

    /// Those of them who may approve a plan of the household, without those who have.
    fn may_approve(&self, given: &BTreeSet<PersonId>) -> Result<Vec<NamedView>, Problem> {
        let (store, now) = (self.house.store(), self.house.now());
        let mut may = Vec::new();
        for person in self.people.difference(given) {
            if Allowed::of(store, *person, now)?.may(Right::Approve, self.household) {
                may.push(*person);
            }
        }
        self.named(may)
    }

    /// Those of these who are known, by name.
    fn named(&self, people: impl IntoIterator<Item = PersonId>) -> Result<Vec<NamedView>, Problem> {
        let mut named = Vec::new();
        for id in people {
            named.extend(self.name(id)?.map(|name| NamedView { id: id.to_string(), name }));
        }
        named.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(named)
    }

    /// The name of a person, where it is known.
    pub(super) fn name(&self, id: PersonId) -> Result<Option<String>, Problem> {
        if !self.people.contains(&id) {
            return Ok(None);
        }
        Ok(self.house.store().whose(id)?.map(|person| person.name))
    }
}
