//! The links: how trades add up in the coupling rules, and how they bend the dual.
//!
//! In: the totals of all trades, or the marginal trades of securities that would give way to a
//! change of prices. Out: the left-hand sides of the rules in the order of the prices, or −∇²d.

use super::Space;
use crate::problem::Problem;

/// What all trades together amount to; parts of V.
#[derive(Debug, Clone)]
pub(in super::super) struct Totals {
    /// Net weight traded, per security.
    pub(in super::super) net: Vec<f64>,
    /// Cash gained after costs, per account.
    pub(in super::super) cash: Vec<f64>,
    pub(in super::super) turnover: f64,
    pub(in super::super) short: f64,
    pub(in super::super) long: f64,
}

/// A marginal trade: what one more unit of an order does, or of one order in place of another, and the curvature of its cost.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Margin {
    pub(in super::super) security: usize,
    pub(in super::super) account: usize,
    /// Change of the weight: −1 sale, 1 purchase, 0 of one order in place of another.
    pub(in super::super) net: f64,
    pub(in super::super) cash: f64,
    /// The account of the other order, and its cash.
    pub(in super::super) other: Option<(usize, f64)>,
    pub(in super::super) turnover: f64,
    pub(in super::super) short: f64,
    pub(in super::super) long: f64,
    pub(in super::super) curvature: f64,
}

impl Totals {
    pub(in super::super) fn none(problem: &Problem) -> Totals {
        Totals {
            net: vec![0.0; problem.securities.len()],
            cash: vec![0.0; problem.accounts.len()],
            turnover: 0.0,
            short: 0.0,
            long: 0.0,
        }
    }
}

impl Space<'_> {
    /// The links of all trades together.
    pub(in super::super) fn links(&self, totals: &Totals) -> Vec<f64> {
        let p = self.problem;
        let mut links = self.offset.clone();
        let rows = self.drift.iter().enumerate();
        let cuts = self.cuts.iter().enumerate().map(|(k, tie)| (self.first_cut() + k, tie));
        for (k, tie) in rows.chain(cuts) {
            links[k] += tie.row.iter().zip(&totals.net).map(|(f, w)| f * w).sum::<f64>();
        }
        for (a, cash) in totals.cash.iter().enumerate() {
            links[self.free + a] -= cash;
        }
        if p.accounts.len() > 1 && p.buffer.is_some() {
            links[self.free + p.accounts.len()] -= totals.cash.iter().sum::<f64>();
        }
        if let Some(i) = self.turnover {
            links[i] += totals.turnover;
        }
        let after = self.first_piece + self.pieces.len();
        for (i, x) in self.pieces.iter().enumerate() {
            links[self.first_piece + i] += x.s * totals.short + x.l * totals.long;
        }
        for (i, x) in self.region.iter().enumerate() {
            links[after + i] -= x.s * totals.short + x.l * totals.long;
        }
        let first = self.first_sector();
        if !p.sector_caps.is_empty() {
            for (s, w) in p.securities.iter().zip(&totals.net) {
                if let Some(sector) = s.sector {
                    links[first + sector] += w;
                }
            }
        }
        links
    }

    /// −∇²d of the units: the sum over marginal trades of a aᵀ / curvature, lower triangle of the
    /// row-major square.
    pub(in super::super) fn hessian(&self, margins: &[Margin]) -> Vec<f64> {
        let n = self.dimension();
        let mut hessian = vec![0.0; n * n];
        let mut along = vec![0.0; n];
        let mut touched = Vec::with_capacity(n);
        for m in margins {
            self.direction(m, &mut along);
            touched.clear();
            touched.extend((0..n).filter(|i| along[*i] != 0.0));
            for (at, i) in touched.iter().enumerate() {
                let scaled = along[*i] / m.curvature;
                for j in &touched[..=at] {
                    hessian[i * n + j] += scaled * along[*j];
                }
            }
        }
        hessian
    }

    /// What a trade of one account adds to the links.
    pub(in super::super) fn link_of(
        &self,
        (security, net): (usize, f64),
        (account, cash): (usize, f64),
        turnover: f64,
        (short, long): (f64, f64),
        links: &mut [f64],
    ) {
        let p = self.problem;
        let rows = self.drift.iter().enumerate();
        let cuts = self.cuts.iter().enumerate().map(|(k, tie)| (self.first_cut() + k, tie));
        for (k, tie) in rows.chain(cuts) {
            links[k] += net * tie.row[security];
        }
        links[self.free + account] -= cash;
        if p.accounts.len() > 1 && p.buffer.is_some() {
            links[self.free + p.accounts.len()] -= cash;
        }
        if let Some(i) = self.turnover {
            links[i] += turnover;
        }
        let after = self.first_piece + self.pieces.len();
        for (i, x) in self.pieces.iter().enumerate() {
            links[self.first_piece + i] += x.s * short + x.l * long;
        }
        for (i, x) in self.region.iter().enumerate() {
            links[after + i] -= x.s * short + x.l * long;
        }
        if let Some(sector) = p.securities[security].sector {
            links[self.first_sector() + sector] += net;
        }
    }

    /// The links of one more unit of a marginal trade.
    fn direction(&self, m: &Margin, along: &mut [f64]) {
        along.fill(0.0);
        self.link_of((m.security, m.net), (m.account, m.cash), m.turnover, (m.short, m.long), along);
        if let Some(paid) = m.other {
            self.link_of((m.security, 0.0), paid, 0.0, (0.0, 0.0), along);
        }
    }
}
