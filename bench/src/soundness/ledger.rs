//! What a judge needs to know of a portfolio, as flat tables.
//!
//! In: a checked portfolio and the rates of its tax. Out: [`Ledger`]: accounts, securities, lots and cells
//! (one security in one account) in binary floats, with what rules bar by themselves marked. Invariant:
//! written from model.md alone and sharing nothing with `optimize` or `validate`, so that neither can be
//! wrong in the same way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use portfolio::household::{Action, CASH};
use portfolio::money::float;
use portfolio::{AccountKind, DriftMetric, Portfolio, Security as Listed, SecurityKind};
use tax::plan_tax::{Netting, Rates};

/// An account; USD.
pub(super) struct Account {
    pub(super) cash: f64,
    /// Least cash after the plan.
    pub(super) floor: f64,
}

/// A security; USD and shares.
pub(super) struct Security {
    pub(super) price: f64,
    pub(super) class: usize,
    pub(super) group: usize,
    pub(super) sector: Option<usize>,
    pub(super) half_spread: f64,
    pub(super) commission: f64,
    pub(super) impact: f64,
    pub(super) fee: f64,
    pub(super) increment: f64,
    pub(super) esg: f64,
    pub(super) drag: f64,
    pub(super) held_usd: f64,
    pub(super) target: f64,
    pub(super) cap: Option<f64>,
    pub(super) traded_max: Option<f64>,
    pub(super) always_hold: bool,
}

/// One security in one account, held or buyable.
pub(super) struct Cell {
    pub(super) account: usize,
    pub(super) security: usize,
    pub(super) taxable: bool,
    pub(super) buyable: bool,
    /// Shares.
    pub(super) held: f64,
    /// All its lots.
    pub(super) lots: std::ops::Range<usize>,
}

/// A lot, in the order of the portfolio's.
pub(super) struct Lot {
    /// Shares.
    pub(super) quantity: f64,
    /// USD per share, 0 where it is not taxed.
    pub(super) gain: f64,
    pub(super) long: bool,
    /// Some rule bars selling it, whatever else a plan does.
    pub(super) barred: bool,
    /// Need not go before others, as it can't be sold by itself.
    pub(super) available: bool,
    /// Goes before the others of its position.
    pub(super) first: bool,
}

impl Lot {
    pub(super) fn short_gain(&self) -> bool {
        self.gain > 0.0 && !self.long
    }
}

/// The tax of the year; USD.
pub(super) struct Tax {
    pub(super) separate: bool,
    pub(super) short: f64,
    pub(super) long: f64,
    pub(super) ordinary: f64,
    pub(super) carry: f64,
    pub(super) loss_limit: f64,
    pub(super) harvest: f64,
    pub(super) s0: f64,
    pub(super) l0: f64,
}

impl Tax {
    /// tax(S, L) of model.md.
    pub(super) fn at(&self, s: f64, l: f64) -> f64 {
        let both = self.short * s.max(0.0) + self.long * l.max(0.0);
        let net = s + l;
        if self.separate {
            return both;
        }
        if net <= 0.0 {
            let counted = (-net).min(self.harvest.max(-(self.s0 + self.l0)));
            let now = counted.min(self.loss_limit);
            return -self.ordinary * now - self.carry * (counted - now);
        }
        match (s > 0.0, l > 0.0) {
            (_, false) => self.short * net,
            (false, true) => self.long * net,
            (true, true) => both,
        }
    }
}

/// Limits on a plan as a whole; USD, weights for the caps.
pub(super) struct Wishes {
    pub(super) order_min: f64,
    pub(super) buffer: f64,
    pub(super) turnover_max: Option<f64>,
    pub(super) gains_max: Option<f64>,
    pub(super) tax_max: Option<f64>,
    pub(super) volatility_max: Option<f64>,
    pub(super) short_term_last: bool,
    /// Cap per sector index.
    pub(super) sector_caps: Vec<Option<f64>>,
}

/// A portfolio, flat.
pub(super) struct Ledger<'a> {
    pub(super) portfolio: &'a Portfolio,
    /// V, USD.
    pub(super) value: f64,
    /// λ of drift, cost, tax and ESG.
    pub(super) lambda: [f64; 4],
    pub(super) metric: DriftMetric,
    pub(super) accounts: Vec<Account>,
    pub(super) securities: Vec<Security>,
    pub(super) cells: Vec<Cell>,
    pub(super) lots: Vec<Lot>,
    /// Target per class; the last is cash.
    pub(super) class_targets: Vec<f64>,
    pub(super) groups: usize,
    pub(super) wishes: Wishes,
    pub(super) tax: Tax,
}

/// A number for each name, in the order of first use.
#[derive(Default)]
struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    fn of(&mut self, name: &str) -> usize {
        let next = self.0.len();
        *self.0.entry(name.to_owned()).or_insert(next)
    }
}

