//! Is a figure, or a date, one of the plan, of what its sentence is about.
//!
//! In: a figure in its scene. Out: nothing, or why it is none. Invariant: a figure is let through only by a fact of the same
//! unit, about what is named, of the topic and the time that the words around it say.

use portfolio::{Decimal, Side};
use rust_decimal::dec;

use super::dates::{Dated, Day};
use super::facts::{Fact, Of, Unit, When};
use super::figure::{Figure, Said};
use super::names::Named;
use super::scene::{Fault, Scene};
use super::topic::{self, Topic};

/// How many tokens before and after a figure are looked at for what it is of.
const BEFORE: usize = 6;
const AFTER: usize = 4;

/// Whether a figure is one of the plan.
pub(crate) fn figure(scene: &Scene<'_>, figure: &Figure) -> Option<Fault> {
    let fault = |why: &str| Some(Fault { first: figure.first, last: figure.last, why: why.to_owned() });
    if figure.unit == Said::Foreign {
        return fault("is in another currency than the plan");
    }
    let around = Around::of(scene, figure);
    let facts = &scene.facts.figures;
    let valued = || facts.iter().filter(|fact| is(figure, fact));
    if valued().any(|fact| around.fits(fact)) {
        return None;
    }
    if valued().next().is_none() {
        return fault("is not a figure of this plan");
    }
    fault("is not so of what the sentence speaks of")
}

/// Whether a date is one of the plan.
pub(crate) fn date(scene: &Scene<'_>, dated: &Dated) -> Option<Fault> {
    let segment = scene.segment_of(dated.first);
    let named = scene.about(segment);
    let next_year = |day: &Day| match day {
        Day::Year(year) => scene
            .facts
            .dates
            .iter()
            .any(|fact| is_all(&fact.of) && !fact.wash && fact.date.year() + 1 == *year),
        _ => false,
    };
    let fits = scene
        .facts
        .dates
        .iter()
        .any(|fact| dated.day.is(fact.date) && is_about(scene, &fact.of, None, named));
    if fits || next_year(&dated.day) {
        return None;
    }
    Some(Fault { first: dated.first, last: dated.last, why: "is not a date of this plan".to_owned() })
}

/// Whether a fact has the figure's unit and value.
fn is(figure: &Figure, fact: &Fact) -> bool {
    let unit = match (figure.unit, fact.unit) {
        (Said::Usd, Unit::Usd | Unit::UsdPerShare)
        | (Said::UsdPerShare, Unit::UsdPerShare)
        | (Said::Shares, Unit::Shares)
        | (Said::Part, Unit::Part)
        | (Said::Days, Unit::Days)
        | (Said::Months, Unit::Months)
        | (Said::Years, Unit::Years)
        | (Said::Bare, Unit::Plain | Unit::Shares | Unit::Count(_)) => true,
        (Said::Count(said), Unit::Count(thing)) => said == thing,
        (Said::Bare, Unit::Usd | Unit::UsdPerShare) => figure.value >= dec!(100),
        (Said::Bare, Unit::Part) => figure.value < Decimal::ONE,
        _ => false,
    };
    unit && figure.is(fact.value) && (!figure.negative || fact.value.is_sign_negative())
}

fn is_all(of: &Of) -> bool {
    of.lot.is_none() && of.ticker.is_none() && of.account.is_none() && of.class.is_none()
}

/// What stands around a figure.
struct Around<'s, 'a> {
    scene: &'s Scene<'a>,
    named: &'s Named,
    topics: Option<Vec<Topic>>,
    /// Whether the gain has to be one, or a loss.
    sign: Option<bool>,
    when: Option<When>,
    side: Option<Side>,
    /// Whether shares can be those held.
    held: bool,
    /// Whether shares can be those traded.
    traded: bool,
    /// Whether the household as a whole is spoken of.
    all: bool,
    unit: Said,
}

