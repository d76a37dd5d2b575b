//! What of a text a person sees.
//!
//! In: a character, a name. Out: whether it hides text, joins it or turns it around; what two names have in common that look alike. Invariant: no name is
//! changed here: whoever keeps one keeps what was given.

/// Whether a character hides, joins or turns text, or means nothing outside one program.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
        | 0x2060..=0x206F | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF)
}

/// What names have in common that differ in case and in blanks alone, so that a person would take one for the other.
#[must_use]
pub fn likeness(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_case_or_blanks_look_alike() {
        assert_eq!(likeness("Core  Growth"), likeness(" core\u{a0}growth"));
        assert_ne!(likeness("Core"), likeness("Core 2"));
        assert!(is_invisible('\u{200b}') && is_invisible('\u{202e}') && !is_invisible('é'));
    }
}
