//! A portfolio as the optimiser sees it: arrays of binary floats, in parts of V.
//!
//! In: a checked [`Portfolio`], the [`Rates`] of its tax unit and what a re-solve bars. Out: a
//! [`Problem`] in which a share count x of a security with price p is the weight x·p/V, money is
//! money/V, and every rule that concerns one lot or one purchase by itself has been applied: what
//! is left are the rules that couple. Tax is homogeneous, so S and L are parts of V as well.
//!
//! Invariant: a lot or purchase that some rule bars by itself, whatever else a plan does, has no
//! variable.

mod availability;
pub(crate) mod tax_cases;

use portfolio::Decimal;
use portfolio::household::{AccountKind, CASH, DriftMetric, Portfolio, esg_sixths};
use portfolio::money::float;
use rust_decimal::dec;
use tax::plan_tax::Rates;

use availability::Barred;
pub(crate) use tax_cases::TaxTerms;

/// What a re-solve may not touch, beyond the rules of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bars {
    /// Lots (indices into the portfolio) that are not sold.
    pub lots: Vec<usize>,
    /// Securities that are neither bought nor sold.
    pub securities: Vec<usize>,
    /// Securities that are not bought.
    pub purchases: Vec<usize>,
}

/// λ of (48).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lambda {
    pub(crate) drift: f64,
    pub(crate) cost: f64,
    pub(crate) tax: f64,
    pub(crate) esg: f64,
}

/// An account; parts of V.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccountTerms {
    /// Cash and flow before trading.
    pub(crate) cash: f64,
    /// Least cash after trading: 0, or what it was where it began below 0 before its flow.
    pub(crate) floor: f64,
}

/// A security; parts of V.
#[derive(Debug, Clone)]
pub(crate) struct SecurityTerms {
    /// USD per share.
    pub(crate) price: f64,
    /// Index into `Problem::classes`.
    pub(crate) class: usize,
    /// Index into `Problem::groups`.
    pub(crate) group: usize,
    /// Index into `Problem::sector_caps`, where its sector is capped.
    pub(crate) sector: Option<usize>,
    /// Half the spread, per unit of notional.
    pub(crate) half_spread: f64,
    /// A year of the fund's fee, per unit bought.
    pub(crate) fee: f64,
    /// Per order.
    pub(crate) commission: f64,
    /// k·V/p²: cost of an order of weight w is `impact·w²`.
    pub(crate) impact: f64,
    /// Smallest step of an order, as a weight.
    pub(crate) increment: f64,
    /// Score e in [0, 1].
    pub(crate) esg: f64,
    /// Annual drag per unit held in a taxable account.
    pub(crate) drag: f64,
    /// Weight before trading, over all accounts.
    pub(crate) held: f64,
    /// Largest weight after trading.
    pub(crate) cap: Option<f64>,
    /// Most that may be traded.
    pub(crate) traded_max: Option<f64>,
    /// At least 1 USD stays.
    pub(crate) keep_some: bool,
    /// Target weight, in the security modes.
    pub(crate) target: f64,
}

/// One security in one account: at most one order to sell and one to buy.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) account: usize,
    pub(crate) security: usize,
    /// Whether gains here are taxed.
    pub(crate) taxable: bool,
    /// Weight of the whole position, sellable or not.
    pub(crate) held: f64,
    /// Sellable lots, indices into `Problem::lots`.
    pub(crate) lots: std::ops::Range<usize>,
    /// Whether every lot of the position is sellable, so that the whole can be sold.
    pub(crate) all_sellable: bool,
    /// Whether it may be bought here.
    pub(crate) buyable: bool,
}

/// A lot that may be sold.
#[derive(Debug, Clone)]
pub(crate) struct LotTerms {
    /// Index into the portfolio's lots.
    pub(crate) lot: usize,
    /// Weight.
    pub(crate) weight: f64,
    /// (price − basis)/price where taxed, else 0: gain per unit sold.
    pub(crate) gain: f64,
    /// Character of the gain.
    pub(crate) short: bool,
    /// Taxed, short-term and above its basis.
    pub(crate) short_gain: bool,
    /// Goes before the other lots of its position.
    pub(crate) first: bool,
}

