//! The engine's own words, which are true: they come through as they are, and with one figure changed they do not.

use std::path::Path;

use explain::Depth;
use explain::claims::{Facts, checked};
use optimize::{Options, Outcome};
use portfolio::Trade;
use portfolio::plan::{Number, ProposedPlan, ProposedTrade};

use crate::household::rates;

/// A trade with what the engine says of it, and the facts of its plan.
struct Told {
    facts: Facts,
    rows: Vec<(Trade, String)>,
}

fn told(case: &str) -> Option<Told> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(case).join("portfolio.json");
    let portfolio = portfolio::read(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (rates, options) = (rates(&portfolio), Options::default());
    let Outcome::Planned(solution) = optimize::optimize(&portfolio, &rates, &options) else { return None };
    let trade = |row: &optimize::Row| Trade {
        action: row.side,
        account_id: portfolio.accounts[row.account].account_id.clone(),
        ticker: portfolio.securities[row.security].ticker.clone(),
        lot_id: row.lot.map(|lot| portfolio.lots[lot].lot_id.clone()),
        quantity: Number(row.quantity),
        estimated_price: Number(portfolio.securities[row.security].price),
        rationale: String::new(),
    };
    let trades: Vec<Trade> = solution.rows.iter().map(trade).collect();
    let plan =
        ProposedPlan { trades: trades.iter().map(ProposedTrade::from).collect(), ..ProposedPlan::default() };
    let report = validate::validate(&portfolio, &rates, &plan, None);
    let explained = explain::explain(&portfolio, &rates, &solution, &report, Depth::Plain, &options);
    let rows = trades.into_iter().zip(explained.words().per_trade).collect();
    Some(Told { facts: Facts::of(&portfolio, &rates, &report, &plan), rows })
}

const CASES: [&str; 16] = [
    "etf-p1",
    "etf-p2",
    "etf-p3",
    "etf-p4",
    "whole-p1",
    "whole-p2",
    "whole-p3",
    "whole-p4",
    "household-p1",
    "household-p2",
    "household-p3",
    "household-p4",
    "withdraw-p1",
    "withdraw-p2",
    "rules-p2",
    "crowded-p1",
];

#[test]
fn what_the_engine_says_comes_through() {
    let (mut all, mut wrong) = (0, Vec::new());
    for told in CASES.iter().filter_map(|case| told(case)) {
        for (trade, text) in &told.rows {
            all += 1;
            let found = checked(text, &told.facts, Some(trade));
            if found.text != *text {
                wrong.push(format!("{text} -> {:?}", found.struck));
            }
        }
    }
    println!("the engine's own texts: {} of {all} kept word for word", all - wrong.len());
    assert!(all > 100, "{all}");
    assert!(wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(12)]);
}

/// Texts with one digit changed, one text per digit.
fn changed(text: &str) -> Vec<String> {
    let digits = text.char_indices().filter(|(_, c)| c.is_ascii_digit());
    let changed = digits.map(|(at, c)| {
        let other = char::from(b'0' + (c as u8 - b'0' + 3) % 10);
        format!("{}{other}{}", &text[..at], &text[at + 1..])
    });
    changed.collect()
}

#[test]
fn a_changed_digit_is_seen() {
    let (mut all, mut seen) = (0, 0);
    for told in ["etf-p1", "whole-p1", "household-p1", "crowded-p1"].iter().filter_map(|case| told(case)) {
        for (trade, text) in &told.rows {
            for text in changed(text) {
                all += 1;
                seen += usize::from(!checked(&text, &told.facts, Some(trade)).struck.is_empty());
            }
        }
    }
    println!("one digit of the engine's texts changed: {seen} of {all} seen");
    assert!(all > 1_000 && seen * 100 >= all * 97, "{seen} of {all}");
}
