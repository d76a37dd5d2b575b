//! What a watch remembers, in the books: read, told what happened, written with the entry that tells of it.
//!
//! In: a household. Out: its [`Watch`], and the change that keeps it. Invariant: a watch changes only in the entry whose cause is on
//! record there, so that after a crash it stands where the books stand.

use monitor::Watch;
use monitor::watch::{Outcome, Policy, WatchError};

use super::Keeper;
use super::failure::KeepingError;
use super::standing::Standing;
use crate::books::{Change, Household, Setting};

/// Its name among the settings of a household.
const WATCH: &str = "watch";
/// The name of what a household asks of its watch.
pub(super) const POLICY: &str = "watch_policy";

/// A watch as it was read.
pub(super) struct Watching {
    pub(super) watch: Watch,
    pub(super) policy: Policy,
    /// When it was written last, where it was.
    pub(super) written_at: Option<jiff::Timestamp>,
    version: u64,
    scope: String,
}

impl Watching {
    /// What of it people ask for.
    pub(super) fn stands(&self, now: jiff::Timestamp) -> Standing {
        Standing {
            paused: self.watch.paused(now).map(|(until, why)| (until, why.to_owned())),
            snoozed: self.watch.snoozed(now).map(|(class, until)| (class.to_owned(), until)).collect(),
            policy: self.policy.clone(),
        }
    }

    /// The change that keeps it.
    pub(super) fn kept(&self, at: jiff::Timestamp) -> Result<Change, KeepingError> {
        let value = serde_json::to_string(&self.watch)?;
        let (scope, name, version) = (self.scope.clone(), WATCH.to_owned(), self.version + 1);
        Ok(Change::Setting(Setting { scope, name, value, version, at }))
    }

    /// The plan that it asked for was offered.
    pub(super) fn proposed(&mut self, id: &str) -> Result<(), KeepingError> {
        match self.watch.proposed(id) {
            // Of a cycle that somebody else began it knows nothing.
            Ok(()) | Err(WatchError::NotPlanning { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What it asked for came to an end.
    pub(super) fn ended(&mut self, outcome: Outcome, now: jiff::Timestamp) -> Result<(), KeepingError> {
        match self.watch.ended(outcome, now, &self.policy) {
            Ok(()) | Err(WatchError::NothingOpen { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Keeper<'_> {
    /// The watch of a household; a new one where there is none on record.
    pub(super) fn watching(&self, household: &Household) -> Result<Watching, KeepingError> {
        let scope = household.id.to_string();
        let unreadable = |name, error: serde_json::Error| KeepingError::Setting {
            household: scope.clone(),
            name,
            detail: error.to_string(),
        };
        let mut settings = self.books.reading().settings_of(&scope)?;
        let mut take = |name| {
            let place = settings.iter().position(|setting| setting.name == name)?;
            Some(settings.swap_remove(place))
        };
        let policy = match take(POLICY) {
            Some(setting) => {
                serde_json::from_str(&setting.value).map_err(|error| unreadable(POLICY, error))?
            }
            None => Policy::default(),
        };
        let (watch, version, written_at) = match take(WATCH) {
            Some(setting) => {
                let watch = serde_json::from_str(&setting.value).map_err(|error| unreadable(WATCH, error))?;
                (watch, setting.version, Some(setting.at))
            }
            None => (Watch::new(household.opened_at), 0, None),
        };
        Ok(Watching { watch, policy, written_at, version, scope })
    }
}
