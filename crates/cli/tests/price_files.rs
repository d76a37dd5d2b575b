//! `market_data = "csv"`: a household is planned from files; a file grows; a bad print is held back and later believed or not by what follows.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The example of the repository in a folder of its own, in a time of its own.
struct Installation(TempDir);

impl Installation {
    fn new() -> Installation {
        let here = tempfile::tempdir().unwrap();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        fs::create_dir(here.path().join("prices")).unwrap();
        for file in fs::read_dir(examples.join("prices")).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), here.path().join("prices").join(file.file_name())).unwrap();
        }
        fs::copy(examples.join("design-prompt.json"), here.path().join("design-prompt.json")).unwrap();
        let text = fs::read_to_string(examples.join("files.toml")).unwrap();
        let text = text
            .replace("sqlite:service/files.db", "sqlite:books.db")
            .replace("tick_secs = 2", "tick_secs = 1");
        fs::write(here.path().join("files.toml"), text + "\n[keys]\nfolder = \"keys\"\n").unwrap();
        Installation(here)
    }

    /// From now on so many seconds pass in one.
    fn speed(&self, speed: &str) {
        let path = self.0.path().join("files.toml");
        let text = fs::read_to_string(&path).unwrap();
        let lines = text
            .lines()
            .map(|line| if line.starts_with("speed") { format!("speed = {speed}") } else { line.to_owned() });
        fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
    }

    fn equipoise(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        command.args(arguments).arg("--config").arg(self.0.path().join("files.toml"));
        command.env("COLUMNS", "140").output().unwrap()
    }

    /// Serves for so many ticks; what it told.
    fn served(&self, ticks: &str) -> String {
        let run = self.equipoise(&["serve", "--ticks", ticks]);
        assert!(run.status.success(), "{run:?}");
        String::from_utf8([run.stdout, run.stderr].concat()).unwrap()
    }

    fn price(&self, ticker: &str) -> serde_json::Value {
        let run = self.equipoise(&["prices", "--ticker", ticker, "--format", "json"]);
        serde_json::from_slice::<serde_json::Value>(&run.stdout).unwrap()[0].clone()
    }

    fn append(&self, file: &str, rows: &str) {
        let path = self.0.path().join("prices").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text + rows).unwrap();
    }
}

#[test]
fn a_household_is_kept_by_prices_from_files() {
    let here = Installation::new();
    let told = here.served("2");
    assert!(told.contains("learnt what is ordinary for 3 securities"), "{told}");
    // During a session, on the close of the one before.
    assert!(told.contains("a plan waits for approval"), "{told}");
    let spy = here.price("SPY");
    assert_eq!(
        (&spy["price_usd"], &spy["source"], &spy["as_of"], &spy["finding"]),
        (&"478.2".into(), &"csv:prices".into(), &"2025-11-21T21:00:00Z".into(), &serde_json::Value::Null)
    );
    let shown = String::from_utf8(here.equipoise(&["prices"]).stdout).unwrap();
    assert!(shown.contains("478.2") && shown.contains("csv:prices"), "{shown}");
    let proposals = here.equipoise(&["proposals", "--waiting", "--format", "json"]).stdout;
    let proposals: serde_json::Value = serde_json::from_slice(&proposals).unwrap();
    let id = proposals[0]["id"].as_str().unwrap();
    let approved = here.equipoise(&["approve", id, "--as", "ann"]);
    assert!(approved.status.success(), "another program holds prices to the same age: {approved:?}");
    let again = here.served("2");
    let all = here.equipoise(&["proposals", "--format", "json"]).stdout;
    let all: serde_json::Value = serde_json::from_slice(&all).unwrap();
    assert_eq!(all[0]["state"], "Executed_Successfully", "{again}");
    assert!(!again.contains("learnt"), "{again}");

    // The day's rows come in the evening: one good, one a wrong print, one that can't be read.
    here.append("BND.csv", "2025-11-24,89.30,89.60,89.20,89.44,89.44,6000000\n");
    here.append("spy_us_d.csv", "2025-11-24,478.00,541.00,477.00,540.10,60000000\n2025-11-25,4O0,1,1,1,1\n");
    here.speed("25200"); // seven hours a tick
    let evening = here.served("2");
    assert!(
        evening.contains("spy_us_d.csv: row 47, column Close: `4O0`")
            || evening.contains("column Open: `4O0`"),
        "{evening}"
    );
    assert_eq!(here.price("BND")["price_usd"], "89.44");
    let spy = here.price("SPY");
    assert_eq!((&spy["price_usd"], &spy["finding"]["code"]), (&"478.2".into(), &"price.jump".into()));
    let run = here.equipoise(&["prices", "--ticker", "SPY"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&run.stdout).contains("price.jump SPY: 540.1"), "{run:?}");
    assert!(evening.contains("nothing is traded on these prices: price.jump SPY"), "{evening}");

    // The file is mended: the print was a bad one.
    let path = here.0.path().join("prices/spy_us_d.csv");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("540.10", "479.10").replace("2025-11-25,4O0,1,1,1,1\n", "")).unwrap();
    here.speed("1");
    here.served("1");
    let spy = here.price("SPY");
    assert_eq!((&spy["price_usd"], &spy["finding"]), (&"479.1".into(), &serde_json::Value::Null));
    let verified = here.equipoise(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}

