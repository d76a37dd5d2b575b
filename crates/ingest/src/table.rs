//! The rows of a CSV file, each with its number, as a spreadsheet shows it.
//!
//! In: text. Out: rows of cells without blanks around them; rows without content are left out and counted. Invariant: the limits
//! below, so that no file takes more memory than a few times its size; a quote that is missing or too many swallows no row: a cell ends on its line.

use csv::ReaderBuilder;

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

    /// Whether it is a header whose columns are parted by something else than commas.
    pub(crate) fn is_parted_otherwise(&self) -> bool {
        self.is_title() && self.cell(0).contains(['\t', ';'])
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
    // The mark of UTF-8, and what becomes of it where a file was saved once more in another encoding.
    let text = ["\u{feff}", "\u{ef}\u{bb}\u{bf}"]
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(comments.then_some(b'#'))
        .from_reader(text.as_bytes());
    let (mut rows, mut last) = (Vec::new(), 0);
    let mut counted = Lines { text: text.as_bytes(), at: 0, line: 1, comments };
    for record in reader.records() {
        let record = record.map_err(|error| Fault::of(file, format!("can't be read as CSV ({error})")))?;
        let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let place = Place::row(file, counted.until(start));
        last = start;
        if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
            return Err(Fault::at(
                &place,
                "a cell goes on in the next line: a quote is missing, or take the line break out",
            ));
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == ROWS_MAX {
            return Err(Fault::at(&place, format!("more than {ROWS_MAX} rows; split the file")));
        }
        if record.len() > CELLS_MAX {
            return Err(Fault::at(&place, format!("more than {CELLS_MAX} columns; is a quote missing?")));
        }
        rows.push(Row { place, cells: record.iter().map(|cell| cell.trim().to_owned()).collect() });
    }
    let is_open = text.as_bytes().get(last..).is_some_and(|end| count_quotes(end) % 2 == 1);
    if let (true, Some(row)) = (is_open, rows.last()) {
        return Err(Fault::at(&row.place, "a quote is open at the end of the file; close it or take it out"));
    }
    Ok(rows)
}

fn count_quotes(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'"').count()
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
        let text =
            "\u{feff}# a comment, with \"quotes\"\r\n\r\na,b\r\n,,\r\n1,\" two words \"\r\n\n\n#x\n2\n";
        let read = rows("f.csv", text, true).unwrap();
        let found: Vec<(u64, &str)> = read.iter().map(|r| (r.place.row, r.cell(0))).collect();
        assert_eq!(found, [(3, "a"), (5, "1"), (9, "2")]);
        assert_eq!(read[2].cell(1), "");
        assert!(read[2].is_title() && !read[1].is_title());
    }

    #[test]
    fn a_quote_that_is_missing_or_too_many_swallows_no_row() {
        for (text, place) in [
            ("a,b\n1,\"two\n3,4\n", "row 2"),
            ("a,b\n1,2\n3,\"4", "row 3"),
            ("a,b\n1,\"two\n3,\"4\n5,6\n", "row 2"),
            ("a,b\r\n\"1,2\r\n3,4\r\n", "row 2"),
        ] {
            let told = rows("f.csv", text, true).unwrap_err().to_string();
            assert!(told.contains(place) && told.contains("quote"), "{text}: {told}");
        }
        // Inches, and a quote of a comment behind the last row.
        assert_eq!(rows("f.csv", "a,b\n1,5\"\n2,\"x \"\"y\"\"\"\n", true).unwrap().len(), 3);
    }

    #[test]
    fn too_wide_is_refused() {
        assert!(rows("f", &",x".repeat(500), false).unwrap_err().to_string().contains("columns"));
    }
}
