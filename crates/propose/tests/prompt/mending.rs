//! What a model is told of an answer that can't be used.

use llm::Request;
use portfolio::plan::Finding;
use propose::{prompt, reply};
use serde_json::{Value, json};

use super::world::{HOUSEHOLD, World, changed, fenced};

/// An answer with much that is wrong.
const WRONG: &str = r#"{"trades": [
 {"action": "SELL", "account_id": "A1", "ticker": "VOO", "lot_id": "VOO-2026", "quantity": 30, "rationale": "a loss"},
 {"action": "SELL", "account_id": "A1", "ticker": "VTI", "lot_id": "VTI-2016", "quantity": 10, "rationale": "kept"},
 {"action": "SELL", "account_id": "A1", "ticker": "VTI", "lot_id": "VTI-2026", "quantity": 12.00005, "rationale": "short first"},
 {"action": "SELL", "account_id": "A2", "ticker": "AGG", "lot_id": "IRA-AGG", "quantity": 500, "rationale": "too much"},
 {"action": "SELL", "account_id": "A2", "ticker": "VNQ", "lot_id": "none", "quantity": 1, "rationale": "unknown"},
 {"action": "SELL", "account_id": "A3", "ticker": "VXUS", "lot_id": "ROTH-VXUS", "quantity": 1, "rationale": "small"},
 {"action": "BUY", "account_id": "A1", "ticker": "SCHH", "quantity": 100, "rationale": "sold at a loss lately"},
 {"action": "BUY", "account_id": "A3", "ticker": "VFIAX", "quantity": 10, "rationale": "a fund, identical to VOO"},
 {"action": "BUY", "account_id": "A3", "ticker": "IXUS", "quantity": 500, "rationale": "no money"},
 {"action": "BUY", "account_id": "A9", "ticker": "VTII", "quantity": 0, "rationale": "nonsense"}],
 "summary_rationale": "Wrong."}"#;

fn findings(world: &World, answer: &str) -> Vec<Finding> {
    let plan = reply::read(answer, &world.situation()).unwrap();
    validate::validate(&world.portfolio, &world.rates, &plan, None).verdict.violations
}

pub(crate) fn asked_again(world: &World) -> Request {
    let findings = findings(world, WRONG);
    let earlier = [
        findings.iter().find(|f| f.code == "position.short_sale").unwrap().clone(),
        Finding { code: "turnover.limit".to_owned(), place: "household".to_owned(), detail: String::new() },
    ];
    prompt::again(&world.prompt(), WRONG, &findings, &earlier, &world.situation())
}

fn told(request: &Request) -> Value {
    serde_json::from_str(fenced(&request.messages[3].text, "FINDINGS")).unwrap()
}

/// The `mend` of each violation of `answer` by code.
fn mends(world: &World, answer: &str) -> Vec<(String, String)> {
    let findings = findings(world, answer);
    let again = prompt::again(&world.prompt(), answer, &findings, &[], &world.situation());
    let told = told(&again);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    told["violations"].as_array().unwrap().iter().map(|v| (text(&v["code"]), text(&v["mend"]))).collect()
}

fn mend(world: &World, code: &str, answer: &str) -> String {
    let all = mends(world, answer);
    let found = all.iter().find(|(c, _)| c == code).unwrap_or_else(|| panic!("no {code} in {all:?}"));
    found.1.clone()
}

#[test]
fn each_violation_is_told_with_what_would_mend_it() {
    let world = World::of(HOUSEHOLD);
    for (code, words) in [
        ("wash_sale.recent_purchase", "Don't sell lot VOO-2026 before 2026-11-30."),
        ("wash_sale.recent_loss_sale", "Avoid SCHH until 2026-12-05. Of its class may be bought: VNQ."),
        (
            "wash_sale.loss_and_purchase",
            "Either keep what is sold at a loss (VOO-2026), or avoid VOO, VFIAX in every account, until 2026-12-21.",
        ),
        ("position.short_sale", "Sell at most 220 shares of lot IRA-AGG."),
        ("position.unknown_lot", "The lots of A2/VNQ are IRA-VNQ (60 shares)."),
        ("tax.short_term_priority", "These go before lot VTI-2026: VTI-2024 (120 shares are left)."),
        ("preference.do_not_sell_lot", "Don't sell lot VTI-2016."),
        (
            "preference.mutual_fund",
            "Don't buy VFIAX. Nothing else of its class may be bought beside your sales; leave the trade out.",
        ),
        (
            "order.below_minimum",
            "Trade at least 6.7386 shares of A3/VXUS, sell the whole position (200 shares), or leave it out.",
        ),
        (
            "order.increment",
            "Let the SELL of A1/VTI add up to 22 or 22.0001 or 380 shares in all, not 22.00005.",
        ),
        (
            "order.malformed",
            "The nearest listed ticker is VTI. The accounts are A1, A2, A3. `quantity` is a plain number above 0.",
        ),
    ] {
        let told = mend(&world, code, WRONG);
        assert!(told.starts_with(words), "{code}: {told}");
    }
}

