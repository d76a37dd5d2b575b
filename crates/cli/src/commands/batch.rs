//! `equipoise batch IN.jsonl --out OUT.jsonl`: plans for many documents.
//!
//! In: one portfolio document per line. Out: one line each, in the same order: the plan document, or
//! `{"line", "error"}`. Empty lines are skipped and have no line in the output; `line` counts the
//! lines of the input, empty ones too. Invariants: a bad document stops nothing, whatever is in it,
//! bytes that are no text and panics included; memory is bounded by a chunk of documents.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use rebalance::Options;
use serde_json::json;

use crate::command_line::{caught, note};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{input, output};

/// Arguments of `batch`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio documents, one JSON document per line; - for stdin
    input: String,
    /// Where the plans go, one per line; - for stdout
    #[arg(long, value_name = "OUT.jsonl")]
    out: String,
    /// How many work at once; the number of cores by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

/// Documents that are planned together: enough for every core, few enough to fit.
const CHUNK_DOCUMENTS: usize = 256;
/// A chunk ends early when its documents are this long together.
const CHUNK_BYTES: usize = 64 << 20;

/// A line of the input and its number, from 1.
struct Line {
    number: usize,
    bytes: Vec<u8>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let jobs = arguments.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|error| Failure::outside(format!("the threads can't be started ({error})")))?;
    output::spares(&arguments.input, &arguments.out)?;
    let (mut reader, bytes) = open(&arguments.input)?;
    let mut writer = create(&arguments.out)?;
    let bar = progress(bytes);
    let started = Instant::now();
    let (mut documents, mut faults, mut number) = (0_usize, 0_usize, 0_usize);
    loop {
        let chunk = chunk(&mut reader, &mut number).map_err(|error| {
            Failure::outside(format!("{}: can't be read ({error})", input::name(&arguments.input)))
        })?;
        if chunk.is_empty() {
            break;
        }
        let planned: Vec<(String, bool)> = pool.install(|| chunk.par_iter().map(answer).collect());
        for (answer, good) in planned {
            faults += usize::from(!good);
            if let Err(error) = writeln!(writer, "{answer}") {
                return unwritten(&arguments.out, &error);
            }
        }
        documents += chunk.len();
        bar.inc(chunk.iter().map(|l| l.bytes.len() as u64 + 1).sum());
        bar.set_message(rate(documents, faults, started.elapsed()));
    }
    if let Err(error) = writer.flush() {
        return unwritten(&arguments.out, &error);
    }
    bar.finish_and_clear();
    note(rate(documents, faults, started.elapsed()));
    Ok(Exit::Done)
}

/// The line that answers a document, and whether it is a plan.
fn answer(line: &Line) -> (String, bool) {
    let planned = std::str::from_utf8(&line.bytes)
        .map_err(|error| format!("not UTF-8 (byte {} of the line)", error.valid_up_to() + 1))
        .and_then(|text| {
            caught(|| rebalance::cycle(text, &Options::default()))
                .map_err(|place| {
                    format!("an internal check failed at {place}; please report it with the document")
                })?
                .map_err(|error| error.to_string().replace('\n', "; "))
        })
        .and_then(|cycle| serde_json::to_string(&cycle.plan).map_err(|error| error.to_string()));
    match planned {
        Ok(plan) => (plan, true),
        Err(error) => (json!({"line": line.number, "error": error}).to_string(), false),
    }
}

/// The next documents; none at the end.
fn chunk(reader: &mut dyn BufRead, number: &mut usize) -> std::io::Result<Vec<Line>> {
    let (mut lines, mut size) = (Vec::new(), 0);
    while lines.len() < CHUNK_DOCUMENTS && size < CHUNK_BYTES {
        let mut bytes = Vec::new();
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        *number += 1;
        size += bytes.len();
        if !bytes.trim_ascii().is_empty() {
            lines.push(Line { number: *number, bytes: bytes.trim_ascii().to_vec() });
        }
    }
    Ok(lines)
}

fn open(path: &str) -> Result<(Box<dyn BufRead>, Option<u64>), Failure> {
    if path == "-" {
        return Ok((Box::new(BufReader::new(std::io::stdin())), None));
    }
    let unread = |error| {
        Failure::usage(format!("{path}: can't be read ({error}); check the name and its permissions"))
    };
    let file = File::open(path).map_err(unread)?;
    let bytes = file.metadata().map_err(unread)?;
    if bytes.is_dir() {
        return Err(Failure::usage(format!("{path}: is a folder; name a file of documents, one per line")));
    }
    Ok((Box::new(BufReader::new(file)), Some(bytes.len())))
}

fn create(path: &str) -> Result<Box<dyn Write>, Failure> {
    if path == "-" {
        return Ok(Box::new(BufWriter::new(std::io::stdout())));
    }
    let file = File::create(path).map_err(|error| {
        Failure::outside(format!("{path}: can't be written ({error}); check the folder and its permissions"))
    })?;
    Ok(Box::new(BufWriter::new(file)))
}

/// A reader that has gone away ends the work quietly.
fn unwritten(path: &str, error: &std::io::Error) -> Result<Exit, Failure> {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        return Ok(Exit::Done);
    }
    Err(Failure::outside(format!("{path}: can't be written ({error})")))
}

/// A bar on a terminal, nothing elsewhere.
fn progress(bytes: Option<u64>) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, shape) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), "{bar:30} {percent:>3} %  {msg}  {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner}  {msg}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(shape) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// `100,000 documents in 12.3 s, 8,130 a second, 3 with an error`.
fn rate(documents: usize, faults: usize, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64().max(1e-9);
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let per_second = documents as f64 / seconds;
    let plural = if documents == 1 { "" } else { "s" };
    format!(
        "{documents} document{plural} in {seconds:.2} s, {per_second:.0} a second, {faults} with an error"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_and_empty_ones_skipped() {
        let mut reader: &[u8] = b"{}\n\n  \n{\"a\": 1}\r\nlast";
        let mut number = 0;
        let lines = chunk(&mut reader, &mut number).unwrap();
        let told: Vec<(usize, &[u8])> = lines.iter().map(|l| (l.number, l.bytes.as_slice())).collect();
        assert_eq!(told, [(1, &b"{}"[..]), (4, &b"{\"a\": 1}"[..]), (5, &b"last"[..])]);
        assert!(chunk(&mut reader, &mut number).unwrap().is_empty());
    }

    #[test]
    fn a_bad_document_is_answered_with_its_line() {
        let answer = |bytes: &[u8]| answer(&Line { number: 7, bytes: bytes.to_vec() });
        let (text, good) = answer(b"\xff\xfe");
        assert_eq!((text.as_str(), good), (r#"{"error":"not UTF-8 (byte 1 of the line)","line":7}"#, false));
        assert!(answer(b"[]").0.contains("\"line\":7"));
    }
}
