//! The books held against the log: what keepers write agrees, and whatever somebody edits past the program is named.

use audit::Reading;
use audit::retention::RetentionRule;
use jiff::civil::date;
use rebalance::books::{Books, BooksError, person_or_new};
use rebalance::id::PersonId;
use rebalance::keeping::Answer;
use rebalance::keeping::flows::Flow;
use rebalance::life::{Reason, State};
use rust_decimal::dec;
use sha2::{Digest, Sha256};
use store::{Erasure, Ledger, Store};

use crate::backend::{Backend, start};
use crate::household::{Day, minute};
use crate::keeping::with_a_proposal;
use crate::log::trust;
use crate::story::{Story, TEXT, draw};

/// What is told, line by line.
fn told(ledger: &Ledger) -> Vec<String> {
    let keys = ledger.keys.iter().map(|fault| fault.words.clone());
    keys.chain(ledger.differences.iter().map(ToString::to_string)).collect()
}

/// Nothing differs; how many rows were compared.
pub(crate) fn agree(books: &Store) -> u64 {
    let ledger = books.held_against_log().unwrap();
    assert!(ledger.is_sound(), "{:#?}", told(&ledger));
    ledger.rows
}

fn names(ledger: &Ledger, words: &[&str]) {
    let told = told(ledger);
    assert!(told.iter().any(|line| words.iter().all(|word| line.contains(word))), "{words:?} in {told:#?}");
}

/// A day with a plan that was approved and filled.
fn a_day(books: &Store) {
    Day::of(&["smith"]).live(books, &mut 0).unwrap();
    assert!(!books.reading().recommendations(State::ExecutedSuccessfully).unwrap().is_empty());
}

pub(crate) fn the_books_say_what_the_log_says(backend: &Backend) {
    let books = backend.open();
    assert_eq!(agree(&books), 0);
    Day::of(&["jones", "smith"]).live(&books, &mut 0).unwrap();
    let rows = agree(&books);
    assert!(rows > 50, "{rows}");
    let other = backend.another();
    let books = other.open();
    with_a_proposal(&books, |keeper, world, id| {
        agree(&books);
        let smith = || books.reading().household_named("smith").unwrap().unwrap();
        keeper.reject(id, "ben", "not now").unwrap();
        world.set(minute(2));
        keeper.flow(&smith(), "ann", "joint", Flow::Deposited, dec!(50)).unwrap();
        keeper.flow(&smith(), "ann", "joint", Flow::AskedFor, dec!(20)).unwrap();
        keeper.flow(&smith(), "ann", "joint", Flow::PaidOut, dec!(20)).unwrap();
        keeper.import(&smith(), "ann", TEXT).unwrap();
        agree(&books);
    });
}

pub(crate) fn whatever_is_edited_is_named(backend: &Backend) {
    let books = backend.open();
    a_day(&books);
    let mut stranger = backend.stranger();
    for (sql, words) in [
        ("UPDATE people SET name = 'eve' WHERE name = 'ann'", ["person", "name eve", "the log says ann"]),
        ("UPDATE households SET name = 'smyth'", ["household", "name smyth", "the log says smith"]),
        ("UPDATE accounts SET cash = '7'", ["account in portfolio", "cash 7", "the log says"]),
        ("UPDATE lots SET quantity = '7' WHERE lot_id = 'L1'", ["lot in portfolio", ": L1", "quantity 7"]),
        (
            "DELETE FROM targets WHERE name = 'Bonds'",
            ["target in portfolio", "class Bonds", "do not have it"],
        ),
        ("UPDATE fills SET price = '1.23'", ["fill", "price 1.23", "the log says"]),
        (
            "UPDATE orders SET lot_id = 'L9' WHERE lot_id IS NOT NULL",
            ["order", "lot_id L9", "the log says L"],
        ),
        ("UPDATE orders SET line = 0", ["order", "row rec-", "the log says rec-"]),
        ("UPDATE offers SET traded_usd = '1'", ["offer", "traded_usd 1,", "the log says"]),
        ("UPDATE transactions SET cash = '1'", ["transaction", "cash 1,", "the log says"]),
        ("UPDATE realised_gains SET gain = '1'", ["realised gain", "gain 1,", "the log says"]),
        ("UPDATE realised_gains SET disallowed = '5'", ["realised gain", "disallowed 5", "the log says 0"]),
        ("UPDATE recommendations SET attempt = 9", ["proposal", "attempt 9", "the log says 1"]),
        ("UPDATE attempts SET planner = 'model:x'", ["plan", "planner model:x", "the log says solver"]),
        ("UPDATE trades SET rationale = 'because'", ["row of plan", "rationale because", "record"]),
        ("UPDATE trades SET quantity = '1'", ["plan", "the books say rows", "the log says"]),
        (
            "UPDATE attempts SET document = replace(document, 'SPY', 'SPX')",
            ["plan", "document of SHA-256", "record"],
        ),
        (
            "UPDATE portfolios SET document = replace(document, '440.10', '4.10')",
            ["portfolio", "document of SHA-256", "record"],
        ),
        ("DELETE FROM realised_gains", ["realised gain", "the books do not have it", "record"]),
    ] {
        stranger.run(sql).unwrap();
        let ledger = books.held_against_log().unwrap();
        names(&ledger, &words);
        assert!(!ledger.is_sound() && ledger.differing >= ledger.differences.len() as u64);
    }
    // The log itself is whole.
    assert!(books.verify(&trust(), &[]).unwrap().is_sound());
}

