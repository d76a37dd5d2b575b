//! How far does a negation reach: "don't let Nvidia go over 10% or Apple under 5%".
//!
//! In: a clause that negates a comparison, and a piece behind it that compares without a negation of its own.
//! Out: what the piece means with the negation carried on to it, that this can't be told, or that it stands for
//! itself. Invariant: no comparison is read the other way round than it is meant; behind an `or` the negation
//! counts, and where it may count or not, nothing is understood.

use portfolio::Token;

use super::clauses::Join;
use super::frames;
use super::items::Item;
use super::segment::{Segment, is_name, is_negation};
use super::tags::Tag;

/// Whether the negation before reaches a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    /// It does not: the piece is read for itself.
    Own,
    /// It does, and the two together mean this.
    Meant(Vec<Token>),
    /// It does and gives nothing that a token has, or it can't be told whether it does.
    Unclear,
}

/// Whether the negation of the clause that `before` is reaches `words`. `alone`: whether they are a wish when they are
/// read for themselves.
pub(super) fn reach(before: &[&Item], words: &[Item], join: Join, alone: bool) -> Reach {
    if !negates_a_comparison(before) || !compares(words) || words.iter().any(is_negation) {
        return Reach::Own;
    }
    if join == Join::Or {
        let way = |tag: Tag| words.iter().any(|i| i.is(tag)) && !before.iter().any(|i| i.is(tag));
        return match carried_on(before, words) {
            Some(tokens) => Reach::Meant(tokens),
            None if alone || way(Tag::Over) || way(Tag::Under) => Reach::Unclear,
            None => Reach::Own,
        };
    }
    // "No stock over 5% and tech under 30%": a `no` belongs to its noun, `don't let` to all that follows.
    let of_a_noun = before
        .iter()
        .find(|i| is_negation(i))
        .is_some_and(|i| ["no", "nothing", "none", "without", "zero"].contains(&first_word(i)));
    let named = words.iter().flat_map(|i| &i.values).any(is_name);
    let apart = match join {
        Join::And => false,
        Join::Mark => !named,
        Join::Start | Join::Or | Join::But => true,
    };
    if alone && !of_a_noun && !apart && !has_a_verb(words) { Reach::Unclear } else { Reach::Own }
}

/// Whether these words have a negation and a comparison that it turns.
pub(super) fn negates_a_comparison(items: &[&Item]) -> bool {
    items.iter().any(|i| is_negation(i))
        && items.iter().any(|i| is_comparison(i))
        && items.iter().any(|i| i.is_amount())
}

/// Whether a clause of its own begins here, which a negation before does not reach.
pub(super) fn has_a_verb(items: &[Item]) -> bool {
    const VERBS: [&str; 14] = [
        "is", "are", "be", "should", "must", "shall", "has", "have", "needs", "need", "want", "like",
        "prefer", "wish",
    ];
    let tags = [Tag::Keep, Tag::Stay, Tag::Most, Tag::Least, Tag::Buy, Tag::Request];
    items.iter().any(|i| {
        tags.iter().any(|t| i.is(*t)) || i.values.is_empty() && i.plain.split(' ').any(|w| VERBS.contains(&w))
    })
}

fn compares(words: &[Item]) -> bool {
    words.iter().any(is_comparison) && words.iter().any(Item::is_amount)
}

fn is_comparison(item: &Item) -> bool {
    (item.is(Tag::Over) || item.is(Tag::Under)) && !is_negation(item)
}

fn first_word(item: &Item) -> &str {
    item.plain.split(' ').next().unwrap_or("")
}

/// The words with the negation before them: with what it was said of (`Nvidia shouldn't … or go above 9%`), and
/// without (`don't let … or Apple go above 5%`). Two different meanings are none.
fn carried_on(before: &[&Item], words: &[Item]) -> Option<Vec<Token>> {
    let said = words.iter().filter(|i| !i.is(Tag::Or));
    let named = words.iter().flat_map(|i| &i.values).any(is_name);
    let cut = before.iter().position(|i| is_comparison(i)).unwrap_or(before.len());
    let replaced = |i: &Item| i.is_amount() || named && i.values.iter().any(is_name);
    let lead = before[..cut].iter().filter(|i| !replaced(i));
    let of_the_same: Vec<Item> = lead.map(|i| (**i).clone()).chain(said.clone().cloned()).collect();
    let negation = before.iter().find(|i| is_negation(i))?;
    let of_its_own: Vec<Item> = std::iter::once((**negation).clone()).chain(said.cloned()).collect();
    match (read(&of_the_same), read(&of_its_own)) {
        (Some(one), Some(other)) if one != other => None,
        (one, other) => one.or(other),
    }
}

fn read(items: &[Item]) -> Option<Vec<Token>> {
    frames::read(&Segment::new(items.iter().map(|i| (i, 0))))
}

#[cfg(test)]
mod tests {
    use super::super::{Known, phrases};

    fn read(text: &str) -> (Vec<String>, usize) {
        let reading = phrases(text, &Known::default()).unwrap();
        (reading.wishes.iter().map(|w| w.token.to_string()).collect(), reading.unread.len())
    }

    #[test]
    fn the_other_comparison_behind_a_negation_is_never_turned_round() {
        let nvda = "concentrate_up_to_10_pct_in_ticker_NVDA";
        for text in [
            "Don't let NVDA go over 10% or AAPL under 5%",
            "Don't let NVDA go over 10% or let AAPL fall below 5%",
            "Don't let NVDA go over 10% and AAPL under 5%",
            "Don't let NVDA go over 10%, AAPL under 5%",
            "Don't let NVDA go over 10%. Or AAPL under 5%.",
            "Never let NVDA exceed 10% nor AAPL drop below 5%",
            "NVDA must not go over 10% or AAPL under 5%",
            "I don't want more than 10% in NVDA or less than 5% in AAPL",
            "Don't let NVDA go over 10% or under 5%",
            "NVDA shouldn't fall below 3% or go above 10%",
        ] {
            let (tokens, unread) = read(text);
            assert_eq!(tokens, [nvda], "{text}");
            assert_eq!(unread, 1, "{text}");
        }
        let (tokens, unread) = read("Don't let cash fall below $5,000 or rise over $10,000");
        assert_eq!((tokens, unread), (vec!["maintain_cash_balance_of_5000_usd".to_owned()], 1));
        let (tokens, unread) = read("Never let tech go above 30% or energy drop below 5%");
        let tech = "max_sector_exposure_pct_30_in_Information_Technology".to_owned();
        assert_eq!((tokens, unread), (vec![tech], 1));
    }

    #[test]
    fn the_same_comparison_is_carried_on() {
        let both = ["max_concentration_pct_5", "max_sector_exposure_pct_25"];
        assert_eq!(read("Don't let any stock go over 5% or any sector over 25%").0, both);
        assert_eq!(
            read("Don't let AAPL fall below 5% or NVDA rise above 10%").0,
            ["concentrate_up_to_10_pct_in_ticker_NVDA"]
        );
    }

    #[test]
    fn a_clause_of_its_own_is_read_for_itself() {
        for text in [
            "Don't let NVDA go over 10% and keep AAPL under 5%",
            "Don't let NVDA go over 10%, and AAPL should stay under 5%",
        ] {
            let both = ["concentrate_up_to_10_pct_in_ticker_NVDA", "concentrate_up_to_5_pct_in_ticker_AAPL"];
            assert_eq!(read(text).0, both, "{text}");
        }
        assert_eq!(
            read("No single stock over 5% and volatility under 12%").0,
            ["max_concentration_pct_5", "volatility_cap_pct_12"]
        );
    }
}
