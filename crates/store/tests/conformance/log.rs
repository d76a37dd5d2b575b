//! The audit log in the database: it can only be added to, it has one order, and it can be verified.

use audit::retention::{Hold, RetentionRule};
use audit::{Field, Openings, Reading, Row, SignedCheckpoint, Trust};
use jiff::civil::date;
use rebalance::books::{Books, Entry, Receipt, Record};
use rebalance::id::HouseholdId;
use store::{EraseError, Erasure, Store};

use crate::approvals::at_once;
use crate::backend::{Backend, start};
use crate::sealing::{SECRET, signer};
use crate::story::{Broker, Story, ending};

pub(crate) fn trust() -> Trust {
    Trust::in_log(signer().verifier())
}

/// Signs the log as it is and keeps the checkpoint beside it.
pub(crate) fn checkpoint(books: &Store) -> SignedCheckpoint {
    let signed = SignedCheckpoint::sign(&books.frontier().unwrap(), &signer()).unwrap();
    books.keep_checkpoint(&signed, start()).unwrap();
    books.keep_checkpoint(&signed, start()).unwrap();
    signed
}

fn write(books: &Store, household: HouseholdId, body: &str) -> u64 {
    let record = Record::new("test", household, "ann", start(), body.to_owned()).about(&"s-1");
    match books.record(&Entry::new(record)).unwrap() {
        Receipt::Written { first_record, .. } => first_record,
        Receipt::SeenBefore => panic!("nothing was taken in"),
    }
}

/// What a record says, read with its household's key.
fn original(books: &Store, household: HouseholdId, row: &Row) -> Option<String> {
    match row.read(books.key(&household.to_string()).unwrap().as_ref()).unwrap() {
        Reading::Open(contents) => Some(String::from_utf8(contents.original).unwrap()),
        Reading::Erased => None,
    }
}

pub(crate) fn the_log_refuses_changes(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    write(&books, household, "{}");
    checkpoint(&books);
    let before = books.records(0, 100).unwrap();
    let mut stranger = backend.stranger();
    let mut attacks: Vec<String> = Vec::new();
    for (table, column) in [("audit_records", "kind"), ("audit_nodes", "hash"), ("audit_checkpoints", "note")]
    {
        attacks.push(format!("UPDATE {table} SET {column} = {column}"));
        attacks.push(format!("DELETE FROM {table}"));
        if backend.is_sqlite() {
            attacks.push(format!("REPLACE INTO {table} SELECT * FROM {table}"));
            attacks.push(format!("UPDATE OR REPLACE {table} SET {column} = {column}"));
        } else {
            attacks.push(format!("TRUNCATE {table} CASCADE"));
        }
    }
    for attack in attacks {
        let said = stranger.run(&attack).unwrap_err();
        assert!(said.contains("the audit log can only be added to"), "{attack}: {said}");
    }
    assert_eq!(books.records(0, 100).unwrap(), before);
    assert!(books.verify(&trust(), &[]).unwrap().is_sound());
}

pub(crate) fn records_have_one_order_without_gaps(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let before = books.reading().record_count().unwrap();
    let (threads, rounds) = (4_u64, 8_u64);
    let firsts: Vec<Vec<u64>> = at_once(4, |n| {
        let write = |round| {
            let record =
                |part: &str| Record::new("test", household, "test", start(), format!("{n} {round} {part}"));
            let entry = Entry::new(record("first")).recording(record("second"));
            match books.record(&entry).unwrap() {
                Receipt::Written { first_record, .. } => first_record,
                Receipt::SeenBefore => panic!("nothing was taken in"),
            }
        };
        (0..rounds).map(write).collect()
    });
    let all = books.records(before, 1000).unwrap();
    let numbers: Vec<u64> = all.iter().map(|r| r.sequence).collect();
    assert_eq!(numbers, (before..before + 2 * threads * rounds).collect::<Vec<_>>());
    for (n, firsts) in firsts.iter().enumerate() {
        for (round, first) in firsts.iter().enumerate() {
            for (part, offset) in [("first", 0), ("second", 1)] {
                let row = &all[usize::try_from(first + offset - before).unwrap()];
                assert_eq!(original(&books, household, row).unwrap(), format!("{n} {round} {part}"));
            }
        }
    }
    let report = books.verify(&trust(), &[]).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.records, report.closed), (before + 2 * threads * rounds, 0));
}

pub(crate) fn a_whole_life_is_verified_and_proven_without_the_database(backend: &Backend) {
    let books = backend.open();
    Story::new(&books).drive(&mut Broker::default()).unwrap();
    ending(&books).check();
    let signed = checkpoint(&books);
    let outside = signed.verify(&trust()).unwrap().clone();
    let report = books.verify(&trust(), &[outside]).unwrap();
    assert!(report.end_is_vouched_for(), "{report:?}");
    let done =
        books.reading().recommendations(rebalance::life::State::ExecutedSuccessfully).unwrap().remove(0);
    let household = done.kept().household;
    let about = books.records_about(household, &done.id().to_string()).unwrap();
    let kinds: Vec<&str> = about.iter().map(|row| row.kind.as_str()).collect();
    let expected =
        ["cycle_started", "move", "move", "move", "move", "move", "approval", "move", "move"].as_slice();
    assert_eq!(kinds, expected, "from the start of the cycle to its end");
    let approval = about.iter().find(|row| row.kind.as_str() == "approval").unwrap();
    let key = books.key(&household.to_string()).unwrap().unwrap();
    let Reading::Open(contents) = approval.read(Some(&key)).unwrap() else { panic!("it opens") };
    let mut opened = Openings::default();
    opened.open(Field::Original, contents.opening(Field::Original));
    let needs = audit::proof::proof_needs(approval.sequence, &signed).unwrap();
    let nodes = books.nodes(&needs).unwrap();
    let proof = audit::prove(&approval.leaf(), opened, &signed, &nodes, &trust()).unwrap();
    drop(books);
    audit::check(&proof, &trust()).unwrap();
}

