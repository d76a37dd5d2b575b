//! Settings of the market as they were read last: parsed once, and read again only where they have changed.
//!
//! In: a name. Out: its value with its version. Invariant: what is handed out has the version that the books have now; every household at
//! every tick, and every request, asks for the same few, which are long.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ingest::judge::PriceAge;
use ingest::{Judge, Split};
use serde::de::DeserializeOwned;

use super::Keeper;
use super::failure::KeepingError;
use super::house_rules::Book;
use super::prices::MARKET;
use super::slippage::Spreads;
use super::volatility::Closes;

/// A setting as it was read last.
#[derive(Debug)]
pub(super) struct Remembered<T>(Mutex<(u64, Arc<T>)>);

/// Everything that is remembered of the market, for one set of books.
#[derive(Debug, Default)]
pub struct Market {
    pub(super) judge: Remembered<Judge>,
    pub(super) age: Remembered<PriceAge>,
    pub(super) closes: Remembered<Closes>,
    pub(super) splits: Remembered<Vec<Split>>,
    pub(super) rules: Remembered<Book>,
    pub(super) spreads: Remembered<Spreads>,
}

impl<T: Default> Default for Remembered<T> {
    /// Of a setting that is not there: version 0.
    fn default() -> Remembered<T> {
        Remembered(Mutex::default())
    }
}

impl<T> Remembered<T> {
    fn last(&self) -> MutexGuard<'_, (u64, Arc<T>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeper<'_> {
    /// The value of a setting of the market and its version; the default one and 0 where there is none.
    pub(super) fn of_market<T: DeserializeOwned>(
        &self,
        name: &'static str,
        remembered: &Remembered<T>,
    ) -> Result<(u64, Arc<T>), KeepingError> {
        // Nobody else waits while the books are asked.
        let last = remembered.last().clone();
        let Some(setting) = self.books.reading().setting_unless(MARKET, name, last.0)? else {
            return Ok(last);
        };
        let value = serde_json::from_str(&setting.value)
            .map_err(|error| KeepingError::MarketSetting { name, detail: error.to_string() })?;
        let read = (setting.version, Arc::new(value));
        *remembered.last() = read.clone();
        Ok(read)
    }
}
