//! `prioritize_qualified_dividends`: dividends stay qualified.

use portfolio::Token;

use crate::phrases::items::Item;
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::{self, *};

/// Reads it: protect them, or do nothing that would lose them.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let mut usable = vec![
        Dividend,
        Qualified,
        Protect,
        Harm,
        Neg,
        Avoid,
        Keep,
        Stay,
        Stocks,
        Any,
        Tax,
        First,
        Care,
        Own,
        Sell,
        All,
        Invest,
        Focus,
        Prefer,
        Buy,
        Use,
        Cost,
        Trade,
        Realise,
        Anything,
        HoldingPeriod,
        Single,
        Pay,
    ];
    if waits(s) {
        usable.push(Before);
    }
    if let Some(meant) = over_ordinary(s, &[&usable[..], &[Instead]].concat()) {
        return meant.then(|| vec![Token::PrioritizeQualifiedDividends]);
    }
    if !s.has(Dividend) && !s.says(&["qdi", "qualified dividend treatment", "qualified dividend status"]) {
        return None;
    }
    if !s.has(Qualified) || !s.fits(&usable, &[]) || s.has(Sell) && !waits(s) {
        return None;
    }
    let negated = s.negations();
    // "Dividends should be qualified".
    let place = |tag| s.items.iter().position(|(i, _)| i.is(tag));
    let wished = place(Dividend) < place(Qualified)
        && s.says(&[
            "should",
            "must",
            "make sure",
            "ensure",
            "see to it",
            "make certain",
            "be sure",
            "must stay",
            "to stay",
            "must remain",
            "to remain",
        ]);
    // "Anything that would cost my dividends their qualified status": what is lost stands behind it, and is no tax.
    let costs = |i: &Item| i.plain.starts_with("cost");
    let costs = s.items.iter().position(|(i, _)| costs(i));
    let lost = !s.has(Tax)
        && costs.is_some_and(|at| Some(at) < place(Qualified) && place(Dividend).is_none_or(|of| at < of));
    if costs.is_some() && !lost {
        return None;
    }
    let harmed = lost || s.items.iter().any(|(i, _)| i.is(Harm) && !i.is(Protect));
    let stays = s.items.iter().any(|(i, _)| i.is(Qualified) && i.plain.starts_with(['s', 'r']));
    let meant = if harmed || waits(s) {
        negated == 1
    } else {
        negated == 0 && (s.has_any(&[Protect, Care, Focus, Prefer]) || stays || wished)
    };
    meant.then(|| vec![Token::PrioritizeQualifiedDividends])
}

/// "Don't sell before the dividends qualify."
fn waits(s: &Segment<'_>) -> bool {
    let place = |tag| s.items.iter().position(|(i, _)| i.is(tag));
    let (sold, before, qualified) = (place(Sell), place(Before), place(Qualified));
    sold.is_some() && sold < before && before < qualified
}

/// Whether qualified dividends are wanted rather than ordinary ones, where these are named: "favour qualified dividends over
/// ordinary ones", "avoid unqualified dividends".
fn over_ordinary(s: &Segment<'_>, usable: &[Tag]) -> Option<bool> {
    let is_ordinary =
        |i: &Item| i.is(Dividend) && ["ordinary", "non", "un"].iter().any(|w| i.plain.starts_with(w));
    let ordinary = s.items.iter().position(|(i, _)| is_ordinary(i))?;
    let fits = s.fits(usable, &[]) && !s.has(Sell);
    let qualified = s.items.iter().position(|(i, _)| i.is(Qualified));
    let instead = s.items[..ordinary].iter().rposition(|(i, _)| i.is(Instead));
    let compared = qualified.is_some() && qualified < instead && s.has_any(&[Prefer, Protect, Focus]);
    let avoided = s.items[..ordinary].iter().any(|(i, _)| i.is(Avoid) || i.is(Neg)) && instead.is_none();
    Some(fits && (compared && s.negations() == 0 || avoided && s.negations() == 1))
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn dividends_stay_qualified() {
        for text in [
            "Protect my qualified dividends",
            "make sure dividends stay qualified",
            "don't jeopardise qualified dividends",
            "don't do anything that would cost me the qualified status of my dividends",
            "hold on to dividend payers long enough to qualify",
            "don't sell before the dividends qualify",
            "prefer qualified dividends over ordinary ones",
            "avoid unqualified dividends",
        ] {
            assert!(under(super::read, text).is_some(), "{text}");
        }
        for text in [
            "don't protect qualified dividends",
            "qualified dividends",
            "protect my dividends",
            "my qualified dividends must not cost me tax",
            "prefer ordinary dividends over qualified ones",
            "I sold before the dividends qualified",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
