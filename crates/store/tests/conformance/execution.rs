//! Orders at a broker who remembers, whose every call goes wrong in every way, while the process is stopped between any two steps.
//!
//! What has to hold afterwards: each order was executed once, and broker and books hold the same, to the share and the cent.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use execute::brokers::paper::{Paper, Prices, Settings};
use execute::{
    Abilities, Broker, BrokerError, Execution, Fault, Faulty, Holdings, Position, Ticket, Told, reconcile,
};
use jiff::{SignedDuration, Timestamp};
use portfolio::{Decimal, Side};
use rebalance::Options;
use rebalance::books::{Books, Halting, Order, OrderState, Stop};
use rebalance::id::RecommendationId;
use rebalance::keeping::{Desk, Keeper, Recorded};
use rebalance::life::{Policy, State};
use rust_decimal::dec;
use store::Store;

use crate::backend::Backend;
use crate::household::{CALM, Day, Standing, minute, quotes};
use crate::keeping::money_is_conserved;
use crate::story::TEXT;

struct Calm;

impl Prices for Calm {
    fn price(&self, ticker: &str, _: Timestamp) -> Option<Decimal> {
        CALM.iter().find(|(name, _)| *name == ticker).map(|(_, price)| *price)
    }
}

/// A broker outside of the process: it knows what it was sent, and outlives every restart of ours.
pub(crate) struct Remembering {
    market: Paper<'static>,
    pub(crate) placed: Mutex<BTreeMap<String, Ticket>>,
    /// Whether it takes blocks.
    pub(crate) blocks: bool,
}

impl Remembering {
    pub(crate) fn new(settings: Settings) -> Remembering {
        Remembering { market: Paper::new(settings, &Calm), placed: Mutex::default(), blocks: true }
    }

    fn known(&self, ticket: &Ticket) -> Option<Ticket> {
        self.placed.lock().unwrap().get(&ticket.client_order_id).cloned()
    }

    /// Everything that was executed by a time.
    fn executed(&self, by: Timestamp) -> Vec<(Ticket, Execution)> {
        let placed = self.placed.lock().unwrap();
        let told = |ticket: &Ticket| self.market.place(ticket, by).unwrap().executions;
        placed.values().flat_map(|ticket| told(ticket).into_iter().map(|x| (ticket.clone(), x))).collect()
    }

    /// What the account holds there, from what it held at first.
    fn held(&self, by: Timestamp) -> Holdings {
        let mut cash = dec!(100.25);
        let mut shares: BTreeMap<String, Decimal> =
            [("SPY".to_owned(), dec!(100.5)), ("AGG".to_owned(), dec!(100))].into();
        for (ticket, x) in self.executed(by) {
            let gross = portfolio::money::cents(x.quantity * x.price);
            let sold = ticket.side == Side::Sell;
            cash += if sold { gross - x.fees } else { -gross - x.fees };
            *shares.entry(ticket.ticker).or_default() += if sold { -x.quantity } else { x.quantity };
        }
        let positions =
            shares.into_iter().map(|(ticker, quantity)| Position { ticker, quantity, basis: None });
        Holdings { cash, positions: positions.collect() }
    }
}

impl Broker for Remembering {
    fn name(&self) -> &str {
        "paper"
    }

    fn abilities(&self) -> Abilities {
        Abilities { blocks: self.blocks, ..self.market.abilities() }
    }

    fn arrives_within(&self) -> Duration {
        self.market.arrives_within()
    }

    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        let mut placed = self.placed.lock().unwrap();
        let first = placed.entry(ticket.client_order_id.clone()).or_insert_with(|| ticket.clone());
        assert_eq!(first, ticket, "what is sent again is the same");
        self.market.place(ticket, now)
    }

    fn look(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.known(ticket).map(|ticket| self.market.place(&ticket, now)).transpose()
    }

    fn cancel(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.known(ticket).map_or(Ok(None), |ticket| self.market.cancel(&ticket, now))
    }

    fn holdings(&self, _: &str) -> Result<Option<Holdings>, BrokerError> {
        Ok(None)
    }
}

fn in_books(books: &Store) -> Holdings {
    let household = books.reading().household_named("smith").unwrap().unwrap();
    let kept = books.reading().portfolio(household.id).unwrap().unwrap();
    let cash = books.reading().balances(kept.id).unwrap().iter().map(|balance| balance.cash).sum();
    let lots = books.reading().lots(kept.id).unwrap().into_iter();
    let positions = lots.map(|lot| Position { ticker: lot.ticker, quantity: lot.quantity, basis: None });
    Holdings { cash, positions: positions.collect() }
}

