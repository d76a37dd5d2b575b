//! What a text means, in the form in which people and programs are told.
//!
//! In: a text and the names that it may use. Out: a [`Meaning`], the JSON of `equipoise preferences`. Nothing
//! of it is applied by being told: wishes from words count once a person has seen them and put the tokens
//! into the document. Invariant: a token that names what is not known is not understood.

use std::ops::Range;

use llm::Request;
use portfolio::nearest::hint;
use portfolio::preference::contradiction::contradictions;
use portfolio::preference::void::{self, How, Void, voids};
use portfolio::{Lot, Portfolio, Token};
use serde::Serialize;
use serde_json::Value;

use super::names::Held;
use super::{Known, PhrasesError, Reading, phrases, second};

/// What a text means.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Meaning {
    /// The tokens, in the order of the text.
    pub tokens: Vec<String>,
    /// Each with the words it came from.
    pub understood: Vec<Understood>,
    /// Everything else.
    pub not_understood: Vec<String>,
    /// Where that stands: first character and the one behind the last, counted from 0.
    pub not_understood_spans: Vec<[usize; 2]>,
    /// Why something was not understood; tokens that contradict each other; wishes that are firmer than
    /// the words.
    pub notes: Vec<String>,
}

/// A token and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Understood {
    /// The token.
    pub token: String,
    /// Its words; ` … ` between those that stand apart.
    pub words: String,
    /// Where they stand: first character and the one behind the last, counted from 0.
    pub spans: Vec<[usize; 2]>,
    /// The model that read it, where it was not the grammar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_model: Option<String>,
}

impl Known {
    /// The names that the words of an investor may use of their own portfolio. Where no security has a
    /// sector, any usual sector may be named.
    #[must_use]
    pub fn of(portfolio: &Portfolio) -> Known {
        let sectors: Vec<String> = portfolio.securities.iter().filter_map(|s| s.sector.clone()).collect();
        let of = |lot: &Lot| portfolio.securities[portfolio.positions[lot.position].security].ticker.clone();
        Known {
            held: Held {
                securities: portfolio.securities.clone(),
                lots: portfolio.lots.iter().map(|l| (l.lot_id.clone(), of(l))).collect(),
            },
            tickers: Some(portfolio.securities.iter().map(|s| s.ticker.clone()).collect()),
            names: Vec::new(),
            classes: Some(portfolio.classes().into_iter().map(str::to_owned).collect()),
            sectors: (!sectors.is_empty()).then_some(sectors),
            lots: Some(portfolio.lots.iter().map(|l| l.lot_id.clone()).collect()),
        }
    }
}

/// Reads `text` and tells what it means.
///
/// # Errors
/// [`PhrasesError::TooLong`] above [`super::TEXT_BYTES_MAX`].
pub fn meaning(text: &str, known: &Known) -> Result<Meaning, PhrasesError> {
    Ok(told(text, known, phrases(text, known)?))
}

/// Reads `text` and has a model read what was not understood: `ask` answers the question with JSON that keeps its schema, and
/// with its own name. Without an answer the reading of the grammar stands, with a note that says so.
///
/// # Errors
/// [`PhrasesError::TooLong`] above [`super::TEXT_BYTES_MAX`].
pub fn meaning_with(
    text: &str,
    known: &Known,
    ask: impl FnOnce(&Request) -> Result<(Value, String), String>,
) -> Result<Meaning, PhrasesError> {
    let reading = phrases(text, known)?;
    let Some(question) = second::question(text, known, &reading) else {
        return Ok(told(text, known, reading));
    };
    match ask(&question) {
        Err(why) => {
            let mut meaning = told(text, known, reading);
            meaning.notes.push(format!("no model read the rest: {why}"));
            Ok(meaning)
        }
        Ok((answer, model)) => {
            let read = second::joined(text, known, reading, &answer);
            let tokens: Vec<String> =
                read.by_model.iter().map(|at| read.reading.wishes[*at].token.to_string()).collect();
            let mut meaning = told(text, known, read.reading);
            for found in meaning.understood.iter_mut().filter(|found| tokens.contains(&found.token)) {
                found.by_model = Some(model.clone());
                meaning.notes.push(format!(
                    "`{}` was read by {model} from `{}`: check that you mean it",
                    found.token, found.words
                ));
            }
            for (token, why) in read.refused {
                meaning.notes.push(format!("{model} read `{token}`, which is not taken: {why}"));
            }
            Ok(meaning)
        }
    }
}

/// A reading, in the form in which people and programs are told.
fn told(text: &str, known: &Known, reading: Reading) -> Meaning {
    let place = |span: &Range<usize>| {
        let before = text[..span.start].chars().count();
        [before, before + text[span.clone()].chars().count()]
    };
    let mut meaning = Meaning::default();
    let mut kept: Vec<Token> = Vec::new();
    let mut unread: Vec<(Range<usize>, Option<String>)> =
        reading.unread.into_iter().map(|u| (u.span, u.why)).collect();
    for wish in reading.wishes {
        if let Some(why) = unknown_name(&wish.token, known) {
            unread.extend(wish.spans.into_iter().map(|span| (span, Some(why.clone()))));
            continue;
        }
        let token = wish.token.to_string();
        let words: Vec<&str> = wish.spans.iter().map(|span| &text[span.clone()]).collect();
        if wish.softened {
            meaning.notes.push(format!(
                "`{token}` is firm, since there is no softer token; your words ask for it only where possible"
            ));
        }
        meaning.tokens.push(token.clone());
        let spans = wish.spans.iter().map(&place).collect();
        meaning.understood.push(Understood { token, words: words.join(" … "), spans, by_model: None });
        kept.push(wish.token);
    }
    unread.sort_by_key(|(span, _)| span.start);
    for (span, why) in unread {
        let words = &text[span.clone()];
        meaning.notes.extend(
            why.map(|why| if why.contains('`') { why } else { format!("`{words}` is not taken: {why}") }),
        );
        meaning.not_understood_spans.push(place(&span));
        meaning.not_understood.push(words.to_owned());
    }
    for pair in contradictions(&kept) {
        meaning.notes.push(format!("`{}` contradicts `{}`", kept[pair.first], kept[pair.second]));
    }
    meaning.notes.extend(come_to_nothing(&kept, known));
    meaning
}

