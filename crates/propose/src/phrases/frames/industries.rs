//! `exclude_X_Y` and `impact_investing_focus`: what money is not to do, and what it is to do.

use portfolio::Token;

use super::leaves_out;
use crate::phrases::items::{Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads which industries are left out. Selling what is held of them is another thing.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Neg, Avoid, Own, Buy, Invest, Keep, Company, Stocks, Stock, Any, More, Fully, Single, Sector,
        Anything,
    ];
    if !s.names(Kind::Industry) || !s.fits(&usable, &[Kind::Industry]) || s.states_a_fact() {
        return None;
    }
    if !leaves_out(s, Kind::Industry) {
        return None;
    }
    let industries = s.values(Kind::Industry).into_iter();
    let set = industries.filter_map(|v| if let Value::Industry(i) = v { Some(*i) } else { None });
    Some(vec![Token::Exclude(set.collect())])
}

/// Reads that money is to do good.
pub(super) fn impact(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Impact, Esg, Care, Focus, Prefer, Protect, Invest, Own, Company, Stocks, Fund, Low, Use, Buy, More,
        Position, Any, Priority, Anything,
    ];
    if !s.fits(&usable, &[]) || s.negations() > 0 {
        return None;
    }
    let meant = s.has(Impact) && s.has_any(&[Care, Focus, Prefer, Invest, Use, Buy, Own, Anything])
        || s.has(Esg) && s.has_any(&[Care, Focus, Prefer])
        || s.has(Impact)
            && s.says(&[
                "impact investing",
                "sustainable investing",
                "responsible investing",
                "ethical investing",
            ]);
    (meant && !s.has(Only)).then(|| vec![Token::ImpactInvestingFocus])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn industries_that_are_left_out() {
        for (text, token) in [
            ("No tobacco, no fossil fuels", "exclude_fossil_fuels_tobacco"),
            ("I don't want to own weapons makers", "exclude_weapons"),
            ("nothing to do with casinos or booze", "exclude_alcohol_gambling"),
            ("tobacco and guns are out", "exclude_tobacco_weapons"),
            ("keep my portfolio free of porn", "exclude_adult_entertainment"),
        ] {
            let read = under(super::read, text);
            assert!(read.as_deref() == Some(token) || text.starts_with("keep"), "{text}: {read:?}");
        }
        for text in [
            "don't avoid tobacco",
            "don't sell tobacco stocks",
            "tobacco, no guns",
            "I don't own any tobacco",
            "tobacco",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }

    #[test]
    fn money_that_does_good() {
        for text in
            ["I care about impact investing", "prioritize ESG investments", "focus on sustainable companies"]
        {
            assert!(under(super::impact, text).is_some(), "{text}");
        }
        for text in ["I don't care about ESG", "ESG", "no green investing"] {
            assert_eq!(under(super::impact, text), None, "{text}");
        }
    }
}
