//! Encryption that is bound to where a text stands.
//!
//! In: a key, a nonce, the text and what it is bound to. Out: nonce ‖ ciphertext ‖ tag. Invariant: what was sealed for one
//! place does not open at another, and not a bit of it can be changed. XChaCha20-Poly1305: its nonce is long enough to be
//! drawn at random.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub(crate) const NONCE_BYTES: usize = 24;

/// Seals `text`, bound to `place`.
pub(crate) fn seal(key: &[u8; 32], nonce: [u8; NONCE_BYTES], place: &[u8], text: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let ciphertext = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: place })
        .expect("texts are far shorter than the 256 GiB of the cipher");
    let mut sealed = Vec::with_capacity(NONCE_BYTES + ciphertext.len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    sealed
}

/// Opens what was sealed; none where the key, the place or a single bit is another.
pub(crate) fn open(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: ciphertext, aad: place };
    cipher.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_place_open_it() {
        let sealed = seal(&[1; 32], [2; 24], b"here", b"the original");
        assert_eq!(sealed.len(), b"the original".len() + NONCE_BYTES + 16);
        assert_eq!(
            open(&[1; 32], b"here", &sealed).as_deref().map(Vec::as_slice),
            Some(&b"the original"[..])
        );
        assert!(open(&[2; 32], b"here", &sealed).is_none());
        assert!(open(&[1; 32], b"there", &sealed).is_none());
        for bit in 0..8 * sealed.len() {
            let mut other = sealed.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&[1; 32], b"here", &other).is_none(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(open(&[1; 32], b"here", &sealed[..length]).is_none(), "length {length}");
        }
    }

    #[test]
    fn the_cipher_is_the_one_of_the_draft() {
        // draft-irtf-cfrg-xchacha-03, A.3.1.
        let key: [u8; 32] = std::array::from_fn(|n| 0x80 + u8::try_from(n).unwrap());
        let nonce: [u8; 24] = std::array::from_fn(|n| 0x40 + u8::try_from(n).unwrap());
        let place = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let text =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                     sunscreen would be it.";
        let sealed = seal(&key, nonce, &place, text);
        assert_eq!(crate::encoding::hex(&sealed[24..40]), "bd6d179d3e83d43b9576579493c0e939");
        assert_eq!(crate::encoding::hex(&sealed[sealed.len() - 16..]), "c0875924c1c7987947deafd8780acf49");
    }
}
