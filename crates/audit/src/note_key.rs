//! Keys that sign notes, and those that verify them, in the text forms that Go's and C2SP's tools use.
//!
//! In: a name and randomness, or the text of a key. Out: a [`SignerKey`] or [`VerifierKey`]. Invariants: the id in a key's text
//! is that of its name and public key; a private key is shown by [`SignerKey::to_secret_text`] only; signatures are verified
//! strictly, so that one text has one signature.
//!
//! # Source
//! C2SP signed-note v1: `NAME+ID+BASE64(type ‖ public key)`, id = the first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key),
//! in hex. Private keys as golang.org/x/mod/sumdb/note has them: `PRIVATE+KEY+NAME+ID+BASE64(type ‖ seed)`.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::cosignature;
use crate::encoding::{base64, from_base64, from_hex, hex};
use crate::hash::Hash;
use crate::note::Signature;
use crate::randomness::Randomness;

/// Bytes of a key's name at most.
pub const KEY_NAME_BYTES_MAX: usize = 255;
const PRIVATE: &str = "PRIVATE+KEY+";

/// The short id of a key. It tells keys apart; it proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 4]);

/// What a signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519 over the text of a note: a log's own signature.
    Ed25519,
    /// Ed25519 over a time and the text: a witness saw this checkpoint then, and none that contradicts it.
    Cosignature,
}

/// Why a text is no key. Private keys are not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name can't stand in a note.
    #[error("`{}` can't name a key: 1 to {KEY_NAME_BYTES_MAX} bytes without spaces, `+` and control characters", .0.escape_debug())]
    Name(String),
    /// Not the three parts.
    #[error("a key that verifies is `NAME+ID+BASE64`, and one that signs is that behind `PRIVATE+KEY+`")]
    Form,
    /// Ids are 8 digits.
    #[error("the id of the key `{0}` is not 8 digits of lower-case hex")]
    Id(String),
    /// What stands behind the id.
    #[error("the key `{0}` has to have a type and 32 bytes in base64")]
    Bytes(String),
    /// An algorithm that is not known here.
    #[error("the key `{name}` is of type {kind}; 1 (Ed25519) and 4 (cosignature) are known")]
    Type {
        /// Of the key.
        name: String,
        /// As the text has it.
        kind: u8,
    },
    /// The bytes are no public key, or one under which others can sign.
    #[error("the key `{0}` is no public key of Ed25519 that could be trusted")]
    Weak(String),
    /// The id belongs to another key or name.
    #[error("the id of the key `{name}` should be {should}: the name, the id or the key was changed")]
    Mismatch {
        /// Of the key.
        name: String,
        /// The id of this name and key.
        should: String,
    },
}

/// Whether `name` can name a key.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= KEY_NAME_BYTES_MAX
        && !name.chars().any(|char| char.is_whitespace() || char.is_control() || char == '+')
}

impl Algorithm {
    fn byte(self) -> u8 {
        match self {
            Algorithm::Ed25519 => 1,
            Algorithm::Cosignature => 4,
        }
    }

    fn key_hash(self, name: &str, public: &[u8; 32]) -> KeyHash {
        let Hash(digest) = Hash::of_parts(&[name.as_bytes(), b"\n", &[self.byte()], public]);
        KeyHash([digest[0], digest[1], digest[2], digest[3]])
    }
}

