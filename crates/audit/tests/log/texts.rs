//! Every text and byte form that comes from outside, bent at random: read or refused, never a panic, and whatever was read is
//! written back as it was.

use audit::export::{ExportVerifier, Line, Sealed};
use audit::leaf::Leaf;
use audit::note::{Note, Signature};
use audit::witness::{AddCheckpoint, SIZE_CONTENT_TYPE, read_reply};
use audit::{
    CheckpointFile, Field, Hash, MasterKey, Openings, SignedCheckpoint, SignerKey, VerifierKey, check,
};
use audit::{checkpoint_file, cosignature};

use crate::forgeries::proof_of;
use crate::sample::{Sample, Signed};

/// A piece of every form, and what reads it.
type Form = (&'static str, Vec<u8>, fn(&[u8], &Sample));

fn text(bytes: &[u8], read: impl Fn(&str)) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        read(text);
    }
}

fn forms(sample: &Sample) -> Vec<Form> {
    let first = &sample.own[0];
    let last = sample.own.last().unwrap();
    let trust = sample.trust();
    let one = checkpoint_file::entry(None, first, &sample.nodes, &trust).unwrap();
    let two = checkpoint_file::entry(Some(first.unverified()), last, &sample.nodes, &trust).unwrap();
    let row = &sample.rows[0];
    let line = Line::record(row, row.leaf().hash(), Sealed::Included, Openings::default());
    vec![
        ("checkpoint", last.to_text().into_bytes(), |bytes, sample| {
            text(bytes, |text| {
                if let Ok(read) = SignedCheckpoint::parse(text) {
                    assert_eq!(read.to_text(), text);
                    let _ = read.verify(&sample.trust());
                }
                if let Ok(note) = Note::parse(text) {
                    assert_eq!(note.to_text(), text);
                }
            });
        }),
        ("request", two.trim_end().as_bytes().to_vec(), |bytes, _| {
            text(bytes, |text| {
                if let Ok(read) = AddCheckpoint::parse(text) {
                    assert_eq!(read.to_text(), text);
                }
            });
        }),
        ("file", (one + &two).into_bytes(), |bytes, sample| {
            text(bytes, |text| {
                if let Ok(read) = CheckpointFile::read(text, &sample.trust()) {
                    assert_eq!(read.whole_bytes + read.torn_bytes, text.len());
                }
            });
        }),
        ("reply", last.note().signatures()[0].to_line().into_bytes(), |bytes, _| {
            text(bytes, |text| {
                let _ = read_reply(200, None, text);
                let _ = read_reply(409, Some(SIZE_CONTENT_TYPE), text);
                if let Ok(signature) = Signature::from_line(text) {
                    assert_eq!(signature.to_line().trim_end_matches('\n'), text);
                    let _ = cosignature::time_secs(&signature);
                }
            });
        }),
        ("key", sample.signer.verifier().to_text().into_bytes(), |bytes, _| {
            text(bytes, |text| {
                if let Ok(key) = VerifierKey::from_text(text) {
                    assert_eq!(key.to_text(), text.trim());
                }
            });
        }),
        ("private key", sample.signer.to_secret_text().as_bytes().to_vec(), |bytes, _| {
            text(bytes, |text| {
                if let Ok(key) = SignerKey::from_text(text) {
                    assert_eq!(*key.to_secret_text(), text.trim());
                }
                let _ = MasterKey::from_text(text);
            });
        }),
        ("proof", proof_of(sample, 3, &Field::ALL).into_bytes(), |bytes, sample| {
            text(bytes, |text| drop(check(text, &sample.trust())));
        }),
        ("export", line.to_text().into_bytes(), |bytes, sample| {
            text(bytes, |text| {
                if let Ok(line) = Line::parse(text) {
                    assert_eq!(Line::parse(&line.to_text()), Ok(line));
                }
                let mut verifier = ExportVerifier::new(sample.trust(), Vec::new());
                verifier.line(&Line::header(&sample.trust()).to_text()).unwrap();
                let _ = verifier.line(text);
                let _ = verifier.finish();
            });
        }),
        ("leaf", row.leaf().to_bytes().to_vec(), |bytes, _| {
            if let Ok(leaf) = Leaf::from_bytes(bytes) {
                assert_eq!(leaf.to_bytes()[..], *bytes);
                assert_eq!(leaf.hash(), Hash::of_leaf(bytes));
            }
        }),
    ]
}

/// Flips, drops, doubles, or swaps in something that could matter.
fn bend(rng: &mut fastrand::Rng, bytes: &mut Vec<u8>) {
    let at = rng.usize(..=bytes.len());
    let to = rng.usize(at..=bytes.len().min(at + 20));
    match rng.u8(..5) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.u32(..8),
        1 => drop(bytes.drain(at..to)),
        2 => {
            let part = bytes[at..to].to_vec();
            bytes.splice(at..at, part);
        }
        3 => {
            let tokens: [&[u8]; 8] = [b"\n", b"\n\n", "— ".as_bytes(), b"+", b"0", b"\"", b"old ", b"=\n"];
            let token = tokens[rng.usize(..tokens.len())].to_vec();
            bytes.splice(at..at, token);
        }
        _ => bytes.truncate(at),
    }
}

#[test]
fn every_form_is_read_or_refused_whatever_was_done_to_it() {
    let rng = &mut fastrand::Rng::with_seed(50);
    let sample = Sample::new(rng, 20, Signed::EveryBatch);
    for (_, genuine, read) in forms(&sample) {
        read(&genuine, &sample);
        for _ in 0..4_000 {
            let mut bytes = genuine.clone();
            for _ in 0..rng.u8(1..4) {
                bend(rng, &mut bytes);
            }
            read(&bytes, &sample);
        }
    }
}

#[test]
fn a_file_of_checkpoints_with_any_bit_flipped_says_less_or_is_refused() {
    let rng = &mut fastrand::Rng::with_seed(51);
    let sample = Sample::new(rng, 20, Signed::EveryBatch);
    let genuine = forms(&sample).into_iter().find(|(name, ..)| *name == "file").unwrap().1;
    let whole = CheckpointFile::read(std::str::from_utf8(&genuine).unwrap(), &sample.trust()).unwrap();
    for _ in 0..4_000 {
        let mut bytes = genuine.clone();
        let at = rng.usize(..bytes.len());
        bytes[at] ^= 1 << rng.u32(..8);
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        // A newline that ends an entry may go: the entry then counts as one whose writing was cut off.
        if let Ok(read) = CheckpointFile::read(text, &sample.trust()) {
            assert!(read.checkpoints.len() < whole.checkpoints.len(), "byte {at}");
            assert!(whole.checkpoints.starts_with(&read.checkpoints) && read.torn_bytes > 0, "byte {at}");
        }
    }
}
