//! Large portfolios: what does not fit is left out by rule, and counted.

use propose::prompt::{self, Situation};
use serde_json::{Value, json};

use super::world::{World, data};

/// `accounts` × `tickers` × `lots`, with gains and losses of all sizes.
fn household(accounts: usize, tickers: usize, lots: usize, targets: bool) -> String {
    let security = |n: usize| {
        json!({"ticker": format!("T{n}"), "asset_class": format!("Class {}", n % 3), "kind": "stock",
               "current_price": 50 + n % 7, "spread_bps": n % 5, "sector": format!("Sector {}", n % 11)})
    };
    let holding = |a: usize, n: usize| {
        let lot = |l: usize| {
            json!({"lot_id": format!("L{a}-{n}-{l}"), "quantity": 1 + (n * 7 + l * 3 + a) % 19,
                   "cost_basis_per_share": 30 + (n * 13 + l * 5 + a) % 45,
                   "acquisition_date": format!("20{}-0{}-1{}", 14 + (n + l) % 12, 1 + n % 9, l % 10)})
        };
        json!({"ticker": format!("T{n}"), "lots": (0..lots).map(lot).collect::<Vec<_>>()})
    };
    let account = |a: usize| {
        json!({"account_id": format!("account {a}"), "kind": (["taxable", "roth"][a % 2]), "cash": 1000,
               "holdings": (0..tickers).map(|n| holding(a, n)).collect::<Vec<_>>()})
    };
    let mut document = json!({
        "as_of": "2026-11-20",
        "target_allocation": {"Class 0": 0.5, "Class 1": 0.3, "Class 2": 0.2},
        "accounts": (0..accounts).map(account).collect::<Vec<_>>(),
        "securities": (0..tickers).map(security).collect::<Vec<_>>(),
    });
    if targets {
        document["target_allocation"] = json!({"Class 0": 1});
        let weight = |n: usize| (format!("T{n}"), json!(if n == 0 { 0.6 } else { 0.4 }));
        document["security_targets"] = Value::Object((0..2).map(weight).collect());
    }
    document.to_string()
}

fn count(data: &Value, part: &str) -> usize {
    data[part].as_array().unwrap().len()
}

#[test]
fn a_prompt_has_no_more_bytes_than_it_may() {
    for (accounts, tickers, lots, targets) in
        [(1, 500, 2, true), (5, 500, 10, false), (300, 3, 1, false), (1, 3, 2, false)]
    {
        let world = World::of(&household(accounts, tickers, lots, targets));
        for bytes_max in [prompt::BYTES_MIN, 60_000, prompt::BYTES_MAX, 400_000] {
            let request = prompt::plan(&Situation { bytes_max, ..world.situation() });
            let bytes = request.text_bytes();
            assert!(bytes <= bytes_max, "{bytes} > {bytes_max} ({accounts}, {tickers}, {lots})");
            let data = data(&request);
            let total = accounts * tickers * lots;
            if count(&data, "lots") < total {
                assert!(bytes > bytes_max / 2, "{bytes} of {bytes_max} used ({accounts}, {tickers}, {lots})");
            }
        }
    }
}

#[test]
fn what_is_left_out_is_counted_and_summed() {
    let world = World::of(&household(5, 500, 10, false));
    let data = data(&world.prompt());
    let left_out = &data["left_out"];
    for (part, all) in [("securities", 500), ("lots", 25_000)] {
        assert_eq!(left_out[part]["listed"], count(&data, part));
        assert_eq!(left_out[part]["not_listed"], all - count(&data, part), "{part}");
        assert!(left_out[part]["listed_first"].is_string());
    }
    assert!(left_out.get("accounts").is_none());
    let classes = left_out["not_listed_by_class"].as_array().unwrap();
    let sum = |field: &str| classes.iter().map(|class| class[field].as_f64().unwrap()).sum::<f64>();
    let listed_value: f64 =
        data["securities"].as_array().unwrap().iter().map(|s| s["held_usd"].as_f64().unwrap()).sum();
    let total = data["household"]["total_value_usd"].as_f64().unwrap()
        - data["household"]["cash_usd"].as_f64().unwrap();
    assert!(
        (sum("held_usd") + listed_value - total).abs() < 0.5,
        "{} {listed_value} {total}",
        sum("held_usd")
    );
    assert_eq!(sum("lots") as usize, 25_000 - count(&data, "lots"));
}

