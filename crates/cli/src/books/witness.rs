//! The witness: somebody else who remembers what this log said, asked to sign each checkpoint as well.
//!
//! In: a signed checkpoint, and the file of those before it. Out: the same with the witness' signature. Invariants: the witness is told only
//! sizes and hashes; one that is not reached stops nothing and is told about; one that holds another history is an alarm.
//!
//! # Source
//! C2SP tlog-witness v0: `POST PREFIX/add-checkpoint`.

use std::fmt;

use audit::tree::prove_consistency;
use audit::witness::{AddCheckpoint, ReplyError, WitnessReply, read_reply};
use audit::{Checkpoint, SignedCheckpoint, VerifierKey, checkpoint_file};
use notify::outward::Outward;
use store::Store;

/// Where it is and whose signature counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    /// The prefix of its address.
    pub(crate) url: String,
    /// Its key.
    pub(crate) key: VerifierKey,
}

/// Why a witness has not signed.
#[derive(Debug)]
pub(crate) enum Unsigned {
    /// It could not be asked, or can't sign now: why.
    Now(String),
    /// It holds another history of this log.
    History(ReplyError),
}

impl fmt::Display for Unsigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsigned::Now(why) => f.write_str(why),
            Unsigned::History(error) => write!(f, "ALARM: {error}"),
        }
    }
}

impl Witness {
    /// Has a checkpoint signed; `known` are the ones before it, by size.
    pub(super) fn signed(
        &self,
        signed: &SignedCheckpoint,
        known: &[Checkpoint],
        store: &Store,
    ) -> Result<SignedCheckpoint, Unsigned> {
        let now = |why: String| Unsigned::Now(format!("the witness {} has not signed: {why}", self.url));
        let address = format!("{}/add-checkpoint", self.url.trim_end_matches('/'));
        let outward = Outward::new(&address).map_err(|error| now(error.to_string()))?;
        // It has most likely signed the one before; where not, it says which it has.
        let size = signed.unverified().size;
        let mut old = known.iter().rev().map(|it| it.size).find(|before| *before < size).unwrap_or(0);
        for _ in 0..2 {
            let last = known.iter().find(|it| it.size == old);
            if old > 0 && last.is_none() {
                return Err(now(format!(
                    "it has a log of {old} records, of which no checkpoint is kept here"
                )));
            }
            let needs = checkpoint_file::entry_needs(last, signed).map_err(|error| now(error.to_string()))?;
            let nodes = store.nodes(&needs).map_err(|error| now(error.to_string()))?;
            let proof = prove_consistency(old, size, &nodes).map_err(|error| now(error.to_string()))?;
            let request = AddCheckpoint { old_size: old, proof, checkpoint: signed.clone() };
            let answer = outward.post(&[("content-type", "text/plain")], &request.to_text()).map_err(now)?;
            match read_reply(answer.status, answer.content_type.as_deref(), &answer.body) {
                Ok(WitnessReply::Cosigned(signatures)) => {
                    let cosigned = signed.with_cosignatures(&signatures, std::slice::from_ref(&self.key));
                    if cosigned == *signed {
                        return Err(now(
                            "its signature is not one of the key that was given for it".to_owned()
                        ));
                    }
                    return Ok(cosigned);
                }
                Ok(WitnessReply::HasSize(has)) if has <= size && has != old => old = has,
                Ok(WitnessReply::HasSize(has)) => {
                    return Err(now(format!("it has a log of {has} records, and this one has {size}")));
                }
                Err(error @ (ReplyError::Inconsistent | ReplyError::Fork)) => {
                    return Err(Unsigned::History(error));
                }
                Err(error) => return Err(now(error.to_string())),
            }
        }
        Err(now("it says another size each time".to_owned()))
    }
}
