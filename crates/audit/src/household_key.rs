//! The key of a household: all of its originals hang on it, and destroying it erases them.
//!
//! In: the master key of the installation, from outside, and randomness. Out: a [`HouseholdKey`] to work with and a
//! [`WrappedKey`] to store. Invariants: a household's key is stored wrapped only; a wrapped key belongs to one household and one
//! number and opens as no other; no `Debug` shows a key.
//!
//! Erasure is the deletion of the row with the [`WrappedKey`], wherever it is kept, backups included. A backup that is
//! older than an erasure brings the key back, so backups of keys have to be as short-lived as the erasure is meant to be prompt.

use std::fmt;

use zeroize::Zeroizing;

use crate::encoding::from_hex;
use crate::leaf::{KeyId, SubjectTag};
use crate::randomness::{Randomness, hmac};
use crate::record::{NameError, checked_name};
use crate::seal::{open, seal};

/// The owner of records that belong to no household, such as settings of the installation or a failed sign-in.
pub const HOUSE: &str = "-";

/// The key that wraps the households' keys. It comes from a file or the environment, never from the database.
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a text is no master key. The text is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the master key has to be 64 digits of lower-case hex; `openssl rand -hex 32` makes one")]
pub struct MasterKeyError;

impl MasterKey {
    /// From 32 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> MasterKey {
        MasterKey(Zeroizing::new(bytes))
    }

    /// From 64 digits of lower-case hex, as a file or a variable holds it; white space around them does not count.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_text(text: &str) -> Result<MasterKey, MasterKeyError> {
        from_hex(text.trim()).map(MasterKey::from_bytes).ok_or(MasterKeyError)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

/// A household's key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Random, and all that records say of their household.
    pub id: KeyId,
    /// Whose it is.
    pub household: String,
    /// The key under the master key: 72 bytes.
    pub wrapped: Vec<u8>,
}

/// A household's key, ready for use.
pub struct HouseholdKey {
    id: KeyId,
    household: String,
    secret: Zeroizing<[u8; 32]>,
    sealing: Zeroizing<[u8; 32]>,
    tagging: Zeroizing<[u8; 32]>,
}

/// Why a wrapped key did not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the key {id} of household `{household}` does not open with this master key: it is another installation's, or was changed"
)]
pub struct UnwrapError {
    id: KeyId,
    household: String,
}

impl HouseholdKey {
    /// A new key for a household.
    ///
    /// # Errors
    /// A name that no record could carry.
    pub fn generate(household: &str, randomness: &mut Randomness) -> Result<HouseholdKey, NameError> {
        let household = checked_name("household", household, 1)?;
        let id = KeyId(randomness.bytes());
        Ok(HouseholdKey::from_secret(id, household.to_owned(), Zeroizing::new(randomness.bytes())))
    }

    fn from_secret(id: KeyId, household: String, secret: Zeroizing<[u8; 32]>) -> HouseholdKey {
        let sealing = hmac(&secret, &[b"equipoise audit 1 sealing"]);
        let tagging = hmac(&secret, &[b"equipoise audit 1 tagging"]);
        HouseholdKey { id, household, secret, sealing, tagging }
    }

    /// The key as it is to be stored. A new master key is a matter of wrapping every key again.
    #[must_use]
    pub fn wrapped(&self, master: &MasterKey, randomness: &mut Randomness) -> WrappedKey {
        let place = place(self.id, &self.household);
        let wrapped = seal(&master.0, randomness.bytes(), &place, &self.secret[..]);
        WrappedKey { id: self.id, household: self.household.clone(), wrapped }
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub fn household(&self) -> &str {
        &self.household
    }

    /// The tag of a subject, to look its records up.
    #[must_use]
    pub fn subject_tag(&self, subject: &str) -> SubjectTag {
        let digest = hmac(&self.tagging, &[subject.as_bytes()]);
        let mut tag = [0; 16];
        tag.copy_from_slice(&digest[..16]);
        SubjectTag(tag)
    }

    /// The part of the key that seals records.
    pub(crate) fn sealing(&self) -> &[u8; 32] {
        &self.sealing
    }
}

impl WrappedKey {
    /// The key itself.
    ///
    /// # Errors
    /// Another master key, another household or number, or a changed bit.
    pub fn unwrapped(&self, master: &MasterKey) -> Result<HouseholdKey, UnwrapError> {
        let refused = || UnwrapError { id: self.id, household: self.household.clone() };
        let secret = open(&master.0, &place(self.id, &self.household), &self.wrapped).ok_or_else(refused)?;
        let secret: [u8; 32] = secret.as_slice().try_into().map_err(|_| refused())?;
        Ok(HouseholdKey::from_secret(self.id, self.household.clone(), Zeroizing::new(secret)))
    }
}

impl fmt::Debug for HouseholdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HouseholdKey({}, ***)", self.id)
    }
}

/// What a wrapped key is bound to.
fn place(id: KeyId, household: &str) -> Vec<u8> {
    [b"equipoise audit 1 household key", &id.0[..], household.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_with_its_master_as_its_household_only() {
        let mut randomness = Randomness::from_seed([1; 32]);
        let master = MasterKey::from_text(&format!(" {}\n", "ab".repeat(32))).unwrap();
        let key = HouseholdKey::generate("household-7", &mut randomness).unwrap();
        let wrapped = key.wrapped(&master, &mut randomness);
        assert_eq!(wrapped.wrapped.len(), 72);
        assert_eq!(wrapped.unwrapped(&master).unwrap().secret, key.secret);
        assert!(wrapped.unwrapped(&MasterKey::from_bytes([0; 32])).is_err());
        let other = WrappedKey { household: "household-8".to_owned(), ..wrapped.clone() };
        assert!(other.unwrapped(&master).is_err());
        let other = WrappedKey { id: KeyId([0; 16]), ..wrapped.clone() };
        assert!(other.unwrapped(&master).is_err());
        let other = WrappedKey { wrapped: vec![], ..wrapped };
        assert!(other.unwrapped(&master).is_err());
    }

    #[test]
    fn no_key_is_shown() {
        let key = HouseholdKey::generate("h", &mut Randomness::from_seed([1; 32])).unwrap();
        assert_eq!(format!("{:?}", MasterKey::from_bytes([1; 32])), "MasterKey(***)");
        assert_eq!(format!("{key:?}"), format!("HouseholdKey({}, ***)", key.id()));
        assert!(!MasterKey::from_text("0123").unwrap_err().to_string().contains("0123"));
    }

    #[test]
    fn subjects_have_tags_of_their_own_under_each_key() {
        let mut randomness = Randomness::from_seed([1; 32]);
        let one = HouseholdKey::generate("h", &mut randomness).unwrap();
        let two = HouseholdKey::generate("h", &mut randomness).unwrap();
        assert_eq!(one.subject_tag("p-1"), one.subject_tag("p-1"));
        assert_ne!(one.subject_tag("p-1"), one.subject_tag("p-2"));
        assert_ne!(one.subject_tag("p-1"), two.subject_tag("p-1"));
    }
}
