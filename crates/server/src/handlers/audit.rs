//! The log: what proves that nothing of it was changed.

pub(crate) mod checkpoint;
pub(crate) mod examination;
pub(crate) mod proof;
pub(crate) mod verify;

use rebalance::books::access::Right;
use rebalance::books::{Books, Household};

use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// Whether somebody may look at the log as a whole, which tells nothing about anybody: whoever may look at that of one household.
fn may_audit_something(house: &dyn House, caller: &Caller) -> Result<(), Problem> {
    let sees = |household: &Household| caller.may(Right::Audit, household);
    if caller.may_everywhere(Right::Audit) || house.store().reading().households()?.iter().any(sees) {
        return Ok(());
    }
    Err(Problem::not_found())
}
