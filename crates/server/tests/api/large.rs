//! A household with 100,000 lots is kept like any other.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::rooms::Served;

const LOTS: usize = 100_000;

/// Half its lots at a gain and half at a loss, a third too much in stocks.
fn document() -> String {
    let lots = |ticker: &str, price: f64, count: usize| {
        let mut text = String::new();
        for n in 0..count {
            let comma = if n == 0 { "" } else { "," };
            let basis = price * [0.7, 0.9, 1.1, 1.3][n % 4];
            let (year, month, day) = (2015 + n % 11, 1 + n % 12, 1 + n % 28);
            write!(
                text,
                r#"{comma}{{"lot_id": "{ticker}-{n}", "quantity": 0.0{}, "acquisition_date": "{year}-{month:02}-{day:02}", "cost_basis_per_share": {basis:.2}}}"#,
                1 + n % 7
            )
            .unwrap();
        }
        text
    };
    format!(
        r#"{{"as_of": "2026-11-25", "household_id": "large", "currency": "USD",
 "target_allocation": {{"Stocks": 0.60, "Bonds": 0.40}}, "preferences": [],
 "tax": {{"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3}},
 "accounts": [{{"account_id": "joint", "kind": "taxable", "cash": 100.25, "holdings": [
   {{"ticker": "SPY", "lots": [{}]}}, {{"ticker": "AGG", "lots": [{}]}}]}}],
 "securities": [
  {{"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "kind": "etf", "spread_bps": 1}},
  {{"ticker": "AGG", "asset_class": "Bonds", "current_price": 90.00, "kind": "etf", "spread_bps": 1}}]}}"#,
        lots("SPY", 450.0, LOTS / 2),
        lots("AGG", 90.0, LOTS / 2)
    )
}

#[test]
fn a_household_with_100_000_lots_is_kept_planned_and_shown() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let opened = ann.post("/api/v1/households", &document());
    assert_eq!(opened.status, 201, "{}", opened.body);
    let household = format!("/api/v1/households/{}", opened.json()["id"].as_str().unwrap());
    served.rooms.proposal(&served.smith);

    let mut seen = BTreeSet::new();
    let mut after = String::new();
    for _ in 0..3 {
        let page = ann.get(&format!("{household}/lots?limit=1000{after}")).json();
        for lot in page["items"].as_array().unwrap() {
            assert!(seen.insert(lot["lot_id"].as_str().unwrap().to_owned()), "{lot}");
        }
        after = format!("&after={}", page["next"].as_str().unwrap());
    }
    assert_eq!(seen.len(), 3000);
    let drift = ann.get(&format!("{household}/drift")).json();
    assert_eq!(drift["drift"]["breaches"].as_array().unwrap().len(), 2, "{drift}");
    assert_eq!(ann.get(&format!("{household}/document")).status, 200);

    let proposed = ann.post(&format!("{household}/propose"), "").json();
    let proposal = proposed["proposal"]["id"].as_str().unwrap_or_else(|| panic!("{proposed}")).to_owned();
    let shown = ann.get(&format!("/api/v1/proposals/{proposal}")).json();
    let plan = &shown["plan"];
    assert_eq!(plan["status"], "optimal", "{}", plan["effort"]);
    assert_eq!(plan["validation"]["passed"], true);
    let body = format!(r#"{{"plan_hash": {}}}"#, plan["plan_hash"]);
    let approved = ann.post(&format!("/api/v1/proposals/{proposal}/approve"), &body);
    assert_eq!(approved.status, 200, "{}", approved.body);
}