impl<'a> Ledger<'a> {
    /// Flattens `portfolio`.
    pub(super) fn new(portfolio: &'a Portfolio, rates: &Rates) -> Ledger<'a> {
        let (p, w) = (portfolio, &portfolio.wishes);
        let value = float(p.value());
        let (mut classes, mut groups, mut sectors) =
            (Numbers::default(), Numbers::default(), Numbers::default());
        let securities: Vec<Security> = p
            .securities
            .iter()
            .enumerate()
            .map(|(i, s)| {
                let stock_cap = w.stock_cap.filter(|_| s.kind == SecurityKind::Stock);
                Security {
                    price: float(s.price),
                    class: classes.of(&s.asset_class),
                    group: groups.of(&s.identical_group),
                    sector: s.sector.as_deref().map(|name| sectors.of(&name.replace('_', " "))),
                    half_spread: float(s.spread_bps) / 2e4,
                    commission: float(s.commission),
                    impact: float(s.impact_coefficient),
                    fee: float(s.expense_ratio),
                    increment: float(s.quantity_increment),
                    esg: s.esg.map_or(0.5, |r| f64::from(r.sixths()) / 6.0),
                    drag: p.tax_drag.get(&s.asset_class).map_or(0.0, |d| float(*d)),
                    held_usd: p
                        .positions
                        .iter()
                        .filter(|h| h.security == i)
                        .map(|h| float(p.position_value(h)))
                        .sum(),
                    target: p.security_targets.as_ref().and_then(|t| t.get(&i)).map_or(0.0, |t| float(*t)),
                    cap: w.security_caps.get(&i).copied().or(stock_cap).map(float),
                    traded_max: s
                        .average_daily_volume_usd
                        .map(|adv| float(p.liquidity_fraction_of_adv) * float(adv)),
                    always_hold: w.always_hold.contains(&i),
                }
            })
            .collect();
        for class in p.target_allocation.keys().filter(|c| *c != CASH) {
            classes.of(class);
        }
        let mut class_targets = vec![0.0; classes.0.len()];
        for (name, class) in &classes.0 {
            class_targets[*class] = p.target_allocation.get(name).map_or(0.0, |t| float(*t));
        }
        class_targets.push(p.target_allocation.get(CASH).map_or(0.0, |t| float(*t)));
        let mut sector_caps = vec![None; sectors.0.len()];
        for (name, sector) in &sectors.0 {
            sector_caps[*sector] = w.sector_caps.get(name).copied().or(w.sector_cap).map(float);
        }
        let lambda = p.lambdas();
        let mut ledger = Ledger {
            portfolio,
            value,
            lambda: [float(lambda.drift), float(lambda.cost), float(lambda.tax), float(lambda.esg)],
            metric: p.drift_metric,
            accounts: p
                .accounts
                .iter()
                .map(|a| Account { cash: float(a.cash + a.flow), floor: float(a.cash).min(0.0) })
                .collect(),
            securities,
            cells: Vec::new(),
            lots: Vec::new(),
            class_targets,
            groups: groups.0.len(),
            wishes: Wishes {
                order_min: float(w.order_minimum_usd),
                buffer: float(w.cash_buffer_usd),
                turnover_max: w.turnover_max.map(|part| float(part) * value - traded_today(p)),
                gains_max: w.gains_max_usd.map(float),
                tax_max: w.tax_max_usd.map(float),
                volatility_max: w.volatility_cap.map(float),
                short_term_last: w.short_term_last,
                sector_caps,
            },
            tax: year(p, rates),
        };
        ledger.fill(&Window::of(p));
        ledger
    }

    fn fill(&mut self, window: &Window<'_>) {
        let p = self.portfolio;
        self.lots = (0..p.lots.len()).map(|j| flat_lot(p, window, j)).collect();
        let able: Vec<bool> = p.securities.iter().enumerate().map(|(i, _)| able(p, window, i)).collect();
        let buyable: Vec<bool> = (0..able.len()).map(|i| able[i] && !passed_over(p, i, &able)).collect();
        for (account, kind) in p.accounts.iter().map(|a| a.kind).enumerate() {
            for (security, buyable) in buyable.iter().enumerate() {
                let held = p.positions.iter().find(|h| h.account == account && h.security == security);
                if held.is_none() && !buyable {
                    continue;
                }
                self.cells.push(Cell {
                    account,
                    security,
                    taxable: kind == AccountKind::Taxable,
                    buyable: *buyable,
                    held: held.map_or(0.0, |h| float(p.position_quantity(h))),
                    lots: held.map_or(0..0, |h| h.lots.clone()),
                });
            }
        }
    }
}

fn year(p: &Portfolio, rates: &Rates) -> Tax {
    Tax {
        separate: rates.netting == Netting::Separate,
        short: float(rates.short_term),
        long: float(rates.long_term),
        ordinary: float(rates.ordinary),
        carry: float(rates.carryforward),
        loss_limit: float(rates.ordinary_loss_limit),
        harvest: float(rates.harvest_usd),
        s0: float(p.tax.realised_short - p.tax.carried_short),
        l0: float(p.tax.realised_long - p.tax.carried_long),
    }
}

fn traded_today(p: &Portfolio) -> f64 {
    let orders = p.transactions.iter().filter(|t| t.date == p.as_of && t.action != Action::Reinvest);
    orders.map(|t| float(t.quantity) * float(t.price)).sum()
}

/// The 30 days up to and including `as_of`: groups bought above the tolerance, groups sold at a loss.
struct Window<'a> {
    bought: BTreeSet<&'a str>,
    sold_at_a_loss: BTreeSet<&'a str>,
}

