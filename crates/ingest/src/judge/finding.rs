//! What a judge finds about a price.
//!
//! In: figures. Out: a [`Finding`] with a stable code and words for a person. Invariant: the words hold the figures that were compared.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What was found about a price of a ticker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    pub code: Code,
    /// Of which security.
    pub ticker: String,
    /// For a person, with the figures.
    pub words: String,
}

/// What is found about prices. Each has a stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Code {
    /// A price of zero or less.
    #[serde(rename = "price.zero")]
    Zero,
    /// More is bid than asked.
    #[serde(rename = "price.crossed")]
    Crossed,
    /// The last trade lies far from what is bid and asked.
    #[serde(rename = "price.off_market")]
    OffMarket,
    /// It was made after it was received.
    #[serde(rename = "price.from_the_future")]
    FromTheFuture,
    /// It was made too long ago.
    #[serde(rename = "price.stale")]
    Stale,
    /// It was made before the price that was taken last.
    #[serde(rename = "price.out_of_order")]
    OutOfOrder,
    /// A move that neither the security's volatility, nor the market, nor volume explains.
    #[serde(rename = "price.jump")]
    Jump,
    /// A move to a ratio of whole numbers, as in a split that nobody has told of.
    #[serde(rename = "price.split_like")]
    SplitLike,
    /// No source has told a price.
    #[serde(rename = "price.missing")]
    Missing,
    /// A held-back price was wrong: the next one is back where it was.
    #[serde(rename = "price.reverted")]
    Reverted,
    /// A held-back price was right: later ones stay there.
    #[serde(rename = "price.confirmed")]
    Confirmed,
}

impl Code {
    /// Its stable name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Code::Zero => "price.zero",
            Code::Crossed => "price.crossed",
            Code::OffMarket => "price.off_market",
            Code::FromTheFuture => "price.from_the_future",
            Code::Stale => "price.stale",
            Code::OutOfOrder => "price.out_of_order",
            Code::Jump => "price.jump",
            Code::SplitLike => "price.split_like",
            Code::Missing => "price.missing",
            Code::Reverted => "price.reverted",
            Code::Confirmed => "price.confirmed",
        }
    }
}

impl Code {
    /// What it means, for a person.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Code::Zero => "a price of zero or less",
            Code::Crossed => "more is bid than asked",
            Code::OffMarket => "the last trade lies far from what is bid and asked",
            Code::FromTheFuture => "made after it was received",
            Code::Stale => "made too long ago",
            Code::OutOfOrder => "made before the price that was taken last",
            Code::Jump => "neither its own moves, nor the market, nor volume explain it",
            Code::SplitLike => "the ratio of a split that nobody has told of",
            Code::Missing => "no source has told a price",
            Code::Reverted => "the next price is back where it was",
            Code::Confirmed => "later prices stay there",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code.word(), self.ticker, self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_kept_under_its_word() {
        for code in
            [Code::Zero, Code::Jump, Code::SplitLike, Code::Confirmed, Code::OutOfOrder, Code::OffMarket]
        {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.word()));
        }
    }
}
