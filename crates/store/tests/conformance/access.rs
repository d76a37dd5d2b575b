//! Who may come in: what is kept of passwords, sessions, keys and grants, and what is forgotten.

use jiff::{Timestamp, ToSpan};
use rebalance::books::access::{
    Access, AccessChange, Answered, ApiKey, Grant, Password, Right, Role, Session,
};
use rebalance::books::{Books, BooksError, Change, Entry, Record};
use rebalance::id::{HouseholdId, PersonId, uuid_v7};
use store::Store;

use crate::approvals::at_once;
use crate::backend::{Backend, start};
use crate::story::{Story, draw};

fn write(books: &Store, change: AccessChange, at: Timestamp) -> Result<(), BooksError> {
    let (kind, actor) = ("settings".to_owned(), "test".to_owned());
    let record = Record { kind, at, household: None, subject: String::new(), actor, body: "{}".to_owned() };
    books.record(&Entry::new(record).with(Change::Access(Box::new(change)))).map(drop)
}

fn session(person: PersonId, digest: [u8; 32]) -> Session {
    let at = start();
    Session {
        digest,
        person,
        begun_at: at,
        idle_until: at + 1.hour(),
        ends_at: at + 12.hours(),
        proved_at: at,
        ended_at: None,
    }
}

pub(crate) fn what_was_kept_of_who_may_come_in_comes_back(backend: &Backend) {
    let books = backend.open();
    let (story, at) = (Story::new(&books), start());
    let (ann, bob) = (story.person("ann").unwrap().id, story.person("bob").unwrap().id);
    let household = story.waiting().kept().household;
    let grant = Grant {
        id: uuid_v7(at, draw()),
        person: ann,
        household: Some(household),
        role: Role::Adviser,
        by: bob,
        at,
        until: Some(at + 1.hour()),
        withdrawn_at: None,
    };
    let everywhere =
        Grant { id: uuid_v7(at, draw()), household: None, role: Role::Auditor, until: None, ..grant.clone() };
    write(&books, AccessChange::Granted(grant.clone()), at).unwrap();
    write(&books, AccessChange::Granted(everywhere.clone()), at).unwrap();
    assert_eq!(books.grants(ann).unwrap(), [grant.clone(), everywhere.clone()]);
    assert_eq!(books.grants(bob).unwrap(), []);
    assert_eq!(books.grants_reaching(household).unwrap(), [grant.clone(), everywhere.clone()]);
    let another = HouseholdId::from_uuid(uuid_v7(at, draw()));
    assert_eq!(books.grants_reaching(another).unwrap(), std::slice::from_ref(&everywhere));
    write(&books, AccessChange::Withdrawn(grant.id, at), at).unwrap();
    assert_eq!(books.all_grants().unwrap(), [everywhere]);
    let twice = write(&books, AccessChange::Withdrawn(grant.id, at), at);
    assert!(matches!(twice, Err(BooksError::Conflict { .. })), "{twice:?}");

    let key = ApiKey {
        id: uuid_v7(at, draw()),
        person: ann,
        label: "night job".to_owned(),
        digest: [9; 32],
        rights: vec![Right::Read, Right::Audit],
        at,
        until: at + 24.hours(),
        revoked_at: None,
    };
    write(&books, AccessChange::Key(key.clone()), at).unwrap();
    assert_eq!(books.api_key(key.id).unwrap(), Some(key.clone()));
    write(&books, AccessChange::KeyRevoked(key.id, at), at).unwrap();
    assert_eq!(books.api_keys(ann).unwrap(), [ApiKey { revoked_at: Some(at), ..key }]);

    let session = session(ann, [7; 32]);
    write(&books, AccessChange::SignedIn(session.clone()), at).unwrap();
    assert_eq!(shown(&books, &[7; 32]), Some(session.clone()));
    assert_eq!(shown(&books, &[8; 32]), None);
    let later = at + 30.minutes();
    books.used(&[7; 32], later).unwrap();
    write(&books, AccessChange::Proved([7; 32], later), later).unwrap();
    let used = Session { idle_until: later, proved_at: later, ..session };
    assert_eq!(shown(&books, &[7; 32]), Some(used));
    write(&books, AccessChange::SignedOut([7; 32], later), later).unwrap();
    assert!(!shown(&books, &[7; 32]).unwrap().is_on(at));
    // What is told beside a session is what the other questions tell.
    let (_, person, grants) = books.shown(&[7; 32]).unwrap().unwrap();
    assert_eq!((Some(person), grants), (books.whose(ann).unwrap(), books.grants(ann).unwrap()));
}

