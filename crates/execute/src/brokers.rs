//! The brokers, one file each.

pub mod manual;
pub mod paper;

pub use manual::Manual;
pub use paper::Paper;
