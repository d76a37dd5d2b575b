//! Where books are: a folder with everything in it, an address of a database, or a configuration.
//!
//! In: arguments of a command line and the environment. Out: [`Settings`]. Invariant: what is shown of an address never holds its
//! password.

use std::path::{Path, PathBuf};
use std::time::Duration;

use store::Address;

use super::configuration::{Configured, Retention};
use super::keys::KeysFrom;
use super::witness::Witness;
use crate::failure::Failure;
use crate::service::configuration::Installation;

/// Which books, as every command that works on books is told.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Place {
    /// Folder of the books: database, keys, checkpoints; without it EQUIPOISE_FOLDER, else the user's data folder
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "config")]
    pub(crate) folder: Option<PathBuf>,
    /// Database elsewhere: sqlite:PATH or postgres://USER@HOST/NAME; EQUIPOISE_DATABASE keeps a password off the command line
    #[arg(long, global = true, value_name = "ADDRESS", conflicts_with = "config")]
    pub(crate) database: Option<String>,
    /// Folder with master.key and log.key; else that of the books, else EQUIPOISE_MASTER_KEY and EQUIPOISE_LOG_KEY
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "config")]
    pub(crate) keys: Option<PathBuf>,
    /// File that every signed checkpoint is added to; best on another disk or machine
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) checkpoints: Option<PathBuf>,
    /// All of this from a file (TOML; examples/books.toml is one)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<String>,
}

/// Where everything is.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The database.
    pub(crate) address: Address,
    /// What messages call these books; without a password.
    pub(crate) name: String,
    /// A password of the address.
    pub(super) password: Option<String>,
    /// Where the keys come from.
    pub(crate) keys: KeysFrom,
    /// The file of checkpoints.
    pub(crate) checkpoints: PathBuf,
    /// Whether nobody said where that file is to be, so that it lies beside the database.
    pub(crate) checkpoints_beside: bool,
    /// How long to wait for somebody who holds the database.
    pub(crate) wait: Duration,
    /// How long records have to be kept.
    pub(crate) retention: Retention,
    /// Who signs checkpoints as well.
    pub(crate) witness: Option<Witness>,
    /// What the configuration says of the service, where one was named.
    pub(crate) service: Option<Installation>,
}

impl Settings {
    /// Whether the books would be a file that is not there.
    pub(crate) fn are_missing(&self) -> bool {
        matches!(&self.address, Address::Sqlite(path) if !path.is_file())
    }
}

/// The database of a folder.
const FILE: &str = "equipoise.db";
/// How long to wait where nobody says.
const WAIT: Duration = Duration::from_secs(5);

impl Place {
    /// A folder, without anything else.
    pub(crate) fn in_folder(folder: &Path) -> Place {
        Place { folder: Some(folder.to_owned()), ..Place::default() }
    }

