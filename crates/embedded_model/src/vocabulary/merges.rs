//! Which neighbours become one token.
//!
//! In: the tokens of a piece's bytes. Out: the piece's tokens: the pair that comes first in the model's list is merged, the leftmost of
//! equal ones, until no pair of the list is left. Invariant: a piece of n bytes takes about n log n steps.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// The model's list of pairs.
#[derive(Debug)]
pub(super) struct Merges {
    /// Pair → its place in the list, and the token that it becomes.
    pairs: HashMap<(u32, u32), (u32, u32)>,
}

/// A token among its neighbours.
#[derive(Debug, Clone, Copy)]
struct Link {
    token: u32,
    /// Places of the neighbours; `NONE` at an end.
    before: u32,
    after: u32,
}

const NONE: u32 = u32::MAX;

impl Merges {
    /// A list of lines `LEFT RIGHT`; none where a line has another form or a pair's tokens are not in the vocabulary.
    pub(super) fn read(lines: &[String], ids: &HashMap<&str, u32>) -> Option<Merges> {
        let pair = |(rank, line): (u32, &String)| {
            let (left, right) = line.split_once(' ')?;
            let merged = ids.get(format!("{left}{right}").as_str())?;
            Some(((*ids.get(left)?, *ids.get(right)?), (rank, *merged)))
        };
        Some(Merges { pairs: (0..).zip(lines).map(pair).collect::<Option<_>>()? })
    }

    /// Adds the tokens of a piece.
    pub(super) fn merged(&self, alone: impl Iterator<Item = u32>, out: &mut Vec<u32>) {
        let mut links: Vec<Link> = (0_u32..)
            .zip(alone)
            .map(|(place, token)| Link { token, before: place.wrapping_sub(1), after: place + 1 })
            .collect();
        let Some(last) = links.last_mut() else { return };
        last.after = NONE;
        let mut waiting = BinaryHeap::new();
        for place in 0..links.len() {
            self.consider(&links, place, &mut waiting);
        }
        while let Some(Reverse((_, place, pair, merged))) = waiting.pop() {
            let (left, right) = (links[place], links[place].after);
            // What was merged meanwhile is no such pair any more.
            if right == NONE || (left.token, links[right as usize].token) != pair {
                continue;
            }
            let after = links[right as usize].after;
            links[right as usize].token = NONE;
            links[place] = Link { token: merged, after, ..left };
            if after != NONE {
                #[expect(clippy::cast_possible_truncation, reason = "places were made from u32")]
                let here = place as u32;
                links[after as usize].before = here;
            }
            self.consider(&links, place, &mut waiting);
            if left.before != NONE {
                self.consider(&links, left.before as usize, &mut waiting);
            }
        }
        out.extend(links.iter().map(|link| link.token).filter(|token| *token != NONE));
    }

    /// Notes the pair that begins at a place, if the list has it.
    fn consider(&self, links: &[Link], place: usize, waiting: &mut BinaryHeap<Reverse<Waiting>>) {
        let Link { token, after, .. } = links[place];
        let Some(next) = links.get(after as usize) else { return };
        let pair = (token, next.token);
        if let Some((rank, merged)) = self.pairs.get(&pair) {
            waiting.push(Reverse((*rank, place, pair, *merged)));
        }
    }
}

/// Rank, place, pair, and what it becomes.
type Waiting = (u32, usize, (u32, u32), u32);

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(lines: &[&str], text: &str) -> Vec<String> {
        let names: Vec<String> = lines.iter().map(|line| line.replace(' ', "")).collect();
        let mut ids: HashMap<&str, u32> = HashMap::new();
        let letters: Vec<String> = ('a'..='z').map(String::from).collect();
        let all: Vec<&str> = letters.iter().chain(&names).map(String::as_str).collect();
        for (id, name) in (0..).zip(&all) {
            ids.insert(name, id);
        }
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let mut out = Vec::new();
        let alone = text.chars().map(|c| ids[c.to_string().as_str()]);
        Merges::read(&lines, &ids).unwrap().merged(alone, &mut out);
        out.iter().map(|id| all[*id as usize].to_owned()).collect()
    }

    #[test]
    fn the_pair_that_is_first_in_the_list_is_merged_first() {
        assert_eq!(merged(&["b c", "a b"], "abc"), ["a", "bc"]);
        assert_eq!(merged(&["a b", "b c"], "abc"), ["ab", "c"]);
        assert_eq!(merged(&["a a"], "aaaaa"), ["aa", "aa", "a"]);
        assert_eq!(merged(&["a a", "aa aa"], "aaaaaaa"), ["aaaa", "aa", "a"]);
        assert_eq!(merged(&["a b", "ab c", "abc d"], "xabcdabc"), ["x", "abcd", "abc"]);
        assert!(merged(&["a b"], "").is_empty());
    }

    #[test]
    fn a_long_piece_does_not_take_forever() {
        let text = "a".repeat(200_000);
        assert_eq!(merged(&["a a", "aa aa"], &text).len(), 50_000);
    }

    #[test]
    fn a_list_that_does_not_fit_the_vocabulary_is_none() {
        let ids = HashMap::from([("a", 0), ("b", 1)]);
        assert!(Merges::read(&["a b".to_owned()], &ids).is_none());
        assert!(Merges::read(&["ab".to_owned()], &ids).is_none());
    }
}
