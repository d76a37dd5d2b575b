//! What is told about drift: per class, and in one sentence whether to act.
//!
//! In: measured classes and metrics. Out: a [`DriftReport`], serialised with every decimal exact to
//! twelve digits.

use std::collections::BTreeMap;

use portfolio::household::{Class, TradeTo};
use portfolio::money::percents;
use portfolio::plan::Number;
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;
use serde::Serialize;

use crate::metrics::Metric;
use crate::tolerance::Tolerance;

/// Whether a household has drifted, and by how much.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DriftReport {
    /// Date of the holdings and prices.
    pub as_of: String,
    /// V (3), USD, with what flows in or out.
    pub value_usd: Number,
    /// Every class that is held, wanted or listed; `Cash` last.
    pub classes: Vec<ClassDrift>,
    /// Names of the classes outside their band.
    pub breaches: Vec<Class>,
    /// Whether some band is breached.
    pub act: bool,
    /// Why, in words.
    pub why: String,
    /// `target`, `edge` or `midway`.
    pub trade_to: &'static str,
    /// Which part of the drift a plan may leave.
    pub theta: Number,
    /// What a plan is made against.
    pub targets_used: BTreeMap<Class, Number>,
    /// The metrics (18)–(27).
    pub metrics: Vec<Metric>,
}

/// One class and its band.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassDrift {
    /// Its name.
    pub class: Class,
    /// Market value, USD to the cent.
    pub value_usd: Number,
    /// Part of V.
    #[serde(serialize_with = "short")]
    pub weight: Number,
    /// Wanted part of V.
    pub target: Number,
    /// Weight less target.
    #[serde(serialize_with = "short")]
    pub drift: Number,
    /// Whether |drift| > τ (1).
    pub breached: bool,
    /// τ and its parts.
    pub tolerance: Tolerance,
}

/// Weights are quotients; twelve digits of one are plenty for a reader.
fn short<S: serde::Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    Number(number.0.round_dp(12)).serialize(serializer)
}

/// Puts a report together.
pub(crate) fn report(
    portfolio: &Portfolio,
    value: Decimal,
    classes: Vec<ClassDrift>,
    metrics: Vec<Metric>,
) -> DriftReport {
    let breaches: Vec<Class> = classes.iter().filter(|c| c.breached).map(|c| c.class.clone()).collect();
    let theta = crate::aim::theta(portfolio.monitoring.trade_to, &classes);
    DriftReport {
        as_of: portfolio.as_of.to_string(),
        value_usd: Number(portfolio::money::cents(value)),
        act: !breaches.is_empty(),
        why: why(&classes),
        trade_to: match portfolio.monitoring.trade_to {
            TradeTo::Target => "target",
            TradeTo::Edge => "edge",
            TradeTo::Midway => "midway",
        },
        theta: Number(theta),
        targets_used: crate::aim::targets_used(&classes, theta),
        breaches,
        classes,
        metrics,
    }
}

/// The breaches, or the class that is nearest to one.
fn why(classes: &[ClassDrift]) -> String {
    let shown = |part: fn(&ClassDrift) -> Decimal| percents(&classes.iter().map(part).collect::<Vec<_>>());
    let (weights, targets) = (shown(|c| c.weight.0), shown(|c| c.target.0));
    let told = |(place, c): (usize, &ClassDrift)| {
        // As the tables show it; where they show none, a drift is still told.
        let off = (weights[place] - targets[place]) / dec!(100);
        let off = if off.is_zero() { c.drift.0 } else { off };
        let side = if off.is_sign_negative() { "below" } else { "above" };
        format!(
            "{} is {} {side} its target, band {}",
            c.class,
            percent(off.abs()),
            percent(c.tolerance.tau.0)
        )
    };
    let breached: Vec<String> = classes.iter().enumerate().filter(|(_, c)| c.breached).map(told).collect();
    if !breached.is_empty() {
        return format!("Act: {}.", breached.join("; "));
    }
    let spare = |(_, c): &(usize, &ClassDrift)| c.tolerance.tau.0 - c.drift.0.abs();
    match classes.iter().enumerate().filter(|(_, c)| !c.drift.0.is_zero()).min_by_key(spare) {
        Some(nearest) => {
            format!("No need to act: every class is inside its band; nearest to its edge, {}.", told(nearest))
        }
        None => "No need to act: every class is at its target.".to_owned(),
    }
}

