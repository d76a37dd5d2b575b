//! A portfolio without one of its rules or costs.
//!
//! In: the portfolio and a [`Reason`]. Out: the same portfolio with all that this reason stands for taken
//! away and nothing else changed, or none where it states no such thing or nothing can take it away.
//!
//! Source: model.md, "Hard rules and the codes that name their violation" and "Objective (48)".

use portfolio::household::Action;
use portfolio::{Decimal, Portfolio};

use crate::reason::Reason;

/// Purchases up to this, USD, bar no loss sale: more than anybody buys.
const ANY_PURCHASE_USD: Decimal = Decimal::from_parts(u32::MAX, 1000, 0, false, 0);
/// A step of an order so small that it's none, shares.
const NO_STEP: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// What can be taken away, in the order in which it is named where two explain the same: what the household
/// asks of a single lot or security, then limits of the whole, then sizes, then what is weighed.
pub(crate) const LIFTABLE: [Reason; 31] = [
    Reason::NoSells,
    Reason::DoNotSell,
    Reason::DoNotSellLot,
    Reason::HoldingPeriod,
    Reason::RecentPurchase,
    Reason::ShortTermForbidden,
    Reason::DividendPeriod,
    Reason::NotBuyable,
    Reason::EsgMinimum,
    Reason::Industry,
    Reason::DoNotBuy,
    Reason::AvoidedClass,
    Reason::RecentLossSale,
    Reason::Preferred,
    Reason::MutualFund,
    Reason::ShortTermPriority,
    Reason::LotOrder,
    Reason::AlwaysHold,
    Reason::Turnover,
    Reason::GainBudget,
    Reason::TaxBudget,
    Reason::Liquidity,
    Reason::Volatility,
    Reason::Concentration,
    Reason::Sector,
    Reason::CashBuffer,
    Reason::Location,
    Reason::Tax,
    Reason::Trading,
    Reason::Esg,
    Reason::BelowMinimum,
];

/// Whether [`lifted`] can ever take this away.
pub(crate) fn can_lift(reason: Reason) -> bool {
    reason == Reason::Increment || LIFTABLE.contains(&reason)
}

/// The portfolio without it.
pub(crate) fn lifted(p: &Portfolio, reason: Reason) -> Option<Portfolio> {
    if !stated(p, reason) {
        return None;
    }
    let mut p = p.clone();
    let w = &mut p.wishes;
    match reason {
        Reason::NoSells => w.no_sells = false,
        Reason::DoNotSell => w.do_not_sell.clear(),
        Reason::DoNotSellLot => w.kept_lots.clear(),
        Reason::HoldingPeriod => w.holding_months_min = None,
        Reason::RecentPurchase => p.wash_sale_tolerance_usd = ANY_PURCHASE_USD,
        Reason::ShortTermForbidden => w.short_term_forbidden = false,
        Reason::DividendPeriod => w.qualified_dividends = false,
        Reason::NotBuyable => p.securities.iter_mut().for_each(|s| s.buyable = true),
        Reason::EsgMinimum => w.esg_minimum = None,
        Reason::Industry => w.excluded.clear(),
        Reason::DoNotBuy => w.do_not_buy.clear(),
        Reason::AvoidedClass => w.avoided_classes.clear(),
        Reason::RecentLossSale => p.transactions.iter_mut().for_each(|t| t.realised_gain = None),
        Reason::Preferred => w.preferred.clear(),
        Reason::MutualFund => w.prefer_etfs = false,
        Reason::ShortTermPriority => w.short_term_last = false,
        Reason::LotOrder => w.first_lots.clear(),
        Reason::AlwaysHold => w.always_hold.clear(),
        Reason::Turnover => w.turnover_max = None,
        Reason::GainBudget => w.gains_max_usd = None,
        Reason::TaxBudget => w.tax_max_usd = None,
        Reason::Liquidity => p.securities.iter_mut().for_each(|s| s.average_daily_volume_usd = None),
        Reason::Volatility => w.volatility_cap = None,
        Reason::Concentration => {
            w.security_caps.clear();
            w.stock_cap = None;
        }
        Reason::Sector => {
            w.sector_caps.clear();
            w.sector_cap = None;
        }
        Reason::CashBuffer => w.cash_buffer_usd = Decimal::ZERO,
        Reason::Location => p.tax_drag.clear(),
        Reason::Tax => p.weights.tax = Some(Decimal::ZERO),
        Reason::Trading => {
            for s in &mut p.securities {
                s.spread_bps = Decimal::ZERO;
                s.commission = Decimal::ZERO;
                s.impact_coefficient = Decimal::ZERO;
                s.expense_ratio = Decimal::ZERO;
            }
        }
        Reason::Esg => p.weights.esg = Some(Decimal::ZERO),
        Reason::BelowMinimum => w.order_minimum_usd = Decimal::ZERO,
        Reason::Increment => p.securities.iter_mut().for_each(|s| s.quantity_increment = NO_STEP),
        _ => return None,
    }
    Some(p)
}

/// Whether the document states it at all.
fn stated(p: &Portfolio, reason: Reason) -> bool {
    let (w, weights) = (&p.wishes, p.lambdas());
    match reason {
        Reason::NoSells => w.no_sells,
        Reason::DoNotSell => !w.do_not_sell.is_empty(),
        Reason::DoNotSellLot => !w.kept_lots.is_empty(),
        Reason::HoldingPeriod => w.holding_months_min.is_some(),
        Reason::RecentPurchase => !p.lots.is_empty(),
        Reason::ShortTermForbidden => w.short_term_forbidden,
        Reason::DividendPeriod => w.qualified_dividends,
        Reason::NotBuyable => p.securities.iter().any(|s| !s.buyable),
        Reason::EsgMinimum => w.esg_minimum.is_some(),
        Reason::Industry => !w.excluded.is_empty(),
        Reason::DoNotBuy => !w.do_not_buy.is_empty(),
        Reason::AvoidedClass => !w.avoided_classes.is_empty(),
        Reason::RecentLossSale => p.transactions.iter().any(|t| t.action == Action::Sell),
        Reason::Preferred => !w.preferred.is_empty(),
        Reason::MutualFund => w.prefer_etfs,
        Reason::ShortTermPriority => w.short_term_last,
        Reason::LotOrder => !w.first_lots.is_empty(),
        Reason::AlwaysHold => !w.always_hold.is_empty(),
        Reason::Turnover => w.turnover_max.is_some(),
        Reason::GainBudget => w.gains_max_usd.is_some(),
        Reason::TaxBudget => w.tax_max_usd.is_some(),
        Reason::Liquidity => p.securities.iter().any(|s| s.average_daily_volume_usd.is_some()),
        Reason::Volatility => w.volatility_cap.is_some(),
        Reason::Concentration => w.stock_cap.is_some() || !w.security_caps.is_empty(),
        Reason::Sector => w.sector_cap.is_some() || !w.sector_caps.is_empty(),
        Reason::CashBuffer => w.cash_buffer_usd > Decimal::ZERO,
        Reason::Location => !p.tax_drag.is_empty() && weights.tax > Decimal::ZERO,
        Reason::Tax => weights.tax > Decimal::ZERO,
        Reason::Esg => weights.esg > Decimal::ZERO,
        Reason::Trading | Reason::BelowMinimum | Reason::Increment => true,
        _ => false,
    }
}
