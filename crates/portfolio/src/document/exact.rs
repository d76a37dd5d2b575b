//! Numbers of a document, read to the last digit, and maps that lose nothing.
//!
//! A figure may be a JSON number or a decimal string; either way its text is kept until it is a
//! [`Decimal`], so that no binary float is ever in between.

use std::fmt;
use std::marker::PhantomData;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A decimal of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(pub Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        let text = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')).unwrap_or(raw);
        if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
            let shown: String = raw.chars().take(40).collect();
            return Err(D::Error::custom(format!("expected a number, found {shown}")));
        }
        crate::money::parse(text).map(Exact).map_err(D::Error::custom)
    }
}

/// A map in the order of the document, in which no key may stand twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(0).min(1024));
        let mut seen = std::collections::HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("`{key}` stands twice")));
            }
            entries.push((key, map.next_value()?));
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn numbers_and_decimal_strings_are_exact() {
        let read = |t: &str| serde_json::from_str::<Exact>(t).map(|e| e.0);
        assert_eq!(read("0.1000000000000000055").unwrap(), dec!(0.1000000000000000055));
        assert_eq!(read("\"12345678901234.5678\"").unwrap(), dec!(12345678901234.5678));
        assert_eq!(read("2e-3").unwrap(), dec!(0.002));
        for bad in ["\"abc\"", "null", "true", "{}", "\"\"", "\"NaN\"", "1e999"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
