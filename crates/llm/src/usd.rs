//! USD in files: decimal strings, never binary floats.
//!
//! In: `"1.25"` or a whole number. Out: a decimal. Invariant: a number with a fraction has to be in quotes, so that no float
//! ever holds it.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serializer};

struct Usd;

impl Visitor<'_> for Usd {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of USD in quotes, such as \"1.25\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
        Decimal::from_str_exact(text).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_i64<E: Error>(self, whole: i64) -> Result<Decimal, E> {
        Ok(Decimal::from(whole))
    }

    fn visit_u64<E: Error>(self, whole: u64) -> Result<Decimal, E> {
        Ok(Decimal::from(whole))
    }
}

/// Reads an amount.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    deserializer.deserialize_any(Usd)
}

/// Writes an amount.
pub(crate) fn serialize<S: Serializer>(usd: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(usd)
}

/// Amounts that may be missing.
pub(crate) mod optional {
    use super::{Decimal, Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Amount(#[serde(deserialize_with = "super::deserialize")] Decimal);

    /// Reads an amount that is there.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        Ok(Option::<Amount>::deserialize(deserializer)?.map(|amount| amount.0))
    }

    /// Writes an amount, or that there is none.
    pub(crate) fn serialize<S: Serializer>(usd: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
        match usd {
            Some(usd) => serializer.collect_str(usd),
            None => serializer.serialize_none(),
        }
    }
}
