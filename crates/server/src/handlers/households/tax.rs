//! `GET /api/v1/households/{household}/tax`: where the tax of the year stands, and what a proposal adds to it.

use axum::Json;
use axum::extract::State;
use portfolio::Decimal;
use portfolio::exchange::eastern;
use portfolio::money::cents;
use portfolio::plan::proposed::ProposedTrade;
use portfolio::plan::{ProposedPlan, Trade};
use rebalance::books::Household;
use rebalance::books::access::Right;
use rebalance::household_rates::{household_rates, netted};
use rebalance::life::Recommendation;
use serde::Serialize;
use tax::netting::Netted;
use tax::plan_tax::Rates;
use utoipa::ToSchema;

use super::super::documents::report_of;
use super::super::kept;
use super::super::proposals::made_for;
use super::With;
use crate::amount::Amount;
use crate::asked::{Asked, Named};
use crate::caller::Asking;
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// Where the tax of a year stands. An estimate at flat rates, as plans are compared by; no tax advice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaxView {
    /// The year.
    year: i16,
    /// Net gains of the year so far, without what was carried in; losses negative.
    realised: SidesView,
    /// Losses that were carried in, 0 or more.
    carried_in: SidesView,
    /// Net of the year with what was carried in: Schedule D, lines 7 and 15.
    net: SidesView,
    /// What becomes of it as things stand.
    netted: NettedView,
    /// The tax of these gains, USD; below 0 where a loss that the household wants to have saves some.
    estimated_usd: Amount,
    /// The rates that count.
    rates: RatesView,
    /// What the household limits a plan to.
    limits: LimitsView,
    /// What the proposal adds.
    proposal: Option<AddedView>,
}

/// Short-term and long-term.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SidesView {
    /// USD.
    short_term_usd: Amount,
    /// USD.
    long_term_usd: Amount,
}

impl SidesView {
    fn of(short: Decimal, long: Decimal) -> SidesView {
        SidesView { short_term_usd: Amount(cents(short)), long_term_usd: Amount(cents(long)) }
    }
}

/// What becomes of the net gains of a year, USD, all 0 or more.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NettedView {
    /// Taxed as short-term gain.
    short_term_gain_usd: Amount,
    /// Taxed as long-term gain.
    long_term_gain_usd: Amount,
    /// Net loss that lowers ordinary income this year.
    deducted_usd: Amount,
    /// Short-term loss that is carried to the next year.
    short_term_carried_usd: Amount,
    /// Long-term loss that is carried to the next year.
    long_term_carried_usd: Amount,
}

impl NettedView {
    fn of(netted: &Netted) -> NettedView {
        let usd = |amount| Amount(cents(amount));
        NettedView {
            short_term_gain_usd: usd(netted.short_term_gain),
            long_term_gain_usd: usd(netted.net_capital_gain),
            deducted_usd: usd(netted.deducted),
            short_term_carried_usd: usd(netted.short_term_carried),
            long_term_carried_usd: usd(netted.long_term_carried),
        }
    }
}

/// Rates as parts of 1.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RatesView {
    /// On net short-term gains.
    short_term: Amount,
    /// On net long-term gains.
    long_term: Amount,
    /// Saved per USD of loss that lowers ordinary income.
    ordinary: Amount,
    /// What a USD of loss that is carried on is worth.
    carryforward: Amount,
    /// Most loss that lowers ordinary income in a year, USD.
    ordinary_loss_limit_usd: Amount,
    /// The year whose tables they were looked up in; absent where the document says them or none are known.
    tables_of: Option<i16>,
}

impl RatesView {
    fn of(rates: &Rates, tables_of: Option<i16>) -> RatesView {
        RatesView {
            short_term: Amount(rates.short_term),
            long_term: Amount(rates.long_term),
            ordinary: Amount(rates.ordinary),
            carryforward: Amount(rates.carryforward),
            ordinary_loss_limit_usd: Amount(rates.ordinary_loss_limit),
            tables_of,
        }
    }
}

/// What a plan may do at most, where the household says so.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitsView {
    /// Tax that a plan may cause, USD (`max_tax_X_usd`).
    tax_max_usd: Option<Amount>,
    /// Net gains that a plan may realise, USD (`max_realized_gains_X_usd`).
    gains_max_usd: Option<Amount>,
}

