//! A process that is stopped at any step, and another that carries on.

use std::sync::atomic::{AtomicU64, Ordering};

use rebalance::books::{Books, BooksError, Entry, Halting, Reading, Receipt, Stop, Turns};

use crate::backend::Backend;
use crate::log::trust;
use crate::story::{Broker, Story, ending};

/// Books that count what is written.
struct Counting<'a>(&'a dyn Books, AtomicU64);

impl Books for Counting<'_> {
    fn record(&self, entry: &Entry) -> Result<Receipt, BooksError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.record(entry)
    }

    fn reading(&self) -> &dyn Reading {
        self.0.reading()
    }

    fn turns(&self) -> &dyn Turns {
        self.0.turns()
    }
}

pub(crate) fn a_life_goes_on_after_a_stop_at_any_step(backend: &Backend) {
    let books = backend.open();
    let counting = Counting(&books, AtomicU64::new(0));
    let mut broker = Broker::default();
    Story::new(&counting).drive(&mut broker).unwrap();
    let (whole, steps) = (ending(&books), counting.1.load(Ordering::SeqCst));
    whole.check();
    assert!(steps >= 12, "{steps} steps");
    for stop in (1..=steps).flat_map(|step| [Stop::Before(step), Stop::After(step)]) {
        let place = backend.another();
        let mut broker = Broker::default();
        {
            let books = place.open();
            let halting = Halting::new(&books, stop);
            let stopped = Story::new(&halting).drive(&mut broker);
            assert!(matches!(stopped, Err(BooksError::Stopped { .. })), "{stop:?}: {stopped:?}");
        }
        let books = place.open();
        Story::new(&books).drive(&mut broker).unwrap();
        assert_eq!(ending(&books), whole, "{stop:?}");
        assert!(books.verify(&trust(), &[]).unwrap().is_sound(), "{stop:?}: the log");
        assert_eq!(broker.executed(), ending_orders(&books), "{stop:?}: the broker has each order once");
    }
}

fn ending_orders(books: &dyn Books) -> usize {
    let household = books.reading().household_named("smith").unwrap().unwrap();
    books.reading().bookings(household.id).unwrap().len()
}
