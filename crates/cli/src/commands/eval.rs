//! `equipoise eval`: how good models are at writing plans, at choosing among plans and at reading wishes, beside each other.
//!
//! In: portfolio documents, phrases with the tokens that they mean, and models. Out: a table or JSON: shares with their 95 %
//! intervals, violations by code, what plans cost against the proven best, time, tokens, USD. An evaluation is no gate: what is
//! shown to a person is checked in any case.

mod phrases;
mod plans;
mod share;

use propose::phrases::Known;
use rebalance::{ATTEMPTS_MAX, Part};
use serde::Serialize;

pub(crate) use phrases::PhraseScore;
pub(crate) use plans::PlanScore;
pub(crate) use share::Share;

use crate::asking::Voice;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Portfolio documents to plan for
    files: Vec<String>,
    /// A model to compare; may be given several times
    #[arg(long = "model", value_name = "NAME", required = true)]
    models: Vec<String>,
    /// Configuration of models (TOML); without it the file that EQUIPOISE_CONFIG names
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// Phrases: lines of {"text", "expect": \[tokens\]}
    #[arg(long, value_name = "FILE")]
    phrases: Option<String>,
    /// JSON with the names that phrases may use, as for `preferences --names`
    #[arg(long, value_name = "FILE", requires = "phrases")]
    names: Option<String>,
    /// How often a model is asked for a plan that passes
    #[arg(long, value_name = "N", default_value_t = ATTEMPTS_MAX, value_parser = clap::value_parser!(u32).range(1..=10))]
    attempts: u32,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write the JSON to this file as well
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
}

const AFTER_HELP: &str = "Examples:
  equipoise eval examples/*.json --model embedded --model anthropic:claude-sonnet-5
  equipoise eval --phrases cases/preferences/phrases.jsonl --model embedded";

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Evaluation {
    /// Documents that were planned for.
    pub(crate) documents: usize,
    /// What the grammar alone understands of the phrases.
    pub(crate) offline: Option<PhraseScore>,
    /// By model.
    pub(crate) models: Vec<ModelScore>,
}

/// One model.
#[derive(Debug, Serialize)]
pub(crate) struct ModelScore {
    /// As it was asked for.
    pub(crate) model: String,
    /// Plans whose trades it wrote.
    pub(crate) trades: Option<PlanScore>,
    /// Plans that it chose.
    pub(crate) choice: Option<PlanScore>,
    /// Phrases that it read after the grammar.
    pub(crate) phrases: Option<PhraseScore>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.files.is_empty() && arguments.phrases.is_none() {
        return Err(Failure::usage(
            "nothing to measure with; name portfolio documents, or phrases with `--phrases`",
        ));
    }
    let documents: Vec<(String, String)> = arguments
        .files
        .iter()
        .map(|file| Ok((file.clone(), input::text(file)?)))
        .collect::<Result<_, Failure>>()?;
    let known = match &arguments.names {
        Some(path) => super::preferences::names_of_file(path)?,
        None => Known::default(),
    };
    let phrases = arguments.phrases.as_ref().map(|path| phrases::read(path)).transpose()?;
    let mut evaluation = Evaluation {
        documents: documents.len(),
        offline: phrases.as_ref().map(|phrases| phrases::offline(phrases, &known)),
        models: Vec::new(),
    };
    for model in &arguments.models {
        let voice = Voice::for_cycles(arguments.config.as_ref(), Some(model))?
            .ok_or_else(|| Failure::usage(format!("there is no model `{model}`")))?;
        let plans = |part| -> Result<Option<PlanScore>, Failure> {
            let some = !documents.is_empty();
            some.then(|| plans::score(&documents, &voice, part, arguments.attempts)).transpose()
        };
        evaluation.models.push(ModelScore {
            model: model.clone(),
            trades: plans(Part::Trades)?,
            choice: plans(Part::Choice)?,
            phrases: phrases.as_ref().map(|phrases| phrases::with_model(phrases, &known, &voice)),
        });
    }
    if let Some(out) = &arguments.out {
        output::file(out, &output::json_text(&evaluation)?)?;
    }
    match arguments.format {
        Format::Json => output::json(&evaluation)?,
        Format::Table => output::page(&page::eval::page(&evaluation))?,
    }
    Ok(Exit::Done)
}
