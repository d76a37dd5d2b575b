//! Which words, numbers and marks does a text consist of, and where do they stand.
//!
//! In: any text. Out: [`Word`]s in the order of the text, each with its bytes in it and a plain form:
//! lower case, one kind of apostrophe, no soft hyphens. Invariant: spans lie on character boundaries
//! and do not overlap. A hyphen inside a compound (`short-term`) parts two words; a dash with blanks
//! around it is a mark. Digits part from the letters behind them (`5k`, `10am`).

use std::ops::Range;

/// One word, number or mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
    /// As it was written.
    pub(super) text: &'a str,
    /// Its plain form.
    pub(super) plain: String,
    /// Whether it touches the word before.
    pub(super) glued: bool,
    /// Whether a line ends before it, and whether a paragraph or a list item does.
    pub(super) after_line: Line,
}

/// What kind of line break stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Line {
    /// None.
    #[default]
    Same,
    /// One that may only wrap a sentence.
    Next,
    /// An empty line, or one that opens with a bullet.
    Paragraph,
}

/// Parts a text into words.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut at = 0;
    let mut line = Line::Same;
    while at < chars.len() {
        let c = chars[at].1;
        if is_blank(c) {
            if c == '\n' || c == '\r' {
                line = next_line(line, &chars, at);
            }
            at += 1;
            continue;
        }
        let end = word_end(&chars, at);
        let from = chars[at].0;
        let to = chars.get(end).map_or(text.len(), |(byte, _)| *byte);
        let written = &text[from..to];
        let plain: String = written.chars().filter_map(plain_char).flat_map(char::to_lowercase).collect();
        if !plain.is_empty() {
            let glued = line == Line::Same && words.last().is_some_and(|w| w.span.end == from);
            words.push(Word { span: from..to, text: written, plain, glued, after_line: line });
            line = Line::Same;
        }
        at = end;
    }
    words
}

/// A second line break, or a bullet behind it, ends a paragraph.
fn next_line(line: Line, chars: &[(usize, char)], at: usize) -> Line {
    if chars[at].1 == '\r' && chars.get(at + 1).is_some_and(|(_, c)| *c == '\n') {
        return line;
    }
    let mut rest = chars[at + 1..].iter().map(|(_, c)| *c).skip_while(|c| *c == ' ' || *c == '\t');
    let bullet = rest.next().is_some_and(|c| matches!(plain_char(c), Some('-' | '*' | '•' | '·' | '–')))
        && rest.next().is_some_and(is_blank);
    if bullet || line != Line::Same { Line::Paragraph } else { Line::Next }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}')
}