/// What a proposal adds to the year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedView {
    /// The proposal.
    id: String,
    /// What its sales realise, of lots in taxable accounts.
    realised: SidesView,
    /// Net of the year with them.
    net: SidesView,
    /// What becomes of that.
    netted: NettedView,
    /// Tax that it adds, USD; below 0 where it saves some.
    tax_usd: Amount,
    /// Lots that it sells in taxable accounts.
    lots: Vec<LotGainView>,
}

/// What the sale of a lot realises.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LotGainView {
    /// The account.
    account_id: String,
    /// The security.
    ticker: String,
    /// The lot.
    lot_id: String,
    /// Shares.
    quantity: Amount,
    /// USD, negative for a loss.
    gain_usd: Amount,
    /// `long` or `short`.
    term: &'static str,
}

/// Where the tax of the year stands: what was realised, carried in and netted, an estimate of the tax, and with `proposal` what that one adds.
#[utoipa::path(get, path = "/api/v1/households/{household}/tax", operation_id = "households_tax", tag = "households",
    params(("household" = String, Path, description = "Id of the household"), With),
    responses((status = 200, description = "Where it stands", body = TaxView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn tax(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
    Asked(with): Asked<With>,
) -> Result<Json<TaxView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let proposal = match &with.proposal {
                None => None,
                Some(id) => Some(of_household(&household, caller.proposal(house, id, Right::Read)?)?),
            };
            TaxView::of(house, &household, proposal.as_ref()).map(Json)
        })
        .await
}

/// A proposal, where it is of this household.
fn of_household(
    household: &Household,
    found: (Household, Recommendation),
) -> Result<Recommendation, Problem> {
    Some(found.1).filter(|_| found.0.id == household.id).ok_or_else(Problem::not_found)
}

impl TaxView {
    fn of(
        house: &dyn House,
        household: &Household,
        proposal: Option<&Recommendation>,
    ) -> Result<TaxView, Problem> {
        let now = kept(house, |keeper| Ok(keeper.as_of_now(household)?))?.ok_or_else(Problem::not_found)?;
        let rates = household_rates(&now).map_err(|error| Problem::invalid("tax", error.to_string()))?;
        let unit = &now.tax;
        let short = unit.realised_short.saturating_sub(unit.carried_short);
        let long = unit.realised_long.saturating_sub(unit.carried_long);
        Ok(TaxView {
            year: eastern(house.lived().map_err(Problem::outside)?.now).date().year().max(now.as_of.year()),
            realised: SidesView::of(unit.realised_short, unit.realised_long),
            carried_in: SidesView::of(unit.carried_short, unit.carried_long),
            net: SidesView::of(short, long),
            netted: NettedView::of(&netted(unit, short, long)),
            estimated_usd: Amount(cents(rates.tax(short, long, short, long))),
            rates: RatesView::of(&rates, unit.year),
            limits: LimitsView {
                tax_max_usd: now.wishes.tax_max_usd.map(Amount),
                gains_max_usd: now.wishes.gains_max_usd.map(Amount),
            },
            proposal: proposal.map(|found| AddedView::of(house, found)).transpose()?,
        })
    }
}

impl AddedView {
    fn of(house: &dyn House, found: &Recommendation) -> Result<AddedView, Problem> {
        let (attempt, portfolio) = made_for(house, found)?;
        let trades = attempt.trades.iter().map(|trade: &Trade| ProposedTrade::from(trade)).collect();
        let (document, report) =
            report_of(&portfolio.text, &ProposedPlan { trades, ..ProposedPlan::default() })?;
        let (short, long) = (report.terms.short_term_net, report.terms.long_term_net);
        let (short_before, long_before) = report.year_so_far;
        let sold = report.gains.iter().filter(|gain| gain.taxable);
        Ok(AddedView {
            id: found.id().to_string(),
            realised: SidesView::of(short.saturating_sub(short_before), long.saturating_sub(long_before)),
            net: SidesView::of(short, long),
            netted: NettedView::of(&netted(&document.tax, short, long)),
            tax_usd: Amount(cents(report.terms.tax_usd)),
            lots: sold
                .map(|gain| LotGainView {
                    account_id: gain.account_id.clone(),
                    ticker: gain.ticker.clone(),
                    lot_id: gain.lot_id.clone(),
                    quantity: Amount(gain.quantity),
                    gain_usd: Amount(cents(gain.gain)),
                    term: if gain.long { "long" } else { "short" },
                })
                .collect(),
        })
    }
}
