//! Proposals as a person reads them: one by one, in a list, step by step, and what they changed in the books.
//!
//! In: what is on record. Out: text. Invariant: every figure is one of the books; nothing is computed here but differences that are shown
//! beside both sides.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use portfolio::Decimal;
use portfolio::exchange::eastern;
use portfolio::money::written;
use rebalance::books::{Attempt, Balance, HeldLot, Listed};
use rebalance::keeping::{Done, Taken};
use rebalance::life::Recommendation;

use super::{drawn, paragraph, table, title};
use crate::books::Placed;

/// Times in New York, to the minute.
pub(crate) fn time(at: Timestamp) -> String {
    let shown = eastern(at).to_string();
    shown.get(..16).unwrap_or(&shown).replace('T', " ")
}

/// One step, as it is taken.
pub(crate) fn step(at: Timestamp, household: &str, done: &Done, took: Duration) -> String {
    let word = match done.step {
        Taken::Rested => "watched",
        Taken::Split => "split",
        Taken::Followed => "target",
        Taken::Began => "cycle begins",
        Taken::Planned => "planned",
        Taken::Offered => "proposed",
        Taken::Invalidated => "refused by the validator",
        Taken::AskedAgain => "asked again",
        Taken::Closed(_) => "cycle ends",
        Taken::Rejected(_) => "rejected",
        Taken::Sent => "orders written down",
        Taken::Ordered => "order",
        Taken::Filled => "filled",
        Taken::Executed => "executed",
        Taken::Failed => "execution failed",
        Taken::OfferedAgain => "proposed again",
    };
    let words = match done.step {
        // The summary is shown with the proposal itself.
        Taken::Offered | Taken::OfferedAgain => "a plan waits for approval",
        _ => done.words.as_str(),
    };
    paragraph(&format!("{} {household}: {word} ({}): {words}", time(at), duration(took)), 0)
}

/// How long each stage of a cycle took, against its budget.
pub(crate) fn timeline(rows: &[(&str, Duration, Duration)]) -> String {
    let mut shown = table(&["Stage", ">Took", ">Budget"]);
    for (stage, took, budget) in rows {
        shown.add_row([(*stage).to_owned(), duration(*took), duration(*budget)]);
    }
    drawn(&shown)
}

