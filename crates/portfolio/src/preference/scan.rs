//! Which exact tokens stand in a sentence.
//!
//! In: any text. Out: the tokens that are written out in it, each with the words it came from, and
//! the words around them that were not understood. Nothing is guessed: a word that is no token is
//! returned as not understood, with the nearest token where it looks like a misspelt one.

use super::{Token, parse};
use crate::preference::grammar::TokenError;

/// What a text says, as far as exact tokens go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// Tokens in the order of the text.
    pub understood: Vec<Understood>,
    /// Runs of words that are no token.
    pub not_understood: Vec<NotUnderstood>,
}

/// A token and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// The token.
    pub token: Token,
    /// The words of the text.
    pub words: String,
}

/// Words that are no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// The words of the text.
    pub words: String,
    /// Why, where something looks like a token but isn't one.
    pub reason: Option<String>,
}

/// Finds the exact tokens in `text`.
#[must_use]
pub fn scan(text: &str) -> Scan {
    let mut found = Scan::default();
    let mut plain: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word
            .trim_matches(|c: char| matches!(c, ',' | ';' | '.' | '"' | '\'' | '`' | '(' | ')' | '!' | '?'));
        match parse(bare) {
            Ok(token) => {
                flush(&mut plain, &mut found);
                found.understood.push(Understood { token, words: bare.to_owned() });
            }
            Err(error) if bare.matches('_').count() >= 2 || matches!(error, TokenError::Part { .. }) => {
                flush(&mut plain, &mut found);
                found
                    .not_understood
                    .push(NotUnderstood { words: bare.to_owned(), reason: Some(error.to_string()) });
            }
            Err(_) => plain.push(word),
        }
    }
    flush(&mut plain, &mut found);
    found
}

/// Moves the words collected so far into the report, unless they only join tokens.
fn flush(plain: &mut Vec<&str>, found: &mut Scan) {
    let joins =
        |w: &&str| matches!(w.to_lowercase().trim_matches(','), "and" | "&" | "" | "-" | "with" | "plus");
    if !plain.iter().all(joins) {
        found.not_understood.push(NotUnderstood { words: plain.join(" "), reason: None });
    }
    plain.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_and_the_rest_is_shown() {
        let scan = scan("Please no_sells, and maintain_cash_balance_of_5000_usd; keep it green");
        let tokens: Vec<String> = scan.understood.iter().map(|u| u.token.to_string()).collect();
        assert_eq!(tokens, ["no_sells", "maintain_cash_balance_of_5000_usd"]);
        let rest: Vec<&str> = scan.not_understood.iter().map(|n| n.words.as_str()).collect();
        assert_eq!(rest, ["Please", "keep it green"]);
    }

    #[test]
    fn a_misspelt_token_is_never_guessed() {
        let scan = scan("maintain_cash_balanse_of_5000_usd");
        assert!(scan.understood.is_empty());
        let reason = scan.not_understood[0].reason.as_deref().unwrap();
        assert!(reason.contains("did you mean `maintain_cash_balance_of_5000_usd`"), "{reason}");
    }
}
