//! The file of checkpoints: what is kept of the log outside the database.
//!
//! In: a path and the log's key. Out: the checkpoints of the file, verified; or one more at its end, on the disk before anybody is told.
//! Invariants: the file only grows, but for an entry whose writing was cut off; one program adds to it at a time.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use audit::checkpoint_file::{self, CheckpointFile, EntryError};
use audit::{Checkpoint, SignedCheckpoint, Trust};
use store::Store;

use crate::command_line::note;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;

/// Checkpoints of a file that has to be there: a file of checkpoints, or one checkpoint as it was signed.
pub(crate) fn kept(path: &str, trust: &Trust) -> Result<Vec<Checkpoint>, Failure> {
    let text = input::text(path)?;
    let name = input::name(path);
    if !text.starts_with("old ") {
        let signed = SignedCheckpoint::parse(&text).map_err(|error| Failure::input(name, &error))?;
        let checkpoint = signed.verify(trust).map_err(|error| refused(name, &error))?;
        return Ok(vec![checkpoint.clone()]);
    }
    let file = CheckpointFile::read(&text, trust).map_err(|error| refused(name, &error))?;
    if file.checkpoints.is_empty() {
        return Err(Failure::usage(format!("{name}: holds no whole checkpoint")));
    }
    if file.torn_bytes > 0 {
        note(format!(
            "{name}: the last {} bytes are an entry whose writing was cut off, and don't count",
            file.torn_bytes
        ));
    }
    Ok(file.checkpoints)
}

/// The file of checkpoints of these books; one that is not there is empty.
pub(super) fn read(path: &Path, trust: &Trust) -> Result<Vec<Checkpoint>, Failure> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let file = CheckpointFile::read(&text, trust).map_err(|error| refused(&name, &error))?;
            Ok(file.checkpoints)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::outside(format!("{name}: can't be read ({error})"))),
    }
}

/// Checkpoints that are not the log's, or contradict each other: the check has failed.
fn refused(name: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure { exit: Exit::CheckFailed, ..Failure::input(name, error) }
}

/// Adds a checkpoint at the end.
pub(super) fn add(
    path: &Path,
    signed: &SignedCheckpoint,
    trust: &Trust,
    store: &Store,
    books: &str,
) -> Result<(), Failure> {
    let name = path.display().to_string();
    let unwritten = |error: std::io::Error| {
        Failure::outside(format!(
            "{name}: a checkpoint can't be added ({error}); what was done is in the books all the same"
        ))
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(unwritten)?;
    }
    let mut options = OpenOptions::new();
    let mut file =
        options.read(true).write(true).create(true).truncate(false).open(path).map_err(unwritten)?;
    // Held until the file is closed: another program's entry is whole before ours follows it.
    file.lock().map_err(unwritten)?;
    let (known, end) = whole(&mut file, &name, trust)?;
    let last = known.checkpoints.last();
    let shrunk = |error: &dyn std::fmt::Display| Failure {
        exit: Exit::CheckFailed,
        lines: vec![format!("{books}: {error} ({name}); run `equipoise audit verify`")],
    };
    let new = signed.unverified().size;
    if let Some(last) = last.map(|last| last.size).filter(|last| *last > new) {
        // Somebody who signed a moment later was here first; what the file has covers ours, if the log still has it.
        let now = store.frontier().map_err(|error| super::failed(books, &error))?;
        return if last <= now.size() { Ok(()) } else { Err(shrunk(&EntryError::Shrunk { last, new })) };
    }
    let needs = checkpoint_file::entry_needs(last, signed).map_err(|error| shrunk(&error))?;
    let nodes = store.nodes(&needs).map_err(|error| super::failed(books, &error))?;
    let entry = checkpoint_file::entry(last, signed, &nodes, trust).map_err(|error| shrunk(&error))?;
    if entry.is_empty() {
        return Ok(());
    }
    file.set_len(end).and_then(|()| file.seek(SeekFrom::End(0))).map_err(unwritten)?;
    file.write_all(entry.as_bytes()).and_then(|()| file.sync_all()).map_err(unwritten)
}

/// What a file has, and where its last whole entry ends.
fn whole(file: &mut File, name: &str, trust: &Trust) -> Result<(CheckpointFile, u64), Failure> {
    let mut text = String::new();
    file.read_to_string(&mut text)
        .map_err(|error| Failure::outside(format!("{name}: can't be read ({error})")))?;
    let known = CheckpointFile::read(&text, trust).map_err(|error| refused(name, &error))?;
    let end = u64::try_from(known.whole_bytes).unwrap_or(u64::MAX);
    Ok((known, end))
}
