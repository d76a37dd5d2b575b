//! A look at a household: how far it has drifted, whether that is a reason to act, and if so the start of a cycle.
//!
//! In: a household and the prices on record. Out: one entry with the drift, the decision with its reasons, what the watch remembers
//! and, where it acts, the portfolio at these prices and the cycle over it. Invariant: that nothing is done has its reason on
//! record; a reason that stays the same is written down again once an hour, not at every tick.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use monitor::history::Point;
use monitor::watch::{Decision, Facts, Rest, Verdict};
use monitor::{DriftReport, harvest};
use portfolio::exchange::{self, eastern};
use serde::Serialize;

use super::failure::KeepingError;
use super::prices::LiveDocument;
use super::{Done, Keeper, Taken};
use crate::books::{Change, DriftPoint, Entry, Household, Imported, KeptPortfolio, OpenedCycle, Record};
use crate::id::{CycleId, PortfolioId, RecommendationId};
use crate::life::Recommendation;

/// How long a reason may stay the same before it is written down again.
const SAME_REASON: SignedDuration = SignedDuration::from_hours(1);

#[derive(Serialize)]
struct Seen<'a> {
    portfolio: String,
    decision: &'a Decision,
    /// The same reasons as in the record before.
    repeated: bool,
    drift: &'a DriftReport,
}

impl Keeper<'_> {
    /// Looks at a household; `None` where nothing new was seen.
    pub(super) fn look(&self, household: &Household) -> Result<Option<Done>, KeepingError> {
        let Some(kept) = self.books.reading().portfolio(household.id)? else { return Ok(None) };
        let now = self.world.now();
        let live = self.live(&kept, now)?;
        let unusable = self.unusable_of(&live.read, &live.prices, now)?;
        if !unusable.is_empty() {
            return self.rest_unpriced(household, &unusable);
        }
        let report = monitor::monitor(&live.read);
        let mut watching = self.watching(household)?;
        if household.paused && watching.watch.paused(now).is_none() {
            watching.watch.pause(now, None, "the household is paused")?;
        }
        let rebalances = self.rebalances(household)?;
        let opportunities = harvest::opportunities(&live.read, &watching.policy.harvest);
        let decision = watching.watch.tick(&Facts {
            now,
            portfolio: &live.read,
            report: &report,
            policy: &watching.policy,
            rebalances: &rebalances,
            flows: &self.flows(household)?,
            opportunities: &opportunities,
        })?;
        if !is_news(&decision, watching.written_at) {
            return Ok(None);
        }
        let seen = Seen {
            portfolio: kept.id.to_string(),
            decision: &decision,
            repeated: decision.repeated,
            drift: &report,
        };
        let body = serde_json::to_string(&seen)?;
        let point = Point::of(now, &report);
        let entry = Entry::new(Record::new("drift", household.id, "monitor", now, body))
            .with(Change::Drift(DriftPoint {
                household: household.id,
                portfolio: kept.id,
                at: now,
                absolute: point.absolute,
                largest: point.maximum,
                breaches: point.breaches,
                act: decision.acts(),
                why: decision.words(),
            }))
            .with(watching.kept(now)?);
        let words = decision.words();
        if !decision.acts() {
            self.write(entry)?;
            return Ok(Some(Done::of(household, None, Taken::Rested, words)));
        }
        let (id, begun) = self.beginning(household, &kept, &live, &decision.codes().join(", "))?;
        self.write(entry.and(begun))?;
        Ok(Some(Done::of(household, Some(id), Taken::Began, words)))
    }

    /// The start of a cycle over the portfolio at the prices of now, and why.
    pub(super) fn beginning(
        &self,
        household: &Household,
        kept: &KeptPortfolio,
        live: &LiveDocument,
        trigger: &str,
    ) -> Result<(RecommendationId, Entry), KeepingError> {
        let now = self.world.now();
        let id = PortfolioId::new(now, self.world.draw());
        let priced = Imported::read(id, household.id, kept.version + 1, "market", &live.text, now)?;
        let record = Record::new("portfolio", household.id, "ingest", now, live.text.clone()).about(&id);
        let entry = Entry::new(record).with(Change::Portfolio(Box::new(priced)));
        let opened = OpenedCycle {
            id: CycleId::new(now, self.world.draw()),
            household: household.id,
            portfolio: id,
            trigger: trigger.to_owned(),
            at: now,
        };
        let recommendation = RecommendationId::new(now, self.world.draw());
        let begun = Recommendation::begin(recommendation, household.id, opened.id, now);
        Ok((recommendation, entry.and(Entry::started(opened, begun, "monitor"))))
    }

    /// The days on which something was traded for a household.
    pub(super) fn rebalances(&self, household: &Household) -> Result<Vec<Date>, KeepingError> {
        let bookings = self.books.reading().bookings(household.id)?;
        let mut days: Vec<Date> = bookings.iter().filter(|b| b.fill.is_some()).map(|b| b.date).collect();
        days.sort_unstable();
        days.dedup();
        Ok(days)
    }

    /// The day in New York.
    pub(super) fn today(&self) -> Date {
        eastern(self.world.now()).date()
    }
}

/// Whether a decision has to be written down: it acts, its reasons are others, it counts ticks, or an hour has passed.
fn is_news(decision: &Decision, written_at: Option<Timestamp>) -> bool {
    match &decision.verdict {
        Verdict::Act(_) => true,
        Verdict::Rest(Rest::NotNewer { .. }) => false,
        Verdict::Rest(_) => {
            // While the market is closed nothing is counted.
            let is_open = exchange::session_at(decision.at).is_ok_and(|session| session.is_some());
            let counts = is_open && decision.codes().contains(&"rest.not_persistent");
            let long_ago = written_at.is_none_or(|at| decision.at.duration_since(at) >= SAME_REASON);
            !decision.repeated || counts || long_ago
        }
    }
}
