//! `equipoise demo`: the samples as the service keeps them, in a market that moves; or their plans alone.
//!
//! In: how to show them. Out: pages. The parts: `plans` (one plan per sample), `market` (the simulated day), `service` (the households
//! kept through it), `page` (the service with its web page).

mod market;
mod page;
mod plans;
mod service;

use std::net::SocketAddr;
use std::path::PathBuf;

pub(super) use service::held;

use crate::exit::Exit;
use crate::failure::Failure;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only the plan of the sample with this name
    name: Option<String>,
    /// Only the plans of the samples
    #[arg(long, conflicts_with_all = ["folder", "auto_approve", "seed"])]
    plans: bool,
    /// Folder for the books; without it a new one among the temporary files
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Approve every proposal as `demo` and execute it on paper
    #[arg(long)]
    auto_approve: bool,
    /// Serve the web page of the demonstration until Ctrl-C; nothing is approved but by whoever looks at it
    #[arg(long, conflicts_with_all = ["plans", "auto_approve", "name"])]
    page: bool,
    /// Where the page is to be found
    #[arg(long, requires = "page", value_name = "ADDRESS", default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// What the simulated market is drawn from
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.plans || arguments.name.is_some() {
        return plans::shown(arguments.name.as_deref());
    }
    if arguments.page {
        return page::run(&page::Looked {
            folder: arguments.folder.as_deref(),
            listen: arguments.listen,
            seed: arguments.seed,
        });
    }
    service::run(&service::Demonstration {
        folder: arguments.folder.as_deref(),
        auto_approve: arguments.auto_approve,
        seed: arguments.seed,
    })
}
