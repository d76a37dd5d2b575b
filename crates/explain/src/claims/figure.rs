//! Figures: a number with its unit, and how exactly it is meant.
//!
//! In: the tokens of a sentence. Out: [`Figure`]s. Invariant: what is no figure (an ordinal, the number of a list or of an
//! index, "one of them") is none; what is one and can't be told apart is bare.

use std::ops::Range;

use portfolio::Decimal;
use rust_decimal::dec;

use super::facts::Thing;
use super::numerals::Numeral;
use super::token::{Kind, Token};

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// First token.
    pub(crate) first: usize,
    /// Last token.
    pub(crate) last: usize,
    /// Percents and basis points as parts of 1, weeks as days.
    pub(crate) value: Decimal,
    /// How far off what it stands for may be.
    pub(crate) tolerance: Decimal,
    pub(crate) hedge: Hedge,
    pub(crate) unit: Said,
    /// Written with a minus sign.
    pub(crate) negative: bool,
}

/// How exactly it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hedge {
    None,
    /// About, roughly, ~.
    About,
    /// Over, more than.
    Over,
    /// Under, less than.
    Under,
}

/// The unit that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Usd,
    UsdPerShare,
    /// Another currency.
    Foreign,
    Shares,
    Part,
    Days,
    Months,
    Years,
    Count(Thing),
    /// `2x`, `doubles`.
    Multiple,
    Bare,
}

/// Part of a value by which a hedge may be off.
const HEDGED: Decimal = dec!(0.05);
/// The same of `over` and `under`, one way.
const ONE_WAY: Decimal = dec!(0.1);

impl Figure {
    /// Whether a magnitude is what it says.
    pub(crate) fn is(&self, fact: Decimal) -> bool {
        let (fact, value) = (fact.abs(), self.value.abs());
        let off = fact.saturating_sub(value);
        off.abs() <= self.tolerance
            || match self.hedge {
                Hedge::Over => off >= Decimal::ZERO && off <= value * ONE_WAY,
                Hedge::Under => off <= Decimal::ZERO && -off <= value * ONE_WAY,
                Hedge::None | Hedge::About => false,
            }
    }
}

/// The figures of a sentence; tokens that are `taken` belong to dates.
pub(crate) fn figures(tokens: &[Token], sentence: &Range<usize>, taken: &[bool]) -> Vec<Figure> {
    let mut found: Vec<Figure> = Vec::new();
    for at in sentence.clone().filter(|at| !taken[*at]) {
        if let Some(figure) = multiple(tokens, at) {
            found.push(figure);
            continue;
        }
        let Kind::Number(numeral) = tokens[at].kind else { continue };
        if let Some(figure) = figure(tokens, sentence, at, numeral) {
            found.push(figure);
        }
    }
    share_units(tokens, &mut found);
    found.retain(|figure| !(figure.unit == Said::Bare && is_no_figure(tokens, sentence, figure)));
    found
}

/// `doubles`, `triples`, `halves`.
fn multiple(tokens: &[Token], at: usize) -> Option<Figure> {
    let value = match tokens[at].lower.as_str() {
        "doubles" | "doubled" | "doubling" | "twice" => dec!(2),
        "triples" | "tripled" | "tripling" => dec!(3),
        "halves" | "halved" | "halving" => dec!(0.5),
        _ => return None,
    };
    let plain = tokens[at].kind == Kind::Word;
    plain.then_some(Figure {
        first: at,
        last: at,
        value,
        tolerance: Decimal::ZERO,
        hedge: Hedge::None,
        unit: Said::Multiple,
        negative: false,
    })
}

fn figure(tokens: &[Token], sentence: &Range<usize>, at: usize, numeral: Numeral) -> Option<Figure> {
    let word = |n: usize| tokens.get(n).filter(|_| n < sentence.end).map_or("", |t| t.lower.as_str());
    let glued = |n: usize| tokens.get(n).is_some_and(|t| t.glued);
    if glued(at + 1) && matches!(word(at + 1), "st" | "nd" | "rd" | "th") {
        return None;
    }
    let mut figure = Figure {
        first: at,
        last: at,
        value: numeral.value,
        tolerance: numeral.unit,
        hedge: Hedge::None,
        unit: Said::Bare,
        negative: false,
    };
    prefix(tokens, sentence, &mut figure);
    let after = at + 1 + usize::from(glued(at + 1) && word(at + 1) == "-");
    let mut scale = Decimal::ONE;
    if figure.unit == Said::Bare {
        suffix(tokens, sentence, after, &mut figure, &mut scale);
    }
    if figure.unit == Said::Usd {
        per_share(tokens, sentence, &mut figure);
    }
    figure.hedge = hedge(tokens, sentence, &figure);
    figure.tolerance = tolerance(numeral, figure.hedge) * scale;
    figure.value = numeral.value.checked_mul(scale)?;
    Some(figure)
}

