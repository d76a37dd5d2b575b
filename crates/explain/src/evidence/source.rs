//! Where a figure comes from.
//!
//! Out: a [`Source`] with the indices of what it is about; its `Display` is the path, with the
//! document it is in first. Money is USD, margins are parts of a dollar.

use std::fmt;

/// A typed reference into the portfolio, the plan or what was weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Ticker of a security.
    Ticker(usize),
    /// Class of a security.
    Class(usize),
    /// Name of a lot.
    Lot(usize),
    /// Name of an account.
    Account(usize),
    /// Name of a class or ticker that has a target.
    Unit(usize),
    /// Day on which a lot was acquired.
    Acquired(usize),
    /// Whether a lot is long-term.
    Term(usize),
    /// Side of a row.
    Action(usize),
    /// Shares of a row.
    Quantity(usize),
    /// Shares of a row at the document's price.
    Proceeds(usize),
    /// What a row realises.
    Gain(usize),
    /// Transaction cost of the order that a row belongs to.
    OrderCost(usize),
    /// The commission in that cost, to the cent.
    OrderCommission(usize),
    /// Half the spread in it.
    OrderSpread(usize),
    /// The market impact in it.
    OrderImpact(usize),
    /// By how much the gain of a row lowers the year's tax.
    TaxLowered(usize),
    /// A year of the fee on the order that a row belongs to.
    OrderFee(usize),
    /// Half the spread of a security.
    HalfSpread(usize),
    /// Distance of a unit from its target before the plan.
    OffBefore(usize),
    /// The same after it.
    OffAfter(usize),
    /// Distance of a unit from its target in the best plan without what holds it.
    OffWithout(usize),
    /// Target weight of a unit.
    Target(usize),
    /// What the distance of a unit weighs in the objective.
    OffWeighs(usize),
    /// By how much the best plan without a lot differs.
    WithoutLot(usize),
    /// By how much the best plan without buying a security differs.
    WithoutPurchase(usize),
    /// Gain of the whole of a lot.
    WholeLotGain(usize),
    /// Tax that selling the whole of a lot would add to the plan's.
    WholeLotTax(usize),
    /// Transaction cost that selling the whole of a lot would add to the plan's.
    WholeLotCost(usize),
    /// What one more dollar sold of a lot would bring.
    MarginWorth(usize),
    /// What it would cost in tax.
    MarginTax(usize),
    /// What it would cost to trade.
    MarginTrading(usize),
    /// Sum of what is sold.
    SoldUsd,
    /// Sum of what is bought.
    BoughtUsd,
    /// Number of orders.
    Orders,
    /// Transaction cost of the plan.
    CostUsd,
    /// What the plan adds to the year's tax.
    TaxUsd,
    /// (L of doing nothing − L) · V.
    BetterThanNothing,
    /// (L − bound) · V.
    AtMostBetter,
    /// Number of rows.
    Rows,
    /// Number of rows whose alternatives were weighed.
    Weighed,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Ticker(i) => write!(f, "portfolio/securities/{i}/ticker"),
            Source::Class(i) => write!(f, "portfolio/securities/{i}/asset_class"),
            Source::Lot(i) => write!(f, "portfolio/lots/{i}/lot_id"),
            Source::Account(i) => write!(f, "portfolio/accounts/{i}/account_id"),
            Source::Unit(i) => write!(f, "portfolio/targets/{i}/name"),
            Source::Acquired(i) => write!(f, "portfolio/lots/{i}/acquisition_date"),
            Source::Term(i) => write!(f, "portfolio/lots/{i}/term"),
            Source::Action(i) => write!(f, "plan/trades/{i}/action"),
            Source::Quantity(i) => write!(f, "plan/trades/{i}/quantity"),
            Source::Proceeds(i) => write!(f, "plan/trades/{i}/notional_usd"),
            Source::Gain(i) => write!(f, "report/trades/{i}/gain_usd"),
            Source::OrderCost(i) => write!(f, "report/trades/{i}/order/cost_usd"),
            Source::OrderCommission(i) => write!(f, "report/trades/{i}/order/commission_usd"),
            Source::OrderSpread(i) => write!(f, "report/trades/{i}/order/half_spread_usd"),
            Source::OrderImpact(i) => write!(f, "report/trades/{i}/order/impact_usd"),
            Source::TaxLowered(i) => write!(f, "report/trades/{i}/tax_lowered_usd"),
            Source::OrderFee(i) => write!(f, "report/trades/{i}/order/fee_usd"),
            Source::HalfSpread(i) => write!(f, "portfolio/securities/{i}/half_spread"),
            Source::OffBefore(i) => write!(f, "report/targets/{i}/off_before"),
            Source::OffAfter(i) => write!(f, "report/targets/{i}/off_after"),
            Source::OffWithout(i) => write!(f, "counterfactuals/targets/{i}/off_after"),
            Source::Target(i) => write!(f, "portfolio/targets/{i}/weight"),
            Source::OffWeighs(i) => write!(f, "report/targets/{i}/off_weighs_usd"),
            Source::WithoutLot(i) => write!(f, "alternatives/lots/{i}/cost_usd"),
            Source::WithoutPurchase(i) => write!(f, "alternatives/purchases/{i}/cost_usd"),
            Source::WholeLotGain(i) => write!(f, "portfolio/lots/{i}/gain_usd"),
            Source::WholeLotTax(i) => write!(f, "report/lots/{i}/added_tax_usd"),
            Source::WholeLotCost(i) => write!(f, "report/lots/{i}/added_cost_usd"),
            Source::MarginWorth(i) => write!(f, "margins/lots/{i}/worth"),
            Source::MarginTax(i) => write!(f, "margins/lots/{i}/tax"),
            Source::MarginTrading(i) => write!(f, "margins/lots/{i}/trading"),
            Source::SoldUsd => f.write_str("report/sold_usd"),
            Source::BoughtUsd => f.write_str("report/bought_usd"),
            Source::Orders => f.write_str("report/orders"),
            Source::CostUsd => f.write_str("report/terms/cost_usd"),
            Source::TaxUsd => f.write_str("report/terms/tax_usd"),
            Source::BetterThanNothing => f.write_str("report/better_than_nothing_usd"),
            Source::AtMostBetter => f.write_str("plan/at_most_better_usd"),
            Source::Rows => f.write_str("plan/trades"),
            Source::Weighed => f.write_str("plan/alternatives/weighed"),
        }
    }
}
