//! Ctrl-C while a plan is looked for, and limits that a person sets.

#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A household whose search for the last digit goes on for long: `generate withdraw 91`.
const SLOW: &str = include_str!("interrupt/slow.json");

fn endless(file: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_equipoise"))
        .args(["plan", file, "--format", "json", "--gap", "0", "--effort", "1000000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn ctrl_c_brings_out_the_best_plan_so_far_with_what_is_proven_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slow.json");
    std::fs::write(&file, SLOW).unwrap();
    let mut child = endless(file.to_str().unwrap());
    std::thread::sleep(Duration::from_secs(2));
    assert!(child.try_wait().unwrap().is_none(), "the household is not slow enough to be interrupted");
    interrupt(&child);
    let mut told = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut told).unwrap();
    assert!(told.contains("the best plan so far follows"), "{told}");
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let plan: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(plan["effort"]["stopped"], true);
    assert!(plan["bound"].as_f64().unwrap() <= plan["objective"]["total"].as_f64().unwrap());
    assert!(plan["relative_gap"].as_f64().unwrap() < 0.1, "{}", plan["relative_gap"]);
    let plan_file = folder.path().join("plan.json");
    std::fs::write(&plan_file, text).unwrap();
    let valid =
        Command::new(env!("CARGO_BIN_EXE_equipoise")).arg("validate").args([&file, &plan_file]).status();
    assert_eq!(valid.unwrap().code(), Some(0));
}

#[test]
fn a_limit_ends_the_search_and_a_wrong_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("slow.json");
    std::fs::write(&file, SLOW).unwrap();
    let run = |arguments: &[&str]| {
        let binary = env!("CARGO_BIN_EXE_equipoise");
        Command::new(binary).args(["plan", file.to_str().unwrap()]).args(arguments).output().unwrap()
    };
    let limited = run(&["--format", "json", "--gap", "0", "--effort", "2000"]);
    let plan: Value = serde_json::from_slice(&limited.stdout).unwrap();
    assert_eq!(plan["effort"]["stopped"], true);
    assert!(plan["relative_gap"].as_f64().unwrap() > 0.0);
    for wrong in ["2", "-0.1", "NaN", "much"] {
        let refused = run(&[&format!("--gap={wrong}")]);
        assert_eq!(refused.status.code(), Some(2), "{wrong}");
    }
}
