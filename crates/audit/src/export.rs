//! The whole log, or its public part, as lines of JSON that can be verified without the database.
//!
//! In: checkpoints and rows; or the lines of an export, whom one trusts, checkpoints from outside. Out: lines; or the same [`Report`]
//! that the database would give. Invariant: an export says how many records it has, so that one that was cut off in
//! transit is told from a log that was cut off.
//!
//! | line | is |
//! | --- | --- |
//! | `{"header":{"format":"equipoise.audit.export/1","origin":…}}` | the first |
//! | `{"checkpoint":…}` | the text of a checkpoint; all of them, before the records |
//! | `{"record":{…}}` | the public part of a record, the hash of its leaf as it is stored; with it, if wanted, its sealed bytes and what opens it |
//! | `{"end":{"records":…}}` | the last |

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint, Trust};
use crate::commitment::Openings;
use crate::encoding::{base64, from_base64};
use crate::hash::Hash;
use crate::leaf::Leaf;
use crate::record::{ReadError, Row};
use crate::verify::{Report, Stored, Verifier};

/// The version of the form.
pub const FORMAT: &str = "equipoise.audit.export/1";

/// A line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The first.
    Header {
        /// [`FORMAT`].
        format: String,
        /// Of the log.
        origin: String,
    },
    /// A signed checkpoint.
    Checkpoint(String),
    /// A record.
    Record(Box<RecordLine>),
    /// The last.
    End {
        /// Lines with a record.
        records: u64,
    },
}

/// A record of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordLine {
    /// The public part.
    public: Leaf,
    /// As the tree has it.
    leaf_hash: Hash,
    /// In base64, if wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    /// What opens it, as far as it is to be open.
    #[serde(default, skip_serializing_if = "is_closed")]
    opened: Openings,
}

fn is_closed(openings: &Openings) -> bool {
    *openings == Openings::default()
}

/// What an export has of each record beside its public part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// The sealed bytes too: a copy from which everything can be restored with the keys.
    Included,
    /// Only their hash.
    LeftOut,
}

/// Why an export can't be verified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// A line is none of an export.
    #[error("line {line} of the export can't be read: {what}")]
    Line {
        /// From 1.
        line: usize,
        /// In words.
        what: String,
    },
    /// A line stands where it should not.
    #[error(
        "line {line} of the export is out of order: a header, checkpoints, records and the end is the order"
    )]
    Order {
        /// From 1.
        line: usize,
    },
    /// Another version.
    #[error("the export is of the form `{0}`; this program reads `{FORMAT}`")]
    Format(String),
    /// Another log's.
    #[error("the export is of the log `{found}`; the key is of `{wanted}`")]
    Origin {
        /// As the header has it.
        found: String,
        /// The name of the key.
        wanted: String,
    },
    /// A checkpoint can't be read.
    #[error("line {line} of the export: {source}")]
    Checkpoint {
        /// From 1.
        line: usize,
        /// Why.
        source: CheckpointError,
    },
    /// The last line is missing.
    #[error("the export was cut off: its last line, with the number of records, is missing")]
    CutOff,
    /// The last line has another number.
    #[error("the export says that it has {said} records; it has {found}")]
    Count {
        /// In the last line.
        said: u64,
        /// That are there.
        found: u64,
    },
}

impl Line {
    /// The first line.
    #[must_use]
    pub fn header(trust: &Trust) -> Line {
        Line::Header { format: FORMAT.to_owned(), origin: trust.log.name().to_owned() }
    }

    /// The line of a checkpoint.
    #[must_use]
    pub fn checkpoint(checkpoint: &SignedCheckpoint) -> Line {
        Line::Checkpoint(checkpoint.to_text())
    }

    /// The line of a record. `leaf_hash` is the node that is stored for it, which the export does not compute anew: a
    /// record that was changed is to be found in the export as well.
    #[must_use]
    pub fn record(row: &Row, leaf_hash: Hash, sealed: Sealed, opened: Openings) -> Line {
        let sealed = (sealed == Sealed::Included).then(|| base64(&row.sealed));
        Line::Record(Box::new(RecordLine { public: row.leaf(), leaf_hash, sealed, opened }))
    }

    /// The line as text, with its newline.
    ///
    /// # Panics
    /// Never: these types can always be written as JSON.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers only") + "\n"
    }

    /// Reads a line, with or without its newline.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Line, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

impl RecordLine {
    /// What the record says of itself that is not so.
    fn fault(&self) -> Option<ReadError> {
        let sequence = self.public.sequence;
        let sealed = self.sealed.as_deref().map(from_base64);
        if sealed.is_some_and(|bytes| bytes.map(|bytes| Hash::of(&bytes)) != Some(self.public.sealed)) {
            return Some(ReadError::Seal { sequence });
        }
        let field = self.opened.opened(&self.public.commitments).err()?;
        Some(ReadError::Commitment { sequence, field })
    }
}

/// Verifies an export, line by line, in memory that does not grow with its records.
#[derive(Debug)]
pub struct ExportVerifier {
    trust: Trust,
    outside: Vec<Checkpoint>,
    own: Vec<SignedCheckpoint>,
    lines: usize,
    records: u64,
    verifier: Option<Verifier>,
    ended: bool,
}

impl ExportVerifier {
    /// Before the first line. `outside` are checkpoints that were kept elsewhere and verified when they were read.
    #[must_use]
    pub fn new(trust: Trust, outside: Vec<Checkpoint>) -> ExportVerifier {
        let (own, verifier) = (Vec::new(), None);
        ExportVerifier { trust, outside, own, lines: 0, records: 0, verifier, ended: false }
    }

    /// Looks at the next line.
    ///
    /// # Errors
    /// A line that can't be read or is out of order. What is wrong with the records is for the report.
    pub fn line(&mut self, text: &str) -> Result<(), ExportError> {
        self.lines += 1;
        let line = self.lines;
        let parsed = Line::parse(text).map_err(|what| ExportError::Line { line, what })?;
        if self.ended || (line == 1) != matches!(parsed, Line::Header { .. }) {
            return Err(ExportError::Order { line });
        }
        match parsed {
            Line::Header { format, .. } if format != FORMAT => Err(ExportError::Format(format)),
            Line::Header { origin, .. } if origin != self.trust.log.name() => {
                Err(ExportError::Origin { found: origin, wanted: self.trust.log.name().to_owned() })
            }
            Line::Header { .. } => Ok(()),
            Line::Checkpoint(_) if self.verifier.is_some() => Err(ExportError::Order { line }),
            Line::Checkpoint(text) => {
                let checkpoint = SignedCheckpoint::parse(&text);
                self.own.push(checkpoint.map_err(|source| ExportError::Checkpoint { line, source })?);
                Ok(())
            }
            Line::Record(record) => {
                self.records += 1;
                let fault = record.fault();
                self.verifier().leaf(&record.public, Stored::Leaf(record.leaf_hash), fault);
                Ok(())
            }
            Line::End { records } if records != self.records => {
                Err(ExportError::Count { said: records, found: self.records })
            }
            Line::End { .. } => {
                self.ended = true;
                Ok(())
            }
        }
    }

    fn verifier(&mut self) -> &mut Verifier {
        let start = || Verifier::new(&self.trust, &self.own, &self.outside);
        self.verifier.get_or_insert_with(start)
    }

    /// After the last line: what was found.
    ///
    /// # Errors
    /// The last line is missing.
    pub fn finish(mut self) -> Result<Report, ExportError> {
        self.verifier();
        match self.verifier {
            Some(verifier) if self.ended => Ok(verifier.finish([])),
            _ => Err(ExportError::CutOff),
        }
    }
}
