//! `prefer_ticker_T`: what is bought first in its class.

use portfolio::Token;

use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it. What stands behind `over`, `rather than` or `instead of` is what is not preferred.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Prefer, Use, Instead, Buy, Fund, Etf, AssetClass, Stocks, Stock, First, Own, Any, Only, Position,
        Invest, Most, Anything,
    ];
    // "Best of all", and what is compared with "anything else"; no bound and no other whole.
    let likes =
        |i: &Item| matches!(i.plain.as_str(), "the most" | "most" | "best" | "best of all" | "the best");
    let other = |i: &Item| {
        i.is(Most) && !likes(i) || i.is(Anything) && i.plain.contains(' ') && i.plain != "anything else"
    };
    if s.items.iter().any(|(i, _)| other(i)) {
        return None;
    }
    if !s.names(Kind::Ticker) || !s.fits(&usable, &[Kind::Ticker, Kind::Class]) {
        return None;
    }
    if s.items.iter().any(|(i, _)| (i.is(Neg) || i.is(Avoid)) && !i.is(Instead)) {
        return None;
    }
    // "I'd rather buy Apple" and "I like Apple better" compare with nothing that is said.
    let compares = |i: &Item| matches!(i.plain.as_str(), "rather" | "sooner" | "better" | "i'd rather");
    let of_class = s.names(Kind::Class) && s.says(&["for"]) && !s.has(Buy);
    let liked = s.says(&["like"]) && s.items.iter().any(|(i, _)| likes(i));
    let prefers = liked
        || s.says(&["my preference", "my preference is"])
        || s.items
            .iter()
            .any(|(i, _)| i.is(Prefer) && (s.has(Instead) && !s.has(Buy) || !compares(i) || of_class));
    let bought =
        s.items.iter().any(|(i, _)| i.is(Buy) && (i.plain.starts_with("when") || i.plain.starts_with("if")));
    let uses = s.says(&[
        "use",
        "using",
        "go with",
        "go for",
        "opt for",
        "stick with",
        "stick to",
        "pick",
        "choose",
        "fill",
    ]) || s.says(&["buy"]) && s.says(&["for"])
        || s.says(&["used", "used for"]) && s.says(&["should", "must", "be"]);
    let rather = s.values(Kind::Ticker).len() > 1
        && !s.items.iter().any(|(i, _)| i.plain == "buy" || i.plain == "buying")
        && s.says(&["rather than", "instead of", "over", "better than", "in preference to", "ahead of"]);
    // "VTI for US stocks": a name, a class, and nothing else.
    let over_others = |i: &Item| i.is(Instead) && (i.plain.contains("other") || i.plain.contains("else"));
    let bare = s.names(Kind::Class)
        && (s.says(&["for", "via"]) || s.items.iter().any(|(i, _)| over_others(i)))
        && s.items.iter().all(|(i, _)| {
            i.is_filler()
                || !i.values.is_empty()
                || i.is(Soft)
                || i.is(Fund)
                || i.plain == "first"
                || i.plain == "via"
                || over_others(i)
        });
    let used = rather
        || bare
        || bought
        || uses && (s.names(Kind::Class) || s.has_any(&[Always, Instead, First, Soft]));
    if !prefers && !used {
        return None;
    }
    let (mut rejecting, mut piece) = (false, 0);
    let mut preferred: Vec<String> = Vec::new();
    for (item, of_piece) in &s.items {
        if *of_piece != piece {
            piece = *of_piece;
            rejecting = rejecting && item.is(Or);
        }
        if item.is(Instead)
            && !item.is(Prefer)
            && item.plain != "instead"
            && !item.is(Condition)
            && !item.plain.contains("choice")
        {
            rejecting = !(preferred.is_empty() && item.plain == "to");
        } else if item.is(Prefer) || item.is(Use) && item.plain != "over" {
            rejecting = false;
        }
        match item.values.as_slice() {
            [Value::Ticker(t)] if !rejecting && !preferred.contains(t) => preferred.push(t.clone()),
            [Value::Ticker(_)] => {}
            _ if item.value(Kind::Ticker).is_some() => return None,
            _ => {}
        }
    }
    (!preferred.is_empty()).then(|| preferred.into_iter().map(Token::PreferTicker).collect())
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn what_is_bought_first() {
        for text in [
            "I prefer VTI",
            "use VTI for US stocks",
            "prefer VTI over SPY",
            "instead of SPY, use VTI",
            "VTI is my favourite fund",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("prefer_ticker_VTI"), "{text}");
        }
        for text in ["I don't prefer VTI", "buy VTI", "VTI", "I prefer not to buy VTI"] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
