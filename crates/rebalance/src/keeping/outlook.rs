//! What happens next with a household, and when; and what somebody should know of it now.
//!
//! In: a household with what is on record of it. Out: an [`Outlook`]. Invariants: nothing is written; what is said follows from the same books and
//! the same rules by which the next step is taken, so that it is what will be done if nothing changes.

use jiff::Timestamp;
use monitor::DriftReport;
use portfolio::Portfolio;
use portfolio::schedule::{self, Moment, Opening};

use super::failure::KeepingError;
use super::model_portfolio::Followed;
use super::{Keeper, standing::Standing};
use crate::books::{Household, OrderState};
use crate::id::RecommendationId;
use crate::life::{Recommendation, State};

/// What happens next, and what to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// What happens next.
    pub next: Next,
    /// When it was looked at last.
    pub last_look: Option<Timestamp>,
    /// The security whose price is the oldest, and of when that is.
    pub oldest_price: Option<(String, Timestamp)>,
    /// Classes of which nothing is said, since somebody has answered or asked for quiet: each until when.
    pub quiet: Vec<(String, Timestamp)>,
    /// What somebody should know: code, words.
    pub alerts: Vec<(&'static str, String)>,
    /// What it wants to hear of, and from when on.
    pub standing: Standing,
    /// The proposal that is open, and its state.
    pub open: Option<(RecommendationId, State)>,
    /// The model portfolio that it follows.
    pub followed: Option<Followed>,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// `approval`, `planning`, `sending`, `executing`, `retry`, `paused`, `no_portfolio`, `prices`, `cooling`, `quiet`, `closed`, `lasting`, `watching`.
    pub code: &'static str,
    /// In words.
    pub words: String,
    /// When, or until when.
    pub at: Option<Timestamp>,
    /// The proposal that it is about.
    pub proposal: Option<RecommendationId>,
}

impl Next {
    fn new(code: &'static str, words: impl Into<String>, at: Option<Timestamp>) -> Next {
        Next { code, words: words.into(), at, proposal: None }
    }
}

