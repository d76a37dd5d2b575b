//! What the wash-sale law leaves open, and what is assumed: a policy that says so.
//!
//! The invariant is that no assumption is silent: each choice of [`Policy`] has a row in
//! [`ASSUMPTIONS`] with its default, its source and how sure that is.

use crate::identity::Identical;

/// The choices that the engine makes where no authority was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// What counts as identical where no group is stated.
    pub identical: Identical,
    /// What a purchase by the spouse does with the disallowed loss.
    pub other_owner: OtherOwner,
    /// Whether shares that were sold before the loss sale replace.
    pub already_sold: AlreadySold,
    /// Whether shares that were bought before the sold lot replace.
    pub bought_before_sold_lot: BoughtBeforeSoldLot,
}

/// A purchase by another owner of the household: the loss is disallowed either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherOwner {
    /// The spouse's basis stays: the loss is counted as permanently disallowed, with a warning.
    #[default]
    LostForGood,
    /// The loss is added to the basis of the spouse's lot.
    AddToBasis,
}

/// A purchase inside the window of which the shares were sold again before the loss sale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlreadySold {
    /// It replaces: its own sale takes up the loss. Not so where the household was out of the
    /// group at the end of a sale on the day of both sales (a same-day full exit).
    #[default]
    Counts,
    /// It does not.
    Ignored,
}

/// A purchase inside the window that came before the purchase of the lot sold at a loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BoughtBeforeSoldLot {
    /// It replaces: the literal text.
    #[default]
    Counts,
    /// It does not: what some practitioners say.
    Ignored,
}

/// One assumption, as data to show to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Which question.
    pub question: &'static str,
    /// What is assumed by default.
    pub default: &'static str,
    /// On what ground.
    pub source: &'static str,
    /// `confirmed`, `secondary`, `derived` or `unconfirmed`.
    pub certainty: &'static str,
}

/// Every assumption of the engine, of [`Policy`] and beyond.
pub const ASSUMPTIONS: [Assumption; 9] = [
    Assumption {
        question: "which securities are substantially identical",
        default: "those of one identical group; without a group classes of one fund or issuer and funds on one index, matched share for share",
        source: "Pub. 550: all facts and circumstances; policy 3.4 of the tax facts; rows of `identity::policy`",
        certainty: "unconfirmed",
    },
    Assumption {
        question: "the spouse buys the replacement",
        default: "the loss is disallowed and counted as permanent; the spouse's basis stays",
        source: "Pub. 550 (a spouse's purchase is a wash sale); nothing on the basis",
        certainty: "unconfirmed",
    },
    Assumption {
        question: "a retirement account buys the replacement",
        default: "the loss is disallowed for good; 401(k), HSA and 529 are treated as an IRA",
        source: "Rev. Rul. 2008-5 for IRAs; the others are not addressed",
        certainty: "confirmed for IRAs, unconfirmed for the others",
    },
    Assumption {
        question: "both a retirement and a taxable account buy",
        default: "the order of acquisition decides",
        source: "Reg. 1.1091-1(c)-(d), which does not speak of accounts",
        certainty: "unconfirmed",
    },
    Assumption {
        question: "the replacement was sold before the loss sale",
        default: "it counts, and its own sale takes up the loss, unless the loss sale ends a full exit on the same day",
        source: "the text of s.1091(a) asks for an acquisition only; practitioners on full exits",
        certainty: "unconfirmed",
    },
    Assumption {
        question: "the replacement was bought before the sold lot",
        default: "it counts",
        source: "the text of s.1091(a); practitioners differ",
        certainty: "unconfirmed",
    },
    Assumption {
        question: "shares whose loss went into the lot now sold",
        default: "once sold they do not replace it: a loss is never carried in a circle",
        source: "house decision of 2026-11-24; otherwise a loss could vanish",
        certainty: "derived",
    },
    Assumption {
        question: "reinvested dividends",
        default: "they are purchases",
        source: "s.1091(a); no ruling located",
        certainty: "secondary",
    },
    Assumption {
        question: "shares of the same lot",
        default: "they do not replace each other; fills booked under one lot name are one lot",
        source: "Rev. Rul. 56-602",
        certainty: "secondary",
    },
];
