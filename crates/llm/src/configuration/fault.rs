//! What is wrong with a configuration, in words for whoever wrote it.
//!
//! Invariant: no value of the file is shown but names in backticks that have the form of names.

use std::fmt;

/// One fault of a configuration's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigurationFault {
    /// Where, such as `models.large.provider`.
    pub path: String,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for ConfigurationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// Why there is no configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationError {
    /// The text is no TOML, or not of this shape.
    #[error("line {line}: {}{message}{}", at(.path), .hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    Shape {
        /// From 1.
        line: usize,
        /// Where, such as `models.large`; empty where the text is no TOML.
        path: String,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// What it says can't be.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Content(Vec<ConfigurationFault>),
}

fn at(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}: ") }
}

/// A text that may be shown: it has the form of a name, and none of a key.
pub(super) fn shown(name: &str) -> String {
    const LENGTH_MAX: usize = 64;
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:/@".contains(c);
    let looks_like_a_key = name.starts_with("sk-") || name.len() > LENGTH_MAX || !name.chars().all(plain);
    if looks_like_a_key { "…".to_owned() } else { name.to_owned() }
}