/// What has to hold at the end of a day, however it went.
pub(crate) fn nothing_is_doubled_or_lost(books: &Store, broker: &Remembering, case: &str) {
    let done = books.reading().recommendations(State::ExecutedSuccessfully).unwrap();
    assert_eq!(done.len(), 1, "{case}");
    let orders = books.reading().orders(done[0].id()).unwrap();
    assert!(orders.iter().all(|order| order.state == OrderState::Filled), "{case}: {orders:?}");
    let names: BTreeSet<&str> = orders.iter().map(Order::name_at_broker).collect();
    assert_eq!(names.len(), broker.placed.lock().unwrap().len(), "{case}");
    let mut filled: BTreeMap<String, (usize, Decimal)> = BTreeMap::new();
    for order in &orders {
        for fill in books.reading().fills(&order.client_order_id).unwrap() {
            let (count, shares) = filled.entry(order.name_at_broker().to_owned()).or_default();
            (*count, *shares) = (*count + 1, *shares + fill.quantity);
        }
    }
    for (ticket, x) in broker.executed(minute(60)) {
        let (count, shares) = filled.get_mut(&ticket.client_order_id).unwrap();
        (*count, *shares) = (count.wrapping_sub(1), *shares - x.quantity);
    }
    let are_together = names.len() < orders.len();
    assert!(
        filled.values().all(|(count, left)| left.is_zero() && (are_together || *count == 0)),
        "{case}: {filled:?}"
    );
    assert_eq!(reconcile(&broker.held(minute(60)), &in_books(books)), [], "{case}");
    money_is_conserved(books);
}

/// A day in which orders are filled in parts, some later.
pub(crate) fn slow() -> Settings {
    Settings { seed: 1, parts_max: 3, delay_secs_max: 50, every_secs: 40, ..Settings::default() }
}

pub(crate) fn day() -> Day {
    Day { minutes: 24, ..Day::of(&["smith"]) }
}

/// Every case on a file, one of so many on a server, where new books take a second.
pub(crate) fn one_of(backend: &Backend) -> usize {
    if backend.is_sqlite() { 1 } else { 9 }
}

pub(crate) fn no_call_that_goes_wrong_doubles_or_loses_anything(backend: &Backend) {
    every_call_goes_wrong(backend, &day(), one_of(backend));
}

/// A day with every call of the broker going wrong in every way, one of so many.
pub(crate) fn every_call_goes_wrong(backend: &Backend, day: &Day, one_of: usize) {
    let (whole, place) = (Remembering::new(slow()), backend.another());
    let books = place.open();
    let counted = Faulty::new(&whole, Fault::Lost, u64::MAX, 0);
    day.live_at(&books, &counted, &mut 0).unwrap();
    nothing_is_doubled_or_lost(&books, &whole, "no fault");
    for fault in Fault::ALL {
        let cases = (1..=counted.calls()).flat_map(|call| [(call, 1), (call, 3)]);
        for (call, count) in cases.step_by(one_of) {
            let (broker, place) = (Remembering::new(slow()), backend.another());
            let books = place.open();
            day.live_at(&books, &Faulty::new(&broker, fault, call, count), &mut 0).unwrap();
            nothing_is_doubled_or_lost(&books, &broker, &format!("{fault:?} at call {call}, {count} times"));
        }
    }
}

/// Stops at a step, at a broker with a fault, and lives on; whether it stopped at all.
pub(crate) fn stopped(backend: &Backend, day: &Day, stop: Stop, fault: Option<(Fault, u64)>) -> bool {
    let backend = backend.another();
    let (broker, mut from) = (Remembering::new(slow()), 0);
    let (fault, call) = fault.unwrap_or((Fault::Lost, u64::MAX));
    let faulty = Faulty::new(&broker, fault, call, 2);
    let halted = day.live_at(&Halting::new(&backend.open(), stop), &faulty, &mut from).is_err();
    // Another process, with nothing in mind, at the same broker.
    let books = backend.open();
    day.live_at(&books, &faulty, &mut from).unwrap();
    nothing_is_doubled_or_lost(&books, &broker, &format!("{stop:?}, {fault:?} at call {call}"));
    halted
}

