//! Notices of what happens to a household, until each channel has taken them.

use jiff::{SignedDuration, Timestamp};
use rebalance::books::{Books, Closing};
use rebalance::id::RecommendationId;
use rebalance::keeping::paper::Settings;
use rebalance::life::State;
use rebalance::notices::{Notices, TRIES_MAX, Tried, Waiting, Wanted};
use store::Store;

use crate::backend::{Backend, start};
use crate::household::{Day, Standing, minute};
use crate::keeping::with_a_proposal;
use crate::story::draw;

fn wanted() -> Vec<Wanted> {
    let of =
        |channel: &str, households: Option<Vec<String>>| Wanted { channel: channel.to_owned(), households };
    vec![of("a", None), of("b", Some(vec!["smith".to_owned()])), of("c", Some(vec!["jones".to_owned()]))]
}

fn notices<'a>(books: &'a Store, owner: &'a str) -> Notices<'a> {
    Notices { books, owner, fence: None, draw: &draw }
}

fn later(at: Timestamp, secs: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(secs)).unwrap()
}

fn told(waiting: &[Waiting]) -> Vec<(&str, &str)> {
    waiting.iter().map(|it| (it.channel.as_str(), it.notice.kind.as_str())).collect()
}

pub(crate) fn a_notice_is_tried_until_its_channel_takes_it(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world: &Standing, id: RecommendationId| {
        let one = notices(&books, "one");
        let now = start();
        while one.spread(&wanted(), now).unwrap() > 0 {}
        let waiting = one.waiting(now).unwrap();
        assert_eq!(told(&waiting), [("a", "proposal.waiting"), ("b", "proposal.waiting")]);
        assert_eq!(waiting[0].notice.id, waiting[1].notice.id, "it has one name");
        let text = &waiting[0].notice.text;
        assert!(text.contains(&format!("equipoise approve {id}")) && !text.contains("SPY"), "{text}");
        one.tried(&waiting[0], &Tried::Taken, now).unwrap();
        let slow = Tried::Later { why: "no answer".to_owned(), after: None };
        one.tried(&waiting[1], &slow, now).unwrap();
        // The other one waits for half a minute, then for a minute.
        assert!(notices(&books, "two").waiting(later(now, 29)).unwrap().is_empty());
        let again = notices(&books, "two").waiting(later(now, 30)).unwrap();
        assert_eq!((told(&again), again[0].claim.tries), (vec![("b", "proposal.waiting")], 2));
        let two = notices(&books, "two");
        two.tried(&again[0], &slow, later(now, 30)).unwrap();
        assert!(two.waiting(later(now, 89)).unwrap().is_empty());
        // Whoever was away too long writes nothing.
        assert!(one.tried(&waiting[1], &Tried::Taken, later(now, 89)).is_err());
        let mut at = later(now, 90);
        for tries in 3..=TRIES_MAX {
            let again = two.waiting(at).unwrap();
            assert_eq!(again[0].claim.tries, tries);
            two.tried(&again[0], &slow, at).unwrap();
            at = later(at, 6 * 3_600);
        }
        assert!(two.waiting(at).unwrap().is_empty(), "it was given up");
        // Nobody answers: those who want to hear of it do.
        world.set(minute(24 * 60 + 1));
        keeper.tick(&[]).unwrap();
        while two.spread(&wanted(), at).unwrap() > 0 {}
        assert_eq!(told(&two.waiting(at).unwrap()), [("a", "proposal.expired"), ("b", "proposal.expired")]);
        assert_eq!(books.reading().recommendation(id).unwrap().unwrap().state().name(), "Rejected");
    });
}

/// Nothing more is tried: whoever wants to hear of the household does, once.
pub(crate) fn a_cycle_that_is_given_up_is_told(backend: &Backend) {
    let books = backend.open();
    let broker = Settings { partly: 10_000, ..Settings::default() };
    Day { broker, minutes: 12, ..Day::of(&["smith"]) }.live(&books, &mut 0).unwrap();
    let one = notices(&books, "one");
    while one.spread(&wanted(), start()).unwrap() > 0 {}
    let mut kinds = Vec::new();
    loop {
        let waiting = one.waiting(start()).unwrap();
        for it in &waiting {
            assert!(!it.notice.text.contains("SPY"), "{}", it.notice.text);
            one.tried(it, &Tried::Taken, start()).unwrap();
        }
        kinds.extend(waiting.iter().filter(|it| it.channel == "b").map(|it| it.notice.kind.clone()));
        if waiting.is_empty() {
            break;
        }
    }
    let ended = books.reading().recommendations(State::ExecutionFailed).unwrap();
    let closings = ended.iter().map(|found| books.reading().closing(found.kept().cycle).unwrap());
    let given_up = closings.filter(|closing| *closing == Some(Closing::GivenUp)).count();
    assert!(given_up > 0);
    assert_eq!(kinds.iter().filter(|kind| *kind == "cycle.given_up").count(), given_up, "{kinds:?}");
    assert_eq!(kinds.last().unwrap(), "cycle.given_up", "behind what was not filled: {kinds:?}");
}

/// What was answered before anybody was told needs no notice, and where nobody listens nothing piles up.
pub(crate) fn what_nobody_has_to_hear_is_not_told(backend: &Backend) {
    let books = backend.open();
    Day::of(&["smith"]).live(&books, &mut 0).unwrap();
    assert_eq!(books.reading().recommendations(State::ExecutedSuccessfully).unwrap().len(), 1);
    let one = notices(&books, "one");
    while one.spread(&wanted(), start()).unwrap() > 0 {}
    assert_eq!(told(&one.waiting(start()).unwrap()), [("a", "execution.done"), ("b", "execution.done")]);
    let other = backend.another();
    let silent = other.open();
    Day::of(&["smith"]).live(&silent, &mut 0).unwrap();
    let records = silent.reading().record_count().unwrap();
    let one = notices(&silent, "one");
    while one.spread(&[], start()).unwrap() > 0 {}
    assert_eq!(silent.reading().pending_events().unwrap(), 0);
    assert_eq!(silent.reading().record_count().unwrap(), records);
}
