//! The investor's own words, quoted, with what a grammar understood of them.
//!
//! Invariant: words change no rule. A token that the document's preferences do not have is told as not applied.

use portfolio::preference::parse;

use super::Source;
use crate::phrases::{Known, Meaning, meaning};
use crate::prompt::quoting::{harmless, harmless_words};
use crate::prompt::row::Row;

/// Wishes and pieces that are listed of what was understood, and of what was not.
const PIECES_MAX: usize = 20;
/// Characters of one of them.
const PIECE_CHARS_MAX: usize = 120;

/// The instructions, if the document has any; about half of `bytes` for the words themselves.
pub(super) fn words(source: &Source<'_>, bytes: usize) -> Option<String> {
    let p = source.portfolio;
    let text = p.instructions.as_deref().filter(|text| !text.trim().is_empty())?;
    let named = |words: &str| source.names.in_investor_words(words);
    let (quoted, left_out) = harmless_words(&named(text), bytes / 2);
    let read = meaning(text, &Known::of(p)).unwrap_or_else(|_| Meaning::default());
    let mut rows: Vec<String> = Vec::new();
    for wish in &read.understood {
        let Ok(token) = parse(&wish.token) else { continue };
        let applied = p.preferences.contains(&token);
        let row = Row::new()
            .text("token", &source.names.token(&token).to_string())
            .text("from", &piece(&named(&wish.words)))
            .flag("not_applied", !applied);
        rows.push(row.done());
    }
    let unread: Vec<String> = read.not_understood.iter().map(|words| piece(&named(words))).collect();
    let (mut listed, mut left) = (Vec::new(), bytes / 4);
    for row in rows.iter().take(PIECES_MAX) {
        let Some(rest) = left.checked_sub(row.len() + 1) else { break };
        left = rest;
        listed.push(row.as_str());
    }
    let unread_listed = &unread[..unread.len().min(PIECES_MAX).min(bytes / 8 / PIECE_CHARS_MAX)];
    let too_long = text.len() > crate::phrases::TEXT_BYTES_MAX;
    Some(
        Row::new()
            .text("text", &quoted)
            .number_unless_zero("bytes_left_out_at_the_end", left_out.into())
            .raw("understood", &format!("[{}]", listed.join(",")))
            .number_unless_zero("understood_not_listed", (rows.len() - listed.len()).into())
            .texts("not_understood", unread_listed)
            .number_unless_zero("not_understood_not_listed", (unread.len() - unread_listed.len()).into())
            .flag("too_long_to_be_read_by_a_program", too_long)
            .done(),
    )
}

fn piece(words: &str) -> String {
    harmless(&harmless_words(words, usize::MAX).0, PIECE_CHARS_MAX)
}
