//! What a person tells a household's watch: pause and go on, be quiet about a class, ask for more or less.
//!
//! In: who says what. Out: an entry with the change and who made it. Invariant: what is told stays so until somebody tells
//! otherwise or its time has passed; no look at the household takes it back.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use monitor::watch;
use serde_json::json;

use super::Keeper;
use super::failure::KeepingError;
use super::watching::POLICY;
use crate::books::{Change, Entry, Household, Record, Setting};
use crate::life::Policy;

/// What a household's watch has been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Nothing is done: until when, where that was said, and why.
    pub paused: Option<(Option<Timestamp>, String)>,
    /// Classes it is quiet about, each until when.
    pub snoozed: BTreeMap<String, Timestamp>,
    /// When it wants to hear of its drift.
    pub policy: watch::Policy,
}

impl Keeper<'_> {
    /// Does nothing for a household until an instant, or until it is resumed; then a proposal that waits is withdrawn.
    ///
    /// # Errors
    /// [`KeepingError`]; an instant that has passed.
    pub fn pause(
        &self,
        household: &Household,
        name: &str,
        until: Option<Timestamp>,
        why: &str,
    ) -> Result<(), KeepingError> {
        let now = self.world.now();
        let mut watching = self.watching(household)?;
        watching.watch.pause(now, until, why)?;
        let facts = json!({"told": "pause", "until": until.map(|at| at.to_string()), "why": why});
        let mut entry = self.standing(household, name, &facts)?.with(watching.kept(now)?);
        if until.is_none() {
            entry = entry.with(Change::Household(Household { paused: true, ..household.clone() }));
        }
        self.write(entry).map(drop)
    }

    /// Goes on with a household.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn resume(&self, household: &Household, name: &str) -> Result<(), KeepingError> {
        let now = self.world.now();
        let mut watching = self.watching(household)?;
        watching.watch.resume();
        let mut entry = self.standing(household, name, &json!({"told": "resume"}))?.with(watching.kept(now)?);
        if household.paused {
            entry = entry.with(Change::Household(Household { paused: false, ..household.clone() }));
        }
        self.write(entry).map(drop)
    }

    /// Is quiet about a class until an instant; without one, listens to it again.
    ///
    /// # Errors
    /// [`KeepingError`]; a class that the household does not have, an instant that has passed.
    pub fn snooze(
        &self,
        household: &Household,
        name: &str,
        class: &str,
        until: Option<Timestamp>,
    ) -> Result<(), KeepingError> {
        let now = self.world.now();
        let kept = self.books.reading().portfolio(household.id)?;
        let read = kept.map(|kept| portfolio::read(&kept.text)).transpose()?;
        let classes: BTreeSet<&str> = read
            .iter()
            .flat_map(|p| p.target_allocation.keys().map(String::as_str))
            .chain(read.iter().flat_map(|p| p.securities.iter().map(|s| s.asset_class.as_str())))
            .collect();
        if !classes.contains(class) {
            let there = classes.into_iter().collect::<Vec<_>>().join(", ");
            let what = format!("asset class `{class}` in household `{}` (it has {there})", household.name);
            return Err(KeepingError::Unknown { what });
        }
        let mut watching = self.watching(household)?;
        match until {
            Some(until) => watching.watch.snooze(class, now, until)?,
            None => watching.watch.wake(class),
        }
        let facts = json!({"told": "snooze", "class": class, "until": until.map(|at| at.to_string())});
        self.write(self.standing(household, name, &facts)?.with(watching.kept(now)?)).map(drop)
    }

    /// What the household asks of an approval from now on; whether that is a change. Offers keep their own end.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn ask_of_approvals(
        &self,
        household: &Household,
        name: &str,
        policy: &Policy,
    ) -> Result<bool, KeepingError> {
        if household.policy == *policy {
            return Ok(false);
        }
        let facts = json!({"told": "approval_policy", "valid_minutes": policy.valid_minutes,
                           "price_move_bps_max": policy.price_move_bps_max.to_string(),
                           "holding_move_bps_max": policy.holding_move_bps_max.to_string(),
                           "second_above_usd": policy.second_above_usd.map(|usd| usd.to_string()),
                           "second_if_edited": policy.second_if_edited});
        let changed = Household { policy: policy.clone(), ..household.clone() };
        let entry = self.standing(household, name, &facts)?.with(Change::Household(changed));
        self.write(entry).map(|_| true)
    }

    /// When the household wants to hear of its drift from now on; whether that is a change.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn ask_of_watch(
        &self,
        household: &Household,
        name: &str,
        policy: &watch::Policy,
    ) -> Result<bool, KeepingError> {
        let scope = household.id.to_string();
        let value = serde_json::to_string(policy)?;
        let known = self.books.reading().setting(&scope, POLICY)?;
        if self.watching(household)?.policy == *policy {
            return Ok(false);
        }
        let facts = json!({"told": "watch_policy", "policy": policy});
        let version = known.map_or(0, |setting| setting.version) + 1;
        let setting = Setting { scope, name: POLICY.to_owned(), value, version, at: self.world.now() };
        let entry = self.standing(household, name, &facts)?.with(Change::Setting(setting));
        self.write(entry).map(|_| true)
    }

    /// What stands: since when and until when nothing is done, and which classes it is quiet about.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn stands(&self, household: &Household) -> Result<Standing, KeepingError> {
        Ok(self.watching(household)?.stands(self.world.now()))
    }

    fn standing(
        &self,
        household: &Household,
        name: &str,
        facts: &serde_json::Value,
    ) -> Result<Entry, KeepingError> {
        let person = self.person(name)?.to_string();
        Ok(Entry::new(Record::new("settings", household.id, &person, self.world.now(), facts.to_string())))
    }
}
