//! A text in pieces that are encoded each on its own.
//!
//! In: a text. Out: its pieces in order, which together are the text: a digit, a word with the blank before it, a run of other signs,
//! blanks. A run of blanks leaves its last one to what follows.

use regex::Regex;

/// How a text is taken to pieces.
#[derive(Debug)]
pub(super) struct Pieces {
    one: Regex,
}

impl Pieces {
    pub(super) fn new() -> Pieces {
        let form = r"^(?:'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+)";
        #[expect(
            clippy::expect_used,
            reason = "the form is part of the program, and every test of a text makes it"
        )]
        let one = Regex::new(form).expect("the form of a piece");
        Pieces { one }
    }

    pub(super) fn of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        // Digits first: what stands between them is taken to pieces without regard to them.
        let mut between = text.split_inclusive(char::is_numeric).flat_map(|part| {
            let digit = part.char_indices().next_back().filter(|(_, c)| c.is_numeric());
            let (before, digit) = part.split_at(digit.map_or(part.len(), |(place, _)| place));
            [before, digit]
        });
        let mut rest = "";
        std::iter::from_fn(move || {
            while rest.is_empty() {
                rest = between.next()?;
            }
            let (piece, after) = rest.split_at(self.first(rest));
            rest = after;
            Some(piece)
        })
    }

    /// Length of the first piece.
    fn first(&self, rest: &str) -> usize {
        let end = self.one.find(rest).map_or(rest.len(), |found| found.end());
        let piece = &rest[..end];
        let last = piece.char_indices().next_back().map_or(0, |(place, _)| place);
        let leaves_one = end < rest.len() && last > 0 && piece.chars().all(char::is_whitespace);
        if leaves_one { last } else { end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        Pieces::new().of(text).map(str::to_owned).collect()
    }

    #[test]
    fn words_keep_the_blank_before_them_and_digits_stand_alone() {
        assert_eq!(of("Hello world"), ["Hello", " world"]);
        assert_eq!(of("don't sell 25%"), ["don", "'t", " sell", " ", "2", "5", "%"]);
        assert_eq!(of("a  b"), ["a", " ", " b"]);
        assert_eq!(of("a \n\n b "), ["a", " \n\n", " b", " "]);
        assert_eq!(of("x  1"), ["x", "  ", "1"]);
        assert_eq!(of("über ½ 東京!?"), ["über", " ", "½", " 東京", "!?"]);
        assert!(of("").is_empty());
    }

    #[test]
    fn nothing_is_lost() {
        let text = "\u{0} {\"a\": [1,  2]}\r\n\t'quoted' \u{1f600}\u{301}e\u{301} \u{a0}\u{3000}x";
        assert_eq!(of(text).concat(), text);
    }
}
