//! A person as the broker, from the command line: tickets, fills, halts, what was left undone, and whether broker and books agree; on SQLite
//! and on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "program/desk.rs"]
mod desk;
#[path = "program/run.rs"]
mod program;
#[path = "../../store/tests/conformance/server.rs"]
#[allow(dead_code, reason = "shared with the suite of the store")]
mod server;
#[path = "program/serving.rs"]
mod serving;

use std::fs;
use std::time::{Duration, Instant};

use desk::{Desk, flat};
use program::run;
use serde_json::{Value, json};

fn until(is: impl Fn() -> bool, what: &str) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < Duration::from_secs(60), "not seen in a minute: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// From an approval to the last fill, typed in and imported; then broker and books are held against each other.
fn a_day_at_the_desk(database: &str) {
    let desk = Desk::new(database);
    let id = desk.approved();
    let tickets = flat(&desk.done(&["tickets"]));
    assert!(tickets.contains("Account default of smith") && tickets.contains("at least"), "{tickets}");
    assert!(tickets.contains("not to be executed yet, until its turn comes: BUY"), "{tickets}");
    let sales = desk.named("accepted", "SELL");
    assert!(sales.len() >= 2 && desk.named("waiting", "BUY").len() == 1, "{:#?}", desk.orders());

    // One is typed in, in two parts, by the end of its name.
    let order = desk.orders().into_iter().find(|it| it["order"] == sales[0].as_str()).unwrap();
    let limit = order["limit"].as_str().unwrap().to_owned();
    let end = &sales[0][sales[0].len() - 12..];
    let first =
        ["fill", end, "--quantity", "1", "--price", &limit, "--fees", "0.35", "--id", "A1", "--as", "bob"];
    assert!(desk.done(&first).contains("is on record as A1"));
    assert!(desk.done(&first).contains("was on record already"), "typed in twice it is one");
    let other = ["fill", end, "--quantity", "2", "--price", &limit, "--id", "A1", "--as", "bob"];
    desk.refused(2, &other, "`A1` is on record as 1 shares");
    let asked = order["asked"].as_str().unwrap().parse::<portfolio::Decimal>().unwrap();
    let rest = (asked - portfolio::Decimal::ONE).to_string();
    desk.done(&["fill", end, "--quantity", &rest, "--price", &limit, "--id", "A2", "--as", "bob"]);
    let order = desk.orders().into_iter().find(|it| it["order"] == sales[0].as_str()).unwrap();
    assert_eq!((&order["state"], &order["left"]), (&json!("filled"), &json!("0")), "{order:#}");
    assert_eq!(order["fills"].as_array().unwrap().len(), 2);

    // The others are imported: the tickets as they were written, with the last columns filled in.
    let file = desk.beside("tickets.csv");
    desk.done(&["tickets", "--format", "csv", "--out", &file]);
    fill_in(&file, |row| row[4].clone());
    let told = desk.done(&["fill", "--import", &file, "--as", "bob"]);
    assert_eq!(told.matches("is on record as").count(), sales.len() - 1, "{told}");
    assert!(told.contains("BUY"), "the purchase has its turn: {told}");
    let again = desk.done(&["fill", "--import", &file, "--as", "bob"]);
    assert_eq!(again.matches("was on record already").count(), sales.len() - 1, "{again}");

    // While it is open, what it holds is what the books hold; then the purchase is filled, and all is booked.
    let purchase = desk.named("accepted", "BUY").remove(0);
    let buy = desk.orders().into_iter().find(|it| it["order"] == purchase.as_str()).unwrap();
    let (shares, limit) = (buy["asked"].as_str().unwrap(), buy["limit"].as_str().unwrap());
    let told = desk.done(&["fill", &purchase, "--quantity", shares, "--price", limit, "--as", "bob"]);
    assert!(told.contains("orders are filled and booked"), "{told}");
    let all = desk.json(&["proposals"]);
    let ours = all.as_array().unwrap().iter().find(|it| it["id"] == id.as_str()).unwrap();
    assert_eq!(ours["state"], "Executed_Successfully");
    assert!(desk.done(&["tickets"]).contains("there is nothing to execute"));

    // Who typed it in is on record.
    let log = desk.json(&["audit", "log", "--proposal", &id]);
    let typed = log.as_array().unwrap().iter().filter(|it| it["kind"] == "typed_in");
    assert!(
        typed.clone().count() == sales.len() + 2 && typed.clone().all(|it| it["facts"]["order"].is_string())
    );
    reconciled(&desk);
    desk.log_verifies();
}

