//! An installation whose broker is a person, and what is asked of it on the command line.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::serving::Serving;

/// An installation whose broker is a person, in a market with a time of its own.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
}

impl Desk {
    pub(crate) fn new(database: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/design-prompt.json");
        fs::copy(example, folder.path().join("first.json")).unwrap();
        let text = format!(
            r#"database = "{database}"
checkpoints = "checkpoints"
broker = "manual"
[keys]
folder = "keys"
[service]
tick_secs = 1
poll_secs = 1
lead_secs = 3
[simulated]
tick_secs = 900
start = "2026-11-23T14:30:00Z"
speed = 900
[[households]]
name = "smith"
owner = "ann"
portfolio = "first.json"
"#
        );
        fs::write(folder.path().join("service.toml"), text).unwrap();
        Desk { folder }
    }

    pub(crate) fn config(&self) -> String {
        self.beside("service.toml")
    }

    pub(crate) fn beside(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(&[arguments, &["--config", &self.config()]].concat(), "")
    }

    /// What it printed; it has to end well.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {} {}", ran.out, ran.err);
        ran.out
    }

    /// What is wrong; it has to end so.
    pub(crate) fn refused(&self, code: i32, arguments: &[&str], words: &str) {
        let ran = self.run(arguments);
        let told = flat(&(ran.out + &ran.err));
        assert_eq!(ran.code, code, "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: `{words}` in: {told}");
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--format", "json"]].concat()).json()
    }

    pub(crate) fn orders(&self) -> Vec<Value> {
        self.json(&["orders"]).as_array().unwrap().clone()
    }

    /// Names of orders in a state.
    pub(crate) fn named(&self, state: &str, action: &str) -> Vec<String> {
        let orders = self.orders().into_iter().filter(|it| it["state"] == state && it["action"] == action);
        orders.map(|order| order["order"].as_str().unwrap().to_owned()).collect()
    }

    /// The household is proposed for, and the proposal is approved.
    pub(crate) fn approved(&self) -> String {
        self.done(&["serve", "--ticks", "3"]);
        let waiting = self.json(&["proposals", "--waiting"]);
        let id = waiting[0]["id"].as_str().unwrap().to_owned();
        let told = self.done(&["approve", &id, "--as", "ann"]);
        assert!(told.contains("approved by ann"), "{told}");
        id
    }

    pub(crate) fn serving(&self) -> Serving {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        command.args(["serve", "--config", &self.config()]);
        Serving::start(command)
    }

    pub(crate) fn log_verifies(&self) {
        self.done(&["audit", "verify"]);
    }
}

pub(crate) fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}
