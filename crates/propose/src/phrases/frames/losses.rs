//! `harvest_losses_up_to_H_usd`: losses may be realised up to an amount.

use portfolio::Token;
use rust_decimal::dec;

use crate::phrases::items::Kind;
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it: losses, a verb that realises them, and an amount that is no least.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Each, Loss, Harvest, Realise, Most, Over, Under, Neg, Permit, Let, Tax, Any, Sell, Own, Keep, Pay,
        More, Gains, Stocks, Position, Few, Only,
    ];
    // "Losses to offset my gains" are realised for that.
    let offsets = s.items.iter().any(|(i, _)| i.plain.starts_with("offset")) && s.has(Loss);
    if !s.has_any(&[Loss, Harvest])
        || !(s.has_any(&[Harvest, Realise]) || offsets)
        || s.has_any(&[ShortTerm, LongTerm])
    {
        return None;
    }
    if !s.fits(&usable, &[Kind::Usd, Kind::Plain, Kind::Period]) {
        return None;
    }
    if !s.is_yearly() {
        return None;
    }
    let h = s.dollars(dec!(50))?;
    matches!(s.bound(), Bound::Most | Bound::Unsaid).then(|| vec![Token::HarvestLossesUpTo(h)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn losses_up_to_an_amount() {
        for text in [
            "Harvest up to $3,000 of losses",
            "take losses, max three thousand dollars",
            "tax-loss harvesting ok up to 3k",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("harvest_losses_up_to_3000_usd"), "{text}");
        }
        for text in ["harvest losses", "don't harvest $3,000 of losses", "harvest at least $3,000 of losses"]
        {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
