//! Every order has ended: the books become the next version of the portfolio, and what failed is tried again.
//!
//! In: orders with their fills. Out: the document after the fills, with `Executed_Successfully` and the end of the cycle, or with
//! `Execution_Failed` and then a new plan over what is left. Invariant: the next version holds exactly what the one before held
//! and the bookings changed.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::Date;
use monitor::watch::Outcome;
use portfolio::Portfolio;

use super::document::{self, Booked, HeldAccount, News, TaxPosition};
use super::failure::KeepingError;
use super::hours::Hours;
use super::plan::Run;
use super::progress::Progress;
use super::washed::{Deal, washed};
use super::{Done, Keeper, PLANS_MAX, Taken, later};
use crate::books::recipe::proposed;
use crate::books::{
    Booking, BooksError, Change, Closing, Entry, Fill, Gain, Household, Imported, KeptPortfolio, OpenedCycle,
    OrderState, Record, Setting, Washed,
};
use crate::id::{PortfolioId, RecommendationId};
use crate::life::offer::NoOffer;
use crate::life::{Offered, Recommendation, Step};

/// Prices of a portfolio that are older are taken anew before it is planned for again.
const STALE: SignedDuration = SignedDuration::from_mins(1);

/// The name of how often what was filled of a plan was settled, among the settings of the plan.
const SETTLED: &str = "settled";

/// What is so after the fills of a plan.
#[derive(Debug)]
pub(super) struct AfterFills {
    pub(super) accounts: Vec<HeldAccount>,
    /// Losses that do not count.
    pub(super) washes: Vec<Washed>,
    /// What was realised in accounts that are taxed.
    pub(super) realised: Vec<Gain>,
    /// The transactions as a document tells them.
    pub(super) booked: Vec<Booked>,
    /// The last day on which something was filled.
    pub(super) rebalanced: Option<Date>,
}

impl AfterFills {
    /// Where the tax stands on a day. `read` is the document before the fills.
    pub(super) fn tax_on(&self, read: &Portfolio, day: Date) -> TaxPosition {
        tax_after(&self.realised, read, day)
    }
}

/// Where the tax stands on a day with what was realised in accounts that are taxed; what was sold before a year ended is of that year. `read` is the document before the fills.
pub(super) fn tax_after(realised: &[Gain], read: &Portfolio, day: Date) -> TaxPosition {
    let mut tax = TaxPosition::of(&read.tax);
    let (this_year, next_year): (Vec<&Gain>, Vec<&Gain>) =
        realised.iter().partition(|gain| gain.sold.year() <= read.as_of.year());
    this_year.into_iter().for_each(|gain| tax.count(gain));
    tax = later::tax_on(read, tax, day);
    next_year.into_iter().for_each(|gain| tax.count(gain));
    tax
}

