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
use super::place::no_address;
use super::said::{self, Said};
use super::witness::Witness;
use crate::failure::Failure;
use crate::input;
use crate::service::configuration::{
    AlpacaDataShape, BrokerWord, CsvShape, HouseholdShape, Installation, MarketWord, Parts, ServiceShape,
    SimulatedShape,
};
use crate::service::http::HttpShape;
use crate::service::notices::ChannelShape;
use crate::service::paper::PaperShape;
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
    paper: PaperShape,
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
        let (text, name) = (input::text(path)?, input::name(path));
        let folder = Path::new(path).parent().unwrap_or(Path::new(""));
        let shape = shape(&text).map_err(|fault| Failure::usage(format!("{name}: {fault}")))?;
        checked(shape, folder, Said::of(name, &text)).map_err(|faults| Failure::faults(name, &faults))
    }
}

/// The shape of a file, or the first fault: line, path, what.
fn shape(text: &str) -> Result<Shape, String> {
    let told = |span: Option<std::ops::Range<usize>>, path: &str, message: &str| {
        let line = said::line(text, span.map_or(0, |span| span.start));
        let path = path.trim_matches(['.', '?']);
        let at = if path.is_empty() { String::new() } else { format!("{path}: ") };
        format!("line {line}: {at}{}", in_words(&message.lines().collect::<Vec<_>>().join(" ")))
    };
    let file = toml::Deserializer::parse(text).map_err(|error| told(error.span(), "", error.message()))?;
    serde_path_to_error::deserialize(file)
        .map_err(|error| told(error.inner().span(), &error.path().to_string(), error.inner().message()))
}

/// What the reader of TOML says, with words for the kinds of values in place of types.
fn in_words(message: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        ("expected u64", "expected a whole number, 0 or more"),
        ("expected u32", "expected a whole number, 0 or more"),
        ("expected u16", "expected a whole number, 0 or more"),
        ("expected i8", "expected a whole number"),
        ("expected a Decimal type representing a fixed-point number", "expected a number"),
        ("expected a boolean", "expected true or false"),
        ("expected path string", "expected a text"),
        ("expected a string", "expected a text in quotation marks"),
        ("invalid socket address syntax", "is no address with a port, such as 127.0.0.1:8700"),
    ];
    WORDS.iter().fold(message.to_owned(), |message, (word, words)| message.replace(word, words))
}

fn checked(shape: Shape, folder: &Path, said: Said) -> Result<Configured, Vec<String>> {
    let mut faults = said.empty();
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
        paper: shape.paper,
        simulated: shape.simulated,
        csv: shape.csv,
        alpaca_data: shape.alpaca_data,
        alpaca: shape.alpaca,
        fix: shape.fix,
        households: shape.households,
        notices: shape.notices,
    };
    let mut service = service.checked(folder, &mut faults);
    let faults: Vec<String> = faults.iter().map(|fault| said.fault(fault)).collect();
    service.said = said;
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
    let (said, stated) = match (&shape.database, &shape.database_env) {
        (Some(address), None) => ("database", address.clone()),
        (None, Some(name)) => {
            let value = std::env::var(name).ok();
            if value.is_none() {
                faults.push(format!("database_env: the environment variable `{name}` is not set"));
            }
            ("database_env", value?)
        }
        _ => {
            faults.push(
                "database: give the address as `database`, or the variable that holds it as `database_env`"
                    .to_owned(),
            );
            return None;
        }
    };
    // One that is empty is told as such texts are.
    if let Some(fault) = no_address(&stated).filter(|_| said != "database" || !stated.trim().is_empty()) {
        faults.push(format!("{said}: {fault}"));
    }
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
        let MonthDay { month, day } = end;
        faults.push(format!(
            "retention.fiscal_year_ends: month {month} and day {day} are no day of a year; a month is from 1 to 12, a day from 1 to 31"
        ));
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
        let said = Said::of("books.toml", text);
        checked(shape(text)?, Path::new("/etc/equipoise"), said).map_err(|faults| faults.join("\n"))
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

    #[test]
    fn what_is_empty_or_can_not_be_is_told_with_its_line_and_what_was_found() {
        let told = |from: &str, to: &str| read(&FILE.replace(from, to)).unwrap_err();
        let database = "\"sqlite:books.db\"";
        for (to, words) in [
            ("\"\"", "line 2: database: is empty"),
            ("\"sqlite:\"", "line 2: database: names no file behind `sqlite:`"),
            ("\"mysql:x\"", "line 2: database: begins with `mysql:`; write `sqlite:PATH`"),
            ("\"books.db\"", "line 2: database: has no `sqlite:` or `postgres:` before it"),
            ("5", "line 2: database: invalid type: integer `5`, expected a text in quotation marks"),
        ] {
            assert!(told(database, to).contains(words), "{}", told(database, to));
        }
        let secret = told(database, "\"mysql://ann:s3cret@host/x\"");
        assert!(!secret.contains("s3cret"), "{secret}");
        let wait = told("lock_wait_secs = 30", "lock_wait_secs = 0");
        assert_eq!(wait, "line 4: lock_wait_secs: has to be between 1 and 86400, and is 0");
        let end = told("month = 6", "month = 13");
        assert!(
            end.starts_with("line 11: retention.fiscal_year_ends: month 13 and day 30 are no day"),
            "{end}"
        );
        let folder = told("folder = \"keys\"", "folder = \" \"");
        assert!(folder.starts_with("line 7: keys.folder: is empty"), "{folder}");
    }

    #[test]
    fn a_simulated_market_begins_in_a_year_that_the_calendar_has() {
        let read = |start: &str| read(&format!("database = \"sqlite:x\"\n[simulated]\nstart = {start}\n"));
        let start = "2026-11-23T14:30:00Z";
        for written in [start.to_owned(), format!("\"{start}\"")] {
            assert_eq!(read(&written).unwrap().service.simulated.start, Some(start.parse().unwrap()));
        }
        for (year, words) in [
            (
                "\"1800-11-23T14:30:00Z\"",
                "`1800-11-23T14:30:00Z` is outside of the trading calendar, which has the years 2000 to 2099",
            ),
            ("9999-11-23T14:30:00Z", "`9999-11-23T14:30:00Z` is outside"),
            ("\"2026-11-23\"", "`2026-11-23` is no time"),
            ("2026-11-23", "`2026-11-23` is no time"),
            ("7", "`7` is no time"),
        ] {
            let told = read(year).unwrap_err();
            assert!(told.starts_with(&format!("line 3: simulated.start: {words}")), "{told}");
        }
    }
}
