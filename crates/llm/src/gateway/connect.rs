//! A gateway from a configuration.
//!
//! In: a configuration, a way to read scripts, a ledger and a clock. Out: a [`Gateway`]. A provider without its key is no error
//! here: other models may do, and whoever asks for it is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use super::{Connected, Gateway};
use crate::clock::Clock;
use crate::configuration::{Configuration, Kind, ProviderSettings};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::providers::Provider;
use crate::providers::anthropic::Anthropic;
use crate::providers::openai::OpenAi;
use crate::providers::openai_compatible::OpenAiCompatible;
use crate::providers::scripted::Scripted;

/// Why a gateway can't be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// A provider can't be used at all.
    #[error("providers.{provider}: {fault}")]
    Provider {
        /// Its name in the configuration.
        provider: String,
        /// What is wrong.
        #[source]
        fault: Fault,
    },
    /// The file of a script can't be read.
    #[error("providers.{provider}.script: `{file}` can't be read ({reason})")]
    Script {
        /// Name of the provider in the configuration.
        provider: String,
        /// As written there.
        file: String,
        /// What the machine says.
        reason: String,
    },
    /// Settings without what their kind needs, made by hand and not read from a file.
    #[error("providers.{provider}: has no address")]
    NoAddress {
        /// Its name in the configuration.
        provider: String,
    },
}

/// Reads the text of a file.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> std::io::Result<String>;

impl Gateway {
    /// Connects to nobody yet, but can.
    ///
    /// # Errors
    /// [`ConnectError`] for a script that can't be read and for a provider that this machine can't talk to.
    pub fn new(
        configuration: Configuration,
        read_file: ReadFile<'_>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Result<Gateway, ConnectError> {
        // A provider that no model uses is not connected to: it may lack what the machine does not have.
        let used: BTreeSet<&String> = configuration.models.values().map(|model| &model.provider).collect();
        let mut providers = BTreeMap::new();
        for (name, settings) in configuration.providers.iter().filter(|(name, _)| used.contains(name)) {
            providers.insert(name.clone(), connected(name, settings, read_file, &clock)?);
        }
        Ok(Gateway::of(configuration, providers, ledger, clock))
    }

    /// A gateway whose providers are given, by their names in the configuration.
    #[must_use]
    pub fn of_providers(
        configuration: Configuration,
        providers: BTreeMap<String, Arc<dyn Provider>>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Gateway {
        let providers =
            providers.into_iter().map(|(name, provider)| (name, Connected::Ready(provider))).collect();
        Gateway::of(configuration, providers, ledger, clock)
    }

    fn of(
        configuration: Configuration,
        providers: BTreeMap<String, Connected>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Gateway {
        Gateway {
            configuration,
            providers,
            breakers: Mutex::default(),
            refused_settings: Mutex::default(),
            ledger,
            clock,
        }
    }
}

fn connected(
    name: &str,
    settings: &ProviderSettings,
    read_file: ReadFile<'_>,
    clock: &Arc<dyn Clock>,
) -> Result<Connected, ConnectError> {
    let key = settings.key.as_ref().and_then(|from| from.key.clone());
    if settings.key_is_needed && key.is_none() {
        let variable = settings.key.as_ref().map(|from| from.variable.clone()).unwrap_or_default();
        return Ok(Connected::NoKey { variable });
    }
    let of_provider = |fault| ConnectError::Provider { provider: name.to_owned(), fault };
    if settings.kind == Kind::Scripted {
        let file = settings.script.clone().unwrap_or_default();
        let text = read_file(&file).map_err(|error| ConnectError::Script {
            provider: name.to_owned(),
            file,
            reason: error.to_string(),
        })?;
        return Ok(Connected::Ready(Arc::new(Scripted::read(&text).map_err(of_provider)?)));
    }
    if settings.kind == Kind::Embedded {
        return embedded(settings, clock).map_err(of_provider);
    }
    let no_address = || ConnectError::NoAddress { provider: name.to_owned() };
    let address = settings.address.clone().ok_or_else(no_address)?;
    let provider: Result<Arc<dyn Provider>, Fault> = match (settings.kind, key) {
        (Kind::Openai, Some(key)) => OpenAi::new(address, key).map(|p| Arc::new(p) as Arc<dyn Provider>),
        (Kind::Anthropic, Some(key)) => Anthropic::new(address, key, settings.messages_schema_by)
            .map(|p| Arc::new(p) as Arc<dyn Provider>),
        (_, key) => OpenAiCompatible::new(address, key, settings.chat_schema_by)
            .map(|p| Arc::new(p) as Arc<dyn Provider>),
    };
    provider.map(Connected::Ready).map_err(of_provider)
}

/// The model inside the program. Weights that are not there are no error before it is asked.
#[cfg(feature = "embedded")]
fn embedded(settings: &ProviderSettings, clock: &Arc<dyn Clock>) -> Result<Connected, Fault> {
    let nowhere = || Fault::NoWeights { reason: "it has no weights".to_owned() };
    let weights = settings.weights.clone().ok_or_else(nowhere)?;
    Ok(Connected::Ready(Arc::new(crate::providers::embedded::Embedded::of_file(weights, clock.clone()))))
}

#[cfg(not(feature = "embedded"))]
fn embedded(_: &ProviderSettings, _: &Arc<dyn Clock>) -> Result<Connected, Fault> {
    Err(Fault::NoWeights { reason: crate::weights::NOT_BUILT.to_owned() })
}
