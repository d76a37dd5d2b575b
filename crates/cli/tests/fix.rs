//! `broker = "fix"`: what a configuration may say, what a check tells, and a plan that is executed at the acceptor of QuickFIX.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../execute/tests/conformance/fix/acceptor.rs"]
#[allow(dead_code, reason = "shared with the suite of the brokers")]
mod acceptor;
#[path = "program/serving.rs"]
mod serving;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use acceptor::Acceptor;
use portfolio::Decimal;
use serde_json::Value;
use serving::Serving;
use tempfile::TempDir;

/// When the installation begins: a Monday, an hour after the market has opened.
const START: &str = "2025-11-24T15:30:00Z";
const CSV: &str = "market_data = \"csv\"\n[csv]\nfolder = \"prices\"";

/// Prices from the files of the examples, orders to an acceptor.
struct Installation {
    folder: TempDir,
}

impl Installation {
    fn new(session: &str, market: &str) -> Installation {
        let folder = tempfile::tempdir().unwrap();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        fs::create_dir(folder.path().join("prices")).unwrap();
        for file in fs::read_dir(examples.join("prices")).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), folder.path().join("prices").join(file.file_name())).unwrap();
        }
        fs::copy(examples.join("design-prompt.json"), folder.path().join("first.json")).unwrap();
        let text = format!(
            r#"database = "sqlite:books.db"
broker = "fix"
{market}
[keys]
folder = "keys"
[service]
tick_secs = 1
poll_secs = 1
lead_secs = 3
[simulated]
start = "{START}"
{session}
[[households]]
name = "smith"
owner = "ann"
portfolio = "first.json"
"#
        );
        fs::write(folder.path().join("service.toml"), text).unwrap();
        Installation { folder }
    }

    fn at(acceptor: &Acceptor) -> Installation {
        let session =
            session(&format!("127.0.0.1:{}", acceptor.port), "quantity_digits = 4\ntimeout_secs = 5");
        Installation::new(&session, CSV)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        command.args(arguments).arg("--config").arg(self.folder.path().join("service.toml"));
        command.env("TEST_WORD", "word-of-the-session").env("COLUMNS", "250");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn done(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert!(run.status.success(), "{arguments:?}: {run:?}");
        String::from_utf8(run.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(&[arguments, &["--format", "json"]].concat()).stdout).unwrap()
    }
}

fn session(address: &str, more: &str) -> String {
    format!(
        "[fix]\naddress = \"{address}\"\nsender_comp_id = \"EQUIPOISE\"\ntarget_comp_id = \"BROKER\"\n\
         password_env = \"TEST_WORD\"\n{more}\n[fix.accounts]\ndefault = \"77-123456\""
    )
}

fn told(run: &Output) -> String {
    String::from_utf8([&run.stdout[..], &run.stderr[..]].concat()).unwrap()
}

/// Fills every open order in two parts, at its limit, in one step each; how many orders there are.
fn fill_some(acceptor: &Acceptor) -> usize {
    let orders = acceptor.orders();
    for order in &orders {
        let decimal = |field: &str| order[field].as_str().unwrap().parse::<Decimal>().unwrap();
        let (quantity, filled) = (decimal("quantity"), decimal("filled"));
        let half = (quantity / Decimal::TWO).round_dp(4);
        let part = if filled.is_zero() { half } else { quantity - filled };
        if part > Decimal::ZERO {
            acceptor.executes(
                order["name"].as_str().unwrap(),
                part,
                decimal("limit"),
                START.parse().unwrap(),
            );
        }
    }
    orders.len()
}

#[test]
fn an_approved_plan_is_executed_over_fix_through_a_restart() {
    let acceptor = Acceptor::new();
    acceptor.does("ask_password", serde_json::json!({"password": "word-of-the-session"}));
    let here = Installation::at(&acceptor);
    here.done(&["serve", "--ticks", "3"]);
    let waiting = here.json(&["proposals", "--waiting"]);
    let id = waiting[0]["id"].as_str().unwrap().to_owned();
    // Whoever approves needs neither the session nor the broker.
    let approved = here.done(&["approve", &id, "--as", "ann"]);
    assert!(approved.contains("the service sends it") && acceptor.orders().is_empty(), "{approved}");

    let until = Instant::now() + Duration::from_secs(120);
    let state = || here.json(&["proposals"])[0]["state"].as_str().unwrap().to_owned();
    let serving = Serving::start(here.command(&["serve"]));
    acceptor.until("an order", |it| !it.orders().is_empty());
    fill_some(&acceptor);
    // In the middle of it the service is killed: what is filled meanwhile is sent again when it is back.
    drop(serving);
    acceptor.does("drop", serde_json::json!({}));
    acceptor.until("the line is down", |it| it.does("state", serde_json::json!({}))["is_on"] == false);
    fill_some(&acceptor);
    let _serving = Serving::start(here.command(&["serve"]));
    let mut orders_there = 0;
    while state() != "Executed_Successfully" {
        assert!(
            Instant::now() < until,
            "{}: {:#?}\n{:#?}",
            state(),
            here.json(&["orders"]),
            acceptor.messages()
        );
        orders_there = fill_some(&acceptor);
        std::thread::sleep(Duration::from_millis(300));
    }
    let orders = here.json(&["orders"]);
    let orders = orders.as_array().unwrap();
    assert!(
        orders.len() == orders_there && orders.iter().all(|order| order["state"] == "filled"),
        "{orders:?}"
    );
    assert_eq!(acceptor.count(&["in ", "|35=D|"]), orders_there, "each was sent once");
    assert_eq!(here.json(&["costs"])["totals"]["orders"].as_u64(), Some(orders_there as u64));
    // FIX tells no holdings; a document is taken, and nothing is overwritten by it.
    let alone = here.run(&["reconcile"]);
    assert!(alone.status.code() == Some(2) && told(&alone).contains("tells no holdings"), "{alone:?}");
    let first = here.folder.path().join("first.json");
    let against = here.run(&["reconcile", "--household", "smith", "--against", first.to_str().unwrap()]);
    assert!(against.status.code() == Some(1) && told(&against).contains("AGG"), "{against:?}");
    assert!(here.run(&["audit", "verify"]).status.success());
    let busy = here.run(&["broker", "check"]);
    assert!(told(&busy).contains("another program on this machine has the session"), "{busy:?}");
}

