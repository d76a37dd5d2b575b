//! Which pieces of a sentence are a wish together.
//!
//! In: pieces side by side. Out: the way to part them into wishes that leaves the fewest words unread,
//! and of those the one with the fewest wishes. Invariant: every piece is in exactly one part.

use std::ops::Range;

use portfolio::Token;

use super::clauses::Atom;
use super::frames;
use super::items::{Item, Kind, Value};
use super::segment::Segment;
use super::tags::Tag;

/// Pieces of one wish at most; a list of industries is the longest that there is.
const PIECES_MAX: usize = 14;

/// What pieces were read as.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sense {
    /// A wish.
    Wish(Vec<Token>),
    /// Words that change nothing.
    Nothing,
    /// Not understood.
    Unread,
}

/// Pieces side by side, and what they were read as.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// Which pieces.
    pub(super) atoms: Range<usize>,
    /// What they are.
    pub(super) sense: Sense,
}

/// Parts `atoms` into wishes and what is none.
pub(super) fn cover(atoms: &[Atom], items: &[Item]) -> Vec<Part> {
    const UNREAD: u64 = 1 << 20;
    let mut best: Vec<(u64, usize, Sense)> = vec![(0, 0, Sense::Nothing)];
    for end in 1..=atoms.len() {
        let mut here: Option<(u64, usize, Sense)> = None;
        for from in (end.saturating_sub(PIECES_MAX)..end).rev() {
            let sense = sense(&atoms[from..end], items);
            if sense == Sense::Unread && end - from > 1 {
                continue;
            }
            let cost = best[from].0
                + match sense {
                    Sense::Wish(_) => 16,
                    Sense::Nothing => 1,
                    Sense::Unread => UNREAD * items[atoms[from].items.clone()].len().max(1) as u64,
                };
            if here.as_ref().is_none_or(|(c, ..)| cost < *c) {
                here = Some((cost, from, sense));
            }
        }
        best.push(here.unwrap_or((u64::MAX / 2, end - 1, Sense::Unread)));
    }
    let mut parts = Vec::new();
    let mut end = atoms.len();
    while end > 0 {
        let (_, from, sense) = &best[end];
        parts.push(Part { atoms: *from..end, sense: sense.clone() });
        end = *from;
    }
    parts.reverse();
    parts
}

/// What pieces mean together.
fn sense(atoms: &[Atom], items: &[Item]) -> Sense {
    let numbered =
        || atoms.iter().enumerate().flat_map(|(n, a)| items[a.items.clone()].iter().map(move |i| (i, n)));
    if let [atom] = atoms
        && let [item] = &items[atom.items.clone()]
        && let Some(Value::Exact(token)) = item.value(Kind::Exact)
    {
        return Sense::Wish(vec![token.clone()]);
    }
    let changes_nothing = |i: &Item| {
        i.is_filler()
            || i.mark.is_some()
            || ((i.is(Tag::And) || i.is(Tag::Correct) || i.is(Tag::Request) || i.is(Tag::But))
                && i.values.is_empty())
    };
    if numbered().all(|(i, _)| changes_nothing(i)) {
        return Sense::Nothing;
    }
    match frames::read(&Segment::new(numbered())) {
        Some(tokens) => Sense::Wish(tokens),
        None => Sense::Unread,
    }
}