/// The optimisation problem of one document.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// V, USD.
    pub(crate) value: f64,
    pub(crate) lambda: Lambda,
    pub(crate) metric: DriftMetric,
    pub(crate) accounts: Vec<AccountTerms>,
    pub(crate) securities: Vec<SecurityTerms>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) lots: Vec<LotTerms>,
    /// Target per class.
    pub(crate) class_targets: Vec<f64>,
    /// Index of the class `Cash`.
    pub(crate) cash_class: usize,
    /// Number of identical groups.
    pub(crate) groups: usize,
    pub(crate) group_cells: GroupCells,
    /// Caps of the capped sectors.
    pub(crate) sector_caps: Vec<f64>,
    /// Short-term gains only after every other lot of the position.
    pub(crate) short_term_last: bool,
    /// Smallest notional of an order.
    pub(crate) order_min: f64,
    /// Least household cash after the plan.
    pub(crate) buffer: Option<f64>,
    /// Most that may still be traded today.
    pub(crate) turnover_max: Option<f64>,
    /// Most net gain that the plan realises.
    pub(crate) gains_max: Option<f64>,
    /// Most tax that the plan causes.
    pub(crate) tax_max: Option<f64>,
    /// Largest volatility.
    pub(crate) volatility_max: Option<f64>,
    pub(crate) tax: TaxTerms,
    pub(crate) risk: Option<RiskTerms>,
    /// One USD.
    pub(crate) usd: f64,
}

/// The cells of every identical group.
#[derive(Debug, Clone, Default)]
pub(crate) struct GroupCells {
    /// Where each group's cells end.
    ends: Vec<usize>,
    cells: Vec<usize>,
}

impl GroupCells {
    fn new(problem: &Problem) -> GroupCells {
        let group = |cell: &Cell| problem.securities[cell.security].group;
        let mut ends = vec![0; problem.groups];
        problem.cells.iter().for_each(|c| ends[group(c)] += 1);
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum - *end;
        }
        let mut cells = vec![0; problem.cells.len()];
        for (c, cell) in problem.cells.iter().enumerate() {
            cells[ends[group(cell)]] = c;
            ends[group(cell)] += 1;
        }
        GroupCells { ends, cells }
    }

    /// The cells of one group, by rising index.
    pub(crate) fn of(&self, group: usize) -> &[usize] {
        let first = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.cells[first..self.ends[group]]
    }
}

/// Factor risk: with C Cᵀ = F, `factors[k][i]` = (B C)_ik, so that the variance of weights x is
/// Σ_k (Σ_i factors[k][i] x_i)² + Σ_i specific[i] x_i².
#[derive(Debug, Clone)]
pub(crate) struct RiskTerms {
    pub(crate) factors: Vec<Vec<f64>>,
    pub(crate) specific: Vec<f64>,
}

