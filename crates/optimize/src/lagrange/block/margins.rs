//! How the answer of a unit gives way to a change of prices: what the Hessian of the dual is made of.
//!
//! In: the orders that would change. Out: their [`Margin`]s. Invariant: Σ a aᵀ/curvature over them is −∇² of the unit's
//! value, exactly, as long as the same lots stay open.
//!
//! # Derivation
//!
//! One open order of a unit with drift q and impact k costs (q + k)σ² and more, so σ moves by a/2(q + k). Of several, with
//! x_o the weight that order o adds and k_o its impact at the price of cash, the unit costs q(Σ x)² + Σ k_o x_o² and the x move
//! by M⁻¹ with M = 2q·11ᵀ + diag(1/d), d_o = 1/2k_o. By Sherman and Morrison M⁻¹ = diag(d) − γ d dᵀ with
//! γ = 2q/(1 + 2q Σ d), which is
//!
//! Σ_o d_o(1 − γ Σ d) e_o e_oᵀ + γ Σ_{o<p} d_o d_p (e_o − e_p)(e_o − e_p)ᵀ:
//!
//! each by itself, with the curvature 2k_o(1 + 2q Σ d), and each in place of each other. Where one has no impact its d is
//! infinite: then only it moves by itself, with the curvature 2q, and each other in its place, with 2k_o.

use super::order::{Edge, Fill};
use super::several::Several;
use super::{Book, Unit};
use crate::lagrange::prices::Margin;

impl Book<'_> {
    /// What one more unit of an order does, at an edge of its own.
    pub(super) fn margin(&self, unit: &Unit, o: usize, fill: &Fill, edge: Edge) -> Margin {
        let order = &self.orders[o];
        Margin {
            security: unit.security,
            account: order.account,
            net: if order.tier.is_some() { -1.0 } else { 1.0 },
            cash: -order.paid - 2.0 * order.impact * fill.size,
            other: None,
            turnover: 1.0,
            short: if edge.short { edge.gain } else { 0.0 },
            long: if edge.short { 0.0 } else { edge.gain },
            curvature: 2.0 * unit.drift + edge.bend,
        }
    }

    /// Adds what the orders of a solution that are open do by themselves and in place of each other.
    pub(super) fn add_margins(&self, unit: &Unit, solved: &Several, margins: &mut Vec<Margin>) {
        let open = || solved.fills().filter_map(|(o, fill)| Some((o, fill, fill.edge?)));
        let softness: f64 = open().map(|(_, _, edge)| 1.0 / edge.bend).sum();
        let bend = 2.0 * unit.drift;
        for (n, (o, fill, edge)) in open().enumerate() {
            let one = self.margin(unit, o, fill, edge);
            let alone = if edge.bend == 0.0 { bend } else { edge.bend * (1.0 + bend * softness) };
            if alone.is_finite() {
                margins.push(Margin { curvature: alone, ..one });
            }
            for (p, fill, other) in open().take(n) {
                let curvature = match (edge.bend, other.bend) {
                    (0.0, k) | (k, 0.0) => k,
                    (k, l) => k * l * (1.0 / bend + softness),
                };
                // Two without impact change places at no cost: which of them trades is then not for curvature to say.
                if curvature > 0.0 && curvature.is_finite() {
                    margins.push(Margin { curvature, ..one.in_place_of(&self.margin(unit, p, fill, other)) });
                }
            }
        }
    }
}

impl Margin {
    /// One more unit of weight by this order and one less by another of the same security.
    fn in_place_of(&self, other: &Margin) -> Margin {
        Margin {
            net: 0.0,
            cash: self.net * self.cash,
            other: Some((other.account, -other.net * other.cash)),
            turnover: self.net * self.turnover - other.net * other.turnover,
            short: self.net * self.short - other.net * other.short,
            long: self.net * self.long - other.net * other.long,
            ..*self
        }
    }
}
