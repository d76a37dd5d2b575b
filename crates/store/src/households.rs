//! Households in the database.

use rebalance::books::{BooksError, Household};
use rebalance::id::{HouseholdId, PersonId};
use rebalance::life::Policy;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// A new household (version 0), or a change of one from its version on. Its portfolio has a change of its own.
pub(crate) async fn put(work: &mut Work, household: &Household) -> Result<(), Failure> {
    let policy = &household.policy;
    let values = values_of![
        household.id.uuid(),
        &household.name,
        household.owner.uuid(),
        policy.valid_minutes,
        policy.price_move_bps_max,
        policy.holding_move_bps_max,
        policy.second_above_usd,
        policy.second_if_edited,
        household.paused,
        household.version + 1,
        household.opened_at,
        household.version,
    ];
    if household.version == 0 {
        let sql = "INSERT INTO households (id, name, owner_id, valid_minutes, price_move_bps_max, holding_move_bps_max, \
                   second_above_usd, second_if_edited, paused, version, opened_at, portfolio_version) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        return work.execute(sql, values).await.map(drop);
    }
    let sql = "UPDATE households SET name = $2, owner_id = $3, valid_minutes = $4, price_move_bps_max = $5, \
               holding_move_bps_max = $6, second_above_usd = $7, second_if_edited = $8, paused = $9, version = $10, \
               opened_at = $11 WHERE id = $1 AND version = $12";
    let changed = work.execute(sql, values).await?;
    crate::commit::one(changed, || format!("household {}", household.id), household.version)
}

pub(crate) async fn by_id(work: &mut Work, id: HouseholdId) -> Result<Option<Household>, Failure> {
    let row = work.row("SELECT * FROM households WHERE id = $1", values_of![id.uuid()]).await?;
    Ok(row.as_ref().map(household).transpose()?)
}

pub(crate) async fn named(work: &mut Work, name: &str) -> Result<Option<Household>, Failure> {
    let row = work.row("SELECT * FROM households WHERE name = $1", values_of![name]).await?;
    Ok(row.as_ref().map(household).transpose()?)
}

pub(crate) async fn all(work: &mut Work) -> Result<Vec<Household>, Failure> {
    let rows = work.rows("SELECT * FROM households", &[]).await?;
    by_name(&rows)
}

pub(crate) async fn of_owner(work: &mut Work, owner: PersonId) -> Result<Vec<Household>, Failure> {
    let rows = work.rows("SELECT * FROM households WHERE owner_id = $1", values_of![owner.uuid()]).await?;
    by_name(&rows)
}

/// Databases sort texts by the rules of some language; ours is the order of bytes.
fn by_name(rows: &[Row]) -> Result<Vec<Household>, Failure> {
    let mut all = rows.iter().map(household).collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn household(row: &Row) -> Result<Household, BooksError> {
    Ok(Household {
        id: HouseholdId::from_uuid(row.id("id")?),
        name: row.text("name")?,
        owner: PersonId::from_uuid(row.id("owner_id")?),
        policy: Policy {
            valid_minutes: row.small("valid_minutes")?,
            price_move_bps_max: row.money("price_move_bps_max")?,
            holding_move_bps_max: row.money("holding_move_bps_max")?,
            second_above_usd: row.money_or_none("second_above_usd")?,
            second_if_edited: row.flag("second_if_edited")?,
        },
        paused: row.flag("paused")?,
        version: row.count("version")?,
        portfolio_version: row.count("portfolio_version")?,
        opened_at: row.time("opened_at")?,
    })
}
