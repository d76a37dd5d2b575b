//! Does a written text say what its references say.
//!
//! In: a rendered text, the [`Text`] it should be, and the evidence. Out: nothing, or the first
//! [`Discrepancy`]. Each figure is looked up again and read back from the rendered text: a digit, a
//! unit, a sign or a name that doesn't come from its reference is found, and so is one that words hold.

use crate::evidence::Evidence;
use crate::text::{Part, Text};
use crate::value::Value;

/// Where a text and its references disagree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Discrepancy {
    /// Words that hold a digit, a unit or a name of the document.
    #[error("the words `{words}` hold `{found}`, which refers to nothing")]
    Unreferenced {
        /// The words.
        words: &'static str,
        /// What refers to nothing.
        found: String,
    },
    /// Other words than expected.
    #[error("byte {at}: `{expected}` is expected")]
    Words {
        /// Byte of the rendered text.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A reference to nothing.
    #[error("{path} isn't there")]
    Missing {
        /// The path of the reference.
        path: String,
    },
    /// A figure that isn't the one referred to.
    #[error("byte {at}: `{expected}` is expected, from {path}")]
    Figure {
        /// Byte of the rendered text.
        at: usize,
        /// The path of the reference.
        path: String,
        /// The figure as it should be written.
        expected: String,
    },
    /// Something after the end.
    #[error("byte {at}: nothing is expected")]
    Surplus {
        /// Byte of the rendered text.
        at: usize,
    },
}

/// Reads `rendered` against `text`, each figure looked up anew in `evidence`.
///
/// # Errors
/// The first [`Discrepancy`].
pub fn check(rendered: &str, text: &Text, evidence: &Evidence<'_>) -> Result<(), Discrepancy> {
    let mut rest = rendered;
    for part in &text.parts {
        let at = rendered.len() - rest.len();
        rest = match part {
            Part::Words(words) => {
                bare(words, evidence)?;
                rest.strip_prefix(words).ok_or(Discrepancy::Words { at, expected: words })?
            }
            Part::Figure { source, .. } => {
                let path = source.to_string();
                let Some(value) = evidence.value(source) else { return Err(Discrepancy::Missing { path }) };
                follow(rest, &value).ok_or_else(|| Discrepancy::Figure {
                    at,
                    path,
                    expected: value.to_string(),
                })?
            }
        };
    }
    if rest.is_empty() { Ok(()) } else { Err(Discrepancy::Surplus { at: rendered.len() - rest.len() }) }
}

/// What follows the figure, if the text starts with it.
fn follow<'t>(text: &'t str, value: &Value) -> Option<&'t str> {
    let (read, rest) = value.read(text)?;
    (read.shown() == value.shown()).then_some(rest)
}

/// Fixed words hold no digit, no unit and no name of the document.
fn bare(words: &'static str, evidence: &Evidence<'_>) -> Result<(), Discrepancy> {
    let found = |found: &str| Err(Discrepancy::Unreferenced { words, found: found.to_owned() });
    if let Some(at) = words.find(|c: char| c.is_ascii_digit() || matches!(c, '%' | '$')) {
        return found(&words[at..=at]);
    }
    let mut tokens = words.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty());
    match tokens.find(|token| ["USD", "bps"].contains(token) || evidence.is_ticker_or_lot(token)) {
        Some(token) => found(token),
        None => Ok(()),
    }
}
