//! The log: what proves that nothing of it was changed.

pub(crate) mod checkpoint;
pub(crate) mod examination;
pub(crate) mod proof;
pub(crate) mod records;
pub(crate) mod verify;

use rebalance::books::access::Right;
use rebalance::books::{Books, Household};

use serde::Deserialize;
use utoipa::IntoParams;

use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogAsked {
    /// Of this household alone, by id.
    #[param(nullable = false)]
    household: Option<String>,
    /// Of this kind alone, such as `approval`.
    #[param(nullable = false)]
    kind: Option<String>,
    /// Records behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Whether somebody may look at the log as a whole, which tells nothing about anybody: whoever may look at that of one household.
fn may_audit_something(house: &dyn House, caller: &Caller) -> Result<(), Problem> {
    let sees = |household: &Household| caller.may(Right::Audit, household);
    if caller.may_everywhere(Right::Audit) || house.store().reading().households()?.iter().any(sees) {
        return Ok(());
    }
    Err(Problem::not_found())
}
