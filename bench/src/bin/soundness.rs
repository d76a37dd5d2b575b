//! `soundness FAMILY FIRST COUNT`: what the optimiser says of documents of a family, checked by force.
//!
//! In: the name of a family or `all`, the first seed, how many, a size. Out: a line for each fault, with
//! family, seed and check, and a summary for each family; exit 1 where there is a fault. Invariant: the same
//! lines for the same arguments, whatever the number of threads.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use bench::families::{ALL, family};
use bench::soundness::{Depth, Examined, Task, examine, ours};
use bench::{Family, Size, cpu_time};
use clap::Parser;
use optimize::Outcome;
use rayon::prelude::*;

/// Checks the optimiser's answers on documents of a family.
#[derive(Parser)]
#[command(name = "soundness", version)]
struct Arguments {
    /// A family, or `all`.
    family: String,
    /// The seed of the first document.
    first: u64,
    /// Documents, of one seed after the other.
    count: u64,
    #[command(flatten)]
    size: Size,
    /// Moves of each attack.
    #[arg(long, default_value_t = 2_000)]
    moves: usize,
    /// Rules made stricter in turn.
    #[arg(long, default_value_t = 2)]
    tightened: usize,
    /// Leave out documents in other words, at extremes, on a grid and with the work cut short.
    #[arg(long)]
    plain: bool,
    /// Tell on stderr of each answer that took more seconds of CPU time than this.
    #[arg(long)]
    slow: Option<f64>,
    /// A folder that the documents go to on which something is wrong.
    #[arg(long)]
    into: Option<PathBuf>,
    /// Remarks as well: proofs left open, attacks without a footing.
    #[arg(long)]
    remarks: bool,
}

/// Documents between two lines of progress.
const CHUNK: u64 = 100;

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let families: Vec<Family> = match (arguments.family.as_str(), family(&arguments.family)) {
        ("all", _) => ALL.to_vec(),
        (_, Some(family)) => vec![family],
        (name, None) => {
            writeln!(io::stderr(), "there is no family `{name}`; `generate --help` lists them")?;
            return Ok(ExitCode::from(2));
        }
    };
    let mut faults = 0;
    for family in families {
        faults += examined(&mut io::stdout().lock(), family, &arguments)?;
    }
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Examines the documents of a family; the number of faults.
fn examined(out: &mut impl Write, family: Family, arguments: &Arguments) -> io::Result<usize> {
    let size = arguments.size;
    let depth = Depth { moves: arguments.moves, tightened: arguments.tightened, others: !arguments.plain };
    let mut by_check: BTreeMap<&'static str, usize> = BTreeMap::new();
    let (mut answers, mut proven, mut none) = (0, 0, 0);
    let mut reached = Vec::new();
    let mut done = 0;
    while done < arguments.count {
        let first = arguments.first.saturating_add(done);
        let seeds: Vec<u64> = (first..first.saturating_add(CHUNK.min(arguments.count - done))).collect();
        let seen: Vec<Examined> = seeds
            .par_iter()
            .map(|seed| {
                let planner =
                    |task: &Task, effort_max| timed(arguments.slow, (family, *seed), task, effort_max);
                examine(&(family.document)(*seed, size), &planner, depth)
            })
            .collect();
        for (seed, seen) in seeds.iter().zip(seen) {
            answers += seen.answers;
            proven += seen.proven;
            none += seen.none;
            reached.extend(seen.reached);
            for fault in seen.faults {
                *by_check.entry(fault.check).or_default() += 1;
                writeln!(out, "{} {seed}: FAULT {}: {}", family.name, fault.check, fault.detail)?;
                if let Some(folder) = &arguments.into {
                    let document = fault.made.unwrap_or_else(|| (family.document)(*seed, size));
                    let n: usize = by_check.values().sum();
                    let path = folder.join(format!("{}-{seed}-{n}-{}.json", family.name, fault.check));
                    std::fs::write(path, document.to_string())?;
                }
            }
            for remark in seen.remarks.iter().filter(|_| arguments.remarks) {
                writeln!(out, "{} {seed}: remark: {remark}", family.name)?;
            }
        }
        done += seeds.len() as u64;
        if done < arguments.count {
            writeln!(io::stderr(), "{}: {done} of {}", family.name, arguments.count)?;
        }
    }
    let faults = by_check.values().sum();
    writeln!(
        out,
        "{}: {done} documents, {answers} answers, {proven} proven, {none} without a plan, {} open; attacks from doing nothing came \
         within {:.0e} of the bound (median), {:.0e} (9 in 10); {faults} faults{}",
        family.name,
        answers - proven - none,
        quantile(&mut reached, 0.5),
        quantile(&mut reached, 0.9),
        by_check.iter().map(|(check, n)| format!(", {n} {check}")).collect::<String>()
    )?;
    out.flush()?;
    Ok(faults)
}

/// Our own answer; told of where it took long.
fn timed(slow: Option<f64>, (family, seed): (Family, u64), task: &Task, effort_max: u64) -> Outcome {
    let start = cpu_time();
    let outcome = ours(task, effort_max);
    let seconds = (cpu_time() - start).as_secs_f64();
    if slow.is_some_and(|most| seconds > most) {
        let wishes: Vec<String> = task.portfolio.preferences.iter().map(ToString::to_string).collect();
        let what = match &outcome {
            Outcome::Planned(solution) => format!("gap {:.1e}", solution.relative_gap),
            Outcome::Infeasible(why) => why.sentence(),
        };
        let told = format!("{} {seed}: {seconds:.1} s: {what}; {}", family.name, wishes.join(" "));
        // Whether anybody hears it changes nothing.
        let _ = writeln!(io::stderr(), "{told}");
    }
    outcome
}

/// The value below which a part of the values lies.
fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((part * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
}