impl<'a> Window<'a> {
    fn of(p: &'a Portfolio) -> Window<'a> {
        let inside = |day: Date| (0..=30).contains(&tax::holding::days_between(day, p.as_of));
        let (mut lots, mut rows) = (BTreeMap::<&str, f64>::new(), BTreeMap::<&str, f64>::new());
        for lot in p.lots.iter().filter(|lot| lot.acquired.is_some_and(inside)) {
            let security = &p.securities[p.positions[lot.position].security];
            *lots.entry(&security.identical_group).or_default() += float(lot.quantity * security.price);
        }
        let mut sold_at_a_loss = BTreeSet::new();
        for row in p.transactions.iter().filter(|row| inside(row.date)) {
            if row.action != Action::Sell {
                *rows.entry(p.group_of(row)).or_default() += float(row.quantity * row.price);
                continue;
            }
            let account = row.account_id.as_deref().and_then(|id| p.account(id));
            let taxable = account.is_none_or(|a| p.accounts[a].kind == AccountKind::Taxable);
            if taxable && row.realised_gain.is_some_and(|gain| float(gain) < 0.0) {
                sold_at_a_loss.insert(p.group_of(row));
            }
        }
        let tolerance = float(p.wash_sale_tolerance_usd);
        let bought = lots.into_iter().chain(rows).filter(|(_, usd)| *usd > tolerance);
        Window { bought: bought.map(|(group, _)| group).collect(), sold_at_a_loss }
    }
}

fn flat_lot(p: &Portfolio, window: &Window<'_>, j: usize) -> Lot {
    let lot = &p.lots[j];
    let position = &p.positions[lot.position];
    let (security, w) = (&p.securities[position.security], &p.wishes);
    let taxable = p.accounts[position.account].kind == AccountKind::Taxable;
    let gain = if taxable { float(security.price - lot.basis_per_share) } else { 0.0 };
    let long = match lot.acquired {
        Some(day) => tax::holding::is_long_term(day, p.as_of),
        None => lot.stated_long_term.unwrap_or(false),
    };
    let days = lot.acquired.map(|day| tax::holding::days_between(day, p.as_of));
    let young = w.holding_months_min.is_some_and(|months| {
        lot.acquired.is_some_and(|day| day > tax::holding::months_before(p.as_of, months))
    });
    let washes = gain < 0.0 && window.bought.contains(security.identical_group.as_str());
    let forbidden = w.short_term_forbidden && gain > 0.0 && !long;
    let dividend =
        taxable && w.qualified_dividends && security.pays_dividends && days.is_some_and(|days| days <= 60);
    let available = !(w.kept_lots.contains(&j) || washes || forbidden || dividend || young);
    Lot {
        quantity: float(lot.quantity),
        gain,
        long,
        barred: !available || w.no_sells || w.do_not_sell.contains(&position.security),
        available,
        first: w.first_lots.contains(&j),
    }
}

/// Whether no rule that looks at this security alone bars buying it.
fn able(p: &Portfolio, window: &Window<'_>, i: usize) -> bool {
    let (s, w): (&Listed, _) = (&p.securities[i], &p.wishes);
    let spaced = |name: &str| name.replace('_', " ");
    let avoided = w.avoided_classes.iter().any(|class| spaced(class) == spaced(&s.asset_class));
    let excluded = s.industries.iter().any(|name| w.excluded.iter().any(|x| x.word() == name));
    let rated = w.esg_minimum.is_none_or(|least| s.esg.is_some_and(|rating| rating >= least));
    let sold_at_a_loss = window.sold_at_a_loss.contains(s.identical_group.as_str());
    s.buyable && rated && !avoided && !excluded && !w.do_not_buy.contains(&i) && !sold_at_a_loss
}

/// Whether a preferred ticker, or an ETF in place of a fund, has to be bought instead.
fn passed_over(p: &Portfolio, i: usize, able: &[bool]) -> bool {
    let (s, w) = (&p.securities[i], &p.wishes);
    if w.preferred.contains(&i) {
        return false;
    }
    let beside = |j: &usize| able[*j] && p.securities[*j].asset_class == s.asset_class;
    let etf = |j: usize| p.securities[j].kind == SecurityKind::Etf && beside(&j);
    w.preferred.iter().any(beside)
        || (w.prefer_etfs && s.kind == SecurityKind::MutualFund && (0..able.len()).any(etf))
}
