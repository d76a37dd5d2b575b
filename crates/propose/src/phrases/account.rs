//! What has been understood so far: wishes are added, corrected and taken back as a text goes on.
//!
//! In: one sentence after the other. Out: the [`Reading`]. Invariant: what a correction does not make
//! understood is not understood any more either.

mod earlier;

use std::collections::BTreeSet;
use std::ops::Range;

use portfolio::Token;
use portfolio::preference::contradiction::contradictions;

use super::clauses::{Atom, Join, Sentence};
use super::corrections::{STRONG, corrects, without_correction};
use super::cover::{Part, Sense, cover};
use super::ellipsis::Filled;
use super::items::{Item, Kind, Value};
use super::reach::{Reach, has_a_verb, negates_a_comparison, reach};
use super::segment::{is_name, is_negation};
use super::stance::{Bearing, Doubt, bearing, doubts};
use super::tags::Tag;
use super::{Reading, Unread, Wish, carried, ellipsis, permitted, spelling};

/// Some pieces of the text, and what became of them.
#[derive(Debug, Clone)]
struct Entry {
    items: Range<usize>,
    join: Join,
    sense: Sense,
    why: Option<Doubt>,
    sentence: usize,
    /// Items that the wish is made of: its own, or what was filled in from earlier ones.
    basis: Vec<Item>,
}

/// What has been understood so far.
pub(super) struct Account<'a> {
    items: &'a [Item],
    text: &'a str,
    entries: Vec<Entry>,
    sentence: usize,
}

