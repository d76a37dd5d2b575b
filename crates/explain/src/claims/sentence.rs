//! Sentences, and the parts of a sentence that are about one thing.
//!
//! In: tokens. Out: the tokens of each sentence, and within it of each segment. Invariant: every token is in exactly one
//! sentence, and but for the marks between them in exactly one segment.

use std::ops::Range;

use super::token::{Kind, Token};

/// Most tokens of a sentence; what goes on longer is taken as several, so that the work is bounded.
const TOKENS_MAX: usize = 120;

/// The sentences of a text, as ranges of tokens. A line that ends ends a sentence.
pub(crate) fn sentences(tokens: &[Token], text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut first = 0;
    let mut at = 0;
    while at < tokens.len() {
        let mut last = at;
        if ends(tokens, at) {
            // What closes after the full stop belongs to the sentence.
            while tokens
                .get(last + 1)
                .is_some_and(|t| t.glued && t.any(&["\"", "'", "”", "’", ")", ".", "!", "?"]))
            {
                last += 1;
            }
        }
        let line_ends =
            tokens.get(last + 1).is_some_and(|next| text[tokens[last].to..next.from].contains('\n'));
        let long = last + 1 - first >= TOKENS_MAX;
        if ends(tokens, at) || line_ends || long || last + 1 == tokens.len() {
            found.push(first..last + 1);
            first = last + 1;
        }
        at = last + 1;
    }
    found
}

fn ends(tokens: &[Token], at: usize) -> bool {
    const SHORT: [&str; 14] =
        ["approx", "vs", "eg", "ie", "inc", "no", "etc", "dr", "mr", "mrs", "ca", "cf", "corp", "incl"];
    let token = &tokens[at];
    if token.any(&["!", "?"]) {
        return true;
    }
    let glued_next =
        tokens.get(at + 1).is_some_and(|next| next.glued && !next.any(&["\"", "'", "”", "’", ")"]));
    if !token.is(".") || glued_next {
        return false;
    }
    // A number and a full stop at the start of a line number it.
    let numbers = at == 1 && tokens[0].number().is_some();
    let before = at.checked_sub(1).map(|b| &tokens[b]);
    let letter = before.is_some_and(|b| b.glued && b.kind == Kind::Word && b.text.len() == 1);
    !numbers && !letter && before.is_none_or(|b| !b.any(&SHORT))
}

/// The parts of a sentence.
pub(crate) fn segments(tokens: &[Token], sentence: &Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut first = sentence.start;
    let mut figure = false;
    for at in sentence.clone() {
        let token = &tokens[at];
        let (cuts, keeps) = cuts(tokens, sentence, first, at, figure);
        if cuts {
            if first < at {
                found.push(first..at);
            }
            first = if keeps { at } else { at + 1 };
            figure = false;
        }
        figure |= matches!(token.kind, Kind::Number(_) | Kind::Date(_));
    }
    if first < sentence.end {
        found.push(first..sentence.end);
    }
    found
}

/// Whether a segment ends before this token, and whether the token is part of the next one.
fn cuts(tokens: &[Token], sentence: &Range<usize>, first: usize, at: usize, figure: bool) -> (bool, bool) {
    const TURNS: &str =
        "but while whereas because so since which although though whose as against versus vs compared";
    let token = &tokens[at];
    if token.any(&[";", ":", "(", ")", "—", "–", "“", "”", "\""]) {
        return (true, false);
    }
    if token.is("-") && !token.glued {
        return (true, false);
    }
    let name = |n: Option<&Token>| n.is_some_and(|t| t.name().is_some());
    let before = at.checked_sub(1).filter(|b| *b >= sentence.start).map(|b| &tokens[b]);
    let after = tokens.get(at + 1).filter(|_| at + 1 < sentence.end);
    if token.is(",") {
        // A list of names, or a date with its year, is no end; nor is the comma after an opening word.
        let list = name(before) && name(after);
        let year =
            before.is_some_and(|t| t.number().is_some()) && after.is_some_and(|t| t.number().is_some());
        return (!list && !year && at > first + 1 || name(before) && !list, false);
    }
    if token.is("and") {
        return (figure && !year_or_range(before, after), false);
    }
    (token.is_in(TURNS) && at > first, true)
}

/// `8 and 10`, as in "between 8 and 10 %".
fn year_or_range(before: Option<&Token>, after: Option<&Token>) -> bool {
    before.is_some_and(|t| t.number().is_some()) && after.is_some_and(|t| t.number().is_some() || t.is("$"))
}
