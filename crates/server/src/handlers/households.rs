//! Households: what is held, wanted and done.

pub(crate) mod accounts;
pub(crate) mod cash_flows;
pub(crate) mod document;
pub(crate) mod drift;
pub(crate) mod drift_history;
pub(crate) mod follow;
pub(crate) mod gains;
pub(crate) mod list;
pub(crate) mod lots;
pub(crate) mod notices;
pub(crate) mod open;
pub(crate) mod pause;
pub(crate) mod propose;
pub(crate) mod reconciliation;
pub(crate) mod replace;
pub(crate) mod resume;
pub(crate) mod show;
pub(crate) mod snooze;
pub(crate) mod table;
pub(crate) mod tax;
pub(crate) mod transactions;

use jiff::Timestamp;
use jiff::civil::Date;
use monitor::DriftReport;
use portfolio::{Decimal, Portfolio};
use rebalance::books::Household;
use rebalance::books::access::{Access, Right};
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

/// Which of them, and which part.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// With this in their name, in whatever case.
    #[param(nullable = false)]
    name: Option<String>,
    /// Of this owner, by name.
    #[param(nullable = false)]
    owner: Option<String>,
    /// Of which a proposal is open, or none is.
    #[param(nullable = false)]
    open_proposal: Option<bool>,
    /// By `name` (where nothing is said), or the one first that was opened last (`newest`).
    #[param(nullable = false, inline)]
    sort: Option<By>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// By what households are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum By {
    Name,
    Newest,
}

/// What of the bookings, and which part.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Booked {
    /// Of this account alone.
    #[param(nullable = false)]
    account_id: Option<String>,
    /// Of this security alone.
    #[param(nullable = false)]
    ticker: Option<String>,
    /// Of this kind alone, such as `BUY`.
    #[param(nullable = false)]
    action: Option<String>,
    /// Of this day or later, `YYYY-MM-DD`.
    #[param(nullable = false, value_type = Option<String>, format = Date)]
    since: Option<Date>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Under which name.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Name {
    /// Its name; that of the document where nothing is said.
    #[param(nullable = false)]
    name: Option<String>,
}

/// With which proposal.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct With {
    /// A proposal of this household, by id: what it adds is told as well.
    #[param(nullable = false)]
    proposal: Option<String>,
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
    /// The id of who owns it.
    owner_id: Option<String>,
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
    /// The model portfolio that it follows.
    model_portfolio: Option<FollowedView>,
    /// Nothing is done while it is paused.
    paused: Option<PausedView>,
    /// The proposal that is open.
    proposal: Option<OpenProposal>,
    /// What happens next, and when.
    next: NextView,
    /// When it was looked at last.
    last_look_at: Option<Moment>,
    /// The price that is the oldest.
    oldest_price: Option<OldestView>,
    /// Classes of which nothing is said, each until when: somebody has answered their drift, or asked for quiet.
    quiet: Vec<QuietView>,
    /// What you should know.
    alerts: Vec<AlertView>,
    /// What you may do with it.
    rights: Vec<&'static str>,
    /// Since when it is kept.
    opened_at: Moment,
}

/// A model portfolio that a household follows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowedView {
    /// Its name.
    name: String,
    /// The version whose target the document has; 0 where it has none of them yet.
    version: u64,
    /// The version that is published.
    published: u64,
    /// Why the document can't have that one.
    refused: Option<String>,
    /// It is offered, since who published it may not change this household: to take it over, have the household follow anew.
    is_offered: bool,
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

/// What happens next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextView {
    /// `approval`: a plan waits for an answer until `at`; `planning`, `sending`, `executing`, `retry`: a plan is on its way; `paused` until `at`;
    /// `cooling`: a plan could not be made and is tried again at `at`; `quiet`: what is outside its band was answered, until `at`; `closed`: trading
    /// has to wait until `at`; `lasting`: a class is outside its band, for how long is counted; `prices`, `no_portfolio`: nothing can be done;
    /// `watching`: it is looked at.
    code: &'static str,
    /// In words.
    words: String,
    /// When, or until when.
    at: Option<Moment>,
    /// The proposal that it is about.
    proposal: Option<String>,
}

