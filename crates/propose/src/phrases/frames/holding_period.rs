//! `min_holding_months_N` and `..._unless_necessary`: how long a lot is kept before it may be sold.

use portfolio::Token;

use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it: no sale of what was bought within N months, or keep for at least N months. A span in which
/// nothing is sold at all (`don't sell anything for a year`) is another thing.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Keep,
        Own,
        Held,
        Sell,
        Sold,
        Buy,
        Bought,
        Neg,
        Avoid,
        Least,
        Over,
        Under,
        Last,
        Anything,
        Any,
        All,
        Each,
        Stocks,
        Stock,
        Position,
        Lot,
        Only,
        Before,
        After,
        Wait,
        HoldingPeriod,
        Let,
        Single,
        Trade,
        Touch,
        Stay,
        Invest,
        Low,
    ];
    if !s.fits(&usable, &[Kind::Months]) || s.names(Kind::Ticker) || s.names(Kind::Lot) {
        return None;
    }
    let [Value::Months(n)] = s.values(Kind::Months)[..] else { return None };
    let sells = s.has_any(&[Sell, Sold, Touch, Trade]);
    let since = s.has_any(&[Bought, Buy, Held, Own, HoldingPeriod, Before]);
    let recent = s.has_any(&[Under, Last]);
    // "Lots under a year".
    let since = since || s.has(Lot) && s.has(Under) || s.says(&["flip", "flips", "flipping"]);
    // "Recent purchases for a year".
    let fresh = s
        .items
        .iter()
        .any(|(i, _)| i.is(Bought) && (i.plain.contains("purchase") || i.plain.contains("new")));
    let fresh = fresh && s.says(&["for"]) && !recent && !s.has_any(&[Over, Before, After]);
    // "Only sell if it's been held for a year."
    let if_held = s
        .items
        .iter()
        .any(|(i, _)| i.is(Held) && (i.plain.starts_with("if ") || i.plain.starts_with("after ")));
    let negated = s.negations();
    let long =
        s.has(Least) || (s.has(Over) && negated == 0) || s.has(After) && s.says(&["holding"]) || if_held;
    let meant = if sells && negated > 0 {
        // No sale of what is younger; or none before it is that old.
        let younger = recent && since && !s.has(Over);
        let not_before = (s.has(Before) || s.has(Least)) && since && !s.has(Over);
        let after = s.has(After) && s.has_any(&[Bought, Buy]) && !s.has(Over);
        negated == 1 && (younger || not_before || after || fresh)
    } else if sells && s.has(Only) && s.has(Soft) && recent {
        // "Only sell what I bought in the last year if you must."
        negated == 0 && since
    } else if sells && s.has(Only) {
        negated == 0 && since && long
    } else if sells {
        // "Lots have to be a year old to be sold."
        let aged = s.has(Least) && s.says(&["old"]) && s.says(&["to be sold"]);
        // "Wait a year before selling", "hold for two years before it is sold".
        negated == 0 && aged
            || negated == 0
                && s.has(Before)
                && s.has_any(&[Wait, Keep, Held, Own, HoldingPeriod, Least])
                && !recent
    } else {
        let kept = s.has_any(&[Keep, HoldingPeriod, Held, Own]) && negated == 0 && !s.has(Under);
        let what =
            s.has_any(&[Anything, All, Each, Stocks, Position, Lot, HoldingPeriod, Bought, Stock, Least]);
        let told = s.says(&["ago"]);
        kept && what && !told && !s.has_any(&[Last, Only]) && !s.states_a_fact()
    };
    let token =
        if s.has(Soft) { Token::MinHoldingMonthsUnlessNecessary(*n) } else { Token::MinHoldingMonths(*n) };
    meant.then(|| vec![token])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn what_is_younger_is_not_sold() {
        for text in [
            "Hold everything for at least 12 months",
            "don't sell anything I bought in the last year",
            "minimum holding period of one year",
            "wait at least 12 months before selling",
            "never sell anything held for less than a year",
            "only sell what I've held for more than a year",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("min_holding_months_12"), "{text}");
        }
        let soft = under(super::read, "avoid selling anything bought in the last 13 months unless necessary");
        assert_eq!(soft.as_deref(), Some("min_holding_months_13_unless_necessary"));
    }

    #[test]
    fn what_is_something_else() {
        for text in [
            "don't sell anything for 12 months",
            "don't sell anything I've held for more than a year",
            "sell anything I've held for over a year",
            "hold Apple for a year",
            "don't hold anything for more than a year",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
