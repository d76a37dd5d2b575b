//! Spoiled documents never make the program panic, and are always answered with a place.
//!
//! A thousand seeded corruptions of the cases go through `rebalance::cycle` in this process, sixty
//! through the executable. The seed is fixed: a failure names its number and can be run again.

#![allow(clippy::unwrap_used)]

#[path = "spoiled_documents/spoiled.rs"]
mod spoiled;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

use portfolio::DocumentError;
use rebalance::{CycleError, Options};
use spoiled::spoil;

/// Small cases of every family.
const CASES: [&str; 8] =
    ["etf-p1", "whole-p2", "household-p1", "withdraw-p1", "rules-p2", "rules-p4", "rules-p7", "crowded-p1"];

fn documents() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let read = |case: &&str| std::fs::read_to_string(root.join(case).join("portfolio.json")).unwrap();
    CASES.iter().map(read).collect()
}

/// Less effort than by default: what is tested is the reading, not the proof.
fn quick() -> Options<'static> {
    let optimize = optimize::Options { effort_max: 200, ..optimize::Options::default() };
    Options { optimize, ..Options::default() }
}

/// Whether an error says where: a line of the text, or the path of every fault.
fn says_where(error: &CycleError) -> bool {
    match error {
        CycleError::Document(DocumentError::Shape { line, message, .. }) => *line > 0 && !message.is_empty(),
        CycleError::Document(DocumentError::Content(faults)) => {
            !faults.is_empty() && faults.iter().all(|f| !f.path.is_empty() && !f.message.is_empty())
        }
        CycleError::Rates(_) => true,
        CycleError::Refused(_) => false,
    }
}

#[test]
fn a_thousand_spoiled_documents_in_this_process() {
    let documents = documents();
    let (mut planned, mut refused) = (0, 0);
    for number in 10_000..11_000_u64 {
        let bytes = spoil(&documents[usize::try_from(number).unwrap() % documents.len()], number);
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let outcome = catch_unwind(AssertUnwindSafe(|| rebalance::cycle(&text, &quick())));
        match outcome.unwrap_or_else(|_| panic!("corruption {number} panics")) {
            Ok(_) => planned += 1,
            Err(error) => {
                refused += 1;
                assert!(says_where(&error), "corruption {number}: no place in `{error}`");
            }
        }
    }
    // A corruption that breaks nothing, or a spoiler that spoils nothing, would show here.
    assert!(refused > 500, "{refused} refused, {planned} planned");
    assert!(planned > 20, "{refused} refused, {planned} planned");
}

#[test]
fn sixty_spoiled_documents_through_the_executable() {
    let documents = documents();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spoiled.json");
    for number in 5000..5060_u64 {
        let bytes = spoil(&documents[usize::try_from(number).unwrap() % documents.len()], number);
        std::fs::write(&path, bytes).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_equipoise")).arg("plan").arg(&path).output().unwrap();
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert!(!stderr.contains("panicked") && !stderr.contains("internal check"), "{number}: {stderr}");
        let code = run.status.code().unwrap();
        assert!([0, 2, 3].contains(&code), "corruption {number}: exit {code}: {stderr}");
        assert_eq!(code == 0, stderr.is_empty(), "corruption {number}: exit {code}: {stderr}");
        assert!(stderr.lines().all(|l| l.starts_with("equipoise: ")), "corruption {number}: {stderr}");
    }
}
