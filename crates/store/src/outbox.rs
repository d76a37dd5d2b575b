//! The outbox: events that were written with the step they tell of, until somebody has dealt with them.
//!
//! Invariant: a claim carries a token that grows with every claim, and only the newest token settles, so that of two who hold
//! the same event one writes. Events of one topic and key are claimed in the order of their writing.

use jiff::Timestamp;
use rebalance::books::{BooksError, Claim, Event};
use rebalance::id::EventId;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, event: &Event, at: Timestamp) -> Result<(), Failure> {
    let sql = "INSERT INTO outbox (id, topic, sort_key, payload, at, not_before, token, tries) \
               VALUES ($1, $2, $3, $4, $5, $6, 0, 0)";
    // Due at once, whatever clock wrote it: that of a simulated market is another than that of who delivers.
    let due = Timestamp::UNIX_EPOCH;
    let values = values_of![event.id.uuid(), &event.topic, &event.key, &event.payload, at, due];
    work.execute(sql, values).await.map(drop)
}

/// What waits: not settled, not laid aside, due, claimed by nobody, and the first of its key.
const WAITING: &str = "SELECT * FROM outbox AS o WHERE topic = $1 AND settled_at IS NULL AND laid_aside_at IS NULL \
    AND not_before <= $2 AND (claimed_until IS NULL OR claimed_until <= $2) \
    AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.topic = o.topic AND e.sort_key = o.sort_key \
        AND e.number < o.number AND e.settled_at IS NULL AND e.laid_aside_at IS NULL) \
    ORDER BY number LIMIT $3";

pub(crate) async fn claim(
    work: &mut Work,
    topic: &str,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
    most: u32,
) -> Result<Vec<Claim>, Failure> {
    // Whoever claims at the same time takes others.
    let skipping = if work.locking().is_empty() { "" } else { " FOR UPDATE OF o SKIP LOCKED" };
    let waiting = work.rows(&format!("{WAITING}{skipping}"), values_of![topic, now, most]).await?;
    let mut claims = Vec::with_capacity(waiting.len());
    for row in &waiting {
        let claim = claim_of(row, until)?;
        let sql =
            "UPDATE outbox SET claimed_by = $2, claimed_until = $3, token = $4, tries = $5 WHERE id = $1";
        let values = values_of![claim.event.id.uuid(), owner, until, claim.token, claim.tries];
        work.execute(sql, values).await?;
        claims.push(claim);
    }
    Ok(claims)
}

fn claim_of(row: &Row, until: Timestamp) -> Result<Claim, BooksError> {
    let event = Event {
        id: EventId::from_uuid(row.id("id")?),
        topic: row.text("topic")?,
        key: row.text("sort_key")?,
        payload: row.text("payload")?,
    };
    Ok(Claim { event, token: row.count("token")? + 1, until, tries: row.small("tries")?.saturating_add(1) })
}

/// Deals with a claimed event for good.
pub(crate) async fn settle(work: &mut Work, claim: &Claim, at: Timestamp) -> Result<(), Failure> {
    let sql = "UPDATE outbox SET settled_at = $3, claimed_until = NULL \
               WHERE id = $1 AND token = $2 AND settled_at IS NULL AND laid_aside_at IS NULL";
    held(work.execute(sql, values_of![claim.event.id.uuid(), claim.token, at]).await?, claim)
}

pub(crate) async fn put_back(
    work: &mut Work,
    claim: &Claim,
    not_before: Timestamp,
    why: &str,
) -> Result<(), Failure> {
    let sql = "UPDATE outbox SET not_before = $3, trouble = $4, claimed_by = NULL, claimed_until = NULL \
               WHERE id = $1 AND token = $2 AND settled_at IS NULL AND laid_aside_at IS NULL";
    held(work.execute(sql, values_of![claim.event.id.uuid(), claim.token, not_before, why]).await?, claim)
}

pub(crate) async fn lay_aside(
    work: &mut Work,
    claim: &Claim,
    at: Timestamp,
    why: &str,
) -> Result<(), Failure> {
    let sql = "UPDATE outbox SET laid_aside_at = $3, trouble = $4, claimed_until = NULL \
               WHERE id = $1 AND token = $2 AND settled_at IS NULL AND laid_aside_at IS NULL";
    held(work.execute(sql, values_of![claim.event.id.uuid(), claim.token, at, why]).await?, claim)
}

fn held(changed: u64, claim: &Claim) -> Result<(), Failure> {
    if changed == 1 {
        return Ok(());
    }
    Err(BooksError::Fenced { what: format!("event {}", claim.event.id) }.into())
}

pub(crate) async fn pending(work: &mut Work) -> Result<u64, Failure> {
    let sql = "SELECT count(*) AS n FROM outbox WHERE settled_at IS NULL AND laid_aside_at IS NULL";
    let row = work.row(sql, &[]).await?;
    Ok(row.map(|row| row.count("n")).transpose()?.unwrap_or(0))
}
