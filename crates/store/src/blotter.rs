//! The blotter in the database: lines are added, and never changed.

use rebalance::books::{BlotterLine, BooksError, Typed};
use rebalance::id::PersonId;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, line: &BlotterLine) -> Result<(), Failure> {
    let sql = "INSERT INTO blotter (client_order_id, number, execution_id, quantity, price, fees, executed_at, ended, \
               person_id, at, corrects) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let fill = line.typed.fill();
    let ended = match &line.typed {
        Typed::Ended(why) | Typed::Cancelled { why, .. } => Some(why.clone()),
        Typed::Fill { .. } | Typed::Corrected { .. } => None,
    };
    let values = values_of![
        &line.client_order_id,
        line.number,
        fill.as_ref().map(|fill| fill.execution_id.clone()),
        fill.as_ref().map(|fill| fill.quantity),
        fill.as_ref().map(|fill| fill.price),
        fill.as_ref().map(|fill| fill.fees),
        fill.as_ref().map(|fill| fill.at),
        ended,
        line.person.uuid(),
        line.at,
        line.typed.corrects().map(str::to_owned),
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
    let corrects = row.text_or_none("corrects")?;
    let typed = match (row.text_or_none("ended")?, corrects) {
        (Some(why), None) => Typed::Ended(why),
        (Some(why), Some(corrects)) => Typed::Cancelled { corrects, why },
        (None, corrects) => {
            let (execution_id, at) = (row.text("execution_id")?, row.time("executed_at")?);
            let (quantity, price, fees) = (row.money("quantity")?, row.money("price")?, row.money("fees")?);
            match corrects {
                Some(corrects) => Typed::Corrected { corrects, execution_id, quantity, price, fees, at },
                None => Typed::Fill { execution_id, quantity, price, fees, at },
            }
        }
    };
    Ok(BlotterLine {
        client_order_id: row.text("client_order_id")?,
        number: row.small("number")?,
        typed,
        person: PersonId::from_uuid(row.id("person_id")?),
        at: row.time("at")?,
    })
}
