//! What a broker says that the books don't: cash below 0 after fees that were typed in, and documents of a day that is to come.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "program/desk.rs"]
#[allow(dead_code, reason = "shared with the tests of a day at the desk")]
mod desk;
#[path = "program/run.rs"]
mod program;
#[path = "program/serving.rs"]
#[allow(dead_code, reason = "shared with the tests of the service")]
mod serving;

use std::fs;

use desk::{Desk, flat};
use serde_json::{Value, json};

#[test]
fn the_brokers_figure_of_cash_is_accepted_below_nothing_too() {
    let desk = Desk::new("sqlite:books.db");
    desk.done(&["serve", "--ticks", "1"]);
    let said = ["sync", "--household", "smith", "--cash", "default=-12.34"];
    let ran = desk.run(&said);
    let told = flat(&ran.out);
    assert_eq!(ran.code, 1, "{told}");
    assert!(told.contains("−12.34") && told.contains("nothing was changed"), "{told}");
    let cash = |desk: &Desk| desk.json(&["household", "show", "smith"])["accounts"][0]["cash"].clone();
    let before = cash(&desk);
    assert_ne!(before, json!("-12.34"));
    let told = flat(&desk.done(&[&said[..], &["--accept", "--as", "bob"]].concat()));
    assert!(told.contains("taken over by bob: default: cash"), "{told}");
    assert_eq!(cash(&desk), json!("-12.34"));
    let agreed = flat(&desk.done(&said));
    assert!(agreed.contains("accounts agree"), "{agreed}");
    desk.refused(
        2,
        &["sync", "--household", "smith", "--cash", "joint=1"],
        "no such account; it has default",
    );
    desk.refused(2, &["sync", "--cash", "default=1.234"], "no amount of whole cents");
    desk.refused(2, &["sync", "--cash", "default"], "with = between them");
    desk.log_verifies();

    // Its files say the same, and make a document of it.
    let (lots, out) = (desk.beside("lots.csv"), desk.beside("broker.json"));
    let table = "account,ticker,quantity,acquisition_date,cost_per_share,price,price_date\n\
                 default,SPY,1,2020-01-02,300,450,2026-11-23\ndefault,CASH,-12.34,,,,\n";
    fs::write(&lots, table).unwrap();
    let import = |more: &[&str]| program::run(&[&["import", "csv", &lots, "--out", &out], more].concat(), "");
    let ran = import(&[]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(
        ran.err.contains("lots.csv: row 3: cash below 0") && ran.err.contains("--accept-overdraft"),
        "{}",
        ran.err
    );
    assert_eq!(import(&["--accept-overdraft"]).code, 0);
    let written: Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(written["accounts"][0]["cash"], json!(-12.34));
}

#[test]
fn a_document_of_a_day_that_is_to_come_is_not_taken() {
    let desk = Desk::new("sqlite:books.db");
    desk.done(&["serve", "--ticks", "1"]);
    let path = desk.beside("first.json");
    let mut document: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    document["as_of"] = json!("2099-05-01");
    let next = desk.beside("next.json");
    fs::write(&next, document.to_string()).unwrap();
    desk.refused(
        2,
        &["household", "document", "smith", &next, "--as", "ann"],
        "next.json: the document is of 2099-05-01, which is to come: today is ",
    );
    document["as_of"] = json!("2026-11-23");
    fs::write(&next, document.to_string()).unwrap();
    desk.done(&["household", "document", "smith", &next, "--as", "ann"]);
}
