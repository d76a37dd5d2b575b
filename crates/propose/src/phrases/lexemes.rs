//! Which names, amounts and idioms does a text consist of.
//!
//! In: words and the names that may be named. Out: [`Item`]s in the order of the text. Of all ways to part the
//! words, the one that leaves the fewest unknown counts, and of those the one with the fewest items: `to
//! stay away from` is `to` and one idiom, though `to stay` is one too. Invariant: every word is in one item.

use portfolio::Rating;
use portfolio::preference::Period;

use super::amounts::amount;
use super::items::{Item, Kind, Value};
use super::names::{Lookup, rating};
use super::openings;
use super::segment::{is_name, is_negation};
use super::spelling;
use super::tags::{Tag, Tags};
use super::vocabulary;
use super::words::{Line, Word};

/// What an item costs in the choice of a way: known, a name or amount, unknown.
const KNOWN: u32 = 10;
const NAMED: u32 = 9;
const UNKNOWN: u32 = 1000;

/// What might stand at a place: how many words it takes, the item, its cost.
type Candidate = (usize, Item, u32);

/// Reads words as items.
pub(super) fn items(words: &[Word<'_>], lookup: &Lookup<'_>) -> Vec<Item> {
    let shouting = is_shouting(words);
    let mut best: Vec<(u32, Option<Candidate>)> = vec![(0, None); words.len() + 1];
    for at in (0..words.len()).rev() {
        if is_hyphen(words, at) {
            best[at] = (best[at + 1].0, None);
            continue;
        }
        let place = Place { shouting, first: opens_sentence(words, at), after_lot: follows_lot(words, at) };
        let chosen = candidates(&words[at..], lookup, &place)
            .into_iter()
            .map(|(taken, item, cost)| (cost + best[at + taken].0, (taken, item, cost)))
            .min_by_key(|(cost, (taken, ..))| (*cost, std::cmp::Reverse(*taken)));
        if let Some((cost, candidate)) = chosen {
            best[at] = (cost, Some(candidate));
        }
    }
    let mut items: Vec<Item> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((taken, mut item, _)) = best[at].1.take() else {
            at += 1;
            continue;
        };
        item.after_line = words[at].after_line;
        item.span = words[at].span.start..words[at + taken - 1].span.end;
        items.push(item);
        at += taken;
    }
    spans_of_time(&mut items);
    no_more(&mut items);
    or_less_than(&mut items);
    and_no_more_than(&mut items);
    never_mind(&mut items);
    only_at_the_end(&mut items);
    letter_ratings(&mut items, words);
    openings::mean_nothing(&mut items);
    items
}

/// What stands around a place.
struct Place {
    shouting: bool,
    first: bool,
    after_lot: bool,
}

