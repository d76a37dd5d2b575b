//! The brokers, one file each.

pub mod alpaca;
pub mod manual;
pub mod paper;

pub use alpaca::Alpaca;
pub use manual::Manual;
pub use paper::Paper;
