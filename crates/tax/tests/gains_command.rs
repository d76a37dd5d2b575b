//! The engine behind the command `gains`: its JSON, its errors, splits, methods and dates.

use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;
use tax::gains::{GainsError, GainsReport, Warning, default_method, gains, gains_under, read};
use tax::identity::Identical;
use tax::relief::Method;
use tax::wash_sale::Policy;

const HEADER: &str =
    "date,account_id,account_kind,owner,ticker,action,quantity,price,fees,lot_id,identical_group";

fn d(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn try_run(rows: &str, method: Method) -> Result<GainsReport, GainsError> {
    let rows: Vec<&str> = rows.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    let rows = read(&format!("{HEADER}\n{}\n", rows.join("\n"))).expect("good rows");
    gains(&rows, method, None)
}

fn run(rows: &str) -> GainsReport {
    try_run(rows, Method::Fifo).expect("a good history")
}

#[test]
fn the_json_has_the_fields_of_the_interface_as_exact_numbers() {
    let report = run("
        2025-03-01,A,taxable,ann,XYZ,BUY,100,50,4.95,,
        2025-03-10,A,taxable,ann,XYZ,BUY,30,48.10,0,,
        2025-03-20,A,taxable,ann,XYZ,SELL,100,45,4.95,,");
    let json = serde_json::to_string(&report).unwrap();
    assert!(json.contains("\"basis_per_share\":53.199,"), "{json}");
    let json: Value = serde_json::from_str(&json).unwrap();
    let row = &json["realised"][0];
    assert_eq!(row["account_id"], "A");
    assert_eq!(row["ticker"], "XYZ");
    assert_eq!(row["quantity"], 100);
    assert_eq!((&row["acquired"], &row["sold"]), (&"2025-03-01".into(), &"2025-03-20".into()));
    assert_eq!((&row["proceeds"], &row["basis"]), (&4495.05.into(), &5004.95.into()));
    assert_eq!((&row["gain"], &row["disallowed"]), (&(-509.90).into(), &152.97.into()));
    assert_eq!(row["term"], "short-term");
    let lot = &json["open_lots"][0];
    assert_eq!((&lot["quantity"], &lot["acquired"]), (&30.into(), &"2025-03-10".into()));
    assert_eq!((&lot["holding_start"], &lot["basis"]), (&"2025-02-19".into(), &1595.97.into()));
    assert_eq!(json["disallowed_total"], 152.97);
    assert_eq!(json["permanently_disallowed"], 0.0);
    assert_eq!(json["by_year"][0]["short_term"], -356.93);
    assert_eq!(json["wash_sales"][0]["treatment"], "added_to_basis");
    assert_eq!((&json["as_of"], &json["method"]), (&"2025-03-20".into(), &"fifo".into()));
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let rows = "
        2025-03-01,A,taxable,ann,XYZ,BUY,100,50,0,,
        2025-03-02,I,roth,ann,XYZ,BUY,10,50,0,,
        2025-03-03,A,taxable,ann,XYZ,SELL,60,45,0,,";
    let text = || serde_json::to_string(&run(rows)).unwrap();
    assert_eq!(text(), text());
}

#[test]
fn selling_more_than_is_held_names_the_row() {
    let error = try_run(
        "2025-03-01,A,taxable,ann,XYZ,BUY,10,50,0,,
         2025-03-02,A,taxable,ann,XYZ,SPLIT,2,,,,
         2025-03-03,A,taxable,ann,XYZ,SELL,21,45,0,,",
        Method::Fifo,
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "line 4: 21 XYZ are sold in A but only 20 are held: add the purchase that is missing, or correct the quantity"
    );
}

#[test]
fn a_sale_above_the_purchase_of_its_day_is_told_so() {
    let rows = "
        2025-03-03,A,taxable,ann,XYZ,SELL,10,45,0,,
        2025-03-03,A,taxable,ann,XYZ,BUY,10,50,0,,
        2025-03-03,B,taxable,ann,XYZ,BUY,10,50,0,,";
    let error = try_run(rows, Method::Fifo).unwrap_err().to_string();
    let told = "more XYZ is sold in A than is held, and the purchase in line 3 of the same day stands below";
    assert!(error.contains(told), "{error}");
    let later = rows.replace("03-03,A,taxable,ann,XYZ,BUY", "03-04,A,taxable,ann,XYZ,BUY");
    let error = try_run(&later, Method::Fifo).unwrap_err().to_string();
    assert!(error.ends_with("add the purchase that is missing, or correct the quantity"), "{error}");
}

#[test]
fn a_named_lot_is_sold_under_specific_and_must_be_there() {
    let rows = "
        2023-03-01,A,taxable,ann,XYZ,BUY,10,100,0,L1,
        2025-03-01,A,taxable,ann,XYZ,BUY,10,130,0,L2,
        2026-03-03,A,taxable,ann,XYZ,SELL,5,120,0,L2,";
    let of = |method| try_run(rows, method).unwrap().realised[0].gain;
    assert_eq!((of(Method::Specific), of(Method::Fifo)), (d("-50"), d("100")));
    assert_eq!((of(Method::Hifo), of(Method::Lofo), of(Method::Lifo)), (d("-50"), d("100"), d("-50")));
    let missing = rows.replace("120,0,L2", "120,0,L9");
    let error = try_run(&missing, Method::Specific).unwrap_err();
    assert!(matches!(error, GainsError::UnknownLot { line: 4, ref lot_id, .. } if lot_id == "L9"));
    let rows = read(&format!("{HEADER}\n{}", rows.trim().replace("        ", ""))).unwrap();
    assert_eq!(default_method(&rows), Method::Specific);
    assert_eq!(default_method(&rows[..2]), Method::Fifo);
}

#[test]
fn a_split_between_loss_and_replacement_is_seen_through() {
    // 100 old shares are 200 new ones: 50 new ones replace a quarter.
    let forward = run("
        2024-01-02,A,taxable,ann,XYZ,BUY,100,50,0,,
        2025-06-02,A,taxable,ann,XYZ,SELL,100,40,0,,
        2025-06-10,A,taxable,ann,XYZ,SPLIT,2,,,,
        2025-06-20,A,taxable,ann,XYZ,BUY,50,21,0,,");
    assert_eq!(forward.disallowed_total, d("250"));
    assert_eq!(forward.open_lots[0].basis, d("1300"));
    assert_eq!((forward.realised[0].quantity, forward.wash_sales[0].quantity), (d("100"), d("25")));
    // One for ten: 100 old shares are 10 new ones, so 4 new ones replace 40.
    let reverse = run("
        2024-01-02,A,taxable,ann,XYZ,BUY,100,50,0,,
        2025-06-02,A,taxable,ann,XYZ,SELL,100,40,0,,
        2025-06-10,B,taxable,ann,XYZ,SPLIT,0.1,0,0,,
        2025-06-20,A,taxable,ann,XYZ,BUY,4,400,0,,");
    assert_eq!(reverse.disallowed_total, d("400"));
    assert_eq!(reverse.open_lots[0].basis, d("2000"));
    assert_eq!(reverse.open_lots[0].quantity, d("4"));
}

#[test]
fn a_split_happens_once_however_many_accounts_book_it() {
    for own_row in ["", "2025-06-12,B,taxable,ann,XYZ,SPLIT,3,,,,"] {
        let report = run(&format!(
            "2024-01-02,A,taxable,ann,XYZ,BUY,10,30,0,,
             2024-01-02,B,taxable,ann,XYZ,BUY,10,30,0,,
             2025-06-10,A,taxable,ann,XYZ,SPLIT,3,,,,
             {own_row}
             2025-06-20,A,taxable,ann,XYZ,SELL,30,11,0,,
             2025-06-20,B,taxable,ann,XYZ,SELL,15,11,0,,"
        ));
        let gains: Vec<_> = report.realised.iter().map(|row| row.gain).collect();
        assert_eq!(gains, [d("30"), d("15")]);
        assert_eq!(report.open_lots[0].basis_per_share, d("10"));
        assert_eq!(report.open_lots[0].acquired, date(2024, 1, 2));
    }
    let twice = try_run(
        "2025-06-10,A,taxable,ann,XYZ,SPLIT,3,,,,
         2025-06-10,A,taxable,ann,XYZ,SPLIT,3,,,,",
        Method::Fifo,
    );
    assert_eq!(twice, Err(GainsError::SplitTwice { line: 3, line_before: 2 }));
    let ratios = try_run(
        "2025-06-10,A,taxable,ann,XYZ,SPLIT,3,,,,
         2025-06-10,B,taxable,ann,XYZ,SPLIT,2,,,,",
        Method::Fifo,
    );
    assert_eq!(ratios, Err(GainsError::SplitRatios { line: 3, line_before: 2 }));
}

#[test]
fn an_identical_group_spans_tickers_and_accounts() {
    let report = run("
        2024-01-02,A,taxable,ann,VFIAX,BUY,100,50,0,,SP
        2025-06-02,A,taxable,ann,VFIAX,SELL,100,45,0,,
        2025-06-20,B,taxable,ann,VOO,BUY,40,47,0,,SP");
    assert_eq!(report.disallowed_total, d("200"));
    assert_eq!((&*report.open_lots[0].ticker, report.open_lots[0].basis), ("VOO", d("2080")));
}

#[test]
fn a_split_of_one_ticker_of_a_group_changes_no_earlier_wash_sale() {
    let washed = "
        2024-01-02,A,taxable,ann,XA,BUY,100,50,0,,G
        2024-06-03,A,taxable,ann,XA,SELL,100,45,0,,
        2024-06-10,A,taxable,ann,XB,BUY,120,46,0,,G";
    for split in ["", "2026-01-05,A,taxable,ann,XA,SPLIT,2,,,,", "2026-01-05,A,taxable,ann,XB,SPLIT,3,,,,"] {
        let report = run(&format!("{washed}\n{split}"));
        assert_eq!(report.disallowed_total, d("500"), "{split}");
        assert_eq!(report.open_lots[0].basis, d("5100"), "100 of the 120 take the loss: {split}");
        assert_eq!(report.open_lots[1].basis, d("920"), "{split}");
    }
    // What was bought before the split is counted as it stands on the day of the loss.
    let report = run("
        2024-01-02,A,taxable,ann,XA,BUY,100,50,0,,G
        2024-06-03,A,taxable,ann,XB,BUY,30,46,0,,G
        2024-06-05,A,taxable,ann,XB,SPLIT,3,,,,
        2024-06-10,A,taxable,ann,XA,SELL,100,45,0,,");
    assert_eq!(report.disallowed_total, d("450"), "90 of 100");
}

#[test]
fn a_chain_through_two_tickers_with_different_splits_keeps_every_cent() {
    let report = run("
        2024-01-02,A,taxable,ann,XA,BUY,100,50,0,,G
        2024-06-03,A,taxable,ann,XA,SELL,100,45,0,,
        2024-06-10,A,taxable,ann,XB,BUY,100,46,0,,G
        2024-06-12,A,taxable,ann,XB,SPLIT,3,,,,
        2024-06-20,A,taxable,ann,XB,SELL,300,15,0,,
        2024-06-25,A,taxable,ann,XA,BUY,70,44,0,,");
    // 500 go into XB; of its 600 on 300 shares, 70 shares of XA take 140.
    assert_eq!(report.disallowed_total, d("640"));
    assert_eq!((report.recognised_total, report.economic_total), (d("-460"), d("-600")));
    assert_eq!((report.open_lots[0].quantity, report.open_lots[0].basis), (d("70"), d("3220")));
}

/// 100 `sold` at a loss of 5 each, and 100 of `bought` within the window.
fn beside(sold: &str, bought: &str, groups: [&str; 2], identical: Identical) -> GainsReport {
    let [of_sold, of_bought] = groups;
    let rows = format!(
        "{HEADER}\n\
         2024-01-02,A,taxable,ann,{sold},BUY,100,50,0,,{of_sold}\n\
         2025-06-02,A,taxable,ann,{sold},SELL,100,45,0,,\n\
         2025-06-20,A,taxable,ann,{bought},BUY,100,47,0,,{of_bought}"
    );
    let policy = Policy { identical, ..Policy::default() };
    gains_under(&read(&rows).expect("good rows"), Method::Fifo, None, policy).expect("a good history")
}

fn codes(report: &GainsReport) -> Vec<&'static str> {
    report.warnings.iter().map(Warning::code).collect()
}

#[test]
fn what_the_policy_counts_as_identical_is_washed_and_told() {
    use Identical::{Class, Index, Ticker};
    for (sold, bought, least) in [("VOO", "VFIAX", Class), ("GOOG", "GOOGL", Class), ("VOO", "IVV", Index)] {
        for identical in Identical::ALL {
            let report = beside(sold, bought, ["", ""], identical);
            let washed = identical == Index || identical == least;
            assert_eq!(report.disallowed_total, d(if washed { "500" } else { "0" }), "{sold} {identical:?}");
            let code = if washed { "wash_sale.identical_by_policy" } else { "wash_sale.same_index" };
            assert!(codes(&report).contains(&code), "{sold} {identical:?} {:?}", report.warnings);
            assert_eq!(report.identical.counted, identical.name());
            assert_eq!(report.identical.joined.len(), usize::from(washed));
        }
    }
    let default = Policy::default().identical;
    assert_eq!(default, Index);
    // Another index is allowed, and an unlisted ticker is only itself.
    assert_eq!(beside("VOO", "VTI", ["", ""], Index).disallowed_total, d("0"));
    assert_eq!(beside("VOO", "XYZ", ["", ""], Index).disallowed_total, d("0"));
    assert_eq!(beside("VOO", "VOO", ["", ""], Ticker).disallowed_total, d("500"));
}

#[test]
fn the_words_of_the_policy_are_those_of_the_pair() {
    let told = |sold: &str, bought: &str, identical| {
        let report = beside(sold, bought, ["", ""], identical);
        let of_policy = |w: &&Warning| w.code() != "wash_sale.window_open";
        report.warnings.iter().find(of_policy).unwrap().to_string()
    };
    let washed = told("VOO", "VFIAX", Identical::Index);
    assert!(washed.contains("counts as identical with VOO: share class of one fund (secondary)"), "{washed}");
    let washed = told("GOOG", "GOOGL", Identical::Class);
    assert!(washed.contains("share class of one issuer (unconfirmed)"), "{washed}");
    let grey = told("VOO", "IVV", Identical::Class);
    assert!(grey.contains("both are funds on the S&P 500, and no ruling says what those are"), "{grey}");
    let joined = |sold: &str, bought: &str| beside(sold, bought, ["", ""], Identical::Index).identical.joined;
    let (classes, index) = (&joined("VOO", "VFIAX")[0], &joined("VOO", "IVV")[0]);
    assert_eq!((classes.ground, classes.certainty), ("share class of one fund", "secondary"));
    assert_eq!(
        (index.group, index.ground, index.certainty),
        ("S&P 500", "funds on one index", "unconfirmed")
    );
    assert_eq!(index.tickers, ["IVV", "VOO"]);
}

#[test]
fn a_group_of_the_file_wins_over_the_policy() {
    let apart = beside("VOO", "IVV", ["VOO", "IVV"], Identical::Index);
    assert_eq!((apart.disallowed_total, apart.identical.joined.len()), (d("0"), 0));
    assert!(codes(&apart).contains(&"wash_sale.same_index"));
    assert_eq!(beside("VOO", "IVV", ["VOO", ""], Identical::Index).disallowed_total, d("0"));
    let together = beside("VOO", "XYZ", ["mine", "mine"], Identical::Ticker);
    assert_eq!(together.disallowed_total, d("500"));
    // A group named as a ticker of the file means whatever that ticker is in.
    let by_ticker = beside("VOO", "XYZ", ["", "VOO"], Identical::Index);
    assert_eq!((by_ticker.disallowed_total, codes(&by_ticker)), (d("500"), vec![]));
}

#[test]
fn a_replacement_that_was_sold_before_takes_up_the_loss() {
    // The recent lot is bought and sold at a gain before the old one is sold at a loss.
    let rows = "
        2024-01-02,A,taxable,ann,XYZ,BUY,100,50,0,L1,
        2025-06-01,A,taxable,ann,XYZ,BUY,100,40,0,L2,
        2025-06-10,A,taxable,ann,XYZ,SELL,100,48,0,L2,
        2025-06-20,A,taxable,ann,XYZ,SELL,100,45,0,L1,";
    let report = try_run(rows, Method::Specific).unwrap();
    assert_eq!(report.disallowed_total, d("500"));
    assert_eq!((report.realised[0].basis, report.realised[0].gain), (d("4500"), d("300")));
    assert_eq!((report.recognised_total, report.economic_total), (d("300"), d("300")));
}

#[test]
fn a_loss_is_never_carried_back_to_where_it_came_from() {
    let report = run("
        2025-06-01,A,taxable,ann,XYZ,BUY,100,50,0,,
        2025-06-05,A,taxable,ann,XYZ,SELL,100,45,0,,
        2025-06-08,A,taxable,ann,XYZ,BUY,100,44,0,,
        2025-06-12,A,taxable,ann,XYZ,SELL,50,43,0,,
        2025-06-16,A,taxable,ann,XYZ,SELL,50,42,0,,");
    assert_eq!(report.disallowed_total, d("500"));
    assert_eq!(report.recognised_total, d("-650"));
}

#[test]
fn a_partly_matched_lot_is_two_open_lots() {
    let report = run("
        2025-01-02,A,taxable,ann,XYZ,BUY,40,50,0,,
        2025-06-02,A,taxable,ann,XYZ,SELL,40,45,0,,
        2025-06-20,A,taxable,ann,XYZ,BUY,100,46,0,,");
    let lots: Vec<_> =
        report.open_lots.iter().map(|lot| (lot.quantity, lot.basis, lot.holding_start)).collect();
    assert_eq!(lots, [(d("40"), d("2040"), date(2025, 1, 20)), (d("60"), d("2760"), date(2025, 6, 20)),]);
}

#[test]
fn a_sale_in_an_ira_has_no_tax_result() {
    let report = run("
        2025-01-02,I,traditional,ann,XYZ,BUY,100,100,0,,
        2025-06-02,I,traditional,ann,XYZ,SELL,100,50,0,,
        2025-06-20,A,taxable,ann,XYZ,BUY,100,46,0,,");
    assert_eq!((report.realised.len(), report.untaxed_sales.len()), (0, 1));
    assert_eq!((report.disallowed_total, report.recognised_total), (d("0"), d("0")));
    assert_eq!(report.open_lots[0].basis, d("4600"));
}

#[test]
fn rows_are_sorted_by_date_and_later_ones_than_the_report_left_out() {
    let rows = read(&format!(
        "{HEADER}\n2025-06-02,A,taxable,ann,XYZ,SELL,100,45,0,,\n\
         2025-01-02,A,taxable,ann,XYZ,BUY,100,50,0,,\n\
         2025-06-20,A,taxable,ann,XYZ,BUY,100,46,0,,\n"
    ))
    .unwrap();
    let all = gains(&rows, Method::Fifo, None).unwrap();
    assert_eq!(all.disallowed_total, d("500"));
    assert_eq!(all.warnings[0].code(), "rows.out_of_order");
    let then = gains(&rows, Method::Fifo, Some(date(2025, 6, 10))).unwrap();
    assert_eq!(then.disallowed_total, d("0"));
    let codes: Vec<_> = then.warnings.iter().map(Warning::code).collect();
    assert_eq!(codes, ["rows.after_as_of", "rows.out_of_order", "wash_sale.window_open"]);
    assert!(gains(&[], Method::Fifo, None).unwrap().realised.is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_reading_or_booking_panic(
        fields in prop::collection::vec(
            prop::collection::vec("(BUY|SELL|SPLIT|REINVEST|taxable|roth|A|XYZ|20(24|25)-0[1-9]-1[0-9]|[0-9]{1,10}(\\.[0-9]{1,12})?|[\"',\n.é-]{0,2})", 9..12),
            0..9,
        )
    ) {
        let lines: Vec<String> = fields.iter().map(|row| row.join(",")).collect();
        let _ = read(&format!("{HEADER}\n{}", lines.join("\n")));
    }

    #[test]
    fn no_readable_rows_make_booking_panic(
        rows in prop::collection::vec(
            ("0[1-9]", "1[0-9]", "A|B", "X|Y", "BUY|SELL|SPLIT", "[1-9][0-9]{0,5}(\\.[0-9]{1,12})?|0\\.00000[1-9]", "[0-9]{1,8}(\\.[0-9]{1,12})?"),
            0..12,
        )
    ) {
        let lines: Vec<String> = rows
            .iter()
            .map(|(m, day, account, ticker, action, quantity, price)| {
                format!("2025-{m}-{day},{account},taxable,ann,{ticker},{action},{quantity},{price},0,,")
            })
            .collect();
        if let Ok(rows) = read(&format!("{HEADER}\n{}", lines.join("\n"))) {
            let _ = gains(&rows, Method::Hifo, None);
        }
    }
}
