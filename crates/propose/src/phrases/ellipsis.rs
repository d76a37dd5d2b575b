//! What do words mean that leave out what was said before: `and energy at 10 %`, `same for Microsoft`,
//! `make that $6000`, `don't add to it`.
//!
//! In: the items of the wish (or of the words) before, and those that lean on it. Out: the tokens of the
//! two taken together. Invariant: only what was said can be filled in; nothing else is assumed.

use portfolio::{Decimal, Token};
use rust_decimal::prelude::ToPrimitive;

use super::frames;
use super::items::{Item, Kind, Value};
use super::segment::{Segment, is_name, is_negation, is_yes};
use super::tags::Tag;

/// Places in a wish: values of one can stand for one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Amount,
    Span,
    Count,
    Time,
    Rating,
    Ticker,
    Class,
    Sector,
    Industry,
    Lot,
    /// Nothing can take its place.
    None,
}

/// Every place that an item could take, the likeliest first.
fn slots(item: &Item) -> Vec<Slot> {
    if item.is(Tag::Single) {
        return Vec::new();
    }
    let of = |value: &Value| match value.kind() {
        Kind::Usd | Kind::Pct => vec![Slot::Amount],
        Kind::Plain => vec![Slot::Amount, Slot::Span],
        Kind::Months | Kind::Period => vec![Slot::Span],
        Kind::Times => vec![Slot::Count],
        Kind::Clock => vec![Slot::Time],
        Kind::Rating => vec![Slot::Rating],
        Kind::Ticker => vec![Slot::Ticker],
        Kind::Class => vec![Slot::Class],
        Kind::Sector => vec![Slot::Sector],
        Kind::Industry => vec![Slot::Industry],
        Kind::Lot => vec![Slot::Lot],
        Kind::OddSpan | Kind::Foreign | Kind::Exact => vec![Slot::None],
    };
    item.values.iter().flat_map(of).collect()
}

/// What was filled in, and what it means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filled {
    /// All items of the wish.
    pub(super) items: Vec<Item>,
    /// Its tokens.
    pub(super) tokens: Vec<Token>,
}

impl Filled {
    /// The wish that these items are, if they are one.
    pub(super) fn read(items: Vec<Item>) -> Option<Filled> {
        let tokens = read(&items)?;
        Some(Filled { items, tokens })
    }
}

/// `fragment` in the place of what `before` has of its kind: the tokens of the whole. `loosely`: the fragment
/// may bring other words of the wish too (`keep 5k, no, 6k in cash`).
pub(super) fn in_place(before: &[Item], fragment: &[Item], loosely: bool) -> Option<Filled> {
    if let Some(found) = rate(before, fragment) {
        return Some(found);
    }
    let mut taken: Vec<(Slot, Item)> = Vec::new();
    let mut rest: Vec<Item> = Vec::new();
    for item in fragment {
        let could = slots(item);
        if could.contains(&Slot::None) {
            return None;
        }
        let slot = could.iter().find(|slot| before.iter().any(|b| slots(b).contains(slot)));
        match slot {
            Some(slot) => taken.push((*slot, item.clone())),
            None if !could.is_empty() => return None,
            None if loosely => rest.push(item.clone()),
            None if !is_joint(item) => return None,
            None if bounds(item) => rest.push(item.clone()),
            None => {}
        }
    }
    // "Tobacco no, weapons yes".
    let wanted = fragment.windows(2).any(|w| w[0].values.iter().any(is_name) && is_yes(&w[1]));
    if taken.is_empty() || wanted || is_about_another(before, fragment) {
        return None;
    }
    let mut whole: Vec<Item> = Vec::new();
    let mut placed: Vec<Slot> = Vec::new();
    for item in before {
        let of = slots(item);
        let Some(slot) = taken.iter().map(|(slot, _)| *slot).find(|slot| of.contains(slot)) else {
            whole.push(item.clone());
            continue;
        };
        if !placed.contains(&slot) {
            placed.push(slot);
            whole.extend(taken.iter().filter(|(s, _)| *s == slot).map(|(_, new)| like(new, item)));
        }
    }
    whole.extend(rest);
    Filled::read(whole)
}

/// "Cap single stocks at 5% and sectors at 25%": an amount of something else that has no name.
fn is_about_another(before: &[Item], fragment: &[Item]) -> bool {
    let amounts = fragment.iter().all(|i| i.values.is_empty() || i.is_amount() || i.is(Tag::Single));
    let says = |items: &[Item], sectors: bool| {
        items.iter().any(|i| {
            let sector = i.plain.contains("sector") || i.plain.starts_with("industr");
            if sectors { sector } else { !sector && (i.is(Tag::Stock) || i.is(Tag::Stocks)) }
        })
    };
    amounts && [true, false].iter().any(|sectors| says(fragment, *sectors) && !says(before, *sectors))
}