#[test]
fn a_configuration_without_its_folder_says_so() {
    let here = Installation::new();
    let path = here.0.path().join("files.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("folder = \"prices\"", "price_age_max_minutes = 0")).unwrap();
    let run = here.equipoise(&["serve", "--ticks", "1"]);
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2), "{told}");
    assert!(told.contains("csv.folder: name the folder of price files"), "{told}");
    assert!(told.contains("csv.price_age_max_minutes: has to be between 1 and 14400, and is 0"), "{told}");
    fs::write(&path, text.replace("folder = \"prices\"", "folder = \"elsewhere\"")).unwrap();
    let run = here.equipoise(&["serve", "--ticks", "1"]);
    assert_eq!(run.status.code(), Some(2));
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    let line = text.lines().take_while(|line| !line.starts_with("folder =")).count() + 1;
    let said = format!("files.toml: line {line}: csv.folder: there is no folder");
    assert!(told.contains(&said), "{told}");
    // Where the household is not in the books yet.
    let here = Installation::new();
    let path = here.0.path().join("files.toml");
    let line = text.lines().take_while(|line| !line.starts_with("portfolio =")).count() + 1;
    let elsewhere = text.replace("portfolio = \"", "portfolio = \"not-there-");
    assert_ne!(elsewhere, text);
    fs::write(&path, elsewhere).unwrap();
    let run = here.equipoise(&["serve", "--ticks", "1"]);
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2));
    let said = format!("files.toml: line {line}: households[0].portfolio: ");
    assert!(told.contains(&said) && told.contains("can't be read"), "{told}");
}

#[test]
fn alpacas_keys_come_from_the_environment_and_its_time_is_now() {
    let here = Installation::new();
    let path = here.0.path().join("files.toml");
    let text =
        fs::read_to_string(&path).unwrap().replace("market_data = \"csv\"", "market_data = \"alpaca\"");
    fs::write(&path, &text).unwrap();
    let run = here.equipoise(&["serve", "--ticks", "1"]);
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2));
    assert!(told.contains("simulated.start: prices of Alpaca are of now"), "{told}");
    let now: String = text
        .lines()
        .filter(|line| !line.starts_with("start") && !line.starts_with("speed"))
        .map(|line| format!("{line}\n"))
        .collect();
    let data = "[alpaca_data]\nkey_env = \"NOT_SET_ANYWHERE\"\nsecret_env = \"NOT_SET_EITHER\"\n";
    fs::write(&path, now + data).unwrap();
    let run = here.equipoise(&["serve", "--ticks", "1"]);
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(2), "{told}");
    assert!(
        told.contains("alpaca_data.key_env: the environment variable `NOT_SET_ANYWHERE` is not set"),
        "{told}"
    );
}
