//! Is what would be worth trading too little for an order.
//!
//! In: the evidence, a place to trade and what its next dollar would bring. Out: the limit that bars so
//! little (the least size of an order, the step of its shares), the cost that eats it (a commission), that it is
//! within the gap of the search, or none. The invariant is that none is named where an order of the size that it asks for would pay.
//!
//! Source: model.md (48): moving y of V from one unit to another brings net·y − k·y², with k = 2·λ_D
//! where drift is a sum of squares; rows `order.below_minimum` and `order.increment`.

use portfolio::household::DriftMetric;
use portfolio::money::float;
use portfolio::{Decimal, Side};

use crate::evidence::{Evidence, Source};
use crate::margins;
use crate::reason::Reason;
use crate::value::Value;

/// Where something would be traded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) account: usize,
    pub(crate) security: usize,
    pub(crate) side: Side,
    /// The most that could be traded there, USD.
    pub(crate) room_usd: Decimal,
}

/// What bars trading so little at `place`, where its next dollar would bring `net` dollars.
pub(crate) fn too_small(evidence: &Evidence<'_>, place: Place, net: f64) -> Option<Reason> {
    let p = evidence.portfolio;
    let security = &p.securities[place.security];
    let value = float(evidence.report.terms.value_usd);
    let has_order = match place.side {
        Side::Sell => evidence.sells(place.account, place.security),
        Side::Buy => evidence.buys(place.account, place.security),
    };
    let of_a_new_order = |usd: Decimal| if has_order { 0.0 } else { float(usd) };
    let step = float(security.quantity_increment) * float(security.price);
    let least = of_a_new_order(p.wishes.order_minimum_usd);
    let commission = float(p.lambdas().cost) * of_a_new_order(security.commission);
    let curve = curvature(evidence, place.security);
    let (best, room) = (net * value / (2.0 * curve), float(place.room_usd));
    let amount = best.min(room);
    let size = amount.max(least).max(step);
    let brings = |size: f64| size * (net - curve * size / value) - commission;
    let at_most = unproven_usd(evidence);
    if size <= room && brings(size) > at_most {
        None
    } else if size <= room && brings(size) > 0.0 {
        Some(Reason::WithinGap)
    } else if least > amount {
        Some(Reason::BelowMinimum)
    } else if step > amount {
        Some(Reason::Increment)
    } else {
        Some(Reason::Trading)
    }
}

/// What any plan could be better by, USD; nothing that is told here can be more.
fn unproven_usd(evidence: &Evidence<'_>) -> f64 {
    match evidence.value(&Source::AtMostBetter) {
        Some(Value::Usd(usd)) => float(usd),
        _ => f64::INFINITY,
    }
}

/// k: by how much the slope falls as weight leaves a security for the best place elsewhere.
fn curvature(evidence: &Evidence<'_>, security: usize) -> f64 {
    let p = evidence.portfolio;
    let drift = float(p.lambdas().drift);
    match (p.drift_metric, &p.risk_model) {
        (DriftMetric::TrackingVariance, Some(risk)) => {
            let alone: Vec<f64> =
                (0..p.securities.len()).map(|s| if s == security { 1.0 } else { 0.0 }).collect();
            drift * margins::variance(risk, &alone)
        }
        _ => 2.0 * drift,
    }
}