/// Another count, or another count and span, for how often there may be trades: `hmm no, one a quarter`. `One` is a count here.
fn rate(before: &[Item], fragment: &[Item]) -> Option<Filled> {
    let period = |i: &Item| i.value(Kind::Period).is_some();
    let count = |i: &Item| (i.value(Kind::Times).is_some() || i.value(Kind::Plain).is_some()) && !period(i);
    let trades = before.iter().any(|i| i.is(Tag::Trade) || i.is(Tag::Rebalance));
    let said: Vec<&Item> = fragment
        .iter()
        .filter(|i| {
            period(i) || count(i) || i.is(Tag::Each) || !is_joint(i) && !i.is_filler() && i.plain != "times"
        })
        .collect();
    let fits = said.iter().all(|i| period(i) || count(i) || i.is(Tag::Each));
    let counts = said.iter().filter(|i| count(i)).count();
    let periods = said.iter().filter(|i| period(i)).count();
    let compares = [Tag::Over, Tag::Under, Tag::Least];
    if fragment.iter().any(|i| is_negation(i) || compares.iter().any(|t| i.is(*t))) {
        return None;
    }
    if !trades || !before.iter().any(period) || !fits || counts != 1 || periods > 1 {
        return None;
    }
    let stays = |i: &&Item| !count(i) && !(periods == 1 && (period(i) || i.is(Tag::Each)));
    let whole = before.iter().filter(stays).chain(said).cloned().collect();
    Filled::read(whole).filter(|f| matches!(f.tokens[..], [Token::MaxTradeFrequency(..)]))
}

/// Whether these are values and nothing but what joins them.
pub(super) fn is_fragment(items: &[Item]) -> bool {
    // The `one` of `one a quarter` is a count.
    let spans = |i: &Item| [Kind::Period, Kind::OddSpan].iter().any(|kind| i.value(*kind).is_some());
    let counts = |i: &Item| i.plain == "one" && items.iter().any(spans);
    items.iter().any(|i| !slots(i).is_empty())
        && items.iter().all(|i| !slots(i).is_empty() || is_joint(i) || counts(i))
}

/// Words around a value that only join it.
fn is_joint(item: &Item) -> bool {
    let joints = [
        Tag::Filler,
        Tag::And,
        Tag::Or,
        Tag::But,
        Tag::Same,
        Tag::About,
        Tag::Stocks,
        Tag::Company,
        Tag::Correct,
        Tag::Lot,
        Tag::Between,
        Tag::Eastern,
        Tag::Hours,
    ];
    let said =
        matches!(item.plain.as_str(), "instead" | "better" | "or better" | "wait" | "no" | "nope" | "then");
    item.mark.is_some() || said || !is_negation(item) && (bounds(item) || joints.iter().any(|t| item.is(*t)))
}

fn bounds(item: &Item) -> bool {
    let bounds = [Tag::Most, Tag::Least, Tag::Over, Tag::Under];
    bounds.iter().any(|t| item.is(*t)) && item.plain != "or better"
}

/// A number without a unit takes the unit of the one that it replaces.
fn like(item: &Item, before: &Item) -> Item {
    let mut item = item.clone();
    if let Some(Value::Plain(n, scaled)) = item.value(Kind::Plain).cloned() {
        let unit = match before.values.first() {
            // A number below 1 may be a part of one, or per cent.
            Some(Value::Pct(_)) if !scaled && n >= Decimal::ONE => Some(Value::Pct(n)),
            Some(Value::Usd(_)) => Some(Value::Usd(n)),
            Some(Value::Months(_)) if n.is_integer() => n.to_u32().map(Value::Months),
            _ => None,
        };
        item.values = unit.map_or(item.values, |unit| vec![unit]);
    } else if let (Some(Value::Plain(_, false)), Some(Value::Pct(_) | Value::Usd(_))) =
        (before.values.first(), item.values.first())
    {
        item.tags = before.tags;
    }
    item
}

/// Words that point back.
const POINTING: [&str; 17] = [
    "it",
    "them",
    "those",
    "these",
    "that",
    "this",
    "any",
    "it's",
    "its",
    "more",
    "either",
    "they",
    "any more",
    "anymore",
    "further",
    "any further",
    "em",
];

