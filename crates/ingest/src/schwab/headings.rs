//! The headings of a Schwab table, old and new ones alike.
//!
//! In: a row of headings. Out: where each column stands. Newer files write a short name and the old one in brackets, `Qty (Quantity)`,
//! and the old one counts. Columns that are not asked for are of no consequence here.

use std::collections::HashMap;

use crate::cell::is_none;
use crate::table::Row;

/// Where the columns of a table stand.
#[derive(Debug, Default)]
pub(super) struct Headings {
    at: HashMap<String, usize>,
}

impl Headings {
    /// Of a row of headings; none where it is none, since it lacks one of `needed`.
    pub(super) fn of(row: &Row, needed: &[&str]) -> Result<Headings, String> {
        let mut at = HashMap::new();
        for (place, heading) in row.cells.iter().enumerate() {
            at.entry(canonical(heading)).or_insert(place);
        }
        let missing: Vec<&str> = needed.iter().copied().filter(|name| !at.contains_key(*name)).collect();
        if missing.is_empty() { Ok(Headings { at }) } else { Err(missing.join(", ")) }
    }

    /// A cell; none where it says that there is nothing, or where there is no such column.
    pub(super) fn cell<'a>(&self, row: &'a Row, name: &str) -> Option<&'a str> {
        self.at.get(name).map(|at| row.cell(*at)).filter(|cell| !is_none(cell))
    }
}

/// `Qty (Quantity)` and `Quantity` are `quantity`.
fn canonical(heading: &str) -> String {
    let long = heading.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(heading);
    long.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_in_brackets_counts() {
        assert_eq!(canonical("Qty (Quantity)"), "quantity");
        assert_eq!(canonical("Gain $ (Gain/Loss $)"), "gain/loss $");
        assert_eq!(canonical(" Cost Basis"), "cost basis");
    }
}
