//! May this price be believed: every quote is taken, or held back with a finding.
//!
//! In: quotes of a [`crate::Feed`] in their order, with the splits that it told. Out: of each a [`Verdict`]; and, of a ticker at a time, whether its price
//! can be traded on. State: of each security the last good price with its age, how far it moves in a day and how much of it is traded, each a
//! running figure that no single day can spoil; and the price that waits to be confirmed. It is kept as a text, so that a restart forgets nothing.
//!
//! | module | what it answers |
//! | --- | --- |
//! | `plain` | what can't be a price, whatever it was before |
//! | [`standing`] | what is remembered of a security |
//! | `round` | what the prices of a moment have in common |
//! | `ratio` | is it the ratio of a split |
//! | [`limits`], [`finding`] | the limits, and what is found |
//!
//! # Invariants
//! - A price is suspicious if it moved by more of the security's own daily moves than its volume explains; the move that a market shares is taken out.
//! - A suspicious price is held back until later prints stay with it: [`Limits::confirmations`] of them, or one of a later session. One that is back where
//!   it was before makes the print that was held back a bad one.
//! - A price at the ratio of a split is held back until the split is told: believing it without would make holdings worth another sum.
//! - The same quotes in the same calls give the same verdicts and the same state, on every machine.

pub mod finding;
pub mod limits;
mod plain;
mod ratio;
mod round;
pub mod standing;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::exchange::{OutOfCalendar, eastern};
use serde::{Deserialize, Serialize};

use self::round::{Off, Round};
use self::standing::{HeldBack, Standing, log_return};
use crate::bar::Bar;
use crate::feed::{Quote, Split};

pub use finding::{Code, Finding};
pub use limits::{Limits, PriceAge};
pub use standing::Good;

/// What became of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is a price; with what it says of one that was held back before.
    Taken(Option<Finding>),
    /// It is none, or not yet.
    Held(Finding),
}

impl Verdict {
    /// What was found.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        match self {
            Verdict::Taken(finding) => finding.as_ref(),
            Verdict::Held(finding) => Some(finding),
        }
    }
}

/// A quote with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged<'q> {
    /// As it was told.
    pub quote: &'q Quote,
    /// What became of it.
    pub verdict: Verdict,
}

/// A close of the past that was held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldClose {
    /// Of which day.
    pub day: Date,
    /// Of what, and why.
    pub finding: Finding,
}

/// A price that is held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPrice {
    /// Of what.
    pub ticker: String,
    /// Why.
    pub code: Code,
    /// USD per share, the newest print at that level.
    pub price: Decimal,
    /// The first print of it.
    pub first_at: Timestamp,
    /// The newest.
    pub last_at: Timestamp,
    /// Later prints that agree with the first.
    pub confirmations: u32,
    /// The last price that was taken.
    pub good: Good,
}

/// A judge of prices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judge {
    /// The session that is under way.
    day: Option<Date>,
    securities: BTreeMap<String, Standing>,
    /// Splits that were told before a price of their day.
    splits: Vec<Split>,
}

impl Judge {
    /// The split will be applied to what is remembered, before the first price of its day.
    pub fn split(&mut self, split: &Split) {
        if !self.splits.contains(split) {
            self.splits.push(split.clone());
        }
    }

