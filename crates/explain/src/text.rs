//! A text whose figures and names are references.
//!
//! In: words that are fixed in the program, and figures looked up by [`Source`]. Out: a [`Text`] that
//! writes itself and still knows where each figure came from. Invariant: words are `'static`, so that
//! nothing computed gets into a text but as a figure.

use std::fmt;

use crate::evidence::{Evidence, Source};
use crate::value::Value;

/// Words and figures in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Fixed words without any figure or name.
    Words(&'static str),
    /// A figure or a name.
    Figure {
        /// Where it comes from; its `Display` is the path.
        source: Source,
        /// What stood there.
        value: Value,
    },
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Words(words) => f.write_str(words)?,
                Part::Figure { value, .. } => write!(f, "{value}")?,
            }
        }
        Ok(())
    }
}

/// Writes a text against its evidence.
pub(crate) struct Writer<'e, 'a> {
    evidence: &'e Evidence<'a>,
    text: Text,
}

impl<'e, 'a> Writer<'e, 'a> {
    pub(crate) fn new(evidence: &'e Evidence<'a>) -> Writer<'e, 'a> {
        Writer { evidence, text: Text::default() }
    }

    /// Adds fixed words.
    pub(crate) fn words(&mut self, words: &'static str) -> &mut Self {
        self.text.parts.push(Part::Words(words));
        self
    }

    /// Adds what `source` stands for; a figure beyond what a decimal can hold is said to be one.
    pub(crate) fn figure(&mut self, source: Source) -> &mut Self {
        match self.evidence.value(&source) {
            Some(value) => self.text.parts.push(Part::Figure { source, value }),
            None => self.text.parts.push(Part::Words("an amount that is too large to show")),
        }
        self
    }

    pub(crate) fn finish(self) -> Text {
        self.text
    }
}
