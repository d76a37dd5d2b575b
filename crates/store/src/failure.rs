//! What a database says when it can't, in the words of the books.
//!
//! In: an error of the driver. Out: a [`BooksError`] that says what to do, or that the work should simply be done again.

use rebalance::books::BooksError;
use sqlx::error::DatabaseError;

/// Why a unit of work failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Two units of work stood in each other's way and the database chose this one to start again.
    Again(String),
    /// It can't be done.
    Books(BooksError),
}

impl From<BooksError> for Failure {
    fn from(error: BooksError) -> Failure {
        Failure::Books(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Failure {
        match &error {
            sqlx::Error::Database(said) => from_database(said.as_ref()),
            sqlx::Error::PoolTimedOut => {
                Failure::Books(BooksError::Locked { detail: "no connection became free in time".to_owned() })
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
                Failure::Books(BooksError::Damaged { detail: error.to_string() })
            }
            _ => Failure::Books(BooksError::Unreachable { detail: error.to_string() }),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        match error {
            rusqlite::Error::SqliteFailure(said, detail) => {
                let detail = detail.unwrap_or_else(|| said.to_string());
                from_code(&said.extended_code.to_string(), detail, || "a row".to_owned())
            }
            other => Failure::Books(BooksError::Damaged { detail: other.to_string() }),
        }
    }
}

fn from_database(said: &dyn DatabaseError) -> Failure {
    from_code(&said.code().unwrap_or_default(), said.message().to_owned(), || place(said))
}

fn from_code(code: &str, detail: String, place: impl FnOnce() -> String) -> Failure {
    Failure::Books(match code {
        // SQLite, by its extended result codes; the lower byte is the kind.
        "1811" | "EQ001" => BooksError::Immutable { detail },
        "2067" | "1555" | "23505" => BooksError::Exists { what: place() },
        "787" | "23503" => BooksError::Missing { what: place() },
        "40001" | "40P01" => return Failure::Again(detail),
        "53100" => BooksError::Full { detail },
        "55P03" => BooksError::Locked { detail },
        "3D000" | "28P01" | "28000" | "42501" => BooksError::Unreachable { detail },
        // A limit on the size of files shows as a write or fsync that failed, not as a full disk.
        "778" | "1034" | "1546" => BooksError::Full { detail },
        // SQLite's have four digits at most; PostgreSQL's have five characters, of which all may be digits.
        code => match code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff) {
            Some(5 | 6) => BooksError::Locked { detail },
            Some(13) => BooksError::Full { detail },
            Some(8 | 10 | 14) => BooksError::Unreachable { detail },
            // Everything else of five characters is PostgreSQL's: a line that broke, a server that stops.
            _ if ["08", "57", "53"].iter().any(|class| code.starts_with(class)) && code.len() == 5 => {
                BooksError::Unreachable { detail }
            }
            _ => BooksError::Damaged { detail: format!("{detail} ({code})") },
        },
    })
}

/// Which rule of which table was broken.
fn place(said: &dyn DatabaseError) -> String {
    match (said.table(), said.constraint()) {
        (Some(table), Some(constraint)) => format!("a row of {table} ({constraint})"),
        _ => {
            let message = said.message();
            let told = message.split_once("failed: ").map_or(message, |(_, what)| what);
            format!("a row of {told}")
        }
    }
}

impl From<Failure> for BooksError {
    fn from(failure: Failure) -> BooksError {
        failure.into_books()
    }
}

impl Failure {
    /// With the place that it is about.
    pub(crate) fn at(self, place: &str) -> Failure {
        match self {
            Failure::Books(BooksError::Unreachable { detail }) => {
                BooksError::Unreachable { detail: format!("{place}: {detail}") }.into()
            }
            Failure::Books(BooksError::Damaged { detail }) => {
                BooksError::Damaged { detail: format!("{place}: {detail}") }.into()
            }
            other => other,
        }
    }

    /// For who can't try again.
    pub(crate) fn into_books(self) -> BooksError {
        match self {
            Failure::Again(detail) => BooksError::Locked { detail },
            Failure::Books(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> BooksError {
        from_code(code, "detail".to_owned(), || "a row".to_owned()).into_books()
    }

    #[test]
    fn a_code_of_one_database_is_not_taken_for_one_of_the_other() {
        assert!(
            matches!(of("5"), BooksError::Locked { .. }) && matches!(of("517"), BooksError::Locked { .. })
        );
        assert!(
            matches!(of("13"), BooksError::Full { .. }) && matches!(of("14"), BooksError::Unreachable { .. })
        );
        // Both are 5 in their last eight bits.
        assert!(matches!(of("22021"), BooksError::Damaged { .. }));
        assert!(matches!(of("42501"), BooksError::Unreachable { .. }));
        assert!(matches!(of("57P01"), BooksError::Unreachable { .. }));
    }
}
