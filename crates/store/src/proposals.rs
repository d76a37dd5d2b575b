//! Recommendations in the database, with what was shown of them.

use std::collections::BTreeMap;

use portfolio::Decimal;
use rebalance::books::BooksError;
use rebalance::id::{CycleId, HouseholdId, PersonId, RecommendationId};
use rebalance::life::{Kept, Moved, Offer, Recommendation, Rejection, Shown, State};

use crate::failure::Failure;
use crate::row::{Row, damaged};
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn begin(work: &mut Work, recommendation: &Recommendation) -> Result<(), Failure> {
    let kept = recommendation.kept();
    let sql = "INSERT INTO recommendations (id, household_id, cycle_id, state, rejection, version, attempt, plan_hash, \
               begun_at, moved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = values_of![
        kept.id.uuid(),
        kept.household.uuid(),
        kept.cycle.uuid(),
        kept.state.name(),
        kept.state.rejection().map(Rejection::word),
        kept.version,
        kept.attempt,
        kept.plan_hash.clone(),
        kept.begun_at,
        kept.moved_at,
    ];
    work.execute(sql, values).await.map(drop)
}

/// Writes a move over the version that it was made from, while its cycle is open; an offer and an approval with it.
pub(crate) async fn advance(work: &mut Work, moved: &Moved) -> Result<(), Failure> {
    let kept = moved.after().kept();
    let sql = "UPDATE recommendations SET state = $2, rejection = $3, version = $4, attempt = $5, plan_hash = $6, \
               moved_at = $7 WHERE id = $1 AND version = $8 AND state = $9 \
               AND EXISTS (SELECT 1 FROM cycles WHERE cycles.id = cycle_id AND closing IS NULL)";
    let values = values_of![
        kept.id.uuid(),
        kept.state.name(),
        kept.state.rejection().map(Rejection::word),
        kept.version,
        kept.attempt,
        kept.plan_hash.clone(),
        kept.moved_at,
        moved.version_before(),
        moved.before().name(),
    ];
    let changed = work.execute(sql, values).await?;
    crate::commit::one(changed, || format!("recommendation {}", kept.id), moved.version_before())?;
    if let Some(offer) = kept.offer.as_ref().filter(|_| matches!(moved.step(), "offer" | "retry")) {
        insert_offer(work, kept.id, offer).await?;
    }
    if let Some(approval) = moved.approval() {
        crate::approvals::insert(work, approval).await?;
    }
    Ok(())
}

async fn insert_offer(work: &mut Work, id: RecommendationId, offer: &Offer) -> Result<(), Failure> {
    let sql = "INSERT INTO offers (recommendation_id, plan_hash, wishes, traded_usd, edited_by, at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values_of![
        id.uuid(),
        &offer.plan_hash,
        &offer.shown.wishes,
        offer.traded_usd,
        offer.edited_by.map(PersonId::uuid),
        offer.at,
        offer.expires_at,
    ];
    work.execute(sql, values).await?;
    let prices = offer.shown.prices.iter().map(|fact| ("price", fact));
    let holdings = offer.shown.holdings.iter().map(|fact| ("holding", fact));
    for (kind, (name, amount)) in prices.chain(holdings) {
        let sql = "INSERT INTO offered_facts (recommendation_id, plan_hash, kind, name, amount) \
                   VALUES ($1, $2, $3, $4, $5)";
        work.execute(sql, values_of![id.uuid(), &offer.plan_hash, kind, name, *amount]).await?;
    }
    Ok(())
}

pub(crate) async fn by_id(work: &mut Work, id: RecommendationId) -> Result<Option<Recommendation>, Failure> {
    let row = work.row("SELECT * FROM recommendations WHERE id = $1", values_of![id.uuid()]).await?;
    one(work, row).await
}

pub(crate) async fn of_cycle(work: &mut Work, cycle: CycleId) -> Result<Option<Recommendation>, Failure> {
    let row = work.row("SELECT * FROM recommendations WHERE cycle_id = $1", values_of![cycle.uuid()]).await?;
    one(work, row).await
}

pub(crate) async fn in_state(work: &mut Work, state: State) -> Result<Vec<Recommendation>, Failure> {
    let (name, rejection) = (state.name(), state.rejection().map(Rejection::word));
    let sql = "SELECT * FROM recommendations WHERE state = $1 AND (rejection = $2 OR rejection IS NULL) ORDER BY begun_at, id";
    let rows = work.rows(sql, values_of![name, rejection]).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.extend(one(work, Some(row)).await?);
    }
    Ok(all)
}

async fn one(work: &mut Work, row: Option<Row>) -> Result<Option<Recommendation>, Failure> {
    let Some(row) = row else { return Ok(None) };
    let mut kept = kept(&row)?;
    if let Some(plan_hash) = kept.plan_hash.clone() {
        kept.offer = offer(work, kept.id, &plan_hash).await?;
    }
    let restored =
        Recommendation::restore(kept).map_err(|e| BooksError::Damaged { detail: e.to_string() })?;
    Ok(Some(restored))
}

fn kept(row: &Row) -> Result<Kept, BooksError> {
    let rejection = row.text_or_none("rejection")?;
    Ok(Kept {
        id: RecommendationId::from_uuid(row.id("id")?),
        household: HouseholdId::from_uuid(row.id("household_id")?),
        cycle: CycleId::from_uuid(row.id("cycle_id")?),
        state: row.word("state", |name| State::from_words(name, rejection.as_deref()))?,
        version: row.count("version")?,
        attempt: row.small("attempt")?,
        plan_hash: row.text_or_none("plan_hash")?,
        offer: None,
        begun_at: row.time("begun_at")?,
        moved_at: row.time("moved_at")?,
    })
}

async fn offer(work: &mut Work, id: RecommendationId, plan_hash: &str) -> Result<Option<Offer>, Failure> {
    let sql = "SELECT * FROM offers WHERE recommendation_id = $1 AND plan_hash = $2";
    let Some(row) = work.row(sql, values_of![id.uuid(), plan_hash]).await? else { return Ok(None) };
    let (prices, holdings) = facts(work, id, plan_hash).await?;
    Ok(Some(Offer {
        plan_hash: plan_hash.to_owned(),
        shown: Shown { prices, holdings, wishes: row.text("wishes")? },
        traded_usd: row.money("traded_usd")?,
        edited_by: row.id_or_none("edited_by")?.map(PersonId::from_uuid),
        at: row.time("at")?,
        expires_at: row.time("expires_at")?,
    }))
}

type Amounts = BTreeMap<String, Decimal>;

/// Prices and holdings that were shown.
pub(crate) async fn facts(
    work: &mut Work,
    id: RecommendationId,
    plan_hash: &str,
) -> Result<(Amounts, Amounts), Failure> {
    let sql = "SELECT kind, name, amount FROM offered_facts WHERE recommendation_id = $1 AND plan_hash = $2";
    let (mut prices, mut holdings) = (Amounts::new(), Amounts::new());
    for row in work.rows(sql, values_of![id.uuid(), plan_hash]).await? {
        let kind = row.text("kind")?;
        let facts = match kind.as_str() {
            "price" => &mut prices,
            "holding" => &mut holdings,
            other => return Err(damaged("kind", format!("`{other}`")).into()),
        };
        facts.insert(row.text("name")?, row.money("amount")?);
    }
    Ok((prices, holdings))
}
