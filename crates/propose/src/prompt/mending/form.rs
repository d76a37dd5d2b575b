//! Rows that make no sense.

use portfolio::nearest::nearest;

use super::Mending;

/// What is wrong with the row that `place` names (`trade 3`), and the nearest names.
pub(super) fn malformed(m: &Mending<'_>, place: &str) -> Option<String> {
    let row: usize = place.strip_prefix("trade ")?.parse().ok()?;
    let row = m.plan.trades.get(row)?; // the validator counts rows from 0
    let p = m.portfolio;
    let mut told = Vec::new();
    if let Some(ticker) = row.ticker.as_deref().filter(|ticker| p.security(ticker).is_none()) {
        let known = (0..p.securities.len()).map(|n| m.names.ticker(n));
        told.push(match nearest(ticker, known) {
            Some(known) => format!("The nearest listed ticker is {known}."),
            None => "Only tickers that are listed can be traded.".to_owned(),
        });
    }
    let account = row.account_id.as_deref().map(|name| p.account(name));
    if account.is_none_or(|known| known.is_none()) && p.accounts.len() > 1 || account == Some(None) {
        let all: Vec<String> = (0..p.accounts.len()).map(|n| m.names.account(n)).collect();
        told.push(format!("The accounts are {}.", Mending::listed(&all)));
    }
    if row.quantity.is_none() {
        told.push("`quantity` is a plain number above 0.".to_owned());
    }
    if row.action.is_none() {
        told.push("`action` is SELL or BUY.".to_owned());
    }
    (!told.is_empty()).then(|| told.join(" "))
}
