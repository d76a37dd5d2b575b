//! Which rows of a part fit.
//!
//! In: the order in which rows matter, how each is written, and bytes. Out: the first of them that fit, in the order of the document.
//! Invariants: a row is left out only if every row after it is; rows that can't fit are not written.

use std::collections::BTreeSet;

use crate::prompt::row::{Row, lines};

/// Bytes between two rows.
const BETWEEN: usize = 2;
/// Bytes of the brackets around rows.
const AROUND: usize = 4;

/// The rows of a part that are listed.
pub(super) struct Fitting {
    /// Of what is listed.
    pub(super) indices: BTreeSet<usize>,
    rows: Vec<(usize, String)>,
    /// Rows that did not fit.
    not_listed: usize,
    /// By which rule they were chosen.
    rule: &'static str,
}

/// The first rows in `order` that take at most `bytes`; there are `all` rows, and `rule` says what the order is.
pub(super) fn fitting(
    order: impl IntoIterator<Item = usize>,
    all: usize,
    bytes: usize,
    rule: &'static str,
    row: impl Fn(usize) -> String,
) -> Fitting {
    let mut left = bytes.saturating_sub(AROUND);
    let mut rows: Vec<(usize, String)> = Vec::new();
    for index in order {
        let row = row(index);
        let Some(rest) = left.checked_sub(row.len() + BETWEEN) else { break };
        left = rest;
        rows.push((index, row));
    }
    rows.sort_by_key(|(index, _)| *index);
    Fitting {
        indices: rows.iter().map(|(index, _)| *index).collect(),
        not_listed: all - rows.len(),
        rows,
        rule,
    }
}

impl Fitting {
    /// The rows as a JSON list.
    pub(super) fn lines(&self) -> String {
        lines(&self.rows.iter().map(|(_, row)| row.as_str()).collect::<Vec<_>>())
    }

    /// What is not listed, and by which rule, if anything is not.
    pub(super) fn left_out(&self) -> Option<Row> {
        let told = Row::new()
            .number("listed", self.rows.len().into())
            .number("not_listed", self.not_listed.into())
            .text("listed_first", self.rule);
        (self.not_listed > 0).then_some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(bytes: usize) -> Fitting {
        fitting([3, 1, 2], 3, bytes, "the largest", |n| format!("{{\"a\":{n}}}"))
    }

    #[test]
    fn what_matters_least_is_left_out_and_counted() {
        let all = 3 * (7 + BETWEEN) + AROUND;
        let whole = fitted(all);
        assert_eq!(whole.lines(), "[\n{\"a\":1},\n{\"a\":2},\n{\"a\":3}\n]");
        assert!(whole.lines().len() <= all && whole.left_out().is_none());
        let cut = fitted(all - 1);
        assert_eq!(cut.lines(), "[\n{\"a\":1},\n{\"a\":3}\n]");
        assert_eq!(
            cut.left_out().unwrap().done(),
            r#"{"listed":2,"not_listed":1,"listed_first":"the largest"}"#
        );
        assert_eq!(fitted(0).lines(), "[]");
    }
}
