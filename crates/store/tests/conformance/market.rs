//! Prices that can't be believed, splits and the market's volatility, in the books of a household.

use std::collections::BTreeSet;

use jiff::Timestamp;
use portfolio::Decimal;
use portfolio::exchange::{eastern, previous_session};
use rebalance::Options;
use rebalance::books::{Books, Halting, Stop};
use rebalance::keeping::flows::Flow;
use rebalance::keeping::holding::Adopted;
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Action, Answer, Bar, Keeper, PriceAge, Recorded, Split, Taken};
use rebalance::life::{Policy, State};
use rust_decimal::dec;
use store::Store;

use crate::backend::{Backend, start};
use crate::household::{CALM, Standing, minute, quotes};
use crate::log::trust;
use crate::story::TEXT;

fn with_a_keeper(books: &dyn Books, then: impl FnOnce(&Keeper<'_>, &Standing)) {
    let world = Standing::at(minute(0));
    let recorded = Recorded(books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    then(&keeper, &world);
}

fn price(books: &Store, ticker: &str, at: Timestamp) -> Decimal {
    books.reading().price(ticker, at).unwrap().unwrap().price
}

/// A price that is held back is no price: nothing is traded on it, nobody approves on it, and a restart forgets neither.
pub(crate) fn a_price_that_is_held_back_is_not_traded_on(backend: &Backend) {
    let books = backend.open();
    with_a_keeper(&books, |keeper, world| {
        keeper.tick(&quotes(minute(0), &CALM)).unwrap();
        world.set(minute(1));
        keeper.tick(&quotes(minute(1), &[("SPY", dec!(330)), ("AGG", dec!(90))])).unwrap();
        assert_eq!(price(&books, "SPY", minute(1)), dec!(450));
        assert!(books.reading().open_cycles().unwrap().is_empty(), "the drift lasted, and nothing was begun");
    });
    with_a_keeper(&books, |keeper, world| {
        world.set(minute(2));
        let tick = keeper.tick(&quotes(minute(2), &[("SPY", dec!(331)), ("AGG", dec!(90))])).unwrap();
        assert!(tick.done.is_empty(), "the same reason is told once: {tick:?}");
        world.set(minute(3));
        keeper.tick(&quotes(minute(3), &[("SPY", dec!(330.5)), ("AGG", dec!(90))])).unwrap();
        assert_eq!(price(&books, "SPY", minute(3)), dec!(330.5), "two later prints stayed with it");
    });
    assert!(books.verify(&trust(), &[]).unwrap().is_sound());
}

pub(crate) fn an_approval_waits_for_a_price(backend: &Backend) {
    let books = backend.open();
    with_a_keeper(&books, |keeper, world| {
        for n in 0..2 {
            world.set(minute(n));
            keeper.tick(&quotes(minute(n), &CALM)).unwrap();
        }
        let id = books.reading().recommendations(State::PendingApproval).unwrap()[0].id();
        world.set(minute(2));
        keeper.tick(&quotes(minute(2), &[("SPY", dec!(330)), ("AGG", dec!(90))])).unwrap();
        let Answer::Refused(refusal) = keeper.approve(id, "ann", None).unwrap() else { panic!("approved") };
        assert_eq!(refusal.reason.code(), "approval.price_unknown");
        world.set(minute(3));
        keeper.tick(&quotes(minute(3), &CALM)).unwrap();
        assert_eq!(keeper.approve(id, "ann", None).unwrap(), Answer::Approved);
    });
}

pub(crate) fn a_person_can_believe_a_price(backend: &Backend) {
    let books = backend.open();
    with_a_keeper(&books, |keeper, world| {
        keeper.tick(&quotes(minute(0), &CALM)).unwrap();
        assert!(!keeper.believe_price("SPY", "ann").unwrap(), "nothing is held back");
        for n in 1..5 {
            world.set(minute(n));
            keeper.tick(&quotes(minute(n), &[("SPY", dec!(225.1)), ("AGG", dec!(90))])).unwrap();
        }
        assert_eq!(price(&books, "SPY", minute(4)), dec!(450), "a split that nobody told");
        assert!(keeper.believe_price("SPY", "ann").unwrap());
        assert_eq!(price(&books, "SPY", minute(4)), dec!(225.1));
    });
}

pub(crate) const DAY: i64 = 24 * 60;

pub(crate) fn split() -> Split {
    Split { ticker: "SPY".to_owned(), day: eastern(minute(DAY)).date(), from: 2, to: 3 }
}

fn day_of_a_split(books: &dyn Books) -> Result<(), rebalance::keeping::KeepingError> {
    let world = Standing::at(minute(0));
    let recorded = Recorded(books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT)?;
    let tick = |at: Timestamp, prices: &[(&str, Decimal)]| -> Result<(), rebalance::keeping::KeepingError> {
        world.set(at);
        keeper.tick(&quotes(at, prices))?.faults.into_iter().next().map_or(Ok(()), |(_, fault)| Err(fault))
    };
    for n in 0..2 {
        tick(minute(n), &CALM)?;
    }
    world.set(minute(DAY));
    keeper.take_in_splits(&[split()])?;
    keeper.take_in_splits(&[split()])?;
    tick(minute(DAY), &[("SPY", dec!(300.3)), ("AGG", dec!(90))])
}

/// A proposal over old shares is superseded; lots and prices are in new shares once, wherever the program was stopped.
pub(crate) fn a_split_is_applied_once(backend: &Backend) {
    assert!(start() < minute(1));
    for step in 1.. {
        let mut stopped = false;
        for stop in [Stop::Before(step), Stop::After(step)] {
            let backend = backend.another();
            stopped |= day_of_a_split(&Halting::new(&backend.open(), stop)).is_err();
            let books = backend.open();
            day_of_a_split(&books).unwrap();
            let reading = books.reading();
            let household = reading.household_named("smith").unwrap().unwrap();
            let kept = reading.portfolio(household.id).unwrap().unwrap();
            let lots = reading.lots(kept.id).unwrap();
            let lot = |name: &str| lots.iter().find(|lot| lot.lot_id == name).unwrap();
            assert_eq!(
                (lot("L2").quantity, lot("L2").basis_per_share),
                (dec!(60.75), dec!(445.123456) * dec!(2) / dec!(3))
            );
            assert_eq!(lot("L1").quantity * lot("L1").basis_per_share, dec!(60) * dec!(440.10));
            assert_eq!(lot("L3").quantity, dec!(100));
            assert_eq!(price(&books, "SPY", minute(DAY)), dec!(300.3), "{stop:?}");
            assert!(reading.recommendations(State::PendingApproval).unwrap().is_empty(), "{stop:?}");
            let cash: Decimal = reading.balances(kept.id).unwrap().iter().map(|b| b.cash).sum();
            assert_eq!(cash, dec!(100.25), "no cash is made up");
            assert!(books.verify(&trust(), &[]).unwrap().is_sound(), "{stop:?}");
        }
        if !stopped {
            assert!(step > 8, "{step}");
            return;
        }
    }
}

/// A split that is told after prices in new shares were taken, or days after the first of them, is applied once, whoever tells it how often.
pub(crate) fn a_split_that_is_told_late_is_applied_once(backend: &Backend) {
    let books = backend.open();
    let held = BTreeSet::from(["SPY".to_owned()]);
    let prices = [("SPY", dec!(300.3)), ("AGG", dec!(90))];
    with_a_keeper(&books, |keeper, world| {
        keeper.tick(&quotes(minute(0), &CALM)).unwrap();
        for day in 1..=12 {
            let at = minute(day * DAY);
            world.set(at);
            keeper.tick(&quotes(at, &prices)).unwrap();
            assert_eq!(price(&books, "SPY", at), dec!(450), "nothing is valued by it on day {day}");
            assert_eq!(keeper.held_prices().unwrap()[0].code.word(), "price.split_like");
        }
        assert!(keeper.believe_price("SPY", "ann").unwrap());
    });
    // Another process: the newest price that was taken is of a day after the split.
    with_a_keeper(&books, |keeper, world| {
        world.set(minute(13 * DAY));
        assert_eq!(price(&books, "SPY", minute(13 * DAY)), dec!(300.3));
        let since = keeper.known(&held, "test").unwrap()["SPY"].shares_of.unwrap();
        assert!(since < split().day, "it is news to whoever asks a source: {since}");
        let smith = books.reading().household_named("smith").unwrap().unwrap();
        let a_day_later = Split { day: split().day.tomorrow().unwrap(), ..split() };
        for told in [split(), split(), a_day_later, Split { from: 4, to: 6, ..split() }] {
            assert_eq!(keeper.take_in_splits(&[told]).unwrap(), []);
            keeper.apply_splits(&smith).unwrap();
            let account = keeper.holding(&smith).unwrap().accounts.remove(0);
            let lot = account.lots.iter().find(|lot| lot.lot_id == "L1").unwrap().clone();
            assert_eq!(
                (lot.quantity, lot.quantity * lot.basis_per_share),
                (dec!(90), dec!(60) * dec!(440.10))
            );
            assert_eq!(price(&books, "SPY", minute(13 * DAY)), dec!(300.3), "it was in new shares already");
        }
        let other = Split { from: 1, to: 2, ..split() };
        let told = keeper.take_in_splits(std::slice::from_ref(&other)).unwrap();
        assert!(told[0].to_string().contains("one of 2 into 3 on"), "{told:?}");
        assert_eq!(keeper.take_in_splits(&[other]).unwrap(), [], "told once");
        keeper.apply_splits(&smith).unwrap();
        assert_eq!(keeper.holding(&smith).unwrap().accounts[0].lots[0].quantity, dec!(90));
        keeper.tick(&quotes(minute(13 * DAY), &prices)).unwrap();
        assert_eq!(keeper.held_prices().unwrap(), []);
    });
    assert!(books.verify(&trust(), &[]).unwrap().is_sound());
}

/// Closes that a site adjusted for a split teach the same as those that nobody touched.
pub(crate) fn a_past_that_was_adjusted_is_not_adjusted_again(backend: &Backend) {
    let mut sigmas = Vec::new();
    for is_adjusted in [true, false] {
        let backend = backend.another();
        let books = backend.open();
        with_a_keeper(&books, |keeper, world| {
            let (mut bars, mut at) = (Vec::new(), minute(0));
            for n in 0..40 {
                let session = previous_session(at).unwrap();
                at = session.opens;
                let close = if n % 2 == 0 { dec!(450) } else { dec!(456.8) };
                // Two for one, fifteen sessions ago.
                let close = if n >= 15 && !is_adjusted { close * Decimal::TWO } else { close };
                let (open, high, low, volume) = (None, None, None, None);
                let (ticker, source) = ("SPY".to_owned(), "test".to_owned());
                bars.insert(0, Bar { ticker, day: session.day, open, high, low, close, volume, source });
            }
            let split = Split { ticker: "SPY".to_owned(), day: bars[25].day, from: 1, to: 2 };
            let learnt = keeper.learn(&bars, std::slice::from_ref(&split)).unwrap().unwrap();
            assert_eq!(learnt.held, [], "adjusted: {is_adjusted}");
            // It is told to the books afterwards as well, since somebody's lots are of a day before it.
            keeper.take_in_splits(&[split]).unwrap();
            for n in 0..2 {
                world.set(minute(n));
                keeper.tick(&quotes(minute(n), &CALM)).unwrap();
            }
            assert_eq!(keeper.held_prices().unwrap(), []);
            let household = books.reading().household_named("smith").unwrap().unwrap();
            let kept = books.reading().portfolio(household.id).unwrap().unwrap();
            sigmas.push(portfolio::read(&kept.text).unwrap().monitoring.volatility);
        });
    }
    assert!(sigmas[0] == sigmas[1] && sigmas[0] < dec!(0.3), "1.5 % a day is 24 % a year: {sigmas:?}");
}

/// In whose day's shares lots are is what a person handed in, whatever came after: a flow makes no old shares of new ones, and the cash that a
/// broker told makes no new ones of old.
pub(crate) fn what_comes_between_makes_no_other_shares(backend: &Backend) {
    let day = eastern(minute(0)).date();
    for (as_of, told) in [(day, dec!(60)), (day.yesterday().unwrap(), dec!(90))] {
        let backend = backend.another();
        let books = backend.open();
        with_a_keeper(&books, |keeper, world| {
            let smith = || books.reading().household_named("smith").unwrap().unwrap();
            keeper.take_in(&quotes(minute(0), &CALM)).unwrap();
            let text = TEXT.replace("\"as_of\": \"2026-11-25\"", &format!("\"as_of\": \"{as_of}\""));
            keeper.import(&smith(), "ann", &text).unwrap();
            world.set(minute(1));
            keeper.flow(&smith(), "ann", "joint", Flow::Deposited, dec!(10)).unwrap();
            let mut holding = keeper.holding(&smith()).unwrap();
            let stale = holding.clone();
            holding.accounts[0].cash = dec!(99);
            keeper.adopt(&smith(), "ann", &holding, Adopted::Cash).unwrap();
            let over = keeper.adopt(&smith(), "ann", &stale, Adopted::Cash).unwrap_err().to_string();
            assert!(over.contains("portfolio of `smith`"), "{over}");
            keeper.take_in_splits(&[Split { day, ..split() }]).unwrap();
            keeper.apply_splits(&smith()).unwrap();
            let held = keeper.holding(&smith()).unwrap().accounts.remove(0);
            let lot = held.lots.iter().find(|lot| lot.lot_id == "L1").unwrap();
            assert_eq!((lot.quantity, held.cash), (told, dec!(99)), "{as_of}");
        });
    }
}

/// A plan over what a broker left is over new shares, and on prices that can be traded on.
pub(crate) fn what_is_tried_again_knows_of_splits_and_prices(backend: &Backend) {
    let books = backend.open();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings { partly: 10_000, ..Settings::default() }, &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    let smith = books.reading().household_named("smith").unwrap().unwrap();
    for n in 0..2 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    let id = books.reading().recommendations(State::PendingApproval).unwrap()[0].id();
    assert_eq!(keeper.approve(id, "ann", None).unwrap(), Answer::Approved);
    let state = || books.reading().recommendation(id).unwrap().unwrap().state();
    while state() != State::ExecutionFailed {
        keeper.advance(smith.id).unwrap().unwrap();
    }
    world.set(minute(2));
    keeper.take_in(&quotes(minute(2), &[("SPY", dec!(330)), ("AGG", dec!(90))])).unwrap();
    let step = || keeper.advance(smith.id).unwrap().map(|done| done.step);
    assert_eq!((step(), state()), (Some(Taken::Rested), State::ExecutionFailed), "SPY's price is held back");
    assert!(keeper.believe_price("SPY", "ann").unwrap());
    keeper.take_in_splits(&[Split { day: eastern(minute(0)).date(), ..split() }]).unwrap();
    assert_eq!((step(), state()), (Some(Taken::Split), State::ExecutionFailed));
}

pub(crate) fn a_split_waits_until_orders_have_ended(backend: &Backend) {
    let books = backend.open();
    with_a_keeper(&books, |keeper, world| {
        for n in 0..2 {
            world.set(minute(n));
            keeper.tick(&quotes(minute(n), &CALM)).unwrap();
        }
        let id = books.reading().recommendations(State::PendingApproval).unwrap()[0].id();
        assert_eq!(keeper.approve(id, "ann", None).unwrap(), Answer::Approved);
        world.set(minute(2));
        keeper.take_in(&quotes(minute(2), &CALM)).unwrap();
        let household = books.reading().household_named("smith").unwrap().unwrap();
        let step = |keeper: &Keeper<'_>| keeper.advance(household.id).unwrap().map(|done| done.step);
        assert_eq!(step(keeper), Some(Taken::Sent));
        world.set(minute(3));
        let today = Split { day: eastern(minute(0)).date(), ..split() };
        keeper.take_in_splits(&[today]).unwrap();
        let mut steps = Vec::new();
        while let Some(step) = step(keeper) {
            steps.push(step);
        }
        let at =
            |step: Taken| steps.iter().position(|one| *one == step).unwrap_or_else(|| panic!("{steps:?}"));
        assert!(at(Taken::Executed) < at(Taken::Split), "{steps:?}");
    });
}

/// σ of the closes, or of the VIX, stands in the bands of the version that a cycle begins with; until there is one the document's.
pub(crate) fn the_bands_follow_the_markets_volatility(backend: &Backend) {
    let books = backend.open();
    let sigma_of = |name: &str| {
        let household = books.reading().household_named(name).unwrap().unwrap();
        let kept = books.reading().portfolio(household.id).unwrap().unwrap();
        portfolio::read(&kept.text).unwrap().monitoring.volatility
    };
    with_a_keeper(&books, |keeper, world| {
        let mut session = portfolio::exchange::session_from(minute(0)).unwrap();
        let mut at = session.opens;
        for day in 0..25 {
            at = session.closes - jiff::SignedDuration::from_mins(10);
            world.set(at);
            let up = if day % 2 == 0 { dec!(450) } else { dec!(456.8) };
            keeper.tick(&quotes(at, &[("SPY", up), ("AGG", dec!(90))])).unwrap();
            if day == 1 {
                assert_eq!(sigma_of("smith"), dec!(0.15), "two closes are no history");
            }
            session = portfolio::exchange::next_session(session.opens).unwrap();
        }
        // The first plan was not answered, and asked for again a month later. 1.5 % a day is 24 % a year.
        assert_eq!(sigma_of("smith"), dec!(0.2381));
        let text = TEXT.replace("smith", "jones");
        keeper.enrol("jones", "ann", Policy::default(), &text).unwrap();
        for _ in 0..2 {
            at += jiff::SignedDuration::from_mins(1);
            world.set(at);
            keeper.tick(&quotes(at, &[("SPY", dec!(450)), ("AGG", dec!(90)), ("VIX", dec!(31))])).unwrap();
        }
        assert_eq!(sigma_of("jones"), dec!(0.31));
    });
}

/// Closes of the sessions before the start, the last one first in `closes`.
fn past(closes: &[Decimal]) -> Vec<Bar> {
    let (mut bars, mut at) = (Vec::new(), minute(0));
    for spy in closes {
        let session = previous_session(at).unwrap();
        at = session.opens;
        for (ticker, close) in [("SPY", *spy), ("AGG", dec!(90))] {
            let (ticker, source) = (ticker.to_owned(), "test".to_owned());
            let (open, high, low, volume) = (None, None, None, None);
            bars.insert(0, Bar { ticker, day: session.day, open, high, low, close, volume, source });
        }
    }
    bars
}

/// The past is known, so that a price is, and still there is none of now: the one in the document is of whichever day.
pub(crate) fn a_first_quote_that_is_none_leaves_the_household_alone(backend: &Backend) {
    for bad in [dec!(0), dec!(-450), dec!(4500), dec!(45)] {
        let place = backend.another();
        let books = place.open();
        with_a_keeper(&books, |keeper, world| {
            keeper.learn(&past(&[dec!(450); 30]), &[]).unwrap().unwrap();
            for n in 0..4 {
                world.set(minute(n));
                keeper.tick(&quotes(minute(n), &[("SPY", bad), ("AGG", dec!(90))])).unwrap();
                let standing = keeper.prices_standing().unwrap();
                let spy = standing.iter().find(|one| one.ticker == "SPY").unwrap();
                // What stays is confirmed in the end, where it can be a price.
                assert!(spy.unusable.is_some() || spy.point.is_some(), "{bad}: {spy:?}");
                if bad <= Decimal::ZERO {
                    assert!(spy.unusable.is_some(), "{bad}: {spy:?}");
                    let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
                    assert!(waiting.is_empty(), "{bad}: {waiting:?}");
                }
            }
        });
    }
}

/// One close that is a tenth of the others, and one after a fall that is none.
pub(crate) fn a_bad_close_of_the_past_moves_no_band(backend: &Backend) {
    let ordinary = |n: usize| if n.is_multiple_of(2) { dec!(450) } else { dec!(452) };
    let mut sigmas = Vec::new();
    for bad in [None, Some(dec!(45)), Some(dec!(355))] {
        let place = backend.another();
        let books = place.open();
        with_a_keeper(&books, |keeper, world| {
            let mut closes: Vec<Decimal> = (0..60).map(ordinary).collect();
            if let Some(bad) = bad {
                closes[10] = bad;
            }
            let learnt = keeper.learn(&past(&closes), &[]).unwrap().unwrap();
            assert_eq!(learnt.held.len(), usize::from(bad.is_some()), "{:?}", learnt.held);
            for n in 0..2 {
                world.set(minute(n));
                keeper.tick(&quotes(minute(n), &CALM)).unwrap();
            }
            let household = books.reading().household_named("smith").unwrap().unwrap();
            let kept = books.reading().portfolio(household.id).unwrap().unwrap();
            sigmas.push(portfolio::read(&kept.text).unwrap().monitoring.volatility);
        });
    }
    for sigma in &sigmas {
        assert!((sigma - sigmas[0]).abs() < dec!(0.01), "{sigmas:?}");
    }
}

/// Bars make σ and what is ordinary known at once and are no prices; how old a price may be holds for every program on the books.
pub(crate) fn the_past_teaches_and_how_old_a_price_may_be_is_on_record(backend: &Backend) {
    let books = backend.open();
    let held = BTreeSet::from(["AGG".to_owned(), "SPY".to_owned()]);
    with_a_keeper(&books, |keeper, world| {
        let closes: Vec<Decimal> =
            (0..30).map(|n| if n % 2 == 0 { dec!(450) } else { dec!(456.8) }).collect();
        let bars = past(&closes);
        assert_eq!(keeper.unlearnt(&held).unwrap(), held);
        let learnt = keeper.learn(&bars, &[]).unwrap().unwrap();
        assert_eq!((learnt.tickers, learnt.bars, learnt.held.len()), (2, 60, 0));
        assert!(keeper.unlearnt(&held).unwrap().is_empty());
        let standing = keeper.prices_standing().unwrap();
        assert!(standing.iter().all(|one| one.point.is_none()), "the past is no price: {standing:?}");
        // Without a past the first price would be taken, whatever it is.
        keeper.take_in(&quotes(minute(0), &[("SPY", dec!(600)), ("AGG", dec!(90))])).unwrap();
        let standing = keeper.prices_standing().unwrap();
        let spy = standing.iter().find(|one| one.ticker == "SPY").unwrap();
        assert!(spy.point.is_none() && spy.unusable.is_some(), "{spy:?}");
        let known = keeper.known(&held, "test").unwrap();
        assert_eq!(known["SPY"].heard, Some((minute(0), Some(dec!(600)))));
        assert_eq!(known["AGG"].heard, Some((minute(0), Some(dec!(90)))));
        assert_eq!(keeper.known(&held, "another").unwrap()["AGG"].heard, Some((minute(0), None)));
        for n in 1..3 {
            world.set(minute(n));
            keeper.tick(&quotes(minute(n), &CALM)).unwrap();
        }
        let household = books.reading().household_named("smith").unwrap().unwrap();
        let kept = books.reading().portfolio(household.id).unwrap().unwrap();
        let sigma = portfolio::read(&kept.text).unwrap().monitoring.volatility;
        assert!(sigma > dec!(0.2), "1.5 % a day is 24 % a year, on the first day: {sigma}");
        let action = Action::Dividend {
            ticker: "AGG".to_owned(),
            ex_day: eastern(minute(0)).date(),
            usd_per_share: dec!(0.25),
            special: false,
        };
        assert_eq!(
            keeper.take_in_actions(std::slice::from_ref(&action)).unwrap(),
            std::slice::from_ref(&action)
        );
        assert_eq!(keeper.take_in_actions(&[action]).unwrap(), []);
        assert!(keeper.ask_of_prices(PriceAge::LastClose).unwrap());
        assert!(!keeper.ask_of_prices(PriceAge::LastClose).unwrap());
    });
    with_a_keeper(&books, |keeper, world| {
        world.set(minute(120));
        assert!(keeper.prices_standing().unwrap().iter().all(|one| one.unusable.is_none()));
        assert!(keeper.ask_of_prices(PriceAge::Secs(60)).unwrap());
        assert!(keeper.prices_standing().unwrap().iter().all(|one| one.unusable.is_some()));
    });
    assert!(books.verify(&trust(), &[]).unwrap().is_sound());
}
