//! `always_hold_ticker_T`: some of a security always stays.

use portfolio::Token;

use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it: keep some, always hold, never sell out of. How much is left open by the token, so an amount
/// of shares or a part of the portfolio is another wish.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Keep, Stay, Own, Always, Few, Stocks, Stock, Position, Least, Sell, Sold, Fully, Neg, Any, Single,
        Let, Held, Use,
    ];
    if !s.names(Kind::Ticker) || !s.fits(&usable, &[Kind::Ticker]) || s.states_a_fact() {
        return None;
    }
    let sells = |i: &Item| i.is(Sell) || i.is(Sold);
    // "At least one share of Apple at all times."
    let one = s.has(Always) && s.has(Least) && s.says(&["one"]) && s.has(Stocks);
    let negated = s.negations();
    let meant = if s.has(Fully) {
        let out = s.items.iter().any(|(i, _)| super::gives_up(i));
        negated == 1 && (out || s.forbids_verb(sells))
    } else {
        let kept = (s.has_any(&[Keep, Own, Held, Position])
            || s.has(Always) && s.says(&["want", "like", "need"]))
            || s.has(Always) && s.has(Few)
            || one
            || s.items.iter().any(|(i, _)| i.plain == "be" || i.plain == "in my portfolio");
        negated == 0 && !s.items.iter().any(|(i, _)| sells(i)) && kept && (one || s.has_any(&[Always, Few]))
    };
    if !meant {
        return None;
    }
    let tickers = s.values(Kind::Ticker).into_iter().map(|v| match v {
        Value::Ticker(t) => Some(Token::AlwaysHoldTicker(t.clone())),
        _ => None,
    });
    tickers.collect()
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn some_always_stays() {
        for text in [
            "Keep some KO, always",
            "always hold KO",
            "never sell out of KO completely",
            "I want to own at least a bit of KO",
            "I never want to be completely out of KO",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("always_hold_ticker_KO"), "{text}");
        }
        for text in ["keep KO", "don't always hold KO", "I hold some KO", "sell some KO", "hold 5% KO always"]
        {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
