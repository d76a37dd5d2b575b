//! The page of `costs`: every order with what it has cost, the sums, and what fills taught about spreads.
//!
//! In: outcomes and their sums. Out: text. Invariant: a cost is positive, and one that can't be told is a dash.

use portfolio::Decimal;
use rebalance::costs::{Outcome, Totals};
use rebalance::keeping::slippage::Slippages;

use super::proposal::time;
use super::{drawn, paragraph, table, title};
use crate::figures::{shares, usd};

/// The whole page.
pub(crate) fn page(outcomes: &[Outcome], totals: &Totals, spreads: &[(&str, Slippages)]) -> String {
    if outcomes.is_empty() {
        return paragraph("Nothing has been filled yet.", 0);
    }
    let mut page = title("What orders have cost");
    let headings =
        ["Sent", "Order", ">Plan", ">Arrival", ">Delay", ">Slippage", ">Fees", ">Shortfall", ">Expected"];
    let mut rows = table(&headings);
    for outcome in outcomes {
        let order = format!("{} {} {}", outcome.side.word(), shares(outcome.quantity), outcome.ticker);
        rows.add_row([
            time(outcome.at),
            order,
            usd(outcome.decision_price),
            or_dash(outcome.arrival_price),
            or_dash(outcome.delay),
            or_dash(outcome.slippage),
            usd(outcome.fees),
            usd(outcome.shortfall),
            usd(outcome.expected),
        ]);
    }
    page += &drawn(&rows);
    page += &paragraph(
        &format!(
            "{} orders for {}: a shortfall of {}{}, of which {} slippage and {} fees; the plans expected {}{}.",
            totals.orders,
            usd(totals.notional),
            usd(totals.shortfall),
            of(totals.shortfall, totals.notional),
            usd(totals.slippage),
            usd(totals.fees),
            usd(totals.expected),
            of(totals.expected, totals.notional),
        ),
        0,
    );
    page += &paragraph(
        "Shortfall = delay (what the market moved between plan and order) + slippage (fills against the price at arrival) + fees. A \
         negative cost is a gain.",
        0,
    );
    if !spreads.is_empty() {
        page += "\n";
        page += &title("What fills taught about half the spread, basis points");
        let mut rows = table(&["Security", ">Fills", ">Median", "Judged by the newer half"]);
        for (ticker, slippages) in spreads {
            let median = slippages.median().map_or_else(|| "–".to_owned(), |bps| format!("{bps:.2}"));
            let judged = match slippages.refit() {
                None => "not before 60 fills".to_owned(),
                Some(refit) => format!(
                    "{:.2} misses by {:.2}, what was believed by {:.2}: {}",
                    refit.half_bps,
                    refit.error,
                    refit.error_believed,
                    if refit.is_better() { "it counts from now on" } else { "nothing is replaced" }
                ),
            };
            rows.add_row([(*ticker).to_owned(), slippages.count().to_string(), median, judged]);
        }
        page += &drawn(&rows);
    }
    page
}

fn or_dash(amount: Option<Decimal>) -> String {
    amount.map_or_else(|| "–".to_owned(), usd)
}

/// A part of the value traded, in words.
fn of(cost: Decimal, notional: Decimal) -> String {
    let bps = cost.checked_mul(Decimal::from(10_000)).and_then(|x| x.checked_div(notional));
    bps.map_or_else(String::new, |bps| format!(" ({bps:.1} basis points)").replace('-', "−"))
}
