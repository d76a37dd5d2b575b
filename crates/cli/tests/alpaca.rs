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

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use portfolio::Decimal;
use portfolio::money::cents;
use serde_json::{Value, json};
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

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// The market executes a part of every order that is open at the server, at its limit or at the price of the plan.
fn executes_a_part(server: &Server, here: &Installation, divisor: u32) {
    let now = here.json(&["orders"]);
    let orders = server.state().orders.clone();
    for order in orders {
        let name = order["client_order_id"].as_str().unwrap();
        let price =
            order["limit_price"].as_str().map_or_else(|| price_of(&now, name), |it| it.parse().unwrap());
        let part = (decimal(&order["qty"]) / Decimal::from(divisor)).round_dp(4).max(Decimal::new(1, 4));
        server.executes(name, part, price, START.parse().unwrap());
    }
}

/// What the account holds at the server after its fills, from what the first document had: shares and cash, each fill rounded to the cent.
fn held_at_server(server: &Server) -> (BTreeMap<String, Decimal>, Decimal) {
    let mut shares: BTreeMap<String, Decimal> =
        [("SPY".to_owned(), Decimal::new(14_444, 2)), ("BND".to_owned(), Decimal::new(38_889, 2))].into();
    let mut cash = Decimal::ZERO;
    for fill in &server.state().fills {
        let (quantity, usd) = (decimal(&fill["qty"]), cents(decimal(&fill["qty"]) * decimal(&fill["price"])));
        let of = shares.entry(fill["symbol"].as_str().unwrap().to_owned()).or_default();
        let sold = fill["side"] == "sell";
        *of += if sold { -quantity } else { quantity };
        cash += if sold { usd } else { -usd };
    }
    shares.retain(|_, quantity| !quantity.is_zero());
    (shares, cash)
}

/// The server tells these holdings. It was told no lots, so that what they cost is what the books say.
fn tells(server: &Server, here: &Installation, (shares, cash): &(BTreeMap<String, Decimal>, Decimal)) {
    let recorded: Value =
        serde_json::from_str(include_str!("../../execute/tests/conformance/alpaca/recorded/positions.json"))
            .unwrap();
    let books = here.json(&["household", "show", "smith"]);
    let position = |(ticker, quantity): (&String, &Decimal)| {
        let lots = books["lots"].as_array().unwrap().iter().filter(|lot| lot["ticker"] == ticker.as_str());
        let basis: Decimal =
            lots.map(|lot| decimal(&lot["quantity"]) * decimal(&lot["basis_per_share"])).sum();
        let mut position = recorded["test_get_all_positions"][0][0].clone();
        position["asset_marginable"] = json!(true);
        (position["symbol"], position["side"]) = (json!(ticker), json!("long"));
        (position["qty"], position["cost_basis"]) = (json!(quantity.to_string()), json!(basis.to_string()));
        position
    };
    let mut state = server.state();
    state.positions = shares.iter().map(position).collect();
    state.account["cash"] = json!(cash.to_string());
}

/// Kills while orders are at the broker; `EQUIPOISE_TEST_KILLS=100` for a long look.
const KILLS: usize = 6;