pub(crate) fn a_stop_between_any_two_steps_doubles_or_loses_nothing(backend: &Backend) {
    for step in (1..).step_by(one_of(backend)) {
        let before = stopped(backend, &day(), Stop::Before(step), None);
        let after = stopped(backend, &day(), Stop::After(step), None);
        if !before && !after {
            assert!(step > 20, "{step}");
            return;
        }
    }
}

/// The answer comes after a crash, and whatever else there is: a walk through pairs of both.
pub(crate) fn stops_and_faults_together_double_or_lose_nothing(backend: &Backend) {
    for n in (0..60_u64).step_by(one_of(backend)) {
        let fault = Fault::ALL[usize::try_from(n % 4).unwrap()];
        let (step, call) = (8 + n * 7 % 29, 1 + n * 5 % 17);
        let stop = if n % 3 == 0 { Stop::Before(step) } else { Stop::After(step) };
        stopped(backend, &day(), stop, Some((fault, call)));
    }
}

/// A household whose plan is approved, and who keeps it at a broker and in a market; every minute of the day as the market has it.
pub(crate) struct Approved<'a> {
    books: &'a Store,
    pub(crate) world: Standing,
    desk: Desk,
}

impl Approved<'_> {
    pub(crate) fn new<'a>(books: &'a Store, text: &str, desk: Desk) -> Approved<'a> {
        Approved::as_changed(books, text, desk, |_, id| id)
    }

    /// The same after a person has made another plan of it.
    pub(crate) fn as_changed<'a>(
        books: &'a Store,
        text: &str,
        desk: Desk,
        change: impl FnOnce(&Keeper<'_>, RecommendationId) -> RecommendationId,
    ) -> Approved<'a> {
        let world = Standing::at(minute(0));
        let kept = Approved { books, world, desk };
        let recorded = Recorded(books);
        let broker = Paper::new(Settings::default(), &recorded);
        let keeper = Keeper::new(books, &kept.world, &broker, Options::default());
        keeper.enrol("smith", "ann", Policy::default(), text).unwrap();
        for n in 0..2 {
            kept.world.set(minute(n));
            keeper.tick(&quotes(minute(n), &CALM)).unwrap();
        }
        let waiting = books.reading().recommendations(State::PendingApproval).unwrap();
        keeper.approve(change(&keeper, waiting[0].id()), "ann", None).unwrap();
        kept
    }

    /// A minute at a broker, at prices.
    pub(crate) fn minute(&self, n: i64, broker: &dyn Broker, prices: &[(&str, Decimal)]) -> Vec<String> {
        self.world.set(minute(n));
        let keeper = self.keeper(broker);
        let tick = keeper.tick(&quotes(minute(n), prices)).unwrap();
        assert!(tick.faults.is_empty(), "{tick:?}");
        tick.done.into_iter().map(|done| done.words).collect()
    }

    pub(crate) fn keeper<'k>(&'k self, broker: &'k dyn Broker) -> Keeper<'k> {
        let mut keeper = Keeper::new(self.books, &self.world, broker, Options::default());
        keeper.desk = self.desk.clone();
        keeper
    }

    fn orders(&self) -> Vec<Order> {
        let ids = State::ALL.iter().flat_map(|state| self.books.reading().recommendations(*state).unwrap());
        let mut orders: Vec<Order> = ids.flat_map(|r| self.books.reading().orders(r.id()).unwrap()).collect();
        orders.retain(|order| order.attempt == 1);
        orders
    }

    pub(crate) fn of(&self, side: Side) -> Vec<Order> {
        self.orders().into_iter().filter(|order| order.side == side).collect()
    }
}

