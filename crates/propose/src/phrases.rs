//! Free text → preferences: which tokens does an investor mean in their own words.
//!
//! In: a text and the names that it may use ([`Known`]). Out: a [`Reading`]: wishes with the words each
//! came from, and every word that was not understood. No model, no network, no clock: the same text gives
//! the same reading.
//!
//! The way: `words` → `lexemes` (names, amounts, idioms: `items`) → `clauses` (sentences and their pieces) → which
//! pieces are a wish together (`cover`), by the one frame of `frames` that knows what to do with
//! each of their words → what leans on the wish before (`ellipsis`, `carried`), and what can be no wish
//! (`stance`); a negation may reach on (`reach`). Invariant: precision first. A content word that a frame can't use keeps it from
//! fitting, so a wish is never read past a word that might have changed it.

mod account;
mod amounts;
mod calendar;
mod carried;
mod clauses;
mod corrections;
mod cover;
mod ellipsis;
mod frames;
mod items;
mod lexemes;
pub mod meaning;
mod names;
mod numerals;
mod openings;
mod permitted;
mod reach;
pub mod second;
mod segment;
mod spelling;
mod stance;
mod tags;
mod vocabulary;
mod words;

use std::ops::Range;

use portfolio::Token;

pub use meaning::{Meaning, meaning};
pub use names::{Held, Known};
pub use stance::Doubt;

/// Longest text that is read, bytes. Nobody's wishes are longer, and time grows with it.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;

/// Why a text is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhrasesError {
    /// It is too long.
    #[error("the text has {bytes} bytes, and at most {TEXT_BYTES_MAX} are read; say it in fewer words")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// A token and the words that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The token.
    pub token: Token,
    /// Where its words stand in the text, in bytes on character boundaries; several for an exclusion that
    /// is said in several places.
    pub spans: Vec<Range<usize>>,
    /// Whether the words ask for less than the token does: `if possible` where no token has that.
    pub softened: bool,
}

/// Words that were not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where they stand in the text, in bytes on character boundaries.
    pub span: Range<usize>,
    /// Why, where that is known.
    pub why: Option<String>,
}

/// What a text means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Wishes in the order of the text, each token once.
    pub wishes: Vec<Wish>,
    /// What was not understood, in the order of the text.
    pub unread: Vec<Unread>,
}

/// Reads the wishes of `text`.
///
/// # Errors
/// [`PhrasesError::TooLong`] above [`TEXT_BYTES_MAX`].
///
/// # Source
/// The tokens are those of interface.md; that what is not understood is shown rather than guessed, too.
pub fn phrases(text: &str, known: &Known) -> Result<Reading, PhrasesError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(PhrasesError::TooLong { bytes: text.len() });
    }
    let lookup = names::Lookup::new(known);
    let items = lexemes::items(&words::words(text), &lookup);
    let mut account = account::Account::new(&items, text);
    for sentence in clauses::sentences(&items) {
        account.take(&sentence);
    }
    Ok(account.reading())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let known = Known {
            tickers: Some(["AAPL", "MSFT", "NVDA", "TSLA", "VTI", "KO", "SPY"].map(str::to_owned).to_vec()),
            ..Known::default()
        };
        let reading = phrases(text, &known).unwrap();
        let unread = reading.unread.iter().map(|u| text[u.span.clone()].to_owned()).collect();
        (reading.wishes.iter().map(|w| w.token.to_string()).collect(), unread)
    }

    fn tokens(text: &str) -> Vec<String> {
        read(text).0
    }

    #[test]
    fn two_and_three_wishes_in_a_sentence() {
        assert_eq!(
            tokens("keep five grand in cash, don't touch my Apple shares and no tobacco"),
            ["maintain_cash_balance_of_5000_usd", "do_not_sell_ticker_AAPL", "exclude_tobacco"]
        );
        assert_eq!(
            tokens("Cap tech at 30% and energy at 10%"),
            ["max_sector_exposure_pct_30_in_Information_Technology", "max_sector_exposure_pct_10_in_Energy"]
        );
        assert_eq!(tokens("No tobacco. And no guns either."), ["exclude_tobacco_weapons"]);
        assert_eq!(
            tokens("Don't buy Tesla or sell Apple"),
            ["do_not_buy_ticker_TSLA", "do_not_sell_ticker_AAPL"]
        );
        assert_eq!(
            tokens("Don't sell Apple. Same for Microsoft."),
            ["do_not_sell_ticker_AAPL", "do_not_sell_ticker_MSFT"]
        );
    }

    #[test]
    fn what_points_back_is_filled_in() {
        assert_eq!(tokens("I love my Tesla shares, so don't sell them"), ["do_not_sell_ticker_TSLA"]);
        assert_eq!(
            tokens("I inherited the Coke shares and they mean a lot to me, so please don't sell them"),
            ["do_not_sell_ticker_KO"]
        );
        assert_eq!(
            tokens("I worked at Microsoft for years and those shares aren't for sale"),
            ["do_not_sell_ticker_MSFT"]
        );
        assert_eq!(
            tokens("I read that tobacco kills, so no tobacco"),
            ["exclude_tobacco"],
            "what follows from what others say is one's own"
        );
        assert_eq!(tokens("Keep $5k in cash and don't sell it").len(), 1);
    }

    #[test]
    fn corrections_replace_what_they_correct() {
        assert_eq!(
            tokens("Keep $5000 in cash, actually make that $6000"),
            ["maintain_cash_balance_of_6000_usd"]
        );
        assert_eq!(tokens("Don't sell Apple, I mean Microsoft"), ["do_not_sell_ticker_MSFT"]);
        assert_eq!(
            tokens("Keep 5k in cash. Actually, keep 8k in cash."),
            ["maintain_cash_balance_of_8000_usd"]
        );
        assert_eq!(tokens("No tobacco. Scratch that."), Vec::<String>::new());
        assert_eq!(tokens("No tobacco. Actually, tobacco is fine."), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_wish_is_returned() {
        for text in [
            "You may sell Apple if you must",
            "Should I sell Apple?",
            "My brother never sells Apple",
            "I sold Tesla last year",
            "Sell everything and buy Dogecoin",
            "Don't sell Apple unless it doubles",
            "If the market falls, don't sell Apple",
            "Maybe no tobacco",
            "No foreign stocks, except Japan",
            "Short Tesla",
            "Keep €5,000 in cash",
            "Keep -$500 in cash",
            "Keep minus $500 in cash",
            "Between $5,000 and $10,000 in cash",
            "Volatility of no more than 0.12",
            "Don't let Apple and Microsoft combined exceed 15%",
        ] {
            let (tokens, unread) = read(text);
            assert!(tokens.is_empty() && !unread.is_empty(), "{text}: {tokens:?}");
        }
    }

    #[test]
    fn only_what_was_not_understood_is_returned() {
        let (tokens, unread) =
            read("prioritize ESG investments but not at the expense of significant diversification");
        assert_eq!(tokens, ["impact_investing_focus"]);
        assert_eq!(unread, ["not at the expense of significant diversification"]);
    }

    #[test]
    fn a_text_that_is_too_long_is_refused() {
        let error = phrases(&"no tobacco ".repeat(2000), &Known::default()).unwrap_err();
        assert_eq!(error, PhrasesError::TooLong { bytes: 22000 });
    }
}
