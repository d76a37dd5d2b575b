//! What can be seen: documents that the command line named, or the books of an installation as one person sees them.
//!
//! In: the name of a household. Out: its document as it is now, or a [`Refused`] that says what to do. Invariants: a name is looked up among what
//! may be seen and never opened as a path; what may not be seen is told apart from what is not there by nothing.

use std::fmt::Display;

use portfolio::Portfolio;
use portfolio::nearest::hint;

use super::arguments::Arguments;
use super::files::Files;
use super::visit::Visit;
use crate::failure::Failure;

/// What can be seen.
pub(crate) enum Sight {
    /// Documents.
    Files(Files),
    /// Books.
    Books(Box<Visit>),
}

/// A household's document as it is now.
pub(super) struct Seen {
    /// What the household is called.
    pub(super) household: String,
    /// The document.
    pub(super) text: String,
    /// What is read of it.
    pub(super) read: Portfolio,
}

/// Why a tool has no answer, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused(pub(super) String);

impl Refused {
    /// In these words.
    pub(super) fn new(words: impl Into<String>) -> Refused {
        Refused(words.into())
    }

    /// Because of this.
    pub(super) fn of(error: &dyn Display) -> Refused {
        Refused(error.to_string())
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Refused {
        Refused(failure.lines.join("; "))
    }
}

impl Sight {
    /// The names of the households that can be seen, in order.
    pub(super) fn names(&self) -> Result<Vec<String>, Refused> {
        match self {
            Sight::Files(files) => Ok(files.names()),
            Sight::Books(visit) => {
                Ok(visit.households()?.into_iter().map(|household| household.name).collect())
            }
        }
    }

    /// The household that is asked about: the one that is named, or the only one.
    pub(super) fn named(&self, asked: &Arguments) -> Result<String, Refused> {
        if let Some(name) = asked.text("household") {
            return Ok(name.to_owned());
        }
        let mut names = self.names()?;
        match names.len() {
            1 => Ok(names.remove(0)),
            0 => Err(Refused::new("there is no household that can be seen")),
            more => Err(Refused::new(format!(
                "say which household: there are {more}; `list_households` names them"
            ))),
        }
    }

    /// The document of the household that is asked about.
    pub(super) fn seen(&self, asked: &Arguments) -> Result<Seen, Refused> {
        let name = self.named(asked)?;
        match self {
            Sight::Files(files) => files.seen(&name),
            Sight::Books(visit) => visit.seen(&name),
        }
    }

    /// The books, for what needs them.
    pub(super) fn visit(&self) -> Result<&Visit, Refused> {
        match self {
            Sight::Books(visit) => Ok(visit),
            Sight::Files(_) => Err(Refused::new(
                "this needs the books of an installation: start `equipoise mcp --config FILE --as NAME`",
            )),
        }
    }
}

/// That no household of this name can be seen.
pub(super) fn unknown(name: &str, names: &[String]) -> Refused {
    let hint = if names.is_empty() {
        "there is none that can be seen".to_owned()
    } else {
        hint(name, names.iter().map(String::as_str))
    };
    Refused::new(format!("there is no household `{name}`; {hint}"))
}
