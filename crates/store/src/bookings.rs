//! Transactions, realised gains and losses that do not count in the database. A fill is booked once, a loss is washed by a lot once.

use rebalance::books::{Booking, BooksError, Gain, Treatment, Washed};
use rebalance::id::{HouseholdId, TransactionId};
use rust_decimal::Decimal;

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

pub(crate) async fn insert(work: &mut Work, booking: &Booking) -> Result<(), Failure> {
    let sql = "INSERT INTO transactions (id, household_id, account_id, date, action, ticker, lot_id, quantity, price, fees, \
               cash, broker, execution_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let (broker, execution_id) = booking.fill.clone().unzip();
    let values = values_of![
        booking.id.uuid(),
        booking.household.uuid(),
        &booking.account_id,
        booking.date,
        &booking.action,
        booking.ticker.clone(),
        booking.lot_id.clone(),
        booking.quantity,
        booking.price,
        booking.fees,
        booking.cash,
        broker,
        execution_id,
    ];
    work.execute(sql, values).await.map(drop)
}

pub(crate) async fn insert_gain(work: &mut Work, gain: &Gain) -> Result<(), Failure> {
    let sql = "INSERT INTO realised_gains (transaction_id, lot_id, household_id, acquired, sold, quantity, proceeds, basis, \
               gain, long_term, disallowed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let values = values_of![
        gain.transaction.uuid(),
        &gain.lot_id,
        gain.household.uuid(),
        gain.acquired,
        gain.sold,
        gain.quantity,
        gain.proceeds,
        gain.basis,
        gain.gain,
        gain.long_term,
        gain.disallowed,
    ];
    work.execute(sql, values).await.map(drop)
}

/// Puts down that a loss does not count, and takes it into its gain.
pub(crate) async fn wash(work: &mut Work, washed: &Washed) -> Result<(), Failure> {
    let sql = "INSERT INTO washes (transaction_id, lot_id, household_id, replacement, shares, disallowed, treatment) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values_of![
        washed.sale.uuid(),
        &washed.lot_id,
        washed.household.uuid(),
        &washed.replacement,
        washed.shares,
        washed.disallowed,
        washed.treatment.word(),
    ];
    work.execute(sql, values).await?;
    let (sale, lot_id) = (washed.sale.uuid(), &washed.lot_id);
    let sql = "SELECT * FROM washes WHERE transaction_id = $1 AND lot_id = $2";
    let rows = work.rows(sql, values_of![sale, lot_id]).await?;
    let parts = rows.iter().map(|row| row.money("disallowed")).collect::<Result<Vec<Decimal>, _>>()?;
    let sql = "UPDATE realised_gains SET disallowed = $3 WHERE transaction_id = $1 AND lot_id = $2";
    let total = parts.iter().sum::<Decimal>();
    work.execute(sql, values_of![sale, lot_id, total]).await.map(drop)
}

pub(crate) async fn washes(work: &mut Work, household: HouseholdId) -> Result<Vec<Washed>, Failure> {
    let sql = "SELECT * FROM washes WHERE household_id = $1 ORDER BY transaction_id, lot_id, replacement";
    let rows = work.rows(sql, values_of![household.uuid()]).await?;
    Ok(rows.iter().map(washed).collect::<Result<_, _>>()?)
}

pub(crate) async fn of(work: &mut Work, household: HouseholdId) -> Result<Vec<Booking>, Failure> {
    let sql = "SELECT * FROM transactions WHERE household_id = $1 ORDER BY id";
    let rows = work.rows(sql, values_of![household.uuid()]).await?;
    Ok(rows.iter().map(booking).collect::<Result<_, _>>()?)
}

pub(crate) async fn gains(work: &mut Work, household: HouseholdId) -> Result<Vec<Gain>, Failure> {
    // What a fill realised that was corrected since is on record, and counts no more.
    let sql = "SELECT g.* FROM realised_gains AS g WHERE g.household_id = $1 AND NOT EXISTS (SELECT 1 FROM transactions AS t \
               JOIN fills AS f ON f.broker = t.broker AND f.execution_id = t.execution_id \
               JOIN blotter AS b ON b.client_order_id = f.client_order_id AND b.corrects = f.execution_id \
               WHERE t.id = g.transaction_id) ORDER BY g.sold, g.transaction_id";
    let rows = work.rows(sql, values_of![household.uuid()]).await?;
    Ok(rows.iter().map(gain).collect::<Result<_, _>>()?)
}

fn booking(row: &Row) -> Result<Booking, BooksError> {
    Ok(Booking {
        id: TransactionId::from_uuid(row.id("id")?),
        household: HouseholdId::from_uuid(row.id("household_id")?),
        account_id: row.text("account_id")?,
        date: row.date("date")?,
        action: row.text("action")?,
        ticker: row.text_or_none("ticker")?,
        lot_id: row.text_or_none("lot_id")?,
        quantity: row.money("quantity")?,
        price: row.money("price")?,
        fees: row.money("fees")?,
        cash: row.money("cash")?,
        fill: row.text_or_none("broker")?.zip(row.text_or_none("execution_id")?),
    })
}

fn gain(row: &Row) -> Result<Gain, BooksError> {
    Ok(Gain {
        transaction: TransactionId::from_uuid(row.id("transaction_id")?),
        lot_id: row.text("lot_id")?,
        household: HouseholdId::from_uuid(row.id("household_id")?),
        acquired: row.date_or_none("acquired")?,
        sold: row.date("sold")?,
        quantity: row.money("quantity")?,
        proceeds: row.money("proceeds")?,
        basis: row.money("basis")?,
        gain: row.money("gain")?,
        long_term: row.flag("long_term")?,
        disallowed: row.money("disallowed")?,
    })
}

fn washed(row: &Row) -> Result<Washed, BooksError> {
    let word = row.text("treatment")?;
    let treatment = Treatment::of(&word)
        .ok_or_else(|| BooksError::Damaged { detail: format!("`{word}` is no treatment of a loss") })?;
    Ok(Washed {
        sale: TransactionId::from_uuid(row.id("transaction_id")?),
        lot_id: row.text("lot_id")?,
        household: HouseholdId::from_uuid(row.id("household_id")?),
        replacement: row.text("replacement")?,
        shares: row.money("shares")?,
        disallowed: row.money("disallowed")?,
        treatment,
    })
}
