//! `GET /api/v1/proposals/{proposal}/replay`: a past plan made again from its record, and compared byte for byte.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;

use super::Attempted;
use crate::asked::{Asked, Named};
use crate::caller::Asking;
use crate::house::Replayed;
use crate::problem::Problem;
use crate::serving::Server;

/// A plan made again from what is on record, and held against it byte for byte. Nothing is written.
///
/// `same` and `compared` speak for the record; `different`, `changed` and `erased` don't.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/replay", operation_id = "proposals_replay", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal"), Attempted),
    responses((status = 200, description = "What came of it", body = Replayed),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn replay(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
    Asked(asked): Asked<Attempted>,
) -> Result<Json<Replayed>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (_, found) = caller.proposal(house, &proposal, Right::Audit)?;
            let attempts = house.store().reading().attempts(found.id())?;
            if attempts.is_empty() {
                return Err(Problem::conflict("no_plan", "there is no plan yet"));
            }
            if asked.attempt.is_some_and(|wanted| attempts.iter().all(|attempt| attempt.attempt != wanted)) {
                return Err(Problem::invalid("attempt", format!("has to be from 1 to {}", attempts.len())));
            }
            house.replay(&found, asked.attempt).map(Json).map_err(Problem::outside)
        })
        .await
}
