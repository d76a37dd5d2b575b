//! Which words of a sentence may others point back at.
//!
//! In: what has been read of a text so far. Out: the items of the words that are meant by `it`, `them` or nothing. Invariant: only
//! words of the same sentence, and none that was doubted.

use super::super::clauses::Join;
use super::super::cover::Sense;
use super::super::ellipsis;
use super::super::items::{Item, Value};
use super::super::segment::{is_name, is_negation};
use super::super::tags::Tag;
use super::{Account, Entry};
use portfolio::Token;

impl<'a> Account<'a> {
    /// The words of this sentence that lead up to here, where none of them was understood or doubted.
    pub(super) fn permitted_before(&self) -> Option<&'a [Item]> {
        let of = self.entries.iter().rev().take_while(|e| e.sentence == self.sentence);
        let of: Vec<&Entry> = of.collect();
        let open = of.iter().all(|e| e.sense == Sense::Unread && e.why.is_none());
        let (first, last) = (of.last()?, of.first()?);
        open.then(|| &self.items[first.items.start..last.items.end])
    }

    /// What was said last, with what it goes on with: the two of "I love Apple and Coke, never sell them".
    pub(super) fn named_together(&self) -> Vec<&'a Item> {
        let said = self.entries.iter().rev().filter(|e| e.sense != Sense::Nothing);
        let open = said.enumerate().take_while(|(at, e)| {
            *at == 0 || e.sentence == self.sentence && e.sense == Sense::Unread && e.why.is_none()
        });
        let mut of: Vec<&'a Item> = Vec::new();
        for (_, entry) in open {
            let items = &self.items[entry.items.clone()];
            of.extend(items);
            if entry.join != Join::And || !ellipsis::is_fragment(items) {
                break;
            }
        }
        of
    }

    /// The nearest words of this sentence that name something and were not understood: "I inherited the Coke shares, they mean a
    /// lot to me, so don't sell them".
    pub(super) fn named_earlier(&self) -> Option<Vec<&'a Item>> {
        let mut earlier = self.entries.iter().rev().take_while(|e| e.sentence == self.sentence);
        let items = self.items;
        let names = |e: &Entry| items[e.items.clone()].iter().flat_map(|i| &i.values).any(is_name);
        let named = earlier.find(|e| names(e))?;
        (named.sense == Sense::Unread && named.why.is_none())
            .then(|| items[named.items.clone()].iter().collect())
    }

    /// The wish not to sell the securities that the sentence opens with, where these are all that it names and nothing else was
    /// understood or doubted.
    pub(super) fn one_security(&self, start: usize) -> Option<Vec<Token>> {
        let said = self.entries[start..].iter().filter(|e| e.sense != Sense::Nothing);
        let [first, last] = said.collect::<Vec<_>>()[..] else { return None };
        let values: Vec<&Value> = self.items[first.items.clone()].iter().flat_map(|i| &i.values).collect();
        let named = last.sense == Sense::Wish(vec![Token::NoSells])
            && first.sense == Sense::Unread
            && first.why.is_none()
            && !self.items[first.items.clone()].iter().any(|i| i.is(Tag::Permit) || is_negation(i));
        let tickers = values.into_iter().map(|value| match value {
            Value::Ticker(t) => Some(Token::DoNotSellTicker(t.clone())),
            _ => None,
        });
        let tickers: Option<Vec<Token>> = tickers.collect();
        tickers.filter(|t| named && t.len() == 1)
    }
}
