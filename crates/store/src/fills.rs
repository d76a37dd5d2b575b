//! Fills in the database, each once by the broker's name for it. One that a person has corrected stays, and is not among those that are read.

use rebalance::books::{BooksError, Fill};
use rebalance::id::RecommendationId;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, fill: &Fill) -> Result<(), Failure> {
    let sql = "INSERT INTO fills (broker, execution_id, client_order_id, quantity, price, fees, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values_of![
        &fill.broker,
        &fill.execution_id,
        &fill.client_order_id,
        fill.quantity,
        fill.price,
        fill.fees,
        fill.at,
    ];
    work.execute(sql, values).await.map(drop)
}

/// That a fill `f` was not corrected.
const STANDS: &str = "NOT EXISTS (SELECT 1 FROM blotter AS b WHERE b.client_order_id = f.client_order_id \
                      AND b.corrects = f.execution_id)";

pub(crate) async fn of(work: &mut Work, client_order_id: &str) -> Result<Vec<Fill>, Failure> {
    let sql = format!(
        "SELECT f.* FROM fills AS f WHERE f.client_order_id = $1 AND {STANDS} ORDER BY f.at, f.execution_id"
    );
    let rows = work.rows(&sql, values_of![client_order_id]).await?;
    Ok(rows.iter().map(fill).collect::<Result<_, _>>()?)
}

/// Of every order of a recommendation.
pub(crate) async fn of_all(work: &mut Work, id: RecommendationId) -> Result<Vec<Fill>, Failure> {
    let sql = format!(
        "SELECT f.* FROM fills AS f JOIN orders AS o ON o.client_order_id = f.client_order_id \
         WHERE o.recommendation_id = $1 AND {STANDS} ORDER BY f.at, f.execution_id"
    );
    let rows = work.rows(&sql, values_of![id.uuid()]).await?;
    Ok(rows.iter().map(fill).collect::<Result<_, _>>()?)
}

fn fill(row: &Row) -> Result<Fill, BooksError> {
    Ok(Fill {
        broker: row.text("broker")?,
        execution_id: row.text("execution_id")?,
        client_order_id: row.text("client_order_id")?,
        quantity: row.money("quantity")?,
        price: row.money("price")?,
        fees: row.money("fees")?,
        at: row.time("at")?,
    })
}
