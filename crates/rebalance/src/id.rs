//! Names of the rows in the books: UUIDs of version 7, which sort by the time of their making.
//!
//! In: a time and random bits, both from outside. Out: an id. Each kind of row has a type of its own, so that a
//! household can't be taken for a recommendation.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// A UUIDv7 of this time and these random bits.
///
/// # Source
/// RFC 9562, 5.7.
#[must_use]
pub fn uuid_v7(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no id; one looks like 0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11")]
pub struct NoId(pub String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The id of something made at this time.
            #[must_use]
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                $name(uuid_v7(at, random))
            }

            /// This id, as it was kept.
            #[must_use]
            pub fn from_uuid(uuid: Uuid) -> Self {
                $name(uuid)
            }

            /// When what it names was made, to the millisecond.
            #[must_use]
            pub fn made_at(self) -> Timestamp {
                let (secs, nanos) = self.0.get_timestamp().map_or((0, 0), |at| at.to_unix());
                let nanos = i32::try_from(nanos).unwrap_or(0);
                Timestamp::new(i64::try_from(secs).unwrap_or(0), nanos).unwrap_or(Timestamp::UNIX_EPOCH)
            }

            /// As a plain UUID.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NoId;

            fn from_str(text: &str) -> Result<Self, NoId> {
                Uuid::try_parse(text).map($name).map_err(|_| NoId(text.to_owned()))
            }
        }
    )+};
}

ids! {
    /// A person: who owns, approves, changes.
    PersonId,
    /// A household.
    HouseholdId,
    /// One version of a household's portfolio.
    PortfolioId,
    /// One cycle, from what started it to its end.
    CycleId,
    /// A recommendation.
    RecommendationId,
    /// An event in the outbox.
    EventId,
    /// A booked transaction.
    TransactionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_read_back_and_refuse_other_texts() {
        let earlier = HouseholdId::new(Timestamp::from_second(1_800_000_000).unwrap(), [255; 10]);
        let later = HouseholdId::new(Timestamp::from_second(1_800_000_001).unwrap(), [0; 10]);
        assert!(earlier < later);
        assert_eq!(later.to_string().parse::<HouseholdId>().unwrap(), later);
        assert_eq!(later.uuid().get_version_num(), 7);
        assert_eq!(later.made_at(), Timestamp::from_second(1_800_000_001).unwrap());
        let message = "h-1".parse::<HouseholdId>().unwrap_err().to_string();
        assert!(message.starts_with("`h-1` is no id"), "{message}");
    }
}
