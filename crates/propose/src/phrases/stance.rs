//! Does a sentence say a wish at all: or does it ask, report, doubt, permit, tell of a condition.
//!
//! In: the pieces of a sentence. Out: for each piece why it can be no wish, if it can't. Invariant: a
//! doubt blocks what it stands before, up to the next `but`; it never makes a wish of anything.

use super::clauses::{Join, Sentence};
use super::items::{Item, Kind};
use super::segment::{is_name, is_negation};
use super::tags::Tag;

/// Why a piece is no wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It asks.
    Question,
    /// Somebody else says it.
    Reported,
    /// It is not sure.
    Unsure,
    /// It depends on something.
    Conditional,
    /// Something is excepted or added that was not understood.
    Qualified,
    /// It was taken back, or changed into something that was not understood.
    TakenBack,
    /// A token stands behind a word that turns it.
    Turned,
    /// A negation before it turns it into what no token has, or may turn it.
    Reached,
}

impl Doubt {
    /// In words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Doubt::Question => "it is a question",
            Doubt::Reported => "it is what somebody else says",
            Doubt::Unsure => "it is not sure",
            Doubt::Conditional => "it depends on a condition",
            Doubt::Qualified => "words beside it may change what it means",
            Doubt::TakenBack => "it was taken back or changed",
            Doubt::Reached => "the negation before it may turn it round; say it in a sentence of its own",
            Doubt::Turned => "it comes after a word that may turn it; write it alone if it is meant",
        }
    }
}

/// Why each piece of a sentence is no wish by what stands around it.
pub(super) fn doubts(sentence: &Sentence, items: &[Item]) -> Vec<Option<Doubt>> {
    if asks(sentence, items) {
        return vec![Some(Doubt::Question); sentence.atoms.len()];
    }
    let mut running = None;
    let mut doubts = Vec::new();
    for atom in &sentence.atoms {
        if atom.join == Join::But {
            running = None;
        }
        let of = &items[atom.items.clone()];
        // "I read that it is risky, so no more than 7% in one company": what follows from it is one's own.
        if running == Some(Doubt::Reported) && of.len() > 1 && of[0].plain.split(' ').next() == Some("so") {
            running = None;
        }
        if reports(of) {
            running = Some(Doubt::Reported);
        } else if of.iter().any(|i| i.is(Tag::Hedge)) {
            running = Some(Doubt::Unsure);
        }
        doubts.push(running);
    }
    doubts
}

/// Whether somebody else speaks. A person behind a preposition (`from my father`) does not.
fn reports(of: &[Item]) -> bool {
    of.iter().enumerate().any(|(at, item)| {
        let led = of[at.saturating_sub(3)..at]
            .iter()
            .any(|i| matches!(i.plain.as_str(), "from" | "of" | "by" | "to" | "for" | "with"));
        item.is(Tag::Report) && !led
    })
}

/// Whether a sentence is a question and no request in the form of one.
fn asks(sentence: &Sentence, items: &[Item]) -> bool {
    let of = |i: usize| &items[sentence.atoms[i].items.clone()];
    let first = of(0).iter().find(|i| {
        i.is(Tag::Asked) || !i.is_filler() && !i.is(Tag::And) && !i.is(Tag::But) && !i.is(Tag::Correct)
    });
    if first.is_some_and(|i| i.is(Tag::Request)) {
        return false;
    }
    if first.is_some_and(|i| i.is(Tag::Asked)) {
        return true;
    }
    if !sentence.asked {
        return false;
    }
    // "No tobacco, okay?" is none.
    let last = of(sentence.atoms.len() - 1);
    let tag =
        last.iter().all(|i| i.is_filler() || i.is(Tag::Permit) || i.is(Tag::Request) || i.mark.is_some());
    let request =
        sentence.atoms.iter().any(|a| items[a.items.clone()].first().is_some_and(|i| i.is(Tag::Request)));
    !(sentence.atoms.len() > 1 && tag || request)
}

