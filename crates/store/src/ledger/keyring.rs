//! The keys that are there, and what is wrong with them.
//!
//! In: the rows of the keys, wrapped, then the numbers of the keys that records stand under. Out: the keys that open, and a fault for each
//! that does not open, or is gone without an erasure on record. Invariant: one bad key hides nothing but what stands under it.

use std::collections::{BTreeMap, BTreeSet};

use audit::leaf::KeyId;
use audit::{HOUSE, HouseholdKey};

use super::KeyFault;
use crate::failure::Failure;
use crate::journal::Sealing;
use crate::keys;
use crate::work::Work;

/// The keys that are there.
#[derive(Default)]
pub(crate) struct Keyring {
    /// Those that open.
    pub(crate) open: BTreeMap<KeyId, HouseholdKey>,
    /// Those that do not, by whose they are said to be.
    damaged: BTreeMap<String, String>,
    /// Their numbers, as far as those can be read.
    damaged_ids: BTreeSet<KeyId>,
}

impl Keyring {
    /// Every key that is there, opened as far as it can be.
    pub(crate) async fn read(work: &mut Work, sealing: &Sealing) -> Result<Keyring, Failure> {
        let mut keyring = Keyring::default();
        for (household, wrapped) in keys::each(work).await? {
            keyring.damaged_ids.extend(wrapped.as_ref().ok().map(|key| key.id));
            let opened = wrapped.map_err(|error| error.to_string());
            match opened.and_then(|key| key.unwrapped(&sealing.master).map_err(|error| error.to_string())) {
                Ok(key) => {
                    keyring.damaged_ids.remove(&key.id());
                    keyring.open.insert(key.id(), key);
                }
                Err(why) => {
                    keyring.damaged.insert(household, why);
                }
            }
        }
        Ok(keyring)
    }

    fn owners(&self) -> BTreeSet<&str> {
        self.open.values().map(HouseholdKey::household).collect()
    }

    /// Households whose records can't be read, of those that there are.
    pub(super) fn closed<'a>(
        &self,
        households: impl Iterator<Item = &'a str>,
        erased: &BTreeMap<String, String>,
    ) -> BTreeSet<String> {
        let owners = self.owners();
        let closed = households.filter(|id| !owners.contains(id)).map(str::to_owned);
        closed.chain(erased.values().cloned()).collect()
    }

    /// What is wrong. `used` has for each key that records stand under the first of them and how many there are; `erased` the keys of which
    /// an erasure is on record, with their households; `households` those that there are, with their names.
    pub(super) fn faults(
        &self,
        used: &BTreeMap<KeyId, (u64, u64)>,
        erased: &BTreeMap<String, String>,
        households: &BTreeMap<String, String>,
    ) -> Vec<KeyFault> {
        let named = |id: &str| match households.get(id) {
            _ if id == HOUSE => "the house".to_owned(),
            Some(name) => format!("household {name} ({id})"),
            None => format!("household {id}"),
        };
        let damaged = self.damaged.iter().map(|(owner, why)| {
            let words = format!("the key of {} does not open: {why}", named(owner));
            KeyFault { household: Some(owner.clone()), words }
        });
        let owners = self.owners();
        let without: Vec<&str> = households
            .keys()
            .map(String::as_str)
            .chain([HOUSE])
            .filter(|id| !owners.contains(id) && !self.damaged.contains_key(*id))
            .filter(|id| !erased.values().any(|other| other == id))
            .collect();
        let is_known = |id: &KeyId| self.open.contains_key(id) || self.damaged_ids.contains(id);
        let gone = used.iter().filter(|(id, _)| !is_known(id) && !erased.contains_key(&id.to_string()));
        let gone = gone.map(|(id, (first, count))| {
            let whose = match without.as_slice() {
                [] => format!("of a household ({id})"),
                one_or_more => {
                    let names: Vec<String> = one_or_more.iter().take(10).map(|id| named(id)).collect();
                    format!("of {}", names.join(" or "))
                }
            };
            let words = format!(
                "the key {whose} is gone and no erasure is on record: {count} records stand under it, the first of them record {first}"
            );
            let household = without.first().filter(|_| without.len() == 1).map(|id| (*id).to_owned());
            KeyFault { household, words }
        });
        damaged.chain(gone).collect()
    }
}
