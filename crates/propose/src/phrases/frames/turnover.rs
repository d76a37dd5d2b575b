//! `max_daily_trade_volume_pct_N`: how much of the portfolio may be traded in a day.

use portfolio::Token;
use portfolio::preference::Period;

use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it: a most in per cent, a day, and a word of trading.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Turnover, Trade, Daily, Most, Over, Under, Neg, Avoid, Keep, Stay, Any, Single, Each, Own, Let,
        Rebalance, Buy, Sell, Permit, Reach, Low, Enough, Invest,
    ];
    let kinds = [Kind::Pct, Kind::Period, Kind::OddSpan];
    if !s.has_any(&[Turnover, Trade, Rebalance]) || !s.fits(&usable, &kinds) {
        return None;
    }
    let days = s.values(Kind::Period);
    let daily = s.has(Daily) || matches!(days[..], [Value::Period(Period::Day)]);
    let other = days.iter().any(|v| !matches!(v, Value::Period(Period::Day | Period::Quarter)));
    let n = s.per_cent(false)?;
    (daily && !other && s.bound() == Bound::Most).then(|| vec![Token::MaxDailyTradeVolumePct(n)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn so_much_a_day() {
        for text in [
            "Don't trade more than 20% of the portfolio in a day",
            "daily turnover max 20%",
            "at most 20 percent traded per day",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("max_daily_trade_volume_pct_20"), "{text}");
        }
        for text in ["trade at least 20% a day", "trade 20% a month at most", "don't trade more than 20%"] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
