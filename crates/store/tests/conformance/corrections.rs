//! A fill that a person typed in was wrong: after its correction cash, lots, gains and document are what the right fill would have made of them, everything that
//! was written is still there, and what came after is never undone.

use execute::brokers::Manual;
use portfolio::{Decimal, Side};
use rebalance::Options;
use rebalance::books::{Books, BooksError, Halting, Order, OrderState, Stop};
use rebalance::keeping::blotter::{Desk, Line, LineFault, What};
use rebalance::keeping::correction::outcome::Realised;
use rebalance::keeping::correction::{Corrected, Correction};
use rebalance::keeping::flows::Flow;
use rebalance::keeping::{Keeper, KeepingError};
use rebalance::life::State;
use rust_decimal::dec;
use store::Store;

use crate::approvals::at_once;
use crate::backend::Backend;
use crate::blotter::{at_the_desk, open};
use crate::household::{CALM, Standing, minute, quotes};
use crate::keeping::money_is_conserved;
use crate::ledger::agree;
use crate::log::trust;

/// A fill of an order, typed in.
fn fill(keeper: &Keeper<'_>, order: &Order, name: &str, quantity: Decimal, price: Decimal) {
    let (execution_id, fees) = (Some(name.to_owned()), dec!(0.35));
    let what = What::Filled { execution_id, quantity, price, fees, at: None };
    let line = Line { order: order.client_order_id.clone(), what };
    keeper.type_in("bob", &[line], false).unwrap().unwrap();
}

fn right(name: &str, quantity: Decimal, price: Decimal) -> Correction {
    let (execution_id, fees) = (Some(name.to_owned()), dec!(0.35));
    Correction::Right { execution_id, quantity, price, fees, at: None }
}

fn correct(keeper: &Keeper<'_>, order: &Order, name: &str, what: &Correction) -> Corrected {
    keeper.correct("bob", &order.client_order_id, name, what, false).unwrap().unwrap()
}

/// What a household has booked, realised for lots, and owes of the year.
fn figures(books: &Store) -> [Decimal; 3] {
    let reading = books.reading();
    let household = reading.household_named("smith").unwrap().unwrap();
    let kept = reading.portfolio(household.id).unwrap().unwrap();
    let read = portfolio::read(&kept.text).unwrap();
    let rates = rebalance::household_rates::household_rates(&read).unwrap();
    let (short, long) =
        (read.tax.realised_short - read.tax.carried_short, read.tax.realised_long - read.tax.carried_long);
    let gains: Decimal = reading.gains(household.id).unwrap().iter().map(|gain| gain.gain).sum();
    let booked: Decimal = reading.bookings(household.id).unwrap().iter().map(|booking| booking.cash).sum();
    [booked, gains, rates.tax(short, long, Decimal::ZERO, Decimal::ZERO)]
}

/// A correction that is asked about first: nothing is written then, and what was told is what comes of it, to the cent.
fn asked_first(
    books: &Store,
    keeper: &Keeper<'_>,
    order: &Order,
    name: &str,
    what: &Correction,
) -> Corrected {
    let state = || {
        let lines = books.reading().blotter(&order.client_order_id).unwrap();
        (has(books), lines, again(books, order), books.reading().record_count().unwrap())
    };
    let (before, [cash, gain, tax]) = (state(), figures(books));
    let would = keeper.would_correct("bob", &order.client_order_id, name, what, false).unwrap().unwrap();
    assert_eq!(state(), before, "a question changes nothing");
    let done = correct(keeper, order, name, what);
    assert_eq!(
        (&would.outcome, would.version, would.order.state, would.is_new),
        (&done.outcome, done.version, done.order.state, done.is_new)
    );
    let (outcome, then) = (done.outcome.clone().unwrap(), figures(books));
    let realised = |of: Option<Realised>| of.map_or(Decimal::ZERO, |realised| realised.gain);
    assert_eq!(outcome.cash.after - outcome.cash.before, then[0] - cash);
    assert_eq!(realised(outcome.realised.after) - realised(outcome.realised.before), then[1] - gain);
    let owed = outcome.tax.unwrap();
    assert!((owed.after - owed.before - (then[2] - tax)).abs() <= dec!(0.01), "{outcome:?}: {tax} {then:?}");
    let filled: Decimal =
        books.reading().fills(&order.client_order_id).unwrap().iter().map(|fill| fill.quantity).sum();
    assert_eq!(outcome.filled.after, filled);
    done
}