    /// Where everything is.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        match &self.config {
            Some(file) => self.configured(&Configured::read(file)?),
            None => self.unconfigured(),
        }
    }

    fn configured(&self, configured: &Configured) -> Result<Settings, Failure> {
        let (address, name, password) = address("database", &configured.database)?;
        let beside = configured.checkpoints.clone().is_none() && self.checkpoints.is_none();
        let folder = folder_of(&address);
        let checkpoints = self.checkpoints.clone().or_else(|| configured.checkpoints.clone());
        Ok(Settings {
            checkpoints: checkpoints_in(checkpoints, folder.as_deref(), &name)?,
            checkpoints_beside: beside,
            keys: configured.keys.clone().or_beside(folder.as_deref()),
            wait: configured.wait.unwrap_or(WAIT),
            retention: configured.retention.clone(),
            witness: configured.witness.clone(),
            service: Some(configured.service.clone()),
            address,
            name,
            password,
        })
    }

    fn unconfigured(&self) -> Result<Settings, Failure> {
        let option = self.database.clone().map(|text| ("--database", text));
        let stated = option.or_else(|| match self.folder {
            Some(_) => None,
            None => variable("EQUIPOISE_DATABASE").map(|text| ("EQUIPOISE_DATABASE", text)),
        });
        let (address, name, password, folder) = match stated {
            Some((said, text)) => {
                let (address, name, password) = address(said, &text)?;
                let folder = self.folder.clone().or_else(|| folder_of(&address));
                (address, name, password, folder)
            }
            None => {
                let folder = self.folder.clone().map_or_else(usual_folder, Ok)?;
                (Address::Sqlite(folder.join(FILE)), folder.display().to_string(), None, Some(folder))
            }
        };
        let keys = match &self.keys {
            Some(folder) => KeysFrom::Folder(folder.clone()),
            None => KeysFrom::FolderOrEnvironment(folder.as_ref().map(|folder| folder.join("keys"))),
        };
        Ok(Settings {
            checkpoints: checkpoints_in(self.checkpoints.clone(), folder.as_deref(), &name)?,
            checkpoints_beside: self.checkpoints.is_none(),
            wait: WAIT,
            retention: Retention::default(),
            witness: None,
            service: None,
            address,
            name,
            password,
            keys,
        })
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The folder where nobody names one: EQUIPOISE_FOLDER, else the one that the system has for data of programs.
fn usual_folder() -> Result<PathBuf, Failure> {
    let stated = variable("EQUIPOISE_FOLDER").map(PathBuf::from);
    let data = variable("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || variable("HOME").map(|home| Path::new(&home).join(".local/share"));
    stated.or_else(|| data.or_else(home).map(|data| data.join("equipoise"))).ok_or_else(|| {
        Failure::usage("which books? name their folder with `--folder` or in EQUIPOISE_FOLDER")
    })
}

fn checkpoints_in(stated: Option<PathBuf>, folder: Option<&Path>, name: &str) -> Result<PathBuf, Failure> {
    stated.or_else(|| folder.map(|folder| folder.join("checkpoints"))).ok_or_else(|| {
        Failure::usage(format!("{name}: name the file for signed checkpoints with `--checkpoints` (or `checkpoints` in a configuration)"))
    })
}

/// The folder that a database lies in, where it is a file.
fn folder_of(address: &Address) -> Option<PathBuf> {
    match address {
        Address::Sqlite(path) => path.parent().map(Path::to_owned),
        Address::Postgres(_) => None,
    }
}

/// Why a text is no address of a database. The text is not shown, since it may hold a password.
pub(super) fn no_address(text: &str) -> Option<String> {
    Address::read(text).err()?;
    let found = match text.split_once(':') {
        Some(("sqlite", _)) => "names no file behind `sqlite:`".to_owned(),
        Some((scheme, _)) if scheme.chars().all(char::is_alphanumeric) => format!("begins with `{scheme}:`"),
        None if text.trim().is_empty() => "is empty".to_owned(),
        _ => "has no `sqlite:` or `postgres:` before it".to_owned(),
    };
    Some(format!("{found}; write `sqlite:PATH` or `postgres://USER@HOST/NAME`"))
}

/// An address, what messages call it, its password; `said` is where it was said.
fn address(said: &str, text: &str) -> Result<(Address, String, Option<String>), Failure> {
    let wrong = || Failure::usage(format!("{said}: {}", no_address(text).unwrap_or_default()));
    let read = Address::read(text).map_err(|_| wrong())?;
    let (name, password) = match &read {
        Address::Sqlite(path) => (path.display().to_string(), None),
        Address::Postgres(address) => without_password(address),
    };
    Ok((read, name, password))
}

/// What may be shown of an address: no password, wherever PostgreSQL takes one.
fn without_password(address: &str) -> (String, Option<String>) {
    let (plain, query) = address.split_once('?').unwrap_or((address, ""));
    let in_query = query.split('&').find_map(|pair| pair.strip_prefix("password="));
    let Some((scheme, rest)) = plain.split_once("://") else { return ("the database".to_owned(), None) };
    let (who, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (user, password) = who.split_once(':').map_or((who, None), |(user, password)| (user, Some(password)));
    let user = if user.is_empty() { String::new() } else { format!("{user}@") };
    let password =
        password.or(in_query).filter(|password| password.len() >= audit::secrets::SECRET_BYTES_MIN);
    (format!("{scheme}://{user}{place}"), password.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_part_of_a_name() {
        for address in [
            "postgres://ann:se@cret1@host:5432/books",
            "postgres://ann@host:5432/books?password=se@cret1&sslmode=require",
        ] {
            let (name, password) = without_password(address);
            assert_eq!(name, "postgres://ann@host:5432/books");
            assert_eq!(password.as_deref(), Some("se@cret1"));
        }
        assert_eq!(without_password("postgres://host/books"), ("postgres://host/books".to_owned(), None));
    }

    #[test]
    fn a_folder_has_everything_in_it_and_parts_can_lie_elsewhere() {
        let mut place = Place::in_folder(Path::new("/books"));
        let settings = place.settings().unwrap();
        assert_eq!(settings.address, Address::Sqlite("/books/equipoise.db".into()));
        assert_eq!(settings.checkpoints, Path::new("/books/checkpoints"));
        assert!(settings.checkpoints_beside);
        place.checkpoints = Some("/elsewhere/checkpoints".into());
        assert!(!place.settings().unwrap().checkpoints_beside);
        place.database = Some("mysql:x".to_owned());
        let told = &place.settings().unwrap_err().lines[0];
        assert!(told.starts_with("--database: begins with `mysql:`; write `sqlite:PATH`"), "{told}");
    }

    #[test]
    fn a_server_needs_a_place_for_checkpoints() {
        let mut place =
            Place { database: Some("postgres://ann:password@host/books".to_owned()), ..Place::default() };
        let failure = place.settings().unwrap_err();
        assert!(
            failure.lines[0].starts_with("postgres://ann@host/books: name the file for signed checkpoints"),
            "{failure:?}"
        );
        place.checkpoints = Some("c".into());
        assert!(place.settings().is_ok());
    }
}
