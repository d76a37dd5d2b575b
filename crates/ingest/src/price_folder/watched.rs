//! Which files of a folder have changed, and their text up to the last line that is whole.
//!
//! In: a folder. Out: its files with what tells one state of a file from another, and the text of one. Invariants: a last line without its end is left alone
//! while the file may still be written: until a later look finds it the same, or until it is [`QUIET_SECS`] old; a file
//! that is being replaced and is empty is no news.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use super::file_name::{self, Kind};
use crate::table::FILE_BYTES_MAX;

/// Most files of a folder.
const FILES_MAX: usize = 20_000;
/// After so many seconds a file is not being written any more.
const QUIET_SECS: i64 = 5;

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// When it was written, where the machine says.
    pub(super) fn written(&self) -> Option<Timestamp> {
        self.modified.and_then(|at| Timestamp::try_from(at).ok())
    }

    /// Whether it has not been written for a while, by a clock that is that of the files.
    fn is_quiet(&self, now: Timestamp) -> bool {
        self.written().is_some_and(|at| now.duration_since(at).as_secs() >= QUIET_SECS)
    }
}

/// The files of a folder that are read, by name.
pub(super) fn files(folder: &Path) -> io::Result<BTreeMap<String, (Kind, Stamp)>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(kind) = file_name::kind(&name) else { continue };
        // One that has gone since, or a link to nothing, is not there.
        let Ok(about) = fs::metadata(entry.path()) else { continue };
        if !about.is_file() {
            continue;
        }
        if files.len() == FILES_MAX {
            return Err(io::Error::other(format!(
                "more than {FILES_MAX} files; put those that are wanted elsewhere"
            )));
        }
        files.insert(name, (kind, Stamp { length: about.len(), modified: about.modified().ok() }));
    }
    Ok(files)
}

/// The whole lines of a file, and whether something stands behind them that waits.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) unfinished: bool,
}

/// Why a file can't be read, and what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("larger than {} MiB; split it", FILE_BYTES_MAX >> 20)]
    TooLarge,
    #[error("is no UTF-8 text; save it as CSV in UTF-8")]
    NoText,
    #[error("can't be read ({0})")]
    Withheld(io::Error),
}

impl Unreadable {
    /// Whether it stays so until the file changes.
    pub(super) fn is_lasting(&self) -> bool {
        !matches!(self, Unreadable::Withheld(_))
    }
}

/// Reads a file; `is_settled` where a look before found it the same.
///
/// # Errors
/// [`Unreadable`].
pub(super) fn lines(
    path: &Path,
    stamp: &Stamp,
    is_settled: bool,
    now: Timestamp,
) -> Result<Lines, Unreadable> {
    if usize::try_from(stamp.length).map_or(true, |length| length > FILE_BYTES_MAX) {
        return Err(Unreadable::TooLarge);
    }
    let bytes = fs::read(path).map_err(Unreadable::Withheld)?;
    let ends = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let unfinished = ends < bytes.len() && !is_settled && !stamp.is_quiet(now);
    let whole = if unfinished { &bytes[..ends] } else { &bytes[..] };
    match std::str::from_utf8(whole) {
        Ok(text) => Ok(Lines { text: text.to_owned(), unfinished }),
        Err(_) => Err(Unreadable::NoText),
    }
}
