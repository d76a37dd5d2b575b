//! Where do the facts come from, and may they be believed: prices, of files, of Alpaca or of a simulated market; holdings, from brokers' files.
//!
//! In: a time, and out: what a source has told by then, [`Quote`]s and [`Split`]s, as it told them. In: files, and out: [`Holdings`], and of them a
//! portfolio document. One file per source. A [`Judge`] says of each quote whether it is a price. Invariant: no source judges a price
//! or fills a gap, whoever uses one has it judged; what a file says that does not fit is told.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`feed`] | what is a source of prices, and what does each have to keep |
//! | [`bar`], [`action`] | what a source tells of days that are over |
//! | [`adjusted`] | were closes of the past adjusted for a split already |
//! | [`alpaca`] | prices of Alpaca's Market Data API |
//! | [`price_folder`] | prices from files that people have, as they grow |
//! | [`judge`] | may a price be believed: taken, or held back with a finding |
//! | [`simulated`] | what might a market do: seeded, with every fault on record |
//! | [`holdings`] | what do these files say is held, and where do they disagree |
//! | [`lot_table`], `schwab`, `ibkr_flex` | the formats of files |
//! | [`fill_table`] | what was filled of orders that a person executes |
//! | [`statement_1099b`] | the sales of a broker's Form 1099-B |
//! | `headed` | tables whose first row names their columns |
//! | [`document`] | the portfolio document of what is held and what is wanted |
//! | [`fault`] | where in a file something is wrong |

pub mod action;
pub mod adjusted;
pub mod alpaca;
pub mod bar;
mod cell;
pub mod document;
pub mod fault;
pub mod feed;
pub mod fill_table;
mod headed;
pub mod holdings;
mod ibkr_flex;
pub mod judge;
pub mod lot_table;
pub mod price_folder;
mod registration;
mod schwab;
pub mod simulated;
pub mod statement_1099b;
mod table;

pub use action::Action;
pub use adjusted::is_adjusted;
pub use alpaca::Alpaca;
pub use bar::Bar;
pub use fault::{Fault, Place};
pub use feed::{Days, Feed, FeedError, Known, Quote, Split};
pub use holdings::{AccountWords, Format, Holdings, Source};
pub use judge::{Judge, Judged, Verdict};
pub use price_folder::PriceFolder;
pub use table::FILE_BYTES_MAX;
