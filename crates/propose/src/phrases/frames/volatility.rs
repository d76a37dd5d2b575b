//! `volatility_cap_pct_N`: the most volatility of the portfolio.

use portfolio::preference::Period;
use portfolio::{Decimal, Token};

use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::{Bound, Segment};
use crate::phrases::tags::Tag::*;

/// Reads it; a bare number is per cent, but not one below 1: `0.12` may be a part of one, or 0.12 %.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Volatility, Most, Over, Under, Neg, Avoid, Keep, Stay, Let, Permit, Any, Own, Reach, Low, Grow,
        Anything, Enough,
    ];
    // It is a yearly figure: "10% a year" says so, "10% a month" is another thing.
    let kinds = [Kind::Pct, Kind::Plain, Kind::Period, Kind::Months];
    if !s.has(Volatility) || !s.fits(&usable, &kinds) {
        return None;
    }
    let spans = [s.values(Kind::Period), s.values(Kind::Months)].concat();
    if spans.iter().any(|span| !matches!(span, Value::Period(Period::Year) | Value::Months(12))) {
        return None;
    }
    let n = s.per_cent(true).filter(|n| *n >= Decimal::ONE || s.names(Kind::Pct))?;
    (s.bound() == Bound::Most).then(|| vec![Token::VolatilityCapPct(n)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn volatility_at_most() {
        for text in [
            "Keep volatility under 12%",
            "vol cap 12",
            "volatility must not exceed twelve percent",
            "it should not swing more than 12% a year",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("volatility_cap_pct_12"), "{text}");
        }
        for text in [
            "volatility of at least 12%",
            "volatility is 12%",
            "no cap on volatility",
            "volatility under 12% a month",
            "keep volatility low",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
