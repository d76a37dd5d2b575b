//! `equipoise models`: the models that are configured; `equipoise models ping MODEL`: whether one answers; `equipoise models fetch
//! embedded`: the weights of the model inside the program.
//!
//! In: a configuration, or the name of a model. Out: providers with whether their keys are there, models with their prices, routes,
//! limits, and the model inside the program; or one small question and what became of it. A key itself is never shown.

#[cfg(feature = "embedded")]
use llm::ModelName;
use llm::clock::{Clock, MachineClock};
use llm::configuration::{Configuration, KeyFrom, Kind};
use llm::weights::{SMOLLM2, WeightsFrom};
use llm::{AskError, Message, Reply, Request, Verdict};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{configured, output, page};

/// Arguments of `models`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    ask: Option<Ask>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, clap::Subcommand)]
enum Ask {
    /// Asks a model one small question: whether it can be reached, and what an answer costs
    Ping(Ping),
    /// Fetches the weights of the model inside the program, once
    Fetch(Fetch),
}

#[derive(Debug, clap::Args)]
struct Fetch {
    /// embedded
    model: String,
}

#[derive(Debug, clap::Args)]
struct List {
    /// Configuration of models (TOML); without it the file that EQUIPOISE_CONFIG names
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Ping {
    /// A model of the configuration, or embedded, openai:NAME, anthropic:NAME, openai-compatible:NAME@URL, scripted:FILE
    model: String,
    #[command(flatten)]
    list: List,
}

/// What is configured, as a program sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    pub(crate) providers: Vec<ListedProvider>,
    pub(crate) models: Vec<ListedModel>,
    pub(crate) routes: Vec<ListedRoute>,
    pub(crate) limits: ListedLimits,
    /// The model inside the program, configured or not; none where it was built without.
    pub(crate) embedded: Option<ListedEmbedded>,
}

/// The model inside the program.
#[derive(Debug, Serialize)]
pub(crate) struct ListedEmbedded {
    pub(crate) model: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) download_bytes: u64,
    pub(crate) weights_bytes: u64,
    pub(crate) weights_sha256: &'static str,
    pub(crate) memory_bytes_max: u64,
    /// Where the weights are read from.
    pub(crate) weights: Option<String>,
    pub(crate) is_there: bool,
    pub(crate) weak: bool,
    pub(crate) honestly: &'static str,
}

/// A provider.
#[derive(Debug, Serialize)]
pub(crate) struct ListedProvider {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) address: Option<String>,
    pub(crate) key_env: Option<String>,
    /// `present`, `missing`, `not needed`.
    pub(crate) key: &'static str,
}

/// A model.
#[derive(Debug, Serialize)]
pub(crate) struct ListedModel {
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) model: String,
    pub(crate) prompt_usd_per_million: Option<String>,
    pub(crate) reply_usd_per_million: Option<String>,
    pub(crate) price_source: Option<String>,
    pub(crate) price_as_of: Option<String>,
    /// Too weak to be trusted with trades.
    pub(crate) weak: bool,
}

/// A route.
#[derive(Debug, Serialize)]
pub(crate) struct ListedRoute {
    pub(crate) job: String,
    pub(crate) models: Vec<String>,
}

/// Limits.
#[derive(Debug, Serialize)]
pub(crate) struct ListedLimits {
    pub(crate) tokens_max: u32,
    pub(crate) attempts_max: u32,
    pub(crate) repairs_max: u32,
    pub(crate) total_secs_max: u64,
    pub(crate) attempt_secs_max: u64,
    pub(crate) reply_bytes_max: usize,
    pub(crate) usd_per_day_max: Option<String>,
    /// Spent and set aside today, UTC; none where there is no limit in USD.
    pub(crate) usd_spent_today: Option<String>,
    /// Of the limit.
    pub(crate) usd_left_today: Option<String>,
    /// The file that keeps it.
    pub(crate) ledger: Option<String>,
}

/// What became of a question, as a program sees it.
#[derive(Debug, Serialize)]
struct Answered {
    model: String,
    answered_model: String,
    verdict: llm::verdict::VerdictKind,
    text: String,
    prompt_tokens: u64,
    reply_tokens: u64,
    cost_usd: Option<String>,
    attempts: Vec<llm::gateway::Attempt>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.ask {
        Some(Ask::Ping(ping)) => return self::ping(ping),
        Some(Ask::Fetch(fetch)) => return self::fetch(fetch),
        None => {}
    }
    let list = listed(&configured::needed(arguments.list.config.as_ref())?)?;
    match arguments.list.format {
        Format::Json => output::json(&list)?,
        Format::Table => output::page(&page::model_list::page(&list))?,
    }
    Ok(Exit::Done)
}

