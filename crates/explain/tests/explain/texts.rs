//! Every digit, unit, sign and name of every text comes from its reference.

use explain::{Depth, Explanation, Part, Text, Value, check};

use crate::planned::cases;

const FAMILIES: [&str; 6] = ["etf", "household", "crowded", "rules", "whole", "withdraw"];

#[test]
fn every_text_says_what_its_references_say() {
    let (mut texts, mut as_good) = (0, 0);
    for case in cases(&FAMILIES) {
        let explained = case.explain(Depth::Full);
        assert_eq!(explained.per_trade.len(), case.solution.rows.len());
        for text in explained.texts() {
            let rendered = text.to_string();
            assert_eq!(check(&rendered, &text, &explained.evidence), Ok(()), "{}: {rendered}", case.name);
            // A difference that no reader can see is not told as one.
            assert!(!rendered.contains("worse by 0.00 USD"), "{}: {rendered}", case.name);
            as_good += usize::from(rendered.contains(" the best plan would be as good"));
            texts += 1;
        }
    }
    assert!(texts > 500 && as_good > 0, "{texts}, {as_good}");
}

#[test]
fn a_changed_digit_unit_sign_or_name_is_found() {
    let mut changes = 0;
    for case in cases(&["etf", "household", "crowded"]) {
        let explained = case.explain(Depth::Full);
        for text in explained.texts() {
            for changed in changed(&text, &explained) {
                let found = check(&changed, &text, &explained.evidence);
                assert!(found.is_err(), "{}: not found in: {changed}", case.name);
                changes += 1;
            }
        }
    }
    assert!(changes > 50_000, "{changes}");
}

/// Figures taken from another place are found, as the document is asked again and not the text.
#[test]
fn a_figure_that_does_not_come_from_its_reference_is_found() {
    let case = &cases(&["etf"])[0];
    let explained = case.explain(Depth::Plain);
    let mut told = explained.summary.clone();
    let usd = told.parts.iter_mut().find_map(|part| match part {
        Part::Figure { value: Value::Usd(usd), .. } => Some(usd),
        _ => None,
    });
    *usd.unwrap() += portfolio::Decimal::ONE;
    assert!(check(&told.to_string(), &told, &explained.evidence).is_err());
    let mut bare = explained.summary.clone();
    bare.parts.insert(0, Part::Words("About 5 dollars: "));
    assert!(check(&bare.to_string(), &bare, &explained.evidence).is_err());
}

/// The rendered text with one thing changed: each digit to another and to none, each sign turned or
/// put there, each unit and each name replaced.
fn changed(text: &Text, explained: &Explanation<'_>) -> Vec<String> {
    let rendered = text.to_string();
    let mut all = Vec::new();
    let mut put = |at: usize, length: usize, with: &str| {
        all.push(format!("{}{with}{}", &rendered[..at], &rendered[at + length..]));
    };
    for (at, c) in rendered.char_indices() {
        if let Some(digit) = c.to_digit(10) {
            put(at, 1, &((digit + 1) % 10).to_string());
            put(at, 1, "");
            put(at, 0, "7");
        } else if matches!(c, ',' | '.' | '-' | '−' | '%') {
            put(at, c.len_utf8(), "");
        }
    }
    let swaps = [
        (" USD", " EUR"),
        (" USD", ""),
        (" %", " bps"),
        (" bps", " %"),
        (" shares", " lots"),
        ("gain of", "loss of"),
        ("loss of", "gain of"),
        (" above", " below"),
        (" below", " above"),
        ("long-term", "short-term"),
        ("short-term", "long-term"),
        ("Sells", "Buys"),
        ("Buys", "Sells"),
    ];
    for (from, to) in swaps {
        for (at, _) in rendered.match_indices(from) {
            put(at, from.len(), to);
        }
    }
    let mut at = 0;
    for part in &text.parts {
        let Part::Figure { value, .. } = part else {
            let Part::Words(words) = part else { unreachable!() };
            at += words.len();
            continue;
        };
        let written = value.to_string();
        match value {
            Value::Usd(_) => match written.strip_prefix('−') {
                Some(plain) => put(at, written.len(), plain),
                None => put(at, 0, "−"),
            },
            Value::Ticker(name) | Value::LotId(name) | Value::Name(name) => {
                for other in explained.evidence.tickers().filter(|other| other != name) {
                    put(at, written.len(), other);
                }
                put(at, written.len(), "");
                put(at + written.len(), 0, "X");
            }
            Value::Weight(_)
            | Value::Deviation(_)
            | Value::Percent(_)
            | Value::Shares(_)
            | Value::Gain(_) => put(at, 0, "−"),
            _ => {}
        }
        at += written.len();
    }
    all.retain(|changed| *changed != rendered);
    all
}
