//! `equipoise prompt FILE`: exactly what a model would be sent that is to write the plan, or to choose among computed plans.
//!
//! In: a portfolio document. Out: the messages with the role of each and the schema of the answer, as text, or as JSON that says the
//! same whichever provider it would go to. Nothing is sent: the question of a choice is what a cycle hands to somebody who keeps it.

use std::sync::{Mutex, PoisonError};

use llm::request::Speaker;
use llm::{AskError, Reply, Request};
use propose::prompt::{self, Situation};
use rebalance::household_rates::household_rates;
use rebalance::{Ask, Options, Planner};
use serde::Serialize;

use super::plan::planned;

use crate::exit::Exit;
use crate::failure::{Failure, printable};
use crate::{input, output};

/// Arguments of `prompt`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio document (JSON), or - for stdin
    file: String,
    /// The messages as text, or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Bytes of the messages at most, of a model that writes trades; what of a large portfolio does not fit is told in counts and
    /// sums; 120000 if nothing is said
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    bytes_max: Option<usize>,
    /// Whose question: a model's that writes the trades, or one's that chooses among plans of the optimiser
    #[arg(long, value_enum, default_value_t = Part::Model)]
    planner: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Model,
    Hybrid,
}

/// Keeps the first question and answers nothing.
#[derive(Default)]
struct Keeper(Mutex<Option<Request>>);

impl Ask for Keeper {
    fn ask(&self, request: &Request) -> Result<Reply, AskError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| request.clone());
        Err(AskError::NoRoute { job: request.job.clone() })
    }

    fn model(&self, _: &str) -> String {
        "nobody".to_owned()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A request as it is printed: the same for every provider.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    job: &'a str,
    prompt_version: &'a str,
    sampling: &'a llm::request::Sampling,
    sizes: Sizes,
    messages: &'a [llm::Message],
    schema: Option<Schema<'a>>,
}

#[derive(Debug, Serialize)]
struct Sizes {
    messages_bytes: usize,
    schema_bytes: usize,
}

#[derive(Debug, Serialize)]
struct Schema<'a> {
    name: &'a str,
    schema: &'a serde_json::Value,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let text = input::text(&arguments.file)?;
    let name = input::name(&arguments.file);
    let request = match arguments.planner {
        Part::Model => written(name, &text, arguments.bytes_max.unwrap_or(prompt::BYTES_MAX))?,
        Part::Hybrid if arguments.bytes_max.is_some() => {
            return Err(Failure::usage(
                "`--bytes-max` is for `--planner model`; the other question has a size of its own",
            ));
        }
        Part::Hybrid => chosen(name, &text)?,
    };
    let printed = Printed {
        job: &request.job,
        prompt_version: &request.prompt_version,
        sampling: &request.sampling,
        sizes: Sizes {
            messages_bytes: request.text_bytes(),
            schema_bytes: request.schema.as_ref().map_or(0, |schema| schema.full().to_string().len()),
        },
        messages: &request.messages,
        schema: request.schema.as_ref().map(|schema| Schema { name: schema.name(), schema: schema.full() }),
    };
    match arguments.format {
        Format::Json => output::json(&printed)?,
        Format::Text => output::raw(&printable(&page(&printed)?))?,
    }
    Ok(Exit::Done)
}

/// The question to a model that writes the trades.
fn written(name: &str, text: &str, bytes_max: usize) -> Result<Request, Failure> {
    let document = portfolio::read(text).map_err(|error| Failure::document(name, &error))?;
    let rates = household_rates(&document).map_err(|error| Failure::input(name, &error))?;
    let drift = monitor::monitor(&document);
    let aimed = monitor::aim(document, &drift);
    Ok(prompt::plan(&Situation { bytes_max, ..Situation::new(&aimed, &rates, &drift) }))
}

/// The question to a model that chooses: what a cycle asks.
fn chosen(name: &str, text: &str) -> Result<Request, Failure> {
    let keeper = Keeper::default();
    let options = Options { planner: Planner::Hybrid(&keeper), attempts_max: 1, ..Options::default() };
    planned(name, text, &options)?;
    let kept = keeper.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    kept.ok_or_else(|| Failure::input(name, &"no plan keeps every rule, so there is none to choose and nobody is asked; `equipoise plan` says why"))
}

/// The messages under headings.
fn page(printed: &Printed<'_>) -> Result<String, Failure> {
    let set = |value: Option<String>| value.unwrap_or_else(|| "the provider's".to_owned());
    let mut text = format!(
        "prompt {} for the job `{}`: {} messages of {} bytes, a schema of {} bytes; temperature {}, seed {}\n",
        printed.prompt_version,
        printed.job,
        printed.messages.len(),
        printed.sizes.messages_bytes,
        printed.sizes.schema_bytes,
        set(printed.sampling.temperature.map(|t| t.to_string())),
        set(printed.sampling.seed.map(|s| s.to_string())),
    );
    for message in printed.messages {
        let role = match message.speaker {
            Speaker::System => "system",
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        text += &format!("\n===== {role} =====\n\n{}\n", message.text.trim_end());
    }
    if let Some(schema) = &printed.schema {
        text += &format!("\n===== schema {} =====\n\n{}", schema.name, output::json_text(schema.schema)?);
    }
    Ok(text)
}

/// A size that a prompt can be held to.
fn bytes(text: &str) -> Result<usize, String> {
    let bytes: usize = text.parse().map_err(|_| "not a whole number, such as 120000".to_owned())?;
    if bytes >= prompt::BYTES_MIN {
        Ok(bytes)
    } else {
        Err(format!("a prompt needs at least {} bytes", prompt::BYTES_MIN))
    }
}
