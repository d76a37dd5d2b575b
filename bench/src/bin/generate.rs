//! `generate FAMILY SEED`: documents of a family, one a line.
//!
//! In: the name of a family, the first seed, a size, how many. Out: JSON lines on stdout, as
//! `equipoise batch` and `bench/judge.py` read them. Invariant: the same line for the same arguments.

use std::io::{self, BufWriter, ErrorKind, Write};

use bench::families::{ALL, family};
use bench::{Family, Size};
use clap::Parser;

/// Prints portfolio documents of a family, one a line.
#[derive(Parser)]
#[command(name = "generate", version, after_help = families())]
struct Arguments {
    /// A family, listed below.
    #[arg(value_parser = known)]
    family: Family,
    /// The seed of the first document.
    seed: u64,
    #[command(flatten)]
    size: Size,
    /// Documents, of one seed after the other.
    #[arg(long, default_value_t = 1)]
    count: u64,
}

fn families() -> String {
    let lines: Vec<String> = ALL.iter().map(|f| format!("  {:<11} {}", f.name, f.presses)).collect();
    format!("Families:\n{}", lines.join("\n"))
}

fn known(name: &str) -> Result<Family, String> {
    family(name).ok_or_else(|| "there is no such family; `--help` lists them".to_owned())
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out, &arguments).and_then(|()| out.flush()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn write(out: &mut impl Write, arguments: &Arguments) -> io::Result<()> {
    let Arguments { family, size, .. } = *arguments;
    for n in 0..arguments.count {
        let seed = arguments.seed.saturating_add(n);
        writeln!(out, "{}", (family.document)(seed, size))?;
    }
    Ok(())
}
