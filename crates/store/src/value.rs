//! Values on their way into and out of a statement, the same for both databases.
//!
//! In: a Rust value. Out: a parameter of a statement, or from a column the value again. Invariants: a decimal keeps every digit
//! (`TEXT` in its shortest form in SQLite, `numeric` in PostgreSQL); a time keeps its microseconds (`INTEGER`, `timestamptz`),
//! whatever is finer is cut off; nothing passes through a binary float.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};
use uuid::Uuid;

/// A parameter of a statement; its kind is known even where it is absent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A UUID.
    Id(Option<Uuid>),
    /// A text.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i64>),
    /// Money, a quantity, a weight.
    Money(Option<Decimal>),
    /// A moment.
    Time(Option<Timestamp>),
    /// A day.
    Date(Option<Date>),
    /// Yes or no.
    Bool(Option<bool>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

macro_rules! values {
    ($($from:ty => $kind:ident),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Value {
                Value::$kind(Some(value.into()))
            }
        }

        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Value {
                Value::$kind(value.map(Into::into))
            }
        }
    )+};
}

values! {
    Uuid => Id, &str => Text, String => Text, i64 => Int, u32 => Int, Decimal => Money, Timestamp => Time, Date => Date,
    bool => Bool, &[u8] => Bytes, Vec<u8> => Bytes,
}

impl From<&String> for Value {
    fn from(value: &String) -> Value {
        Value::Text(Some(value.clone()))
    }
}

/// A version or number of a row; none is anywhere near the limit of 63 bits.
impl From<u64> for Value {
    fn from(value: u64) -> Value {
        Value::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}

/// The parameters of a statement, each turned into a [`Value`].
macro_rules! values_of {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
pub(crate) use values_of;

/// The shortest text of a decimal.
pub(crate) fn decimal_text(value: Decimal) -> String {
    if value.is_zero() { "0".to_owned() } else { value.normalize().to_string() }
}

/// A moment as PostgreSQL counts it: microseconds since 2000-01-01T00:00Z.
pub(crate) struct PgTime(pub(crate) Timestamp);

/// A day as PostgreSQL counts it: days since 2000-01-01.
pub(crate) struct PgDate(pub(crate) Date);

const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;
const PG_EPOCH: Date = jiff::civil::date(2000, 1, 1);

impl Type<Postgres> for PgTime {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("timestamptz")
    }
}

impl Encode<'_, Postgres> for PgTime {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0.as_microsecond() - PG_EPOCH_MICROS, buffer)
    }
}

impl Decode<'_, Postgres> for PgTime {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let micros = <i64 as Decode<Postgres>>::decode(value)?;
        let micros = micros.checked_add(PG_EPOCH_MICROS).ok_or("a time beyond all calendars")?;
        Ok(PgTime(Timestamp::from_microsecond(micros)?))
    }
}

impl Type<Postgres> for PgDate {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("date")
    }
}

impl Encode<'_, Postgres> for PgDate {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let days = PG_EPOCH.until(self.0)?.get_days();
        Encode::<Postgres>::encode(days, buffer)
    }
}

impl Decode<'_, Postgres> for PgDate {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let days = <i32 as Decode<Postgres>>::decode(value)?;
        Ok(PgDate(PG_EPOCH.checked_add(jiff::Span::new().try_days(days)?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn a_decimal_has_one_text() {
        assert_eq!(decimal_text(dec!(1.500)), "1.5");
        assert_eq!(decimal_text(dec!(100)), "100");
        assert_eq!(decimal_text(-dec!(0.00)), "0");
        assert_eq!(decimal_text(dec!(0.0000000000000000000000000001)), "0.0000000000000000000000000001");
    }
}
