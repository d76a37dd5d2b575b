//! Money, shares, weights and moments as they go over the wire.
//!
//! Invariant: a decimal is a text with every digit it has, never a binary float; a moment is UTC.

use std::borrow::Cow;

use jiff::Timestamp;
use portfolio::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A decimal: USD, shares, a part of 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Decimal);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // -0 is 0.
        let shown = if self.0.is_zero() { Decimal::ZERO } else { self.0.normalize() };
        serializer.collect_str(&shown)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let is_plain =
            text.strip_prefix('-').unwrap_or(&text).starts_with(|first: char| first.is_ascii_digit());
        // A number with more digits than a decimal keeps is refused, not rounded.
        let read = Decimal::from_str_exact(&text).ok().filter(|_| is_plain && !text.contains('_'));
        read.map(Amount).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            serde::de::Error::custom(format!(
                "`{shown}` is no decimal of 28 digits at most, such as \"1250.50\""
            ))
        })
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^-?[0-9]+(\.[0-9]+)?$"));
        text.description(Some("A decimal with every digit it has.")).examples(["1234.56"]).into()
    }
}

impl ToSchema for Amount {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Amount")
    }
}

/// A moment, RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    /// Of microseconds since 1970, as the log counts.
    pub(crate) fn of_micros(micros: i64) -> Moment {
        Moment(Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        let text = ObjectBuilder::new().schema_type(Type::String).format(Some(format));
        text.examples(["2026-11-26T15:04:05Z"]).into()
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Moment")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_goes_over_the_wire_and_zero_has_no_sign() {
        let text = |number: &str| serde_json::to_string(&Amount(number.parse().unwrap())).unwrap();
        assert_eq!(text("9007199254740993.150"), "\"9007199254740993.15\"");
        assert_eq!((text("-0.00"), text("0.0001")), ("\"0\"".to_owned(), "\"0.0001\"".to_owned()));
    }

    #[test]
    fn what_is_sent_is_read_to_the_last_digit_or_refused() {
        let read = |text: &str| serde_json::from_str::<Amount>(text).ok().map(|amount| amount.0.to_string());
        assert_eq!(read("\"-9007199254740993.150\"").as_deref(), Some("-9007199254740993.150"));
        for refused in [
            "12.5",
            "\"\"",
            "\"1e5\"",
            "\"+1\"",
            "\".5\"",
            "\"1_000\"",
            "\"1.00000000000000000000000000001\"",
            "null",
        ] {
            assert_eq!(read(refused), None, "{refused}");
        }
    }
}
