//! `equipoise metrics FILE`: the figures (3)–(47) of a portfolio, as far as the inputs carry them.
//!
//! In: a portfolio document and, where given, series of prices, a benchmark, a risk-free rate and
//! fills. Out: one row per figure; one that can't be given says what it needs.

mod inputs;

use std::fmt::Display;

use portfolio::measures::liability::Rates;
use portfolio::measures::report::{Inputs, report};
use portfolio::measures::series::{Benchmark, Prices, RiskFree, fills};
use rebalance::household_rates::household_rates;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `metrics`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio document (JSON), or - for stdin
    file: String,
    /// Prices of what is held: date,TICKER,… or date,ticker,close
    #[arg(long, value_name = "CSV")]
    prices: Option<String>,
    /// Benchmark: date,close or date,return
    #[arg(long, value_name = "CSV")]
    benchmark: Option<String>,
    /// Risk-free rate: date,rate
    #[arg(long, value_name = "CSV")]
    risk_free: Option<String>,
    /// Fills: ticker,side,quantity,decision_price,exec_price
    #[arg(long, value_name = "CSV")]
    fills: Option<String>,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let files = [&arguments.prices, &arguments.benchmark, &arguments.risk_free, &arguments.fills];
    let from_stdin = files.into_iter().flatten().chain([&arguments.file]).filter(|path| *path == "-").count();
    if from_stdin > 1 {
        return Err(Failure::usage("only one file can come from stdin; name the others"));
    }
    let name = input::name(&arguments.file);
    let document =
        portfolio::read(&input::text(&arguments.file)?).map_err(|error| Failure::document(name, &error))?;
    let rates = household_rates(&document).map_err(|error| Failure::input(name, &error))?;
    let prices = read(arguments.prices.as_ref(), Prices::read)?;
    let benchmark = read(arguments.benchmark.as_ref(), Benchmark::read)?;
    let risk_free = read(arguments.risk_free.as_ref(), RiskFree::read)?;
    let rows = report(&Inputs {
        prices: prices.as_ref(),
        benchmark: benchmark.as_ref(),
        risk_free: risk_free.as_ref(),
        fills: read(arguments.fills.as_ref(), fills::read)?.unwrap_or_default(),
        rates: Some(Rates { short_term: rates.short_term, long_term: rates.long_term }),
        ..inputs::held(&document)
    });
    match arguments.format {
        Format::Json => output::json(&rows)?,
        Format::Table => output::page(&page::metrics::page(&rows))?,
    }
    Ok(Exit::Done)
}

/// Reads a series, naming its file in a fault.
fn read<T, E: Display>(
    path: Option<&String>,
    reader: fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    let Some(path) = path else { return Ok(None) };
    reader(&input::text(path)?).map(Some).map_err(|error| Failure::input(input::name(path), &error))
}