fn refused(keeper: &Keeper<'_>, order: &Order, name: &str, what: &Correction) -> LineFault {
    let asked = keeper.would_correct("bob", &order.client_order_id, name, what, false).unwrap().unwrap_err();
    let told = keeper.correct("bob", &order.client_order_id, name, what, false).unwrap().unwrap_err();
    assert_eq!(asked, told, "what stands against it is told before");
    told
}

fn again(books: &Store, order: &Order) -> Order {
    books.reading().order(&order.client_order_id).unwrap().unwrap()
}

/// The order of a side that is at the desk.
fn at_desk(books: &Store, side: Side) -> Order {
    let mut orders = open(books);
    orders.retain(|order| order.side == side);
    assert_eq!(orders.len(), 1, "{orders:#?}");
    orders.remove(0)
}

/// A tick at prices that stand still.
fn tick(keeper: &Keeper<'_>, world: &Standing, n: i64) {
    world.set(minute(n));
    let tick = keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    assert!(tick.faults.is_empty(), "{tick:?}");
}

/// What a household has, without the names that chance gave.
fn has(books: &Store) -> Vec<String> {
    let reading = books.reading();
    let household = reading.household_named("smith").unwrap().unwrap();
    let kept = reading.portfolio(household.id).unwrap().unwrap();
    let read = portfolio::read(&kept.text).unwrap();
    let mut told = Vec::new();
    for account in &read.accounts {
        told.push(format!("cash {} of it settled {:?}", account.cash, account.settled_cash));
    }
    for lot in reading.lots(kept.id).unwrap() {
        let name = if lot.lot_id.starts_with("rec-") { "bought" } else { lot.lot_id.as_str() };
        let (quantity, basis) = (lot.quantity.normalize(), lot.basis_per_share.normalize());
        told.push(format!("lot {name} {} {quantity} at {basis} of {:?}", lot.ticker, lot.acquired));
    }
    for it in &read.transactions {
        let gain = it.realised_gain.map(|usd| usd.normalize());
        told.push(format!(
            "{:?} {} {} at {} {gain:?}",
            it.action,
            it.ticker,
            it.quantity.normalize(),
            it.price.normalize()
        ));
    }
    told.push(format!(
        "realised {} {}",
        read.tax.realised_short.normalize(),
        read.tax.realised_long.normalize()
    ));
    for gain in reading.gains(household.id).unwrap() {
        told.push(format!(
            "gain {} of {} {} for {}",
            gain.gain,
            gain.lot_id,
            gain.quantity.normalize(),
            gain.proceeds
        ));
    }
    let booked: Decimal = reading.bookings(household.id).unwrap().iter().map(|booking| booking.cash).sum();
    told.push(format!("booked {booked}"));
    told.sort();
    told
}

fn is_whole(books: &Store) {
    money_is_conserved(books);
    assert!(books.verify(&trust(), &[]).unwrap().is_sound());
}

