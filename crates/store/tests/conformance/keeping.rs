//! A household from its first tick to the last fill, on either database, stopped at every step and begun again.

use std::collections::BTreeMap;

use portfolio::{Decimal, Side};
use rebalance::Options;
use rebalance::books::{Books, BooksError, Change, Closing, Entry, Halting, Record, Setting, Stop};
use rebalance::costs;
use rebalance::id::RecommendationId;
use rebalance::keeping::flows::Flow;
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::slippage::slippages_of;
use rebalance::keeping::{Answer, Keeper, Recorded, Taken};
use rebalance::life::{Policy, Reason, Rejection, State};
use rust_decimal::dec;
use store::Store;

use crate::backend::Backend;
use crate::household::{CALM, Day, Going, Standing, minute, quotes};
use crate::ledger::agree;
use crate::log::trust;

/// What is on record at the end of a day, without the names that chance gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// Of each household: cash and lots of its last portfolio, bookings, gains.
    households: BTreeMap<String, Vec<String>>,
    executed: usize,
    records: u64,
}

pub(crate) fn ending(books: &Store) -> Ending {
    let reading = books.reading();
    let mut households = BTreeMap::new();
    for household in reading.households().unwrap() {
        let kept = reading.portfolio(household.id).unwrap().unwrap();
        let mut told = vec![format!("version {} by {}", kept.version, kept.source)];
        for balance in reading.balances(kept.id).unwrap() {
            told.push(format!("cash {} {}", balance.account_id, balance.cash));
        }
        for lot in reading.lots(kept.id).unwrap() {
            let name = if lot.lot_id.starts_with("rec-") { "bought" } else { lot.lot_id.as_str() };
            let (quantity, basis) = (lot.quantity.normalize(), lot.basis_per_share.normalize());
            told.push(format!("lot {name} {} {quantity} at {basis} of {:?}", lot.ticker, lot.acquired));
        }
        for b in reading.bookings(household.id).unwrap() {
            told.push(format!("{} {:?} {} at {}: {}", b.action, b.ticker, b.quantity, b.price, b.cash));
        }
        for gain in reading.gains(household.id).unwrap() {
            told.push(format!("gain {} of {}", gain.gain, gain.lot_id));
        }
        households.insert(household.name, told);
    }
    let executed = reading.recommendations(State::ExecutedSuccessfully).unwrap().len();
    Ending { households, executed, records: reading.record_count().unwrap() }
}

/// What a household had before, what was booked, what it has: to the cent.
pub(crate) fn money_is_conserved(books: &Store) {
    agree(books);
    let reading = books.reading();
    for household in reading.households().unwrap() {
        let last = reading.portfolio(household.id).unwrap().unwrap();
        let booked: Decimal = reading.bookings(household.id).unwrap().iter().map(|b| b.cash).sum();
        let cash: Decimal = reading.balances(last.id).unwrap().iter().map(|b| b.cash).sum();
        assert_eq!(cash, dec!(100.25) + booked, "{}", household.name);
        let mut shares: BTreeMap<String, Decimal> =
            [("SPY".to_owned(), dec!(100.5)), ("AGG".to_owned(), dec!(100))].into();
        for booking in reading.bookings(household.id).unwrap() {
            let held = shares.entry(booking.ticker.clone().unwrap()).or_default();
            let is_out = matches!(booking.action.as_str(), "SELL" | "REVERSED_BUY");
            *held += if is_out { -booking.quantity } else { booking.quantity };
        }
        for lot in reading.lots(last.id).unwrap() {
            *shares.entry(lot.ticker).or_default() -= lot.quantity;
        }
        assert!(shares.values().all(Decimal::is_zero), "{shares:?}");
    }
}

/// What orders have cost is what their bookings differ from the plans, to the last digit but for the cents of a booking.
fn costs_add_up(books: &Store, household: &str) {
    let reading = books.reading();
    let household = reading.household_named(household).unwrap().unwrap();
    let outcomes = costs::outcomes(reading, Some(vec![household.id])).unwrap();
    assert!(!outcomes.is_empty());
    let mut expected = Decimal::ZERO;
    for outcome in &outcomes {
        let parts = outcome.delay.unwrap() + outcome.slippage.unwrap() + outcome.fees;
        assert_eq!(outcome.shortfall, parts, "{outcome:?}");
        let at_decision = outcome.quantity * outcome.decision_price;
        expected += if outcome.side == Side::Sell { at_decision } else { -at_decision };
    }
    let bookings = reading.bookings(household.id).unwrap();
    let booked: Decimal = bookings.iter().map(|b| b.cash).sum();
    let shortfall = costs::totals(&outcomes).unwrap().shortfall;
    let rounded = Decimal::from(bookings.len()) * dec!(0.005);
    assert!((booked + shortfall - expected).abs() <= rounded, "{booked} {shortfall} {expected}");
}

