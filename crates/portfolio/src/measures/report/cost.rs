//! (28)–(37): what trading costs and how much is traded.
//!
//! In: trades with their cost terms, quotes, scenarios, fills. Out: rows. Turnover is that of the
//! fills, or of the trades where there are no fills.

use rust_decimal::Decimal;

use super::{Inputs, Measure, none};
use crate::measures::cost::{self, Trade};
use crate::measures::execution::{self, Fill};
use crate::measures::turnover::{self, Traded};
use crate::measures::undefined::Undefined;

pub(super) fn rows(inputs: &Inputs<'_>) -> Vec<Measure> {
    let mut rows = forecast(inputs);
    rows.extend(filled(inputs));
    rows
}

/// (28)–(32), (34), (35).
fn forecast(inputs: &Inputs<'_>) -> Vec<Measure> {
    let trades: Vec<Trade> = inputs.trades.iter().map(|(_, trade)| *trade).collect();
    let of = |measure: fn(&[Trade]) -> Result<Decimal, Undefined>| {
        if trades.is_empty() { Err(Undefined::NothingTraded) } else { measure(&trades) }
    };
    let spread = if inputs.quotes.is_empty() {
        Err(Undefined::NotGiven { what: "quotes (bid, mid and ask)" })
    } else {
        cost::spread(&inputs.quotes)
    };
    let certain = if inputs.cost_scenarios.is_empty() {
        none("a sample of total costs")
    } else {
        cost::certainty_equivalent(&inputs.cost_scenarios, inputs.settings.cost_aversion)
    };
    vec![
        Measure::of("fixed_cost", 28, "fixed cost", "USD", of(cost::fixed)),
        Measure::of("variable_cost", 29, "variable cost", "USD", of(cost::variable)),
        Measure::of("impact_cost", 30, "market impact cost", "USD", of(cost::impact)),
        Measure::of("total_cost", 31, "total cost", "USD", of(cost::total_cost)),
        Measure::of("spread_cost", 32, "bid-ask spread cost", "USD", spread),
        Measure::of(
            "cost_per_value_traded",
            34,
            "cost per value traded",
            "of value traded",
            of(cost::per_value_traded),
        ),
        Measure::of("certainty_equivalent_cost", 35, "certainty equivalent cost", "USD", certain),
    ]
}

/// (33), (36), (37).
fn filled(inputs: &Inputs<'_>) -> Vec<Measure> {
    let of = |measure: fn(&[Fill]) -> Result<Decimal, Undefined>| {
        let needed = Undefined::NotGiven { what: "the fills file (`--fills`)" };
        if inputs.fills.is_empty() { Err(needed) } else { measure(&inputs.fills) }
    };
    let traded = traded(inputs);
    let turned = |measure: fn(&[Traded], Decimal) -> Result<Decimal, Undefined>| {
        traded.clone().and_then(|assets| measure(&assets, inputs.value()?))
    };
    vec![
        Measure::of("slippage", 33, "realised slippage", "USD", of(execution::realised_slippage))
            .noting("execution against arrival; positive = cost"),
        Measure::of(
            "shortfall_as_gain",
            36,
            "implementation shortfall",
            "USD",
            of(execution::shortfall_as_gain),
        )
        .noting("negative = cost, without commissions"),
        Measure::of("shortfall", 36, "implementation shortfall", "USD", of(execution::shortfall))
            .noting("positive = cost, with commissions"),
        Measure::of("turnover_per_asset", 37, "turnover", "of value", turned(turnover::per_asset))
            .noting("only assets traded both ways count"),
        Measure::of("turnover_one_sided", 37, "turnover", "of value", turned(turnover::one_sided))
            .noting("the smaller of purchases and sales"),
        Measure::of("turnover_two_sided", 37, "turnover", "of value", turned(turnover::two_sided))
            .noting("purchases and sales"),
    ]
}

fn traded(inputs: &Inputs<'_>) -> Result<Vec<Traded>, Undefined> {
    let of_fill = |f: &Fill| f.quantity.checked_mul(f.exec_price).ok_or(Undefined::TooLarge);
    let mut orders = Vec::new();
    for fill in &inputs.fills {
        orders.push((fill.ticker.as_str(), fill.side, of_fill(fill)?));
    }
    if inputs.fills.is_empty() {
        for (ticker, trade) in &inputs.trades {
            orders.push((ticker.as_str(), trade.side, trade.notional()?));
        }
    }
    if orders.is_empty() { Err(Undefined::NothingTraded) } else { turnover::by_asset(orders) }
}
