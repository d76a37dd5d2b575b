//! Everything that a plan can depend on is in the prompt.

use std::collections::BTreeSet;

use portfolio::preference::grammar::EXAMPLES;
use propose::prompt::Situation;
use serde_json::{Value, json};
use validate::Moment;

use super::world::{DESIGN, HOUSEHOLD, World, changed, data, outside, row};

#[test]
fn the_design_documents_example_has_what_its_own_prompt_has() {
    let world = World::of(DESIGN);
    let request = world.prompt();
    let data = data(&request);
    assert_eq!(request.job, "plan");
    assert_eq!(request.prompt_version, "plan-2");
    assert_eq!((request.sampling.temperature, request.sampling.seed), (Some(0.0), Some(0)));
    let text = outside(&request);
    for words in [
        "Primary goal: align the portfolio with its target allocation",
        "2. If possible, harvest up to 3,000.00 USD of capital losses",
        "Keep the costs of trading low",
        "Buy nothing with an ESG rating below A",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(data["household"]["total_value_usd"], 99_998.1);
    let stocks = row(&data, "classes", "class", "Stocks");
    assert_eq!(
        (&stocks["target"], &stocks["weight"], &stocks["band"]),
        (&json!(0.6), &json!(0.649_992), &json!(0.035))
    );
    assert_eq!(stocks["outside_band"], true);
    assert_eq!(row(&data, "securities", "ticker", "AGG")["esg"], "AA");
    let lot = row(&data, "lots", "lot", "L2");
    assert_eq!(
        (&lot["gain_usd"], &lot["term"], &lot["shares"]),
        (&json!(-444.4), &json!("long"), &json!(44.44))
    );
}

/// A document with everything in it.
fn full() -> String {
    changed(HOUSEHOLD, |d| {
        d["tax"]["carryforward"] = json!({"short_term": 700, "long_term": 900});
        d["weights"] = json!({"drift": 5, "cost": 2, "tax": 3, "esg": 0.5});
        d["liquidity_fraction_of_adv"] = json!(0.05);
        d["monitoring"]["trade_to"] = json!("edge");
        d["policy"] = json!({"order_notional_max": 90000, "orders_max": 12, "restricted": ["IXUS"]});
        d["accounts"][0]["settled_cash"] = json!(7000);
        d["accounts"][0]["open_orders"] = json!([{"ticker": "VTI", "action": "SELL", "quantity": 3}]);
        d["instructions"] = json!("No tobacco. Keep the portfolio calm, please.");
        let s = &mut d["securities"][0];
        s["price_as_of"] = json!("2026-11-20T15:30:00-05:00");
        s["commission"] = json!(4.95);
        s["impact_coefficient"] = json!(0.001);
        s["quantity_increment"] = json!(1);
        s["esg_score"] = json!("AA");
        s["sector"] = json!("Broad");
        s["industries"] = json!(["tobacco", "made up"]);
        s["average_daily_volume_usd"] = json!(1_000_000);
        let tickers: Vec<String> = d["securities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["ticker"].as_str().unwrap().to_owned())
            .collect();
        let each = |value: Value| Value::Object(tickers.iter().map(|t| (t.clone(), value.clone())).collect());
        d["risk_model"] = json!({"factors": ["market"], "exposures": each(json!([1])), "factor_covariance": [[0.0225]],
                                 "specific_variance": each(json!(0.04))});
    })
}

#[test]
fn every_fact_is_there() {
    let world = World::of(&full());
    let moment = Moment { now: "2026-11-20T20:45:00Z".parse().unwrap(), rebalances: Vec::new() };
    let situation = Situation { moment: Some(&moment), ..world.situation() };
    let data = data(&propose::prompt::plan(&situation));
    let has = |part: &str, pairs: Value| {
        for (key, value) in pairs.as_object().unwrap() {
            assert_eq!(&data[part][key], value, "{part}.{key}");
        }
    };
    has(
        "household",
        json!({"as_of": "2026-11-20", "now": "2026-11-20T20:45:00Z", "accounts": 3, "lots": 14}),
    );
    has("objective", json!({"drift": 5, "cost": 2, "tax": 3, "esg": 0.5}));
    has(
        "tax",
        json!({"short_term_rate": 0.24, "harvest_wished_usd": 3000, "ordinary_loss_limit_usd": 3000,
        "realised_this_year": {"short_term_usd": 4200, "long_term_usd": 1500},
        "losses_carried_in": {"short_term_usd": 700, "long_term_usd": 900},
        "net_before_the_plan": {"short_term_usd": 3500, "long_term_usd": 600}}),
    );
    has(
        "limits",
        json!({"order_minimum_usd": 500, "fraction_of_daily_volume": 0.05, "cash_to_keep_usd": 12000,
        "one_order_max_usd": 90000, "orders_max": 12, "not_traded": ["IXUS"]}),
    );
    has("risk", json!({"market_volatility": 0.17, "user_score": 0.6, "last_rebalance": "2026-02-18"}));
    let volatility = data["risk"]["household_volatility"].as_f64().unwrap();
    assert!((0.15..0.25).contains(&volatility), "{volatility}");
    let is = |part: &str, field: &str, text: &str, pairs: Value| {
        let row = row(&data, part, field, text);
        for (key, value) in pairs.as_object().unwrap() {
            assert_eq!(&row[key], value, "{part} {text}.{key}");
        }
    };
    is(
        "accounts",
        "account",
        "A1",
        json!({"kind": "taxable", "owner": "O1", "cash_usd": 9000, "flow_usd": 25000,
        "settled_cash_usd": 7000, "open_orders": [{"action": "SELL", "ticker": "VTI", "shares": 3}]}),
    );
    is("accounts", "account", "A2", json!({"kind": "traditional", "flow_usd": -6200}));
    is(
        "securities",
        "ticker",
        "VTI",
        json!({"class": "US Stocks", "kind": "etf", "price": 345,
        "price_as_of": "2026-11-20T20:30:00Z", "price_age_minutes": 15, "held_usd": 251_850, "spread_bps": 1,
        "commission_usd": 4.95, "impact_usd_per_share_squared": 0.001, "step": 1, "expense_ratio": 0.0003,
        "trade_max_usd": 50000, "esg": "AA", "sector": "Broad", "industries": ["tobacco"], "pays_dividends": true,
        "volatility": 0.25}),
    );
    is("securities", "ticker", "VOO", json!({"identical_to": ["VFIAX"]}));
    is(
        "securities",
        "ticker",
        "SCHH",
        json!({"not_bought": ["wash_sale.recent_loss_sale, free from 2026-12-05"]}),
    );
    is("securities", "ticker", "IXUS", json!({"not_bought": ["desk.restricted"]}));
    is(
        "lots",
        "lot",
        "VXUS-2026",
        json!({"account": "A1", "ticker": "VXUS", "shares": 420, "cost_per_share": 81.35,
        "gain_usd": -3003, "term": "short", "acquired": "2026-02-18", "long_from": "2027-02-19"}),
    );
    is("lots", "lot", "VOO-2026", json!({"barred": ["wash_sale.recent_purchase, free from 2026-11-30"]}));
    let bonds = row(&data, "classes", "class", "Bonds");
    assert_eq!((&bonds["target"], &bonds["tax_drag"]), (&json!(0.25), &json!(0.011)));
    assert!(bonds["go_to"].as_f64().unwrap() < 0.25, "the edge of the band: {bonds}");
    assert_eq!(
        data["wash_windows"],
        json!([{"tickers": ["SCHH"], "no_purchase_before": "2026-12-05"},
               {"tickers": ["VOO", "VFIAX"], "no_loss_sale_before": "2026-11-30", "bought_usd": 179.61}])
    );
    let words = &data["investor_words"];
    assert_eq!(words["text"], "No tobacco. Keep the portfolio calm, please.");
    assert_eq!(
        words["understood"],
        json!([{"token": "exclude_tobacco", "from": "No tobacco", "not_applied": true}])
    );
    assert_eq!(words["not_understood"].as_array().unwrap().len(), 1);
}

/// What every token asks for is told, and every rule of the validator is named in some prompt.
#[test]
fn every_rule_of_the_validator_is_told() {
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let codes: Vec<&str> = validate::codes().collect();
    let fitting = |token: &str| {
        let known = [
            ("AAPL", "VTI"),
            ("_ticker_X", "_ticker_VTI"),
            ("NVDA", "VTI"),
            ("lot_first_L2", "lot_first_BND-2020"),
            ("lot_L5", "lot_BND-2020"),
            ("_in_Information_Technology", "_in_Broad"),
        ];
        known.iter().fold(token.to_owned(), |token, (from, to)| token.replace(from, to))
    };
    for example in EXAMPLES {
        let token = fitting(example);
        let text = changed(&full(), |d| d["preferences"] = json!([token]));
        let request = World::of(&text).prompt();
        let data = data(&request);
        let row = row(&data, "preferences", "token", &token);
        assert!(row["means"].as_str().unwrap().len() >= 15, "{row}");
        assert_eq!(row["kind"] == "rule", row["code"].is_string(), "{row}");
        let text = format!("{}{}", request.messages[0].text, row);
        named
            .extend(codes.iter().filter(|code| text.contains(&format!("`{code}`")) || row["code"] == **code));
    }
    assert_eq!(named, codes.iter().copied().collect());
}

#[test]
fn the_age_of_a_price_of_another_day_is_told() {
    let text = changed(HOUSEHOLD, |d| d["securities"][0]["price_as_of"] = json!("2026-11-19"));
    let data = data(&World::of(&text).prompt());
    assert_eq!(row(&data, "securities", "ticker", "VTI")["price_age_minutes"], 1440);
    assert!(row(&data, "securities", "ticker", "BND").get("price_as_of").is_none());
}