/// 60 fills replace the spread that was believed where they predict better; documents are priced with it from then on.
pub(crate) fn fills_teach_the_spread(backend: &Backend) {
    let books = backend.open();
    let fills = vec![r#"{"seen":"25","believed":"1"}"#; 59].join(",");
    let value = format!("{{\"fills\":[{fills}]}}");
    let (scope, name) = ("market".to_owned(), "slippage SPY".to_owned());
    let setting = Setting { scope, name, value, version: 1, at: minute(0) };
    let record = Record {
        kind: "prices".to_owned(),
        at: minute(0),
        household: None,
        subject: String::new(),
        actor: "test".to_owned(),
        body: "{}".to_owned(),
    };
    books.record(&Entry::new(record).with(Change::Setting(setting))).unwrap();
    Day::of(&["smith"]).live(&books, &mut 0).unwrap();
    let (slippages, _) = slippages_of(&books, "SPY").unwrap();
    let refit = slippages.refit().unwrap();
    assert!(slippages.count() == 60 && refit.is_better(), "{refit:?}");
    with_books(&books, |keeper| {
        let smith = books.reading().household_named("smith").unwrap().unwrap();
        let live = keeper.as_of_now(&smith).unwrap().unwrap();
        let spread = |ticker: &str| live.securities.iter().find(|s| s.ticker == ticker).unwrap().spread_bps;
        assert_eq!(spread("SPY"), dec!(50));
        assert!(spread("AGG") < dec!(50), "three fills teach nothing");
    });
}

fn with_books(books: &dyn Books, then: impl FnOnce(&Keeper<'_>)) {
    let world = Standing::at(minute(6));
    let recorded = Recorded(books);
    let broker = Paper::new(Settings::default(), &recorded);
    then(&Keeper::new(books, &world, &broker, Options::default()));
}

fn whole(day: &Day, books: &Store) -> Ending {
    day.live(books, &mut 0).unwrap();
    let report = books.verify(&trust(), &[]).unwrap();
    assert!(report.is_sound(), "{report:?}");
    money_is_conserved(books);
    day.names.iter().for_each(|name| costs_add_up(books, name));
    ending(books)
}

/// Stops at each step in turn, before it is written or after, and lives on; how many steps there were.
fn stopped_everywhere(backend: &Backend, day: &Day) -> u64 {
    let expected = whole(day, &backend.open());
    for step in 1.. {
        let mut stopped = 0;
        for stop in [Stop::Before(step), Stop::After(step)] {
            let backend = backend.another();
            let mut from = 0;
            let halted = day.live(&Halting::new(&backend.open(), stop), &mut from);
            if let Err(error) = &halted {
                assert!(matches!(error, BooksError::Stopped { .. }), "{error}");
                stopped += 1;
            }
            // Another process, with nothing in mind.
            let books = backend.open();
            day.live(&books, &mut from).unwrap();
            assert_eq!(ending(&books), expected, "{stop:?}");
            money_is_conserved(&books);
            assert!(books.verify(&trust(), &[]).unwrap().is_sound(), "{stop:?}");
        }
        if stopped == 0 {
            return step - 1;
        }
    }
    unreachable!("a day has an end")
}

pub(crate) fn a_day_stopped_at_every_step_ends_in_the_same_books(backend: &Backend) {
    let day = Day::of(&["smith"]);
    let steps = stopped_everywhere(backend, &day);
    assert!(steps > 15, "{steps}");
    let books = backend.open();
    let executed = books.reading().recommendations(State::ExecutedSuccessfully).unwrap();
    assert_eq!(executed.len(), 1);
    let closing = books.reading().closing(executed[0].kept().cycle).unwrap();
    assert_eq!(closing, Some(Closing::Finished));
}

/// Some orders are filled in part or refused: what is left is planned, offered and executed anew.
pub(crate) fn what_a_broker_leaves_is_tried_again(backend: &Backend) {
    let broker = Settings { partly: 10_000, ..Settings::default() };
    let day = Day { broker, minutes: 12, ..Day::of(&["smith"]) };
    let books = backend.open();
    let mut from = 0;
    day.live(&books, &mut from).unwrap();
    money_is_conserved(&books);
    costs_add_up(&books, "smith");
    let failed = books.reading().recommendations(State::ExecutionFailed).unwrap();
    // What the sales did not bring was not bought with; cash that piles up may begin another cycle.
    assert!(!failed.is_empty());
    let attempts = books.reading().attempts(failed[0].id()).unwrap();
    assert_eq!(attempts.len(), 3, "a plan for the whole, and two for what was left");
    assert_ne!(attempts[0].plan_hash, attempts[1].plan_hash);
    assert_ne!(attempts[0].portfolio, attempts[1].portfolio);
    assert_eq!(books.reading().closing(failed[0].kept().cycle).unwrap(), Some(Closing::GivenUp));
    assert!(books.reading().open_cycles().unwrap().is_empty());
}

pub(crate) fn two_households_have_one_open_cycle_each(backend: &Backend) {
    let books = backend.open();
    let day = Day { minutes: 0, ..Day::of(&["jones", "smith"]) };
    day.live(&books, &mut 0).unwrap();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    for n in 0..4 {
        world.set(minute(n));
        assert!(keeper.tick(&quotes(minute(n), &CALM)).unwrap().faults.is_empty());
    }
    let open = books.reading().open_cycles().unwrap();
    assert_eq!(open.len(), 2);
    assert_ne!(open[0].household, open[1].household);
    assert_eq!(books.reading().recommendations(State::PendingApproval).unwrap().len(), 2);
}

/// A household whose proposal waits, and who keeps it.
pub(crate) fn with_a_proposal(books: &Store, then: impl FnOnce(&Keeper<'_>, &Standing, RecommendationId)) {
    Day { minutes: 0, ..Day::of(&["smith"]) }.live(books, &mut 0).unwrap();
    let world = Standing::at(minute(0));
    let recorded = Recorded(books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(books, &world, &broker, Options::default());
    let mut steps = Vec::new();
    for n in 0..2 {
        world.set(minute(n));
        steps.extend(keeper.tick(&quotes(minute(n), &CALM)).unwrap().done.into_iter().map(|done| done.step));
    }
    assert_eq!(steps, [Taken::Rested, Taken::Began, Taken::Planned, Taken::Offered]);
    let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
    then(&keeper, &world, waiting[0].id());
}

pub(crate) fn an_approval_after_the_prices_moved_is_refused(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world, id| {
        world.set(minute(2));
        keeper.tick(&quotes(minute(2), &[("SPY", dec!(460)), ("AGG", dec!(90))])).unwrap();
        let records = books.reading().record_count().unwrap();
        let Answer::Refused(refusal) = keeper.approve(id, "ann", None).unwrap() else { panic!("approved") };
        assert!(
            matches!(&refusal.reason, Reason::PriceMoved { ticker, .. } if ticker == "SPY"),
            "{refusal:?}"
        );
        assert_eq!(books.reading().record_count().unwrap(), records + 1, "the refusal is on record");
        let Answer::Refused(refusal) = keeper.approve(id, "ann", Some("another")).unwrap() else {
            panic!("approved")
        };
        assert!(matches!(refusal.reason, Reason::PlanHash { .. }), "{refusal:?}");
        world.set(minute(3));
        keeper.tick(&quotes(minute(3), &CALM)).unwrap();
        assert_eq!(keeper.approve(id, "ann", None).unwrap(), Answer::Approved);
        assert!(matches!(keeper.approve(id, "ben", None).unwrap(), Answer::Refused(_)), "it works once");
    });
}

pub(crate) fn a_rejected_drift_is_not_proposed_again_at_once(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world, id| {
        assert_eq!(keeper.reject(id, "ann", "not this year").unwrap(), Answer::Rejected);
        let Answer::Refused(refusal) = keeper.reject(id, "ann", "again").unwrap() else { panic!("twice") };
        assert!(matches!(refusal.reason, Reason::State(_)));
        for n in 2..8 {
            world.set(minute(n));
            keeper.tick(&quotes(minute(n), &CALM)).unwrap();
        }
        let found = books.reading().recommendation(id).unwrap().unwrap();
        assert_eq!(found.state(), State::Rejected(Rejection::ByPerson));
        assert!(books.reading().open_cycles().unwrap().is_empty());
        let household = found.kept().household;
        let last = books.reading().drift(household, minute(2)).unwrap();
        assert_eq!(last.len(), 1, "the same reason is one record: {last:?}");
        assert!(last[0].why.contains("was answered"), "{}", last[0].why);
    });
}

pub(crate) fn nobody_answers_in_time(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world, id| {
        world.set(minute(24 * 60 + 1));
        assert!(matches!(keeper.approve(id, "ann", None).unwrap(), Answer::Refused(_)));
        let tick = keeper.tick(&[]).unwrap();
        assert_eq!(tick.done[0].step, Taken::Rejected(Rejection::Expired), "{tick:?}");
        assert!(books.reading().open_cycles().unwrap().is_empty());
        let found = books.reading().recommendation(id).unwrap().unwrap();
        assert_eq!(found.state(), State::Rejected(Rejection::Expired));
    });
}

pub(crate) fn a_new_document_supersedes_what_waits(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world, id| {
        let household = books.reading().household_named("smith").unwrap().unwrap();
        let text = crate::story::TEXT.replace("\"cash\": 100.25", "\"cash\": 90000");
        keeper.import(&household, "ann", &text).unwrap();
        // In the same entry, so that an approval which was read before can't be written after.
        let found = books.reading().recommendation(id).unwrap().unwrap();
        assert_eq!(found.state(), State::Rejected(Rejection::Superseded));
        assert!(books.reading().open_cycles().unwrap().is_empty());
        assert!(matches!(keeper.approve(id, "ann", None).unwrap(), Answer::Refused(_)));
        world.set(minute(2));
        keeper.tick(&quotes(minute(2), &CALM)).unwrap();
    });
}

