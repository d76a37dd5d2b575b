//! The brokers, one file each.

pub mod paper;

pub use paper::Paper;