/// An attacker with all rights takes the triggers away first.
pub(crate) fn what_was_changed_behind_the_triggers_is_named(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    for n in 0..10 {
        write(&books, household, &n.to_string());
    }
    let outside = checkpoint(&books).verify(&trust()).unwrap().clone();
    let last = outside.size - 1;
    let mut stranger = backend.stranger();
    let disarm = if backend.is_sqlite() {
        "DROP TRIGGER audit_records_no_update; DROP TRIGGER audit_records_no_delete"
    } else {
        "ALTER TABLE audit_records DISABLE TRIGGER ALL"
    };
    stranger.run(disarm).unwrap();
    stranger.run("UPDATE audit_records SET kind = 'forged' WHERE sequence = 5").unwrap();
    let fault = books.verify(&trust(), &[]).unwrap().fault.unwrap();
    assert_eq!(fault.first_bad(), Some(5..6), "{fault}");
    stranger.run("UPDATE audit_records SET kind = 'test' WHERE sequence = 5").unwrap();
    assert!(books.verify(&trust(), std::slice::from_ref(&outside)).unwrap().end_is_vouched_for());
    stranger.run(&format!("DELETE FROM audit_records WHERE sequence = {last}")).unwrap();
    let fault = books.verify(&trust(), &[outside]).unwrap().fault.unwrap();
    assert_eq!(fault.first_bad(), Some(last..last + 1), "{fault}");
}

pub(crate) fn a_secret_does_not_get_into_the_log(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let record = Record::new("prompt", household, "ann", start(), format!("the key is {SECRET}."));
    let receipt = books.record(&Entry::new(record.clone())).unwrap();
    let Receipt::Written { first_record, masked: 1 } = receipt else { panic!("{receipt:?}") };
    let row = books.records(first_record, 1).unwrap().remove(0);
    assert_eq!(original(&books, household, &row).unwrap(), "the key is ***.");
    let before = books.reading().record_count().unwrap();
    for bad in [
        Record { kind: "No Kind".to_owned(), ..record.clone() },
        Record { actor: String::new(), ..record.clone() },
        Record { actor: SECRET.to_owned(), ..record },
    ] {
        let error = books.record(&Entry::new(bad)).unwrap_err().to_string();
        assert!(error.contains("can't be put on record") && !error.contains(SECRET), "{error}");
    }
    assert_eq!(books.reading().record_count().unwrap(), before);
}

pub(crate) fn an_erasure_leaves_the_tree_whole_and_nothing_to_read(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let first = write(&books, household, "private");
    let mut erasure = Erasure {
        household,
        rules: &[RetentionRule::adviser(12, 31)],
        holds: &[],
        today: date(2031, 12, 31),
        actor: "ann",
        at: start(),
    };
    let refused = books.erase(erasure).unwrap_err();
    assert!(refused.to_string().contains("17 CFR 275.204-2 keeps them; not before 2032-01-01"), "{refused}");
    erasure.today = date(2032, 1, 1);
    let holds = [Hold { reason: "case 7".to_owned() }];
    let held = books.erase(Erasure { holds: &holds, ..erasure }).unwrap_err();
    assert!(held.to_string().contains("they are held: `case 7`"), "{held}");
    let row = books.records(first, 1).unwrap().remove(0);
    assert_eq!(original(&books, household, &row).unwrap(), "private");
    let wrapped = backend.stranger().bytes("SELECT wrapped FROM audit_keys WHERE household <> '-'");
    books.erase(erasure).unwrap();
    if let (Some(path), Some(wrapped)) = (backend.address().strip_prefix("sqlite:"), wrapped) {
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            assert!(!bytes.windows(wrapped.len()).any(|part| part == wrapped), "the key is still in {file}");
        }
    }
    assert_eq!(original(&books, household, &row), None);
    assert!(books.records_about(household, "s-1").unwrap().is_empty());
    let report = books.verify(&trust(), &[]).unwrap();
    assert!(report.is_sound() && report.closed > 0, "{report:?}");
    let last = books.records(report.records - 1, 1).unwrap().remove(0);
    assert_eq!(last.kind.as_str(), "erasure", "it is on record");
    assert!(matches!(books.erase(erasure), Err(EraseError::NoKey { .. })));
    // What comes later has another key.
    let later = write(&books, household, "new");
    assert_eq!(original(&books, household, &books.records(later, 1).unwrap()[0]).unwrap(), "new");
    assert!(books.verify(&trust(), &[]).unwrap().is_sound());
}
