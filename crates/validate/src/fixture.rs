//! A small household for the tests of rules, and plans in one line per row.
//!
//! In: changes to the household, rows such as `SELL tax AAA A1 5`. Out: findings as
//! `code place: detail`. V = 50,000 USD: AAA 20,000 and BBB 10,000 in the account `tax` and 5,000 in
//! `ira`, cash 10,000 and 5,000. A1 has a long-term gain, A2 a short-term gain, A3 a short-term loss.

use portfolio::plan::{Finding, ProposedPlan, ProposedTrade};
use portfolio::schedule::Moment;
use portfolio::{Portfolio, Side};
use serde_json::{Value, json};
use tax::plan_tax::Rates;

use crate::booked::Booked;
use crate::facts::Facts;
use crate::objective::terms;
use crate::rules::{Case, Check};

/// No finding.
pub(crate) const NONE: [&str; 0] = [];

#[derive(Debug, Clone)]
pub(crate) struct Fixture {
    document: Value,
    moment: Option<Moment>,
}

impl Fixture {
    pub(crate) fn new() -> Fixture {
        let lot = |id: &str, quantity: u32, day: &str, basis: u32| json!({"lot_id": id, "quantity": quantity, "acquisition_date": day, "cost_basis_per_share": basis});
        let document = json!({
            "as_of": "2026-11-20",
            "target_allocation": {"US Stocks": 0.6, "Bonds": 0.3, "Cash": 0.1},
            "preferences": [],
            "securities": [
                {"ticker": "AAA", "asset_class": "US Stocks", "kind": "stock", "current_price": 100,
                 "sector": "Information_Technology"},
                {"ticker": "BBB", "asset_class": "Bonds", "kind": "etf", "current_price": 50},
                {"ticker": "CCC", "asset_class": "US Stocks", "kind": "etf", "current_price": 20},
                {"ticker": "DDD", "asset_class": "Bonds", "kind": "mutual_fund", "current_price": 10},
            ],
            "accounts": [
                {"account_id": "tax", "kind": "taxable", "cash": 10000, "holdings": [
                    {"ticker": "AAA", "lots": [lot("A1", 100, "2020-01-02", 50), lot("A2", 50, "2026-06-01", 80),
                                               lot("A3", 50, "2026-05-01", 120)]},
                    {"ticker": "BBB", "lots": [lot("B1", 200, "2021-03-01", 45)]}]},
                {"account_id": "ira", "kind": "traditional", "cash": 5000, "holdings": [
                    {"ticker": "BBB", "lots": [lot("I1", 100, "2021-03-01", 50)]}]},
            ],
        });
        Fixture { document, moment: None }
    }

    /// The same with the account `tax` alone.
    pub(crate) fn one_account() -> Fixture {
        let mut f = Fixture::new();
        f.document["accounts"].as_array_mut().unwrap().truncate(1);
        f
    }

    /// Sets a field by its JSON pointer.
    pub(crate) fn set(mut self, pointer: &str, value: Value) -> Fixture {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        self.document.pointer_mut(parent).unwrap()[field] = value;
        self
    }

    /// Adds a preference token.
    pub(crate) fn wish(mut self, token: &str) -> Fixture {
        self.document["preferences"].as_array_mut().unwrap().push(json!(token));
        self
    }

    /// Gives a clock.
    pub(crate) fn at(mut self, now: &str) -> Fixture {
        self.moment = Some(Moment { now: now.parse().unwrap(), rebalances: Vec::new() });
        self
    }

    /// Adds a rebalance before; after [`Fixture::at`].
    pub(crate) fn rebalanced(mut self, day: &str) -> Fixture {
        self.moment.as_mut().unwrap().rebalances.push(day.parse().unwrap());
        self
    }

    pub(crate) fn portfolio(&self) -> Portfolio {
        portfolio::read(&self.document.to_string()).unwrap_or_else(|e| panic!("{e}"))
    }

    /// What one check says of a plan.
    pub(crate) fn run(&self, check: Check, rows: &[&str]) -> Vec<String> {
        let (portfolio, rates, plan) = (self.portfolio(), Rates::default(), plan(rows));
        let facts = Facts::of(&portfolio, &rates);
        let (nothing, booked) = (Booked::nothing(&facts), Booked::of(&facts, &plan));
        let (before, after) = (terms(&nothing), terms(&booked));
        let case = Case {
            plan: &booked,
            terms: &after,
            nothing: Some((&nothing, &before)),
            moment: self.moment.as_ref(),
        };
        check(&case).iter().map(line).collect()
    }
}

/// A finding in one line.
pub(crate) fn line(f: &Finding) -> String {
    format!("{} {}: {}", f.code, f.place, f.detail)
}

/// Rows such as `SELL tax AAA A1 5`, `BUY tax CCC 5` or `BUY tax CCC 5 @ 21.50`; `-` stands for
/// what is left out.
pub(crate) fn plan(rows: &[&str]) -> ProposedPlan {
    ProposedPlan { trades: rows.iter().map(|row| trade(row)).collect(), ..ProposedPlan::default() }
}

fn trade(row: &str) -> ProposedTrade {
    let (order, price) = row.split_once(" @ ").map_or((row, None), |(o, p)| (o, p.parse().ok()));
    let words: Vec<&str> = order.split(' ').collect();
    let word = |n: usize| words.get(n).filter(|w| **w != "-").map(|w| (*w).to_owned());
    let action = match words[0] {
        "BUY" => Some(Side::Buy),
        "SELL" => Some(Side::Sell),
        _ => None,
    };
    ProposedTrade {
        action,
        account_id: word(1),
        ticker: word(2),
        lot_id: if words.len() > 4 { word(3) } else { None },
        quantity: words.last().and_then(|w| w.parse().ok()),
        estimated_price: price,
        rationale: None,
        excerpt: row.to_owned(),
    }
}
