//! `avoid_trades_below_M_usd`: no trade is smaller than an amount.

use portfolio::Token;
use rust_decimal::dec;

use crate::phrases::items::{Item, Kind};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Words that forbid here and nowhere else: a trade can be ignored, a rule can't.
fn dismisses(item: &Item) -> bool {
    item.is(Worth)
        && !matches!(
            item.plain.as_str(),
            "worth it" | "bother" | "bother with" | "bothering with" | "makes sense" | "make sense"
        )
        && !item.plain.starts_with("bother")
        && !item.plain.starts_with("worth")
        && !item.plain.starts_with("waste")
}

/// Reads it: a least for trades, or none below.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Trade, Order, Worth, Neg, Avoid, Size, Only, Over, Under, Least, Anything, Any, Keep, Single, Each,
        Low, Let, Rebalance, Cost,
    ];
    if !s.has_any(&[Trade, Order, Size]) || !s.fits(&usable, &[Kind::Usd, Kind::Plain]) {
        return None;
    }
    let m = s.dollars(dec!(10))?;
    // "I want tiny trades" wants what "no tiny trades" dismisses.
    const SMALL: [&str; 8] =
        ["tiny", "small", "piddly", "measly", "micro", "petty", "puny", "nickel and dime"];
    let wanted = |i: &Item| s.says(&["want", "like", "prefer"]) && SMALL.contains(&i.plain.as_str());
    let dismissed = s.items.iter().any(|(i, _)| dismisses(i) && !wanted(i));
    let least = match s.bound() {
        Bound::Least => !(dismissed && s.has_any(&[Over, Least])),
        // "Ignore trades under $200": dismissing turns the bound as a negation does.
        Bound::Most => dismissed && s.has(Under) && s.negations() == 0 && !s.has(Most),
        _ => false,
    };
    let trades = s.has_any(&[Trade, Size, Worth])
        || s.has(Anything) && s.has(Avoid)
        // "Don't do anything under $300": who does something here trades.
        || s.says(&["do"]) && s.says(&["anything"]) && s.has(Under);
    (least && trades).then(|| vec![Token::AvoidTradesBelow(m)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn trades_that_are_too_small() {
        for text in [
            "Skip trades under $250",
            "don't bother with anything smaller than 250 bucks",
            "ignore orders below $250",
            "Minimum trade size: $250",
            "trades of less than $250 aren't worth it",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("avoid_trades_below_250_usd"), "{text}");
        }
        for text in
            ["no trades over $250", "don't buy anything under $250", "skip small trades", "trades under $250"]
        {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