    /// Judges quotes, in their order. Nothing is changed where there is an error.
    ///
    /// # Errors
    /// [`OutOfCalendar`] where the market's calendar does not have the day of a quote.
    pub fn judge<'q>(
        &mut self,
        quotes: &'q [Quote],
        limits: &Limits,
    ) -> Result<Vec<Judged<'q>>, OutOfCalendar> {
        let mut next = self.clone();
        let mut verdicts: Vec<Option<Verdict>> = vec![None; quotes.len()];
        for round in rounds(quotes) {
            for (place, verdict) in next.round(quotes, &round, limits)? {
                verdicts[place] = Some(verdict);
            }
        }
        *self = next;
        let judged = quotes.iter().zip(verdicts);
        Ok(judged.filter_map(|(quote, verdict)| Some(Judged { quote, verdict: verdict? })).collect())
    }

    /// A person has looked: the price of a ticker that is held back is right. The price, where one was held back.
    pub fn accept(&mut self, ticker: &str) -> Option<Good> {
        self.securities.get_mut(ticker)?.accept()
    }

    /// Every price that is held back, by ticker.
    #[must_use]
    pub fn held(&self) -> Vec<HeldPrice> {
        let held = self.securities.iter().filter_map(|(ticker, standing)| {
            let held = standing.held.as_ref()?;
            Some(HeldPrice {
                ticker: ticker.clone(),
                code: held.code,
                price: held.price,
                first_at: held.first_at,
                last_at: held.last_at,
                confirmations: held.confirmations,
                good: standing.good.clone(),
            })
        });
        held.collect()
    }

    /// The last good price of a ticker.
    #[must_use]
    pub fn good(&self, ticker: &str) -> Option<&Good> {
        self.securities.get(ticker).map(|standing| &standing.good)
    }

    /// Why the price of a ticker can't be traded on now: none was told, it is held back, or it is too old.
    #[must_use]
    pub fn unusable(&self, ticker: &str, now: Timestamp, limits: &Limits) -> Option<Finding> {
        let found = |code, words| Some(Finding { code, ticker: ticker.to_owned(), words });
        let Some(standing) = self.securities.get(ticker) else {
            return found(Code::Missing, "no source has told a price of it".to_owned());
        };
        let good = &standing.good;
        if let Some(held) = &standing.held {
            let words = format!(
                "{} is held back since {}; the last good price is {} of {}",
                held.price, held.first_at, good.price, good.as_of
            );
            return found(held.code, words);
        }
        if let Some((code, why)) = &standing.doubt {
            return found(*code, format!("{why}; the last good price is {} of {}", good.price, good.as_of));
        }
        match limits.age.fault(good.as_of, now) {
            Ok(None) => None,
            Ok(Some(why)) => found(Code::Stale, format!("its price of {} is {why}", good.as_of)),
            Err(error) => found(Code::Stale, error.to_string()),
        }
    }

    /// The securities of which it knows a price.
    pub fn tickers(&self) -> impl Iterator<Item = &str> {
        self.securities.keys().map(String::as_str)
    }

    /// Learns from bars of the past what is ordinary for securities that it does not know; those that it knows it leaves as they are. What was held back
    /// on the way.
    ///
    /// # Errors
    /// [`OutOfCalendar`]; nothing is changed.
    pub fn learn(
        &mut self,
        bars: &[Bar],
        splits: &[Split],
        limits: &Limits,
    ) -> Result<Vec<HeldClose>, OutOfCalendar> {
        let mut past = Judge { splits: splits.to_vec(), ..Judge::default() };
        let mut days: BTreeMap<Date, Vec<Quote>> = BTreeMap::new();
        for bar in bars.iter().filter(|bar| !self.securities.contains_key(&bar.ticker)) {
            days.entry(bar.day).or_default().extend(bar.as_quote()?);
        }
        let mut found = Vec::new();
        for (day, quotes) in days {
            let judged = past.judge(&quotes, limits)?;
            found.extend(judged.into_iter().filter_map(|one| match one.verdict {
                Verdict::Held(finding) => Some(HeldClose { day, finding }),
                Verdict::Taken(_) => None,
            }));
        }
        // A later session of others is under way: that of the past is over for these.
        if let (Some(day), Some(last)) = (self.day, past.day)
            && last < day
        {
            past.close_session(last)?;
        }
        self.day = self.day.max(past.day);
        for split in past.splits {
            self.split(&split);
        }
        for (ticker, standing) in past.securities {
            self.securities.entry(ticker).or_insert(standing);
        }
        Ok(found)
    }

    /// One round: a quote of each ticker at most, by their places.
    fn round(
        &mut self,
        quotes: &[Quote],
        places: &[usize],
        limits: &Limits,
    ) -> Result<Vec<(usize, Verdict)>, OutOfCalendar> {
        let mut verdicts = Vec::with_capacity(places.len());
        let mut known = Vec::with_capacity(places.len());
        let mut day = self.day;
        for place in places.iter().copied() {
            match plain::fault(&quotes[place], limits) {
                Some(finding) => {
                    self.doubt(&finding);
                    verdicts.push((place, Verdict::Held(finding)));
                }
                None => {
                    known.push(place);
                    day = day.max(Some(eastern(quotes[place].as_of).date()));
                }
            }
        }
        if let (Some(before), true) = (self.day, day > self.day) {
            self.close_session(before)?;
        }
        self.day = day;
        self.apply_splits();
        let mut weighed = Vec::with_capacity(known.len());
        for place in known {
            let quote = &quotes[place];
            match self.securities.get(&quote.ticker) {
                Some(standing) if quote.as_of < standing.good.as_of => {
                    let finding = out_of_order(quote, standing);
                    self.doubt(&finding);
                    verdicts.push((place, Verdict::Held(finding)));
                }
                Some(standing) => weighed.push((place, off(standing, quote)?)),
                None => {
                    self.securities.insert(quote.ticker.clone(), Standing::first(quote));
                    verdicts.push((place, Verdict::Taken(None)));
                }
            }
        }
        let offs: Vec<Off> = weighed.iter().map(|(_, off)| *off).collect();
        let round = Round::of(&offs, limits);
        for (place, off) in weighed {
            let quote = &quotes[place];
            if let Some(standing) = self.securities.get_mut(&quote.ticker) {
                standing.doubt = None;
                verdicts.push((place, weigh(standing, quote, &off, &round, limits)));
            }
        }
        Ok(verdicts)
    }

    /// The newest quote of a ticker is none that can be weighed: its last good price is not traded on before the next one. That a print was old when it
    /// came is no doubt about the price before it, which has an age of its own.
    fn doubt(&mut self, finding: &Finding) {
        if finding.code != Code::Stale
            && let Some(standing) = self.securities.get_mut(&finding.ticker)
        {
            standing.doubt = Some((finding.code, finding.words.clone()));
        }
    }

    /// The session of `day` is over.
    fn close_session(&mut self, day: Date) -> Result<(), OutOfCalendar> {
        let returns = self.securities.values().filter_map(|standing| standing.session_return(day));
        let returns: Vec<Off> =
            returns.map(|log_return| Off { log_return, expected: 1.0, log_volume: None }).collect();
        let common = Round::of(&returns, &Limits::default()).common;
        self.securities.values_mut().try_for_each(|standing| standing.close_session(day, common))
    }

    /// Splits whose day has come.
    fn apply_splits(&mut self) {
        let day = self.day;
        let due = |split: &Split| day.is_some_and(|day| split.day <= day);
        for split in self.splits.iter().filter(|split| due(split)) {
            if let Some(standing) = self.securities.get_mut(&split.ticker) {
                standing.split(split);
            }
        }
        self.splits.retain(|split| !due(split));
    }
}

