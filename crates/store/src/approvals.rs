//! Approvals in the database: one per person and plan. The prices that were shown are those of the offer.

use rebalance::id::{PersonId, RecommendationId};
use rebalance::life::Approval;

use crate::failure::Failure;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, approval: &Approval) -> Result<(), Failure> {
    let sql = "INSERT INTO approvals (recommendation_id, plan_hash, person_id, at) VALUES ($1, $2, $3, $4)";
    let values =
        values_of![approval.recommendation.uuid(), &approval.plan_hash, approval.person.uuid(), approval.at];
    work.execute(sql, values).await.map(drop)
}

pub(crate) async fn of(work: &mut Work, id: RecommendationId) -> Result<Vec<Approval>, Failure> {
    let sql = "SELECT * FROM approvals WHERE recommendation_id = $1 ORDER BY at, person_id";
    let mut all = Vec::new();
    for row in work.rows(sql, values_of![id.uuid()]).await? {
        let plan_hash = row.text("plan_hash")?;
        let (prices, _) = crate::proposals::facts(work, id, &plan_hash).await?;
        let (person, at) = (PersonId::from_uuid(row.id("person_id")?), row.time("at")?);
        all.push(Approval { recommendation: id, plan_hash, person, at, prices });
    }
    Ok(all)
}
