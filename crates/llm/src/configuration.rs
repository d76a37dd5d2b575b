//! Which models there are, for what, and what they may take.
//!
//! In: a TOML file and a way to look up environment variables. Out: a [`Configuration`], or every fault with its path.
//! Invariants: a key is never in the file, only the name of the variable that holds it; a field that is not known is an
//! error; no message shows a value of the file, which may be a key in the wrong place.

mod check;
mod fault;
mod file;
mod one_model;

pub use fault::{ConfigurationError, ConfigurationFault};

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::backoff::Backoff;
use crate::breaker::BreakerSettings;
use crate::price::Price;
use crate::providers::CallLimits;
use crate::transport::Address;
use crate::weights::WeightsFrom;
use crate::{chat_completions, messages_format};
use outward::Key;

/// Looks up an environment variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The route for jobs that have none of their own.
pub const DEFAULT_ROUTE: &str = "default";

/// Everything that a gateway needs to know.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// By their names in the file.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// By their names in the file.
    pub models: BTreeMap<String, ModelSettings>,
    /// Job → models in the order in which they are asked.
    pub routes: BTreeMap<String, Vec<String>>,
    /// What calls may take.
    pub limits: Limits,
    /// When a model is given a rest.
    pub breaker: BreakerSettings,
    /// How long is waited between attempts.
    pub backoff: Backoff,
    /// Key that callers of the HTTP face have to show.
    pub face_key: Option<KeyFrom>,
}

/// Which kind of provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// OpenAI.
    Openai,
    /// Anthropic.
    Anthropic,
    /// A server that follows OpenAI's format.
    OpenaiCompatible,
    /// A model inside the program.
    Embedded,
    /// Replies from a file.
    Scripted,
}

/// A key and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFrom {
    /// The environment variable.
    pub variable: String,
    /// What it holds, masked wherever it is shown; none where it is not set.
    pub key: Option<Key>,
}

/// A provider as configured.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// Which one it is.
    pub kind: Kind,
    /// Where it is; none for scripts and inside the program.
    pub address: Option<Address>,
    /// Its key; none where it needs none.
    pub key: Option<KeyFrom>,
    /// Whether it can't be used without a key.
    pub key_is_needed: bool,
    /// How servers of OpenAI's format are told schemas.
    pub chat_schema_by: chat_completions::SchemaBy,
    /// How Anthropic is told schemas, where the name of the model does not say.
    pub messages_schema_by: Option<messages_format::SchemaBy>,
    /// File with the replies of a script.
    pub script: Option<String>,
    /// Weights of the model inside the program.
    pub weights: Option<WeightsFrom>,
}

/// A model as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelSettings {
    /// Name of its provider in the file.
    pub provider: String,
    /// Its name on the wire.
    pub model: String,
    /// Tokens of an answer at most, if fewer than the limits allow.
    pub tokens_max: Option<u32>,
    /// What it costs; none where that is not known.
    pub price: Option<Price>,
    /// Whether it is too weak to be trusted with trades: it may be asked for them only where a person says so.
    pub weak: bool,
}

/// What calls may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Tokens of an answer.
    pub tokens_max: u32,
    /// Bytes of all messages of a request.
    pub prompt_bytes_max: usize,
    /// Attempts per model.
    pub attempts_max: u32,
    /// Times that a model is shown what is wrong with its answer and asked again.
    pub repairs_max: u32,
    /// For a question with all its attempts.
    pub total: Duration,
    /// For one attempt.
    pub call: CallLimits,
    /// USD a day (UTC), all models together; none is no limit.
    pub usd_per_day_max: Option<Decimal>,
    /// Where it is kept what was spent; there is one wherever there is a limit in USD.
    pub ledger: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            tokens_max: 4096,
            prompt_bytes_max: 4 << 20,
            attempts_max: 3,
            repairs_max: 1,
            total: Duration::from_secs(300),
            call: CallLimits::default(),
            usd_per_day_max: None,
            ledger: None,
        }
    }
}

