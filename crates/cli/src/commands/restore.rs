//! `equipoise restore FILE --folder NEW`: books from a backup, verified before anybody relies on them.
//!
//! In: a backup, the keys of the books that it is of, perhaps a checkpoint that was kept outside. Out: new books, and what was
//! compared: the log against its checkpoints, cash and lots against the rows of the backup and against the portfolio documents.
//! Exit 1 where something differs; the books are left for whoever looks into it. Invariant: only empty books are restored into.

mod holdings;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use store::BackupError;

use super::audit::Findings;
use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use holdings::Holdings;

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Backup that `equipoise backup` wrote
    file: String,
    /// Where the new books go; their keys have to be those of the old ones (`--keys`, or the variables)
    #[command(flatten)]
    place: Place,
    /// A file of checkpoints, or one signed checkpoint, that was kept elsewhere
    #[arg(long, value_name = "FILE")]
    since: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let name = &arguments.file;
    let unread = |error: std::io::Error| {
        Failure::usage(format!("{name}: can't be read ({error}); check the name and its permissions"))
    };
    let file = File::open(name).map_err(unread)?;
    let wanted = Holdings::of_backup(&mut BufReader::new(File::open(name).map_err(unread)?))
        .map_err(|why| Failure::usage(format!("{name}: {why}")))?;
    let made = carried(&arguments.place)?;
    let restored = restored(arguments, &file).inspect_err(|_| made.undo());
    let (books, rows) = restored?;
    let mut page = format!("{}: {rows} rows restored from {name}\n", books.settings.name);
    let found = Holdings::of_books(&books)?;
    let differences = wanted.differences(&found);
    page += &found.page(&differences);
    let findings = Findings::of(&books, &books.trust(), arguments.since.as_deref())?;
    page += &findings.page();
    output::page(&page)?;
    Ok(if findings.are_sound() && differences.is_empty() { Exit::Done } else { Exit::CheckFailed })
}

fn restored(arguments: &Arguments, file: &File) -> Result<(OpenBooks, u64), Failure> {
    let name = &arguments.file;
    let books = OpenBooks::restored(&arguments.place, &mut |store| {
        store.restore(&mut BufReader::new(file)).map(|summary| summary.rows).map_err(|error| match error {
            BackupError::Books(error) => Failure::usage(format!("{name}: {error}; nothing was restored")),
            other => Failure::usage(format!("{name}: {other}")),
        })
    })?;
    Ok(books)
}

/// What was made before anything was restored.
struct Made(Vec<PathBuf>);

impl Made {
    /// Takes it away again.
    fn undo(&self) {
        for path in self.0.iter().rev() {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Copies of the keys in the new folder, so that it can be used by itself.
fn carried(place: &Place) -> Result<Made, Failure> {
    let (Some(keys), Some(folder)) = (&place.keys, &place.folder) else { return Ok(Made(Vec::new())) };
    let into = folder.join("keys");
    let unmade = |path: &Path, error: std::io::Error| {
        Failure::outside(format!("{}: can't be made ({error})", path.display()))
    };
    std::fs::create_dir_all(&into).map_err(|error| unmade(&into, error))?;
    let mut made = Made(Vec::new());
    for name in ["master.key", "log.key"] {
        let (from, to) = (keys.join(name), into.join(name));
        if from == to || to.exists() {
            continue;
        }
        let text = std::fs::read_to_string(&from)
            .map_err(|error| Failure::usage(format!("{}: can't be read ({error})", from.display())))?;
        crate::books::written(&to, text.trim()).map_err(|error| unmade(&to, error))?;
        made.0.push(to);
    }
    Ok(made)
}
