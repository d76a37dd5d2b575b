//! `do_not_buy_ticker_T`: a security that no more is bought of.

use portfolio::Token;

use super::exceptions::all_but;
use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it: no buying of what is named, or that it is not wanted. `I don't want Tesla` bars purchases, as
/// an avoided class does; selling what is held would have to be said.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let mut usable = vec![
        Neg, Avoid, Buy, Bought, Invest, Own, Stocks, Stock, Position, More, Any, Enough, Single, Fresh,
        Prefer, Permit,
    ];
    // "Keep Apple out of new purchases".
    if s.items.iter().any(|(i, _)| i.is(Neg) && i.is(Buy)) {
        usable.push(Keep);
    }
    if let Some(tickers) = all_but(s, Kind::Ticker, Buy) {
        return Some(tickers.into_iter().map(Token::DoNotBuyTicker).collect());
    }
    // "Off limits for buying".
    let untouched = |i: &Item| i.is(Touch) && !(i.is(Avoid) && s.items.iter().any(|(i, _)| i.is(Buy)));
    if !s.names(Kind::Ticker)
        || !s.fits(&usable, &[Kind::Ticker])
        || s.states_a_fact() && !s.has(Enough)
        || s.permits()
        || s.has_any(&[Sell, Sold])
        || s.items.iter().any(|(i, _)| untouched(i))
    {
        return None;
    }
    // "Enough Tesla already."
    let enough = |i: &Item| i.is(Enough) && i.plain.contains("enough") && !i.is(Own);
    let sated = s.items.iter().any(|(i, _)| enough(i))
        && s.items.iter().all(|(i, _)| enough(i) || i.is_filler() || i.value(Kind::Ticker).is_some())
        && !s.says(&["is", "are"]);
    if s.items.iter().any(|(i, _)| i.is(Prefer) && !i.is(Neg) && !i.is(Invest)) {
        return None;
    }
    // "Not Tesla" leaves open what is not to be done; not to hold it would be to sell it.
    let bare_not =
        s.items.iter().any(|(i, _)| i.plain == "not") && !s.has_any(&[Buy, Bought, Invest, Own, More]);
    let held = s.items.iter().any(|(i, _)| i.is(Own) && i.plain.starts_with("hold"));
    if bare_not || held || super::only_lets(s) {
        return None;
    }
    let verb = |i: &Item| i.is(Buy) || i.is(Bought);
    let named = |i: &Item| i.value(Kind::Ticker).is_some();
    let forbidden = if s.items.iter().any(|(i, _)| verb(i)) && s.negations() > 0 {
        // "Buying Tesla is out of the question" says it behind.
        let noun = s
            .items
            .iter()
            .find(|(i, _)| verb(i))
            .is_some_and(|(i, _)| i.plain.contains("ing") || i.plain.starts_with("purchases"));
        s.forbids_verb(verb) && (noun || first(s, is_turn) <= last(s, named).max(last(s, verb)))
    } else {
        sated || s.forbids(named)
    };
    let tickers = s.values(Kind::Ticker).into_iter().map(|v| match v {
        Value::Ticker(t) => Token::DoNotBuyTicker(t.clone()),
        _ => Token::NoSells,
    });
    forbidden.then(|| tickers.collect())
}

fn is_turn(item: &Item) -> bool {
    item.is(Neg) || item.is(Avoid)
}

fn first(s: &Segment<'_>, which: impl Fn(&Item) -> bool) -> usize {
    s.items.iter().position(|(i, _)| which(i)).unwrap_or(usize::MAX)
}

fn last(s: &Segment<'_>, which: impl Fn(&Item) -> bool) -> usize {
    s.items.iter().rposition(|(i, _)| which(i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn what_is_not_bought() {
        for text in [
            "Don't buy any more Tesla",
            "no more TSLA purchases",
            "avoid Tesla",
            "I don't want to own Tesla",
            "never add to TSLA",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("do_not_buy_ticker_TSLA"), "{text}");
        }
        for text in [
            "buy Tesla",
            "don't sell Tesla",
            "I don't own Tesla",
            "don't avoid Tesla",
            "buy Apple, not Tesla",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
