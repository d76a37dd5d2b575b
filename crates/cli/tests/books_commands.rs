//! The commands around the books, as a user runs them: on a folder that somebody has lived in, and that somebody has tampered with.

#![allow(clippy::unwrap_used)]

#[path = "books/folder.rs"]
mod folder;
#[path = "program/run.rs"]
mod program;

use std::fs;

use folder::Folder;
use program::{Ran, run};
use serde_json::{Value, json};

fn on(folder: &Folder, arguments: &[&str]) -> Ran {
    run(&[arguments, &["--folder", folder.at()]].concat(), "")
}

fn verified(folder: &Folder, more: &[&str]) -> Value {
    let ran = on(folder, &[&["audit", "verify", "--format", "json"], more].concat());
    let found: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{} {}", ran.out, ran.err));
    assert_eq!(ran.code, i32::from(found["sound"] != json!(true)), "{found}");
    found
}

/// A page without its line breaks.
fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn first_bad(found: &Value) -> (u64, u64) {
    let records = &found["fault"]["first_bad"];
    (records["from"].as_u64().unwrap(), records["to"].as_u64().unwrap())
}

fn key(folder: &Folder) -> String {
    on(folder, &["audit", "key"]).out.trim().to_owned()
}

/// A copy of the file of checkpoints, kept elsewhere.
fn kept_elsewhere(folder: &Folder) -> String {
    let export = folder.beside("signing.jsonl");
    assert_eq!(on(folder, &["audit", "export", "--out", &export]).code, 0);
    let copy = folder.beside("checkpoints.copy");
    fs::copy(folder.path.join("checkpoints"), &copy).unwrap();
    copy
}

