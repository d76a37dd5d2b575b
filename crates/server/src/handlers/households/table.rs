//! `GET /api/v1/households/table`: all households in columns.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use rebalance::books::access::Right;
use rebalance::books::{Books, Listed, Listing};
use rebalance::id::HouseholdId;
use rebalance::life::State as Stands;
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::{Amount, Moment};
use crate::caller::Asking;
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// States of a proposal that is open, or may be.
const OPEN: [Stands; 7] = [
    Stands::PendingGeneration,
    Stands::PendingValidation,
    Stands::ValidationFailed,
    Stands::PendingApproval,
    Stands::Approved,
    Stands::ExecutionInProgress,
    Stands::ExecutionFailed,
];

/// All households, a list for each column, by name: the same place in each list is the same household.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct TableView {
    /// What time it is for the households.
    now: Option<Moment>,
    /// Its id.
    id: Vec<String>,
    /// Its name.
    name: Vec<String>,
    /// Value with what comes in or goes out, USD; absent where there is no portfolio.
    value_usd: Vec<Option<Amount>>,
    /// Cash of all accounts with what comes in or goes out, USD.
    cash_usd: Vec<Option<Amount>>,
    /// The class that uses most of its band.
    worst_class: Vec<Option<String>>,
    /// How much of its band that is; above 1 it is outside.
    band_use: Vec<Option<Amount>>,
    /// On which side of its target that class is: `over` or `under`.
    worst_side: Vec<Option<&'static str>>,
    /// Classes outside their bands.
    classes_out: Vec<Option<u32>>,
    /// The proposal that is open.
    proposal: Vec<Option<String>>,
    /// Its state.
    proposal_state: Vec<Option<&'static str>>,
    /// How long it has been open, seconds in the time of the households.
    proposal_age_secs: Vec<Option<u64>>,
    /// Tax of the year so far at flat rates, USD.
    tax_usd: Vec<Option<Amount>>,
    /// Age of its oldest price, seconds in the time of the households.
    price_age_secs: Vec<Option<u64>>,
    /// Nothing is done until somebody resumes it.
    paused: Vec<bool>,
    /// Name of the model portfolio that it follows.
    follows: Vec<Option<String>>,
}

/// All households that you may see, in columns: one answer, for a page that sorts and filters by itself.
#[utoipa::path(get, path = "/api/v1/households/table", operation_id = "households_table", tag = "households",
    responses((status = 200, description = "Households", body = TableView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn table(State(server): State<Server>, asking: Asking) -> Result<Json<TableView>, Problem> {
    let kept = server.clone();
    server
        .work_for(asking, move |house, caller| {
            let now = house.lived().map_err(Problem::outside)?.now;
            let mut households = house.store().reading().households()?;
            households.retain(|household| caller.may(Right::Read, household));
            let rows = kept.table().rows(house, &households, now)?;
            let open = open(house)?;
            let mut follows = super::super::kept(house, |keeper| Ok(keeper.follows()?))?;
            let mut table = TableView { now: Some(Moment(now)), ..TableView::default() };
            for (household, row) in households.into_iter().zip(rows) {
                let proposal = open.get(&household.id);
                table.proposal.push(proposal.map(|found| found.id.to_string()));
                table.proposal_state.push(proposal.map(|found| found.state.name()));
                table.proposal_age_secs.push(proposal.map(|found| age(found.begun_at, now)));
                let id = household.id.to_string();
                table.follows.push(follows.remove(&id));
                table.id.push(id);
                table.name.push(household.name);
                table.paused.push(household.paused);
                let row = row.as_ref();
                table.value_usd.push(row.map(|row| Amount(row.value_usd)));
                table.cash_usd.push(row.map(|row| Amount(row.cash_usd)));
                let worst = row.and_then(|row| row.worst.as_ref());
                table.worst_class.push(worst.map(|worst| worst.class.clone()));
                table.band_use.push(worst.map(|worst| Amount(worst.used)));
                table.worst_side.push(worst.map(|worst| if worst.is_over { "over" } else { "under" }));
                table.classes_out.push(row.map(|row| row.classes_out));
                table.tax_usd.push(row.and_then(|row| row.tax_usd).map(Amount));
                let oldest = row.and_then(|row| row.oldest_price);
                table.price_age_secs.push(oldest.map(|as_of| age(as_of, now)));
            }
            Ok(Json(table))
        })
        .await
}

/// The proposal of each household whose cycle has not ended.
fn open(house: &dyn House) -> Result<HashMap<HouseholdId, Listed>, Problem> {
    let wanted = Listing { states: OPEN.to_vec(), is_open: true, ..Listing::all() };
    let found = house.store().reading().listed(&wanted)?;
    Ok(found.into_iter().map(|found| (found.household, found)).collect())
}

fn age(since: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.duration_since(since).as_secs()).unwrap_or_default()
}