/// A currency sign and a minus before the number.
fn prefix(tokens: &[Token], sentence: &Range<usize>, figure: &mut Figure) {
    while figure.first > sentence.start && tokens[figure.first].glued
        || spaced_sign(tokens, sentence, figure.first)
    {
        let before = &tokens[figure.first - 1];
        match before.lower.as_str() {
            "$" | "usd" | "us" => figure.unit = Said::Usd,
            "€" | "£" | "¥" => figure.unit = Said::Foreign,
            "-" | "−" | "–" if !before.glued || figure.first < 2 => figure.negative = true,
            "~" | "≈" | "+" => {}
            _ => break,
        }
        figure.first -= 1;
        if figure.first == sentence.start {
            break;
        }
    }
}

/// `$ 5,000`, `USD 5,000`.
fn spaced_sign(tokens: &[Token], sentence: &Range<usize>, first: usize) -> bool {
    first > sentence.start && tokens[first - 1].any(&["$", "usd"])
}

/// The unit behind the number.
fn suffix(tokens: &[Token], sentence: &Range<usize>, at: usize, figure: &mut Figure, scale: &mut Decimal) {
    let word = |n: usize| tokens.get(n).filter(|_| n < sentence.end).map_or("", |t| t.lower.as_str());
    let (unit, last) = match (word(at), word(at + 1)) {
        ("%" | "percent" | "pct" | "pp" | "ppt", _) => (Said::Part, at),
        ("per", "cent") | ("percentage", "point" | "points") => (Said::Part, at + 1),
        ("points" | "point", _) => (Said::Part, at),
        ("bp" | "bps", _) | ("basis", "point" | "points") => {
            *scale = dec!(0.0001);
            figure.unit = Said::Part;
            figure.last = at + usize::from(word(at) == "basis");
            return;
        }
        ("usd" | "dollars" | "dollar" | "bucks" | "$", _) => (Said::Usd, at),
        ("cents" | "cent" | "¢", _) => (Said::Usd, at),
        ("euros" | "euro" | "eur" | "€" | "pounds" | "gbp" | "£", _) => (Said::Foreign, at),
        ("share" | "shares" | "units", _) => (Said::Shares, at),
        ("day" | "days", _) => (Said::Days, at),
        ("week" | "weeks", _) => (Said::Days, at),
        ("month" | "months", _) => (Said::Months, at),
        ("year" | "years" | "yr" | "yrs", _) => (Said::Years, at),
        ("x" | "×" | "times" | "fold", _) => (Said::Multiple, at),
        _ => {
            other(tokens, sentence, at, figure);
            return;
        }
    };
    *scale = match word(at) {
        "cents" | "cent" | "¢" => dec!(0.01),
        "week" | "weeks" => dec!(7),
        _ if unit == Said::Part => dec!(0.01),
        _ => Decimal::ONE,
    };
    figure.unit = unit;
    figure.last = last.min(sentence.end - 1);
}

/// `350 VTI shares`, `three separate orders`, `nine in ten`.
fn other(tokens: &[Token], sentence: &Range<usize>, at: usize, figure: &mut Figure) {
    let named = tokens.get(at).filter(|_| at < sentence.end).and_then(Token::name);
    if named.is_some_and(|named| !named.tickers.is_empty()) {
        figure.unit = Said::Shares;
        return;
    }
    for (n, token) in tokens.iter().enumerate().take((at + 3).min(sentence.end)).skip(at) {
        if let Some(thing) = thing(&token.lower) {
            figure.unit = Said::Count(thing);
            figure.last = n;
            return;
        }
        let goes_on = token.kind == Kind::Word && !token.is_in("of in to and for from is at");
        if !goes_on {
            break;
        }
    }
}

/// What a noun counts.
fn thing(word: &str) -> Option<Thing> {
    Some(match word {
        "order" | "orders" => Thing::Orders,
        "trade" | "trades" | "transactions" => Thing::Rows,
        "sale" | "sales" | "sells" => Thing::Sales,
        "purchase" | "purchases" | "buys" => Thing::Purchases,
        "lot" | "lots" => Thing::Lots,
        "account" | "accounts" => Thing::Accounts,
        "security" | "securities" | "ticker" | "tickers" | "position" | "positions" | "holdings"
        | "funds" | "etfs" => Thing::Securities,
        "classes" | "class" => Thing::Classes,
        "wishes" | "preferences" => Thing::Wishes,
        "violations" | "violation" | "warnings" | "warning" => Thing::Violations,
        _ => return None,
    })
}

