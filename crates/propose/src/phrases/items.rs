//! What a word or idiom of a text stands for: the parts it can play, and the values it may have.
//!
//! Which one stands where is for [`super::lexemes`] to say.

use std::ops::Range;

use portfolio::preference::Period;
use portfolio::preference::{Industry, Token};
use portfolio::{Decimal, Rating};

use super::calendar::Half;
use super::tags::{Tag, Tags};
use super::words::Line;

/// Something with a value that a token may carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Dollars.
    Usd(Decimal),
    /// An amount that no token can carry: other money, or a number that can be read in two ways.
    Foreign,
    /// Per cent.
    Pct(Decimal),
    /// A number without a unit, and whether it has a multiplier.
    Plain(Decimal, bool),
    /// Calendar months.
    Months(u32),
    /// Days, weeks, or no whole number of months.
    OddSpan,
    /// How often.
    Times(u32),
    /// A span of the calendar.
    Period(Period),
    /// A time of day, minutes after midnight.
    Clock(u16, Option<Half>),
    /// An ESG rating.
    Rating(Rating),
    /// A ticker.
    Ticker(String),
    /// An asset class.
    Class(String),
    /// A sector.
    Sector(String),
    /// An industry.
    Industry(Industry),
    /// A lot.
    Lot(String),
    /// A token written out.
    Exact(Token),
}

/// What kind of value, without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(super) enum Kind {
    Usd,
    Foreign,
    Pct,
    Plain,
    Months,
    OddSpan,
    Times,
    Period,
    Clock,
    Rating,
    Ticker,
    Class,
    Sector,
    Industry,
    Lot,
    Exact,
}

impl Value {
    /// Its kind.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Value::Usd(_) => Kind::Usd,
            Value::Foreign => Kind::Foreign,
            Value::Pct(_) => Kind::Pct,
            Value::Plain(..) => Kind::Plain,
            Value::Months(_) => Kind::Months,
            Value::OddSpan => Kind::OddSpan,
            Value::Times(_) => Kind::Times,
            Value::Period(_) => Kind::Period,
            Value::Clock(..) => Kind::Clock,
            Value::Rating(_) => Kind::Rating,
            Value::Ticker(_) => Kind::Ticker,
            Value::Class(_) => Kind::Class,
            Value::Sector(_) => Kind::Sector,
            Value::Industry(_) => Kind::Industry,
            Value::Lot(_) => Kind::Lot,
            Value::Exact(_) => Kind::Exact,
        }
    }
}

/// A word or idiom with what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
    /// Its plain words.
    pub(super) plain: String,
    /// Parts that it can play.
    pub(super) tags: Tags,
    /// Values that it may have.
    pub(super) values: Vec<Value>,
    /// The mark that it is, if it is one.
    pub(super) mark: Option<char>,
    /// Line break before it.
    pub(super) after_line: Line,
}

impl Item {
    /// Whether it can play `tag`.
    pub(super) fn is(&self, tag: Tag) -> bool {
        self.tags.has(tag)
    }

    /// Its value of a kind.
    pub(super) fn value(&self, kind: Kind) -> Option<&Value> {
        self.values.iter().find(|v| v.kind() == kind)
    }

    /// Whether it is money, a percentage or a bare number.
    pub(super) fn is_amount(&self) -> bool {
        [Kind::Plain, Kind::Usd, Kind::Pct].iter().any(|kind| self.value(*kind).is_some())
    }

    /// Whether it changes nothing, whatever is said around it.
    pub(super) fn is_filler(&self) -> bool {
        self.is(Tag::Filler) && self.values.is_empty()
    }
}
