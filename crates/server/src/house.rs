//! What the server asks of the program around it.
//!
//! In: nothing; the program that starts a server implements [`House`]. Out: the books, a keeper of households who sends nothing, proofs.
//! Invariant: the server itself holds no key of the log and reaches no broker.

use jiff::Timestamp;
use portfolio::Portfolio;
use rebalance::books::{Household, Person};
use rebalance::keeping::Keeper;
use rebalance::life::Recommendation;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use crate::answered::Answered;
use crate::imports::{ImportAsked, Imported};
use crate::reconciled::Reconciled;
use crate::sign_on::{Begun, SignOnFault, Vouched};

/// The time that the households live in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lived {
    /// What time it is there.
    pub now: Timestamp,
    /// It is that of a simulated market.
    pub is_simulated: bool,
}

/// What verifying the log has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verified {
    /// Every record is the one that was written.
    pub sound: bool,
    /// Records of the log.
    pub records: u64,
    /// Its root (Merkle tree hash), base64.
    pub root: String,
    /// What is wrong, where something is.
    pub fault: Option<String>,
    /// The first bad record, from 0.
    pub first_bad: Option<u64>,
    /// Checkpoints that can't be believed, with why.
    pub checkpoint_faults: Vec<String>,
    /// A checkpoint that was kept outside of the books says that nothing was cut off its end.
    pub end_is_vouched_for: bool,
    /// Records that no checkpoint covers yet.
    pub uncovered: u64,
    /// The same in words, line by line, as `equipoise audit verify` tells it.
    pub words: Vec<String>,
}

/// What came of making a past plan again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Replayed {
    /// `same`, byte for byte; `compared`, where the engine or a model can't be asked again, and it keeps every rule or does not; `different`;
    /// `changed`, where the record is not what was written; `erased`.
    pub outcome: String,
    /// Nothing speaks against the record.
    pub good: bool,
    /// The same in words, as `equipoise replay` tells it.
    pub words: Vec<String>,
    /// The plan document that was made again, byte for byte, where one was.
    pub document: Option<String>,
}

/// A setting that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettingInForce {
    /// Its name, as in the configuration: `service.tick_secs`.
    pub name: String,
    /// Its value, in words; `set` or `not set` where it is a secret.
    pub value: String,
}

/// The program around the server. Its calls block.
pub trait House: Send + Sync + 'static {
    /// The books.
    fn store(&self) -> &Store;

    /// The time of the machine, which sessions live in; the households may live in that of a simulated market.
    fn now(&self) -> Timestamp;

    /// The time that the households live in.
    ///
    /// # Errors
    /// As a person reads it.
    fn lived(&self) -> Result<Lived, String>;

    /// Who somebody is that comes in without a password; nobody but in a demonstration that was started for it.
    ///
    /// # Errors
    /// As a person reads it.
    fn guest(&self) -> Result<Option<Person>, String>;

    /// Random bytes that nobody can guess.
    fn draw(&self, bytes: &mut [u8]);

    /// Does something with a keeper who asks no broker.
    ///
    /// # Errors
    /// Why there is no keeper, as a person reads it.
    fn kept(&self, act: &mut dyn FnMut(&Keeper<'_>)) -> Result<(), String>;

    /// Signs what was written since the last time, so that it is proven from now on.
    ///
    /// # Errors
    /// Why it can't be signed, as a person reads it.
    fn sign(&self) -> Result<(), String>;

    /// The proof of a record of the log, as `audit check` reads it, and the key that signed it.
    ///
    /// # Errors
    /// Why there is none, as a person reads it.
    fn proof(&self, record: u64) -> Result<String, String>;

    /// Reads brokers' files; nothing is kept.
    ///
    /// # Errors
    /// Where in what was asked something can't be, and why. What is wrong with the files is no error but what was found.
    fn import(&self, asked: &ImportAsked) -> Result<Imported, (String, String)>;

    /// Verifies the log from its first record to its last. That something is wrong with it is no error but what was found.
    ///
    /// # Errors
    /// Why it can't be read, as a person reads it.
    fn verify(&self) -> Result<Verified, String>;

    /// Makes a past plan again from what is on record, and compares.
    ///
    /// # Errors
    /// Why it can't be read, as a person reads it.
    fn replay(&self, proposal: &Recommendation, attempt: Option<u32>) -> Result<Replayed, String>;

    /// What an examiner reads of proposals: one page of HTML.
    ///
    /// # Errors
    /// Why there is none, as a person reads it.
    fn examination(&self, proposals: &[Recommendation]) -> Result<String, String>;

    /// Holds the books of a household against a document of what its broker holds, and puts on record what was found and who asked.
    ///
    /// # Errors
    /// As a person reads it.
    fn reconcile(
        &self,
        household: &Household,
        at_broker: &Portfolio,
        asking: &Person,
    ) -> Result<Reconciled, String>;

    /// The settings that are in force, without any secret.
    ///
    /// # Errors
    /// As a person reads it.
    fn settings(&self) -> Result<Vec<SettingInForce>, String>;

    /// Whether a provider is configured that vouches for people.
    fn knows_a_provider(&self) -> bool;

    /// Begins a sign-in with that provider; none where there is none. `anew` has the person show it who they are once more.
    ///
    /// # Errors
    /// [`SignOnFault`].
    fn begin_sign_on(&self, anew: bool) -> Result<Option<Begun>, SignOnFault>;

    /// Whom it vouches for, by the code that a browser brought.
    ///
    /// # Errors
    /// [`SignOnFault`].
    fn end_sign_on(&self, code: &str, verifier: &str, nonce: &str) -> Result<Vouched, SignOnFault>;

    /// An answer was given. It is told to whoever keeps a log or traces, and must not wait for them.
    fn answered(&self, answered: &Answered);

    /// Where orders move real money, for whoever looks.
    ///
    /// # Errors
    /// As a person reads it.
    fn live(&self) -> Result<Vec<String>, String>;
}
