//! `minimize_total_commissions`: as little as can be for trading.

use portfolio::Token;

use crate::phrases::items::Item;
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it: costs of trading, and a word that wants them low. Fees of funds are another thing.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Commission, Cost, Low, Minimise, Avoid, Neg, Keep, Stay, Pay, Any, Prefer, Trade, Rebalance, Care,
        Use, Buy, Enough, Own, Worth,
    ];
    if s.has(ShortTerm) {
        return with_short_term(s);
    }
    // "Commissions are low" tells what they are.
    let content = |i: &Item| !i.is_filler() || matches!(i.plain.as_str(), "is" | "are");
    let said: Vec<&Item> = s.items.iter().map(|(i, _)| *i).filter(|i| content(i)).collect();
    let tells = |w: &[&Item]| {
        w[0].is(Commission)
            && matches!(w[1].plain.as_str(), "is" | "are")
            && w[2].is(Low)
            && w[2].plain != "to the bone"
    };
    if said.windows(3).any(tells) {
        return None;
    }
    let cheaply = s.has(Trade)
        && s.items.iter().any(|(i, _)| i.is(Low) && (i.plain.contains("cheap") || i.plain == "low cost"));
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

/// "Minimise both short-term gains and commissions": one verb of two things.
fn with_short_term(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable =
        [Commission, Cost, Low, Minimise, Avoid, Keep, Stay, All, ShortTerm, Gains, Realise, Any, Trade];
    let gains = s.items.iter().any(|(i, _)| i.is(Gains)) && s.has_any(&[Commission, Cost]);
    if !gains || !s.fits(&usable, &[]) || s.has_any(&[LongTerm, Neg, Or]) || s.negations() > 1 {
        return None;
    }
    // One verb before both, or one word behind both.
    let (last, first) = (s.items.len().checked_sub(1)?, s.items.iter().position(|(i, _)| !i.is_filler())?);
    let low = |at: usize| s.items[at].0.is(Low) || s.items[at].0.is(Minimise);
    let both = s.items[first].0.is(Minimise) || s.items[first].0.is(Keep) && low(last);
    let avoided = s.items[first].0.is(Avoid) && !s.has(Low);
    let topics = s.items.iter().filter(|(i, _)| i.is(And)).count() == 1;
    let gains = match (both && s.negations() == 0, avoided) {
        (true, _) => Token::MinimizeShortTermGains,
        (_, true) if s.has(Soft) => Token::MinimizeShortTermGains,
        (_, true) => Token::AvoidShortTermGains,
        _ => return None,
    };
    topics.then(|| vec![gains, Token::MinimizeTotalCommissions])
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
        for text in ["don't minimise commissions", "commissions", "keep fund fees low", "commissions are low"]
        {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }

    #[test]
    fn one_verb_of_short_term_gains_and_commissions() {
        let both = Some("minimize_short_term_gains minimize_total_commissions");
        for text in
            ["minimise both short-term gains and commissions", "keep short-term gains and trading costs low"]
        {
            assert_eq!(under(super::read, text).as_deref(), both, "{text}");
        }
        for text in ["don't minimise short-term gains and commissions", "short-term gains and commissions"] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
