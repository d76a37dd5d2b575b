//! A year's realised gains as the tax forms have them, of what was sold and booked.

use portfolio::Decimal;
use serde_json::{Value, json};

use crate::client::Client;
use crate::orders::{filled, items, sent};
use crate::rooms::Served;

/// A household that has sold: its owner, and the address of its forms.
fn sold() -> (Served, Client, String) {
    let (served, ann) = sent();
    let fills: Vec<Value> = items(&ann, "/api/v1/tickets").iter().map(filled).collect();
    assert_eq!(ann.post("/api/v1/fills", &json!({ "fills": fills }).to_string()).status, 200);
    served.rooms.advance(&served.smith);
    let path = format!("/api/v1/households/{}/tax-forms", served.smith.id);
    (served, ann, path)
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn form_8949_has_what_was_booked() {
    let (served, ann, path) = sold();
    let form = ann.get(&format!("{path}/8949?year=2026")).json();
    let gains = items(&ann, &format!("/api/v1/households/{}/gains", served.smith.id));
    let rows = form["rows"].as_array().unwrap();
    assert_eq!(rows.len(), gains.len());
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!((row["part"].as_str(), row["ticker"].as_str()), (Some("II"), Some("SPY")), "{row:#}");
        assert_eq!(
            decimal(&row["gain"]),
            decimal(&row["proceeds"]) - decimal(&row["basis"]) + decimal(&row["adjustment"])
        );
    }
    let booked: Decimal = gains.iter().map(|gain| decimal(&gain["proceeds"])).sum();
    let told: Decimal =
        form["totals"].as_array().unwrap().iter().map(|total| decimal(&total["proceeds"])).sum();
    assert_eq!(told, booked.round_dp(2));
    let csv = ann.get(&format!("{path}/8949?format=csv"));
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(csv.body.lines().count(), rows.len() + 1, "the year of now is the one of the sales");
    assert_eq!(ann.get(&format!("{path}/8949?year=2025")).json()["rows"], json!([]));
    assert_eq!(ann.get(&format!("{path}/8949?year=1")).json()["path"], "year");
    assert_eq!(served.signed_in("bob").get(&format!("{path}/8949")).status, 404);
}

#[test]
fn a_statement_is_held_against_it_and_each_difference_explained() {
    let (_served, ann, path) = sold();
    let form = ann.get(&format!("{path}/8949")).json();
    let line = |row: &Value, basis: &Value| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let cells = [
            text("ticker"),
            text("quantity"),
            text("acquired"),
            text("sold"),
            text("proceeds"),
            basis.as_str().unwrap().to_owned(),
        ];
        cells.join(",") + ",long\n"
    };
    let head = "ticker,quantity,date_acquired,date_sold,proceeds,basis,term\n";
    let rows = form["rows"].as_array().unwrap();
    let compare = |csv: String| ann.post(&format!("{path}/1099-b"), &json!({ "csv": csv }).to_string());
    let same: String = rows.iter().map(|row| line(row, &row["basis"])).collect();
    let found = compare(format!("{head}{same}")).json();
    assert_eq!(
        (found["matched"].as_u64(), found["agreeing"].as_u64()),
        (Some(rows.len() as u64), Some(rows.len() as u64)),
        "{found:#}"
    );
    assert_eq!(found["differences"], json!([]));
    let other = format!("{head}{}AGG,1,,2026-11-25,90,,short\n", line(&rows[0], &json!("1")));
    let found = compare(other).json();
    let codes: Vec<&str> =
        found["differences"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"basis") && codes.contains(&"only_at_broker"), "{found:#}");
    let wrong = compare("ticker,quantity\n".to_owned());
    assert_eq!((wrong.status, wrong.json()["path"].as_str()), (422, Some("csv")), "{wrong:?}");
}
