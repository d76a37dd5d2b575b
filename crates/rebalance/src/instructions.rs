//! What the `instructions` of a document mean, and which of it is not applied.
//!
//! In: the household. Out: the tokens that its words propose, each with its words, and those of them that
//! the document's `preferences` do not have yet. Invariant: words alone change no plan. They are shown
//! with the plan, and count once a person has put the tokens into the document.

use portfolio::preference::contradiction::contradictions;
use portfolio::{Portfolio, preference};
use propose::phrases::{Known, Meaning, meaning};

/// The instructions of a document, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instructions {
    /// What they mean, or nothing where they are too long to be read.
    pub meaning: Meaning,
    /// The tokens that are not among the document's preferences, and so not part of the plan.
    pub not_applied: Vec<String>,
    /// Which of these contradict preferences of the document, in words.
    pub against: Vec<String>,
}

/// Reads the instructions of `portfolio`, if it has any.
#[must_use]
pub fn instructions(portfolio: &Portfolio) -> Option<Instructions> {
    let text = portfolio.instructions.as_deref().filter(|text| !text.trim().is_empty())?;
    let meaning = meaning(text, &Known::of(portfolio))
        .unwrap_or_else(|error| Meaning { notes: vec![error.to_string()], ..Meaning::default() });
    let applied: Vec<String> = portfolio.preferences.iter().map(ToString::to_string).collect();
    let not_applied: Vec<String> =
        meaning.tokens.iter().filter(|token| !applied.contains(token)).cloned().collect();
    let against = not_applied.iter().filter_map(|token| against_the_document(portfolio, token)).collect();
    Some(Instructions { meaning, not_applied, against })
}

/// Why a token of the words can't be put beside the document's own, in words.
fn against_the_document(portfolio: &Portfolio, token: &str) -> Option<String> {
    let mut all = portfolio.preferences.clone();
    all.push(preference::parse(token).ok()?);
    let pair = contradictions(&all).into_iter().find(|pair| pair.second + 1 == all.len())?;
    Some(format!("`{token}` contradicts `{}` of the document", all[pair.first]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_propose_and_do_not_apply() {
        let household = portfolio::read(
            r#"{"as_of": "2026-11-20", "cash": 100, "target_allocation": {"Cash": 1}, "securities": [],
                "preferences": ["no_sells"], "instructions": "Don't sell anything. No tobacco. Be nice."}"#,
        )
        .unwrap();
        let read = instructions(&household).unwrap();
        assert_eq!(read.meaning.tokens, ["no_sells", "exclude_tobacco"]);
        assert_eq!(read.not_applied, ["exclude_tobacco"]);
        assert_eq!(read.meaning.not_understood, ["Be nice"]);
        assert!(household.wishes.excluded.is_empty());
        assert!(read.against.is_empty());
    }

    #[test]
    fn words_against_the_document_are_told() {
        let household = portfolio::read(
            r#"{"as_of": "2026-11-20", "cash": 100, "target_allocation": {"Cash": 1}, "securities": [],
                "preferences": ["max_tax_400_usd"], "instructions": "No more than $500 in tax."}"#,
        )
        .unwrap();
        let read = instructions(&household).unwrap();
        assert_eq!(read.against, ["`max_tax_500_usd` contradicts `max_tax_400_usd` of the document"]);
    }
}
