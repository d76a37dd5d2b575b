//! How well are phrases understood: exact, not understood, and wrong tokens by kind, as Markdown.
//!
//! In: `phrase_rates CONTEXT.json NAME=FILE.jsonl...`; a line of a file is `{"text", "expect"}`. Out: a
//! table; with `--misses`, every phrase that is not exact; with `--page FILE --first FILE`, the page
//! docs/phrases.md, which also tells what was found when each file was read for the first time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use portfolio::Token;
use propose::phrases::{Known, phrases};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

const OPENING: &str = "# Phrases

How well `equipoise preferences` understands investors' own words. Written by `make phrases`.

A phrase is *exact* when the tokens are the expected ones, all of them and no other. A *wrong token* is one that is not
expected: what a parser must not do. Everything else was returned as not understood, in whole or in part. Phrases are in
`crates/propose/tests/phrases/`, the public ones in `cases/preferences/`.

";

const FIRST: &str = "
The tuned phrases are those that the vocabulary was made with; their rate says that nothing got lost, not how well new
phrases are understood. That is what the held-out phrases are for. When they were read for the first time:

| phrases | written | exact | with a wrong token | since then |
| --- | --- | ---: | ---: | --- |
";

const CLOSING: &str = "
The first three are by the hand that made the vocabulary. Held-out 4 is by another that had not seen it, and 5 by the same after it had
mended what failed in 4. The first rate of held-out 4 is what to expect of people whose style nobody foresaw: rather words that are not
known than wrong tokens, since a word that is not known keeps a wish from being read. Held-out 6 to 8 are by a third hand; 6 looked on purpose
for what the grammar read the wrong way round, and found most of its wrong tokens in negations whose second half compares the other way, in
ranges, and in numbers below zero or one. Held-out 9 is by a fourth hand, which had seen the grammar of tokens and the public phrases alone, and 11 by a fifth in the same position.
The first rate of 12 is too kind: its hand had by then written a thousand sentences to learn from, with sentences like its own among them. Those of 13, in
voices chosen to be unlike, and of 14 are the harder measure: two and four in five exact. Most of the rest are words that were not known.
";

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

/// What the command line asks for.
#[derive(Default)]
struct Asked {
    context: String,
    files: Vec<(String, String)>,
    misses: bool,
    page: Option<String>,
    first: Option<String>,
}

fn asked() -> Result<Asked, Failure> {
    let mut asked = Asked::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--misses" => asked.misses = true,
            "--page" => asked.page = arguments.next(),
            "--first" => asked.first = arguments.next(),
            _ if asked.context.is_empty() => asked.context = argument,
            _ => {
                let (name, path) = argument.split_once('=').ok_or("an argument is NAME=FILE")?;
                asked.files.push((name.to_owned(), path.to_owned()));
            }
        }
    }
    Ok(asked)
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn canonical(tokens: Vec<String>) -> Vec<String> {
    let parsed = |t: String| portfolio::preference::parse(&t).map_or(t, |token| token.to_string());
    let mut tokens: Vec<String> = tokens.into_iter().map(parsed).collect();
    tokens.sort();
    tokens
}

fn outcomes(path: &str, known: &Known) -> Result<Vec<Outcome>, Failure> {
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

/// The kind of a token: the words of its example in the grammar, up to what differs.
fn kind(token: &str) -> String {
    let Ok(parsed) = portfolio::preference::parse(token) else { return token.to_owned() };
    let same = |e: &&&str| {
        portfolio::preference::parse(e)
            .is_ok_and(|e: Token| std::mem::discriminant(&e) == std::mem::discriminant(&parsed))
    };
    portfolio::preference::grammar::EXAMPLES.iter().find(same).map_or(token.to_owned(), |e| (*e).to_owned())
}

fn table(asked: &Asked, known: &Known) -> Result<(String, String), Failure> {
    let mut page = "| phrases | number | with nothing to understand | exact | with a wrong token | not understood or in part |\n\
                    | --- | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    let mut wrong: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut misses = String::new();
    for (name, path) in &asked.files {
        let all = outcomes(path, known)?;
        let count = |which: &dyn Fn(&Outcome) -> bool| all.iter().filter(|o| which(o)).count();
        let share = |n: usize| format!("{n} ({:.1} %)", n as f64 * 100.0 / all.len().max(1) as f64);
        let (exact, with_wrong) = (count(&Outcome::exact), count(&|o| !o.wrong().is_empty()));
        let nothing = count(&|o| o.expected.is_empty());
        let rest = all.len() - exact - with_wrong;
        writeln!(
            page,
            "| {name} | {} | {nothing} | {} | {} | {} |",
            all.len(),
            share(exact),
            share(with_wrong),
            share(rest)
        )?;
        for o in all.iter().filter(|o| !o.exact()) {
            for token in o.wrong() {
                *wrong.entry(kind(token)).or_default().entry(name.clone()).or_default() += 1;
            }
            let mark = if o.wrong().is_empty() { "  " } else { "!!" };
            writeln!(
                misses,
                "{mark} {name}: {}\n     expected {:?}\n     read     {:?}",
                o.text, o.expected, o.read
            )?;
        }
    }
    page += "\nWrong tokens by kind: ";
    page += if wrong.is_empty() { "none.\n" } else { "\n\n" };
    for (kind, places) in &wrong {
        let places: Vec<String> = places.iter().map(|(name, n)| format!("{n} in {name}")).collect();
        writeln!(page, "- like `{kind}`: {}", places.join(", "))?;
    }
    Ok((page, misses))
}

/// What was found when each file was read for the first time.
fn first_readings(path: &str) -> Result<String, Failure> {
    let mut rows = FIRST.to_owned();
    let read: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    for row in read.as_array().into_iter().flatten() {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let number = row["number"].as_f64().unwrap_or(1.0);
        let share = |key: &str| {
            format!("{} of {number} ({:.1} %)", row[key], row[key].as_f64().unwrap_or(0.0) * 100.0 / number)
        };
        writeln!(
            rows,
            "| {} | {} | {} | {} | {} |",
            text("name"),
            text("written"),
            share("exact"),
            share("wrong"),
            text("since")
        )?;
    }
    Ok(rows)
}

#[allow(clippy::print_stdout)]
fn main() -> Result<(), Failure> {
    let asked = asked()?;
    let context: Value = serde_json::from_str(&std::fs::read_to_string(&asked.context)?)?;
    let known = Known {
        tickers: Some(strings(&context["tickers"])),
        classes: Some(strings(&context["asset_classes"])),
        ..Known::default()
    };
    let (table, misses) = table(&asked, &known)?;
    print!("{table}");
    if asked.misses {
        print!("{misses}");
    }
    if let Some(page) = &asked.page {
        let first = asked.first.as_deref().map(first_readings).transpose()?.unwrap_or_default();
        std::fs::write(page, format!("{OPENING}{table}{first}{CLOSING}"))?;
    }
    Ok(())
}
