//! `equipoise plan FILE`: the main job, a validated plan for a portfolio document.
//!
//! In: a portfolio document. Out: a page for a person, or the plan document alone. Exit 3 where no
//! plan keeps every rule: the document still comes out, and the conflict is told on stderr.

use clap::ValueEnum;
use explain::Depth;
use llm::Configuration;
use propose::{choice, prompt};
use rebalance::{ATTEMPTS_MAX, Cycle, CycleError, Options, Part, Planner, Verdict};

use crate::asking::{self, Voice};
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::output::Format;
use crate::{input, interrupt, output, page};

/// Arguments of `plan`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio document (JSON), or - for stdin
    file: String,
    /// Who proposes the plan: the optimiser (solver), a model that writes the trades (model), or both: a model chooses among
    /// plans that the optimiser computed (hybrid, the default where a model is configured)
    #[arg(long, value_enum)]
    planner: Option<PlannerWord>,
    /// A model of the configuration, or openai:NAME, anthropic:NAME, openai-compatible:NAME@URL, embedded, scripted:FILE
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Configuration of models (TOML); without it the file that EQUIPOISE_CONFIG names
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// How often a model is asked for a plan that keeps every rule; then the optimiser's plan stands
    #[arg(long, value_name = "N", default_value_t = ATTEMPTS_MAX, value_parser = clap::value_parser!(u32).range(1..=10))]
    attempts: u32,
    /// Show every attempt of a model: the prompt, the raw reply, what was wrong with it
    #[arg(long)]
    show_attempts: bool,
    /// Let a model write trades that is known to be too weak for it
    #[arg(long)]
    allow_weak_model: bool,
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
    /// Most work units of the search, about 10,000 operations each, as many again for every further 5,000
    /// lots; then, or on Ctrl-C, the best plan so far comes out with what is proven of it
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
    let voice = voice(arguments)?;
    let planner = planner(arguments, voice.as_ref())?;
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
    let attempts_max = arguments.attempts;
    let options = Options { planner, attempts_max, optimize, depth: Depth::Full, ..Options::default() };
    let mut cycle = planned(name, &text, &options)?;
    if arguments.show_attempts
        && let Some(asked) = &cycle.asked
    {
        let attempts = asked.attempts.iter().map(rebalance::Attempt::document).collect();
        cycle.plan.more.insert("attempts".to_owned(), attempts);
    }
    if let Some(out) = &arguments.out {
        output::file(out, &output::json_text(&cycle.plan)?)?;
    }
    match arguments.format {
        Format::Json => output::json(&cycle.plan)?,
        Format::Table => {
            if arguments.show_attempts
                && let Some(asked) = &cycle.asked
            {
                output::page(&page::attempts::page(asked))?;
            }
            output::page(&page::plan::page(&cycle, arguments.all))?;
        }
    }
    Ok(ended(name, &cycle))
}

/// The models that may be asked; none for the optimiser alone.
fn voice(arguments: &Arguments) -> Result<Option<Voice>, Failure> {
    match arguments.planner {
        Some(PlannerWord::Solver) if arguments.model.is_some() => Err(Failure::usage(
            "`--planner solver` asks no model; leave `--model` out, or say `--planner model` or `--planner hybrid`",
        )),
        Some(PlannerWord::Solver) => Ok(None),
        Some(PlannerWord::Model) if !arguments.allow_weak_model => {
            // Before a gateway is made, which fetches the weights of the model inside the program.
            let configuration = asking::named(arguments.config.as_ref(), arguments.model.as_ref())?;
            configuration.iter().try_for_each(trusted_with_trades)?;
            configuration.map(Voice::in_cycles).transpose()
        }
        Some(_) | None => Voice::for_cycles(arguments.config.as_ref(), arguments.model.as_ref()),
    }
}

/// Refuses a model that is too weak to write trades.
fn trusted_with_trades(configuration: &Configuration) -> Result<(), Failure> {
    let route = configuration.route(prompt::JOB).unwrap_or_default();
    match route.into_iter().find(|model| configuration.is_weak(model)) {
        Some(model) => Err(Failure::usage(format!(
            "`{model}` is a small model and must not be trusted with trades; let it choose among computed plans with \
             `--planner hybrid`, or add `--allow-weak-model`: what it proposes is checked all the same"
        ))),
        None => Ok(()),
    }
}

/// Who proposes: what was asked for, else both where a model is configured for it.
fn planner<'a>(arguments: &Arguments, voice: Option<&'a Voice>) -> Result<Planner<'a>, Failure> {
    let Some(voice) = voice else {
        return match arguments.planner {
            None | Some(PlannerWord::Solver) => Ok(Planner::Solver),
            Some(_) => Err(Failure::usage(
                "no model is configured; name one with `--model`, or a configuration with `--config` or in EQUIPOISE_CONFIG \
                 (examples/models.toml is one), or leave `--planner` out",
            )),
        };
    };
    match arguments.planner {
        Some(PlannerWord::Solver) => Ok(Planner::Solver),
        Some(PlannerWord::Model) => Ok(Planner::Model(voice)),
        Some(PlannerWord::Hybrid) => Ok(Planner::Hybrid(voice)),
        None if voice.route(choice::JOB).is_empty() => Ok(Planner::Solver),
        None => Ok(Planner::Hybrid(voice)),
    }
}

/// A relative gap, as a person writes it.
fn gap(text: &str) -> Result<f64, String> {
    let gap: f64 = text.parse().map_err(|_| "not a number, such as 0.0001".to_owned())?;
    if (0.0..=1.0).contains(&gap) { Ok(gap) } else { Err("not from 0 to 1".to_owned()) }
}

/// A cycle, or the failure that names the input.
pub(crate) fn planned(name: &str, text: &str, options: &Options) -> Result<Cycle, Failure> {
    rebalance::cycle(text, options).map_err(|error| match error {
        CycleError::Document(error) => Failure::document(name, &error),
        error => Failure::input(name, &error),
    })
}

/// Tells a conflict, if there is one, and a model that failed.
fn ended(name: &str, cycle: &Cycle) -> Exit {
    let failure = cycle.asked.as_ref().and_then(|asked| asked.failure.as_ref().map(|how| (asked, how)));
    if let Some((_, how)) = failure {
        tell(&[format!("{how}; this is the optimiser's plan")]);
    }
    match &cycle.verdict {
        // Trades of a model were asked for, and nobody was there to write them.
        Verdict::Valid(_)
            if failure.is_some_and(|(asked, _)| asked.part == Part::Trades && asked.nobody_answered()) =>
        {
            Exit::Unreachable
        }
        Verdict::Valid(_) => Exit::Done,
        Verdict::Infeasible(why, _) => {
            let mut lines = vec![format!("{name}: {}", why.sentence())];
            lines.extend(why.relaxation.iter().map(|r| format!("{name}: {}", r.words)));
            tell(&lines);
            Exit::Infeasible
        }
    }
}
