//! `exclude_X_Y` and `impact_investing_focus`: what money is not to do, and what it is to do.

use std::collections::BTreeSet;

use portfolio::Token;
use portfolio::preference::Industry;

use super::exceptions::all_others_are_fine;
use super::leaves_out;
use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::{Segment, is_negation};
use crate::phrases::tags::Tag::*;

/// Who divests from an industry wants none of it: what is held of it may go, and none is bought.
const DIVESTING: &str = "divest,divest from,divest of,divesting,divesting from,divest me from,divest us from,divest me of,\
                         divest us of,get me out of,get us out of,take me out of,take us out of,pull me out of,pull us out of,get out of,remove,removing,purge,drop,dropping,get rid of,getting rid of";

/// Reads which industries are left out. Selling what is held of them is another thing.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let mut usable = vec![
        Neg, Avoid, Own, Buy, Invest, Keep, Company, Stocks, Stock, Any, More, Fully, Single, Sector,
        Anything, All, Touch, Worth,
    ];
    if let Some(named) = all_others_are_fine(s, Kind::Industry) {
        return Some(vec![Token::Exclude(industries(&named))]);
    }
    let divests = |i: &Item| i.is(Sell) && DIVESTING.split(',').any(|w| w == i.plain);
    let divested = s.items.iter().any(|(i, _)| divests(i)) && s.negations() == 0;
    // "I want to be totally out of coal."
    let out = |i: &Item| i.is(Fully) && i.plain.starts_with("be ") && i.plain.ends_with("out of");
    let divested = divested || s.items.iter().any(|(i, _)| out(i)) && s.negations() == 0;
    if divested {
        usable.push(Sell);
    }
    if !s.names(Kind::Industry) || !s.fits(&usable, &[Kind::Industry]) || s.states_a_fact() {
        return None;
    }
    if s.items.iter().any(|(i, _)| {
        i.is(Worth) && !i.is(Avoid) && !i.plain.starts_with("bother") && !is_negation(i) && !i.is(Sell)
    }) {
        return None;
    }
    if !divested && !leaves_out(s, Kind::Industry) {
        return None;
    }
    Some(vec![Token::Exclude(industries(&s.values(Kind::Industry)))])
}

fn industries(named: &[&Value]) -> BTreeSet<Industry> {
    named.iter().filter_map(|v| if let Value::Industry(i) = v { Some(*i) } else { None }).collect()
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
    // "Values" alone are anything, and a use of something wishes for nothing.
    let said = |i: &Item| i.is(Impact) && !matches!(i.plain.as_str(), "values" | "society");
    let other = |i: &Item| i.is(Esg) || i.plain.starts_with("my ") || i.plain.starts_with("our ");
    if !s.items.iter().any(|(i, _)| said(i) || other(i)) {
        return None;
    }
    let used =
        |i: &Item| i.is(Use) && !matches!(i.plain.as_str(), "via" | "uses" | "give" | "gives" | "meet");
    let used = s.items.iter().any(|(i, _)| used(i));
    let first = s.has(Priority)
        && !s.items.iter().any(|(i, _)| i.plain.contains("least") || i.plain.contains("last"));
    let meant = first && s.has_any(&[Impact, Esg]) && s.says(&["first", "comes first"])
        || s.has(Impact) && (used || s.has_any(&[Care, Focus, Prefer, Invest, Buy, Own, Anything]))
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
