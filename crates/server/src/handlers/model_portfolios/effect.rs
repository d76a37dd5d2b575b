//! `POST /api/v1/model-portfolios/{model}/effect`: what a change of it would do to every household that follows it.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::keeping::model_portfolio::{Distance, Effect, HouseholdEffect};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
use super::{Wanted, must_have_somewhere, must_publish, read};
use crate::amount::Amount;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// How a household stands against a target.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DistanceView {
    /// Classes outside their band.
    breaches: Vec<String>,
    /// The class that is furthest from its target.
    worst_class: Option<String>,
    /// How far that is, as a part of 1: above 0 there is too much of it.
    worst_drift: Option<Amount>,
    /// USD that would have to be sold, and bought, to be at the target.
    off_target_usd: Amount,
}

/// What a change would do to a household.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HouseholdEffectView {
    /// Id of the household.
    household: String,
    /// Its name.
    name: String,
    /// What is held, USD.
    value_usd: Option<Amount>,
    /// How it stands now; absent where it has no document.
    before: Option<DistanceView>,
    /// How it would stand.
    after: Option<DistanceView>,
    /// Why its document can't have the target, where it can't: it keeps the one it has.
    refused: Option<String>,
    /// Orders are at a broker: it takes the target over once they have ended.
    is_executing: bool,
    /// You may not change it: it is offered the target, and keeps its own until somebody who may has it follow anew.
    is_offered: bool,
}

/// What a change would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EffectView {
    /// The version that would be changed; 0 where there is none.
    present: u64,
    /// Send it along to publish exactly this, for the households that follow now.
    effect: String,
    /// The households that you may see, by name.
    households: Vec<HouseholdEffectView>,
    /// Those that you may not see.
    unseen: usize,
}

impl DistanceView {
    fn of(distance: &Distance) -> DistanceView {
        let worst = distance.drift.classes.iter().max_by_key(|class| class.drift.0.abs());
        DistanceView {
            breaches: distance.drift.breaches.clone(),
            worst_class: worst.map(|class| class.class.clone()),
            worst_drift: worst.map(|class| Amount(class.drift.0.round_dp(6))),
            off_target_usd: Amount(distance.off_target_usd),
        }
    }
}

impl HouseholdEffectView {
    fn of(effect: &HouseholdEffect) -> HouseholdEffectView {
        let after = effect.after.as_ref();
        HouseholdEffectView {
            household: effect.household.id.to_string(),
            name: effect.household.name.clone(),
            value_usd: effect.before.as_ref().map(|before| Amount(before.drift.value_usd.0)),
            before: effect.before.as_ref().map(DistanceView::of),
            after: after.and_then(|after| after.as_ref().ok()).map(DistanceView::of),
            refused: after.and_then(|after| after.as_ref().err()).cloned(),
            is_executing: effect.is_executing,
            is_offered: effect.is_offered,
        }
    }
}

impl EffectView {
    fn of(caller: &Caller, effect: &Effect) -> EffectView {
        let seen: Vec<&HouseholdEffect> =
            effect.households.iter().filter(|one| caller.may(Right::Read, &one.household)).collect();
        EffectView {
            present: effect.present,
            effect: effect.digest.clone(),
            unseen: effect.households.len() - seen.len(),
            households: seen.into_iter().map(HouseholdEffectView::of).collect(),
        }
    }
}

/// What publishing this target would do to every household that follows the model portfolio, at the prices of now. Nothing is written.
///
/// Under a name that is not there yet it is what making it would do: nothing, since nobody follows it.
#[utoipa::path(post, path = "/api/v1/model-portfolios/{model}/effect", operation_id = "model_portfolios_effect",
    tag = "model portfolios", params(("model" = String, Path, description = "Name of the model portfolio")), request_body = Wanted,
    responses((status = 200, description = "The effect", body = EffectView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn effect(
    State(server): State<Server>,
    caller: Caller,
    Named(model): Named,
    Sent(wanted): Sent<Wanted>,
) -> Result<Json<EffectView>, Problem> {
    server
        .work(move |house| {
            must_have_somewhere(house, &caller, Right::Write)?;
            let target = read(&wanted.target)?;
            let effect = kept(house, |keeper| {
                must_publish(&caller, keeper.model_portfolio(&model)?.as_ref())?;
                Ok(keeper
                    .effect_of_model(&model, &target, &|household| caller.may(Right::Write, household))?)
            })?;
            Ok(Json(EffectView::of(&caller, &effect)))
        })
        .await
}
