//! Leases: what only one may do at a time.
//!
//! Invariant: the token grows with every owner, and an entry under an older token fails, so a leader who slept through the end
//! of its lease writes nothing, whatever its clock says.

use jiff::Timestamp;
use rebalance::books::{BooksError, Fence, Lease};

use crate::failure::Failure;
use crate::value::values_of;
use crate::work::Work;

/// Takes a lease that is free or over, or renews one's own.
pub(crate) async fn take(
    work: &mut Work,
    name: &str,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Lease>, Failure> {
    let sql = "INSERT INTO leases (name, owner, token, until) VALUES ($1, $2, 1, $3) ON CONFLICT (name) DO UPDATE \
               SET owner = excluded.owner, until = excluded.until, \
               token = CASE WHEN leases.owner = excluded.owner AND leases.until > $4 THEN leases.token ELSE leases.token + 1 END \
               WHERE leases.owner = excluded.owner OR leases.until <= $4 RETURNING token";
    let row = work.row(sql, values_of![name, owner, until, now]).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Lease { name: name.to_owned(), owner: owner.to_owned(), token: row.count("token")?, until }))
}

/// Ends a lease early. Its token stays taken.
pub(crate) async fn release(work: &mut Work, lease: &Lease) -> Result<(), Failure> {
    let sql = "UPDATE leases SET until = $3 WHERE name = $1 AND token = $2";
    work.execute(sql, values_of![&lease.name, lease.token, Timestamp::UNIX_EPOCH]).await.map(drop)
}

/// Stops an entry whose lease was passed on; nobody can pass it on before the entry is written.
pub(crate) async fn check(work: &mut Work, fence: &Fence) -> Result<(), Failure> {
    let sql = format!("SELECT token FROM leases WHERE name = $1{}", work.locking());
    let row = work.row(&sql, values_of![&fence.name]).await?;
    let token = row.map(|row| row.count("token")).transpose()?;
    if token == Some(fence.token) {
        return Ok(());
    }
    Err(BooksError::Fenced { what: format!("the lease of `{}`", fence.name) }.into())
}
