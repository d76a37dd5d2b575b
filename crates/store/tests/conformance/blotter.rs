//! A person as the broker: what is typed in is kept exactly, once, and booked once, wherever the process stops.

use execute::brokers::Manual;
use rebalance::Options;
use rebalance::books::{
    BlotterLine, Books, BooksError, Change, Entry, Halting, Order, OrderState, Record, Stop, Typed,
};
use rebalance::keeping::blotter::{Desk, Line, LineFault, Taken, What};
use rebalance::keeping::{Keeper, KeepingError};
use rebalance::life::{Policy, State};
use rust_decimal::dec;
use store::Store;

use crate::approvals::at_once;
use crate::backend::Backend;
use crate::household::{CALM, Standing, minute, quotes};
use crate::keeping::money_is_conserved;
use crate::log::trust;
use crate::story::TEXT;

fn fill(order: &Order, name: &str, quantity: portfolio::Decimal) -> Line {
    let price = CALM.iter().find(|(ticker, _)| *ticker == order.ticker).unwrap().1;
    let execution_id = Some(format!("{}/{name}", order.client_order_id));
    let (order, fees) = (order.client_order_id.clone(), dec!(0.35));
    Line { order, what: What::Filled { execution_id, quantity, price, fees, at: None } }
}

/// Orders that a person has.
pub(crate) fn open(books: &dyn Books) -> Vec<Order> {
    let open = books.reading().open_orders("manual").unwrap();
    open.into_iter().filter(|order| order.state != OrderState::Waiting).collect()
}

/// Minutes from one on: the household is kept, its proposal approved, and every ticket typed in as two fills.
fn live(books: &dyn Books, from: &mut i64) -> Result<(), BooksError> {
    let world = Standing::at(minute(*from));
    let desk = Desk(books);
    let broker = Manual::new(&desk);
    let keeper = Keeper::new(books, &world, &broker, Options::default());
    let stopped = |error: KeepingError| match error {
        KeepingError::Books(error) => error,
        other => panic!("{other}"),
    };
    keeper.enrol("smith", "ann", Policy::default(), TEXT).map_err(stopped)?;
    while *from < 8 {
        world.set(minute(*from));
        let tick = keeper.tick(&quotes(minute(*from), &CALM)).map_err(stopped)?;
        if let Some((_, fault)) = tick.faults.into_iter().next() {
            return Err(stopped(fault));
        }
        for waiting in books.reading().recommendations(State::PendingApproval)? {
            keeper.approve(waiting.id(), "ann", None).map_err(stopped)?;
        }
        for order in open(books) {
            let lines = [fill(&order, "a", dec!(1)), fill(&order, "b", order.asked() - dec!(1))];
            let taken = keeper.type_in("bob", &lines, false).map_err(stopped)?.unwrap();
            assert_eq!(taken.len(), 2);
        }
        *from += 1;
    }
    Ok(())
}

pub(crate) fn what_is_typed_in_is_booked_once_wherever_it_stops(backend: &Backend) {
    for step in (1..).step_by(if backend.is_sqlite() { 1 } else { 9 }) {
        let mut stopped = 0;
        for stop in [Stop::Before(step), Stop::After(step)] {
            let place = backend.another();
            let books = place.open();
            let mut from = 0;
            if let Err(error) = live(&Halting::new(&books, stop), &mut from) {
                assert!(matches!(error, BooksError::Stopped { .. }), "{error}");
                stopped += 1;
                live(&books, &mut from).unwrap();
            }
            let done = books.reading().recommendations(State::ExecutedSuccessfully).unwrap();
            assert_eq!(done.len(), 1, "{stop:?}");
            let orders = books.reading().orders(done[0].id()).unwrap();
            for order in &orders {
                let lines = books.reading().blotter(&order.client_order_id).unwrap();
                let fills = books.reading().fills(&order.client_order_id).unwrap();
                assert_eq!((lines.len(), fills.len()), (2, 2), "{stop:?}");
                assert_eq!(order.state, OrderState::Filled);
            }
            money_is_conserved(&books);
            assert!(books.verify(&trust(), &[]).unwrap().is_sound(), "{stop:?}");
        }
        if stopped == 0 {
            assert!(step > 12, "{step}");
            return;
        }
    }
}

