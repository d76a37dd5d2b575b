//! A configuration of an installation: where its books and keys are, how long records have to be kept, what its service does.
//!
//! In: a TOML file. Out: a [`Configured`], or the fault with its line and path. Invariants: a field that is not known is an error; a
//! key never stands in the file, only where it is; paths are meant from the folder of the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use audit::VerifierKey;
use audit::retention::RetentionRule;
use serde::Deserialize;

use super::keys::{self, KeysFrom};
use super::witness::Witness;
use crate::failure::Failure;
use crate::input;
use crate::service::configuration::{
    AlpacaDataShape, BrokerWord, CsvShape, HouseholdShape, Installation, MarketWord, Parts, ServiceShape,
    SimulatedShape,
};
use crate::service::http::HttpShape;
use crate::service::notices::ChannelShape;
use crate::service::traces::TelemetryShape;

/// What a configuration of books says.
#[derive(Debug, Clone)]
pub(crate) struct Configured {
    /// Address of the database; it may hold a password.
    pub(super) database: String,
    /// Where the keys are.
    pub(super) keys: KeysFrom,
    /// The file of checkpoints.
    pub(super) checkpoints: Option<PathBuf>,
    /// How long to wait for somebody who holds the database.
    pub(super) wait: Option<Duration>,
    /// How long records have to be kept.
    pub(super) retention: Retention,
    /// Who signs checkpoints as well.
    pub(super) witness: Option<Witness>,
    /// Where it listens for people and programs.
    pub(crate) http: Option<HttpShape>,
    /// Where traces go.
    pub(crate) telemetry: Option<TelemetryShape>,
    /// What the service does.
    pub(crate) service: Installation,
}