/// The places of quotes, so that each round has a quote of each ticker at most and keeps their order.
fn rounds(quotes: &[Quote]) -> Vec<Vec<usize>> {
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, quote) in quotes.iter().enumerate() {
        let count = seen.entry(&quote.ticker).or_default();
        match rounds.get_mut(*count) {
            Some(round) => round.push(place),
            None => rounds.push(vec![place]),
        }
        *count += 1;
    }
    rounds
}

/// How far a quote is off the last good price.
fn off(standing: &Standing, quote: &Quote) -> Result<Off, OutOfCalendar> {
    Ok(Off {
        log_return: log_return(standing.good.price, quote.last).unwrap_or_default(),
        expected: standing.daily_move() * standing.days_to(quote.as_of)?.sqrt(),
        log_volume: standing.volume_off(quote),
    })
}

/// Takes a quote or holds it back.
fn weigh(standing: &mut Standing, quote: &Quote, off: &Off, round: &Round, limits: &Limits) -> Verdict {
    let held = standing.held.take();
    let staying = held.as_ref().filter(|held| stays(held, standing, quote));
    let suspicion = match staying {
        Some(held) if held.code == Code::SplitLike => Some(untold_split(standing, quote)),
        _ => suspicion(standing, quote, off, round, limits),
    };
    let Some(finding) = suspicion else {
        let resolved = match (&held, staying) {
            (_, Some(held)) => Some(confirmed(held, standing, quote)),
            (Some(held), None) => Some(reverted(held, quote)),
            (None, None) => None,
        };
        standing.take(quote);
        return Verdict::Taken(resolved);
    };
    let Some(held) = staying else {
        standing.held = Some(HeldBack {
            code: finding.code,
            price: quote.last,
            first_at: quote.as_of,
            last_at: quote.as_of,
            confirmations: 0,
        });
        return Verdict::Held(finding);
    };
    if quote.as_of <= held.last_at {
        standing.held = Some(held.clone()); // the same print again
        return Verdict::Held(finding);
    }
    let confirmations = held.confirmations + 1;
    let is_later_session = eastern(quote.as_of).date() > eastern(held.first_at).date();
    if finding.code != Code::SplitLike && (confirmations >= limits.confirmations || is_later_session) {
        let resolved = confirmed(held, standing, quote);
        standing.take(quote);
        return Verdict::Taken(Some(resolved));
    }
    let (code, price, last_at) = (finding.code, quote.last, quote.as_of);
    standing.held = Some(HeldBack { code, price, last_at, confirmations, ..held.clone() });
    Verdict::Held(finding)
}