#[test]
fn kill_9_during_an_execution_sends_nothing_twice_and_loses_no_fill() {
    let server = Server::new(START.parse().unwrap());
    let here = Installation::at(&server);
    here.done(&["serve", "--ticks", "3"]);
    let id = here.json(&["proposals", "--waiting"])[0]["id"].as_str().unwrap().to_owned();
    here.done(&["approve", &id, "--as", "ann"]);
    let kills = std::env::var("EQUIPOISE_TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    // Moments that look random, the same in every run.
    let mut dice: u64 = 5;
    let mut roll = |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % below
    };
    for kill in 0..kills {
        let serving = Serving::start(here.command(&["serve"]));
        // The lead of who was killed has to end first.
        std::thread::sleep(Duration::from_millis(if kill == 0 { 300 } else { 3_100 } + roll(1_200)));
        executes_a_part(&server, &here, 16);
        std::thread::sleep(Duration::from_millis(roll(300)));
        drop(serving);
    }
    assert!(!server.state().orders.is_empty(), "nothing was sent between {kills} kills");
    let _serving = Serving::start(here.command(&["serve"]));
    let until = Instant::now() + Duration::from_secs(120);
    while here.json(&["proposals"])[0]["state"] != "Executed_Successfully" {
        assert!(Instant::now() < until, "{:?}", here.json(&["orders"]));
        executes_a_part(&server, &here, 2);
        std::thread::sleep(Duration::from_millis(200));
    }
    let orders = here.json(&["orders"]);
    let mut ours: Vec<&str> =
        orders.as_array().unwrap().iter().map(|it| it["order"].as_str().unwrap()).collect();
    let theirs = server.state().orders.clone();
    let mut theirs: Vec<&str> = theirs.iter().map(|it| it["client_order_id"].as_str().unwrap()).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs, "each order was sent once");
    let booked: usize =
        orders.as_array().unwrap().iter().map(|it| it["fills"].as_array().unwrap().len()).sum();
    assert_eq!(booked, server.state().fills.len(), "each fill is booked once");
    // To the share and the cent.
    tells(&server, &here, &held_at_server(&server));
    let agreed = here.run(&["reconcile"]);
    assert!(agreed.status.success(), "{}", told(&agreed));
    assert!(here.run(&["audit", "verify"]).status.success());
}

#[test]
fn a_broker_that_holds_positions_is_held_against_the_books() {
    let server = Server::new(START.parse().unwrap());
    let here = Installation::at(&server);
    here.done(&["serve", "--ticks", "1"]);
    let (shares, cash) = held_at_server(&server);
    tells(&server, &here, &(shares.clone(), cash));
    let agreed = here.run(&["reconcile", "--format", "json"]);
    assert!(agreed.status.success(), "{}", told(&agreed));
    assert_eq!(here.run(&["sync"]).status.code(), Some(0));
    // A dividend has come in, a share of one has gone, and another is there that the books don't know.
    let mut others = shares.clone();
    *others.get_mut("SPY").unwrap() -= Decimal::ONE;
    others.insert("GLD".to_owned(), Decimal::TWO);
    tells(&server, &here, &(others.clone(), Decimal::new(1_234, 2)));
    let differs = here.run(&["reconcile"]);
    let words = told(&differs);
    assert_eq!(differs.status.code(), Some(1), "{words}");
    for part in ["12.34", "143.44", "144.44", "GLD"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let listed = here.run(&["sync"]);
    assert!(listed.status.code() == Some(1) && told(&listed).contains("nothing was changed"), "{listed:?}");
    // Of shares without lots it is said what to do, and their cash is not taken over without them.
    let accepted = here.run(&["sync", "--accept", "--as", "ann"]);
    let words = told(&accepted);
    assert_eq!(accepted.status.code(), Some(1), "{words}");
    assert_eq!(words.matches("not taken over: default:").count(), 3, "{words}");
    assert!(words.contains("Cash is not taken over while shares differ"), "{words}");
    let books = here.json(&["household", "show", "smith"]);
    assert_eq!(decimal(&books["accounts"][0]["cash"]), Decimal::ZERO);
    let lots = books["lots"].as_array().unwrap().iter().filter(|lot| lot["ticker"] == "SPY");
    assert_eq!(
        lots.map(|lot| decimal(&lot["quantity"])).sum::<Decimal>(),
        Decimal::new(14_444, 2),
        "no lot is made up"
    );
    // Where only the cash differs it is taken over.
    tells(&server, &here, &(shares, Decimal::new(1_234, 2)));
    let accepted = here.run(&["sync", "--accept", "--as", "ann"]);
    let words = told(&accepted);
    assert!(accepted.status.success() && words.contains("taken over by ann: default: cash"), "{words}");
    assert_eq!(here.run(&["reconcile"]).status.code(), Some(0));
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
