//! Recommendations in the database, with what was shown of them.

use std::collections::BTreeMap;

use portfolio::Decimal;
use rebalance::books::BooksError;
use rebalance::id::{CycleId, HouseholdId, PersonId, RecommendationId};
use rebalance::life::{Kept, Moved, Offer, Recommendation, Rejection, Shown, State};

use crate::failure::Failure;
use crate::listed::{TOGETHER, places};
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

/// Recommendations with the offers of their plans at hand. An offer and its facts are never changed, so that they may be read one after the other.
const OFFERED: &str = "SELECT r.*, o.wishes, o.traded_usd, o.edited_by, o.at AS offered_at, o.expires_at FROM recommendations r \
                       LEFT JOIN offers o ON o.recommendation_id = r.id AND o.plan_hash = r.plan_hash";

pub(crate) async fn by_id(work: &mut Work, id: RecommendationId) -> Result<Option<Recommendation>, Failure> {
    let rows = work.rows(&format!("{OFFERED} WHERE r.id = $1"), values_of![id.uuid()]).await?;
    Ok(all(work, &rows).await?.pop())
}

pub(crate) async fn of_cycle(work: &mut Work, cycle: CycleId) -> Result<Option<Recommendation>, Failure> {
    let rows = work.rows(&format!("{OFFERED} WHERE r.cycle_id = $1"), values_of![cycle.uuid()]).await?;
    Ok(all(work, &rows).await?.pop())
}

pub(crate) async fn in_state(work: &mut Work, state: State) -> Result<Vec<Recommendation>, Failure> {
    let (name, rejection) = (state.name(), state.rejection().map(Rejection::word));
    let sql = format!(
        "{OFFERED} WHERE r.state = $1 AND (r.rejection = $2 OR r.rejection IS NULL) ORDER BY r.begun_at, r.id"
    );
    let rows = work.rows(&sql, values_of![name, rejection]).await?;
    all(work, &rows).await
}

async fn all(work: &mut Work, rows: &[Row]) -> Result<Vec<Recommendation>, Failure> {
    let mut all = rows.iter().map(kept).collect::<Result<Vec<_>, _>>()?;
    let offered = all.iter_mut().filter_map(|kept| Some((kept.id, kept.offer.as_mut()?))).collect();
    show(work, offered).await?;
    let restored = all
        .into_iter()
        .map(|kept| Recommendation::restore(kept).map_err(|e| BooksError::Damaged { detail: e.to_string() }));
    Ok(restored.collect::<Result<_, _>>()?)
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
        offer: offer(row)?,
        begun_at: row.time("begun_at")?,
        moved_at: row.time("moved_at")?,
    })
}

/// The offer of a row, without what was shown.
fn offer(row: &Row) -> Result<Option<Offer>, BooksError> {
    let (Some(plan_hash), Some(wishes)) = (row.text_or_none("plan_hash")?, row.text_or_none("wishes")?)
    else {
        return Ok(None);
    };
    Ok(Some(Offer {
        plan_hash,
        shown: Shown { prices: Amounts::new(), holdings: Amounts::new(), wishes },
        traded_usd: row.money("traded_usd")?,
        edited_by: row.id_or_none("edited_by")?.map(PersonId::from_uuid),
        at: row.time("offered_at")?,
        expires_at: row.time("expires_at")?,
    }))
}

type Amounts = BTreeMap<String, Decimal>;

/// Adds to offers the prices and holdings that were shown.
async fn show(work: &mut Work, mut offered: Vec<(RecommendationId, &mut Offer)>) -> Result<(), Failure> {
    for some in offered.chunks_mut(TOGETHER) {
        let mut values = Vec::with_capacity(2 * some.len());
        let ids = places(some.iter().map(|(id, _)| id.uuid()), &mut values);
        let plans = places(some.iter().map(|(_, offer)| offer.plan_hash.as_str()), &mut values);
        let sql = format!(
            "SELECT recommendation_id, plan_hash, kind, name, amount FROM offered_facts \
             WHERE recommendation_id IN ({ids}) AND plan_hash IN ({plans})"
        );
        let rows = work.rows(&sql, &values).await?;
        let mut offers: BTreeMap<RecommendationId, &mut Offer> =
            some.iter_mut().map(|(id, offer)| (*id, &mut **offer)).collect();
        for row in rows {
            let id = RecommendationId::from_uuid(row.id("recommendation_id")?);
            let Some(offer) = offers.get_mut(&id) else { continue };
            // What was shown of one plan may have been shown of another of the same recommendation.
            if offer.plan_hash == row.text("plan_hash")? {
                fact(&row, &mut offer.shown.prices, &mut offer.shown.holdings)?;
            }
        }
    }
    Ok(())
}

/// Prices and holdings that were shown of a plan.
pub(crate) async fn facts(
    work: &mut Work,
    id: RecommendationId,
    plan_hash: &str,
) -> Result<(Amounts, Amounts), Failure> {
    let sql = "SELECT kind, name, amount FROM offered_facts WHERE recommendation_id = $1 AND plan_hash = $2";
    let (mut prices, mut holdings) = (Amounts::new(), Amounts::new());
    for row in work.rows(sql, values_of![id.uuid(), plan_hash]).await? {
        fact(&row, &mut prices, &mut holdings)?;
    }
    Ok((prices, holdings))
}

fn fact(row: &Row, prices: &mut Amounts, holdings: &mut Amounts) -> Result<(), BooksError> {
    let kind = row.text("kind")?;
    let facts = match kind.as_str() {
        "price" => prices,
        "holding" => holdings,
        other => return Err(damaged("kind", format!("`{other}`"))),
    };
    facts.insert(row.text("name")?, row.money("amount")?);
    Ok(())
}
