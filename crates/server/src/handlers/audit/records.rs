//! `GET /api/v1/audit/records`: the log, as far as the caller may look at it.

use std::collections::BTreeMap;

use audit::leaf::KeyId;
use audit::{HOUSE, HouseholdKey};
use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;

use super::super::proposals::records::RecordView;
use super::super::{Page, opened};
use super::LogAsked;
use crate::asked::{Asked, Part};
use crate::caller::{Asking, Caller};
use crate::house::House;
use crate::problem::Problem;
use crate::serving::Server;

/// Records that one request looks through at most; with a filter a part may be short, and its `next` goes on.
const LOOKED_MAX: u32 = 10_000;
/// Records that are read together.
const PAGE: u32 = 1_000;

/// The log in its order: the records of the households whose log you may look at; of who may look at all of it those about nobody
/// as well, and what was erased, without a body.
#[utoipa::path(get, path = "/api/v1/audit/records", operation_id = "audit_records", tag = "audit", params(LogAsked),
    responses((status = 200, description = "Records", body = Page<RecordView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn records(
    State(server): State<Server>,
    asking: Asking,
    Asked(asked): Asked<LogAsked>,
) -> Result<Json<Page<RecordView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            super::may_audit_something(house, &caller)?;
            let limit = Part { after: None, limit: asked.limit }.limit()?;
            let keys = keys(house, &caller, asked.household.as_deref())?;
            let sees_all = asked.household.is_none() && caller.may_everywhere(Right::Audit);
            let from = match &asked.after {
                None => 0,
                Some(after) => {
                    let after: u64 =
                        after.parse().map_err(|_| Problem::invalid("after", "names no record"))?;
                    after.saturating_add(1)
                }
            };
            let (mut items, mut next, mut looked) = (Vec::new(), from, 0);
            while items.len() < limit && looked < LOOKED_MAX {
                let rows = house.store().records(next, PAGE)?;
                let Some(last) = rows.last() else {
                    return Ok(Json(Page { items, next: None }));
                };
                let end = last.sequence;
                for row in rows {
                    if items.len() == limit {
                        break;
                    }
                    (next, looked) = (row.sequence.saturating_add(1), looked + 1);
                    let is_wanted = asked.kind.as_deref().is_none_or(|kind| kind == row.kind.as_str());
                    let key = keys.get(&row.key_id);
                    if !is_wanted || !(sees_all || key.is_some()) {
                        continue;
                    }
                    items.push(RecordView::of(&row, opened(&row, key)?));
                }
                if next > end && items.len() < limit && house.store().records(next, 1)?.is_empty() {
                    return Ok(Json(Page { items, next: None }));
                }
            }
            let more = !house.store().records(next, 1)?.is_empty();
            Ok(Json(Page { items, next: more.then(|| next.saturating_sub(1).to_string()) }))
        })
        .await
}

/// The keys of what the caller may look at.
fn keys(
    house: &dyn House,
    caller: &Caller,
    only: Option<&str>,
) -> Result<BTreeMap<KeyId, HouseholdKey>, Problem> {
    let store = house.store();
    let households = match only {
        Some(id) => vec![caller.household(house, id, Right::Audit)?],
        None => store.reading().households()?,
    };
    let mut owners: Vec<String> = households
        .iter()
        .filter(|household| caller.may(Right::Audit, household))
        .map(|household| household.id.to_string())
        .collect();
    if only.is_none() && caller.may_everywhere(Right::Audit) {
        owners.push(HOUSE.to_owned());
    }
    let mut keys = BTreeMap::new();
    for owner in owners {
        if let Some(key) = store.key(&owner)? {
            keys.insert(key.id(), key);
        }
    }
    Ok(keys)
}
