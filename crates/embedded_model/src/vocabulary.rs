//! The tokens of a model: text into tokens and back.
//!
//! In: text. Out: tokens, of which the bytes together are the text, but for the few control characters that the model has no token
//! for and that are left out. Invariants: a text never becomes a control token, whatever is written in it, so nobody can end a turn
//! by writing the end of one; time grows with the length of a text, times its logarithm.
//!
//! # Source
//! Byte-level byte-pair encoding as in GPT-2, with every digit on its own (`smollm` in GGUF files): `Digits(individual_digits)` and then
//! `ByteLevel(add_prefix_space = false)` of the Hugging Face tokenizers.

mod merges;
mod pieces;

use std::collections::HashMap;

use merges::Merges;
use pieces::Pieces;

use crate::gguf::{Gguf, GgufError};

/// The tokens of a model.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// Of each token; of a control token its name.
    bytes: Vec<Vec<u8>>,
    /// Tokens that stand for something beside text, by their names.
    controls: HashMap<String, u32>,
    /// The token of each byte alone; SmolLM2 has none for some control characters, and for bytes that no text has.
    alone: Vec<Option<u32>>,
    merges: Merges,
    pieces: Pieces,
}

/// A token of text, in the format's `token_type`.
const NORMAL: i128 = 1;

impl Vocabulary {
    /// The vocabulary of a file.
    pub(crate) fn read(gguf: &Gguf<'_>) -> Result<Vocabulary, GgufError> {
        let lacks = |key: &str| GgufError::Lacks { key: key.to_owned() };
        let kind = (gguf.text("tokenizer.ggml.model")?, gguf.text("tokenizer.ggml.pre")?);
        if kind != ("gpt2", "smollm") {
            return Err(lacks("tokenizer.ggml.pre = smollm"));
        }
        let names = gguf.texts("tokenizer.ggml.tokens")?;
        let types = gguf.wholes("tokenizer.ggml.token_type")?;
        if names.is_empty() || names.len() != types.len() || u32::try_from(names.len()).is_err() {
            return Err(lacks("tokenizer.ggml.token_type"));
        }
        let letters = letters();
        let byte_of: HashMap<char, u8> = letters.iter().copied().zip(0..=u8::MAX).collect();
        let (mut bytes, mut controls) = (Vec::new(), HashMap::new());
        let mut by_name = HashMap::new();
        for ((id, name), kind) in (0..).zip(names).zip(types) {
            if *kind == NORMAL {
                let of_text: Option<Vec<u8>> = name.chars().map(|c| byte_of.get(&c).copied()).collect();
                bytes.push(of_text.ok_or_else(|| lacks("tokenizer.ggml.tokens"))?);
                by_name.insert(name.as_str(), id);
            } else {
                bytes.push(name.clone().into_bytes());
                controls.insert(name.clone(), id);
            }
        }
        let alone = |letter: &char| by_name.get(letter.to_string().as_str()).copied();
        let alone = letters.iter().map(alone).collect();
        let merges = Merges::read(gguf.texts("tokenizer.ggml.merges")?, &by_name);
        let merges = merges.ok_or_else(|| lacks("tokenizer.ggml.merges"))?;
        Ok(Vocabulary { bytes, controls, alone, merges, pieces: Pieces::new() })
    }

    /// A control token by its name.
    pub(crate) fn control(&self, name: &str) -> Result<u32, GgufError> {
        let found = self.controls.get(name).copied();
        found.ok_or_else(|| GgufError::Lacks { key: format!("token {name}") })
    }

    pub(crate) fn is_control(&self, token: u32) -> bool {
        self.name(token).is_some_and(|name| self.controls.contains_key(name))
    }

    fn name(&self, token: u32) -> Option<&str> {
        self.bytes.get(token as usize).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of a token; the name of a control token.
    pub(crate) fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }

    /// Adds the tokens of a text.
    pub(crate) fn encode(&self, text: &str, out: &mut Vec<u32>) {
        for piece in self.pieces.of(text) {
            self.merges.merged(piece.bytes().filter_map(|byte| self.alone[usize::from(byte)]), out);
        }
    }

    /// Adds the tokens of bytes that need not be text.
    pub(crate) fn encode_bytes(&self, bytes: &[u8], out: &mut Vec<u32>) {
        for chunk in bytes.utf8_chunks() {
            self.encode(chunk.valid(), out);
            out.extend(chunk.invalid().iter().filter_map(|byte| self.alone[usize::from(*byte)]));
        }
    }
}

/// The letter that stands for each byte in the names of tokens: itself where it can be seen, one above 255 elsewhere.
fn letters() -> Vec<char> {
    let seen = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let mut above = (256_u32..).filter_map(char::from_u32);
    (0..=u8::MAX)
        .map(|byte| if seen(&byte) { char::from(byte) } else { above.next().unwrap_or_default() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_letter_of_its_own() {
        let letters = letters();
        assert_eq!((letters[usize::from(b'a')], letters[usize::from(b' ')]), ('a', 'Ġ'));
        assert_eq!(letters[usize::from(b'\n')], 'Ċ');
        assert_eq!(letters[0xad], '\u{143}');
        let distinct: std::collections::BTreeSet<char> = letters.iter().copied().collect();
        assert_eq!(distinct.len(), 256);
    }
}
