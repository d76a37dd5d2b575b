//! What the server asks of the program around it.
//!
//! In: nothing; the program that starts a server implements [`House`]. Out: the books, a keeper of households who sends nothing, proofs.
//! Invariant: the server itself holds no key of the log and reaches no broker.

use jiff::Timestamp;
use rebalance::books::Person;
use rebalance::keeping::Keeper;
use store::Store;

/// The time that the households live in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lived {
    /// What time it is there.
    pub now: Timestamp,
    /// It is that of a simulated market.
    pub is_simulated: bool,
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

    /// Where orders move real money, for whoever looks.
    ///
    /// # Errors
    /// As a person reads it.
    fn live(&self) -> Result<Vec<String>, String>;
}