impl Problem {
    /// Builds the problem.
    pub(crate) fn new(portfolio: &Portfolio, rates: &Rates, bars: &Bars) -> Problem {
        let value = float(portfolio.value());
        let mut groups = Names::default();
        let classes = portfolio.classes();
        let wishes = &portfolio.wishes;
        let lambdas = portfolio.lambdas();
        let mut sector_caps = Names::default();
        let mut caps = Vec::new();
        let securities = portfolio.securities.iter().enumerate().map(|(i, s)| {
            let price = float(s.price);
            let sector = s.sector.as_deref().and_then(|name| {
                let cap = wishes.sector_caps.get(name).copied().or(wishes.sector_cap)?;
                let index = sector_caps.index(name);
                if index == caps.len() {
                    caps.push(float(cap));
                }
                Some(index)
            });
            let stock_cap = wishes.stock_cap.filter(|_| s.kind == portfolio::SecurityKind::Stock);
            SecurityTerms {
                price,
                class: classes.iter().position(|c| *c == s.asset_class).unwrap_or(0),
                group: groups.index(&s.identical_group),
                sector,
                half_spread: float(s.spread_bps) / 20_000.0,
                fee: float(s.expense_ratio),
                commission: float(s.commission) / value,
                impact: float(s.impact_coefficient) * value / (price * price),
                increment: float(s.quantity_increment) * price / value,
                esg: f64::from(esg_sixths(s.esg)) / 6.0,
                drag: portfolio.tax_drag.get(&s.asset_class).map_or(0.0, |d| float(*d)),
                held: 0.0,
                cap: wishes.security_caps.get(&i).copied().or(stock_cap).map(float),
                traded_max: s
                    .average_daily_volume_usd
                    .map(|adv| float(portfolio.liquidity_fraction_of_adv) * float(adv) / value),
                keep_some: false,
                target: portfolio
                    .security_targets
                    .as_ref()
                    .and_then(|t| t.get(&i))
                    .map_or(0.0, |w| float(*w)),
            }
        });
        let securities: Vec<SecurityTerms> = securities.collect();
        let today: Decimal = availability::traded_today(portfolio);
        let tax = TaxTerms::new(portfolio, rates, value);
        let mut problem = Problem {
            value,
            lambda: Lambda {
                drift: float(lambdas.drift),
                cost: float(lambdas.cost),
                tax: float(lambdas.tax),
                esg: float(lambdas.esg),
            },
            metric: portfolio.drift_metric,
            accounts: account_terms(portfolio, value),
            cells: Vec::new(),
            lots: Vec::new(),
            class_targets: classes
                .iter()
                .map(|c| portfolio.target_allocation.get(*c).map_or(0.0, |t| float(*t)))
                .collect(),
            cash_class: classes.iter().position(|c| *c == CASH).unwrap_or(0),
            groups: groups.0.len(),
            group_cells: GroupCells::default(),
            sector_caps: caps,
            short_term_last: wishes.short_term_last,
            order_min: float(wishes.order_minimum_usd) / value,
            buffer: (wishes.cash_buffer_usd > Decimal::ZERO).then(|| float(wishes.cash_buffer_usd) / value),
            turnover_max: wishes.turnover_max.map(|n| float(n) - float(today) / value),
            gains_max: wishes.gains_max_usd.map(|x| float(x) / value),
            tax_max: wishes.tax_max_usd.map(|x| float(x) / value),
            volatility_max: wishes.volatility_cap.map(float),
            tax,
            risk: portfolio.risk_model.as_ref().map(RiskTerms::new),
            usd: 1.0 / value,
            securities,
        };
        problem.add_cells(portfolio, &Barred::new(portfolio, bars));
        problem.group_cells = GroupCells::new(&problem);
        problem
    }

    /// More than L of any plan that keeps the rules: all wealth traded to and fro at a gain of all of it.
    pub(crate) fn ceiling(&self) -> f64 {
        let lambda = self.lambda;
        let cash: f64 = self.accounts.iter().map(|a| a.cash.abs() + a.floor.abs()).sum();
        let wealth = 2.0 * (1.0 + cash + self.securities.iter().map(|s| s.held.abs()).sum::<f64>());
        let by_security: f64 = self.securities.iter().map(|s| s.target.abs()).sum();
        let off = wealth + by_security + self.class_targets.iter().map(|t| t.abs()).sum::<f64>();
        let largest = |values: &[f64]| values.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        let variance = match (&self.risk, self.metric) {
            (Some(r), DriftMetric::TrackingVariance) => {
                r.factors.iter().map(|row| largest(row).powi(2)).sum::<f64>() + largest(&r.specific)
            }
            _ => 1.0,
        };
        let drag = self.securities.iter().fold(0.0, |m: f64, s| m.max(s.drag + s.fee));
        2.0 * (lambda.drift * variance * off * off
            + (lambda.cost + lambda.tax) * (1.0 + drag) * wealth
            + lambda.tax * self.tax.before.abs())
    }

    /// One cell for each position, and for each purchase that is possible.
    fn add_cells(&mut self, portfolio: &Portfolio, barred: &Barred<'_>) {
        let n = portfolio.securities.len();
        self.lots.reserve(portfolio.lots.len());
        self.cells.reserve(portfolio.positions.len());
        let mut positions = vec![None; portfolio.accounts.len() * n];
        for (i, p) in portfolio.positions.iter().enumerate() {
            positions[p.account * n + p.security] = Some(i);
        }
        for account in 0..portfolio.accounts.len() {
            let taxable = portfolio.accounts[account].kind == AccountKind::Taxable;
            for security in 0..n {
                let buyable = barred.may_buy(security);
                let position = positions[account * n + security].map(|i| &portfolio.positions[i]);
                if position.is_none() && !buyable {
                    continue;
                }
                let first = self.lots.len();
                let mut held = Decimal::ZERO;
                let mut all_sellable = true;
                let sellable = position.and_then(|p| barred.sellable(p));
                let price = portfolio.securities[security].price;
                for index in position.map_or(0..0, |p| p.lots.clone()) {
                    let lot = &portfolio.lots[index];
                    if lot.quantity.is_zero() {
                        continue;
                    }
                    held += lot.quantity;
                    let gain = price - lot.basis_per_share;
                    let may_sell =
                        sellable.as_ref().is_some_and(|s| s.has(index, lot, gain.cmp(&Decimal::ZERO)));
                    if may_sell {
                        let is_short = !barred.is_long_term(lot);
                        let gain = if taxable { gain } else { Decimal::ZERO };
                        let terms = self.lot_terms(portfolio, (index, security), gain, is_short);
                        self.lots.push(terms);
                    } else {
                        all_sellable = false;
                    }
                }
                let held = float(held) * self.securities[security].price / self.value;
                self.securities[security].held += held;
                self.cells.push(Cell {
                    account,
                    security,
                    taxable,
                    held,
                    lots: first..self.lots.len(),
                    all_sellable,
                    buyable,
                });
            }
        }
        for i in &portfolio.wishes.always_hold {
            self.securities[*i].keep_some = self.securities[*i].held >= self.usd;
        }
    }

