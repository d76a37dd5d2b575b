//! `equipoise mcp`: the tools of an assistant, over the Model Context Protocol on stdin and stdout.
//!
//! In: documents, or the configuration of an installation and who looks. Out: the protocol, until stdin ends. Invariant: nobody writes to
//! stdout but the protocol.

use std::path::PathBuf;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::mcp::files::Files;
use crate::mcp::sight::Sight;
use crate::mcp::visit::Visit;

/// Arguments of `mcp`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Portfolio documents (JSON) that the assistant may read
    #[arg(value_name = "FILE", conflicts_with = "config", required_unless_present_any = ["folder", "config"])]
    files: Vec<String>,
    /// Folder whose portfolio documents (*.json) the assistant may read
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    folder: Option<PathBuf>,
    /// Configuration of an installation (TOML; examples/service.toml is one), whose books the assistant may read
    #[arg(long, value_name = "FILE", requires = "name")]
    config: Option<String>,
    /// Who the assistant looks for: it sees what this person may see
    #[arg(long = "as", value_name = "NAME", requires = "config")]
    name: Option<String>,
    /// Let it ask for a plan that then waits for a person's approval; it never approves
    #[arg(long, requires = "config")]
    allow_propose: bool,
}

const AFTER_HELP: &str = "Point an assistant at it (docs/mcp.md), such as:
  {\"mcpServers\": {\"equipoise\": {\"command\": \"equipoise\", \"args\": [\"mcp\", \"/home/ann/portfolio.json\"]}}}";

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let sight = match (&arguments.config, &arguments.name) {
        (Some(config), Some(name)) => {
            Sight::Books(Box::new(Visit::begin(config, name, arguments.allow_propose)?))
        }
        _ => Sight::Files(Files::of(&arguments.files, arguments.folder.as_deref())?),
    };
    crate::mcp::serve(&sight, &mut std::io::stdin().lock(), &mut std::io::stdout().lock())?;
    Ok(Exit::Done)
}
