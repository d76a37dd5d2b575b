//! `equipoise preferences "TEXT"`: the tokens that an investor's own words mean, and what was not understood.
//!
//! Offline a grammar reads the words. With `--model` or `--config` a model reads what the grammar did not understand; its tokens count
//! only with words and figures that stand in the text, and are marked. With `--tickers`, `--portfolio` or `--names` only what is
//! known there can be named. Without a text the `instructions` of the portfolio are read; without
//! either, every token is listed. Nothing is applied: the tokens are shown, for a person to put into the document.

use portfolio::preference::grammar::EXAMPLES;
use propose::phrases::meaning::{meaning, meaning_with};
use propose::phrases::{Known, Meaning};
use serde::Deserialize;

use crate::asking::Voice;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `preferences`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// What the investor wishes, in their own words; without it, the instructions of the portfolio, or a list
    /// of every token
    text: Option<String>,
    /// Tickers that may be named, also by the names of their companies
    #[arg(long, value_delimiter = ',', value_name = "A,B")]
    tickers: Vec<String>,
    /// Portfolio document whose tickers, classes, sectors and lots may be named
    #[arg(long, value_name = "FILE")]
    portfolio: Option<String>,
    /// JSON with `tickers`, `names` (ticker to name), `asset_classes`, `sectors` or `lots` that may be named
    #[arg(long, value_name = "FILE")]
    names: Option<String>,
    /// A model that reads what was not understood offline: one of the configuration, or openai:NAME, anthropic:NAME,
    /// openai-compatible:NAME@URL, embedded
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Configuration of models (TOML), for `--model` or its route for `preferences`
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

const AFTER_HELP: &str = "Examples:
  equipoise preferences \"keep five grand in cash, don't touch my Apple shares and no tobacco\"
  equipoise preferences \"no stock over 5%, sorry, 8%\" --format json
  equipoise preferences --portfolio household.json      what its instructions mean
  equipoise preferences                                 every token there is";

/// A file of names.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NamesFile {
    tickers: Option<Vec<String>>,
    names: std::collections::BTreeMap<String, String>,
    asset_classes: Option<Vec<String>>,
    sectors: Option<Vec<String>>,
    lots: Option<Vec<String>>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let (known, instructions) = known(arguments)?;
    let Some(text) = arguments.text.as_ref().or(instructions.as_ref()) else {
        match arguments.format {
            Format::Json => output::json(&EXAMPLES.as_slice())?,
            Format::Table => output::page(&page::preferences::all(&EXAMPLES))?,
        }
        return Ok(Exit::Done);
    };
    let meaning = read(arguments, text, &known)?;
    match arguments.format {
        Format::Json => output::json(&meaning)?,
        Format::Table => output::page(&page::preferences::page(&meaning))?,
    }
    Ok(Exit::Done)
}

/// What the text means: offline, or with a model for the rest where one is named.
fn read(arguments: &Arguments, text: &str, known: &Known) -> Result<Meaning, Failure> {
    // A model is asked only where the command line says so: without, the command works offline.
    let named = arguments.model.is_some() || arguments.config.is_some();
    let voice = if named { Voice::of(arguments.config.as_ref(), arguments.model.as_ref())? } else { None };
    let read = match &voice {
        None => meaning(text, known),
        Some(voice) => meaning_with(text, known, |question| voice.json(question)),
    };
    read.map_err(|error| Failure::usage(error.to_string()))
}

/// The names that may be used, and the instructions of the portfolio.
fn known(arguments: &Arguments) -> Result<(Known, Option<String>), Failure> {
    let mut known = Known::default();
    let mut instructions = None;
    if let Some(path) = &arguments.portfolio {
        let document = portfolio::read(&input::text(path)?)
            .map_err(|error| Failure::document(input::name(path), &error))?;
        known = Known::of(&document);
        instructions = document.instructions;
    }
    if let Some(path) = &arguments.names {
        named(path, &mut known)?;
    }
    if !arguments.tickers.is_empty() {
        let tickers = arguments.tickers.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        add(&mut known.tickers, Some(tickers.collect()));
    }
    Ok((known, instructions))
}

/// The names of a file alone.
pub(crate) fn names_of_file(path: &str) -> Result<Known, Failure> {
    let mut known = Known::default();
    named(path, &mut known)?;
    Ok(known)
}

/// Adds the names of a file.
fn named(path: &str, known: &mut Known) -> Result<(), Failure> {
    let file: NamesFile = serde_json::from_str(&input::text(path)?).map_err(|error| {
        Failure::usage(format!(
            "{}: {error}; it is an object with any of tickers, names, asset_classes, sectors and lots",
            input::name(path)
        ))
    })?;
    known.names.extend(file.names.into_iter().map(|(ticker, name)| (name, ticker)));
    add(&mut known.tickers, file.tickers);
    add(&mut known.classes, file.asset_classes);
    add(&mut known.sectors, file.sectors);
    add(&mut known.lots, file.lots);
    Ok(())
}

fn add(known: &mut Option<Vec<String>>, more: Option<Vec<String>>) {
    if let Some(more) = more {
        known.get_or_insert_default().extend(more);
    }
}
