//! The two keys of an installation: the master key, which wraps the keys of households, and the key that signs the log.
//!
//! In: where they are. Out: both, or a [`Failure`] that names the file or variable and never what is in it. Invariants: a file of a key
//! is made for its owner alone (0600) and never replaced; keys are made only where the caller allows it.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use audit::{Algorithm, MasterKey, Randomness, SignerKey};

use super::drawn;
use crate::command_line::note;
use crate::failure::Failure;

/// Where the keys are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeysFrom {
    /// In the files `master.key` and `log.key` of a folder.
    Folder(PathBuf),
    /// In two variables.
    Environment {
        /// Of the master key.
        master: String,
        /// Of the key that signs.
        log: String,
    },
    /// In the folder where its files are there, else in [`MASTER`] and [`LOG`] where both are set, else made in the folder.
    FolderOrEnvironment(Option<PathBuf>),
}

/// The usual variables.
pub(crate) const MASTER: &str = "EQUIPOISE_MASTER_KEY";
/// See [`MASTER`].
pub(crate) const LOG: &str = "EQUIPOISE_LOG_KEY";

const MASTER_FILE: &str = "master.key";
const LOG_FILE: &str = "log.key";

impl fmt::Display for KeysFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeysFrom::Folder(folder) | KeysFrom::FolderOrEnvironment(Some(folder)) => folder.display().fmt(f),
            KeysFrom::Environment { master, log } => write!(f, "the variables {master} and {log}"),
            KeysFrom::FolderOrEnvironment(None) => write!(f, "the variables {MASTER} and {LOG}"),
        }
    }
}

impl KeysFrom {
    /// With the folder beside a database for who names none.
    pub(super) fn or_beside(self, folder: Option<&Path>) -> KeysFrom {
        match self {
            KeysFrom::FolderOrEnvironment(None) => {
                KeysFrom::FolderOrEnvironment(folder.map(|folder| folder.join("keys")))
            }
            stated => stated,
        }
    }
}

/// The master key, with its text so that the log can be kept free of it.
pub(super) struct Master {
    pub(super) key: MasterKey,
    pub(super) text: String,
}

/// Reads both keys; makes them where there are none and that is allowed.
pub(super) fn read(from: &KeysFrom, may_be_made: bool) -> Result<(Master, SignerKey), Failure> {
    match from {
        KeysFrom::Environment { master, log } => in_variables(master, log),
        KeysFrom::Folder(folder) => in_folder(folder, may_be_made),
        KeysFrom::FolderOrEnvironment(Some(folder)) if has_keys(folder) => in_folder(folder, may_be_made),
        KeysFrom::FolderOrEnvironment(folder) => {
            let set = |name| std::env::var_os(name).is_some();
            match folder {
                Some(folder) if !set(MASTER) && !set(LOG) => in_folder(folder, may_be_made),
                _ => in_variables(MASTER, LOG),
            }
        }
    }
}

fn has_keys(folder: &Path) -> bool {
    folder.join(MASTER_FILE).is_file() || folder.join(LOG_FILE).is_file()
}

fn in_variables(master: &str, log: &str) -> Result<(Master, SignerKey), Failure> {
    let value = |name: &str| {
        std::env::var(name).map_err(|_| {
            Failure::usage(format!("the environment variable `{name}` is not set; it has to hold a key of the books, or name a folder with `--keys`"))
        })
    };
    Ok((master_of(master, &value(master)?)?, signer_of(log, &value(log)?)?))
}

fn in_folder(folder: &Path, may_be_made: bool) -> Result<(Master, SignerKey), Failure> {
    if may_be_made && !has_keys(folder) {
        make(folder)?;
    }
    let text = |name: &str| {
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::usage(format!(
                "{}: can't be read ({error}); it holds a key of the books, without which they stay closed",
                path.display()
            ))
        })?;
        warn_of_others(&path);
        Ok((path.display().to_string(), text))
    };
    let ((master, master_text), (log, log_text)) = (text(MASTER_FILE)?, text(LOG_FILE)?);
    Ok((master_of(&master, &master_text)?, signer_of(&log, &log_text)?))
}

fn master_of(place: &str, text: &str) -> Result<Master, Failure> {
    let key = MasterKey::from_text(text).map_err(|error| Failure::usage(format!("{place}: {error}")))?;
    Ok(Master { key, text: text.trim().to_owned() })
}

fn signer_of(place: &str, text: &str) -> Result<SignerKey, Failure> {
    SignerKey::from_text(text).map_err(|error| Failure::usage(format!("{place}: {error}")))
}

fn make(folder: &Path) -> Result<(), Failure> {
    let unmade = |path: &Path, error: std::io::Error| {
        Failure::outside(format!(
            "{}: can't be made ({error}); check the folder and its permissions",
            path.display()
        ))
    };
    std::fs::create_dir_all(folder).map_err(|error| unmade(folder, error))?;
    let master: String = drawn::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut randomness = Randomness::from_seed(drawn());
    let number: String = drawn::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
    let signer =
        SignerKey::generate(&format!("equipoise.local/{number}"), Algorithm::Ed25519, &mut randomness)
            .map_err(|error| Failure::usage(error.to_string()))?;
    for (name, text) in [(MASTER_FILE, master.as_str()), (LOG_FILE, signer.to_secret_text().as_str())] {
        let path = folder.join(name);
        match written(&path, text) {
            // Another program has just made them: its keys count.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            done => done.map_err(|error| unmade(&path, error))?,
        }
    }
    Ok(())
}

/// A new file that only its owner can read.
pub(crate) fn written(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = private(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// A new file for its owner alone; one that is there is left as it is.
pub(crate) fn private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Says so where others can read a key.
fn warn_of_others(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_or(0, |data| data.permissions().mode());
        if mode & 0o077 != 0 {
            note(format!("{0}: others can read this key; `chmod 600 {0}` ends that", path.display()));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeysFrom::Folder(folder.path().join("keys"));
        let refused = read(&keys, false).err().unwrap();
        assert!(refused.lines[0].contains("without which they stay closed"), "{refused:?}");
        assert!(!folder.path().join("keys").exists(), "nothing is made where that is not allowed");
        let (master, signer) = read(&keys, true).unwrap();
        let (again, same) = read(&keys, true).unwrap();
        assert_eq!((again.text, same.verifier()), (master.text, signer.verifier()));
        #[cfg(unix)]
        for name in [MASTER_FILE, LOG_FILE] {
            use std::os::unix::fs::PermissionsExt;
            let data = std::fs::metadata(folder.path().join("keys").join(name)).unwrap();
            assert_eq!(data.permissions().mode() & 0o777, 0o600, "{name}");
        }
        // Half of them is a loss to be told, and not a reason to make new ones.
        std::fs::remove_file(folder.path().join("keys").join(MASTER_FILE)).unwrap();
        assert!(read(&keys, true).is_err());
    }
}
