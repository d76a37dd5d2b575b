//! Orders in the database, one per name that goes to a broker.

use rebalance::books::{BooksError, Order, OrderState};
use rebalance::id::RecommendationId;

use crate::attempts::side;
use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// A new order (version 0), or what became of one, from its version on.
pub(crate) async fn put(work: &mut Work, order: &Order) -> Result<(), Failure> {
    if order.version > 0 {
        let sql = "UPDATE orders SET state = $2, broker_order_id = $3, version = $4 \
                   WHERE client_order_id = $1 AND version = $5";
        let id = &order.client_order_id;
        let broker_id = order.broker_order_id.clone();
        let values = values_of![id, order.state.word(), broker_id, order.version + 1, order.version];
        let changed = work.execute(sql, values).await?;
        return crate::commit::one(changed, || format!("order {id}"), order.version);
    }
    let sql = "INSERT INTO orders (client_order_id, recommendation_id, attempt, line, broker, account_id, ticker, side, \
               lot_id, quantity, state, broker_order_id, version, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13)";
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
    ];
    work.execute(sql, values).await.map(drop)
}

pub(crate) async fn of(work: &mut Work, id: RecommendationId) -> Result<Vec<Order>, Failure> {
    let sql = "SELECT * FROM orders WHERE recommendation_id = $1 ORDER BY attempt, line, at";
    let rows = work.rows(sql, values_of![id.uuid()]).await?;
    Ok(rows.iter().map(order).collect::<Result<_, _>>()?)
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
        state: row.word("state", OrderState::from_word)?,
        broker_order_id: row.text_or_none("broker_order_id")?,
        version: row.count("version")?,
        at: row.time("at")?,
    })
}
