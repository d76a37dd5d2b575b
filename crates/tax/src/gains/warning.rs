//! What a person should know about a report: findings, not errors.
//!
//! The invariant is that each has a stable code, the line it is about, and what to do about it.

mod found;

use std::fmt;

use jiff::civil::Date;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub(super) use found::find;

use crate::identity::Relation;
use crate::relief::Method;

/// A finding about a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The file is not in the order of dates.
    OutOfOrder {
        /// The first row that is earlier than the one before it.
        line: u64,
    },
    /// Rows were left out because they are later than the date of the report.
    AfterAsOf {
        /// The first of them in the file.
        line: u64,
        /// How many.
        rows: usize,
    },
    /// A split with a price or fees, which have no meaning.
    SplitMoney {
        /// The row.
        line: u64,
    },
    /// An option contract, whose price is taken as it stands.
    ContractPrice {
        /// The row.
        line: u64,
    },
    /// A sale without a lot, under `specific`.
    LotNotNamed {
        /// The row.
        line: u64,
    },
    /// A sale that names a lot, under another method.
    LotNotUsed {
        /// The row.
        line: u64,
        /// The method.
        method: Method,
    },
    /// A loss lost to a retirement account.
    LostToRetirement {
        /// The sale.
        line: u64,
        /// The purchase.
        purchase_line: u64,
    },
    /// A loss counted as lost because the spouse bought.
    LostToOtherOwner {
        /// The sale.
        line: u64,
        /// The purchase.
        purchase_line: u64,
    },
    /// A loss that is disallowed because the policy counts two tickers as identical.
    IdenticalByPolicy {
        /// The sale.
        line: u64,
        /// The purchase.
        purchase_line: u64,
        /// What was sold and what was bought.
        tickers: (String, String),
        /// What they are to each other.
        relation: Relation,
    },
    /// A loss beside a purchase that may be identical, and is not counted so.
    SameIndex {
        /// The sale.
        line: u64,
        /// The purchase.
        purchase_line: u64,
        /// What was sold and what was bought.
        tickers: (String, String),
        /// What they are to each other.
        relation: Relation,
    },
    /// A loss that a purchase could still wash.
    WindowOpen {
        /// The sale.
        line: u64,
        /// The last day on which a purchase would.
        until: Date,
    },
}

impl Warning {
    /// The stable name of the finding.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfOrder { .. } => "rows.out_of_order",
            Self::AfterAsOf { .. } => "rows.after_as_of",
            Self::SplitMoney { .. } => "split.money_not_used",
            Self::ContractPrice { .. } => "option.price_per_contract",
            Self::LotNotNamed { .. } => "lot.not_named",
            Self::LotNotUsed { .. } => "lot.not_used",
            Self::LostToRetirement { .. } => "wash_sale.lost_to_retirement",
            Self::LostToOtherOwner { .. } => "wash_sale.lost_to_other_owner",
            Self::IdenticalByPolicy { .. } => "wash_sale.identical_by_policy",
            Self::SameIndex { .. } => "wash_sale.same_index",
            Self::WindowOpen { .. } => "wash_sale.window_open",
        }
    }

    /// The line it is about.
    #[must_use]
    pub fn line(&self) -> u64 {
        match self {
            Self::OutOfOrder { line }
            | Self::AfterAsOf { line, .. }
            | Self::SplitMoney { line }
            | Self::ContractPrice { line }
            | Self::LotNotNamed { line }
            | Self::LotNotUsed { line, .. }
            | Self::LostToRetirement { line, .. }
            | Self::LostToOtherOwner { line, .. }
            | Self::IdenticalByPolicy { line, .. }
            | Self::SameIndex { line, .. }
            | Self::WindowOpen { line, .. } => *line,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfOrder { line } => write!(
                f,
                "rows are not in the order of dates, from line {line}: they were sorted, and rows of one day kept in the order of the file"
            ),
            Self::AfterAsOf { line, rows: 1 } => {
                write!(f, "line {line} is after the date of the report and left out")
            }
            Self::AfterAsOf { line, rows } => {
                write!(f, "{rows} rows after the date of the report are left out, from line {line}")
            }
            Self::SplitMoney { line } => {
                write!(f, "line {line}: the price and fees of a split are not used")
            }
            Self::ContractPrice { line } => write!(
                f,
                "line {line}: an option contract counts as 100 shares against losses; its price is taken per contract"
            ),
            Self::LotNotNamed { line } => write!(
                f,
                "line {line}: the sale names no lot, so the earliest acquired are sold (Reg. 1.1012-1(c)(1))"
            ),
            Self::LotNotUsed { line, method } => write!(
                f,
                "line {line}: the sale names a lot that is not used under {}: use specific to sell it",
                method.name()
            ),
            Self::LostToRetirement { line, purchase_line } => write!(
                f,
                "line {line}: a loss is lost for good because a retirement account bought in line {purchase_line} (Rev. Rul. 2008-5)"
            ),
            Self::LostToOtherOwner { line, purchase_line } => write!(
                f,
                "line {line}: a loss is disallowed because another owner bought in line {purchase_line}; whether their basis rises is unsettled, so it is counted as lost"
            ),
            Self::IdenticalByPolicy { line, purchase_line, tickers: (sold, bought), relation } => write!(
                f,
                "line {line}: the loss is disallowed because {bought}, bought in line {purchase_line}, counts as identical with {sold}: {}; to treat them apart, give each an identical_group of its own, or choose another --identical",
                told(relation)
            ),
            Self::SameIndex { line, purchase_line, tickers: (sold, bought), relation } => write!(
                f,
                "line {line}: a loss of {sold} beside the purchase of {bought} in line {purchase_line}, which are not counted as identical here: {}; to treat them as identical, give both one identical_group, or choose another --identical",
                told(relation)
            ),
            Self::WindowOpen { line, until } => {
                write!(f, "line {line}: a purchase up to {until} would still wash this loss")
            }
        }
    }
}

/// Why two tickers may be identical, and how sure that is.
fn told(relation: &Relation) -> String {
    match relation {
        Relation::Identical { ground, certainty } => format!("{ground} ({certainty})"),
        Relation::SameIndex { index } => {
            format!("both are funds on the {index}, and no ruling says what those are")
        }
        Relation::Same | Relation::Different => "their file puts them into one group".to_owned(),
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Warning", 3)?;
        fields.serialize_field("code", self.code())?;
        fields.serialize_field("line", &self.line())?;
        fields.serialize_field("message", &self.to_string())?;
        fields.end()
    }
}
