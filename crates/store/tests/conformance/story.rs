//! A household's life in the books, as a program would live it: whatever is on record says what comes next.
//!
//! [`Story::drive`] is the one path for a start and for a recovery. It can be stopped by the books at any step and called again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use portfolio::{Decimal, Side};
use rebalance::books::orders::client_order_id;
use rebalance::books::{
    Attempt, Booking, Books, BooksError, Change, Closing, Entry, Fill, Gain, HeldLot, Household, Imported,
    KeptPortfolio, OpenedCycle, Order, OrderState, Person, Record, person_or_new,
};
use rebalance::id::{CycleId, EventId, HouseholdId, PersonId, PortfolioId, RecommendationId, TransactionId};
use rebalance::life::{Approved, Now, Offered, Policy, Recommendation, Request, Shown, State, Step, decide};
use rebalance::{Options, cycle};

use crate::backend::start;

/// Half too much in stocks; one lot is sold in part and bonds are bought.
pub(crate) const TEXT: &str = r#"{"as_of": "2026-11-25", "household_id": "smith", "currency": "USD",
 "target_allocation": {"Stocks": 0.60, "Bonds": 0.40}, "preferences": ["do_not_sell_lot_L1", "minimize_total_commissions"],
 "tax": {"short_term_rate": 0.3, "long_term_rate": 0.15, "ordinary_rate": 0.3},
 "accounts": [{"account_id": "joint", "kind": "taxable", "cash": 100.25, "holdings": [
   {"ticker": "SPY", "lots": [
    {"lot_id": "L1", "quantity": 60, "acquisition_date": "2020-01-02", "cost_basis_per_share": 440.10},
    {"lot_id": "L2", "quantity": 40.5, "acquisition_date": "2021-03-04", "cost_basis_per_share": 445.123456}]},
   {"ticker": "AGG", "lots": [
    {"lot_id": "L3", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 91.5}]}]}],
 "securities": [
  {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "kind": "etf"},
  {"ticker": "AGG", "asset_class": "Bonds", "current_price": 90.00, "kind": "etf"}]}"#;

static DRAWN: AtomicU64 = AtomicU64::new(0);

/// Random bits for an id: never the same twice, in no process.
pub(crate) fn draw() -> [u8; 10] {
    let mut bits = [0; 10];
    bits[2..].copy_from_slice(&DRAWN.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    bits[2..6].copy_from_slice(&std::process::id().to_be_bytes());
    bits
}

/// A broker who remembers: an order that it knows by its name is not executed again, but answered alike.
#[derive(Default)]
pub(crate) struct Broker {
    executions: BTreeSet<String>,
}

impl Broker {
    fn execute(&mut self, order: &Order) -> String {
        self.executions.insert(order.client_order_id.clone());
        format!("x-{}", order.client_order_id)
    }

    pub(crate) fn executed(&self) -> usize {
        self.executions.len()
    }
}

pub(crate) struct Story<'a> {
    pub(crate) books: &'a dyn Books,
    pub(crate) at: Timestamp,
}

