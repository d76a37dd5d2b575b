//! People who decide at the same moment: no decision is lost, none counts twice.

use std::sync::Barrier;

use rebalance::books::{Books, BooksError, Change, Entry, Record, Setting};
use rebalance::id::PersonId;
use rebalance::life::{Policy, Rejection, Request, State, Step, decide};
use rust_decimal::dec;

use crate::backend::Backend;
use crate::story::Story;

/// Runs `act` on so many threads at the same moment.
pub(crate) fn at_once<T: Send>(threads: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(threads);
    let act = &|n| {
        barrier.wait();
        act(n)
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|n| scope.spawn(move || act(n))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn is_conflict(error: &BooksError) -> bool {
    matches!(error, BooksError::Conflict { .. })
}

pub(crate) fn of_many_who_approve_at_once_one_does(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let waits = story.waiting();
    let people: Vec<PersonId> = (0..8).map(|n| story.person(&format!("p{n}")).unwrap().id).collect();
    let portfolio = books.reading().portfolio(waits.kept().household).unwrap().unwrap();
    let before = books.reading().record_count().unwrap();
    let done = at_once(8, |n| {
        let request = Request { person: people[n], plan_hash: waits.kept().plan_hash.clone().unwrap() };
        let decision = decide(&waits, &[], &request, &story.now(&portfolio), &Policy::default()).unwrap();
        books.record(&story.decided(&waits, decision.into_step(), people[n]))
    });
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
    assert_eq!(
        done.iter().filter_map(|d| d.as_ref().err()).filter(|e| is_conflict(e)).count(),
        7,
        "{done:?}"
    );
    let now = books.reading().recommendation(waits.id()).unwrap().unwrap();
    assert_eq!((now.state(), now.kept().version), (State::Approved, waits.kept().version + 1));
    assert_eq!(books.reading().approvals(waits.id()).unwrap().len(), 1);
    assert_eq!(books.reading().record_count().unwrap(), before + 1, "who lost left no record");
}

pub(crate) fn two_who_are_needed_both_count_when_they_come_at_once(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let waits = story.waiting();
    let people: Vec<PersonId> = (0..2).map(|n| story.person(&format!("p{n}")).unwrap().id).collect();
    let portfolio = books.reading().portfolio(waits.kept().household).unwrap().unwrap();
    let policy = Policy { second_above_usd: Some(dec!(1)), ..Policy::default() };
    at_once(2, |n| {
        loop {
            let found = books.reading().recommendation(waits.id()).unwrap().unwrap();
            let given = books.reading().approvals(waits.id()).unwrap();
            let request = Request { person: people[n], plan_hash: waits.kept().plan_hash.clone().unwrap() };
            // The two reads are of two moments; a decision on what has changed in between is refused when it is written.
            let Ok(decision) = decide(&found, &given, &request, &story.now(&portfolio), &policy) else {
                continue;
            };
            match books.record(&story.decided(&found, decision.into_step(), people[n])) {
                Ok(_) => return,
                Err(error) => assert!(is_conflict(&error), "{error}"),
            }
        }
    });
    let now = books.reading().recommendation(waits.id()).unwrap().unwrap();
    assert_eq!(now.state(), State::Approved);
    let given = books.reading().approvals(waits.id()).unwrap();
    assert_eq!(given.len(), 2);
    assert_eq!(given[0].prices, waits.offer().unwrap().shown.prices, "bound to the prices that were shown");
}

pub(crate) fn approval_and_rejection_at_once_give_one_of_them(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let waits = story.waiting();
    let person = story.person("ann").unwrap().id;
    let portfolio = books.reading().portfolio(waits.kept().household).unwrap().unwrap();
    let done = at_once(6, |n| {
        let request = Request { person, plan_hash: waits.kept().plan_hash.clone().unwrap() };
        let step = if n % 2 == 0 {
            decide(&waits, &[], &request, &story.now(&portfolio), &Policy::default()).unwrap().into_step()
        } else {
            Step::Reject(Rejection::ByPerson)
        };
        books.record(&story.decided(&waits, step, person))
    });
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
    let winner = done.iter().position(Result::is_ok).unwrap();
    let expected = if winner % 2 == 0 { State::Approved } else { State::Rejected(Rejection::ByPerson) };
    assert_eq!(books.reading().recommendation(waits.id()).unwrap().unwrap().state(), expected);
    assert_eq!(books.reading().recommendations(expected).unwrap().len(), 1);
    assert!(books.reading().recommendations(State::Rejected(Rejection::Expired)).unwrap().is_empty());
}

pub(crate) fn no_change_of_a_setting_is_lost(backend: &Backend) {
    let books = backend.open();
    let at = crate::backend::start();
    let household = Story::new(&books).household().unwrap().id;
    let (threads, rounds) = (4, 10);
    at_once(threads, |_| {
        for _ in 0..rounds {
            loop {
                let known = books.reading().setting("server", "count").unwrap();
                let count = known.as_ref().map_or(0, |s| s.value.parse::<u64>().unwrap());
                let version = known.map_or(0, |s| s.version) + 1;
                let (scope, name) = ("server".to_owned(), "count".to_owned());
                let setting = Setting { scope, name, value: (count + 1).to_string(), version, at };
                let record = Record::new("settings", household, "test", at, "{}".to_owned());
                match books.record(&Entry::new(record).with(Change::Setting(setting))) {
                    Ok(_) => break,
                    Err(BooksError::Conflict { .. } | BooksError::Exists { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        }
    });
    let last = books.reading().setting("server", "count").unwrap().unwrap();
    assert_eq!((last.value.as_str(), last.version), ("40", 40));
}
