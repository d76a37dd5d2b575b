//! A configuration's shape, as TOML.
//!
//! In: text. Out: [`Shape`] with every field where it belongs, or the first place where it is not. One struct per table; an unknown
//! field is an error.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::fault::shown;
use super::{ConfigurationError, Kind};
use crate::model_name::near;
use crate::price::Price;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    #[serde(default)]
    pub(super) providers: BTreeMap<String, Provider>,
    #[serde(default)]
    pub(super) models: BTreeMap<String, Model>,
    #[serde(default)]
    pub(super) routes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) breaker: Breaker,
    #[serde(default)]
    pub(super) backoff: Backoff,
    #[serde(default)]
    pub(super) face: Face,
}

/// `[providers.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) kind: Kind,
    pub(super) url: Option<String>,
    pub(super) key_env: Option<String>,
    pub(super) schema_by: Option<SchemaBy>,
    pub(super) script: Option<String>,
    pub(super) weights: Option<String>,
    pub(super) weights_sha256: Option<String>,
}

/// How a provider is told schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SchemaBy {
    JsonSchema,
    JsonObject,
    Prompt,
    OutputFormat,
    Tool,
}

/// `[models.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    pub(super) provider: String,
    pub(super) model: String,
    pub(super) tokens_max: Option<u32>,
    pub(super) price: Option<Price>,
    pub(super) weak: Option<bool>,
}

/// `[limits]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) tokens_max: Option<u32>,
    pub(super) prompt_bytes_max: Option<u64>,
    pub(super) attempts_max: Option<u32>,
    pub(super) repairs_max: Option<u32>,
    pub(super) total_secs_max: Option<u64>,
    pub(super) attempt_secs_max: Option<u64>,
    pub(super) connect_secs_max: Option<u64>,
    pub(super) silence_secs_max: Option<u64>,
    pub(super) reply_bytes_max: Option<u64>,
    #[serde(default, with = "crate::usd::optional")]
    pub(super) usd_per_day_max: Option<Decimal>,
    pub(super) ledger: Option<String>,
}

/// `[breaker]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Breaker {
    pub(super) failures_max: Option<u32>,
    pub(super) rest_secs: Option<u64>,
}

/// `[backoff]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Backoff {
    pub(super) first_millis: Option<u64>,
    pub(super) cap_millis: Option<u64>,
}

/// `[face]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Face {
    pub(super) key_env: Option<String>,
}

/// Reads the shape.
pub(super) fn shape(text: &str) -> Result<Shape, ConfigurationError> {
    let deserializer =
        toml::Deserializer::parse(text).map_err(|error| told(text, error.span(), "", error.message()))?;
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.inner();
        told(text, inner.span(), path.trim_matches(['.', '?']), inner.message())
    })
}

fn told(text: &str, span: Option<std::ops::Range<usize>>, path: &str, message: &str) -> ConfigurationError {
    let start = span.map_or(0, |span| span.start).min(text.len());
    let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
    let (message, hint) = in_our_words(message);
    let path = path.split('.').map(shown).collect::<Vec<_>>().join(".");
    ConfigurationError::Shape { line, path, message, hint }
}

/// What the reader says, without values of the file.
fn in_our_words(message: &str) -> (String, Option<String>) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = quoted.first().map(|name| shown(name)).unwrap_or_default();
    let known = quoted.get(1..).unwrap_or_default();
    if message.starts_with("unknown field") {
        let is_key = ["key", "api_key", "apikey", "token", "secret"].contains(&first.as_str());
        let hint = if is_key {
            "keys are not written in files; name the environment variable that holds it, as `key_env`"
                .to_owned()
        } else {
            near(&first, known)
        };
        return (format!("unknown field `{first}`"), Some(hint));
    }
    if message.starts_with("unknown variant") {
        return (format!("`{first}` is not known here"), Some(near(&first, known)));
    }
    if let Some((_, expected)) = message.rsplit_once(", expected ") {
        return (format!("another kind of value is needed: {expected}"), None);
    }
    // Words in quotes or backticks may be values.
    let mut plain = String::new();
    for (place, part) in message.split(['"', '`']).enumerate() {
        plain.push_str(&if place % 2 == 0 { part.to_owned() } else { format!("`{}`", shown(part)) });
    }
    (plain.replace('\n', " ").trim().to_owned(), None)
}
