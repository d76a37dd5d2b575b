//! The families of documents, each after what it presses on.
//!
//! In: a name, a seed, a size. Out: the document. Invariant: every family reads what it is asked of the
//! size in the same way, and has a default for the rest at which a plan is made in about a second.

use serde_json::Value;

mod accounts;
mod carry;
mod classes;
mod crowded;
mod digits;
mod direct;
mod etf;
mod household;
mod impact;
mod location;
mod lots;
mod mixed;
mod rules;
mod sectors;
mod shares;
mod tracking;
mod volatility;
mod whole;
mod withdraw;

/// How large a document is to be; what is left out is for the family to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::Args)]
pub struct Size {
    /// Securities, be they stocks or funds.
    #[arg(long)]
    pub stocks: Option<usize>,
    /// Lots of each holding.
    #[arg(long)]
    pub lots: Option<usize>,
    /// Accounts, in the families with several.
    #[arg(long)]
    pub accounts: Option<usize>,
    /// Factors of the risk model, where there is one.
    #[arg(long)]
    pub factors: Option<usize>,
}

/// A family of documents.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its name on the command line.
    pub name: &'static str,
    /// What presses in its documents.
    pub presses: &'static str,
    /// The document of a seed.
    pub document: fn(u64, Size) -> Value,
}

/// All families; those with public cases first.
pub const ALL: [Family; 19] = [
    Family { name: "etf", presses: "classes with several funds", document: etf::document },
    Family { name: "whole", presses: "whole shares and a commission per order", document: whole::document },
    Family { name: "household", presses: "accounts of every kind, location", document: household::document },
    Family {
        name: "direct",
        presses: "many stocks and lots, targets per security",
        document: direct::document,
    },
    Family { name: "tracking", presses: "the same under a factor model", document: tracking::document },
    Family { name: "withdraw", presses: "cash to be raised in whole shares", document: withdraw::document },
    Family {
        name: "rules",
        presses: "wishes of the whole grammar, several at once",
        document: rules::document,
    },
    Family { name: "crowded", presses: "one stock is most of the account", document: crowded::document },
    Family {
        name: "impact",
        presses: "cost that grows with the square of an order",
        document: impact::document,
    },
    Family {
        name: "volatility",
        presses: "a cap on volatility, in both modes",
        document: volatility::document,
    },
    Family { name: "sectors", presses: "caps on sectors and on single stocks", document: sectors::document },
    Family {
        name: "accounts",
        presses: "stocks in several accounts, identical groups",
        document: accounts::document,
    },
    Family {
        name: "classes",
        presses: "targets per class over hundreds of tickers",
        document: classes::document,
    },
    Family {
        name: "shares",
        presses: "whole shares and commissions per security",
        document: shares::document,
    },
    Family { name: "carry", presses: "losses carried in, gain and tax budgets", document: carry::document },
    Family { name: "lots", presses: "wishes about lots and holding periods", document: lots::document },
    Family { name: "location", presses: "what a class costs where it lies", document: location::document },
    Family {
        name: "digits",
        presses: "lots of six digits, limits that rounding breaks",
        document: digits::document,
    },
    Family { name: "mixed", presses: "wishes of the whole grammar over stocks", document: mixed::document },
];

/// The family of a name.
#[must_use]
pub fn family(name: &str) -> Option<Family> {
    ALL.into_iter().find(|f| f.name == name)
}