/// Characters that look alike as one of them; `None` for what is not seen.
pub(super) fn plain_char(c: char) -> Option<char> {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{b4}' | '`' => Some('\''),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => Some('"'),
        '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2014}' | '\u{2015}' | '\u{2212}' => Some('-'),
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{fe0f}' => None,
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        c => Some(c),
    }
}

/// Place behind the word that starts at `at`.
fn word_end(chars: &[(usize, char)], at: usize) -> usize {
    let look = |i: usize| chars.get(i).and_then(|(_, c)| plain_char(*c));
    let Some(first) = look(at) else { return at + 1 };
    if first.is_numeric() {
        return number_end(chars, at);
    }
    if first == '.' && look(at + 1).is_some_and(|c| c.is_ascii_digit()) {
        return number_end(chars, at + 1);
    }
    if !first.is_alphabetic() && first != '_' {
        return at + 1;
    }
    let mut end = at + 1;
    let mut underscore = first == '_';
    loop {
        underscore |= look(end) == Some('_');
        let inside = match chars.get(end).map(|(_, c)| *c) {
            None => false,
            Some(c) if underscore => in_token(c, look(end - 1), look(end + 1)),
            Some(c) => match plain_char(c) {
                None => true,
                Some(c) if c.is_alphanumeric() || c == '_' => true,
                // An apostrophe, `&` or full stop between letters: don't, S&P, BRK.B.
                Some('\'' | '&' | '’') => look(end + 1).is_some_and(char::is_alphabetic),
                Some('.') => is_inner_stop(chars, at, end),
                _ => false,
            },
        };
        if !inside {
            break;
        }
        end += 1;
    }
    // The full stop behind the last letter of U.S. or p.m. belongs to it.
    let dotted = look(end) == Some('.') && end - at >= 3 && look(end - 2) == Some('.');
    if dotted { end + 1 } else { end }
}

/// Whether `c` goes on with a token that is written out with `_`: all that is no blank and no mark around it.
fn in_token(c: char, before: Option<char>, behind: Option<char>) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match plain_char(c) {
        None => true,
        Some(',') => digit(before) && digit(behind),
        Some('.') => behind.is_some_and(char::is_alphanumeric),
        Some(c) => !is_blank(c) && !";:\"'()[]!?".contains(c),
    }
}

/// A full stop between single letters (`a.m`), or before the letter of a share class behind
/// capitals (`BRK.B`).
fn is_inner_stop(chars: &[(usize, char)], from: usize, stop: usize) -> bool {
    let look = |i: usize| chars.get(i).map(|(_, c)| *c);
    if !look(stop + 1).is_some_and(char::is_alphabetic) {
        return false;
    }
    let single_before = stop == from + 1 || look(stop.wrapping_sub(2)) == Some('.');
    let single_after = !look(stop + 2).is_some_and(char::is_alphanumeric);
    let capitals = chars[from..stop].iter().all(|(_, c)| c.is_uppercase());
    let capital_after = look(stop + 1).is_some_and(char::is_uppercase);
    (single_before && single_after) || (capitals && single_after && capital_after)
}

/// Digits with what groups them: commas, points, apostrophes and narrow blanks between digits, and the
/// colon of a time.
fn number_end(chars: &[(usize, char)], at: usize) -> usize {
    let look = |i: usize| chars.get(i).map(|(_, c)| *c);
    let digit = |i: usize| look(i).is_some_and(|c| c.is_ascii_digit());
    let three = |i: usize| digit(i) && digit(i + 1) && digit(i + 2) && !digit(i + 3);
    let mut end = at + 1;
    loop {
        let inside = match look(end) {
            None => false,
            Some(c) if c.is_ascii_digit() || matches!(c, '½' | '¼' | '¾') => true,
            Some(',' | '.' | ':') => digit(end + 1),
            Some('\'' | '\u{2019}' | '\u{2009}' | '\u{202f}' | '\u{a0}') => three(end + 1),
            Some(_) => false,
        };
        if !inside {
            return end;
        }
        end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        words(text).into_iter().map(|w| w.plain).collect()
    }

    #[test]
    fn words_numbers_and_marks_are_parted() {
        assert_eq!(plain("Don’t sell, ok?"), ["don't", "sell", ",", "ok", "?"]);
        assert_eq!(plain("$5,000.50 and 5k"), ["$", "5,000.50", "and", "5", "k"]);
        assert_eq!(plain("short-term"), ["short", "-", "term"]);
        assert_eq!(plain("9:45–3:30 p.m. ET."), ["9:45", "-", "3:30", "p.m.", "et", "."]);
        assert_eq!(plain("BRK.B, S&P. Next"), ["brk.b", ",", "s&p", ".", "next"]);
        assert_eq!(plain("5\u{202f}000 10’000"), ["5\u{202f}000", "10'000"]);
        assert_eq!(plain("to\u{ad}bacco"), ["tobacco"]);
    }

    #[test]
    fn spans_lie_in_the_text() {
        let text = "Ünï “cödé” — ½ 5% \u{200b}x\u{ad}";
        for word in words(text) {
            assert_eq!(&text[word.span.clone()], word.text);
        }
    }

    #[test]
    fn lines_and_paragraphs_are_told_apart() {
        let lines: Vec<Line> = words("a\nb\n\nc\n- d\r\ne").into_iter().map(|w| w.after_line).collect();
        let expected = [Line::Same, Line::Next, Line::Paragraph, Line::Paragraph, Line::Same, Line::Next];
        assert_eq!(lines, expected);
    }
}
