//! What a model says of a plan: true sentences come through word for word, false ones are struck.
//!
//! `tuned.jsonl` are the sentences that the checker was made with; `held_out.jsonl` were written before it and measured
//! once. A line has `on` (the household), `row` (the trade that it is about, if one), `text`, and of a false one
//! `lie`: words that may not come through outside a mark. The rates are printed.

#![allow(clippy::unwrap_used)]

mod household;
mod told;

use explain::claims::{BYTES_MAX, Checked, FAULTS_MAX, checked};
use household::Household;
use proptest::prelude::*;

use serde_json::Value;

/// What came of the sentences of a file.
#[derive(Default)]
struct Rates {
    kept: usize,
    truths: usize,
    caught: usize,
    lies: usize,
    wrong: Vec<String>,
}

fn judged(file: &str) -> Rates {
    let households = Household::all();
    let mut rates = Rates::default();
    for line in file.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let household = households.iter().find(|h| h.name == line["on"]).unwrap();
        let row = line["row"].as_u64().map(|row| household.trade(usize::try_from(row).unwrap()));
        let text = line["text"].as_str().unwrap();
        let found = checked(text, &household.facts, row.as_ref());
        match line["lie"].as_str() {
            None => {
                rates.truths += 1;
                rates.kept += usize::from(found.text == text);
                if found.text != text {
                    rates.wrong.push(format!("true and struck: {text} -> {}", found.text));
                }
            }
            Some(lie) => {
                rates.lies += 1;
                let caught = !found.struck.is_empty() && !outside_marks(&found).contains(lie);
                rates.caught += usize::from(caught);
                if !caught {
                    rates.wrong.push(format!("false and kept: {text} -> {}", found.text));
                }
            }
        }
    }
    rates
}

/// The text without what is marked as struck.
fn outside_marks(found: &Checked) -> String {
    let mut out = String::new();
    let mut rest = found.text.as_str();
    while let Some(at) = rest.find("[struck: ") {
        out.push_str(&rest[..at]);
        rest = rest[at..].find(']').map_or("", |end| &rest[at + end + 1..]);
    }
    out + rest
}

/// The rates of a file, and what went wrong, a line each.
fn told(name: &str, rates: &Rates) -> String {
    let first = format!(
        "{name}: {} of {} true sentences kept word for word, {} of {} false ones struck",
        rates.kept, rates.truths, rates.caught, rates.lies
    );
    std::iter::once(&first).chain(&rates.wrong).cloned().collect::<Vec<_>>().join("\n  ")
}

#[test]
fn the_tuned_sentences() {
    let rates = judged(include_str!("tuned.jsonl"));
    println!("{}", told("tuned", &rates));
    assert!(rates.truths >= 50 && rates.lies >= 45);
    assert_eq!((rates.kept, rates.caught), (rates.truths, rates.lies), "{:#?}", rates.wrong);
}

#[test]
fn the_sentences_that_were_held_out() {
    for (name, file) in
        [("held out", include_str!("held_out.jsonl")), ("held out 2", include_str!("held_out_2.jsonl"))]
    {
        let rates = judged(file);
        println!("{}", told(name, &rates));
        // A fall is a fault of a change; the rates of the first reading are in docs/claims.md.
        let fine = rates.kept * 100 >= rates.truths * 80 && rates.caught * 100 >= rates.lies * 90;
        assert!(fine, "{name}: {:#?}", rates.wrong);
    }
}

/// What a model might put into its words to steer a terminal, a reader or this program.
const NASTY: [&str; 22] = [
    "",
    " ",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{200b}",
    "$",
    "$$$",
    "%",
    "1e308",
    "-0",
    "NaN",
    "$99999999999999999999999999999999999999",
    "0.0000000000000000000000000000000001",
    "１２３",
    "½",
    "lot 1",
    "١٢٣",
    "12/31/9999",
    "31 February 2027",
    "$5,00,000",
    "[struck: x]",
];

/// The household of the properties.
static GAINS: std::sync::LazyLock<Household> = std::sync::LazyLock::new(|| Household::all().swap_remove(0));

/// What holds of every text.
fn holds(household: &Household, text: &str) {
    for about in [None, Some(household.trade(0))] {
        let found = checked(text, &household.facts, about.as_ref());
        assert!(found.text.len() <= 2 * BYTES_MAX + FAULTS_MAX * 600, "{}", found.text.len());
        assert!(!found.text.chars().any(|c| c.is_control() && c != '\n'), "{:?}", found.text);
        assert!(!found.text.contains(['\u{202e}', '\u{200b}', '\u{feff}', '\u{2066}']));
        assert!(found.struck.iter().all(|struck| !struck.words.is_empty() && !struck.why.is_empty()));
    }
}

