//! Everything out and in again, from either database into either.

use rebalance::books::{Books, Change, Entry, PricePoint, Record, Setting};
use rust_decimal::dec;
use store::{BackupError, Store};

use crate::backend::{Backend, start};
use crate::log::{checkpoint, trust};
use crate::story::{Broker, Story, ending};

/// A whole life, and rows in the tables that it does not touch.
fn full_life(books: &Store) {
    let story = Story::new(books);
    story.drive(&mut Broker::default()).unwrap();
    let household = story.household().unwrap().id;
    let point = PricePoint {
        ticker: "SPY".to_owned(),
        price: dec!(450.123456789),
        source: "test".to_owned(),
        as_of: start(),
        received_at: start(),
    };
    let (scope, name, value) = ("s".to_owned(), "n\n\"'".to_owned(), "ü\\u0000".to_owned());
    let setting = Setting { scope, name, value, version: 1, at: start() };
    let record = Record::new("test", household, "test", start(), "{}".to_owned());
    books.record(&Entry::new(record).with(Change::Price(point)).with(Change::Setting(setting))).unwrap();
    books.turns().lease("leader", "me", start(), start()).unwrap();
}

fn backup(books: &Store) -> Vec<u8> {
    let mut out = Vec::new();
    books.back_up(&mut out, start()).unwrap();
    out
}

pub(crate) fn a_backup_restores_everything_into_either_database(backend: &Backend) {
    let books = backend.open();
    full_life(&books);
    let outside = checkpoint(&books).verify(&trust()).unwrap().clone();
    let text = backup(&books);
    let places = [Some(Backend::sqlite()), Backend::postgres()];
    for place in places.iter().flatten() {
        let restored = place.open();
        let summary = restored.restore(&mut text.as_slice()).unwrap();
        assert_eq!(summary.records, books.reading().record_count().unwrap());
        ending(&restored).check();
        assert_eq!(ending(&restored), ending(&books), "cash, lots and all else");
        assert_eq!(restored.records(0, 1000).unwrap(), books.records(0, 1000).unwrap());
        assert_eq!(sorted(&backup(&restored)), sorted(&text), "every row, byte for byte");
        let report = restored.verify(&trust(), std::slice::from_ref(&outside)).unwrap();
        assert!(report.end_is_vouched_for(), "{report:?}");
        // The restored books go on: numbers that the database gives out continue.
        let household = Story::new(&restored).household().unwrap();
        let portfolio = Story::new(&restored).portfolio(&household).unwrap();
        restored.record(&Story::new(&restored).cycle(&household, &portfolio).1).unwrap();
        Story::new(&restored).waiting();
        let again = restored.restore(&mut text.as_slice()).unwrap_err();
        assert!(matches!(again, BackupError::NotEmpty { .. }), "{again}");
    }
}

/// The lines without the last, which has their hash; databases order texts by different rules.
fn sorted(text: &[u8]) -> Vec<String> {
    let mut lines: Vec<String> =
        String::from_utf8(text.to_vec()).unwrap().lines().map(str::to_owned).collect();
    lines.pop();
    lines.sort();
    lines
}

pub(crate) fn a_damaged_backup_restores_nothing(backend: &Backend) {
    let books = backend.open();
    full_life(&books);
    let text = String::from_utf8(backup(&books)).unwrap();
    let target = backend.another();
    let restored = target.open();
    let lines: Vec<&str> = text.lines().collect();
    let without = |n: usize| [&lines[..n], &lines[n + 1..]].concat().join("\n") + "\n";
    let damages = [
        String::new(),
        text[..text.len() / 2].to_owned(),
        lines[..lines.len() - 1].join("\n") + "\n",
        without(lines.len() / 2),
        text.replacen("100.25", "100.26", 1),
        text.replacen("\"equipoise_backup\":1", "\"equipoise_backup\":2", 1),
        text.replacen("\"tables_version\":", "\"tables_version\":9", 1),
        text.replacen("\"table\":\"people\"", "\"table\":\"pg_class\"", 1),
        text.replacen("\"made_at\"", "\"made_at; DROP TABLE lots\"", 1),
    ];
    for damage in &damages {
        assert_ne!(*damage, text);
        let error = restored.restore(&mut damage.as_bytes()).unwrap_err();
        assert!(
            matches!(error, BackupError::Damaged | BackupError::Line { .. } | BackupError::Books(_)),
            "{error}"
        );
        assert!(restored.reading().households().unwrap().is_empty());
        assert_eq!(restored.reading().record_count().unwrap(), 0);
    }
    restored.restore(&mut text.as_bytes()).unwrap();
    assert_eq!(ending(&restored), ending(&books));
}
