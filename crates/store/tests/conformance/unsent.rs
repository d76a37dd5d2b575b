//! Orders that are not sent and plans that are not offered: money that has not come in, what the desk would refuse, the same plan again.

use portfolio::plan::{ProposedPlan, ProposedTrade};
use portfolio::{Decimal, Side};
use rebalance::Options;
use rebalance::books::Books;
use rebalance::keeping::change::Changed;
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Desk, Keeper, Recorded};
use rebalance::life::{Policy, Reason, State};
use rust_decimal::dec;

use crate::backend::Backend;
use crate::execution::Approved;
use crate::household::{CALM, Standing, minute, quotes};
use crate::keeping::{money_is_conserved, with_a_proposal};
use crate::story::TEXT;

/// A plan counts on a deposit that was announced; nothing is bought with it before it is there.
pub(crate) fn money_that_has_not_come_in_is_not_spent(backend: &Backend) {
    let books = backend.open();
    let text = TEXT.replace("\"preferences\"", "\"cash_flow\": {\"joint\": 20000}, \"preferences\"");
    let kept = Approved::new(&books, &text, Desk::default());
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let mut told = Vec::new();
    for n in 2..8 {
        told.extend(kept.minute(n, &broker, &CALM));
        let household = books.reading().household_named("smith").unwrap().unwrap();
        let booked: Decimal = books.reading().bookings(household.id).unwrap().iter().map(|b| b.cash).sum();
        assert!(dec!(100.25) + booked >= Decimal::ZERO, "{booked}: {told:?}");
    }
    let asked: Decimal = kept.of(Side::Buy).iter().map(|buy| buy.asked() * dec!(90)).sum();
    let sold: Decimal = kept.of(Side::Sell).iter().map(|sale| sale.quantity * dec!(450)).sum();
    assert!(asked <= dec!(100.25) + sold, "{asked} of {sold}: {told:?}");
    money_is_conserved(&books);
}

/// A plan that the desk would refuse whatever is approved is not offered, and not made again at every tick.
pub(crate) fn what_would_never_be_sent_is_not_offered(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let mut keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.desk = Desk { order_usd_max: dec!(1000), ..Desk::default() };
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    let mut told = Vec::new();
    for n in 0..6 {
        world.set(minute(n));
        let tick = keeper.tick(&quotes(minute(n), &CALM)).unwrap();
        assert!(tick.faults.is_empty(), "{tick:?}");
        told.extend(tick.done.into_iter().map(|done| done.words));
    }
    let why = "would never be sent: an order of";
    assert_eq!(told.iter().filter(|words| words.contains(why)).count(), 1, "{told:?}");
    for state in State::ALL {
        let found = books.reading().recommendations(state).unwrap().len();
        assert_eq!(found, usize::from(state == State::ValidationFailed), "{state}");
    }
}

/// A person's own plan is held to the same.
pub(crate) fn what_a_person_makes_of_a_plan_has_to_be_sendable_too(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world, id| {
        let plan = books.reading().attempts(id).unwrap().pop().unwrap();
        let mut trades: Vec<ProposedTrade> = plan.trades.iter().map(ProposedTrade::from).collect();
        let buy = plan.trades.iter().position(|trade| trade.action == Side::Buy).unwrap();
        trades[buy].quantity = trades[buy].quantity.map(|shares| shares - Decimal::ONE);
        let changed = ProposedPlan { trades, ..ProposedPlan::default() };
        let mut strict = Keeper::new(&books, world, keeper.broker, Options::default());
        strict.desk = Desk { order_usd_max: dec!(1000), ..Desk::default() };
        match strict.change_plan(id, "ann", &plan.plan_hash, &changed).unwrap() {
            Changed::Refused(refusal) => {
                assert!(matches!(refusal.reason, Reason::NeverSent(_)), "{refusal:?}");
            }
            other => panic!("{other:?}"),
        }
        let Changed::Offered(next) = keeper.change_plan(id, "ann", &plan.plan_hash, &changed).unwrap() else {
            panic!("the desk's own limits let it through");
        };
        assert_eq!(books.reading().recommendation(next).unwrap().unwrap().state(), State::PendingApproval);
    });
}

/// Nothing was filled, and the same plan comes out again: it was approved once, so that its cycle ends and says so.
pub(crate) fn the_same_plan_is_not_offered_twice(backend: &Backend) {
    let books = backend.open();
    let kept = Approved::new(&books, TEXT, Desk::default());
    let recorded = Recorded(&books);
    let refuses = Paper::new(Settings { refused: 10_000, ..Settings::default() }, &recorded);
    let mut told = Vec::new();
    for n in 2..6 {
        kept.world.set(minute(n));
        // The prices of the first minutes: nothing of the document changes.
        let tick = kept.keeper(&refuses).tick(&[]).unwrap();
        assert!(tick.faults.is_empty(), "{tick:?}");
        told.extend(tick.done.into_iter().map(|done| done.words));
        for waiting in books.reading().recommendations(State::PendingApproval).unwrap() {
            kept.keeper(&refuses).approve(waiting.id(), "ann", None).unwrap();
        }
    }
    assert!(told.iter().any(|words| words.contains("the same plan as before")), "{told:?}");
    assert!(books.reading().recommendations(State::PendingApproval).unwrap().is_empty());
}
