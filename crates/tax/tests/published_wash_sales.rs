//! The nine published wash-sale cases of `tests/data/adlr`, all of which the engine agrees on.
//!
//! Two of them (`two_lots_different_buy_days`, `two_lots_same_days`) sell everything on one day in
//! two orders. The second lot is still held when the first is sold, so it replaces, and the
//! regulation's order of disposal settles it; when the second is sold, the household is out and
//! the first, sold on that day too, does not replace it. In one order for both lots nothing would
//! be left to replace anything, and nothing would be disallowed; the total recognised is the same.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;
use tax::gains::{GainsReport, gains, read};
use tax::relief::Method;

const CASES: &str = include_str!("data/adlr/cases.json");
const HEADER: &str =
    "date,account_id,account_kind,owner,ticker,action,quantity,price,fees,lot_id,identical_group";

/// (sold or empty, held since) to (shares, proceeds, basis, disallowed).
type Rows = BTreeMap<(String, String), [Decimal; 4]>;

fn decimal(value: &Value) -> Decimal {
    let text = value.as_f64().unwrap_or(0.0).to_string();
    text.parse::<Decimal>().expect("a number").round_dp(2)
}

fn run(input: &Value) -> GainsReport {
    let mut rows: Vec<(String, String)> = Vec::new();
    for lot in input.as_array().expect("rows") {
        let quantity = decimal(&lot["qty"]);
        let mut add = |day: &Value, action: &str, amount: &Value| {
            let day = day.as_str().expect("a date").to_owned();
            let price = decimal(amount) / quantity;
            let (symbol, id) = (&lot["symbol"], &lot["buy_lot"]);
            let row = format!("{day},A,taxable,ann,{symbol},{action},{quantity},{price},0,{id},");
            rows.push((day, row));
        };
        add(&lot["buy_date"], "BUY", &lot["basis"]);
        if lot["sell_date"].is_string() {
            add(&lot["sell_date"], "SELL", &lot["proceeds"]);
        }
    }
    rows.sort_by_key(|row| row.0.clone());
    let lines: Vec<String> = rows.into_iter().map(|row| row.1).collect();
    let rows = read(&format!("{HEADER}\n{}\n", lines.join("\n"))).expect("good rows");
    gains(&rows, Method::Specific, None).expect("a good history")
}

fn expected(rows: &Value) -> Rows {
    let mut sums = Rows::new();
    for row in rows.as_array().expect("rows") {
        let sold = row["sell_date"].as_str().unwrap_or_default().to_owned();
        let since = row["buy_date"].as_str().expect("a date").to_owned();
        let sum = sums.entry((sold, since)).or_default();
        for (at, field) in ["qty", "proceeds", "basis", "disallowed"].into_iter().enumerate() {
            sum[at] += decimal(&row[field]);
        }
    }
    sums
}

fn got(report: &GainsReport) -> Rows {
    let mut sums = Rows::new();
    let mut add = |sold: String, since: String, amounts: [Decimal; 4]| {
        let sum = sums.entry((sold, since)).or_default();
        for (total, amount) in sum.iter_mut().zip(amounts) {
            *total += amount;
        }
    };
    for row in &report.realised {
        let amounts = [row.quantity, row.proceeds, row.basis, row.disallowed];
        add(row.sold.to_string(), row.holding_start.to_string(), amounts);
    }
    for lot in &report.open_lots {
        let amounts = [lot.quantity, Decimal::ZERO, lot.basis, Decimal::ZERO];
        add(String::new(), lot.holding_start.to_string(), amounts);
    }
    sums
}

#[test]
fn all_nine_published_cases_agree() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 9);
    for case in cases {
        let report = run(&case["input"]);
        assert_eq!(got(&report), expected(&case["expected"]), "{}", case["case"]);
    }
}

#[test]
fn a_full_exit_in_one_order_leaves_nothing_that_replaces() {
    let rows = "2014-09-15,A,taxable,ann,GOOG,BUY,10,200,0,,\n\
                2014-09-25,A,taxable,ann,GOOG,BUY,10,190,0,,\n\
                2014-10-05,A,taxable,ann,GOOG,SELL,20,180,0,,";
    let rows = read(&format!("{HEADER}\n{rows}\n")).unwrap();
    let report = gains(&rows, Method::Fifo, None).unwrap();
    assert_eq!(report.disallowed_total, Decimal::ZERO);
    assert_eq!(report.recognised_total, Decimal::from(-300));
}
