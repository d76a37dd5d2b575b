//! What a configuration says, checked.
//!
//! In: its shape and the environment. Out: a [`Configuration`], or all that can't be, each with its path.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rust_decimal::Decimal;

use super::fault::shown;
use super::file::{self, SchemaBy, Shape};
use super::{
    Configuration, ConfigurationError, ConfigurationFault, Environment, KeyFrom, Kind, Limits, ModelSettings,
    ProviderSettings,
};
use crate::backoff::Backoff;
use crate::breaker::BreakerSettings;
use crate::model_name::{ModelNameError, near, pinned};
use crate::price::{self, Price};
use crate::providers::{CallLimits, anthropic, openai};
use crate::transport::{Address, AddressError};
use crate::weights::{self, SMOLLM2, WeightsFrom};
use crate::{chat_completions, messages_format};
use outward::Key;

/// Faults, as they are found.
pub(super) struct Faults(Vec<ConfigurationFault>);

impl Faults {
    fn add(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.0.push(ConfigurationFault { path: path.into(), what: what.into() });
    }

    /// A limit between 1 and `most`.
    fn within<T: PartialOrd + From<u8> + ToString + Copy>(
        &mut self,
        path: &str,
        given: Option<T>,
        least: u8,
        most: T,
        or: T,
    ) -> T {
        match given {
            Some(given) if given < T::from(least) || given > most => {
                self.add(path, format!("has to be between {least} and {}", most.to_string()));
                or
            }
            given => given.unwrap_or(or),
        }
    }
}

/// The configuration behind a shape.
pub(super) fn checked(
    shape: Shape,
    environment: Environment<'_>,
) -> Result<Configuration, ConfigurationError> {
    let mut faults = Faults(Vec::new());
    let limits = limits(&shape.limits, environment, &mut faults);
    let breaker = breaker(&shape.breaker, &mut faults);
    let backoff = backoff(&shape.backoff, &mut faults);
    let face_key =
        shape.face.key_env.as_deref().and_then(|v| key_from("face.key_env", v, environment, &mut faults));
    let mut configuration = Configuration {
        providers: shape
            .providers
            .iter()
            .filter_map(|(name, given)| {
                Some((name.clone(), provider(name, given, environment, &mut faults)?))
            })
            .collect(),
        models: Default::default(),
        routes: Default::default(),
        limits,
        breaker,
        backoff,
        face_key,
    };
    let provider_names: Vec<&str> = shape.providers.keys().map(String::as_str).collect();
    for (name, given) in &shape.models {
        if let Some(model) = model(name, given, &provider_names, &configuration, &mut faults) {
            configuration.models.insert(name.clone(), model);
        }
    }
    let model_names: Vec<&str> = shape.models.keys().map(String::as_str).collect();
    for (job, models) in &shape.routes {
        route(job, models, &model_names, &mut faults);
    }
    configuration.routes = shape.routes;
    if shape.models.is_empty() {
        faults
            .add("models", "there is none; add a table such as `[models.large]` with `provider` and `model`");
    }
    if faults.0.is_empty() { Ok(configuration) } else { Err(ConfigurationError::Content(faults.0)) }
}

