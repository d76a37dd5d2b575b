//! Settings of the market as they were read last: parsed once, and read again only where they have changed.
//!
//! In: a name. Out: its value with its version. Invariant: what is handed out has the version that the books have now; every household at
//! every tick asks for the same few, which are long.

use std::sync::{Arc, Mutex};

use serde::de::DeserializeOwned;

use super::Keeper;
use super::failure::KeepingError;
use super::prices::MARKET;

/// A setting as it was read last.
#[derive(Debug)]
pub(super) struct Remembered<T>(Mutex<(u64, Arc<T>)>);

impl<T: Default> Default for Remembered<T> {
    /// Of a setting that is not there: version 0.
    fn default() -> Remembered<T> {
        Remembered(Mutex::default())
    }
}

impl Keeper<'_> {
    /// The value of a setting of the market and its version; the default one and 0 where there is none.
    pub(super) fn of_market<T: DeserializeOwned>(
        &self,
        name: &'static str,
        remembered: &Remembered<T>,
    ) -> Result<(u64, Arc<T>), KeepingError> {
        let mut last = remembered.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(setting) = self.books.reading().setting_unless(MARKET, name, last.0)? {
            let value = serde_json::from_str(&setting.value)
                .map_err(|error| KeepingError::MarketSetting { name, detail: error.to_string() })?;
            *last = (setting.version, Arc::new(value));
        }
        Ok(last.clone())
    }
}