/// What `words` mean where they point at what `before` names. There has to be a verb to point with.
pub(super) fn pointing(before: &[&Item], words: &[Item]) -> Option<Vec<Token>> {
    let named_here = |i: &Item| i.values.iter().any(is_name);
    let verbs = [
        Tag::Buy,
        Tag::Sell,
        Tag::Sold,
        Tag::Touch,
        Tag::Invest,
        Tag::Own,
        Tag::Keep,
        Tag::Trade,
        Tag::Over,
        Tag::Under,
        Tag::Most,
        Tag::Avoid,
        Tag::Fully,
        Tag::Minimise,
    ];
    let stays = |i: &Item| i.is(Tag::Stay) && !i.is(Tag::Filler);
    let acts = words
        .iter()
        .any(|i| verbs.iter().any(|t| i.is(*t)) || stays(i) || matches!(i.plain.as_str(), "none" | "go"))
        || words.iter().any(|i| i.is(Tag::More)) && words.iter().any(|i| i.is(Tag::Neg));
    if words.iter().any(named_here) || !acts {
        return None;
    }
    let mut named: Vec<&&Item> = before.iter().filter(|i| named_here(i)).collect();
    if named.is_empty() {
        named = before.iter().filter(|i| is_topic(i)).collect();
    } else {
        let kind = named[0].values.first()?.kind();
        if named.iter().any(|i| i.value(kind).is_none()) {
            return None;
        }
    }
    // "I live off my dividends, so keep them qualified."
    let of_dividends = named.iter().any(|i| i.is(Tag::Dividend));
    let another = |i: &Item| is_topic(i) && !(of_dividends && i.is(Tag::Qualified) && !i.is(Tag::Dividend));
    if named.is_empty() || words.iter().any(another) {
        return None;
    }
    let at = words.iter().position(|i| i.values.is_empty() && POINTING.contains(&i.plain.as_str()));
    // "You may trim Apple, but always keep some": the part stands for what it is a part of.
    let some = |i: &Item| i.is(Tag::Few) && !i.is(Tag::Single);
    let (to, from) = match at {
        Some(at) => (at, at + 1),
        None if words.last().is_some_and(|i| i.plain == "none") => (words.len(), words.len()),
        None if words.last().is_some_and(some) && words.iter().any(|i| i.is(Tag::Always)) => {
            (words.len(), words.len())
        }
        None => return None,
    };
    let mut whole: Vec<Item> = words[..to].to_vec();
    whole.extend(named.iter().map(|i| (**i).clone()));
    whole.extend(words[from..].iter().cloned());
    read(&whole)
}

/// What a piece may be about without naming it.
const TOPICS: [Tag; 9] = [
    Tag::Commission,
    Tag::Volatility,
    Tag::Tax,
    Tag::Gains,
    Tag::ShortTerm,
    Tag::Dividend,
    Tag::Qualified,
    Tag::Rebalance,
    Tag::Sector,
];

pub(super) fn is_topic(item: &Item) -> bool {
    TOPICS.iter().any(|t| item.is(*t)) && !item.is(Tag::Company) && item.values.is_empty()
}

/// What a bounded value means of what the words before are about: `I hate taxes, $400 max`.
pub(super) fn bounded(before: &[&Item], words: &[Item]) -> Option<Vec<Token>> {
    let bound = words.iter().any(bounds);
    if !bound
        || !is_fragment(words)
        || before.iter().any(|i| slots(i).iter().any(|s| !matches!(s, Slot::Ticker | Slot::Sector)))
    {
        return None;
    }
    // "Don't let one sector take over, 30% is the max."
    let no_name = |i: &Item| !i.values.iter().any(is_name);
    let says = |tag: Tag| before.iter().any(|i| i.is(tag) && no_name(i));
    let any_one = (says(Tag::Single) || says(Tag::Any)) && (says(Tag::Stock) || says(Tag::Sector));
    let of_any = |i: &Item| {
        let of = [Tag::Single, Tag::Any, Tag::Stock, Tag::Sector];
        any_one && no_name(i) && of.iter().any(|t| i.is(*t)) && !is_negation(i)
    };
    let about = |i: &&&Item| {
        is_topic(i)
            || of_any(i)
            || i.is(Tag::Trade) && i.values.is_empty()
            || slots(i).iter().any(|s| matches!(s, Slot::Ticker | Slot::Sector))
    };
    let mut whole: Vec<Item> = before.iter().filter(about).map(|i| (**i).clone()).collect();
    if whole.is_empty() {
        return None;
    }
    whole.extend(words.iter().cloned());
    read(&whole)
}

/// What a short answer makes of the question before it: `Tobacco? No thanks.`
pub(super) fn answered(before: &[&Item], words: &[Item]) -> Option<Vec<Token>> {
    let answer = words.iter().all(|i| i.is_filler() || is_negation(i) || i.mark.is_some());
    let asked = |i: &&Item| i.is_filler() || i.mark.is_some() || is_topic(i) || i.values.iter().any(is_name);
    let ticker = before.iter().any(|i| i.value(Kind::Ticker).is_some());
    if !answer || !before.iter().all(asked) || ticker || words.iter().filter(|i| is_negation(i)).count() != 1
    {
        return None;
    }
    let mut whole: Vec<Item> = before.iter().map(|i| (**i).clone()).collect();
    whole.extend(words.iter().cloned());
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
