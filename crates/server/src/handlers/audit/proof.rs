//! `GET /api/v1/audit/records/{record}/proof`: a file that proves one record to anybody, offline.

use audit::Reading;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::id::HouseholdId;

use crate::asked::Named;
use crate::caller::{Asking, Caller};
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// A file that proves one record to anybody, offline (`equipoise audit check`).
#[utoipa::path(get, path = "/api/v1/audit/records/{record}/proof", operation_id = "audit_proof", tag = "audit",
    params(("record" = String, Path, description = "Number of the record, from 0")),
    responses((status = 200, description = "The proof", body = String, content_type = "text/plain"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn proof(
    State(server): State<Server>,
    asking: Asking,
    Named(record): Named,
) -> Result<Response, Problem> {
    let proof = server
        .work_for(asking, move |house, caller| {
            let record: u64 = record.parse().map_err(|_| Problem::not_found())?;
            may_see(house, &caller, record)?;
            house.proof(record).map_err(Problem::outside)
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], proof).into_response())
}

/// Whose record it is says who may see it; of an erased one nobody can say any more.
fn may_see(house: &dyn House, caller: &Caller, record: u64) -> Result<(), Problem> {
    let store = house.store();
    let row = store
        .records(record, 1)?
        .pop()
        .filter(|row| row.sequence == record)
        .ok_or_else(Problem::not_found)?;
    if caller.may_everywhere(Right::Audit) {
        return Ok(());
    }
    for household in store.reading().households()? {
        if !caller.may(Right::Audit, &household) {
            continue;
        }
        let key = store.key(&household.id.to_string())?.filter(|key| key.id() == row.key_id);
        if let Ok(Reading::Open(contents)) = row.read(key.as_ref())
            && contents.household.parse::<HouseholdId>().is_ok_and(|id| id == household.id)
        {
            return Ok(());
        }
    }
    Err(Problem::not_found())
}