    /// A lot of a security with its taxed gain per share.
    fn lot_terms(
        &self,
        portfolio: &Portfolio,
        (index, security): (usize, usize),
        gain: Decimal,
        short: bool,
    ) -> LotTerms {
        let price = self.securities[security].price;
        LotTerms {
            lot: index,
            weight: float(portfolio.lots[index].quantity) * price / self.value,
            gain: float(gain) / price,
            short,
            short_gain: short && gain.is_sign_positive() && !gain.is_zero(),
            first: portfolio.wishes.first_lots.contains(&index),
        }
    }
}

fn account_terms(portfolio: &Portfolio, value: f64) -> Vec<AccountTerms> {
    let terms = |a: &portfolio::Account| AccountTerms {
        cash: float(a.cash + a.flow) / value,
        floor: float(a.cash.min(dec!(0))) / value,
    };
    portfolio.accounts.iter().map(terms).collect()
}

impl RiskTerms {
    fn new(model: &portfolio::household::RiskModel) -> RiskTerms {
        let k = model.factor_covariance.len();
        let root = semidefinite_root(&model.factor_covariance);
        let factors = (0..k)
            .map(|c| {
                let row = model
                    .exposures
                    .iter()
                    .map(|b| b.as_ref().map_or(0.0, |b| (0..k).map(|r| b[r] * root[r][c]).sum()));
                row.collect()
            })
            .collect();
        RiskTerms { factors, specific: model.specific_variance.iter().map(|d| d.unwrap_or(0.0)).collect() }
    }

    /// Gradient of the volatility √(xᵀΣx).
    pub(crate) fn volatility_gradient(&self, x: &[f64]) -> Vec<f64> {
        let volatility = self.variance(x).sqrt().max(1e-300);
        let mut gradient: Vec<f64> = self.specific.iter().zip(x).map(|(d, w)| d * w).collect();
        for row in &self.factors {
            let exposure: f64 = row.iter().zip(x).map(|(b, w)| b * w).sum();
            gradient.iter_mut().zip(row).for_each(|(g, b)| *g += exposure * b);
        }
        gradient.iter_mut().for_each(|g| *g /= volatility);
        gradient
    }

    /// Variance of the weights `x`, one per security.
    pub(crate) fn variance(&self, x: &[f64]) -> f64 {
        let common: f64 =
            self.factors.iter().map(|row| row.iter().zip(x).map(|(b, w)| b * w).sum::<f64>().powi(2)).sum();
        common + self.specific.iter().zip(x).map(|(d, w)| d * w * w).sum::<f64>()
    }
}

/// C with C Cᵀ = F, for a positive semidefinite F (a pivot of zero gives a zero column).
fn semidefinite_root(f: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let k = f.len();
    let mut c = vec![vec![0.0; k]; k];
    for j in 0..k {
        let pivot = f[j][j] - (0..j).map(|m| c[j][m] * c[j][m]).sum::<f64>();
        if pivot <= 1e-14 * f[j][j].abs() {
            continue;
        }
        let root = pivot.sqrt();
        for i in j..k {
            let dot: f64 = (0..j).map(|m| c[i][m] * c[j][m]).sum();
            c[i][j] = (f[i][j] - dot) / root;
        }
    }
    c
}

/// Names in the order in which they were first seen.
#[derive(Default)]
struct Names<'a>(std::collections::HashMap<&'a str, usize>);

impl<'a> Names<'a> {
    fn index(&mut self, name: &'a str) -> usize {
        let next = self.0.len();
        *self.0.entry(name).or_insert(next)
    }
}
