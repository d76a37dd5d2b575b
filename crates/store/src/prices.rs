//! Prices in the database. The same price told twice is one row.

use jiff::Timestamp;
use rebalance::books::PricePoint;

use crate::failure::Failure;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, point: &PricePoint) -> Result<(), Failure> {
    let sql = "INSERT INTO prices (ticker, source, as_of, received_at, price) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT DO NOTHING";
    let values = values_of![&point.ticker, &point.source, point.as_of, point.received_at, point.price];
    work.execute(sql, values).await.map(drop)
}

/// The newest that was known at a time.
pub(crate) async fn newest(
    work: &mut Work,
    ticker: &str,
    at: Timestamp,
) -> Result<Option<PricePoint>, Failure> {
    let sql = "SELECT * FROM prices WHERE ticker = $1 AND as_of <= $2 AND received_at <= $2 \
               ORDER BY as_of DESC, received_at DESC LIMIT 1";
    let Some(row) = work.row(sql, values_of![ticker, at]).await? else { return Ok(None) };
    Ok(Some(PricePoint {
        ticker: row.text("ticker")?,
        price: row.money("price")?,
        source: row.text("source")?,
        as_of: row.time("as_of")?,
        received_at: row.time("received_at")?,
    }))
}
