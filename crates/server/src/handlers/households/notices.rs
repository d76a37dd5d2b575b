//! `GET /api/v1/households/{household}/notices`: what people are told of a household, or would be.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Books, Listed, Listing};
use rebalance::notices::{self, ABANDONED, EXPIRED, FAILED, FILLED, WAITING};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::{Page, opened};
use crate::amount::Moment;
use crate::asked::Named;
use crate::caller::Asking;
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// Proposals that are looked through, the newest first.
const PROPOSALS_MAX: usize = 50;

/// Something that people hear of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeView {
    /// `proposal.waiting`, `proposal.expired`, `execution.failed`, `execution.done`, `cycle.given_up`.
    kind: String,
    /// In words.
    words: &'static str,
    /// When it happened.
    at: Moment,
    /// The proposal.
    proposal: String,
    /// Channels that it was given to (`[[notices]]`); none where nobody asked for it.
    channels: Vec<String>,
}

/// What happened of which people are told, newest first: of the last 50 proposals. Where no channel is configured, it is what would be told.
#[utoipa::path(get, path = "/api/v1/households/{household}/notices", operation_id = "households_notices", tag = "households",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "Notices", body = Page<NoticeView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn notices(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
) -> Result<Json<Page<NoticeView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let wanted =
                Listing { newest_first: true, most: Some(PROPOSALS_MAX), ..Listing::of(household.id) };
            let mut items = Vec::new();
            for found in house.store().reading().listed(&wanted)? {
                items.extend(of_proposal(house, &found)?);
            }
            items.sort_by_key(|notice| std::cmp::Reverse(notice.at.0));
            Ok(Json(Page { items, next: None }))
        })
        .await
}

/// What of one proposal is told, from what is on record of it.
fn of_proposal(house: &dyn House, found: &Listed) -> Result<Vec<NoticeView>, Problem> {
    let (store, household) = (house.store(), found.household);
    let key = store.key(&household.to_string())?;
    let mut told: Vec<NoticeView> = Vec::new();
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in store.records_about(household, &found.id.to_string())? {
        if !matches!(row.kind.as_str(), "move" | "approval" | "notice") {
            continue;
        }
        let Some(contents) = opened(&row, key.as_ref())? else { continue };
        let facts: Value = serde_json::from_slice(&contents.original).unwrap_or_default();
        if row.kind.as_str() == "notice" {
            let channels = facts["to"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let kind = facts["kind"].as_str().unwrap_or_default().to_owned();
            given.entry(kind).or_default().extend(channels.map(str::to_owned));
        } else if let Some(kind) = notices::kind(&facts) {
            told.push(NoticeView {
                kind: kind.to_owned(),
                words: words(kind),
                at: Moment::of_micros(row.time_micros),
                proposal: found.id.to_string(),
                channels: Vec::new(),
            });
        }
    }
    for notice in &mut told {
        notice.channels = given.get(&notice.kind).cloned().unwrap_or_default();
        notice.channels.sort_unstable();
        notice.channels.dedup();
    }
    Ok(told)
}

fn words(kind: &str) -> &'static str {
    match kind {
        WAITING => "A plan waits for approval.",
        EXPIRED => "A plan expired without an answer.",
        FAILED => "Not every order was filled.",
        FILLED => "Every order was filled.",
        ABANDONED => "A plan was given up.",
        _ => "",
    }
}
