//! The brokers, one file each.

pub mod alpaca;
pub mod fix;
pub mod manual;
pub mod paper;

pub use alpaca::Alpaca;
pub use fix::Fix;
pub use manual::Manual;
pub use paper::Paper;

/// Whether a text is the name of an environment variable that any shell takes.
pub(crate) fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
