//! `minimize_total_commissions`: as little as can be for trading.

use portfolio::Token;

use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it: costs of trading, and a word that wants them low. Fees of funds are another thing.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Commission, Cost, Low, Minimise, Avoid, Neg, Keep, Stay, Pay, Any, Prefer, Trade, Rebalance, Care,
        Use, Buy, Enough, Own, Worth,
    ];
    let cheaply = s.has(Trade) && s.items.iter().any(|(i, _)| i.is(Low) && i.plain.contains("cheap"));
    if !(s.has(Commission) || cheaply) || !s.fits(&usable, &[]) {
        return None;
    }
    let wasted = s.items.iter().any(|(i, _)| {
        ["waste", "wasting", "spend", "pay", "run", "rack"].iter().any(|w| i.plain.starts_with(w))
    });
    let much = s.has(Enough);
    let low = s.has_any(&[Low, Avoid])
        || s.items.iter().any(|(i, _)| {
            i.is(Minimise) && !matches!(i.plain.as_str(), "pay" | "spend" | "waste" | "wasting")
        });
    let turned = s.items.iter().filter(|(i, _)| i.is(Neg)).count();
    let meant = match turned {
        0 => low && !s.has(Worth),
        1 => wasted && (low || much || s.has(Worth)) || much,
        _ => false,
    };
    meant.then(|| vec![Token::MinimizeTotalCommissions])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn costs_of_trading_that_are_kept_low() {
        for text in [
            "Keep commissions as low as possible",
            "minimise trading costs",
            "avoid brokerage fees where you can",
        ] {
            assert!(under(super::read, text).is_some(), "{text}");
        }
        for text in ["don't minimise commissions", "commissions", "keep fund fees low"] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
