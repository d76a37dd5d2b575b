//! Which securities are substantially identical, and how sure is that.
//!
//! In: tickers, and how far to go ([`Identical`]). Out: a [`Relation`] of two, and the [`group`] of one, from
//! the table `data/identity.csv`. It is a policy, not law: "all facts and circumstances" decide (Pub. 550),
//! no ruling names these pairs, and each row says on what ground it is there and how certain that is. The
//! invariant is that a group that somebody states always wins: `gains` groups by this table only what its
//! file puts in no group, and a plan, whose groups model.md fixes, is only warned by it.
//!
//! Funds on different indices (VTI and ITOT, BND and AGG) are different here, though they hold
//! nearly the same: an index is named as its provider names it. The list began from the judgement
//! list of chen-star/net_alpha (MIT), which groups funds by market instead.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// One security of the table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its ticker.
    pub ticker: String,
    /// The ticker of which it is another class or a later name; None for the main one.
    pub same_as: Option<String>,
    /// The index it follows; None for stocks.
    pub index: Option<String>,
    /// Why it is listed.
    pub ground: String,
    /// `confirmed`, `secondary` or `unconfirmed`.
    pub certainty: String,
}

/// How two securities relate under s.1091, as this table sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same ticker.
    Same,
    /// Classes of one fund or one issuer: treat as identical.
    Identical {
        /// Why.
        ground: &'static str,
        /// How sure.
        certainty: &'static str,
    },
    /// Funds on one index: grey, no ruling.
    SameIndex {
        /// The index.
        index: &'static str,
    },
    /// Nothing here says that they are identical.
    Different,
}

/// How much counts as identical where nobody states a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identical {
    /// The same ticker only.
    Ticker,
    /// And classes of one fund or one issuer.
    Class,
    /// And funds on one index: grey, no ruling, so the careful reading is the default.
    #[default]
    Index,
}

impl Identical {
    /// Every choice, from the narrowest.
    pub const ALL: [Self; 3] = [Self::Ticker, Self::Class, Self::Index];

    /// Its word on the command line and in a report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticker => "ticker",
            Self::Class => "class",
            Self::Index => "index",
        }
    }

    /// What counts as identical, as a clause.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ticker => "one identical_group; without a group only the same ticker",
            Self::Class => "one identical_group; without a group classes of one fund or of one issuer",
            Self::Index => {
                "one identical_group; without a group classes of one fund or of one issuer, and funds on one index, on \
                 which there is no ruling"
            }
        }
    }
}

/// The whole table, by ticker.
#[must_use]
pub fn policy() -> &'static BTreeMap<String, Listed> {
    static TABLE: LazyLock<BTreeMap<String, Listed>> = LazyLock::new(|| {
        csv::Reader::from_reader(include_str!("../data/identity.csv").as_bytes())
            .deserialize()
            .map(|row| {
                let listed: Listed = row.expect("the embedded table is valid");
                (listed.ticker.clone(), listed)
            })
            .collect()
    });
    &TABLE
}

/// How `a` and `b` relate.
///
/// # Source
/// Policy 3.4 of the tax facts: classes of one fund identical (secondary); classes of one issuer
/// identical (no ruling found); same index grey (no ruling); different index different.
#[must_use]
pub fn relation(a: &str, b: &str) -> Relation {
    if a == b {
        return Relation::Same;
    }
    let (Some(a), Some(b)) = (policy().get(a), policy().get(b)) else {
        return Relation::Different;
    };
    let main = |listed: &'static Listed| listed.same_as.as_ref().unwrap_or(&listed.ticker);
    if main(a) == main(b) {
        let class = if a.same_as.is_some() { a } else { b };
        return Relation::Identical { ground: &class.ground, certainty: &class.certainty };
    }
    match (&a.index, &b.index) {
        (Some(index), Some(other)) if index == other => Relation::SameIndex { index },
        _ => Relation::Different,
    }
}

/// The group that the table puts a ticker into, going as far as `identical`: the main class, or the index.
/// None where only the ticker itself is in it.
///
/// # Source
/// Policy 3.4 of the tax facts: classes identical, one index blocked by default and configurable, another
/// index allowed.
#[must_use]
pub fn group(ticker: &str, identical: Identical) -> Option<&'static str> {
    let listed = policy().get(ticker)?;
    let main = listed.same_as.as_ref().unwrap_or(&listed.ticker);
    match identical {
        Identical::Ticker => None,
        Identical::Class => Some(main),
        Identical::Index => Some(listed.index.as_ref().unwrap_or(main)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_identical_one_index_is_grey_and_other_indices_are_not() {
        let class = "share class of one fund";
        assert_eq!(relation("VFIAX", "VOO"), Relation::Identical { ground: class, certainty: "secondary" });
        assert_eq!(relation("VOO", "VFIAX"), relation("VFIAX", "VOO"));
        assert!(matches!(relation("GOOG", "GOOGL"), Relation::Identical { certainty: "unconfirmed", .. }));
        assert_eq!(relation("SPY", "VFIAX"), Relation::SameIndex { index: "S&P 500" });
        assert_eq!(relation("VTI", "SCHB"), Relation::Different);
        assert_eq!(relation("VOO", "VTI"), Relation::Different);
        assert_eq!(relation("SPY", "SPY"), Relation::Same);
        assert_eq!(relation("SPY", "NOPE"), Relation::Different);
    }

    #[test]
    fn a_group_goes_as_far_as_is_asked_for() {
        let of = |identical| ["VOO", "VFIAX", "IVV", "VTI"].map(|ticker| group(ticker, identical));
        assert_eq!(of(Identical::Ticker), [None; 4]);
        assert_eq!(of(Identical::Class), [Some("VOO"), Some("VOO"), Some("IVV"), Some("VTI")]);
        let (index, other) = (Some("S&P 500"), Some("CRSP US Total Market"));
        assert_eq!(of(Identical::Index), [index, index, index, other]);
        assert_eq!(group("GOOGL", Identical::Index), group("GOOG", Identical::Class));
        assert_eq!(group("XYZ", Identical::Index), None);
    }

    #[test]
    fn every_row_of_the_table_refers_to_a_row_that_is_there() {
        for listed in policy().values() {
            let main = listed.same_as.as_ref().map(|main| &policy()[main]);
            assert!(main.is_none_or(|main| main.same_as.is_none() && main.index == listed.index));
            assert!(["confirmed", "secondary", "unconfirmed"].contains(&&*listed.certainty));
        }
    }
}