/// The oldest price of what a household lists.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OldestView {
    /// The security.
    ticker: String,
    /// Of when it is.
    as_of: Moment,
    /// Its age in the time of the households, seconds.
    age_secs: u64,
}

/// A class of which nothing is said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuietView {
    /// The class.
    class: String,
    /// Until when.
    until: Moment,
}

/// Something to know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertView {
    /// `halted`, `price`, `model_portfolio`.
    code: &'static str,
    /// In words.
    words: String,
}

/// A household at the prices of now, how far it has drifted, and its cash.
type AtNow = Option<(Portfolio, DriftReport, Decimal)>;

fn at_now(keeper: &Keeper<'_>, household: &Household) -> Result<AtNow, Problem> {
    let Some(now) = keeper.as_of_now(household)? else { return Ok(None) };
    let cash = now.accounts.iter().fold(Decimal::ZERO, |sum, account| sum.saturating_add(account.cash));
    let report = monitor::monitor(&now);
    Ok(Some((now, report, cash)))
}

impl HouseholdView {
    fn of(house: &dyn House, caller: &Caller, household: &Household) -> Result<HouseholdView, Problem> {
        let (outlook, now) = kept(house, |keeper| {
            let now = at_now(keeper, household)?;
            let live = now.as_ref().map(|(read, report, _)| (read, report));
            Ok((keeper.outlook(household, live)?, now))
        })?;
        let (report, cash) = now.map(|(_, report, cash)| (report, cash)).unzip();
        let lived = house.lived().map_err(Problem::outside)?.now;
        let owner = house.store().whose(household.owner)?;
        let uses = report.as_ref().map(|report| {
            let uses = report
                .classes
                .iter()
                .filter_map(|class| class.drift.0.abs().checked_div(class.tolerance.tau.0));
            uses.max().unwrap_or_default().round_dp(4)
        });
        let quiet = outlook.quiet.into_iter().map(|(class, until)| QuietView { class, until: Moment(until) });
        let alerts = outlook.alerts.into_iter().map(|(code, words)| AlertView { code, words });
        Ok(HouseholdView {
            id: household.id.to_string(),
            name: household.name.clone(),
            owner: owner.map_or_else(String::new, |owner| owner.name),
            owner_id: Some(household.owner.to_string()),
            value_usd: report.as_ref().map(|report| Amount(report.value_usd.0)),
            cash_usd: cash.map(Amount),
            breaches: report.as_ref().map(|report| report.breaches.clone()).unwrap_or_default(),
            band_use: uses.map(Amount),
            why: report.map(|report| report.why),
            portfolio_version: household.portfolio_version,
            model_portfolio: outlook.followed.map(|followed| FollowedView {
                name: followed.model,
                version: followed.version,
                published: followed.published,
                refused: followed.refused,
                is_offered: followed.is_offered,
            }),
            paused: outlook.standing.paused.map(|(until, why)| PausedView { until: until.map(Moment), why }),
            proposal: outlook
                .open
                .map(|(id, state)| OpenProposal { id: id.to_string(), state: state.name() }),
            next: NextView {
                code: outlook.next.code,
                words: outlook.next.words,
                at: outlook.next.at.map(Moment),
                proposal: outlook.next.proposal.map(|id| id.to_string()),
            },
            last_look_at: outlook.last_look.map(Moment),
            oldest_price: outlook.oldest_price.map(|(ticker, as_of)| OldestView {
                ticker,
                as_of: Moment(as_of),
                age_secs: u64::try_from(lived.duration_since(as_of).as_secs()).unwrap_or_default(),
            }),
            quiet: quiet.collect(),
            alerts: alerts.collect(),
            rights: caller.rights(household).into_iter().map(Right::word).collect(),
            opened_at: Moment(household.opened_at),
        })
    }
}
