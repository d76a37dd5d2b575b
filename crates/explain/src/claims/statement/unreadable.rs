//! Figures that can't be read, and links: what can't be checked is not shown.

use super::{Fault, Scene, fault};
use crate::claims::token::{Kind, Token};

/// Every number that is none of ours to read: too long (40 digits), with an exponent (`1e308`), in another script.
pub(super) fn figures(scene: &Scene<'_>) -> Vec<Fault> {
    let why = || "is no figure that can be checked".to_owned();
    let mut found = Vec::new();
    for at in scene.sentence.clone() {
        let token = &scene.tokens[at];
        let behind = scene.tokens.get(at + 1).filter(|next| next.glued && at + 1 < scene.sentence.end);
        if token.kind == Kind::Word && token.text.starts_with(char::is_numeric) {
            found.push(fault(at, why()));
        } else if token.number().is_some() && behind.is_some_and(is_exponent) {
            found.push(Fault { first: at, last: at + 1, why: why() });
        }
    }
    found
}

/// `e308`, or the `e` of `e+308`.
fn is_exponent(token: &Token) -> bool {
    let digits = token.lower.strip_prefix('e');
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Every link, to its end.
pub(super) fn links(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for at in scene.sentence.clone().filter(|at| scene.tokens[*at].any(&["http", "https", "www"])) {
        let glued = |place: &usize| *place < scene.sentence.end && scene.tokens[*place].glued;
        let last = (at + 1..).take_while(glued).last().unwrap_or(at);
        found.push(Fault { first: at, last, why: "is a link that nobody has checked".to_owned() });
    }
    found
}
