//! How far may a class be from its target before it matters: τ of (2), with its parts.
//!
//! In: the document's `monitoring`, the securities of the class, the class's target. Out: the
//! half-width of the band as a weight, and every part of it, so that a person can see why the alarm
//! did or did not ring. Invariant: the parts sum to `sum`, and `tau` is that, held in [min, max]; or
//! it is the household's own band for the class.

use jiff::civil::Date;
use portfolio::household::{CASH, SecurityKind, Tau};
use portfolio::plan::Number;
use portfolio::{Decimal, Portfolio, Security};
use rust_decimal::dec;
use serde::Serialize;

/// The band of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tolerance {
    /// Half-width of the band, a weight.
    pub tau: Number,
    /// Where it comes from.
    pub source: Source,
    /// The parts of the dynamic threshold (also where an own band replaces it).
    pub parts: Parts,
}

/// Which rule set the width of a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The sum of the parts.
    Dynamic,
    /// The sum was below τ_min.
    DynamicAtMinimum,
    /// The sum was above τ_max.
    DynamicAtMaximum,
    /// The household's own band, in weight.
    OwnAbsolute,
    /// The household's own band, as a part of the target.
    OwnRelative,
}

/// The parts of τ (2), each as it enters the sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// τ_base.
    pub base: Number,
    /// k1 · σ_market: wider when markets move.
    pub volatility: Number,
    /// k3 · c: wider where trading is dear.
    pub cost: Number,
    /// −k2 · R_user: tighter for a household that wants it so.
    pub user: Number,
    /// −k4 · min(months since the last rebalance, 12): tighter the longer nothing was done.
    pub age: Number,
    /// Their sum, before τ_min and τ_max.
    pub sum: Number,
    /// c, the round-trip cost rate of the class.
    pub round_trip_cost: Number,
    /// Whole months since the last rebalance, 12 at most.
    pub months: u32,
}

/// The band of `class`, whose target is `target`.
///
/// # Source
/// Design document (2), extended by claim 3; model.md, "Drift trigger".
#[must_use]
pub fn tolerance(portfolio: &Portfolio, class: &str, target: Decimal) -> Tolerance {
    let parts = parts(portfolio, class);
    if let Some((width, source)) = own_band(portfolio, class, target) {
        return Tolerance { tau: Number(width), source, parts };
    }
    let Tau { min, max, .. } = portfolio.monitoring.tau;
    let (tau, source) = match parts.sum.0 {
        sum if sum < min => (min, Source::DynamicAtMinimum),
        sum if sum > max => (max, Source::DynamicAtMaximum),
        sum => (sum, Source::Dynamic),
    };
    Tolerance { tau: Number(tau), source, parts }
}

fn parts(portfolio: &Portfolio, class: &str) -> Parts {
    let m = &portfolio.monitoring;
    let months = m.last_rebalance.map_or(0, |last| months_between(last, portfolio.as_of).min(12));
    let round_trip_cost = round_trip_cost(portfolio, class);
    let base = m.tau.base;
    let volatility = m.tau.k1 * m.volatility;
    let cost = m.tau.k3 * round_trip_cost;
    let user = -(m.tau.k2 * m.user_score);
    let age = -(m.tau.k4 * Decimal::from(months));
    Parts {
        base: Number(base),
        volatility: Number(volatility),
        cost: Number(cost),
        user: Number(user),
        age: Number(age),
        sum: Number(base + volatility + cost + user + age),
        round_trip_cost: Number(round_trip_cost),
        months,
    }
}

/// The household's own band; of two widths the narrower counts.
fn own_band(portfolio: &Portfolio, class: &str, target: Decimal) -> Option<(Decimal, Source)> {
    let band = portfolio.monitoring.bands.get(class)?;
    let absolute = band.absolute.map(|w| (w, Source::OwnAbsolute));
    let relative = band.relative.map(|part| (part * target, Source::OwnRelative));
    match (absolute, relative) {
        (Some(a), Some(r)) if r.0 < a.0 => Some(r),
        (Some(a), _) => Some(a),
        (None, r) => r,
    }
}

/// c: the quoted spread of the cheapest security of the class that may be bought, which is half of it
/// on the way in and half on the way out; where none may be bought, of the cheapest that is listed.
/// Money itself costs nothing to move.
fn round_trip_cost(portfolio: &Portfolio, class: &str) -> Decimal {
    let of_class = || portfolio.securities.iter().enumerate().filter(|(_, s)| s.asset_class == class);
    let cheapest = |spreads: &mut dyn Iterator<Item = Decimal>| spreads.min();
    if class == CASH && of_class().all(|(_, s)| s.kind == SecurityKind::CashEquivalent) {
        return Decimal::ZERO;
    }
    let bps = cheapest(&mut of_class().filter(|(i, s)| may_buy(portfolio, *i, s)).map(|(_, s)| s.spread_bps))
        .or_else(|| cheapest(&mut of_class().map(|(_, s)| s.spread_bps)))
        .unwrap_or_default();
    bps / dec!(10000)
}