/// With tickets at the desk.
pub(crate) fn at_the_desk(books: &Store, then: impl FnOnce(&Keeper<'_>, &Standing)) {
    let world = Standing::at(minute(0));
    let desk = Desk(books);
    let broker = Manual::new(&desk);
    let keeper = Keeper::new(books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    for n in 0..2 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
    keeper.approve(waiting[0].id(), "ann", None).unwrap();
    keeper.tick(&[]).unwrap();
    then(&keeper, &world);
}

pub(crate) fn a_line_comes_back_as_it_was_typed_in(backend: &Backend) {
    let books = backend.open();
    at_the_desk(&books, |keeper, world| {
        let order = open(&books).remove(0);
        world.set(minute(3));
        let (quantity, price, at) = (dec!(1.000000000001), dec!(450.0001), minute(2));
        let what = What::Filled {
            execution_id: Some(" X ".to_owned()),
            quantity,
            price,
            fees: dec!(0),
            at: Some(at),
        };
        let line = Line { order: order.client_order_id.clone(), what };
        let ended = Line { order: order.client_order_id.clone(), what: What::Ended("no buyer".to_owned()) };
        let taken = keeper.type_in("bob", &[line.clone(), ended.clone()], false).unwrap().unwrap();
        assert!(taken.iter().all(|taken| matches!(taken, Taken::New(_))));
        let bob = books.reading().person("bob").unwrap().unwrap().id;
        let kept = |number, typed| BlotterLine {
            client_order_id: order.client_order_id.clone(),
            number,
            typed,
            person: bob,
            at: minute(3),
        };
        let typed = Typed::Fill { execution_id: "X".to_owned(), quantity, price, fees: dec!(0), at };
        let lines = [kept(1, typed), kept(2, Typed::Ended("no buyer".to_owned()))];
        assert_eq!(books.reading().blotter(&order.client_order_id).unwrap(), lines);
        assert_eq!(books.reading().blotter_fill("X").unwrap().as_ref(), Some(&lines[0]));
        assert_eq!(books.reading().blotter_fill("Y").unwrap(), None);
        // Again it is one, whoever types it; and nothing comes after the end.
        let again = keeper.type_in("ann", std::slice::from_ref(&line), false).unwrap().unwrap();
        assert_eq!(again, [Taken::Known(lines[0].clone())]);
        let faults = keeper.type_in("ann", &[ended, fill(&order, "z", dec!(1))], false).unwrap().unwrap_err();
        assert!(faults.iter().all(|(_, fault)| matches!(fault, LineFault::Ended { .. })), "{faults:?}");
        keeper.tick(&[]).unwrap();
        let order = books.reading().order(&order.client_order_id).unwrap().unwrap();
        assert_eq!(order.state, OrderState::Cancelled);
        let smith = books.reading().household_named("smith").unwrap().unwrap();
        let key = books.key(&smith.id.to_string()).unwrap();
        let about = books.records_about(smith.id, &order.recommendation.to_string()).unwrap();
        let mut ended = about.iter().filter(|row| row.kind.as_str() == "order").filter_map(|row| {
            let audit::Reading::Open(contents) = row.read(key.as_ref()).unwrap() else { return None };
            Some(String::from_utf8(contents.original).unwrap())
        });
        let named = format!("\"order\":\"{}\"", order.client_order_id);
        let last = ended.rfind(|told| told.contains(&named)).unwrap();
        assert!(last.contains("\"how\":\"no buyer\"") && last.contains("cancelled"), "{last}");
    });
}

/// Several people at one ticket: every fill counts, once.
pub(crate) fn several_type_in_at_once(backend: &Backend) {
    let books = backend.open();
    at_the_desk(&books, |keeper, _| {
        let order = open(&books).remove(0);
        let done = at_once(4, |n| {
            let line = fill(&order, &format!("t{n}"), dec!(1));
            keeper.type_in("bob", &[line], false)
        });
        assert!(done.iter().all(|done| matches!(done, Ok(Ok(taken)) if taken.len() == 1)), "{done:?}");
        let lines = books.reading().blotter(&order.client_order_id).unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    });
}

/// People tell a time to the minute, and the first fill may be of the minute in which the ticket was written.
pub(crate) fn a_time_to_the_minute_is_any_moment_of_it(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let desk = Desk(&books);
    let broker = Manual::new(&desk);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    let secs = |n: i64, secs: i64| minute(n) + jiff::SignedDuration::from_secs(secs);
    for n in 0..3 {
        world.set(secs(n, 17));
        keeper.tick(&quotes(secs(n, 17), &CALM)).unwrap();
        for waiting in books.reading().recommendations(State::PendingApproval).unwrap() {
            keeper.approve(waiting.id(), "ann", None).unwrap();
        }
    }
    let order = open(&books).remove(0);
    let sent = order.sent.unwrap().at;
    assert_eq!(sent, secs(2, 17));
    world.set(secs(2, 40));
    let typed = |name: &str, at: jiff::Timestamp| {
        let mut line = fill(&order, name, dec!(1));
        if let What::Filled { at: told, .. } = &mut line.what {
            *told = Some(at);
        }
        keeper.type_in("bob", &[line], false).unwrap()
    };
    for before in [minute(1), secs(2, 16), secs(2, 1)] {
        let faults = typed("a", before).unwrap_err();
        assert!(matches!(faults[0].1, LineFault::Time { .. }), "{before}: {faults:?}");
    }
    let taken = typed("a", minute(2)).unwrap();
    assert!(
        matches!(&taken[0], Taken::New(line) if matches!(line.typed, Typed::Fill { at, .. } if at == sent))
    );
    assert!(matches!(typed("a", minute(2)).unwrap()[0], Taken::Known(_)), "typed in again it is the same");
}

pub(crate) fn of_two_who_type_in_at_once_one_looks_again(backend: &Backend) {
    let books = backend.open();
    at_the_desk(&books, |keeper, _| {
        let order = open(&books).remove(0);
        let line = |name: &str| fill(&order, name, order.asked() - dec!(1));
        keeper.type_in("bob", &[line("first")], false).unwrap().unwrap();
        // Somebody else had looked before: the same place, another fill, more in sum than was asked for.
        let bob = books.reading().person("bob").unwrap().unwrap().id;
        let typed = Typed::Fill {
            execution_id: "second".to_owned(),
            quantity: order.asked(),
            price: dec!(450),
            fees: dec!(0),
            at: minute(1),
        };
        let late = BlotterLine {
            client_order_id: order.client_order_id.clone(),
            number: 1,
            typed,
            person: bob,
            at: minute(1),
        };
        let household = books.reading().household_named("smith").unwrap().unwrap();
        let record = Record::new("typed_in", household.id, "bob", minute(1), "{}".to_owned());
        let written = books.record(&Entry::new(record).with(Change::Blotter(late)));
        assert!(matches!(written, Err(BooksError::Exists { .. })), "{written:?}");
        let faults = keeper.type_in("ann", &[line("second")], false).unwrap().unwrap_err();
        assert!(matches!(faults[0].1, LineFault::TooMuch { .. }), "{faults:?}");
        // Of several lines one that is wrong keeps the others out.
        let lines = [fill(&order, "good", dec!(0.5)), fill(&order, "bad", dec!(0.6))];
        let faults = keeper.type_in("ann", &lines, false).unwrap().unwrap_err();
        assert_eq!(faults.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1]);
        assert_eq!(books.reading().blotter(&order.client_order_id).unwrap().len(), 1);
    });
}

pub(crate) fn nobody_asks_one_broker_after_the_orders_of_another(backend: &Backend) {
    let books = backend.open();
    at_the_desk(&books, |_, world| {
        let recorded = rebalance::keeping::Recorded(&books);
        let paper = execute::brokers::Paper::new(Default::default(), &recorded);
        let keeper = Keeper::new(&books, world, &paper, Options::default());
        world.set(minute(3));
        let tick = keeper.tick(&quotes(minute(3), &CALM)).unwrap();
        assert!(matches!(tick.faults[0].1, KeepingError::Elsewhere { .. }), "{tick:?}");
        assert!(open(&books).iter().all(|order| order.state == OrderState::Accepted));
    });
}
