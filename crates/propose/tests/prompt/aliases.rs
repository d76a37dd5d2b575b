//! Names of a prompt lead back to what they stand for, and what is no plan is told so.

use portfolio::plan::Finding;
use propose::{prompt, reply};
use proptest::prelude::*;
use serde_json::json;

use super::world::{HOUSEHOLD, World, changed, data};

/// A household whose names can't be sent as they are.
fn odd() -> String {
    changed(HOUSEHOLD, |d| {
        for (n, id) in ["4417-8820-93", "A1", "ira of Alex: 998877665544"].iter().enumerate() {
            d["accounts"][n]["account_id"] = json!(id);
        }
        d["cash_flow"] = json!({"4417-8820-93": 25000, "A1": -6200});
        d["transactions"][0]["account_id"] = json!("A1");
        d["transactions"][1]["account_id"] = json!("4417-8820-93");
        d["accounts"][0]["holdings"][0]["lots"][0]["lot_id"] = json!("bought for Sam");
        d["accounts"][0]["holdings"][0]["lots"][1]["lot_id"] = json!("lot-1");
        d["preferences"] = json!(["do_not_sell_lot_bought for Sam"]);
        d["instructions"] = json!("Sell nothing of 4417-8820-93, account 123456789, by default.");
    })
}

#[test]
fn every_name_of_a_prompt_leads_back() {
    let world = World::of(&odd());
    let request = world.prompt();
    let data = data(&request);
    let trades: Vec<serde_json::Value> = data["lots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lot| {
            json!({"action": "SELL", "account_id": lot["account"], "ticker": lot["ticker"], "lot_id": lot["lot"],
                   "quantity": lot["shares"], "rationale": format!("Sells {} of {}.", lot["lot"].as_str().unwrap(), lot["account"].as_str().unwrap())})
        })
        .collect();
    let answer = json!({"trades": trades, "summary_rationale": "A2 is not A1, and lot-1 no lot-10."});
    assert_eq!(request.schema.as_ref().unwrap().faults(&answer), []);
    let plan = reply::read(&answer.to_string(), &world.situation()).unwrap();
    assert_eq!(plan.trades.len(), world.portfolio.lots.len());
    for (row, lot) in plan.trades.iter().zip(&world.portfolio.lots) {
        let position = &world.portfolio.positions[lot.position];
        assert_eq!(row.lot_id.as_ref(), Some(&lot.lot_id));
        assert_eq!(row.account_id.as_ref(), Some(&world.portfolio.accounts[position.account].account_id));
        assert_eq!(row.quantity, Some(lot.quantity));
        let account = &world.portfolio.accounts[position.account].account_id;
        assert_eq!(row.rationale.clone().unwrap(), format!("Sells {} of {account}.", lot.lot_id));
    }
    assert_eq!(plan.summary_rationale.unwrap(), "A1 is not 4417-8820-93, and bought for Sam no lot-10.");
}

