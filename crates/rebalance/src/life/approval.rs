//! May this person approve this plan now?
//!
//! In: the recommendation, what is on record of earlier approvals, who asks for which plan, and the facts of this moment.
//! Out: a [`Decision`] or the [`Refusal`] with its reason. Invariant: an approval names the plan by its hash, the person, the
//! time and the prices that were shown; it is given for what waits, before it expires, while the facts still hold.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portfolio::Decimal;
use rust_decimal::dec;

use super::offer::{Offer, Shown};
use super::policy::Policy;
use super::recommendation::Recommendation;
use super::refusal::{Reason, Refusal};
use super::state::State;
use super::step::Step;
use crate::id::{PersonId, RecommendationId};

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who.
    pub person: PersonId,
    /// The plan that the person looked at.
    pub plan_hash: String,
}

/// The facts of this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Now {
    /// The time.
    pub at: Timestamp,
    /// Prices, holdings and wishes as they are.
    pub facts: Shown,
}

/// One person's approval, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Of what.
    pub recommendation: RecommendationId,
    /// Of which plan.
    pub plan_hash: String,
    /// By whom.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// The prices that the person was shown.
    pub prices: BTreeMap<String, Decimal>,
}

/// The stamp of the last approval that is needed. Made here only, used up by the step that it allows.
#[derive(Debug)]
pub struct Consent(Approval);

impl Consent {
    pub(super) fn into_approval(self) -> Approval {
        self.0
    }
}

/// The stamp of an approval that is not the last one needed. Made here only.
#[derive(Debug)]
pub struct Endorsement(Approval);

impl Endorsement {
    pub(super) fn into_approval(self) -> Approval {
        self.0
    }
}

/// What an approval comes to.
#[derive(Debug)]
pub enum Decision {
    /// Everybody who is needed has approved.
    Enough(Consent),
    /// It counts, and somebody else has to approve as well.
    OneMore(Endorsement),
}

impl Decision {
    /// The step that follows.
    #[must_use]
    pub fn into_step(self) -> Step {
        match self {
            Decision::Enough(consent) => Step::Approve(consent),
            Decision::OneMore(endorsement) => Step::Endorse(endorsement),
        }
    }
}

/// Decides about an approval.
///
/// `earlier` are the approvals of this recommendation on record, of any plan.
///
/// # Errors
/// A [`Refusal`] to record; the recommendation stays as it is.
pub fn decide(
    recommendation: &Recommendation,
    earlier: &[Approval],
    request: &Request,
    now: &Now,
    policy: &Policy,
) -> Result<Decision, Box<Refusal>> {
    let refused = |reason| recommendation.refusal("approve", reason, now.at);
    let offer = match (recommendation.state(), recommendation.offer()) {
        (State::PendingApproval, Some(offer)) => offer,
        (state, _) => return Err(refused(Reason::State(state))),
    };
    still_good(offer, request, now, policy).map_err(refused)?;
    let same_plan = |a: &&Approval| a.recommendation == recommendation.id() && a.plan_hash == offer.plan_hash;
    let others: Vec<&Approval> = earlier.iter().filter(same_plan).collect();
    if others.iter().any(|a| a.person == request.person) {
        return Err(refused(Reason::SamePerson(request.person)));
    }
    let approval = Approval {
        recommendation: recommendation.id(),
        plan_hash: offer.plan_hash.clone(),
        person: request.person,
        at: now.at,
        prices: offer.shown.prices.clone(),
    };
    let needed = policy.approvers(offer.traded_usd, offer.edited_by.is_some());
    if others.len() + 1 >= needed {
        Ok(Decision::Enough(Consent(approval)))
    } else {
        Ok(Decision::OneMore(Endorsement(approval)))
    }
}

/// Is it this plan, in time, and are the facts still those it was made for?
fn still_good(offer: &Offer, request: &Request, now: &Now, policy: &Policy) -> Result<(), Reason> {
    if request.plan_hash != offer.plan_hash {
        return Err(Reason::PlanHash { offered: offer.plan_hash.clone(), given: request.plan_hash.clone() });
    }
    if now.at >= offer.expires_at {
        return Err(Reason::Expired(offer.expires_at));
    }
    if now.at < offer.at {
        return Err(Reason::BeforeShown { shown: offer.at, at: now.at });
    }
    if now.facts.wishes != offer.shown.wishes {
        return Err(Reason::PortfolioChanged);
    }
    holdings_hold(offer, now, policy.holding_move_bps_max)?;
    prices_hold(offer, now, policy.price_move_bps_max)
}

fn prices_hold(offer: &Offer, now: &Now, limit_bps: Decimal) -> Result<(), Reason> {
    for (ticker, &shown) in &offer.shown.prices {
        let &price = now.facts.prices.get(ticker).ok_or_else(|| Reason::PriceUnknown(ticker.clone()))?;
        if moved(shown, price, limit_bps) {
            return Err(Reason::PriceMoved { ticker: ticker.clone(), shown, now: price, limit_bps });
        }
    }
    Ok(())
}

fn holdings_hold(offer: &Offer, now: &Now, limit_bps: Decimal) -> Result<(), Reason> {
    let (was, is) = (&offer.shown.holdings, &now.facts.holdings);
    for what in was.keys().chain(is.keys()) {
        let amount = |side: &BTreeMap<String, Decimal>| side.get(what).copied().unwrap_or_default();
        let (shown, now) = (amount(was), amount(is));
        if moved(shown, now, limit_bps) {
            return Err(Reason::HoldingMoved { what: what.clone(), shown, now, limit_bps });
        }
    }
    Ok(())
}

/// |now − shown| is more than the limit's part of |shown|; what can't be computed counts as moved.
fn moved(shown: Decimal, now: Decimal, limit_bps: Decimal) -> bool {
    let by = now.checked_sub(shown).and_then(|by| by.abs().checked_mul(dec!(10000)));
    let allowed = shown.abs().checked_mul(limit_bps);
    !matches!((by, allowed), (Some(by), Some(allowed)) if by <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_is_measured_against_what_was_shown() {
        assert!(!moved(dec!(100), dec!(102), dec!(200)));
        assert!(moved(dec!(100), dec!(102.01), dec!(200)));
        assert!(moved(dec!(100), dec!(97.99), dec!(200)));
        assert!(!moved(dec!(0), dec!(0), dec!(0)));
        assert!(moved(dec!(0), dec!(0.01), dec!(200)), "what was not there is no small move");
        assert!(moved(dec!(1), Decimal::MAX, dec!(200)));
    }
}
