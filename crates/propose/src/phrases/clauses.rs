//! Where do the sentences of a text end, and where could a wish in them end.
//!
//! In: items. Out: [`Sentence`]s of [`Atom`]s: the pieces between commas, conjunctions and dashes. A wish
//! is one atom or several side by side (`no tobacco, guns or gambling` is three). Invariant: atoms are in
//! order, and every item but the marks between them is in one.

use std::ops::Range;

use super::ellipsis;
use super::items::{Item, Kind};
use super::segment::is_negation;
use super::tags::Tag;
use super::words::Line;

/// How a piece is joined to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// It opens a sentence.
    Start,
    /// By a mark: comma, dash, colon, bracket, line break.
    Mark,
    /// By `and`, or by nothing (a correction, a token written out).
    And,
    /// By `or`, `nor`.
    Or,
    /// By `but`.
    But,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Atom {
    /// Its items.
    pub(super) items: Range<usize>,
    /// How it is joined.
    pub(super) join: Join,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sentence {
    /// Its pieces.
    pub(super) atoms: Vec<Atom>,
    /// Whether it ends with a question mark.
    pub(super) asked: bool,
}

/// Parts items into sentences and their pieces.
pub(super) fn sentences(items: &[Item]) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut open = Sentence::default();
    let mut from = 0;
    let mut join = Join::Start;
    for (i, item) in items.iter().enumerate() {
        if item.after_line == Line::Paragraph {
            close(&mut open, from..i, join, &mut sentences);
            (from, join) = (i, Join::Start);
        } else if item.after_line == Line::Next && i > from {
            push(&mut open, from..i, join);
            (from, join) = (i, Join::Mark);
        }
        if ends_sentence(items, i) {
            open.asked = item.mark == Some('?');
            close(&mut open, from..i, join, &mut sentences);
            (from, join) = (i + 1, Join::Start);
        } else if is_joint(items, i) {
            push(&mut open, from..i, join);
            // "Keep 5k, and no tobacco": the conjunction behind the comma says more.
            (from, join) = (i + 1, if open.atoms.is_empty() { Join::Start } else { Join::Mark });
        } else if let Some(conjunction) = conjunction(item).filter(|_| !is_within_a_range(items, i)) {
            push(&mut open, from..i, join);
            (from, join) = (i, if open.atoms.is_empty() { Join::Start } else { conjunction });
        } else if negates_anew(items, from, i) {
            push(&mut open, from..i, join);
            (from, join) = (i, Join::Mark);
        } else if opens_piece(items, i) && i > from {
            push(&mut open, from..i, join);
            (from, join) = (i, if open.atoms.is_empty() { Join::Start } else { Join::And });
        }
    }
    close(&mut open, from..items.len(), join, &mut sentences);
    sentences
}

fn push(open: &mut Sentence, items: Range<usize>, join: Join) {
    if !items.is_empty() {
        open.atoms.push(Atom { items, join });
    }
}

fn close(open: &mut Sentence, items: Range<usize>, join: Join, sentences: &mut Vec<Sentence>) {
    push(open, items, join);
    if !open.atoms.is_empty() {
        sentences.push(std::mem::take(open));
    }
    open.asked = false;
}

fn ends_sentence(items: &[Item], i: usize) -> bool {
    const ABBREVIATIONS: [&str; 14] =
        ["approx", "max", "min", "ca", "vs", "inc", "corp", "co", "incl", "excl", "mo", "yr", "resp", "plc"];
    match items[i].mark {
        Some('!' | '?' | ';') => true,
        Some('.' | '…') => {
            let before = i.checked_sub(1).map_or("", |b| items[b].plain.as_str());
            let last = before.rsplit(' ').next().unwrap_or("");
            !ABBREVIATIONS.contains(&last) || i + 1 == items.len()
        }
        _ => false,
    }
}

/// Marks between pieces. A dash or stroke between two numbers is part of a range.
fn is_joint(items: &[Item], i: usize) -> bool {
    let number = |i: Option<usize>| {
        i.and_then(|i| items.get(i)).is_some_and(|item| item.value(Kind::Clock).is_some() || item.is_amount())
    };
    match items[i].mark {
        Some(',' | ':' | '(' | ')' | '[' | ']' | '"' | '•' | '*' | '/' | '{' | '}' | '|') => true,
        Some('-') => !(number(i.checked_sub(1)) && number(Some(i + 1))),
        _ => false,
    }
}