/// How an unread piece bears on what stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearing {
    /// Not at all: a statement of its own, or a reason.
    None,
    /// On the piece before.
    Before(Doubt),
    /// On all that follows in the sentence.
    After(Doubt),
}

/// How an unread piece bears on its neighbours.
pub(super) fn bearing(of: &[Item], join: Join) -> Bearing {
    let Some(first) =
        of.iter().find(|i| i.mark.is_none() && !i.is(Tag::And) && !i.is(Tag::But) && !i.is(Tag::Or))
    else {
        return Bearing::None;
    };
    if first.is(Tag::Condition) && !first.is(Tag::Soft) {
        return match join {
            Join::Start | Join::And | Join::But => Bearing::After(Doubt::Conditional),
            Join::Mark | Join::Or => Bearing::Before(Doubt::Conditional),
        };
    }
    // "Hold on to Apple and Tesla if rates fall": what a part of the wish depends on, the whole of it does.
    let depends = of.iter().position(|i| i.is(Tag::Condition) && !i.is(Tag::Soft) || i.is(Tag::Except));
    if let Some(at) = depends.filter(|at| *at > 0 && join != Join::Start)
        && !of[..at].iter().any(Item::is_amount)
        && super::ellipsis::is_fragment(&of[..at])
    {
        return Bearing::Before(Doubt::Conditional);
    }
    if first.is(Tag::Except) && join != Join::Start {
        return Bearing::Before(Doubt::Qualified);
    }
    // "I don't plan to sell Apple, but feel free": what was said is left open.
    let permits = |i: &Item| i.is(Tag::Permit) && i.values.is_empty() && !is_negation(i);
    let plain = |i: &Item| {
        i.is_filler()
            || permits(i)
            || i.is(Tag::But)
            || i.is(Tag::Soft)
            || i.is(Tag::Condition)
            || i.plain == "needed"
    };
    if join == Join::But && of.iter().any(permits) && of.iter().all(|i| i.mark.is_some() || plain(i)) {
        return Bearing::Before(Doubt::Qualified);
    }
    // "Harvest up to $3,000, but not in Apple" excepts; "but not at the expense of …" wishes for something more.
    const EXCEPTING: [&str; 8] = ["in", "for", "with", "during", "until", "before", "after", "on"];
    if join == Join::But && first.plain == "not" {
        let behind = of.iter().skip_while(|i| i.plain != "not").nth(1);
        let excepts = |i: &Item| {
            EXCEPTING.contains(&i.plain.split(' ').next().unwrap_or("")) || i.values.iter().any(is_name)
        };
        if behind.is_some_and(excepts) {
            return Bearing::Before(Doubt::Qualified);
        }
    }
    const WORDS_OF_AN_AMOUNT_MAX: usize = 4;
    const ATTACHED: [&str; 34] = [
        "in",
        "at",
        "on",
        "for",
        "during",
        "within",
        "from",
        "by",
        "to",
        "below",
        "above",
        "under",
        "over",
        "with",
        "without",
        "into",
        "after",
        "before",
        "between",
        "only",
        "up",
        "down",
        "once",
        "less",
        "more",
        "about",
        "especially",
        "particularly",
        "including",
        "instead",
        "starting",
        "beginning",
        "through",
        "inside",
    ];
    let word = first.plain.split(' ').next().unwrap_or("");
    let number = first.value(Kind::Plain).is_some()
        || first.value(Kind::Usd).is_some()
        || first.value(Kind::Pct).is_some();
    // "Three Mile Island scared me" is a statement of its own.
    let number = number && of.len() <= WORDS_OF_AN_AMOUNT_MAX;
    if !ATTACHED.contains(&word) && !number {
        return Bearing::None;
    }
    match join {
        Join::Start => Bearing::After(Doubt::Qualified),
        Join::Mark => Bearing::Before(Doubt::Qualified),
        Join::And | Join::Or | Join::But => Bearing::None,
    }
}
