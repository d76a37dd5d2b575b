//! `GET`, `POST /api/v1/households/{household}/reconciliation`: whether the broker and the books hold the same.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::id::HouseholdId;

use super::super::opened;
use crate::amount::Moment;
use crate::asked::{Named, Text};
use crate::caller::{Asking, Caller};
use crate::house::House;
use crate::problem::Problem;
use crate::reconciled::{RECONCILIATION, Reconciled};
use crate::serving::Server;

/// How broker and books were held against each other last, as it is on record: by the command line, which reaches the broker, or here.
#[utoipa::path(get, path = "/api/v1/households/{household}/reconciliation", operation_id = "households_reconciliation", tag = "households",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "What was found", body = Reconciled),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reconciliation(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
) -> Result<Json<Reconciled>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let found = last(house, household.id)?;
            let never = "nobody has held these books against a broker yet: send what the broker holds (`POST` to this address), or \
                         have `equipoise reconcile` ask it";
            found.map(Json).ok_or_else(|| Problem::conflict("never_reconciled", never))
        })
        .await
}

/// Holds the books against a portfolio document of what the broker holds, as an import makes it of the broker's files. Every difference is
/// told and put on record; nothing else is changed: what is right is taken over by a new document.
#[utoipa::path(post, path = "/api/v1/households/{household}/reconciliation", operation_id = "households_reconcile", tag = "households",
    request_body(content = Object, content_type = "application/json", description = "A portfolio document"),
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "What was found", body = Reconciled),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reconcile(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    Text(text): Text,
) -> Result<Json<Reconciled>, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            let document = portfolio::read(&text).map_err(|error| super::replace::of_document(&error))?;
            let found = house.reconcile(&household, &document, &caller.person).map_err(Problem::outside)?;
            Ok(Json(found))
        })
        .await
}

/// The last one on record.
fn last(house: &dyn House, household: HouseholdId) -> Result<Option<Reconciled>, Problem> {
    let store = house.store();
    let key = store.key(&household.to_string())?;
    for row in store.records_about(household, RECONCILIATION)?.into_iter().rev() {
        let Some(contents) = opened(&row, key.as_ref())? else { continue };
        if let Ok(found) = serde_json::from_slice::<Reconciled>(&contents.original) {
            return Ok(Some(Reconciled { at: Some(Moment::of_micros(row.time_micros).0), ..found }));
        }
    }
    Ok(None)
}
