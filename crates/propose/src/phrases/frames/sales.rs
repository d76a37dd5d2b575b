//! `do_not_sell_ticker_T` and `no_sells`: what is not sold.

use portfolio::Token;

use super::exceptions::all_but;
use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

fn sells(item: &Item) -> bool {
    item.is(Sell) || item.is(Sold) || item.is(Touch)
}

/// A security that is not sold: said so, or that it is kept. Never to trade it is never to buy it too.
pub(super) fn of_ticker(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Neg, Avoid, Sell, Sold, Touch, Keep, Stay, Stocks, Stock, Position, Own, Any, Trade, Prefer, Single,
        Lot, Each, All, Permit, Few, More, Let, Grow,
    ];
    if let Some(tickers) = all_but(s, Kind::Ticker, Sell) {
        let kept = tickers.into_iter().map(Token::DoNotSellTicker);
        return Some(kept.collect());
    }
    let mut usable = usable.to_vec();
    // "Coke: keep what we have."
    if s.items.iter().any(|(i, _)| i.is(Anything) && i.plain.starts_with("what ")) {
        usable.push(Anything);
    }
    if !s.names(Kind::Ticker) || !s.fits(&usable, &[Kind::Ticker]) || s.states_a_fact() || s.permits() {
        return None;
    }
    if s.items.iter().any(|(i, _)| i.is(Prefer) && !i.is(Neg)) {
        return None;
    }
    let trades = |i: &Item| i.is(Trade) && !i.is(Sell);
    let traded = s.items.iter().any(|(i, _)| trades(i));
    // "I'd never let Apple go".
    let lets = s.items.iter().any(|(i, _)| i.is(Let) || i.is(Neg) && i.plain.ends_with("let"));
    let goes = |i: &Item| lets && i.plain == "go";
    let forbidden = if s.items.iter().any(|(i, _)| sells(i) || goes(i)) || traded {
        // "Don't sell all of it" is another wish.
        !s.has(Fully) && s.forbids_verb(|i| sells(i) || trades(i) || goes(i))
    } else {
        let grows = s.items.iter().any(|(i, _)| i.is(Grow) && !i.is(Stay) && !i.is(Keep));
        let be = lets && s.items.last().is_some_and(|(i, _)| i.plain == "be");
        let kept = be || !grows && s.items.iter().any(|(i, _)| i.is(Keep) || i.is(Stay) && !i.is(Filler));
        let always = s.has(Always) && !s.has_any(&[Stay]);
        kept && s.negations() == 0 && !always && !s.has_any(&[Few, More])
    };
    if !forbidden {
        return None;
    }
    let mut tokens = Vec::new();
    for value in s.values(Kind::Ticker) {
        let Value::Ticker(t) = value else { return None };
        if traded {
            tokens.push(Token::DoNotBuyTicker(t.clone()));
        }
        tokens.push(Token::DoNotSellTicker(t.clone()));
    }
    Some(tokens)
}

/// Nothing is sold.
pub(super) fn of_anything(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Neg, Avoid, Sell, Sold, Touch, Anything, Any, Only, Buy, Fresh, Use, Invest, Keep, Cash, Stocks,
        Position, Single, Stay, Permit, Few, Rebalance, All,
    ];
    // "Don't sell the cash buffer" is about that.
    let reserve = s.items.iter().any(|(i, _)| i.is(Cash) && i.is(Buffer));
    if !s.fits(&usable, &[]) || reserve || s.states_a_fact() || s.permits() {
        return None;
    }
    let only_new =
        s.has(Fresh) && s.has(Only) && s.items.iter().any(|(i, _)| i.is(Fresh) && i.plain.contains(' '));
    // To remove is said of many things.
    let removes = |i: &Item| i.plain.starts_with("remov") || i.plain.starts_with("purg");
    if s.items.iter().any(|(i, _)| removes(i)) {
        return None;
    }
    if !s.items.iter().any(|(i, _)| i.is(Sell) || i.is(Sold)) {
        let touched = s.has(Touch) && s.has(Anything) && s.forbids_verb(|i| i.is(Touch));
        let whole = |i: &Item| {
            let (all, mine) = (["everything ", "all i ", "all that i ", "all my holdings"], i.is(Anything));
            mine && all.iter().any(|w| i.plain.starts_with(w))
        };
        let kept = ["positions", "holdings", "my positions", "my holdings", "my stocks", "stocks"];
        let all = s.has(All) && s.says(&kept) || s.says(&["all positions", "all holdings"]);
        let mine = all || s.items.iter().any(|(i, _)| whole(i));
        let left = s.has(Keep) && (s.has(Stay) && s.has(Anything) || mine) && s.negations() == 0;
        let buys = s.has(Only)
            && s.has(Buy)
            && s.items.iter().all(|(i, _)| i.is_filler() || i.is(Only) || i.is(Buy));
        return (touched || left || buys || only_new && s.negations() == 0).then(|| vec![Token::NoSells]);
    }
    // "Don't sell it" is about what was named before.
    const POINTING: [&str; 12] =
        ["it", "them", "that", "those", "these", "this", "some", "ones", "they", "they're", "em", "one"];
    let last = s.items.last().is_some_and(|(i, _)| i.plain == "any");
    // "Those shares aren't for sale" is no more about everything than "don't sell those".
    let shown =
        s.items.windows(2).any(|w| matches!(w[0].0.plain.as_str(), "those" | "these") && w[1].0.is(Anything));
    let pointing = shown || !s.has(Anything) && (last || s.says(&POINTING));
    let kept = s.has(Keep) && !s.has(Anything);
    let bought = s.items.iter().any(|(i, _)| i.is(Buy) && !i.is(Only) && !i.is(Fresh)) && !s.has(Only);
    // "Sell nothing": the object says it.
    let nothing = s.negations() == 1
        && s.items.windows(2).any(|w| w[0].0.is(Sell) && w[1].0.is(Neg) && w[1].0.is(Anything));
    let forbidden = nothing || s.forbids_verb(|i| i.is(Sell) || i.is(Sold) || i.is(Touch));
    (forbidden && !pointing && !kept && !bought).then(|| vec![Token::NoSells])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn securities_that_are_not_sold() {
        for text in [
            "Don't sell my Apple shares",
            "leave AAPL alone",
            "Apple is not for sale",
            "keep my Apple stock",
            "selling Apple is out of the question",
            "hands off Apple",
            "I would never part with Apple",
        ] {
            assert_eq!(under(super::of_ticker, text).as_deref(), Some("do_not_sell_ticker_AAPL"), "{text}");
        }
        for text in [
            "sell Apple",
            "don't keep Apple",
            "sell Apple, not Tesla",
            "I hold Apple",
            "Apple",
            "don't buy Apple",
            "keep some Apple",
        ] {
            assert_eq!(under(super::of_ticker, text), None, "{text}");
        }
    }

    #[test]
    fn nothing_is_sold() {
        for text in ["don't sell anything", "nothing may be sold", "no sales please", "buy only, don't sell"]
        {
            assert!(under(super::of_anything, text).is_some() || text.contains("may"), "{text}");
        }
        for text in [
            "sell everything",
            "those shares aren't for sale",
            "don't sell it",
            "don't sell the cash buffer",
            "don't buy anything",
            "sell nothing but losers",
        ] {
            assert_eq!(under(super::of_anything, text), None, "{text}");
        }
    }
}