impl<'s, 'a> Around<'s, 'a> {
    fn of(scene: &'s Scene<'a>, figure: &Figure) -> Around<'s, 'a> {
        let segment = scene.segment_of(figure.first);
        let (topics, sign) = topics(scene, segment, figure);
        let words = scene.words(segment);
        let side = side(scene, figure.first);
        Around {
            scene,
            named: scene.about(segment),
            topics,
            sign,
            when: when(scene, segment, figure),
            side,
            held: side.is_none() || of_what_is_held(scene, figure),
            traded: figure.unit != Said::Shares || !is_had(scene, segment, figure.first),
            all: words.iter().any(topic::is_of_all),
            unit: figure.unit,
        }
    }

    fn fits(&self, fact: &Fact) -> bool {
        self.is_of_topic(fact)
            && self.when.is_none_or(|when| fact.when == When::Always || fact.when == when)
            && fact.side.is_none_or(|side| self.side.is_none_or(|said| said == side))
            && (self.held || fact.topic != Topic::Held)
            && (self.traded || fact.topic != Topic::Traded)
            && (!is_all(&fact.of) || self.named.is_empty() || self.all || stands_alone(fact.topic))
            && is_about(self.scene, &fact.of, Some(fact.topic), self.named)
            && self.is_spoken_of(fact)
    }

    fn is_of_topic(&self, fact: &Fact) -> bool {
        if fact.topic == Topic::Gain
            && self.sign.is_some_and(|gain| fact.value.is_sign_negative() == gain && !fact.value.is_zero())
        {
            return false;
        }
        if matches!(self.unit, Said::Shares | Said::Days | Said::Months | Said::Years | Said::Count(_)) {
            return true;
        }
        self.topics.as_ref().is_none_or(|topics| topics.contains(&fact.topic))
    }

    /// The constants of rules count only where the rule is spoken of.
    fn is_spoken_of(&self, fact: &Fact) -> bool {
        let scene = self.scene;
        match fact.topic {
            Topic::Wash => scene.sentence_has(&[
                "wash",
                "window",
                "back",
                "again",
                "repurchase",
                "rebuy",
                "identical",
                "bar",
                "bars",
                "barred",
                "avoid",
                "wait",
                "until",
            ]),
            Topic::Basis => scene.sentence_has(&[
                "basis",
                "paid",
                "bought",
                "buy",
                "cost",
                "costs",
                "purchased",
                "purchase",
                "acquired",
                "invested",
                "price",
            ]),
            Topic::Dividend => scene.sentence_has(&["dividend", "dividends", "qualified"]),
            Topic::Holding if is_all(&fact.of) => {
                scene.sentence_has(&["term", "held", "hold", "holding", "holds", "owned"])
            }
            limit if topic::is_limit(limit) => {
                self.topics.as_ref().is_some_and(|topics| topics.iter().any(|t| topic::is_limit(*t)))
                    && scene.sentence_has(&LIMITING)
            }
            Topic::Rate => scene.sentence_has(&["rate", "rates", "bracket", "taxed", "tax", "taxes"]),
            _ => true,
        }
    }
}

/// Words without which no limit is spoken of.
const LIMITING: [&str; 33] = [
    "limit",
    "limits",
    "most",
    "cap",
    "capped",
    "keep",
    "keeps",
    "kept",
    "least",
    "below",
    "above",
    "buffer",
    "minimum",
    "maximum",
    "asked",
    "wish",
    "wishes",
    "want",
    "wanted",
    "preference",
    "budget",
    "ordinary",
    "deduct",
    "income",
    "harvest",
    "harvesting",
    "under",
    "over",
    "must",
    "maintain",
    "allowed",
    "reserve",
    "than",
];

/// Topics of the household that need no word for it.
fn stands_alone(topic: Topic) -> bool {
    matches!(
        topic,
        Topic::Limit
            | Topic::CashLimit
            | Topic::TaxLimit
            | Topic::GainLimit
            | Topic::LossLimit
            | Topic::Flow
            | Topic::Value
            | Topic::Drift
            | Topic::Rate
            | Topic::Wash
            | Topic::Dividend
            | Topic::Holding
            | Topic::Objective
            | Topic::Count
    )
}

