//! What a log says of itself at a size, signed: a checkpoint in C2SP's form.
//!
//! In: the state of a tree and a key, or the text of a checkpoint. Out: a [`SignedCheckpoint`], and, once it was verified by
//! whom one [`Trust`]s, the [`Checkpoint`]. Invariant: nothing of a signed checkpoint counts before it is verified; whoever verifies
//! names the log's key and how many witnesses have to agree.
//!
//! # Source
//! C2SP tlog-checkpoint v1: origin, size in decimal, root in base64, each on a line; more lines are the log's own. Here the origin
//! is the name of the log's key.

use crate::encoding::from_decimal;
use crate::hash::Hash;
use crate::note::{Note, NoteError, Signature};
use crate::note_key::{Algorithm, SignerKey, VerifierKey};
use crate::tree::{Frontier, SIZE_MAX};

/// Size and root of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// Records it had.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
}

/// A checkpoint as it is sent and kept. Whether it is true is another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

/// Why a text is no checkpoint, or not one to rely on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note, or its signatures.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not the three lines.
    #[error("a checkpoint has an origin, a size and a root, each on a line; extension lines are not empty")]
    Lines,
    /// The size is no number.
    #[error("`{0}` is no size of a log: a number without leading zeroes, at most {SIZE_MAX}")]
    Size(String),
    /// The root is no hash.
    #[error("`{0}` is no root: 32 bytes in base64")]
    Root(String),
    /// A log without records has one root only.
    #[error("a log of 0 records has the root {}", Hash::of_empty_tree().to_base64())]
    EmptyRoot,
    /// Another log's.
    #[error("the checkpoint is of the log `{found}`; the key is of `{wanted}`")]
    Origin {
        /// As the checkpoint has it.
        found: String,
        /// The name of the key.
        wanted: String,
    },
    /// A witness' key was given as the log's, or the other way round.
    #[error("the key `{name}` is of the wrong type: a log signs with type 1, a witness with type 4")]
    KeyType {
        /// Of the key.
        name: String,
    },
    /// Too few agree.
    #[error("{found} of the known witnesses agree; {wanted} have to")]
    Witnesses {
        /// Whose signature is right.
        found: usize,
        /// As was asked.
        wanted: usize,
    },
}

/// Whom one trusts.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The log's key.
    pub log: VerifierKey,
    /// Keys of witnesses.
    pub witnesses: Vec<VerifierKey>,
    /// How many of them have to agree.
    pub witnesses_min: usize,
}

impl Trust {
    /// In a log's key alone.
    #[must_use]
    pub fn in_log(log: VerifierKey) -> Trust {
        Trust { log, witnesses: Vec::new(), witnesses_min: 0 }
    }
}

impl Checkpoint {
    /// What a log with this state says. `signer` is the log's key, whose name is the origin.
    #[must_use]
    pub fn of(signer: &VerifierKey, state: &Frontier) -> Checkpoint {
        Checkpoint { origin: signer.name().to_owned(), size: state.size(), root: state.root() }
    }

    fn to_text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
        let [origin, size, root, ..] = lines[..] else { return Err(CheckpointError::Lines) };
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointError::Lines);
        }
        let size = from_decimal(size)
            .filter(|size| *size <= SIZE_MAX)
            .ok_or_else(|| CheckpointError::Size(size.to_owned()))?;
        let root = Hash::from_base64(root).ok_or_else(|| CheckpointError::Root(root.to_owned()))?;
        if size == 0 && root != Hash::of_empty_tree() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }
}

impl SignedCheckpoint {
    /// Signs what a log with this state says.
    ///
    /// A log never signs what contradicts an earlier checkpoint of its own. Whoever calls this has just appended to
    /// the state that the last one covers, or has had the two proven consistent.
    ///
    /// # Errors
    /// A key of the wrong type.
    pub fn sign(state: &Frontier, signer: &SignerKey) -> Result<SignedCheckpoint, CheckpointError> {
        let key = signer.verifier();
        of_type(&key, Algorithm::Ed25519)?;
        let checkpoint = Checkpoint::of(&key, state);
        let mut note = Note::unsigned(checkpoint.to_text());
        note.add(signer.sign(note.text(), None));
        Ok(SignedCheckpoint { checkpoint, note })
    }

