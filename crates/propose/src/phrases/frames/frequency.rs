//! `max_trade_frequency_N_per_P`: how often there may be trades.

use portfolio::Token;
use portfolio::preference::Period;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it. `Rebalance monthly` is a most too: whoever wants it once wants it no more often.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Trade, Rebalance, Most, Over, Neg, Each, Only, Single, Any, Daily, Permit, Let, Avoid, Own, Keep,
        Low, Order, Worth, Enough,
    ];
    let bothers = |i: &Item| i.is(Worth) && i.plain.starts_with("bother");
    if s.items.iter().any(|(i, _)| i.is(Worth) && !bothers(i)) {
        return None;
    }
    let kinds = [Kind::Times, Kind::Period, Kind::Plain];
    if !s.has_any(&[Trade, Rebalance]) || !s.fits(&usable, &kinds) || s.names(Kind::Usd) {
        return None;
    }
    let periods: Vec<Period> = s
        .values(Kind::Period)
        .into_iter()
        .filter_map(|v| if let Value::Period(p) = v { Some(*p) } else { None })
        .collect();
    // "Once per day" has the day in a word of daily trading.
    let daily = periods.is_empty() && s.has(Daily);
    let periods = if daily { vec![Period::Day] } else { periods };
    let [period] = periods.as_slice() else { return None };
    // "Twice yearly": the count stands before the span, which alone is once.
    let counts = |i: &Item| i.value(Kind::Times).is_some() || i.value(Kind::Plain).is_some() && !i.is(Single);
    let counted_before = s.items.iter().any(|(i, _)| counts(i) && i.value(Kind::Period).is_none());
    let counted = s.items.iter().filter_map(|(i, _)| match (i.value(Kind::Times), i.value(Kind::Plain)) {
        (Some(Value::Times(_)), _) if counted_before && i.value(Kind::Period).is_some() => None,
        (Some(Value::Times(n)), _) => Some(Decimal::from(*n)),
        (None, Some(Value::Plain(n, false))) if i.value(Kind::Period).is_none() => Some(*n),
        _ => None,
    });
    let counts: Vec<Decimal> = counted.collect();
    let each = s.has(Each) && s.bound() == Bound::Most;
    let n = match counts.as_slice() {
        [n] => *n,
        // "one trade a week": the word is a count here.
        // "Rebalance every quarter".
        [] if s.has(Rebalance) && s.says(&["every", "each"]) && s.bound() == Bound::Unsaid => Decimal::ONE,
        [] if each || s.says(&["a", "one"]) => Decimal::ONE,
        _ => return None,
    };
    let n = n.to_u32().filter(|whole| Decimal::from(*whole) == n && (1..=1000).contains(whole))?;
    let bounded =
        matches!(s.bound(), Bound::Most | Bound::Unsaid) && !s.has(Permit) || s.bound() == Bound::Most;
    bounded.then(|| vec![Token::MaxTradeFrequency(n, *period)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn how_often_there_are_trades() {
        for (text, token) in [
            ("Rebalance at most once a month", "max_trade_frequency_1_per_month"),
            ("no more than two trades per week", "max_trade_frequency_2_per_week"),
            ("don't trade more often than quarterly", "max_trade_frequency_1_per_quarter"),
            ("trade at most twice a quarter", "max_trade_frequency_2_per_quarter"),
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some(token), "{text}");
        }
        for text in [
            "trade at least once a month",
            "don't rebalance once a month",
            "you can trade once a day",
            "trade less",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