fn listed(configuration: &Configuration) -> Result<Listed, Failure> {
    let limits = &configuration.limits;
    let spent = spent(configuration)?;
    let left = limits.usd_per_day_max.zip(spent).map(|(most, spent)| (most - spent).max(Decimal::ZERO));
    let provider = |(name, settings): (&String, &llm::configuration::ProviderSettings)| ListedProvider {
        name: name.clone(),
        kind: match settings.kind {
            Kind::Openai => "openai",
            Kind::Anthropic => "anthropic",
            Kind::OpenaiCompatible => "openai_compatible",
            Kind::Embedded => "embedded",
            Kind::Scripted => "scripted",
        },
        address: settings.address.as_ref().map(ToString::to_string),
        key_env: settings.key.as_ref().map(|from| from.variable.clone()),
        key: match &settings.key {
            Some(KeyFrom { key: Some(_), .. }) => "present",
            Some(_) => "missing",
            None => "not needed",
        },
    };
    let model = |(name, settings): (&String, &llm::configuration::ModelSettings)| {
        let price = settings.price.as_ref();
        ListedModel {
            name: name.clone(),
            provider: settings.provider.clone(),
            model: settings.model.clone(),
            prompt_usd_per_million: price.map(|price| price.prompt_usd_per_million.to_string()),
            reply_usd_per_million: price.map(|price| price.reply_usd_per_million.to_string()),
            price_source: price.map(|price| price.source.clone()),
            price_as_of: price.map(|price| price.as_of.clone()),
            weak: settings.weak,
        }
    };
    Ok(Listed {
        providers: configuration.providers.iter().map(provider).collect(),
        models: configuration.models.iter().map(model).collect(),
        routes: configuration
            .routes
            .iter()
            .map(|(job, models)| ListedRoute { job: job.clone(), models: models.clone() })
            .collect(),
        limits: ListedLimits {
            tokens_max: limits.tokens_max,
            attempts_max: limits.attempts_max,
            repairs_max: limits.repairs_max,
            total_secs_max: limits.total.as_secs(),
            attempt_secs_max: limits.call.time.as_secs(),
            reply_bytes_max: limits.call.bytes_max,
            usd_per_day_max: limits.usd_per_day_max.map(|usd| usd.to_string()),
            usd_spent_today: spent.map(|usd| usd.normalize().to_string()),
            usd_left_today: left.map(|usd| usd.normalize().to_string()),
            ledger: limits.ledger.as_ref().map(|file| file.display().to_string()),
        },
        embedded: cfg!(feature = "embedded").then(|| embedded(configuration)),
    })
}

/// What all programs under this limit have spent and set aside today; none where there is no limit.
fn spent(configuration: &Configuration) -> Result<Option<Decimal>, Failure> {
    if configuration.limits.usd_per_day_max.is_none() {
        return Ok(None);
    }
    let today = jiff::tz::Offset::UTC.to_datetime(MachineClock::start().now()).date();
    let spent = configured::ledger(configuration).spent_usd(today);
    spent.map(Some).map_err(|error| Failure::outside(error.to_string()))
}

/// The model inside the program, with the weights that the configuration names, else those of the environment.
fn embedded(configuration: &Configuration) -> ListedEmbedded {
    let named = configuration.providers.values().find_map(|provider| provider.weights.clone());
    let weights = named.or_else(|| configured::weights().ok());
    ListedEmbedded {
        model: SMOLLM2.model,
        licence: SMOLLM2.licence,
        download_bytes: SMOLLM2.wheel_bytes,
        weights_bytes: SMOLLM2.bytes,
        weights_sha256: SMOLLM2.sha256,
        memory_bytes_max: SMOLLM2.memory_bytes,
        is_there: weights.as_ref().is_some_and(WeightsFrom::is_there),
        weights: weights.map(|weights| weights.file.display().to_string()),
        weak: true,
        honestly: SMOLLM2.honestly,
    }
}

#[cfg(feature = "embedded")]
fn fetch(fetch: &Fetch) -> Result<Exit, Failure> {
    let name: ModelName =
        fetch.model.parse().map_err(|error| Failure::usage(format!("the model: {error}")))?;
    if !matches!(name, ModelName::Embedded { .. }) {
        return Err(Failure::usage(format!("`{name}` has no weights to fetch; `embedded` has")));
    }
    let weights = configured::weights()?;
    if !weights.is_named && weights.read().is_err() {
        crate::weights::fetch(&weights)?;
    }
    weights.read().map_err(|error| Failure::outside(error.to_string()))?;
    output::page(&page::model_list::fetched(&weights))?;
    Ok(Exit::Done)
}

#[cfg(not(feature = "embedded"))]
fn fetch(fetch: &Fetch) -> Result<Exit, Failure> {
    let model = &fetch.model;
    Err(Failure::usage(format!(
        "this program was built without the model inside it, so `{model}` can't be fetched"
    )))
}

/// Version of the question below.
const PING_VERSION: &str = "ping-1";

fn ping(ping: &Ping) -> Result<Exit, Failure> {
    let configuration = configured::with_model(ping.list.config.as_ref(), &ping.model)?;
    let gateway = configured::gateway(configuration)?;
    let messages = vec![Message::user("Answer with the one word: ready")];
    let mut request = Request::new("ping", PING_VERSION, messages);
    // Models that think first need room for it.
    request.tokens_max = Some(512);
    let reply = gateway.ask(&request, configured::dice(), &mut |_| {}).map_err(|error| nobody(&error))?;
    let usage = reply.usage();
    match ping.list.format {
        Format::Json => output::json(&Answered {
            model: reply.model.clone(),
            answered_model: reply.answered_model.clone(),
            verdict: reply.verdict.kind(),
            text: reply.text.clone(),
            prompt_tokens: usage.prompt_tokens,
            reply_tokens: usage.reply_tokens,
            cost_usd: reply.cost_usd().map(|usd| usd.to_string()),
            attempts: reply.attempts.clone(),
        })?,
        Format::Table => output::page(&page::model_list::ping(&reply))?,
    }
    Ok(exit(&reply))
}

fn exit(reply: &Reply) -> Exit {
    if matches!(reply.verdict, Verdict::Complete { .. }) { Exit::Done } else { Exit::CheckFailed }
}

/// Nobody answered: what is wrong is outside, but for what the user asked for.
fn nobody(error: &AskError) -> Failure {
    match error {
        AskError::NoRoute { .. } | AskError::NoMessage | AskError::PromptTooLong { .. } => {
            Failure::usage(error.to_string())
        }
        AskError::Spent { .. } | AskError::OutOfTime { .. } | AskError::NobodyAnswered { .. } => {
            Failure::outside(error.to_string())
        }
    }
}
