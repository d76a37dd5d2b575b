//! `equipoise gains`: the JSON and the page of one small history, and every fault of a bad one.

#![allow(clippy::unwrap_used)]

#[path = "program/run.rs"]
mod program;

use program::run;
use serde_json::json;

/// A gain over a year, a loss that the same account washes, a loss that an IRA washes for good.
const HISTORY: &str = "\
date,account_id,account_kind,owner,ticker,action,quantity,price,fees,lot_id,identical_group
2024-01-02,joint,taxable,ann,AAA,BUY,10,100,0,,
2025-01-02,joint,taxable,ann,AAA,BUY,10,150,0,,
2025-02-03,joint,taxable,ann,BBB,BUY,20,50,0,,
2025-03-03,joint,taxable,ann,AAA,SELL,10,140,1,,
2025-06-02,joint,taxable,ann,BBB,SELL,20,45,0,,
2025-06-10,joint,taxable,ann,BBB,BUY,5,44,0,,
2025-06-12,ira,traditional,ann,BBB,BUY,10,44,0,,
2025-07-01,ira,traditional,ann,BBB,SELL,4,46,0,,
";

#[test]
fn json_has_the_fields_of_the_interface() {
    let report = run(&["gains", "-", "--format", "json"], HISTORY).json();
    let realised = report["realised"].as_array().unwrap();
    assert_eq!(realised[0]["gain"], json!(399.0), "1400 - 1 of fees - 1000");
    assert_eq!(realised[0]["term"], "long-term");
    let disallowed: f64 = realised.iter().map(|row| row["disallowed"].as_f64().unwrap()).sum();
    assert!((disallowed - 75.0).abs() < 1e-9, "15 of 20 shares at a loss of 5 are replaced");
    assert_eq!(report["disallowed_total"], json!(75.0));
    assert_eq!(report["permanently_disallowed"], json!(50.0), "10 of them by the IRA");
    let of_bbb = |lot: &&serde_json::Value| lot["ticker"] == "BBB" && lot["account_id"] == "joint";
    let lot = report["open_lots"].as_array().unwrap().iter().find(of_bbb).unwrap().clone();
    assert_eq!(lot["basis_per_share"], json!(49), "44 and the 5 carried");
    assert_eq!(lot["holding_start"], "2025-02-11", "119 days are tacked");
}

#[test]
fn the_page_shows_every_part() {
    let page = run(&["gains", "-"], HISTORY).out;
    for part in [
        "Realised in taxable accounts up to 2025-07-01 (fifo)",
        "Recognised by year",
        "into the basis of the shares bought",
        "lost for good: a retirement account bought",
        "Sales in retirement accounts",
        "Open lots",
        "wash sales disallow $75.00, of which $50.00 is lost for good and $25.00 stands in the basis",
        "not investment or tax advice",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    let year = page.lines().find(|line| line.starts_with("2025 ")).unwrap();
    let cells: Vec<&str> = year.split_whitespace().collect();
    assert_eq!(cells, ["2025", "−$25.00", "$399.00", "$75.00"], "{page}");
}

#[test]
fn the_method_decides_which_lot_is_sold() {
    let gain = |method: &str| {
        let report = run(&["gains", "-", "--format", "json", "--method", method], HISTORY).json();
        report["realised"][0]["gain"].clone()
    };
    let gains = ["fifo", "lofo", "lifo", "hifo"].map(gain);
    assert_eq!(gains, [json!(399.0), json!(399.0), json!(-101.0), json!(-101.0)]);
}

#[test]
fn sales_that_name_their_lots_choose_specific() {
    let named =
        HISTORY.replace("BUY,10,150,0,,", "BUY,10,150,0,L2,").replace("SELL,10,140,1,,", "SELL,10,140,1,L2,");
    let report = run(&["gains", "-", "--format", "json"], &named).json();
    assert_eq!(report["method"], "specific");
    assert_eq!(report["realised"][0]["gain"], json!(-101.0));
    assert_eq!(report["realised"][0]["lot_id"], "L2");
}

#[test]
fn what_is_later_than_the_day_is_left_out_and_told() {
    let report = run(&["gains", "-", "--format", "json", "--as-of", "2025-06-10"], HISTORY).json();
    assert_eq!(report["permanently_disallowed"], json!(0.0));
    assert_eq!(report["disallowed_total"], json!(25.0));
    let codes: Vec<&str> =
        report["warnings"].as_array().unwrap().iter().map(|w| w["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"rows.after_as_of"), "{codes:?}");
}

#[test]
fn every_fault_is_told_with_its_line_and_column() {
    let bad = HISTORY.replace("2025-01-02,joint", "2025-13-02,joint").replace("SELL,20,45", "SOLD,20,4o");
    let ran = run(&["gains", "-"], &bad);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.err);
    assert!(lines[0].starts_with("equipoise: stdin: line 3, date: `2025-13-02` is no date"), "{}", ran.err);
    assert!(lines[1].starts_with("equipoise: stdin: line 6, action: `SOLD` is not known"), "{}", ran.err);
    assert!(lines[2].starts_with("equipoise: stdin: line 6, price: `4o` is no number"), "{}", ran.err);
}

#[test]
fn what_cannot_be_is_exit_2() {
    let oversold = run(&["gains", "-"], &HISTORY.replace("SELL,20,45", "SELL,21,45"));
    assert_eq!(oversold.code, 2);
    assert!(
        oversold.err.starts_with("equipoise: stdin: line 6: 21 BBB are sold in joint"),
        "{}",
        oversold.err
    );
    for wrong in [["--method", "best"], ["--as-of", "tomorrow"], ["--format", "xml"]] {
        let ran = run(&["gains", "-", wrong[0], wrong[1]], HISTORY);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong:?}");
        assert!(ran.err.contains(wrong[1]), "{}", ran.err);
    }
    assert_eq!(run(&["gains", "-"], "").code, 2, "a file without a header");
}

#[test]
fn the_policy_on_identical_securities_is_told_and_can_be_chosen() {
    let history = "\
date,account_id,account_kind,owner,ticker,action,quantity,price,fees,lot_id,identical_group
2024-01-02,joint,taxable,ann,VOO,BUY,10,400,0,,
2025-06-02,joint,taxable,ann,VOO,SELL,10,390,0,,
2025-06-12,joint,taxable,ann,IVV,BUY,10,391,0,,
";
    let page = run(&["gains", "-"], history).out.replace('\n', " ");
    for part in [
        "wash sales disallow $100.00",
        "Counted as identical (--identical index): one identical_group; without a group classes of one fund",
        "Here that makes one of IVV, VOO: funds on one index (unconfirmed).",
        "because IVV, bought in line 4, counts as identical with VOO: both are funds on the S&P 500",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    let report = run(&["gains", "-", "--identical", "class", "--format", "json"], history).json();
    assert_eq!(report["disallowed_total"], json!(0.0));
    assert_eq!(report["identical"]["counted"], "class");
    assert_eq!(report["warnings"][1]["code"], "wash_sale.same_index");
    let wrong = run(&["gains", "-", "--identical", "sector"], history);
    assert_eq!(wrong.code, 2);
}
