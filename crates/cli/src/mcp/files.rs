//! Portfolio documents in files that the command line names.
//!
//! In: files, or a folder of them. Out: their households by name, and the document of one as the file is now. Invariants: only these files are ever
//! opened; a file of a folder that is no portfolio document is told and left out, one that is named has to be one.

use std::path::Path;

use portfolio::Portfolio;

use super::sight::{Refused, Seen, unknown};
use crate::command_line::note;
use crate::failure::Failure;
use crate::input;

/// Documents.
#[derive(Debug)]
pub(crate) struct Files {
    all: Vec<Document>,
    left_out: Vec<LeftOut>,
}

/// A file with a portfolio document.
#[derive(Debug)]
pub(super) struct Document {
    /// What its household is called here.
    pub(super) household: String,
    /// Its path, as it was named.
    path: String,
}

/// A file of a folder that is none.
#[derive(Debug)]
pub(super) struct LeftOut {
    /// Its name.
    pub(super) file: String,
    /// Why.
    pub(super) why: String,
}

impl Files {
    /// The files that are named, and those of a folder.
    pub(crate) fn of(named: &[String], folder: Option<&Path>) -> Result<Files, Failure> {
        let mut files = Files { all: Vec::new(), left_out: Vec::new() };
        for path in named {
            if path == "-" {
                return Err(Failure::usage("stdin is where the assistant speaks; name a file"));
            }
            let read = read(path)?;
            files.add(path, &read)?;
        }
        for path in folder.map(listed).transpose()?.unwrap_or_default() {
            match read(&path) {
                Ok(read) => files.add(&path, &read)?,
                Err(failure) => {
                    let why = failure.lines.first().cloned().unwrap_or_default();
                    note(format!("left out: {why}"));
                    files.left_out.push(LeftOut { file: file_name(&path), why });
                }
            }
        }
        if files.all.is_empty() {
            return Err(Failure::usage(
                "there is no portfolio document; name files, or with `--folder` a folder of them",
            ));
        }
        Ok(files)
    }

    /// One more document: under its own name, or that of its file where it has none or another has it.
    fn add(&mut self, path: &str, read: &Portfolio) -> Result<(), Failure> {
        let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let own =
            read.household_id.clone().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let names = own.into_iter().chain(stem);
        let taken = |name: &String| self.all.iter().any(|known| known.household == *name);
        let household = names.into_iter().find(|name| !taken(name)).ok_or_else(|| {
            Failure::usage(format!(
                "{path}: another document has the same name; give it another `household_id`"
            ))
        })?;
        self.all.push(Document { household, path: path.to_owned() });
        Ok(())
    }

    /// The names of the households, in order.
    pub(super) fn names(&self) -> Vec<String> {
        self.all.iter().map(|document| document.household.clone()).collect()
    }

    /// The documents.
    pub(super) fn documents(&self) -> &[Document] {
        &self.all
    }

    /// What of the folder is none.
    pub(super) fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The document of a household, as its file is now.
    pub(super) fn seen(&self, name: &str) -> Result<Seen, Refused> {
        let found = self.all.iter().find(|document| document.household == name);
        let document = found.ok_or_else(|| unknown(name, &self.names()))?;
        let text = input::text(&document.path)?;
        let read = portfolio::read(&text).map_err(|error| Failure::document(&document.file(), &error))?;
        Ok(Seen { household: document.household.clone(), text, read })
    }
}

impl Document {
    /// The name of its file.
    pub(super) fn file(&self) -> String {
        file_name(&self.path)
    }
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn read(path: &str) -> Result<Portfolio, Failure> {
    portfolio::read(&input::text(path)?).map_err(|error| Failure::document(path, &error))
}

/// The `.json` files of a folder, by name.
fn listed(folder: &Path) -> Result<Vec<String>, Failure> {
    let unread = |error: std::io::Error| {
        Failure::usage(format!("{}: can't be read ({error}); name a folder", folder.display()))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.extension().is_some_and(|end| end == "json") && path.is_file() {
            let path = path.into_os_string().into_string().map_err(|path| {
                Failure::usage(format!("{}: its name is no UTF-8; rename it", path.to_string_lossy()))
            })?;
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
