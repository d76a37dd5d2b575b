//! How well phrases are understood: by the grammar, and by a model after it.
//!
//! A phrase is exact when the tokens are the expected ones, all of them and no other. A wrong token is one that is not expected.

use std::collections::BTreeMap;

use portfolio::preference;
use propose::phrases::meaning::{meaning, meaning_with};
use propose::phrases::{Known, Meaning};
use serde::{Deserialize, Serialize};

use super::Share;
use crate::asking::Voice;
use crate::failure::Failure;
use crate::input;

/// A phrase and what it means.
#[derive(Debug, Deserialize)]
pub(super) struct Phrase {
    text: String,
    expect: Vec<String>,
}

/// What came of all phrases.
#[derive(Debug, Serialize)]
pub(crate) struct PhraseScore {
    /// Exactly understood.
    pub(crate) exact: Share,
    /// With a token that is not meant.
    pub(crate) wrong: Share,
    /// The wrong tokens, with how often.
    pub(crate) wrong_tokens: BTreeMap<String, usize>,
    /// Phrases of which a model read nothing because it failed.
    pub(crate) unanswered: usize,
}

/// Reads a file of phrases.
pub(super) fn read(path: &str) -> Result<Vec<Phrase>, Failure> {
    let text = input::text(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| {
                Failure::input(
                    path,
                    &format!("line {}: {error}; a line is {{\"text\": …, \"expect\": [tokens]}}", at + 1),
                )
            })
        })
        .collect()
}

/// What the grammar alone understands.
pub(super) fn offline(phrases: &[Phrase], known: &Known) -> PhraseScore {
    score(phrases, |text| meaning(text, known).unwrap_or_default())
}

/// What is understood where a model reads the rest.
pub(super) fn with_model(phrases: &[Phrase], known: &Known, voice: &Voice) -> PhraseScore {
    let mut unanswered = 0;
    let mut score = score(phrases, |text| {
        let asked =
            meaning_with(text, known, |question| voice.json(question).inspect_err(|_| unanswered += 1));
        asked.unwrap_or_default()
    });
    score.unanswered = unanswered;
    score
}

fn score(phrases: &[Phrase], mut read: impl FnMut(&str) -> Meaning) -> PhraseScore {
    let (mut exact, mut wrong) = (0, 0);
    let mut wrong_tokens: BTreeMap<String, usize> = BTreeMap::new();
    for phrase in phrases {
        let (expected, found) = (canonical(&phrase.expect), canonical(&read(&phrase.text).tokens));
        exact += usize::from(expected == found);
        let not_meant: Vec<String> = found.into_iter().filter(|token| !expected.contains(token)).collect();
        wrong += usize::from(!not_meant.is_empty());
        for token in not_meant {
            *wrong_tokens.entry(token).or_default() += 1;
        }
    }
    let of = phrases.len();
    PhraseScore { exact: Share::new(exact, of), wrong: Share::new(wrong, of), wrong_tokens, unanswered: 0 }
}

/// Tokens as the grammar writes them, in order.
fn canonical(tokens: &[String]) -> Vec<String> {
    let written = |token: &String| preference::parse(token).map_or_else(|_| token.clone(), |t| t.to_string());
    let mut tokens: Vec<String> = tokens.iter().map(written).collect();
    tokens.sort();
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_and_wrong_are_counted_apart() {
        let phrase =
            |text: &str, expect: &str| Phrase { text: text.to_owned(), expect: vec![expect.to_owned()] };
        let phrases = [
            phrase("no_sells", "no_sells"),
            phrase("hello", "no_sells"),
            phrase("max_tax_5_usd", "no_sells"),
        ];
        let score = offline(&phrases, &Known::default());
        assert_eq!((score.exact.count, score.wrong.count), (1, 1));
        assert_eq!(score.wrong_tokens["max_tax_5_usd"], 1);
    }
}
