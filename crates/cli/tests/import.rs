//! `equipoise import`: broker files to a document that `drift` and `plan` read, and what stands against one.

#![allow(clippy::unwrap_used)]

#[path = "program/run.rs"]
mod program;

use program::{Ran, run};

fn file(name: &str) -> String {
    format!("{}/../ingest/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// `import FORMAT` with files of `ingest`'s tests.
fn import(format: &str, files: &[&str], more: &[&str]) -> Ran {
    let files: Vec<String> = files.iter().map(|name| file(name)).collect();
    let mut arguments = vec!["import", format];
    arguments.extend(files.iter().map(String::as_str));
    arguments.extend(more);
    run(&arguments, "")
}

const SCHWAB: [&str; 3] = ["schwab_positions_all.csv", "schwab_lots_vti.csv", "schwab_lots_brkb.csv"];

#[test]
fn every_format_ends_in_a_document_that_can_be_planned() {
    for (format, files) in
        [("csv", &["lots.csv"][..]), ("schwab", &SCHWAB), ("ibkr-flex", &["ibkr_flex.xml"])]
    {
        let imported = import(format, files, &[]);
        assert_eq!(imported.code, 0, "{}", imported.err);
        assert!(
            imported.err.contains("No targets were given: the current weights are the target"),
            "{}",
            imported.err
        );
        let plan = run(&["plan", "-", "--format", "json"], &imported.out).json();
        assert_eq!(plan["status"], "no_trade_needed", "{format}");
        let drift = run(&["drift", "-"], &imported.out);
        assert_eq!(drift.code, 0, "{}", drift.err);
    }
}

#[test]
fn targets_make_trades() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let targets = path("targets.toml");
    let fragment = "[target_allocation]\n\"US Stocks\" = 0.5\nBonds = 0.5\n[asset_classes]\nVTI = \"US Stocks\"\n\"BRK.B\" = \"US Stocks\"\n\
                    BND = \"Bonds\"\nSWVXX = \"Bonds\"\n";
    std::fs::write(&targets, fragment).unwrap();
    let out = path("household.json");
    let imported =
        import("schwab", &SCHWAB, &["--targets", &targets, "--out", &out, "--account-id", "321=joint"]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    for part in [
        "joint",
        "schwab-654",
        "roth",
        "$41,350.92",
        "BRK.B",
        "a wash sale carried it over",
        "Next: `equipoise drift",
    ] {
        assert!(imported.out.contains(part), "{part} is not in\n{}", imported.out);
    }
    let plan = run(&["plan", &out, "--format", "json"], "").json();
    assert!(!plan["trades"].as_array().unwrap().is_empty());

    // The next statement goes into the same document, whose targets and names of accounts stay.
    let next = path("next.json");
    let files: Vec<String> = SCHWAB.iter().map(|name| file(name)).collect();
    let mut arguments = vec!["import", "schwab", "--into", &out, "--out", &next, "--account-id", "321=joint"];
    arguments.extend(files.iter().map(String::as_str));
    let again = run(&arguments, "");
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), std::fs::read_to_string(&next).unwrap());
    let over = run(&["import", "csv", &file("lots.csv"), "--into", &next, "--out", &next], "");
    assert!(over.err.contains("is the input itself"), "{}", over.err);
}

#[test]
fn files_that_disagree_write_nothing_unless_accepted() {
    let files = &SCHWAB[..2];
    let ran = import("schwab", files, &[]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        ran.err.contains("shares without lots") && ran.err.contains("--accept-differences"),
        "{}",
        ran.err
    );
    let accepted = import("schwab", files, &["--accept-differences"]);
    assert_eq!(accepted.code, 0, "{}", accepted.err);
    assert!(accepted.err.contains("one lot without a date"), "{}", accepted.err);
    assert!(run(&["plan", "-"], &accepted.out).code == 0);
}

#[test]
fn what_a_document_cannot_say_is_refused_or_left_out() {
    let table = "account_id,account_kind,ticker,quantity,acquisition_date,total_cost,price\n\
                 joint,taxable,VTI,10,2020-01-02,1000,300\njoint,taxable,XYZ,-5,2020-01-02,100,10\njoint,taxable,CASH,-20,,,\n\
                 joint,taxable,AAPL  261219C00200000,2,2026-01-02,500,3\n";
    let refused = run(&["import", "csv", "-"], table);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(
        refused.err.contains(
            "stdin: row 3: a short position of 5 XYZ in joint can't be held in a portfolio document"
        ),
        "{}",
        refused.err
    );
    let skipped = run(&["import", "csv", "-", "--skip-unsupported"], table);
    assert_eq!(skipped.code, 0, "{}", skipped.err);
    assert!(skipped.err.contains("Left out") && skipped.err.contains("row 4"), "{}", skipped.err);
    assert!(skipped.err.contains("2 of `AAPL 261219C00200000`, an option"), "{}", skipped.err);
    assert!(skipped.err.contains("no file tells a day"), "{}", skipped.err);
}

#[test]
fn faults_are_listed_up_to_twenty_and_counted() {
    let rows: String = (0..30).map(|n| format!("joint,VTI,{n}x,2020-01-02,5,300\n")).collect();
    let table = format!("account_id,ticker,quantity,acquisition_date,total_cost,price\n{rows}");
    let ran = run(&["import", "csv", "-"], &table);
    assert_eq!(ran.code, 2);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 21, "{}", ran.err);
    assert!(
        lines[0].starts_with("equipoise: stdin: row 2, column quantity: `0x` is no number"),
        "{}",
        lines[0]
    );
    assert_eq!(lines[20], "equipoise: and 10 more faults; mend these first");
}

#[test]
fn the_template_can_be_imported_as_it_is() {
    let template = run(&["import", "csv", "--template"], "");
    assert_eq!(template.code, 0);
    let imported = run(&["import", "csv", "-"], &template.out);
    assert_eq!(imported.code, 0, "{}", imported.err);
    assert_eq!(run(&["plan", "-"], &imported.out).code, 0);
}

#[test]
fn wrong_command_lines_are_exit_2() {
    let lots = file("lots.csv");
    for (arguments, message) in [
        (vec!["import", "csv"], "<FILES>"),
        (vec!["import", "fidelity", &lots], "possible values: csv, schwab, ibkr-flex"),
        (vec!["import", "schwab", "--template"], "csv only"),
        (vec!["import", "csv", "-", "-"], "read once only"),
        (vec!["import", "csv", &lots, "--class", "VTI"], "two names with = between"),
        (
            vec!["import", "csv", &lots, "--account-kind", "joint=margin"],
            "none of taxable, traditional, roth",
        ),
        (vec!["import", "csv", &lots, "--account-kind", "jiont=roth"], "no account is called `jiont`"),
        (vec!["import", "csv", &lots, "--as-of", "tomorrow"], "tomorrow"),
        (
            vec!["import", "csv", &lots, "--as-of", "2020-01-01"],
            "come after the day of the document, 2020-01-01",
        ),
        (vec!["import", "schwab", &lots], "is no title of Schwab's positions or lot details"),
        (vec!["import", "ibkr-flex", &lots], "no XML"),
        (vec!["import", "csv", "/nowhere/at/all.csv"], "can't be read"),
        (vec!["import", "csv", &lots, "--into", "/nowhere/at/all.json"], "can't be read"),
    ] {
        let ran = run(&arguments, "");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
    }
}
