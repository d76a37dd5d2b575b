//! A candidate plan in weights: what it costs by (48), and whether it keeps the coupling rules.
//!
//! The terms here are the optimiser's own; the validator recomputes them in decimals without this
//! code. All amounts are parts of V.

use portfolio::household::DriftMetric;

use crate::problem::Problem;

/// Weights sold per lot of the problem and bought per cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Trades {
    pub(crate) sold: Vec<f64>,
    pub(crate) bought: Vec<f64>,
}

/// What one candidate amounts to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Terms {
    /// L.
    pub(crate) objective: f64,
    /// Net gains after the plan.
    pub(crate) s: f64,
    pub(crate) l: f64,
    /// Household cash after costs.
    pub(crate) cash: f64,
    /// Sum of the notionals.
    pub(crate) turnover: f64,
    /// Number of orders.
    pub(crate) orders: usize,
}

impl Trades {
    /// No trades.
    pub(crate) fn none(problem: &Problem) -> Trades {
        Trades { sold: vec![0.0; problem.lots.len()], bought: vec![0.0; problem.cells.len()] }
    }

    /// Weight sold in a cell.
    pub(crate) fn cell_sold(&self, problem: &Problem, cell: usize) -> f64 {
        self.sold[problem.cells[cell].lots.clone()].iter().sum()
    }

    /// Whether nothing is traded.
    pub(crate) fn is_empty(&self) -> bool {
        self.sold.iter().chain(&self.bought).all(|x| *x == 0.0)
    }

    /// Final weights per security.
    pub(crate) fn weights(&self, problem: &Problem) -> Vec<f64> {
        let mut weights: Vec<f64> = problem.securities.iter().map(|s| s.held).collect();
        for (c, cell) in problem.cells.iter().enumerate() {
            weights[cell.security] += self.bought[c] - self.cell_sold(problem, c);
        }
        weights
    }

    /// Cash of each account after costs.
    pub(crate) fn cash(&self, problem: &Problem) -> Vec<f64> {
        let mut cash: Vec<f64> = problem.accounts.iter().map(|a| a.cash).collect();
        for (c, cell) in problem.cells.iter().enumerate() {
            let (sold, bought) = (self.cell_sold(problem, c), self.bought[c]);
            cash[cell.account] += sold - bought - problem.order_cost(c, sold) - problem.order_cost(c, bought);
        }
        cash
    }

    /// L and what goes into it.
    pub(crate) fn terms(&self, problem: &Problem) -> Terms {
        let lambda = problem.lambda;
        let (mut s, mut l) = (problem.tax.s0, problem.tax.l0);
        for (lot, sold) in problem.lots.iter().zip(&self.sold) {
            let gain = lot.gain * sold;
            if lot.short { s += gain } else { l += gain }
        }
        let (mut cost, mut fees, mut turnover, mut drag, mut traded) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let mut orders = 0;
        for (c, cell) in problem.cells.iter().enumerate() {
            let (sold, bought) = (self.cell_sold(problem, c), self.bought[c]);
            cost += problem.order_cost(c, sold) + problem.order_cost(c, bought);
            fees += problem.securities[cell.security].fee * bought;
            turnover += sold + bought;
            traded += sold - bought;
            orders += usize::from(sold > 0.0) + usize::from(bought > 0.0);
            if cell.taxable {
                drag += problem.securities[cell.security].drag * (cell.held - sold + bought);
            }
        }
        let weights = self.weights(problem);
        let esg: f64 = problem.securities.iter().zip(&weights).map(|(x, w)| x.esg * w).sum();
        let cash_before_costs = problem.accounts.iter().map(|a| a.cash).sum::<f64>() + traded;
        let drift = problem.drift(&weights, cash_before_costs);
        let tax = problem.tax.at(s, l) - problem.tax.before;
        let objective =
            lambda.drift * drift + lambda.cost * (cost + fees) + lambda.tax * (tax + drag) - lambda.esg * esg;
        Terms { objective, s, l, cash: cash_before_costs - cost, turnover, orders }
    }
}

impl Problem {
    /// Cost of an order of weight `w` in a cell, paid in cash; 0 for no order.
    pub(crate) fn order_cost(&self, cell: usize, w: f64) -> f64 {
        let s = &self.securities[self.cells[cell].security];
        if w > 0.0 { s.commission + s.half_spread * w + s.impact * w * w } else { 0.0 }
    }

