//! A fill that was typed in wrong, from the command line: what is right takes its place, or nothing does, and the record has both.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "program/desk.rs"]
#[allow(dead_code, reason = "shared with the tests of a day at the desk")]
mod desk;
#[path = "program/run.rs"]
mod program;
#[path = "program/serving.rs"]
#[allow(dead_code, reason = "shared with the tests of the service")]
mod serving;

use desk::{Desk, flat};
use serde_json::{Value, json};

fn order(desk: &Desk, name: &str) -> Value {
    desk.orders().into_iter().find(|it| it["order"] == name).unwrap()
}

/// Cash of everything that is booked.
fn booked(desk: &Desk) -> portfolio::Decimal {
    let shown = desk.json(&["household", "show", "smith"]);
    let bookings = shown["bookings"].as_array().unwrap().iter();
    bookings.map(|it| it["cash"].as_str().unwrap().parse::<portfolio::Decimal>().unwrap()).sum()
}

#[test]
fn a_fill_that_was_typed_in_wrong_is_corrected_and_taken_back() {
    let desk = Desk::new("sqlite:books.db");
    desk.approved();
    let sale = desk.named("accepted", "SELL").remove(0);
    let asked = order(&desk, &sale)["asked"].as_str().unwrap().to_owned();
    let limit = order(&desk, &sale)["limit"].as_str().unwrap().to_owned();
    desk.done(&[
        "fill",
        &sale,
        "--quantity",
        &asked,
        "--price",
        &limit,
        "--fees",
        "1",
        "--id",
        "A-1",
        "--as",
        "bob",
    ]);
    assert_eq!(order(&desk, &sale)["state"], json!("filled"));
    // As a person would without knowing of corrections: it is refused, and says how.
    let price = order(&desk, &sale)["limit"].as_str().unwrap().parse::<portfolio::Decimal>().unwrap()
        + portfolio::Decimal::ONE;
    let price = price.to_string();
    desk.refused(
        2,
        &["fill", &sale, "--quantity", &asked, "--price", &price, "--id", "A-1", "--as", "bob"],
        "`equipoise fill ORDER --correct A-1` says what is right",
    );
    desk.refused(2, &["fill", &sale, "--correct", "A-1", "--as", "bob"], "--quantity");
    desk.refused(2, &["fill", &sale, "--cancel", "A-1", "--as", "bob"], "--because");
    desk.refused(
        2,
        &["fill", &sale, "--correct", "A-7", "--quantity", "1", "--price", &price, "--as", "bob"],
        "has no fill `A-7` on record; it has `A-1`",
    );
    let right = [
        "fill",
        &sale,
        "--correct",
        "A-1",
        "--quantity",
        "1",
        "--price",
        &price,
        "--fees",
        "1",
        "--id",
        "A-2",
        "--as",
        "bob",
    ];
    let log = |desk: &Desk| desk.json(&["audit", "log"]).as_array().unwrap().len();
    let (before, records) = (order(&desk, &sale), log(&desk));
    let asked_about = flat(&desk.done(&[right.as_slice(), &["--dry-run"]].concat()));
    assert!(asked_about.contains("would stand as A-2 in place of A-1"), "{asked_about}");
    assert!(asked_about.contains("this was a dry run: nothing was taken"), "{asked_about}");
    assert_eq!((order(&desk, &sale), log(&desk)), (before, records));
    let told = flat(&desk.done(&right));
    // The figures of the dry run are those of the correction.
    assert!(
        asked_about.contains("gain of lot") && asked_about.contains("estimated tax of the year"),
        "{asked_about}"
    );
    let cash = portfolio::money::written(booked(&desk));
    assert!(asked_about.contains(&format!("before, {cash} USD after")), "{asked_about}: {cash}");
    assert!(told.contains("1 at ") && told.contains("stand as A-2 in place of A-1"), "{told}");
    assert!(flat(&desk.done(&right)).contains("as was on record already"));
    let now = order(&desk, &sale);
    assert_eq!((&now["state"], &now["filled"]), (&json!("partly_filled"), &json!("1")), "{now:#}");
    assert!(desk.done(&["tickets"]).contains(&sale[sale.len() - 12..]), "it is open again");
    let told = flat(&desk.done(&[
        "fill",
        &sale,
        "--cancel",
        "A-2",
        "--because",
        "another account's",
        "--as",
        "bob",
    ]));
    assert!(told.contains("A-2 is taken back"), "{told}");
    assert_eq!(order(&desk, &sale)["state"], json!("accepted"));
    let shown = desk.json(&["household", "show", "smith"]);
    assert_eq!(shown["gains"], json!([]), "{shown:#}");
    assert_eq!(booked(&desk), portfolio::Decimal::ZERO, "{shown:#}");
    let log = desk.json(&["audit", "log"]);
    let reversed = log.as_array().unwrap().iter().filter(|it| it["kind"] == "fill_reversed").count();
    assert_eq!(reversed, 2);
    desk.log_verifies();
}
