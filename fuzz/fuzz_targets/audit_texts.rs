//! Any bytes as each form of the audit log that comes from outside: keys, notes, checkpoints, what goes to and comes from
//! witnesses, files of checkpoints, proofs, exports, leaves.
//!
//! In: bytes. The invariants: never a panic; whatever was read is written back as it was; nothing that was not signed is
//! taken for true.

#![no_main]

use audit::export::{ExportVerifier, Line};
use audit::leaf::Leaf;
use audit::note::{Note, Signature};
use audit::witness::{AddCheckpoint, SIZE_CONTENT_TYPE, read_reply};
use audit::{
    CheckpointFile, Guard, MasterKey, OnSecret, SignedCheckpoint, SignerKey, Trust, VerifierKey, check, proof,
};
use libfuzzer_sys::fuzz_target;

/// The key of C2SP's example. Nobody here can sign with it.
const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

fn texts(text: &str) {
    let trust = Trust::in_log(VerifierKey::from_text(KEY).expect("a fine key"));
    if let Ok(note) = Note::parse(text) {
        assert_eq!(note.to_text(), text);
        let _ = note.verify(&trust.log);
    }
    if let Ok(checkpoint) = SignedCheckpoint::parse(text) {
        assert_eq!(checkpoint.to_text(), text);
        assert!(checkpoint.verify(&trust).is_err(), "forged");
    }
    if let Ok(request) = AddCheckpoint::parse(text) {
        assert_eq!(request.to_text(), text);
    }
    if let Ok(signature) = Signature::from_line(text) {
        assert_eq!(signature.to_line(), format!("{text}\n"));
    }
    if let Ok(key) = VerifierKey::from_text(text) {
        assert_eq!(key.to_text(), text.trim());
    }
    if let Ok(key) = SignerKey::from_text(text) {
        assert_eq!(*key.to_secret_text(), text.trim());
    }
    if let Ok(line) = Line::parse(text) {
        assert_eq!(Line::parse(&line.to_text()), Ok(line));
    }
    if let Ok(file) = CheckpointFile::read(text, &trust) {
        assert!(file.checkpoints.is_empty(), "forged");
    }
    assert!(check(text, &trust).is_err(), "forged");
    let _ = (proof::to_tlog_proof(text), MasterKey::from_text(text), read_reply(200, None, text));
    let _ = read_reply(409, Some(SIZE_CONTENT_TYPE), text);
    let mut verifier = ExportVerifier::new(trust, Vec::new());
    if text.lines().all(|line| verifier.line(line).is_ok()) {
        let _ = verifier.finish();
    }
}

fuzz_target!(|data: &[u8]| {
    if let Ok(leaf) = Leaf::from_bytes(data) {
        assert_eq!(leaf.to_bytes()[..], *data);
    }
    let guard = Guard::new(OnSecret::Mask, ["s3cr3t!"]).expect("long enough");
    let examined = guard.examined(data).expect("masked, not refused");
    assert_eq!(examined.masked == 0, *examined.bytes == *data);
    if let Ok(text) = std::str::from_utf8(data) {
        texts(text);
    }
});
