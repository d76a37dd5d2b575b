//! What bars buying more of a security after the plan.
//!
//! In: the evidence. Out: a [`Reason`], or none: a rule by itself, what the plan sells, or a limit that it
//! has used up. Invariant: what is open here would break no rule of the reasons named here by its first
//! dollar.

use crate::evidence::Evidence;
use crate::limits;
use crate::reason::Reason;

/// What bars buying more of this security in every account.
pub(crate) fn barred(evidence: &Evidence<'_>, security: usize) -> Option<Reason> {
    let rule = evidence.bars.purchase(security);
    rule.or_else(|| sold_by_the_plan(evidence, security)).or_else(|| limits::purchase(evidence, security))
}

/// Per account and security: whether more of it can be bought there.
pub(crate) fn open(evidence: &Evidence<'_>) -> Vec<Vec<bool>> {
    let securities = 0..evidence.unit_of.len();
    let anywhere: Vec<bool> = securities.map(|s| barred(evidence, s).is_none()).collect();
    let here = |account: usize| {
        let bought = |(s, open): (usize, &bool)| *open && !evidence.sells(account, s);
        anywhere.iter().enumerate().map(bought).collect()
    };
    (0..evidence.portfolio.accounts.len()).map(here).collect()
}

/// What the plan sells that bars buying this security in every account.
fn sold_by_the_plan(evidence: &Evidence<'_>, security: usize) -> Option<Reason> {
    let p = evidence.portfolio;
    if evidence.lost.contains(p.securities[security].identical_group.as_str()) {
        return Some(Reason::LossTaken);
    }
    (0..p.accounts.len()).all(|account| evidence.sells(account, security)).then_some(Reason::SoldByPlan)
}