fn duration(took: Duration) -> String {
    let seconds = took.as_secs();
    match took.as_millis() {
        0 => format!("{} µs", took.as_micros()),
        ms @ 1..=9_999 => format!("{ms} ms"),
        _ if seconds < 120 => format!("{seconds} s"),
        _ if seconds < 7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

/// A proposal with its reasons.
pub(crate) fn proposal(
    household: &str,
    found: &Recommendation,
    attempt: Option<&Attempt>,
    orders: &[Placed],
) -> String {
    let kept = found.kept();
    let mut page = title(&format!("Proposal {} for {household}", kept.id));
    page.push_str(&paragraph(&format!("{} since {} New York time", kept.state, time(kept.moved_at)), 0));
    if let Some(offer) = &kept.offer {
        let usd = written(offer.traded_usd);
        let until = time(offer.expires_at);
        page.push_str(&paragraph(&format!("trades {usd} USD in sum; can be approved until {until}"), 0));
        page.push_str(&paragraph(&format!("plan hash {}", offer.plan_hash), 0));
    }
    let Some(attempt) = attempt else {
        return page + &paragraph("no plan is on record yet", 0);
    };
    page.push('\n');
    page.push_str(&paragraph(&summary(attempt), 0));
    page.push('\n');
    let mut rows = table(&["", "Account", "Ticker", "Lot", ">Shares", ">Price"]);
    for trade in &attempt.trades {
        rows.add_row([
            trade.action.word().to_owned(),
            trade.account_id.clone(),
            trade.ticker.clone(),
            trade.lot_id.clone().unwrap_or_default(),
            trade.quantity.0.normalize().to_string(),
            written(trade.estimated_price.0),
        ]);
    }
    page.push_str(&drawn(&rows));
    for trade in &attempt.trades {
        let (word, what) = (trade.action.word(), &trade.ticker);
        page.push_str(&paragraph(&format!("{word} {what}: {}", trade.rationale), 2));
    }
    if !orders.is_empty() {
        page.push('\n');
        page.push_str(&placed(kept.attempt, orders));
    }
    page
}

/// The summary of a plan document.
fn summary(attempt: &Attempt) -> String {
    let document: serde_json::Value = serde_json::from_str(&attempt.document).unwrap_or_default();
    document.get("summary_rationale").and_then(|s| s.as_str()).unwrap_or_default().to_owned()
}

/// What was sent of each plan, what was filled, and what was not and why.
fn placed(attempt: u32, orders: &[Placed]) -> String {
    let (now, before): (Vec<Placed>, Vec<Placed>) =
        orders.iter().cloned().partition(|placed| placed.order.attempt == attempt);
    let mut page = String::new();
    if !before.is_empty() {
        page += &title("Orders of the plan before, of which a part was not done");
        page += &super::orders::list(&before);
    }
    if !now.is_empty() {
        page += &title("Orders");
        page += &super::orders::list(&now);
    }
    page
}

/// Proposals in a list: (household, proposal, rows of its plan).
pub(crate) fn list(all: &[(String, Listed, usize)]) -> String {
    if all.is_empty() {
        return paragraph("there are no proposals", 0);
    }
    let mut rows = table(&[">Proposal", "Household", ">State", "Since", ">Trades", ">USD"]);
    for (household, found, trades) in all {
        rows.add_row([
            found.id.to_string(),
            household.clone(),
            found.state.to_string(),
            time(found.moved_at),
            trades.to_string(),
            found.offer.as_ref().map(|offer| written(offer.traded_usd)).unwrap_or_default(),
        ]);
    }
    drawn(&rows)
}

/// What is held: by account, then cash or ticker.
pub(crate) fn held(balances: &[Balance], lots: &[HeldLot]) -> BTreeMap<(String, String), Decimal> {
    let mut all = BTreeMap::new();
    for balance in balances {
        all.insert((balance.account_id.clone(), "cash, USD".to_owned()), balance.cash);
    }
    for lot in lots {
        *all.entry((lot.account_id.clone(), format!("{}, shares", lot.ticker))).or_insert(Decimal::ZERO) +=
            lot.quantity;
    }
    all
}

/// What has changed in the books.
pub(crate) fn changed(
    before: &BTreeMap<(String, String), Decimal>,
    after: &BTreeMap<(String, String), Decimal>,
) -> String {
    let mut rows = table(&["Account", "", ">Before", ">After", ">Change"]);
    let keys: std::collections::BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let amount = |side: &BTreeMap<(String, String), Decimal>| side.get(key).copied().unwrap_or_default();
        let (was, is) = (amount(before), amount(after));
        if was != is {
            let shown = |x: Decimal| x.normalize().to_string();
            rows.add_row([key.0.clone(), key.1.clone(), shown(was), shown(is), shown(is - was)]);
        }
    }
    drawn(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn only_what_changed_is_shown() {
        let key = |what: &str| ("a".to_owned(), what.to_owned());
        let before = [(key("cash, USD"), dec!(10)), (key("SPY, shares"), dec!(2))].into();
        let after =
            [(key("cash, USD"), dec!(4.50)), (key("SPY, shares"), dec!(2)), (key("AGG, shares"), dec!(1))]
                .into();
        let page = changed(&before, &after);
        assert!(page.contains("-5.5") && page.contains("AGG") && !page.contains("SPY"), "{page}");
    }

    #[test]
    fn durations_have_a_fitting_unit() {
        for (took, told) in [
            (Duration::from_micros(250), "250 µs"),
            (Duration::from_millis(40), "40 ms"),
            (Duration::from_secs(60), "60 s"),
            (Duration::from_secs(900), "15 min"),
            (Duration::from_secs(172_800), "48 h"),
        ] {
            assert_eq!(duration(took), told);
        }
    }
}
