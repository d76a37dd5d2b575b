//! The wash-sale vectors WS-1 to WS-16 and HP-9, through the command's engine where it can say them.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use tax::gains::{GainsReport, gains, read};
use tax::relief::Method;
use tax::wash_sale::window;

const HEADER: &str =
    "date,account_id,account_kind,owner,ticker,action,quantity,price,fees,lot_id,identical_group";

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// A file of rows `date account action quantity price [lot]` of XYZ. Accounts: A and B are ann's
/// taxable ones, I her IRA, R her Roth, S bob's taxable one.
fn run(rows: &str) -> GainsReport {
    let mut csv = format!("{HEADER}\n");
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let (kind, owner) = match words[1] {
            "I" => ("traditional", "ann"),
            "R" => ("roth", "ann"),
            "S" => ("taxable", "bob"),
            _ => ("taxable", "ann"),
        };
        let lot = words.get(5).unwrap_or(&"");
        csv += &format!(
            "{},{},{kind},{owner},XYZ,{},{},{},0,{lot},\n",
            words[0], words[1], words[2], words[3], words[4]
        );
    }
    let rows = read(&csv).expect("the rows are good");
    gains(&rows, tax::gains::default_method(&rows), None).expect("the rows can be booked")
}

/// (quantity, basis, holding start) of each open lot.
fn open(report: &GainsReport) -> Vec<(Decimal, Decimal, Date)> {
    report.open_lots.iter().map(|lot| (lot.quantity, lot.basis, lot.holding_start)).collect()
}

fn disallowed(report: &GainsReport) -> [Decimal; 3] {
    [report.disallowed_total, report.permanently_disallowed, report.recognised_total]
}

#[test]
fn ws_1_the_window_is_30_days_each_way() {
    assert_eq!(window(date(2025, 6, 30)), (date(2025, 5, 31), date(2025, 7, 30)));
    for (day, is_wash) in [
        ("2025-05-30", false),
        ("2025-05-31", true),
        ("2025-06-30", true),
        ("2025-07-30", true),
        ("2025-07-31", false),
    ] {
        let sale = "2025-06-30 A SELL 100 45 OLD";
        let buy = format!("{day} B BUY 100 47");
        let report = run(&format!("2020-01-02 A BUY 100 50 OLD\n{sale}\n{buy}"));
        assert_eq!(report.disallowed_total, d(if is_wash { "500" } else { "0" }), "{day}");
    }
}

#[test]
fn ws_2_leap_days_and_year_ends_change_nothing() {
    assert_eq!(window(date(2024, 3, 1)), (date(2024, 1, 31), date(2024, 3, 31)));
    assert_eq!(window(date(2025, 12, 15)), (date(2025, 11, 15), date(2026, 1, 14)));
}

