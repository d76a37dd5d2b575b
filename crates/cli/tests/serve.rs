//! `equipoise serve`: what a household lives through, who leads, and what kills leave behind, on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../store/tests/conformance/server.rs"]
#[allow(dead_code, reason = "shared with the suite of the store")]
mod server;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portfolio::Decimal;
use tempfile::TempDir;

/// An installation with one household, in a market where a quarter of an hour passes in a second.
struct Installation {
    folder: TempDir,
}

impl Installation {
    fn new(database: &str, more: &str) -> Installation {
        let folder = tempfile::tempdir().unwrap();
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/design-prompt.json");
        fs::copy(example, folder.path().join("first.json")).unwrap();
        let text = format!(
            r#"database = "{database}"
checkpoints = "checkpoints"
{more}
[keys]
folder = "keys"
[service]
tick_secs = 1
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
        Installation { folder }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("service.toml")
    }

    fn equipoise(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        command.args(arguments).arg("--config").arg(self.config()).env("COLUMNS", "140").output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let run = self.equipoise(&[arguments, &["--format", "json"]].concat());
        assert!(run.status.success(), "{run:?}");
        serde_json::from_slice(&run.stdout).unwrap()
    }

    /// The proposal that waits.
    fn waiting(&self) -> Option<String> {
        let all = self.json(&["proposals", "--waiting"]);
        Some(all.as_array().unwrap().first()?["id"].as_str().unwrap().to_owned())
    }

    fn started(&self) -> Serving {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        command.args(["serve", "--config"]).arg(self.config());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let told = Arc::new(Mutex::new(String::new()));
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let told = Arc::clone(&told);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let mut told = told.lock().unwrap();
                    told.push_str(&line);
                    told.push('\n');
                }
            });
        }
        Serving { child, told }
    }

    /// Cash and lots are what the first document had and what was booked since, to the cent; each order was filled once.
    fn books_balance(&self) {
        let now = self.json(&["household", "show", "smith"]);
        let decimal = |value: &serde_json::Value| value.as_str().unwrap().parse::<Decimal>().unwrap();
        let list = |name: &str| now[name].as_array().unwrap().clone();
        let first =
            portfolio::read(&fs::read_to_string(self.folder.path().join("first.json")).unwrap()).unwrap();
        let booked: Decimal = list("bookings").iter().map(|it| decimal(&it["cash"])).sum();
        let cash: Decimal = list("accounts").iter().map(|it| decimal(&it["cash"])).sum();
        assert_eq!(cash, first.accounts[0].cash + booked, "{now:#}");
        for security in &first.securities {
            let ticker = security.ticker.as_str();
            let of = |it: &&serde_json::Value| it["ticker"] == ticker;
            let lots = first
                .lots
                .iter()
                .filter(|lot| first.securities[first.positions[lot.position].security].ticker == ticker);
            let before: Decimal = lots.map(|lot| lot.quantity).sum();
            let moved: Decimal = list("bookings")
                .iter()
                .filter(of)
                .map(|it| {
                    if it["action"] == "SELL" { -decimal(&it["quantity"]) } else { decimal(&it["quantity"]) }
                })
                .sum();
            let after: Decimal = list("lots").iter().filter(of).map(|it| decimal(&it["quantity"])).sum();
            assert_eq!(after, before + moved, "{ticker}: {now:#}");
        }
    }

    fn log_verifies(&self) {
        let run = self.equipoise(&["audit", "verify"]);
        assert!(run.status.success(), "{run:?}");
    }
}

/// A service that runs.
struct Serving {
    child: Child,
    told: Arc<Mutex<String>>,
}

impl Serving {
    fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }

    fn has_told(&self, words: &str) -> bool {
        self.told().contains(words)
    }

    fn waits_for(&self, words: &str) {
        until(|| self.has_told(words), || format!("`{words}` in:\n{}", self.told()));
    }

    /// Told to stop as a system does it; it ends well.
    fn stopped(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{}", self.told());
        self.told()
    }

    fn killed(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn until(is: impl Fn() -> bool, what: impl Fn() -> String) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(120), "not seen in two minutes: {}", what());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_household_is_watched_asked_and_traded_for() {
    let here = Installation::new("sqlite:books.db", "");
    let serving = here.started();
    serving.waits_for("a plan waits for approval");
    let id = here.waiting().unwrap();
    let approved = here.equipoise(&["approve", &id, "--as", "ann"]);
    assert!(String::from_utf8_lossy(&approved.stdout).contains("the service carries it out"), "{approved:?}");
    serving.waits_for("orders are filled and booked");
    let told = serving.stopped();
    assert!(told.ends_with("stopped; everything that was begun is on record\n"), "{told}");
    assert_eq!(here.json(&["proposals"])[0]["state"], "Executed_Successfully");
    here.books_balance();
    here.log_verifies();
    // It goes on where it stood, and does nothing twice.
    let bookings = here.json(&["household", "show", "smith"])["bookings"].clone();
    let again = here.equipoise(&["serve", "--ticks", "2"]);
    assert!(again.status.success(), "{again:?}");
    assert_eq!(here.json(&["household", "show", "smith"])["bookings"], bookings);
}

