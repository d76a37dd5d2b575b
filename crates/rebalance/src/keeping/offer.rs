//! The plan is judged and explained on record, and shown to a person.
//!
//! In: a plan that was proposed. Out: `Pending_Approval` with the prices it was made for and until when it stands; or, where it is not
//! what the validator passes, `Validation_Failed`. Invariant: the validator's verdict is on record before anybody is
//! asked to approve.

use std::collections::BTreeMap;

use monitor::watch::Outcome;
use serde::Serialize;

use super::desk::{never, orders_in};
use super::failure::KeepingError;
use super::{Done, Keeper, Taken};
use crate::books::{Closing, Entry, Household, OpenedCycle, Record};
use crate::cycle::Cycle;
use crate::life::{Offered, Recommendation, Step};

#[derive(Serialize)]
struct Why<'a> {
    plan_hash: &'a str,
    summary: &'a str,
    trades: Vec<&'a str>,
    more: BTreeMap<&'a str, &'a serde_json::Value>,
}

impl Keeper<'_> {
    /// Offers the plan of a recommendation, or refuses it.
    pub(super) fn offer(
        &self,
        household: &Household,
        open: &OpenedCycle,
        found: &Recommendation,
    ) -> Result<Done, KeepingError> {
        let kept = self.version(open.portfolio)?;
        let made = match self.take_made(found) {
            Some(made) => made,
            // After a restart: the optimiser finds the same plan again; a model may not, and is asked again then.
            None => self.run(household, &kept)?.made,
        };
        let now = self.world.now();
        let moment = self.moment(household, &kept)?;
        let same = |offered: &Offered| Some(&offered.offer().plan_hash) == found.kept().plan_hash.as_ref();
        let offered = Offered::of(&kept.text, &made, &household.policy, None, now, Some(&moment));
        let judged = self.judged(household, found, &made)?;
        let unsendable = self.unsendable(&kept.text, &made)?;
        match offered {
            Ok(offered) if same(&offered) && unsendable.is_none() => {
                let until = offered.offer().expires_at;
                let moved = found.step(Step::Offer(offered), now)?;
                let mut watching = self.watching(household)?;
                watching.proposed(&found.id().to_string())?;
                let entry = Entry::moved(moved, "cycle", self.event()).with(watching.kept(now)?).and(judged);
                self.write(entry)?;
                let words = format!("{} It can be approved until {until}.", made.plan.summary_rationale);
                Ok(Done::of(household, Some(found.id()), Taken::Offered, words))
            }
            other => {
                let (why, is_final) = match (other, unsendable) {
                    (Ok(_), Some(why)) => (format!("an order of the plan would never be sent: {why}"), true),
                    (Ok(_), None) => {
                        ("the plan can't be made a second time as it was proposed".to_owned(), false)
                    }
                    (Err(why), _) => (why.to_string(), false),
                };
                let moved = found.step(Step::Invalidate, now)?;
                let body = serde_json::json!({"why": why}).to_string();
                let record = Record::new("validation", household.id, "cycle", now, body).about(&found.id());
                let entry = Entry::moved(moved, "cycle", self.event()).recording(record);
                if !is_final {
                    self.write(entry)?;
                    return Ok(Done::of(household, Some(found.id()), Taken::Invalidated, why));
                }
                // The optimiser would find the same plan again.
                let closing = self.closing(household, open, Closing::GivenUp, Outcome::Failed, &why)?;
                self.write(entry.and(closing))?;
                Ok(Done::of(household, Some(found.id()), Taken::Closed(Closing::GivenUp), why))
            }
        }
    }

    /// Why an order of a plan would be sent on no day, whoever approves it.
    pub(super) fn unsendable(&self, text: &str, made: &Cycle) -> Result<Option<String>, KeepingError> {
        let (read, trades) = (portfolio::read(text)?, &made.plan.trades);
        let orders = orders_in(trades);
        let count = orders.len();
        Ok(orders
            .into_iter()
            .find_map(|((_, ticker, _), notional)| never(&self.desk, &read, ticker, (count, notional))))
    }

    /// The records of the verdict and of the reasons.
    pub(super) fn judged(
        &self,
        household: &Household,
        found: &Recommendation,
        made: &Cycle,
    ) -> Result<Entry, KeepingError> {
        let now = self.world.now();
        let record =
            |kind: &str, body: String| Record::new(kind, household.id, "cycle", now, body).about(&found.id());
        let verdict = serde_json::to_string(&made.verdict.report().verdict)?;
        let plan = &made.plan;
        let why = Why {
            plan_hash: &plan.plan_hash,
            summary: &plan.summary_rationale,
            trades: plan.trades.iter().map(|trade| trade.rationale.as_str()).collect(),
            more: plan.more.iter().map(|(name, value)| (name.as_str(), value)).collect(),
        };
        let why = serde_json::to_string(&why)?;
        Ok(Entry::new(record("validation", verdict)).recording(record("rationale", why)))
    }
}
