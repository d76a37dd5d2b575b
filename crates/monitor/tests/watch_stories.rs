//! What a watch decides over time, told as stories: `stories/*.md`, one each.
//!
//! A story has the settings as JSON (`policy`, `preferences`, `bands`) and a table: the time in New York, the price of
//! `STK`, what happens just before the tick, and the codes that the tick is decided with (`until` the instant that it waits for, in New York).
//! A row without codes is no tick. The household has 600 `STK` (class Stocks, target 60 %) and 400 `BND` at 100 USD (Bonds, 40 %), bands of 5
//! points; `STK` was bought at 100 and `BND` at 110 USD. Each story is run straight through, and with the watch written and read again after every row.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use monitor::live::Price;
use monitor::watch::{CashFlow, Decision, Facts, Outcome, Policy};
use monitor::{Live, Watch, harvest, live, monitor};
use portfolio::exchange::eastern::{eastern, instant};
use portfolio::{Decimal, Portfolio};
use serde_json::{Value, json};

/// What lies outside the watch.
struct World {
    watch: Watch,
    policy: Policy,
    portfolio: Portfolio,
    flows: Vec<CashFlow>,
    rebalances: Vec<Date>,
}

fn household(settings: &Value) -> Portfolio {
    let lot = |id: &str, quantity: u32, basis: u32| json!([{"lot_id": id, "quantity": quantity, "cost_basis_per_share": basis, "acquisition_date": "2025-01-02"}]);
    let security = |ticker: &str, class: &str| json!({"ticker": ticker, "asset_class": class, "current_price": 100, "kind": "etf"});
    let document = json!({
        "as_of": "2026-11-02",
        "target_allocation": {"Stocks": 0.6, "Bonds": 0.4},
        "monitoring": {"bands": {"Stocks": {"absolute": 0.05}, "Bonds": {"absolute": 0.05}, "Cash": {"absolute": 0.05}}},
        "preferences": settings.get("preferences").cloned().unwrap_or(json!([])),
        "securities": [security("STK", "Stocks"), security("BND", "Bonds")],
        "accounts": [{"account_id": "home", "kind": "taxable", "cash": 0, "holdings": [
            {"ticker": "STK", "lots": lot("S1", 600, 100)}, {"ticker": "BND", "lots": lot("B1", 400, 110)}]}],
    });
    portfolio::read(&document.to_string()).unwrap()
}

fn time(written: &str) -> Timestamp {
    instant(written.replace(' ', "T").parse::<DateTime>().unwrap_or_else(|e| panic!("`{written}`: {e}")))
}

impl World {
    fn new(settings: &Value, started: Timestamp) -> World {
        let policy = serde_json::from_value(settings.get("policy").cloned().unwrap_or(json!({}))).unwrap();
        let portfolio = household(settings);
        World { watch: Watch::new(started), policy, portfolio, flows: Vec::new(), rebalances: Vec::new() }
    }

    fn happens(&mut self, event: &str, now: Timestamp) {
        let words: Vec<&str> = event.split(' ').collect();
        let ended =
            |outcome| move |world: &mut World| world.watch.ended(outcome, now, &world.policy).unwrap();
        match words.as_slice() {
            [""] => {}
            ["pause", why] => self.watch.pause(now, None, why).unwrap(),
            ["pause", "until", day, hour] => {
                self.watch.pause(now, Some(time(&format!("{day} {hour}"))), "asked").unwrap();
            }
            ["resume"] => self.watch.resume(),
            ["snooze", class, "until", day, hour] => {
                self.watch.snooze(class, now, time(&format!("{day} {hour}"))).unwrap();
            }
            ["proposed", id] => self.watch.proposed(id).unwrap(),
            ["rejected"] => ended(Outcome::Rejected)(self),
            ["expired"] => ended(Outcome::Expired)(self),
            ["withdrawn"] => ended(Outcome::Withdrawn)(self),
            ["failed"] => ended(Outcome::Failed)(self),
            ["nothing", "to", "do"] => ended(Outcome::NothingToDo)(self),
            ["executed"] => {
                self.rebalances.push(eastern(now).date());
                ended(Outcome::Executed)(self);
            }
            ["flow", usd] => {
                let usd: Decimal = usd.parse().unwrap();
                self.portfolio.accounts[0].cash += usd;
                self.flows.push(CashFlow { account_id: "home".to_owned(), booked: now, usd });
            }
            ["asks", "for", usd] => self.portfolio.accounts[0].flow = -usd.parse::<Decimal>().unwrap(),
            _ => panic!("no story knows what `{event}` is"),
        }
    }

    fn tick(&mut self, now: Timestamp, price: &str) -> Decision {
        let price = Price { usd: price.parse().unwrap(), spread_bps: None, as_of: now };
        let new = Live {
            day: Some(eastern(now).date()),
            prices: BTreeMap::from([("STK".to_owned(), price)]),
            ..Live::default()
        };
        let portfolio = live(self.portfolio.clone(), &new).unwrap();
        let report = monitor(&portfolio);
        let opportunities = harvest::opportunities(&portfolio, &self.policy.harvest);
        let facts = Facts {
            now,
            portfolio: &portfolio,
            report: &report,
            policy: &self.policy,
            rebalances: &self.rebalances,
            flows: &self.flows,
            opportunities: &opportunities,
        };
        self.watch.tick(&facts).unwrap()
    }
}

fn told(decision: &Decision) -> String {
    let codes = decision.codes().join(", ");
    match decision.wait_until() {
        Some(until) => format!("{codes} until {}", eastern(until).strftime("%Y-%m-%d %H:%M")),
        None => codes,
    }
}

/// Rows of the table, its head and rule left out.
fn rows(story: &str) -> Vec<Vec<&str>> {
    let lines = story.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// The decisions of a story, one a tick, with what is written of them.
fn decisions(story: &str, restarts: bool) -> Vec<(String, String, Decision)> {
    let settings = story.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let settings: Value = serde_json::from_str(settings).unwrap();
    let rows = rows(story);
    let mut world = World::new(&settings, time(rows[0][0]));
    let mut all = Vec::new();
    for row in &rows {
        let [at, price, event, expected] = row[..] else { panic!("{row:?} has not four columns") };
        world.happens(event, time(at));
        if !expected.is_empty() {
            all.push((at.to_owned(), expected.to_owned(), world.tick(time(at), price)));
        }
        if restarts {
            world.watch = serde_json::from_str(&serde_json::to_string(&world.watch).unwrap()).unwrap();
        }
    }
    all
}

#[test]
fn every_story_is_told_as_written_also_across_restarts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut stories: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    stories.sort();
    assert!(stories.len() >= 7, "{stories:?}");
    let mut wrong = Vec::new();
    for path in stories {
        let story = std::fs::read_to_string(&path).unwrap();
        let straight = decisions(&story, false);
        for (at, expected, decision) in &straight {
            let found = told(decision);
            if found != *expected {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                wrong.push(format!(
                    "{name}, {at}: `{expected}` is expected and it is `{found}`: {}",
                    decision.words()
                ));
            }
            assert!(decision.words().ends_with('.'), "{}", decision.words());
        }
        assert_eq!(decisions(&story, true), straight, "{}", path.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
