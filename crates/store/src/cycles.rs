//! Cycles in the database. An index that is unique over open cycles keeps a household to one.

use rebalance::books::{BooksError, Closing, OpenedCycle};
use rebalance::id::{CycleId, HouseholdId, PortfolioId};

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn open(work: &mut Work, cycle: &OpenedCycle) -> Result<(), Failure> {
    let sql =
        "INSERT INTO cycles (id, household_id, portfolio_id, caused_by, at) VALUES ($1, $2, $3, $4, $5)";
    let values =
        values_of![cycle.id.uuid(), cycle.household.uuid(), cycle.portfolio.uuid(), &cycle.trigger, cycle.at];
    match work.execute(sql, values).await {
        // SQLite names the column of the index, PostgreSQL the index.
        Err(Failure::Books(BooksError::Exists { what }))
            if what.contains("cycles.household_id") || what.contains("cycles_one_open") =>
        {
            Err(BooksError::CycleOpen { household: cycle.household.to_string() }.into())
        }
        done => done.map(drop),
    }
}

/// Ends a cycle that is open.
pub(crate) async fn close(work: &mut Work, id: CycleId, closing: Closing) -> Result<(), Failure> {
    let sql = "UPDATE cycles SET closing = $2 WHERE id = $1 AND closing IS NULL";
    let changed = work.execute(sql, values_of![id.uuid(), closing.word()]).await?;
    crate::commit::one(changed, || format!("cycle {id}"), 0)
}

pub(crate) async fn all_open(work: &mut Work) -> Result<Vec<OpenedCycle>, Failure> {
    let rows = work.rows("SELECT * FROM cycles WHERE closing IS NULL ORDER BY at, id", &[]).await?;
    Ok(rows.iter().map(opened).collect::<Result<_, _>>()?)
}

pub(crate) async fn open_of(work: &mut Work, household: HouseholdId) -> Result<Option<OpenedCycle>, Failure> {
    let sql = "SELECT * FROM cycles WHERE household_id = $1 AND closing IS NULL";
    Ok(work.row(sql, values_of![household.uuid()]).await?.as_ref().map(opened).transpose()?)
}

pub(crate) async fn closing(work: &mut Work, id: CycleId) -> Result<Option<Closing>, Failure> {
    let sql = "SELECT closing FROM cycles WHERE id = $1 AND closing IS NOT NULL";
    let row = work.row(sql, values_of![id.uuid()]).await?;
    Ok(row.map(|row| row.word("closing", Closing::from_word)).transpose()?)
}

fn opened(row: &Row) -> Result<OpenedCycle, BooksError> {
    Ok(OpenedCycle {
        id: CycleId::from_uuid(row.id("id")?),
        household: HouseholdId::from_uuid(row.id("household_id")?),
        portfolio: PortfolioId::from_uuid(row.id("portfolio_id")?),
        trigger: row.text("caused_by")?,
        at: row.time("at")?,
    })
}
