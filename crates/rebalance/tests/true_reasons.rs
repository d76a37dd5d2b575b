//! The reason that a plan names for a class off its target is the true one: without it, taken out of the
//! document itself, the best plan leaves the class nearer to its target.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use explain::Depth;
use portfolio::Plan;
use rebalance::{Options, Verdict, cycle};
use serde_json::{Value, json};

/// By how much a class has to come nearer, as a part of its distance: what is told promises a tenth, and
/// another document may be solved a little differently.
const NEARER: f64 = 0.95;

/// Nearer than this nothing is promised: the step of an order can be as much.
const OFF_MIN: f64 = 0.0005;

fn plan(document: &Value) -> Option<Plan> {
    let options = Options { depth: Depth::Full, ..Options::default() };
    let cycle = cycle(&document.to_string(), &options).ok()?;
    matches!(cycle.verdict, Verdict::Valid(_)).then_some(cycle.plan)
}

fn read(path: &str) -> Option<Value> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

fn fixture(name: &str) -> Value {
    read(&format!("tests/true_reasons/{name}.json")).unwrap_or_else(|| panic!("{name} is missing"))
}

/// (class, reason, text) of every class that is told to be off.
fn notes(plan: &Plan) -> Vec<(String, String, String)> {
    let text = |note: &Value, field: &str| note[field].as_str().unwrap().to_owned();
    let notes = plan.more["off_target"].as_array().unwrap();
    notes.iter().map(|n| (text(n, "class"), text(n, "reason"), text(n, "text"))).collect()
}

fn reason(plan: &Plan, class: &str) -> String {
    let found = notes(plan).into_iter().find(|(name, ..)| name == class);
    found.unwrap_or_else(|| panic!("{class} isn't told of")).1
}

/// The document without what a reason stands for; written on the document, not on what the program reads.
fn without(document: &Value, reason: &str) -> Option<Value> {
    let mut d = document.clone();
    let prefixes: &[&str] = match reason {
        "preference.no_sells" => &["no_sells"],
        "preference.do_not_sell" => &["do_not_sell_ticker"],
        "preference.do_not_sell_lot" => &["do_not_sell_lot"],
        "preference.do_not_buy" => &["do_not_buy"],
        "preference.asset_class" => &["avoid_asset_class"],
        "preference.always_hold" => &["always_hold"],
        "preference.preferred" => &["prefer_ticker"],
        "preference.lot_order" => &["sell_lot_first"],
        "holding_period.minimum" => &["min_holding"],
        "tax.short_term_forbidden" => &["avoid_short"],
        "tax.gain_budget" => &["max_realized"],
        "tax.tax_budget" => &["max_tax"],
        "turnover.limit" => &["max_daily"],
        "esg.minimum" => &["esg_min"],
        "exclusion.industry" => &["exclude"],
        "budget.cash_buffer" => &["maintain"],
        "concentration.sector" => &["max_sector"],
        "risk.volatility" => &["max_volatility", "volatility"],
        _ => &[],
    };
    let wishes = d["preferences"].as_array().cloned().unwrap_or_default();
    let kept = |w: &&Value| !prefixes.iter().any(|p| w.as_str().unwrap().starts_with(p));
    let kept: Vec<Value> = wishes.iter().filter(kept).cloned().collect();
    if kept.len() < wishes.len() {
        d["preferences"] = json!(kept);
    }
    let drop = |d: &mut Value, fields: &[&str]| {
        for security in d["securities"].as_array_mut().into_iter().flatten() {
            for field in fields {
                security.as_object_mut().unwrap().remove(*field);
            }
        }
    };
    match reason {
        "wash_sale.recent_purchase" => d["wash_sale_tolerance_usd"] = json!(1e9),
        "liquidity.adv" => drop(&mut d, &["average_daily_volume_usd"]),
        "cost.trading" => {
            drop(&mut d, &["spread_bps", "commission", "impact_coefficient", "expense_ratio"]);
        }
        "cost.tax" => d["weights"]["tax"] = json!(0),
        "cost.esg" => d["weights"]["esg"] = json!(0),
        "wash_sale.recent_loss_sale" => {
            d["transactions"].as_array_mut()?.retain(|t| t["action"] != "SELL");
        }
        _ => {}
    }
    (d != *document).then_some(d)
}