/// The `and` of `between $5,000 and $10,000`.
fn is_within_a_range(items: &[Item], i: usize) -> bool {
    let amount = |i: Option<usize>| i.and_then(|i| items.get(i)).is_some_and(Item::is_amount);
    let opened = items[i.saturating_sub(3)..i].iter().any(|item| item.is(Tag::Between));
    items[i].is(Tag::And) && opened && amount(i.checked_sub(1)) && amount(Some(i + 1))
}

fn conjunction(item: &Item) -> Option<Join> {
    if item.is(Tag::But) {
        Some(Join::But)
    } else if item.is(Tag::And) {
        Some(Join::And)
    } else if item.is(Tag::Or) {
        Some(Join::Or)
    } else {
        None
    }
}

/// "No gambling no alcohol no bonds": the commas are left out, and each negation begins a piece.
fn negates_anew(items: &[Item], from: usize, i: usize) -> bool {
    const COMPARING: [&str; 7] = ["less", "more", "fewer", "later", "sooner", "further", "longer"];
    let bare = |item: &Item| {
        item.is(Tag::Neg) && matches!(item.plain.as_str(), "no" | "never" | "don't" | "dont" | "do not")
    };
    let content = |item: &Item| {
        !item.values.is_empty() || !item.is_filler() && item.mark.is_none() && !item.is(Tag::Neg)
    };
    let of = &items[from..i];
    let Some(first) = of.iter().position(|item| !item.is_filler() && !item.is(Tag::And)) else {
        return false;
    };
    let bounds =
        items[i].is(Tag::Most) && items[i].plain.starts_with("no ") && of.iter().any(Item::is_amount);
    if !(bare(&items[i]) || bounds) || !bare(&of[first]) {
        return false;
    }
    // A verb behind the first negation takes an object, and may take a `no` with it.
    let named = of[first..].iter().any(|item| !item.values.is_empty() || ellipsis::is_topic(item));
    let ended = of.last().is_some_and(content);
    let goes_on =
        items.get(i + 1).is_some_and(|next| content(next) && !COMPARING.contains(&next.plain.as_str()));
    // A condition behind them may be one of all.
    let rest =
        items[i..].iter().take_while(|item| item.mark.is_none_or(|mark| matches!(mark, '$' | '%' | '-')));
    let depends = |item: &Item| (item.is(Tag::Condition) && !item.is(Tag::Soft)) || item.is(Tag::Except);
    named && ended && goes_on && !rest.into_iter().any(depends)
}

/// Words that begin a new piece without a mark: corrections, reasons, exceptions, conditions behind a
/// clause, `so`, tokens written out.
fn opens_piece(items: &[Item], i: usize) -> bool {
    let item = &items[i];
    // "Don't cause more than $500 of tax".
    let led =
        |b: &Item| is_negation(b) || matches!(b.plain.as_str(), "to" | "will" | "would" | "must" | "should");
    let is_a_verb = item.plain == "cause" && i.checked_sub(1).is_some_and(|b| led(&items[b]));
    let starts = item.is(Tag::Correct)
        || item.is(Tag::Retract)
        || item.is(Tag::Reason) && !is_a_verb
        || item.plain == "so"
        // "Keep 5k in cash without selling Apple."
        || item.plain == "without" && items.get(i + 1).is_some_and(|next| next.is(Tag::Sell))
        || item.plain.starts_with("so let");
    let around_token = item.value(Kind::Exact).is_some()
        || i.checked_sub(1).is_some_and(|b| items[b].value(Kind::Exact).is_some());
    starts || around_token
}

#[cfg(test)]
mod tests {
    use super::super::lexemes::items;
    use super::super::names::{Known, Lookup};
    use super::super::words::words;
    use super::*;

    fn pieces(text: &str) -> Vec<Vec<String>> {
        let known = Known::default();
        let items = items(&words(text), &Lookup::new(&known));
        let shown = |atom: &Atom| {
            items[atom.items.clone()].iter().map(|i| i.plain.clone()).collect::<Vec<_>>().join(" ")
        };
        sentences(&items).iter().map(|s| s.atoms.iter().map(shown).collect()).collect()
    }

    #[test]
    fn sentences_and_pieces() {
        assert_eq!(
            pieces("No tobacco, guns or gambling. Keep 5k; thanks"),
            [vec!["no tobacco", "guns", "or gambling"], vec!["keep 5 k"], vec!["thanks"]]
        );
        assert_eq!(pieces("max. 5% per stock"), [vec!["max . 5 % per stock"]]);
        assert_eq!(pieces("from 9:45-3:30"), [vec!["from 9:45 - 3:30"]]);
        assert_eq!(pieces("no guns no beer no bonds"), [vec!["no guns", "no beer", "no bonds"]]);
        assert_eq!(pieces("no guns no less"), [vec!["no guns no less"]]);
    }
}
