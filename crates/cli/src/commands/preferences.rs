//! `equipoise preferences "TEXT"`: the tokens that stand in a text, and what was not understood.
//!
//! Today exact tokens are found; nothing is guessed, and every other word is shown as not understood.
//! With `--tickers` or `--portfolio` a token that names something unknown is not understood either.
//! Without a text, every token is listed.

use portfolio::nearest::hint;
use portfolio::preference::contradiction::contradictions;
use portfolio::preference::grammar::EXAMPLES;
use portfolio::preference::scan::{Scan, scan};
use portfolio::preference::void::{self, How, Void, voids};
use portfolio::{Lot, Security, Token};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `preferences`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What the investor wishes; without it, every token is listed
    text: Option<String>,
    /// Tickers that may be named
    #[arg(long, value_delimiter = ',', value_name = "A,B")]
    tickers: Vec<String>,
    /// Portfolio document whose names may be named
    #[arg(long, value_name = "FILE")]
    portfolio: Option<String>,
    /// Model that reads the text
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What a text means.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Meaning {
    /// The tokens, in the order of the text.
    pub(crate) tokens: Vec<String>,
    /// Each with the words it came from.
    pub(crate) understood: Vec<Understood>,
    /// Every other word.
    pub(crate) not_understood: Vec<String>,
    /// Why, for words that look like a token and are none; and tokens that contradict each other.
    pub(crate) notes: Vec<String>,
}

/// A token and its words.
#[derive(Debug, Serialize)]
pub(crate) struct Understood {
    pub(crate) token: String,
    pub(crate) words: String,
}

/// The names that a text may use; `None` = any.
#[derive(Debug, Default)]
struct Known {
    tickers: Option<Vec<String>>,
    rest: Option<Rest>,
}

/// Names that only a document has.
#[derive(Debug)]
struct Rest {
    securities: Vec<Security>,
    lots: Vec<String>,
    /// The ticker of each lot.
    lot_tickers: Vec<String>,
    classes: Vec<String>,
    sectors: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.model.is_some() {
        return Err(Failure::usage("no model is configured, so `--model` can't be used; leave it out"));
    }
    let Some(text) = &arguments.text else {
        match arguments.format {
            Format::Json => output::json(&EXAMPLES.as_slice())?,
            Format::Table => output::page(&page::preferences::all(&EXAMPLES))?,
        }
        return Ok(Exit::Done);
    };
    let meaning = meaning(&scan(text), &known(arguments)?);
    match arguments.format {
        Format::Json => output::json(&meaning)?,
        Format::Table => output::page(&page::preferences::page(&meaning))?,
    }
    Ok(Exit::Done)
}

fn known(arguments: &Arguments) -> Result<Known, Failure> {
    let mut known = Known::default();
    if !arguments.tickers.is_empty() {
        known.tickers = Some(arguments.tickers.iter().map(|t| t.trim().to_owned()).collect());
    }
    let Some(path) = &arguments.portfolio else { return Ok(known) };
    let document =
        portfolio::read(&input::text(path)?).map_err(|error| Failure::document(input::name(path), &error))?;
    let tickers = document.securities.iter().map(|s| s.ticker.clone());
    known.tickers.get_or_insert_default().extend(tickers);
    let of = |lot: &Lot| document.securities[document.positions[lot.position].security].ticker.clone();
    known.rest = Some(Rest {
        securities: document.securities.clone(),
        lot_tickers: document.lots.iter().map(of).collect(),
        lots: document.lots.iter().map(|l| l.lot_id.clone()).collect(),
        classes: document.classes().into_iter().map(str::to_owned).collect(),
        sectors: document.securities.iter().filter_map(|s| s.sector.clone()).collect(),
    });
    Ok(known)
}

