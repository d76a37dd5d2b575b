//! The accounts of the household, by their aliases.

use std::collections::HashMap;

use portfolio::{Account, Decimal};

use super::Source;
use super::fitting::{Fitting, fitting};
use crate::prompt::row::Row;

/// Open orders that are listed of an account.
const OPEN_ORDERS_MAX: usize = 20;

/// One row an account; the largest matters most.
pub(super) fn accounts(source: &Source<'_>, bytes: usize) -> Fitting {
    let p = source.portfolio;
    let mut held = vec![Decimal::ZERO; p.accounts.len()];
    for position in &p.positions {
        held[position.account] += p.position_value(position);
    }
    let owners = owners(&p.accounts);
    let row = |n: usize| {
        let a = &p.accounts[n];
        let row = Row::new()
            .text("account", &source.names.account(n))
            .text("kind", a.kind.word())
            .maybe_text("owner", owners[n].as_deref())
            .usd("cash_usd", a.cash)
            .usd("flow_usd", a.flow)
            .usd("holdings_usd", held[n]);
        let row = match a.settled_cash {
            Some(usd) => row.usd("settled_cash_usd", usd),
            None => row,
        };
        let orders: Vec<String> =
            a.open_orders.iter().take(OPEN_ORDERS_MAX).map(|order| open(source, order)).collect();
        let row =
            if orders.is_empty() { row } else { row.raw("open_orders", &format!("[{}]", orders.join(","))) };
        row.number_unless_zero(
            "open_orders_not_listed",
            a.open_orders.len().saturating_sub(OPEN_ORDERS_MAX).into(),
        )
        .done()
    };
    let mut order: Vec<usize> = (0..p.accounts.len()).collect();
    let size =
        |n: usize| held[n].saturating_add(p.accounts[n].cash.abs()).saturating_add(p.accounts[n].flow.abs());
    order.sort_by_key(|n| std::cmp::Reverse(size(*n)));
    fitting(order, p.accounts.len(), bytes, "the accounts that hold most", row)
}

fn open(source: &Source<'_>, order: &portfolio::household::OpenOrder) -> String {
    Row::new()
        .text("action", order.side.word())
        .text("ticker", &source.names.ticker_of(&order.ticker))
        .number("shares", order.quantity)
        .done()
}

/// `O1`, `O2`, … in the order of the document: who owns what matters, who it is does not.
fn owners(accounts: &[Account]) -> Vec<Option<String>> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut alias = |owner| {
        let next = known.len() + 1;
        format!("O{}", known.entry(owner).or_insert(next))
    };
    accounts.iter().map(|account| account.owner.as_deref().map(&mut alias)).collect()
}