/// The session that a token shows.
fn shown(books: &Store, digest: &[u8; 32]) -> Option<Session> {
    books.shown(digest).unwrap().map(|(session, _, _)| session)
}

pub(crate) fn a_new_password_ends_what_was_begun_with_the_old_one(backend: &Backend) {
    let books = backend.open();
    let (story, at) = (Story::new(&books), start());
    let (ann, bob) = (story.person("ann").unwrap().id, story.person("bob").unwrap().id);
    let password = |hash: &str, at| Password { person: ann, hash: hash.to_owned(), at };
    write(&books, AccessChange::Password(password("$argon2id$one", at)), at).unwrap();
    for (person, digest) in [(ann, [1; 32]), (bob, [2; 32])] {
        write(&books, AccessChange::SignedIn(session(person, digest)), at).unwrap();
    }
    let later = at + 1.minute();
    write(&books, AccessChange::Password(password("$argon2id$two", later)), later).unwrap();
    assert_eq!(books.password(ann).unwrap(), Some(password("$argon2id$two", later)));
    assert_eq!(shown(&books, &[1; 32]).unwrap().ended_at, Some(later));
    assert!(shown(&books, &[2; 32]).unwrap().is_on(at));
}

pub(crate) fn a_name_is_locked_however_many_try_at_once(backend: &Backend) {
    let books = backend.open();
    let until = start() + 15.minutes();
    let name = [3; 32];
    assert_eq!(books.tries(&name).unwrap(), None);
    let tries = at_once(8, |_| books.failed(&name, start(), 5, until).unwrap());
    let mut counted: Vec<u32> = tries.iter().map(|tries| tries.failed).collect();
    counted.sort_unstable();
    assert_eq!(counted, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(tries.iter().all(|tries| tries.locked_until.is_some() == (tries.failed >= 5)), "{tries:?}");
    assert_eq!(books.tries(&[4; 32]).unwrap(), None);
    books.let_in(&name).unwrap();
    assert_eq!(books.tries(&name).unwrap(), None);
    // Names that somebody made up fill nothing for ever.
    books.failed(&name, start(), 5, until).unwrap();
    books.forget_before(start()).unwrap();
    assert!(books.tries(&name).unwrap().is_some());
    books.forget_before(start() + 1.second()).unwrap();
    assert_eq!(books.tries(&name).unwrap(), None);
}

pub(crate) fn an_answer_stays_the_first_one(backend: &Backend) {
    let books = backend.open();
    let (story, at) = (Story::new(&books), start());
    let ann = story.person("ann").unwrap().id;
    let answered = |status| Answered { asked: [5; 32], status, body: "{\"ok\": true}".to_owned() };
    books.keep_answer(ann, "k-1", &answered(201), at).unwrap();
    books.keep_answer(ann, "k-1", &answered(409), at).unwrap();
    assert_eq!(books.answered(ann, "k-1").unwrap(), Some(answered(201)));
    let bob = story.person("bob").unwrap().id;
    assert_eq!(books.answered(bob, "k-1").unwrap(), None);
    books.forget_before(at).unwrap();
    assert!(books.answered(ann, "k-1").unwrap().is_some());
    books.forget_before(at + 1.second()).unwrap();
    assert_eq!(books.answered(ann, "k-1").unwrap(), None);
}
