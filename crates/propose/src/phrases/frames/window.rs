//! `execute_between_HHMM_HHMM_ET`: the hours in which trades are made.

use portfolio::Token;

use crate::phrases::calendar::window;
use crate::phrases::items::{Item, Kind, Value};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

/// Reads it: two times, Eastern unless another zone is named, and then it is no wish that a token has.
pub(super) fn read(s: &Segment<'_>) -> Option<Vec<Token>> {
    let mut usable = vec![
        Trade, Rebalance, Order, Between, Eastern, Hours, Before, After, Outside, Neg, Avoid, Only, Any, Buy,
        Sell, Keep, All, Last, Least, Reach, Under, Most, Anything,
    ];
    if s.has(Only) {
        usable.push(Permit);
    }
    let kinds = [Kind::Clock];
    if !s.has_any(&[Trade, Rebalance, Buy, Sell]) || !s.fits(&usable, &kinds) {
        return None;
    }
    let clocks: Vec<(usize, &Item)> = s
        .items
        .iter()
        .enumerate()
        .filter(|(_, (i, _))| i.value(Kind::Clock).is_some())
        .map(|(at, (i, _))| (at, *i))
        .collect();
    let [(first_at, first), (second_at, second)] = clocks.as_slice() else { return None };
    let time = |item: &Item| match item.value(Kind::Clock) {
        Some(Value::Clock(minutes, half)) => Some((*minutes, *half)),
        _ => None,
    };
    let just_before = |at: usize, tag| {
        s.items[..at].iter().rev().take(2).any(|(i, _)| i.is(tag) && i.value(Kind::Clock).is_none())
    };
    let negated = s.negations();
    let before_after = (just_before(*first_at, Before), just_before(*second_at, After));
    let after_before = (just_before(*first_at, After), just_before(*second_at, Before));
    let meant = match negated {
        0 => {
            !s.has(Outside)
                && before_after != (true, true)
                && (after_before == (true, true) || !s.has(Before))
        }
        1 => s.has(Outside) || before_after == (true, true),
        // "Not before 10 and not after 3."
        2 => before_after == (true, true) && !s.has(Outside),
        _ => false,
    };
    let (from, to) = window(time(first)?, time(second)?)?;
    meant.then(|| vec![Token::ExecuteBetween(from, to)])
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn hours_of_trading() {
        for text in [
            "Only trade between 9:45 and 3:30 Eastern",
            "trade from 9:45am to 3:30pm ET",
            "execute orders 9:45-15:30 ET",
            "don't trade before 9:45 or after 3:30",
            "no trading outside 9:45 to 3:30 ET",
        ] {
            assert_eq!(under(super::read, text).as_deref(), Some("execute_between_0945_1530_ET"), "{text}");
        }
        for text in [
            "don't trade between 9:45 and 3:30",
            "trade after 10am",
            "trade between 10 and 3 Pacific",
            "trade before 10 and after 3",
        ] {
            assert_eq!(under(super::read, text), None, "{text}");
        }
    }
}
