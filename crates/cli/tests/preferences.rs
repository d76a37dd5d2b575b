//! `equipoise preferences`: words become tokens, nothing is guessed, and nothing is dropped.

#![allow(clippy::unwrap_used)]

#[path = "program/run.rs"]
mod program;

use program::run;
use serde_json::json;

const PORTFOLIO: &str = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 1}, "cash": 100,
 "holdings": [{"ticker": "VTI", "asset_class": "Stocks", "current_price": 100, "sector": "Energy", "lots": [
    {"lot_id": "L1", "quantity": 10, "cost_basis_per_share": 80, "type": "long-term"}]}]}"#;

#[test]
fn json_has_the_fields_of_the_interface() {
    let text = "Keep five grand in cash, don't touch my Apple shares and no tobacco; be good";
    let meaning = run(&["preferences", text, "--tickers", "AAPL,MSFT", "--format", "json"], "").json();
    let tokens = json!(["maintain_cash_balance_of_5000_usd", "do_not_sell_ticker_AAPL", "exclude_tobacco"]);
    assert_eq!(meaning["tokens"], tokens);
    let understood = json!({"token": "exclude_tobacco", "words": "no tobacco", "spans": [[57, 67]]});
    assert_eq!(meaning["understood"][2], understood);
    assert_eq!(meaning["not_understood"], json!(["be good"]));
    assert_eq!(meaning["not_understood_spans"], json!([[69, 76]]));
}

#[test]
fn tokens_that_are_written_out_are_found() {
    let text = "Keep maintain_cash_balance_of_5000_usd, and no_sells.";
    let meaning = run(&["preferences", text, "--format", "json"], "").json();
    assert_eq!(meaning["tokens"], json!(["maintain_cash_balance_of_5000_usd", "no_sells"]));
    assert_eq!(meaning["not_understood"], json!(["Keep"]));
    let turned = run(&["preferences", "not no_sells", "--format", "json"], "").json();
    assert_eq!(turned["tokens"], json!([]));
}

#[test]
fn the_instructions_of_a_portfolio_are_read() {
    let portfolio =
        PORTFOLIO.replace("\"cash\"", "\"instructions\": \"never sell VTI, no tobacco\", \"cash\"");
    let meaning = run(&["preferences", "--portfolio", "-", "--format", "json"], &portfolio).json();
    assert_eq!(meaning["tokens"], json!(["do_not_sell_ticker_VTI", "exclude_tobacco"]));
    let plan = run(&["plan", "-", "--format", "json"], &portfolio).json();
    assert_eq!(plan["instructions"]["not_applied"], json!(["do_not_sell_ticker_VTI", "exclude_tobacco"]));
    let page = run(&["plan", "-"], &portfolio).out;
    assert!(page.contains("Not applied to this plan: do_not_sell_ticker_VTI"), "{page}");
}

#[test]
fn names_come_from_a_file_too() {
    let names = r#"{"tickers": ["ZZZ"], "names": {"ZZZ": "Zebra Works"}}"#;
    let meaning =
        run(&["preferences", "don't sell Zebra Works", "--names", "-", "--format", "json"], names).json();
    assert_eq!(meaning["tokens"], json!(["do_not_sell_ticker_ZZZ"]));
    assert_eq!(run(&["preferences", "no tobacco", "--names", "-"], "{\"tikers\": []}").code, 2);
}

#[test]
fn a_text_that_is_too_long_is_exit_2() {
    let meaning = run(&["preferences", &"no tobacco ".repeat(5000)], "");
    assert_eq!(meaning.code, 2);
    assert!(meaning.err.contains("at most 16384 are read"), "{}", meaning.err);
}

#[test]
fn every_token_that_is_listed_is_understood() {
    let listed = run(&["preferences", "--format", "json"], "").json();
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
    assert!(listed.len() > 30, "{listed:?}");
    let meaning = run(&["preferences", &listed.join(" "), "--format", "json"], "").json();
    assert_eq!(meaning["tokens"], json!(listed));
    assert_eq!(meaning["not_understood"], json!([]));
}

#[test]
fn contradictions_are_told_by_name() {
    let text = "prefer_ticker_VTI do_not_buy_ticker_VTI";
    let meaning = run(&["preferences", text, "--format", "json"], "").json();
    assert_eq!(meaning["notes"], json!(["`prefer_ticker_VTI` contradicts `do_not_buy_ticker_VTI`"]));
    assert!(run(&["preferences", text], "").out.contains("contradicts"));
}

#[test]
fn names_that_the_portfolio_lacks_are_not_understood() {
    let text = "do_not_sell_lot_L1 do_not_sell_lot_L9 avoid_asset_class_Stock prefer_ticker_VTI prefer_ticker_VTJ \
                max_sector_exposure_pct_5_in_Energy";
    let arguments = ["preferences", text, "--portfolio", "-", "--format", "json"];
    let meaning = run(&arguments, PORTFOLIO).json();
    let tokens = json!(["do_not_sell_lot_L1", "prefer_ticker_VTI", "max_sector_exposure_pct_5_in_Energy"]);
    assert_eq!(meaning["tokens"], tokens);
    let rest = json!(["do_not_sell_lot_L9", "avoid_asset_class_Stock", "prefer_ticker_VTJ"]);
    assert_eq!(meaning["not_understood"], rest);
    assert!(meaning["notes"][1].as_str().unwrap().contains("did you mean `Stocks`?"), "{}", meaning["notes"]);
}

#[test]
fn the_page_shows_what_was_not_understood() {
    let page = run(&["preferences", "no_sells and something blue"], "").out;
    assert!(page.contains("Not understood\n  something blue\n"), "{page}");
}

#[test]
fn a_model_or_a_portfolio_that_is_not_there_is_exit_2() {
    let model = run(&["preferences", "no_sells", "--model", "any"], "");
    assert_eq!((model.code, model.out.as_str()), (2, ""));
    assert!(
        model.err.starts_with("equipoise: --model: there is no model `any` in the configuration"),
        "{}",
        model.err
    );
    let portfolio =
        run(&["preferences", "no_sells", "--portfolio", "-"], &PORTFOLIO.replace("\"cash\"", "\"csh\""));
    assert_eq!(portfolio.code, 2);
    assert!(portfolio.err.starts_with("equipoise: stdin: line 1"), "{}", portfolio.err);
}