#[test]
fn nasty_texts_come_out_bounded_and_plain() {
    let gains = Household::all().swap_remove(0);
    for a in NASTY {
        for b in NASTY {
            holds(&gains, &format!("Selling {a}L1{b} raises {a} {b}. {b}{a}"));
        }
    }
    for long in ["$1 ", "L1 and ", "((", "a.", "one ", "12 March ", "sell SPY ", "\n", "é", "- "] {
        holds(&gains, &long.repeat(1 << 16));
    }
}

#[test]
fn a_struck_figure_is_marked_and_its_sentence_kept_where_it_stands() {
    let gains = Household::all().swap_remove(0);
    let text = "Selling 40 shares of SPY from L1 raises $18,000, and the tax on that is $4,321. Bonds rise to 58.5%.";
    let found = checked(text, &gains.facts, None);
    assert_eq!(
        found.text,
        "Selling 40 shares of SPY from L1 raises $18,000, and the tax on that is [struck: $4,321 is not a figure of this \
         plan]. Bonds rise to 58.5%."
    );
    let gone = checked("SPY is worth $4,321 a share. Bonds rise to 58.5%.", &gains.facts, None);
    assert_eq!(gone.text, "[struck: $4,321 a share is not a figure of this plan] Bonds rise to 58.5%.");
    assert_eq!(gone.struck.len(), 1);
}

#[test]
fn a_text_without_anything_to_check_is_left_alone() {
    let gains = Household::all().swap_remove(0);
    for text in
        ["", "Good morning.", "We keep things simple and tidy.\nNothing else changes.", "¿Qué tal? — 好的。"]
    {
        assert_eq!(checked(text, &gains.facts, None), Checked { text: text.to_owned(), struck: Vec::new() });
    }
}

#[test]
fn an_alias_is_known_once_it_is_told() {
    let mut gains = Household::all().swap_remove(0);
    let text = "Selling 40 shares of SPY in A1 raises $18,000.";
    assert_ne!(checked(text, &gains.facts, None).text, text);
    gains.facts.call("A1", "brokerage");
    gains.facts.call("A2", "roth-2");
    gains.facts.call("A3", "nobody");
    assert_eq!(checked(text, &gains.facts, None).text, text);
    for lie in ["Selling 40 shares of SPY in A2 raises $18,000.", "Account A3 is used."] {
        assert!(!checked(lie, &gains.facts, None).struck.is_empty(), "{lie}");
    }
}

#[test]
fn the_facts_of_an_absurd_plan_are_no_trouble() {
    let document = portfolio::read(include_str!("gains.json")).unwrap();
    let rates = household::rates(&document);
    for quantity in ["999999999999999", "0.0000000000000000000000000001", "79228162514264337593543950335"] {
        for row in ["SELL\", \"lot_id\": \"L1", "BUY"] {
            let plan = format!(
                "{{\"trades\": [{{\"action\": \"{row}\", \"account_id\": \"brokerage\", \"ticker\": \"SPY\", \"quantity\": {quantity}}}]}}"
            );
            let plan = portfolio::plan::read_plan(&plan).unwrap();
            let report = validate::validate(&document, &rates, &plan, None);
            let facts = explain::claims::Facts::of(&document, &rates, &report, &plan);
            let found = checked("Selling L1 raises $18,000 and lowers drift.", &facts, None);
            assert!(!found.struck.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_checked(text in any::<String>()) {
        holds(&GAINS, &text);
    }

    #[test]
    fn any_words_side_by_side_are_checked(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "L1", "L2", "SPY", "AGG", "brokerage", "the", "Roth", "sell", "buy", "$", "18,000", "5k", "%", "60", "sixty",
                "five", "thousand", "dollars", "of", "gain", "loss", "long", "-", "term", "tax", "free", "no", "not", ".", ",",
                "(", ")", "12", "March", "2027", "2026-04-02", "about", "~", "drift", "target", "above", "shares", "and",
                "half a million", "2x", "30", "days", "lot", "account", "XYZ", "guaranteed", "\n", "'s", "−", "½",
            ]),
            0..40,
        ),
        glue in prop::sample::select(vec!["", " "]),
    ) {
        holds(&GAINS, &words.join(glue));
    }
}
