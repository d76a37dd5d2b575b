//! A table on a screen too narrow for it: a block of lines per row in place of columns.
//!
//! In: a table. Out: each row's first cell, and beneath it the other cells, each after its heading; cells
//! with nothing in them are left out. Invariant: no word and no figure is broken.

use comfy_table::{ColumnConstraint, Table};

use super::paragraph;

/// Widest word that a column of text is given room for.
const WORD_MAX: usize = 16;

/// Blanks after each column.
const GAP: usize = 2;

/// Whether the columns fit `width`: figures whole, and text broken at words only.
pub(super) fn fits(table: &Table, width: usize) -> bool {
    let whole = table.column_max_content_widths();
    let all: usize = whole.iter().map(|w| usize::from(*w) + GAP).sum();
    if all <= width {
        return true;
    }
    let least = table.column_iter().zip(&whole).enumerate().map(|(place, (column, whole))| {
        let figure = column.constraint() == Some(&ColumnConstraint::ContentWidth);
        let least = if figure { usize::from(*whole) } else { longest_word(table, place).min(WORD_MAX) };
        least + GAP
    });
    least.sum::<usize>() <= width
}

fn longest_word(table: &Table, column: usize) -> usize {
    let cells = cells(table).into_iter().filter_map(|row| row.into_iter().nth(column));
    let words = cells.map(|cell| cell.split_whitespace().map(|w| w.chars().count()).max().unwrap_or(0));
    words.max().unwrap_or(0)
}

/// The headings, if there are any, and every row.
fn cells(table: &Table) -> Vec<Vec<String>> {
    let rows = table.header().into_iter().chain(table.row_iter());
    rows.map(|row| row.cell_iter().map(comfy_table::Cell::content).collect()).collect()
}

/// The rows, one block of lines each.
pub(super) fn drawn(table: &Table) -> String {
    let mut rows = cells(table).into_iter();
    let headings = rows.next().unwrap_or_default();
    let mut page = String::new();
    for row in rows {
        let mut cells = row.iter().zip(&headings);
        page += &cells.next().map_or_else(String::new, |(first, _)| paragraph(first, 0));
        let told: Vec<String> = cells
            .filter(|(cell, _)| !matches!(cell.trim(), "" | "–"))
            .map(|(cell, heading)| format!("{heading} {cell}").trim().to_owned())
            .collect();
        if !told.is_empty() {
            page += &paragraph(&told.join("; "), 2);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_row_by_row() {
        let mut t = table(&["Order", ">Amount", ">Tax", ""]);
        t.add_row(["SELL VTI", "$1,234,567.89", "–", "outside its band"]);
        assert!(fits(&t, 60) && fits(&t, 40));
        assert!(!fits(&t, 30));
        assert_eq!(drawn(&t), "SELL VTI\n  Amount $1,234,567.89; outside its band\n");
    }
}