#[test]
fn ws_3_regulation_h_example_1() {
    let report = run("
        1954-12-01 A BUY 100 100 L1
        1954-12-15 A BUY 100 90 L2
        1955-01-03 A SELL 100 90 L1");
    assert_eq!(disallowed(&report), [d("1000"), d("0"), d("0")]);
    // 33 days of the first lot are added to the second.
    assert_eq!(open(&report), [(d("100"), d("10000"), date(1954, 11, 12))]);
}

#[test]
fn ws_4_regulation_h_example_2() {
    let report = run("
        1954-09-21 A BUY 100 50
        1954-12-21 A BUY 50 55
        1954-12-27 A BUY 25 45
        1955-01-03 A SELL 100 40");
    assert_eq!(disallowed(&report), [d("750"), d("0"), d("-250")]);
    let bases: Vec<_> = open(&report).iter().map(|lot| (lot.0, lot.1)).collect();
    assert_eq!(bases, [(d("50"), d("3250")), (d("25"), d("1375"))]);
    assert_eq!(report.realised.len(), 1);
    assert_eq!(report.realised[0].gain, d("-1000"));
}

#[test]
fn ws_5_regulation_h_example_3() {
    let report = run("
        1955-09-21 A BUY 100 50
        1956-02-01 A SELL 100 40
        1956-02-15 A BUY 50 40
        1956-02-16 A BUY 50 40
        1956-02-17 A BUY 50 40
        1956-02-18 A BUY 50 40");
    assert_eq!(disallowed(&report), [d("1000"), d("0"), d("0")]);
    assert_eq!(
        open(&report),
        [
            (d("50"), d("2500"), date(1955, 10, 5)),
            (d("50"), d("2500"), date(1955, 10, 6)),
            (d("50"), d("2000"), date(1956, 2, 17)),
            (d("50"), d("2000"), date(1956, 2, 18)),
        ]
    );
}

#[test]
fn ws_6_regulation_2_basis_of_the_replacement() {
    for (price, basis) in [("90", "110"), ("70", "90")] {
        let report =
            run(&format!("2020-01-02 A BUY 1 100\n2025-06-02 A SELL 1 80\n2025-06-20 A BUY 1 {price}"));
        assert_eq!(report.open_lots[0].basis_per_share, d(basis));
    }
}

#[test]
fn ws_7_publication_550() {
    let report = run("2020-01-02 A BUY 100 10\n2025-06-02 A SELL 100 7.5\n2025-06-20 A BUY 100 8");
    assert_eq!(disallowed(&report), [d("250"), d("0"), d("0")]);
    assert_eq!(report.open_lots[0].basis, d("1050"));
}

#[test]
fn ws_8_an_ira_purchase_loses_the_loss_for_good() {
    let rows = "2006-12-20 A BUY 100 10\n2007-12-20 A SELL 100 6\n2007-12-21";
    for account in ["I", "R"] {
        let report = run(&format!("{rows} {account} BUY 100 6"));
        assert_eq!(disallowed(&report), [d("400"), d("400"), d("0")]);
        assert_eq!(report.deferred_in_open_lots, d("0"));
        assert_eq!(open(&report), [(d("100"), d("600"), date(2007, 12, 21))]);
    }
}

#[test]
fn ws_8b_an_ira_purchase_of_fewer_shares() {
    let report = run("
        2006-12-20 A BUY 100 10
        2007-12-20 A SELL 100 6
        2007-12-21 I BUY 40 6");
    assert_eq!(disallowed(&report), [d("160"), d("160"), d("-240")]);
}

#[test]
fn ws_9_a_reinvested_dividend_washes_its_share() {
    let report = run("
        2023-03-01 A BUY 100 50
        2025-06-10 A REINVEST 0.8 42
        2025-06-25 A SELL 100 40");
    assert_eq!(disallowed(&report), [d("8.00"), d("0"), d("-992.00")]);
    assert_eq!(report.open_lots[0].basis, d("41.60"));
    assert_eq!(report.open_lots[0].basis_per_share, d("52"));
}

#[test]
fn ws_10_a_share_replaces_once_and_the_earlier_loss_goes_first() {
    let report = run("
        2024-01-02 A BUY 100 50
        2024-01-03 A BUY 100 48
        2025-06-02 A SELL 100 45
        2025-06-05 A SELL 100 45
        2025-06-20 A BUY 100 48");
    let by_sale: Vec<_> = report.realised.iter().map(|row| (row.gain, row.disallowed)).collect();
    assert_eq!(by_sale, [(d("-500"), d("500")), (d("-300"), d("0"))]);
    assert_eq!(report.open_lots[0].basis, d("5300"));
}

#[test]
fn ws_11_a_washed_loss_does_not_reduce_gains_of_the_same_day() {
    let report = run("
        2008-01-05 A BUY 100 158
        2008-01-06 A BUY 100 100
        2008-01-07 A BUY 100 95
        2012-12-27 A SELL 300 125
        2013-01-09 A BUY 250 100");
    assert_eq!(disallowed(&report), [d("3300"), d("0"), d("5500")]);
    let gains: Vec<_> = report.realised.iter().map(|row| row.gain).collect();
    assert_eq!(gains, [d("-3300"), d("2500"), d("3000")]);
    assert_eq!(report.open_lots.len(), 2, "100 of the 250 replace, 150 do not");
}

#[test]
fn ws_12_shares_of_one_lot_do_not_replace_each_other() {
    let report = run("2025-03-01 A BUY 200 50\n2025-03-20 A SELL 100 45");
    assert_eq!(disallowed(&report), [d("0"), d("0"), d("-500")]);
}

#[test]
fn ws_13_another_lot_bought_just_before_does() {
    let report = run("
        2025-03-01 A BUY 100 50
        2025-03-10 A BUY 100 48
        2025-03-20 A SELL 100 45");
    assert_eq!(disallowed(&report), [d("500"), d("0"), d("0")]);
    assert_eq!(open(&report), [(d("100"), d("5300"), date(2025, 2, 19))]);
    assert_eq!(report.open_lots[0].acquired, date(2025, 3, 10));
}

#[test]
fn ws_14_a_chain_carries_loss_and_holding_period_along() {
    let report = run("
        2025-01-02 A BUY 100 10
        2025-02-03 A SELL 100 8
        2025-02-10 A BUY 100 7
        2025-02-20 A SELL 100 6
        2025-03-01 A BUY 100 6.50
        2025-06-01 A SELL 100 7");
    let rows: Vec<_> = report.realised.iter().map(|row| (row.basis, row.gain, row.disallowed)).collect();
    assert_eq!(
        rows,
        [(d("1000"), d("-200"), d("200")), (d("900"), d("-300"), d("300")), (d("950"), d("-250"), d("0")),]
    );
    assert_eq!(report.realised[2].holding_start, date(2025, 1, 18));
    assert_eq!(report.economic_total, d("-250"));
}

#[test]
fn ws_15_a_spouse_buys() {
    for (day, lost, recognised) in [("2025-07-30", "400", "0"), ("2025-07-31", "0", "-400")] {
        let report = run(&format!("2020-01-02 A BUY 100 50\n2025-06-30 A SELL 100 46\n{day} S BUY 100 47"));
        assert_eq!(disallowed(&report), [d(lost), d(lost), d(recognised)], "{day}");
        // Default: no bump of the spouse's basis; the loss is counted as permanent, with a warning.
        assert_eq!(report.open_lots[0].basis, d("4700"));
        let warned = report.warnings.iter().any(|w| w.code() == "wash_sale.lost_to_other_owner");
        assert_eq!(warned, day == "2025-07-30");
    }
}

#[test]
fn ws_16_a_call_bought_washes_and_a_put_bought_does_not() {
    for (option, is_wash) in [("XYZ251219C00050000", true), ("XYZ251219P00050000", false)] {
        let csv = format!(
            "{HEADER}\n2020-01-02,A,taxable,ann,XYZ,BUY,100,50,0,,G\n\
             2025-06-30,A,taxable,ann,XYZ,SELL,100,46,0,,G\n\
             2025-07-10,A,taxable,ann,{option},BUY,1,250,0,,G\n"
        );
        let report = gains(&read(&csv).unwrap(), Method::Fifo, None).unwrap();
        assert_eq!(report.disallowed_total, d(if is_wash { "400" } else { "0" }), "{option}");
        let basis = if is_wash { "650" } else { "250" };
        assert_eq!((report.open_lots[0].quantity, report.open_lots[0].basis), (d("1"), d(basis)));
    }
}

#[test]
fn ws_16_a_call_is_known_by_its_symbol_and_its_own_loss_is_not_one_of_the_shares() {
    let rows = |rows: &str| {
        let csv = format!("{HEADER}\n{}", rows.trim().replace("        ", ""));
        gains(&read(&csv).unwrap(), Method::Fifo, None).unwrap()
    };
    let report = rows(
        "
        2020-01-02,A,taxable,ann,XYZ,BUY,100,50,0,,
        2025-06-30,A,taxable,ann,XYZ,SELL,100,46,0,,
        2025-07-10,A,taxable,ann,XYZ251219C00050000,BUY,1,250,0,,
        2025-08-30,A,taxable,ann,XYZ251219C00050000,SELL,1,200,0,,
        2025-09-10,A,taxable,ann,XYZ,BUY,100,46,0,,",
    );
    assert_eq!(disallowed(&report), [d("400"), d("0"), d("-450")]);
    assert_eq!((report.realised[1].basis, report.realised[1].disallowed), (d("650"), d("0")));
    let again = rows(
        "
        2025-01-02,A,taxable,ann,XYZ251219C00050000,BUY,1,300,0,,
        2025-07-10,A,taxable,ann,XYZ251219C00050000,SELL,1,200,0,,
        2025-07-12,A,taxable,ann,XYZ,BUY,100,46,0,,
        2025-07-20,A,taxable,ann,XYZ251219C00050000,BUY,1,210,0,,",
    );
    assert_eq!(disallowed(&again), [d("100"), d("0"), d("0")]);
}

#[test]
fn hp_9_the_replacement_takes_over_60_days() {
    let report = run("
        2025-01-10 A BUY 10 50
        2025-03-11 A SELL 10 45
        2025-03-20 A BUY 10 46
        2026-01-19 A SELL 5 60
        2026-01-20 A SELL 5 60");
    assert_eq!(report.realised[1].holding_start, date(2025, 1, 19));
    let terms: Vec<_> = report.realised[1..].iter().map(|row| row.term.name()).collect();
    assert_eq!(terms, ["short-term", "long-term"]);
}

#[test]
fn hp_10_the_trade_date_is_the_tax_date() {
    let report = run("2025-07-01 A BUY 10 50\n2026-07-02 A SELL 10 60");
    assert_eq!(report.realised[0].sold, date(2026, 7, 2));
    assert_eq!(report.realised[0].term.name(), "long-term");
    let settled = tax::settlement::settlement_date(date(2026, 7, 2)).unwrap();
    assert_eq!(settled, date(2026, 7, 6));
}

#[test]
fn lot_5_each_account_sells_its_own_earliest_lot() {
    let report = run("2020-01-02 A BUY 10 10\n2021-01-02 B BUY 10 20\n2025-06-30 B SELL 5 30");
    assert_eq!(report.realised[0].acquired, date(2021, 1, 2));
    assert_eq!(report.realised[0].gain, d("50"));
}