/// Keeps what names only what is known.
fn meaning(scan: &Scan, known: &Known) -> Meaning {
    let mut meaning = Meaning::default();
    let mut kept: Vec<Token> = Vec::new();
    for found in &scan.understood {
        match unknown_name(&found.token, known) {
            None => {
                if !kept.contains(&found.token) {
                    meaning.tokens.push(found.token.to_string());
                    kept.push(found.token.clone());
                }
                let understood = Understood { token: found.token.to_string(), words: found.words.clone() };
                meaning.understood.push(understood);
            }
            Some(why) => {
                meaning.not_understood.push(found.words.clone());
                meaning.notes.push(why);
            }
        }
    }
    for rest in &scan.not_understood {
        meaning.not_understood.push(rest.words.clone());
        meaning.notes.extend(rest.reason.clone());
    }
    for pair in contradictions(&kept) {
        meaning.notes.push(format!("`{}` contradicts `{}`", kept[pair.first], kept[pair.second]));
    }
    meaning.notes.extend(come_to_nothing(&kept, known));
    meaning
}

/// Tokens that come to nothing beside another, as far as the names are known.
fn come_to_nothing(kept: &[Token], known: &Known) -> Vec<String> {
    let rest = known.rest.as_ref();
    let lots = rest.map_or_else(Vec::new, |r| {
        r.lots.iter().map(String::as_str).zip(r.lot_tickers.iter().map(String::as_str)).collect()
    });
    let securities = rest.map_or(&[][..], |r| &r.securities);
    let told = |void: Void| {
        let (token, by) = (&kept[void.token], &kept[void.by]);
        match void.how {
            How::RuledOut => format!("`{token}` can't be followed beside `{by}`"),
            How::Implied => format!("`{token}` changes nothing beside `{by}`"),
        }
    };
    voids(kept, &void::Known { securities, lots: &lots }).into_iter().map(told).collect()
}

/// What a token names that is not known, with the nearest name.
fn unknown_name(token: &Token, known: &Known) -> Option<String> {
    let check = |what: &str, name: &str, names: Option<&Vec<String>>| {
        let names = names?;
        let spaced = |s: &str| s.replace('_', " ");
        let is_known = names.iter().any(|n| n == name || spaced(n) == spaced(name));
        (!is_known).then(|| {
            let hint = hint(name, names.iter().map(String::as_str));
            format!("{what} `{name}` is not known here; {hint}")
        })
    };
    let rest = known.rest.as_ref();
    match token {
        Token::DoNotSellTicker(t)
        | Token::DoNotBuyTicker(t)
        | Token::AlwaysHoldTicker(t)
        | Token::ConcentrateUpTo(_, t)
        | Token::PreferTicker(t) => check("ticker", t, known.tickers.as_ref()),
        Token::SellLotFirst(l) | Token::DoNotSellLot(l) => check("lot", l, rest.map(|r| &r.lots)),
        Token::AvoidAssetClass(c) => check("asset class", c, rest.map(|r| &r.classes)),
        Token::MaxSectorExposurePctIn(_, s) => check("sector", s, rest.map(|r| &r.sectors)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_shown_with_the_nearest() {
        let known = Known { tickers: Some(vec!["AAPL".to_owned()]), rest: None };
        let scan = scan("do_not_sell_ticker_AAPLE and do_not_buy_ticker_AAPL, no_sells");
        let meaning = meaning(&scan, &known);
        assert_eq!(meaning.tokens, ["do_not_buy_ticker_AAPL", "no_sells"]);
        assert_eq!(meaning.not_understood, ["do_not_sell_ticker_AAPLE"]);
        assert_eq!(meaning.notes, ["ticker `AAPLE` is not known here; did you mean `AAPL`?"]);
    }

    #[test]
    fn a_token_that_comes_to_nothing_is_told() {
        let meaning = meaning(&scan("sell_lot_first_L2, no_sells"), &Known::default());
        assert_eq!(meaning.notes, ["`sell_lot_first_L2` can't be followed beside `no_sells`"]);
    }

    #[test]
    fn contradictions_are_told_and_repeats_are_one_token() {
        let meaning = meaning(&scan("max_tax_1_usd max_tax_2_usd max_tax_1_usd"), &Known::default());
        assert_eq!(meaning.tokens, ["max_tax_1_usd", "max_tax_2_usd"]);
        assert_eq!(meaning.notes, ["`max_tax_1_usd` contradicts `max_tax_2_usd`"]);
    }
}
