//! Which exact tokens stand in a sentence.
//!
//! In: any text. Out: the tokens that are written out in it, each with the words it came from, and
//! the words around them that were not understood. Nothing is guessed: a word that is no token is
//! returned as not understood, with the nearest token where it looks like a misspelt one; and so is a
//! token after a word that may turn its meaning (`not`, `unless`).

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

/// Marks that stand around a token without being part of it.
const MARKS: &[char] = &[
    ',', ';', ':', '.', '"', '\'', '`', '(', ')', '[', ']', '!', '?', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}',
];

/// Words after which a token may mean its opposite, or nothing.
const TURNING: [&str; 19] = [
    "no", "not", "never", "nor", "neither", "dont", "without", "unless", "except", "if", "instead", "rather",
    "remove", "drop", "cancel", "ignore", "forget", "stop", "cannot",
];

/// Finds the exact tokens in `text`.
#[must_use]
pub fn scan(text: &str) -> Scan {
    let mut found = Scan::default();
    let mut plain: Vec<&str> = Vec::new();
    for word in text.split_whitespace().flat_map(parted) {
        let bare = word.trim_matches(MARKS);
        match parse(bare) {
            Ok(token) => match turned(&plain).map(str::to_owned) {
                None => {
                    flush(&mut plain, &mut found);
                    found.understood.push(Understood { token, words: bare.to_owned() });
                }
                Some(turning) => {
                    let reason = format!("`{bare}` comes after `{turning}`; write it alone if it is meant");
                    plain.push(bare);
                    found.not_understood.push(NotUnderstood { words: plain.join(" "), reason: Some(reason) });
                    plain.clear();
                }
            },
            Err(error) if looks_like_a_token(bare, &error) => {
                flush(&mut plain, &mut found);
                found
                    .not_understood
                    .push(NotUnderstood { words: bare.to_owned(), reason: Some(why(bare, &error)) });
            }
            Err(_) => plain.push(word),
        }
    }
    flush(&mut plain, &mut found);
    found
}

/// Whether a word was meant as a token: words joined by `_`, or by `-` where that alone makes it none.
fn looks_like_a_token(bare: &str, error: &TokenError) -> bool {
    let letters = bare.bytes().any(|b| b.is_ascii_alphabetic());
    letters && (bare.contains('_') || joined(bare).is_some()) || matches!(error, TokenError::Part { .. })
}

fn joined(bare: &str) -> Option<Token> {
    bare.contains('-').then(|| parse(&bare.replace('-', "_")).ok())?
}

fn why(bare: &str, error: &TokenError) -> String {
    match joined(bare) {
        Some(token) => format!("unknown preference `{bare}`; did you mean `{token}`?"),
        None => error.to_string(),
    }
}

/// The parts of a word with `_` between commas and semicolons; a comma between digits stays.
fn parted(word: &str) -> Vec<&str> {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, mark) in word.match_indices([',', ';']).filter(|_| word.contains('_')) {
        let next = at + mark.len();
        if digit(word[..at].chars().next_back()) && digit(word[next..].chars().next()) {
            continue;
        }
        parts.push(&word[from..at]);
        from = next;
    }
    parts.push(&word[from..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The word of this sentence after which a token can't be taken as it stands.
fn turned<'a>(plain: &[&'a str]) -> Option<&'a str> {
    let sentence = plain.iter().rev().take_while(|word| !word.ends_with(['.', ';', '!', '?']));
    sentence.map(|word| word.trim_matches(MARKS)).find(|word| {
        let word = word.to_lowercase().replace('\u{2019}', "'");
        word.ends_with("n't") || TURNING.contains(&word.as_str())
    })
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

    fn found(text: &str) -> (Vec<String>, Vec<String>) {
        let scan = scan(text);
        let rest = scan.not_understood.into_iter().map(|n| n.words).collect();
        (scan.understood.iter().map(|u| u.token.to_string()).collect(), rest)
    }

    #[test]
    fn a_token_after_a_word_that_turns_it_is_not_taken() {
        for text in ["not no_sells", "I don\u{2019}t want no_sells", "do not use: no_sells", "Never no_sells"]
        {
            assert!(found(text).0.is_empty(), "{text}");
        }
        assert_eq!(found("please not no_sells").1, ["please not no_sells"]);
        let reason = scan("not no_sells").not_understood[0].reason.clone().unwrap();
        assert_eq!(reason, "`no_sells` comes after `not`; write it alone if it is meant");
        assert_eq!(found("I do not trade much. no_sells").0, ["no_sells"]);
        assert_eq!(found("not no_sells max_tax_4_usd").0, ["max_tax_4_usd"]);
    }

    #[test]
    fn tokens_between_commas_need_no_spaces() {
        let list = found("do_not_sell_ticker_AAPL,no_sells;max_tax_4_usd");
        assert_eq!(
            list,
            (vec!["do_not_sell_ticker_AAPL".into(), "no_sells".into(), "max_tax_4_usd".into()], vec![])
        );
        assert_eq!(found("[\"no_sells\",\"max_tax_4_usd\"]").0, ["no_sells", "max_tax_4_usd"]);
        assert_eq!(found("\u{201c}no_sells\u{201d}").0, ["no_sells"]);
        assert_eq!(
            found("max_concentration_pct_5,000"),
            (vec![], vec!["max_concentration_pct_5,000".into()])
        );
        assert_eq!(found("do_not_sell_ticker_AAPL,MSFT").1, ["MSFT"]);
    }

    #[test]
    fn a_short_token_misspelt_is_named_too() {
        for (written, meant) in [("no_sell", "no_sells"), ("no-sells", "no_sells"), ("NO_SELLS", "no_sells")]
        {
            let scan = scan(written);
            assert!(scan.understood.is_empty(), "{written}");
            let reason = scan.not_understood[0].reason.clone().unwrap();
            assert!(reason.ends_with(&format!("did you mean `{meant}`?")), "{reason}");
        }
        assert_eq!(scan("long-term _ only").not_understood[0].reason, None);
    }

    #[test]
    fn a_misspelt_token_is_never_guessed() {
        let scan = scan("maintain_cash_balanse_of_5000_usd");
        assert!(scan.understood.is_empty());
        let reason = scan.not_understood[0].reason.as_deref().unwrap();
        assert!(reason.contains("did you mean `maintain_cash_balance_of_5000_usd`"), "{reason}");
    }
}
