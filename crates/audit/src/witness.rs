//! What goes over the wire between a log and its witnesses.
//!
//! In: a checkpoint with the proof that it continues what the witness has; a witness' reply. Out: the body of the request, what
//! the reply says; on the other side, a witness' verdict. Invariant: a witness that follows [`cosign`] never signs two histories of
//! one log. The call over HTTP is the caller's: `POST PREFIX/add-checkpoint`.
//!
//! # Source
//! C2SP tlog-witness v0: `old SIZE`, at most 63 hashes in base64, an empty line, the checkpoint; replies 200 with cosignatures, 409
//! with the size that the witness has.

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint, Trust};
use crate::encoding::from_decimal;
use crate::hash::Hash;
use crate::note::{NoteError, Signature, signature_lines};
use crate::note_key::SignerKey;
use crate::tree::{ProofFault, SIZE_MAX, verify_consistency};

/// Hashes of a proof at most.
pub const PROOF_HASHES_MAX: usize = 63;
/// The type of a reply with a size.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// A request for a cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness has of this log, 0 if none.
    pub old_size: u64,
    /// That the log only grew since then.
    pub proof: Vec<Hash>,
    /// What is to be cosigned.
    pub checkpoint: SignedCheckpoint,
}

/// Why a text is no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The first line.
    #[error("a request begins with `old SIZE`")]
    Old,
    /// A line of the proof.
    #[error("`{0}` is no hash of a proof: 32 bytes in base64")]
    Hash(String),
    /// Too many hashes.
    #[error("a proof has at most {PROOF_HASHES_MAX} hashes, not {0}")]
    Long(usize),
    /// No empty line before the checkpoint.
    #[error("an empty line has to stand between the proof and the checkpoint")]
    NoBlankLine,
    /// The checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl AddCheckpoint {
    /// The body of the request.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("old {}\n", self.old_size);
        for hash in &self.proof {
            text += &hash.to_base64();
            text.push('\n');
        }
        text.push('\n');
        text + &self.checkpoint.to_text()
    }

    /// Reads the body of a request; verifies nothing.
    ///
    /// # Errors
    /// What is not as C2SP has it.
    pub fn parse(text: &str) -> Result<AddCheckpoint, RequestError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(RequestError::NoBlankLine)?;
        let mut lines = head.split('\n');
        let old_size = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(from_decimal);
        let old_size = old_size.filter(|size| *size <= SIZE_MAX).ok_or(RequestError::Old)?;
        let count = lines.clone().count();
        if count > PROOF_HASHES_MAX {
            return Err(RequestError::Long(count));
        }
        let hash = |line: &str| Hash::from_base64(line).ok_or_else(|| RequestError::Hash(line.to_owned()));
        let proof = lines.map(hash).collect::<Result<_, _>>()?;
        Ok(AddCheckpoint { old_size, proof, checkpoint: SignedCheckpoint::parse(checkpoint)? })
    }

    /// Whether the checkpoint is one to rely on and continues the tree of `old_size` records with `old_root`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self, old_root: Hash, trust: &Trust) -> Result<&Checkpoint, StepError> {
        let new = self.checkpoint.verify(trust)?;
        verify_consistency(self.old_size, new.size, old_root, new.root, &self.proof)?;
        Ok(new)
    }
}

/// Why a checkpoint does not continue another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The checkpoint itself.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof.
    #[error("it does not continue the one before: {0}")]
    Proof(#[from] ProofFault),
}

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessReply {
    /// It agrees. The signatures are not verified: see [`SignedCheckpoint::with_cosignatures`].
    Cosigned(Vec<Signature>),
    /// It has another size of this log; ask again with a proof from there.
    HasSize(u64),
}

/// Why a witness did not cosign, as far as its reply says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// 404.
    #[error("the witness does not know this log; give it the log's key")]
    UnknownLog,
    /// 403.
    #[error("the witness trusts none of the keys that signed the checkpoint")]
    UnknownKey,
    /// 422.
    #[error("the witness holds another history of this log: its proof was refused")]
    Inconsistent,
    /// 409 without a size: same size, other root.
    #[error("the witness holds another root for the same size of this log")]
    Fork,
    /// 400.
    #[error("the witness found the request malformed")]
    Malformed,
    /// Any other.
    #[error("the witness answered with status {0}")]
    Status(u16),
    /// 200 with something else than signatures.
    #[error("the reply of the witness can't be read: {0}")]
    Body(NoteError),
}

