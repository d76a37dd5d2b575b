//! `avoid_short_term_gains` and `minimize_short_term_gains`: none at all, or as few as can be.

use portfolio::Token;

use crate::phrases::items::Item;
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it. A softened ban is a wish for few.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        ShortTerm, LongTerm, Gains, Neg, Avoid, Minimise, Low, Realise, Sell, Sold, Tax, Keep, Stay, Own,
        Pay, Prefer, Instead, First, Anything, Any, Lot, Stocks, Position, Use, Before, Single, Let, Harm,
        Trade, All, Permit, Only,
    ];
    if !s.has_any(&[ShortTerm, LongTerm]) || !s.fits(&usable, &[]) || s.permits() {
        return None;
    }
    if s.has(LongTerm) && !s.items.iter().any(|(i, _)| i.is(ShortTerm) && !i.is(LongTerm)) {
        // "Only realise long-term gains".
        let only = s.has(Only) && s.has(Gains) && s.negations() == 0 && !s.has_any(&[Minimise, Prefer]);
        let token = if s.has(Soft) { Token::MinimizeShortTermGains } else { Token::AvoidShortTermGains };
        return only.then(|| vec![token]);
    }
    if s.has(LongTerm) {
        return long_before_short(s).then(|| vec![Token::MinimizeShortTermGains]);
    }
    if !s.has(Gains) || s.has(Prefer) && s.negations() == 0 {
        return None;
    }
    let low = s.items.iter().any(|(i, _)| {
        (i.is(Minimise) || i.is(Low)) && !matches!(i.plain.as_str(), "spend" | "pay" | "possible")
    });
    let negated = s.negations() == 1;
    let gentle = s.items.iter().any(|(i, _)| {
        negated && i.is(Prefer)
            || i.is(Neg)
                && (i.plain.contains("rather") || i.plain.contains("prefer") || i.plain.contains("like"))
    });
    let soft = s.has(Soft) || gentle;
    let negated = s.negations();
    match (negated, low) {
        (0, true) => Some(vec![Token::MinimizeShortTermGains]),
        (1, true) if gentle => Some(vec![Token::MinimizeShortTermGains]),
        (1, false) if soft => Some(vec![Token::MinimizeShortTermGains]),
        (1, false) => Some(vec![Token::AvoidShortTermGains]),
        _ => None,
    }
}

/// Long-term lots are sold before short-term ones.
fn long_before_short(s: &Segment<'_>) -> bool {
    let place = |which: &dyn Fn(&Item) -> bool| s.items.iter().position(|(i, _)| which(i));
    let (Some(long), Some(short)) = (place(&|i| i.is(LongTerm)), place(&|i| i.is(ShortTerm))) else {
        return false;
    };
    let turned = s.items.iter().any(|(i, _)| (i.is(Neg) || i.is(Avoid)) && !i.is(Instead));
    let between = s.items[long.min(short)..long.max(short)].iter().any(|(i, _)| i.is(Instead));
    let told = s.has_any(&[Sell, Sold, Gains, Lot])
        || s.items.iter().any(|(i, _)| i.is(LongTerm) && i.plain.ends_with("lots"))
        || s.says(&["when you sell", "when selling", "if you sell"]);
    long < short && between && !turned && told
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn none_at_all_or_few() {
        for text in [
            "Absolutely no short-term capital gains this year",
            "never realise short-term gains",
            "avoid short-term gains",
            "only realise long-term gains",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("avoid_short_term_gains"), "{text}");
        }
        for text in [
            "Avoid short-term gains where you can",
            "minimise short-term gains",
            "keep short-term gains low",
            "sell long-term lots before short-term ones",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("minimize_short_term_gains"), "{text}");
        }
        for text in [
            "don't avoid short-term gains",
            "short-term gains",
            "no short-term losses",
            "sell short-term lots rather than long-term ones",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
