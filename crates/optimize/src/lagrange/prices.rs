//! The vector of prices π: which coupling rule has which multiplier, and what multipliers are lawful.
//!
//! In: a [`Problem`] and one convex [`Case`] of its tax. Out: a [`Space`], which turns a vector of
//! prices into the [`Quote`] that one security sees, and the totals of all trades into the *links*,
//! the left-hand sides of the coupling rules.
//!
//! # Derivation
//!
//! L (48) couples the securities only through a few totals of the trades: Δw_i the net weight
//! traded of security i, N the turnover, ΔS and ΔL the gains realised and c_a the cash that account
//! a gains after costs. Each coupling is written as `link(trades)` with a multiplier:
//!
//! | price | link | multiplier | adds to the dual |
//! | --- | --- | --- | --- |
//! | drift of cash (squared) | y − t_Cash, y = Σ cash − Σ Δw_i | free | −π²/(4 λ_D) |
//! | drift of class g (class targets) | Σ_{i in g} w_i − t_g, and y for cash | free | −π²/(4 λ_D) |
//! | factor k (tracking) | Σ_i f_ki (w_i − t_i) | free | −π²/(4 λ_D) |
//! | cash of a, buffer | floor_a − cash_a − c_a | >= 0 | |
//! | turnover | N − N_max | >= 0 | |
//! | piece p > 0 of T | (piece p − piece 0)(S, L) | >= 0, Σ <= λ_T | |
//! | region row r, gain and tax budget | −r(S, L) | >= 0 | |
//! | sector | w(sector) − cap | >= 0 | |
//! | volatility, cut at v | g·w − cap, g = Σv/√(v'Σv) | >= 0 | |
//!
//! The first three are the [`Ties`] of the drift, one row of weights each. The cap on volatility is a
//! cone, √(w'Σw) = max over v of g(v)·w, so each cut is a valid row and enough of them are the cap.
//!
//! The drift of cash is taken before costs, so costs are not in its link: only the cash rows and the
//! objective see them, and with multipliers >= 0 they never have a negative price. A free
//! multiplier is that of z = link, kept with its cost λ_D z²: min_z λ_D z² − π z = −π²/(4 λ_D). T = max of the pieces is Σ θ_p piece_p with
//! θ on the simplex of size λ_T; θ_0 = λ_T − Σ θ_p is eliminated. So the dual is
//!
//! d(π) = constant + π·links(no trade) − |π_free|²/(4 λ_D) + Σ_units min (own cost + π·Δlinks),
//!
//! a lower bound on L in this case for every lawful π.

mod links;
mod ties;

use std::rc::Rc;

use crate::problem::Problem;
use crate::problem::tax_cases::{Affine, Case};
pub(super) use links::{Margin, Totals};
pub(super) use ties::{Tie, Ties};

/// The prices of one tax case: their layout and their cone.
#[derive(Debug, Clone)]
pub(super) struct Space<'a> {
    problem: &'a Problem,
    /// Rows of the drift, whose prices are free.
    drift: Vec<Rc<Tie>>,
    /// Cuts of the volatility cap; their prices come last.
    cuts: Vec<Rc<Tie>>,
    /// What every hard row is tighter by.
    margin: f64,
    /// Piece 0 of T, and the others less it.
    piece: Affine,
    pieces: Vec<Affine>,
    region: Vec<Affine>,
    /// Links of no trades.
    offset: Vec<f64>,
    /// Number of free prices; they come first.
    pub(super) free: usize,
    turnover: Option<usize>,
    first_piece: usize,
    /// L of no trades without the separable drift, at all prices zero.
    constant: f64,
}

/// Prices as one security sees them.
#[derive(Debug, Clone)]
pub(super) struct Quote {
    /// Worth of cash, per account.
    pub(super) cash: Vec<f64>,
    /// Per unit traded.
    pub(super) turnover: f64,
    /// Per unit of gain.
    pub(super) short: f64,
    /// Per unit of gain.
    pub(super) long: f64,
    /// Per unit of net weight, per security.
    pub(super) net: Vec<f64>,
}

