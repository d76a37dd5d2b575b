//! Who has which role where.

pub(crate) mod give;
pub(crate) mod list;
pub(crate) mod withdraw;

use rebalance::books::access::{Access, Grant, Right};
use rebalance::books::{Books, Household};
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::Moment;
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// A role that a person was given.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantView {
    /// Its id.
    id: String,
    /// Who has it.
    person: String,
    /// The person's name.
    name: String,
    /// Where; everywhere where none is named.
    household: Option<String>,
    /// What.
    role: &'static str,
    /// Since when.
    at: Moment,
    /// Until when.
    until: Option<Moment>,
}

impl GrantView {
    fn of(house: &dyn House, grant: &Grant) -> Result<GrantView, Problem> {
        let person = house.store().whose(grant.person)?;
        Ok(GrantView {
            id: grant.id.to_string(),
            person: grant.person.to_string(),
            name: person.map_or_else(String::new, |person| person.name),
            household: grant.household.map(|household| household.to_string()),
            role: grant.role.word(),
            at: Moment(grant.at),
            until: grant.until.map(Moment),
        })
    }
}

/// Whether the caller keeps the grants of a household (or, without one, of all): its owner does, and who administers.
pub(super) fn keeps(caller: &Caller, household: Option<&Household>) -> bool {
    caller.may_everywhere(Right::Administer)
        || household.is_some_and(|household| {
            household.owner == caller.person.id && caller.may(Right::Write, household)
        })
}

/// A household that a grant is of.
fn there(house: &dyn House, grant: &Grant) -> Result<Option<Household>, Problem> {
    let Some(id) = grant.household else { return Ok(None) };
    Ok(house.store().reading().household(id)?)
}