/// Whether a fact is about what is named.
fn is_about(scene: &Scene<'_>, of: &Of, topic: Option<Topic>, named: &Named) -> bool {
    if named.is_empty() || is_all(of) {
        return true;
    }
    if of.account.is_some_and(|account| !named.accounts.is_empty() && !named.accounts.contains(&account)) {
        return false;
    }
    let facts = scene.facts;
    let class_named = of.class.is_some_and(|class| named.classes.contains(&class));
    let account_named = of.account.is_some_and(|account| named.accounts.contains(&account));
    if !named.lots.is_empty() {
        let ticker_of_lot = |t: usize| named.lots.iter().any(|l| facts.lots[*l].ticker == t);
        return match (of.lot, of.ticker) {
            (Some(lot), _) => named.lots.contains(&lot),
            (None, Some(ticker)) if of.inherent => ticker_of_lot(ticker) || named.tickers.contains(&ticker),
            (None, Some(ticker)) => {
                only_these_lots(scene, of, ticker, named)
                    || !ticker_of_lot(ticker) && named.tickers.contains(&ticker)
            }
            (None, None) => {
                class_named
                    || account_named
                    || named.lots.iter().any(|l| Some(facts.lots[*l].class) == of.class)
            }
        };
    }
    if !named.tickers.is_empty() {
        return match of.ticker {
            Some(ticker) => named.tickers.contains(&ticker),
            None => {
                let of_ticker = |class: usize| named.tickers.iter().any(|t| facts.class_of[*t] == class);
                class_named
                    || account_named && of.class.is_none()
                    || named.classes.is_empty() && of.class.is_some_and(of_ticker)
            }
        };
    }
    // What one security weighs is not what its class does.
    let other = of.ticker.is_some() && topic == Some(Topic::Weight);
    class_named && !other || account_named
}

/// Whether an order sells of no other lots than those named.
fn only_these_lots(scene: &Scene<'_>, of: &Of, ticker: usize, named: &Named) -> bool {
    let mut sold = scene.facts.lots.iter().enumerate().filter(|(_, lot)| {
        lot.ticker == ticker && !lot.sold.is_zero() && of.account.is_none_or(|account| account == lot.account)
    });
    let mut any = false;
    let all = sold.all(|(l, _)| {
        any = true;
        named.lots.contains(&l)
    });
    all && any
}

/// What a figure is of, as the words around it say, and whether it is a gain or a loss.
fn topics(scene: &Scene<'_>, segment: usize, figure: &Figure) -> (Option<Vec<Topic>>, Option<bool>) {
    let range = scene.segments[segment].clone();
    let before = (range.start.max(figure.first.saturating_sub(BEFORE))..figure.first).rev();
    let after = figure.last + 1..range.end.min(figure.last + 1 + AFTER);
    let said = |at: &usize| restricts(scene, *at, figure.unit);
    let mut near: Vec<usize> =
        before.clone().find(said).into_iter().chain(after.clone().find(said)).collect();
    if near.is_empty() {
        near = range.clone().filter(said).collect();
        near.extend((scene.sentence.start..range.start).rev().find(said));
    }
    near.extend(tax_on(scene, range.start, near.first().copied().filter(|at| *at < figure.first)));
    let mut topics: Vec<Topic> = Vec::new();
    let mut sign = None;
    for at in &near {
        let token = &scene.tokens[*at];
        topics.extend(topic::of(token).unwrap_or_default());
        sign = sign.or(match token.lower.as_str() {
            "gain" | "gains" | "gained" | "profit" | "profits" => Some(true),
            "loss" | "losses" | "lost" | "harvesting" | "harvest" | "harvests" | "harvested" => Some(false),
            _ => None,
        });
    }
    let said = (!topics.is_empty()).then_some(topics);
    (said, sign)
}

/// The tax in "the tax on the gain of L1 is …".
fn tax_on(scene: &Scene<'_>, start: usize, gain: Option<usize>) -> Option<usize> {
    let gain =
        gain.filter(|at| topic::of(&scene.tokens[*at]).is_some_and(|topics| topics.contains(&Topic::Gain)))?;
    let on = (start..gain).rev().take(BEFORE).find(|at| scene.tokens[*at].is("on"))?;
    on.checked_sub(1).filter(|at| *at >= start && scene.tokens[*at].any(&["tax", "taxes"]))
}

