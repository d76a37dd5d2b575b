//! Names that the household does not have.

use super::{Fault, Scene, fault};
use crate::claims::names::is_acronym;
use crate::claims::token::{Kind, Token};

/// Every ticker, lot or account that is not there, and every rating that is another.
pub(super) fn unknown(scene: &Scene<'_>) -> Vec<Fault> {
    let tokens = &scene.tokens[scene.sentence.clone()];
    let capitals = tokens.iter().filter(|t| t.kind == Kind::Word && is_capitals(&t.text)).count();
    let words = tokens.iter().filter(|t| t.kind == Kind::Word).count();
    let shouted = words > 3 && 2 * capitals > words;
    let mut found = Vec::new();
    for at in scene.sentence.clone() {
        let token = &scene.tokens[at];
        if is_after(scene, at, &["lot", "lots"]) && is_id(token) {
            found.push(fault(at, "is no lot of this household"));
        } else if is_after(scene, at, &["account"]) && is_id(token) {
            found.push(fault(at, "is no account of this household"));
        } else if token.kind == Kind::Word && !shouted && looks_like_a_name(scene, at) {
            found.push(fault(at, "is no security or lot of this household"));
        }
        found.extend(rating(scene, at));
    }
    found
}

fn is_after(scene: &Scene<'_>, at: usize, words: &[&str]) -> bool {
    at > scene.sentence.start && scene.tokens[at - 1].any(words)
}

/// A word with a digit in it, or a number that counts nothing.
fn is_id(token: &Token) -> bool {
    match token.kind {
        Kind::Word => token.text.bytes().any(|b| b.is_ascii_digit()),
        Kind::Number(numeral) => !numeral.spoken && numeral.value.scale() == 0,
        _ => false,
    }
}

fn is_capitals(word: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// Two to five capitals, or capitals with a number behind them.
fn looks_like_a_name(scene: &Scene<'_>, at: usize) -> bool {
    let word = scene.tokens[at].text.as_str();
    if !is_capitals(word) || !word.starts_with(|c: char| c.is_ascii_uppercase()) || is_acronym(word) {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let quarter = digits == 1 && word.len() == 2 && matches!(&word[..1], "Q" | "H") || word.starts_with("FY");
    if quarter {
        return false;
    }
    let letters = word.len() - digits;
    let ticker = digits == 0 && (2..=5).contains(&letters);
    let id = digits > 0 && word.len() <= 12;
    // `S&P 500`, `U.S.`
    let joined = scene.tokens.get(at + 1).is_some_and(|t| t.glued && t.any(&["&", "."]) && letters == 1)
        || at > 0 && scene.tokens[at - 1].any(&["&"]);
    (ticker || id) && !joined
}

/// A rating beside a security that has another.
fn rating(scene: &Scene<'_>, at: usize) -> Option<Fault> {
    let token = &scene.tokens[at];
    let is_rating = portfolio::Rating::from_letter(&token.text).is_some();
    let segment = scene.segment_of(at);
    if !is_rating || !scene.has(segment, &["rated", "rating", "rates", "esg", "score", "scores", "scored"]) {
        return None;
    }
    let tickers = &scene.about(segment).tickers;
    let has = |letter: Option<&str>| letter == Some(token.text.as_str());
    let known = tickers.iter().any(|t| has(scene.facts.ratings[*t]));
    let fits = known
        || has(scene.facts.rating_min)
        || tickers.is_empty() && scene.facts.ratings.iter().any(|r| has(*r));
    (!fits).then(|| fault(at, "is not its rating"))
}
