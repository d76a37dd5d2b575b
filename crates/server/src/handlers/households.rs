//! Households: what is held, wanted and done.

pub(crate) mod accounts;
pub(crate) mod document;
pub(crate) mod drift;
pub(crate) mod drift_history;
pub(crate) mod gains;
pub(crate) mod list;
pub(crate) mod lots;
pub(crate) mod pause;
pub(crate) mod propose;
pub(crate) mod replace;
pub(crate) mod resume;
pub(crate) mod show;
pub(crate) mod snooze;
pub(crate) mod transactions;

use jiff::Timestamp;
use monitor::DriftReport;
use portfolio::Decimal;
use rebalance::books::access::{Access, Right};
use rebalance::books::{Books, Household};
use rebalance::keeping::Keeper;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::kept;
use crate::amount::{Amount, Moment};
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// Since when, and which part.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// Looks from this time on, RFC 3339; of the last 30 days where nothing is said.
    #[param(nullable = false, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A household at the prices of now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HouseholdView {
    /// Its id.
    id: String,
    /// Its name, unique.
    name: String,
    /// Who owns it.
    owner: String,
    /// What is held and comes in or goes out, USD; absent where there are no holdings or no price.
    value_usd: Option<Amount>,
    /// Cash of all accounts, USD.
    cash_usd: Option<Amount>,
    /// Classes outside their band.
    breaches: Vec<String>,
    /// The largest part of a band that is used: above 1 a class is outside.
    band_use: Option<Amount>,
    /// Why something is to be done, or nothing.
    why: Option<String>,
    /// Version of its portfolio; 0 where it has none.
    portfolio_version: u64,
    /// Nothing is done while it is paused.
    paused: Option<PausedView>,
    /// The proposal that is open.
    proposal: Option<OpenProposal>,
    /// What you may do with it.
    rights: Vec<&'static str>,
    /// Since when it is kept.
    opened_at: Moment,
}

/// That nothing is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PausedView {
    /// Until when; until somebody resumes it where nothing is said.
    until: Option<Moment>,
    /// Why.
    why: String,
}

/// A proposal that is open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenProposal {
    /// Its id.
    id: String,
    /// Its state, such as `Pending_Approval`.
    state: &'static str,
}

/// How far a household has drifted at the prices of now, and its cash.
type AtNow = Option<(DriftReport, Decimal)>;

fn at_now(keeper: &Keeper<'_>, household: &Household) -> Result<AtNow, Problem> {
    let Some(now) = keeper.as_of_now(household)? else { return Ok(None) };
    let cash = now.accounts.iter().fold(Decimal::ZERO, |sum, account| sum.saturating_add(account.cash));
    Ok(Some((monitor::monitor(&now), cash)))
}

impl HouseholdView {
    fn of(house: &dyn House, caller: &Caller, household: &Household) -> Result<HouseholdView, Problem> {
        let reading = house.store().reading();
        let (standing, now) =
            kept(house, |keeper| Ok((keeper.stands(household)?, at_now(keeper, household)?)))?;
        let (report, cash) = now.unzip();
        let open = match reading.open_cycle(household.id)? {
            Some(cycle) => reading.recommendation_of(cycle.id)?,
            None => None,
        };
        let owner = house.store().whose(household.owner)?;
        let uses = report.as_ref().map(|report| {
            let uses = report
                .classes
                .iter()
                .filter_map(|class| class.drift.0.abs().checked_div(class.tolerance.tau.0));
            uses.max().unwrap_or_default().round_dp(4)
        });
        Ok(HouseholdView {
            id: household.id.to_string(),
            name: household.name.clone(),
            owner: owner.map_or_else(String::new, |owner| owner.name),
            value_usd: report.as_ref().map(|report| Amount(report.value_usd.0)),
            cash_usd: cash.map(Amount),
            breaches: report.as_ref().map(|report| report.breaches.clone()).unwrap_or_default(),
            band_use: uses.map(Amount),
            why: report.map(|report| report.why),
            portfolio_version: household.portfolio_version,
            paused: standing.paused.map(|(until, why)| PausedView { until: until.map(Moment), why }),
            proposal: open.map(|open| OpenProposal { id: open.id().to_string(), state: open.state().name() }),
            rights: caller.rights(household).into_iter().map(Right::word).collect(),
            opened_at: Moment(household.opened_at),
        })
    }
}
