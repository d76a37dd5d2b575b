//! The blotter in the database: lines are added, and never changed.

use rebalance::books::{BlotterLine, BooksError, Typed};
use rebalance::id::PersonId;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, line: &BlotterLine) -> Result<(), Failure> {
    let sql = "INSERT INTO blotter (client_order_id, number, execution_id, quantity, price, fees, executed_at, ended, \
               person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let (fill, ended) = match line.typed.clone() {
        Typed::Fill { execution_id, quantity, price, fees, at } => {
            (Some((execution_id, quantity, price, fees, at)), None)
        }
        Typed::Ended(why) => (None, Some(why)),
    };
    let values = values_of![
        &line.client_order_id,
        line.number,
        fill.as_ref().map(|fill| fill.0.clone()),
        fill.as_ref().map(|fill| fill.1),
        fill.as_ref().map(|fill| fill.2),
        fill.as_ref().map(|fill| fill.3),
        fill.as_ref().map(|fill| fill.4),
        ended,
        line.person.uuid(),
        line.at,
    ];
    work.execute(sql, values).await.map(drop)
}

pub(crate) async fn of(work: &mut Work, client_order_id: &str) -> Result<Vec<BlotterLine>, Failure> {
    let sql = "SELECT * FROM blotter WHERE client_order_id = $1 ORDER BY number";
    let rows = work.rows(sql, values_of![client_order_id]).await?;
    Ok(rows.iter().map(line).collect::<Result<_, _>>()?)
}

/// The fill of this name, of whichever order.
pub(crate) async fn named(work: &mut Work, execution_id: &str) -> Result<Option<BlotterLine>, Failure> {
    let row = work.row("SELECT * FROM blotter WHERE execution_id = $1", values_of![execution_id]).await?;
    Ok(row.as_ref().map(line).transpose()?)
}

fn line(row: &Row) -> Result<BlotterLine, BooksError> {
    let typed = match row.text_or_none("ended")? {
        Some(why) => Typed::Ended(why),
        None => Typed::Fill {
            execution_id: row.text("execution_id")?,
            quantity: row.money("quantity")?,
            price: row.money("price")?,
            fees: row.money("fees")?,
            at: row.time("executed_at")?,
        },
    };
    Ok(BlotterLine {
        client_order_id: row.text("client_order_id")?,
        number: row.small("number")?,
        typed,
        person: PersonId::from_uuid(row.id("person_id")?),
        at: row.time("at")?,
    })
}
