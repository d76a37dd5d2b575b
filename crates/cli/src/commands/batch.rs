//! `equipoise batch IN.jsonl --out OUT.jsonl`: plans for many documents.
//!
//! In: one portfolio document per line. Out: one line each, in the same order: the plan document, or
//! `{"line", "error"}`, which is the answer to an empty line as well. Invariants: a bad document stops nothing, whatever is in it,
//! bytes that are no text and panics included; the output is the same whatever the number of jobs;
//! memory does not grow with the input ([`pipeline`], [`portion`]).

mod pipeline;
mod portion;

use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rebalance::Options;
use serde_json::json;

use self::pipeline::Ended;
use self::portion::{Lines, Portion};
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

/// Documents that are under way, with the answers that wait for a slow one before them: some ten
/// thousand small ones.
const UNDER_WAY_BYTES: usize = 64 << 20;

/// The answers to a portion of documents.
struct Answers {
    /// One line per document.
    text: Vec<u8>,
    documents: usize,
    faults: usize,
    /// Bytes of the input.
    length: usize,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let jobs = arguments.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|error| Failure::outside(format!("the threads can't be started ({error})")))?;
    output::spares(&arguments.input, &arguments.out)?;
    let (reader, bytes) = open(&arguments.input)?;
    let mut writer = create(&arguments.out)?;
    let bar = progress(bytes);
    let started = Instant::now();
    let (mut documents, mut faults) = (0_usize, 0_usize);
    let mut lines = Lines::new(reader, input::BYTES_MAX);
    let write = |answers: Answers| {
        writer.write_all(&answers.text)?;
        documents += answers.documents;
        faults += answers.faults;
        bar.inc(answers.length as u64);
        bar.set_message(rate(documents, faults, started.elapsed()));
        Ok(())
    };
    let worked = pipeline::run(&pool, UNDER_WAY_BYTES, || lines.next(), |portion| answers(&portion), write);
    match worked.and_then(|()| writer.flush().map_err(Ended::Writing)) {
        Ok(()) => {}
        Err(Ended::Reading(error)) => {
            let name = input::name(&arguments.input);
            return Err(Failure::outside(format!("{name}: can't be read ({error})")));
        }
        Err(Ended::Writing(error)) => return unwritten(&arguments.out, &error),
    }
    bar.finish_and_clear();
    note(rate(documents, faults, started.elapsed()));
    Ok(Exit::Done)
}

/// The lines that answer a portion.
fn answers(portion: &Portion) -> Answers {
    let documents = portion.documents();
    let mut answers =
        Answers { text: Vec::new(), documents: documents.len(), faults: 0, length: portion.length };
    for (number, document) in documents {
        let before = answers.text.len();
        if let Err(error) = answer(document, &mut answers.text) {
            answers.text.truncate(before);
            answers.faults += 1;
            let told = json!({"line": number, "error": error}).to_string();
            answers.text.extend_from_slice(told.as_bytes());
        }
        answers.text.push(b'\n');
    }
    answers
}

/// Writes the plan for a document, or says why there is none.
fn answer(document: Option<&[u8]>, out: &mut Vec<u8>) -> Result<(), String> {
    let document = document.ok_or("the line is larger than 1 GiB; a document is much smaller")?;
    if document.is_empty() {
        return Err("the line is empty; a line is one portfolio document".to_owned());
    }
    let text = std::str::from_utf8(document)
        .map_err(|error| format!("not UTF-8 (byte {} of the line)", error.valid_up_to() + 1))?;
    let planned = caught(|| {
        let cycle = rebalance::cycle(text, &Options::default())
            .map_err(|error| error.to_string().replace('\n', "; "))?;
        serde_json::to_writer(out, &cycle.plan).map_err(|error| error.to_string())
    });
    planned
        .map_err(|place| format!("an internal check failed at {place}; please report it with the document"))?
}

fn open(path: &str) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    if path == "-" {
        return Ok((Box::new(std::io::stdin()), None));
    }
    let unread = |error| {
        Failure::usage(format!("{path}: can't be read ({error}); check the name and its permissions"))
    };
    let file = File::open(path).map_err(unread)?;
    let bytes = file.metadata().map_err(unread)?;
    if bytes.is_dir() {
        return Err(Failure::usage(format!("{path}: is a folder; name a file of documents, one per line")));
    }
    Ok((Box::new(file), Some(bytes.len())))
}

/// Each portion is written at once, so nothing is buffered here.
fn create(path: &str) -> Result<Box<dyn Write + Send>, Failure> {
    if path == "-" {
        return Ok(Box::new(std::io::stdout()));
    }
    let file = File::create(path).map_err(|error| {
        Failure::outside(format!("{path}: can't be written ({error}); check the folder and its permissions"))
    })?;
    Ok(Box::new(file))
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

    fn answered(text: &[u8]) -> Vec<String> {
        let portion = Lines::new(text, 1000).next().unwrap().unwrap();
        String::from_utf8(answers(&portion).text).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_bad_document_is_answered_with_its_line() {
        let told = answered(b"\n\n\xff\xfe\n[]\n");
        assert!(
            told[0].starts_with(r#"{"line":1,"error":"the line is empty"#)
                && told[1].starts_with(r#"{"line":2,"#)
        );
        assert_eq!(told[2], r#"{"line":3,"error":"not UTF-8 (byte 1 of the line)"}"#);
        assert!(told[3].starts_with(r#"{"line":4,"#), "{}", told[3]);
        let long = [&b"{}\n"[..], &[b'7'; 2000], b"\n"].concat();
        assert!(answered(&long)[1].starts_with(r#"{"line":2,"error":"the line is larger"#), "{long:?}");
    }
}
