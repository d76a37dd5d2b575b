//! A configuration for a model that is named on the command line.
//!
//! In: a [`ModelName`], and the configuration of a file where there is one. Out: the same limits, with every job routed to that
//! model alone.

use super::{
    Configuration, ConfigurationFault, DEFAULT_ROUTE, Environment, KeyFrom, Kind, ModelSettings,
    ProviderSettings, check,
};
use crate::chat_completions::SchemaBy;
use crate::model_name::{ModelName, near};
use crate::providers::{anthropic, openai, openai_compatible};
use crate::transport::Address;
use crate::weights::{self, SMOLLM2, WeightsFrom};
use outward::Key;

impl Configuration {
    /// Nothing but default limits: what a model of the command line runs under where no file is named.
    #[must_use]
    pub fn without_file() -> Configuration {
        Configuration {
            providers: Default::default(),
            models: Default::default(),
            routes: Default::default(),
            limits: Default::default(),
            breaker: Default::default(),
            backoff: Default::default(),
            face_key: None,
        }
    }

    /// This configuration with every job routed to one model. A name of the configuration stays what it is there; any other
    /// is added.
    ///
    /// # Errors
    /// [`ConfigurationFault`] for a name that the configuration does not have, and for a model that is not there yet.
    pub fn with_model(
        mut self,
        name: &ModelName,
        environment: Environment<'_>,
    ) -> Result<Configuration, ConfigurationFault> {
        let fault = |what: String| ConfigurationFault { path: "--model".to_owned(), what };
        let added = name.to_string();
        let embedded = SMOLLM2.model.to_owned();
        let (kind, url, variable, model, script) = match name {
            ModelName::Configured { name } => {
                let models = if self.models.contains_key(name) {
                    vec![name.clone()]
                } else {
                    let known: Vec<&str> =
                        self.models.keys().chain(self.routes.keys()).map(String::as_str).collect();
                    let unknown = || {
                        fault(format!(
                            "there is no model `{name}` in the configuration; {}, or write `embedded`, `openai:NAME`, `anthropic:NAME` or \
                         `openai-compatible:NAME@URL`",
                            near(name, &known)
                        ))
                    };
                    self.routes.get(name).cloned().ok_or_else(unknown)?
                };
                self.routes = [(DEFAULT_ROUTE.to_owned(), models)].into();
                return Ok(self);
            }
            ModelName::Embedded { .. } => {
                if cfg!(not(feature = "embedded")) {
                    return Err(fault(weights::NOT_BUILT.to_owned()));
                }
                (Kind::Embedded, None, None, &embedded, None)
            }
            ModelName::OpenAi { model } => {
                (Kind::Openai, Some(openai::URL), Some(openai::KEY_VARIABLE), model, None)
            }
            ModelName::Anthropic { model } => {
                (Kind::Anthropic, Some(anthropic::URL), Some(anthropic::KEY_VARIABLE), model, None)
            }
            ModelName::OpenAiCompatible { model, url } => (
                Kind::OpenaiCompatible,
                Some(url.as_str()),
                Some(openai_compatible::KEY_VARIABLE),
                model,
                None,
            ),
            ModelName::Scripted { file } => (Kind::Scripted, None, None, file, Some(file.clone())),
        };
        let key = variable.map(|variable| KeyFrom {
            variable: variable.to_owned(),
            key: environment(variable).and_then(|value| Key::new(&value)),
        });
        let sends_key = key.as_ref().is_some_and(|from| from.key.is_some());
        let address = url
            .map(|url| Address::read(url, sends_key))
            .transpose()
            .map_err(|error| fault(error.to_string()))?;
        let weights = (kind == Kind::Embedded)
            .then(|| WeightsFrom::of(None, None, environment))
            .transpose()
            .map_err(|error| fault(error.to_string()))?;
        let settings = ProviderSettings {
            kind,
            address,
            key,
            key_is_needed: matches!(kind, Kind::Openai | Kind::Anthropic),
            chat_schema_by: SchemaBy::JsonSchema,
            messages_schema_by: None,
            script,
            weights,
        };
        let price = check::known_price(&settings, model);
        if price.is_none() && self.limits.usd_per_day_max.is_some() {
            return Err(fault(format!(
                "the price of `{added}` is not known, and `limits.usd_per_day_max` needs one; add the model to the configuration \
                 with its `price`"
            )));
        }
        self.providers.insert(added.clone(), settings);
        let weak = kind == Kind::Embedded;
        let settings =
            ModelSettings { provider: added.clone(), model: model.clone(), tokens_max: None, price, weak };
        self.models.insert(added.clone(), settings);
        self.routes = [(DEFAULT_ROUTE.to_owned(), vec![added])].into();
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str) -> Result<Configuration, ConfigurationFault> {
        Configuration::without_file()
            .with_model(&name.parse().unwrap(), &|_| Some("sk-secret-key".to_owned()))
    }

    #[test]
    fn a_model_of_the_command_line_takes_every_job() {
        let configuration = with("openai:gpt-5.4").unwrap();
        assert_eq!(configuration.route("anything").unwrap(), ["openai:gpt-5.4"]);
        assert!(configuration.providers["openai:gpt-5.4"].key.as_ref().unwrap().key.is_some());
        assert!(with("openai-compatible:m@http://127.0.0.1:1/v1").is_ok());
        let refused = with("openai-compatible:m@http://far.example/v1").unwrap_err();
        assert!(refused.what.contains("without encryption"), "{refused}");
        assert!(with("fast").unwrap_err().what.contains("there is no model `fast`"));
    }
}