/// Stocks fall and bonds rise inside the collar: the sale brings less, the purchase costs more, and is cut to what the cash pays for.
pub(crate) fn sales_come_first_and_cash_never_falls_below_zero(backend: &Backend) {
    for (spy, agg, cut) in
        [(dec!(450), dec!(90), false), (dec!(440), dec!(91.80), true), (dec!(460), dec!(90), false)]
    {
        let place = backend.another();
        let books = place.open();
        let kept = Approved::new(&books, TEXT, Desk::default());
        let recorded = Recorded(&books);
        let settings = Settings { seed: 2, parts_max: 2, every_secs: 60, ..Settings::default() };
        let broker = Paper::new(settings, &recorded);
        let prices = [("SPY", spy), ("AGG", agg)];
        for n in 2..12 {
            let told = kept.minute(n, &broker, &prices);
            let (sales, buys) = (kept.of(Side::Sell), kept.of(Side::Buy));
            assert!(!sales.is_empty() && !buys.is_empty());
            if sales.iter().any(|sale| !sale.state.has_ended()) {
                assert!(buys.iter().all(|buy| buy.state == OrderState::Waiting), "{told:?}");
            }
            let household = books.reading().household_named("smith").unwrap().unwrap();
            let booked = books.reading().bookings(household.id).unwrap();
            let mut cash = dec!(100.25);
            for booking in booked {
                cash += booking.cash;
                assert!(cash >= Decimal::ZERO, "{cash} at {spy} and {agg}");
            }
        }
        let buys = kept.of(Side::Buy);
        assert!(buys.iter().all(|buy| buy.state == OrderState::Filled), "{buys:?}");
        let less: Decimal = buys.iter().map(|buy| buy.quantity - buy.asked()).sum();
        assert_eq!(less > Decimal::ZERO, cut, "{less} at {spy} and {agg}");
        assert!(buys.iter().all(|buy| buy.asked().normalize().scale() <= 4), "whole increments: {buys:?}");
        assert_eq!(books.reading().recommendations(State::ExecutedSuccessfully).unwrap().len(), 1);
        money_is_conserved(&books);
    }
}

/// Bonds have risen beyond the collar: nobody sells at the limit, and at the end of the window the order is taken back.
pub(crate) fn what_is_open_at_the_end_of_the_hours_is_taken_back(backend: &Backend) {
    let books = backend.open();
    // Five past ten in New York.
    let text = TEXT.replace("\"minimize_total_commissions\"", "\"execute_between_0935_1005_ET\"");
    let kept = Approved::new(&books, &text, Desk::default());
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let prices = [("SPY", dec!(450)), ("AGG", dec!(95))];
    for n in 2..6 {
        kept.minute(n, &broker, &prices);
    }
    assert!(kept.of(Side::Sell).iter().all(|sale| sale.state == OrderState::Filled));
    assert!(kept.of(Side::Buy).iter().all(|buy| buy.state == OrderState::Accepted), "{:?}", kept.orders());
    kept.minute(6, &broker, &prices);
    assert!(kept.of(Side::Buy).iter().all(|buy| buy.state == OrderState::Cancelled), "{:?}", kept.orders());
    let failed = books.reading().recommendations(State::ExecutionFailed).unwrap();
    assert_eq!(failed.len(), 1);
    // Nothing is planned anew before the household may trade again.
    assert!(kept.minute(7, &broker, &prices).is_empty());
    // The next day is Thanksgiving.
    let friday = 2 * 24 * 60 - 5;
    let told = kept.minute(friday, &broker, &CALM);
    assert_eq!(books.reading().attempts(failed[0].id()).unwrap().len(), 2, "{told:?}");
    money_is_conserved(&books);
}

/// A broker who is never heard, and at whom every order arrives so many seconds after it was sent.
struct Lagging {
    arrived: Remembering,
    secs: i64,
    on_its_way: Mutex<Vec<(Timestamp, Ticket)>>,
}

impl Broker for Lagging {
    fn name(&self) -> &str {
        self.arrived.name()
    }

    fn abilities(&self) -> Abilities {
        self.arrived.abilities()
    }

    fn arrives_within(&self) -> Duration {
        Duration::from_secs(40)
    }

    fn place(&self, ticket: &Ticket, now: Timestamp) -> Result<Told, BrokerError> {
        let arrives = now + SignedDuration::from_secs(self.secs);
        self.on_its_way.lock().unwrap().push((arrives, ticket.clone()));
        Err(BrokerError::Unreachable { broker: "paper".to_owned(), detail: "no answer in time".to_owned() })
    }

    fn look(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        for (arrives, ticket) in self.on_its_way.lock().unwrap().iter() {
            if *arrives <= now {
                self.arrived.place(ticket, now)?;
            }
        }
        self.arrived.look(ticket, now)
    }

    fn cancel(&self, ticket: &Ticket, now: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.arrived.cancel(ticket, now)
    }

    fn holdings(&self, _: &str) -> Result<Option<Holdings>, BrokerError> {
        Ok(None)
    }
}

