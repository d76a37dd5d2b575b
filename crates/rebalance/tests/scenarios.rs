//! The stories of `scenarios/`: one file each, driven through the public flow.
//!
//! A story has holdings and wishes as a JSON block, and a list of what is expected. Beyond that list
//! every story must pass the validator (unless no plan is possible) and give the same bytes twice.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use portfolio::Side;
use portfolio::money::float;
use rebalance::{Cycle, Options, Verdict, cycle};

struct Story {
    name: String,
    document: String,
    expected: Vec<String>,
}

#[test]
fn every_story_comes_out_as_told() {
    let stories = stories();
    assert!(stories.len() >= 12, "{} stories", stories.len());
    let mut faults = Vec::new();
    for story in &stories {
        match cycle(&story.document, &Options::default()) {
            Err(error) => faults.push(format!("{}: {error}", story.name)),
            Ok(told) => faults.extend(differences(story, &told)),
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn stories() -> Vec<Story> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|p| p.extension().is_some_and(|e| e == "md")).map(|p| story(p)).collect()
}

fn story(path: &Path) -> Story {
    let text = std::fs::read_to_string(path).unwrap();
    let document =
        text.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap().to_owned();
    let expected = text.split("## Expected").nth(1).unwrap().lines().filter_map(|l| l.strip_prefix("- "));
    let expected: Vec<String> = expected.map(str::to_owned).collect();
    assert!(!expected.is_empty(), "{} expects nothing", path.display());
    Story { name: path.file_stem().unwrap().to_string_lossy().into_owned(), document, expected }
}

fn differences(story: &Story, told: &Cycle) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, what: &str, found: String| {
        if !holds {
            faults.push(format!("{}: expected {what}; {found}", story.name));
        }
    };
    let infeasible = matches!(told.verdict, Verdict::Infeasible(..));
    let verdict = &told.plan.validation;
    check(infeasible || verdict.passed, "a valid plan", format!("{:?}", verdict.violations));
    let again = cycle(&story.document, &Options::default()).unwrap();
    let bytes = |c: &Cycle| serde_json::to_string(&c.plan).unwrap();
    check(bytes(told) == bytes(&again), "the same bytes twice", "they differ".to_owned());
    for line in &story.expected {
        let (key, value) = line.split_once(": ").unwrap();
        let (holds, found) = holds(key, value, told);
        check(holds, &format!("`{line}`"), found);
    }
    faults
}

/// Whether one line of a story holds, and what was found.
fn holds(key: &str, value: &str, told: &Cycle) -> (bool, String) {
    let plan = &told.plan;
    let report = told.verdict.report();
    let yes = |fact: bool| (fact == (value == "yes"), format!("it is {fact}"));
    let sold: Vec<&str> = plan.trades.iter().filter_map(|t| t.lot_id.as_deref()).collect();
    let bought: Vec<&str> =
        plan.trades.iter().filter(|t| t.action == Side::Buy).map(|t| t.ticker.as_str()).collect();
    let conflict = || match &told.verdict {
        Verdict::Infeasible(why, _) => why.conflict.clone(),
        Verdict::Valid(_) => Vec::new(),
    };
    let number = |text: &str| text.parse::<f64>().unwrap();
    match key {
        "act" => yes(told.drift.act),
        "breached" => (told.drift.breaches.join(", ") == value, told.drift.breaches.join(", ")),
        "status" => {
            let status = serde_json::to_string(&plan.status).unwrap();
            (status.trim_matches('"') == value, status)
        }
        "trades" => (plan.trades.len().to_string() == value, format!("{} trades", plan.trades.len())),
        "sells" => (value.split(", ").all(|l| sold.contains(&l)), format!("sold {sold:?}")),
        "keeps" => (value.split(", ").all(|l| !sold.contains(&l)), format!("sold {sold:?}")),
        "buys" => (value.split(", ").all(|t| bought.contains(&t)), format!("bought {bought:?}")),
        "does not buy" => (value.split(", ").all(|t| !bought.contains(&t)), format!("bought {bought:?}")),
        "tax below" => (float(report.terms.tax_usd) < number(value), format!("tax {}", report.terms.tax_usd)),
        "cash at least" => {
            (float(report.terms.cash_usd) >= number(value) - 0.01, format!("cash {}", report.terms.cash_usd))
        }
        "weight after" => near(value, |class| float(report.weights_after[class])),
        "targets used" => near(value, |class| plan.more["targets_used"][class].as_f64().unwrap()),
        "security after" => {
            let (ticker, most) = value.split_once(" at most ").unwrap();
            let weight = security_weight(told, ticker);
            (weight <= number(most), format!("{ticker} is {weight}"))
        }
        "whole shares" => {
            let whole = |side: Side| {
                report.orders.iter().filter(|o| o.side == side).all(|o| o.quantity.fract().is_zero())
            };
            yes(!report.orders.is_empty() && whole(Side::Buy) && whole(Side::Sell))
        }
        "lifted" => yes(told.lifted.is_some() && plan.more.contains_key("lifted")),
        "conflict" => {
            let (mut wanted, mut found): (Vec<String>, _) =
                (value.split(", ").map(str::to_owned).collect(), conflict());
            wanted.sort();
            found.sort();
            (wanted == found, format!("{found:?}"))
        }
        "says" => {
            let all: Vec<&str> = plan.trades.iter().map(|t| t.rationale.as_str()).collect();
            let all = format!("{} {}", plan.summary_rationale, all.join(" "));
            (all.to_lowercase().contains(&value.to_lowercase()), all)
        }
        "warns" => {
            let codes: Vec<&str> = plan.validation.warnings.iter().map(|w| w.code.as_str()).collect();
            (codes.contains(&value), format!("{codes:?}"))
        }
        _ => (false, "no such expectation; see tests/scenarios.rs".to_owned()),
    }
}

/// `NAME FIGURE within SLACK`.
fn near(value: &str, figure: impl Fn(&str) -> f64) -> (bool, String) {
    let (wanted, slack) = value.split_once(" within ").unwrap();
    let (name, wanted) = wanted.rsplit_once(' ').unwrap();
    let found = figure(name);
    let off = (found - wanted.parse::<f64>().unwrap()).abs();
    (off <= slack.parse::<f64>().unwrap(), format!("{name} is {found}"))
}

/// Weight of a security after the plan.
fn security_weight(told: &Cycle, ticker: &str) -> f64 {
    let p = &told.portfolio;
    let held = p.positions.iter().filter(|x| p.securities[x.security].ticker == ticker);
    let held: portfolio::Decimal = held.map(|x| p.position_quantity(x)).sum();
    let orders = told.verdict.report().orders.iter().filter(|o| o.ticker == ticker);
    let change: portfolio::Decimal =
        orders.map(|o| if o.side == Side::Buy { o.quantity } else { -o.quantity }).sum();
    let price = p.securities[p.security(ticker).unwrap()].price;
    float((held + change) * price / p.value())
}
