//! `POST /api/v1/house-rules/proposal/confirm`: a second person confirms what is proposed.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::kept;
use crate::asked::Sent;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Which proposal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// `proposal` as you looked at it.
    proposal: String,
}

/// What counts now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Confirmed {
    /// The version that counts from now on.
    version: u64,
}

/// Confirms what somebody else proposes: it counts from now on, for every plan that is made, approved or sent. Plans that wait and do not keep it
/// are superseded.
#[utoipa::path(post, path = "/api/v1/house-rules/proposal/confirm", operation_id = "house_rules_confirm", tag = "house rules",
    request_body = Confirmation,
    responses((status = 200, description = "They count", body = Confirmed),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn confirm(
    State(server): State<Server>,
    caller: Caller,
    Sent(which): Sent<Confirmation>,
) -> Result<Json<Confirmed>, Problem> {
    server
        .work(move |house| {
            caller.must_operate()?;
            caller.has_proved(house.now())?;
            let version =
                kept(house, |keeper| Ok(keeper.confirm_rules(&caller.person.name, &which.proposal)?))?;
            Ok(Json(Confirmed { version }))
        })
        .await
}
