//! What does each word of a text stand for: a name, an amount, a part of an idiom, or nothing known.
//!
//! In: words and the names that may be named. Out: [`Item`]s in the order of the text: the longest name,
//! amount or idiom at each place. Invariant: every word is in one item, so that nothing is lost between
//! the words and the wishes.

use std::ops::Range;

use portfolio::preference::Period;
use portfolio::preference::{Industry, Token};
use portfolio::{Decimal, Rating};

use super::amounts::amount;
use super::calendar::Half;
use super::names::{Lookup, rating};
use super::spelling;
use super::tags::{Tag, Tags};
use super::vocabulary;
use super::words::{Line, Word};

/// Something with a value that a token may carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Dollars.
    Usd(Decimal),
    /// An amount that no token can carry: other money, or a number that can be read in two ways.
    Foreign,
    /// Per cent.
    Pct(Decimal),
    /// A number without a unit, and whether it has a multiplier.
    Plain(Decimal, bool),
    /// Calendar months.
    Months(u32),
    /// Days, weeks, or no whole number of months.
    OddSpan,
    /// How often.
    Times(u32),
    /// A span of the calendar.
    Period(Period),
    /// A time of day, minutes after midnight.
    Clock(u16, Option<Half>),
    /// An ESG rating.
    Rating(Rating),
    /// A ticker.
    Ticker(String),
    /// An asset class.
    Class(String),
    /// A sector.
    Sector(String),
    /// An industry.
    Industry(Industry),
    /// A lot.
    Lot(String),
    /// A token written out.
    Exact(Token),
}

/// What kind of value, without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(super) enum Kind {
    Usd,
    Foreign,
    Pct,
    Plain,
    Months,
    OddSpan,
    Times,
    Period,
    Clock,
    Rating,
    Ticker,
    Class,
    Sector,
    Industry,
    Lot,
    Exact,
}

impl Value {
    /// Its kind.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Value::Usd(_) => Kind::Usd,
            Value::Foreign => Kind::Foreign,
            Value::Pct(_) => Kind::Pct,
            Value::Plain(..) => Kind::Plain,
            Value::Months(_) => Kind::Months,
            Value::OddSpan => Kind::OddSpan,
            Value::Times(_) => Kind::Times,
            Value::Period(_) => Kind::Period,
            Value::Clock(..) => Kind::Clock,
            Value::Rating(_) => Kind::Rating,
            Value::Ticker(_) => Kind::Ticker,
            Value::Class(_) => Kind::Class,
            Value::Sector(_) => Kind::Sector,
            Value::Industry(_) => Kind::Industry,
            Value::Lot(_) => Kind::Lot,
            Value::Exact(_) => Kind::Exact,
        }
    }
}

/// A word or idiom with what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
    /// Its plain words.
    pub(super) plain: String,
    /// Parts that it can play.
    pub(super) tags: Tags,
    /// Values that it may have.
    pub(super) values: Vec<Value>,
    /// The mark that it is, if it is one.
    pub(super) mark: Option<char>,
    /// Line break before it.
    pub(super) after_line: Line,
}

impl Item {
    /// Whether it can play `tag`.
    pub(super) fn is(&self, tag: Tag) -> bool {
        self.tags.has(tag)
    }

    /// Its value of a kind.
    pub(super) fn value(&self, kind: Kind) -> Option<&Value> {
        self.values.iter().find(|v| v.kind() == kind)
    }

    /// Whether it changes nothing, whatever is said around it.
    pub(super) fn is_filler(&self) -> bool {
        self.is(Tag::Filler) && self.values.is_empty()
    }
}

