//! Numbers of a document, read to the last digit; its texts, not copied; and maps that lose nothing.
//!
//! A figure may be a JSON number or a decimal string; either way its text is kept until it is a
//! [`Decimal`], so that no binary float is ever in between.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

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

/// A text of a document; where it has no escapes, the document's own bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text as a portfolio keeps it.
    pub(crate) fn kept(&self) -> String {
        self.0.as_ref().to_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text(Cow::Owned(text))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(PhantomData))
    }
}

struct TextVisitor<'a>(PhantomData<&'a str>);

impl<'de: 'a, 'a> Visitor<'de> for TextVisitor<'a> {
    type Value = Text<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'a>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'a>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

/// A map in the order of the document, in which no key may stand twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<'a, T>(pub Vec<(Text<'a>, T)>);

impl<T> Default for Entries<'_, T> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Entries<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<'a, T>(PhantomData<(&'a str, T)>);

/// So many names are looked through one by one; more are indexed.
const FEW: usize = 16;

impl<'de: 'a, 'a, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<'a, T> {
    type Value = Entries<'a, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<(Text<'a>, T)> = Vec::new();
        let mut seen: HashSet<Text<'a>> = HashSet::new();
        while let Some(key) = map.next_key::<Text<'a>>()? {
            if entries.len() == FEW {
                seen.extend(entries.iter().map(|(known, _)| known.clone()));
            }
            let twice = if entries.len() < FEW {
                entries.iter().any(|(known, _)| *known == key)
            } else {
                !seen.insert(key.clone())
            };
            if twice {
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