/// The rules of retention that bind an installation; none for who keeps their own books.
#[derive(Debug, Clone, Default)]
pub(crate) struct Retention {
    /// All of them bind.
    pub(crate) rules: Vec<RetentionRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    database: Option<String>,
    database_env: Option<String>,
    checkpoints: Option<PathBuf>,
    lock_wait_secs: Option<u64>,
    #[serde(default)]
    keys: KeysShape,
    #[serde(default)]
    retention: RetentionShape,
    witness: Option<WitnessShape>,
    http: Option<HttpShape>,
    telemetry: Option<TelemetryShape>,
    broker: Option<BrokerWord>,
    alpaca: Option<execute::brokers::alpaca::Settings>,
    fix: Option<execute::brokers::fix::Settings>,
    market_data: Option<MarketWord>,
    models: Option<PathBuf>,
    #[serde(default)]
    service: ServiceShape,
    #[serde(default)]
    simulated: SimulatedShape,
    #[serde(default)]
    csv: CsvShape,
    #[serde(default)]
    alpaca_data: AlpacaDataShape,
    #[serde(default)]
    households: Vec<HouseholdShape>,
    #[serde(default)]
    notices: Vec<ChannelShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WitnessShape {
    url: String,
    key: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysShape {
    folder: Option<PathBuf>,
    master_env: Option<String>,
    log_env: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RetentionShape {
    #[serde(default)]
    rules: Vec<RuleWord>,
    fiscal_year_ends: Option<MonthDay>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RuleWord {
    Adviser,
    BrokerDealer,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct MonthDay {
    month: i8,
    day: i8,
}

impl Configured {
    /// Reads a file.
    pub(crate) fn read(path: &str) -> Result<Configured, Failure> {
        let text = input::text(path)?;
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        checked(
            shape(&text).map_err(|fault| Failure::usage(format!("{}: {fault}", input::name(path))))?,
            folder,
        )
        .map_err(|faults| Failure::faults(input::name(path), &faults))
    }
}

/// The shape of a file, or the first fault: line, path, what.
fn shape(text: &str) -> Result<Shape, String> {
    let told = |span: Option<std::ops::Range<usize>>, path: &str, message: &str| {
        let start = span.map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        let path = path.trim_matches(['.', '?']);
        let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
        format!("line {line}: {at}{}", message.lines().collect::<Vec<_>>().join(" "))
    };
    let file = toml::Deserializer::parse(text).map_err(|error| told(error.span(), "", error.message()))?;
    serde_path_to_error::deserialize(file)
        .map_err(|error| told(error.inner().span(), &error.path().to_string(), error.inner().message()))
}

fn checked(shape: Shape, folder: &Path) -> Result<Configured, Vec<String>> {
    let mut faults = Vec::new();
    let database = database(&shape, folder, &mut faults);
    let keys = keys(&shape.keys, folder, &mut faults);
    let retention = retention(&shape.retention, &mut faults);
    let wait = secs("lock_wait_secs", shape.lock_wait_secs, &mut faults);
    let checkpoints = shape.checkpoints.map(|path| folder.join(path));
    let witness = shape.witness.and_then(|it| match VerifierKey::from_text(&it.key) {
        Ok(key) => Some(Witness { url: it.url, key }),
        Err(error) => {
            faults.push(format!("witness.key: {error}"));
            None
        }
    });
    let service = Parts {
        broker: shape.broker,
        market_data: shape.market_data,
        models: shape.models,
        service: shape.service,
        simulated: shape.simulated,
        csv: shape.csv,
        alpaca_data: shape.alpaca_data,
        alpaca: shape.alpaca,
        fix: shape.fix,
        households: shape.households,
        notices: shape.notices,
    };
    let service = service.checked(folder, &mut faults);
    match database {
        Some(database) if faults.is_empty() => {
            let (http, telemetry) = (shape.http, shape.telemetry);
            Ok(Configured { database, keys, checkpoints, wait, retention, witness, http, telemetry, service })
        }
        _ => Err(faults),
    }
}

/// The address; a relative path of SQLite's is meant from the folder of the file.
fn database(shape: &Shape, folder: &Path, faults: &mut Vec<String>) -> Option<String> {
    let stated = match (&shape.database, &shape.database_env) {
        (Some(address), None) => Some(address.clone()),
        (None, Some(name)) => {
            let value = std::env::var(name).ok();
            if value.is_none() {
                faults.push(format!("database_env: the environment variable `{name}` is not set"));
            }
            value
        }
        _ => {
            faults.push(
                "database: give the address as `database`, or the variable that holds it as `database_env`"
                    .to_owned(),
            );
            None
        }
    }?;
    match stated.strip_prefix("sqlite:").filter(|path| !path.starts_with("//")) {
        Some(path) => Some(format!("sqlite:{}", folder.join(path).display())),
        None => Some(stated),
    }
}

fn keys(shape: &KeysShape, folder: &Path, faults: &mut Vec<String>) -> KeysFrom {
    match (&shape.folder, &shape.master_env, &shape.log_env) {
        (Some(keys), None, None) => KeysFrom::Folder(folder.join(keys)),
        (None, None, None) => KeysFrom::FolderOrEnvironment(None),
        (None, master, log) => KeysFrom::Environment {
            master: master.clone().unwrap_or_else(|| keys::MASTER.to_owned()),
            log: log.clone().unwrap_or_else(|| keys::LOG.to_owned()),
        },
        _ => {
            faults.push(
                "keys: they come from a `folder`, or from `master_env` and `log_env`, not from both"
                    .to_owned(),
            );
            KeysFrom::FolderOrEnvironment(None)
        }
    }
}

fn retention(shape: &RetentionShape, faults: &mut Vec<String>) -> Retention {
    let rule = |word: &RuleWord| match word {
        RuleWord::BrokerDealer => RetentionRule::broker_dealer(),
        RuleWord::Adviser => {
            let end = shape.fiscal_year_ends.unwrap_or(MonthDay { month: 12, day: 31 });
            RetentionRule::adviser(end.month, end.day)
        }
    };
    if let Some(end) = shape.fiscal_year_ends
        && !((1..=12).contains(&end.month) && (1..=31).contains(&end.day))
    {
        faults.push("retention.fiscal_year_ends: a month from 1 to 12 and a day from 1 to 31".to_owned());
    }
    Retention { rules: shape.rules.iter().map(rule).collect() }
}

fn secs(name: &str, given: Option<u64>, faults: &mut Vec<String>) -> Option<Duration> {
    const MOST: u64 = 24 * 60 * 60;
    if given.is_some_and(|secs| !(1..=MOST).contains(&secs)) {
        faults.push(format!("{name}: has to be between 1 and {MOST}"));
    }
    given.map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        database = "sqlite:books.db"
        checkpoints = "/mnt/elsewhere/checkpoints"
        lock_wait_secs = 30

        [keys]
        folder = "keys"

        [retention]
        rules = ["adviser", "broker_dealer"]
        fiscal_year_ends = { month = 6, day = 30 }
    "#;

    fn read(text: &str) -> Result<Configured, String> {
        checked(shape(text)?, Path::new("/etc/equipoise")).map_err(|faults| faults.join("\n"))
    }

    #[test]
    fn a_file_is_read_and_its_paths_are_meant_from_its_folder() {
        let configured = read(FILE).unwrap();
        assert_eq!(configured.database, "sqlite:/etc/equipoise/books.db");
        assert_eq!(configured.keys, KeysFrom::Folder("/etc/equipoise/keys".into()));
        assert_eq!(configured.checkpoints.as_deref(), Some(Path::new("/mnt/elsewhere/checkpoints")));
        assert_eq!(configured.retention.rules.len(), 2);
    }

    #[test]
    fn faults_are_told_with_line_and_path() {
        let unknown = read(&FILE.replace("folder =", "foldr =")).unwrap_err();
        assert!(unknown.starts_with("line 7: keys.foldr: unknown field `foldr`"), "{unknown}");
        let both = read(&FILE.replace("lock_wait_secs = 30", "lock_wait_secs = 0\ndatabase_env = \"X\""))
            .unwrap_err();
        assert!(
            both.contains("database: give the address") && both.contains("lock_wait_secs: has to be"),
            "{both}"
        );
        let keys =
            read(&FILE.replace("folder = \"keys\"", "folder = \"keys\"\nlog_env = \"L\"")).unwrap_err();
        assert!(keys.contains("not from both"), "{keys}");
        assert!(
            read(&FILE.replace("\"adviser\"", "\"advisor\""))
                .unwrap_err()
                .contains("unknown variant `advisor`")
        );
    }
}
