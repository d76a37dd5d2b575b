//! What do words mean that leave out what was said before: `and energy at 10 %`, `same for Microsoft`,
//! `make that $6000`, `don't add to it`.
//!
//! In: the items of the wish (or of the words) before, and those that lean on it. Out: the tokens of the
//! two taken together. Invariant: only what was said can be filled in; nothing else is assumed.

use portfolio::Token;

use super::frames;
use super::items::{Item, Kind, Value};
use super::segment::{Segment, is_negation};
use super::tags::Tag;

/// Values that can stand for one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Amount,
    Span,
    Count,
    Time,
    Rating,
    Ticker,
    AssetClass,
    Sector,
    Industry,
    Lot,
    Other,
}

fn slot(item: &Item) -> Option<Slot> {
    if item.is(Tag::Single) {
        return None;
    }
    let first = item.values.first()?;
    Some(match first.kind() {
        Kind::Usd | Kind::Pct | Kind::Plain => Slot::Amount,
        Kind::Months | Kind::Period => Slot::Span,
        Kind::Times => Slot::Count,
        Kind::Clock => Slot::Time,
        Kind::Rating => Slot::Rating,
        Kind::Ticker => Slot::Ticker,
        Kind::Class => Slot::AssetClass,
        Kind::Sector => Slot::Sector,
        Kind::Industry => Slot::Industry,
        Kind::Lot => Slot::Lot,
        Kind::OddSpan | Kind::Foreign | Kind::Exact => Slot::Other,
    })
}

/// `fragment` in the place of what `before` has of its kind: the tokens of the whole.
pub(super) fn in_place(before: &[&Item], fragment: &[Item]) -> Option<Vec<Token>> {
    let joints = [
        Tag::Filler,
        Tag::And,
        Tag::Or,
        Tag::But,
        Tag::Same,
        Tag::Most,
        Tag::Least,
        Tag::Over,
        Tag::Under,
        Tag::About,
        Tag::Stocks,
        Tag::Company,
        Tag::Correct,
        Tag::Lot,
    ];
    let mut slots: Vec<Slot> = Vec::new();
    for item in fragment {
        let joint = item.mark.is_some() || joints.iter().any(|t| item.is(*t));
        match slot(item) {
            Some(slot) => slots.push(slot),
            None if joint && !is_negation(item) => {}
            None => return None,
        }
    }
    if slots.is_empty() || slots.contains(&Slot::Other) {
        return None;
    }
    let has = |wanted: Slot| before.iter().find(|i| slot(i) == Some(wanted));
    let mut mended: Vec<Item> = Vec::new();
    for item in fragment {
        let Some(of_slot) = slot(item) else { continue };
        mended.push(like(item, has(of_slot)?));
    }
    let mut whole: Vec<Item> = Vec::new();
    let mut placed: Vec<Slot> = Vec::new();
    for item in before {
        match slot(item).filter(|c| slots.contains(c)) {
            None => whole.push((*item).clone()),
            Some(of_slot) if !placed.contains(&of_slot) => {
                placed.push(of_slot);
                whole.extend(mended.iter().filter(|m| slot(m) == Some(of_slot)).cloned());
            }
            Some(_) => {}
        }
    }
    let bounds = [Tag::Most, Tag::Least, Tag::Over, Tag::Under];
    whole.extend(fragment.iter().filter(|i| slot(i).is_none() && bounds.iter().any(|t| i.is(*t))).cloned());
    read(&whole)
}

/// A number without a unit takes the unit of the one that it replaces.
fn like(item: &Item, before: &Item) -> Item {
    let mut item = item.clone();
    if let Some(Value::Plain(n, scaled)) = item.value(Kind::Plain).cloned() {
        let unit = match before.values.first() {
            Some(Value::Pct(_)) if !scaled => Some(Value::Pct(n)),
            Some(Value::Usd(_)) => Some(Value::Usd(n)),
            _ => None,
        };
        if let Some(unit) = unit {
            item.values = vec![unit];
        }
    }
    item
}

/// Words that point back.
const POINTING: [&str; 14] = [
    "it", "them", "those", "these", "that", "this", "any", "it's", "its", "more", "either", "they",
    "any more", "anymore",
];

/// What `words` mean where they point at what `before` names.
pub(super) fn pointing(before: &[&Item], words: &[Item]) -> Option<Vec<Token>> {
    let entities = |i: &Item| {
        matches!(
            slot(i),
            Some(Slot::Ticker | Slot::AssetClass | Slot::Sector | Slot::Industry | Slot::Lot)
        )
    };
    if words.iter().any(entities) {
        return None;
    }
    let named: Vec<&&Item> = before.iter().filter(|i| entities(i)).collect();
    let of_slot = slot(named.first()?)?;
    if named.iter().any(|i| slot(i) != Some(of_slot)) {
        return None;
    }
    let at = words.iter().position(|i| i.values.is_empty() && POINTING.contains(&i.plain.as_str()))?;
    let mut whole: Vec<Item> = words[..at].to_vec();
    whole.extend(named.iter().map(|i| (**i).clone()));
    whole.extend(words[at + 1..].iter().cloned());
    read(&whole)
}

/// What `words` mean behind an `or` that carries a negation on: `don't buy Tesla or sell Apple`.
pub(super) fn negated(before: &[&Item], words: &[Item]) -> Option<Vec<Token>> {
    if words.iter().any(is_negation) {
        return None;
    }
    let negation = before.iter().find(|i| i.is(Tag::Neg))?;
    let mut whole = vec![(*negation).clone()];
    whole.extend(words.iter().filter(|i| !i.is(Tag::Or)).cloned());
    read(&whole)
}

fn read(items: &[Item]) -> Option<Vec<Token>> {
    frames::read(&Segment::new(items.iter().map(|i| (i, 0))))
}