    /// Reads a checkpoint; verifies nothing.
    ///
    /// # Errors
    /// What is not as C2SP has it.
    pub fn parse(text: &str) -> Result<SignedCheckpoint, CheckpointError> {
        let note = Note::parse(text)?;
        Ok(SignedCheckpoint { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// The text, byte for byte as it was read.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.note.to_text()
    }

    /// What it says, which is not verified.
    #[must_use]
    pub fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note that it is.
    #[must_use]
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// What it says, if the log signed it and enough witnesses agree.
    ///
    /// # Errors
    /// Another log's checkpoint, a signature that is missing or wrong, too few witnesses.
    pub fn verify(&self, trust: &Trust) -> Result<&Checkpoint, CheckpointError> {
        of_type(&trust.log, Algorithm::Ed25519)?;
        if self.checkpoint.origin != trust.log.name() {
            let found = self.checkpoint.origin.clone();
            return Err(CheckpointError::Origin { found, wanted: trust.log.name().to_owned() });
        }
        self.note.verify(&trust.log)?;
        let mut found = 0;
        for witness in distinct(&trust.witnesses) {
            of_type(witness, Algorithm::Cosignature)?;
            match self.note.verify(witness) {
                Ok(()) => found += 1,
                Err(NoteError::NotSigned(_)) => {}
                Err(wrong) => return Err(wrong.into()),
            }
        }
        if found < trust.witnesses_min {
            return Err(CheckpointError::Witnesses { found, wanted: trust.witnesses_min });
        }
        Ok(&self.checkpoint)
    }

    /// The checkpoint with those of `signatures` that are right and from one of `witnesses`; the others count for nothing.
    #[must_use]
    pub fn with_cosignatures(&self, signatures: &[Signature], witnesses: &[VerifierKey]) -> SignedCheckpoint {
        let mut cosigned = self.clone();
        for signature in signatures {
            let of_key = |witness: &&VerifierKey| {
                witness.algorithm() == Algorithm::Cosignature && witness.is_named_in(signature)
            };
            let known = witnesses.iter().find(of_key);
            if known.is_some_and(|witness| witness.verifies(self.note.text(), &signature.bytes)) {
                cosigned.note.add(signature.clone());
            }
        }
        cosigned
    }
}

/// A witness that is named twice agrees once.
fn distinct(witnesses: &[VerifierKey]) -> impl Iterator<Item = &VerifierKey> {
    witnesses.iter().enumerate().filter(|(n, key)| !witnesses[..*n].contains(key)).map(|(_, key)| key)
}

fn of_type(key: &VerifierKey, algorithm: Algorithm) -> Result<(), CheckpointError> {
    if key.algorithm() == algorithm {
        Ok(())
    } else {
        Err(CheckpointError::KeyType { name: key.name().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::Randomness;

    fn signer(name: &str, algorithm: Algorithm, seed: u8) -> SignerKey {
        SignerKey::generate(name, algorithm, &mut Randomness::from_seed([seed; 32])).unwrap()
    }

    fn state(size: u8) -> Frontier {
        let mut state = Frontier::new();
        (0..size).for_each(|n| state.push(Hash::of_leaf(&[n]), |_, _| ()));
        state
    }

    #[test]
    fn the_checkpoint_of_the_specification_is_read() {
        // C2SP tlog-checkpoint and tlog-cosignature.
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
             — example.com/behind-the-sofa \
             Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
             — witness.example.com/w1 \
             jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
        let read = SignedCheckpoint::parse(text).unwrap();
        assert_eq!(read.unverified().size, 20_852_163);
        assert_eq!(read.to_text(), text);
    }

    #[test]
    fn a_checkpoint_is_verified_by_the_key_of_its_log_only() {
        let log = signer("example.com/log", Algorithm::Ed25519, 1);
        let signed = SignedCheckpoint::sign(&state(3), &log).unwrap();
        let read = SignedCheckpoint::parse(&signed.to_text()).unwrap();
        assert_eq!(read, signed);
        let verified = read.verify(&Trust::in_log(log.verifier())).unwrap();
        assert_eq!((verified.size, verified.root), (3, state(3).root()));
        let same_name = signer("example.com/log", Algorithm::Ed25519, 2);
        let refused = read.verify(&Trust::in_log(same_name.verifier())).unwrap_err();
        assert_eq!(refused.to_string(), "the note is not signed by `example.com/log`");
        let other = signer("example.com/other", Algorithm::Ed25519, 1);
        assert!(matches!(read.verify(&Trust::in_log(other.verifier())), Err(CheckpointError::Origin { .. })));
        let witness = signer("example.com/log", Algorithm::Cosignature, 1);
        assert!(SignedCheckpoint::sign(&state(3), &witness).is_err());
        assert!(read.verify(&Trust::in_log(witness.verifier())).is_err());
    }

    #[test]
    fn witnesses_have_to_agree_as_often_as_was_asked() {
        let log = signer("example.com/log", Algorithm::Ed25519, 1);
        let [one, two] = [2, 3].map(|seed| signer(&format!("w{seed}"), Algorithm::Cosignature, seed));
        let plain = SignedCheckpoint::sign(&state(3), &log).unwrap();
        let trust = |witnesses: &[&SignerKey], witnesses_min| Trust {
            log: log.verifier(),
            witnesses: witnesses.iter().map(|witness| witness.verifier()).collect(),
            witnesses_min,
        };
        let sign = |key: &SignerKey| key.sign(plain.note().text(), Some(1_700_000_000));
        let known = [one.verifier()];
        let cosigned = plain.with_cosignatures(&[sign(&one), sign(&two), sign(&one)], &known);
        assert_eq!(cosigned.note().signatures().len(), 2, "an unknown witness counts for nothing");
        assert!(cosigned.verify(&trust(&[&one], 1)).is_ok());
        assert!(cosigned.verify(&trust(&[&one, &one], 2)).is_err(), "named twice, agrees once");
        let refused = cosigned.verify(&trust(&[&one, &two], 2)).unwrap_err();
        assert_eq!(refused, CheckpointError::Witnesses { found: 1, wanted: 2 });
        let mut wrong = sign(&one);
        wrong.bytes[20] ^= 1;
        assert_eq!(plain.with_cosignatures(&[wrong.clone()], &known), plain);
        let mut spoilt = plain.clone();
        spoilt.note.add(wrong);
        assert!(matches!(spoilt.verify(&trust(&[&one], 0)), Err(CheckpointError::Note(_))));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let good = SignedCheckpoint::sign(&state(3), &signer("a", Algorithm::Ed25519, 1)).unwrap().to_text();
        assert!(SignedCheckpoint::parse(&good).is_ok());
        for (from, to) in [
            ("a\n3\n", "3\n"),
            ("a\n3\n", "a\n03\n"),
            ("a\n3\n", "a\n-3\n"),
            ("a\n3\n", "a\n0\n"),
            ("a\n3\n", "a\n4611686018427387905\n"),
            ("a\n3\n", "a\n\n3\n"),
            ("a\n3\n", "\n3\n"),
            ("=\n\n", "\n\n"),
        ] {
            assert!(SignedCheckpoint::parse(&good.replacen(from, to, 1)).is_err(), "{from:?} {to:?}");
        }
        let extended = good.replacen("=\n\n", "=\nextension\n\n", 1);
        assert_eq!(SignedCheckpoint::parse(&extended).unwrap().to_text(), extended);
    }
}
