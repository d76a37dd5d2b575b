//! A household that is kept as a program keeps it: a market that moves by a list, a clock that stands, a broker on paper.
//!
//! [`Day::live`] is the whole day; whoever stops it at a step begins it again, in another process.

use std::sync::Mutex;
use std::time::Duration;

use execute::Broker;
use jiff::{SignedDuration, Timestamp};
use portfolio::Decimal;
use rebalance::Options;
use rebalance::books::{Books, BooksError};
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Answer, Keeper, KeepingError, Quote, Recorded, World};
use rebalance::life::{Policy, State};
use rust_decimal::dec;

use crate::backend::start;
use crate::story::draw;

/// A world whose clock stands until somebody moves it.
pub(crate) struct Standing(Mutex<Timestamp>);

impl Standing {
    pub(crate) fn at(at: Timestamp) -> Standing {
        Standing(Mutex::new(at))
    }

    pub(crate) fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap() = at;
    }
}

impl World for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn draw(&self) -> [u8; 10] {
        draw()
    }

    fn stopwatch(&self) -> Duration {
        Duration::ZERO
    }
}

/// A world whose clock goes on by a millisecond whenever somebody looks at it, as a machine's does.
pub(crate) struct Going(pub(crate) Standing);

impl World for Going {
    fn now(&self) -> Timestamp {
        let mut now = self.0.0.lock().unwrap();
        *now += SignedDuration::from_millis(1);
        *now
    }

    fn draw(&self) -> [u8; 10] {
        draw()
    }

    fn stopwatch(&self) -> Duration {
        Duration::ZERO
    }
}

/// Minutes after the start.
pub(crate) fn minute(n: i64) -> Timestamp {
    start() + SignedDuration::from_mins(n)
}

/// One quote each.
pub(crate) fn quotes(at: Timestamp, prices: &[(&str, Decimal)]) -> Vec<Quote> {
    let quote = |(ticker, price): &(&str, Decimal)| Quote {
        ticker: (*ticker).to_owned(),
        bid: *price - dec!(0.01),
        ask: *price + dec!(0.01),
        last: *price,
        volume: None,
        as_of: at,
        received_at: at,
        source: "test".to_owned(),
    };
    prices.iter().map(quote).collect()
}

pub(crate) const CALM: [(&str, Decimal); 2] = [("SPY", dec!(450)), ("AGG", dec!(90))];

/// What happens on a day.
#[derive(Clone, Default)]
pub(crate) struct Day {
    /// Names of the households.
    pub(crate) names: Vec<&'static str>,
    /// How the broker behaves.
    pub(crate) broker: Settings,
    /// Minutes that are lived.
    pub(crate) minutes: i64,
    /// The document of each; [`crate::story::TEXT`] where there is none.
    pub(crate) text: Option<&'static str>,
}

impl Day {
    pub(crate) fn of(names: &[&'static str]) -> Day {
        Day { names: names.to_vec(), minutes: 5, ..Day::default() }
    }

    /// The day from the start on, or from wherever it was stopped: minutes that are over change nothing.
    pub(crate) fn live(&self, books: &dyn Books, from: &mut i64) -> Result<(), BooksError> {
        let recorded = Recorded(books);
        let broker = Paper::new(self.broker.clone(), &recorded);
        self.live_at(books, &broker, from)
    }

    /// The same at a broker of one's own, who may fail to answer: whoever is not answered asks again a minute later.
    pub(crate) fn live_at(
        &self,
        books: &dyn Books,
        broker: &dyn Broker,
        from: &mut i64,
    ) -> Result<(), BooksError> {
        let world = Standing::at(minute(*from));
        let keeper = Keeper::new(books, &world, broker, Options::default());
        for name in &self.names {
            let text = self.text.unwrap_or(crate::story::TEXT).replace("smith", name);
            keeper.enrol(name, "ann", Policy::default(), &text).map_err(stopped)?;
        }
        while *from < self.minutes {
            world.set(minute(*from));
            let tick = keeper.tick(&quotes(minute(*from), &CALM)).map_err(stopped)?;
            for (_, fault) in tick.faults {
                if !matches!(fault, KeepingError::Broker(_)) {
                    return Err(stopped(fault));
                }
            }
            for waiting in books.reading().recommendations(State::PendingApproval)? {
                let answer = keeper.approve(waiting.id(), "ann", None).map_err(stopped)?;
                assert_eq!(answer, Answer::Approved);
            }
            *from += 1;
        }
        Ok(())
    }
}

/// The books were told to stop; nothing else may go wrong.
fn stopped(error: KeepingError) -> BooksError {
    match error {
        KeepingError::Books(error) => error,
        other => panic!("{other}"),
    }
}