impl Keeper<'_> {
    /// The next version of the portfolio, and the end or the failure of the execution.
    pub(super) fn finish(
        &self,
        household: &Household,
        found: &Recommendation,
        progress: &Progress,
    ) -> Result<Done, KeepingError> {
        let now = self.world.now();
        let settling = self.settling(found.id(), Some(progress))?;
        let entry = self.next_version(household, found, progress)?.with(settling);
        let unfilled = progress.orders.iter().filter(|(order, _)| order.state != OrderState::Filled).count();
        if unfilled == 0 {
            let open = self.open(found)?;
            let words =
                format!("all {} orders are filled and booked{}", progress.orders.len(), less(progress));
            let closing = self.closing(household, &open, Closing::Finished, Outcome::Executed, &words)?;
            let moved = Entry::moved(found.step(Step::Complete, now)?, "cycle", self.event());
            self.write(moved.and(entry).and(closing))?;
            return Ok(Done::of(household, Some(found.id()), Taken::Executed, words));
        }
        let words =
            format!("{unfilled} of {} orders were not filled; what was is booked", progress.orders.len());
        self.write(Entry::moved(found.step(Step::Fail, now)?, "cycle", self.event()).and(entry))?;
        Ok(Done::of(household, Some(found.id()), Taken::Failed, words))
    }

    /// The document after the fills, at the prices of now.
    fn next_version(
        &self,
        household: &Household,
        found: &Recommendation,
        progress: &Progress,
    ) -> Result<Entry, KeepingError> {
        let now = self.world.now();
        let kept = self.version(self.last_attempt(found)?.portfolio)?;
        let bookings = self.books.reading().bookings(household.id)?;
        let gains = self.books.reading().gains(household.id)?;
        let after = self.after_fills(household, progress, &bookings, gains)?;
        let prices = self.prices_of(&progress.read, now)?;
        let news = News::of_day(&progress.read, self.today(), &prices, &after.accounts);
        let tax = Some(after.tax_on(&progress.read, news.day));
        let news = News { booked: &after.booked, tax, rebalanced: after.rebalanced, ..news };
        let text = document::written(&kept.text, &news)?;
        let id = PortfolioId::new(now, self.world.draw());
        let next = Imported::read(id, household.id, kept.version + 1, "fill", &text, now)?;
        let record = Record::new("portfolio", household.id, "cycle", now, text).about(&id);
        let mut entry = Entry::new(record).with(Change::Portfolio(Box::new(next)));
        if !after.washes.is_empty() {
            let body = serde_json::json!({ "washes": after.washes.iter().map(told).collect::<Vec<_>>() });
            let record = Record::new("wash_sale", household.id, "cycle", now, body.to_string());
            entry = entry.recording(record.about(&found.id()));
        }
        Ok(after.washes.into_iter().fold(entry, |entry, washed| entry.with(Change::Washed(washed))))
    }

    /// What is held, realised and booked after the fills of a plan; of the bookings and gains of the household those count that are of its fills.
    pub(super) fn after_fills(
        &self,
        household: &Household,
        progress: &Progress,
        bookings: &[Booking],
        mut gains: Vec<Gain>,
    ) -> Result<AfterFills, KeepingError> {
        let fills = progress.orders.iter().flat_map(|(_, fills)| fills);
        let fills: Vec<(String, String)> =
            fills.map(|f| (f.broker.clone(), f.execution_id.clone())).collect();
        let ours = |b: &&Booking| b.fill.as_ref().is_some_and(|fill| fills.contains(fill));
        let bookings: Vec<&Booking> = bookings.iter().filter(ours).collect();
        let mut accounts = progress.accounts.clone();
        let washes = self.washed(household, progress, &bookings, &gains, &mut accounts)?;
        for washed in &washes {
            let of_it = |gain: &&mut Gain| gain.transaction == washed.sale && gain.lot_id == washed.lot_id;
            gains.iter_mut().filter(of_it).for_each(|gain| gain.disallowed += washed.disallowed);
        }
        let taxed = bookings.iter().filter(|booking| progress.is_taxed(&booking.account_id));
        let realised = taxed.filter_map(|booking| gains.iter().find(|gain| gain.transaction == booking.id));
        let realised: Vec<Gain> = realised.cloned().collect();
        let mut booked = Vec::new();
        for booking in &bookings {
            booked.push(Booked::of(booking, gains.iter().find(|gain| gain.transaction == booking.id)));
        }
        let rebalanced = bookings.iter().map(|b| b.date).max();
        Ok(AfterFills { accounts, washes, realised, booked, rebalanced })
    }

    /// The change by which of two who settle what was filled of a plan only one can: the end of its execution, the plan after it, or the correction of a
    /// fill. Taken before what it rests on is read, or with what was read, which has to be what is on record then.
    pub(super) fn settling(
        &self,
        id: RecommendationId,
        progress: Option<&Progress>,
    ) -> Result<Change, KeepingError> {
        let (scope, name, at) = (id.to_string(), SETTLED.to_owned(), self.world.now());
        let version = self.books.reading().setting(&scope, SETTLED)?.map_or(0, |setting| setting.version) + 1;
        if let Some(progress) = progress {
            let read = progress.orders.iter().flat_map(|(_, fills)| fills);
            let mut read: Vec<&str> = read.map(|fill| fill.execution_id.as_str()).collect();
            let attempt = progress.orders.iter().map(|(order, _)| order.client_order_id.as_str());
            let attempt: BTreeSet<&str> = attempt.collect();
            let now = self.books.reading().fills_of(id)?;
            let mut now: Vec<&str> = now
                .iter()
                .filter(|fill| attempt.contains(fill.client_order_id.as_str()))
                .map(|fill| fill.execution_id.as_str())
                .collect();
            read.sort_unstable();
            now.sort_unstable();
            if read != now {
                let what = format!("fills of `{id}`");
                return Err(BooksError::Conflict { what, version }.into());
            }
        }
        Ok(Change::Setting(Setting { scope, name, value: version.to_string(), version, at }))
    }

    /// Losses of the plan that do not count; `accounts` gets the bases that follow.
    fn washed(
        &self,
        household: &Household,
        progress: &Progress,
        bookings: &[&Booking],
        gains: &[Gain],
        accounts: &mut [HeldAccount],
    ) -> Result<Vec<Washed>, KeepingError> {
        let of_fill = |booking: &Booking| {
            let named = |fill: &Fill| {
                booking.fill.as_ref().is_some_and(|(at, id)| *at == fill.broker && *id == fill.execution_id)
            };
            progress.orders.iter().find(|(_, fills)| fills.iter().any(named)).map(|(order, _)| order)
        };
        let mut deals = Vec::new();
        for booking in bookings {
            let Some(order) = of_fill(booking) else { continue };
            let gain = gains.iter().find(|gain| gain.transaction == booking.id);
            let lot_id = order.lot_id.as_deref().unwrap_or(&order.client_order_id);
            deals.push(Deal { booking, gain, lot_id });
        }
        deals.sort_by_key(|deal| (deal.booking.date, deal.booking.id));
        let before = self.books.reading().washes(household.id)?;
        let used = before.into_iter().map(|washed| washed.replacement).collect();
        Ok(washed(&progress.read, accounts, &deals, &used))
    }

    /// A new plan over what is left, or the end of the cycle; `None` until the household may trade again.
    pub(super) fn retry(
        &self,
        household: &Household,
        open: &OpenedCycle,
        found: &Recommendation,
    ) -> Result<Option<Done>, KeepingError> {
        let end = |closing: Closing, outcome: Outcome, why: &str| -> Result<Option<Done>, KeepingError> {
            self.write(self.closing(household, open, closing, outcome, why)?)?;
            Ok(Some(Done::of(household, Some(found.id()), Taken::Closed(closing), why)))
        };
        if let Some(done) = self.split_up(household)? {
            return Ok(Some(done));
        }
        let settling = self.settling(found.id(), None)?;
        let number = found.kept().attempt;
        let tried = self.books.reading().attempts(found.id())?.len();
        if tried >= PLANS_MAX as usize {
            let why = format!("{PLANS_MAX} plans were tried at the broker");
            // To the watch it is as if nobody had answered: it is quiet until the drift grows.
            return end(Closing::GivenUp, Outcome::Expired, &why);
        }
        let kept = self.books.reading().portfolio(household.id)?;
        let kept =
            kept.ok_or_else(|| KeepingError::Unknown { what: format!("portfolio of `{}`", household.name) })?;
        let now = self.world.now();
        if Hours::at(portfolio::read(&kept.text)?.wishes.window, now)?.is_none() {
            return Ok(None);
        }
        let (kept, priced) = self.priced_again(household, kept)?;
        let unusable = self.unusable(&portfolio::read(&kept.text)?, now)?;
        if !unusable.is_empty() {
            return self.rest_unpriced(household, &unusable);
        }
        let Run { made, took, recipe } = self.run(household, &kept)?;
        let moment = self.moment(household, &kept)?;
        let offered = match Offered::of(&kept.text, &made, &household.policy, None, now, Some(&moment)) {
            Ok(offered) => offered,
            Err(NoOffer::NothingToDo) => {
                return end(Closing::Finished, Outcome::Executed, "nothing is left to do");
            }
            Err(NoOffer::Infeasible) => {
                let why = "no plan over what is left keeps every rule";
                return end(Closing::NoFeasiblePlan, Outcome::Expired, why);
            }
            Err(other) => return end(Closing::GivenUp, Outcome::Expired, &other.to_string()),
        };
        let attempt = self.attempt(found, number + 1, &kept, &made)?;
        // An approval counts for one plan: the same again is another proposal, which somebody asks for or a later drift begins.
        if self.books.reading().attempts(found.id())?.iter().any(|it| it.plan_hash == attempt.plan_hash) {
            let why = "the same plan as before would be proposed; it was approved and not filled, so ask for a plan anew";
            return end(Closing::GivenUp, Outcome::Expired, why);
        }
        if let Some(why) = self.unsendable(&kept.text, &made)? {
            let why = format!("an order of the next plan would never be sent: {why}");
            return end(Closing::GivenUp, Outcome::Expired, &why);
        }
        let told = self.told(household, found, &made, &took)?.and(self.judged(household, found, &made)?);
        let moved = found.step(Step::Retry(offered), now)?;
        let entry = Entry::moved(moved, "cycle", self.event())
            .recording(proposed(&attempt, household.id, &recipe, "cycle"))
            .with(Change::Attempt(attempt))
            .with(settling);
        self.write(match priced {
            Some(priced) => priced.and(entry).and(told),
            None => entry.and(told),
        })?;
        let words = made.plan.summary_rationale.clone();
        Ok(Some(Done { took, ..Done::of(household, Some(found.id()), Taken::OfferedAgain, words) }))
    }

    /// The portfolio at the prices of now, with the entry of its next version where time has passed since the last.
    fn priced_again(
        &self,
        household: &Household,
        kept: KeptPortfolio,
    ) -> Result<(KeptPortfolio, Option<Entry>), KeepingError> {
        let now = self.world.now();
        if now.duration_since(kept.at) < STALE {
            return Ok((kept, None));
        }
        let live = self.live(&kept, now)?;
        let id = PortfolioId::new(now, self.world.draw());
        let next = Imported::read(id, household.id, kept.version + 1, "market", &live.text, now)?;
        let record = Record::new("portfolio", household.id, "ingest", now, live.text).about(&id);
        let kept = next.kept();
        Ok((kept, Some(Entry::new(record).with(Change::Portfolio(Box::new(next))))))
    }
}

/// A loss that does not count, as it is on record.
fn told(washed: &Washed) -> serde_json::Value {
    serde_json::json!({
        "transaction": washed.sale.to_string(),
        "lot_id": washed.lot_id,
        "replacement": washed.replacement,
        "shares": washed.shares.to_string(),
        "disallowed": washed.disallowed.to_string(),
        "treatment": washed.treatment.word(),
    })
}

/// What was bought less than planned, since the sales brought less cash.
fn less(progress: &Progress) -> String {
    let orders = progress.orders.iter().map(|(order, _)| order);
    let less = orders.filter(|order| order.asked() < order.quantity).map(|order| {
        format!("; {} {} less than planned", (order.quantity - order.asked()).normalize(), order.ticker)
    });
    less.collect()
}
