//! Where do the facts come from, and may they be believed: prices, so far of a simulated market.
//!
//! In: a time. Out: what a source has told by then: [`Quote`]s and [`Split`]s, as it told them. One file per source, behind one trait,
//! [`Feed`]. A [`Judge`] says of each whether it is a price. Invariant: no source judges a price or fills a
//! gap; whoever uses one has it judged.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`feed`] | what is a source of prices, and what does each have to keep |
//! | [`judge`] | may a price be believed: taken, or held back with a finding |
//! | [`simulated`] | what might a market do: seeded, with every fault on record |

pub mod feed;
pub mod judge;
pub mod simulated;

pub use feed::{Feed, FeedError, Quote, Split};
pub use judge::{Judge, Judged, Verdict};
