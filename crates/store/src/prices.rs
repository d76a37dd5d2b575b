//! Prices in the database. The same price told twice is one row.

use jiff::Timestamp;
use rebalance::books::{BooksError, PricePoint};

use crate::failure::Failure;
use crate::row::Row;
use crate::value::{Value, values_of};
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
    let row = work.row(sql, values_of![ticker, at]).await?;
    Ok(row.as_ref().map(point).transpose()?)
}

/// The newest of each, as far as there is one.
pub(crate) async fn newest_of(
    work: &mut Work,
    tickers: &[String],
    at: Timestamp,
) -> Result<Vec<PricePoint>, Failure> {
    let mut found = Vec::with_capacity(tickers.len());
    for some in tickers.chunks(TOGETHER) {
        let one = |place: usize| {
            format!(
                "SELECT * FROM (SELECT * FROM prices WHERE ticker = ${} AND as_of <= $1 AND received_at <= $1 \
                 ORDER BY as_of DESC, received_at DESC LIMIT 1) AS p{place}",
                place + 2
            )
        };
        let sql = (0..some.len()).map(one).collect::<Vec<_>>().join(" UNION ALL ");
        let values: Vec<Value> =
            std::iter::once(Value::from(at)).chain(some.iter().map(Value::from)).collect();
        for row in work.rows(&sql, &values).await? {
            found.push(point(&row)?);
        }
    }
    Ok(found)
}

/// Tickers that are asked for together.
pub(crate) const TOGETHER: usize = 100;

fn point(row: &Row) -> Result<PricePoint, BooksError> {
    Ok(PricePoint {
        ticker: row.text("ticker")?,
        price: row.money("price")?,
        source: row.text("source")?,
        as_of: row.time("as_of")?,
        received_at: row.time("received_at")?,
    })
}
