//! A sentence with what it is about.
//!
//! In: tokens, the facts, and what was spoken of before. Out: per segment, what it names or goes on about; which lots
//! are meant; what is denied or only supposed. Invariant: a segment that names something is about that and nothing
//! else.

use std::ops::Range;

use portfolio::Decimal;

use super::facts::{Facts, LotState};
use super::names::Named;
use super::sentence::segments;
use super::token::Token;

/// A sentence with its segments.
pub(crate) struct Scene<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) tokens: &'a [Token],
    pub(crate) sentence: Range<usize>,
    pub(crate) segments: Vec<Range<usize>>,
    /// Per segment: what it is about.
    about: Vec<Named>,
}

/// What is false in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// First token.
    pub(crate) first: usize,
    /// Last token.
    pub(crate) last: usize,
    pub(crate) why: String,
}

impl<'a> Scene<'a> {
    /// `carried` is what the sentence is about where it names nothing.
    pub(crate) fn new(
        facts: &'a Facts,
        tokens: &'a [Token],
        sentence: Range<usize>,
        carried: &Named,
    ) -> Scene<'a> {
        let segments = segments(tokens, &sentence);
        let own: Vec<Named> = segments.iter().map(|segment| named(&tokens[segment.clone()])).collect();
        let about = (0..own.len()).map(|n| {
            let nearest = (0..=n).rev().chain(n + 1..own.len()).find(|m| !own[*m].is_empty());
            nearest.map_or_else(|| carried.clone(), |m| own[m].clone())
        });
        let about = about.collect();
        Scene { facts, tokens, sentence, segments, about }
    }

    /// Everything that the sentence names.
    pub(crate) fn named(&self) -> Named {
        named(&self.tokens[self.sentence.clone()])
    }

    /// The segment of a token.
    pub(crate) fn segment_of(&self, at: usize) -> usize {
        self.segments
            .iter()
            .position(|segment| segment.end > at)
            .unwrap_or(self.segments.len().saturating_sub(1))
    }

    pub(crate) fn about(&self, segment: usize) -> &Named {
        &self.about[segment]
    }

    pub(crate) fn words(&self, segment: usize) -> &'a [Token] {
        &self.tokens[self.segments[segment].clone()]
    }

    /// Whether a segment holds one of these words.
    pub(crate) fn has(&self, segment: usize, words: &[&str]) -> bool {
        self.words(segment).iter().any(|token| token.any(words))
    }

    /// Whether the sentence holds one of these words.
    pub(crate) fn sentence_has(&self, words: &[&str]) -> bool {
        self.tokens[self.sentence.clone()].iter().any(|token| token.any(words))
    }

    /// Whether what a segment says is supposed and not stated.
    pub(crate) fn is_supposed(&self, segment: usize) -> bool {
        self.has(
            segment,
            &[
                "would",
                "could",
                "should",
                "might",
                "may",
                "if",
                "unless",
                "until",
                "had",
                "wait",
                "waiting",
                "whether",
                "once",
                "otherwise",
                "instead",
                "rather",
                "than",
                "before",
                "becomes",
                "become",
                "turns",
                "consider",
                "considered",
            ],
        )
    }

    /// Whether a word is denied: `no`, `not`, `without` among the few words before it.
    pub(crate) fn is_denied(&self, segment: usize, at: usize) -> bool {
        let first = self.segments[segment].start.max(at.saturating_sub(6));
        self.tokens[first..at].iter().any(|token| {
            token.any(&[
                "no", "not", "never", "without", "none", "neither", "nor", "cannot", "nothing", "avoid",
                "avoids", "avoiding", "avoided", "prevents", "hardly",
            ]) || token.lower.ends_with("n't")
        })
    }

    /// The lots that are meant: those named, else those sold of what is named, else all of it.
    pub(crate) fn lots(&self, named: &Named) -> Vec<&'a LotState> {
        let lots = &self.facts.lots;
        if !named.lots.is_empty() {
            return named.lots.iter().map(|l| &lots[*l]).collect();
        }
        let in_account = |lot: &LotState| named.accounts.is_empty() || named.accounts.contains(&lot.account);
        let meant = |lot: &&LotState| {
            if !named.tickers.is_empty() {
                named.tickers.contains(&lot.ticker) && in_account(lot)
            } else if !named.classes.is_empty() {
                named.classes.contains(&lot.class) && in_account(lot)
            } else {
                in_account(lot)
            }
        };
        let sold: Vec<&LotState> = lots.iter().filter(meant).filter(|lot| !lot.sold.is_zero()).collect();
        if sold.is_empty() && !named.is_empty() { lots.iter().filter(meant).collect() } else { sold }
    }

    /// What the lots that are meant and sold realise in taxable accounts, USD.
    pub(crate) fn realised(&self, named: &Named) -> Decimal {
        let sold = self.lots(named).into_iter().filter(|lot| lot.taxable);
        sold.fold(Decimal::ZERO, |sum, lot| {
            sum.saturating_add(portfolio::money::times(lot.sold, lot.gain_per_share))
        })
    }
}

/// Everything that some tokens name.
fn named(tokens: &[Token]) -> Named {
    let mut all = Named::default();
    tokens.iter().filter_map(Token::name).for_each(|named| all.add(named));
    all
}
