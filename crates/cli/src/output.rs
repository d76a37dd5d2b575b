//! Where results go: stdout, or a file for `--out`.
//!
//! Invariants: a reader that has gone away (a closed pipe) ends the output quietly; every other fault
//! of writing is told; a result never replaces the document that it came from.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use crate::failure::Failure;

/// How a result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Tables for people.
    Table,
    /// JSON for programs.
    Json,
}

/// Writes a page for people to stdout; colours only where they are wanted.
pub(crate) fn page(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    quietly(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Writes a page for people to stderr, where stdout has the result itself.
pub(crate) fn aside(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()); // a closed stderr is nobody's fault
}

/// Writes a value as JSON to stdout.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    raw(&json_text(value)?)
}

/// Writes text as it is to stdout.
pub(crate) fn raw(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    quietly(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// A value as indented JSON with a newline at the end.
pub(crate) fn json_text<T: Serialize>(value: &T) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::outside(format!("the result can't be written as JSON ({error})")))?;
    Ok(text + "\n")
}

/// A page without its colours, for a file.
pub(crate) fn plain(page: &str) -> String {
    anstream::adapter::strip_str(page).to_string()
}

/// Refuses a result file that is the input itself, whatever the two are called.
pub(crate) fn spares(input: &str, out: &str) -> Result<(), Failure> {
    match (std::fs::canonicalize(input), std::fs::canonicalize(out)) {
        (Ok(read), Ok(written)) if read == written && read.is_file() => Err(Failure::usage(format!(
            "{out}: is the input itself, which the result would replace; name another file for `--out`"
        ))),
        _ => Ok(()),
    }
}

/// Writes a file.
pub(crate) fn file(path: &str, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| unwritten(path, &error))
}

/// Writes a file that only its owner can read, whole or not at all: what was there before stays until the new one is on the disk.
pub(crate) fn private_file<T>(
    path: &str,
    write: &mut dyn FnMut(&mut dyn Write) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let part = format!("{path}.part");
    let _ = std::fs::remove_file(&part); // of a run that was ended
    let file = crate::books::private(Path::new(&part)).map_err(|error| unwritten(path, &error))?;
    let mut buffered = BufWriter::new(file);
    let done = write(&mut buffered).and_then(|done| {
        let file = buffered.into_inner().map_err(|error| unwritten(path, error.error()))?;
        file.sync_all()
            .and_then(|()| std::fs::rename(&part, path))
            .map_err(|error| unwritten(path, &error))?;
        Ok(done)
    });
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}

/// A file that can't be written.
pub(crate) fn unwritten(path: &str, error: &std::io::Error) -> Failure {
    Failure::outside(format!("{path}: can't be written ({error}); check the folder and its permissions"))
}

fn quietly(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::outside(format!("stdout: can't be written ({error})")))
        }
        _ => Ok(()),
    }
}
