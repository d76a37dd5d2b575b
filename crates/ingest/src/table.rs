//! The rows of a CSV file, each with its number, as a spreadsheet shows it.
//!
//! In: text. Out: rows of cells without blanks around them; rows without content are left out and counted. Invariant: the limits
//! below, so that no file takes more memory than a few times its size.

use csv::{ReaderBuilder, Trim};

use crate::fault::{Fault, Place};

/// Largest file, bytes.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// Most rows of a file.
const ROWS_MAX: usize = 300_000;
/// Most cells of a row.
const CELLS_MAX: usize = 400;

/// A row with content.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Where it stands.
    pub(crate) place: Place,
    /// Its cells.
    pub(crate) cells: Vec<String>,
}

impl Row {
    /// A cell; empty where the row is shorter.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// Whether only the first cell has content: a title.
    pub(crate) fn is_title(&self) -> bool {
        !self.cell(0).is_empty() && self.cells.iter().skip(1).all(String::is_empty)
    }
}

/// Reads the rows of a file; lines that begin with `#` are comments where the format has them.
pub(crate) fn rows(file: &str, text: &str, comments: bool) -> Result<Vec<Row>, Fault> {
    if text.len() > FILE_BYTES_MAX {
        return Err(Fault::of(file, format!("larger than {} MiB; split it", FILE_BYTES_MAX >> 20)));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .comment(comments.then_some(b'#'))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut counted = Lines { text: text.as_bytes(), at: 0, line: 1, comments };
    for record in reader.records() {
        let record = record.map_err(|error| Fault::of(file, format!("can't be read as CSV ({error})")))?;
        let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let place = Place::row(file, counted.until(start));
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == ROWS_MAX {
            return Err(Fault::at(&place, format!("more than {ROWS_MAX} rows; split the file")));
        }
        if record.len() > CELLS_MAX {
            return Err(Fault::at(&place, format!("more than {CELLS_MAX} columns; is a quote missing?")));
        }
        rows.push(Row { place, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(rows)
}

/// Counts lines as records go by; a record may seem to start on empty lines and comments before it.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
    comments: bool,
}

impl Lines<'_> {
    /// The line, from 1, of the record at `start`; starts only grow.
    fn until(&mut self, start: usize) -> u64 {
        while self.at < start {
            self.step();
        }
        loop {
            match self.text.get(self.at) {
                Some(b'\r' | b'\n') => self.step(),
                Some(b'#') if self.comments => {
                    while self.text.get(self.at).is_some_and(|byte| *byte != b'\n') {
                        self.at += 1;
                    }
                }
                _ => return self.line,
            }
        }
    }

    fn step(&mut self) {
        match self.text.get(self.at) {
            Some(byte) => {
                self.line += u64::from(*byte == b'\n');
                self.at += 1;
            }
            None => self.at = usize::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_the_numbers_that_a_spreadsheet_shows() {
        let text = "\u{feff}# a comment, with \"quotes\"\r\n\r\na,b\r\n,,\r\n1,\"two\nlines\"\r\n\n#x\n2\n";
        let read = rows("f.csv", text, true).unwrap();
        let found: Vec<(u64, &str)> = read.iter().map(|r| (r.place.row, r.cell(0))).collect();
        assert_eq!(found, [(3, "a"), (5, "1"), (9, "2")]);
        assert_eq!(read[2].cell(1), "");
        assert!(read[2].is_title() && !read[1].is_title());
    }

    #[test]
    fn too_wide_is_refused() {
        assert!(rows("f", &",x".repeat(500), false).unwrap_err().to_string().contains("columns"));
    }
}
