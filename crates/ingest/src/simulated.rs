//! What might a market do: prices that move by chance, from a seed, with every fault on record.
//!
//! In: [`Settings`] with what is listed, and the time. Out: a [`Feed`] of quotes, and the [`Event`]s of what was not an ordinary price, so that a test of
//! price checks can count what it should have found.
//!
//! Each price is a geometric Brownian motion: a factor that all share, times the beta of the security, and a part of its own (`path`).
//! Ticks lie in the sessions of the exchange; overnight prices move by a part of a day's variance. By rates in [`Chances`], all of them 0 at first,
//! a security gaps at the opening, jumps, splits, is halted, or has a print that is old, crossed or zero (`faults`).
//!
//! # Invariants
//! - The same settings give the same bytes on every machine: chance is counted, not kept (`draw`), and nothing but sums, products, quotients and
//!   square roots, which are exact to the last bit everywhere, makes a price.
//! - The path of a ticker depends on the seed, its own settings and the factor, not on what else is listed nor on faulty prints.
//! - Prices are whole cents; a quote that is not on record as a fault has 0 < bid < ask, bid <= last <= ask, and its own time.

mod draw;
mod faults;
mod history;
mod path;
pub mod settings;
pub mod truth;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use portfolio::exchange::{Session, next_session, session_from};

use self::draw::Draw;
use self::faults::Prints;
use self::history::History;
use self::path::{Elapsed, Path};
use crate::action::Action;
use crate::bar::Bar;
use crate::feed::{Days, Feed, FeedError, QUOTES_MAX, Quote, Split};

pub use settings::{Chances, Listed, Settings, SettingsError, Shock};
pub use truth::{Event, Kind};

/// A market that moves by chance.
#[derive(Debug, Clone)]
pub struct Simulated {
    settings: Settings,
    begun: Timestamp,
    source: String,
    securities: Vec<Security>,
    /// The session of the next tick, and that tick's number within it.
    session: Session,
    tick: u32,
    /// Number of the next tick of all.
    step: u64,
    /// Seconds of trading between the last tick and the next one.
    open_secs: u32,
    asked: Timestamp,
    /// How many of the shocks have come.
    shocked: usize,
    splits: Vec<Split>,
    events: Vec<Event>,
}

/// A listed security on its way.
#[derive(Debug, Clone)]
struct Security {
    path: Path,
    prints: Prints,
    halted_until: Option<Timestamp>,
}

impl Simulated {
    /// A market that opens at `start`, or in the next session.
    ///
    /// # Errors
    /// [`SettingsError`], the first that is found.
    pub fn new(settings: Settings, start: Timestamp) -> Result<Simulated, SettingsError> {
        settings.check()?;
        let session = session_from(start)?;
        let of_listed = |listed: &Listed| Security {
            path: Path::new(listed),
            prints: Prints::default(),
            halted_until: None,
        };
        // The first tick that is not before the start.
        let late = start.duration_since(session.opens).as_secs().max(0);
        let tick = u32::try_from(late).unwrap_or(u32::MAX).div_ceil(settings.tick_secs);
        let mut market = Simulated {
            source: format!("simulated:{}", settings.seed),
            securities: settings.listed.iter().map(of_listed).collect(),
            settings,
            begun: start,
            session,
            tick,
            step: 0,
            open_secs: 0,
            asked: start,
            shocked: 0,
            splits: Vec::new(),
            events: Vec::new(),
        };
        if market.next_at() >= market.session.closes {
            market.open(next_session(session.opens)?);
        }
        Ok(market)
    }

    /// What was not an ordinary price so far, ascending by time.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The instant of the next tick.
    #[must_use]
    pub fn next_at(&self) -> Timestamp {
        later(self.session.opens, i64::from(self.tick) * i64::from(self.settings.tick_secs))
    }

    /// Goes on to a session; from the last tick to the close prices have moved as well.
    fn open(&mut self, session: Session) {
        let last_secs = i64::from(self.tick.saturating_sub(1)) * i64::from(self.settings.tick_secs);
        let left = self.session.closes.duration_since(self.session.opens).as_secs() - last_secs;
        self.open_secs = if self.step == 0 { 0 } else { u32::try_from(left).unwrap_or(0) };
        (self.session, self.tick) = (session, 0);
    }