/// Whether a word says what a figure of this unit is of. That something is sold says nothing of a percentage.
fn restricts(scene: &Scene<'_>, at: usize, unit: Said) -> bool {
    let token = &scene.tokens[at];
    // `over $5,000` says how much, not of what.
    let hedges = matches!(unit, Said::Usd | Said::UsdPerShare) && token.is_in("above below over under off");
    topic::of(token).is_some_and(|topics| {
        !hedges && (unit != Said::Part || !topics.contains(&Topic::Worth) && !topics.contains(&Topic::Held))
    })
}

/// The time that a weight or an amount held is said to be of.
fn when(scene: &Scene<'_>, segment: usize, figure: &Figure) -> Option<When> {
    let before = figure.first.checked_sub(1).filter(|b| *b >= scene.sentence.start).map(|b| &scene.tokens[b]);
    if before.is_some_and(|t| t.is("from")) {
        return Some(When::Before);
    }
    if before.is_some_and(|t| t.is("to"))
        && scene.sentence_has(&[
            "from", "fall", "falls", "rise", "rises", "up", "down", "brings", "goes", "go", "drops", "grows",
            "moves", "gets", "climbs", "lifts", "cuts", "takes", "bringing", "back",
        ])
    {
        return Some(When::After);
    }
    let later = [
        "after",
        "afterwards",
        "ends",
        "end",
        "remain",
        "remains",
        "become",
        "becomes",
        "resulting",
        "final",
    ];
    let earlier = ["before", "was", "were", "currently", "today", "started", "starts", "initially", "had"];
    let at = |words: &[&str]| scene.has(segment, words);
    let opening = |words: &[&str]| {
        scene.segments.first().is_some_and(|first| scene.tokens[first.clone()].iter().any(|t| t.any(words)))
    };
    match (at(&later), at(&earlier)) {
        (true, false) => Some(When::After),
        (false, true) => Some(When::Before),
        (true, true) => None,
        (false, false) if opening(&["after", "afterwards"]) => Some(When::After),
        (false, false) if opening(&["before", "currently", "today"]) => Some(When::Before),
        (false, false) => None,
    }
}

/// Whether what stands before a figure is sold or bought.
fn side(scene: &Scene<'_>, at: usize) -> Option<Side> {
    (scene.sentence.start..at).rev().find_map(|n| side_of(&scene.tokens[n].lower))
}

/// The side that a verb says.
pub(crate) fn side_of(word: &str) -> Option<Side> {
    match word {
        "sell" | "sells" | "selling" | "sold" | "sale" | "sales" | "trim" | "trims" | "trimming" => {
            Some(Side::Sell)
        }
        "buy" | "buys" | "buying" | "purchase" | "purchases" | "purchasing" => Some(Side::Buy),
        _ => None,
    }
}

/// Whether what stands before a figure is had, and not traded: `you hold`, `keeps`.
fn is_had(scene: &Scene<'_>, segment: usize, at: usize) -> bool {
    const HAD: [&str; 9] = ["hold", "holds", "own", "owns", "keep", "keeps", "have", "has", "leaves"];
    let before = (scene.segments[segment].start..at).rev().map(|n| &scene.tokens[n]);
    before.take_while(|token| side_of(&token.lower).is_none()).any(|token| token.any(&HAD))
}

/// `40 of the 60 shares`, `you hold 60 shares`.
fn of_what_is_held(scene: &Scene<'_>, figure: &Figure) -> bool {
    let before: Vec<&str> = (scene.sentence.start.max(figure.first.saturating_sub(3))..figure.first)
        .map(|n| scene.tokens[n].lower.as_str())
        .collect();
    let owned = |word: &&str| {
        matches!(
            *word,
            "of" | "your"
                | "its"
                | "remaining"
                | "hold"
                | "holds"
                | "own"
                | "owns"
                | "keep"
                | "keeps"
                | "leaving"
                | "leaves"
        )
    };
    before.iter().any(owned)
        || scene.has(
            scene.segment_of(figure.first),
            &["remain", "remains", "left", "held", "keeping", "position"],
        )
}
