//! Where do the facts come from: prices, so far of a simulated market.
//!
//! In: a time. Out: what a source has told by then: [`Quote`]s and [`Split`]s, as it told them. One file per source, behind one trait,
//! [`Feed`]. Invariant: nothing here judges a price or fills a gap; whoever uses one checks it.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`feed`] | what is a source of prices, and what does each have to keep |
//! | [`simulated`] | what might a market do: seeded, with every fault on record |

pub mod feed;
pub mod simulated;

pub use feed::{Feed, FeedError, Quote, Split};
