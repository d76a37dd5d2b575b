//! An entry is written: its fence first, the head of the audit log last.
//!
//! In: an [`Entry`]. Out: a [`Receipt`]. Invariant: everything happens in one unit of work, in an order that is the same for
//! everybody: lease, inbox, changes, audit log, events. Whoever holds the head of the log has nothing left to wait for.

use rebalance::books::{BooksError, Change, Entry, Receipt};

use crate::failure::Failure;
use crate::journal::{self, Sealing};
use crate::work::Work;
use crate::{
    access, attempts, blotter, bookings, cycles, drift, fills, households, inbox, leases, orders, outbox,
    people, portfolios, prices, proposals, settings,
};

/// Writes an entry; the caller commits unless it was seen before.
pub(crate) async fn write(work: &mut Work, sealing: &Sealing, entry: &Entry) -> Result<Receipt, Failure> {
    let at = entry.at();
    if let Some(fence) = entry.fence() {
        leases::check(work, fence).await?;
    }
    if let Some(seen) = entry.seen()
        && !inbox::take_in(work, seen, at).await?
    {
        return Ok(Receipt::SeenBefore);
    }
    for change in entry.changes() {
        apply(work, change, at).await?;
    }
    let placed = journal::append(work, sealing, entry.records()).await?;
    for event in entry.events() {
        outbox::insert(work, event, at).await?;
    }
    Ok(Receipt::Written { first_record: placed.first, masked: placed.masked })
}

async fn apply(work: &mut Work, change: &Change, at: jiff::Timestamp) -> Result<(), Failure> {
    match change {
        Change::Person(person) => people::insert(work, person).await,
        Change::Household(household) => households::put(work, household).await,
        Change::Portfolio(imported) => portfolios::insert(work, imported).await,
        Change::Price(point) => prices::insert(work, point).await,
        Change::Drift(point) => drift::insert(work, point).await,
        Change::CycleOpened(cycle) => cycles::open(work, cycle).await,
        Change::CycleClosed(id, closing) => cycles::close(work, *id, *closing).await,
        Change::Begun(recommendation) => proposals::begin(work, recommendation).await,
        Change::Moved { moved, .. } => proposals::advance(work, moved).await,
        Change::Attempt(attempt) => attempts::insert(work, attempt).await,
        Change::Order(order) => orders::put(work, order).await,
        Change::Fill(fill) => fills::insert(work, fill).await,
        Change::Booking(booking) => bookings::insert(work, booking).await,
        Change::Gain(gain) => bookings::insert_gain(work, gain).await,
        Change::Washed(washed) => bookings::wash(work, washed).await,
        Change::Blotter(line) => blotter::insert(work, line).await,
        Change::Setting(setting) => settings::put(work, setting).await,
        Change::Access(change) => access::change(work, change).await,
        Change::Settled(claim) => outbox::settle(work, claim, at).await,
    }
}

/// A change of something with a version has changed one row, or somebody was faster.
pub(crate) fn one(changed: u64, what: impl FnOnce() -> String, version: u64) -> Result<(), Failure> {
    if changed == 1 { Ok(()) } else { Err(BooksError::Conflict { what: what(), version }.into()) }
}