/// The parts of a key's text behind `PRIVATE+KEY+`.
struct Parts<'a> {
    name: &'a str,
    key_hash: KeyHash,
    algorithm: Algorithm,
    bytes: Zeroizing<[u8; 32]>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Result<Parts<'a>, KeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Form);
        };
        if !is_key_name(name) {
            return Err(KeyError::Name(name.chars().take(KEY_NAME_BYTES_MAX).collect()));
        }
        let key_hash = from_hex(id).map(KeyHash).ok_or_else(|| KeyError::Id(name.to_owned()))?;
        let bytes = from_base64(bytes).map(Zeroizing::new);
        let Some((&kind, bytes)) = bytes.as_deref().and_then(|bytes| bytes.split_first()) else {
            return Err(KeyError::Bytes(name.to_owned()));
        };
        let algorithm = match kind {
            1 => Algorithm::Ed25519,
            4 => Algorithm::Cosignature,
            _ => return Err(KeyError::Type { name: name.to_owned(), kind }),
        };
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| KeyError::Bytes(name.to_owned()))?;
        Ok(Parts { name, key_hash, algorithm, bytes: Zeroizing::new(bytes) })
    }

    /// The id has to be the one that follows from name and public key.
    fn matching(self, public: &VerifyingKey) -> Result<Parts<'a>, KeyError> {
        let should = self.algorithm.key_hash(self.name, public.as_bytes());
        if should == self.key_hash {
            Ok(self)
        } else {
            Err(KeyError::Mismatch { name: self.name.to_owned(), should: hex(&should.0) })
        }
    }
}

/// A key that signs notes.
pub struct SignerKey {
    name: String,
    algorithm: Algorithm,
    key: SigningKey,
}

impl SignerKey {
    /// A new key.
    ///
    /// # Errors
    /// A name that no note could carry.
    pub fn generate(
        name: &str,
        algorithm: Algorithm,
        randomness: &mut Randomness,
    ) -> Result<SignerKey, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name(name.chars().take(KEY_NAME_BYTES_MAX).collect()));
        }
        let seed = Zeroizing::new(randomness.bytes());
        Ok(SignerKey { name: name.to_owned(), algorithm, key: SigningKey::from_bytes(&seed) })
    }

    /// From the text that [`SignerKey::to_secret_text`] gives; white space around it does not count.
    ///
    /// # Errors
    /// What is wrong with the text, without the text.
    pub fn from_text(text: &str) -> Result<SignerKey, KeyError> {
        let parts = Parts::of(text.trim().strip_prefix(PRIVATE).ok_or(KeyError::Form)?)?;
        let key = SigningKey::from_bytes(&parts.bytes);
        let parts = parts.matching(&key.verifying_key())?;
        Ok(SignerKey { name: parts.name.to_owned(), algorithm: parts.algorithm, key })
    }

    /// The private key as text, for the file that it is kept in.
    #[must_use]
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let KeyHash(id) = self.verifier().key_hash;
        let seed = Zeroizing::new(self.key.to_bytes());
        let bytes = Zeroizing::new([&[self.algorithm.byte()], &seed[..]].concat());
        Zeroizing::new(format!("{PRIVATE}{}+{}+{}", self.name, hex(&id), base64(&bytes)))
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey::new(self.name.clone(), self.algorithm, self.key.verifying_key())
    }

    /// Signs the text of a note, for a cosignature at a time in seconds since 1970.
    pub(crate) fn sign(&self, text: &str, time_secs: Option<u64>) -> Signature {
        let bytes = match (self.algorithm, time_secs) {
            (Algorithm::Cosignature, time) => {
                let time = time.unwrap_or(0);
                let signature = self.key.sign(cosignature::message(time, text).as_bytes());
                [&time.to_be_bytes()[..], &signature.to_bytes()].concat()
            }
            (Algorithm::Ed25519, _) => self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        };
        Signature { name: self.name.clone(), key_hash: self.verifier().key_hash, bytes }
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({}, ***)", self.name)
    }
}

