//! Documents made of the public cases with other wishes, figures and histories, and plans for them.
//!
//! The documents need not be sensible; they have to be such that every rule of the table fires often.

use serde_json::{Value, json};

use crate::random::Random;

/// Names and figures of a document that plans and wishes refer to.
pub(crate) struct Names {
    pub(crate) accounts: Vec<String>,
    pub(crate) tickers: Vec<(String, f64)>,
    pub(crate) classes: Vec<String>,
    /// (account, ticker, lot, quantity)
    pub(crate) lots: Vec<(String, String, String, f64)>,
}

impl Names {
    pub(crate) fn of(document: &Value) -> Names {
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let securities = document["securities"].as_array().unwrap();
        let mut lots = Vec::new();
        for account in document["accounts"].as_array().unwrap() {
            for holding in account["holdings"].as_array().unwrap() {
                for lot in holding["lots"].as_array().unwrap() {
                    let quantity = lot["quantity"].as_f64().unwrap();
                    let names =
                        (text(&account["account_id"]), text(&holding["ticker"]), text(&lot["lot_id"]));
                    lots.push((names.0, names.1, names.2, quantity));
                }
            }
        }
        Names {
            accounts: document["accounts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|a| text(&a["account_id"]))
                .collect(),
            tickers: securities
                .iter()
                .map(|s| (text(&s["ticker"]), s["current_price"].as_f64().unwrap()))
                .collect(),
            classes: securities.iter().map(|s| text(&s["asset_class"])).collect(),
            lots,
        }
    }
}

/// Changes a document in several places.
pub(crate) fn mutate(document: &mut Value, chance: &mut Random) {
    let names = Names::of(document);
    securities(document, chance);
    lots(document, chance);
    money(document, chance);
    transactions(document, &names, chance);
    let mut tokens = document["preferences"].as_array().cloned().unwrap_or_default();
    if chance.chance(60) {
        tokens.clear();
    }
    for _ in 0..1 + chance.below(4) {
        tokens.push(json!(token(document, &names, chance)));
    }
    document["preferences"] = json!(tokens);
}

fn securities(document: &mut Value, chance: &mut Random) {
    let all = document["securities"].as_array_mut().unwrap();
    let n = all.len();
    for security in all.iter_mut() {
        if !chance.chance(4000 / (n + 30)) {
            continue;
        }
        match chance.below(12) {
            0 => security["buyable"] = json!(false),
            1 => security["kind"] = json!("mutual_fund"),
            2 => security["kind"] = json!("stock"),
            3 => security["average_daily_volume_usd"] = json!(chance.amount(100.0, 400_000.0)),
            4 => security["identical_group"] = json!(*chance.pick(&["G1", "G2"])),
            5 => security["industries"] = json!([*chance.pick(&["tobacco", "thermal_coal", "weapons"])]),
            6 => security["sector"] = json!(*chance.pick(&["Energy", "Real_Estate", "Health Care"])),
            7 => security["esg_score"] = json!(*chance.pick(&["AAA", "A", "BB", "CCC"])),
            8 => security["pays_dividends"] = json!(true),
            9 => security["quantity_increment"] = json!(*chance.pick(&[1.0, 0.01, 10.0])),
            10 => {
                security["commission"] = json!(4.95);
                security["impact_coefficient"] = json!(0.0001);
            }
            _ => security["expense_ratio"] = json!(0.0035),
        }
    }
}

fn lots(document: &mut Value, chance: &mut Random) {
    const DAYS: [&str; 8] = [
        "2026-11-20",
        "2026-11-02",
        "2026-10-21",
        "2026-10-20",
        "2026-09-21",
        "2025-11-20",
        "2025-11-19",
        "2024-02-29",
    ];
    for account in document["accounts"].as_array_mut().unwrap() {
        if chance.chance(12) {
            account["kind"] = json!(*chance.pick(&["traditional", "roth", "taxable"]));
        }
        for holding in account["holdings"].as_array_mut().unwrap() {
            for lot in holding["lots"].as_array_mut().unwrap() {
                match chance.below(24) {
                    0 => lot["acquisition_date"] = json!(DAYS[chance.below(DAYS.len())]),
                    1 => {
                        let lot = lot.as_object_mut().unwrap();
                        lot.remove("acquisition_date");
                        let term = ["long-term", "short-term"][chance.below(2)];
                        lot.insert(["lot_type", "type"][chance.below(2)].to_owned(), json!(term));
                    }
                    2 => drop(lot.as_object_mut().unwrap().remove("acquisition_date")),
                    3 => lot["cost_basis_per_share"] = json!(chance.amount(1.0, 500.0)),
                    _ => {}
                }
            }
        }
    }
}

fn money(document: &mut Value, chance: &mut Random) {
    let name = document["accounts"][0]["account_id"].as_str().unwrap().to_owned();
    match chance.below(9) {
        0 => document["accounts"][0]["cash"] = json!(chance.amount(-5_000.0, 2_000.0)),
        1 => document["cash_flow"] = json!({name: chance.amount(-20_000.0, 5_000.0)}),
        2 => document["tax"]["netting"] = json!("separate"),
        3 => {
            document["tax"]["realized_ytd"] =
                json!({"short_term": chance.amount(-9e3, 9e3), "long_term": chance.amount(-9e3, 9e3)});
        }
        4 => {
            document["tax"]["carryforward"] =
                json!({"short_term": chance.amount(0.0, 9e3), "long_term": chance.amount(0.0, 9e3)});
        }
        5 => document["wash_sale_tolerance_usd"] = json!(chance.amount(1.0, 3_000.0)),
        6 => document["liquidity_fraction_of_adv"] = json!(0.05),
        7 => {
            let class = document["securities"][0]["asset_class"].as_str().unwrap().to_owned();
            document["asset_location"] = json!({"enabled": true, "tax_drag": {class: 0.012}});
        }
        _ => document["weights"] = json!({"drift": 2.5, "cost": 0.7, "tax": 1.3, "esg": 0.02}),
    }
}

fn transactions(document: &mut Value, names: &Names, chance: &mut Random) {
    const DAYS: [&str; 5] = ["2026-11-20", "2026-11-05", "2026-10-21", "2026-10-20", "2026-10-01"];
    if chance.chance(40) {
        return;
    }
    let mut rows = Vec::new();
    for _ in 0..1 + chance.below(3) {
        let listed = chance.pick(&names.tickers).0.clone();
        let mut row = json!({
            "date": DAYS[chance.below(DAYS.len())],
            "account_id": if chance.chance(80) { chance.pick(&names.accounts).as_str() } else { "closed" },
            "ticker": if chance.chance(85) { listed.as_str() } else { "GONE" },
            "action": *chance.pick(&["BUY", "SELL", "SELL", "REINVEST"]),
            "quantity": chance.amount(0.1, 30.0),
            "price": chance.amount(5.0, 300.0),
        });
        if row["action"] == "SELL" {
            row["realized_gain"] = json!(chance.amount(-900.0, 300.0));
        }
        if row["ticker"] == "GONE" && chance.chance(70) {
            row["identical_group"] = json!(listed);
        }
        rows.push(row);
    }
    document["transactions"] = json!(rows);
}

fn token(document: &Value, names: &Names, chance: &mut Random) -> String {
    let ticker = chance.pick(&names.tickers).0.clone();
    let held = chance.pick(&names.lots).clone();
    let class = chance.pick(&names.classes).replace(' ', "_");
    let sector = document["securities"].as_array().unwrap().iter().find_map(|s| s["sector"].as_str());
    match chance.below(30) {
        0 => "minimize_short_term_gains".to_owned(),
        1 => "avoid_short_term_gains".to_owned(),
        2 => "prioritize_qualified_dividends".to_owned(),
        3 => format!("maintain_cash_balance_of_{}_usd", 500 + chance.below(40_000)),
        4 => format!("max_daily_trade_volume_pct_{}", 1 + chance.below(30)),
        5 => format!("esg_minimum_score_{}", ["AAA", "A", "BBB"][chance.below(3)]),
        6 => format!("exclude_{}", ["tobacco", "fossil_fuels", "weapons"][chance.below(3)]),
        7 => "prefer_etfs_over_mutual_funds".to_owned(),
        8 => format!("do_not_sell_ticker_{}", held.1),
        9 => format!("do_not_buy_ticker_{ticker}"),
        10 | 11 => format!("always_hold_ticker_{}", held.1),
        12 => format!("concentrate_up_to_{}_pct_in_ticker_{ticker}", 1 + chance.below(30)),
        13 => format!("max_concentration_pct_{}", 1 + chance.below(30)),
        14 => format!("max_sector_exposure_pct_{}", 3 + chance.below(40)),
        15 => match sector {
            Some(sector) => {
                format!("max_sector_exposure_pct_{}_in_{}", 3 + chance.below(40), sector.replace(' ', "_"))
            }
            None => format!("avoid_asset_class_{class}"),
        },
        16 => format!("avoid_asset_class_{class}"),
        17 if !document["risk_model"].is_null() => format!("volatility_cap_pct_{}", 8 + chance.below(10)),
        17 | 18 => format!("avoid_trades_below_{}_usd", 100 + chance.below(5_000)),
        19 => format!("min_holding_months_{}", 1 + chance.below(30)),
        20 => format!("prefer_ticker_{ticker}"),
        21 | 22 => format!("sell_lot_first_{}", held.2),
        23 => format!("do_not_sell_lot_{}", held.2),
        24 => "no_sells".to_owned(),
        25 => format!("max_realized_gains_{}_usd", chance.below(2_000)),
        26 => format!("max_tax_{}_usd", chance.below(500)),
        27 => ["minimize_total_commissions", "impact_investing_focus"][chance.below(2)].to_owned(),
        28 => "priorities_tax_drift_cost_esg".to_owned(),
        _ => format!("harvest_losses_up_to_{}_usd", 1_000 + chance.below(9_000)),
    }
}

/// A plan of a few rows, some of them senseless.
pub(crate) fn plan(names: &Names, chance: &mut Random) -> Value {
    let mut rows: Vec<Value> = Vec::new();
    for _ in 0..chance.below(6) {
        let (account, ticker, lot, quantity) = chance.pick(&names.lots).clone();
        let sold = match chance.below(12) {
            0 => quantity * 1.5,
            1..=5 => quantity,
            _ => chance.amount(0.02, quantity.max(0.03)),
        };
        rows.push(json!({"action": "SELL", "account_id": account, "ticker": ticker, "lot_id": lot, "quantity": sold}));
        if chance.chance(20) {
            let everywhere = chance.chance(60);
            let alike = names.lots.iter();
            let alike = alike.filter(|l| (everywhere || l.0 == account) && l.1 == ticker && l.2 != lot);
            rows.extend(alike.map(|l| json!({"action": "SELL", "account_id": l.0, "ticker": l.1, "lot_id": l.2, "quantity": l.3})));
        }
        if chance.chance(8) {
            rows.push(json!({"action": "BUY", "account_id": chance.pick(&names.accounts), "ticker": ticker, "quantity": chance.amount(0.5, 20.0)}));
        }
    }
    for _ in 0..chance.below(5) {
        let (ticker, price) = chance.pick(&names.tickers).clone();
        let usd = if chance.chance(10) { chance.amount(0.1, 0.9) } else { chance.amount(50.0, 9_000.0) };
        let shares = (usd / price * 10_000.0).round().max(1.0) / 10_000.0;
        let shares = if chance.chance(20) { shares.ceil() } else { shares };
        rows.push(json!({"action": "BUY", "account_id": chance.pick(&names.accounts), "ticker": ticker, "quantity": shares}));
    }
    if chance.chance(12) && !rows.is_empty() {
        spoil(&mut rows, chance);
    }
    json!({"trades": rows})
}

fn spoil(rows: &mut [Value], chance: &mut Random) {
    let n = chance.below(rows.len());
    let row = rows[n].as_object_mut().unwrap();
    match chance.below(9) {
        0 => row.insert("action".to_owned(), json!("HOLD")),
        1 => row.insert("quantity".to_owned(), json!(*chance.pick(&[-5.0, 0.0, 1e15]))),
        2 => row.insert("quantity".to_owned(), json!("many")),
        3 => row.insert("ticker".to_owned(), json!("ZZZ")),
        4 => row.insert("account_id".to_owned(), json!("nobody")),
        5 => row.remove("account_id"),
        6 => row.insert("lot_id".to_owned(), json!("no-such-lot")),
        7 => row.remove("lot_id"),
        _ => row.insert("quantity".to_owned(), json!("12.5")),
    };
}
