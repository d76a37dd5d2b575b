//! Which parts can the words and idioms of an investor play.
//!
//! In: plain words. Out: the idioms that stand at a place, with their [`Tags`]. The list
//! (`vocabulary/english.txt`) is what is known of English here; a word outside it is a content word that no wish may pass over.
//! Invariant: an idiom is listed once for each part, and the parts of its places add up.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::tags::{Tag, Tags};

/// Lines of `Part Part: idiom, idiom`.
const ENGLISH: &str = include_str!("vocabulary/english.txt");

/// Idioms by their first word, longest first: the words behind the first, and the parts.
type Idioms = HashMap<&'static str, Vec<(Vec<&'static str>, Tags)>>;

static IDIOMS: LazyLock<Idioms> = LazyLock::new(|| {
    let mut idioms: Idioms = HashMap::new();
    for (parts, phrase) in listed() {
        let mut words = phrase.split_whitespace();
        let Some(first) = words.next() else { continue };
        let rest: Vec<&str> = words.collect();
        let known = idioms.entry(first).or_default();
        match known.iter_mut().find(|(other, _)| *other == rest) {
            Some((_, all)) => *all = all.with(parts),
            None => known.push((rest, parts)),
        }
    }
    for known in idioms.values_mut() {
        known.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
    }
    idioms
});

/// Every idiom of the list with the parts of its line.
fn listed() -> impl Iterator<Item = (Tags, &'static str)> {
    let lines =
        ENGLISH.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "));
    lines.flat_map(|(parts, phrases)| {
        let parts =
            parts.split(' ').filter_map(Tag::named).fold(Tags::default(), |all, t| all.with(Tags::of(&[t])));
        phrases.split(", ").map(move |phrase| (parts, phrase.trim()))
    })
}

/// All idioms at the start of `words`, the longest first: how many words each takes, and its parts.
pub(super) fn idioms<'w>(words: &'w [&'w str]) -> impl Iterator<Item = (usize, Tags)> + 'w {
    let known = words.split_first().and_then(|(first, behind)| Some((IDIOMS.get(first)?, behind)));
    known.into_iter().flat_map(|(known, behind)| {
        known.iter().filter(|(rest, _)| behind.starts_with(rest)).map(|(rest, tags)| (rest.len() + 1, *tags))
    })
}

/// Whether `word` alone means something.
pub(super) fn knows(word: &str) -> bool {
    IDIOMS.get(word).is_some_and(|known| known.iter().any(|(rest, _)| rest.is_empty()))
}

/// Every word that stands in some idiom, for corrections of spelling.
pub(super) fn all_words() -> impl Iterator<Item = &'static str> {
    IDIOMS.iter().flat_map(|(first, known)| {
        std::iter::once(*first).chain(known.iter().flat_map(|(rest, _)| rest.iter().copied()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tags::Tag;
    use super::*;

    #[test]
    fn the_longest_idiom_is_found() {
        let (taken, tags) = idioms(&["no", "more", "than", "5"]).next().unwrap();
        assert!(taken == 3 && tags.has(Tag::Most) && !tags.has(Tag::Neg));
        let (taken, tags) = idioms(&["no", "tobacco"]).next().unwrap();
        assert!(taken == 1 && tags.has(Tag::Neg));
        assert_eq!(idioms(&["zebra"]).count(), 0);
    }

    #[test]
    fn the_list_is_in_plain_words_and_known_parts() {
        for line in ENGLISH.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let (parts, _) = line.split_once(": ").unwrap();
            assert!(parts.split(' ').all(|p| Tag::named(p).is_some()), "{parts}");
        }
        for (_, phrase) in listed() {
            assert!(!phrase.is_empty() && phrase == phrase.to_lowercase(), "`{phrase}`");
            assert!(!phrase.contains('-'), "hyphens part words: `{phrase}`");
        }
    }
}
