//! `equipoise validate FILE PLAN`: every rule that a plan breaks, whoever wrote it.
//!
//! The plan is judged against the targets that plans for this document are made against
//! (`monitoring.trade_to`). Without a clock, the rules of the schedule are not judged.

use portfolio::plan::read_plan;
use rebalance::household_rates::household_rates;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `validate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio document (JSON), or - for stdin
    file: String,
    /// Plan document (JSON), or the bare form of a model's answer; - for stdin
    plan: String,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.file == "-" && arguments.plan == "-" {
        return Err(Failure::usage(
            "only one of FILE and PLAN can come from stdin; name a file for the other",
        ));
    }
    let (file, plan) = (input::name(&arguments.file), input::name(&arguments.plan));
    let document =
        portfolio::read(&input::text(&arguments.file)?).map_err(|error| Failure::document(file, &error))?;
    let proposed = read_plan(&input::text(&arguments.plan)?).map_err(|error| Failure::input(plan, &error))?;
    let rates = household_rates(&document).map_err(|error| Failure::input(file, &error))?;
    let drift = monitor::monitor(&document);
    let aimed = monitor::aim(document, &drift);
    let report = ::validate::validate(&aimed, &rates, &proposed, None);
    match arguments.format {
        Format::Json => output::json(&report.verdict)?,
        Format::Table => output::page(&page::verdict::page(&report))?,
    }
    Ok(if report.passed() { Exit::Done } else { Exit::CheckFailed })
}
