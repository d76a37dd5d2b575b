//! What opens a sentence and means nothing: the number of a point in a list, and who somebody says they are.
//!
//! In: items. Out: the same items; a number of a list (`1.`, `2)`, `b)`) is a mark that ends what stands before it, and the words of
//! `as a vegan` are fillers. Invariant: an amount is no number of a list: `max 3)` closes a bracket, and `three (3)` says it twice.

use super::items::{Item, Kind, Value};
use super::segment::is_negation;
use super::tags::{Tag, Tags};
use super::words::Line;
use portfolio::Decimal;
use rust_decimal::dec;

/// Makes what opens a sentence and means nothing into marks and fillers.
pub(super) fn mean_nothing(items: &mut [Item]) {
    list_numbers(items);
    introductions(items);
}

/// `1. Keep 5k in cash. 2. No tobacco`, `1) … 2) …`, `a) … b) …`.
fn list_numbers(items: &mut [Item]) {
    let mut bracketed = false;
    for at in 0..items.len() {
        let opens = at == 0
            || items[at].after_line != Line::Same
            || matches!(items[at - 1].mark, Some('.' | '!' | '?' | ';' | ':' | '(' | '•'));
        let before = at.checked_sub(1).and_then(|b| items[b].mark);
        let behind = items.get(at + 1).and_then(|i| i.mark);
        let goes_on = items.get(at + 2).is_some_and(|i| i.mark.is_none());
        let twice = at > 1 && before == Some('(') && items[at - 2].is_amount();
        let is_number = numbers(&items[at]) && goes_on && !twice;
        let listed = match behind {
            Some(')') => before == Some('(') || !bracketed,
            Some('.') => opens && items[at].value(Kind::Plain).is_some(),
            _ => false,
        };
        bracketed = match items[at].mark {
            Some('(') => true,
            Some(')') => false,
            _ => bracketed,
        };
        if is_number && ranks(items, at) {
            (items[at].values, items[at].tags) = (Vec::new(), Tags::of(&[Tag::Then]));
            items[at + 1].mark = Some('•');
        } else if is_number && listed {
            // In the middle of a line it ends the point before.
            let ends =
                if at > usize::from(before == Some('(')) && !opens_anew(items, at) { ';' } else { '•' };
            for item in &mut items[at..=at + 1] {
                (item.mark, item.values, item.tags) = (Some('•'), Vec::new(), Tags::default());
            }
            items[at].mark = Some(ends);
        }
    }
}

/// `1. tax 2. drift`: a goal alone behind the number has a rank.
fn ranks(items: &[Item], at: usize) -> bool {
    let goals = [Tag::Tax, Tag::Drift, Tag::Cost, Tag::Commission, Tag::Esg];
    let point = matches!(items[at + 1].mark, Some('.' | ')'));
    let goal = items.get(at + 2).is_some_and(|i| goals.iter().any(|t| i.is(*t)));
    let ends = items.get(at + 3).is_none_or(|i| i.mark.is_some() || i.value(Kind::Plain).is_some());
    point && goal && ends
}

/// Whether a sentence has just ended.
fn opens_anew(items: &[Item], at: usize) -> bool {
    matches!(items[at - 1].mark, Some('.' | '!' | '?' | ';'))
}

/// A small whole number or a letter.
fn numbers(item: &Item) -> bool {
    const LARGEST: Decimal = dec!(20);
    let letter = matches!(item.plain.as_str(), "a" | "b" | "c" | "d" | "e" | "i" | "ii" | "iii" | "iv");
    let number = match item.value(Kind::Plain) {
        Some(Value::Plain(n, false)) => {
            n.is_integer()
                && *n >= Decimal::ONE
                && *n <= LARGEST
                && item.plain.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    };
    letter || number
}

/// `As a vegan I can't …`: who somebody is changes nothing of what they wish for.
fn introductions(items: &mut [Item]) {
    const WORDS_MAX: usize = 3;
    let speaks = |i: &Item| {
        matches!(
            i.plain.as_str(),
            "i" | "we" | "i'd" | "we'd" | "i'm" | "we're" | "i'll" | "i won't" | "we won't"
        ) || i.plain.starts_with("i ") && i.is(Tag::Neg)
    };
    for at in 0..items.len() {
        let opens = at == 0 || matches!(items[at - 1].mark, Some('.' | '!' | '?' | ';' | ':' | ','));
        let article = items.get(at + 1).is_some_and(|i| matches!(i.plain.as_str(), "a" | "an"));
        // "As Quakers we can't": a word that nothing is known of.
        let plural = items.get(at + 1).is_some_and(|i| i.tags == Tags::default() && i.plain.ends_with('s'));
        if !(opens && (article || plural) && items[at].plain == "as") {
            continue;
        }
        let from = at + 1 + usize::from(article);
        let Some(taken) =
            items[from..].iter().take(WORDS_MAX + 1).position(|i| i.mark == Some(',') || speaks(i))
        else {
            continue;
        };
        let who = &mut items[from..from + taken];
        if (1..=WORDS_MAX).contains(&taken)
            && who.iter().all(|i| i.values.is_empty() && i.mark.is_none() && !is_negation(i))
        {
            who.iter_mut().for_each(|i| i.tags = Tags::of(&[Tag::Filler]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Known, phrases};

    fn tokens(text: &str) -> Vec<String> {
        let known = Known { tickers: Some(vec!["MSFT".to_owned()]), ..Known::default() };
        phrases(text, &known).unwrap().wishes.iter().map(|w| w.token.to_string()).collect()
    }

    #[test]
    fn a_list_is_read_point_by_point() {
        let both = ["maintain_cash_balance_of_5000_usd", "exclude_tobacco"];
        for text in [
            "1. Keep 5k in cash. 2. No tobacco.",
            "1) keep 5k in cash 2) no tobacco",
            "(1) keep 5k in cash, (2) no tobacco",
            "a) keep 5k in cash b) no tobacco",
        ] {
            assert_eq!(tokens(text), both, "{text}");
        }
        assert_eq!(tokens("not more than three (3) trades per month"), ["max_trade_frequency_3_per_month"]);
    }

    #[test]
    fn who_somebody_is_changes_nothing() {
        assert_eq!(tokens("As a vegan I can't hold animal testing"), ["exclude_animal_testing"]);
        assert_eq!(tokens("As an employee, I can't sell MSFT"), ["do_not_sell_ticker_MSFT"]);
        assert!(tokens("As a doctor I own MSFT").is_empty());
    }
}
