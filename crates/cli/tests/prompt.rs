//! `equipoise prompt`: what would be sent, for people and for programs.

#![allow(clippy::unwrap_used)]

#[path = "program/run.rs"]
mod program;

use program::run;

const PORTFOLIO: &str = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 1}, "cash": 100, "account_id": "1234-567-890",
 "holdings": [{"ticker": "VTI", "asset_class": "Stocks", "current_price": 100, "lots": [
    {"lot_id": "L1", "quantity": 10, "cost_basis_per_share": 80, "type": "long-term"}]}]}"#;

#[test]
fn text_has_every_message_and_the_schema() {
    let ran = run(&["prompt", "-"], PORTFOLIO);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("prompt plan-2 for the job `plan`: 2 messages of "), "{}", ran.out);
    for heading in ["===== system =====", "===== user =====", "===== schema trade_plan ====="] {
        assert_eq!(ran.out.matches(heading).count(), 1, "{heading}");
    }
    assert!(!ran.out.contains("1234-567-890"));
    assert_eq!(ran.out, run(&["prompt", "-"], PORTFOLIO).out);
}

#[test]
fn json_is_the_request_itself() {
    let json = run(&["prompt", "-", "--format", "json"], PORTFOLIO).json();
    assert_eq!((&json["job"], &json["prompt_version"]), (&"plan".into(), &"plan-2".into()));
    assert_eq!(json["sampling"], serde_json::json!({"temperature": 0.0, "seed": 0}));
    let messages = json["messages"].as_array().unwrap();
    let bytes: usize = messages.iter().map(|message| message["content"].as_str().unwrap().len()).sum();
    assert_eq!(json["sizes"]["messages_bytes"], bytes);
    assert_eq!(json["schema"]["schema"]["$defs"]["lot"]["enum"], serde_json::json!(["L1"]));
    let text = run(&["prompt", "-"], PORTFOLIO).out;
    assert!(messages.iter().all(|message| text.contains(message["content"].as_str().unwrap().trim_end())));
}

#[test]
fn the_question_of_a_choice_is_the_one_that_a_plan_asks() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script.json");
    std::fs::write(&script, r#"{"replies": [{"text": "no"}]}"#).unwrap();
    let model = format!("scripted:{}", script.display());
    let asked = ["plan", "-", "--model", &model, "--attempts", "1", "--show-attempts", "--format", "json"];
    let plan = run(&asked, PORTFOLIO).json();
    let prompt = run(&["prompt", "-", "--planner", "hybrid", "--format", "json"], PORTFOLIO).json();
    assert_eq!(prompt["job"], "choose");
    assert_eq!(plan["attempts"][0]["messages"], prompt["messages"]);
    let text = run(&["prompt", "-", "--planner", "hybrid"], PORTFOLIO).out;
    assert!(text.contains("===== schema choice =====") && !text.contains("1234-567-890"), "{text}");
    let impossible = PORTFOLIO.replace(
        "\"cash\": 100",
        "\"cash\": 100, \"preferences\": [\"no_sells\", \"maintain_cash_balance_of_500_usd\"]",
    );
    let ran = run(&["prompt", "-", "--planner", "hybrid"], &impossible);
    assert!(ran.code == 2 && ran.err.contains("nobody is asked"), "{}", ran.err);
}

#[test]
fn what_can_not_be_is_exit_2() {
    for (arguments, words) in [
        (&["prompt", "-", "--bytes-max", "5"][..], "a prompt needs at least 32000 bytes"),
        (&["prompt", "/nowhere.json"], "/nowhere.json: can't be read"),
        (&["prompt", "-", "--planner", "hybrid", "--bytes-max", "50000"], "is for `--planner model`"),
    ] {
        let ran = run(arguments, "");
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    assert_eq!(run(&["prompt", "-"], "{}").code, 2);
}