#[test]
fn a_check_says_what_is_reachable_allowed_and_missing() {
    let acceptor = Acceptor::new();
    let here = Installation::at(&acceptor);
    let before = told(&here.run(&["broker", "check"]));
    assert!(
        before.contains("there are no books yet") && before.contains("both sides have logged on"),
        "{before}"
    );
    here.done(&["serve", "--ticks", "1"]);
    let checked = here.run(&["broker", "check"]);
    let words = told(&checked);
    for part in [
        "fix at 127.0.0.1",
        "(no real money)",
        "EQUIPOISE to BROKER",
        "default (…3456)",
        "both sides have logged on",
        "NewOrderSingle has no standard field for lots: relief at the broker is by its own method",
        "it tells none: `equipoise reconcile --against FILE`",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(!words.contains("77-12") && !words.contains("word-of"), "{words}");
    let without = here.command(&["broker", "check"]).env_remove("TEST_WORD").output().unwrap();
    assert!(
        without.status.code() == Some(1) && told(&without).contains("nothing is in `TEST_WORD`"),
        "{without:?}"
    );
    acceptor.does("refuse_logon", serde_json::json!({"text": "closed for the weekend"}));
    let refused = here.run(&["broker", "check"]);
    assert!(
        refused.status.code() == Some(1) && told(&refused).contains("closed for the weekend"),
        "{refused:?}"
    );
}

#[test]
fn a_configuration_can_t_trade_real_money_by_mistake() {
    let far = |more: &str| session("fix.example.org:9443", more);
    for (session, market, words) in [
        (String::new(), CSV, "fix: say where the broker is and who speaks to it"),
        (far(""), CSV, "fix.live: `fix.example.org:9443` is not on this machine; write `live = true` if"),
        (far("live = true"), CSV, "simulated.start: orders over FIX are of now"),
        (far("live = false\ntls = false"), CSV, "fix.tls: `false` is for this machine alone"),
        (
            far("live = false"),
            "",
            "market_data: orders over FIX can't follow the prices of a simulated market",
        ),
        (far("life = true"), CSV, "fix.life: unknown field `life`"),
        (session("127.0.0.1", "heartbeat_secs = 1"), CSV, "fix.heartbeat_secs: `1` is not between 5 and 120"),
    ] {
        let run = Installation::new(&session, market).run(&["serve", "--ticks", "1"]);
        assert_eq!(run.status.code(), Some(2), "{run:?}");
        assert!(told(&run).contains(words), "{words}: {}", told(&run));
    }
}

#[test]
fn real_money_is_said_on_every_screen() {
    // A tunnel on this machine to a broker, which is not there.
    let text = session("127.0.0.1:9", "live = true").replace("[fix]\n", "[fix]\ntimeout_secs = 1\n");
    let here = Installation::new(&text, CSV);
    let file = here.folder.path().join("service.toml");
    let of_now =
        fs::read_to_string(&file).unwrap().replace(&format!("[simulated]\nstart = \"{START}\"\n"), "");
    fs::write(&file, of_now).unwrap();
    let serving = Serving::start(here.command(&["serve"]));
    let until = Instant::now() + Duration::from_secs(60);
    let listed = || told(&here.run(&["proposals"]));
    while !listed().contains("REAL MONEY: orders of default are executed at fix") {
        assert!(Instant::now() < until, "{}", listed());
        std::thread::sleep(Duration::from_millis(200));
    }
    drop(serving);
    let checked = here.run(&["broker", "check"]);
    assert!(checked.status.code() == Some(1) && told(&checked).contains("(REAL MONEY)"), "{checked:?}");
}