#[test]
fn a_sound_log_is_verified_and_nothing_is_claimed_about_its_end() {
    let folder = Folder::new();
    let ran = on(&folder, &["audit", "verify"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert!(
        ran.out.contains("truncation can't be excluded: no checkpoint from outside was given"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("sound: every record is the one that was written"), "{}", ran.out);
    let copy = kept_elsewhere(&folder);
    let ran = on(&folder, &["audit", "verify"]);
    assert!(
        ran.out.contains("truncation can't be excluded") && ran.out.contains("lie beside the database"),
        "{}",
        ran.out
    );
    let found = verified(&folder, &["--since", &copy]);
    assert_eq!(found["end_is_vouched_for"], json!(true), "{found}");
    assert_eq!(found["records"], json!(folder.records));
}

#[test]
fn an_edit_a_deletion_and_a_truncation_are_named() {
    let edited = Folder::new();
    edited.tampered("UPDATE audit_records SET kind = 'forged' WHERE sequence = 5");
    let ran = on(&edited, &["audit", "verify"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("record 5"), "{}", ran.out);
    assert_eq!(first_bad(&verified(&edited, &[])), (5, 5));
    edited.tampered("UPDATE audit_records SET kind = 'drift' WHERE sequence = 5; UPDATE audit_records SET kind = 'No Kind' WHERE sequence = 7");
    let unreadable = on(&edited, &["audit", "verify"]);
    assert_eq!(unreadable.code, 1);
    assert!(unreadable.err.contains("record 7"), "{} {}", unreadable.out, unreadable.err);

    let deleted = Folder::new();
    deleted.tampered("DELETE FROM audit_records WHERE sequence = 6");
    assert_eq!(first_bad(&verified(&deleted, &[])), (6, 6));

    // Whoever cuts off the end with its nodes, its checkpoints and the file beside the database is found from outside only.
    let cut = Folder::new();
    let copy = kept_elsewhere(&cut);
    let keep = cut.records - 3;
    let completed: Vec<String> = (keep..cut.records)
        .flat_map(audit::Frontier::completed_by)
        .map(|node| format!("(level = {} AND place = {})", node.level, node.index))
        .collect();
    cut.tampered(&format!(
        "DELETE FROM audit_records WHERE sequence >= {keep}; DELETE FROM audit_nodes WHERE {}; \
         DELETE FROM audit_checkpoints; UPDATE audit_head SET size = {keep}",
        completed.join(" OR ")
    ));
    fs::remove_file(cut.path.join("checkpoints")).unwrap();
    assert_eq!(verified(&cut, &[])["sound"], json!(true), "nothing inside tells of it");
    let found = verified(&cut, &["--since", &copy]);
    assert_eq!(found["fault"]["code"], json!("records_truncated"), "{found}");
    assert_eq!(first_bad(&found).1, keep);
    // And such a log can't be signed on top of the checkpoints that were kept.
    let ran = on(&cut, &["audit", "export", "--out", &cut.beside("e"), "--checkpoints", &copy]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("records are missing"), "{}", ran.err);
}

#[test]
fn a_proof_is_checked_without_books_and_a_forged_one_is_refused() {
    let folder = Folder::new();
    let (proof, key) = (folder.beside("proof.json"), key(&folder));
    assert_eq!(on(&folder, &["audit", "prove", "7", "--out", &proof]).code, 0);
    let checked = run(&["audit", "check", &proof, "--key", &key, "--format", "json"], "").json();
    assert_eq!((&checked["record"], &checked["proven"]), (&json!(7), &json!(true)));
    assert!(checked["opened"]["original"].is_string(), "{checked}");
    let key_file = folder.beside("key.txt");
    fs::write(&key_file, &key).unwrap();
    assert_eq!(run(&["audit", "check", &proof, "--key", &key_file], "").code, 0);
    let closed = on(&folder, &["audit", "prove", "7", "--open", "nothing"]);
    assert!(!closed.out.contains("\"salt\""), "{}", closed.out);

    let text = fs::read_to_string(&proof).unwrap();
    let forged = folder.beside("forged.json");
    for (from, to) in
        [("\"sequence\": 7", "\"sequence\": 8"), ("\"text\": \"", "\"text\": \"x"), ("\\n\\n", "\\nx\\n")]
    {
        let spoilt = text.replacen(from, to, 1);
        assert_ne!(spoilt, text);
        fs::write(&forged, spoilt).unwrap();
        let ran = run(&["audit", "check", &forged, "--key", &key], "");
        assert_eq!(ran.code, 1, "{from}: {}", ran.err);
        assert!(ran.err.contains("refused"), "{}", ran.err);
    }
    let other = "equipoise.example/log+6b5fbc85+AbKTKCmz1Qz4JSzolUe63IiyaOc1qKOkeepMJ8zMlWGJ";
    assert_eq!(run(&["audit", "check", &proof, "--key", other], "").code, 1);
    assert_eq!(run(&["audit", "check", &proof, "--key", "nonsense"], "").code, 2);
    assert_eq!(on(&folder, &["audit", "prove", "999999"]).code, 2);
}

#[test]
fn an_export_is_verified_without_books_and_a_spoilt_one_is_refused() {
    let folder = Folder::new();
    let (export, key) = (folder.beside("log.jsonl"), key(&folder));
    assert_eq!(on(&folder, &["audit", "export", "--out", &export, "--opened", "--sealed"]).code, 0);
    let found = run(&["audit", "check", &export, "--key", &key, "--format", "json"], "").json();
    assert_eq!((&found["sound"], &found["records"]), (&json!(true), &json!(folder.records)));
    let text = fs::read_to_string(&export).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    let edited = text.replacen("\"kind\":\"drift\"", "\"kind\":\"draft\"", 1);
    for spoilt in [cut, edited] {
        assert_ne!(spoilt, text);
        fs::write(&export, spoilt).unwrap();
        assert_eq!(run(&["audit", "check", &export, "--key", &key], "").code, 1);
    }
}

#[test]
fn an_examination_names_everybody_and_escapes_everything() {
    let folder = Folder::new();
    let page = folder.beside("examination.html");
    assert_eq!(on(&folder, &["audit", "export", "--examination", &folder.proposal, "--out", &page]).code, 0);
    let html = fs::read_to_string(&page).unwrap();
    for told in [
        &folder.proposal,
        "smith",
        "solver",
        "ann",
        "simulated",
        "&lt;b&gt;joint",
        "Its proof",
        "validation by validate",
    ] {
        assert!(html.contains(told), "{told} in\n{html}");
    }
    assert!(!html.contains("<script") && !html.contains("<b>joint"), "what is recorded is no markup");
    let all = on(&folder, &["audit", "export", "--out", &page, "--examination"]);
    assert_eq!(all.code, 0, "{}", all.err);
    let missing = on(&folder, &["audit", "export", "--examination", "p-1", "--out", &page]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("`p-1` is no id"), "{}", missing.err);
}

#[test]
fn the_log_is_read_by_people() {
    let folder = Folder::new();
    let ran = on(&folder, &["audit", "log", "--proposal", &folder.proposal]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for told in ["cycle_started", "proposal", "approval", "fill", "smith", "ann"] {
        assert!(ran.out.contains(told), "{told} in\n{}", ran.out);
    }
    let last = on(&folder, &["audit", "log", "--last", "2", "--format", "json"]).json();
    assert_eq!(last[1]["record"], json!(folder.records - 1));
    assert_eq!(last[1]["facts"], json!({"look": 11}));
}

#[test]
fn a_backup_is_restored_elsewhere_with_equal_cash_and_lots() {
    let folder = Folder::new();
    let backup = folder.beside("backup");
    let ran = on(&folder, &["backup", "--out", &backup]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let copy = folder.beside("checkpoints.copy");
    fs::copy(folder.path.join("checkpoints"), &copy).unwrap();
    assert_eq!(on(&folder, &["backup", "--out", &backup]).code, 2, "a backup is never replaced");
    let (new, keys) = (folder.beside("new"), folder.path.join("keys"));
    let restore = ["restore", &backup, "--folder", &new, "--keys", keys.to_str().unwrap(), "--since", &copy];
    let ran = run(&restore, "");
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    for told in ["smith", "100.25", "200.5", "cash and lots are those of the backup", "vouches for all"] {
        assert!(ran.out.contains(told), "{told} in\n{}", ran.out);
    }
    // The new folder stands by itself.
    let ran = run(&["replay", &folder.proposal, "--folder", &new], "");
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    let again = run(&restore, "");
    assert_eq!(again.code, 2);
    assert!(again.err.contains("there are books already"), "{}", again.err);

    let text = fs::read_to_string(&backup).unwrap();
    fs::write(&backup, text.replacen("100.25", "100.26", 1)).unwrap();
    let elsewhere = folder.beside("elsewhere");
    let ran = run(&["restore", &backup, "--folder", &elsewhere, "--keys", keys.to_str().unwrap()], "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nothing was restored"), "{}", ran.err);
    assert!(!std::path::Path::new(&elsewhere).join("equipoise.db").exists());
}

#[test]
fn books_that_were_edited_are_not_sound_wherever_one_looks() {
    let folder = Folder::new();
    let found = verified(&folder, &[]);
    assert!(found["sound"] == json!(true) && found["rows_compared"].as_u64().unwrap() > 10, "{found}");
    folder.tampered(
        "UPDATE fills SET price = '1.23'; UPDATE people SET name = 'eve'; UPDATE accounts SET cash = '900.25'; \
         UPDATE portfolios SET document = replace(document, '100.25', '900.25')",
    );
    let ran = on(&folder, &["audit", "verify"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    for told in [
        "not sound: fill simulated x-1: the books say price 1.23, the log says",
        "the books say name eve, the log says ann, record 0",
        "rows of the books were held against",
    ] {
        assert!(ran.out.contains(told), "{told} in\n{}", ran.out);
    }
    assert!(!ran.out.contains("sound: every record"), "{}", ran.out);
    assert_eq!(verified(&folder, &[])["differing"].as_u64().map(|count| count >= 3), Some(true));

    let page = folder.beside("examination.html");
    let ran = on(&folder, &["audit", "export", "--examination", &folder.proposal, "--out", &page]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("the books say price 1.23"), "{}", ran.err);
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("The books do not say what the log says") && html.contains("price 1.23"), "{html}");
    assert!(html.contains("<td>ann, ") && !html.contains("<td>eve, "), "people are named by the log");

    // A backup of them is a whole file, and still found out.
    let (backup, new) = (folder.beside("backup"), folder.beside("new"));
    assert_eq!(on(&folder, &["backup", "--out", &backup]).code, 0);
    let keys = folder.path.join("keys");
    let ran = run(&["restore", &backup, "--folder", &new, "--keys", keys.to_str().unwrap()], "");
    assert_eq!(ran.code, 1, "{} {}", ran.out, ran.err);
    assert!(ran.out.contains("not sound: portfolio "), "{}", ran.out);
}

#[test]
fn a_key_that_does_not_open_or_is_gone_stops_no_verification() {
    let folder = Folder::new();
    folder.tampered("UPDATE audit_keys SET wrapped = zeroblob(72) WHERE household <> '-'");
    let ran = on(&folder, &["audit", "verify"]);
    assert_eq!(ran.code, 1, "{} {}", ran.out, ran.err);
    assert!(
        ran.out.contains("not sound: the key of household smith") && ran.out.contains("does not open"),
        "{}",
        ran.out
    );
    folder.tampered("UPDATE audit_records SET kind = 'forged' WHERE sequence = 5");
    assert_eq!(first_bad(&verified(&folder, &[])), (5, 5), "named without any key");
    folder.tampered("UPDATE audit_records SET kind = 'proposal' WHERE sequence = 5; DELETE FROM audit_keys WHERE household <> '-'");
    let ran = on(&folder, &["audit", "verify"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("is gone and no erasure is on record"), "{}", ran.out);
}

#[test]
fn a_plan_is_made_again_byte_for_byte_and_a_changed_one_is_told() {
    let folder = Folder::new();
    let ran = on(&folder, &["replay", &folder.proposal]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert!(flat(&ran.out).contains("the same, byte for byte"), "{}", ran.out);
    folder.tampered("UPDATE attempts SET document = replace(document, 'solver', 'sulver')");
    let ran = on(&folder, &["replay", &folder.proposal, "--format", "json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("\"different\"") && ran.out.contains("`ulver"), "{}", ran.out);
    folder.tampered("UPDATE trades SET quantity = '1'");
    let ran = on(&folder, &["replay", &folder.proposal]);
    assert_eq!(ran.code, 1);
    assert!(flat(&ran.out).contains("one of them was changed"), "{}", ran.out);
    assert_eq!(on(&folder, &["replay", &folder.proposal, "--attempt", "9"]).code, 2);
}

#[test]
fn rules_of_retention_that_can_not_be_read_are_not_taken_for_none() {
    let folder = Folder::new();
    folder.tampered(
        "INSERT INTO settings (scope, name, value, version, at) VALUES ('service', 'retention', 'adviser', 1, 0)",
    );
    let refused = on(&folder, &["erase", "smith", "--as", "ann", "--yes"]);
    assert_eq!(refused.code, 2, "{} {}", refused.out, refused.err);
    assert!(refused.err.contains("the rules of retention on record can't be read"), "{}", refused.err);
    assert_eq!(on(&folder, &["replay", &folder.proposal]).code, 0, "nothing was erased");
}

#[test]
fn somebody_is_let_go_of_at_a_provider_on_record() {
    let folder = Folder::new();
    let unbind = || on(&folder, &["people", "unbind", "ann"]);
    assert_eq!(unbind().code, 2);
    assert!(unbind().err.contains("ann is bound to nobody"), "{}", unbind().err);
    folder.tampered(
        "INSERT INTO settings (scope, name, value, version, at) SELECT 'sign_on', id, 'abcdef', 1, 0 FROM people \
         WHERE name = 'ann'",
    );
    let done = unbind();
    assert_eq!((done.code, done.out.as_str()), (0, "whoever signs in next as ann is bound to that name\n"));
    assert_eq!(unbind().code, 2, "nobody is bound any more");
    let log = on(&folder, &["audit", "log", "--format", "json"]);
    assert!(log.out.contains("sign_on_unbound"), "{} {}", log.out, log.err);
}

#[test]
fn a_household_is_erased_only_when_nothing_holds_it() {
    let folder = Folder::new();
    let erase = ["erase", "smith", "--as", "ann"];
    assert_eq!(on(&folder, &erase).code, 2, "not without --yes");
    assert_eq!(on(&folder, &["hold", "smith", "--reason", "case 7", "--as", "ann"]).code, 0);
    let held = on(&folder, &["erase", "smith", "--as", "ann", "--yes"]);
    assert_eq!(held.code, 1);
    assert!(held.err.contains("they are held: `case 7`"), "{}", held.err);
    assert_eq!(on(&folder, &["hold", "smith", "--release", "--as", "ann"]).code, 0);
    assert!(on(&folder, &["hold", "smith"]).out.contains("is not held"));

    let config = folder.beside("books.toml");
    let database = folder.path.join("equipoise.db");
    let keys = folder.path.join("keys");
    let text = format!(
        "database = 'sqlite:{}'\n[keys]\nfolder = '{}'\n[retention]\nrules = ['adviser']\n",
        database.display(),
        keys.display()
    );
    fs::write(&config, text).unwrap();
    let retained = run(&["erase", "smith", "--as", "ann", "--yes", "--config", &config], "");
    assert_eq!(retained.code, 1);
    assert!(retained.err.contains("17 CFR 275.204-2 keeps them; not before"), "{}", retained.err);

    assert_eq!(on(&folder, &["erase", "smith", "--as", "ann", "--yes"]).code, 0);
    let replay = on(&folder, &["replay", &folder.proposal]);
    assert_eq!(replay.code, 1);
    assert!(replay.out.starts_with("erased"), "{}", replay.out);
    let found = verified(&folder, &[]);
    assert!(found["sound"] == json!(true) && found["closed"].as_u64().unwrap() > 10, "{found}");
    let page = folder.beside("examination.html");
    assert_eq!(on(&folder, &["audit", "export", "--out", &page, "--examination"]).code, 0);
    assert!(fs::read_to_string(&page).unwrap().contains("Erased"));
}

#[test]
fn books_that_can_not_be_opened_say_why() {
    let folder = Folder::new();
    let nowhere = run(&["audit", "verify", "--folder", &folder.beside("nowhere")], "");
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("there are no books"), "{}", nowhere.err);
    assert!(!std::path::Path::new(&folder.beside("nowhere")).exists(), "and none are made");

    let keys = folder.beside("other keys");
    fs::create_dir_all(&keys).unwrap();
    let no_key = on(&folder, &["audit", "verify", "--keys", &keys]);
    assert_eq!(no_key.code, 2);
    assert!(no_key.err.contains("master.key: can't be read"), "{}", no_key.err);
    let secret = "08".repeat(32);
    fs::write(format!("{keys}/master.key"), &secret).unwrap();
    fs::copy(folder.path.join("keys/log.key"), format!("{keys}/log.key")).unwrap();
    let wrong = on(&folder, &["audit", "verify", "--keys", &keys]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.contains("is not the one of these books") && !wrong.err.contains(&secret),
        "{}",
        wrong.err
    );
    fs::write(format!("{keys}/master.key"), "08secret").unwrap();
    let no_hex = on(&folder, &["audit", "verify", "--keys", &keys]);
    assert!(no_hex.err.contains("64 digits") && !no_hex.err.contains("08secret"), "{}", no_hex.err);

    let config = folder.beside("books.toml");
    let (database, own) = (folder.path.join("equipoise.db"), folder.path.join("keys"));
    let text = format!(
        "database = 'sqlite:{}'\nlock_wait_secs = 1\nkeys = {{ folder = '{}' }}\n",
        database.display(),
        own.display()
    );
    fs::write(&config, text).unwrap();
    assert_eq!(run(&["audit", "verify", "--config", &config], "").code, 0);
    folder.while_held(|| {
        let held = run(&["audit", "verify", "--config", &config], "");
        assert_eq!(held.code, 4, "{}", held.out);
        assert!(held.err.contains("locked by another program"), "{}", held.err);
    });
    fs::write(&config, "database = 'sqlite:x'\nchekpoints = 'c'\n").unwrap();
    let typo = run(&["audit", "verify", "--config", &config], "");
    assert_eq!(typo.code, 2);
    assert!(typo.err.contains("line 2: chekpoints: unknown field"), "{}", typo.err);
    fs::write(folder.path.join("equipoise.db"), "this is no database, whatever its name says").unwrap();
    let ruined = on(&folder, &["audit", "verify"]);
    assert!(ruined.code == 2 && ruined.err.contains("equipoise.db"), "{} {}", ruined.code, ruined.err);
}