impl<'a> Space<'a> {
    /// The space of one case; `margin` (a part of V) makes every hard row tighter by as much.
    pub(super) fn new(problem: &'a Problem, ties: &Ties, case: &Case, margin: f64) -> Space<'a> {
        let first = case.pieces[0];
        let less =
            |p: &Affine| Affine { s: p.s - first.s, l: p.l - first.l, constant: p.constant - first.constant };
        let mut region = case.region.clone();
        let (s0, l0) = (problem.tax.s0, problem.tax.l0);
        if let Some(most) = problem.gains_max {
            region.push(Affine { s: -1.0, l: -1.0, constant: most + s0 + l0 - margin });
        }
        if let Some(most) = problem.tax_max {
            let room = most + problem.tax.before;
            // A tax that no trade changes can't be drawn in.
            let margin = |p: &Affine| if p.s == 0.0 && p.l == 0.0 { 0.0 } else { margin };
            region.extend(case.pieces.iter().map(|p| Affine {
                s: -p.s,
                l: -p.l,
                constant: room - p.constant - margin(p),
            }));
        }
        let mut space = Space {
            problem,
            drift: ties.drift.clone(),
            cuts: Vec::new(),
            margin,
            piece: first,
            pieces: case.pieces[1..].iter().map(less).collect(),
            region,
            offset: Vec::new(),
            free: 0,
            turnover: None,
            first_piece: 0,
            constant: constant(problem, first),
        };
        space.lay_out(margin);
        ties.cuts.iter().for_each(|cut| space.add_cut(cut));
        space
    }

    /// Adds a cut of the volatility cap; its price is the last.
    pub(super) fn add_cut(&mut self, cut: &Rc<Tie>) {
        self.offset.push(cut.offset + self.margin);
        self.cuts.push(Rc::clone(cut));
    }

    /// The link of the `k`-th price, a cut, for some net weights traded.
    pub(super) fn cut_link(&self, k: usize, net: &[f64]) -> f64 {
        self.cuts[k - self.first_cut()].at(net) + self.margin
    }

    /// Number of prices.
    pub(super) fn dimension(&self) -> usize {
        self.offset.len()
    }

    fn lay_out(&mut self, margin: f64) {
        let p = self.problem;
        let cash: f64 = p.accounts.iter().map(|a| a.cash).sum();
        self.offset.extend(self.drift.iter().map(|tie| tie.offset));
        self.free = self.offset.len();
        if let [only] = p.accounts.as_slice() {
            self.offset.push(only.floor.max(p.buffer.unwrap_or(only.floor)) + margin - only.cash);
        } else {
            self.offset.extend(p.accounts.iter().map(|a| a.floor + margin - a.cash));
            self.offset.extend(p.buffer.map(|b| b + margin - cash));
        }
        self.turnover = p.turnover_max.map(|most| {
            self.offset.push(margin - most);
            self.offset.len() - 1
        });
        self.first_piece = self.offset.len();
        let (s0, l0) = (p.tax.s0, p.tax.l0);
        self.offset.extend(self.pieces.iter().map(|x| x.at(s0, l0)));
        self.offset.extend(self.region.iter().map(|r| -r.at(s0, l0)));
        let mut sectors: Vec<f64> = p.sector_caps.iter().map(|cap| margin - cap).collect();
        for s in &p.securities {
            if let Some(sector) = s.sector {
                sectors[sector] += s.held;
            }
        }
        self.offset.extend(sectors);
    }

    /// Links of no trades.
    pub(super) fn offset(&self) -> &[f64] {
        &self.offset
    }

    /// The prices of rows that a plan has to keep: all but the drift and the pieces of T.
    pub(super) fn hard(&self) -> impl Iterator<Item = usize> {
        (self.free..self.first_piece).chain(self.first_piece + self.pieces.len()..self.dimension())
    }

    /// The rows of the cone of lawful prices, each with its slack at `prices`.
    pub(super) fn cone(&self, prices: &[f64], mut row: impl FnMut(Vec<f64>, f64)) {
        let n = self.dimension();
        for i in self.free..n {
            let mut unit = vec![0.0; n];
            unit[i] = 1.0;
            row(unit, prices[i]);
        }
        if !self.pieces.is_empty() {
            let mut sum = vec![0.0; n];
            sum[self.simplex()].fill(-1.0);
            row(sum, (self.problem.lambda.tax - prices[self.simplex()].iter().sum::<f64>()).max(0.0));
        }
    }

    /// Moves prices that rounding has pushed out of the cone back onto it.
    pub(super) fn make_lawful(&self, prices: &mut [f64]) {
        prices[self.free..].iter_mut().for_each(|x| *x = x.max(0.0));
        let pieces = &mut prices[self.simplex()];
        let sum: f64 = pieces.iter().sum();
        let most = self.problem.lambda.tax;
        if sum > most {
            pieces.iter_mut().for_each(|x| *x *= most / sum);
        }
    }

    /// L less the Lagrangian of trades with these links: 0 where every row with a price is met exactly, each
    /// free price is that of its link, and only the largest piece of T has a weight.
    pub(super) fn slackness(&self, prices: &[f64], links: &[f64]) -> f64 {
        let drift = self.problem.lambda.drift;
        let free: f64 = (0..self.free).map(|k| drift * (links[k] - 0.5 * prices[k] / drift).powi(2)).sum();
        let hard: f64 = self.hard().map(|k| -prices[k] * links[k]).sum();
        let pieces = self.simplex();
        let largest = links[pieces.clone()].iter().fold(0.0, |m: f64, x| m.max(*x));
        let weighed: f64 = pieces.map(|k| prices[k] * links[k]).sum();
        free + hard + self.problem.lambda.tax * largest - weighed
    }

    fn first_sector(&self) -> usize {
        self.first_piece + self.pieces.len() + self.region.len()
    }

    fn first_cut(&self) -> usize {
        self.first_sector() + self.problem.sector_caps.len()
    }

    /// The prices of the pieces after the first; their sum is at most λ_T.
    fn simplex(&self) -> std::ops::Range<usize> {
        self.first_piece..self.first_piece + self.pieces.len()
    }

    /// 1/(2 λ_D), the curvature of the free prices.
    pub(super) fn free_curvature(&self) -> f64 {
        0.5 / self.problem.lambda.drift
    }

    /// A lawful start: the drift prices of the portfolio as it is, the pieces equally likely.
    pub(super) fn start(&self) -> Vec<f64> {
        let mut prices = vec![0.0; self.dimension()];
        let share = self.problem.lambda.tax / (self.pieces.len() + 1) as f64;
        prices[self.simplex()].fill(share);
        prices
    }

    /// Remembered prices, moved back onto the cone where that has moved.
    pub(super) fn lawful(&self, prices: &[f64]) -> Vec<f64> {
        let mut prices = prices.to_vec();
        self.make_lawful(&mut prices);
        prices
    }

    /// A lawful start from prices of another case of the same problem: those of the rows that both have, and of the
    /// others such that gains have about the price that they had there.
    pub(super) fn start_from(&self, other: &Space<'_>, prices: &[f64]) -> Vec<f64> {
        let mut start = self.start();
        start[..self.first_piece].copy_from_slice(&prices[..other.first_piece]);
        start[self.first_sector()..].copy_from_slice(&prices[other.first_sector()..]);
        let wanted = other.gain_prices(prices);
        // Least squares within the cone, one price after the other.
        const SWEEPS: usize = 8;
        let most = self.problem.lambda.tax;
        let pieces = self.pieces.iter().map(|x| (x.s, x.l));
        let rows: Vec<(f64, f64)> = pieces.chain(self.region.iter().map(|r| (-r.s, -r.l))).collect();
        for _ in 0..SWEEPS {
            for (k, (s, l)) in rows.iter().enumerate() {
                let has = self.gain_prices(&start);
                let length = s * s + l * l;
                if length > 0.0 {
                    let by = ((wanted.0 - has.0) * s + (wanted.1 - has.1) * l) / length;
                    let room = if k < self.pieces.len() {
                        most - start[self.simplex()].iter().sum::<f64>()
                    } else {
                        f64::INFINITY
                    };
                    let price = &mut start[self.first_piece + k];
                    *price = (*price + by.min(room)).max(0.0);
                }
            }
        }
        start
    }

    /// What the first piece of T makes of the gains of some trades, with λ_T: the part of their cost that is of this case.
    pub(super) fn first_piece_of(&self, totals: &Totals) -> f64 {
        self.problem.lambda.tax * (self.piece.s * totals.short + self.piece.l * totals.long)
    }

    /// The prices of a unit of short-term and of long-term gain.
    fn gain_prices(&self, prices: &[f64]) -> (f64, f64) {
        let lambda = self.problem.lambda.tax;
        let (mut short, mut long) = (lambda * self.piece.s, lambda * self.piece.l);
        for (piece, x) in self.pieces.iter().zip(&prices[self.first_piece..]) {
            short += x * piece.s;
            long += x * piece.l;
        }
        for (row, x) in self.region.iter().zip(&prices[self.first_piece + self.pieces.len()..]) {
            short -= x * row.s;
            long -= x * row.l;
        }
        (short, long)
    }

    /// The part of the dual that no unit has: constant and free quadratic, without the offset.
    pub(super) fn own_value(&self, prices: &[f64]) -> f64 {
        let squares: f64 = prices[..self.free].iter().map(|x| x * x).sum();
        self.constant - squares * 0.5 * self.free_curvature()
    }

    /// What the prices mean to one security.
    pub(super) fn quote(&self, prices: &[f64]) -> Quote {
        let p = self.problem;
        let (short, long) = self.gain_prices(prices);
        let mut quote = Quote {
            cash: vec![0.0; p.accounts.len()],
            turnover: self.turnover.map_or(0.0, |i| prices[i]),
            short,
            long,
            net: vec![0.0; p.securities.len()],
        };
        let mut next = self.free;
        if p.accounts.len() == 1 {
            quote.cash[0] = prices[next];
        } else {
            let buffer = if p.buffer.is_some() { prices[next + p.accounts.len()] } else { 0.0 };
            for cash in &mut quote.cash {
                *cash = prices[next] + buffer;
                next += 1;
            }
        }
        self.quote_net(prices, &mut quote.net);
        quote
    }

    fn quote_net(&self, prices: &[f64], net: &mut [f64]) {
        let p = self.problem;
        let ties = self.drift.iter().zip(prices).chain(self.cuts.iter().zip(&prices[self.first_cut()..]));
        for (tie, x) in ties {
            net.iter_mut().zip(&tie.row).for_each(|(n, f)| *n += x * f);
        }
        if !p.sector_caps.is_empty() {
            let sectors = &prices[self.first_sector()..];
            for (n, s) in net.iter_mut().zip(&p.securities) {
                *n += s.sector.map_or(0.0, |i| sectors[i]);
            }
        }
    }
}

/// L of no trades without drift, with T on one of its pieces.
fn constant(problem: &Problem, piece: Affine) -> f64 {
    let lambda = problem.lambda;
    let tax = piece.at(problem.tax.s0, problem.tax.l0) - problem.tax.before;
    let taxable = problem.cells.iter().filter(|c| c.taxable);
    let drag: f64 = taxable.map(|c| problem.securities[c.security].drag * c.held).sum();
    let esg: f64 = problem.securities.iter().map(|s| s.esg * s.held).sum();
    lambda.tax * (tax + drag) - lambda.esg * esg
}