/// How many reasons were held against a document without them; fails on one that changes nothing.
fn judged(name: &str, document: &Value) -> usize {
    let Some(told) = plan(document) else { return 0 };
    let mut judged = 0;
    for (class, reason, text) in notes(&told) {
        let off = |plan: &Plan| {
            let targets = told.more.get("targets_used").unwrap_or(&document["target_allocation"]);
            let target = targets[&class].as_f64().unwrap_or_default();
            (plan.after.weights.get(&class).copied().unwrap_or_default() - target).abs()
        };
        // Without that sentence the re-solves were too much work, and no more is claimed.
        let claimed = text.contains("Were it not for that");
        let free = (claimed && off(&told) >= OFF_MIN).then(|| without(document, &reason)).flatten();
        let Some(free) = free.as_ref().and_then(plan) else { continue };
        judged += 1;
        assert!(off(&free) <= NEARER * off(&told), "{name} {class}: {} without {reason}: {text}", off(&free));
    }
    judged
}

#[test]
fn what_is_named_holds_the_class() {
    let names = [
        "simplest",
        "simplest_to_the_cent",
        "kept_lot_always_held",
        "kept_lot",
        "turnover",
        "turnover_wash_sale",
        "turnover_alone",
        "cash_avoided_class",
        "cash_esg",
        "daily_volume",
        "recent_loss_sale",
    ];
    let all: usize = names.iter().map(|name| judged(name, &fixture(name))).sum();
    assert!(all >= 20, "{all}");
}

#[test]
fn what_is_named_in_generated_households_holds_the_class() {
    let mut all = 0;
    for family in ["etf", "household", "crowded", "rules", "whole", "withdraw"] {
        for n in 1..=8 {
            let name = format!("{family}-p{n}");
            let Some(document) = read(&format!("../../cases/{name}/portfolio.json")) else { continue };
            all += judged(&name, &document);
        }
    }
    assert!(all >= 50, "{all}");
}

#[test]
fn tax_that_balances_a_class_is_named_for_both_ends_of_the_trade() {
    for name in ["simplest", "simplest_to_the_cent"] {
        let told = plan(&fixture(name)).unwrap();
        assert_eq!(
            (reason(&told, "Bonds"), reason(&told, "US Stocks")),
            ("cost.tax".into(), "cost.tax".into())
        );
    }
}

/// Without a re-solve as well: a batch says no less true, only less.
#[test]
fn the_cheap_judgement_names_the_same() {
    for (name, words) in [
        ("simplest_to_the_cent", "the tax on selling more"),
        ("simplest", "the tax on selling more"),
        ("kept_lot", "this lot is not to be sold"),
        ("kept_lot_always_held", "this lot is not to be sold"),
    ] {
        let told = cycle(&fixture(name).to_string(), &Options::default()).unwrap().plan.summary_rationale;
        assert!(told.contains(words) && !told.contains("Were it not"), "{name}: {told}");
    }
}

#[test]
fn what_is_left_of_a_sold_lot_hides_no_rule() {
    for name in ["kept_lot", "kept_lot_always_held"] {
        let told = plan(&fixture(name)).unwrap();
        assert_eq!(reason(&told, "US Stocks"), "preference.do_not_sell_lot", "{name}");
    }
}

#[test]
fn a_binding_limit_is_named_before_a_rule_that_changes_nothing() {
    for (name, class) in [("turnover", "Gold"), ("turnover_wash_sale", "Gold"), ("turnover_alone", "Bonds")] {
        assert_eq!(reason(&plan(&fixture(name)).unwrap(), class), "turnover.limit", "{name}");
    }
}

#[test]
fn cash_is_held_by_what_bars_its_purchases_and_not_by_their_cost() {
    for (name, told) in [
        ("cash_avoided_class", "preference.asset_class"),
        ("cash_esg", "esg.minimum"),
        ("daily_volume", "liquidity.adv"),
        ("recent_loss_sale", "wash_sale.recent_loss_sale"),
    ] {
        assert_eq!(reason(&plan(&fixture(name)).unwrap(), "Cash"), told, "{name}");
    }
    // A dollar of it would do harm: that is no matter of its costs.
    assert_eq!(reason(&plan(&fixture("recent_loss_sale")).unwrap(), "Commodities"), "target.not_needed");
}

/// The cap on volatility is used up; without it the plan sells none of these lots either.
#[test]
fn a_limit_holds_no_lot_that_stays_without_it() {
    let document = fixture("volatility");
    let told = plan(&document).unwrap();
    let mut free = document.clone();
    free["preferences"].as_array_mut().unwrap().retain(|w| !w.as_str().unwrap().contains("volatility"));
    assert_ne!(free, document);
    let free = plan(&free).unwrap();
    let lots = told.more["not_sold"].as_array().unwrap();
    for lot in lots.iter().filter(|lot| lot["reason"] == "risk.volatility") {
        let sold = free.trades.iter().any(|t| t.lot_id.as_deref() == lot["lot_id"].as_str());
        assert!(sold, "{lot}");
    }
    assert!(lots.len() > 400, "{}", lots.len());
}