fn limits(given: &file::Limits, environment: Environment<'_>, faults: &mut Faults) -> Limits {
    let or = Limits::default();
    let mut secs = |name: &str, given: Option<u64>, or: Duration| {
        Duration::from_secs(faults.within(&format!("limits.{name}"), given, 1, 86_400, or.as_secs()))
    };
    let call = CallLimits {
        time: secs("attempt_secs_max", given.attempt_secs_max, or.call.time),
        connecting: secs("connect_secs_max", given.connect_secs_max, or.call.connecting),
        silence: secs("silence_secs_max", given.silence_secs_max, or.call.silence),
        ..or.call
    };
    let total = secs("total_secs_max", given.total_secs_max, or.total);
    const BYTES_MAX: u64 = 1 << 30;
    let mut bytes = |name: &str, given: Option<u64>, or: usize| {
        let bytes = faults.within(&format!("limits.{name}"), given, 1, BYTES_MAX, or as u64);
        usize::try_from(bytes).unwrap_or(usize::MAX)
    };
    let bytes_max = bytes("reply_bytes_max", given.reply_bytes_max, call.bytes_max);
    let prompt_bytes_max = bytes("prompt_bytes_max", given.prompt_bytes_max, or.prompt_bytes_max);
    if given.usd_per_day_max.is_some_and(|usd| usd <= Decimal::ZERO) {
        faults.add("limits.usd_per_day_max", "has to be more than 0; leave it out for no limit");
    }
    Limits {
        tokens_max: faults.within("limits.tokens_max", given.tokens_max, 1, 1_000_000, or.tokens_max),
        prompt_bytes_max,
        attempts_max: faults.within("limits.attempts_max", given.attempts_max, 1, 20, or.attempts_max),
        repairs_max: faults.within("limits.repairs_max", given.repairs_max, 0, 5, or.repairs_max),
        total,
        call: CallLimits { bytes_max, ..call },
        usd_per_day_max: given.usd_per_day_max,
        ledger: ledger(given, environment, faults),
    }
}

