//! `measure FAMILY FIRST COUNT`: how long the optimiser takes over documents of a family.
//!
//! In: the name of a family, the first seed, how many, a size. Out: one line: CPU time of one thread per
//! document (median, 90th percentile, slowest), its parts reading and optimising, and how many were proven.
//! Invariant: what is measured is what `equipoise plan` does between the text and the proposal.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use bench::families::{ALL, family};
use bench::{Family, Size, after_a_tick, cpu_time};
use clap::Parser;
use optimize::{Effort, GAP_OPTIMAL, Memory, Options, Outcome};
use portfolio::Portfolio;
use tax::plan_tax::Rates;

/// The allocator of the program that is measured.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the optimiser on documents of a family.
#[derive(Parser)]
#[command(name = "measure", version)]
struct Arguments {
    /// A family, or `all`.
    family: String,
    /// The seed of the first document.
    first: u64,
    /// Documents, of one seed after the other.
    count: u64,
    #[command(flatten)]
    size: Size,
    /// The relative gap at which the search stops.
    #[arg(long, default_value_t = 1e-5)]
    gap: f64,
    /// How many times each is optimised; the shortest time counts.
    #[arg(long, default_value_t = 1)]
    repeat: u32,
    /// Plan each once, move every price by up to half a percent, and measure planning it again from what
    /// the first search has learnt.
    #[arg(long)]
    replan: bool,
    /// A line for each document as well.
    #[arg(long)]
    each: bool,
}

/// What was seen of one document.
struct Seen {
    reading: f64,
    optimising: f64,
    nodes: u64,
    units: u64,
    gap: Option<f64>,
}

/// All that comes before the search.
fn prepared(text: &str) -> Result<(Portfolio, Rates), Box<dyn std::error::Error>> {
    let document = portfolio::read(text)?;
    let rates = rebalance::household_rates::household_rates(&document)?;
    let drift = monitor::monitor(&document);
    Ok((monitor::aim(document, &drift), rates))
}

/// What a search of a document has learnt.
fn learnt(text: &str) -> Result<Arc<Memory>, Box<dyn std::error::Error>> {
    let (aimed, rates) = prepared(text)?;
    Ok(match optimize::optimize(&aimed, &rates, &Options::default()) {
        Outcome::Planned(solution) => Arc::new(solution.memory()),
        Outcome::Infeasible(_) => Arc::default(),
    })
}

/// Measures a document; `before` is what it was a tick ago, where it is planned again.
fn seen(text: &str, before: Option<&str>, gap: f64, repeat: u32) -> Result<Seen, Box<dyn std::error::Error>> {
    let memory = before.map(learnt).transpose()?;
    let start = cpu_time();
    let (aimed, rates) = prepared(text)?;
    let read = cpu_time();
    let options = Options { gap, memory, ..Options::default() };
    let mut outcome = optimize::optimize(&aimed, &rates, &options);
    let mut shortest = cpu_time() - read;
    for _ in 1..repeat {
        let before = cpu_time();
        outcome = optimize::optimize(&aimed, &rates, &options);
        shortest = shortest.min(cpu_time() - before);
    }
    let milliseconds = |d: Duration| d.as_secs_f64() * 1e3;
    let (gap, effort) = match &outcome {
        Outcome::Planned(solution) => (Some(solution.relative_gap), solution.effort),
        Outcome::Infeasible(_) => (None, Effort::default()),
    };
    let (reading, optimising) = (milliseconds(read - start), milliseconds(shortest));
    Ok(Seen { reading, optimising, nodes: effort.nodes, units: effort.units, gap })
}

/// The value below which a part of the sorted values lies.
fn quantile(values: &[f64], part: f64) -> f64 {
    let last = values.len().saturating_sub(1);
    values.get((part * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
}

fn line(
    out: &mut impl Write,
    family: Family,
    arguments: &Arguments,
) -> Result<(), Box<dyn std::error::Error>> {
    let (mut reading, mut optimising) = (Vec::new(), Vec::new());
    let (mut open, mut widest, mut infeasible) = (0, 0.0_f64, 0);
    for seed in arguments.first..arguments.first.saturating_add(arguments.count) {
        let document = (family.document)(seed, arguments.size);
        let (document, before) = if arguments.replan {
            (after_a_tick(&document, seed).to_string(), Some(document.to_string()))
        } else {
            (document.to_string(), None)
        };
        let seen = seen(&document, before.as_deref(), arguments.gap, arguments.repeat)?;
        reading.push(seen.reading);
        optimising.push(seen.optimising);
        infeasible += u32::from(seen.gap.is_none());
        let gap = seen.gap.unwrap_or(0.0);
        open += u32::from(gap > GAP_OPTIMAL);
        widest = widest.max(gap);
        if arguments.each {
            let Seen { optimising, nodes, units, gap, .. } = seen;
            let name = family.name;
            writeln!(out, "  {name} {seed}: {optimising:.3} ms, {nodes} nodes, {units} units, gap {gap:?}")?;
        }
    }
    reading.sort_by(f64::total_cmp);
    optimising.sort_by(f64::total_cmp);
    let at = |part| quantile(&optimising, part);
    writeln!(
        out,
        "{:<11} median {:8.3}  p90 {:8.3}  slowest {:8.3} ms  reading {:7.3}  unproven {open} (widest {widest:.1e})  infeasible {infeasible}",
        family.name,
        at(0.5),
        at(0.9),
        at(1.0),
        quantile(&reading, 0.5),
    )?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let mut out = io::stdout().lock();
    if arguments.family == "all" {
        for family in ALL {
            line(&mut out, family, &arguments)?;
        }
        return Ok(());
    }
    let family = family(&arguments.family).ok_or("there is no such family; `generate --help` lists them")?;
    line(&mut out, family, &arguments)
}
