//! What may be shown of words that a model wrote about a plan.
//!
//! In: any text, the [`Facts`] of the plan, and the trade that the text is about, if it is about one. Out: [`Checked`]: the
//! text in which every figure that is none of the plan, and every statement that the facts deny, is struck and marked;
//! a sentence whose claim rests on what is struck goes as a whole.
//!
//! | module | what it answers |
//! | --- | --- |
//! | `shown` | what may be printed at all |
//! | `token`, `names`, `numerals`, `dates` | words, names of the household, numbers and dates as people write them |
//! | `sentence`, `scene` | sentences, their parts, and what each is about |
//! | `facts` | every figure that may be said, with its unit, its topic and whom it is about |
//! | `figure`, `topic`, `weigh` | a figure with its unit; what it is said to be of; whether it is so |
//! | `statement` | what is said without figures: promises, names, trades, gains, taxes, drift |
//!
//! Invariants: no text makes it panic; what comes out is bounded and prints as it reads; what is true and read as it is
//! meant comes out as it went in. It can't see everything: comparisons between lots, reasons, and whatever is said
//! in words that it does not know come through (see `docs/claims.md`).

mod dates;
mod facts;
mod figure;
mod names;
mod numerals;
mod scene;
mod sentence;
mod shown;
mod statement;
mod token;
mod topic;
mod weigh;

use std::ops::Range;

use portfolio::{Side, Trade};

pub use facts::Facts;
pub use shown::BYTES_MAX;

use names::Named;
use scene::{Fault, Scene};
use token::Token;

/// A text after the check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// What may be shown.
    pub text: String,
    /// What was struck, in order.
    pub struck: Vec<Struck>,
}

/// Words that were struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// The words.
    pub words: String,
    /// What is wrong with them.
    pub why: String,
}

/// Most faults that are told of one text; where there are more, the rest of it is left out.
pub const FAULTS_MAX: usize = 64;

/// Most figures and dates that are looked up for one text; the rest of it is left out.
pub const FIGURES_MAX: usize = 400;

/// Longest quotation of a fault, characters.
const QUOTED_MAX: usize = 80;

/// Checks a text.
///
/// # Source
/// Design document, TRRS and claim 1(d); a figure that is not there is struck and marked, and a sentence is kept only if
/// it still stands.
#[must_use]
pub fn checked(text: &str, facts: &Facts, about: Option<&Trade>) -> Checked {
    let text = shown::shown(text);
    let tokens = token::tokens(&text, &facts.names);
    let subject = about.map(|trade| subject(facts, trade));
    let mut carried = subject.clone().unwrap_or_default();
    let mut out = Checked::default();
    let (mut copied, mut figures) = (0, 0);
    for sentence in sentence::sentences(&tokens, &text) {
        let (from, to) = (tokens[sentence.start].from, tokens[sentence.end - 1].to);
        out.text.push_str(&text[copied..from]);
        copied = to;
        let scene = Scene::new(facts, &tokens, sentence.clone(), &carried);
        figures += judge(&text, &scene, &mut out);
        if out.struck.len() >= FAULTS_MAX || figures >= FIGURES_MAX {
            let more = copied < text.trim_end().len();
            let why =
                if figures >= FIGURES_MAX { "it holds too many figures" } else { "too much of it is not so" };
            if more {
                out.text.push_str(&format!(" [cut: the rest of this text, since {why}]"));
            }
            return out;
        }
        let named = scene.named();
        if subject.is_none() && !named.is_empty() {
            carried = named;
        }
    }
    out.text.push_str(&text[copied..]);
    out
}

/// What a trade is of.
fn subject(facts: &Facts, trade: &Trade) -> Named {
    let mut named = Named::default();
    if trade.action == Side::Sell {
        named.lots.extend(trade.lot_id.as_deref().and_then(|id| facts.lot(id)));
    }
    if let Some(ticker) = facts.ticker(&trade.ticker) {
        named.tickers.insert(ticker);
        named.classes.insert(facts.class_of[ticker]);
    }
    named.accounts.extend(facts.account(&trade.account_id));
    named
}

