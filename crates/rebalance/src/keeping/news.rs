//! When an order is looked at again: a broker that counts requests is not asked at every turn, but as soon as something happened.
//!
//! In: looks as they are made, and news from a stream of the broker, from whichever thread. Out: whether an order is to be looked at now. Invariants:
//! news only make somebody look, how an order stands is what the look tells; without any, an order is looked at once in
//! [`execute::Abilities::look_every`]; nothing is kept that a restart would miss, since a new keeper looks at everything, and gives nothing up before
//! it has looked twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Orders of which news are kept; beyond it anything may have happened to any.
const ORDERS_MAX: usize = 10_000;

/// What happened at a broker since it was looked at.
#[derive(Debug, Default)]
pub struct News(Mutex<Happened>);

#[derive(Debug, Default)]
struct Happened {
    /// How often anything may have happened to everything.
    everything: u64,
    orders: BTreeSet<String>,
}

impl News {
    /// Something happened to an order.
    pub fn of(&self, client_order_id: String) {
        let mut happened = self.happened();
        if happened.orders.len() >= ORDERS_MAX {
            // Whoever else trades in the account is not remembered for ever.
            happened.orders.clear();
            happened.everything += 1;
        }
        happened.orders.insert(client_order_id);
    }

    /// Anything may have happened to any order.
    pub fn of_everything(&self) {
        self.happened().everything += 1;
    }

    fn happened(&self) -> MutexGuard<'_, Happened> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far apart two looks lie that say of an order that it is not there.
const LOST_APART: SignedDuration = SignedDuration::from_secs(10);

/// The last looks of a keeper: when, and which news it knew of; and when an order was first found not to be there.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<BTreeMap<String, (Duration, u64)>>, Mutex<BTreeMap<String, Timestamp>>);

impl Looks {
    /// Whether an order is to be looked at now, which counts as done then.
    pub(super) fn is_due(&self, order: &str, every: Duration, now: Duration, news: Option<&News>) -> bool {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (everything, is_told) = news.map_or((0, false), |news| {
            let mut happened = news.happened();
            (happened.everything, happened.orders.remove(order))
        });
        let due = looks
            .get(order)
            .is_none_or(|(at, known)| is_told || *known != everything || now.saturating_sub(*at) >= every);
        if due {
            looks.insert(order.to_owned(), (now, everything));
        }
        due
    }

    /// An order was looked for and is not there; whether it never will be. From `from` on nothing of it can be on its way; a single such answer may be of a
    /// machine that has not heard of it yet, so that it takes two.
    pub(super) fn is_lost(&self, order: &str, from: Timestamp, now: Timestamp) -> bool {
        if now < from {
            return false;
        }
        let mut missed = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let first = *missed.entry(order.to_owned()).or_insert(now);
        let is_lost = now.duration_since(first) >= LOST_APART;
        if is_lost {
            missed.remove(order);
        }
        is_lost
    }

    /// It is looked at again as soon as can be: there may be more, or nobody answered.
    pub(super) fn again(&self, order: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(order);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_lost_once_two_looks_apart_have_not_found_it() {
        let (looks, at) =
            (Looks::default(), |secs: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs));
        let lost = |secs: i64| looks.is_lost("a", at(40), at(secs));
        assert!(!lost(0) && !lost(39), "it may be on its way");
        assert!(!lost(45) && !lost(54), "one answer is not enough");
        assert!(lost(55));
    }

    #[test]
    fn an_order_is_looked_at_when_something_happened_or_time_has_passed() {
        let (looks, news) = (Looks::default(), News::default());
        let (every, secs) = (Duration::from_secs(10), Duration::from_secs);
        let due = |order: &str, at: u64| looks.is_due(order, every, secs(at), Some(&news));
        assert!(due("a", 0) && due("b", 0), "nobody has looked yet");
        assert!(!due("a", 9) && !due("b", 9));
        assert!(due("a", 10));
        news.of("b".to_owned());
        assert!(!due("a", 11) && due("b", 11) && !due("b", 12));
        news.of_everything();
        assert!(due("a", 12) && due("b", 12) && !due("a", 13));
        looks.again("a");
        assert!(due("a", 13));
        assert!(looks.is_due("b", Duration::ZERO, secs(12), None), "who counts nothing is always asked");
    }
}
