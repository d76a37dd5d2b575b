//! One open cycle per household, and nothing over what has changed.

use rebalance::books::{Books, BooksError, Change, Closing, Entry, Record};
use rebalance::life::{Rejection, Step};

use crate::approvals::at_once;
use crate::backend::{Backend, start};
use crate::story::{Story, TEXT};

pub(crate) fn a_household_has_one_open_cycle(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let household = story.household().unwrap();
    let portfolio = story.portfolio(&household).unwrap();
    let done = at_once(6, |_| books.record(&story.cycle(&household, &portfolio).1));
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
    let refused = BooksError::CycleOpen { household: household.id.to_string() };
    assert_eq!(done.iter().filter(|d| d.as_ref() == Err(&refused)).count(), 5, "{done:?}");
    let open = books.reading().open_cycles().unwrap();
    assert_eq!(open.len(), 1);
    let close = |closing| {
        let record = Record::new("cycle_closed", household.id, "cycle", start(), "{}".to_owned());
        books.record(&Entry::new(record).with(Change::CycleClosed(open[0].id, closing)))
    };
    close(Closing::NothingToDo).unwrap();
    assert!(matches!(close(Closing::Finished), Err(BooksError::Conflict { .. })), "it ends once");
    assert_eq!(books.reading().closing(open[0].id).unwrap(), Some(Closing::NothingToDo));
    books.record(&story.cycle(&household, &portfolio).1).unwrap();
}

pub(crate) fn nothing_moves_after_its_cycle_has_ended(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let waits = story.waiting();
    let record = Record::new("cycle_closed", waits.kept().household, "cycle", start(), "{}".to_owned());
    books
        .record(&Entry::new(record).with(Change::CycleClosed(waits.kept().cycle, Closing::GivenUp)))
        .unwrap();
    let late = books.record(&story.plain(&waits, Step::Reject(Rejection::Withdrawn)));
    assert!(matches!(late, Err(BooksError::Conflict { .. })), "{late:?}");
}

pub(crate) fn an_import_over_an_old_version_is_refused(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let household = story.household().unwrap();
    let done = at_once(4, |_| books.record(&story.import(story.imported(&household, 1, TEXT))));
    assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
    let skipped = books.record(&story.import(story.imported(&household, 3, TEXT)));
    assert!(matches!(skipped, Err(BooksError::Conflict { version: 2, .. })), "{skipped:?}");
    books.record(&story.import(story.imported(&household, 2, TEXT))).unwrap();
    assert_eq!(books.reading().household(household.id).unwrap().unwrap().portfolio_version, 2);
    assert_eq!(books.reading().portfolio(household.id).unwrap().unwrap().version, 2);
}