/// A second person is asked where the household wants one.
pub(crate) fn a_large_plan_needs_two_people(backend: &Backend) {
    let books = backend.open();
    let policy = Policy { second_above_usd: Some(dec!(1000)), ..Policy::default() };
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", policy, crate::story::TEXT).unwrap();
    for n in 0..2 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    let id = books.reading().recommendations(State::PendingApproval).unwrap()[0].id();
    assert_eq!(keeper.approve(id, "ann", None).unwrap(), Answer::OneMore);
    assert!(matches!(keeper.approve(id, "ann", None).unwrap(), Answer::Refused(_)));
    assert_eq!(keeper.approve(id, "ben", None).unwrap(), Answer::Approved);
    assert!(
        keeper
            .import(&books.reading().household_named("smith").unwrap().unwrap(), "ann", crate::story::TEXT)
            .is_err()
    );
}

/// A person's word stands until it is taken back or its time has passed, whatever the market does meanwhile.
pub(crate) fn a_paused_household_is_left_alone(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world, id| {
        let smith = || books.reading().household_named("smith").unwrap().unwrap();
        keeper.pause(&smith(), "ann", None, "abroad").unwrap();
        // Whoever approves before the next look finds it withdrawn.
        assert!(matches!(keeper.approve(id, "ann", None).unwrap(), Answer::Refused(_)));
        assert_eq!(
            books.reading().recommendation(id).unwrap().unwrap().state(),
            State::Rejected(Rejection::Withdrawn)
        );
        for n in 2..5 {
            world.set(minute(n));
            keeper.tick(&quotes(minute(n), &CALM)).unwrap();
        }
        let found = books.reading().recommendation(id).unwrap().unwrap();
        assert_eq!(found.state(), State::Rejected(Rejection::Withdrawn));
        assert!(books.reading().open_cycles().unwrap().is_empty());
        let why = books.reading().drift(smith().id, minute(2)).unwrap();
        assert!(why[0].why.contains("paused") && why[0].why.contains("abroad"), "{why:?}");
        keeper.resume(&smith(), "ann").unwrap();
        // Until a time.
        keeper.pause(&smith(), "ann", Some(minute(8)), "moving house").unwrap();
        assert!(keeper.pause(&smith(), "ann", Some(minute(1)), "gone by").is_err());
        let mut began = None;
        for n in 5..12 {
            world.set(minute(n));
            let tick = keeper.tick(&quotes(minute(n), &CALM)).unwrap();
            let begins = tick.done.iter().any(|done| done.step == Taken::Began);
            began = began.or(begins.then_some(n));
        }
        assert!(began.is_some_and(|n| n >= 8), "{began:?}");
        assert!(keeper.stands(&smith()).unwrap().paused.is_none());
    });
}