/// Nobody answers to an order that is sent in the last second of its hours. It is not given up while it can arrive, nor on one answer that it is not there.
pub(crate) fn an_order_is_not_given_up_while_it_can_arrive(backend: &Backend) {
    let text = TEXT.replace("\"minimize_total_commissions\"", "\"execute_between_0935_1005_ET\"");
    for (secs, arrives) in [(30, true), (1_000_000, false)] {
        let place = backend.another();
        let books = place.open();
        let kept = Approved::new(&books, &text, Desk::default());
        let on_its_way = Mutex::new(Vec::new());
        let broker = Lagging { arrived: Remembering::new(Settings::default()), secs, on_its_way };
        let keeper = kept.keeper(&broker);
        let smith = books.reading().household_named("smith").unwrap().unwrap();
        let sale = |secs: i64| {
            kept.world.set(minute(5) + SignedDuration::from_secs(secs));
            for _ in 0..8 {
                let _ = keeper.advance(smith.id);
            }
            kept.of(Side::Sell)[0].state
        };
        assert_eq!(sale(0), OrderState::Unknown);
        assert_eq!(sale(5), OrderState::Unknown, "its hours are over, and it may be on its way");
        if arrives {
            let state = sale(36);
            assert!(!matches!(state, OrderState::Unknown | OrderState::Cancelled), "{state:?}");
            assert_eq!(broker.arrived.placed.lock().unwrap().len(), 1);
        } else {
            assert_eq!(
                (sale(41), sale(50)),
                (OrderState::Unknown, OrderState::Unknown),
                "one look is not enough"
            );
            assert_eq!(sale(52), OrderState::Cancelled);
        }
        money_is_conserved(&books);
    }
}

pub(crate) fn nothing_is_sent_while_trading_is_halted(backend: &Backend) {
    let books = backend.open();
    let kept = Approved::new(&books, TEXT, Desk::default());
    let broker = Remembering::new(Settings::default());
    kept.keeper(&broker).halt("ann", "prices look wrong").unwrap();
    for n in 2..5 {
        kept.minute(n, &broker, &CALM);
    }
    assert!(broker.placed.lock().unwrap().is_empty());
    assert!(kept.orders().iter().all(|order| order.state == OrderState::Waiting));
    // Another process finds the halt on record.
    let again =
        Store::open(crate::backend::opening(&store::Address::read(&backend.address()).unwrap()), minute(5));
    let again = again.unwrap();
    let world = Standing::at(minute(5));
    let other = Keeper::new(&again, &world, &broker, Options::default());
    assert_eq!(other.halted().unwrap().as_deref(), Some("prices look wrong"));
    other.tick(&quotes(minute(5), &CALM)).unwrap();
    assert!(broker.placed.lock().unwrap().is_empty());
    other.lift_halt("ben").unwrap();
    kept.minute(6, &broker, &CALM);
    nothing_is_doubled_or_lost(&books, &broker, "after a halt");
}

pub(crate) fn orders_beyond_a_limit_are_not_sent(backend: &Backend) {
    let small = Desk { order_usd_max: dec!(1000), ..Desk::default() };
    let few = Desk { orders_a_day_max: 1, ..Desk::default() };
    let part = Desk { order_pct_of_household_max: Some(dec!(5)), ..Desk::default() };
    // What the sale does not bring is not bought with; 100.25 USD were there before.
    // What is refused for its size would be refused again: nobody is asked to approve that.
    for (desk, refused, why, again) in [
        (small, Side::Sell, "is larger than 1,000.00 USD", 0),
        (few, Side::Buy, "1 orders were sent today and that is the most", 1),
        (part, Side::Sell, "5 % of the household", 0),
    ] {
        let place = backend.another();
        let books = place.open();
        let kept = Approved::new(&books, TEXT, desk);
        let broker = Remembering::new(Settings::default());
        let told = kept.minute(2, &broker, &CALM);
        assert_eq!(broker.placed.lock().unwrap().len(), 1, "{told:?}");
        assert!(told.iter().any(|words| words.contains(why)), "{told:?}");
        assert!(kept.of(refused).iter().all(|order| order.state == OrderState::Refused));
        let failed = books.reading().recommendations(State::PendingApproval).unwrap();
        assert_eq!(failed.len(), again, "what is left is planned anew: {told:?}");
        if again == 0 {
            assert!(told.iter().any(|words| words.contains("would never be sent")), "{told:?}");
        }
    }
}
