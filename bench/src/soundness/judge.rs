//! L of any plan by model.md, and how far it is from keeping every rule exactly.
//!
//! In: a [`Ledger`] and a [`Candidate`] in shares. Out: a [`Score`]. Invariant: no tolerance beyond the
//! rounding of binary floats: what counts as kept here is kept exactly, so a bound above its L is wrong.

use portfolio::DriftMetric;
use portfolio::plan::{ProposedPlan, ProposedTrade};
use portfolio::{Decimal, Side};
use rust_decimal::prelude::FromPrimitive;

use super::ledger::{Cell, Ledger};

/// What rounding of floats may do to a sum of money, as a part of V.
const ROUNDING: f64 = 1e-13;

/// What rounding of floats may do to a number of steps.
const STEP: f64 = 1e-8;

/// A plan: shares sold per lot of the portfolio, shares bought per cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) sold: Vec<f64>,
    pub(super) bought: Vec<f64>,
}

/// What a candidate amounts to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    /// How far from every rule kept, in parts of V and in broken either/or rules; 0 = all are kept.
    pub(super) broken: f64,
    /// L.
    pub(super) objective: f64,
}

impl Score {
    pub(super) fn kept(&self) -> bool {
        self.broken == 0.0
    }
}

/// Adds up what is missing, in parts of V.
struct Broken {
    value: f64,
    sum: f64,
}

impl Broken {
    /// `usd` has to be at least 0.
    fn at_least_zero(&mut self, usd: f64) {
        let part = -usd / self.value;
        if part > ROUNDING {
            self.sum += part;
        }
    }

    /// An either/or rule.
    fn never(&mut self, broken: bool) {
        self.sum += if broken { 0.01 } else { 0.0 };
    }
}

