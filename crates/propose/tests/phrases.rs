//! Phrases of investors: those that were tuned for are understood, and none gives a wrong token.
//!
//! `phrases/tuned.jsonl` are those that the vocabulary was made with; `held_out*.jsonl` were written before
//! and measured once. `make phrases` says how many of each are exact, and writes `docs/phrases.md`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use portfolio::preference::parse;
use propose::phrases::{Known, TEXT_BYTES_MAX, meaning, phrases};
use proptest::prelude::*;
use serde_json::Value;

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|v| v.as_str().unwrap().to_owned()).collect()
}

fn known() -> Known {
    let context: Value = serde_json::from_str(include_str!("phrases/context.json")).unwrap();
    Known {
        tickers: Some(strings(&context["tickers"])),
        classes: Some(strings(&context["asset_classes"])),
        ..Known::default()
    }
}

/// Tokens as they are compared: industries of an exclusion are a set.
fn canonical(tokens: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    tokens.into_iter().map(|t| parse(&t).unwrap().to_string()).collect()
}

/// Phrases that are exact, and those with a token that is not meant.
fn judged(file: &str) -> (usize, usize, Vec<String>) {
    let known = known();
    let (mut exact, mut all, mut wrong) = (0, 0, Vec::new());
    for line in file.lines() {
        let phrase: Value = serde_json::from_str(line).unwrap();
        let text = phrase["text"].as_str().unwrap();
        let expected = canonical(strings(&phrase["expect"]));
        let reading = phrases(text, &known).unwrap();
        let read = canonical(reading.wishes.iter().map(|w| w.token.to_string()));
        all += 1;
        exact += usize::from(read == expected);
        if !read.is_subset(&expected) {
            wrong.push(format!("{text}: {read:?}, not {expected:?}"));
        }
        assert!(!expected.is_empty() || read != expected || !reading.unread.is_empty(), "{text} is lost");
    }
    (exact, all, wrong)
}

#[test]
fn the_public_phrases_are_all_exact() {
    let (exact, all, wrong) = judged(include_str!("../../../cases/preferences/phrases.jsonl"));
    assert_eq!((exact, wrong), (all, Vec::new()));
}

#[test]
fn the_tuned_phrases_give_no_wrong_token() {
    let (exact, all, wrong) = judged(include_str!("phrases/tuned.jsonl"));
    assert_eq!(wrong, Vec::<String>::new());
    assert!(exact * 100 >= all * 98, "{exact} of {all}");
}

#[test]
fn phrases_by_another_hand_give_no_wrong_token() {
    for file in [
        include_str!("phrases/held_out_4.jsonl"),
        include_str!("phrases/held_out_5.jsonl"),
        include_str!("phrases/held_out_6.jsonl"),
        include_str!("phrases/held_out_7.jsonl"),
        include_str!("phrases/held_out_8.jsonl"),
        include_str!("phrases/held_out_9.jsonl"),
        include_str!("phrases/held_out_10.jsonl"),
        include_str!("phrases/held_out_11.jsonl"),
        include_str!("phrases/held_out_12.jsonl"),
        include_str!("phrases/held_out_13.jsonl"),
        include_str!("phrases/held_out_14.jsonl"),
        include_str!("phrases/held_out_15.jsonl"),
    ] {
        let (exact, all, wrong) = judged(file);
        assert_eq!(wrong, Vec::<String>::new());
        assert!(exact * 100 >= all * 90, "{exact} of {all}");
    }
}

#[test]
fn the_context_of_the_public_phrases_is_ours() {
    let public: Value =
        serde_json::from_str(include_str!("../../../cases/preferences/context.json")).unwrap();
    let ours: Value = serde_json::from_str(include_str!("phrases/context.json")).unwrap();
    assert_eq!(public["tickers"], ours["tickers"]);
    assert_eq!(public["asset_classes"], ours["asset_classes"]);
}

#[test]
fn a_long_text_is_read_in_no_time_and_a_longer_one_refused() {
    let long = "no tobacco, don't sell Apple and ".repeat(400);
    assert!(long.len() < TEXT_BYTES_MAX);
    assert_eq!(phrases(&long, &known()).unwrap().wishes.len(), 2);
    assert!(phrases(&"a".repeat(10_000_000), &known()).is_err());
}

/// Pieces that press on the grammar when they are put side by side.
const PIECES: [&str; 40] = [
    "don't",
    "sell",
    "Apple",
    "no",
    "tobacco",
    ",",
    "and",
    "or",
    "keep",
    "$5,000",
    "in cash",
    "5",
    "%",
    "actually",
    "make that",
    "unless",
    "if possible",
    "it",
    "lot",
    "L2",
    "first",
    "between",
    "9:45",
    "3:30",
    "Eastern",
    "a quarter",
    "½",
    "scratch that",
    ".",
    "?",
    "\n- ",
    "max",
    "at least",
    "nor",
    "neither",
    "AA",
    "ESG",
    "no_sells",
    "\u{ad}",
    "…",
];

proptest! {
    #[test]
    fn any_text_is_read_and_nothing_is_made_up(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn any_words_side_by_side_are_read(words in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..14)) {
        check(&words.join(" "));
        check(&words.concat());
    }
}

/// Tokens are of the grammar, spans lie on character boundaries, and the same text is read the same way.
fn check(text: &str) {
    let known = known();
    let reading = phrases(text, &known).unwrap();
    for wish in &reading.wishes {
        assert_eq!(parse(&wish.token.to_string()).as_ref(), Ok(&wish.token));
        assert!(!wish.spans.is_empty());
        assert!(wish.spans.iter().all(|s| text.get(s.clone()).is_some_and(|w| !w.is_empty())), "{text:?}");
    }
    assert!(
        reading.unread.iter().all(|u| text.get(u.span.clone()).is_some_and(|w| !w.is_empty())),
        "{text:?}"
    );
    assert_eq!(phrases(text, &known).unwrap(), reading);
    let told = meaning(text, &known).unwrap();
    assert_eq!(told.tokens.len(), told.understood.len());
    assert_eq!(told.not_understood.len(), told.not_understood_spans.len());
}
