//! `equipoise replay PROPOSAL`: a past plan made again from what is on record, and compared byte for byte.
//!
//! In: books and a proposal. Out: whether the same document came out; exit 1 where it did not. What another version of the engine
//! proposed is validated and compared, and so is a model's plan, since its answer is not drawn again. Invariant: what is made again
//! is made from the recorded text and options alone; nothing of it is written to the books.

use portfolio::plan::{ProposedPlan, ProposedTrade, hash};
use rebalance::books::recipe::{ENGINE, KIND};
use rebalance::books::{Attempt, Books, Recipe};
use rebalance::household_rates::household_rates;
use rebalance::life::Recommendation;
use serde_json::{Value, json};

use super::plan::planned;
use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::page::paragraph;

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Id of the proposal
    proposal: String,
    #[command(flatten)]
    place: Place,
    /// Which attempt; without it the last
    #[arg(long, value_name = "N")]
    attempt: Option<u32>,
    /// Write the plan document that was made again to this file
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Words for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What came of a replay.
pub(crate) struct Replay {
    /// A word that stays, for programs.
    pub(crate) outcome: &'static str,
    /// Whether nothing speaks against the record.
    pub(crate) good: bool,
    /// In words, a paragraph each.
    pub(crate) words: Vec<String>,
    /// The document that was made again.
    pub(crate) document: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let proposal = books.proposal(&arguments.proposal)?;
    let replay = replayed(&books, &proposal, arguments.attempt)?;
    if let (Some(out), Some(document)) = (&arguments.out, &replay.document) {
        output::file(out, document)?;
    }
    match arguments.format {
        Format::Table => {
            output::page(&replay.words.iter().map(|words| paragraph(words, 0)).collect::<String>())?;
        }
        Format::Json => output::json(&json!({
            "proposal": proposal.id().to_string(),
            "outcome": replay.outcome,
            "words": replay.words,
        }))?,
    }
    Ok(if replay.good { Exit::Done } else { Exit::CheckFailed })
}

/// Makes a plan of a proposal again, the last where none is named, and compares.
pub(crate) fn replayed(
    books: &OpenBooks,
    proposal: &Recommendation,
    wanted: Option<u32>,
) -> Result<Replay, Failure> {
    let kept = proposal.kept();
    let failed = |error| books.failed(&error);
    // Every proposal has records; a household that goes on after an erasure has another key, and nothing under it tells of what was before.
    let is_erased = books.store.key(&kept.household.to_string()).map_err(failed)?.is_none()
        || books.records_about(proposal)?.is_empty();
    if is_erased {
        let words =
            "erased: the key of this household was destroyed, and what the log told of this proposal is gone"
                .to_owned();
        return Ok(Replay { outcome: "erased", good: false, words: vec![words], document: None });
    }
    let attempts = books.store.reading().attempts(kept.id).map_err(failed)?;
    let attempt = match wanted {
        None => attempts.last(),
        Some(number) => attempts.iter().find(|attempt| attempt.attempt == number),
    };
    let attempt = attempt.ok_or_else(|| {
        let have: Vec<String> = attempts.iter().map(|attempt| attempt.attempt.to_string()).collect();
        Failure::usage(format!(
            "proposal {} has no such attempt; on record are [{}]",
            kept.id,
            have.join(", ")
        ))
    })?;
    let portfolio = books.store.reading().portfolio_version(attempt.portfolio).map_err(failed)?;
    let text = portfolio.ok_or_else(|| books.failed(&missing(attempt)))?.text;
    let on_record = OnRecord::of(books, proposal, attempt)?;
    if on_record.plan_differs {
        let words = format!(
            "the plan document of attempt {} is not the one that the log has: one of them was changed",
            attempt.attempt
        );
        return Ok(Replay { outcome: "changed", good: false, words: vec![words], document: None });
    }
    let recipe = on_record.recipe;
    if hash::plan_hash(&text, &attempt.trades) != attempt.plan_hash {
        let words = format!(
            "the trades of attempt {} and the portfolio are not what the plan hash {} binds: one of them was changed",
            attempt.attempt, attempt.plan_hash
        );
        return Ok(Replay { outcome: "changed", good: false, words: vec![words], document: None });
    }
    match recipe {
        Some(recipe) if recipe.engine == ENGINE && attempt.planner == "solver" => {
            again(attempt, &text, &recipe)
        }
        recipe => compared(attempt, &text, recipe.as_ref()),
    }
}

fn missing(attempt: &Attempt) -> rebalance::books::BooksError {
    rebalance::books::BooksError::Damaged {
        detail: format!("attempt {} has no portfolio {}", attempt.attempt, attempt.portfolio),
    }
}

/// What the log has of an attempt, and not a table that anybody could have changed.
struct OnRecord {
    /// How it was made.
    recipe: Option<Recipe>,
    /// Whether the log has plan documents of this proposal, and this one is not among them.
    plan_differs: bool,
}

/// The kind of a record that is a plan document, byte for byte.
const PLAN: &str = "plan";

impl OnRecord {
    fn of(books: &OpenBooks, proposal: &Recommendation, attempt: &Attempt) -> Result<OnRecord, Failure> {
        let (mut found, mut plans, mut same) = (None, 0, 0);
        for record in books.records_about(proposal)? {
            let Some(contents) = &record.contents else { continue };
            match record.row.kind.as_str() {
                PLAN => {
                    plans += 1;
                    same += usize::from(contents.original == attempt.document.as_bytes());
                }
                KIND => found = recipe(&contents.original, record.row.sequence, attempt)?.or(found),
                _ => {}
            }
        }
        Ok(OnRecord { recipe: found, plan_differs: plans > 0 && same == 0 })
    }
}

