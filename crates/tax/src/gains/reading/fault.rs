//! Faults of a file of transactions: where, what is wrong, what to do.
//!
//! The invariant is that each names its line, and its column where it is about one.

use std::fmt;

use super::COLUMNS;

/// Something wrong in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file, from 1.
    pub line: u64,
    /// Which column, where it is one.
    pub column: Option<&'static str>,
    /// What is wrong and what to do.
    pub problem: Problem,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for RowFault {}

/// What can be wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The header is another one.
    #[error("{}: it must be `{}`", of_header(found), COLUMNS.join(","))]
    Header {
        /// The columns that were found.
        found: Vec<String>,
    },
    /// A row with too few or too many fields.
    #[error(
        "{found} {} instead of {}: leave unknown ones empty, quote those with commas, close every quote",
        if *found == 1 { "field" } else { "fields" },
        COLUMNS.len()
    )]
    Fields {
        /// How many there are.
        found: usize,
    },
    /// A field that may not be empty.
    #[error("is empty: only lot_id and identical_group may be, and price and fees of a SPLIT")]
    Missing,
    /// A name that does not stand in one line.
    #[error(
        "`{given}` holds {}: write the name in one line, and close every quote",
        if matches!(found, '\n' | '\r') { "a line break" } else { "a control character" }
    )]
    Control {
        /// What was given, with such characters escaped.
        given: String,
        /// The first of them.
        found: char,
    },
    /// No date.
    #[error("`{given}` is no date: write it as 2026-01-31")]
    Date {
        /// What was given.
        given: String,
    },
    /// No plain decimal number.
    #[error("`{given}` is no number: write digits with a decimal point, no signs or separators")]
    Number {
        /// What was given.
        given: String,
    },
    /// A number below 0.
    #[error("`{given}` is negative: no number has a sign, the action says which way it goes")]
    Negative {
        /// What was given.
        given: String,
    },
    /// A number that can't be computed with.
    #[error("`{given}` is out of range: it must be {least} to {most} with up to 12 decimals")]
    Range {
        /// What was given.
        given: String,
        /// What is asked for.
        least: &'static str,
        /// The most that is accepted.
        most: i64,
    },
    /// Not one of the words that are known.
    #[error("`{given}` is not known: use {}", known.join(", "))]
    Word {
        /// What was given.
        given: String,
        /// What is known.
        known: Vec<&'static str>,
    },
    /// Another row says otherwise.
    #[error("`{given}` contradicts `{earlier}` in line {earlier_line}: {rule}")]
    Contradiction {
        /// What was given.
        given: String,
        /// What the earlier row says.
        earlier: String,
        /// Where.
        earlier_line: u64,
        /// What must agree.
        rule: &'static str,
    },
}

/// What is wrong with a header: what it lacks, what it has too many of, or their order.
fn of_header(found: &[String]) -> String {
    let names =
        |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let missing: Vec<&str> =
        COLUMNS.into_iter().filter(|known| !found.iter().any(|name| name == known)).collect();
    let unknown: Vec<&str> =
        found.iter().map(String::as_str).filter(|name| !COLUMNS.contains(name)).collect();
    match (missing.is_empty(), unknown.is_empty()) {
        _ if found.iter().all(String::is_empty) => "there is no header".to_owned(),
        _ if found.len() == 1 && found[0].contains(['\t', ';']) => {
            let mark = if found[0].contains('\t') { "tabs" } else { "semicolons" };
            format!("the columns are parted by {mark}: save the file with commas between them")
        }
        (true, true) => "the header has columns in another order, or twice".to_owned(),
        (false, true) => format!("the header lacks {}", names(missing)),
        (true, false) => format!("the header has {}, which is not known", names(unknown)),
        (false, false) => format!("the header lacks {} and has {}", names(missing), names(unknown)),
    }
}