/// A key that verifies notes; it may be known to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key_hash: KeyHash,
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl VerifierKey {
    fn new(name: String, algorithm: Algorithm, key: VerifyingKey) -> VerifierKey {
        let key_hash = algorithm.key_hash(&name, key.as_bytes());
        VerifierKey { name, key_hash, algorithm, key }
    }

    /// From `NAME+ID+BASE64`; white space around it does not count.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn from_text(text: &str) -> Result<VerifierKey, KeyError> {
        let text = text.trim();
        if text.starts_with(PRIVATE) {
            return Err(KeyError::Form);
        }
        let parts = Parts::of(text)?;
        let weak = || KeyError::Weak(parts.name.to_owned());
        let key = VerifyingKey::from_bytes(&parts.bytes).map_err(|_| weak())?;
        if key.is_weak() {
            return Err(weak());
        }
        let parts = parts.matching(&key)?;
        Ok(VerifierKey::new(parts.name.to_owned(), parts.algorithm, key))
    }

    /// `NAME+ID+BASE64`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let bytes = [&[self.algorithm.byte()], &self.key.as_bytes()[..]].concat();
        format!("{}+{}+{}", self.name, hex(&self.key_hash.0), base64(&bytes))
    }

    /// The name, which for a log is the origin of its checkpoints.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures say.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether a signature says that it is this key's.
    #[must_use]
    pub fn is_named_in(&self, signature: &Signature) -> bool {
        signature.name == self.name && signature.key_hash == self.key_hash
    }

    /// Whether `bytes` are this key's signature of the text of a note.
    #[must_use]
    pub fn verifies(&self, text: &str, bytes: &[u8]) -> bool {
        let holds = |message: &[u8], signature: &[u8]| {
            ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
        };
        match self.algorithm {
            Algorithm::Ed25519 => holds(text.as_bytes(), bytes),
            Algorithm::Cosignature => cosignature::parts(bytes).is_some_and(|(time, signature)| {
                holds(cosignature::message(time, text).as_bytes(), signature)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_texts() {
        let mut randomness = Randomness::from_seed([4; 32]);
        for algorithm in [Algorithm::Ed25519, Algorithm::Cosignature] {
            let signer = SignerKey::generate("example.com/log", algorithm, &mut randomness).unwrap();
            let again = SignerKey::from_text(&format!("{}\n", *signer.to_secret_text())).unwrap();
            assert_eq!(again.to_secret_text(), signer.to_secret_text());
            let verifier = VerifierKey::from_text(&signer.verifier().to_text()).unwrap();
            assert_eq!(verifier, signer.verifier());
            let signature = signer.sign("text\n", Some(7));
            assert!(verifier.is_named_in(&signature));
            assert!(verifier.verifies("text\n", &signature.bytes));
            assert!(!verifier.verifies("test\n", &signature.bytes));
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_reason() {
        let good = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        for (bad, starts) in [
            ("", "a key that verifies is"),
            ("example.com/foo+530d903a", "a key that verifies is"),
            (&good.replace("foo+", "f o+"), "`example.com/f o` can't name a key"),
            (&good.replace("example.com/foo", ""), "`` can't name a key"),
            (&good.replace("530d903a", "530D903A"), "the id of the key `example.com/foo` is not"),
            (&good.replace("foo", "fob"), "the id of the key `example.com/fob` should be"),
            (&good.replace("U2k", "U2"), "the key `example.com/foo` has to have"),
            (&good.replace("Aeky", "Beky"), "the key `example.com/foo` is of type 5"),
            ("a+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "the key `a` is no public key"),
        ] {
            let error = VerifierKey::from_text(bad).unwrap_err().to_string();
            assert!(error.starts_with(starts), "{error}");
        }
        assert!(VerifierKey::from_text(good).is_ok());
    }

    #[test]
    fn a_private_key_is_never_shown() {
        let signer =
            SignerKey::generate("a", Algorithm::Ed25519, &mut Randomness::from_seed([4; 32])).unwrap();
        assert_eq!(format!("{signer:?}"), "SignerKey(a, ***)");
        let text = signer.to_secret_text();
        let changed = text.replace("PRIVATE+KEY+a", "PRIVATE+KEY+b");
        let seed = text.rsplit('+').next().unwrap();
        for error in [SignerKey::from_text(&changed).unwrap_err(), VerifierKey::from_text(&text).unwrap_err()]
        {
            assert!(!error.to_string().contains(seed), "{error}");
        }
    }
}
