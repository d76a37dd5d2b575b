//! Events and leases: each thing once, whoever sleeps how long.

use jiff::{Timestamp, ToSpan};
use rebalance::books::{Books, BooksError, Change, Claim, Entry, Event, Receipt, Record, Seen, Setting};
use rebalance::id::{EventId, HouseholdId};

use crate::approvals::at_once;
use crate::backend::{Backend, start};
use crate::story::{Story, draw};

fn record(household: HouseholdId) -> Record {
    Record::new("test", household, "test", start(), "{}".to_owned())
}

fn event(key: &str, payload: &str) -> Event {
    let id = EventId::new(start(), draw());
    Event { id, topic: "notice".to_owned(), key: key.to_owned(), payload: payload.to_owned() }
}

fn payloads(claims: &[Claim]) -> Vec<&str> {
    claims.iter().map(|claim| claim.event.payload.as_str()).collect()
}

pub(crate) fn an_event_is_taken_in_once_by_each_consumer(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let before = books.reading().record_count().unwrap();
    let take_in = |consumer: &str| {
        let seen = Seen { consumer: consumer.to_owned(), event: "fill-1".to_owned() };
        books.record(&Entry::new(record(household)).taking_in(seen)).unwrap()
    };
    let done = at_once(8, |_| take_in("books"));
    assert_eq!(done.iter().filter(|d| matches!(d, Receipt::Written { .. })).count(), 1, "{done:?}");
    assert_eq!(done.iter().filter(|d| **d == Receipt::SeenBefore).count(), 7);
    assert!(matches!(take_in("mail"), Receipt::Written { .. }), "another consumer has not seen it");
    assert_eq!(books.reading().record_count().unwrap(), before + 2);
}

pub(crate) fn events_of_a_key_go_out_in_order_each_once(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let told = [event("a", "a1"), event("a", "a2"), event("b", "b1"), event("a", "a3"), event("b", "b2")];
    let entry = told.iter().fold(Entry::new(record(household)), |entry, event| entry.telling(event.clone()));
    books.record(&entry).unwrap();
    let now = start();
    let claim = |at: Timestamp| books.turns().claim("notice", "me", at, at + 1.minute(), 10).unwrap();
    let first = claim(now);
    assert_eq!(payloads(&first), ["a1", "b1"], "the first of each key");
    assert_eq!(first[0].tries, 1);
    assert!(claim(now).is_empty(), "what is claimed is claimed, and later ones of its key wait");
    assert!(books.turns().claim("other", "me", now, now + 1.minute(), 10).unwrap().is_empty());
    let settle =
        |claim: &Claim| books.record(&Entry::new(record(household)).with(Change::Settled(claim.clone())));
    settle(&first[0]).unwrap();
    assert!(matches!(settle(&first[0]), Err(BooksError::Fenced { .. })), "it is settled once");
    assert_eq!(payloads(&claim(now)), ["a2"]);
    // One that could not be delivered waits, and so do those behind it.
    books.turns().put_back(&first[1], now + 10.minutes(), "the mail server is down").unwrap();
    assert!(claim(now).is_empty());
    let later = claim(now + 10.minutes());
    assert_eq!(payloads(&later), ["a2", "b1"], "a2 was claimed for a minute only");
    assert_eq!((later[0].tries, later[0].token), (2, 2));
    // One that a person has to look at holds nobody up.
    books.turns().lay_aside(&later[1], now, "no such address").unwrap();
    assert_eq!(payloads(&claim(now + 10.minutes())), ["b2"]);
    assert_eq!(books.reading().pending_events().unwrap(), 3);
}

pub(crate) fn a_claim_that_was_passed_on_settles_nothing(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    books.record(&Entry::new(record(household)).telling(event("a", "a1"))).unwrap();
    let now = start();
    let slow = books.turns().claim("notice", "slow", now, now + 1.minute(), 1).unwrap().remove(0);
    let quick =
        books.turns().claim("notice", "quick", now + 1.minute(), now + 2.minutes(), 1).unwrap().remove(0);
    let fenced =
        |done: Result<(), BooksError>| assert!(matches!(done, Err(BooksError::Fenced { .. })), "{done:?}");
    let settle = |claim: &Claim| {
        books.record(&Entry::new(record(household)).with(Change::Settled(claim.clone()))).map(drop)
    };
    fenced(settle(&slow));
    fenced(books.turns().put_back(&slow, now, "late"));
    fenced(books.turns().lay_aside(&slow, now, "late"));
    settle(&quick).unwrap();
    assert_eq!(books.reading().pending_events().unwrap(), 0);
}

