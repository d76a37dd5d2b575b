//! Words of others, fit to be shown.
//!
//! In: text of a provider, a model or a file. Out: one line of bounded length without control characters.

/// Longest text of a provider that is kept, characters.
const WORDS_MAX: usize = 300;

/// The text on one line, cut where it is too long.
#[must_use]
pub fn words(text: &str) -> String {
    let mut line = String::new();
    for (place, character) in text.chars().enumerate() {
        if place == WORDS_MAX {
            line.push('…');
            break;
        }
        line.push(if character.is_control() { ' ' } else { character });
    }
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_are_one_bounded_line() {
        assert_eq!(words(" a\n\u{1b}[31mb "), "a  [31mb");
        assert_eq!(words(&"x".repeat(10_000)).chars().count(), WORDS_MAX + 1);
    }
}
