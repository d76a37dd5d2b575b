//! Lots as the public cases have them: half bought within the year, gains and losses of all sizes.
//!
//! In: what a holding is to be worth. Out: lots of about that worth. Invariant: every lot has some shares,
//! a basis above 0 and a name of its own where `prefix` is of this account alone.

use crate::chance::{Chance, rounded};
use crate::draft::{Holding, Lot, Security};

/// A holding of about `usd` in `count` lots.
pub(crate) fn holding(
    chance: &mut Chance,
    prefix: &str,
    (place, security): (usize, &Security),
    usd: f64,
    count: usize,
) -> Holding {
    let lots = (1..=count).map(|n| {
        let worth = usd / count as f64 * chance.between(0.1, 1.9);
        let quantity = rounded(worth / security.price, 4).max(0.0001);
        let age = if chance.happens(0.5) { chance.days(3, 365) } else { chance.days(366, 3000) };
        let basis = rounded(security.price * chance.between(0.3, 1.5), 4).max(0.01);
        Lot { id: format!("{prefix}{}-{n}", security.ticker), quantity, age, basis }
    });
    Holding { security: place, lots: lots.collect() }
}
