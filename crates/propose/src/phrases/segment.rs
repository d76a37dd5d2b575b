//! What a frame may ask of the words before it.
//!
//! In: the items of one or more pieces side by side. Out: answers: is every word of a kind that the frame
//! can use; which way does a bound point; is what is named forbidden. Invariant: a question that can be
//! answered in two ways is answered in none.

use portfolio::Decimal;
use portfolio::preference::Period;
use rust_decimal::dec;

use super::items::{Item, Kind, Value};
use super::tags::{Tag, Tags};

/// Which way a bound points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// No bound is said.
    Unsaid,
    /// Not more.
    Most,
    /// Not less.
    Least,
    /// Both, or what can't be made out.
    Unclear,
}

/// Items that might be one wish.
#[derive(Debug, Clone)]
pub(super) struct Segment<'a> {
    /// The items, with the number of the piece that each is in.
    pub(super) items: Vec<(&'a Item, usize)>,
}

/// Parts that change nothing in any wish.
const EVERYWHERE: Tags = Tags::of(&[
    Tag::Filler,
    Tag::And,
    Tag::Or,
    Tag::But,
    Tag::Always,
    Tag::Soft,
    Tag::Request,
    Tag::Portfolio,
    Tag::About,
]);

impl<'a> Segment<'a> {
    /// The items without marks that only part them.
    pub(super) fn new(items: impl IntoIterator<Item = (&'a Item, usize)>) -> Segment<'a> {
        let harmless = |i: &Item| {
            matches!(
                i.mark,
                Some(',' | ':' | '.' | '-' | '"' | '\'' | '(' | ')' | '/' | '…' | '*' | '•' | '=')
            )
        };
        let mut items: Vec<(&Item, usize)> = items.into_iter().filter(|(i, _)| !harmless(i)).collect();
        // "No, sell it": a `no` alone in the first piece answers somebody and negates nothing.
        let answers = items
            .first()
            .is_some_and(|(i, piece)| i.plain == "no" && items.get(1).is_none_or(|(_, next)| next != piece));
        if answers && items.len() > 1 {
            items.remove(0);
        }
        Segment { items }
    }

    /// Whether some item plays `tag`.
    pub(super) fn has(&self, tag: Tag) -> bool {
        self.items.iter().any(|(i, _)| i.is(tag))
    }

    /// Whether some item plays one of `tags`.
    pub(super) fn has_any(&self, tags: &[Tag]) -> bool {
        self.items.iter().any(|(i, _)| i.tags.meets(Tags::of(tags)))
    }

    /// Whether some item has a value of `kind`.
    pub(super) fn names(&self, kind: Kind) -> bool {
        self.items.iter().any(|(i, _)| i.value(kind).is_some())
    }

    /// Whether some item is written as one of `plain`.
    pub(super) fn says(&self, plain: &[&str]) -> bool {
        self.items.iter().any(|(i, _)| plain.contains(&i.plain.as_str()))
    }

    /// The gate: every item plays one of `tags` or has a value of one of `kinds`, or changes nothing.
    pub(super) fn fits(&self, tags: &[Tag], kinds: &[Kind]) -> bool {
        let tags = Tags::of(tags).with(EVERYWHERE);
        self.items.iter().all(|(item, _)| {
            let neg = item.is(Tag::Neg) || item.is(Tag::Avoid) || item.is(Tag::NoNeed);
            let by_tag = item.tags.meets(tags) && (!neg || tags.has(Tag::Neg) || tags.has(Tag::Avoid));
            let by_value = item.values.iter().any(|v| kinds.contains(&v.kind()));
            by_value || (by_tag && !item.values.iter().any(is_name))
        })
    }

    /// The values of a kind, in order, each once.
    pub(super) fn values(&self, kind: Kind) -> Vec<&'a Value> {
        let mut found: Vec<&Value> = Vec::new();
        for value in self.items.iter().filter_map(|(i, _)| i.value(kind)) {
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
    }

    /// The only amount of money: dollars, or a number that can be nothing else.
    pub(super) fn dollars(&self, plain_min: Decimal) -> Option<Decimal> {
        let amounts = self.items.iter().filter_map(|(i, _)| {
            let plain = || match i.value(Kind::Plain)? {
                // `one` and `a single` are no amounts.
                Value::Plain(n, scaled) if !i.is(Tag::Single) => Some((*n, *scaled || *n >= plain_min)),
                _ => None,
            };
            match i.value(Kind::Usd) {
                Some(Value::Usd(n)) => Some((*n, true)),
                _ => plain(),
            }
        });
        only(amounts).filter(|(n, sure)| *sure && *n >= dec!(1)).map(|(n, _)| n.normalize())
    }

    /// The only per cent. With `plain` a number without a unit counts too.
    pub(super) fn per_cent(&self, plain: bool) -> Option<Decimal> {
        let parts = self.items.iter().filter_map(|(i, _)| match (i.value(Kind::Pct), i.value(Kind::Plain)) {
            (Some(Value::Pct(n)), _) => Some((*n, true)),
            (None, Some(Value::Plain(n, scaled))) if !i.is(Tag::Single) => Some((*n, plain && !scaled)),
            _ => None,
        });
        let (n, sure) = only(parts)?;
        (sure && n > Decimal::ZERO && n <= Decimal::ONE_HUNDRED).then(|| n.normalize())
    }

    /// Whether no span but a year is named: what is said of a tax year is said of a year anyway.
    pub(super) fn is_yearly(&self) -> bool {
        self.values(Kind::Period).iter().all(|v| matches!(v, Value::Period(Period::Year)))
    }

    /// Which way the bound points: `at most`, `not over`, `no less than`, `never below`.
    pub(super) fn bound(&self) -> Bound {
        let negated = self.turns_of_a_bound();
        let has = |tag: Tag| self.has(tag);
        let mut ways = Vec::new();
        if has(Tag::Most) {
            ways.push(Bound::Most);
        }
        if has(Tag::Least) {
            ways.push(Bound::Least);
        }
        if has(Tag::Over) {
            ways.push(if negated > 0 { Bound::Most } else { Bound::Least });
        }
        if has(Tag::Under) {
            ways.push(if negated > 0 { Bound::Least } else { Bound::Most });
        }
        // A negation that no comparison uses up turns the wish, not the bound.
        if negated > 1 || (negated == 1 && !has(Tag::Over) && !has(Tag::Under)) {
            return Bound::Unclear;
        }
        match ways.split_first() {
            None => Bound::Unsaid,
            Some((first, rest)) if rest.iter().all(|w| w == first) => *first,
            Some(_) => Bound::Unclear,
        }
    }

    /// How many words turn a comparison: negations, and feelings about it ("more than 8% makes me nervous"). Who stops or keeps something
    /// "from going over" says that once.
    fn turns_of_a_bound(&self) -> usize {
        const FEELINGS: [&str; 8] =
            ["nervous", "worr", "risky", "uneasy", "anxious", "scare", "too ", "more than i"];
        let feels = |i: &Item| {
            i.is(Tag::Enough) && !is_negation(i) && FEELINGS.iter().any(|feeling| i.plain.contains(feeling))
        };
        let felt = self.has_any(&[Tag::Over, Tag::Under]) && self.items.iter().any(|(i, _)| feels(i));
        let held_off = self.items.iter().any(|(i, _)| {
            i.plain.starts_with("from ") && i.is(Tag::Most)
                || i.plain.starts_with("from ") && i.is(Tag::Least)
        });
        let stops = |i: &Item| held_off && i.plain == "stop";
        let turned = self.items.iter().filter(|(i, _)| is_negation(i) && !stops(i)).count();
        turned + usize::from(felt)
    }

    /// How many negations and words that forbid there are.
    pub(super) fn negations(&self) -> usize {
        self.items.iter().filter(|(i, _)| is_negation(i)).count()
    }

    /// Whether everything that `named` finds is forbidden: one negation before it, or a judgement behind.
    pub(super) fn forbids(&self, named: impl Fn(&Item) -> bool) -> bool {
        let (mut pending, mut open, mut forbidden) = (0, false, false);
        let (mut negated_in, mut named_in) = (usize::MAX, 0);
        for (item, piece) in &self.items {
            if is_negation(item) {
                // "No, I don't want tobacco": two pieces, one negation.
                pending = if *piece == negated_in { pending + 1 } else { 1 };
                negated_in = *piece;
            }
            if named(item) {
                match pending {
                    0 if forbidden && !open => {}
                    0 => open = true,
                    1 if !open => forbidden = true,
                    _ => return false,
                }
                pending = 0;
                named_in = *piece;
            }
        }
        match (open, forbidden, pending) {
            (true, false, 1) | (false, true, 0) => true,
            // "I don't believe in bonds, so don't buy any": said twice, in two pieces.
            (false, true, 1) => negated_in > named_in,
            _ => false,
        }
    }

    /// Whether something that is named is rather wanted than not: "weapons yes, tobacco no", "no weapons, but tobacco".
    pub(super) fn turns_back(&self) -> bool {
        let named = |i: &Item| i.values.iter().any(is_name);
        let yes = self.negations() > 0 && self.items.windows(2).any(|w| named(w[0].0) && is_yes(w[1].0));
        // "Not Apple but Tesla should never be sold" says two things of them.
        let not = self.items.first().is_some_and(|(i, _)| i.plain == "not");
        let but = self.items.iter().position(|(i, _)| i.is(Tag::But));
        let other = not && but.is_some_and(|at| self.items[at..].iter().any(|(i, _)| is_negation(i)));
        let mut negated = false;
        yes || other
            || self.items.iter().enumerate().any(|(at, (item, piece))| {
                let opens = at > 0 && item.is(Tag::But) && self.items[at - 1].1 != *piece;
                let mut of = self.items[at..].iter().take_while(|(_, other)| other == piece);
                let turned =
                    opens && negated && of.clone().any(|(i, _)| named(i)) && !of.any(|(i, _)| is_negation(i));
                negated |= is_negation(item);
                turned
            })
    }

    /// Whether every verb that `verb` finds is negated: by a word before it, which an `or` carries on to
    /// the next verb, or behind it for a noun (`selling X is out of the question`).
    pub(super) fn forbids_verb(&self, verb: impl Fn(&Item) -> bool) -> bool {
        const NOUNS: [&str; 8] =
            ["selling", "sale", "sales", "buying", "purchas", "adding", "acqui", "topping"];
        let (mut active, mut negated_in) = (false, usize::MAX);
        let (mut forbidden, mut carried, mut open) = (false, false, false);
        let (mut verb_in, mut denied) = (usize::MAX, None);
        for (at, (item, piece)) in self.items.iter().enumerate() {
            carried = if item.is(Tag::Or) {
                forbidden
            } else {
                carried && !item.is(Tag::And) && !item.is(Tag::But)
            };
            if is_negation(item) && denied != Some(at) {
                if active && *piece == negated_in {
                    return false;
                }
                (active, negated_in) = (true, *piece);
                if open {
                    (open, forbidden, active) = (false, true, false);
                }
            }
            if verb(item) {
                let noun = NOUNS.iter().any(|n| item.plain.starts_with(n));
                if active || carried {
                    (forbidden, active, verb_in) = (true, false, *piece);
                } else if self.denied_behind(at) {
                    (forbidden, denied) = (true, Some(at + 1));
                } else if forbidden && noun && verb_in == *piece {
                    // "Off limits for selling", "don't use it for sales": what the verb before is about.
                } else if noun {
                    open = true;
                } else {
                    return false;
                }
            }
        }
        forbidden && !open && !active
    }

    /// Whether the object of the verb at `at` says that there is none: "add nothing to Apple", "buy no more Tesla".
    fn denied_behind(&self, at: usize) -> bool {
        const NONE: [&str; 7] =
            ["no", "none", "nothing", "none of my money", "not a single", "not one", "no money"];
        let piece = self.items[at].1;
        self.items
            .get(at + 1)
            .is_some_and(|(i, of)| *of == piece && is_negation(i) && NONE.contains(&i.plain.as_str()))
    }

    /// "Hold energy to 5%", "keep Apple to 10%": what is kept to a part has that as a most.
    pub(super) fn is_held_to(&self) -> bool {
        let keeps =
            |i: &Item| matches!(i.plain.as_str(), "keep" | "hold" | "keeping" | "holding" | "kept" | "held");
        let kept = self.items.iter().position(|(i, _)| keeps(i));
        let to =
            self.items.windows(2).position(|w| w[0].0.plain == "to" && w[1].0.value(Kind::Pct).is_some());
        kept.is_some() && kept < to && self.negations() == 0 && !self.states_a_fact()
    }

    /// Whether it permits: `may`, `is fine`. Behind a negation the same words forbid (`may not`, `no stock can`).
    pub(super) fn permits(&self) -> bool {
        let (mut negated, mut in_piece) = (false, 0);
        self.items.iter().any(|(i, piece)| {
            if *piece != in_piece {
                in_piece = *piece;
                negated = negated && i.is(Tag::Or);
            }
            negated |= is_negation(i);
            i.is(Tag::Permit) && !is_negation(i) && !negated
        })
    }

    /// Whether it only says what is: `I have 5k in cash`, `I don't own bonds`.
    pub(super) fn states_a_fact(&self) -> bool {
        let words: Vec<&Item> = self.items.iter().map(|(i, _)| *i).collect();
        const OWNERS: [&str; 11] = [
            "client",
            "foundation",
            "trust",
            "settlor",
            "grantor",
            "endowment",
            "charity",
            "estate",
            "investor",
            "family",
            "board",
        ];
        // "Ideally we hold everything for two years" is a wish.
        if self.says(&["ideally", "preferably"]) {
            return false;
        }
        let client = |i: &Item| {
            let bare = ["the ", "my ", "our "].iter().find_map(|article| i.plain.strip_prefix(article));
            OWNERS.contains(&bare.unwrap_or(&i.plain))
        };
        let subject =
            |i: &Item| client(i) || matches!(i.plain.as_str(), "i" | "we" | "i've" | "we've" | "ive");
        let does = |i: &Item| i.is(Tag::Own) || i.is(Tag::Keep) || i.is(Tag::Held);
        words.iter().enumerate().any(|(at, item)| {
            if !subject(item) {
                return false;
            }
            // "Make sure I have 18k in cash" wishes for it.
            const WISHING: [&str; 6] =
                ["make sure", "ensure", "see to it", "make certain", "be sure", "that"];
            let wished = at.checked_sub(1).is_some_and(|b| WISHING.contains(&words[b].plain.as_str()));
            if wished && self.says(&WISHING[..5]) {
                return false;
            }
            let behind: Vec<&&Item> = words[at + 1..].iter().filter(|i| !i.is(Tag::Always)).take(2).collect();
            let plainly_not = |i: &Item| {
                matches!(i.plain.as_str(), "don't" | "dont" | "do not")
                    || client(item) && matches!(i.plain.as_str(), "doesn't" | "doesnt" | "does not")
            };
            match behind.as_slice() {
                [first, ..] if does(first) => !self.has(Tag::Always),
                [first, second] if plainly_not(first) => does(second),
                _ => false,
            }
        })
    }
}

/// Whether a value is a name of something that can be held or left out.
pub(super) fn is_name(value: &Value) -> bool {
    matches!(value.kind(), Kind::Ticker | Kind::Class | Kind::Sector | Kind::Industry | Kind::Lot)
}

/// A word that wants what stands before it.
pub(super) fn is_yes(item: &Item) -> bool {
    matches!(item.plain.as_str(), "yes" | "yeah" | "yep")
}

/// A word that turns what follows.
pub(super) fn is_negation(item: &Item) -> bool {
    item.is(Tag::Neg) || item.is(Tag::Avoid)
}

/// The only one there is, or all if they are the same.
fn only<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}
