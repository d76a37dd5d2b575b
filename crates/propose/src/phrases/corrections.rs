//! Which words correct what was said before: `actually`, `no, make that`, `I mean`.
//!
//! In: the pieces of a sentence. Out: whether one opens with a word of correction, and the pieces without such words.
//! Invariant: a `no`, `wait` or `better` corrects only before nothing but a value.

use super::clauses::Atom;
use super::ellipsis;
use super::items::Item;
use super::tags::Tag;

/// Corrections that leave nothing of what they correct, whatever it was about.
pub(super) const STRONG: [&str; 9] = [
    "i mean",
    "i meant",
    "sorry i meant",
    "sorry i mean",
    "or rather",
    "correction",
    "no wait",
    "wait no",
    "no",
];

/// Whether the piece at `at` opens with a word of correction: one that is always one, or a `no`, `wait` or
/// `better` before nothing but a value.
pub(super) fn corrects(items: &[Item], atoms: &[Atom], at: usize, begun: bool) -> bool {
    let of = &items[atoms[at].items.clone()];
    let first = &of[0];
    if first.is(Tag::Correct) || first.is(Tag::Retract) {
        return true;
    }
    let valued = |of: &[Item]| of.iter().any(|i| !i.values.is_empty() && !i.is(Tag::Single));
    match (of, atoms.get(at + 1)) {
        ([only], Some(next)) if ANSWERS.contains(&only.plain.as_str()) => {
            (at > 0 || begun) && ellipsis::is_fragment(&items[next.items.clone()])
        }
        _ => {
            matches!(first.plain.as_str(), "or better" | "better") && valued(of) && ellipsis::is_fragment(of)
        }
    }
}

const ANSWERS: [&str; 6] = ["no", "nope", "wait", "well", "better", "err"];

/// The pieces without the words of correction that they open with.
pub(super) fn without_correction(items: &[Item], atoms: &[Atom]) -> Vec<Atom> {
    let mut said = atoms.to_vec();
    let opens = |i: &Item| {
        let word = i.plain.as_str();
        i.is(Tag::Correct)
            || i.is(Tag::Retract)
            || i.mark.is_some()
            || ANSWERS.contains(&word)
            || word == "or better"
    };
    while said.first().is_some_and(|a| items[a.items.clone()].first().is_none_or(opens)) {
        if said[0].items.len() <= 1 {
            said.remove(0);
        } else {
            said[0].items.start += 1;
        }
    }
    said
}
