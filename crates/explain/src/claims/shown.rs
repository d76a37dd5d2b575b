//! What of a text from outside may be shown at all.
//!
//! In: any text. Out: the same in one line per paragraph, without control characters, without characters that turn the
//! direction of writing or take no room, and no longer than [`BYTES_MAX`]. Invariant: what comes out prints on a
//! terminal as it reads.

/// Most bytes of a text that are looked at; what is longer is cut and says so.
pub const BYTES_MAX: usize = 16_000;

/// What stands at the end of a text that was cut.
pub(crate) const CUT: &str = " [cut: the text is too long]";

/// The text as it may be shown.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(BYTES_MAX));
    let mut cut = false;
    for c in text.chars() {
        if out.len() + c.len_utf8() > BYTES_MAX {
            cut = true;
            break;
        }
        match c {
            '\n' => line_end(&mut out),
            '\t' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if is_hidden(c) => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    if cut {
        out.push_str(CUT);
    }
    out
}

/// A paragraph ends at an empty line or not at all; one line break only wraps.
fn line_end(out: &mut String) {
    if out.is_empty() || out.ends_with('\n') {
        return;
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

/// Characters that print nothing, or that change how others print.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_comes_through() {
        assert_eq!(
            shown("a\u{1b}[31mred\u{7}\u{202e}b\u{200b}c\r\nd\n\n e\t"),
            "a[31mredbc \nd\n e".replace(" \n", "\n")
        );
        assert_eq!(shown("\u{feff}x\u{9b}2J"), "x2J");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let out = shown(&"é".repeat(BYTES_MAX));
        assert!(out.ends_with(CUT) && out.len() <= BYTES_MAX + CUT.len());
    }
}