    /// A bound on L without any work: drift, costs and location are never below 0, and no more than
    /// all of V and what may be owed is held, at the best rating.
    pub(crate) fn least_objective(&self) -> f64 {
        let owed: f64 = self.accounts.iter().map(|a| -a.floor).sum();
        let best = self.securities.iter().map(|s| s.esg).fold(0.0, f64::max);
        let tax = self.tax.least() - self.tax.before;
        self.lambda.tax * tax - self.lambda.esg * best * (1.0 + owed)
    }

    /// D (49) of final weights per security and of cash before costs.
    pub(crate) fn drift(&self, weights: &[f64], cash: f64) -> f64 {
        let cash_off = cash - self.class_targets[self.cash_class];
        match self.metric {
            DriftMetric::ClassSquared => {
                let mut by_class: Vec<f64> = self.class_targets.iter().map(|t| -t).collect();
                for (security, w) in self.securities.iter().zip(weights) {
                    by_class[security.class] += w;
                }
                by_class[self.cash_class] += cash;
                by_class.iter().map(|x| x * x).sum()
            }
            DriftMetric::SecuritySquared => {
                let off = self.securities.iter().zip(weights).map(|(s, w)| (w - s.target).powi(2));
                off.sum::<f64>() + cash_off * cash_off
            }
            DriftMetric::TrackingVariance => {
                let off: Vec<f64> = self.securities.iter().zip(weights).map(|(s, w)| w - s.target).collect();
                self.risk.as_ref().map_or(0.0, |r| r.variance(&off))
            }
        }
    }

    /// Whether a candidate keeps every coupling rule, up to `slack` (a part of V) in money.
    ///
    /// Single-lot rules and increments are not looked at: the former have no variables, the latter
    /// are [`crate::snap`]'s.
    pub(crate) fn keeps_rules(&self, trades: &Trades, slack: f64) -> bool {
        let cash = trades.cash(self);
        if self.accounts.iter().zip(&cash).any(|(a, c)| *c < a.floor - slack) {
            return false;
        }
        if self.buffer.is_some_and(|b| cash.iter().sum::<f64>() < b - slack) {
            return false;
        }
        self.keeps_order_rules(trades, slack)
            && self.keeps_group_rules(trades)
            && self.keeps_limits(trades, slack)
    }

    /// By how much the money rules and limits are broken, added up: what rounding has to mend.
    pub(crate) fn missing(&self, trades: &Trades) -> f64 {
        let terms = trades.terms(self);
        let mut traded = vec![0.0; self.securities.len()];
        for (c, cell) in self.cells.iter().enumerate() {
            traded[cell.security] += trades.cell_sold(self, c) + trades.bought[c];
        }
        let weights = trades.weights(self);
        self.missing_of(&trades.cash(self), terms.turnover, (terms.s, terms.l), (&weights, &traded))
    }

    /// The same of the cash of each account, the turnover, the net gains, and the final weight and the amount traded of
    /// each security.
    pub(crate) fn missing_of(
        &self,
        cash: &[f64],
        turnover: f64,
        (short, long): (f64, f64),
        (weights, traded): (&[f64], &[f64]),
    ) -> f64 {
        let over = |limit: Option<f64>, x: f64| limit.map_or(0.0, |m| (x - m).max(0.0));
        let lacks = |floor: f64, x: f64| (floor - x).max(0.0);
        let mut missing: f64 = self.accounts.iter().zip(cash).map(|(a, c)| lacks(a.floor, *c)).sum();
        missing += self.buffer.map_or(0.0, |b| lacks(b, cash.iter().sum()));
        missing += over(self.turnover_max, turnover);
        missing += over(self.gains_max, (short - self.tax.s0) + (long - self.tax.l0));
        missing += over(self.tax_max, self.tax.at(short, long) - self.tax.before);
        let mut sectors = vec![0.0; self.sector_caps.len()];
        for (i, s) in self.securities.iter().enumerate() {
            missing += over(s.cap, weights[i]) + over(s.traded_max, traded[i]);
            missing += if s.keep_some { lacks(self.usd, weights[i]) } else { 0.0 };
            if let Some(sector) = s.sector {
                sectors[sector] += weights[i];
            }
        }
        missing += sectors.iter().zip(&self.sector_caps).map(|(w, cap)| over(Some(*cap), *w)).sum::<f64>();
        let Some((risk, most)) = self.risk.as_ref().zip(self.volatility_max) else { return missing };
        missing + (risk.variance(weights).sqrt() - most).max(0.0)
    }