/// Reads words as items.
pub(super) fn items(words: &[Word<'_>], lookup: &Lookup<'_>) -> Vec<Item> {
    let shouting = is_shouting(words);
    let mut items: Vec<Item> = Vec::new();
    let mut at = 0;
    let mut sentence_start = true;
    while at < words.len() {
        if is_hyphen(words, at) {
            at += 1;
            continue;
        }
        let after_lot = items.iter().rev().take(4).any(|i| i.is(Tag::Lot)) && follows_lot(&items);
        let item = next_item(&words[at..], lookup, sentence_start, shouting, after_lot);
        let (taken, mut item) = item;
        item.after_line = words[at].after_line;
        item.span = words[at].span.start..words[at + taken - 1].span.end;
        sentence_start = matches!(item.mark, Some('.' | '!' | '?' | ';' | ':' | '"'));
        items.push(item);
        at += taken;
    }
    spans_of_time(&mut items);
    no_more(&mut items);
    letter_ratings(&mut items, words);
    items
}

/// `10 %, no more.` is a most; `no more Tesla` is none.
fn no_more(items: &mut [Item]) {
    for at in 1..items.len() {
        let ends = items.get(at + 1).is_none_or(|next| next.mark.is_some_and(|m| m != '$'));
        if ends && items[at].plain == "more" && matches!(items[at - 1].plain.as_str(), "no" | "not" | "never")
        {
            items[at - 1].tags = Tags::of(&[Tag::Most]);
            items[at].tags = Tags::of(&[Tag::Filler]);
        }
    }
}

/// `the last year` is a span of twelve months, where `year` alone is none.
fn spans_of_time(items: &mut [Item]) {
    for at in 1..items.len() {
        let [before, item] = &mut items[at - 1..=at] else { continue };
        let months = match item.values[..] {
            [Value::Period(Period::Month)] => 1,
            [Value::Period(Period::Quarter)] => 3,
            [Value::Period(Period::Year)] => 12,
            _ => continue,
        };
        if before.is(Tag::Last) {
            item.values.push(Value::Months(months));
        }
    }
}

/// A hyphen inside a compound, which parts two words and means nothing.
fn is_hyphen(words: &[Word<'_>], at: usize) -> bool {
    let letter = |w: &Word<'_>| w.plain.starts_with(char::is_alphabetic);
    let glued_behind = words.get(at + 1).is_some_and(|w| w.glued && letter(w));
    words[at].plain == "-" && words[at].glued && at > 0 && glued_behind
}

/// Whether only other lots and joints stand between here and the word `lot`.
fn follows_lot(items: &[Item]) -> bool {
    for item in items.iter().rev() {
        if item.is(Tag::Lot) {
            return true;
        }
        let joint = item.value(Kind::Lot).is_some()
            || item.is(Tag::And)
            || item.is(Tag::Or)
            || item.mark == Some(',');
        if !joint && item.plain != "number" && item.plain != "no" {
            return false;
        }
    }
    false
}

/// Everything is in capitals, so capitals say nothing.
fn is_shouting(words: &[Word<'_>]) -> bool {
    let letters = words.iter().filter(|w| w.text.chars().any(char::is_alphabetic));
    let (all, capitals) = letters.fold((0, 0), |(all, capitals), w| {
        (all + 1, capitals + usize::from(!w.text.chars().any(char::is_lowercase)))
    });
    all >= 3 && capitals * 10 >= all * 8
}

fn next_item(
    words: &[Word<'_>],
    lookup: &Lookup<'_>,
    first: bool,
    shouting: bool,
    after_lot: bool,
) -> (usize, Item) {
    let word = &words[0];
    let made = |taken: usize, tags: Tags, values: Vec<Value>| {
        let plain: Vec<&str> = words[..taken].iter().map(|w| w.plain.as_str()).collect();
        let item =
            Item { span: 0..0, plain: plain.join(" "), tags, values, mark: None, after_line: Line::Same };
        (taken, item)
    };
    if let Some(token) =
        word.text.contains('_').then(|| portfolio::preference::parse(word.text).ok()).flatten()
    {
        return made(1, Tags::default(), vec![Value::Exact(token)]);
    }
    if let Some((taken, lot)) = lookup.lot(words, after_lot) {
        return made(taken, Tags::default(), vec![lot]);
    }
    let name = lookup.name(words, first, shouting);
    let amount = amount(words);
    let idiom = known_idiom(words);
    let of_idiom = idiom.map_or(0, |(taken, _)| taken);
    let of_name = name.as_ref().map_or(0, |n| n.taken);
    let of_amount = amount.as_ref().map_or(0, |a| a.taken);
    let longest = of_idiom.max(of_name).max(of_amount);
    if longest == 0 {
        return plain_item(words, lookup, made);
    }
    let mut tags = Tags::default();
    let mut values = Vec::new();
    if of_name == longest {
        values.extend(name.into_iter().flat_map(|n| n.values));
    }
    if of_amount == longest {
        values.extend(amount.into_iter().flat_map(|a| a.values));
    }
    if let Some((taken, found)) = idiom.filter(|(taken, _)| *taken == longest) {
        // A name is no filler, even where a word of it is.
        if of_name < taken || !found.has(Tag::Filler) {
            tags = found;
        }
    }
    made(longest, tags, values)
}

/// A mark, a misspelt word that can only be one, or a word that nothing is known of.
fn plain_item(
    words: &[Word<'_>],
    lookup: &Lookup<'_>,
    made: impl Fn(usize, Tags, Vec<Value>) -> (usize, Item),
) -> (usize, Item) {
    let word = &words[0];
    let mut chars = word.plain.chars();
    if let (Some(mark), None) = (chars.next(), chars.next())
        && !mark.is_alphanumeric()
    {
        let (taken, mut item) = made(1, Tags::default(), Vec::new());
        item.mark = Some(mark);
        return (taken, item);
    }
    let Some(meant) = spelling::meant(&word.plain) else { return made(1, Tags::default(), Vec::new()) };
    let span = word.span.clone();
    let mended =
        Word { span, text: meant, plain: meant.to_owned(), glued: word.glued, after_line: word.after_line };
    let mut around = vec![mended];
    around.extend(words[1..].iter().take(8).cloned());
    let name = lookup.name(&around, false, true);
    let idiom = known_idiom(&around);
    match (name, idiom) {
        (Some(name), idiom) if idiom.is_none_or(|(taken, _)| name.taken >= taken) => {
            made(name.taken, Tags::default(), name.values)
        }
        (_, Some((taken, tags))) => made(taken, tags, Vec::new()),
        _ => match amount(&around) {
            Some(found) => made(found.taken, Tags::default(), found.values),
            None => made(1, Tags::default(), Vec::new()),
        },
    }
}

/// The longest idiom here, hyphens inside compounds left out.
fn known_idiom(words: &[Word<'_>]) -> Option<(usize, Tags)> {
    const WORDS_MAX: usize = 9;
    let mut plain: Vec<&str> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    for (i, word) in words.iter().enumerate().take(2 * WORDS_MAX) {
        if i > 0 && is_hyphen(words, i) {
            continue;
        }
        if i > 0 && word.after_line == Line::Paragraph {
            break;
        }
        plain.push(&word.plain);
        places.push(i + 1);
        if plain.len() == WORDS_MAX {
            break;
        }
    }
    let found = vocabulary::idiom(&plain).map(|(taken, tags)| (places[taken - 1], tags));
    found.or_else(|| {
        // A possessive: "portfolio's".
        let base = plain[0].strip_suffix("'s")?;
        vocabulary::idiom(&[base]).map(|(_, tags)| (1, tags))
    })
}

/// Ratings: `AA`, `triple A`, `double-B`, `A` where it is no article.
fn letter_ratings(items: &mut Vec<Item>, words: &[Word<'_>]) {
    let mut at = 0;
    while at < items.len() {
        let times = match items[at].plain.as_str() {
            "triple" => 3,
            "double" => 2,
            "single" => 1,
            _ => 0,
        };
        let letter =
            items.get(at + 1).map(|i| i.plain.clone()).filter(|l| matches!(l.as_str(), "a" | "b" | "c"));
        if let (1.., Some(letter)) = (times, letter)
            && let Some(found) = rating(&letter.repeat(times))
        {
            let behind = items.remove(at + 1);
            items[at].span.end = behind.span.end;
            items[at].values = vec![Value::Rating(found)];
            items[at].tags = Tags::default();
        }
        at += 1;
    }
    let written = |item: &Item| words.iter().find(|w| w.span.start == item.span.start).map_or("", |w| w.text);
    let sure: Vec<bool> = items
        .iter()
        .enumerate()
        .map(|(i, item)| {
            let next = items[i + 1..]
                .iter()
                .take(2)
                .any(|n| n.is(Tag::Rated) || n.is(Tag::Least) || n.plain == "or");
            let before = i > 0
                && (items[i - 1].is(Tag::Rated) || items[i - 1].is(Tag::Esg) || items[i - 1].plain == "than");
            let signed = words
                .iter()
                .any(|w| w.glued && w.span.start == item.span.end && matches!(w.plain.as_str(), "+"));
            match written(item) {
                "A" | "B" => !signed && (i > 0 || next),
                "a" | "b" => {
                    before && !signed
                        || next
                            && items.get(i + 1).is_some_and(|n| n.is(Tag::Least) && n.plain.starts_with("or"))
                }
                text => !signed && text.len() > 1 && item.value(Kind::Ticker).is_none(),
            }
        })
        .collect();
    let ratings: Vec<Option<Rating>> = items
        .iter()
        .zip(&sure)
        .map(|(item, sure)| rating(&item.plain).filter(|_| *sure && item.mark.is_none()))
        .collect();
    // An `A` that opens a sentence is an article where another rating follows.
    let several = ratings.iter().flatten().count()
        + items.iter().filter(|i| i.value(Kind::Rating).is_some()).count()
        > 1;
    for (i, (item, found)) in items.iter_mut().zip(ratings).enumerate() {
        let opens = i == 0 && item.plain == "a" && several;
        if let Some(found) = found.filter(|_| !opens) {
            item.values.push(Value::Rating(found));
            item.tags = Tags::default();
        }
    }
}
