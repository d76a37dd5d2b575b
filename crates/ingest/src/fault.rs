//! What is wrong with a file or another source, and where: the file, the row or element, the column or attribute.
//!
//! Invariant: a fault tells what was found and what to do, and never an account number in full.

use std::fmt;

/// One fault of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}{message}")]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What is wrong and what to do.
    pub message: String,
}

impl Fault {
    /// A fault at a place.
    pub(crate) fn at(place: &Place, message: impl Into<String>) -> Fault {
        Fault { place: place.clone(), message: message.into() }
    }

    /// A fault of a whole file.
    pub(crate) fn of(file: &str, message: impl Into<String>) -> Fault {
        Fault::at(&Place::file(file), message)
    }
}

/// A place in a file, as a person finds it there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Name of the file.
    pub file: String,
    /// Row of a table, or line of an XML file, from 1; 0 for the whole file.
    pub row: u64,
    /// Name of the XML element and its number among those of its name, from 1.
    pub element: Option<(String, u64)>,
    /// Column of a table, or attribute of an element.
    pub column: Option<String>,
}

impl Place {
    /// A whole file.
    pub(crate) fn file(file: &str) -> Place {
        Place { file: file.to_owned(), row: 0, element: None, column: None }
    }

    /// A row of a table.
    pub(crate) fn row(file: &str, row: u64) -> Place {
        Place { row, ..Place::file(file) }
    }

    /// The same place, in a column or an attribute.
    pub(crate) fn column(&self, column: &str) -> Place {
        Place { column: Some(column.to_owned()), ..self.clone() }
    }

    /// The place within its file: `row 7`.
    #[must_use]
    pub fn within(&self) -> String {
        match &self.element {
            Some((name, number)) => format!("line {}, {name} {number}", self.row),
            None => format!("row {}", self.row),
        }
    }
}

/// Ends with `: `, since something follows.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if self.row == 0 {
            return Ok(());
        }
        write!(f, "{}", self.within())?;
        match (&self.column, &self.element) {
            (Some(column), None) => write!(f, ", column {column}: "),
            (Some(attribute), Some(_)) => write!(f, ", attribute {attribute}: "),
            (None, _) => write!(f, ": "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where() {
        let row = Place::row("lots.csv", 7);
        assert_eq!(Fault::at(&row.column("price"), "x").to_string(), "lots.csv: row 7, column price: x");
        assert_eq!(Fault::at(&row, "x").to_string(), "lots.csv: row 7: x");
        assert_eq!(Fault::of("lots.csv", "x").to_string(), "lots.csv: x");
        let element = Place { element: Some(("OpenPosition".to_owned(), 3)), ..Place::row("f.xml", 9) };
        assert_eq!(Fault::at(&element, "x").to_string(), "f.xml: line 9, OpenPosition 3: x");
        let told = Fault::at(&element.column("symbol"), "x").to_string();
        assert_eq!(told, "f.xml: line 9, OpenPosition 3, attribute symbol: x");
    }
}
