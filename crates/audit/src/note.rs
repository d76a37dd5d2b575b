//! A text with signatures, in C2SP's signed-note form.
//!
//! In: the text of a note. Out: a [`Note`] with its parts; whether a key signed it. Invariants: what is read is written back as the
//! same bytes; a signature that is from a known key and wrong spoils the note; signatures of unknown keys count for nothing.
//!
//! # Source
//! C2SP signed-note v1: the text ends in a newline; a blank line; then lines of em dash, space, name of the key, space,
//! base64 of key id (4 bytes) ‖ signature.

use crate::encoding::{base64, from_base64};
use crate::note_key::{KeyHash, VerifierKey, is_key_name};

/// Bytes of a note at most.
pub const NOTE_BYTES_MAX: usize = 64 << 10;
/// Signatures of a note at most; C2SP asks for 16 at least.
pub const SIGNATURES_MAX: usize = 32;

/// A signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub key_hash: KeyHash,
    /// What the key made; for a cosignature the time stands first.
    pub bytes: Vec<u8>,
}

/// A text and its signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// Why a text is no note, or not one that a key signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Too long.
    #[error("a note has at most {NOTE_BYTES_MAX} bytes, not {0}")]
    Long(usize),
    /// A control character other than a newline.
    #[error("a note has no control characters but newlines; one stands at byte {0}")]
    Control(usize),
    /// There is no blank line, or nothing before it.
    #[error("a note is a text, a blank line and signatures; there is no blank line behind a text")]
    NoBlankLine,
    /// A line that should be a signature is none.
    #[error("`{0}` is no signature line: `— NAME BASE64` is")]
    SignatureLine(String),
    /// None, or too many.
    #[error("a note has 1 to {SIGNATURES_MAX} signatures, not {0}")]
    Signatures(usize),
    /// The key signed something else, or the note was changed.
    #[error("the signature of `{0}` is wrong: the note was changed, or was never signed by that key")]
    WrongSignature(String),
    /// The key signed nothing here.
    #[error("the note is not signed by `{0}`")]
    NotSigned(String),
}

impl Signature {
    /// The line, with its newline.
    #[must_use]
    pub fn to_line(&self) -> String {
        let bytes = [&self.key_hash.0[..], &self.bytes].concat();
        format!("— {} {}\n", self.name, base64(&bytes))
    }

    /// Reads a line without its newline.
    ///
    /// # Errors
    /// A line of any other form.
    pub fn from_line(line: &str) -> Result<Signature, NoteError> {
        let refused = || NoteError::SignatureLine(line.chars().take(200).collect());
        let (name, signature) =
            line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or_else(refused)?;
        let bytes = from_base64(signature).ok_or_else(refused)?;
        let (key_hash, bytes) = bytes.split_first_chunk::<4>().ok_or_else(refused)?;
        if !is_key_name(name) || bytes.is_empty() {
            return Err(refused());
        }
        Ok(Signature { name: name.to_owned(), key_hash: KeyHash(*key_hash), bytes: bytes.to_vec() })
    }
}

impl Note {
    /// A note without signatures yet. `text` ends in a newline and is of lines that a note may have.
    pub(crate) fn unsigned(text: String) -> Note {
        debug_assert!(text.ends_with('\n'), "the text of a note ends in a newline");
        Note { text, signatures: Vec::new() }
    }

    /// Reads a note.
    ///
    /// # Errors
    /// What is not as C2SP has it.
    pub fn parse(note: &str) -> Result<Note, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Long(note.len()));
        }
        if let Some(at) = note.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Control(at));
        }
        let blank = note.rfind("\n\n").ok_or(NoteError::NoBlankLine)?;
        let (text, signatures) = (&note[..=blank], &note[blank + 2..]);
        Ok(Note { text: text.to_owned(), signatures: signature_lines(signatures)? })
    }

    /// The note as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut note = format!("{}\n", self.text);
        for signature in &self.signatures {
            note += &signature.to_line();
        }
        note
    }

    /// What is signed, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Who signed, or says so.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a signature, once.
    pub(crate) fn add(&mut self, signature: Signature) {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
    }

    /// Whether `key` signed the note: every signature under its name and id is looked at.
    ///
    /// # Errors
    /// No signature of this key, or a wrong one.
    pub fn verify(&self, key: &VerifierKey) -> Result<(), NoteError> {
        let mut of_key = self.signatures.iter().filter(|signature| key.is_named_in(signature)).peekable();
        if of_key.peek().is_none() {
            return Err(NoteError::NotSigned(key.name().to_owned()));
        }
        if of_key.all(|signature| key.verifies(&self.text, &signature.bytes)) {
            Ok(())
        } else {
            Err(NoteError::WrongSignature(key.name().to_owned()))
        }
    }
}

