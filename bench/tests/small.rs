//! Small households whose plans the optimiser once missed: proven best, and nothing wrong with what it says of them.
//!
//! In: `small/households.jsonl`, portfolios of one to six lots that a search by force made up: caps of the volatility
//! beside whole shares, orders of one security in several accounts, prices from a hundredth of a cent to a million, tax
//! rates of which the long-term one is the higher. Out: each fault, and each that is not proven.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use bench::soundness::{Depth, EFFORT, Task, examine, ours};
use optimize::{GAP_OPTIMAL, Outcome};
use serde_json::Value;

const HOUSEHOLDS: &str = include_str!("small/households.jsonl");

fn households() -> impl Iterator<Item = (String, Value)> {
    HOUSEHOLDS.lines().map(|line| {
        let document: Value = serde_json::from_str(line).unwrap();
        (document["household_id"].as_str().unwrap().to_owned(), document)
    })
}

/// A tenth of the usual effort is enough, and doing nothing is called that where it is best.
#[test]
fn each_is_proven_with_a_fraction_of_the_effort() {
    let mut count = 0;
    for (name, document) in households() {
        let Outcome::Planned(solution) = ours(&Task::read(&document).unwrap(), EFFORT / 4) else {
            panic!("{name}: no plan")
        };
        assert!(solution.relative_gap <= GAP_OPTIMAL, "{name}: {:e}", solution.relative_gap);
        count += 1;
    }
    assert_eq!(count, 19);
}

#[test]
fn what_is_said_of_each_holds() {
    let depth = Depth { moves: 2_000, tightened: 1, others: false };
    for (name, document) in households() {
        let seen = examine(&document, &ours, depth);
        assert!(seen.faults.is_empty(), "{name}: {:?}", seen.faults);
    }
}