/// Fills every row of a file of tickets in at its limit, each with a name of its own.
fn fill_in(file: &str, name: impl Fn(&[String]) -> String) {
    let text = fs::read_to_string(file).unwrap();
    let mut lines = text.lines().map(str::to_owned);
    let mut filled = lines.next().unwrap() + "\n";
    for (number, line) in lines.enumerate() {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let name = name(&cells);
        cells[10] = cells[6].clone();
        cells[11] = cells[7].clone();
        cells[13] = format!("{name}-{number}");
        filled += &(cells.join(",") + "\n");
    }
    fs::write(file, filled).unwrap();
}

/// A document of what is held agrees; one that holds otherwise does not, to the share and the cent.
fn reconciled(desk: &Desk) {
    let now = desk.json(&["household", "show", "smith"]);
    let lots = |ticker: &str| -> Vec<Value> {
        let of = now["lots"].as_array().unwrap().iter().filter(|lot| lot["ticker"] == ticker);
        of.map(|lot| {
            let mut it = json!({"lot_id": lot["lot_id"], "quantity": lot["quantity"],
                                "cost_basis_per_share": lot["basis_per_share"]});
            match &lot["acquired"] {
                Value::Null => it["type"] = json!("long-term"),
                day => it["acquisition_date"] = day.clone(),
            }
            it
        })
        .collect()
    };
    let mut tickers: Vec<String> = now["lots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| lot["ticker"].as_str().unwrap().to_owned())
        .collect();
    tickers.dedup();
    let holdings: Vec<Value> =
        tickers.iter().map(|ticker| json!({"ticker": ticker, "lots": lots(ticker)})).collect();
    let securities: Vec<Value> = tickers
        .iter()
        .map(|ticker| json!({"ticker": ticker, "asset_class": "Stocks", "current_price": "1", "kind": "etf"}))
        .collect();
    let account = |cash: Value| json!([{"account_id": "default", "kind": "taxable", "cash": cash, "holdings": holdings}]);
    let document = json!({"as_of": "2026-11-24", "target_allocation": {"Stocks": 1}, "securities": securities,
                          "accounts": account(now["accounts"][0]["cash"].clone())});
    let file = desk.beside("broker.json");
    fs::write(&file, document.to_string()).unwrap();
    let told = desk.done(&["reconcile", "--against", &file, "--as", "bob"]);
    assert!(told.contains("1 accounts agree, to the share and the cent"), "{told}");

    let mut other = document.clone();
    let cash: portfolio::Decimal = now["accounts"][0]["cash"].as_str().unwrap().parse().unwrap();
    other["accounts"][0]["cash"] = json!((cash + portfolio::Decimal::new(1, 2)).to_string());
    let lot = &mut other["accounts"][0]["holdings"][0]["lots"][0];
    let basis: portfolio::Decimal = lot["cost_basis_per_share"].as_str().unwrap().parse().unwrap();
    lot["cost_basis_per_share"] = json!((basis + portfolio::Decimal::ONE).to_string());
    fs::write(&file, other.to_string()).unwrap();
    let ran = desk.run(&["reconcile", "--against", &file, "--household", "smith", "--format", "json"]);
    assert_eq!(ran.code, 1, "{} {}", ran.out, ran.err);
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let differences = found[0]["accounts"][0]["differences"].as_array().unwrap();
    assert_eq!(
        (&differences[0]["what"], &differences[0]["difference"]),
        (&json!("cash"), &json!("0.01")),
        "{found:#}"
    );
    assert_eq!(differences[1]["what"], "basis");
    assert!(differences[1]["more_tax_usd"]["long_term"].as_str().unwrap().starts_with('-'), "{found:#}");
    let log = desk.json(&["audit", "log", "--last", "1000"]);
    let reports = log.as_array().unwrap().iter().filter(|it| it["kind"] == "reconciliation");
    let agreed: Vec<&Value> = reports.map(|it| &it["facts"]["agrees"]).collect();
    assert_eq!(agreed, [&json!(true), &json!(false)]);
    desk.refused(2, &["reconcile"], "tells no holdings of its own");
    // Nothing is overwritten before a person accepts it.
    desk.refused(1, &["sync", "--against", &file], "nothing was changed");
    desk.refused(2, &["sync", "--against", &file, "--accept"], "--as");
    assert_eq!(desk.json(&["household", "show", "smith"])["accounts"], now["accounts"]);
    let mut unlisted = other.clone();
    unlisted["accounts"][0]["holdings"][0]["ticker"] = json!("XYZ");
    unlisted["securities"][0]["ticker"] = json!("XYZ");
    let strange = desk.beside("strange.json");
    fs::write(&strange, unlisted.to_string()).unwrap();
    let accept = ["sync", "--against", &strange, "--accept", "--as", "bob"];
    desk.refused(1, &accept, "holds XYZ, which the household's document does not list");
    let told = flat(&desk.done(&["sync", "--against", &file, "--accept", "--as", "bob"]));
    assert!(told.contains("taken over by bob: default: cash and lots"), "{told}");
    assert!(desk.done(&["sync", "--against", &file]).contains("agree, to the share and the cent"));
}

#[test]
fn a_day_at_the_desk_on_sqlite() {
    a_day_at_the_desk("sqlite:books.db");
}

#[test]
fn a_day_at_the_desk_on_postgresql() {
    let Some(server) = server::server() else { return };
    a_day_at_the_desk(&server.database());
}

#[test]
fn what_can_not_be_is_refused_and_nothing_of_it_is_taken() {
    let desk = Desk::new("sqlite:books.db");
    desk.approved();
    let (sale, purchase) = (desk.named("accepted", "SELL").remove(0), desk.named("waiting", "BUY").remove(0));
    let order = desk.orders().into_iter().find(|it| it["order"] == sale.as_str()).unwrap();
    let limit = order["limit"].as_str().unwrap().to_owned();
    let fill = |order: &str, quantity: &str, price: &str, words: &str| {
        let arguments = ["fill", order, "--quantity", quantity, "--price", price, "--as", "bob"];
        desk.refused(2, &arguments, words);
    };
    fill("rec-nope-1-0", "1", &limit, "there is no order `rec-nope-1-0`");
    fill(&sale, "100000", &limit, "are more than");
    fill(&sale, "0", &limit, "quantity 0: has to be between 0.000000001 and");
    fill(&sale, "0.0000000000000000000000000001", &limit, "has to be between");
    let few = ["fill", &sale, "--quantity", "0.000000001", "--price", &limit, "--fees", "1", "--as", "bob"];
    desk.refused(2, &few, "fees 1: has to be 0 or more and at most 0.1");
    let fees = ["fill", &sale, "--quantity", "1", "--price", &limit, "--fees", "5000", "--as", "bob"];
    desk.refused(2, &fees, "fees 5000: has to be 0 or more and at most 1000");
    let slipped = ["fill", &sale, "--quantity", "1", "--price", &limit, "--fees", "450", "--as", "bob"];
    desk.refused(
        2,
        &slipped,
        "fees of 450 USD are more than 50 USD, a hundredth of the fill; `--accept-price`",
    );
    fill(&sale, "1", "-5", "price -5: has to be between 0.0001 and");
    fill(&sale, "1", "1", "below the limit of");
    fill(&purchase, "1", "90", "has not been sent: it waits for its turn");
    desk.refused(2, &["fill", &sale, "--as", "bob"], "what became of it?");
    desk.refused(2, &["fill", &sale, "--quantity", "1", "--as", "bob"], "--price");
    desk.refused(2, &["fill", &sale, "--ended", " ", "--as", "bob"], "the reason: write 1 to");
    let late =
        ["fill", &sale, "--quantity", "1", "--price", &limit, "--as", "bob", "--at", "2027-01-04T15:00:00Z"];
    desk.refused(2, &late, "is later than now");
    let early =
        ["fill", &sale, "--quantity", "1", "--price", &limit, "--as", "bob", "--at", "2026-11-20 10:00"];
    desk.refused(2, &early, "before the order was sent");

    // A file is taken as a whole or not at all.
    let file = desk.beside("f.csv");
    desk.done(&["tickets", "--format", "csv", "--out", &file]);
    fill_in(&file, |row| row[4].clone());
    let good = fs::read_to_string(&file).unwrap();
    let ticker = order["ticker"].as_str().unwrap();
    for (bad, words) in [
        (good.replacen(&format!(",{ticker},"), ",XYZ,", 1), "column ticker: `XYZ`, and the order is of"),
        (
            good.replace("execution_id", "execution"),
            "column `execution` is not known; did you mean `execution_id`?",
        ),
        (
            good.replacen(&format!(",{limit},"), ",abc,", 2).replacen(",abc,", &format!(",{limit},"), 1),
            "column price: `abc` is no number",
        ),
        (
            good.clone() + &good.lines().nth(1).unwrap().replace("-0,,", "-9,,") + "\n",
            "has ended: all of it is filled",
        ),
    ] {
        fs::write(&file, bad).unwrap();
        desk.refused(2, &["fill", "--import", &file, "--as", "bob"], words);
        desk.refused(2, &["fill", "--import", &file, "--as", "bob"], "nothing was imported");
    }
    assert!(desk.orders().iter().all(|order| order["filled"] == "0"), "{:#?}", desk.orders());
    desk.refused(2, &["fill", "--import", "nowhere.csv", "--as", "bob"], "can't be read");
    let template = desk.beside("template.csv");
    fs::write(&template, run(&["fill", "--template"], "").out).unwrap();
    desk.refused(2, &["fill", "--import", &template, "--as", "bob"], "there is no order");
    // A price outside of the limit is taken where a person says that it is right; the same figures without a name may be the same fill.
    let low = ["fill", &sale, "--quantity", "1", "--price", "1.5", "--as", "bob", "--accept-price"];
    desk.done(&low);
    desk.refused(2, &low, "name this one with `--id`");
    desk.log_verifies();
}

/// Some is filled, some is not: what was and was not done is told, and planned anew.
#[test]
fn what_was_left_undone_is_told_and_tried_again() {
    let desk = Desk::new("sqlite:books.db");
    let id = desk.approved();
    desk.refused(1, &["retry", &id], "only what is Execution_Failed can be tried again");
    let sales = desk.named("accepted", "SELL");
    let order = desk.orders().into_iter().find(|it| it["order"] == sales[0].as_str()).unwrap();
    let (asked, limit) = (order["asked"].as_str().unwrap(), order["limit"].as_str().unwrap());
    desk.done(&["fill", &sales[0], "--quantity", asked, "--price", limit, "--as", "bob"]);
    // What waits for its turn can be called off.
    let purchase = desk.named("waiting", "BUY").remove(0);
    let told = desk.done(&["fill", &purchase, "--ended", "not wanted without the sales", "--as", "bob"]);
    assert!(flat(&told).contains("not sent, not wanted without the sales"), "{told}");
    for sale in &sales[1..] {
        desk.done(&["fill", sale, "--ended", "no buyer before the close", "--as", "bob"]);
    }
    desk.refused(2, &["fill", &sales[1], "--quantity", "1", "--price", "1", "--as", "bob"], "has ended");
    let all = desk.json(&["proposals"]);
    let ours = all.as_array().unwrap().iter().find(|it| it["id"] == id.as_str()).unwrap();
    assert_eq!(ours["state"], "Execution_Failed", "{:#?}", desk.orders());
    let shown = flat(&desk.done(&["show", &id]));
    assert!(shown.contains("shares was filled, cancelled: no buyer before the close"), "{shown}");
    let retried = flat(&desk.done(&["retry", &id]));
    assert!(retried.contains("What was done, and what was not"), "{retried}");
    assert!(retried.contains("Pending_Approval since"), "{retried}");
    let shown = flat(&desk.done(&["show", &id]));
    assert!(shown.contains("Orders of the plan before, of which a part was not done"), "{shown}");
    desk.log_verifies();
}

#[test]
fn a_name_that_was_mistyped_is_no_second_person() {
    let desk = Desk::new("sqlite:books.db");
    let config = fs::read_to_string(desk.config()).unwrap();
    fs::write(desk.config(), config + "approval = {second_above_usd = 1}\n").unwrap();
    desk.done(&["serve", "--ticks", "3"]);
    let id = desk.json(&["proposals", "--waiting"])[0]["id"].as_str().unwrap().to_owned();
    assert!(desk.done(&["approve", &id, "--as", "ann"]).contains("a second person has to approve as well"));
    desk.refused(2, &["approve", &id, "--as", "anne"], "nobody in these books is called `anne`");
    let rules = desk.beside("rules.json");
    fs::write(&rules, "{}").unwrap();
    let told = flat(&desk.done(&["rules", "propose", &rules, "--as", "ann"]));
    let word = told.split("confirm ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    desk.refused(2, &["rules", "confirm", &word, "--as", "anne"], "nobody in these books is called `anne`");
    let added = run(&["people", "add", "bob", "--config", &desk.config()], "correct horse battery staple\n");
    assert_eq!(added.code, 0, "{}", added.err);
    desk.done(&["approve", &id, "--as", "bob"]);
    assert!(desk.done(&["rules", "confirm", &word, "--as", "bob"]).contains("version 1"));
    desk.log_verifies();
}

/// A halt stops a service that runs within a second, outlives it, and is seen everywhere.
#[test]
fn a_halt_stops_within_a_second_and_survives_a_restart() {
    let desk = Desk::new("sqlite:books.db");
    desk.done(&["serve", "--ticks", "3"]);
    let id = desk.json(&["proposals", "--waiting"])[0]["id"].as_str().unwrap().to_owned();
    let serving = desk.serving();
    until(|| desk.run(&["audit", "log"]).code == 0, "books that can be read");
    let told = desk.done(&["halt", "--reason", "prices look wrong", "--as", "bob"]);
    assert!(told.contains("trading is halted by bob: prices look wrong"), "{told}");
    let halted = Instant::now();
    desk.done(&["approve", &id, "--as", "ann"]);
    until(|| !desk.orders().is_empty(), "orders that are written down");
    std::thread::sleep(Duration::from_secs(3).saturating_sub(halted.elapsed()));
    let unsent = |it: &Value| it["state"] == "waiting" && it["sent_at"].is_null();
    assert!(desk.orders().iter().all(unsent), "{:#?}", desk.orders());
    for (command, code) in [("proposals", 0), ("tickets", 0), ("orders", 0)] {
        let ran = desk.run(&[command]);
        assert!(
            ran.code == code && flat(&ran.out).contains("Trading is halted: prices look wrong"),
            "{}",
            ran.out
        );
    }
    desk.refused(1, &["broker", "check"], "halted: prices look wrong");
    drop(serving);
    std::thread::sleep(Duration::from_millis(3_200));
    let again = desk.run(&["serve", "--ticks", "2"]);
    assert!(again.err.contains("trading is halted: prices look wrong"), "{} {}", again.out, again.err);
    assert!(desk.orders().iter().all(unsent), "{:#?}", desk.orders());
    let told = desk.done(&["resume", "--as", "bob"]);
    assert!(told.contains("trading goes on") && told.contains("accepted"), "{told}");
    assert!(!desk.named("accepted", "SELL").is_empty());
    assert!(desk.done(&["resume", "--as", "bob"]).contains("trading is not halted"));
    desk.done(&["broker", "check"]);
    desk.log_verifies();
}

/// Nobody asks one broker after the orders of another.
#[test]
fn the_broker_changes_only_while_nothing_is_open() {
    let desk = Desk::new("sqlite:books.db");
    desk.approved();
    let config = fs::read_to_string(desk.config()).unwrap();
    fs::write(desk.config(), config.replace("\"manual\"", "\"paper\"")).unwrap();
    desk.refused(2, &["serve", "--ticks", "1"], "orders are open at the broker `manual`");
    let check = flat(&desk.done(&["broker", "check"]));
    assert!(check.contains("`manual`, on record") && check.contains("says `paper`"), "{check}");
    fs::write(desk.config(), config.replace("\"manual\"", "\"telephone\"")).unwrap();
    desk.refused(2, &["serve", "--ticks", "1"], "unknown variant `telephone`");
}
