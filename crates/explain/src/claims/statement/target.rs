//! What is said of drift, targets and ESG.

use std::collections::BTreeSet;

use portfolio::Decimal;

use super::{Check, Fault, Scene, change, fault};
use crate::claims::facts::ClassState;

pub(super) const CHECKS: [Check; 4] = [drift, nearer, sides, esg];

/// Distance from the target.
fn off(class: &ClassState, after: bool) -> Decimal {
    (if after { class.after } else { class.before }).saturating_sub(class.target)
}

/// The classes that a segment is about: those named, else those of its securities and lots.
fn classes<'a>(scene: &Scene<'a>, segment: usize) -> Vec<&'a ClassState> {
    let (named, facts) = (scene.about(segment), scene.facts);
    let mut places: BTreeSet<usize> = named.classes.clone();
    if places.is_empty() {
        places.extend(named.tickers.iter().map(|t| facts.class_of[*t]));
        places.extend(named.lots.iter().map(|l| facts.lots[*l].class));
    }
    places.into_iter().filter_map(|place| facts.classes.get(place)).collect()
}

/// Drift that is said to fall where it rises, and the other way round.
fn drift(scene: &Scene<'_>) -> Vec<Fault> {
    let facts = scene.facts;
    let fell = facts.drift_after < facts.drift_before;
    changes(scene, &["drift"], true, |up| if up { facts.drift_after > facts.drift_before } else { fell })
}

/// The same of the ESG score.
fn esg(scene: &Scene<'_>) -> Vec<Fault> {
    let facts = scene.facts;
    changes(scene, &["esg"], false, |up| {
        if up { facts.esg_after > facts.esg_before } else { facts.esg_after < facts.esg_before }
    })
}

fn changes(scene: &Scene<'_>, words: &[&str], down_is_better: bool, so: impl Fn(bool) -> bool) -> Vec<Fault> {
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        let Some(thing) = segment.clone().find(|at| scene.tokens[*at].any(words)) else { continue };
        if let Some((at, up)) = change(scene, n, thing, down_is_better).filter(|(_, up)| !so(*up)) {
            let why = if up { "is not so: it does not rise" } else { "is not so: it does not fall" };
            found.push(Fault { first: at.min(thing), last: at.max(thing), why: why.to_owned() });
        }
    }
    found
}

/// `closer to its target` of what moves away.
fn nearer(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        let closer =
            segment.clone().find(|at| scene.tokens[*at].any(&["closer", "nearer", "toward", "towards"]));
        let Some(at) = closer.filter(|_| scene.has(n, &["target", "targets", "allocation"])) else {
            continue;
        };
        if scene.is_denied(n, at) || scene.has(n, &["would", "could", "if"]) {
            continue;
        }
        let classes = classes(scene, n);
        let so = if classes.is_empty() {
            scene.facts.drift_after < scene.facts.drift_before
        } else {
            classes.iter().any(|class| off(class, true).abs() < off(class, false).abs())
        };
        if !so {
            found.push(fault(at, "is not so: it moves away from its target"));
        }
    }
    found
}

/// `overweight`, `below its target`, of what is on the other side.
fn sides(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        for at in segment.clone() {
            let Some(above) = said_side(scene, at, segment.end) else { continue };
            if scene.is_denied(n, at) || scene.is_supposed(n) && !scene.has(n, &["before"]) {
                continue;
            }
            let on_side = |x: Decimal| if above { x > Decimal::ZERO } else { x < Decimal::ZERO };
            let classes = classes(scene, n);
            let so = |class: &&ClassState| {
                let (then, now) = (on_side(off(class, false)), on_side(off(class, true)));
                match (scene.has(n, &["was", "were", "before"]), scene.has(n, &["after", "remains", "stays"]))
                {
                    (true, false) => then,
                    (false, true) => now,
                    _ => then || now,
                }
            };
            if !classes.is_empty() && !classes.iter().any(so) {
                found.push(fault(at, "is not so: it is on the other side of its target"));
            }
        }
    }
    found
}

/// Whether a word says that something is above its target, or below.
fn said_side(scene: &Scene<'_>, at: usize, end: usize) -> Option<bool> {
    let token = &scene.tokens[at];
    match token.lower.as_str() {
        "overweight" | "overweighted" => return Some(true),
        "underweight" | "underweighted" => return Some(false),
        _ => {}
    }
    let word = |n: usize| scene.tokens.get(n).filter(|_| n < end).map_or("", |t| t.lower.as_str());
    let of_target = (at + 1..at + 4).any(|n| matches!(word(n), "target" | "targets"));
    match (token.lower.as_str(), of_target) {
        ("above" | "over", true) => Some(true),
        ("below" | "under", true) => Some(false),
        _ => None,
    }
}
