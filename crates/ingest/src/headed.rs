//! A table whose first row names its columns, in any order.
//!
//! In: rows, the names that are known and those that have to be there. Out: cells by their column, and every fault with its row and column.
//! Invariant: a column that is not known, or is there twice, is told.

use portfolio::nearest::hint;

use crate::cell::{CellError, is_none, shown};
use crate::fault::Fault;
use crate::table::Row;

/// What is wrong with a table whose columns are parted by something else than commas.
pub(crate) const PARTED_OTHERWISE: &str =
    "the columns are parted by tabs or semicolons; save the file with commas between them";

/// The columns of a header by their names.
///
/// `start` says where a table to start from comes from.
pub(crate) fn columns(
    header: &Row,
    known: &str,
    needed: &[&str],
    start: &str,
) -> Result<Vec<String>, Vec<Fault>> {
    if header.is_parted_otherwise() {
        return Err(vec![Fault::at(&header.place, PARTED_OTHERWISE)]);
    }
    let known = || known.split(',');
    let mut names: Vec<String> = Vec::new();
    let mut faults = Vec::new();
    for cell in &header.cells {
        let name = cell.to_lowercase().replace([' ', '-'], "_");
        if !name.is_empty() && !known().any(|known| known == name) {
            let message = format!("column `{}` is not known; {}", shown(cell), hint(&name, known()));
            faults.push(Fault::at(&header.place, message));
        } else if !name.is_empty() && names.contains(&name) {
            faults.push(Fault::at(&header.place, format!("column `{name}` is there twice")));
        }
        names.push(name);
    }
    for needed in needed {
        if !names.iter().any(|name| name == needed) {
            let message = format!("column `{needed}` is missing; {start}");
            faults.push(Fault::at(&header.place, message));
        }
    }
    if faults.is_empty() { Ok(names) } else { Err(faults) }
}

/// The cells of a row, with what is wrong with them.
pub(crate) struct Cells<'a> {
    pub(crate) row: &'a Row,
    columns: &'a [String],
    pub(crate) faults: Vec<Fault>,
}

impl<'a> Cells<'a> {
    /// Those of a row; a row with cells beyond its headings is a fault.
    pub(crate) fn of(row: &'a Row, columns: &'a [String]) -> Cells<'a> {
        let mut cells = Cells { row, columns, faults: Vec::new() };
        if row.cells.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
            let message = format!(
                "{} cells under {} headings; quote cells with commas, such as \"1,234.56\"",
                row.cells.len(),
                columns.len()
            );
            cells.faults.push(Fault::at(&row.place, message));
        }
        cells
    }

    pub(crate) fn cell(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| name == column);
        at.map_or("", |at| self.row.cell(at))
    }

    /// A cell that may be empty.
    pub(crate) fn maybe<T>(&mut self, column: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if is_none(self.cell(column)) { None } else { self.needed(column, read) }
    }

    /// A cell that has to be there.
    pub(crate) fn needed<T>(&mut self, column: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let cell = self.cell(column);
        let value = if is_none(cell) { Err(CellError::Empty.to_string()) } else { read(cell) };
        let place = self.row.place.column(column);
        value.map_err(|message| self.faults.push(Fault::at(&place, message))).ok()
    }
}