/// A day on which the sale and the purchase are typed in with these prices, and what the household has then.
fn day(
    backend: &Backend,
    sale: Decimal,
    purchase: Decimal,
    then: impl FnOnce(&Store, &Keeper<'_>, &Standing, [Order; 2]),
) {
    let books = backend.open();
    at_the_desk(&books, |keeper, world| {
        let sold = at_desk(&books, Side::Sell);
        // Two parts, so that a lot is sold in parts.
        fill(keeper, &sold, "s-1", dec!(1), sale);
        fill(keeper, &sold, "s-2", sold.asked() - dec!(1), dec!(450));
        tick(keeper, world, 3);
        let bought = at_desk(&books, Side::Buy);
        fill(keeper, &bought, "b-1", dec!(20), purchase);
        let line = Line { order: bought.client_order_id.clone(), what: What::Ended("no more".to_owned()) };
        keeper.type_in("bob", &[line], false).unwrap().unwrap();
        world.set(minute(4));
        // The plan ends, a part of it not done.
        while books.reading().recommendations(State::ExecutionFailed).unwrap().is_empty() {
            keeper.advance(smith(&books)).unwrap().unwrap();
        }
        then(&books, keeper, world, [sold, bought]);
    });
}

fn smith(books: &Store) -> rebalance::id::HouseholdId {
    books.reading().household_named("smith").unwrap().unwrap().id
}

/// While the plan is at the broker: what was filled too much is taken back, and the order is open again.
pub(crate) fn a_fill_is_corrected_while_its_order_is_at_the_desk(backend: &Backend) {
    let books = backend.open();
    at_the_desk(&books, |keeper, world| {
        let sold = at_desk(&books, Side::Sell);
        let all = sold.asked();
        assert!(matches!(
            refused(keeper, &sold, "s-1", &right("s-2", all, dec!(450))),
            LineFault::NoFill { .. }
        ));
        fill(keeper, &sold, "s-1", all, dec!(449));
        assert!(
            matches!(
                refused(keeper, &sold, "s-1", &right("s-2", all, dec!(450))),
                LineFault::Unbooked { .. }
            ),
            "nobody has booked it"
        );
        world.set(minute(3));
        assert!(keeper.advance(smith(&books)).unwrap().is_some());
        assert_eq!(again(&books, &sold).state, OrderState::Filled);
        let most = refused(keeper, &sold, "s-1", &right("s-2", all + dec!(1), dec!(450)));
        assert!(matches!(most, LineFault::TooMuch { .. }), "{most}");
        let slip = refused(keeper, &sold, "s-1", &right("s-2", all, dec!(45)));
        assert!(matches!(slip, LineFault::Price { .. }), "{slip}");
        let same = refused(keeper, &sold, "s-1", &right("s-2", all, dec!(449)));
        assert!(matches!(same, LineFault::AsItWas { .. }), "{same}");

        let part = right("s-2", all - dec!(1), dec!(450));
        let done = correct(keeper, &sold, "s-1", &part);
        assert_eq!((done.is_new, done.version, done.order.state), (true, None, OrderState::PartlyFilled));
        let fills = books.reading().fills(&sold.client_order_id).unwrap();
        let told: Vec<_> = fills.iter().map(|it| (it.execution_id.as_str(), it.quantity, it.price)).collect();
        assert_eq!(told, [("s-2", all - dec!(1), dec!(450))]);
        // The same again is one, another is refused, and what stands in its place can be corrected.
        let records = books.reading().record_count().unwrap();
        assert!(!correct(keeper, &sold, "s-1", &part).is_new);
        assert_eq!(books.reading().record_count().unwrap(), records);
        let other = refused(keeper, &sold, "s-1", &Correction::Cancelled("no".to_owned()));
        assert!(matches!(&other, LineFault::CorrectedBefore { now, .. } if now.contains("`s-2`")), "{other}");
        let done = at_once(3, |_| {
            keeper.correct(
                "bob",
                &sold.client_order_id,
                "s-2",
                &right("s-3", all - dec!(2), dec!(450)),
                false,
            )
        });
        let new = done.iter().filter(|done| done.as_ref().unwrap().as_ref().unwrap().is_new).count();
        assert_eq!(new, 1, "{done:?}");

        // It goes on as if nothing else had been typed in.
        fill(keeper, &sold, "s-4", dec!(2), dec!(450));
        tick(keeper, world, 4);
        assert_eq!(again(&books, &sold).state, OrderState::Filled);
        let bought = at_desk(&books, Side::Buy);
        fill(keeper, &bought, "b-1", bought.asked(), dec!(90));
        tick(keeper, world, 5);
        let done = books.reading().recommendations(State::ExecutedSuccessfully).unwrap();
        assert_eq!(done.len(), 1);
        is_whole(&books);
        let lines = books.reading().blotter(&sold.client_order_id).unwrap();
        assert_eq!(lines.len(), 4, "what was wrong is still there: {lines:#?}");
    });
}

/// Of a plan that has ended: the document becomes to the cent what the right fills would have made of it, whichever fill was wrong.
pub(crate) fn a_fill_of_a_plan_that_has_ended_is_corrected_to_the_cent(backend: &Backend) {
    let mut wanted = Vec::new();
    day(&backend.another(), dec!(450.5), dec!(89.75), |books, _, _, _| {
        is_whole(books);
        wanted = has(books);
    });
    day(&backend.another(), dec!(441.07), dec!(89.75), |books, keeper, _, [sold, _]| {
        assert_ne!(has(books), wanted);
        let done = asked_first(books, keeper, &sold, "s-1", &right("s-1 right", dec!(1), dec!(450.5)));
        assert_eq!(done.order.state, OrderState::Filled);
        let realised = done.outcome.unwrap().realised;
        assert_ne!(realised.before.unwrap().gain, realised.after.unwrap().gain);
        assert_eq!(has(books), wanted);
        is_whole(books);
    });
    day(&backend.another(), dec!(450.5), dec!(88.99), |books, keeper, _, [sold, bought]| {
        let version = books.reading().household_named("smith").unwrap().unwrap().portfolio_version;
        let what = right("b-1 right", dec!(20), dec!(89.75));
        let done = asked_first(books, keeper, &bought, "b-1", &what);
        assert_eq!(done.outcome.as_ref().unwrap().realised.after, None, "a purchase realises nothing");
        assert_eq!((done.version, done.order.state), (Some(version + 1), OrderState::Cancelled));
        assert_eq!(has(books), wanted);
        assert!(!correct(keeper, &bought, "b-1", &what).is_new);
        // Taken back altogether, the lot is gone and the cash is there again; and the other way round.
        let gone = asked_first(
            books,
            keeper,
            &bought,
            "b-1 right",
            &Correction::Cancelled("another account's".to_owned()),
        );
        assert_eq!(gone.order.state, OrderState::Cancelled);
        let without = has(books);
        assert!(!without.iter().any(|it| it.starts_with("lot bought")), "{without:#?}");
        asked_first(books, keeper, &sold, "s-2", &right("s-2 right", sold.asked() - dec!(2), dec!(450)));
        is_whole(books);
        let log = books.reading().bookings(smith(books)).unwrap();
        let reversed = log.iter().filter(|booking| booking.action.starts_with("REVERSED_")).count();
        assert_eq!((reversed, log.len()), (3, 3 + 3 + 2), "everything that was booked is on record");
    });
    let place = backend.another();
    day(&place, dec!(441.07), dec!(89.75), |books, keeper, _, [sold, _]| {
        correct(keeper, &sold, "s-1", &right("s-1 right", dec!(1), dec!(450.5)));
        agree(books);
        // Nobody undoes or makes up a correction behind the log.
        place.stranger().run("UPDATE blotter SET corrects = 's-2' WHERE corrects = 's-1'").unwrap();
        assert!(!books.held_against_log().unwrap().is_sound());
    });
}

/// Nothing that came after is undone: what rests on the fill is named.
pub(crate) fn a_fill_on_which_something_rests_is_not_corrected(backend: &Backend) {
    let what = right("s-1 right", dec!(1), dec!(450.5));
    let later = |fault: LineFault, words: &str| {
        assert!(matches!(&fault, LineFault::Later { why, .. } if why.contains(words)), "{fault}");
    };
    day(&backend.another(), dec!(441.07), dec!(90), |books, keeper, _, [sold, _]| {
        assert!(keeper.advance(smith(books)).unwrap().is_some(), "what is left is planned anew");
        let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
        keeper.approve(waiting[0].id(), "ann", None).unwrap();
        later(refused(keeper, &sold, "s-1", &what), "a later plan");
        is_whole(books);
    });
    day(&backend.another(), dec!(441.07), dec!(90), |books, keeper, world, [sold, _]| {
        // Nothing more is wanted of the plan, and cash comes in.
        world.set(minute(5));
        assert!(keeper.advance(smith(books)).unwrap().is_some());
        let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
        keeper.reject(waiting[0].id(), "ann", "enough").unwrap();
        let household = books.reading().household_named("smith").unwrap().unwrap();
        keeper.flow(&household, "ann", "joint", Flow::Deposited, dec!(25)).unwrap();
        let records = books.reading().record_count().unwrap();
        later(refused(keeper, &sold, "s-1", &what), "the cash of joint is");
        assert_eq!(books.reading().record_count().unwrap(), records, "nothing is written");
        agree(books);
    });
}

/// A correction is there as a whole or not at all, and done again after a stop it is one.
pub(crate) fn a_correction_that_is_stopped_is_whole_or_nothing(backend: &Backend) {
    let mut wanted = Vec::new();
    day(&backend.another(), dec!(450.5), dec!(89.75), |books, _, _, _| wanted = has(books));
    for stop in [Stop::Before(1), Stop::After(1)] {
        day(&backend.another(), dec!(441.07), dec!(89.75), |books, keeper, world, [sold, _]| {
            let halting = Halting::new(books, stop);
            let desk = Desk(&halting);
            let broker = Manual::new(&desk);
            let stopped = Keeper::new(&halting, world, &broker, Options::default());
            let what = right("s-1 right", dec!(1), dec!(450.5));
            let before = has(books);
            let error = stopped.correct("bob", &sold.client_order_id, "s-1", &what, false).unwrap_err();
            assert!(matches!(error, KeepingError::Books(BooksError::Stopped { .. })), "{error}");
            let is_done = has(books) == wanted;
            assert!(is_done || has(books) == before, "{stop:?}");
            assert_eq!(correct(keeper, &sold, "s-1", &what).is_new, !is_done);
            assert_eq!(has(books), wanted);
            is_whole(books);
        });
    }
}