/// Writes a sentence as far as it may be shown; how many figures it held.
fn judge(text: &str, scene: &Scene<'_>, out: &mut Checked) -> usize {
    let statements = statement::faults(scene);
    let (figures, sound) = figures(scene);
    let mut faults: Vec<&Fault> = statements.iter().chain(&figures).collect();
    faults.sort_by_key(|fault| (fault.first, fault.last));
    let from = |fault: &Fault| scene.tokens[fault.first].from;
    let to = |fault: &Fault| scene.tokens[fault.last].to;
    let first = out.struck.len();
    for fault in &faults {
        out.struck.push(Struck { words: quoted(&text[from(fault)..to(fault)]), why: fault.why.clone() });
    }
    let span = scene.tokens[scene.sentence.start].from..scene.tokens[scene.sentence.end - 1].to;
    if faults.is_empty() {
        out.text.push_str(&text[span]);
    } else if statements.is_empty() && stands(scene, &figures, &sound) {
        let mut at = span.start;
        for (fault, struck) in faults.iter().zip(&out.struck[first..]) {
            if from(fault) < at {
                continue; // within another
            }
            out.text.push_str(&text[at..from(fault)]);
            out.text.push_str(&mark(struck));
            at = to(fault);
        }
        out.text.push_str(&text[at..span.end]);
    } else {
        out.text.push_str(&mark(&out.struck[first]));
    }
    figures.len() + sound.len()
}

fn mark(struck: &Struck) -> String {
    format!("[struck: {} {}]", struck.words, struck.why)
}

fn quoted(words: &str) -> String {
    let mut quoted: String =
        words.chars().take(QUOTED_MAX).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if words.chars().nth(QUOTED_MAX).is_some() {
        quoted.push('…');
    }
    quoted
}

/// The figures and dates that are not so, and the tokens of those that are.
fn figures(scene: &Scene<'_>) -> (Vec<Fault>, Vec<Range<usize>>) {
    let tokens = &scene.tokens[..scene.sentence.end];
    let offset = scene.sentence.start;
    let mut dated = dates::dates(&tokens[offset..]);
    for date in &mut dated {
        date.first += offset;
        date.last += offset;
    }
    let mut taken = vec![false; tokens.len()];
    for date in &dated {
        taken[date.first..=date.last].fill(true);
    }
    let (mut faults, mut sound) = (Vec::new(), Vec::new());
    for date in &dated {
        match weigh::date(scene, date) {
            Some(fault) => faults.push(fault),
            None => sound.push(date.first..date.last + 1),
        }
    }
    for figure in figure::figures(tokens, &scene.sentence, &taken) {
        match weigh::figure(scene, &figure) {
            Some(fault) => faults.push(fault),
            None => sound.push(figure.first..figure.last + 1),
        }
    }
    (faults, sound)
}

/// Words that a segment needs to say something by itself.
const SAYS_MIN: usize = 4;

/// Whether a sentence still says something without its false figures: they stand in brackets, or another part of it
/// has words enough and a figure or a name that is so.
fn stands(scene: &Scene<'_>, faults: &[Fault], sound: &[Range<usize>]) -> bool {
    let in_brackets = |fault: &Fault| {
        let before = &scene.tokens[scene.sentence.start..fault.first];
        let open = before.iter().rev().find(|t| t.any(&["(", ")"])).is_some_and(|t| t.is("("));
        let after = scene.tokens[fault.last + 1..scene.sentence.end].iter().find(|t| t.any(&["(", ")"]));
        open && after.is_some_and(|t| t.is(")"))
    };
    if faults.iter().all(in_brackets) {
        return true;
    }
    let says = |segment: &Range<usize>| {
        let within = |at: usize| segment.contains(&at);
        let words = &scene.tokens[segment.clone()];
        let enough = words.iter().filter(|t| t.text.chars().any(char::is_alphabetic)).count() >= SAYS_MIN;
        let known = words.iter().any(|t: &Token| t.name().is_some()) || sound.iter().any(|s| within(s.start));
        enough && known && !faults.iter().any(|fault| within(fault.first))
    };
    scene.segments.iter().any(says)
}
