//! Cells of a CSV file that people open in a spreadsheet.
//!
//! In: a text, such as the name of a household. Out: a cell that keeps its commas, quotes and line breaks, and that no spreadsheet takes for a formula; and
//! the text again. Invariants: what is written and read again is the same text; a number stays a number.
//!
//! Source: RFC 4180; OWASP, "CSV Injection".

use crate::money;

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// The sign of spreadsheets for "this is a text".
const MARK: char = '\'';

/// A text as a cell.
#[must_use]
pub fn cell(text: &str) -> String {
    let marked = if is_formula(text) && money::parse(text).is_err() {
        format!("{MARK}{text}")
    } else {
        text.to_owned()
    };
    // A row that begins with # would be a comment.
    if marked.contains(['"', ',', '\n', '\r']) || marked.starts_with('#') {
        format!("\"{}\"", marked.replace('"', "\"\""))
    } else {
        marked
    }
}

/// The text of a cell as a reader of CSV has it: without the mark that [`cell`] gave it.
#[must_use]
pub fn text(cell: &str) -> &str {
    cell.strip_prefix(MARK).filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// Whether a text would be taken for a formula, or for a text that was marked.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches(MARK).starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_keeps_its_commas_and_quotes() {
        for (text, written) in [
            ("joint", "joint"),
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
            ("#1", "\"#1\""),
            ("O'Neill", "O'Neill"),
            ("'quoted'", "'quoted'"),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn no_cell_is_a_formula_and_a_number_is_a_number() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd", "'+cmd"),
            ("-", "'-"),
            ("\t=1", "'\t=1"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("-100.12", "-100.12"),
            ("-1+cmd", "'-1+cmd"),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        for given in ["=1", "'=1", "''=1", "-5", "'-5", "+", "@a", "'", "''", "'a", "a", "", "−5", "=,\"\n"]
        {
            let written = cell(given);
            let read = match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(inner) => inner.replace("\"\"", "\""),
                None => written,
            };
            assert_eq!(text(&read), given);
        }
    }
}
