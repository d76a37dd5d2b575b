//! A disk that is full, a database that somebody holds, tables of another program: a clear word, and nothing is lost.

use std::process::Command;
use std::time::Duration;

use rebalance::books::{Books, BooksError, Entry, Record};
use store::{Address, Opening, Store};

use crate::backend::{Backend, opening, start};
use crate::story::{Broker, Story, ending};

pub(crate) fn a_locked_database_is_named_and_nothing_is_lost(backend: &Backend) {
    let household = Story::new(&backend.open()).household().unwrap().id;
    let books = backend.open_with(Duration::from_millis(100), None).unwrap();
    let before = books.reading().record_count().unwrap();
    let mut stranger = backend.stranger();
    stranger
        .run(if backend.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN; LOCK TABLE audit_head" })
        .unwrap();
    let entry = Entry::new(Record::new("test", household, "test", start(), "{}".to_owned()));
    let held = books.record(&entry).unwrap_err();
    assert!(matches!(held, BooksError::Locked { .. }), "{held}");
    assert!(held.to_string().contains("nothing was written; end that program or try again"), "{held}");
    stranger.run("ROLLBACK").unwrap();
    assert_eq!(books.reading().record_count().unwrap(), before);
    books.record(&entry).unwrap();
    assert_eq!(books.reading().record_count().unwrap(), before + 1);
}

/// PostgreSQL's disk can't be filled from here without rights over the machine; what it says then (53100) is read like this.
pub(crate) fn a_full_database_is_named_and_nothing_is_lost(backend: &Backend) {
    if !backend.is_sqlite() {
        return;
    }
    let household = Story::new(&backend.open()).household().unwrap().id;
    let record = || Record::new("test", household, "test", start(), "x".repeat(20_000));
    let fill = |books: &Store| -> (u64, BooksError) {
        let mut written = 0;
        loop {
            match books.record(&Entry::new(record())) {
                Ok(_) => written += 1,
                Err(error) => return (written, error),
            }
        }
    };
    let books = backend.open_with(Duration::from_secs(1), Some(200)).unwrap();
    let before = books.reading().record_count().unwrap();
    let (written, full) = fill(&books);
    assert!(matches!(full, BooksError::Full { .. }), "{full}");
    assert!(full.to_string().contains("free space on its disk and try again"), "{full}");
    assert!(written > 0);
    assert_eq!(
        books.reading().record_count().unwrap(),
        before + written,
        "every entry that was answered is there"
    );
    assert!(matches!(fill(&books), (0, BooksError::Full { .. })), "and it stays clear");
    drop(books);
    // With room again the same books go on to the end.
    let books = backend.open_with(Duration::from_secs(1), None).unwrap();
    assert_eq!(books.reading().record_count().unwrap(), before + written);
    Story::new(&books).drive(&mut Broker::default()).unwrap();
    ending(&books).check();
}

const SMALL_DISK: &str = "EQUIPOISE_TEST_SMALL_DISK";

/// Writes until nothing more fits, where the variable says so, and says how much did. Otherwise there is nothing to do.
#[test]
fn the_process_on_a_small_disk() {
    let Ok(address) = std::env::var(SMALL_DISK) else { return };
    let books = Store::open(opening(&Address::read(&address).unwrap()), start()).unwrap();
    let household = books.reading().households().unwrap()[0].id;
    let mut written = 0;
    let full = loop {
        let record = Record::new("test", household, "test", start(), "x".repeat(20_000));
        match books.record(&Entry::new(record)) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    println!("written {written}; {full}");
}

/// The system's own limit on the size of files, under which a write fails in the middle of a page. Its signal is ignored, as under a disk that is full.
pub(crate) fn a_limit_on_files_is_named_and_nothing_is_lost(backend: &Backend) {
    let address = backend.address();
    let Some(path) = address.strip_prefix("sqlite:") else { return };
    drop(Story::new(&backend.open()).household().unwrap());
    let books = backend.open();
    let before = books.reading().record_count().unwrap();
    drop(books);
    let blocks = std::fs::metadata(path).unwrap().len() / 512 + 1_000;
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")]);
    limited.arg(std::env::current_exe().unwrap());
    limited.args(["--exact", "limits::the_process_on_a_small_disk", "--nocapture"]).env(SMALL_DISK, &address);
    let run = limited.output().unwrap();
    let told = String::from_utf8(run.stdout.clone()).unwrap();
    let found = told.lines().find_map(|line| line.split_once("written ")?.1.split_once("; "));
    let (written, error) = found.unwrap_or_else(|| panic!("{run:?}"));
    let written: u64 = written.parse().unwrap();
    assert!(error.contains("free space on its disk and try again"), "{error}");
    assert!(written > 3, "{written}");
    let books = backend.open();
    assert_eq!(
        books.reading().record_count().unwrap(),
        before + written,
        "every entry that was answered is there"
    );
    Story::new(&books).drive(&mut Broker::default()).unwrap();
    ending(&books).check();
}

pub(crate) fn tables_of_a_newer_program_are_refused(backend: &Backend) {
    drop(backend.open());
    drop(backend.open_with(Duration::from_secs(1), None).unwrap());
    let mut stranger = backend.stranger();
    let at = if backend.is_sqlite() { "0" } else { "'epoch'" };
    stranger
        .run(&format!("INSERT INTO migrations (version, name, sha256, at) VALUES (99, 'later', 'x', {at})"))
        .unwrap();
    let error = backend.open_with(Duration::from_secs(1), None).err().unwrap();
    assert!(matches!(&error, BooksError::Schema { .. }), "{error}");
    assert!(error.to_string().contains("tables of version 99 (later)"), "{error}");
    stranger.run("DELETE FROM migrations WHERE version = 99; UPDATE migrations SET sha256 = 'y'").unwrap();
    let error = backend.open_with(Duration::from_secs(1), None).err().unwrap();
    assert!(error.to_string().contains("were made from another text"), "{error}");
}

pub(crate) fn a_place_that_can_not_be_opened_is_named(backend: &Backend) {
    let error = |address: &str| {
        let opening =
            Opening { wait: Duration::from_millis(100), ..opening(&Address::read(address).unwrap()) };
        Store::open(opening, start()).err().unwrap().to_string()
    };
    if !backend.is_sqlite() {
        let missing = error(&backend.address().replace("/books_", "/nobody_"));
        assert!(missing.contains("can't be reached") && missing.contains("does not exist"), "{missing}");
        let silent = error("postgres://me:secret@127.0.0.1:1/books");
        assert!(silent.contains("can't be reached") && !silent.contains("secret"), "{silent}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear database, ".repeat(1000)).unwrap();
    let letter = error(&format!("sqlite:{}", path.display()));
    assert!(letter.contains("letter.txt") && letter.contains("not a database"), "{letter}");
    assert_eq!(std::fs::read_to_string(&path).unwrap().len(), 15_000, "it is left alone");
    let nowhere = error(&format!("sqlite:{}", folder.path().join("no/books.db").display()));
    assert!(nowhere.contains("no/books.db") && nowhere.contains("can't be reached"), "{nowhere}");
}
