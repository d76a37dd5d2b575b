//! Statements that hold no figure, or are false whatever their figure is.
//!
//! In: a sentence in its scene. Out: every [`Fault`]. One file per kind. Invariant: only what the facts deny is a
//! fault; what they say nothing of is let through, promises and unknown names apart.

mod name;
mod promise;
mod target;
mod tax;
mod trade;
mod unreadable;

use super::scene::{Fault, Scene};

/// One kind of statement: every fault of it in a sentence.
type Check = fn(&Scene<'_>) -> Vec<Fault>;

const CHECKS: [Check; 10] = [
    unreadable::figures,
    unreadable::links,
    name::unknown,
    promise::promised,
    trade::traded,
    trade::placed,
    tax::term,
    tax::sign,
    tax::free,
    tax::direction,
];

/// Everything in a sentence that is not so.
pub(crate) fn faults(scene: &Scene<'_>) -> Vec<Fault> {
    CHECKS.iter().chain(&target::CHECKS).flat_map(|check| check(scene)).collect()
}

/// A fault of one token.
fn fault(at: usize, why: impl Into<String>) -> Fault {
    Fault { first: at, last: at, why: why.into() }
}

/// Words that say that something grows, and that it shrinks.
const UP: [&str; 22] = [
    "raises",
    "raise",
    "raising",
    "rises",
    "rise",
    "increases",
    "increase",
    "increasing",
    "adds",
    "add",
    "grows",
    "grow",
    "widens",
    "worsens",
    "higher",
    "owe",
    "owes",
    "up",
    "causes",
    "triggers",
    "incurs",
    "improves",
];
const DOWN: [&str; 26] = [
    "lowers",
    "lower",
    "lowering",
    "saves",
    "save",
    "saving",
    "reduces",
    "reduce",
    "reducing",
    "falls",
    "fall",
    "drops",
    "drop",
    "down",
    "cuts",
    "cut",
    "decreases",
    "decrease",
    "shrinks",
    "shrink",
    "less",
    "eliminates",
    "removes",
    "narrows",
    "declines",
    "worsening",
];

/// What is said of how something changes: a word for it beside the thing. `true` is up.
fn change(scene: &Scene<'_>, segment: usize, thing: usize, down_is_better: bool) -> Option<(usize, bool)> {
    const NEAR: usize = 6;
    if scene.is_supposed(segment) {
        return None;
    }
    let range = scene.segments[segment].clone();
    let near = range.start.max(thing.saturating_sub(NEAR))..range.end.min(thing + NEAR + 1);
    let said = |at: usize| {
        let token = &scene.tokens[at];
        // An improvement of drift is less of it, one of ESG more.
        if token.is("improves") || token.is("improve") || token.is("improving") {
            return Some(!down_is_better);
        }
        if token.any(&UP) { Some(true) } else { token.any(&DOWN).then_some(false) }
    };
    let found: Vec<(usize, bool)> = near.filter_map(|at| Some((at, said(at)?))).collect();
    let (at, up) = *found.first()?;
    let clear = found.iter().all(|(_, other)| *other == up) && !scene.is_denied(segment, at);
    clear.then_some((at, up))
}
