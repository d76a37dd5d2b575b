//! Orders in the database, one per name that goes to a broker.

use jiff::Timestamp;
use rebalance::books::{BooksError, Order, OrderState, Sent};
use rebalance::id::RecommendationId;

use crate::attempts::side;
use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// A new order (version 0), or what became of one, from its version on.
pub(crate) async fn put(work: &mut Work, order: &Order) -> Result<(), Failure> {
    if order.version > 0 {
        let sql = "UPDATE orders SET state = $2, broker_order_id = $3, version = $4, sent_quantity = $6, sent_limit = $7, \
                   sent_at = $8, sent_until = $9, sent_under = $10 WHERE client_order_id = $1 AND version = $5";
        let (id, sent) = (&order.client_order_id, order.sent);
        let values = values_of![
            id,
            order.state.word(),
            order.broker_order_id.clone(),
            order.version + 1,
            order.version,
            sent.map(|sent| sent.quantity),
            sent.and_then(|sent| sent.limit),
            sent.map(|sent| sent.at),
            sent.map(|sent| sent.until),
            order.sent_under.clone(),
        ];
        let changed = work.execute(sql, values).await?;
        return crate::commit::one(changed, || format!("order {id}"), order.version);
    }
    let sql = "INSERT INTO orders (client_order_id, recommendation_id, attempt, line, broker, account_id, ticker, side, \
               lot_id, quantity, state, broker_order_id, version, at, sent_quantity, sent_limit, sent_at, sent_until, \
               sent_under) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $15, $16, $17, $18)";
    let values = values_of![
        &order.client_order_id,
        order.recommendation.uuid(),
        order.attempt,
        order.line,
        &order.broker,
        &order.account_id,
        &order.ticker,
        order.side.word(),
        order.lot_id.clone(),
        order.quantity,
        order.state.word(),
        order.broker_order_id.clone(),
        order.at,
        order.sent.map(|sent| sent.quantity),
        order.sent.and_then(|sent| sent.limit),
        order.sent.map(|sent| sent.at),
        order.sent.map(|sent| sent.until),
        order.sent_under.clone(),
    ];
    work.execute(sql, values).await.map(drop)
}

pub(crate) async fn of(work: &mut Work, id: RecommendationId) -> Result<Vec<Order>, Failure> {
    let sql = "SELECT * FROM orders WHERE recommendation_id = $1 ORDER BY attempt, line, at";
    let rows = work.rows(sql, values_of![id.uuid()]).await?;
    Ok(rows.iter().map(order).collect::<Result<_, _>>()?)
}

pub(crate) async fn named(work: &mut Work, id: &str) -> Result<Option<Order>, Failure> {
    let row = work.row("SELECT * FROM orders WHERE client_order_id = $1", values_of![id]).await?;
    Ok(row.as_ref().map(order).transpose()?)
}

pub(crate) async fn open(work: &mut Work, broker: &str) -> Result<Vec<Order>, Failure> {
    let sql = "SELECT * FROM orders WHERE broker = $1 AND state NOT IN ('filled', 'refused', 'cancelled', 'expired') \
               ORDER BY account_id, recommendation_id, attempt, line";
    let rows = work.rows(sql, values_of![broker]).await?;
    Ok(rows.iter().map(order).collect::<Result<_, _>>()?)
}

/// Written down from a time on.
pub(crate) async fn since(work: &mut Work, at: Timestamp) -> Result<Vec<Order>, Failure> {
    let sql = "SELECT * FROM orders WHERE at >= $1 ORDER BY at, recommendation_id, attempt, line";
    let rows = work.rows(sql, values_of![at]).await?;
    Ok(rows.iter().map(order).collect::<Result<_, _>>()?)
}

pub(crate) async fn sent_since(work: &mut Work, at: Timestamp) -> Result<u64, Failure> {
    let sql = "SELECT count(DISTINCT coalesce(sent_under, client_order_id)) AS sent FROM orders WHERE sent_at >= $1";
    let row = work.row(sql, values_of![at]).await?;
    Ok(row.map_or(Ok(0), |row| row.count("sent"))?)
}

fn order(row: &Row) -> Result<Order, BooksError> {
    Ok(Order {
        client_order_id: row.text("client_order_id")?,
        recommendation: RecommendationId::from_uuid(row.id("recommendation_id")?),
        attempt: row.small("attempt")?,
        line: row.small("line")?,
        broker: row.text("broker")?,
        account_id: row.text("account_id")?,
        ticker: row.text("ticker")?,
        side: row.word("side", side)?,
        lot_id: row.text_or_none("lot_id")?,
        quantity: row.money("quantity")?,
        sent: sent(row)?,
        sent_under: row.text_or_none("sent_under")?,
        state: row.word("state", OrderState::from_word)?,
        broker_order_id: row.text_or_none("broker_order_id")?,
        version: row.count("version")?,
        at: row.time("at")?,
    })
}

fn sent(row: &Row) -> Result<Option<Sent>, BooksError> {
    let Some(at) = row.time_or_none("sent_at")? else { return Ok(None) };
    Ok(Some(Sent {
        quantity: row.money("sent_quantity")?,
        limit: row.money_or_none("sent_limit")?,
        at,
        until: row.time("sent_until")?,
    }))
}