pub(crate) fn what_no_record_tells_of_is_named(backend: &Backend) {
    let books = backend.open();
    a_day(&books);
    let mut stranger = backend.stranger();
    let id = "0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11";
    let id = if backend.is_sqlite() { format!("'{id}'") } else { format!("'{id}'::uuid") };
    for (sql, words) in [
        (
            format!("INSERT INTO people (id, name, made_at) SELECT {id}, 'mallory', made_at FROM people LIMIT 1"),
            "person 0190b2f0",
        ),
        (
            format!("INSERT INTO approvals SELECT recommendation_id, plan_hash, {id}, at FROM approvals LIMIT 1"),
            "approval",
        ),
        (
            "INSERT INTO fills SELECT broker, 'forged', client_order_id, quantity, price, fees, at FROM fills LIMIT 1".to_owned(),
            "forged",
        ),
        (
            format!(
                "INSERT INTO portfolios SELECT {id}, household_id, 99, source, document, at FROM portfolios LIMIT 1"
            ),
            "portfolio 0190b2f0",
        ),
        (
            format!(
                "INSERT INTO transactions (id, household_id, account_id, date, action, quantity, price, fees, cash) \
                 SELECT {id}, household_id, account_id, date, 'DEPOSIT', '0', '0', '0', '5' FROM transactions LIMIT 1"
            )
            .replace("'0', '0', '0', '5'", if backend.is_sqlite() { "'0', '0', '0', '5'" } else { "0, 0, 0, 5" }),
            "transaction 0190b2f0",
        ),
    ] {
        stranger.run(&sql).unwrap();
        names(&books.held_against_log().unwrap(), &[words, "no record of the log tells of it"]);
    }
}

/// Whoever forges a backup computes its last line anew.
pub(crate) fn a_forged_backup_is_found_out(backend: &Backend) {
    let books = backend.open();
    a_day(&books);
    let mut text = Vec::new();
    books.back_up(&mut text, start()).unwrap();
    let text = String::from_utf8(text).unwrap();
    let honest = backend.another();
    let restored = honest.open();
    restored.restore(&mut text.as_bytes()).unwrap();
    agree(&restored);
    let forged = text.replace("100.25", "900.25");
    assert_ne!(forged, text);
    let body: String = forged
        .lines()
        .rev()
        .skip(1)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .fold(String::new(), |body, line| body + line + "\n");
    let hash = |text: &str| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let before = &text[..text.trim_end().rfind('\n').unwrap() + 1];
    let end = text[before.len()..].replace(&hash(before), &hash(&body));
    let place = backend.another();
    let restored = place.open();
    restored.restore(&mut (body + &end).as_bytes()).unwrap();
    assert!(restored.verify(&trust(), &[]).unwrap().is_sound(), "its log is whole");
    let ledger = restored.held_against_log().unwrap();
    names(&ledger, &["portfolio", "document of SHA-256", "record"]);
}

