//! How well are phrases understood: exact, not understood, and wrong tokens by kind, as Markdown.
//!
//! In: `phrase_rates CONTEXT.json NAME=FILE.jsonl...`; a line of a file is `{"text", "expect"}`. Out: a
//! table on stdout and, with `--misses`, every phrase that is not exact. `make phrases` writes the page.

use std::collections::BTreeMap;

use portfolio::Token;
use propose::phrases::{Known, phrases};
use serde_json::Value;

/// What came of one phrase.
struct Outcome {
    text: String,
    expected: Vec<String>,
    read: Vec<String>,
}

impl Outcome {
    fn exact(&self) -> bool {
        self.expected == self.read
    }

    fn wrong(&self) -> Vec<&String> {
        self.read.iter().filter(|token| !self.expected.contains(token)).collect()
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn canonical(tokens: Vec<String>) -> Vec<String> {
    let mut tokens: Vec<String> = tokens
        .into_iter()
        .map(|t| portfolio::preference::parse(&t).map_or(t, |token| token.to_string()))
        .collect();
    tokens.sort();
    tokens
}

fn outcomes(path: &str, known: &Known) -> Result<Vec<Outcome>, Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    for line in std::fs::read_to_string(path)?.lines().filter(|l| !l.trim().is_empty()) {
        let phrase: Value = serde_json::from_str(line)?;
        let text = phrase["text"].as_str().ok_or("a phrase without `text`")?.to_owned();
        let reading = phrases(&text, known)?;
        let read = canonical(reading.wishes.iter().map(|w| w.token.to_string()).collect());
        all.push(Outcome { expected: canonical(strings(&phrase["expect"])), text, read });
    }
    Ok(all)
}

/// The kind of a token: its words without numbers and names.
fn kind(token: &str) -> String {
    match portfolio::preference::parse(token) {
        Ok(Token::Exclude(_)) => "exclude_…".to_owned(),
        Ok(parsed) => {
            let debug = format!("{parsed:?}");
            let name: String = debug.chars().take_while(|c| c.is_alphanumeric()).collect();
            let mut words = String::new();
            for c in name.chars() {
                if c.is_uppercase() && !words.is_empty() {
                    words.push('_');
                }
                words.extend(c.to_lowercase());
            }
            words
        }
        Err(_) => token.to_owned(),
    }
}

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let misses = arguments.iter().position(|a| a == "--misses").map(|at| arguments.remove(at)).is_some();
    let context: Value = serde_json::from_str(&std::fs::read_to_string(arguments.remove(0))?)?;
    let known = Known {
        tickers: Some(strings(&context["tickers"])),
        classes: Some(strings(&context["asset_classes"])),
        ..Known::default()
    };
    println!(
        "| phrases | number | with nothing to understand | exact | with a wrong token | not understood or in part |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let mut wrong: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut missed = Vec::new();
    for argument in &arguments {
        let (name, path) = argument.split_once('=').ok_or("an argument is NAME=FILE")?;
        let all = outcomes(path, &known)?;
        let count = |which: &dyn Fn(&Outcome) -> bool| all.iter().filter(|o| which(o)).count();
        let share = |n: usize| format!("{n} ({:.1} %)", n as f64 * 100.0 / all.len().max(1) as f64);
        let exact = count(&Outcome::exact);
        let with_wrong = count(&|o| !o.wrong().is_empty());
        let rest = all.len() - exact - with_wrong;
        let nothing = count(&|o| o.expected.is_empty());
        println!(
            "| {name} | {} | {nothing} | {} | {} | {} |",
            all.len(),
            share(exact),
            share(with_wrong),
            share(rest)
        );
        for outcome in all.into_iter().filter(|o| !o.exact()) {
            for token in outcome.wrong() {
                *wrong.entry(kind(token)).or_default().entry(name.to_owned()).or_default() += 1;
            }
            missed.push((name.to_owned(), outcome));
        }
    }
    println!("\nWrong tokens by kind:\n");
    if wrong.is_empty() {
        println!("none.");
    }
    for (kind, places) in &wrong {
        let places: Vec<String> = places.iter().map(|(name, n)| format!("{n} in {name}")).collect();
        println!("- `{kind}`: {}", places.join(", "));
    }
    if misses {
        for (name, o) in &missed {
            let mark = if o.wrong().is_empty() { "  " } else { "!!" };
            println!(
                "{mark} {name}: {}\n      expected {:?}\n      read     {:?}",
                o.text, o.expected, o.read
            );
        }
    }
    Ok(())
}
