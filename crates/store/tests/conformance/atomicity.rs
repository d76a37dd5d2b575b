//! All of an entry or nothing.

use rebalance::books::{Books, BooksError, Change, Closing, Entry, Event, Person, Record, Seen};
use rebalance::id::{CycleId, EventId, PersonId};
use rebalance::life::State;

use crate::backend::{Backend, start};
use crate::story::{Story, draw};

pub(crate) fn an_entry_that_fails_leaves_nothing(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let household = story.household().unwrap();
    let (records, events) =
        (books.reading().record_count().unwrap(), books.reading().pending_events().unwrap());
    let person = Person { id: PersonId::new(start(), draw()), name: "eve".to_owned(), made_at: start() };
    let event = Event {
        id: EventId::new(start(), draw()),
        topic: "t".to_owned(),
        key: "k".to_owned(),
        payload: "{}".to_owned(),
    };
    let seen = Seen { consumer: "c".to_owned(), event: "e".to_owned() };
    let record = || Record::new("test", household.id, "test", start(), "{}".to_owned());
    let good = Entry::new(record()).with(Change::Person(person)).telling(event).taking_in(seen);
    // The last change is of a cycle that nobody has opened.
    let bad = good.clone().with(Change::CycleClosed(CycleId::new(start(), draw()), Closing::Finished));
    assert!(matches!(books.record(&bad), Err(BooksError::Conflict { .. })));
    assert_eq!(books.reading().person("eve").unwrap(), None);
    assert_eq!(books.reading().record_count().unwrap(), records);
    assert_eq!(books.reading().pending_events().unwrap(), events);
    // Nothing of it stands in the way of the same without the fault.
    books.record(&good).unwrap();
    assert!(books.reading().person("eve").unwrap().is_some());
    assert_eq!(books.reading().record_count().unwrap(), records + 1);
    assert_eq!(books.reading().pending_events().unwrap(), events + 1);
}

pub(crate) fn what_is_there_twice_or_refers_to_nothing_is_named(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let ann = story.person("ann").unwrap();
    assert_eq!(story.person("ann").unwrap(), ann, "the same person by the same name");
    let again = Person { id: PersonId::new(start(), draw()), ..ann.clone() };
    let error = books.record(&Entry::new(Record::of_person(&again)).with(Change::Person(again))).unwrap_err();
    assert!(matches!(&error, BooksError::Exists { what } if what.contains("people")), "{error}");
    let household = story.household().unwrap();
    let nobody = PersonId::new(start(), draw());
    let orphan = rebalance::books::Household {
        id: rebalance::id::HouseholdId::new(start(), draw()),
        name: "orphan".to_owned(),
        owner: nobody,
        version: 0,
        ..household
    };
    let record = Record::new("test", orphan.id, "test", start(), "{}".to_owned());
    let error = books.record(&Entry::new(record).with(Change::Household(orphan))).unwrap_err();
    assert!(matches!(error, BooksError::Missing { .. }), "{error}");
}

/// A thread that asks much on one connection sees what is written meanwhile, by itself and by others, and no other store's.
pub(crate) fn a_connection_at_hand_sees_what_is_written(backend: &Backend) {
    let (place, elsewhere) = (backend.another(), backend.another());
    let (books, others) = (place.open(), elsewhere.open());
    let story = Story::new(&books);
    assert_eq!(books.reading().person("ann").unwrap(), None);
    story.person("ann").unwrap();
    assert!(books.reading().person("ann").unwrap().is_some());
    // A look at one moment is over when it is answered.
    assert!(books.reading().recommendations(State::PendingApproval).unwrap().is_empty());
    std::thread::scope(|scope| {
        scope.spawn(|| story.person("bob").unwrap());
    });
    assert!(books.reading().recommendations(State::PendingApproval).unwrap().is_empty());
    assert!(books.reading().person("bob").unwrap().is_some());
    assert_eq!(others.reading().person("ann").unwrap(), None);
    // More threads than there are connections all get their turn.
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(books.reading().people().unwrap().len(), 2);
                    assert!(books.reading().recommendations(State::Approved).unwrap().is_empty());
                }
            });
        }
    });
    // Whoever writes is not kept from it by those who read.
    story.person("carol").unwrap();
    assert_eq!(books.reading().people().unwrap().len(), 3);
}