fn opens_sentence(words: &[Word<'_>], at: usize) -> bool {
    at == 0 || matches!(words[at - 1].plain.as_str(), "." | "!" | "?" | ";" | ":" | "\"")
}

/// Whether only other lots and joints stand between here and the word `lot`.
fn follows_lot(words: &[Word<'_>], at: usize) -> bool {
    for word in words[..at].iter().rev().take(10) {
        match word.plain.as_str() {
            "lot" | "lots" | "parcel" => return true,
            "," | "and" | "or" | "nor" | "number" | "no" | "id" | "#" | "-" | "." => {}
            other if other.chars().any(|c| c.is_ascii_digit()) => {}
            other if other.len() == 1 && word.glued => {}
            _ => return false,
        }
    }
    false
}

/// Everything that might stand at the start of `words`.
fn candidates(words: &[Word<'_>], lookup: &Lookup<'_>, place: &Place) -> Vec<Candidate> {
    let word = &words[0];
    if let Some(token) =
        word.text.contains('_').then(|| portfolio::preference::parse(word.text).ok()).flatten()
    {
        return vec![(1, made(words, 1, Tags::default(), vec![Value::Exact(token)]), NAMED)];
    }
    if let Some((taken, lot)) = lookup.lot(words, place.after_lot) {
        return vec![(taken, made(words, taken, Tags::default(), vec![lot]), NAMED)];
    }
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |taken: usize, tags: Tags, values: Vec<Value>, cost: u32| {
        match found.iter_mut().find(|(other, ..)| *other == taken) {
            // A name is no filler, even where a word of it is.
            Some((_, item, _)) if tags.has(Tag::Filler) && item.values.iter().any(is_name) => {}
            Some((_, item, other)) => {
                item.tags = item.tags.with(tags);
                item.values.extend(values);
                *other = cost.min(*other);
            }
            None => found.push((taken, made(words, taken, tags, values), cost)),
        }
    };
    if let Some(name) = lookup.name(words, place.first, place.shouting) {
        add(name.taken, Tags::default(), name.values, NAMED);
    }
    if let Some(amount) = amount(words) {
        add(amount.taken, Tags::default(), amount.values, NAMED);
    }
    for (taken, tags) in idioms_at(words) {
        add(taken, tags, Vec::new(), KNOWN);
    }
    if found.is_empty() {
        let (taken, item) =
            plain_item(words, lookup, |taken, tags, values| (taken, made(words, taken, tags, values)));
        let known = item.tags != Tags::default() || !item.values.is_empty() || item.mark.is_some();
        found.push((taken, item, if known { KNOWN } else { UNKNOWN }));
    }
    found
}

fn made(words: &[Word<'_>], taken: usize, tags: Tags, values: Vec<Value>) -> Item {
    let plain: Vec<&str> =
        words[..taken].iter().map(|w| w.plain.as_str()).filter(|w| *w != "-" || taken == 1).collect();
    Item { span: 0..0, plain: plain.join(" "), tags, values, mark: None, after_line: Line::Same }
}

/// `10 %, no more.` is a most; `no more Tesla` is none.
fn no_more(items: &mut [Item]) {
    for at in 1..items.len() {
        let ends = items.get(at + 1).is_none_or(|next| next.mark.is_some_and(|m| m != '$'));
        if ends
            && matches!(items[at].plain.as_str(), "more" | "further" | "higher")
            && matches!(items[at - 1].plain.as_str(), "no" | "not" | "never")
        {
            items[at - 1].tags = Tags::of(&[Tag::Most]);
            items[at].tags = Tags::of(&[Tag::Filler]);
        }
    }
}

/// `5% or less` is a most; the `or` of `or less than 5%` and of `or above 5%` joins two pieces.
fn or_less_than(items: &mut Vec<Item>) {
    let mut at = 0;
    while at + 1 < items.len() {
        let (first, next) = (&items[at], &items[at + 1]);
        let rest = first.plain.strip_prefix("or ").filter(|rest| *rest != "better").map(str::to_owned);
        let than = next.plain == "than";
        if let Some(rest) =
            rest.filter(|_| (than || next.is_amount()) && (first.is(Tag::Most) || first.is(Tag::Least)))
        {
            let way = if first.is(Tag::Most) { Tag::Under } else { Tag::Over };
            let mut comparison = off_its_joint(&mut items[at], rest, "or", Tag::Or);
            comparison.tags = Tags::of(&[way]);
            if than {
                let than = items.remove(at + 1);
                comparison.plain += " than";
                comparison.span.end = than.span.end;
            }
            items.insert(at + 1, comparison);
        }
        at += 1;
    }
}

/// Leaves of an idiom its first word, a joint; the `rest` of it is an item of its own.
fn off_its_joint(idiom: &mut Item, rest: String, word: &str, joint: Tag) -> Item {
    let mut off = Item { plain: rest, after_line: Line::Same, ..idiom.clone() };
    idiom.span.end = idiom.span.start + word.len();
    off.span.start = off.span.end.saturating_sub(off.plain.len()).max(idiom.span.end);
    idiom.plain = word.to_owned();
    idiom.tags = Tags::of(&[joint]);
    off
}

/// `at least 2% and no more than 5%` bounds one thing on both sides; where a most stands before it, as in `no more than 8% in
/// Tesla and no more than 30% in tech`, the `and` joins two pieces.
fn and_no_more_than(items: &mut Vec<Item>) {
    let joins = |item: &Item| {
        item.mark.is_some_and(|m| m != '$') || item.is(Tag::And) || item.is(Tag::Or) || item.is(Tag::But)
    };
    let mut at = 1;
    while at + 1 < items.len() {
        let from = items[..at].iter().rposition(joins).map_or(0, |joint| joint + 1);
        let piece = &items[from..at];
        let bounded = piece
            .iter()
            .position(|i| i.is(Tag::Most))
            .is_some_and(|most| piece[most..].iter().any(Item::is_amount));
        // "No Tesla and no more than 10% Apple."
        let forbids = piece.iter().any(is_negation) && !piece.iter().any(Item::is_amount);
        // Something of its own has to follow the amount.
        let goes_on = items[at + 1].is_amount() && items.get(at + 2).is_some_and(|next| !joins(next));
        // "No tobacco and no more Tesla."
        let more_of = matches!(items[at].plain.as_str(), "and no more" | "and not more");
        if more_of && items[at + 1].values.iter().any(is_name) {
            let mut none = off_its_joint(&mut items[at], "no more".to_owned(), "and", Tag::And);
            none.tags = Tags::of(&[Tag::Neg, Tag::More]);
            items.insert(at + 1, none);
            continue;
        }
        let rest = items[at].plain.strip_prefix("and ").filter(|_| items[at].is(Tag::Most));
        if let Some(rest) = rest.filter(|_| (bounded || forbids) && goes_on).map(str::to_owned) {
            let comparison = off_its_joint(&mut items[at], rest, "and", Tag::And);
            items.insert(at + 1, comparison);
        }
        at += 1;
    }
}

/// `Never mind.` alone takes back what was said; `never mind the fees` does not.
fn never_mind(items: &mut [Item]) {
    for at in 1..items.len() {
        let ends = items.get(at + 1).is_none_or(|next| next.mark.is_some());
        if ends && matches!(items[at].plain.as_str(), "never mind" | "nevermind") {
            items[at].tags = Tags::of(&[Tag::Retract]);
        }
    }
}

/// `USD 6,000 only` is how amounts are written in India; `only` there bounds nothing.
fn only_at_the_end(items: &mut [Item]) {
    for at in 1..items.len() {
        let ends = items.get(at + 1).is_none_or(|next| next.mark.is_some_and(|m| m != '$'));
        let amount = items[at - 1].value(Kind::Usd).is_some() || items[at - 1].value(Kind::Pct).is_some();
        if ends && amount && items[at].plain == "only" {
            items[at].tags = Tags::of(&[Tag::Filler]);
        }
        // "In cash, say 2000 bucks" is said by nobody else.
        if items[at - 1].plain == "say" && items[at].is_amount() {
            items[at - 1].tags = Tags::of(&[Tag::Filler]);
        }
        // "18k in cash whenever": at any time.
        if ends && items[at].plain == "whenever" {
            items[at].tags = Tags::of(&[Tag::Always]);
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

/// Everything is in capitals, so capitals say nothing.
fn is_shouting(words: &[Word<'_>]) -> bool {
    let letters = words.iter().filter(|w| w.text.chars().any(char::is_alphabetic));
    let (all, capitals) = letters.fold((0, 0), |(all, capitals), w| {
        (all + 1, capitals + usize::from(!w.text.chars().any(char::is_lowercase)))
    });
    all >= 3 && capitals * 10 >= all * 8
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
    let idiom = idioms_at(&around).into_iter().next();
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

/// All idioms that stand here, the longest first, hyphens inside compounds left out.
fn idioms_at(words: &[Word<'_>]) -> Vec<(usize, Tags)> {
    const WORDS_MAX: usize = 9;
    let mut plain: Vec<&str> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    for (i, word) in words.iter().enumerate().take(2 * WORDS_MAX) {
        if i > 0 && is_hyphen(words, i) {
            continue;
        }
        if i > 0 && word.after_line == Line::Paragraph || plain.len() == WORDS_MAX {
            break;
        }
        plain.push(&word.plain);
        places.push(i + 1);
    }
    let found: Vec<(usize, Tags)> =
        vocabulary::idioms(&plain).map(|(taken, tags)| (places[taken - 1], tags)).collect();
    if !found.is_empty() {
        return found;
    }
    // A possessive: "portfolio's".
    let base = plain[0].strip_suffix("'s");
    base.into_iter()
        .flat_map(|base| vocabulary::idioms(&[base]).map(|(_, tags)| (1, tags)).collect::<Vec<_>>())
        .collect()
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
                    // "Rather than a mutual fund": a noun behind it makes it an article.
                    let article = items.get(i + 1).is_some_and(|n| {
                        n.mark.is_none()
                            && !n.is(Tag::Rated)
                            && !n.is(Tag::Esg)
                            && (!n.is_filler() && !n.is(Tag::Or) && !n.is(Tag::And) && !n.is(Tag::But))
                    });
                    before && !signed && !article
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

#[cfg(test)]
mod tests {
    use super::super::names::{Known, Lookup};
    use super::super::words::words;
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        let known = Known::default();
        items(&words(text), &Lookup::new(&known)).into_iter().map(|i| i.plain).collect()
    }

    #[test]
    fn the_way_with_the_fewest_unknown_words_counts() {
        assert_eq!(plain("to shy away from tobacco"), ["to", "shy away from", "tobacco"]);
        assert_eq!(plain("use VTI for US stocks"), ["use", "vti", "for", "us stocks"]);
        assert_eq!(plain("short-term"), ["short term"]);
    }

    #[test]
    fn a_rating_is_no_article() {
        let known = Known::default();
        let rated = |text: &str| {
            let items = items(&words(text), &Lookup::new(&known));
            items.iter().filter_map(|i| i.value(Kind::Rating).cloned()).collect::<Vec<_>>()
        };
        assert_eq!(rated("A minimum ESG rating of AA"), [Value::Rating(Rating::Aa)]);
        assert_eq!(rated("rated A or better"), [Value::Rating(Rating::A)]);
        assert_eq!(rated("a stock"), []);
    }
}
