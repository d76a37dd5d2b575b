//! The stamp that an execution needs.
//!
//! In: an approved recommendation, its approvals, the document and the trades as they are on record. Out: an [`Approved`] with
//! the trades to place. Invariant: it is never stored: whoever sends orders, at first or after a restart, has it made here,
//! where the hash of what is on record is computed anew and held against what was approved.

use std::collections::BTreeSet;

use jiff::Timestamp;
use portfolio::plan::{Trade, hash};

use super::approval::Approval;
use super::policy::Policy;
use super::recommendation::Recommendation;
use super::refusal::{Reason, Refusal};
use super::state::State;

/// A plan that may be executed, once.
///
/// ```compile_fail
/// fn again(approved: &rebalance::life::Approved) -> rebalance::life::Approved {
///     approved.clone()
/// }
/// ```
#[derive(Debug)]
pub struct Approved {
    plan_hash: String,
    trades: Vec<Trade>,
}

impl Approved {
    /// Checks an approved recommendation and stamps it.
    ///
    /// `text` is the document that the plan was made for, `trades` are its rows, both from the record.
    ///
    /// # Errors
    /// A [`Refusal`] where the recommendation is not approved, too few people have approved this very plan, or the
    /// record is not what they approved.
    pub fn again(
        recommendation: &Recommendation,
        approvals: &[Approval],
        text: &str,
        trades: Vec<Trade>,
        policy: &Policy,
        at: Timestamp,
    ) -> Result<Approved, Box<Refusal>> {
        let refused = |reason| recommendation.refusal("send", reason, at);
        let offer = match (recommendation.state(), recommendation.offer()) {
            (State::Approved | State::ExecutionInProgress, Some(offer)) => offer,
            (state, _) => return Err(refused(Reason::State(state))),
        };
        let found = hash::plan_hash(text, &trades);
        if found != offer.plan_hash {
            return Err(refused(Reason::Altered { approved: offer.plan_hash.clone(), found }));
        }
        let counts =
            |a: &&Approval| a.recommendation == recommendation.id() && a.plan_hash == offer.plan_hash;
        let people: BTreeSet<_> = approvals.iter().filter(counts).map(|a| a.person).collect();
        let needed = policy.approvers(offer.traded_usd, offer.edited_by.is_some());
        if people.len() < needed {
            return Err(refused(Reason::Approvals { given: people.len(), needed }));
        }
        Ok(Approved { plan_hash: found, trades })
    }

    /// The rows to place.
    #[must_use]
    pub fn trades(&self) -> &[Trade] {
        &self.trades
    }

    /// The hash that was approved.
    #[must_use]
    pub fn plan_hash(&self) -> &str {
        &self.plan_hash
    }
}