/// The file that keeps what was spent today, so that a limit in USD holds over restarts and for all programs together.
fn ledger(given: &file::Limits, environment: Environment<'_>, faults: &mut Faults) -> Option<PathBuf> {
    const PATH: &str = "limits.ledger";
    if given.usd_per_day_max.is_none() {
        if given.ledger.is_some() {
            faults.add(PATH, "is for a limit in USD; write `limits.usd_per_day_max` too, or leave it out");
        }
        return None;
    }
    if given.ledger.as_ref().is_some_and(|file| !Path::new(file).is_absolute()) {
        faults.add(PATH, "has to be an absolute path, so that every program finds the same file");
    }
    let variable = |name: &str| environment(name).filter(|value| !value.is_empty());
    let state = variable("XDG_STATE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let usual = || state.or_else(home).map(|folder| folder.join("equipoise/models-spent.json"));
    let file = given.ledger.as_ref().map(PathBuf::from).or_else(usual);
    if file.is_none() {
        faults
            .add(PATH, "is missing; name the file that keeps what was spent, or set HOME or XDG_STATE_HOME");
    }
    file
}

fn breaker(given: &file::Breaker, faults: &mut Faults) -> BreakerSettings {
    let or = BreakerSettings::default();
    BreakerSettings {
        failures_max: faults.within("breaker.failures_max", given.failures_max, 1, 1000, or.failures_max),
        rest: Duration::from_secs(faults.within(
            "breaker.rest_secs",
            given.rest_secs,
            1,
            86_400,
            or.rest.as_secs(),
        )),
    }
}

fn backoff(given: &file::Backoff, faults: &mut Faults) -> Backoff {
    let or = Backoff::default();
    let mut millis = |name: &str, given: Option<u64>, or: Duration| {
        let or = u64::try_from(or.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(faults.within(&format!("backoff.{name}"), given, 0, 3_600_000, or))
    };
    Backoff {
        first: millis("first_millis", given.first_millis, or.first),
        cap: millis("cap_millis", given.cap_millis, or.cap),
    }
}

fn key_from(
    path: &str,
    variable: &str,
    environment: Environment<'_>,
    faults: &mut Faults,
) -> Option<KeyFrom> {
    let is_name = variable.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if variable.is_empty() || !is_name {
        faults.add(
            path,
            "is no name of an environment variable; write one such as `OPENAI_API_KEY`, never the key itself",
        );
        return None;
    }
    Some(KeyFrom {
        variable: variable.to_owned(),
        key: environment(variable).and_then(|value| Key::new(&value)),
    })
}

fn provider(
    name: &str,
    given: &file::Provider,
    environment: Environment<'_>,
    faults: &mut Faults,
) -> Option<ProviderSettings> {
    let path = |field: &str| format!("providers.{}.{field}", shown(name));
    let (url, variable, key_is_needed) = match given.kind {
        Kind::Openai => (Some(openai::URL), Some(openai::KEY_VARIABLE), true),
        Kind::Anthropic => (Some(anthropic::URL), Some(anthropic::KEY_VARIABLE), true),
        Kind::OpenaiCompatible | Kind::Embedded | Kind::Scripted => (None, None, false),
    };
    let variable = given.key_env.as_deref().or(variable);
    let key = variable.and_then(|variable| key_from(&path("key_env"), variable, environment, faults));
    let address = match given.url.as_deref().or(url) {
        None if given.kind == Kind::OpenaiCompatible => {
            faults.add(
                path("url"),
                "is missing; write where the server is, such as `http://127.0.0.1:8080/v1`",
            );
            None
        }
        None => None,
        Some(url) => match Address::read(url, key.is_some()) {
            Ok(address) => Some(address),
            Err(error) => {
                // What stands there may be a key in the wrong place.
                let told = match error {
                    AddressError::Form { written } => AddressError::Form { written: shown(&written) },
                    AddressError::InTheOpen { host } => AddressError::InTheOpen { host: shown(&host) },
                    AddressError::More => AddressError::More,
                };
                faults.add(path("url"), told.to_string());
                None
            }
        },
    };
    if given.kind == Kind::Scripted && given.script.is_none() {
        faults.add(path("script"), "is missing; name the file with the replies");
    }
    if given.kind != Kind::Scripted && given.script.is_some() {
        faults.add(path("script"), "is for providers of kind `scripted` only");
    }
    let (chat_schema_by, messages_schema_by) = match (given.kind, given.schema_by) {
        (_, None) => (chat_completions::SchemaBy::JsonSchema, None),
        (Kind::Anthropic, Some(SchemaBy::OutputFormat)) => {
            (chat_completions::SchemaBy::JsonSchema, Some(messages_format::SchemaBy::OutputFormat))
        }
        (Kind::Anthropic, Some(SchemaBy::Tool)) => {
            (chat_completions::SchemaBy::JsonSchema, Some(messages_format::SchemaBy::Tool))
        }
        (Kind::OpenaiCompatible, Some(SchemaBy::JsonSchema)) => {
            (chat_completions::SchemaBy::JsonSchema, None)
        }
        (Kind::OpenaiCompatible, Some(SchemaBy::JsonObject)) => {
            (chat_completions::SchemaBy::JsonObject, None)
        }
        (Kind::OpenaiCompatible, Some(SchemaBy::Prompt)) => (chat_completions::SchemaBy::Prompt, None),
        (_, Some(_)) => {
            let known =
                "`output_format` and `tool` are for Anthropic, the others for servers of OpenAI's format";
            faults.add(path("schema_by"), format!("does not fit this kind of provider: {known}"));
            (chat_completions::SchemaBy::JsonSchema, None)
        }
    };
    let script = given.script.clone();
    let weights = weights(name, given, environment, faults);
    Some(ProviderSettings {
        kind: given.kind,
        address,
        key,
        key_is_needed,
        chat_schema_by,
        messages_schema_by,
        script,
        weights,
    })
}

/// The weights of a provider inside the program; none for all others.
fn weights(
    name: &str,
    given: &file::Provider,
    environment: Environment<'_>,
    faults: &mut Faults,
) -> Option<WeightsFrom> {
    let path = |field: &str| format!("providers.{}.{field}", shown(name));
    let fields = [
        ("weights", given.weights.is_some()),
        ("weights_sha256", given.weights_sha256.is_some()),
        ("url", given.url.is_some()),
        ("key_env", given.key_env.is_some()),
    ];
    if given.kind != Kind::Embedded {
        for (field, _) in fields[..2].iter().filter(|(_, is_given)| *is_given) {
            faults.add(path(field), "is for providers of kind `embedded` only");
        }
        return None;
    }
    if cfg!(not(feature = "embedded")) {
        faults.add(path("kind"), weights::NOT_BUILT);
        return None;
    }
    for (field, _) in fields[2..].iter().filter(|(_, is_given)| *is_given) {
        faults.add(path(field), "is not for providers of kind `embedded`: nothing is asked over a network");
    }
    if given.weights_sha256.as_deref().is_some_and(|hash| !weights::is_sha256(hash)) {
        faults.add(path("weights_sha256"), "is no SHA-256; write its 64 hexadecimal digits");
        return None;
    }
    if given.weights_sha256.is_some() && given.weights.is_none() {
        faults.add(path("weights"), "is missing; name the file that has this hash");
    }
    match WeightsFrom::of(given.weights.as_deref(), given.weights_sha256.as_deref(), environment) {
        Ok(from) => Some(from),
        Err(error) => {
            faults.add(path("weights"), error.to_string());
            None
        }
    }
}

fn model(
    name: &str,
    given: &file::Model,
    provider_names: &[&str],
    configuration: &Configuration,
    faults: &mut Faults,
) -> Option<ModelSettings> {
    let path = format!("models.{}", shown(name));
    if !provider_names.contains(&given.provider.as_str()) {
        let known = near(&given.provider, provider_names);
        faults.add(
            format!("{path}.provider"),
            format!("there is no provider `{}`; {known}", shown(&given.provider)),
        );
        return None;
    }
    let settings = configuration.providers.get(&given.provider)?;
    if given.model.trim().is_empty() {
        faults.add(format!("{path}.model"), "is empty; write the name that the provider has for it");
    }
    let hosted = matches!(settings.kind, Kind::Openai | Kind::Anthropic);
    if hosted && let Err(error) = pinned(given.model.clone()) {
        let told = match error {
            ModelNameError::Moves { model } => ModelNameError::Moves { model: shown(&model) },
            other => other,
        };
        faults.add(format!("{path}.model"), told.to_string());
        return None;
    }
    // Weights of one's own may have any name.
    let is_published = |from: &WeightsFrom| from.sha256 == SMOLLM2.sha256;
    if settings.weights.as_ref().is_some_and(is_published) && given.model != SMOLLM2.model {
        let known = near(&given.model, &[SMOLLM2.model]);
        let what = format!("`{}` is not inside the program; {known}", shown(&given.model));
        faults.add(format!("{path}.model"), what);
    }
    let tokens_max = given
        .tokens_max
        .map(|_| faults.within(&format!("{path}.tokens_max"), given.tokens_max, 1, 1_000_000, 1));
    if given.price.as_ref().is_some_and(|price| !price.is_sound()) {
        faults.add(
            format!("{path}.price"),
            format!("has to be between 0 and {} USD", price::USD_PER_MILLION_MAX),
        );
    }
    let price = given.price.clone().or_else(|| known_price(settings, &given.model));
    if price.is_none() && configuration.limits.usd_per_day_max.is_some() {
        faults.add(path, "has no known price, and `limits.usd_per_day_max` needs one; write `price`, with its source and date");
    }
    let weak = given.weak.unwrap_or(settings.kind == Kind::Embedded);
    Some(ModelSettings {
        provider: given.provider.clone(),
        model: given.model.clone(),
        tokens_max,
        price,
        weak,
    })
}

/// What a model costs where nobody says: nothing on this machine, else by the table, else it is not known.
pub(super) fn known_price(settings: &ProviderSettings, model: &str) -> Option<Price> {
    let is_here = settings.address.as_ref().is_none_or(Address::is_loopback);
    match settings.kind {
        Kind::Openai => price::built_in("openai", model),
        Kind::Anthropic => price::built_in("anthropic", model),
        Kind::Embedded | Kind::Scripted => Some(Price::nothing()),
        Kind::OpenaiCompatible => is_here.then(Price::nothing),
    }
}

fn route(job: &str, models: &[String], known: &[&str], faults: &mut Faults) {
    let path = format!("routes.{}", shown(job));
    if models.is_empty() {
        faults.add(&path, "has no model");
    }
    for (place, model) in models.iter().enumerate() {
        if !known.contains(&model.as_str()) {
            let what = format!("there is no model `{}`; {}", shown(model), near(model, known));
            faults.add(format!("{path}[{place}]"), what);
        } else if models[..place].contains(model) {
            faults.add(format!("{path}[{place}]"), format!("`{}` is there twice", shown(model)));
        }
    }
}
