//! What of a text from outside may stand in a prompt.
//!
//! In: any text. Out: the same without what can't be seen and without what looks like the number of an account, at a bounded
//! length. Invariant: what comes out has no control character but line breaks where they are asked for, nothing that turns or
//! hides text, and no run of [`NUMBER_DIGITS`] digits.

use portfolio::seen::is_invisible;

/// Digits from which a number is taken for that of an account, a card or a person.
const NUMBER_DIGITS: usize = 9;
/// What stands for such a number.
const MASK: &str = "[number withheld]";

/// A name on one line, at most `chars_max` characters; `…` where it was longer.
#[must_use]
pub(crate) fn harmless(text: &str, chars_max: usize) -> String {
    let mut line = String::new();
    let mut blank = false;
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if c.is_control() || c.is_whitespace() {
            blank = !line.is_empty();
            continue;
        }
        if blank {
            line.push(' ');
            blank = false;
        }
        line.push(c);
    }
    bounded(line, chars_max)
}

/// Words of several lines, at most `bytes_max` bytes of them; how many bytes were left out.
pub(crate) fn harmless_words(text: &str, bytes_max: usize) -> (String, usize) {
    let seen = |c: &char| !is_invisible(*c) && (!c.is_control() || *c == '\n');
    let words: String = text.replace(['\u{2028}', '\u{2029}', '\r'], "\n").chars().filter(seen).collect();
    let words = without_numbers(words.trim());
    let mut end = bytes_max.min(words.len());
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    (words[..end].to_owned(), words.len() - end)
}

fn bounded(text: String, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The text with a mask for each number of [`NUMBER_DIGITS`] digits or more; `-` and a blank may divide it, a blank only groups
/// of three digits and more, so that two dates beside each other are none.
pub(crate) fn without_numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let (end, digits) = number(&chars, at);
        if digits >= NUMBER_DIGITS {
            out.push_str(MASK);
            at = end;
        } else {
            let end = end.max(at + 1);
            out.extend(&chars[at..end]);
            at = end;
        }
    }
    out
}

/// Where the number that begins at `from` ends, and its digits.
fn number(chars: &[char], from: usize) -> (usize, usize) {
    let run = |at: usize| chars[at.min(chars.len())..].iter().take_while(|c| c.is_numeric()).count();
    let (mut at, mut digits, mut group) = (from, 0, run(from));
    while group > 0 {
        digits += group;
        at += group;
        let next = run(at + 1);
        let joined = match chars.get(at) {
            Some('-' | '/') => next > 0,
            Some(' ') => next >= 3 && group >= 3,
            _ => false,
        };
        if !joined {
            break;
        }
        at += 1;
        group = next;
    }
    (at, digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_gone() {
        assert_eq!(harmless(" a\n\u{202e}b\u{200b}\t c\u{e0041}\u{1b}[2J ", 40), "a b c [2J");
        assert_eq!(harmless("abcdef", 3), "abc…");
        assert_eq!(harmless_words("one\r\ntwo\u{2028}three\u{0}", 100), ("one\n\ntwo\nthree".to_owned(), 0));
        assert_eq!(harmless_words("äöü", 3), ("ä".to_owned(), 4));
    }

    #[test]
    fn numbers_of_accounts_are_masked_and_amounts_are_not() {
        for text in ["123456789", "1234-5678-9012", "account 1234 5678 9012!", "٣٤٥٦٧٨٩٠١٢"] {
            assert!(without_numbers(text).contains(MASK), "{text}");
        }
        for text in
            ["$5,000,000.00 until 2026-11-20 2027-01-01", "12345678 shares", "0945 1530", "60/40, 30/30/40"]
        {
            assert_eq!(without_numbers(text), text);
        }
        assert_eq!(without_numbers("x 123456789-0, 5"), format!("x {MASK}, 5"));
    }
}
