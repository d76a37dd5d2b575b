//! `prefer_ticker_T`: what is bought first in its class.

use portfolio::Token;

use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it. What stands behind `over`, `rather than` or `instead of` is what is not preferred.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Prefer, Use, Instead, Buy, Fund, Etf, AssetClass, Stocks, Stock, First, Own, Any, Only, Position,
        Invest,
    ];
    if !s.names(Kind::Ticker) || !s.fits(&usable, &[Kind::Ticker, Kind::Class]) {
        return None;
    }
    if s.items.iter().any(|(i, _)| (i.is(Neg) || i.is(Avoid)) && !i.is(Instead)) {
        return None;
    }
    let prefers = s.items.iter().any(|(i, _)| i.is(Prefer));
    let bought = s.items.iter().any(|(i, _)| i.plain.starts_with("when") && i.is(Buy));
    let uses =
        s.says(&["use", "using", "go with", "go for", "opt for", "stick with", "stick to", "pick", "choose"]);
    let used = uses && (s.names(Kind::Class) || s.has(Always) || bought || s.has(Instead));
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
