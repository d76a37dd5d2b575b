//! What is listed in a simulated market, and how it moves.
//!
//! In: settings as a program gives them. Out: the same once checked, or the first that makes no sense. Invariant: a market of checked settings never panics and
//! every figure of it is finite.

use std::collections::BTreeSet;

use jiff::Timestamp;
use portfolio::exchange::OutOfCalendar;
use portfolio::household::{CASH, SecurityKind};
use portfolio::money::float;
use portfolio::{Decimal, Portfolio, Security};
use serde::{Deserialize, Serialize};

/// Most securities of a market.
pub const LISTED_MAX: usize = 10_000;
/// Longest tick, seconds.
pub const TICK_SECS_MAX: u32 = 23_400;
/// Largest volatility, annualised; and largest size of drift, beta and moves.
const SIZE_MAX: f64 = 5.0;
/// Largest price at the start, USD.
const PRICE_MAX: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// A simulated market.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What chance is drawn from.
    pub seed: u64,
    /// Seconds between ticks of a session.
    pub tick_secs: u32,
    /// Annualised volatility of the factor that all share.
    pub factor_volatility: f64,
    /// What is listed.
    pub listed: Vec<Listed>,
    /// Moves of the factor at given times, ascending: what a story wants to happen.
    pub shocks: Vec<Shock>,
    /// How often something goes wrong.
    pub chances: Chances,
}

/// A security of a simulated market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name.
    pub ticker: String,
    /// USD per share at the start.
    pub price: Decimal,
    /// How much of the factor's moves it makes.
    pub beta: f64,
    /// Annualised volatility of its own.
    pub volatility: f64,
    /// Mean growth a year.
    pub drift: f64,
    /// Full bid-ask spread, basis points.
    pub spread_bps: f64,
}

/// A move of the factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shock {
    /// It comes with the first tick that is not before.
    pub at: Timestamp,
    /// Log return, before betas.
    pub log_return: f64,
}

/// How often, and how much. All are 0 at first.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Chances {
    /// Part of a security's sessions that open with a gap.
    pub gaps_per_session: f64,
    /// Deviation of a gap, a log return.
    pub gap_volatility: f64,
    /// Jumps of a security in a year.
    pub jumps_per_year: f64,
    /// Deviation of a jump, a log return.
    pub jump_volatility: f64,
    /// Part of a security's sessions that open with a split.
    pub splits_per_session: f64,
    /// Halts of a security in a year.
    pub halts_per_year: f64,
    /// Part of the prints that are old.
    pub stale: f64,
    /// Part of the prints that are crossed.
    pub crossed: f64,
    /// Part of the prints that are zero.
    pub zero: f64,
}

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// Nothing, or too much, is listed.
    #[error("{given} securities are listed: give 1 to {LISTED_MAX}")]
    Listed {
        /// How many.
        given: usize,
    },
    /// Two securities of one name.
    #[error("`{ticker}` is listed twice: give each ticker once")]
    Twice {
        /// The name.
        ticker: String,
    },
    /// A price out of range.
    #[error("{price} is no price of `{ticker}`: give 0.02 to {PRICE_MAX} USD")]
    Price {
        /// The security.
        ticker: String,
        /// As given.
        price: Decimal,
    },
    /// A tick of no length, or of more than a session.
    #[error("a tick of {given} seconds: give 1 to {TICK_SECS_MAX}")]
    Tick {
        /// As given.
        given: u32,
    },
    /// A number out of range, or none.
    #[error("`{name}` is {given}: give {least} to {most}")]
    Number {
        /// Its name, with the ticker where it is one of a security.
        name: String,
        /// As given.
        given: f64,
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// Faulty prints are more than all.
    #[error("old, crossed and zero prints are {given} of all in sum: give at most 1")]
    Prints {
        /// Their sum.
        given: f64,
    },
    /// Shocks that do not ascend.
    #[error("the shock at {at} comes after a later one: sort them by time")]
    Shocks {
        /// The one in the wrong place.
        at: Timestamp,
    },
    /// A start that the calendar does not have.
    #[error(transparent)]
    Calendar(#[from] OutOfCalendar),
}

impl Settings {
    /// A market of what a portfolio lists, from its prices and spreads, which moves as its classes usually do, without faults.
    #[must_use]
    pub fn of(portfolio: &Portfolio, seed: u64, tick_secs: u32) -> Settings {
        let listed = portfolio.securities.iter().map(Listed::of).collect();
        let chances = Chances::default();
        Settings { seed, tick_secs, factor_volatility: 0.16, listed, shocks: Vec::new(), chances }
    }

    /// # Errors
    /// The first setting that makes no sense.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        if !(1..=LISTED_MAX).contains(&self.listed.len()) {
            return Err(SettingsError::Listed { given: self.listed.len() });
        }
        if !(1..=TICK_SECS_MAX).contains(&self.tick_secs) {
            return Err(SettingsError::Tick { given: self.tick_secs });
        }
        within("factor_volatility", self.factor_volatility, 0.0, SIZE_MAX)?;
        let mut tickers = BTreeSet::new();
        for listed in &self.listed {
            if !tickers.insert(&listed.ticker) {
                return Err(SettingsError::Twice { ticker: listed.ticker.clone() });
            }
            listed.check()?;
        }
        if let Some(pair) = self.shocks.windows(2).find(|pair| pair[1].at < pair[0].at) {
            return Err(SettingsError::Shocks { at: pair[1].at });
        }
        self.shocks.iter().try_for_each(|shock| within("shocks.log_return", shock.log_return, -1.0, 1.0))?;
        self.chances.check()
    }
}

