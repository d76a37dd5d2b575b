//! What is left out where anything else may be done: "you can sell anything except Apple", "sell any lot but L5".
//!
//! In: a segment, and what kind of name is left out. Out: the names. Invariant: an order to do it with everything
//! ("sell everything except Apple") is no permission, and leaves nothing out.

use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::{Segment, is_negation};
use crate::phrases::tags::Tag::{self, *};

const ANY: &str = "anything,any lot,any lots,any of the lots,any stock,any stocks,any shares,any position,any positions,any holding,\
                   any fund,whatever you like,whatever you want,anything you like,anything you want";
const BUT: &str = "except,except for,other than,apart from,besides,but,but not,aside from,but never";

/// The names that stand alone behind `anything but`, where it is permitted to `verb` anything.
pub(super) fn all_but(s: &Segment<'_>, kind: Kind, verb: Tag) -> Option<Vec<String>> {
    let said: Vec<&Item> = s.items.iter().map(|(i, _)| *i).collect();
    let at = said.iter().position(|i| i.is(verb) && i.values.is_empty())?;
    let named = said.iter().position(|i| i.value(kind).is_some()).filter(|named| *named > at)?;
    let led = said[..at].iter().all(|i| i.is_filler() || i.is(Permit) && !is_negation(i));
    let words: Vec<&str> = said[at..named].iter().flat_map(|i| i.plain.split(' ')).skip(1).collect();
    let words = words.join(" ");
    let any = BUT
        .split(',')
        .filter_map(|but| words.strip_suffix(but))
        .map(|any| any.trim_end_matches(" lot").trim());
    let any = any.into_iter().find(|any| ANY.split(',').any(|of| of.trim() == *any))?;
    // Who says "sell anything but Apple" may want it all sold; what is bought, and which lot, is open anyway.
    let permitted = kind == Kind::Lot
        || verb == Buy
        || any.starts_with("whatever")
        || said[..at].iter().any(|i| i.is(Permit));
    let mut names = Vec::new();
    for item in &said[named..] {
        match item.value(kind) {
            Some(Value::Ticker(name) | Value::Lot(name)) => names.push(name.clone()),
            None if item.is_filler() || item.is(Or) || item.is(And) || item.is(Lot) => {}
            _ => return None,
        }
    }
    (led && permitted).then_some(names)
}

/// What is named behind `except`, where everything else is fine: "anything but tobacco is fine", "I'm ok with everything except guns".
pub(super) fn all_others_are_fine<'a>(s: &Segment<'a>, kind: Kind) -> Option<Vec<&'a Value>> {
    const WHOLE: [&str; 2] = ["anything", "everything"];
    let whole = |i: &Item| WHOLE.contains(&i.plain.as_str());
    let but = |i: &Item| {
        WHOLE
            .iter()
            .any(|w| i.plain.strip_prefix(w).is_some_and(|rest| BUT.split(',').any(|but| but == rest.trim())))
    };
    let except = s.items.iter().position(|(i, _)| i.is(Except) || but(i))?;
    let named = s.items.iter().position(|(i, _)| i.value(kind).is_some()).filter(|at| *at > except)?;
    let all = s.items[..=except].iter().any(|(i, _)| whole(i) || but(i));
    let said = |i: &Item| {
        i.is_filler()
            || i.is(Permit) && !is_negation(i)
            || i.is(Except)
            || but(i)
            || whole(i)
            || i.value(kind).is_some()
            || i.is(Or)
            || i.is(And)
            || i.is(Company) && i.values.is_empty()
    };
    let apart = s.items[named..].iter().any(|(i, _)| whole(i) || but(i) || i.is(Except));
    let fits = all && !apart && s.has(Permit) && s.items.iter().all(|(i, _)| said(i));
    fits.then(|| s.values(kind))
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;
    use super::super::{industries, lots, purchases, sales};

    #[test]
    fn what_is_left_out_of_a_permission() {
        let kept = Some("do_not_sell_ticker_MSFT".to_owned());
        assert_eq!(under(sales::of_ticker, "you can sell anything except MSFT"), kept);
        assert_eq!(under(sales::of_ticker, "sell whatever you like but not MSFT"), kept);
        let barred = Some("do_not_buy_ticker_MSFT".to_owned());
        assert_eq!(under(purchases::read, "you may buy anything but MSFT"), barred);
        assert_eq!(under(lots::kept, "sell any lot but L5").as_deref(), Some("do_not_sell_lot_L5"));
    }

    #[test]
    fn what_alone_is_not_fine() {
        for text in ["everything except tobacco is fine", "I'm ok with anything but tobacco"] {
            assert_eq!(under(industries::read, text).as_deref(), Some("exclude_tobacco"), "{text}");
        }
        assert_eq!(under(industries::read, "tobacco is fine except on Fridays"), None);
        assert_eq!(under(industries::read, "everything is fine, tobacco too"), None);
    }

    #[test]
    fn an_order_leaves_nothing_out() {
        for text in
            ["sell everything except MSFT", "sell anything but MSFT", "you can't sell anything except MSFT"]
        {
            assert_eq!(under(sales::of_ticker, text), None, "{text}");
        }
    }
}