/// Reads a witness' reply.
///
/// # Errors
/// Every reply but cosignatures and a size.
pub fn read_reply(status: u16, content_type: Option<&str>, body: &str) -> Result<WitnessReply, ReplyError> {
    match status {
        200 => signature_lines(body).map(WitnessReply::Cosigned).map_err(ReplyError::Body),
        409 => {
            let size = body.strip_suffix('\n').and_then(from_decimal);
            match size.filter(|_| content_type == Some(SIZE_CONTENT_TYPE)) {
                Some(size) => Ok(WitnessReply::HasSize(size)),
                None => Err(ReplyError::Fork),
            }
        }
        400 => Err(ReplyError::Malformed),
        403 => Err(ReplyError::UnknownKey),
        404 => Err(ReplyError::UnknownLog),
        422 => Err(ReplyError::Inconsistent),
        other => Err(ReplyError::Status(other)),
    }
}

/// Somebody else who remembers what a log said.
pub trait Witness {
    /// Why no reply came.
    type Error;

    /// Sends a request and reads the reply with [`read_reply`].
    ///
    /// # Errors
    /// No reply, or one that is no cosignature and no size.
    fn add_checkpoint(&mut self, request: &AddCheckpoint) -> Result<WitnessReply, Self::Error>;
}

/// Why a witness refuses, with the status of its reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The sizes do not fit each other.
    #[error("the old size {old} is above the size {new} of the checkpoint")]
    Shrunk {
        /// As the request has it.
        old: u64,
        /// Of the checkpoint.
        new: u64,
    },
    /// The witness has another size.
    #[error("the last cosigned size is {0}")]
    HasSize(u64),
    /// The same size with another root.
    #[error("the log has shown another root for the same size")]
    Fork,
    /// The checkpoint is not one to rely on.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof does not hold.
    #[error(transparent)]
    Proof(#[from] ProofFault),
}

impl Refusal {
    /// Of the reply over HTTP.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Shrunk { .. } => 400,
            Refusal::HasSize(_) | Refusal::Fork => 409,
            Refusal::Checkpoint(CheckpointError::Origin { .. }) => 404,
            Refusal::Checkpoint(_) => 403,
            Refusal::Proof(_) => 422,
        }
    }
}

