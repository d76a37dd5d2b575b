//! The inbox: which events were taken in, by consumer.

use jiff::Timestamp;
use rebalance::books::Seen;

use crate::failure::Failure;
use crate::value::values_of;
use crate::work::Work;

/// Notes an event; `false` where it was noted before.
pub(crate) async fn take_in(work: &mut Work, seen: &Seen, at: Timestamp) -> Result<bool, Failure> {
    let sql = "INSERT INTO inbox (consumer, event, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(work.execute(sql, values_of![&seen.consumer, &seen.event, at]).await? == 1)
}
