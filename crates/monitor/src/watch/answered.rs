//! What was asked, and what was answered: why the same alarm does not ring twice.
//!
//! In: what a plan was asked for ([`Asked`]), once somebody has answered it, and how drifts, losses and cash go on from there.
//! Out: whether something is news. Invariant: what was answered is news again only when it has grown by the margin of
//! the policy, has changed sides, had been set right in between, or after the quiet days.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::exchange::eastern;
use portfolio::household::Class;
use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::policy::Policy;
use crate::report::DriftReport;

/// What there was when a plan was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// When.
    pub(super) at: Timestamp,
    /// Drift of each class outside its band.
    pub(super) drifts: BTreeMap<Class, Decimal>,
    /// Loss of each lot that could be harvested, USD.
    pub(super) losses: BTreeMap<String, Decimal>,
    /// Cash that had to be raised, USD.
    pub(super) cash_usd: Decimal,
}

/// Something that was answered: how much of it there was, and until when it is quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quiet {
    pub(super) amount: Decimal,
    pub(super) until: Timestamp,
}

/// What was answered so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answered {
    drifts: BTreeMap<Class, Quiet>,
    losses: BTreeMap<String, Quiet>,
    cash: Option<Quiet>,
    /// Flows booked up to here were part of what was asked.
    pub(super) flows_until: Timestamp,
    /// The last day that counts as one of the schedule.
    pub(super) day: Date,
}

impl Asked {
    /// What there is on a tick.
    pub(super) fn of(facts: &Facts<'_>) -> Asked {
        let breached = facts.report.classes.iter().filter(|c| c.breached);
        Asked {
            at: facts.now,
            drifts: breached.map(|c| (c.class.clone(), c.drift.0)).collect(),
            losses: facts.opportunities.iter().map(|o| (o.lot_id.clone(), o.loss_usd)).collect(),
            cash_usd: facts.cash_needed_usd(),
        }
    }

    /// What there is when a person asks for a plan: its drift. Losses and cash are for the watch to hear of.
    pub(super) fn by_person(at: Timestamp, report: &DriftReport) -> Asked {
        let breached = report.classes.iter().filter(|c| c.breached);
        let drifts = breached.map(|c| (c.class.clone(), c.drift.0)).collect();
        Asked { at, drifts, losses: BTreeMap::new(), cash_usd: Decimal::ZERO }
    }
}

impl Answered {
    /// Nothing was, before a watch began.
    pub(super) fn nothing(started: Timestamp) -> Answered {
        let day = eastern(started).date();
        Answered { drifts: BTreeMap::new(), losses: BTreeMap::new(), cash: None, flows_until: started, day }
    }

    /// All that was asked is answered, and quiet until an instant.
    pub(super) fn take(&mut self, asked: Asked, until: Timestamp) {
        let quiet = |amount: Decimal| Quiet { amount, until };
        self.drifts.extend(asked.drifts.into_iter().map(|(class, drift)| (class, quiet(drift))));
        self.losses.extend(asked.losses.into_iter().map(|(lot, loss)| (lot, quiet(loss))));
        self.cash = (!asked.cash_usd.is_zero()).then(|| quiet(asked.cash_usd));
        self.flows_until = self.flows_until.max(asked.at);
        self.day = self.day.max(eastern(asked.at).date());
    }

    /// What was asked was done: drift and cash begin anew, and losses that the plan did not take stay answered.
    pub(super) fn done(&mut self, asked: Asked, until: Timestamp) {
        self.take(asked, until);
        self.drifts.clear();
        self.cash = None;
    }

    /// Forgets what is quiet no longer, and what has been set right.
    pub(super) fn forget(&mut self, facts: &Facts<'_>) {
        let now = facts.now;
        self.drifts.retain(|_, quiet| now < quiet.until);
        self.losses.retain(|_, quiet| now < quiet.until);
        self.cash = self.cash.filter(|quiet| now < quiet.until && !facts.cash_needed_usd().is_zero());
        for c in &facts.report.classes {
            let near = c.tolerance.tau.0.saturating_mul(facts.policy.rearm_part);
            if c.drift.0.abs() <= near {
                self.drifts.remove(&c.class);
            }
        }
    }

    /// Classes whose drift was answered, each until when it is quiet.
    pub(super) fn quiet(&self) -> impl Iterator<Item = (&str, Timestamp)> {
        self.drifts.iter().map(|(class, quiet)| (class.as_str(), quiet.until))
    }

    /// What was answered of a class, if its drift is no news.
    pub(super) fn drift(&self, class: &str, drift: Decimal, policy: &Policy) -> Option<&Quiet> {
        let quiet = self.drifts.get(class)?;
        let same_side = drift.is_sign_negative() == quiet.amount.is_sign_negative();
        (same_side && drift.abs() <= quiet.amount.abs().saturating_add(policy.margin)).then_some(quiet)
    }

    /// Whether the loss of a lot is news.
    pub(super) fn loss_is_news(&self, lot_id: &str, loss_usd: Decimal, policy: &Policy) -> bool {
        let most = |quiet: &Quiet| quiet.amount.saturating_mul(Decimal::ONE + policy.harvest.growth_part);
        self.losses.get(lot_id).is_none_or(|quiet| loss_usd > most(quiet))
    }

    /// Whether the cash that has to be raised is news.
    pub(super) fn cash_is_news(&self, usd: Decimal, value_usd: Decimal, policy: &Policy) -> bool {
        let most = |quiet: Quiet| quiet.amount.saturating_add(policy.flow_part_min.saturating_mul(value_usd));
        !usd.is_zero() && self.cash.is_none_or(|quiet| usd > most(quiet))
    }
}
