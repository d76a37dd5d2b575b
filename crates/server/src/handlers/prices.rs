//! The prices on record, those that are held back, and that a person believes one.

pub(crate) mod believe;
pub(crate) mod held;
pub(crate) mod list;

use std::collections::BTreeSet;

use rebalance::books::Books;
use rebalance::books::access::Right;

use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// The securities of the households that somebody may see; none where that is all. What somebody else holds is nobody's business.
fn tickers_seen(house: &dyn House, caller: &Caller) -> Result<Option<BTreeSet<String>>, Problem> {
    if caller.may_everywhere(Right::Read) || caller.operates() {
        return Ok(None);
    }
    let reading = house.store().reading();
    let mut seen = BTreeSet::new();
    for household in reading.households()?.iter().filter(|household| caller.may(Right::Read, household)) {
        if let Some(kept) = reading.portfolio(household.id)?
            && let Ok(document) = portfolio::read(&kept.text)
        {
            seen.extend(document.securities.into_iter().map(|security| security.ticker));
        }
    }
    Ok(Some(seen))
}
