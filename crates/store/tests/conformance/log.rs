//! The audit log in the database: it can only be added to, and it has one order.

use rebalance::books::{Books, Entry, Receipt, Record};

use crate::approvals::at_once;
use crate::backend::{Backend, start};
use crate::story::Story;

pub(crate) fn the_log_refuses_changes(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let record = Record::new("test", household, "test", start(), "{}".to_owned());
    books.record(&Entry::new(record)).unwrap();
    let before = books.records(0, 100).unwrap();
    let mut stranger = backend.stranger();
    // A checkpoint to attack, as `audit` will write them.
    stranger
        .run(if backend.is_sqlite() {
            "INSERT INTO audit_checkpoints (size, note, at) VALUES (1, 'note', 0)"
        } else {
            "INSERT INTO audit_checkpoints (size, note, at) VALUES (1, 'note', 'epoch')"
        })
        .unwrap();
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
                Receipt::Written { first_record } => first_record,
                Receipt::SeenBefore => panic!("nothing was taken in"),
            }
        };
        (0..rounds).map(write).collect()
    });
    let all = books.records(before, 1000).unwrap();
    assert_eq!(all.len() as u64, 2 * threads * rounds);
    let numbers: Vec<u64> = all.iter().map(|r| r.sequence).collect();
    assert_eq!(numbers, (before..before + 2 * threads * rounds).collect::<Vec<_>>());
    for (n, firsts) in firsts.iter().enumerate() {
        for (round, first) in firsts.iter().enumerate() {
            for (part, offset) in [("first", 0), ("second", 1)] {
                let sealed = &all[usize::try_from(first + offset - before).unwrap()].sealed;
                assert_eq!(String::from_utf8_lossy(sealed), format!("|test|{n} {round} {part}"));
            }
        }
    }
    assert!(books.node((0, before)).unwrap().is_some());
    assert!(books.key(&household.to_string()).unwrap().is_some());
    assert!(books.key("nobody").unwrap().is_none());
}