pub(crate) fn a_key_that_is_gone_or_does_not_open_is_named_and_the_rest_is_verified(backend: &Backend) {
    let books = backend.open();
    a_day(&books);
    let smith = books.reading().household_named("smith").unwrap().unwrap().id;
    let mut stranger = backend.stranger();
    let swap = "UPDATE audit_keys SET wrapped = (SELECT wrapped FROM audit_keys WHERE household = '-') WHERE household <> '-'";
    stranger.run(swap).unwrap();
    let report = books.verify(&trust(), &[]).unwrap();
    assert!(report.is_sound() && report.closed > 0, "tree and checkpoints need no key: {report:?}");
    assert!(books.fits_master().unwrap());
    let ledger = books.held_against_log().unwrap();
    assert_eq!((ledger.keys.len(), ledger.differing), (1, 0), "{:#?}", told(&ledger));
    names(&ledger, &["the key of household smith", "does not open"]);
    stranger.run("DELETE FROM audit_keys WHERE household <> '-'").unwrap();
    let ledger = books.held_against_log().unwrap();
    assert_eq!((ledger.keys.len(), ledger.differing, ledger.erased), (1, 0, 0), "{:#?}", told(&ledger));
    names(&ledger, &["the key of household smith", "is gone and no erasure is on record"]);
    assert_eq!(ledger.keys[0].household.as_deref(), Some(smith.to_string().as_str()));

    // An erasure that is on record is none of this.
    let erased = backend.another();
    let books = erased.open();
    a_day(&books);
    let household = books.reading().household_named("smith").unwrap().unwrap().id;
    let rules: &[RetentionRule] = &[];
    let (today, actor, at) = (date(2032, 1, 1), "ann", minute(9));
    books.erase(Erasure { household, rules, holds: &[], today, actor, at }).unwrap();
    agree(&books);
    assert_eq!(books.held_against_log().unwrap().erased, 1);
    // The household goes on, under another key.
    Day { minutes: 12, ..Day::of(&["smith"]) }.live(&books, &mut 10).unwrap();
    let imported = Story::new(&books).import(Story::new(&books).imported(
        &books.reading().household(household).unwrap().unwrap(),
        books.reading().portfolio(household).unwrap().unwrap().version + 1,
        TEXT,
    ));
    books.record(&imported).unwrap();
    agree(&books);
}

pub(crate) fn who_approved_is_told_by_the_log(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, _, id| {
        assert_eq!(keeper.approve(id, "ben", None).unwrap(), Answer::Approved);
        let ben = books.reading().person("ben").unwrap().unwrap().id;
        let household = books.reading().recommendation(id).unwrap().unwrap().kept().household;
        let about = books.records_about(household, &id.to_string()).unwrap();
        let approval = about.iter().find(|row| row.kind.as_str() == "approval").unwrap();
        let key = books.key(&household.to_string()).unwrap().unwrap();
        let Reading::Open(contents) = approval.read(Some(&key)).unwrap() else { panic!("it opens") };
        let body: serde_json::Value = serde_json::from_slice(&contents.original).unwrap();
        assert_eq!(body["by"], serde_json::json!({"person": ben.to_string(), "name": "ben"}));
        let made = books.records_of_house("person_made").unwrap();
        let bodies: Vec<String> =
            made.iter().map(|it| String::from_utf8(it.original.clone()).unwrap()).collect();
        assert!(bodies.iter().any(|body| body.contains("\"name\":\"ben\"")), "{bodies:?}");
    });
    let mut stranger = backend.stranger();
    stranger.run("UPDATE people SET name = 'x' WHERE name = 'ann'").unwrap();
    stranger.run("UPDATE people SET name = 'ann' WHERE name = 'ben'").unwrap();
    stranger.run("UPDATE people SET name = 'ben' WHERE name = 'x'").unwrap();
    let ledger = books.held_against_log().unwrap();
    names(&ledger, &["person", "name ann", "the log says ben"]);
    names(&ledger, &["person", "name ben", "the log says ann"]);
}

pub(crate) fn a_plan_that_was_changed_is_not_approved(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, _, id| {
        backend.stranger().run("UPDATE trades SET quantity = '1' WHERE line = 0").unwrap();
        let Answer::Refused(refusal) = keeper.approve(id, "ann", None).unwrap() else { panic!("approved") };
        assert!(matches!(refusal.reason, Reason::NotAsShown { .. }), "{refusal:?}");
        assert_eq!(refusal.reason.code(), "approval.altered");
        assert!(books.reading().approvals(id).unwrap().is_empty());
        // It is not stuck: a person ends it.
        assert_eq!(keeper.reject(id, "ann", "altered").unwrap(), Answer::Rejected);
    });
}

pub(crate) fn nobody_is_two_by_the_case_of_a_letter(backend: &Backend) {
    let books = backend.open();
    let make = |name: &str| person_or_new(&books, name, PersonId::new(start(), draw()), start());
    let ann = make("Ann Lee").unwrap();
    for alike in ["ann lee", " Ann Lee ", "ANN LEE"] {
        let Err(BooksError::Alike { given, known }) = make(alike) else {
            panic!("{alike} is another person")
        };
        assert_eq!((given.as_str(), known.as_str()), (alike, "Ann Lee"));
    }
    assert_eq!(make("Ann Lee").unwrap(), ann);
    assert_eq!(make("Anne Lee").unwrap().name, "Anne Lee");
    assert_eq!(books.reading().people().unwrap().len(), 2);
}
