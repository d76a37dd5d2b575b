//! `concentrate_up_to_N_pct_in_ticker_T` and `max_concentration_pct_N`: the most of one security.

use portfolio::Token;

use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::{self, *};

/// Words of a most, and of what may be under it.
pub(super) const UNDER_A_MOST: [Tag; 22] = [
    Most,
    Over,
    Under,
    Reach,
    Neg,
    Avoid,
    Let,
    Permit,
    Grow,
    Keep,
    Stay,
    Own,
    Stocks,
    Stock,
    Position,
    Concentration,
    Invest,
    Single,
    Any,
    Each,
    Anything,
    Enough,
];

/// "Reduce Apple to 6% or less", "bring tech down to 25% at most": what is too much comes down to a most.
pub(super) fn is_brought_down(s: &Segment<'_>) -> bool {
    const VERBS: &str = "reduce,trim,shrink,decrease,cut,cut my,cut back,scale back,scale down,pare,pare back,pare down,bring,bring down,\
                         bring back down,pull down,take down,lower,reducing,trimming,bringing";
    let down = |i: &Item| VERBS.split(',').any(|verb| verb.trim() == i.plain);
    let first = s.items.iter().map(|(i, _)| *i).find(|i| !i.is_filler() && !i.is(Request) && !i.is(Soft));
    let raised = s.says(&["up to", "up"]);
    let bare = first.is_some_and(|i| matches!(i.plain.as_str(), "bring" | "bringing"));
    let lowered = !bare || s.has(Under) || s.says(&["down", "back down", "down to"]);
    first.is_some_and(down) && lowered && !raised && s.has_any(&[Most, Under]) && s.negations() == 0
}

/// The most of a security that is named.
pub(super) fn of_ticker(s: &Segment<'_>) -> Option<Vec<Token>> {
    let mut usable = UNDER_A_MOST.to_vec();
    usable.extend([Buy, Only, Low]);
    if is_brought_down(s) {
        usable.extend([Sell, Minimise]);
    }
    if !s.names(Kind::Ticker) || !s.fits(&usable, &[Kind::Pct, Kind::Ticker]) {
        return None;
    }
    let n = s.per_cent(false)?;
    let grows = s.has_any(&[Let, Permit]) && s.has_any(&[Grow, Reach]);
    let bounded = s.bound() == Bound::Most
        || s.bound() == Bound::Unsaid && s.is_held_to()
        || (s.bound() == Bound::Unsaid && grows);
    let buys = s.items.iter().any(|(i, _)| {
        i.is(Buy) && !(i.plain == "get" && s.has(Under) || i.plain == "getting" && s.has_any(&[Let, Permit]))
    });
    let bought = buys && !s.has_any(&[Neg, Permit]);
    (bounded && !bought).then_some(())?;
    let tickers = s.values(Kind::Ticker).into_iter().map(|v| match v {
        Value::Ticker(t) => Some(Token::ConcentrateUpTo(n, t.clone())),
        _ => None,
    });
    tickers.collect()
}

/// The most of any one security.
pub(super) fn of_any(s: &Segment<'_>) -> Option<Vec<Token>> {
    let mut usable = UNDER_A_MOST.to_vec();
    usable.extend([All, Anything, Buy, Size]);
    // "Nothing should be more than 5% of my portfolio."
    let whole = |i: &Item| i.is(Anything) && (i.plain.starts_with("any ") || i.plain.starts_with("all "));
    let nothing = s.has(Portfolio)
        && s.items
            .iter()
            .any(|(i, _)| i.is(Neg) && i.is(Anything) || i.is(Most) && i.plain.starts_with("nothing"))
        || s.items.iter().any(|(i, _)| whole(i));
    if !s.fits(&usable, &[Kind::Pct]) || !(nothing || s.has_any(&[Stock, Stocks, Position, Concentration])) {
        return None;
    }
    let n = s.per_cent(false)?;
    let plural = |plain: &str| plain.ends_with('s') && !plain.ends_with("ss") || plain == "equities";
    let one = s.items.iter().any(|(i, _)| i.is(Stock) && !plural(&i.plain));
    let any = one
        || s.has_any(&[Single, Any, Each, Concentration, All])
        || s.items
            .iter()
            .any(|(i, _)| i.is(Anything) && (i.plain.starts_with("any") || i.plain.starts_with("all")))
        || s.has_any(&[Neg, Avoid])
        || nothing;
    (any && (s.bound() == Bound::Most || s.bound() == Bound::Unsaid && s.is_held_to()))
        .then(|| vec![Token::MaxConcentrationPct(n)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn the_most_of_one_that_is_named() {
        let ten = Some("concentrate_up_to_10_pct_in_ticker_NVDA");
        for text in [
            "Nvidia may grow to 10% but not more",
            "cap NVDA at ten percent",
            "no more than 10% in Nvidia",
            "reduce Nvidia to 10% at most",
            "bring Nvidia down to 10% or less",
        ] {
            assert_eq!(under(super::of_ticker, text).as_deref(), ten, "{text}");
        }
        for text in [
            "at least 10% in Nvidia",
            "sell Nvidia down to 10%",
            "Nvidia is 10%",
            "bring Nvidia up to 10%",
            "reduce Nvidia to 10%",
            "don't cap Nvidia at 10%",
        ] {
            assert_eq!(under(super::of_ticker, text), None, "{text}");
        }
    }

    #[test]
    fn the_most_of_any_one() {
        for text in ["No single stock over 5 percent", "max 5% per position", "5% limit on any one company"] {
            assert_eq!(under(super::of_any, text).as_deref(), Some("max_concentration_pct_5"), "{text}");
        }
        for text in ["keep stocks under 5%", "at least 5% in each stock", "no single fund over 5%"] {
            assert_eq!(under(super::of_any, text), None, "{text}");
        }
    }
}
