//! `broker = "alpaca"`: what a configuration may say, what a check tells, and a plan that is executed at a server that behaves as Alpaca does.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../execute/tests/conformance/alpaca/schemas.rs"]
#[allow(dead_code, reason = "shared with the suite of the brokers")]
mod schemas;
#[path = "../../execute/tests/conformance/alpaca/server.rs"]
#[allow(dead_code, reason = "shared with the suite of the brokers")]
mod server;
#[path = "program/serving.rs"]
mod serving;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use portfolio::Decimal;
use serde_json::Value;
use server::{KEY_ID, SECRET_KEY, Server};
use serving::Serving;
use tempfile::TempDir;

/// When the installation begins: a Monday, an hour after the market has opened.
const START: &str = "2025-11-24T15:30:00Z";

/// Prices from the files of the examples, orders to a server.
struct Installation {
    folder: TempDir,
}

impl Installation {
    fn new(account: &str, market: &str) -> Installation {
        let folder = tempfile::tempdir().unwrap();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        fs::create_dir(folder.path().join("prices")).unwrap();
        for file in fs::read_dir(examples.join("prices")).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), folder.path().join("prices").join(file.file_name())).unwrap();
        }
        fs::copy(examples.join("design-prompt.json"), folder.path().join("first.json")).unwrap();
        let text = format!(
            r#"database = "sqlite:books.db"
broker = "alpaca"
{market}
[keys]
folder = "keys"
[service]
tick_secs = 1
poll_secs = 1
lead_secs = 3
[simulated]
start = "{START}"
speed = 1
{account}
[[households]]
name = "smith"
owner = "ann"
portfolio = "first.json"
"#
        );
        fs::write(folder.path().join("service.toml"), text).unwrap();
        Installation { folder }
    }

    fn at(server: &Server) -> Installation {
        let account = format!(
            "[alpaca.accounts.default]\naddress = \"{}\"\nkey_id_env = \"TEST_ID\"\nsecret_key_env = \"TEST_SECRET\"",
            server.address
        );
        Installation::new(&account, "market_data = \"csv\"\n[csv]\nfolder = \"prices\"")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        command.args(arguments).arg("--config").arg(self.folder.path().join("service.toml"));
        command.env("TEST_ID", KEY_ID).env("TEST_SECRET", SECRET_KEY).env("COLUMNS", "200");
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

fn told(run: &Output) -> String {
    String::from_utf8([&run.stdout[..], &run.stderr[..]].concat()).unwrap()
}

#[test]
fn an_approved_plan_is_executed_at_alpaca_as_it_fills_orders() {
    let server = Server::new(START.parse().unwrap());
    let here = Installation::at(&server);
    here.done(&["serve", "--ticks", "3"]);
    let waiting = here.json(&["proposals", "--waiting"]);
    let id = waiting[0]["id"].as_str().unwrap().to_owned();
    // Whoever approves needs neither keys nor the broker.
    here.done(&["approve", &id, "--as", "ann"]);
    assert!(server.state().orders.is_empty(), "only the service sends");

    let _serving = Serving::start(here.command(&["serve"]));
    let until = Instant::now() + Duration::from_secs(120);
    let state = || here.json(&["proposals"])[0]["state"].as_str().unwrap().to_owned();
    let mut filled = 0;
    while state() != "Executed_Successfully" {
        assert!(Instant::now() < until, "{}: {:?}", state(), here.json(&["orders"]));
        let now = here.json(&["orders"]);
        let open: Vec<Value> = server.state().orders.iter().skip(filled).cloned().collect();
        for order in open {
            let name = order["client_order_id"].as_str().unwrap();
            let quantity: Decimal = order["qty"].as_str().unwrap().parse().unwrap();
            let limit: Option<Decimal> = order["limit_price"].as_str().map(|limit| limit.parse().unwrap());
            // In two parts, at the limit or at the price of the plan.
            let price = limit.unwrap_or_else(|| price_of(&now, name));
            let half = (quantity / Decimal::TWO).round_dp(4);
            for part in [half, quantity - half] {
                server.executes(name, part, price, START.parse().unwrap());
            }
            filled += 1;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let orders = here.json(&["orders"]);
    let orders = orders.as_array().unwrap();
    assert!(orders.len() == filled && orders.iter().all(|order| order["state"] == "filled"), "{orders:?}");
    assert!(server.state().streams > 0, "its stream was listened to");
    let costs = here.json(&["costs"]);
    assert_eq!(costs["totals"]["orders"].as_u64(), Some(filled as u64), "{costs}");
    // The server holds nothing: every position is a difference, and nothing is overwritten.
    let differences = here.run(&["reconcile"]);
    assert_eq!(differences.status.code(), Some(1), "{differences:?}");
    assert!(told(&differences).contains("AGG"), "{differences:?}");
    assert!(here.run(&["audit", "verify"]).status.success());
}

fn price_of(orders: &Value, name: &str) -> Decimal {
    let order = orders.as_array().unwrap().iter().find(|order| order["order"] == name);
    match order.and_then(|order| order["ticker"].as_str()) {
        Some("SPY") => Decimal::from(478),
        _ => Decimal::from(90),
    }
}

#[test]
fn a_check_says_what_is_reachable_allowed_and_missing() {
    let server = Server::new(jiff::Timestamp::now());
    let here = Installation::at(&server);
    let before = told(&here.run(&["broker", "check"]));
    assert!(before.contains("there are no books yet") && before.contains("default: alpaca at"), "{before}");
    here.done(&["serve", "--ticks", "1"]);
    let checked = here.run(&["broker", "check"]);
    let words = told(&checked);
    assert!(words.contains("default: alpaca at http://127.0.0.1") && words.contains("(paper)"), "{words}");
    let without = here.command(&["broker", "check"]).env_remove("TEST_ID").output().unwrap();
    let words = told(&without);
    assert!(without.status.code() == Some(1) && words.contains("no key is in `TEST_ID`"), "{words}");
    server.state().account["trading_blocked"] = true.into();
    let blocked = here.run(&["broker", "check"]);
    assert!(blocked.status.code() == Some(1) && told(&blocked).contains("trading is blocked"), "{blocked:?}");
}

#[test]
fn a_configuration_can_t_trade_real_money_by_mistake() {
    let keys = "key_id_env = \"TEST_ID\"\nsecret_key_env = \"TEST_SECRET\"";
    let csv = "market_data = \"csv\"\n[csv]\nfolder = \"prices\"";
    let live = format!("[alpaca.accounts.default]\naddress = \"https://api.alpaca.markets\"\n{keys}");
    let paper = format!("[alpaca.accounts.default]\n{keys}");
    for (account, market, words) in [
        ("", csv, "alpaca: name each account in `[alpaca.accounts.NAME]`"),
        (
            live.as_str(),
            csv,
            "alpaca.accounts.default.address: `https://api.alpaca.markets` trades with real money",
        ),
        (paper.as_str(), csv, "simulated.start: orders at Alpaca are of now"),
        (paper.as_str(), csv, "csv.price_age_max_minutes: parts of shares go to Alpaca at the market"),
        (paper.as_str(), "", "market_data: orders at Alpaca can't follow the prices of a simulated market"),
    ] {
        let run = Installation::new(account, market).run(&["serve", "--ticks", "1"]);
        assert_eq!(run.status.code(), Some(2), "{run:?}");
        assert!(told(&run).contains(words), "{words}: {}", told(&run));
    }
}
