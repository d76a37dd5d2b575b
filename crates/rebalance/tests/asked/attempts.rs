//! The loop: a model is asked again with what was wrong, at most so often, and every attempt is on record.

use portfolio::plan::Status;
use rebalance::{Cycle, Options, Part, Planner, cycle};
use serde_json::{Value, json};

use crate::scripted::{Scripted, texts};

const DOCUMENT: &str = include_str!("../../../../examples/design-prompt.json");

fn asked(replies: &[&str], attempts_max: u32) -> (Cycle, Scripted) {
    let model = Scripted::new(&texts(replies));
    let options = Options { planner: Planner::Model(&model), attempts_max, ..Options::default() };
    let told = cycle(DOCUMENT, &options).unwrap();
    (told, model)
}

fn plan(trades: &Value, summary: &str) -> String {
    json!({"trades": trades, "summary_rationale": summary}).to_string()
}

/// The plan of the design document, with whole shares of what is in it.
fn good() -> String {
    plan(
        &json!([
            {"action": "SELL", "account_id": "A1", "ticker": "SPY", "lot_id": "L2", "quantity": 11.11,
             "rationale": "Selling from lot L2 realizes a loss."},
            {"action": "BUY", "account_id": "A1", "ticker": "AGG", "quantity": 49.9, "rationale": "More bonds."}
        ]),
        "Moves about 5,000 dollars from stocks to bonds.",
    )
}

/// More shares than the lot has.
fn short_sale() -> String {
    plan(
        &json!([{"action": "SELL", "account_id": "A1", "ticker": "SPY", "lot_id": "L2", "quantity": 4000, "rationale": ""}]),
        "",
    )
}

#[test]
fn a_valid_plan_of_a_model_is_measured_against_the_proven_best() {
    let (told, _) = asked(&[&good()], 3);
    assert_eq!(told.plan.planner, "model:scripted:script.json");
    assert_eq!(told.plan.trades.len(), 2);
    let asked = told.asked.unwrap();
    assert_eq!((asked.part, asked.failure, asked.attempts.len()), (Part::Trades, None, 1));
    let cost = asked.against_best.unwrap();
    assert!(cost.usd.is_sign_positive() && !cost.usd.is_zero(), "{cost:?}");
    assert_eq!(told.plan.status, Status::Feasible);
    let best = cycle(DOCUMENT, &Options::default()).unwrap();
    assert_eq!(told.plan.bound.to_bits(), best.plan.bound.to_bits());
    assert!(told.plan.summary_rationale.contains("wrote these trades"), "{}", told.plan.summary_rationale);
    assert!(
        told.plan.trades[0].rationale.contains("“Selling from lot L2"),
        "{}",
        told.plan.trades[0].rationale
    );
    assert_ne!(told.plan.plan_hash, best.plan.plan_hash);
}

#[test]
fn violations_go_back_to_the_model() {
    let (told, model) = asked(&[&short_sale(), &good()], 3);
    let asked = told.asked.unwrap();
    assert_eq!(asked.attempts.len(), 2);
    assert!(
        asked.attempts[0].findings.iter().any(|f| f.code == "position.short_sale"),
        "{:?}",
        asked.attempts[0].findings
    );
    assert!(asked.attempts[1].findings.is_empty());
    let second = &model.asked()[1];
    let told = &second.messages.last().unwrap().text;
    assert!(told.contains("position.short_sale"), "{told}");
    assert!(second.messages.iter().any(|message| message.text.contains("4000")));
}

#[test]
fn what_is_repeated_is_said_to_be() {
    let (_, model) = asked(&[&short_sale(), &short_sale(), &good()], 3);
    let last = |n: usize| model.asked()[n].messages.last().unwrap().text.clone();
    assert!(!last(1).contains("\"repeated\":true"), "{}", last(1));
    assert!(last(2).contains("\"repeated\":true"), "{}", last(2));
}

#[test]
fn after_the_last_attempt_the_optimisers_plan_stands() {
    let (told, model) = asked(&[&short_sale(), "no", "{}", &good()], 3);
    assert_eq!(model.asked().len(), 3);
    assert_eq!(told.plan.planner, "solver");
    assert_eq!(told.plan.status, Status::Optimal);
    let asked = told.asked.unwrap();
    let failure = asked.failure.unwrap();
    assert!(failure.contains("was asked 3 times"), "{failure}");
    assert!(
        told.plan.summary_rationale.contains("so this is the optimiser's plan"),
        "{}",
        told.plan.summary_rationale
    );
    assert_eq!(told.plan.more["model"]["accepted"], json!(false));
}

#[test]
fn a_refusal_is_not_asked_again() {
    let script = json!({"replies": [{"refusal": "I give no advice."}, {"text": good()}]}).to_string();
    let model = Scripted::new(&script);
    let options = Options { planner: Planner::Model(&model), ..Options::default() };
    let told = cycle(DOCUMENT, &options).unwrap();
    let asked = told.asked.unwrap();
    assert_eq!(asked.attempts.len(), 1);
    assert_eq!(asked.attempts[0].findings[0].code, "reply.refused");
    assert_eq!(told.plan.planner, "solver");
}

#[test]
fn where_no_plan_is_possible_no_model_is_asked() {
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap();
    document["preferences"] = json!(["maintain_cash_balance_of_90000000_usd"]);
    let model = Scripted::new(&texts(&[&good()]));
    let options = Options { planner: Planner::Model(&model), ..Options::default() };
    let told = cycle(&document.to_string(), &options).unwrap();
    assert!(told.asked.is_none() && model.asked().is_empty());
    assert_eq!(told.plan.status, Status::Infeasible);
}
