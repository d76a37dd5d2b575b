//! `max_tax_X_usd`: the most tax that a plan may cause.

use portfolio::Token;
use rust_decimal::dec;

use crate::phrases::items::Kind;
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it. Gains and losses have wishes of their own.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Each, Tax, Pay, Most, Over, Under, Neg, Avoid, Keep, Stay, Realise, Any, Let, Permit, Trade,
        Rebalance, More, Reach, Own, Low, Cost, Sell, Anything, Enough, Grow,
    ];
    if !s.has(Tax)
        || !s.fits(&usable, &[Kind::Usd, Kind::Plain, Kind::Period])
        || s.has_any(&[Gains, Loss, Harvest])
    {
        return None;
    }
    if !s.is_yearly() {
        return None;
    }
    let x = s.dollars(dec!(50))?;
    (s.bound() == Bound::Most).then(|| vec![Token::MaxTax(x)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn tax_at_most() {
        for text in ["keep my tax bill under $400", "don't pay more than 400 dollars in tax", "max tax 400"] {
            assert_eq!(under(super::read, text).as_deref(), Some("max_tax_400_usd"), "{text}");
        }
        for text in ["pay at least $400 in tax", "no tax", "tax of $400", "don't keep tax at $400"] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
