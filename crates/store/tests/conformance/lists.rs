//! Lists of recommendations say of each what is on record of it, in parts of whatever size.

use jiff::ToSpan;
use rebalance::books::{Books, Change, Entry, Household, Listed, Listing, Reading, Record};
use rebalance::id::{HouseholdId, RecommendationId};
use rebalance::life::{Policy, Rejection, Request, State, Step, decide};
use rust_decimal::dec;

use crate::backend::{Backend, start};
use crate::story::{Story, TEXT, draw};

/// Households beside the one of the story, each with a recommendation that has only begun.
const OTHERS: usize = 5;

fn other(books: &dyn Books, n: usize) -> (HouseholdId, RecommendationId) {
    let story = Story { at: start() + (60 * i64::try_from(n).unwrap() + 60).seconds(), ..Story::new(books) };
    let (id, owner) = (HouseholdId::new(story.at, draw()), story.person(&format!("p{n}")).unwrap().id);
    let (name, policy, opened_at) = (format!("other-{n}"), Policy::default(), story.at);
    let household =
        Household { id, name, owner, policy, paused: false, version: 0, portfolio_version: 0, opened_at };
    let record = Record::new("household_opened", id, &owner.to_string(), story.at, "{}".to_owned());
    books.record(&Entry::new(record).with(Change::Household(household.clone()))).unwrap();
    assert_eq!(
        books.reading().households_of(owner).unwrap(),
        [books.reading().household(id).unwrap().unwrap()]
    );
    let imported = story.imported(&household, 1, TEXT);
    let kept = imported.kept();
    books.record(&story.import(imported)).unwrap();
    let (recommendation, entry) = story.cycle(&household, &kept);
    books.record(&entry).unwrap();
    (id, recommendation)
}

/// All parts of a list, one behind the other.
fn in_parts(reading: &dyn Reading, listing: &Listing, most: usize) -> Vec<Listed> {
    let mut all: Vec<Listed> = Vec::new();
    loop {
        let after = all.last().map(|last| last.id);
        let part = reading.listed(&Listing { after, most: Some(most), ..listing.clone() }).unwrap();
        assert!(part.len() <= most);
        if part.is_empty() {
            return all;
        }
        all.extend(part);
    }
}

fn ids(listed: &[Listed]) -> Vec<RecommendationId> {
    listed.iter().map(|one| one.id).collect()
}

pub(crate) fn a_list_says_what_is_on_record_in_parts_of_any_size(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let waits = story.waiting();
    let others: Vec<_> = (0..OTHERS).map(|n| other(&books, n)).collect();
    let reading = books.reading();
    let all = reading.listed(&Listing::all()).unwrap();
    let expected: Vec<_> = std::iter::once(waits.id()).chain(others.iter().map(|(_, id)| *id)).collect();
    assert_eq!(ids(&all), expected, "in the order of their beginnings");
    for one in &all {
        assert_eq!(*one, Listed::from(&reading.recommendation(one.id).unwrap().unwrap()));
    }
    assert!(all[0].offer.as_ref().is_some_and(|offer| offer.traded_usd > dec!(0)), "{:?}", all[0]);

    let newest = Listing { newest_first: true, ..Listing::all() };
    for most in [1, 2, OTHERS, 100] {
        assert_eq!(in_parts(reading, &Listing::all(), most), all);
        let turned: Vec<Listed> = all.iter().rev().cloned().collect();
        assert_eq!(in_parts(reading, &newest, most), turned);
    }

    let of_one = reading.listed(&Listing::of(others[1].0)).unwrap();
    assert_eq!(ids(&of_one), [others[1].1]);
    let none = Listing { households: Some(Vec::new()), ..Listing::all() };
    assert!(reading.listed(&none).unwrap().is_empty(), "who sees no household sees no proposal");
    // More households than a statement names.
    let mut many: Vec<HouseholdId> = (0..600).map(|_| HouseholdId::new(story.at, draw())).collect();
    many.extend([others[0].0, others[3].0]);
    let of_many = Listing { households: Some(many), ..newest.clone() };
    assert_eq!(ids(&in_parts(reading, &of_many, 1)), [others[3].1, others[0].1]);
    assert_eq!(ids(&reading.listed(&of_many).unwrap()), [others[3].1, others[0].1]);

    let since = Listing { since: Some(all[2].begun_at), ..Listing::all() };
    assert_eq!(reading.listed(&since).unwrap(), all[2..]);
}

pub(crate) fn a_list_parts_states_and_knows_who_has_approved(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let waits = story.waiting();
    let (_, begun) = other(&books, 0);
    let reading = books.reading();
    let of = |states: &[State]| {
        ids(&reading.listed(&Listing { states: states.to_vec(), ..Listing::all() }).unwrap())
    };
    assert_eq!(of(&[State::PendingApproval]), [waits.id()]);
    assert_eq!(of(&[State::PendingGeneration, State::PendingApproval]), [waits.id(), begun]);
    assert!(of(&[State::Rejected(Rejection::ByPerson)]).is_empty() && of(&[]).is_empty());
    assert_eq!(reading.approvers(&[waits.id(), begun]).unwrap(), []);

    // The first of two who are needed.
    let (ann, household) = (story.person("ann").unwrap().id, story.household().unwrap());
    let portfolio = reading.portfolio(household.id).unwrap().unwrap();
    let policy = Policy { second_above_usd: Some(dec!(1)), ..Policy::default() };
    let request = Request { person: ann, plan_hash: waits.kept().plan_hash.clone().unwrap() };
    let decision = decide(&waits, &[], &request, &story.now(&portfolio), &policy).unwrap();
    books.record(&story.decided(&waits, decision.into_step(), ann)).unwrap();
    assert_eq!(
        reading.approvers(&[begun, waits.id()]).unwrap(),
        [(waits.id(), waits.kept().plan_hash.clone().unwrap(), ann)]
    );

    let endorsed = reading.recommendation(waits.id()).unwrap().unwrap();
    books.record(&story.decided(&endorsed, Step::Reject(Rejection::ByPerson), ann)).unwrap();
    assert_eq!(of(&[State::Rejected(Rejection::ByPerson)]), [waits.id()]);
    assert!(of(&[State::Rejected(Rejection::Expired)]).is_empty());
    assert_eq!(of(&[State::Rejected(Rejection::Expired), State::PendingGeneration]), [begun]);
    let is_open = Listing { is_open: true, ..Listing::all() };
    assert_eq!(ids(&reading.listed(&is_open).unwrap()), [waits.id(), begun]);
}
