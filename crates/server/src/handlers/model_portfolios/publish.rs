//! `PUT /api/v1/model-portfolios/{model}`: the next version of a model portfolio, or a new one.

use axum::Json;
use axum::extract::State;
use rebalance::books::Household;
use rebalance::books::access::Right;
use rebalance::keeping::model_portfolio::Reached;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::kept;
use super::{must_have_somewhere, must_publish, read};
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What is published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publication {
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 2000)]
    about: String,
    /// `target_allocation`, `security_targets` and `securities`, each as in a portfolio document.
    #[schema(value_type = Object, example = json!({"target_allocation": {"Stocks": "0.6", "Bonds": "0.4"}}))]
    target: Box<RawValue>,
    /// `effect` of what this would do, as you looked at it.
    effect: String,
}

/// What came of it for a household.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReachedView {
    /// Id of the household.
    household: String,
    /// Its name.
    name: String,
    /// `taken`: its document has the target; `later`: it takes it over at the next look at it; `refused`: its document can't have it;
    /// `offered`: you may not change it, and it keeps its target until somebody who may has it follow anew.
    outcome: &'static str,
    /// Why not now.
    why: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedView {
    /// The version that it is.
    version: u64,
    /// The households that you may see, by name.
    households: Vec<ReachedView>,
    /// Those that you may not see.
    unseen: usize,
}

/// Publishes the next version of a model portfolio, or makes it. Every household that follows it and that you may change takes the target over: a plan that waits
/// is superseded. Those that you may not change are offered it.
///
/// `effect` is that of what was looked at: where the model portfolio, who follows it or one of those households has changed since, nothing is published.
/// Its maker may, and whoever may change every household.
#[utoipa::path(put, path = "/api/v1/model-portfolios/{model}", operation_id = "model_portfolios_publish", tag = "model portfolios",
    params(("model" = String, Path, description = "Name of the model portfolio")), request_body = Publication,
    responses((status = 200, description = "What came of it", body = PublishedView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn publish(
    State(server): State<Server>,
    caller: Caller,
    Named(model): Named,
    Sent(publication): Sent<Publication>,
) -> Result<Json<PublishedView>, Problem> {
    server
        .work(move |house| {
            must_have_somewhere(house, &caller, Right::Write)?;
            let target = read(&publication.target)?;
            let (reached, version) = kept(house, |keeper| {
                must_publish(&caller, keeper.model_portfolio(&model)?.as_ref())?;
                let may_change = |household: &Household| caller.may(Right::Write, household);
                let (person, about, looked_at) =
                    (&caller.person.name, &publication.about, &publication.effect);
                let reached = keeper.publish_model(&model, person, about, &target, looked_at, &may_change)?;
                Ok((reached, keeper.model_portfolio(&model)?.map_or(0, |model| model.version)))
            })?;
            let all = reached.len();
            let households: Vec<ReachedView> = reached
                .into_iter()
                .filter(|(household, _)| caller.may(Right::Read, household))
                .map(|(household, reached)| {
                    let (outcome, why) = match reached {
                        Reached::Taken => ("taken", None),
                        Reached::Later(why) => ("later", Some(why)),
                        Reached::Refused(why) => ("refused", Some(why)),
                        Reached::Offered => ("offered", None),
                    };
                    ReachedView { household: household.id.to_string(), name: household.name, outcome, why }
                })
                .collect();
            Ok(Json(PublishedView { version, unseen: all - households.len(), households }))
        })
        .await
}
