//! One row of a plan, read against the portfolio.
//!
//! In: a row that nobody has checked. Out: a [`Row`] of indices, or what is wrong with it as
//! [`Unreadable`]. Invariant: the quantity of a [`Row`] is above 0 and below 1e15.
//!
//! Source: model.md, rows `order.malformed` and `position.unknown_lot`.

use portfolio::plan::ProposedTrade;
use portfolio::{Decimal, Side};
use rust_decimal::dec;

use crate::facts::Facts;

/// One row that makes sense.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) side: Side,
    pub(crate) account: usize,
    pub(crate) security: usize,
    /// The lot of a sale.
    pub(crate) lot: Option<usize>,
    pub(crate) quantity: Decimal,
}

/// A row that takes no part in anything.
#[derive(Debug)]
pub(crate) enum Unreadable<'a> {
    /// Account, ticker, side or quantity are missing or unknown.
    Malformed { row: usize, trade: &'a ProposedTrade },
    /// A sale of a lot that is not there.
    UnknownLot { account: usize, security: usize, lot_id: Option<&'a str> },
}

impl Row {
    /// Reads a row, if it makes sense.
    pub(crate) fn read(facts: &Facts<'_>, trade: &ProposedTrade) -> Option<Row> {
        Row::sort(facts, 0, trade).ok()
    }

    /// Reads row `n`, or says why it takes no part.
    pub(crate) fn sort<'a>(
        facts: &Facts<'_>,
        n: usize,
        trade: &'a ProposedTrade,
    ) -> Result<Row, Unreadable<'a>> {
        let row = Row::read_order(facts, trade).ok_or(Unreadable::Malformed { row: n, trade })?;
        if row.side == Side::Buy {
            return Ok(row);
        }
        let lot_id = trade.lot_id.as_deref();
        match lot_id.and_then(|id| facts.lot_of(row.account, row.security, id)) {
            Some(lot) => Ok(Row { lot: Some(lot), ..row }),
            None => Err(Unreadable::UnknownLot { account: row.account, security: row.security, lot_id }),
        }
    }

    /// Reads all but the lot.
    fn read_order(facts: &Facts<'_>, trade: &ProposedTrade) -> Option<Row> {
        let account = facts.account(trade.account_id.as_deref())?;
        let security = facts.security(trade.ticker.as_deref()?)?;
        let quantity = trade.quantity.filter(|q| *q > Decimal::ZERO && *q < dec!(1e15))?;
        Some(Row { side: trade.action?, account, security, lot: None, quantity })
    }
}