/// Whether the document and the household's standing wishes let a security be bought. A wash sale
/// only bars it for some days and does not change what trading it costs.
fn may_buy(portfolio: &Portfolio, index: usize, security: &Security) -> bool {
    let wishes = &portfolio.wishes;
    let excluded = wishes.excluded.iter().any(|x| security.industries.iter().any(|i| i == x.word()));
    let too_low = wishes.esg_minimum.is_some_and(|min| security.esg.is_none_or(|r| r < min));
    security.buyable
        && !wishes.do_not_buy.contains(&index)
        && !wishes.avoided_classes.contains(&security.asset_class)
        && !excluded
        && !too_low
}

/// Whole calendar months from `from` to `to`; 0 where `to` is earlier.
fn months_between(from: Date, to: Date) -> u32 {
    let index = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
    let begun = index(to) - index(from);
    // The last month is complete on the same day, or on the last day of a shorter month.
    let complete = to.day() >= from.day() || to.day() == to.days_in_month();
    u32::try_from(begun - i32::from(!complete)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn portfolio(monitoring: &str, spread_bps: &str) -> Portfolio {
        let text = format!(
            r#"{{"as_of": "2026-11-20", "cash": 100, "target_allocation": {{"Stocks": 0.6, "Cash": 0.4}},
                "monitoring": {monitoring},
                "securities": [{{"ticker": "A", "asset_class": "Stocks", "current_price": 1, "kind": "etf",
                                 "spread_bps": {spread_bps}}},
                               {{"ticker": "B", "asset_class": "Stocks", "current_price": 1, "kind": "etf",
                                 "spread_bps": 1, "buyable": false}}]}}"#
        );
        portfolio::read(&text).unwrap()
    }

    fn stocks(monitoring: &str, spread_bps: &str) -> Tolerance {
        tolerance(&portfolio(monitoring, spread_bps), "Stocks", dec!(0.6))
    }

    #[test]
    fn the_defaults_sum_as_in_model_md() {
        let t = stocks("{}", "4");
        // 0.03 + 0.10·0.15 + 2·0.0004 − 0.02·0.5 − 0.001·0
        assert_eq!(t.tau.0, dec!(0.0358));
        assert_eq!(t.source, Source::Dynamic);
        let sum = t.parts.base.0 + t.parts.volatility.0 + t.parts.cost.0 + t.parts.user.0 + t.parts.age.0;
        assert_eq!(sum, t.parts.sum.0);
    }

    #[test]
    fn what_may_not_be_bought_sets_no_cost_and_cash_has_none() {
        assert_eq!(stocks("{}", "10").parts.round_trip_cost.0, dec!(0.001));
        assert_eq!(tolerance(&portfolio("{}", "10"), CASH, dec!(0.4)).parts.cost.0, Decimal::ZERO);
    }

    #[test]
    fn time_tightens_the_band_for_a_year_at_most() {
        let at = |last: &str| stocks(&format!(r#"{{"last_rebalance": "{last}"}}"#), "0").tau.0;
        assert_eq!(at("2026-11-20"), dec!(0.035));
        assert_eq!(at("2026-08-21"), dec!(0.033));
        assert_eq!(at("2026-08-20"), dec!(0.032));
        assert_eq!(at("2020-01-01"), dec!(0.023));
    }

    #[test]
    fn the_band_stays_within_its_limits() {
        let wide = stocks(r#"{"volatility": 2}"#, "0");
        assert_eq!((wide.tau.0, wide.source), (dec!(0.15), Source::DynamicAtMaximum));
        let narrow = stocks(r#"{"volatility": 0, "tau": {"base": 0}}"#, "0");
        assert_eq!((narrow.tau.0, narrow.source), (dec!(0.01), Source::DynamicAtMinimum));
    }

    #[test]
    fn of_an_own_band_the_narrower_width_counts() {
        let own = |band: &str| {
            let t = stocks(&format!(r#"{{"bands": {{"Stocks": {band}}}}}"#), "0");
            (t.tau.0, t.source)
        };
        assert_eq!(own(r#"{"absolute": 0.2}"#), (dec!(0.2), Source::OwnAbsolute));
        assert_eq!(own(r#"{"absolute": 0.05, "relative": 0.25}"#), (dec!(0.05), Source::OwnAbsolute));
        assert_eq!(own(r#"{"absolute": 0.2, "relative": 0.25}"#), (dec!(0.15), Source::OwnRelative));
    }

    #[test]
    fn months_are_whole_calendar_months() {
        assert_eq!(months_between(date(2026, 1, 31), date(2026, 2, 28)), 1);
        assert_eq!(months_between(date(2026, 1, 15), date(2026, 2, 14)), 0);
        assert_eq!(months_between(date(2025, 11, 20), date(2026, 11, 20)), 12);
        assert_eq!(months_between(date(2026, 2, 1), date(2026, 1, 1)), 0);
    }
}