    /// One tick of every security.
    fn tick(&mut self, quotes: &mut Vec<Quote>) {
        let at = self.next_at();
        let overnight = self.tick == 0 && self.step > 0;
        let time = Elapsed::of(self.open_secs, overnight);
        let shock = self.shock(at);
        let Simulated { settings, securities, events, splits, source, session, step, .. } = self;
        let Settings { seed, chances, listed, factor_volatility, .. } = settings;
        let factor = path::factor(*seed, *step, *factor_volatility, time) + shock;
        for (listed, security) in listed.iter().zip(securities) {
            let mut tell = |kind| events.push(Event { at, ticker: Some(listed.ticker.clone()), kind });
            let draw = |purpose| Draw::of(*seed, &listed.ticker, purpose, *step);
            let path = &mut security.path;
            path.step(listed, &mut draw("own"), factor, *factor_volatility, time);
            if overnight {
                if let Some(log_return) = chances.gap(&mut draw("gap")) {
                    path.moved(log_return);
                    tell(Kind::Gap { log_return });
                }
                if let Some((from, to)) = chances.split(&mut draw("split"), path.usd()) {
                    path.split(from, to);
                    security.prints.forget();
                    tell(Kind::Split { from, to });
                    splits.push(Split { ticker: listed.ticker.clone(), day: session.day, from, to });
                }
            }
            if let Some(log_return) = chances.jump(&mut draw("jump"), time) {
                path.moved(log_return);
                tell(Kind::Jump { log_return });
            }
            let halted = |until: Option<Timestamp>| until.is_some_and(|until| at < until);
            if !halted(security.halted_until)
                && let Some(secs) = chances.halt(&mut draw("halt"), time)
            {
                let until = later(at, secs);
                security.halted_until = Some(until);
                tell(Kind::Halt { until });
            }
            if halted(security.halted_until) {
                continue;
            }
            let (quote, fault) =
                security.prints.print(path.quote(listed, at, source), chances, &mut draw("print"));
            fault.into_iter().for_each(tell);
            quotes.push(quote);
        }
        self.step += 1;
        self.tick += 1;
        self.open_secs = self.settings.tick_secs;
    }

    /// What the shocks up to a tick move the factor by.
    fn shock(&mut self, at: Timestamp) -> f64 {
        let due = self.settings.shocks[self.shocked..].iter().take_while(|shock| shock.at <= at);
        let due: Vec<f64> = due.map(|shock| shock.log_return).collect();
        self.shocked += due.len();
        self.events.extend(due.iter().map(|log_return| Event {
            at,
            ticker: None,
            kind: Kind::Shock { log_return: *log_return },
        }));
        due.iter().sum()
    }
}

impl Feed for Simulated {
    fn source(&self) -> &str {
        &self.source
    }

    fn quotes(&mut self, now: Timestamp) -> Result<Vec<Quote>, FeedError> {
        if now < self.asked {
            return Err(FeedError::Backwards { source_name: self.source.clone(), last: self.asked, now });
        }
        let mut quotes = Vec::new();
        // Whole ticks, so that one of all securities still fits.
        while quotes.len() + self.securities.len() <= QUOTES_MAX {
            if self.next_at() >= self.session.closes {
                self.open(next_session(self.session.opens)?);
            }
            if self.next_at() > now {
                break;
            }
            self.tick(&mut quotes);
        }
        self.asked = now;
        Ok(quotes)
    }

    fn splits(&mut self) -> Vec<Split> {
        std::mem::take(&mut self.splits)
    }

    fn bars(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Vec<Bar>, FeedError> {
        Ok(History::of(&self.settings, self.begun, tickers, days, now)?.bars)
    }

    fn actions(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Vec<Action>, FeedError> {
        let splits = History::of(&self.settings, self.begun, tickers, days, now)?.splits;
        Ok(splits.into_iter().map(Action::Split).collect())
    }
}

fn later(at: Timestamp, secs: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(secs)).unwrap_or(Timestamp::MAX)
}