/// Tokens that come to nothing beside another, as far as the names are known.
fn come_to_nothing(kept: &[Token], known: &Known) -> Vec<String> {
    let lots: Vec<(&str, &str)> =
        known.held.lots.iter().map(|(lot, ticker)| (lot.as_str(), ticker.as_str())).collect();
    let told = |void: Void| {
        let (token, by) = (&kept[void.token], &kept[void.by]);
        match void.how {
            How::RuledOut => format!("`{token}` can't be followed beside `{by}`"),
            How::Implied => format!("`{token}` changes nothing beside `{by}`"),
        }
    };
    let names = void::Known { securities: &known.held.securities, lots: &lots };
    voids(kept, &names).into_iter().map(told).collect()
}

/// What a token names that is not known, with the nearest name.
pub(super) fn unknown_name(token: &Token, known: &Known) -> Option<String> {
    let check = |what: &str, name: &str, names: Option<&Vec<String>>| {
        let names = names?;
        let spaced = |s: &str| s.replace('_', " ");
        let is_known = names.iter().any(|n| n == name || spaced(n) == spaced(name));
        (!is_known).then(|| {
            let hint = hint(name, names.iter().map(String::as_str));
            format!("{what} `{name}` is not known here; {hint}")
        })
    };
    match token {
        Token::DoNotSellTicker(t)
        | Token::DoNotBuyTicker(t)
        | Token::AlwaysHoldTicker(t)
        | Token::ConcentrateUpTo(_, t)
        | Token::PreferTicker(t) => check("ticker", t, known.tickers.as_ref()),
        Token::SellLotFirst(l) | Token::DoNotSellLot(l) => check("lot", l, known.lots.as_ref()),
        Token::AvoidAssetClass(c) => check("asset class", c, known.classes.as_ref()),
        Token::MaxSectorExposurePctIn(_, s) => check("sector", s, known.sectors.as_ref()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apple() -> Known {
        Known { tickers: Some(vec!["AAPL".to_owned()]), ..Known::default() }
    }

    #[test]
    fn unknown_names_are_shown_with_the_nearest() {
        let meaning =
            meaning("do_not_sell_ticker_AAPLE and do_not_buy_ticker_AAPL, no_sells", &apple()).unwrap();
        assert_eq!(meaning.tokens, ["do_not_buy_ticker_AAPL", "no_sells"]);
        assert_eq!(meaning.not_understood, ["do_not_sell_ticker_AAPLE"]);
        assert_eq!(meaning.notes, ["ticker `AAPLE` is not known here; did you mean `AAPL`?"]);
    }

    #[test]
    fn a_token_that_comes_to_nothing_is_told() {
        let meaning = meaning("sell_lot_first_L2, no_sells", &Known::default()).unwrap();
        assert_eq!(meaning.notes, ["`sell_lot_first_L2` can't be followed beside `no_sells`"]);
    }

    #[test]
    fn contradictions_are_told_and_repeats_are_one_token() {
        let meaning = meaning("max_tax_1_usd max_tax_2_usd max_tax_1_usd", &Known::default()).unwrap();
        assert_eq!(meaning.tokens, ["max_tax_1_usd", "max_tax_2_usd"]);
        assert_eq!(meaning.notes, ["`max_tax_1_usd` contradicts `max_tax_2_usd`"]);
    }

    #[test]
    fn places_are_counted_in_characters() {
        let meaning = meaning("Für mich: no tobacco… und kein Öl", &Known::default()).unwrap();
        assert_eq!(meaning.understood[0].words, "no tobacco");
        assert_eq!(meaning.understood[0].spans, [[10, 20]]);
    }

    #[test]
    fn exclusions_are_one_token_with_the_words_of_all() {
        let meaning = meaning("No tobacco. Keep $5k in cash. And no guns.", &Known::default()).unwrap();
        assert_eq!(meaning.tokens, ["exclude_tobacco_weapons", "maintain_cash_balance_of_5000_usd"]);
        assert_eq!(meaning.understood[0].words, "No tobacco … no guns");
        assert_eq!(meaning.understood[0].spans.len(), 2);
    }

    #[test]
    fn a_wish_that_is_firmer_than_its_words_is_told() {
        let meaning = meaning("Don't sell Apple if possible", &apple()).unwrap();
        assert_eq!(meaning.tokens, ["do_not_sell_ticker_AAPL"]);
        assert!(meaning.notes[0].contains("is firm"), "{:?}", meaning.notes);
    }
}