impl Listed {
    /// A fund that is the market itself.
    #[must_use]
    pub fn market(ticker: &str) -> Listed {
        let price = Decimal::ONE_HUNDRED;
        Listed { ticker: ticker.to_owned(), price, beta: 1.0, volatility: 0.0, drift: 0.07, spread_bps: 1.0 }
    }

    /// A security of a document, which moves as its class usually does.
    ///
    /// # Source
    /// House decision (2026-11-26): orders of magnitude of the last decades, told by words in the name of the class. They make a demonstration believable and
    /// are no estimate of anything.
    #[must_use]
    pub fn of(security: &Security) -> Listed {
        let class = security.asset_class.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| class.contains(word));
        let (beta, own, drift) =
            if security.kind == SecurityKind::CashEquivalent || security.asset_class == CASH {
                (0.0, 0.0, 0.0)
            } else if security.kind == SecurityKind::Bond || says(&["bond", "treasur", "fixed income"]) {
                (0.08, 0.05, 0.035)
            } else if says(&["gold", "commodit"]) {
                (0.1, 0.16, 0.04)
            } else if says(&["real estate", "reit"]) {
                (0.9, 0.12, 0.06)
            } else if says(&["international", "emerging", "developed"]) {
                (0.95, 0.09, 0.065)
            } else {
                (1.0, 0.03, 0.07)
            };
        let single = if security.kind == SecurityKind::Stock { 0.25 } else { 0.0 };
        Listed {
            ticker: security.ticker.clone(),
            price: security.price,
            beta,
            volatility: own + single,
            drift,
            spread_bps: float(security.spread_bps),
        }
    }

    fn check(&self) -> Result<(), SettingsError> {
        if self.price < Decimal::new(2, 2) || self.price > PRICE_MAX {
            return Err(SettingsError::Price { ticker: self.ticker.clone(), price: self.price });
        }
        let name = |field: &str| format!("{}.{field}", self.ticker);
        within(&name("beta"), self.beta, -SIZE_MAX, SIZE_MAX)?;
        within(&name("volatility"), self.volatility, 0.0, SIZE_MAX)?;
        within(&name("drift"), self.drift, -SIZE_MAX, SIZE_MAX)?;
        within(&name("spread_bps"), self.spread_bps, 0.0, 10_000.0)
    }
}

impl Chances {
    fn check(&self) -> Result<(), SettingsError> {
        let year = 1e6;
        for (name, given, most) in [
            ("gaps_per_session", self.gaps_per_session, 1.0),
            ("gap_volatility", self.gap_volatility, 1.0),
            ("jumps_per_year", self.jumps_per_year, year),
            ("jump_volatility", self.jump_volatility, 1.0),
            ("splits_per_session", self.splits_per_session, 1.0),
            ("halts_per_year", self.halts_per_year, year),
            ("stale", self.stale, 1.0),
            ("crossed", self.crossed, 1.0),
            ("zero", self.zero, 1.0),
        ] {
            within(name, given, 0.0, most)?;
        }
        let given = self.stale + self.crossed + self.zero;
        if given > 1.0 { Err(SettingsError::Prints { given }) } else { Ok(()) }
    }
}

fn within(name: &str, given: f64, least: f64, most: f64) -> Result<(), SettingsError> {
    if (least..=most).contains(&given) {
        return Ok(()); // what is no number lies in no range
    }
    Err(SettingsError::Number { name: name.to_owned(), given, least, most })
}