impl<'a> Account<'a> {
    /// Nothing yet.
    pub(super) fn new(items: &'a [Item], text: &'a str) -> Account<'a> {
        Account { items, text, entries: Vec::new(), sentence: 0 }
    }

    /// Takes the next sentence.
    pub(super) fn take(&mut self, sentence: &Sentence) {
        self.sentence += 1;
        let doubts = doubts(sentence, self.items);
        let start = self.entries.len();
        let atoms = &sentence.atoms;
        let mut from = 0;
        while from < atoms.len() {
            // A correction opens a run of its own.
            let next = (from + 1..atoms.len()).find(|at| corrects(self.items, atoms, *at, true));
            let to = next.unwrap_or(atoms.len());
            self.take_run(
                &atoms[from..to],
                &doubts[from..to],
                corrects(self.items, atoms, from, !self.entries.is_empty()),
            );
            from = to;
        }
        self.weigh(start);
    }

    /// Takes pieces of a sentence; where they open with a word of correction, that is applied first.
    fn take_run(&mut self, atoms: &[Atom], doubts: &[Option<Doubt>], opens: bool) {
        let opening = self.items[atoms[0].items.start].clone();
        let retracts = opening.is(Tag::Retract);
        let said = if opens { without_correction(self.items, atoms) } else { atoms.to_vec() };
        let (Some(first), Some(last)) = (said.first(), said.last()) else {
            if retracts {
                self.take_back();
            }
            self.add(atoms[0].items.clone(), atoms[0].join, Sense::Nothing, None);
            return;
        };
        if opens && self.completes(first.items.start..last.items.end) {
            return;
        }
        let any_wish = self.entries.iter().any(|e| matches!(e.sense, Sense::Wish(_)));
        let mut pending = opens && any_wish;
        let firm = self.items[atoms[0].items.start..first.items.start]
            .iter()
            .any(|i| i.plain == "no" || i.plain == "nope");
        let cut = atoms.len() - said.len();
        for part in &cover(&said, self.items) {
            let of = &said[part.atoms.clone()];
            let items = of[0].items.start..of[of.len() - 1].items.end;
            let doubt = doubts[cut..][part.atoms.clone()].iter().flatten().next().copied();
            if pending && part.sense != Sense::Nothing {
                pending = false;
                if self.correct(part, &items, doubt, &opening.plain, firm) {
                    continue;
                }
                if retracts {
                    self.take_back();
                }
            }
            self.take_part(part, items, of[0].join, doubt);
        }
    }

    /// "Keep 5k, no, 6k in cash": what was begun before the correction is completed behind it.
    fn completes(&mut self, items: Range<usize>) -> bool {
        let Some(last) = self.entries.iter().rposition(|e| e.sense != Sense::Nothing) else { return false };
        let entry = &self.entries[last];
        if entry.sense != Sense::Unread || entry.why.is_some() || entry.sentence != self.sentence {
            return false;
        }
        let before = &self.items[entry.items.clone()];
        let Some(filled) = ellipsis::in_place(before, &self.items[items.clone()], true) else {
            return false;
        };
        let (from, join) = (entry.items.start, entry.join);
        self.entries[last].sense = Sense::Nothing;
        self.add_filled(from..items.end, join, filled);
        true
    }

    fn take_part(&mut self, part: &Part, items: Range<usize>, join: Join, doubt: Option<Doubt>) {
        if doubt.is_none() && part.sense != Sense::Nothing {
            match self.reached(&items, join, part.sense != Sense::Unread) {
                Reach::Own => {}
                Reach::Meant(tokens) => return self.add(items, join, Sense::Wish(tokens), None),
                Reach::Unclear => return self.add(items, join, Sense::Unread, Some(Doubt::Reached)),
            }
        }
        match (&part.sense, doubt) {
            (Sense::Wish(_), Some(doubt)) => self.add(items, join, Sense::Unread, Some(doubt)),
            (Sense::Wish(_), None) if self.is_turned(&items) => {
                self.add(items, join, Sense::Unread, Some(Doubt::Turned));
            }
            (Sense::Unread, None) => match self.leaning(&items, join) {
                Some(filled) => self.add_filled(items, join, filled),
                None => self.add(items, join, Sense::Unread, None),
            },
            (sense, doubt) => self.add(items, join, sense.clone(), doubt),
        }
    }

    fn add(&mut self, items: Range<usize>, join: Join, sense: Sense, why: Option<Doubt>) {
        let sentence = self.sentence;
        self.entries.push(Entry {
            basis: self.items[items.clone()].to_vec(),
            items,
            join,
            sense,
            why,
            sentence,
        });
    }

    /// "Cap tech at 30%, energy at 10% and utilities at 5%": what comes next leans on all that the wish is made of.
    fn add_filled(&mut self, items: Range<usize>, join: Join, filled: Filled) {
        self.add(items, join, Sense::Wish(filled.tokens), None);
        if let Some(entry) = self.entries.last_mut() {
            entry.basis = filled.items;
        }
    }

    /// Whether a negation before reaches these words: that of the nearest clause that has one, in this sentence, or in the one
    /// before where they open with `or`.
    fn reached(&self, items: &Range<usize>, join: Join, alone: bool) -> Reach {
        let words = &self.items[items.clone()];
        let join = if words.first().is_some_and(|i| i.is(Tag::Or)) { Join::Or } else { join };
        let earlier = self.entries.iter().rev().take_while(|e| {
            e.sentence == self.sentence || join == Join::Or && e.sentence + 1 == self.sentence
        });
        for entry in earlier.filter(|e| e.sense != Sense::Nothing) {
            let before: Vec<&Item> = self.items[entry.items.clone()].iter().collect();
            if negates_a_comparison(&before) {
                return reach(&before, words, join, alone);
            }
            if entry.join == Join::But || has_a_verb(&self.items[entry.items.clone()]) {
                break;
            }
        }
        Reach::Own
    }

    /// A token that is written out behind a word that may turn it, in one sentence.
    fn is_turned(&self, items: &Range<usize>) -> bool {
        if items.len() != 1 || self.items[items.start].value(Kind::Exact).is_none() {
            return false;
        }
        const TURNING: [&str; 9] =
            ["instead", "rather", "remove", "drop", "cancel", "ignore", "forget", "delete", "stop"];
        let before = self.entries.iter().rev().take_while(|e| e.sentence == self.sentence);
        let before = before.take_while(|e| !matches!(e.sense, Sense::Wish(_)));
        before.flat_map(|e| &self.items[e.items.clone()]).any(|i| {
            let turns = [Tag::Neg, Tag::Avoid, Tag::NoNeed, Tag::Condition, Tag::Except];
            turns.iter().any(|t| i.is(*t)) || TURNING.contains(&i.plain.as_str())
        })
    }

    /// What unread words mean together with what stands before them.
    fn leaning(&mut self, items: &Range<usize>, join: Join) -> Option<Filled> {
        let words = &self.items[items.clone()];
        let last = self.entries.iter().rev().find(|e| e.sense != Sense::Nothing)?.clone();
        let before: Vec<&Item> = last.basis.iter().collect();
        let same_sentence = last.sentence == self.sentence;
        if let Sense::Wish(tokens) = &last.sense.clone() {
            let same = words.iter().any(|i| i.is(Tag::Same) || i.is(Tag::Or) || i.is(Tag::And));
            // "No guns but tobacco" leaves it open whether tobacco is one of them.
            let named = words.iter().flat_map(|i| &i.values).any(is_name);
            let turned = join == Join::But && named && !same && before.iter().any(|i| is_negation(i));
            let joined = (join != Join::Start || same) && !turned;
            let continued = if joined { ellipsis::in_place(&last.basis, words, false) } else { None };
            if let Some(more) = continued.filter(|more| more.tokens != *tokens) {
                // "Under $200, or $250" sets one thing to two values: neither is sure.
                let both: Vec<Token> = tokens.iter().chain(&more.tokens).cloned().collect();
                if contradictions(&both).is_empty() {
                    return Some(more);
                }
                self.take_back();
                return None;
            }
            let own = |tokens: Vec<Token>| Filled { items: words.to_vec(), tokens };
            if join == Join::Or
                && let Some(more) = ellipsis::negated(&before, words)
            {
                return Some(own(more));
            }
            let carried = carried::bound(&last.basis, words)
                .or_else(|| carried::of_the_one(&last.basis, tokens, words))
                .or_else(|| carried::traded(&last.basis, tokens, words));
            if let Some(more) = carried.filter(|more| same_sentence && more.tokens != *tokens) {
                let both: Vec<Token> = tokens.iter().chain(&more.tokens).cloned().collect();
                return contradictions(&both).is_empty().then_some(more);
            }
        } else if join == Join::But
            && let Some(left_out) = self.permitted_before().and_then(|said| carried::left_out(said, words))
        {
            return Some(left_out);
        }
        let bounded =
            || ellipsis::bounded(&before, words).filter(|_| same_sentence && last.sense == Sense::Unread);
        let answered = || ellipsis::answered(&before, words).filter(|_| last.why == Some(Doubt::Question));
        let further = || self.named_earlier().and_then(|named| ellipsis::pointing(&named, words));
        // What points back points at what was said last.
        let latest = self.named_together();
        let pointed = if ellipsis::is_fragment(&self.items[last.items]) { &latest } else { &before };
        let tokens =
            ellipsis::pointing(pointed, words).or_else(further).or_else(bounded).or_else(answered)?;
        Some(Filled { items: words.to_vec(), tokens })
    }

    /// Applies a correction to the last wish, `firm` with a `no`. `false` = it corrects nothing and is read for itself.
    fn correct(
        &mut self,
        part: &Part,
        items: &Range<usize>,
        doubt: Option<Doubt>,
        opening: &str,
        firm: bool,
    ) -> bool {
        let Some(last) = self.entries.iter().rposition(|e| matches!(e.sense, Sense::Wish(_))) else {
            return false;
        };
        if let (Sense::Wish(tokens), None) = (&part.sense, doubt) {
            if STRONG.contains(&opening) {
                self.take_back();
            } else {
                self.replace_contradicted(tokens);
            }
            return false;
        }
        let words = &self.items[items.clone()];
        let before = self.entries[last].basis.clone();
        if doubt.is_none()
            && let Some(filled) = ellipsis::in_place(&before, words, false)
        {
            self.entries[last].sense = Sense::Nothing;
            self.add_filled(self.entries[last].items.start..items.end, self.entries[last].join, filled);
            return true;
        }
        // "Actually alcohol is fine" takes back what was said of alcohol (`permit`), and nothing else.
        let permits = words.iter().any(|i| i.is(Tag::Permit) || i.is(Tag::NoNeed))
            && before
                .iter()
                .flat_map(|i| &i.values)
                .any(|v| is_name(v) && words.iter().any(|i| i.values.contains(v)));
        if !permits && (firm || !matches!(opening, "sorry" | "oops" | "hmm")) {
            self.entries[last].sense = Sense::Unread;
            self.entries[last].why = Some(Doubt::TakenBack);
        }
        false
    }

    /// Wishes that set what `tokens` set are no longer meant.
    fn replace_contradicted(&mut self, tokens: &[Token]) {
        for entry in &mut self.entries {
            let Sense::Wish(old) = &entry.sense else { continue };
            let contradicted = old
                .iter()
                .any(|old| tokens.iter().any(|new| !contradictions(&[old.clone(), new.clone()]).is_empty()));
            if contradicted {
                entry.sense = Sense::Unread;
                entry.why = Some(Doubt::TakenBack);
            }
        }
    }

    /// The last wish is taken back.
    fn take_back(&mut self) {
        if let Some(last) = self.entries.iter_mut().rev().find(|e| matches!(e.sense, Sense::Wish(_))) {
            last.sense = Sense::Unread;
            last.why = Some(Doubt::TakenBack);
        }
    }

    /// What the unread pieces of a sentence do to the wishes beside them.
    fn weigh(&mut self, start: usize) {
        for at in start..self.entries.len() {
            if self.entries[at].sense != Sense::Unread {
                continue;
            }
            self.permit(at);
            self.not_needed(start, at);
            let of = &self.items[self.entries[at].items.clone()];
            if self.entries[at].join == Join::Or
                && self.entries[at].why != Some(Doubt::Reached)
                && let Some(entry) = self.entries[start..at].last_mut()
            {
                unread(entry, Doubt::Qualified);
            }
            match bearing(of, self.entries[at].join) {
                Bearing::None => {}
                Bearing::Before(doubt) => {
                    let before = self.entries[start..at].iter_mut().rev().find(|e| e.sense != Sense::Nothing);
                    if let Some(entry) = before {
                        unread(entry, doubt);
                    }
                }
                Bearing::After(doubt) => {
                    let rest = self.entries[at + 1..].iter_mut();
                    rest.take_while(|e| e.join != Join::But).for_each(|e| unread(e, doubt));
                }
            }
        }
        self.nothing_sold_needs_its_sentence(start);
    }

    /// "No need to cap tech at 30% and energy at 10%": what goes on without a negation of its own is not needed either.
    fn not_needed(&mut self, start: usize, at: usize) {
        let items = self.items;
        let opens = |of: &Entry| {
            items[of.items.clone()]
                .iter()
                .find(|i| !i.is_filler() && !i.is(Tag::And) && !i.is(Tag::Or))
                .cloned()
        };
        if start > at
            || !opens(&self.entries[at]).is_some_and(|i| i.is(Tag::NoNeed) && i.plain.ends_with(" to"))
        {
            return;
        }
        let goes_on = |e: &&mut Entry| {
            matches!(e.join, Join::And | Join::Or) && !opens(e).is_some_and(|i| i.is(Tag::Neg))
        };
        self.entries[at + 1..].iter_mut().take_while(goes_on).for_each(|e| unread(e, Doubt::Qualified));
    }

    /// `Tobacco is fine` takes back what was said of tobacco before.
    fn permit(&mut self, at: usize) {
        let of = &self.items[self.entries[at].items.clone()];
        if !of.iter().any(|i| i.is(Tag::Permit) || i.is(Tag::NoNeed)) {
            return;
        }
        let named: Vec<&Value> = of.iter().flat_map(|i| &i.values).filter(|v| is_name(v)).collect();
        let items = self.items;
        for entry in &mut self.entries[..at] {
            let same = items[entry.items.clone()].iter().flat_map(|i| &i.values).any(|v| named.contains(&v));
            let Sense::Wish(tokens) = &entry.sense else { continue };
            let left = permitted::left(tokens, &named);
            if same && !left.is_empty() && left != *tokens {
                entry.sense = Sense::Wish(left);
            } else if same {
                unread(entry, Doubt::TakenBack);
            }
        }
    }

    /// A bare `don't sell` beside words that were not understood may be about those.
    fn nothing_sold_needs_its_sentence(&mut self, start: usize) {
        let unclear = self.entries[start..].iter().any(|e| {
            e.sense == Sense::Unread
                || self.items[e.items.clone()].iter().flat_map(|i| &i.values).any(is_name)
        });
        if !unclear {
            return;
        }
        let items = self.items;
        let mut named = self.one_security(start);
        for entry in &mut self.entries[start..] {
            let of = &items[entry.items.clone()];
            let new =
                |i: &Item| i.is(Tag::Fresh) && (i.plain.contains(' ') || of.iter().any(|i| i.is(Tag::Only)));
            let bare = !of.iter().any(|i| i.is(Tag::Anything) || new(i));
            let token = of.iter().any(|i| i.value(Kind::Exact).is_some());
            if entry.sense == Sense::Wish(vec![Token::NoSells]) && bare && !token {
                // "I'm in Apple for the long haul, don't sell."
                if let Some(named) = named.take() {
                    entry.sense = Sense::Wish(named);
                    continue;
                }
                unread(entry, Doubt::Qualified);
            }
        }
    }

    /// What the text means.
    pub(super) fn reading(self) -> Reading {
        let mut reading = Reading::default();
        let mut excluded: Option<(usize, BTreeSet<_>)> = None;
        let nothing = !self.entries.iter().any(|e| matches!(e.sense, Sense::Wish(_)));
        let mut last_unread: Option<usize> = None;
        for (at, entry) in self.entries.iter().enumerate() {
            let Some(span) = self.span(&entry.items) else { continue };
            let soft = self.items[entry.items.clone()].iter().any(|i| i.is(Tag::Soft));
            match &entry.sense {
                Sense::Wish(tokens) => {
                    for token in tokens {
                        if let Token::Exclude(more) = token {
                            let (place, set) =
                                excluded.get_or_insert_with(|| (reading.wishes.len(), BTreeSet::new()));
                            set.extend(more.iter().copied());
                            let (place, set) = (*place, set.clone());
                            push(&mut reading.wishes, place, Token::Exclude(set), &span, soft);
                        } else {
                            let place = reading.wishes.iter().position(|w| w.token == *token);
                            let place = place.unwrap_or(reading.wishes.len());
                            let hard = !matches!(
                                token,
                                Token::MinHoldingMonthsUnlessNecessary(_) | Token::MinimizeShortTermGains
                            );
                            push(&mut reading.wishes, place, token.clone(), &span, soft && hard);
                        }
                    }
                }
                Sense::Unread => {
                    let why = entry
                        .why
                        .map(|d| d.words().to_owned())
                        .or_else(|| spelling::misspelt_token(&self.text[span.clone()]));
                    let joined = at.checked_sub(1).is_some_and(|b| last_unread == Some(b))
                        && self.entries[at - 1].sentence == entry.sentence;
                    match reading.unread.last_mut().filter(|u| joined && u.why == why) {
                        Some(unread) => unread.span.end = span.end,
                        None => reading.unread.push(Unread { span, why }),
                    }
                    last_unread = Some(at);
                }
                // A greeting alone was not understood either.
                Sense::Nothing if nothing => reading.unread.push(Unread { span, why: None }),
                Sense::Nothing => {}
            }
        }
        reading
    }

    /// Where items stand, without joints and marks at the ends.
    fn span(&self, items: &Range<usize>) -> Option<Range<usize>> {
        let joint =
            |i: &&Item| i.mark.is_some() || ((i.is(Tag::And) || i.is(Tag::But)) && i.values.is_empty());
        let of = &self.items[items.clone()];
        let from = of.iter().position(|i| !joint(&i))?;
        let to = of.iter().rposition(|i| i.mark.is_none() || matches!(i.mark, Some('%' | '$')))?;
        (from <= to).then(|| of[from].span.start..of[to].span.end)
    }
}

fn unread(entry: &mut Entry, doubt: Doubt) {
    if matches!(entry.sense, Sense::Wish(_)) {
        entry.sense = Sense::Unread;
        entry.why = Some(doubt);
    }
}

/// Adds a token at its place, or more words to the one that is there.
fn push(wishes: &mut Vec<Wish>, place: usize, token: Token, span: &Range<usize>, softened: bool) {
    match wishes.get_mut(place) {
        Some(wish) => {
            wish.token = token;
            wish.softened &= softened;
            if !wish.spans.contains(span) {
                wish.spans.push(span.clone());
            }
        }
        None => wishes.push(Wish { token, spans: vec![span.clone()], softened }),
    }
}