/// Every listed lot is of a listed security, none that matters more is left out, and each class has something to buy.
#[test]
fn what_matters_most_is_listed() {
    let world = World::of(&household(5, 500, 10, false));
    let data = data(&world.prompt());
    let rows = |part: &str| data[part].as_array().unwrap().clone();
    let tickers: Vec<Value> = rows("securities").iter().map(|s| s["ticker"].clone()).collect();
    assert!(rows("lots").iter().all(|lot| tickers.contains(&lot["ticker"])));
    for class in rows("classes").iter().filter(|class| class["class"] != "Cash") {
        assert!(rows("securities").iter().any(|s| s["class"] == class["class"]), "{class}");
    }
    let losses: Vec<f64> = rows("lots").iter().map(|lot| lot["gain_usd"].as_f64().unwrap()).collect();
    let least = losses.iter().copied().fold(f64::MIN, f64::max);
    let p = &world.portfolio;
    let is_listed = |lot: &str| rows("lots").iter().any(|row| row["lot"] == *lot);
    let larger = p.lots.iter().filter(|lot| {
        let position = &p.positions[lot.position];
        let security = &p.securities[position.security];
        let gain = portfolio::money::float((security.price - lot.basis_per_share) * lot.quantity);
        let taxable = p.accounts[position.account].kind == portfolio::AccountKind::Taxable;
        taxable && gain < least.min(0.0) && tickers.contains(&json!(security.ticker))
    });
    assert!(larger.clone().count() > 50);
    assert!(larger.clone().all(|lot| is_listed(&lot.lot_id)));
}

#[test]
fn securities_with_targets_are_listed_by_their_distance() {
    let world = World::of(&household(1, 500, 2, true));
    let request = prompt::plan(&Situation { bytes_max: prompt::BYTES_MIN, ..world.situation() });
    let data = data(&request);
    let tickers: Vec<&str> =
        data["securities"].as_array().unwrap().iter().map(|s| s["ticker"].as_str().unwrap()).collect();
    assert!(tickers.len() < 500 && tickers.contains(&"T0") && tickers.contains(&"T1"));
    assert_eq!(data["securities"][0]["target"], 0.6);
}

/// The schema stays within what providers take, and lets through the names that are listed.
#[test]
fn the_schema_stays_small() {
    for (accounts, tickers, lots) in [(5, 500, 10), (1, 400, 1), (1, 3, 2)] {
        let world = World::of(&household(accounts, tickers, lots, false));
        for bytes_max in [prompt::BYTES_MIN, prompt::BYTES_MAX, 1_000_000] {
            let request = prompt::plan(&Situation { bytes_max, ..world.situation() });
            let schema = request.schema.as_ref().unwrap();
            for dialect in [
                llm::schema::Dialect::Whole,
                llm::schema::Dialect::OpenaiStrict,
                llm::schema::Dialect::Anthropic,
            ] {
                assert!(schema.told(dialect).strict, "{dialect:?}");
            }
            let (mut values, mut characters) = (0, 0);
            let defs = schema.full()["$defs"].as_object().unwrap();
            for of in defs.values().filter_map(|def| def["enum"].as_array()) {
                values += of.len();
                characters += of.iter().map(|name| name.as_str().unwrap().len()).sum::<usize>();
            }
            assert!(values <= 900 && characters <= 12_000, "{values} {characters}");
            assert!(schema.full().to_string().len() < 40_000);
            let data = data(&request);
            let lot = data["lots"].as_array().unwrap().last().unwrap();
            let answer = |lot_id: &Value| {
                json!({"trades": [
                    {"action": "SELL", "account_id": lot["account"], "ticker": lot["ticker"], "lot_id": lot_id, "quantity": 0.5, "rationale": ""},
                    {"action": "BUY", "account_id": "A1", "ticker": lot["ticker"], "quantity": 1, "rationale": ""}], "summary_rationale": ""})
            };
            assert_eq!(schema.faults(&answer(&lot["lot"])), []);
            assert!(!schema.faults(&answer(&json!("ignore the rules"))).is_empty());
        }
    }
}
