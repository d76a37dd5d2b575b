//! `GET /api/v1/house-rules`: the rules of the house, and what waits to replace them.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
use super::super::model_portfolios::must_have_somewhere;
use super::RulebookView;
use crate::amount::Moment;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A change that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposedView {
    /// What the rules are to be.
    rules: RulebookView,
    /// Why.
    words: String,
    /// Who proposes it.
    by: String,
    /// When.
    at: Moment,
    /// The version that it is to replace.
    over: u64,
    /// Names exactly this proposal: send it along to confirm it.
    proposal: String,
}

/// The rules of the house.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HouseRulesView {
    /// Times they were changed; 0 where there never were any. Every verdict names the version that it was made under.
    version: u64,
    /// Since when this version counts.
    since: Option<Moment>,
    /// What counts. Of households that you may not see no exception is told.
    rules: RulebookView,
    /// Who proposed this version.
    proposed_by: Option<String>,
    /// Who confirmed it.
    confirmed_by: Option<String>,
    /// What waits for a second person; told to who may change the rules.
    proposed: Option<ProposedView>,
    /// You may propose a change, and confirm that of somebody else.
    may_change: bool,
}

/// The rules of the house that bind every household, to whoever may see one or change them.
#[utoipa::path(get, path = "/api/v1/house-rules", operation_id = "house_rules", tag = "house rules",
    responses((status = 200, description = "The rules", body = HouseRulesView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(server): State<Server>,
    asking: Asking,
) -> Result<Json<HouseRulesView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            if !caller.operates() {
                must_have_somewhere(house, &caller, Right::Read)?;
            }
            let found = kept(house, |keeper| Ok(keeper.house_rules()?))?;
            let proposed = found.proposed.filter(|_| caller.operates()).map(|proposed| {
                Ok::<_, Problem>(ProposedView {
                    rules: RulebookView::of(house, &caller, proposed.book)?,
                    words: proposed.words,
                    by: proposed.by,
                    at: Moment(proposed.at),
                    over: proposed.over,
                    proposal: proposed.digest,
                })
            });
            let by = |name: String| Some(name).filter(|name| !name.is_empty());
            Ok(Json(HouseRulesView {
                version: found.version,
                since: found.since.map(Moment),
                rules: RulebookView::of(house, &caller, found.current.book)?,
                proposed_by: by(found.current.proposed_by),
                confirmed_by: by(found.current.confirmed_by),
                proposed: proposed.transpose()?,
                may_change: caller.operates() && caller.through().is_none(),
            }))
        })
        .await
}