    /// Minimum size, opposing sides, lot order.
    fn keeps_order_rules(&self, trades: &Trades, slack: f64) -> bool {
        (0..self.cells.len()).all(|c| {
            let cell = &self.cells[c];
            let (sold, bought) = (trades.cell_sold(self, c), trades.bought[c]);
            let whole = cell.all_sellable && sold >= cell.held * (1.0 - 1e-12);
            let sell_ok = sold == 0.0 || whole || sold >= self.order_min - slack;
            let buy_ok = bought == 0.0 || bought >= self.order_min - slack;
            sell_ok && buy_ok && !(sold > 0.0 && bought > 0.0) && self.keeps_lot_order(trades, c)
        })
    }

    /// Lots wished first go first; short-term gains go last where that is wished.
    fn keeps_lot_order(&self, trades: &Trades, cell: usize) -> bool {
        let lots = self.cells[cell].lots.clone();
        let out = |j: usize| trades.sold[j] >= self.lots[j].weight * (1.0 - 1e-12);
        let sells = |j: &usize| trades.sold[*j] > 0.0 && !self.lots[*j].first;
        lots.clone().filter(sells).all(|j| {
            let last = self.short_term_last && self.lots[j].short_gain;
            lots.clone().all(|o| {
                let before = self.lots[o].first || (last && !self.lots[o].short_gain);
                o == j || !before || out(o)
            })
        })
    }

    /// No loss sale beside a purchase in one identical group.
    fn keeps_group_rules(&self, trades: &Trades) -> bool {
        let (mut loss, mut buy) = (vec![false; self.groups], vec![false; self.groups]);
        for (c, cell) in self.cells.iter().enumerate() {
            let group = self.securities[cell.security].group;
            buy[group] |= trades.bought[c] > 0.0;
            loss[group] |= cell.lots.clone().any(|j| trades.sold[j] > 0.0 && self.lots[j].gain < 0.0);
        }
        !loss.iter().zip(&buy).any(|(l, b)| *l && *b)
    }

    /// Turnover, liquidity, caps, gains, tax, volatility, always-hold.
    fn keeps_limits(&self, trades: &Trades, slack: f64) -> bool {
        const WEIGHT_SLACK: f64 = 1e-9;
        let terms = trades.terms(self);
        let tax = self.tax.at(terms.s, terms.l) - self.tax.before;
        let gains = (terms.s - self.tax.s0) + (terms.l - self.tax.l0);
        let over = |limit: Option<f64>, x: f64| limit.is_some_and(|m| x > m + slack);
        if (!trades.is_empty() && over(self.turnover_max, terms.turnover))
            || over(self.gains_max, gains)
            || over(self.tax_max, tax)
        {
            return false;
        }
        let weights = trades.weights(self);
        let mut traded = vec![0.0; self.securities.len()];
        for (c, cell) in self.cells.iter().enumerate() {
            traded[cell.security] += trades.cell_sold(self, c) + trades.bought[c];
        }
        let mut sectors = vec![0.0; self.sector_caps.len()];
        for (i, s) in self.securities.iter().enumerate() {
            let broken = s.cap.is_some_and(|cap| weights[i] > cap + WEIGHT_SLACK)
                || over(s.traded_max, traded[i])
                || (s.keep_some && weights[i] < self.usd - slack);
            if broken {
                return false;
            }
            if let Some(sector) = s.sector {
                sectors[sector] += weights[i];
            }
        }
        let variance_max = self.volatility_max.map(|v| v * v);
        let variance = self.risk.as_ref().map_or(0.0, |r| r.variance(&weights));
        sectors.iter().zip(&self.sector_caps).all(|(w, cap)| *w <= cap + WEIGHT_SLACK)
            && variance_max.is_none_or(|max| variance <= max * (1.0 + 1e-9))
    }
}