impl<'a> Story<'a> {
    pub(crate) fn new(books: &'a dyn Books) -> Story<'a> {
        Story { books, at: start() }
    }

    fn event(&self) -> EventId {
        EventId::new(self.at, draw())
    }

    pub(crate) fn person(&self, name: &str) -> Result<Person, BooksError> {
        person_or_new(self.books, name, PersonId::new(self.at, draw()), self.at)
    }

    /// The household, made if it is not there.
    pub(crate) fn household(&self) -> Result<Household, BooksError> {
        if let Some(known) = self.books.reading().household_named("smith")? {
            return Ok(known);
        }
        let id = HouseholdId::new(self.at, draw());
        let owner = self.person("ann")?.id;
        let (policy, opened_at) = (Policy::default(), self.at);
        let name = "smith".to_owned();
        let household =
            Household { id, name, owner, policy, paused: false, version: 0, portfolio_version: 0, opened_at };
        let record = Record::new("household_opened", id, &owner.to_string(), self.at, "{}".to_owned());
        self.books.record(&Entry::new(record).with(Change::Household(household)))?;
        Ok(self.books.reading().household(id)?.unwrap())
    }

    /// The portfolio, imported if there is none.
    pub(crate) fn portfolio(&self, household: &Household) -> Result<KeptPortfolio, BooksError> {
        if let Some(known) = self.books.reading().portfolio(household.id)? {
            return Ok(known);
        }
        let imported = self.imported(household, 1, TEXT);
        let kept = imported.kept();
        self.books.record(&self.import(imported))?;
        Ok(kept)
    }

    pub(crate) fn imported(&self, household: &Household, version: u64, text: &str) -> Imported {
        let id = PortfolioId::new(self.at, draw());
        Imported::read(id, household.id, version, "test", text, self.at).unwrap()
    }

    pub(crate) fn import(&self, imported: Imported) -> Entry {
        let household = imported.kept().household;
        let kept = imported.kept();
        let record = Record::new("portfolio", household, "test", self.at, kept.text).about(&kept.id);
        Entry::new(record).with(Change::Portfolio(Box::new(imported)))
    }

    /// The start of a cycle, not yet written.
    pub(crate) fn cycle(
        &self,
        household: &Household,
        portfolio: &KeptPortfolio,
    ) -> (RecommendationId, Entry) {
        let (id, recommendation) = (CycleId::new(self.at, draw()), RecommendationId::new(self.at, draw()));
        let (household, portfolio, trigger) = (household.id, portfolio.id, "drift".to_owned());
        let opened = OpenedCycle { id, household, portfolio, trigger, at: self.at };
        let begun = Recommendation::begin(recommendation, household, id, self.at);
        (recommendation, Entry::started(opened, begun, "monitor"))
    }

    /// A recommendation that waits for approval.
    pub(crate) fn waiting(&self) -> Recommendation {
        let household = self.household().unwrap();
        loop {
            let portfolio = self.portfolio(&household).unwrap();
            if let Some(cycle) = self.books.reading().open_cycles().unwrap().into_iter().next() {
                let found = self.books.reading().recommendation_of(cycle.id).unwrap().unwrap();
                if found.state() == State::PendingApproval {
                    return found;
                }
            }
            self.next(&household, &portfolio, &mut Broker::default()).unwrap();
        }
    }

    /// From wherever the books stand to the end.
    pub(crate) fn drive(&self, broker: &mut Broker) -> Result<(), BooksError> {
        let household = self.household()?;
        while self.next(&household, &self.portfolio(&household)?, broker)? {}
        Ok(())
    }

    /// One step; `false` at the end.
    fn next(
        &self,
        household: &Household,
        portfolio: &KeptPortfolio,
        broker: &mut Broker,
    ) -> Result<bool, BooksError> {
        let Some(open) = self.books.reading().open_cycles()?.into_iter().next() else {
            if portfolio.version > 1 {
                return Ok(false);
            }
            let (_, entry) = self.cycle(household, portfolio);
            return self.books.record(&entry).map(|_| true);
        };
        let found = self.books.reading().recommendation_of(open.id)?.unwrap();
        let entry = match found.state() {
            State::PendingGeneration => self.propose(&found, portfolio),
            State::PendingValidation if found.kept().attempt == 1 => self.plain(&found, Step::Invalidate),
            State::ValidationFailed => self.plain(&found, Step::PromptAgain),
            State::PendingValidation => self.plain(&found, Step::Offer(offered(&portfolio.text, self.at))),
            State::PendingApproval => self.approve(&found, portfolio, household.owner)?,
            State::Approved => self.send(&found, portfolio, &household.policy)?,
            State::ExecutionInProgress => self.fill_or_complete(&found, household, portfolio, broker)?,
            other => panic!("{other} does not end an open cycle"),
        };
        self.books.record(&entry).map(|_| true)
    }

    pub(crate) fn plain(&self, found: &Recommendation, step: Step) -> Entry {
        Entry::moved(found.step(step, self.at).unwrap(), "cycle", self.event())
    }

    /// The first attempt is one that will be refused.
    fn propose(&self, found: &Recommendation, portfolio: &KeptPortfolio) -> Entry {
        let done = cycle(&portfolio.text, &Options::default()).unwrap();
        let number = found.kept().attempt;
        let plan_hash = if number == 1 { "f".repeat(64) } else { done.plan.plan_hash.clone() };
        let attempt = Attempt {
            recommendation: found.id(),
            attempt: number,
            portfolio: portfolio.id,
            planner: done.plan.planner.clone(),
            plan_hash: plan_hash.clone(),
            document: serde_json::to_string(&done.plan).unwrap(),
            trades: done.plan.trades,
            at: self.at,
        };
        self.plain(found, Step::Propose(plan_hash)).with(Change::Attempt(attempt))
    }

    fn approve(
        &self,
        found: &Recommendation,
        portfolio: &KeptPortfolio,
        who: PersonId,
    ) -> Result<Entry, BooksError> {
        let given = self.books.reading().approvals(found.id())?;
        let plan_hash = found.kept().plan_hash.clone().unwrap();
        let request = Request { person: who, plan_hash };
        let decision = decide(found, &given, &request, &self.now(portfolio), &Policy::default()).unwrap();
        Ok(self.decided(found, decision.into_step(), who))
    }

    pub(crate) fn now(&self, portfolio: &KeptPortfolio) -> Now {
        let read = portfolio::read(&portfolio.text).unwrap();
        Now { at: self.at, facts: Shown::of(&portfolio.text, &read) }
    }

    pub(crate) fn decided(&self, found: &Recommendation, step: Step, who: PersonId) -> Entry {
        Entry::moved(found.step(step, self.at).unwrap(), &who.to_string(), self.event())
    }

    /// Orders are written under their names before anything is sent.
    fn send(
        &self,
        found: &Recommendation,
        portfolio: &KeptPortfolio,
        policy: &Policy,
    ) -> Result<Entry, BooksError> {
        let attempt = self.books.reading().attempts(found.id())?.pop().unwrap();
        let approvals = self.books.reading().approvals(found.id())?;
        let trades = attempt.trades.clone();
        let approved = Approved::again(found, &approvals, &portfolio.text, trades, policy, self.at).unwrap();
        let mut entry = self.plain(found, Step::Send(approved));
        for (line, trade) in attempt.trades.iter().enumerate() {
            entry = entry.with(Change::Order(Order {
                client_order_id: client_order_id(found.id(), attempt.attempt, line),
                recommendation: found.id(),
                attempt: attempt.attempt,
                line: u32::try_from(line).unwrap(),
                broker: "simulated".to_owned(),
                account_id: trade.account_id.clone(),
                ticker: trade.ticker.clone(),
                side: trade.action,
                lot_id: trade.lot_id.clone(),
                quantity: trade.quantity.0,
                sent: None,
                sent_under: None,
                state: OrderState::Submitting,
                broker_order_id: None,
                version: 0,
                at: self.at,
            }));
        }
        Ok(entry)
    }

    fn fill_or_complete(
        &self,
        found: &Recommendation,
        household: &Household,
        portfolio: &KeptPortfolio,
        broker: &mut Broker,
    ) -> Result<Entry, BooksError> {
        let orders = self.books.reading().orders(found.id())?;
        if let Some(open) = orders.iter().find(|order| order.state != OrderState::Filled) {
            let lots = self.books.reading().lots(portfolio.id)?;
            return Ok(self.fill(open, household, &lots, broker));
        }
        let bookings = self.books.reading().bookings(household.id)?;
        let text = text_after(&portfolio.text, &bookings);
        let imported = self.imported(household, portfolio.version + 1, &text);
        let entry = self.plain(found, Step::Complete).with(Change::Portfolio(Box::new(imported)));
        Ok(entry.with(Change::CycleClosed(found.kept().cycle, Closing::Finished)))
    }

    fn fill(&self, order: &Order, household: &Household, lots: &[HeldLot], broker: &mut Broker) -> Entry {
        let execution_id = broker.execute(order);
        let price = if order.ticker == "SPY" { Decimal::new(45001, 2) } else { Decimal::new(8999, 2) };
        let fill = Fill {
            broker: order.broker.clone(),
            execution_id: execution_id.clone(),
            client_order_id: order.client_order_id.clone(),
            quantity: order.quantity,
            price,
            fees: Decimal::new(1, 2),
            at: self.at,
        };
        let gross = order.quantity * price;
        let sold = order.side == Side::Sell;
        let booking = Booking {
            id: TransactionId::new(self.at, draw()),
            household: household.id,
            account_id: order.account_id.clone(),
            date: jiff::civil::date(2026, 11, 25),
            action: order.side.word().to_owned(),
            ticker: Some(order.ticker.clone()),
            lot_id: order.lot_id.clone(),
            quantity: order.quantity,
            price,
            fees: fill.fees,
            cash: if sold { gross - fill.fees } else { -gross - fill.fees },
            fill: Some((fill.broker.clone(), execution_id)),
        };
        let body = format!("{{\"order\": \"{}\"}}", order.client_order_id);
        let record = Record::new("fill", household.id, "broker", self.at, body);
        let filled =
            Order { state: OrderState::Filled, broker_order_id: Some("b".to_owned()), ..order.clone() };
        let mut entry = Entry::new(record).with(Change::Order(filled)).with(Change::Fill(fill));
        let gain =
            lots.iter().find(|lot| Some(&lot.lot_id) == order.lot_id.as_ref()).map(|lot| gain(&booking, lot));
        entry = entry.with(Change::Booking(booking));
        gain.into_iter().fold(entry, |entry, gain| entry.with(Change::Gain(gain)))
    }
}

fn gain(booking: &Booking, lot: &HeldLot) -> Gain {
    let basis = booking.quantity * lot.basis_per_share;
    Gain {
        transaction: booking.id,
        lot_id: lot.lot_id.clone(),
        household: booking.household,
        acquired: lot.acquired,
        sold: booking.date,
        quantity: booking.quantity,
        proceeds: booking.cash,
        basis,
        gain: booking.cash - basis,
        long_term: true,
        disallowed: Decimal::ZERO,
    }
}

fn offered(text: &str, at: Timestamp) -> Offered {
    let done = cycle(text, &Options::default()).unwrap();
    Offered::of(text, &done, &Policy::default(), None, at, None).unwrap()
}

/// The document with what was booked in it: cash, sold shares, a lot per purchase.
fn text_after(text: &str, bookings: &[Booking]) -> String {
    let mut document: serde_json::Value = serde_json::from_str(text).unwrap();
    let account = &mut document["accounts"][0];
    let read = portfolio::read(text).unwrap();
    let cash: Decimal = read.accounts[0].cash + bookings.iter().map(|b| b.cash).sum::<Decimal>();
    account["cash"] = cash.normalize().to_string().into();
    for (n, booking) in bookings.iter().enumerate() {
        let holdings = account["holdings"].as_array_mut().unwrap();
        let holding =
            holdings.iter_mut().find(|h| h["ticker"].as_str() == booking.ticker.as_deref()).unwrap();
        let lots = holding["lots"].as_array_mut().unwrap();
        if booking.action == "BUY" {
            lots.push(serde_json::json!({"lot_id": format!("N{n}"), "quantity": booking.quantity.normalize().to_string(),
                "acquisition_date": "2026-11-25", "cost_basis_per_share": booking.price.normalize().to_string()}));
            continue;
        }
        let held =
            read.lots.iter().find(|lot| Some(&lot.lot_id) == booking.lot_id.as_ref()).unwrap().quantity;
        let left = held - booking.quantity;
        lots.retain_mut(|lot| {
            if lot["lot_id"].as_str() == booking.lot_id.as_deref() {
                lot["quantity"] = left.normalize().to_string().into();
            }
            lot["lot_id"].as_str() != booking.lot_id.as_deref() || left > Decimal::ZERO
        });
    }
    document.to_string()
}

/// What has to be the same however often the program was stopped: no ids, no times.
#[derive(Debug, PartialEq)]
pub(crate) struct Ending {
    cash: Vec<(String, Decimal)>,
    lots: Vec<HeldLot>,
    booked: Vec<(String, Option<String>, Decimal, Decimal)>,
    gains: Vec<Decimal>,
    orders: usize,
    fills: usize,
    attempts: usize,
    approvals: usize,
    events: u64,
    records: u64,
    cycles: usize,
}

pub(crate) fn ending(books: &dyn Books) -> Ending {
    let reading = books.reading();
    let household = reading.household_named("smith").unwrap().unwrap();
    let portfolio = reading.portfolio(household.id).unwrap().unwrap();
    let done = reading.recommendations(State::ExecutedSuccessfully).unwrap();
    let orders: Vec<Order> = done.iter().flat_map(|r| reading.orders(r.id()).unwrap()).collect();
    let booked = reading.bookings(household.id).unwrap();
    let mut booked: Vec<_> = booked.into_iter().map(|b| (b.action, b.ticker, b.quantity, b.cash)).collect();
    booked.sort();
    Ending {
        cash: reading.balances(portfolio.id).unwrap().into_iter().map(|b| (b.account_id, b.cash)).collect(),
        lots: reading.lots(portfolio.id).unwrap(),
        booked,
        gains: reading.gains(household.id).unwrap().into_iter().map(|g| g.gain).collect(),
        fills: orders.iter().map(|o| reading.fills(&o.client_order_id).unwrap().len()).sum(),
        orders: orders.len(),
        attempts: done.iter().map(|r| reading.attempts(r.id()).unwrap().len()).sum(),
        approvals: done.iter().map(|r| reading.approvals(r.id()).unwrap().len()).sum(),
        events: reading.pending_events().unwrap(),
        records: reading.record_count().unwrap(),
        cycles: reading.open_cycles().unwrap().len(),
    }
}

impl Ending {
    /// What must be there at all, and cash to the cent: what was there, and every fill of it.
    pub(crate) fn check(&self) {
        let booked: Decimal = self.booked.iter().map(|b| b.3).sum();
        assert_eq!(self.cash, [("joint".to_owned(), Decimal::new(10025, 2) + booked)]);
        assert!(
            self.orders >= 2 && self.fills == self.orders && self.booked.len() == self.orders,
            "{self:?}"
        );
        assert!(!self.gains.is_empty(), "something is sold");
        assert_eq!((self.attempts, self.approvals, self.cycles), (2, 1, 0));
    }
}
