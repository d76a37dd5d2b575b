//! `equipoise gateway`: the gateway to models for other programs, in OpenAI's format.
//!
//! In: a configuration and where to listen. Serves until it is ended. Invariant: without a key it listens on this machine only.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use llm::face::{FaceError, FaceSettings, serve};

use crate::command_line::note;
use crate::configured;
use crate::exit::Exit;
use crate::failure::Failure;

/// Arguments of `gateway`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Configuration of models (TOML); without it the file that EQUIPOISE_CONFIG names
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8377")]
    listen: SocketAddr,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let configuration = configured::needed(arguments.config.as_ref())?;
    let key = match &configuration.face_key {
        Some(from) if from.key.is_none() => {
            return Err(Failure::usage(format!(
                "face.key_env: the environment variable `{}` is not set; set it to the key that callers have to show",
                from.variable
            )));
        }
        from => from.as_ref().and_then(|from| from.key.clone()),
    };
    let gateway = Arc::new(configured::gateway(configuration)?);
    let no_place = |error: std::io::Error| {
        Failure::outside(format!(
            "{}: can't listen there ({error}); name another with `--listen`",
            arguments.listen
        ))
    };
    let listener = TcpListener::bind(arguments.listen).map_err(no_place)?;
    let address = listener.local_addr().map_err(no_place)?;
    if address.ip().is_loopback() || key.is_some() {
        note(format!(
            "listening on http://{address}/v1 (POST /v1/chat/completions, GET /v1/models); Ctrl-C ends it"
        ));
    }
    let settings = FaceSettings { key, seed: configured::dice(), ..FaceSettings::default() };
    serve(gateway, listener, settings).map_err(|error| match error {
        FaceError::OpenToOthers { .. } => Failure::usage(error.to_string()),
        FaceError::Machine(_) => Failure::outside(error.to_string()),
    })?;
    Ok(Exit::Done)
}
