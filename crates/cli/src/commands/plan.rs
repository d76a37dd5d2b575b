//! `equipoise plan FILE`: the main job, a validated plan for a portfolio document.
//!
//! In: a portfolio document. Out: a page for a person, or the plan document alone. Exit 3 where no
//! plan keeps every rule: the document still comes out, and the conflict is told on stderr.

use clap::ValueEnum;
use explain::Depth;
use propose::Planner;
use rebalance::{Cycle, CycleError, Options, Verdict};

use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::output::Format;
use crate::{input, interrupt, output, page};

/// Arguments of `plan`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio document (JSON), or - for stdin
    file: String,
    /// Who proposes the plan
    #[arg(long, value_enum, default_value_t = PlannerWord::Solver)]
    planner: PlannerWord,
    /// Model that proposes, for the planners that use one
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Tables for people, or the plan document alone
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write the plan document to this file as well
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Show every order and every reason, however many there are, and why each lot that is kept is kept
    #[arg(long)]
    all: bool,
    /// Relative gap to the proven bound at which the search ends, from 0 to 1
    #[arg(long, value_name = "GAP", default_value_t = optimize::Options::default().gap, value_parser = gap)]
    gap: f64,
    /// Most work units of the search, about 10,000 operations each; then, or on Ctrl-C, the best plan so far
    /// comes out with what is proven of it
    #[arg(long, value_name = "UNITS", default_value_t = optimize::Options::default().effort_max)]
    effort: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PlannerWord {
    Solver,
    Model,
    Hybrid,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let planner = match arguments.planner {
        PlannerWord::Solver => Planner::Solver,
        PlannerWord::Model => Planner::Model,
        PlannerWord::Hybrid => Planner::Hybrid,
    };
    if arguments.model.is_some() && planner == Planner::Solver {
        return Err(Failure::usage(
            "`--model` needs `--planner model` or `--planner hybrid`, and no model is configured; leave it out",
        ));
    }
    if let Some(out) = &arguments.out {
        output::spares(&arguments.file, out)?;
    }
    let text = input::text(&arguments.file)?;
    let name = input::name(&arguments.file);
    let optimize = optimize::Options {
        gap: arguments.gap,
        effort_max: arguments.effort,
        stop: interrupt::stop(),
        ..optimize::Options::default()
    };
    let options = Options { planner, optimize, depth: Depth::Full, ..Options::default() };
    let cycle = planned(name, &text, &options)?;
    if let Some(out) = &arguments.out {
        output::file(out, &output::json_text(&cycle.plan)?)?;
    }
    match arguments.format {
        Format::Json => output::json(&cycle.plan)?,
        Format::Table => output::page(&page::plan::page(&cycle, arguments.all))?,
    }
    Ok(ended(name, &cycle))
}

/// A relative gap, as a person writes it.
fn gap(text: &str) -> Result<f64, String> {
    let gap: f64 = text.parse().map_err(|_| "not a number, such as 0.0001".to_owned())?;
    if (0.0..=1.0).contains(&gap) { Ok(gap) } else { Err("not from 0 to 1".to_owned()) }
}

/// A cycle, or the failure that names the input.
pub(crate) fn planned(name: &str, text: &str, options: &Options) -> Result<Cycle, Failure> {
    rebalance::cycle(text, options).map_err(|error| match error {
        CycleError::Propose(error) => Failure::usage(error.to_string()),
        CycleError::Document(error) => Failure::document(name, &error),
        error => Failure::input(name, &error),
    })
}

/// Tells a conflict, if there is one.
fn ended(name: &str, cycle: &Cycle) -> Exit {
    match &cycle.verdict {
        Verdict::Valid(_) => Exit::Done,
        Verdict::Infeasible(why, _) => {
            let mut lines = vec![format!("{name}: {}", why.sentence())];
            lines.extend(why.relaxation.iter().map(|r| format!("{name}: {}", r.words)));
            tell(&lines);
            Exit::Infeasible
        }
    }
}
