//! Which words correct what was said before: `actually`, `no, make that`, `I mean`.
//!
//! In: the pieces of a sentence. Out: whether one opens with a word of correction, and the pieces without such words.
//! Invariant: a `no`, `wait` or `better` corrects only before nothing but a value.

use super::clauses::Atom;
use super::ellipsis;
use super::items::Item;
use super::segment::is_name;
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
    // "Err no, 25%": answers and nothing else.
    let answers = of.iter().any(is_answer) && of.iter().all(|i| is_answer(i) || i.is_filler());
    match atoms.get(at + 1) {
        Some(next) if answers => (at > 0 || begun) && ellipsis::is_fragment(&items[next.items.clone()]),
        _ => {
            matches!(first.plain.as_str(), "or better" | "better") && valued(of) && ellipsis::is_fragment(of)
        }
    }
}

const ANSWERS: [&str; 8] = ["no", "nope", "wait", "well", "better", "err", "er", "erm"];

fn is_answer(item: &Item) -> bool {
    ANSWERS.contains(&item.plain.as_str())
}

/// The pieces without the words of correction that they open with.
pub(super) fn without_correction(items: &[Item], atoms: &[Atom]) -> Vec<Atom> {
    let mut said = atoms.to_vec();
    let opens = |of: &[Item]| {
        let Some((i, behind)) = of.split_first() else { return true };
        // "Hmm no tobacco": a name right behind it makes it no answer.
        let answers = is_answer(i) && !behind.first().is_some_and(|i| i.values.iter().any(is_name));
        // "Oh no, 6k".
        let exclaims = i.is_filler() && behind.first().is_some_and(is_answer);
        exclaims
            || i.is(Tag::Correct)
            || i.is(Tag::Retract)
            || i.mark.is_some()
            || answers
            || i.plain == "or better"
    };
    while said.first().is_some_and(|a| opens(&items[a.items.clone()])) {
        if said[0].items.len() <= 1 {
            said.remove(0);
        } else {
            said[0].items.start += 1;
        }
    }
    said
}
