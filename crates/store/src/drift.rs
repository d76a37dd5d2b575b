//! Drift history in the database.

use jiff::Timestamp;
use rebalance::books::{BooksError, DriftPoint};
use rebalance::id::{HouseholdId, PortfolioId};

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, point: &DriftPoint) -> Result<(), Failure> {
    let sql = "INSERT INTO drift (household_id, at, portfolio_id, absolute, largest, breaches, act, why) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = values_of![
        point.household.uuid(),
        point.at,
        point.portfolio.uuid(),
        point.absolute,
        point.largest,
        point.breaches,
        point.act,
        &point.why,
    ];
    work.execute(sql, values).await.map(drop)
}

pub(crate) async fn since(
    work: &mut Work,
    household: HouseholdId,
    at: Timestamp,
) -> Result<Vec<DriftPoint>, Failure> {
    let sql = "SELECT * FROM drift WHERE household_id = $1 AND at >= $2 ORDER BY at";
    let rows = work.rows(sql, values_of![household.uuid(), at]).await?;
    Ok(rows.iter().map(point).collect::<Result<_, _>>()?)
}

fn point(row: &Row) -> Result<DriftPoint, BooksError> {
    Ok(DriftPoint {
        household: HouseholdId::from_uuid(row.id("household_id")?),
        portfolio: PortfolioId::from_uuid(row.id("portfolio_id")?),
        at: row.time("at")?,
        absolute: row.money("absolute")?,
        largest: row.money("largest")?,
        breaches: row.small("breaches")?,
        act: row.flag("act")?,
        why: row.text("why")?,
    })
}
