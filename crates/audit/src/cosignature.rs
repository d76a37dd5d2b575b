//! What a witness signs: that it saw a checkpoint at a time, and none that contradicts it.
//!
//! In: a time and the text of a checkpoint. Out: the signed message; the parts of a signature. Invariant: the message begins
//! with a line of its own, so that a cosignature is never a log's signature of another text.
//!
//! # Source
//! C2SP tlog-cosignature v1, Ed25519: `cosignature/v1`, `time SECONDS`, the text of the checkpoint; the signature is the
//! time in 8 bytes, big-endian, and 64 bytes of Ed25519.

use crate::note::Signature;

/// The message that is signed.
pub(crate) fn message(time_secs: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time_secs}\n{text}")
}

/// Time and Ed25519 signature; none where the length is another, or the time beyond 2⁶³ − 1.
pub(crate) fn parts(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = bytes.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    (signature.len() == 64 && i64::try_from(time).is_ok()).then_some((time, signature))
}

/// When a witness says that it saw the checkpoint, in seconds since 1970; none for a signature of another kind. Worth
/// something only after the signature was verified.
#[must_use]
pub fn time_secs(signature: &Signature) -> Option<u64> {
    parts(&signature.bytes).map(|(time, _)| time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_and_time_are_those_of_the_specification() {
        let line = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ\
                    qhf5nNo0xUe+mbIUBkBIfZ+qnA==";
        let signature = Signature::from_line(line).unwrap();
        assert_eq!(time_secs(&signature), Some(1_679_315_147));
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        assert_eq!(message(1_679_315_147, text), format!("cosignature/v1\ntime 1679315147\n{text}"));
        assert_eq!(parts(&[0; 64]), None);
        assert_eq!(parts(&[255; 72]), None);
    }
}