/// A plan that does what is told is no longer refused for it.
#[test]
fn what_is_told_of_cash_mends_it() {
    let world = World::of(HOUSEHOLD);
    let buy = |shares: &str| {
        json!({"trades": [{"action": "BUY", "account_id": "A3", "ticker": "IXUS", "quantity": shares, "rationale": ""}],
               "summary_rationale": ""})
        .to_string()
    };
    let lacks_cash = |answer: &str| {
        let is_it = |f: &Finding| f.code == "budget.cash_negative" && f.place == "sam-roth";
        findings(&world, answer).iter().any(is_it)
    };
    let told = mends(&world, &buy("500"));
    let told = told.iter().map(|(_, mend)| mend).find(|mend| mend.contains("buy ")).unwrap();
    let fitting = told.split("buy ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    assert!(lacks_cash(&buy("500")) && !lacks_cash(&buy(&fitting)), "{told}");
    let more: portfolio::Decimal = fitting.parse().unwrap();
    assert!(lacks_cash(&buy(&(more + portfolio::Decimal::new(3, 4)).to_string())), "{told}");
}

#[test]
fn caps_and_budgets_are_told_with_what_fits() {
    let text = changed(HOUSEHOLD, |d| {
        d["preferences"] = json!([
            "concentrate_up_to_10_pct_in_ticker_IXUS",
            "max_realized_gains_1000_usd",
            "max_tax_50_usd",
            "max_daily_trade_volume_pct_5",
            "maintain_cash_balance_of_30000_usd",
            "sell_lot_first_VTI-2024",
            "max_sector_exposure_pct_5_in_Property"
        ]);
        d["securities"][7]["sector"] = json!("Property");
        d["securities"][7]["average_daily_volume_usd"] = json!(20000);
    });
    let world = World::of(&text);
    let answer = r#"{"trades": [
      {"action": "SELL", "account_id": "A1", "ticker": "VTI", "lot_id": "VTI-2016", "quantity": 200, "rationale": ""},
      {"action": "BUY", "account_id": "A1", "ticker": "VNQ", "quantity": 300, "rationale": ""},
      {"action": "BUY", "account_id": "A1", "ticker": "IXUS", "quantity": 700, "rationale": ""}], "summary_rationale": ""}"#;
    for (code, words) in [
        (
            "concentration.security",
            "At most 601.6147 shares of IXUS may be held in the household and 0 are today: buy at most 601.6147",
        ),
        (
            "concentration.sector",
            "Buy at most 19,633.42 USD more of the sector Property than you sell of it.",
        ),
        (
            "tax.gain_budget",
            "The gains are 46,320.00 USD over the budget. Each share of lot VTI-2016 brings 236.60 USD of gain: 195.7735 fewer",
        ),
        (
            "tax.tax_budget",
            "The plan adds 7,048.00 USD of tax too much: sell less at a gain. Lots that bring no taxed gain: BND-2020, VXUS-2026, ",
        ),
        ("turnover.limit", "All trades together may come to 25,117.42 USD; yours come to 154,870.00 USD."),
        ("liquidity.adv", "Trade at most 21.8818 shares of VNQ in all accounts together (2,000.00 USD)."),
        ("preference.lot_order", "These go before lot VTI-2016: VTI-2024 (120 shares are left)."),
        (
            "budget.cash_buffer",
            "16,784.96 USD is missing: buy 499.0126 shares of A1/IXUS instead of 700, or sell for 16,784.96 USD more in the household.",
        ),
    ] {
        let told = mend(&world, code, answer);
        assert!(told.starts_with(words), "{code}: {told}");
    }
}

#[test]
fn what_was_told_before_is_said_to_be_repeated() {
    let world = World::of(HOUSEHOLD);
    let again = asked_again(&world);
    let text = &again.messages[3].text;
    assert!(text.contains("One of them you were told before"), "{text}");
    let told = told(&again);
    let repeated: Vec<&Value> =
        told["violations"].as_array().unwrap().iter().filter(|v| v["repeated"] == true).collect();
    assert_eq!(repeated.len(), 1);
    assert_eq!(repeated[0]["code"], "position.short_sale");
    assert_eq!(told["wrong_before_and_right_now"], json!(["turnover.limit (household)"]));
}

#[test]
fn only_the_last_answer_is_shown_at_a_bounded_length() {
    let world = World::of(HOUSEHOLD);
    let second = asked_again(&world);
    let long = "é".repeat(1 << 20);
    let third = prompt::again(&second, &long, &findings(&world, WRONG), &[], &world.situation());
    assert_eq!(third.messages.len(), 4);
    assert_eq!(third.messages[..2], second.messages[..2]);
    assert!(third.messages[2].text.len() <= prompt::BYTES_MAX / 4);
    assert!(third.messages[3].text.contains("Your answer is shown without its last "));
    assert!(third.text_bytes() <= prompt::BYTES_MAX * 3 / 2);
    let empty = prompt::again(&second, " \n", &[], &[], &world.situation());
    assert_eq!(empty.messages[2].text, "(no answer)");
}

#[test]
fn many_violations_are_counted() {
    let world = World::of(HOUSEHOLD);
    let finding = |n: usize| Finding {
        code: "order.malformed".into(),
        place: format!("trade {n}"),
        detail: "x".repeat(900),
    };
    let findings: Vec<Finding> = (1..=400).map(finding).collect();
    let again = prompt::again(&world.prompt(), "{}", &findings, &[], &world.situation());
    let told = told(&again);
    let listed = told["violations"].as_array().unwrap().len();
    assert!(listed < 400);
    assert_eq!(told["more_violations"]["order.malformed"], 400 - listed);
    assert!(again.messages[3].text.len() < prompt::BYTES_MAX / 2);
}
