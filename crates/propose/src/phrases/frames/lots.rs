//! `do_not_sell_lot_L` and `sell_lot_first_L`: wishes about one tax lot.

use portfolio::Token;

use super::exceptions::all_but;
use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::{self, *};

const KINDS: [Kind; 2] = [Kind::Lot, Kind::Ticker];

fn lots(s: &Segment<'_>) -> Vec<String> {
    let lots = s.values(Kind::Lot).into_iter();
    lots.filter_map(|v| if let Value::Lot(l) = v { Some(l.clone()) } else { None }).collect()
}

fn uses(item: &crate::phrases::items::Item) -> bool {
    matches!(item.plain.as_str(), "use" | "using" | "used" | "pick" | "choose" | "select" | "take")
}

/// Lots that are not sold.
pub(super) fn kept(s: &Segment<'_>) -> Option<Vec<Token>> {
    const USABLE: [Tag; 18] = [
        Neg, Avoid, Sell, Sold, Touch, Keep, Stay, Lot, Own, Trade, Stocks, Stock, Position, Any, Prefer,
        Permit, Use, Single,
    ];
    if let Some(lots) = all_but(s, Kind::Lot, Sell) {
        return Some(lots.into_iter().map(Token::DoNotSellLot).collect());
    }
    if !s.names(Kind::Lot) || !s.fits(&USABLE, &KINDS) || s.states_a_fact() || s.permits() {
        return None;
    }
    let verb =
        |i: &crate::phrases::items::Item| i.is(Sell) || i.is(Sold) || i.is(Touch) || i.is(Trade) || uses(i);
    let kept = if s.items.iter().any(|(i, _)| verb(i)) {
        s.forbids_verb(verb)
    } else {
        // "Avoid lot L5", "leave lot L5 out of it": a lot can only be sold.
        s.has_any(&[Keep, Stay]) && s.negations() == 0 || s.has(Avoid) && s.negations() == 1
    };
    kept.then(|| lots(s).into_iter().map(Token::DoNotSellLot).collect())
}

/// The lot that is sold before others.
pub(super) fn first(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable =
        [First, Sell, Sold, Lot, Before, Anything, Use, Prefer, Stocks, Any, Always, Position, Let, Fully];
    if !s.names(Kind::Lot) || !s.fits(&usable, &KINDS) {
        return None;
    }
    let lots = lots(s);
    let said = s.has(First) || (s.has(Before) && s.has(Anything)) || (s.has(Prefer) && s.has(Sell));
    (said && lots.len() == 1).then(|| lots.into_iter().map(Token::SellLotFirst).collect())
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn lots_that_are_kept() {
        for text in ["don't sell lot L5", "hold on to lot L5", "lot L5 is not for sale", "leave L5 alone"] {
            assert_eq!(under(super::kept, text).as_deref(), Some("do_not_sell_lot_L5"), "{text}");
        }
        for text in ["sell lot L5", "don't keep lot L5", "lot L5"] {
            assert_eq!(under(super::kept, text), None, "{text}");
        }
    }

    #[test]
    fn lots_that_go_first() {
        for text in ["sell lot L2 first", "start with lot L2", "sell L2 before anything else"] {
            assert_eq!(under(super::first, text).as_deref(), Some("sell_lot_first_L2"), "{text}");
        }
        for text in ["sell lot L2", "don't sell lot L2 first", "sell L2 and L3 first"] {
            assert_eq!(under(super::first, text), None, "{text}");
        }
    }
}
