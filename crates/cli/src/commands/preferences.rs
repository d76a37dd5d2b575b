//! `equipoise preferences "TEXT"`: the tokens that an investor's own words mean, and what was not understood.
//!
//! Offline: a grammar reads the words, no model. With `--tickers`, `--portfolio` or `--names` only what is
//! known there can be named. Without a text the `instructions` of the portfolio are read; without
//! either, every token is listed. Nothing is applied: the tokens are shown, for a person to put into the document.

use portfolio::preference::grammar::EXAMPLES;
use propose::phrases::{Known, Meaning, meaning};
use serde::Deserialize;

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
    /// Model that reads the text
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
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
    if arguments.model.is_some() {
        return Err(Failure::usage(
            "no model reads preferences yet; leave `--model` out: the text is read offline",
        ));
    }
    let (known, instructions) = known(arguments)?;
    let Some(text) = arguments.text.as_ref().or(instructions.as_ref()) else {
        match arguments.format {
            Format::Json => output::json(&EXAMPLES.as_slice())?,
            Format::Table => output::page(&page::preferences::all(&EXAMPLES))?,
        }
        return Ok(Exit::Done);
    };
    let meaning: Meaning = meaning(text, &known).map_err(|error| Failure::usage(error.to_string()))?;
    match arguments.format {
        Format::Json => output::json(&meaning)?,
        Format::Table => output::page(&page::preferences::page(&meaning))?,
    }
    Ok(Exit::Done)
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
        let file: NamesFile = serde_json::from_str(&input::text(path)?).map_err(|error| {
            Failure::usage(format!(
                "{}: {error}; it is an object with any of tickers, names, asset_classes, sectors and lots",
                input::name(path)
            ))
        })?;
        let named = file.names.into_iter().map(|(ticker, name)| (name, ticker));
        known.names.extend(named);
        add(&mut known.tickers, file.tickers);
        add(&mut known.classes, file.asset_classes);
        add(&mut known.sectors, file.sectors);
        add(&mut known.lots, file.lots);
    }
    if !arguments.tickers.is_empty() {
        let tickers = arguments.tickers.iter().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        add(&mut known.tickers, Some(tickers.collect()));
    }
    Ok((known, instructions))
}

fn add(known: &mut Option<Vec<String>>, more: Option<Vec<String>>) {
    if let Some(more) = more {
        known.get_or_insert_default().extend(more);
    }
}
