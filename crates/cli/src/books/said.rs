//! Where a configuration says something: the line of each of its paths, and the figure that stands there.
//!
//! In: the text of a TOML file that can be read. Out: a [`Said`], which gives a fault its line and the figure that was found. Invariant: a text of the
//! file is never shown, since the address of a database may hold a password.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How the words of a fault begin that tell what a figure may be.
const RANGE: &str = "has to be ";

/// What a file says, by path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    /// The file, as messages call it.
    file: String,
    places: BTreeMap<String, Place>,
}

/// A text and where its lines begin: a service may have ten thousand households in its file.
struct Source<'a> {
    text: &'a str,
    /// Bytes at which lines after the first begin.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    fn of(text: &'a str) -> Source<'a> {
        Source { text, lines: text.match_indices('\n').map(|(at, _)| at + 1).collect() }
    }

    /// The line of a byte, from 1.
    fn line(&self, byte: usize) -> usize {
        self.lines.partition_point(|begin| *begin <= byte) + 1
    }
}

/// Where something was said.
#[derive(Debug, Clone)]
struct Place {
    line: usize,
    /// A figure as it was written.
    figure: Option<String>,
    /// A text with nothing in it.
    is_empty: bool,
}

impl Said {
    /// What stands where in a file; nothing of one that is no TOML.
    pub(crate) fn of(file: &str, text: &str) -> Said {
        let mut said = Said { file: file.to_owned(), places: BTreeMap::new() };
        if let Ok(table) = DeTable::parse(text) {
            said.table("", table.get_ref(), &Source::of(text));
        }
        said
    }

    /// A path with its file and its line, as messages begin.
    pub(crate) fn at(&self, path: &str) -> String {
        let line = self.line(path).map_or_else(String::new, |line| format!("line {line}: "));
        if self.file.is_empty() { path.to_owned() } else { format!("{}: {line}{path}", self.file) }
    }

    /// A fault `PATH: WORDS` with its line, and with the figure that was found where the words tell what it may be.
    pub(crate) fn fault(&self, fault: &str) -> String {
        let (path, words) = fault.split_once(": ").unwrap_or((fault, ""));
        let line = self.line(path).map_or_else(String::new, |line| format!("line {line}: "));
        let figure = self.places.get(path).and_then(|place| place.figure.as_ref());
        let found = figure.filter(|_| words.starts_with(RANGE));
        let found = found.map_or_else(String::new, |figure| format!(", and is {figure}"));
        format!("{line}{fault}{found}")
    }

    /// A fault for each text with nothing in it: none of them means anything.
    pub(crate) fn empty(&self) -> Vec<String> {
        let empty = self.places.iter().filter(|(_, place)| place.is_empty);
        empty.map(|(path, _)| format!("{path}: is empty; write what it is, or leave the line out")).collect()
    }

    /// The line of a path, or of the nearest table around it that is there.
    fn line(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(path) {
                return Some(place.line);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    fn table(&mut self, path: &str, table: &DeTable<'_>, source: &Source<'_>) {
        for (key, value) in table.iter() {
            let key_path =
                if path.is_empty() { key.get_ref().to_string() } else { format!("{path}.{}", key.get_ref()) };
            self.value(key_path, key.span().start, value, source);
        }
    }

    fn value(&mut self, path: String, start: usize, value: &Spanned<DeValue<'_>>, source: &Source<'_>) {
        let figure = match value.get_ref() {
            DeValue::Integer(_) | DeValue::Float(_) => source.text.get(value.span()).map(str::to_owned),
            _ => None,
        };
        let is_empty = matches!(value.get_ref(), DeValue::String(text) if text.trim().is_empty());
        match value.get_ref() {
            DeValue::Table(table) => self.table(&path, table, source),
            DeValue::Array(array) => {
                for (place, value) in array.iter().enumerate() {
                    self.value(format!("{path}[{place}]"), value.span().start, value, source);
                }
            }
            _ => {}
        }
        self.places.insert(path, Place { line: source.line(start), figure, is_empty });
    }
}

/// The line of a byte, from 1.
pub(super) fn line(text: &str, byte: usize) -> usize {
    Source::of(text).line(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "database = \"postgres://ann:secret@host/x\"\ncheckpoints = \" \"\n\n[service]\ntick_secs = 0\n\n[[households]]\nname = \"smith\"\n\
                        [[households]]\nname = \"jones\"\n[households.approval]\nvalid_minutes = -1_0\n";

    #[test]
    fn a_fault_has_its_line_and_a_range_the_figure_that_was_found() {
        let said = Said::of("f.toml", FILE);
        let told = |fault: &str| said.fault(fault);
        assert_eq!(
            told("service.tick_secs: has to be between 1 and 9"),
            "line 5: service.tick_secs: has to be between 1 and 9, and is 0"
        );
        assert_eq!(
            told("households[1].approval.valid_minutes: has to be 1 or more"),
            "line 12: households[1].approval.valid_minutes: has to be 1 or more, and is -1_0"
        );
        // What is not there has the line of what is around it.
        assert_eq!(told("households[0].owner: say who"), "line 7: households[0].owner: say who");
        assert_eq!(told("csv.folder: name it"), "csv.folder: name it");
        assert_eq!(told("service.tick_secs: is odd"), "line 5: service.tick_secs: is odd");
    }

    #[test]
    fn an_empty_text_is_a_fault_and_no_text_is_shown() {
        let said = Said::of("f.toml", FILE);
        assert_eq!(said.empty(), ["checkpoints: is empty; write what it is, or leave the line out"]);
        assert_eq!(said.at("database"), "f.toml: line 1: database");
        assert_eq!(said.fault("database: has to be an address"), "line 1: database: has to be an address");
    }
}