/// `6.00 %`, with more digits where two would hide the difference.
pub(crate) fn percent(weight: Decimal) -> String {
    let percent = weight * dec!(100);
    if !percent.is_zero() && percent.abs() < dec!(0.01) {
        return "less than 0.01 %".to_owned();
    }
    format!("{:.2} %", percent.round_dp(2))
}

#[cfg(test)]
mod tests {
    use crate::monitor;
    use rust_decimal::dec;

    /// The design document's first example: 46 % US stocks for 40 %, of 500,000 USD.
    fn first_example(us_stocks: u32) -> crate::DriftReport {
        let weights = [
            ("US Stocks", us_stocks),
            ("International Stocks", 21),
            ("Bonds", 76 - us_stocks),
            ("Real Estate", 3),
        ];
        let holdings: Vec<String> = weights
            .iter()
            .map(|(class, percent)| {
                format!(
                    r#"{{"ticker": "{class}", "asset_class": "{class}", "kind": "etf", "current_price": 5000,
                        "spread_bps": 1, "lots": [{{"lot_id": "{class}", "quantity": {percent}, "cost_basis_per_share": 1}}]}}"#
                )
            })
            .collect();
        let text = format!(
            r#"{{"as_of": "2026-11-20", "cash": 0, "holdings": [{}], "target_allocation":
                {{"US Stocks": 0.40, "International Stocks": 0.20, "Bonds": 0.35, "Real Estate": 0.05, "Cash": 0.00}}}}"#,
            holdings.join(",")
        );
        monitor(&portfolio::read(&text).unwrap())
    }

    #[test]
    fn a_drift_of_0_06_rings_with_the_defaults() {
        let report = first_example(46);
        assert!(report.act);
        assert_eq!(report.classes.iter().find(|c| c.class == "US Stocks").unwrap().drift.0, dec!(0.06));
        assert_eq!(report.breaches, ["Bonds", "US Stocks"]);
        assert!(report.why.contains("US Stocks is 6.00 % above its target, band 3.52 %"), "{}", report.why);
    }

    #[test]
    fn a_drift_of_0_05_rings_with_the_defaults() {
        let text = r#"{"as_of": "2026-11-20", "Target Allocation": {"Stocks": 0.60, "Bonds": 0.40}, "cash": 0,
          "holdings": [
           {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450.00, "kind": "etf", "lots": [
             {"lot_id": "L1", "quantity": 100, "cost_basis_per_share": 400.00, "type": "long-term"},
             {"lot_id": "L2", "quantity": 44.44, "cost_basis_per_share": 460.00, "type": "long-term"}]},
           {"ticker": "BND", "asset_class": "Bonds", "current_price": 90.00, "kind": "etf", "lots": [
             {"lot_id": "L3", "quantity": 388.89, "cost_basis_per_share": 92.00, "type": "long-term"}]}]}"#;
        let report = monitor(&portfolio::read(text).unwrap());
        assert_eq!(report.breaches, ["Bonds", "Stocks"]);
        assert!(
            report.why.starts_with("Act: Bonds is 5.00 % below its target, band 3.50 %"),
            "{}",
            report.why
        );
    }

    #[test]
    fn exactly_on_the_edge_is_inside() {
        // 43.52 % would be the edge of US stocks; whole percents can't hit it, an own band can.
        let text = r#"{"as_of": "2026-11-20", "cash": 30, "target_allocation": {"S": 0.6, "Cash": 0.4},
          "monitoring": {"bands": {"S": {"absolute": 0.1}, "Cash": {"absolute": 0.1}}},
          "holdings": [{"ticker": "A", "asset_class": "S", "current_price": 0.7, "kind": "etf",
                        "lots": [{"lot_id": "1", "quantity": 100, "cost_basis_per_share": 1}]}]}"#;
        let report = monitor(&portfolio::read(text).unwrap());
        assert!(!report.act, "{}", report.why);
        assert!(report.why.starts_with("No need to act"), "{}", report.why);
    }

    #[test]
    fn small_drifts_are_no_reason() {
        let report = first_example(40);
        assert!(!report.act);
        assert!(report.why.contains("Real Estate is 2.00 % below its target"), "{}", report.why);
    }
}
