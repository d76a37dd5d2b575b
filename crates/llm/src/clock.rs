//! Time, as an argument.
//!
//! Out: the date for budgets and `Retry-After`, a clock that only goes forward for time-outs, and waiting.
//! Invariant: nothing else in this crate asks the machine what time it is, but for the time-outs of sockets.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// What tells the time and waits.
pub trait Clock: Send + Sync {
    /// The moment now, as calendars have it.
    fn now(&self) -> Timestamp;
    /// Time since some fixed moment; never goes back.
    fn elapsed(&self) -> Duration;
    /// Lets time pass.
    fn wait(&self, duration: Duration);
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy)]
pub struct MachineClock {
    since: Instant,
}

impl MachineClock {
    /// A clock that counts from now.
    #[must_use]
    pub fn start() -> MachineClock {
        MachineClock { since: Instant::now() }
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    fn wait(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
