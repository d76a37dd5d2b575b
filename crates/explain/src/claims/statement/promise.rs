//! Promises: nobody knows what a market will do.

use super::{Fault, Scene};

/// Runs of words that promise; `*` stands for up to two words.
const PROMISES: [&[&str]; 28] = [
    &["guaranteed"],
    &["guarantee"],
    &["guarantees"],
    &["risk", "-", "free"],
    &["risk", "free"],
    &["riskless"],
    &["riskfree"],
    &["no", "risk"],
    &["zero", "risk"],
    &["without", "*", "risk"],
    &["cannot", "lose"],
    &["can't", "lose"],
    &["outperform"],
    &["outperforms"],
    &["beat", "the", "market"],
    &["beats", "the", "market"],
    &["sure", "thing"],
    &["safe", "bet"],
    &["expect", "*", "returns"],
    &["expected", "return"],
    &["will", "*", "rise"],
    &["will", "*", "appreciate"],
    &["will", "*", "return"],
    &["certain", "to"],
    &["double", "your"],
    &["be", "rich"],
    &["get", "rich"],
    &["you", "rich"],
];

/// Every promise of a sentence.
pub(super) fn promised(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for at in scene.sentence.clone() {
        let run = PROMISES.iter().find_map(|promise| run(scene, at, promise));
        let Some(last) = run else { continue };
        let segment = scene.segment_of(at);
        if !scene.is_denied(segment, at) {
            found.push(Fault { first: at, last, why: "is a promise that nobody can make".to_owned() });
        }
    }
    found
}

/// The last token of a run of words that starts here.
fn run(scene: &Scene<'_>, at: usize, words: &[&str]) -> Option<usize> {
    let Some((first, rest)) = words.split_first() else { return at.checked_sub(1) };
    let token = |n: usize| scene.tokens.get(n).filter(|_| n < scene.sentence.end);
    if *first == "*" {
        return (0..=2).find_map(|skipped| run(scene, at + skipped, rest));
    }
    token(at).filter(|t| t.is(first)).and_then(|_| run(scene, at + 1, rest))
}
