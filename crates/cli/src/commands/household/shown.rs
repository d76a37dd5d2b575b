//! Households as they are: all in a list, one at the prices of now.
//!
//! In: books. Out: tables, or JSON. Invariant: what is shown of now is computed from what is on record, as the watch computes it.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use monitor::DriftReport;
use portfolio::measures::drift_path;
use portfolio::money::float;
use rebalance::books::{Balance, Booking, Books, DriftPoint, Gain, HeldLot, Household};
use rebalance::keeping::standing::Standing;
use rebalance::keeping::{KeepingError, Split, World};
use serde_json::{Value, json};

use crate::books::OpenBooks;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output::Format;
use crate::{output, page};

/// How far back a history is shown where nobody says.
const HISTORY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Seconds of a year of 365.25 days, as in the measures.
const YEAR: f64 = 31_557_600.0;

/// A household as it is.
pub(crate) struct Seen {
    pub(crate) household: Household,
    /// Who owns it.
    pub(crate) owner: String,
    /// None where it has no document.
    pub(crate) report: Option<DriftReport>,
    pub(crate) standing: Standing,
    /// Splits that wait until its orders have ended.
    pub(crate) splits: Vec<Split>,
    pub(crate) history: Vec<DriftPoint>,
    /// Time-weighted drift (27) over the history, value · years, where it is defined.
    pub(crate) time_weighted: Option<f64>,
}

/// All of them.
pub(super) fn list(books: &OpenBooks, format: Format) -> Result<Exit, Failure> {
    let world = Outside::of(books)?;
    let households = books.households()?;
    let all = households.iter().map(|household| seen(books, &world, household, world.now()));
    let all = all.collect::<Result<Vec<_>, _>>()?;
    match format {
        Format::Table => output::page(&page::household::list(&all))?,
        Format::Json => output::json(&all.iter().map(row).collect::<Vec<_>>())?,
    }
    Ok(Exit::Done)
}

/// One of them.
pub(super) fn show(
    books: &OpenBooks,
    world: &Outside,
    household: &Household,
    since: Option<Date>,
    format: Format,
) -> Result<Exit, Failure> {
    let from = match since {
        Some(day) => {
            portfolio::exchange::beginning_of(day).map_err(|error| Failure::usage(error.to_string()))?
        }
        None => world.now().saturating_sub(HISTORY).unwrap_or(Timestamp::MIN),
    };
    let seen = seen(books, world, household, from)?;
    match format {
        Format::Table => output::page(&page::household::page(&seen))?,
        Format::Json => {
            let mut shown = row(&seen);
            shown["drift"] = json!(seen.report);
            shown["history"] = seen.history.iter().map(point).collect();
            held(books, household, &mut shown)?;
            output::json(&shown)?;
        }
    }
    Ok(Exit::Done)
}

fn seen(books: &OpenBooks, world: &Outside, household: &Household, from: Timestamp) -> Result<Seen, Failure> {
    let failed = |error: KeepingError| keeping::failed(books, &error);
    let reading = books.store.reading();
    let (report, standing, splits) = keeping::apart(books, world, |keeper| {
        let now = keeper.as_of_now(household).map_err(failed)?;
        let splits = keeper.waiting_splits(household).map_err(failed)?;
        Ok((now.map(|now| monitor::monitor(&now)), keeper.stands(household).map_err(failed)?, splits))
    })?;
    let history = reading.drift(household.id, from).map_err(|error| books.failed(&error))?;
    let people = reading.people().map_err(|error| books.failed(&error))?;
    let owner = people.into_iter().find(|person| person.id == household.owner);
    Ok(Seen {
        household: household.clone(),
        owner: owner.map_or_else(String::new, |person| person.name),
        report,
        standing,
        splits,
        time_weighted: time_weighted(&history),
        history,
    })
}

/// (27) over the points on record, undiscounted.
fn time_weighted(history: &[DriftPoint]) -> Option<f64> {
    let first = history.first()?.at;
    let years: Vec<f64> =
        history.iter().map(|point| point.at.duration_since(first).as_secs_f64() / YEAR).collect();
    let drift: Vec<f64> = history.iter().map(|point| float(point.absolute)).collect();
    drift_path::time_weighted(&years, &drift, 0.0).ok()
}

fn row(seen: &Seen) -> Value {
    let household = &seen.household;
    json!({
        "id": household.id.to_string(),
        "household": household.name,
        "owner": seen.owner,
        "value_usd": seen.report.as_ref().map(|report| report.value_usd),
        "breaches": seen.report.as_ref().map(|report| &report.breaches),
        "portfolio_version": household.portfolio_version,
        "paused": seen.standing.paused.as_ref().map(|(until, why)| {
            json!({"until": until.map(|at| at.to_string()), "why": why})
        }),
        "snoozed": seen.standing.snoozed.iter().map(|(class, until)| (class.clone(), json!(until.to_string())))
            .collect::<serde_json::Map<_, _>>(),
        "waiting_splits": seen.splits,
        "watch": seen.standing.policy,
        "time_weighted_drift": seen.time_weighted,
    })
}

/// What is held, booked and realised, with all digits.
fn held(books: &OpenBooks, household: &Household, shown: &mut Value) -> Result<(), Failure> {
    let (reading, failed) = (books.store.reading(), |error| books.failed(&error));
    let Some(kept) = reading.portfolio(household.id).map_err(failed)? else { return Ok(()) };
    let account = |it: Balance| {
        json!({"account_id": it.account_id, "kind": it.kind.word(), "owner": it.owner, "cash": it.cash.to_string(),
               "cash_flow": it.flow.to_string(), "settled_cash": it.settled_cash.map(|usd| usd.to_string())})
    };
    let lot = |it: HeldLot| {
        json!({"account_id": it.account_id, "ticker": it.ticker, "lot_id": it.lot_id, "quantity": it.quantity.to_string(),
               "acquired": it.acquired.map(|day| day.to_string()), "basis_per_share": it.basis_per_share.to_string()})
    };
    let booking = |it: Booking| {
        json!({"date": it.date.to_string(), "account_id": it.account_id, "action": it.action, "ticker": it.ticker,
               "lot_id": it.lot_id, "quantity": it.quantity.to_string(), "price": it.price.to_string(),
               "fees": it.fees.to_string(), "cash": it.cash.to_string()})
    };
    let gain = |it: Gain| {
        json!({"lot_id": it.lot_id, "acquired": it.acquired.map(|day| day.to_string()), "sold": it.sold.to_string(),
               "quantity": it.quantity.to_string(), "proceeds": it.proceeds.to_string(), "basis": it.basis.to_string(),
               "gain": it.gain.to_string(), "term": if it.long_term { "long" } else { "short" },
               "disallowed": it.disallowed.to_string()})
    };
    shown["accounts"] = reading.balances(kept.id).map_err(failed)?.into_iter().map(account).collect();
    shown["lots"] = reading.lots(kept.id).map_err(failed)?.into_iter().map(lot).collect();
    shown["bookings"] = reading.bookings(household.id).map_err(failed)?.into_iter().map(booking).collect();
    shown["gains"] = reading.gains(household.id).map_err(failed)?.into_iter().map(gain).collect();
    Ok(())
}

fn point(point: &DriftPoint) -> Value {
    json!({"at": point.at.to_string(), "absolute": point.absolute.to_string(), "largest": point.largest.to_string(),
           "breaches": point.breaches, "act": point.act, "why": point.why})
}
