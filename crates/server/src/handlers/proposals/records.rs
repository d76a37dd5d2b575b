//! `GET /api/v1/proposals/{proposal}/records`: everything that is on record about a proposal.

use audit::{Contents, Row};
use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Page, opened};
use super::approvals::Known;
use crate::amount::Moment;
use crate::asked::{Asked, Named, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A record of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordView {
    /// Its number, from 0.
    record: u64,
    /// Its kind, such as `approval`, `prompt`, `fill`.
    kind: String,
    /// When.
    at: Moment,
    /// Who acted: a person's id, or a part of the program.
    actor: Option<String>,
    /// The name of the person who acted, where you may know it and the proposal's own records are asked for.
    actor_name: Option<String>,
    /// What was recorded, as it was; absent where it was erased.
    body: Option<String>,
}

impl RecordView {
    /// Of a record and what it tells, where that can be opened.
    pub(in crate::handlers) fn of(row: &Row, contents: Option<Contents>) -> RecordView {
        RecordView {
            record: row.sequence,
            kind: row.kind.as_str().to_owned(),
            at: Moment::of_micros(row.time_micros),
            actor_name: None,
            actor: contents.as_ref().map(|contents| contents.actor.clone()),
            body: contents.map(|contents| String::from_utf8_lossy(&contents.original).into_owned()),
        }
    }
}

/// Everything that is on record about a proposal, in order: looks, prompts, replies, plans, checks, answers, orders, fills.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/records", operation_id = "proposals_records", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal"), Part),
    responses((status = 200, description = "Records", body = Page<RecordView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn records(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<RecordView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (household, found) = caller.proposal(house, &proposal, Right::Audit)?;
            let store = house.store();
            let rows = store.records_about(household.id, &found.id().to_string())?;
            let key = store.key(&household.id.to_string())?;
            let known = Known::by(house, &household, &caller)?;
            let (rows, next) = part.of(rows, |row| row.sequence.to_string())?;
            let mut items = Vec::with_capacity(rows.len());
            for row in rows {
                let mut view = RecordView::of(&row, opened(&row, key.as_ref())?);
                let person = view.actor.as_ref().and_then(|actor| actor.parse().ok());
                view.actor_name = person.map(|id| known.name(id)).transpose()?.flatten();
                items.push(view);
            }
            Ok(Json(Page { items, next }))
        })
        .await
}