impl Keeper<'_> {
    /// What happens next with a household; `live` is it at the prices of now, where it has a document, with its drift.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn outlook(
        &self,
        household: &Household,
        live: Option<(&Portfolio, &DriftReport)>,
    ) -> Result<Outlook, KeepingError> {
        let now = self.world.now();
        let reading = self.books.reading();
        let watching = self.watching(household)?;
        let standing = watching.stands(now);
        let open = match reading.open_cycle(household.id)? {
            Some(cycle) => reading.recommendation_of(cycle.id)?,
            None => None,
        };
        let mut alerts = Vec::new();
        if let Some(reason) = self.halted()? {
            alerts.push(("halted", format!("nothing is sent to any broker: {reason}")));
        }
        let followed = self.followed(household)?;
        if let Some((of, why)) = followed.as_ref().and_then(|of| Some((&of.model, of.refused.as_ref()?))) {
            alerts
                .push(("model_portfolio", format!("the model portfolio `{of}` can't be taken over: {why}")));
        }
        if let Some(of) = followed.as_ref().filter(|of| of.is_offered) {
            alerts.push((
                "model_portfolio",
                format!(
                    "version {} of the model portfolio `{}` was published by somebody who may not change this household: it keeps its target until somebody who may has it follow anew",
                    of.published, of.model
                ),
            ));
        }
        let (mut unusable, mut oldest_price) = (Vec::new(), None);
        if let Some((read, _)) = live {
            let prices = self.prices_of(read, now)?;
            unusable = self.unusable_of(read, &prices, now)?;
            oldest_price =
                prices.into_values().map(|point| (point.ticker, point.as_of)).min_by_key(|one| one.1);
        }
        alerts.extend(unusable.iter().map(|found| ("price", found.to_string())));
        let mut quiet: Vec<(String, Timestamp)> =
            watching.watch.quiet().map(|(class, until)| (class.to_owned(), until)).collect();
        quiet.extend(standing.snoozed.iter().map(|(class, until)| (class.clone(), *until)));
        let next = match (&open, live) {
            (Some(found), _) => self.of_open(found)?,
            (None, None) => {
                Next::new("no_portfolio", "nothing is done before there is a portfolio document", None)
            }
            (None, Some((read, report))) => {
                let retrying = watching.watch.retrying();
                let unpriced = unusable.first().map(ToString::to_string);
                self.of_watched(household, &standing, (read, report), retrying, &quiet, unpriced)?
            }
        };
        let open = open.map(|found| (found.id(), found.state()));
        let last_look = watching.watch.last_look();
        Ok(Outlook { next, last_look, oldest_price, quiet, alerts, standing, open, followed })
    }

    /// Of a proposal that is open.
    fn of_open(&self, found: &Recommendation) -> Result<Next, KeepingError> {
        let next = match found.state() {
            State::PendingGeneration | State::PendingValidation | State::ValidationFailed => {
                Next::new("planning", "a plan is being made", None)
            }
            State::PendingApproval => {
                let until = found.offer().map(|offer| offer.expires_at);
                Next::new("approval", "a plan waits for somebody to approve or reject it", until)
            }
            State::Approved => Next::new(
                "sending",
                "the plan is approved; its orders go out as soon as the market is open",
                None,
            ),
            State::ExecutionInProgress => {
                let orders = self.books.reading().orders(found.id())?;
                let filled = orders.iter().filter(|order| order.state == OrderState::Filled).count();
                Next::new("executing", format!("{filled} of {} orders are filled", orders.len()), None)
            }
            State::ExecutionFailed => Next::new(
                "retry",
                "a new plan over what the broker left is made as soon as the household may trade",
                None,
            ),
            State::Rejected(_) | State::ExecutedSuccessfully => {
                Next::new("watching", "the household is looked at again", None)
            }
        };
        Ok(Next { proposal: Some(found.id()), ..next })
    }

    /// Between proposals.
    fn of_watched(
        &self,
        household: &Household,
        standing: &Standing,
        (read, report): (&Portfolio, &DriftReport),
        retrying: Option<Timestamp>,
        quiet: &[(String, Timestamp)],
        unpriced: Option<String>,
    ) -> Result<Next, KeepingError> {
        if let Some((until, why)) = &standing.paused {
            return Ok(Next::new("paused", format!("nothing is done: {why}"), *until));
        }
        if let Some(why) = unpriced {
            return Ok(Next::new("prices", format!("nothing is traded on these prices: {why}"), None));
        }
        if let Some(at) = retrying {
            return Ok(Next::new("cooling", "the last plan could not be made; it is tried again", Some(at)));
        }
        let breached: Vec<&str> = report.breaches.iter().map(String::as_str).collect();
        if breached.is_empty() {
            return Ok(Next::new(
                "watching",
                "every class is inside its band; it is looked at every tick",
                None,
            ));
        }
        let until =
            |class: &str| quiet.iter().filter(|(known, _)| known == class).map(|(_, until)| *until).max();
        let all_quiet: Option<Vec<Timestamp>> = breached.iter().map(|class| until(class)).collect();
        if let Some(first) = all_quiet.and_then(|all| all.into_iter().min()) {
            let words = format!("{} is outside its band, and quiet unless that grows", breached.join(", "));
            return Ok(Next::new("quiet", words, Some(first)));
        }
        let moment = Moment { now: self.world.now(), rebalances: self.rebalances(household)? };
        Ok(match schedule::opening(read, &moment)? {
            Opening::Now => Next::new(
                "lasting",
                format!("{} is outside its band; a plan is made once that has lasted", breached.join(", ")),
                None,
            ),
            Opening::From { at, held } => Next::new("closed", format!("{held}"), Some(at)),
            Opening::Never { held } => {
                Next::new("closed", format!("{held}, and there is no such time"), None)
            }
        })
    }
}
