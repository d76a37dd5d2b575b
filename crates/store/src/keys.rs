//! Keys of households in the database, wrapped. Without its key a household's records can't be read by anybody.

use audit::WrappedKey;
use audit::leaf::KeyId;
use rebalance::books::BooksError;

use crate::failure::Failure;
use crate::row::{Row, fixed};
use crate::value::values_of;
use crate::work::Work;

/// Where they are.
pub(crate) const TABLE: &str = "audit_keys";

pub(crate) async fn insert(work: &mut Work, key: &WrappedKey) -> Result<(), Failure> {
    let sql = "INSERT INTO audit_keys (household, key_id, wrapped) VALUES ($1, $2, $3)";
    work.execute(sql, values_of![&key.household, &key.id.0[..], &key.wrapped[..]]).await.map(drop)
}

pub(crate) async fn of(work: &mut Work, household: &str) -> Result<Option<WrappedKey>, Failure> {
    let row = work.row("SELECT * FROM audit_keys WHERE household = $1", values_of![household]).await?;
    Ok(row.as_ref().map(key).transpose()?)
}

/// Every key by whose it is; one that can't even be read says why.
pub(crate) async fn each(work: &mut Work) -> Result<Vec<(String, Result<WrappedKey, BooksError>)>, Failure> {
    let rows = work.rows("SELECT * FROM audit_keys ORDER BY household", &[]).await?;
    let each = rows.iter().map(|row| row.text("household").map(|household| (household, key(row))));
    Ok(each.collect::<Result<_, _>>()?)
}

pub(crate) async fn destroy(work: &mut Work, key: &WrappedKey) -> Result<(), Failure> {
    work.execute("DELETE FROM audit_keys WHERE key_id = $1", values_of![&key.id.0[..]]).await.map(drop)
}

fn key(row: &Row) -> Result<WrappedKey, BooksError> {
    let (household, wrapped) = (row.text("household")?, row.bytes("wrapped")?);
    Ok(WrappedKey { id: KeyId(fixed(row, "key_id")?), household, wrapped })
}
