//! `PUT /api/v1/house-rules/proposal`: somebody proposes other rules of the house.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::kept;
use super::RulebookView;
use crate::asked::Sent;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What is proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposal {
    /// All rules as they are to be: what is left out counts no longer.
    rules: RulebookView,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    words: String,
    /// The version that you looked at, and that they are to replace.
    over: u64,
}

/// That something waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Waiting {
    /// Names exactly this proposal.
    proposal: String,
}

/// Proposes other rules of the house. They count once another person has confirmed them; a proposal that waited is replaced.
///
/// Administrators may, and who approves everywhere.
#[utoipa::path(put, path = "/api/v1/house-rules/proposal", operation_id = "house_rules_propose", tag = "house rules",
    request_body = Proposal,
    responses((status = 200, description = "It waits for another person", body = Waiting),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn propose(
    State(server): State<Server>,
    caller: Caller,
    Sent(new): Sent<Proposal>,
) -> Result<Json<Waiting>, Problem> {
    server
        .work(move |house| {
            caller.must_operate()?;
            caller.has_proved(house.now())?;
            let (book, name) = (new.rules.read(), &caller.person.name);
            let proposal = kept(house, |keeper| {
                keeper.propose_rules(name, &book, &new.words, new.over).map_err(|error| match error.into() {
                    problem @ Problem { path: None, .. } => problem,
                    problem => {
                        let path = format!("rules.{}", problem.path.as_deref().unwrap_or_default());
                        Problem { path: Some(path.into_boxed_str()), ..problem }
                    }
                })
            })?;
            Ok(Json(Waiting { proposal }))
        })
        .await
}