/// A witness' side: its cosignature, if the checkpoint continues `last`, the one it cosigned before. The caller stores the new
/// checkpoint in the same transaction in which it read `last`, and only then sends the signature.
///
/// # Errors
/// Why it refuses.
pub fn cosign(
    last: Option<&Checkpoint>,
    request: &AddCheckpoint,
    log: &Trust,
    witness: &SignerKey,
    time_secs: u64,
) -> Result<(Checkpoint, Signature), Refusal> {
    let new = request.checkpoint.verify(log)?;
    if request.old_size > new.size {
        return Err(Refusal::Shrunk { old: request.old_size, new: new.size });
    }
    let (last_size, last_root) = last.map_or((0, Hash::of_empty_tree()), |last| (last.size, last.root));
    if request.old_size != last_size {
        return Err(Refusal::HasSize(last_size));
    }
    if new.size == last_size && new.root != last_root {
        return Err(Refusal::Fork);
    }
    verify_consistency(last_size, new.size, last_root, new.root, &request.proof)?;
    Ok((new.clone(), witness.sign(request.checkpoint.note().text(), Some(time_secs))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note_key::Algorithm;
    use crate::randomness::Randomness;
    use crate::tree::{Frontier, NodeMap, prove_consistency};
    use proptest::prelude::*;

    /// A log that grows by one record at a time, in one of many histories.
    struct Log {
        key: SignerKey,
        checkpoints: Vec<SignedCheckpoint>,
        nodes: NodeMap,
    }

    fn log(history: u8, size: u8) -> Log {
        let key =
            SignerKey::generate("example.com/log", Algorithm::Ed25519, &mut Randomness::from_seed([1; 32]))
                .unwrap();
        let (mut state, mut nodes) = (Frontier::new(), NodeMap::new());
        let mut checkpoints = vec![SignedCheckpoint::sign(&state, &key).unwrap()];
        for n in 0..size {
            let leaf = Hash::of_leaf(&[n, if n < 3 { 0 } else { history }]);
            state.push(leaf, |id, hash| {
                nodes.insert(id, hash);
            });
            checkpoints.push(SignedCheckpoint::sign(&state, &key).unwrap());
        }
        Log { key, checkpoints, nodes }
    }

    impl Log {
        fn request(&self, old: u64, new: u64) -> AddCheckpoint {
            let proof = prove_consistency(old, new, &self.nodes).unwrap();
            let checkpoint = self.checkpoints[usize::try_from(new).unwrap()].clone();
            AddCheckpoint { old_size: old, proof, checkpoint }
        }
    }

    /// A witness in memory.
    struct InMemory {
        last: Option<Checkpoint>,
        trust: Trust,
        key: SignerKey,
    }

    impl Witness for InMemory {
        type Error = ReplyError;

        fn add_checkpoint(&mut self, request: &AddCheckpoint) -> Result<WitnessReply, ReplyError> {
            // Over the wire and back.
            let request = AddCheckpoint::parse(&request.to_text()).unwrap();
            match cosign(self.last.as_ref(), &request, &self.trust, &self.key, 1_700_000_000) {
                Ok((checkpoint, signature)) => {
                    self.last = Some(checkpoint);
                    read_reply(200, None, &signature.to_line())
                }
                Err(Refusal::HasSize(size)) => read_reply(409, Some(SIZE_CONTENT_TYPE), &format!("{size}\n")),
                Err(refusal) => read_reply(refusal.status(), None, &refusal.to_string()),
            }
        }
    }

    fn witness(log: &Log) -> InMemory {
        let key =
            SignerKey::generate("w.example/1", Algorithm::Cosignature, &mut Randomness::from_seed([2; 32]))
                .unwrap();
        InMemory { last: None, trust: Trust::in_log(log.key.verifier()), key }
    }

    #[test]
    fn a_witness_follows_one_history_and_no_other() {
        let (ours, forged) = (log(1, 9), log(2, 9));
        let mut witness = witness(&ours);
        let Ok(WitnessReply::Cosigned(signatures)) = witness.add_checkpoint(&ours.request(0, 5)) else {
            panic!("it cosigns")
        };
        let known = [witness.key.verifier()];
        let cosigned = ours.checkpoints[5].with_cosignatures(&signatures, &known);
        let trust = Trust { log: ours.key.verifier(), witnesses: known.to_vec(), witnesses_min: 1 };
        assert_eq!(cosigned.verify(&trust).unwrap().size, 5);
        assert_eq!(witness.add_checkpoint(&ours.request(4, 7)), Ok(WitnessReply::HasSize(5)));
        assert_eq!(witness.add_checkpoint(&forged.request(5, 7)), Err(ReplyError::Inconsistent));
        assert_eq!(witness.add_checkpoint(&forged.request(5, 5)), Err(ReplyError::Fork));
        assert!(matches!(witness.add_checkpoint(&ours.request(5, 5)), Ok(WitnessReply::Cosigned(_))));
        assert!(matches!(witness.add_checkpoint(&ours.request(5, 9)), Ok(WitnessReply::Cosigned(_))));
        let mut shrunk = ours.request(3, 3);
        shrunk.old_size = 9;
        assert_eq!(witness.add_checkpoint(&shrunk), Err(ReplyError::Malformed));
    }

    #[test]
    fn the_request_of_the_specification_is_read_and_written_back() {
        // C2SP tlog-witness, "add-checkpoint".
        let text = "old 20852014\n\
            PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
            jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
            5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
            /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n\
            example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            — example.com/behind-the-sofa \
            Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
            — example.com/behind-the-sofa \
            opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
        let request = AddCheckpoint::parse(text).unwrap();
        assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
        assert_eq!(request.to_text(), text);
        for (from, to) in [("old 2", "old 02"), ("old ", "new "), ("PlRN", "Pl"), ("=\n\nex", "=\nex")] {
            assert!(AddCheckpoint::parse(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
        let hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
        let long = text.replacen(hash, &hash.repeat(61), 1);
        assert_eq!(AddCheckpoint::parse(&long), Err(RequestError::Long(64)));
    }

    #[test]
    fn replies_are_told_apart() {
        assert_eq!(read_reply(409, None, "5\n"), Err(ReplyError::Fork));
        assert_eq!(read_reply(409, Some(SIZE_CONTENT_TYPE), "05\n"), Err(ReplyError::Fork));
        assert_eq!(read_reply(404, None, ""), Err(ReplyError::UnknownLog));
        assert_eq!(read_reply(403, None, ""), Err(ReplyError::UnknownKey));
        assert_eq!(read_reply(503, None, ""), Err(ReplyError::Status(503)));
        assert!(matches!(read_reply(200, None, "fine"), Err(ReplyError::Body(_))));
    }

    proptest! {
        #[test]
        fn any_reply_is_read_or_refused(status: u16, body in "(— a AAAAAAE=|\n|[0-9]|é){0,8}") {
            let _ = read_reply(status, Some(SIZE_CONTENT_TYPE), &body);
            let _ = AddCheckpoint::parse(&body);
        }
    }
}