pub(crate) fn a_snoozed_class_is_no_reason(backend: &Backend) {
    let books = backend.open();
    Day { minutes: 0, ..Day::of(&["smith"]) }.live(&books, &mut 0).unwrap();
    let world = Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    let smith = books.reading().household_named("smith").unwrap().unwrap();
    let refused = keeper.snooze(&smith, "ann", "Bnds", Some(minute(30))).unwrap_err().to_string();
    assert!(refused.contains("`Bnds`") && refused.contains("Bonds, Stocks"), "{refused}");
    for class in ["Stocks", "Bonds"] {
        keeper.snooze(&smith, "ann", class, Some(minute(30))).unwrap();
    }
    for n in 0..5 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    assert!(books.reading().open_cycles().unwrap().is_empty());
    for class in ["Stocks", "Bonds"] {
        keeper.snooze(&smith, "ann", class, None).unwrap();
    }
    for n in 5..8 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    assert_eq!(books.reading().open_cycles().unwrap().len(), 1);
}

/// Deposits and withdrawals are booked to the cent, start a cycle, and supersede what was planned without them.
pub(crate) fn money_that_flows_is_booked_and_a_reason(backend: &Backend) {
    let books = backend.open();
    with_a_proposal(&books, |keeper, world, id| {
        let smith = || books.reading().household_named("smith").unwrap().unwrap();
        let account = books.reading().balances(books.reading().portfolio(smith().id).unwrap().unwrap().id);
        let account = account.unwrap().remove(0).account_id;
        let cash = || {
            let kept = books.reading().portfolio(smith().id).unwrap().unwrap();
            let balance = books.reading().balances(kept.id).unwrap().remove(0);
            (balance.cash, balance.flow)
        };
        let before = cash().0;
        for (what, usd, told) in [
            (Flow::Deposited, dec!(0), "no amount"),
            (Flow::Deposited, dec!(1.001), "no amount"),
            (Flow::PaidOut, before + dec!(0.01), "no more"),
            (Flow::NotWanted, dec!(1), "no more"),
        ] {
            let refused = keeper.flow(&smith(), "ann", &account, what, usd).unwrap_err().to_string();
            assert!(refused.contains(told), "{refused}");
        }
        assert!(keeper.flow(&smith(), "ann", "nowhere", Flow::Deposited, dec!(1)).is_err());
        world.set(minute(2));
        keeper.flow(&smith(), "ann", &account, Flow::Deposited, dec!(20000.01)).unwrap();
        keeper.flow(&smith(), "ann", &account, Flow::AskedFor, dec!(300)).unwrap();
        assert_eq!(cash(), (before + dec!(20000.01), dec!(-300)));
        keeper.flow(&smith(), "ann", &account, Flow::PaidOut, dec!(200)).unwrap();
        keeper.flow(&smith(), "ann", &account, Flow::NotWanted, dec!(100)).unwrap();
        assert_eq!(cash(), (before + dec!(19800.01), dec!(0)));
        let booked: Decimal = books.reading().bookings(smith().id).unwrap().iter().map(|b| b.cash).sum();
        assert_eq!(booked, dec!(19800.01));
        world.set(minute(3));
        let tick = keeper.tick(&quotes(minute(3), &CALM)).unwrap();
        let before = books.reading().recommendation(id).unwrap().unwrap();
        assert_eq!(before.state(), State::Rejected(Rejection::Superseded), "with the first flow");
        let began = tick.done.iter().find(|done| done.step == Taken::Began).unwrap();
        assert!(began.words.contains("20,000.01 USD flowed in"), "{}", began.words);
        assert_ne!(began.recommendation, Some(id));
    });
}

