//! Orders and tickets as a person reads them.
//!
//! In: orders with their fills. Out: tables. Invariant: shares stand with all their digits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portfolio::money::written;
use portfolio::{Decimal, Side};
use rebalance::books::{Order, OrderState};
use rebalance::keeping::correction::outcome::{Figure, Outcome, Realised};

use super::proposal::time;
use super::{drawn, paragraph, table, title};
use crate::books::{Placed, short};
use crate::figures::shares;

/// That trading is halted; nothing where it is not.
pub(crate) fn halted(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |reason| {
        title(&format!("Trading is halted: {reason}"))
            + &paragraph("nothing is sent until `equipoise resume`", 0)
    })
}

/// Orders one by one, and below them why some were not filled.
pub(crate) fn list(all: &[Placed]) -> String {
    if all.is_empty() {
        return paragraph("there are no orders", 0);
    }
    let mut rows =
        table(&[">Order", "Account", "What", ">Shares", ">Filled", ">Left", ">Limit", ">Average", "State"]);
    for placed in all {
        let order = &placed.order;
        rows.add_row([
            short(&order.client_order_id).to_owned(),
            format!("{}/{}", placed.household, order.account_id),
            format!("{} {}", order.side.word(), order.ticker),
            shares(order.asked()),
            shares(placed.filled()),
            shares(placed.left()),
            limit(order),
            placed.average().map_or_else(|| "–".to_owned(), |usd| usd.round_dp(4).normalize().to_string()),
            order.state.word().replace('_', " "),
        ]);
    }
    drawn(&rows) + &reasons(all)
}

/// Why orders were not filled, each in a line.
pub(crate) fn reasons(all: &[Placed]) -> String {
    let those = all.iter().filter(|placed| placed.order.state.has_ended() && !placed.left().is_zero());
    let told = those.map(|placed| {
        let order = &placed.order;
        let why = placed.why.as_deref().unwrap_or("no reason is on record");
        let (word, left) = (order.side.word(), unfilled(placed.left(), order.asked()));
        paragraph(&format!("{word} {}: {left}, {}: {why}", order.ticker, order.state.word()), 2)
    });
    told.collect()
}

/// What of an order was not filled, as a person would say it.
fn unfilled(left: Decimal, asked: Decimal) -> String {
    let was = |number: Decimal| if number <= Decimal::ONE { "was" } else { "were" };
    if left < asked {
        return format!("{} of {} shares {} not filled", shares(left), shares(asked), was(left));
    }
    match asked == Decimal::ONE {
        true => "its 1 share was not filled".to_owned(),
        false => format!("none of its {} shares was filled", shares(asked)),
    }
}

/// How an order may be executed.
pub(crate) fn limit(order: &Order) -> String {
    match order.sent {
        None => "–".to_owned(),
        Some(sent) => sent.limit.map_or_else(|| "market".to_owned(), |usd| usd.normalize().to_string()),
    }
}

/// Tickets by account, and what waits behind them.
pub(crate) fn tickets(all: &[Placed], now: Timestamp) -> String {
    if all.is_empty() {
        return paragraph("there is nothing to execute", 0);
    }
    let mut accounts: BTreeMap<(&str, &str), Vec<&Placed>> = BTreeMap::new();
    for placed in all {
        accounts.entry((&placed.household, &placed.order.account_id)).or_default().push(placed);
    }
    let mut page = String::new();
    for ((household, account), placed) in accounts {
        page += &title(&format!("Account {account} of {household}"));
        let (waiting, open): (Vec<&Placed>, Vec<&Placed>) =
            placed.into_iter().partition(|placed| placed.order.state == OrderState::Waiting);
        if !open.is_empty() {
            page += &drawn(&account_table(&open, now));
        }
        if !waiting.is_empty() {
            let words: Vec<String> = waiting.iter().map(|placed| asked(&placed.order)).collect();
            page +=
                &paragraph(&format!("not to be executed yet, until its turn comes: {}", words.join("; ")), 0);
        }
        page += "\n";
    }
    page + &paragraph(
        "type in what was filled with `equipoise fill ORDER --quantity … --price … --as NAME`, and what is not \
         going to be with `equipoise fill ORDER --ended REASON --as NAME`",
        0,
    )
}

fn account_table(open: &[&Placed], now: Timestamp) -> comfy_table::Table {
    let mut rows = table(&[
        ">Order",
        "",
        "Ticker",
        "Lot",
        ">Shares",
        "Limit, USD",
        "Until, New York",
        ">Filled",
        ">Left",
    ]);
    for placed in open {
        let order = &placed.order;
        rows.add_row([
            short(&order.client_order_id).to_owned(),
            order.side.word().to_owned(),
            order.ticker.clone(),
            order.lot_id.clone().unwrap_or_default(),
            shares(order.asked()),
            match (order.sent.and_then(|sent| sent.limit), order.side) {
                (Some(usd), Side::Buy) => format!("{} at most", usd.normalize()),
                (Some(usd), Side::Sell) => format!("{} at least", usd.normalize()),
                (None, _) => "market".to_owned(),
            },
            order.sent.map_or_else(String::new, |sent| {
                let over = if sent.until <= now { ", over" } else { "" };
                time(sent.until) + over
            }),
            shares(placed.filled()),
            if placed.was_ended() { "ended".to_owned() } else { shares(placed.left()) },
        ]);
    }
    rows
}

/// What the correction of a fill comes to, a figure a line.
pub(crate) fn outcome(outcome: &Outcome, order: &Order) -> String {
    let usd = |what: &str, Figure { before, after }: Figure<Decimal>| {
        let more = match after >= before {
            true => "more",
            false => "less",
        };
        let difference = written(after.saturating_sub(before).abs());
        format!(
            "  {what}: {} USD before, {} USD after, {difference} USD {more}\n",
            written(before),
            written(after)
        )
    };
    let filled = outcome.filled;
    let mut page = format!(
        "  filled of the order: {} of {} shares before, {} after\n",
        shares(filled.before),
        shares(order.asked()),
        shares(filled.after)
    );
    page += &usd(&format!("cash of {}", order.account_id), outcome.cash);
    let (was, then) = (outcome.realised.before, outcome.realised.after);
    if let Some(one) = then.or(was) {
        let gain = |of: Option<Realised>| of.map_or(Decimal::ZERO, |realised| realised.gain);
        let lot = order.lot_id.as_deref().map_or_else(String::new, |lot| format!(" of lot {lot}"));
        let term = if one.is_long_term { "long-term" } else { "short-term" };
        page += &usd(&format!("{term} gain{lot}"), Figure { before: gain(was), after: gain(then) });
    }
    page + &outcome.tax.map_or_else(String::new, |tax| usd("estimated tax of the year", tax))
}

/// An order in words.
pub(crate) fn asked(order: &Order) -> String {
    format!("{} {} {}", order.side.word(), shares(order.asked()), order.ticker)
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::unfilled;

    #[test]
    fn what_was_not_filled_reads_as_it_is_said() {
        assert_eq!(unfilled(dec!(388.89), dec!(388.890)), "none of its 388.89 shares was filled");
        assert_eq!(unfilled(dec!(12), dec!(388.89)), "12 of 388.89 shares were not filled");
        assert_eq!(unfilled(dec!(1), dec!(5)), "1 of 5 shares was not filled");
        assert_eq!(unfilled(dec!(1), dec!(1)), "its 1 share was not filled");
    }
}
