//! What is written, read again: each question is one look at one moment.

use jiff::Timestamp;
use rebalance::books::{
    Attempt, Balance, BlotterLine, Booking, BooksError, Closing, DriftPoint, Fill, Gain, HeldLot, Household,
    KeptPortfolio, Listed, Listing, OpenedCycle, Order, Person, PricePoint, Reading, Setting, Washed,
};
use rebalance::id::{CycleId, HouseholdId, PersonId, PortfolioId, RecommendationId};
use rebalance::life::{Approval, Recommendation, State};

use crate::store::Store;
use crate::{
    approvals, attempts, blotter, bookings, cycles, drift, fills, households, listed, log, orders, outbox,
    people, portfolios, prices, proposals, settings,
};

type Read<T> = Result<T, BooksError>;

impl Reading for Store {
    fn person(&self, name: &str) -> Read<Option<Person>> {
        self.ask(async |work| people::named(work, name).await)
    }

    fn people(&self) -> Read<Vec<Person>> {
        self.ask(async |work| people::all(work).await)
    }

    fn household(&self, id: HouseholdId) -> Read<Option<Household>> {
        self.ask(async |work| households::by_id(work, id).await)
    }

    fn household_named(&self, name: &str) -> Read<Option<Household>> {
        self.ask(async |work| households::named(work, name).await)
    }

    fn households(&self) -> Read<Vec<Household>> {
        self.ask(async |work| households::all(work).await)
    }

    fn households_of(&self, owner: PersonId) -> Read<Vec<Household>> {
        self.ask(async |work| households::of_owner(work, owner).await)
    }

    fn portfolio(&self, household: HouseholdId) -> Read<Option<KeptPortfolio>> {
        self.ask(async |work| portfolios::present(work, household).await)
    }

    fn portfolio_version(&self, id: PortfolioId) -> Read<Option<KeptPortfolio>> {
        self.ask(async |work| portfolios::version(work, id).await)
    }

    fn balances(&self, portfolio: PortfolioId) -> Read<Vec<Balance>> {
        self.ask(async |work| portfolios::balances(work, portfolio).await)
    }

    fn lots(&self, portfolio: PortfolioId) -> Read<Vec<HeldLot>> {
        self.ask(async |work| portfolios::lots(work, portfolio).await)
    }

    fn price(&self, ticker: &str, at: Timestamp) -> Read<Option<PricePoint>> {
        self.ask(async |work| prices::newest(work, ticker, at).await)
    }

    fn prices(&self, tickers: &[String], at: Timestamp) -> Read<Vec<PricePoint>> {
        // A single statement sees one moment by itself.
        if tickers.len() <= prices::TOGETHER {
            return self.ask(async |work| prices::newest_of(work, tickers, at).await);
        }
        self.look(async |work| prices::newest_of(work, tickers, at).await)
    }

    fn drift(&self, household: HouseholdId, since: Timestamp) -> Read<Vec<DriftPoint>> {
        self.ask(async |work| drift::since(work, household, since).await)
    }

    fn open_cycles(&self) -> Read<Vec<OpenedCycle>> {
        self.ask(async |work| cycles::all_open(work).await)
    }

    fn open_cycle(&self, household: HouseholdId) -> Read<Option<OpenedCycle>> {
        self.ask(async |work| cycles::open_of(work, household).await)
    }

    fn closing(&self, cycle: CycleId) -> Read<Option<Closing>> {
        self.ask(async |work| cycles::closing(work, cycle).await)
    }

    fn recommendation(&self, id: RecommendationId) -> Read<Option<Recommendation>> {
        self.ask(async |work| proposals::by_id(work, id).await)
    }

    fn recommendation_of(&self, cycle: CycleId) -> Read<Option<Recommendation>> {
        self.ask(async |work| proposals::of_cycle(work, cycle).await)
    }

    fn recommendations(&self, state: State) -> Read<Vec<Recommendation>> {
        self.ask(async |work| proposals::in_state(work, state).await)
    }

    fn listed(&self, wanted: &Listing) -> Read<Vec<Listed>> {
        self.ask(async |work| listed::of(work, wanted).await)
    }

    fn approvers(&self, of: &[RecommendationId]) -> Read<Vec<(RecommendationId, String, PersonId)>> {
        self.ask(async |work| listed::approvers(work, of).await)
    }

    fn attempts(&self, id: RecommendationId) -> Read<Vec<Attempt>> {
        self.ask(async |work| attempts::of(work, id).await)
    }

    fn approvals(&self, id: RecommendationId) -> Read<Vec<Approval>> {
        self.ask(async |work| approvals::of(work, id).await)
    }

    fn orders(&self, id: RecommendationId) -> Read<Vec<Order>> {
        self.ask(async |work| orders::of(work, id).await)
    }

    fn order(&self, client_order_id: &str) -> Read<Option<Order>> {
        self.look(async |work| orders::named(work, client_order_id).await)
    }

    fn open_orders(&self, broker: &str) -> Read<Vec<Order>> {
        self.look(async |work| orders::open(work, broker).await)
    }

    fn orders_since(&self, at: Timestamp) -> Read<Vec<Order>> {
        self.ask(async |work| orders::since(work, at).await)
    }

    fn orders_sent_since(&self, at: Timestamp) -> Read<u64> {
        self.look(async |work| orders::sent_since(work, at).await)
    }

    fn fills(&self, client_order_id: &str) -> Read<Vec<Fill>> {
        self.ask(async |work| fills::of(work, client_order_id).await)
    }

    fn fills_of(&self, id: RecommendationId) -> Read<Vec<Fill>> {
        self.ask(async |work| fills::of_all(work, id).await)
    }

    fn blotter(&self, client_order_id: &str) -> Read<Vec<BlotterLine>> {
        self.ask(async |work| blotter::of(work, client_order_id).await)
    }

    fn blotter_fill(&self, execution_id: &str) -> Read<Option<BlotterLine>> {
        self.ask(async |work| blotter::named(work, execution_id).await)
    }

    fn bookings(&self, household: HouseholdId) -> Read<Vec<Booking>> {
        self.ask(async |work| bookings::of(work, household).await)
    }

    fn washes(&self, household: HouseholdId) -> Read<Vec<Washed>> {
        self.ask(async |work| bookings::washes(work, household).await)
    }

    fn gains(&self, household: HouseholdId) -> Read<Vec<Gain>> {
        self.ask(async |work| bookings::gains(work, household).await)
    }

    fn setting(&self, scope: &str, name: &str) -> Read<Option<Setting>> {
        self.ask(async |work| settings::get(work, scope, name).await)
    }

    fn settings_of(&self, scope: &str) -> Read<Vec<Setting>> {
        self.ask(async |work| settings::of_scope(work, scope).await)
    }

    fn settings_named(&self, name: &str) -> Read<Vec<Setting>> {
        self.ask(async |work| settings::of_name(work, name).await)
    }

    fn setting_unless(&self, scope: &str, name: &str, version: u64) -> Read<Option<Setting>> {
        self.ask(async |work| settings::get_unless(work, scope, name, version).await)
    }

    fn pending_events(&self) -> Read<u64> {
        self.ask(async |work| outbox::pending(work).await)
    }

    fn record_count(&self) -> Read<u64> {
        self.ask(async |work| log::size(work).await)
    }
}