/// Reads one or more signature lines, each with its newline.
pub(crate) fn signature_lines(text: &str) -> Result<Vec<Signature>, NoteError> {
    let count = text.matches('\n').count();
    if !(1..=SIGNATURES_MAX).contains(&count) {
        return Err(NoteError::Signatures(count));
    }
    let lines = text.strip_suffix('\n').ok_or_else(|| {
        NoteError::SignatureLine(text.lines().last().unwrap_or_default().chars().take(200).collect())
    })?;
    lines.split('\n').map(Signature::from_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note_key::SignerKey;
    use proptest::prelude::*;

    // golang.org/x/mod/sumdb/note, documentation of the package (BSD-3-Clause).
    const SIGNER: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n";
    const SIGNED: &str = "If you think cryptography is the answer to your problem,\n\
         then you don't know what your problem is.\n\n— PeterNeumann \
         x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_note_of_another_implementation_is_made_and_verified() {
        let signer = SignerKey::from_text(SIGNER).unwrap();
        let mut note = Note::unsigned(TEXT.to_owned());
        note.add(signer.sign(TEXT, None));
        assert_eq!(note.to_text(), SIGNED);
        let key = VerifierKey::from_text(VERIFIER).unwrap();
        assert_eq!(Note::parse(SIGNED).unwrap().verify(&key), Ok(()));
        let changed = Note::parse(&SIGNED.replace("cryptography", "cryptographie")).unwrap();
        assert_eq!(changed.verify(&key), Err(NoteError::WrongSignature("PeterNeumann".to_owned())));
    }

    #[test]
    fn the_note_of_the_specification_is_verified() {
        // C2SP signed-note, "Verifier keys".
        let key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        let key = VerifierKey::from_text(key).unwrap();
        let note = "This is an example message.\n\n— example.com/foo \
             Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        let note = Note::parse(note).unwrap();
        assert_eq!(note.verify(&key), Ok(()));
        let other = VerifierKey::from_text(VERIFIER).unwrap();
        assert_eq!(note.verify(&other), Err(NoteError::NotSigned("PeterNeumann".to_owned())));
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let line = &SIGNED[SIGNED.find('—').unwrap()..];
        let many = format!("{TEXT}\n{}", line.repeat(SIGNATURES_MAX + 1));
        for (bad, starts) in [
            ("", "a note is a text, a blank line"),
            (TEXT, "a note is a text, a blank line"),
            (&SIGNED.replace("\n\n", "\r\n\r\n"), "a note has no control"),
            (&format!("{TEXT}\n"), "a note has 1 to 32 signatures, not 0"),
            (&SIGNED[..SIGNED.len() - 1], "a note has 1 to 32 signatures, not 0"),
            (&format!("{SIGNED}x"), "`x` is no signature line"),
            (&SIGNED.replace("— ", "- "), "`- PeterNeumann"),
            (&SIGNED.replace("Peter", "Peter "), "`— Peter Neumann"),
            (&SIGNED.replace("AM=", "AM"), "`— PeterNeumann"),
            (&format!("{TEXT}\n— a AAAAAA==\n"), "`— a AAAAAA==` is no signature line"),
            (&many, "a note has 1 to 32 signatures, not 33"),
        ] {
            let error = Note::parse(bad).unwrap_err().to_string();
            assert!(error.starts_with(starts), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back(text in "(a|\n|— b AAAAAAE=|é| ){0,12}(\n\n)?(— b AAAAAAE=\n){0,3}") {
            if let Ok(note) = Note::parse(&text) {
                prop_assert_eq!(note.to_text(), text);
            }
        }
    }
}
