//! Where results go: stdout, or a file for `--out`.
//!
//! Invariants: a reader that has gone away (a closed pipe) ends the output quietly; every other fault
//! of writing is told; a result never replaces the document that it came from; nothing but our own bold letters drives a terminal,
//! whatever names and words a page shows.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

use serde::Serialize;

use crate::failure::{Failure, printable};

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
    quietly(stdout.write_all(shown(text).as_bytes()).and_then(|()| stdout.flush()))
}

/// The only sequences that our pages have: bold, and as before.
const BOLD: [&str; 2] = ["\u{1b}[1m", "\u{1b}[0m"];

/// A page with our own sequences and nobody else's.
fn shown(page: &str) -> String {
    let mut shown = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find('\u{1b}') {
        shown += &printable(&rest[..at]);
        let ours = BOLD.into_iter().find(|ours| rest[at..].starts_with(ours));
        shown += ours.unwrap_or("\u{fffd}");
        rest = &rest[at + ours.map_or('\u{1b}'.len_utf8(), str::len)..];
    }
    shown + &printable(rest)
}

/// Writes a page for people to stderr, where stdout has the result itself.
pub(crate) fn aside(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _ = stderr.write_all(shown(text).as_bytes()); // a closed stderr is nobody's fault
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_letters_are_bold() {
        let page = "\u{1b}[1mTitle\u{1b}[0m\nA\u{1b}[2J\u{202e}B\u{1b}";
        assert_eq!(shown(page), "\u{1b}[1mTitle\u{1b}[0m\nA\u{fffd}[2J\u{fffd}B\u{fffd}");
    }
}
