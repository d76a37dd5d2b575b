//! The market of the demonstration: what the samples list, from their prices, on a day in accelerated time.
//!
//! In: documents and a seed. Out: a simulated market. Invariant: the same seed gives the same day.

use ingest::simulated::{Settings, Simulated};
use jiff::{SignedDuration, Timestamp};
use portfolio::Portfolio;

use crate::failure::Failure;

/// Seconds between two ticks of the simulated market.
pub(super) const TICK_SECS: u32 = 900;

/// When the simulated day begins: an ordinary Monday, at the opening, after the day of every sample.
pub(super) fn start() -> Timestamp {
    // 2026-11-23T14:30:00Z; every such number is a time.
    Timestamp::from_second(1_795_444_200).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The instant of a tick of the day.
pub(super) fn tick_at(number: i32) -> Timestamp {
    let later = SignedDuration::from_secs(i64::from(TICK_SECS) * i64::from(number));
    start().saturating_add(later).unwrap_or(Timestamp::MAX)
}

/// The market of everything that these portfolios list.
pub(super) fn of(portfolios: &[Portfolio], seed: u64) -> Result<Simulated, Failure> {
    let mut all: Option<Settings> = None;
    for portfolio in portfolios {
        let own = Settings::of(portfolio, seed, TICK_SECS);
        match &mut all {
            None => all = Some(own),
            Some(settings) => {
                let new = own.listed.into_iter();
                let unknown: Vec<_> = new
                    .filter(|new| settings.listed.iter().all(|known| known.ticker != new.ticker))
                    .collect();
                settings.listed.extend(unknown);
            }
        }
    }
    let settings = all.ok_or_else(|| Failure::usage("no portfolio lists anything"))?;
    Simulated::new(settings, start())
        .map_err(|error| Failure::usage(format!("the simulated market: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_at_an_opening() {
        assert_eq!(start(), "2026-11-23T14:30:00Z".parse::<Timestamp>().unwrap());
        let session = portfolio::exchange::session_at(start()).unwrap().unwrap();
        assert_eq!(session.opens, start());
    }
}