/// The clock of a machine never stands: each look would be another tick of the market, and one without end while it is closed.
pub(crate) fn a_household_is_looked_at_once_a_tick_though_time_goes_on(backend: &Backend) {
    let books = backend.open();
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    // The market is closed on Thanksgiving, a day after the start; and open again the day after that.
    let (closed, open) = (minute(24 * 60), minute(48 * 60));
    let world = Going(Standing::at(closed));
    let keeper = Keeper::new(&books, &world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), crate::story::TEXT).unwrap();
    let tick = |at: jiff::Timestamp| {
        world.0.set(at);
        let tick = keeper.tick(&quotes(at, &CALM)).unwrap();
        assert!(tick.faults.is_empty(), "{:?}", tick.faults);
        tick.done.into_iter().map(|done| done.step).collect::<Vec<_>>()
    };
    assert_eq!(tick(closed), [Taken::Rested]);
    let before = books.reading().record_count().unwrap();
    for minutes in 1..10 {
        assert_eq!(tick(closed + jiff::SignedDuration::from_mins(minutes)), [] as [Taken; 0]);
    }
    let after = books.reading().record_count().unwrap();
    assert!(after - before <= 2 * 9, "nothing but prices is written: {before} {after}");
    assert_eq!(tick(open), [Taken::Rested], "one of two ticks");
    let second = tick(open + jiff::SignedDuration::from_mins(1));
    assert_eq!(second.first(), Some(&Taken::Began), "{second:?}");
}
