//! The configuration of models that a command runs under, and the gateway made from it.
//!
//! In: `--config`, or the file that `EQUIPOISE_CONFIG` names, and perhaps a model of the command line. Out: a [`Configuration`], a
//! [`Gateway`], or a [`Failure`]. Keys come from environment variables and are masked in everything that is printed.

use std::sync::Arc;

use llm::clock::MachineClock;
use llm::ledger::{FileLedger, Ledger, MemoryLedger};
use llm::weights::WeightsFrom;
use llm::{Configuration, Gateway, ModelName};

use crate::failure::Failure;
use crate::{input, weights};

/// Names the configuration where `--config` does not.
const VARIABLE: &str = "EQUIPOISE_CONFIG";

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The configuration of a file; none where no file is named.
pub(crate) fn configuration(path: Option<&String>) -> Result<Option<Configuration>, Failure> {
    let Some(path) = path.cloned().or_else(|| environment(VARIABLE).filter(|path| !path.is_empty())) else {
        return Ok(None);
    };
    let text = input::text(&path)?;
    Configuration::read(&text, &environment)
        .map(Some)
        .map_err(|error| Failure::input(input::name(&path), &error))
}

/// The configuration of a file that has to be named.
pub(crate) fn needed(path: Option<&String>) -> Result<Configuration, Failure> {
    let message = format!(
        "no configuration; name a file with `--config` or in {VARIABLE} (examples/models.toml is one)"
    );
    configuration(path)?.ok_or_else(|| Failure::usage(message))
}

/// The configuration with every job routed to the model of the command line.
pub(crate) fn with_model(path: Option<&String>, model: &str) -> Result<Configuration, Failure> {
    let name: ModelName = model.parse().map_err(|error| Failure::usage(format!("the model: {error}")))?;
    let configuration = configuration(path)?.unwrap_or_else(Configuration::without_file);
    configuration.with_model(&name, &environment).map_err(|fault| Failure::usage(fault.to_string()))
}

/// The gateway of a configuration, with the weights of the model inside the program where that is in it.
pub(crate) fn gateway(configuration: Configuration) -> Result<Gateway, Failure> {
    weights::see_to(&configuration)?;
    let read_file = |path: &str| std::fs::read_to_string(path);
    let (ledger, clock) = (ledger(&configuration), Arc::new(MachineClock::start()));
    Gateway::new(configuration, &read_file, ledger, clock).map_err(|error| Failure::usage(error.to_string()))
}

/// What was spent today: in a file that other programs and later ones know too, where the configuration has a limit.
pub(crate) fn ledger(configuration: &Configuration) -> Arc<dyn Ledger> {
    match &configuration.limits.ledger {
        Some(file) => Arc::new(FileLedger::new(file)),
        None => Arc::new(MemoryLedger::default()),
    }
}

/// Where the weights of the model inside the program lie, where no configuration says anything else.
pub(crate) fn weights() -> Result<WeightsFrom, Failure> {
    WeightsFrom::of(None, None, &environment).map_err(|error| Failure::outside(error.to_string()))
}

/// What the waits between attempts are drawn from: no two processes wait alike.
pub(crate) fn dice() -> u64 {
    u64::from(std::process::id())
}