/// A model writes trades that the validator refuses: each answer is a plan that failed, on record, and then the optimiser's plan stands.
#[test]
fn what_a_model_wrote_wrongly_is_a_plan_that_failed() {
    let here = Installation::new("sqlite:books.db", "models = \"models.toml\"");
    let folder = here.folder.path();
    let oversold = r#"{"trades": [{"action": "SELL", "ticker": "SPY", "lot_id": "L1", "quantity": 999999}], "summary_rationale": "x"}"#;
    let script =
        serde_json::json!({"replies": [{"text": oversold}, {"text": "no JSON at all"}, {"text": oversold}]});
    fs::write(folder.join("script.json"), script.to_string()).unwrap();
    let models = format!(
        "[providers.script]\nkind = \"scripted\"\nscript = {:?}\n[models.wrong]\nprovider = \"script\"\nmodel = \"script\"\n[routes]\ndefault = [\"wrong\"]\n",
        folder.join("script.json")
    );
    fs::write(folder.join("models.toml"), models).unwrap();
    let config =
        fs::read_to_string(here.config()).unwrap().replace("[service]", "[service]\nplanner = \"model\"");
    fs::write(here.config(), config).unwrap();
    let run = here.equipoise(&["serve", "--ticks", "2"]);
    assert!(run.status.success(), "{run:?}");
    let id = here.waiting().unwrap();
    let all = here.json(&["audit", "log", "--proposal", &id]);
    let moves: Vec<String> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["kind"] == "move")
        .map(|record| &record["facts"])
        .map(|facts| facts["to"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(moves.iter().filter(|state| *state == "Validation_Failed").count(), 3, "{moves:?}");
    assert_eq!(moves.last().unwrap(), "Pending_Approval");
    let prompts = all.as_array().unwrap().iter().filter(|record| record["kind"] == "prompt").count();
    assert_eq!(prompts, 3);
    here.log_verifies();
}

/// A web server that takes every request; the bodies that it got.
fn web() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, got) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Vec::new())));
    let bodies = Arc::clone(&got);
    std::thread::spawn(move || {
        for visitor in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(visitor);
            let (mut length, mut line) = (0, String::new());
            while lines.read_line(&mut line).unwrap_or(0) > 2 {
                if let Some(count) = line.to_lowercase().strip_prefix("content-length:") {
                    length = count.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            lines.read_exact(&mut body).unwrap();
            bodies.lock().unwrap().push(String::from_utf8(body).unwrap());
            lines
                .get_mut()
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                .unwrap();
        }
    });
    (port, got)
}

#[test]
fn who_wants_to_hear_of_it_does() {
    let (port, got) = web();
    let more = "[[notices]]\nname = \"desk\"\nwebhook = { url = \"http://127.0.0.1:PORT/hook\", secret_env = \"HOOK\" }\n\
                [[notices]]\nname = \"jones only\"\nhouseholds = [\"jones\"]\n\
                webhook = { url = \"http://127.0.0.1:PORT/jones\", secret_env = \"HOOK\" }\n";
    let here = Installation::new("sqlite:books.db", "");
    let config = fs::read_to_string(here.config()).unwrap() + &more.replace("PORT", &port.to_string());
    fs::write(here.config(), config).unwrap();
    let unset = here.equipoise(&["serve", "--ticks", "1"]);
    assert_eq!(unset.status.code(), Some(2));
    let told = String::from_utf8_lossy(&unset.stderr).into_owned();
    assert!(
        told.contains("notices[0].webhook.secret_env: the environment variable `HOOK` is not set"),
        "{told}"
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command.args(["serve", "--ticks", "2", "--config"]).arg(here.config());
    let run = command.env("HOOK", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").output().unwrap();
    assert!(run.status.success(), "{run:?}");
    let bodies = got.lock().unwrap().clone();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let told: serde_json::Value = serde_json::from_str(&bodies[0]).unwrap();
    assert_eq!(told["type"], "proposal.waiting");
    assert_eq!(told["data"]["facts"]["household"], "smith");
    assert_eq!(told["data"]["facts"]["recommendation"], here.waiting().unwrap());
    here.log_verifies();
}

/// Two services: one leads. It is killed with an approved plan at hand, and the other carries it out once.
fn the_next_leads(database: &str) {
    let here = Installation::new(database, "");
    let mut first = here.started();
    first.waits_for("leading");
    let second = here.started();
    second.waits_for("another service leads");
    first.waits_for("a plan waits for approval");
    let id = here.waiting().unwrap();
    first.killed();
    let approved = here.equipoise(&["approve", &id, "--as", "ann"]);
    assert!(approved.status.success(), "{approved:?}");
    second.waits_for("leading (turn 2)");
    second.waits_for("orders are filled and booked");
    second.stopped();
    here.books_balance();
    here.log_verifies();
}

#[test]
fn the_next_leads_on_sqlite() {
    the_next_leads("sqlite:books.db");
}

#[test]
fn the_next_leads_on_postgresql() {
    let Some(server) = server::server() else { return };
    the_next_leads(&server.database());
}

/// Kills of one life; `EQUIPOISE_TEST_KILLS=100` for a long look.
const KILLS: usize = 8;

#[test]
fn kill_9_at_any_moment_loses_and_repeats_nothing() {
    let here = Installation::new("sqlite:books.db", "");
    let kills = std::env::var("EQUIPOISE_TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    // Moments that look random, the same in every run.
    let mut dice: u64 = 11;
    for _ in 0..kills {
        let mut serving = here.started();
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let lead = Duration::from_millis(3_100);
        // The lead of who was killed has to end first.
        std::thread::sleep(lead + Duration::from_millis((dice >> 33) % 1_500));
        if let Some(id) = here.waiting() {
            // Whoever answers while it is killed is either heard or not.
            let _ = here.equipoise(&["approve", &id, "--as", "ann"]);
            std::thread::sleep(Duration::from_millis((dice >> 40) % 40));
        }
        serving.killed();
    }
    let last = here.equipoise(&["serve", "--ticks", "6"]);
    assert!(last.status.success(), "{last:?}");
    here.books_balance();
    here.log_verifies();
    let executed = here.json(&["proposals"]);
    let executed =
        executed.as_array().unwrap().iter().filter(|it| it["state"] == "Executed_Successfully").count();
    assert!(executed >= 1, "nothing was executed between {kills} kills");
}
