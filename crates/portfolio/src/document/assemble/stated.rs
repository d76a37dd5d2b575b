//! What a document states of itself beside its lots: checked, never used.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, dec};

use super::{Document, Findings};
use crate::household::{CASH, Portfolio};
use crate::money::cents;

/// Whether a stated amount is off by more than a cent and 0.01 %.
pub(super) fn disagrees(stated: Decimal, computed: Decimal) -> bool {
    let off = (stated - computed).abs();
    off > dec!(0.01) && off > computed.abs() * dec!(0.0001)
}

/// Compares `current_allocation` and `total_portfolio_value` with the lots.
pub(super) fn check(portfolio: &Portfolio, document: &Document<'_>, found: &mut Findings) {
    let flows: Decimal = portfolio.accounts.iter().map(|a| a.flow).sum();
    let value = portfolio.value() - flows;
    if let Some(stated) = document.total_portfolio_value
        && disagrees(stated.0, value)
    {
        found.warn(
            "document.value_disagrees",
            "total_portfolio_value",
            format!("{} is stated and cash and lots are worth {}; the lots count", stated.0, cents(value)),
        );
    }
    let Some(stated) = &document.current_allocation else { return };
    let mut by_class: BTreeMap<&str, Decimal> = BTreeMap::new();
    for position in &portfolio.positions {
        let class = portfolio.securities[position.security].asset_class.as_str();
        *by_class.entry(class).or_default() += portfolio.position_value(position);
    }
    *by_class.entry(CASH).or_default() += portfolio.accounts.iter().map(|a| a.cash).sum::<Decimal>();
    for (class, weight) in &stated.0 {
        let held = by_class.get(&**class).copied().unwrap_or_default() / value;
        if (held - weight.0).abs() > dec!(0.005) {
            found.warn(
                "document.allocation_disagrees",
                format!("current_allocation.{class}"),
                format!("{} is stated and the lots make {}; the lots count", weight.0, held.round_dp(4)),
            );
        }
    }
}
