//! Lists of recommendations in the database: a part of a list is one statement, however many there are.

use std::collections::BTreeSet;

use rebalance::books::{BooksError, Listed, ListedOffer, Listing};
use rebalance::id::{CycleId, HouseholdId, PersonId, RecommendationId};
use rebalance::life::{Rejection, State};
use uuid::Uuid;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::Value;
use crate::work::Work;

/// Ids that a statement names.
pub(crate) const TOGETHER: usize = 500;
/// Rows of a statement, where what is wanted is found among them afterwards.
const ROWS: usize = 1000;

/// Adds values; their places. A list of none is that of a value which nothing equals.
pub(crate) fn places<T: Into<Value>>(list: impl IntoIterator<Item = T>, values: &mut Vec<Value>) -> String {
    let before = values.len();
    values.extend(list.into_iter().map(Into::into));
    let places: Vec<String> = (before + 1..=values.len()).map(|place| format!("${place}")).collect();
    if places.is_empty() { "NULL".to_owned() } else { places.join(", ") }
}

pub(crate) async fn of(work: &mut Work, wanted: &Listing) -> Result<Vec<Listed>, Failure> {
    let most = wanted.most.unwrap_or(usize::MAX);
    // More households than a statement names are told apart here.
    let among: Option<BTreeSet<HouseholdId>> = wanted
        .households
        .as_ref()
        .filter(|households| households.len() > TOGETHER)
        .map(|households| households.iter().copied().collect());
    let limit = match (&among, wanted.most) {
        (None, most) => most,
        (Some(_), _) => Some(ROWS),
    };
    let (mut all, mut after) = (Vec::new(), wanted.after);
    while all.len() < most {
        let part = part(work, wanted, after, limit).await?;
        let is_last = limit.is_none_or(|limit| part.len() < limit);
        after = part.last().map(|last| last.id);
        all.extend(
            part.into_iter().filter(|one| among.as_ref().is_none_or(|among| among.contains(&one.household))),
        );
        if is_last {
            break;
        }
    }
    all.truncate(most);
    Ok(all)
}

async fn part(
    work: &mut Work,
    wanted: &Listing,
    after: Option<RecommendationId>,
    limit: Option<usize>,
) -> Result<Vec<Listed>, Failure> {
    let (mut values, mut conditions): (Vec<Value>, Vec<String>) = (Vec::new(), Vec::new());
    if State::ALL.iter().any(|state| !wanted.states.contains(state)) {
        // Names alone where the reasons of a rejection don't part them, so that an index of states can be used.
        let names: BTreeSet<&str> = wanted.states.iter().map(|state| state.name()).collect();
        conditions.push(format!("r.state IN ({})", places(names, &mut values)));
        let reasons: BTreeSet<&str> =
            wanted.states.iter().filter_map(|state| state.rejection().map(Rejection::word)).collect();
        if !reasons.is_empty() && reasons.len() < Rejection::ALL.len() {
            conditions
                .push(format!("(r.rejection IS NULL OR r.rejection IN ({}))", places(reasons, &mut values)));
        }
    }
    if let Some(households) = wanted.households.as_ref().filter(|households| households.len() <= TOGETHER) {
        let ids: BTreeSet<Uuid> = households.iter().map(|id| id.uuid()).collect();
        conditions.push(format!("r.household_id IN ({})", places(ids, &mut values)));
    }
    if wanted.is_open {
        conditions.push("r.cycle_id IN (SELECT id FROM cycles WHERE closing IS NULL)".to_owned());
    }
    if let Some(since) = wanted.since {
        conditions.push(format!("r.begun_at >= {}", places([since], &mut values)));
    }
    if let Some(after) = after {
        let behind = if wanted.newest_first { "<" } else { ">" };
        conditions.push(format!("r.id {behind} {}", places([after.uuid()], &mut values)));
    }
    let conditions =
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let order = if wanted.newest_first { "DESC" } else { "ASC" };
    let limit = limit.map_or(String::new(), |limit| format!(" LIMIT {limit}"));
    let sql = format!(
        "SELECT r.*, o.traded_usd, o.edited_by, o.expires_at FROM recommendations r LEFT JOIN offers o \
         ON o.recommendation_id = r.id AND o.plan_hash = r.plan_hash{conditions} ORDER BY r.id {order}{limit}"
    );
    let rows = work.rows(&sql, &values).await?;
    Ok(rows.iter().map(listed).collect::<Result<_, _>>()?)
}

fn listed(row: &Row) -> Result<Listed, BooksError> {
    let rejection = row.text_or_none("rejection")?;
    let offer = match row.money_or_none("traded_usd")? {
        None => None,
        Some(traded_usd) => Some(ListedOffer {
            traded_usd,
            edited_by: row.id_or_none("edited_by")?.map(PersonId::from_uuid),
            expires_at: row.time("expires_at")?,
        }),
    };
    Ok(Listed {
        id: RecommendationId::from_uuid(row.id("id")?),
        household: HouseholdId::from_uuid(row.id("household_id")?),
        cycle: CycleId::from_uuid(row.id("cycle_id")?),
        state: row.word("state", |name| State::from_words(name, rejection.as_deref()))?,
        attempt: row.small("attempt")?,
        plan_hash: row.text_or_none("plan_hash")?,
        offer,
        begun_at: row.time("begun_at")?,
        moved_at: row.time("moved_at")?,
    })
}

/// Who has approved which plan.
pub(crate) async fn approvers(
    work: &mut Work,
    of: &[RecommendationId],
) -> Result<Vec<(RecommendationId, String, PersonId)>, Failure> {
    let mut all = Vec::new();
    for some in of.chunks(TOGETHER) {
        let mut values = Vec::with_capacity(some.len());
        let ids = places(some.iter().map(|id| id.uuid()), &mut values);
        let sql = format!(
            "SELECT recommendation_id, plan_hash, person_id FROM approvals WHERE recommendation_id IN ({ids}) ORDER BY at, person_id"
        );
        for row in work.rows(&sql, &values).await? {
            let id = RecommendationId::from_uuid(row.id("recommendation_id")?);
            all.push((id, row.text("plan_hash")?, PersonId::from_uuid(row.id("person_id")?)));
        }
    }
    all.sort_by_key(|(id, ..)| *id);
    Ok(all)
}