impl Ledger<'_> {
    /// Doing nothing.
    pub(super) fn nothing(&self) -> Candidate {
        Candidate { sold: vec![0.0; self.lots.len()], bought: vec![0.0; self.cells.len()] }
    }

    /// Shares sold in a cell.
    pub(super) fn sold_in(&self, c: &Candidate, cell: usize) -> f64 {
        c.sold[self.cells[cell].lots.clone()].iter().sum()
    }

    /// Whether every lot of a cell is sold out.
    pub(super) fn sells_all(&self, c: &Candidate, cell: &Cell) -> bool {
        !cell.lots.is_empty() && cell.lots.clone().all(|j| self.sold_out(c, j))
    }

    fn sold_out(&self, c: &Candidate, lot: usize) -> bool {
        c.sold[lot] >= self.lots[lot].quantity
    }

    /// Cash that an account may still spend: what it has above its floor, and the household above its buffer.
    pub(super) fn spare_cash(&self, c: &Candidate, account: usize) -> f64 {
        let (mut own, mut all) = (self.accounts[account].cash - self.accounts[account].floor, 0.0);
        for (n, cell) in self.cells.iter().enumerate() {
            let (sold, bought) = (self.sold_in(c, n), c.bought[n]);
            let s = &self.securities[cell.security];
            let cash =
                (sold - bought) * s.price - self.cost(cell.security, sold) - self.cost(cell.security, bought);
            own += if cell.account == account { cash } else { 0.0 };
            all += cash;
        }
        all += self.accounts.iter().map(|a| a.cash).sum::<f64>() - self.wishes.buffer;
        if self.wishes.buffer > 0.0 { own.min(all) } else { own }
    }

    fn cost(&self, security: usize, shares: f64) -> f64 {
        let s = &self.securities[security];
        if shares > 0.0 {
            s.commission + s.half_spread * shares * s.price + s.impact * shares * shares
        } else {
            0.0
        }
    }

    /// L and what is broken.
    ///
    /// # Source
    /// model.md, "Objective (48)", "Hard rules".
    pub(super) fn score(&self, c: &Candidate) -> Score {
        let mut broken = Broken { value: self.value, sum: 0.0 };
        let mut usd: Vec<f64> = self.securities.iter().map(|s| s.held_usd).collect();
        let mut traded = vec![0.0; usd.len()];
        let mut cash: Vec<f64> = self.accounts.iter().map(|a| a.cash).collect();
        let (mut cost, mut fees, mut drag, mut into_cash) = (0.0, 0.0, 0.0, 0.0);
        for (n, cell) in self.cells.iter().enumerate() {
            let (sold, bought) = (self.sold_in(c, n), c.bought[n]);
            let s = &self.securities[cell.security];
            if cell.taxable {
                drag += s.drag * s.price * (cell.held - sold + bought);
            }
            if sold == 0.0 && bought == 0.0 {
                continue;
            }
            let (out, in_) = (sold * s.price, bought * s.price);
            let costs = self.cost(cell.security, sold) + self.cost(cell.security, bought);
            cash[cell.account] += out - in_ - costs;
            into_cash += out - in_;
            cost += costs;
            fees += s.fee * in_;
            usd[cell.security] += in_ - out;
            traded[cell.security] += in_ + out;
            self.order_rules(c, n, (sold, bought), &mut broken);
        }
        let (s, l) = self.gains(c, &mut broken);
        let turnover: f64 = traded.iter().sum();
        self.limits(&usd, &traded, &mut broken);
        for (cash, account) in cash.iter().zip(&self.accounts) {
            broken.at_least_zero(cash - account.floor);
        }
        let w = &self.wishes;
        if w.buffer > 0.0 {
            broken.at_least_zero(cash.iter().sum::<f64>() - w.buffer);
        }
        let tax = self.tax.at(s, l) - self.tax.at(self.tax.s0, self.tax.l0);
        broken.at_least_zero(
            w.turnover_max.map_or(0.0, |most| if turnover > 0.0 { most - turnover } else { 0.0 }),
        );
        broken.at_least_zero(w.gains_max.map_or(0.0, |most| most - (s - self.tax.s0) - (l - self.tax.l0)));
        broken.at_least_zero(w.tax_max.map_or(0.0, |most| most - tax));
        let before_costs = self.accounts.iter().map(|a| a.cash).sum::<f64>() + into_cash;
        let esg: f64 = self.securities.iter().zip(&usd).map(|(s, usd)| s.esg * usd).sum();
        let [drift, costs, taxes, esgs] = self.lambda;
        let money = costs * (cost + fees) + taxes * (tax + drag) - esgs * esg;
        Score { broken: broken.sum, objective: drift * self.drift(&usd, before_costs) + money / self.value }
    }

    /// Rules about the orders of one cell.
    fn order_rules(&self, c: &Candidate, n: usize, (sold, bought): (f64, f64), broken: &mut Broken) {
        let cell = &self.cells[n];
        let s = &self.securities[cell.security];
        broken.never(sold > 0.0 && bought > 0.0);
        broken.never(bought > 0.0 && !cell.buyable);
        for (shares, whole) in [(sold, self.sells_all(c, cell)), (bought, false)] {
            if shares > 0.0 && !whole {
                let steps = shares / s.increment;
                broken.never((steps - steps.round()).abs() > STEP.max(4.0 * f64::EPSILON * steps));
                broken.at_least_zero(shares * s.price - self.wishes.order_min);
            }
        }
        if sold == 0.0 {
            return;
        }
        let others = |j: usize| cell.lots.clone().filter(move |o| *o != j);
        for j in cell.lots.clone().filter(|j| c.sold[*j] > 0.0) {
            let lot = &self.lots[j];
            broken.never(lot.barred || c.sold[j] > lot.quantity);
            if lot.first {
                continue;
            }
            let last = self.wishes.short_term_last && lot.short_gain();
            broken.never(others(j).any(|o| {
                let other = &self.lots[o];
                other.available && !self.sold_out(c, o) && (other.first || (last && !other.short_gain()))
            }));
        }
    }

    /// (S, L), and no loss beside a purchase in one group.
    fn gains(&self, c: &Candidate, broken: &mut Broken) -> (f64, f64) {
        let (mut s, mut l) = (self.tax.s0, self.tax.l0);
        let mut loss = vec![false; self.groups];
        for cell in &self.cells {
            for j in cell.lots.clone().filter(|j| c.sold[*j] > 0.0) {
                let lot = &self.lots[j];
                let year = if lot.long { &mut l } else { &mut s };
                *year += lot.gain * c.sold[j];
                loss[self.securities[cell.security].group] |= lot.gain < 0.0;
            }
        }
        for (cell, bought) in self.cells.iter().zip(&c.bought) {
            broken.never(*bought > 0.0 && loss[self.securities[cell.security].group]);
        }
        (s, l)
    }

    /// Rules about what is held and traded of securities and sectors, and the risk of it all.
    fn limits(&self, usd: &[f64], traded: &[f64], broken: &mut Broken) {
        let mut sectors = vec![0.0; self.wishes.sector_caps.len()];
        for ((s, usd), traded) in self.securities.iter().zip(usd).zip(traded) {
            broken.at_least_zero(s.cap.map_or(0.0, |cap| cap * self.value - usd));
            broken.at_least_zero(s.traded_max.map_or(0.0, |most| most - traded));
            if s.always_hold && s.held_usd >= 1.0 {
                broken.at_least_zero(usd - 1.0);
            }
            if let Some(sector) = s.sector {
                sectors[sector] += usd;
            }
        }
        for (usd, cap) in sectors.iter().zip(&self.wishes.sector_caps) {
            broken.at_least_zero(cap.map_or(0.0, |cap| cap * self.value - usd));
        }
        if let Some(most) = self.wishes.volatility_max {
            let weights: Vec<f64> = usd.iter().map(|usd| usd / self.value).collect();
            broken.at_least_zero((most - self.variance(&weights).sqrt()) * self.value);
        }
    }

    /// D (49).
    fn drift(&self, usd: &[f64], cash: f64) -> f64 {
        let v = self.value;
        let off_cash = cash / v - self.class_targets.last().copied().unwrap_or_default();
        match self.metric {
            DriftMetric::ClassSquared => {
                let mut off: Vec<f64> = self.class_targets.iter().map(|t| -t).collect();
                off.pop();
                for (s, usd) in self.securities.iter().zip(usd) {
                    off[s.class] += usd / v;
                }
                off.iter().map(|x| x * x).sum::<f64>() + off_cash * off_cash
            }
            DriftMetric::SecuritySquared => {
                let off = self.securities.iter().zip(usd).map(|(s, usd)| (usd / v - s.target).powi(2));
                off.sum::<f64>() + off_cash * off_cash
            }
            DriftMetric::TrackingVariance => {
                let off = self.securities.iter().zip(usd).map(|(s, usd)| usd / v - s.target);
                self.variance(&off.collect::<Vec<f64>>())
            }
        }
    }

    /// xᵀ(B F Bᵀ + diag(d))x; 0 without a risk model.
    fn variance(&self, x: &[f64]) -> f64 {
        let Some(model) = &self.portfolio.risk_model else { return 0.0 };
        let mut factors = vec![0.0; model.factor_covariance.len()];
        let mut specific = 0.0;
        for (i, x) in x.iter().enumerate() {
            for (factor, exposure) in factors.iter_mut().zip(model.exposures[i].iter().flatten()) {
                *factor += exposure * x;
            }
            specific += model.specific_variance[i].unwrap_or_default() * x * x;
        }
        let row = |row: &Vec<f64>| row.iter().zip(&factors).map(|(c, f)| c * f).sum::<f64>();
        specific + model.factor_covariance.iter().zip(&factors).map(|(r, f)| f * row(r)).sum::<f64>()
    }

    /// The plan in exact shares, for a judge that counts in decimals.
    pub(super) fn proposed(&self, c: &Candidate) -> ProposedPlan {
        let mut trades = Vec::new();
        for (n, cell) in self.cells.iter().enumerate() {
            let step = self.portfolio.securities[cell.security].quantity_increment;
            let whole_steps = |shares: f64| {
                let steps = Decimal::from_f64(shares / self.securities[cell.security].increment);
                steps.unwrap_or_default().round() * step
            };
            if c.bought[n] > 0.0 {
                trades.push(self.row(cell, Side::Buy, None, whole_steps(c.bought[n])));
            }
            let (mut left, mut partial) = (whole_steps(self.sold_in(c, n)), Vec::new());
            for j in cell.lots.clone().filter(|j| c.sold[*j] > 0.0) {
                if self.sold_out(c, j) {
                    let quantity = self.portfolio.lots[j].quantity;
                    left -= quantity;
                    trades.push(self.row(cell, Side::Sell, Some(j), quantity));
                } else {
                    partial.push(j);
                }
            }
            for (place, j) in partial.iter().enumerate() {
                let about = Decimal::from_f64(c.sold[*j]).unwrap_or_default().round_dp(10);
                let quantity = if place + 1 == partial.len() { left } else { about };
                left -= quantity;
                if quantity > Decimal::ZERO {
                    trades.push(self.row(cell, Side::Sell, Some(*j), quantity));
                }
            }
        }
        ProposedPlan { trades, ..ProposedPlan::default() }
    }

    fn row(&self, cell: &Cell, side: Side, lot: Option<usize>, quantity: Decimal) -> ProposedTrade {
        ProposedTrade {
            action: Some(side),
            account_id: Some(self.portfolio.accounts[cell.account].account_id.clone()),
            ticker: Some(self.portfolio.securities[cell.security].ticker.clone()),
            lot_id: lot.map(|j| self.portfolio.lots[j].lot_id.clone()),
            quantity: Some(quantity),
            ..ProposedTrade::default()
        }
    }
}