#[test]
fn no_name_of_an_account_leaves_the_program() {
    let world = World::of(&odd());
    let request = world.prompt();
    let finding = |place: &str, detail: &str| Finding {
        code: "budget.cash_negative".to_owned(),
        place: place.to_owned(),
        detail: detail.to_owned(),
    };
    let findings = [
        finding(
            "4417-8820-93/VTI/bought for Sam",
            "4417-8820-93 lacks cash, as does `ira of Alex: 998877665544`",
        ),
        finding("A1", "A1 lacks cash"),
    ];
    let again = prompt::again(&request, "{}", &findings, &findings, &world.situation());
    for message in request.messages.iter().chain(&again.messages) {
        for secret in ["4417", "8820", "998877", "123456789", "bought for Sam", "Alex"] {
            assert!(!message.text.contains(secret), "{secret}: {}", message.text);
        }
    }
    assert!(again.messages[3].text.contains(r#""where":"A1/VTI/lot-1""#), "{}", again.messages[3].text);
    assert!(again.messages[3].text.contains(r#""where":"A2","what":"A2 lacks cash""#));
    let words = data(&request)["investor_words"]["text"].as_str().unwrap().to_owned();
    assert_eq!(words, "Sell nothing of A1, account [number withheld], by default.");
}

fn codes(result: Result<portfolio::plan::ProposedPlan, Vec<Finding>>) -> Vec<String> {
    result.unwrap_err().into_iter().map(|finding| finding.code).collect()
}

#[test]
fn what_is_no_plan_is_told_so() {
    let world = World::of(HOUSEHOLD);
    let read = |text: &str| reply::read(text, &world.situation());
    let trades =
        |n: usize| json!({"trades": vec![json!({"action": "BUY"}); n], "summary_rationale": ""}).to_string();
    let words = json!({"trades": [{"rationale": "x".repeat(1001)}], "summary_rationale": "x".repeat(4001)})
        .to_string();
    for (text, code) in [
        ("x".repeat(10 << 20), "reply.too_long"),
        ("I'd rather not.".to_owned(), "reply.not_json"),
        ("{\"trades\": [".to_owned(), "reply.not_json"),
        ("[".repeat(100_000), "reply.not_json"),
        ("[1, 2]".to_owned(), "reply.not_a_plan"),
        ("{\"trades\": {}}".to_owned(), "reply.not_a_plan"),
        ("{\"trades\": [], \"trades\": []}".to_owned(), "reply.not_a_plan"),
        ("{\"trades\": [], \"summary_rationale\": 5}".to_owned(), "reply.not_a_plan"),
        (trades(501), "reply.too_many_trades"),
        (words, "reply.words_too_long"),
    ] {
        let found = codes(read(&text));
        assert!(found.iter().all(|c| c == code) && reply::CODES.contains(&code), "{found:?}");
    }
    assert_eq!(read(&trades(500)).unwrap().trades.len(), 500);
    let fenced = "Here:\n```json\n{\"trades\": [], \"summary_rationale\": \"Nothing.\"}\n```\n";
    assert_eq!(read(fenced).unwrap().summary_rationale.unwrap(), "Nothing.");
}

/// Figures that are none, and names that are not known, reach the validator as they are.
#[test]
fn nonsense_is_left_for_the_validator_to_name() {
    let world = World::of(HOUSEHOLD);
    for (row, code) in [
        (r#"{"action": "BUY", "account_id": "A1", "ticker": "VTI", "quantity": 1e308}"#, "order.malformed"),
        (r#"{"action": "BUY", "account_id": "A1", "ticker": "VTI", "quantity": "NaN"}"#, "order.malformed"),
        (r#"{"action": "BUY", "account_id": "A1", "ticker": "VTI", "quantity": -1}"#, "order.malformed"),
        (r#"{"action": "BUY", "account_id": "A4", "ticker": "VTI", "quantity": 1}"#, "order.malformed"),
        (r#"{"action": "BUY", "account_id": null, "ticker": "VTI", "quantity": 1}"#, "order.malformed"),
        (r#"{"action": "BUY", "account_id": "A1", "ticker": "GME", "quantity": 1}"#, "order.malformed"),
        (r#"["BUY", "A1"]"#, "order.malformed"),
        (
            r#"{"action": "SELL", "account_id": "A1", "ticker": "VTI", "lot_id": "IRA-VTI", "quantity": 1}"#,
            "position.unknown_lot",
        ),
        (r#"{"action": "SELL", "account_id": "A1", "ticker": "VTI", "quantity": 1}"#, "position.unknown_lot"),
    ] {
        let plan = reply::read(&format!("{{\"trades\": [{row}]}}"), &world.situation()).unwrap();
        assert!(world.codes(&plan).iter().any(|c| c == code), "{row}: {:?}", world.codes(&plan));
    }
    let exact = r#"{"trades": [{"action": "BUY", "account_id": "A1", "ticker": "VTI", "quantity": 1.10000000000000000001}]}"#;
    let plan = reply::read(exact, &world.situation()).unwrap();
    assert_eq!(plan.trades[0].quantity.unwrap().to_string(), "1.10000000000000000001");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", rows in prop::collection::vec("[\\[\\]{}\",:a-zA-Z0-9. -]{0,40}", 0..6)) {
        let world = World::of(HOUSEHOLD);
        let _ = reply::read(&text, &world.situation());
        let plan = format!("{{\"trades\": [{}]}}", rows.join(","));
        if let Ok(plan) = reply::read(&plan, &world.situation()) {
            let _ = world.codes(&plan);
        }
        let findings = [Finding { code: text.clone(), place: text.clone(), detail: text.clone() }];
        let _ = prompt::again(&world.prompt(), &plan, &findings, &findings, &world.situation());
    }
}
