//! The trades of a Flex report, where the query has them: what was bought and sold of late decides on wash sales.
//!
//! In: `Trade` elements of the level EXECUTION. Out: transactions. Invariant: trades in what can't be held here are passed over, since they say
//! nothing of a lot; one that can't be read is a fault.

use portfolio::Decimal;
use portfolio::household::Action;
use portfolio::money::{PRICE_MAX, QUANTITY_MAX};

use super::account::{Accounts, figure};
use super::elements::Element;
use crate::cell;
use crate::holdings::{Gathering, Trade};

/// Whether a trade is one in shares. Where the query does not tell categories, its symbol says.
fn is_of_shares(row: &Element) -> bool {
    match row.get("assetCategory") {
        Some(category) => matches!(category, "STK" | "FUND"),
        None => row.get("symbol").is_none_or(|symbol| cell::no_share(symbol).is_none()),
    }
}

/// Reads the rows.
pub(super) fn read(elements: &[Element], accounts: &Accounts, gathered: &mut Gathering<'_>) {
    let of_lots = std::mem::take(&mut gathered.transactions);
    executions(elements, accounts, gathered);
    // What lots say of their purchases is said again where the trades of that day are told.
    let is_told = |account: usize, of_lot: &Trade| {
        gathered.transactions.iter().any(|(known, trade)| {
            (*known, trade.date, trade.action) == (account, of_lot.date, of_lot.action)
                && trade.ticker == of_lot.ticker
        })
    };
    let new: Vec<(usize, Trade)> =
        of_lots.into_iter().filter(|(account, trade)| !is_told(*account, trade)).collect();
    gathered.transactions.extend(new);
}

fn executions(elements: &[Element], accounts: &Accounts, gathered: &mut Gathering<'_>) {
    let is_execution = |e: &&Element| {
        e.name == "Trade"
            && e.get("levelOfDetail").is_none_or(|level| level.eq_ignore_ascii_case("EXECUTION"))
            && is_of_shares(e)
            && e.get("currency").is_none_or(|currency| currency == "USD")
    };
    for row in elements.iter().filter(is_execution) {
        let Some(account) = accounts.of(row) else { continue };
        let action = match row.get("buySell") {
            Some("BUY") => Action::Buy,
            Some("SELL") => Action::Sell,
            Some(other) if other.contains("Ca") => {
                let text = format!(
                    "{}a trade was cancelled ({}); take it out of `transactions`",
                    row.place,
                    cell::shown(other)
                );
                gathered.note("import.trade_cancelled", text);
                continue;
            }
            _ => {
                gathered.fault(
                    &row.place,
                    "says neither BUY nor SELL; turn on Buy/Sell in the trades of the query",
                );
                continue;
            }
        };
        let day = row.get("tradeDate").or(row.get("dateTime")).map(cell::date_year_first);
        let Some(Ok(date)) = day else {
            let message = "has no trade date that can be read; turn on Trade Date and set the date format to yyyy-MM-dd";
            gathered.fault(&row.place, message);
            continue;
        };
        let ticker = row.get("symbol").map(cell::ticker);
        let quantity = figure(row, "quantity", gathered).map(|quantity| quantity.abs());
        let price = figure(row, "tradePrice", gathered);
        let realised_gain = figure(row, "fifoPnlRealized", gathered).filter(|_| action == Action::Sell);
        let (Some(Ok(ticker)), Some(quantity), Some(price)) = (ticker, quantity, price) else {
            gathered.fault(
                &row.place,
                "lacks symbol, quantity or tradePrice; turn them on in the trades of the query",
            );
            continue;
        };
        let is_good = quantity > Decimal::ZERO
            && quantity <= QUANTITY_MAX
            && price >= Decimal::ZERO
            && price <= PRICE_MAX;
        if is_good {
            let account_id = String::new();
            gathered
                .transactions
                .push((account, Trade { date, account_id, ticker, action, quantity, price, realised_gain }));
        }
    }
}