/// A price at the ratio of a split has stayed there. However long it does, and however far it goes from the ratio meanwhile: in whose shares it is,
/// only a source that tells the split can say, or a person.
fn untold_split(standing: &Standing, quote: &Quote) -> Finding {
    let Good { price, as_of, .. } = &standing.good;
    let words = format!(
        "{} of {} stays away from {price} of {as_of}, as after a split that no source has told; it is held back until one does, or a person believes it",
        quote.last, quote.as_of
    );
    Finding { code: Code::SplitLike, ticker: quote.ticker.clone(), words }
}

/// A price that was held back is where later ones are too.
fn confirmed(held: &HeldBack, standing: &Standing, quote: &Quote) -> Finding {
    let Good { price, as_of, .. } = &standing.good;
    let mut words = format!(
        "{} of {} stays away from {price} of {as_of}, as {} of {} did",
        quote.last, quote.as_of, held.price, held.first_at
    );
    if quote.last < *price {
        words.push_str(": a fall that stays may be a spin-off or a dividend");
    }
    Finding { code: Code::Confirmed, ticker: quote.ticker.clone(), words }
}

/// A price that was held back was none.
fn reverted(held: &HeldBack, quote: &Quote) -> Finding {
    let words = format!(
        "{} of {} was a bad print: {} of {} is where it was before",
        held.price, held.first_at, quote.last, quote.as_of
    );
    Finding { code: Code::Reverted, ticker: quote.ticker.clone(), words }
}

/// Whether a quote is at the level of a price that is held back.
fn stays(held: &HeldBack, standing: &Standing, quote: &Quote) -> bool {
    let near = (STAYS_MOVES * standing.daily_move()).max(STAYS_MIN);
    let from_held = log_return(held.price, quote.last).map_or(f64::MAX, f64::abs);
    let from_good = log_return(standing.good.price, quote.last).map_or(f64::MAX, f64::abs);
    from_held < from_good && (from_held <= near || 2.0 * from_held <= from_good)
}

/// What a price may move by and still be at the level of the one before it.
const STAYS_MOVES: f64 = 5.0;
const STAYS_MIN: f64 = 0.02;

/// What speaks against a price, if anything does.
fn suspicion(
    standing: &Standing,
    quote: &Quote,
    off: &Off,
    round: &Round,
    limits: &Limits,
) -> Option<Finding> {
    let (moves, own) = (round.moves(off), off.log_return - round.common);
    if own.abs() <= limits.move_min {
        return None;
    }
    let good = &standing.good;
    let percent = |log: f64| format!("{:+.1} %", libm::expm1(log) * 100.0);
    let ratio = (moves > limits.moves_max).then(|| ratio::of_move(own, standing.daily_move())).flatten();
    if let Some(ratio::Ratio { from, to }) = ratio {
        let words = format!(
            "{} of {} is {} of {} of {}, as after a split of {from} into {to} that no source has told; it is held back until one does",
            quote.last,
            quote.as_of,
            percent(off.log_return),
            good.price,
            good.as_of
        );
        return Some(Finding { code: Code::SplitLike, ticker: quote.ticker.clone(), words });
    }
    let most = round.moves_max(off, limits);
    if moves <= most {
        return None;
    }
    let volume = match round.volume(off) {
        Some(volume) => format!(" on {:.1} of its ordinary volume", libm::exp(volume)),
        None => String::new(),
    };
    let words = format!(
        "{} of {} is {} of {} of {}, {moves:.1} times what it moves by{volume}, and {most:.1} are the most; the market moved by {}",
        quote.last,
        quote.as_of,
        percent(off.log_return),
        good.price,
        good.as_of,
        percent(round.common)
    );
    Some(Finding { code: Code::Jump, ticker: quote.ticker.clone(), words })
}

fn out_of_order(quote: &Quote, standing: &Standing) -> Finding {
    let words = format!(
        "the print of {} is older than that of {}, which was taken",
        quote.as_of, standing.good.as_of
    );
    Finding { code: Code::OutOfOrder, ticker: quote.ticker.clone(), words }
}