impl Configuration {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`ConfigurationError`]: where the text is no TOML or not of this shape, or every fault of its content.
    pub fn read(text: &str, environment: Environment<'_>) -> Result<Configuration, ConfigurationError> {
        check::checked(file::shape(text)?, environment)
    }

    /// Whether a model, or any model of a route, is too weak to be trusted with trades. A name that is not known is.
    #[must_use]
    pub fn is_weak(&self, model: &str) -> bool {
        let alone = [model.to_owned()];
        let models = match self.models.contains_key(model) {
            true => alone.as_slice(),
            false => self.routes.get(model).map_or(alone.as_slice(), Vec::as_slice),
        };
        models.iter().any(|name| self.models.get(name).is_none_or(|settings| settings.weak))
    }

    /// The models for a job, in the order in which they are asked; the job may also be the name of a model.
    #[must_use]
    pub fn route(&self, job: &str) -> Option<Vec<String>> {
        let by_route = self.routes.get(job).or_else(|| self.routes.get(DEFAULT_ROUTE));
        let by_name = self.models.contains_key(job).then(|| vec![job.to_owned()]);
        match self.routes.contains_key(job) {
            true => by_route.cloned(),
            false => by_name.or_else(|| by_route.cloned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        [providers.openai]
        kind = "openai"
        key_env = "MY_KEY"

        [providers.local]
        kind = "openai_compatible"
        url = "http://127.0.0.1:8080/v1"

        [models.large]
        provider = "openai"
        model = "gpt-5.4-2026-03-05"

        [models.small]
        provider = "local"
        model = "smollm2"
        tokens_max = 200

        [routes]
        default = ["large", "small"]
        preferences = ["small"]

        [limits]
        usd_per_day_max = "2.50"
        attempt_secs_max = 30
    "#;

    fn read(text: &str) -> Result<Configuration, ConfigurationError> {
        let known = [("MY_KEY", "sk-secret-key"), ("HOME", "/home/me")];
        let value = |name: &str| known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        Configuration::read(text, &|name| value(name).map(ToOwned::to_owned))
    }

    fn faults(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn a_file_is_read_and_keys_are_masked() {
        let configuration = read(FILE).unwrap();
        assert_eq!(configuration.route("propose").unwrap(), ["large", "small"]);
        assert_eq!(configuration.route("preferences").unwrap(), ["small"]);
        assert_eq!(configuration.route("large").unwrap(), ["large"], "a model by its name");
        assert_eq!(configuration.limits.usd_per_day_max, Some(Decimal::new(250, 2)));
        assert_eq!(configuration.limits.call.time, Duration::from_secs(30));
        let shown = format!("{configuration:?}");
        assert!(!shown.contains("sk-secret") && shown.contains("***"), "{shown}");
        assert!(configuration.models["large"].price.is_some(), "by the built-in table");
        assert_eq!(configuration.models["small"].price, Some(Price::nothing()), "on this machine");
    }

    #[test]
    fn an_unknown_field_is_named_with_its_path_and_the_nearest_one() {
        let message = faults(&FILE.replace("tokens_max = 200", "token_max = 200"));
        assert_eq!(
            message,
            "line 17: models.small.token_max: unknown field `token_max`; did you mean `tokens_max`?"
        );
        let message = faults(&FILE.replace("\"openai_compatible\"", "\"vllm\""));
        assert!(message.contains("providers.local.kind: `vllm` is not known here"), "{message}");
    }

    #[test]
    fn a_key_in_the_file_is_refused_and_never_shown() {
        for text in [
            FILE.replace("key_env = \"MY_KEY\"", "key = \"sk-secret-1\""),
            FILE.replace("\"MY_KEY\"", "\"sk-secret-1\""),
            FILE.replace("attempt_secs_max = 30", "attempt_secs_max = \"sk-secret-1\""),
            FILE.replace("attempt_secs_max = 30", "attempt_secs_max = sk-secret-1"),
            FILE.replace("http://127.0.0.1:8080/v1", "http://me:sk-secret-1@127.0.0.1:8080/v1"),
            FILE.replace("http://127.0.0.1:8080/v1", "sk-secret-1"),
            FILE.replace("gpt-5.4-2026-03-05", "sk-secret-1-latest"),
            FILE.replace("\"2.50\"", "\"sk-secret-1\""),
        ] {
            let message = faults(&text);
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn every_fault_of_the_content_is_told() {
        let text = FILE
            .replace("provider = \"local\"", "provider = \"locla\"")
            .replace("[\"small\"]", "[\"smal\", \"large\", \"large\"]")
            .replace("\"2.50\"", "\"-1\"")
            .replace("gpt-5.4-2026-03-05", "gpt-latest");
        let message = faults(&text);
        for fault in [
            "models.small.provider: there is no provider `locla`; did you mean `local`?",
            "routes.preferences[0]: there is no model `smal`; did you mean `small`?",
            "routes.preferences[2]: `large` is there twice",
            "limits.usd_per_day_max: has to be more than 0",
            "models.large.model: `gpt-latest` means another model tomorrow",
        ] {
            assert!(message.contains(fault), "{fault} in\n{message}");
        }
    }

    #[test]
    fn the_model_inside_the_program_is_weak_unless_somebody_says_otherwise() {
        let inside = "\n[providers.inside]\nkind = \"embedded\"\nweights = \"/w.gguf\"\n\
            [models.tiny]\nprovider = \"inside\"\nmodel = \"smollm2-135m-instruct\"\n";
        let text = format!("{}{inside}", FILE.replace("tokens_max = 200", "tokens_max = 200\nweak = true"));
        if cfg!(not(feature = "embedded")) {
            assert!(faults(&text).contains("built without"), "{text}");
            return;
        }
        let configuration = read(&text).unwrap();
        let weak = |name: &str| configuration.is_weak(name);
        assert!(weak("tiny") && weak("small") && !weak("large") && weak("nobody"));
        assert!(weak("preferences") && weak("default"), "a route is as weak as its weakest model");
        let weights = configuration.providers["inside"].weights.clone().unwrap();
        assert_eq!(weights.sha256, crate::weights::SMOLLM2.sha256);
        assert_eq!(configuration.models["tiny"].price, Some(Price::nothing()));
        assert!(!read(&format!("{text}weak = false")).unwrap().is_weak("tiny"));
        for (wrong, what) in [
            (
                text.replace("smollm2-135m-instruct", "smollm3"),
                "models.tiny.model: `smollm3` is not inside the program",
            ),
            (
                text.replace("/w.gguf\"", "/w.gguf\"\nweights_sha256 = \"b179\""),
                "providers.inside.weights_sha256: is no SHA-256",
            ),
            (
                text.replace("\"embedded\"", "\"openai\""),
                "providers.inside.weights: is for providers of kind `embedded` only",
            ),
        ] {
            let message = faults(&wrong);
            assert!(message.contains(what), "{what} in\n{message}");
        }
        let hash = crate::weights::SMOLLM2.sha256.replace('b', "c");
        let own = text.replace("/w.gguf\"", &format!("/w.gguf\"\nweights_sha256 = \"{hash}\""));
        assert!(
            read(&own.replace("smollm2-135m-instruct", "our-tuned-1")).is_ok(),
            "any name with a hash of its own"
        );
    }

    #[test]
    fn a_limit_in_usd_needs_prices() {
        let message = faults(&FILE.replace("gpt-5.4-2026-03-05", "gpt-99"));
        assert!(
            message.contains("models.large: has no known price, and `limits.usd_per_day_max` needs one"),
            "{message}"
        );
        let priced = FILE.replace(
            "\"gpt-5.4-2026-03-05\"",
            "\"gpt-99\"\nprice = { prompt_usd_per_million = \"1\", reply_usd_per_million = 2, source = \"x\", as_of = \"2026-01-01\" }",
        );
        assert!(read(&priced).is_ok(), "{:?}", read(&priced).err());
    }

    #[test]
    fn what_was_spent_is_kept_where_the_file_or_the_machine_says() {
        let kept = |text: &str| read(text).unwrap().limits.ledger;
        assert_eq!(kept(FILE), Some("/home/me/.local/state/equipoise/models-spent.json".into()));
        assert_eq!(kept(&format!("{FILE}\nledger = \"/var/spent.json\"")), Some("/var/spent.json".into()));
        assert_eq!(kept(&FILE.replace("usd_per_day_max = \"2.50\"", "")), None, "no limit, no file");
        let homeless = Configuration::read(FILE, &|_| None).unwrap_err().to_string();
        assert!(homeless.contains("limits.ledger: is missing; name the file"), "{homeless}");
        let relative = faults(&format!("{FILE}\nledger = \"spent.json\""));
        assert!(relative.contains("limits.ledger: has to be an absolute path"), "{relative}");
        let no_limit = FILE.replace("usd_per_day_max = \"2.50\"", "ledger = \"spent.json\"");
        assert!(faults(&no_limit).contains("limits.ledger: is for a limit"), "{}", faults(&no_limit));
    }

    #[test]
    fn a_key_does_not_go_over_an_open_line() {
        let text = FILE.replace(
            "url = \"http://127.0.0.1:8080/v1\"",
            "url = \"http://far.example/v1\"\nkey_env = \"MY_KEY\"",
        );
        assert!(faults(&text).contains("providers.local.url: a key would be sent to `far.example`"));
    }
}