/// The recipe of a record, if it is one of this attempt.
fn recipe(body: &[u8], sequence: u64, attempt: &Attempt) -> Result<Option<Recipe>, Failure> {
    let Some((number, recipe)) = Recipe::in_record(body) else { return Ok(None) };
    if number != attempt.attempt {
        return Ok(None);
    }
    let facts: Value = serde_json::from_slice(body).unwrap_or_default();
    if facts["plan_hash"] == json!(attempt.plan_hash)
        && facts["portfolio"] == json!(attempt.portfolio.to_string())
    {
        return Ok(Some(recipe));
    }
    Err(Failure {
        exit: Exit::CheckFailed,
        lines: vec![format!(
            "record {sequence} has another plan or portfolio for attempt {number} than the books; run `equipoise audit verify`"
        )],
    })
}

/// The plan made again by the engine that made it.
fn again(attempt: &Attempt, text: &str, recipe: &Recipe) -> Result<Replay, Failure> {
    let made = planned("the recorded portfolio", text, &recipe.options())?;
    let document = serde_json::to_string(&made.plan)
        .map_err(|error| Failure::outside(format!("the plan can't be written as JSON ({error})")))?;
    if document == attempt.document {
        let words = format!(
            "the same, byte for byte: engine {ENGINE} made the plan document of attempt {} again, {} bytes, plan hash {}",
            attempt.attempt,
            document.len(),
            attempt.plan_hash
        );
        return Ok(Replay { outcome: "same", good: true, words: vec![words], document: Some(document) });
    }
    if let Some((before, model)) = without_model(&attempt.document)
        && Some(&before) == parsed(&document).as_ref()
    {
        let words = format!(
            "the same but for what a model said: {model}. Engine {ENGINE} made everything else of the plan document of attempt {} again, plan hash {}; the \
             model's answers are not drawn again, they are on record",
            attempt.attempt, attempt.plan_hash
        );
        return Ok(Replay { outcome: "same", good: true, words: vec![words], document: Some(document) });
    }
    let at =
        document.bytes().zip(attempt.document.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
    let words = format!(
        "another document: from byte {at} on, engine {ENGINE} makes another one than is on record (`{}` in place of `{}`); the record was \
         changed, or the engine is not the one that its version says",
        around(&document, at),
        around(&attempt.document, at)
    );
    Ok(Replay { outcome: "different", good: false, words: vec![words], document: Some(document) })
}

/// A plan document without the part of a model that was asked and failed, and how it failed; none of a document without one.
fn without_model(document: &str) -> Option<(Value, String)> {
    let mut document = parsed(document)?;
    let model = document.as_object_mut()?.remove("model")?;
    let failed = model.get("failure").and_then(Value::as_str).unwrap_or("its answer did not change the plan");
    Some((document, failed.to_owned()))
}

fn parsed(document: &str) -> Option<Value> {
    serde_json::from_str(document).ok()
}

/// A few characters from a byte on.
fn around(text: &str, at: usize) -> String {
    const SHOWN: usize = 40;
    let from = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[from..].chars().take(SHOWN).collect()
}

/// A plan that is not made again: judged by the rules, and compared with the best that this engine finds.
fn compared(attempt: &Attempt, text: &str, recipe: Option<&Recipe>) -> Result<Replay, Failure> {
    let why = match recipe {
        None => "how it was made is not on record".to_owned(),
        Some(recipe) if recipe.engine != ENGINE => {
            format!("engine {} made it, and this is {ENGINE}", recipe.engine)
        }
        Some(_) => format!("{} proposed it, whose answer is not drawn again", attempt.planner),
    };
    let name = "the recorded portfolio";
    let document = portfolio::read(text).map_err(|error| Failure::document(name, &error))?;
    let rates = household_rates(&document).map_err(|error| Failure::input(name, &error))?;
    let drift = monitor::monitor(&document);
    let aimed = monitor::aim(document, &drift);
    let options = recipe.map(Recipe::options).unwrap_or_default();
    let trades = attempt.trades.iter().map(ProposedTrade::from).collect();
    let proposed = ProposedPlan { trades, ..ProposedPlan::default() };
    let report = ::validate::validate(&aimed, &rates, &proposed, options.moment.as_ref());
    let best = planned(name, text, &options)?;
    let verdict = if report.passed() {
        "it keeps every rule, as this engine judges it".to_owned()
    } else {
        let broken: Vec<&str> = report.verdict.violations.iter().map(|broken| broken.code.as_ref()).collect();
        format!("as this engine judges it, it breaks {}", broken.join(", "))
    };
    let same = if best.plan.plan_hash == attempt.plan_hash { "the same trades" } else { "other trades" };
    let objective = portfolio::money::float(report.terms.objective);
    let words = vec![
        format!("not made again: {why}; validated and compared instead"),
        format!("attempt {}: {verdict}", attempt.attempt),
        format!(
            "its objective is {objective}; the best that this engine finds has {}, with {same}",
            best.plan.objective.total
        ),
    ];
    Ok(Replay { outcome: "compared", good: report.passed(), words, document: None })
}
