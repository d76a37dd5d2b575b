//! The text that tokens make.
//!
//! In: the bytes of tokens, which may end within a letter. Out: text as soon as its letters are whole. Invariant: what was handed out
//! piece by piece is the text as a whole; bytes that are no text become U+FFFD.

/// A text that grows.
#[derive(Debug, Default)]
pub(crate) struct WrittenText {
    text: String,
    /// The beginning of a letter.
    begun: Vec<u8>,
}

impl WrittenText {
    /// Adds bytes. Out: the text that they made whole.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> &str {
        let before = self.text.len();
        self.begun.extend_from_slice(bytes);
        let mut rest = Vec::new();
        for chunk in self.begun.utf8_chunks() {
            self.text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            if std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none()) {
                rest = invalid.to_vec(); // the last chunk: the letter may go on
            } else if !invalid.is_empty() {
                self.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.begun = rest;
        &self.text[before..]
    }

    /// The end: a letter that did not become whole is none.
    pub(crate) fn end(&mut self) -> &str {
        let before = self.text.len();
        if !std::mem::take(&mut self.begun).is_empty() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        &self.text[before..]
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_out_whole() {
        let mut text = WrittenText::default();
        assert_eq!(text.push(b"a\xe2\x82"), "a");
        assert_eq!(text.push(b"\xac\xf0\x9f"), "\u{20ac}");
        assert_eq!(text.push(b"\x98\x80!"), "\u{1f600}!");
        assert_eq!(text.push(b"\xffb\xe2"), "\u{fffd}b");
        assert_eq!(text.end(), "\u{fffd}");
        assert_eq!(text.into_text(), "a\u{20ac}\u{1f600}!\u{fffd}b\u{fffd}");
    }
}
