//! What comes from outside: the time and chance.
//!
//! In: nothing. Out: the time of now, random bits for names, and a clock to time stages by. Invariant: nothing else in this
//! crate asks for any of them, so that a test with a world of its own lives the same day every time.

use std::time::Duration;

use jiff::Timestamp;

/// The world.
pub trait World: Sync {
    /// The time, which everything that happens is recorded with. In a simulated market it is that market's.
    fn now(&self) -> Timestamp;

    /// Random bits for a name: never the same twice, in no process.
    fn draw(&self) -> [u8; 10];

    /// A clock that only ever goes on, to tell how long something took.
    fn stopwatch(&self) -> Duration;
}
