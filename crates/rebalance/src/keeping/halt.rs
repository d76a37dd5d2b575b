//! The kill switch: nothing is sent while trading is halted.
//!
//! In: a person and a reason. Out: the setting `trading.halt`, on record. Invariant: it is asked for before every single order that is sent,
//! from the books, so that it holds at once, for every program on these books, and after any restart. What is open at a broker
//! stays there, its fills are taken in, and it ends with its day.

use super::Keeper;
use super::failure::KeepingError;
use crate::books::{Books, BooksError, Change, Entry, Record, Setting, person_or_new};
use crate::id::PersonId;

const SCOPE: &str = "trading";
const NAME: &str = "halt";
/// What stands for a halt without a reason.
const NO_REASON: &str = "no reason was given";

/// Why trading is halted on these books; `None` where it is not.
///
/// # Errors
/// [`BooksError`].
pub fn halted(books: &dyn Books) -> Result<Option<String>, BooksError> {
    let setting = books.reading().setting(SCOPE, NAME)?;
    Ok(setting.map(|setting| setting.value).filter(|reason| !reason.is_empty()))
}

impl Keeper<'_> {
    /// Why trading is halted; `None` where it is not.
    ///
    /// # Errors
    /// [`KeepingError`]; nothing may be sent then.
    pub fn halted(&self) -> Result<Option<String>, KeepingError> {
        Ok(halted(self.books)?)
    }

    /// Halts trading for everybody, for a person and a reason.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn halt(&self, name: &str, reason: &str) -> Result<(), KeepingError> {
        let reason: String = reason.trim().chars().take(super::answer::REASON_CHARS_MAX).collect();
        self.set_halt(name, if reason.is_empty() { NO_REASON } else { &reason })
    }

    /// Lifts the halt.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn lift_halt(&self, name: &str) -> Result<(), KeepingError> {
        self.set_halt(name, "")
    }

    fn set_halt(&self, name: &str, value: &str) -> Result<(), KeepingError> {
        let at = self.world.now();
        let person = person_or_new(self.books, name, PersonId::new(at, self.world.draw()), at)?.id;
        let before = self.books.reading().setting(SCOPE, NAME)?;
        let version = before.map_or(0, |setting| setting.version) + 1;
        let body = serde_json::json!({"scope": SCOPE, "name": NAME, "value": value, "version": version});
        let record = Record {
            kind: "settings".to_owned(),
            at,
            household: None,
            subject: String::new(),
            actor: person.to_string(),
            body: body.to_string(),
        };
        let (scope, name, value) = (SCOPE.to_owned(), NAME.to_owned(), value.to_owned());
        self.write(Entry::new(record).with(Change::Setting(Setting { scope, name, value, version, at })))?;
        Ok(())
    }
}