pub(crate) fn many_claim_and_each_event_is_settled_once(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let told = (0..40).map(|n| event(&format!("k{}", n % 7), &n.to_string()));
    books.record(&told.fold(Entry::new(record(household)), Entry::telling)).unwrap();
    let before = books.reading().record_count().unwrap();
    let settled: Vec<Vec<String>> = at_once(4, |n| {
        let mut mine = Vec::new();
        while books.reading().pending_events().unwrap() > 0 {
            let until = start() + 1.hour();
            for claim in books.turns().claim("notice", &format!("w{n}"), start(), until, 3).unwrap() {
                let entry = Entry::new(record(household)).with(Change::Settled(claim.clone()));
                books.record(&entry).unwrap();
                mine.push(claim.event.payload);
            }
        }
        mine
    });
    let mut all: Vec<u32> = settled.concat().iter().map(|payload| payload.parse().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..40).collect::<Vec<_>>());
    assert_eq!(books.reading().record_count().unwrap(), before + 40);
    for mine in settled {
        for key in 0..7 {
            let of_key: Vec<u32> = mine.iter().map(|p| p.parse().unwrap()).filter(|n| n % 7 == key).collect();
            assert!(of_key.is_sorted(), "{of_key:?}");
        }
    }
}

pub(crate) fn a_leader_who_was_replaced_writes_nothing(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let now = start();
    let take =
        |owner: &str, at: Timestamp| books.turns().lease("leader", owner, at, at + 1.minute()).unwrap();
    let old = take("one", now).unwrap();
    assert_eq!(take("two", now + 59.seconds()), None, "there is one at a time");
    let renewed = take("one", now + 30.seconds()).unwrap();
    assert_eq!(renewed.token, old.token, "a renewal is no change");
    let write = |fence| books.record(&Entry::new(record(household)).under(fence));
    write(old.fence()).unwrap();
    let new = take("two", now + 90.seconds()).unwrap();
    assert!(new.token > old.token);
    let before = books.reading().record_count().unwrap();
    let late = write(old.fence()).unwrap_err();
    assert!(matches!(&late, BooksError::Fenced { what } if what.contains("leader")), "{late}");
    assert_eq!(books.reading().record_count().unwrap(), before);
    write(new.fence()).unwrap();
    books.turns().release(&old).unwrap();
    assert_eq!(take("one", now + 91.seconds()), None, "who was replaced releases nothing");
    books.turns().release(&new).unwrap();
    let back = take("one", now + 91.seconds()).unwrap();
    assert!(back.token > new.token);
    assert!(write(new.fence()).is_err());
}

/// Two programs, each with its own connections. Each works whenever it holds the lease, and both fall asleep for longer than it.
pub(crate) fn two_programs_on_one_database_do_each_thing_once(backend: &Backend) {
    let household = Story::new(&backend.open()).household().unwrap().id;
    let clock = std::sync::atomic::AtomicI64::new(0);
    let done = at_once(2, |n| {
        let books = backend.open();
        let owner = format!("program {n}");
        let (mut written, mut fenced) = (0_u64, 0_u64);
        loop {
            let second = clock.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let now = start() + second.seconds();
            let Some(lease) = books.turns().lease("leader", &owner, now, now + 3.seconds()).unwrap() else {
                continue;
            };
            // Reads what is to be done, and may sleep over the end of its lease before it writes.
            let known = books.reading().setting("jobs", "done").unwrap();
            let (count, version) = known.map_or((0, 0), |s| (s.value.parse::<u64>().unwrap(), s.version));
            if count >= 30 {
                return (written, fenced);
            }
            if second % 5 == 0 {
                clock.fetch_add(4, std::sync::atomic::Ordering::SeqCst);
                std::thread::yield_now();
            }
            let (scope, name) = ("jobs".to_owned(), "done".to_owned());
            let value = (count + 1).to_string();
            let setting = Setting { scope, name, value, version: version + 1, at: now };
            let entry = Entry::new(record(household)).with(Change::Setting(setting)).under(lease.fence());
            match books.record(&entry) {
                Ok(_) => written += 1,
                Err(BooksError::Fenced { .. }) => fenced += 1,
                Err(error) => panic!("{error}: the lease alone keeps the two apart"),
            }
        }
    });
    assert_eq!(done.iter().map(|(written, _)| written).sum::<u64>(), 30, "{done:?}");
    assert_eq!(backend.open().reading_value("jobs", "done"), "30");
}

trait Value {
    fn reading_value(&self, scope: &str, name: &str) -> String;
}

impl Value for store::Store {
    fn reading_value(&self, scope: &str, name: &str) -> String {
        self.reading().setting(scope, name).unwrap().unwrap().value
    }
}
