//! Checkpoints that somebody else signs as well: a witness of this test's own, and what the program does with its answers.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use audit::witness::{AddCheckpoint, Refusal, SIZE_CONTENT_TYPE, cosign};
use audit::{Algorithm, Checkpoint, Hash, Randomness, SignerKey, Trust, VerifierKey};

fn equipoise(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_equipoise")).args(arguments).output().unwrap()
}

/// What the witness has of the log.
type Kept = Arc<Mutex<Option<Checkpoint>>>;

fn key() -> SignerKey {
    SignerKey::generate("witness.example/1", Algorithm::Cosignature, &mut Randomness::from_seed([4; 32]))
        .unwrap()
}

/// A witness of a log; its port, and what it has.
fn witness(log: VerifierKey) -> (u16, Kept) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, kept) = (listener.local_addr().unwrap().port(), Kept::default());
    let mine = Arc::clone(&kept);
    std::thread::spawn(move || {
        for visitor in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(visitor);
            let (mut length, mut line, mut path) = (0, String::new(), String::new());
            while lines.read_line(&mut line).unwrap() > 2 {
                if path.is_empty() {
                    path.clone_from(&line);
                }
                if let Some(count) = line.to_lowercase().strip_prefix("content-length:") {
                    length = count.trim().parse().unwrap();
                }
                line.clear();
            }
            assert!(path.starts_with("POST /w/add-checkpoint "), "{path}");
            let mut body = vec![0; length];
            lines.read_exact(&mut body).unwrap();
            let request = AddCheckpoint::parse(&String::from_utf8(body).unwrap()).unwrap();
            let mut kept = mine.lock().unwrap();
            let done = cosign(kept.as_ref(), &request, &Trust::in_log(log.clone()), &key(), 1_800_000_000);
            let (status, kind, body) = match done {
                Ok((checkpoint, signature)) => {
                    *kept = Some(checkpoint);
                    (200, "text/plain", signature.to_line())
                }
                Err(Refusal::HasSize(size)) => (409, SIZE_CONTENT_TYPE, format!("{size}\n")),
                Err(refusal) => (refusal.status(), "text/plain", refusal.to_string()),
            };
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            lines.get_mut().write_all((head + &body).as_bytes()).unwrap();
        }
    });
    (port, kept)
}

/// Books of a demonstration, and a configuration of them with a witness at this port.
fn configured(folder: &Path, port: u16) -> String {
    let config = folder.join("books.toml");
    let key = key().verifier().to_text();
    let text = format!(
        "database = \"sqlite:books/equipoise.db\"\ncheckpoints = \"books/checkpoints\"\n[keys]\nfolder = \"books/keys\"\n\
         [witness]\nurl = \"http://127.0.0.1:{port}/w/\"\nkey = \"{key}\"\n"
    );
    fs::write(&config, text).unwrap();
    config.to_str().unwrap().to_owned()
}

fn paused(config: &str) -> Output {
    equipoise(&["household", "pause", "household", "--reason", "x", "--as", "ann", "--config", config])
}

#[test]
fn a_witness_signs_what_continues_and_raises_the_alarm_over_another_history() {
    let folder = tempfile::tempdir().unwrap();
    let books = folder.path().join("books");
    let demo = equipoise(&["demo", "--folder", books.to_str().unwrap()]);
    assert!(demo.status.success(), "{demo:?}");
    let printed = equipoise(&["audit", "key", "--folder", books.to_str().unwrap()]);
    let log = String::from_utf8(printed.stdout).unwrap().trim().to_owned();
    let (port, kept) = witness(VerifierKey::from_text(&log).unwrap());
    let config = configured(folder.path(), port);

    let done = paused(&config);
    assert!(done.status.success() && done.stderr.is_empty(), "{done:?}");
    let first = kept.lock().unwrap().clone().unwrap();
    assert!(paused(&config).status.success());
    assert!(kept.lock().unwrap().as_ref().unwrap().size > first.size);

    let proof = folder.path().join("proof.json");
    let proof = proof.to_str().unwrap();
    assert!(equipoise(&["audit", "prove", "3", "--out", proof, "--config", &config]).status.success());
    let witness = key().verifier().to_text();
    let checked = equipoise(&["audit", "check", proof, "--key", &log, "--witness", &witness]);
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let other =
        SignerKey::generate("witness.example/2", Algorithm::Cosignature, &mut Randomness::from_seed([5; 32]));
    let other = other.unwrap().verifier().to_text();
    let refused = equipoise(&["audit", "check", proof, "--key", &log, "--witness", &other]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");

    // The witness holds another root of the same log.
    kept.lock().unwrap().as_mut().unwrap().root = Hash([9; 32]);
    let alarm = paused(&config);
    assert_eq!(alarm.status.code(), Some(1), "{alarm:?}");
    assert!(String::from_utf8_lossy(&alarm.stderr).contains("ALARM"), "{alarm:?}");
}

#[test]
fn a_witness_that_is_away_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let books = folder.path().join("books");
    assert!(equipoise(&["demo", "--folder", books.to_str().unwrap()]).status.success());
    let done = paused(&configured(folder.path(), 1));
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stderr).contains("has not signed"), "{done:?}");
}
