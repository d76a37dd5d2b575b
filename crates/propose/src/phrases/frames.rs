//! Which wish is said by these words.
//!
//! In: a [`Segment`]. Out: the tokens it means, if exactly one kind of wish fits. One file per kind of
//! wish, all alike inside: what has to be there, what may be there, which way the bound has to point.
//! Invariants: every word of the segment is one that the frame knows what to do with; where two frames
//! read different tokens, none is meant.

mod cash;
mod classes;
mod commissions;
mod concentration;
mod dividends;
mod exceptions;
mod fixed_order;
mod frequency;
mod gains;
mod holding_period;
mod industries;
mod losses;
mod lots;
mod order_size;
mod preferred;
mod purchases;
mod rating;
mod sales;
mod sectors;
mod short_term;
mod staying;
mod tax;
mod turnover;
mod volatility;
mod window;

use portfolio::Token;

use super::items::{Item, Kind};
use super::segment::Segment;
use super::tags::Tag::{Avoid, Buy, Care, Fully, Invest, Keep, More, Neg, Own, Sell, Stocks, Touch};

/// A frame: the tokens that a segment means, or nothing.
type Frame = fn(&Segment<'_>) -> Option<Vec<Token>>;

const FRAMES: [Frame; 29] = [
    cash::read,
    classes::read,
    commissions::read,
    concentration::of_ticker,
    concentration::of_any,
    dividends::read,
    fixed_order::priorities,
    fixed_order::funds,
    frequency::read,
    gains::read,
    holding_period::read,
    industries::read,
    industries::impact,
    losses::read,
    lots::kept,
    lots::first,
    order_size::read,
    preferred::read,
    purchases::read,
    rating::read,
    sales::of_ticker,
    sales::of_anything,
    sectors::read,
    short_term::read,
    staying::read,
    tax::read,
    turnover::read,
    volatility::read,
    window::read,
];

/// The tokens of the one wish that fits.
pub(super) fn read(segment: &Segment<'_>) -> Option<Vec<Token>> {
    if segment.turns_back() {
        return None;
    }
    let mut meant: Option<Vec<Token>> = None;
    for frame in FRAMES {
        let Some(tokens) = frame(segment) else { continue };
        match &meant {
            Some(other) if *other != tokens => return None,
            _ => meant = Some(tokens),
        }
    }
    meant
}

/// "Don't let Apple" is begun and not ended: what is not to happen stands in words that were not understood.
fn only_lets(s: &Segment<'_>) -> bool {
    let lets = |last: &str| matches!(last, "let" | "allow" | "permit");
    s.items.iter().any(|(i, _)| i.is(Neg) && i.plain.rsplit(' ').next().is_some_and(lets))
        && !s.has_any(&[Buy, Invest, Own])
}

/// Words of giving up all of something: "never sell out of bonds" keeps some.
fn gives_up(item: &Item) -> bool {
    let out = |plain: &str| {
        plain.contains("sell")
            || plain.contains("zero")
            || plain.ends_with(" without")
            || matches!(plain, "be without" | "never without" | "run out of" | "exit completely")
            || plain.starts_with("be ") && plain.ends_with("out of")
    };
    item.is(Fully) && (item.is(Sell) || out(&item.plain))
}

/// Whether a segment leaves out what it names, and does no more: "keep bonds out of my portfolio", but not "don't keep
/// bonds", which would sell them.
fn leaves_out(s: &Segment<'_>, kind: Kind) -> bool {
    let bare_not =
        s.items.iter().any(|(i, _)| i.plain == "not") && !s.has_any(&[Buy, Invest, Own, More, Care]);
    // Who doesn't touch tobacco buys none; "don't touch my tobacco shares" is about what is held.
    let held = s.says(&["my", "our"]) || s.has(Stocks);
    let acts = s.has(Sell) || s.has(Touch) && (kind != Kind::Industry || held);
    // "Do not allow tobacco" is ended; "don't let tobacco" is not.
    let allows =
        s.items.iter().any(|(i, _)| i.is(Neg) && (i.plain.ends_with("allow") || i.plain.ends_with("permit")));
    let keeps = s.items.iter().any(|(i, _)| i.is(Keep) && !i.is(Own) && !i.is(Avoid));
    !(bare_not
        || only_lets(s) && !(kind == Kind::Industry && allows)
        || keeps && s.has(Neg)
        || s.items.iter().any(|(i, _)| gives_up(i))
        || (acts && !s.says(&["off limits", "untouchable"])))
        && s.forbids(|i| i.value(kind).is_some())
}

#[cfg(test)]
pub(super) mod reading {
    //! How the tests of the frames read a text: as one segment.

    use super::super::clauses::sentences;
    use super::super::lexemes::items;
    use super::super::names::{Known, Lookup};
    use super::super::segment::Segment;
    use super::super::words::words;
    use super::Frame;

    /// Tokens of `text` under one frame.
    pub(super) fn under(frame: Frame, text: &str) -> Option<String> {
        let known = Known::default();
        let items = items(&words(text), &Lookup::new(&known));
        let atoms: Vec<_> = sentences(&items).into_iter().flat_map(|s| s.atoms).collect();
        let numbered =
            atoms.iter().enumerate().flat_map(|(i, a)| items[a.items.clone()].iter().map(move |x| (x, i)));
        let tokens = frame(&Segment::new(numbered))?;
        Some(tokens.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    }
}
