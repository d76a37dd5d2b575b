//! The investor's wishes that count, as tokens and in plain words.

use std::collections::HashSet;

use super::Source;
use super::fitting::{Fitting, fitting};
use crate::prompt::row::Row;
use crate::prompt::tokens::told;

/// One row a token that is said for the first time, in the order of the document, which is the investor's.
pub(super) fn wishes(source: &Source<'_>, bytes: usize) -> Fitting {
    let tokens = &source.portfolio.preferences;
    let row = |n: usize| {
        let token = source.names.token(&tokens[n]);
        let told = told(&token);
        Row::new()
            .number("preference", (n + 1).into())
            .text("kind", if told.code.is_some() { "rule" } else { "goal" })
            .maybe_text("code", told.code)
            .text("token", &token.to_string())
            .text("means", &told.words)
            .done()
    };
    let mut said = HashSet::new();
    let once: Vec<usize> = (0..tokens.len()).filter(|n| said.insert(tokens[*n].to_string())).collect();
    let count = once.len();
    fitting(once, count, bytes, "the first of the list; the rest holds as well and is checked", row)
}