/// `per share`, `a share`, `each`.
fn per_share(tokens: &[Token], sentence: &Range<usize>, figure: &mut Figure) {
    let word = |n: usize| tokens.get(n).filter(|_| n < sentence.end).map_or("", |t| t.lower.as_str());
    let after = figure.last + 1;
    let taken = match (word(after), word(after + 1)) {
        ("per" | "a" | "/", "share" | "unit") => 2,
        ("each" | "apiece", _) => 1,
        _ => return,
    };
    figure.unit = Said::UsdPerShare;
    figure.last += taken;
}

/// The word of approximation before a figure.
fn hedge(tokens: &[Token], sentence: &Range<usize>, figure: &Figure) -> Hedge {
    const FILLERS: [&str; 9] = ["a", "little", "just", "bit", "the", "only", "slightly", "of", "to"];
    let mut at = figure.first;
    if tokens[at].any(&["~", "≈"]) {
        return Hedge::About;
    }
    for _ in 0..4 {
        if at == sentence.start {
            break;
        }
        at -= 1;
        let before = at.checked_sub(1).map_or("", |b| tokens[b].lower.as_str());
        match (before, tokens[at].lower.as_str()) {
            (
                _,
                "about" | "around" | "roughly" | "approximately" | "approx" | "nearly" | "almost" | "circa"
                | "ca" | "~" | "≈" | "some" | "near" | "close" | "maybe" | "virtually",
            ) => return Hedge::About,
            (_, "over" | "exceeds" | "exceeding" | "above")
            | ("more" | "greater" | "better", "than")
            | ("at", "least") => {
                return Hedge::Over;
            }
            (_, "under" | "below" | "within")
            | ("less" | "fewer", "than")
            | ("at", "most")
            | ("up", "to") => {
                return Hedge::Under;
            }
            (_, word) if FILLERS.contains(&word) || word == "." => {}
            _ => break,
        }
    }
    let after = tokens.get(figure.last + 1).filter(|_| figure.last + 1 < sentence.end);
    if after.is_some_and(|t| t.is("or")) && tokens.get(figure.last + 2).is_some_and(|t| t.is("so")) {
        return Hedge::About;
    }
    Hedge::None
}

/// Half of the last place that is written; two places of cents may be cut instead of rounded; what is written in
/// thousands is round, but by no more than a twentieth.
fn tolerance(numeral: Numeral, hedge: Hedge) -> Decimal {
    let part = numeral.value * HEDGED;
    let written = if numeral.unit <= dec!(0.01) {
        numeral.unit
    } else if numeral.unit > Decimal::ONE {
        (numeral.unit / Decimal::TWO).min(part)
    } else {
        numeral.unit / Decimal::TWO
    };
    match hedge {
        Hedge::None => written,
        _ => written.max((numeral.round / Decimal::TWO).min(part)),
    }
}

/// `82.9 to 39.0 percent`: the first has the unit of the second.
fn share_units(tokens: &[Token], figures: &mut [Figure]) {
    for n in 1..figures.len() {
        let (before, after) = figures.split_at_mut(n);
        let (Some(one), Some(other)) = (before.last_mut(), after.first()) else { continue };
        let between = &tokens[one.last + 1..other.first.max(one.last + 1)];
        let joined = matches!(between, [t] if t.any(&["to", "and", "or", "-", "–"]));
        if one.unit != Said::Bare || !joined || other.unit == Said::Bare {
            continue;
        }
        one.unit = other.unit;
        if other.unit == Said::Part {
            one.value *= dec!(0.01);
            one.tolerance *= dec!(0.01);
        }
    }
}

/// Whether a bare number counts, numbers or names something that is none of the plan's.
fn is_no_figure(tokens: &[Token], sentence: &Range<usize>, figure: &Figure) -> bool {
    const NUMBERED: [&str; 17] = [
        "step",
        "option",
        "point",
        "number",
        "no",
        "p",
        "russell",
        "nasdaq",
        "dow",
        "form",
        "section",
        "schedule",
        "rule",
        "publication",
        "priority",
        "tier",
        "goal",
    ];
    let spoken = tokens[figure.last].number().is_some_and(|n| n.spoken);
    if spoken && figure.value <= dec!(12) {
        return true;
    }
    let before = figure.first.checked_sub(1).filter(|b| *b >= sentence.start).map(|b| &tokens[b]);
    if before.is_some_and(|t| t.any(&NUMBERED) || t.is("#")) {
        return true;
    }
    let after = tokens.get(figure.last + 1);
    let marker = before.is_none() && after.is_some_and(|t| t.any(&[".", ")"]));
    let plan_of_law =
        after.is_some_and(|t| t.any(&["(", "k", "b"])) && [401, 403, 457, 529].contains(&whole(figure.value));
    marker || plan_of_law
}

fn whole(value: Decimal) -> i32 {
    value.trunc().to_string().parse().unwrap_or(0)
}
