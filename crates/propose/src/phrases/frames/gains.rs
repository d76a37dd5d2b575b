//! `max_realized_gains_X_usd`: the most net gain that a plan may realise.

use portfolio::Token;
use rust_decimal::dec;

use crate::phrases::items::{Item, Kind};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it. Gains of one term alone are another thing, which no token has.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Each, Gains, Realise, Most, Over, Under, Neg, Avoid, Keep, Stay, Tax, Let, Permit, Own, Any, Reach,
        Pay, Sell, Trade, Rebalance, Low, More, Anything, Enough,
    ];
    if !s.has(Gains)
        || !s.fits(&usable, &[Kind::Usd, Kind::Plain, Kind::Period])
        || s.has(Loss)
        || !s.is_yearly()
    {
        return None;
    }
    let x = s.dollars(dec!(50))?;
    // "Cap gains at 3k": the verb looks like a kind of gain.
    let capped = |w: &[(&Item, usize)]| w[0].0.plain == "cap gains" && w[1].0.plain == "at";
    let most = s.bound() == Bound::Most || s.bound() == Bound::Unsaid && s.items.windows(2).any(capped);
    most.then(|| vec![Token::MaxRealizedGains(x)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn gains_at_most() {
        for text in [
            "keep realised gains under $2,500",
            "don't realise more than 2500 dollars of gains",
            "gains: $2.5k max",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("max_realized_gains_2500_usd"), "{text}");
        }
        for text in ["keep short-term gains under $2,500", "realise at least $2,500 of gains", "no gains"] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
