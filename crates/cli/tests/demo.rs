//! `equipoise demo` as a person sees it, and the commands that go on with its books.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

fn equipoise(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_equipoise")).args(arguments).env("COLUMNS", "120").output().unwrap()
}

fn page(run: &Output) -> String {
    assert!(run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout.clone()).unwrap()
}

/// A demonstration in this folder that leaves its proposals to a person; the ids of those that wait.
fn demonstrated(folder: &Path) -> Vec<String> {
    let run = equipoise(&["demo", "--folder", folder.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let told = page(&run);
    for expected in
        ["cycle begins", "data aggregation", "2 h", "What you can do now", "The audit log verifies"]
    {
        assert!(told.contains(expected), "no `{expected}` in:\n{told}");
    }
    let run =
        equipoise(&["proposals", "--waiting", "--format", "json", "--folder", folder.to_str().unwrap()]);
    let all: Vec<serde_json::Value> = serde_json::from_str(&page(&run)).unwrap();
    assert!(!all.is_empty(), "nothing waits");
    assert!(all.iter().all(|one| one["state"] == "Pending_Approval"));
    let ids: Vec<String> = all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert!(ids.iter().all(|id| told.contains(id.as_str())), "{told}");
    ids
}

#[test]
fn a_demonstration_ends_with_executed_plans_and_a_log_that_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let books = folder.path().join("books");
    let run = equipoise(&["demo", "--auto-approve", "--folder", books.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let told = page(&run);
    for expected in
        ["approved by demo", "executed", "before and after", "trade execution", "The audit log verifies"]
    {
        assert!(told.contains(expected), "no `{expected}` in:\n{told}");
    }
    let again = equipoise(&["demo", "--folder", books.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("there are books already"));
}

#[test]
fn what_waits_is_shown_approved_once_and_executed() {
    let folder = tempfile::tempdir().unwrap();
    let books = folder.path().join("books");
    let id = demonstrated(&books).remove(0);
    let at = ["--folder", books.to_str().unwrap()];
    let shown = page(&equipoise(&["show", &id, at[0], at[1]]));
    assert!(shown.contains("Pending_Approval") && shown.contains("plan hash"), "{shown}");
    let document = page(&equipoise(&["show", &id, "--format", "json", at[0], at[1]]));
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let other = equipoise(&["approve", &id, "--as", "ann", "--plan-hash", "0", at[0], at[1]]);
    assert_eq!(other.status.code(), Some(1));
    assert!(page(&other).contains("is not the one that waits"), "{other:?}");
    let hash = document["plan_hash"].as_str().unwrap();
    let run = equipoise(&["approve", &id, "--as", "ann", "--plan-hash", hash, at[0], at[1]]);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    let told = page(&run);
    assert!(told.contains("approved by ann") && told.contains("executed"), "{told}");
    let again = equipoise(&["approve", &id, "--as", "ann", at[0], at[1]]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
}

#[test]
fn what_waits_is_rejected_once() {
    let folder = tempfile::tempdir().unwrap();
    let books = folder.path().join("books");
    let id = demonstrated(&books).remove(0);
    let at = ["--folder", books.to_str().unwrap()];
    let reject = || equipoise(&["reject", &id, "--as", "ann", "--reason", "not this year", at[0], at[1]]);
    assert_eq!(reject().status.code(), Some(0));
    assert_eq!(reject().status.code(), Some(1));
    let listed = page(&equipoise(&["proposals", at[0], at[1]]));
    assert!(listed.contains("Rejected (by_person)"), "{listed}");
    let unknown = equipoise(&["show", "0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11", at[0], at[1]]);
    assert_eq!(unknown.status.code(), Some(2));
}
