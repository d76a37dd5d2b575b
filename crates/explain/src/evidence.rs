//! What a reference in a text stands for.
//!
//! In: the portfolio, its rates, the solution, the validator's report and the alternatives that were
//! weighed. Out: for each [`Source`] its [`Value`], looked up there. Invariant: money that the
//! validator computes is the validator's; only differences of two solves, the bound and the margins
//! come from elsewhere, since the validator does not know them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use optimize::{Row, Solution};
use portfolio::household::{CASH, DriftMetric, TradeTo};
use portfolio::money::{MONEY_MAX, cents_of, float, percents};
use portfolio::{AccountKind, Decimal, Portfolio, Side};
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::FromPrimitive;
use tax::plan_tax::Rates;
use validate::{LotGain, OrderFigures, Report};

use crate::alternatives::Alternatives;
use crate::bars::{Bars, long_term};
use crate::counterfactual::Finding;
use crate::limits::After;
use crate::margins::Margins;
use crate::purchases;
use crate::reason::Reason;
use crate::value::Value;

mod source;

pub use source::Source;

/// Everything that a text may refer to.
#[derive(Debug, Clone)]
pub struct Evidence<'a> {
    pub(crate) portfolio: &'a Portfolio,
    pub(crate) rates: &'a Rates,
    pub(crate) solution: &'a Solution,
    pub(crate) report: &'a Report,
    pub(crate) alternatives: Alternatives,
    pub(crate) bars: Bars<'a>,
    /// What is held and traded of each security.
    pub(crate) after: After,
    pub(crate) margins: Margins,
    /// What targets are for: classes, or tickers; `Cash` last.
    pub(crate) units: Vec<Unit<'a>>,
    /// Per security: its unit.
    pub(crate) unit_of: Vec<usize>,
    /// Shares sold per lot.
    pub(crate) sold: BTreeMap<usize, Decimal>,
    /// Groups of which the plan sells at a loss in a taxable account.
    pub(crate) lost: BTreeSet<&'a str>,
    /// Weights of the units as tables show them, where these add up to 100.00 %.
    shown: Option<Shown>,
    gains: HashMap<&'a str, &'a LotGain>,
    orders: HashMap<(&'a str, &'a str, Side), &'a OrderFigures>,
    names: BTreeSet<&'a str>,
    /// Limits that are used up and hold nothing, as re-solves have shown.
    pub(crate) slack: BTreeSet<Reason>,
    /// Per limit that is used up and was lifted: the lots of which more is sold then.
    pub(crate) freed: BTreeMap<Reason, BTreeSet<usize>>,
    /// Per unit off its target: what re-solves have shown to hold it.
    pub(crate) findings: BTreeMap<usize, Finding>,
}

/// A class or a ticker that has a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit<'a> {
    pub(crate) name: &'a str,
    pub(crate) target: Decimal,
}

/// Percents of the units, in their order.
#[derive(Debug, Clone)]
struct Shown {
    before: Vec<Decimal>,
    after: Vec<Decimal>,
    target: Vec<Decimal>,
}

impl Shown {
    /// Of classes: of hundreds of securities no table shows them all.
    fn of(p: &Portfolio, units: &[Unit<'_>], report: &Report) -> Option<Shown> {
        let of = |weights: &BTreeMap<String, Decimal>| {
            let parts = units.iter().map(|unit| weights.get(unit.name).copied().unwrap_or_default());
            percents(&parts.collect::<Vec<_>>())
        };
        let target = || percents(&units.iter().map(|unit| unit.target).collect::<Vec<_>>());
        p.security_targets.is_none().then(|| Shown {
            before: of(&report.weights_before),
            after: of(&report.weights_after),
            target: target(),
        })
    }
}

impl<'a> Evidence<'a> {
    pub(crate) fn new(
        portfolio: &'a Portfolio,
        rates: &'a Rates,
        solution: &'a Solution,
        report: &'a Report,
        alternatives: Alternatives,
    ) -> Evidence<'a> {
        let (units, unit_of) = units(portfolio);
        let mut sold: BTreeMap<usize, Decimal> = BTreeMap::new();
        for row in &solution.rows {
            if let Some(lot) = row.lot {
                let shares = sold.entry(lot).or_default();
                *shares = shares.saturating_add(row.quantity);
            }
        }
        let named = |o: &'a OrderFigures| ((o.account_id.as_str(), o.ticker.as_str(), o.side), o);
        let lots = portfolio.lots.iter().map(|l| l.lot_id.as_str());
        let at_a_loss = |lot: &usize| {
            let position = &portfolio.positions[portfolio.lots[*lot].position];
            let security = &portfolio.securities[position.security];
            let taxable = portfolio.accounts[position.account].kind == AccountKind::Taxable;
            let loss = taxable && security.price < portfolio.lots[*lot].basis_per_share;
            loss.then_some(security.identical_group.as_str())
        };
        let mut evidence = Evidence {
            lost: sold.keys().filter_map(at_a_loss).collect(),
            shown: Shown::of(portfolio, &units, report),
            gains: report.gains.iter().map(|g| (g.lot_id.as_str(), g)).collect(),
            orders: report.orders.iter().map(named).collect(),
            names: portfolio.securities.iter().map(|s| s.ticker.as_str()).chain(lots).collect(),
            portfolio,
            rates,
            solution,
            report,
            alternatives,
            bars: Bars::of(portfolio),
            after: After::of(portfolio, report),
            margins: Margins::default(),
            units,
            unit_of,
            sold,
            slack: BTreeSet::new(),
            freed: BTreeMap::new(),
            findings: BTreeMap::new(),
        };
        // What one more dollar brings depends on what can still be bought after the plan.
        evidence.margins = Margins::of(portfolio, rates, report, &purchases::open(&evidence));
        evidence
    }

    /// Whether a word is a ticker or a lot of the document.
    #[must_use]
    pub fn is_ticker_or_lot(&self, word: &str) -> bool {
        self.names.contains(word)
    }

    /// The tickers of the document, in its order.
    pub fn tickers(&self) -> impl Iterator<Item = &'a str> {
        self.portfolio.securities.iter().map(|s| s.ticker.as_str())
    }

    /// What a reference stands for; `None` where there is no such thing.
    #[must_use]
    pub fn value(&self, source: &Source) -> Option<Value> {
        let (p, t) = (self.portfolio, &self.report.terms);
        let part = |x: f64| Decimal::from_f64_retain(x).map(Value::Percent);
        Some(match *source {
            Source::Ticker(s) => Value::Ticker(p.securities.get(s)?.ticker.clone()),
            Source::Class(s) => Value::Name(p.securities.get(s)?.asset_class.clone()),
            Source::Lot(l) => Value::LotId(p.lots.get(l)?.lot_id.clone()),
            Source::Account(a) => Value::Name(p.accounts.get(a)?.account_id.clone()),
            Source::Unit(u) => Value::Name(self.units.get(u)?.name.to_owned()),
            Source::Acquired(l) => Value::Date(p.lots.get(l)?.acquired?),
            Source::Term(l) => Value::Term((l < p.lots.len()).then(|| long_term(p, l))?),
            Source::Action(r) => Value::Action(self.row(r)?.side),
            Source::Quantity(r) => Value::Shares(self.row(r)?.quantity),
            Source::Proceeds(r) => Value::Usd(self.proceeds(self.row(r)?)),
            Source::Gain(r) => Value::Gain(self.gain(self.row(r)?)?.gain),
            Source::OrderCost(r) => Value::Usd(self.order(self.row(r)?)?.cost),
            Source::OrderCommission(r) => Value::Usd(self.cost_parts(self.row(r)?)?[0]),
            Source::OrderSpread(r) => Value::Usd(self.cost_parts(self.row(r)?)?[1]),
            Source::OrderImpact(r) => Value::Usd(self.cost_parts(self.row(r)?)?[2]),
            Source::TaxLowered(r) => Value::Usd(self.tax_lowered(self.row(r)?)?),
            Source::Rows => Value::Count(self.solution.rows.len()),
            Source::Weighed => Value::Count(self.alternatives.weighed(self.solution)),
            Source::OrderFee(r) => Value::Usd(self.order(self.row(r)?)?.fee),
            Source::HalfSpread(s) => Value::Bps(p.securities.get(s)?.spread_bps / Decimal::from(20_000)),
            Source::OffBefore(u) => Value::Deviation(match &self.shown {
                Some(shown) => (*shown.before.get(u)? - *shown.target.get(u)?) / Decimal::ONE_HUNDRED,
                None => self.off(u, &self.report.weights_before)?,
            }),
            Source::OffAfter(u) => Value::Deviation(self.off_shown(u)?),
            Source::OffWithout(u) => Value::Deviation(self.findings.get(&u)?.off_without?),
            Source::Target(u) => Value::Weight(match &self.shown {
                Some(shown) => *shown.target.get(u)? / Decimal::ONE_HUNDRED,
                None => self.units.get(u)?.target,
            }),
            Source::OffWeighs(u) => Value::Usd(self.off_weighs(u)?),
            Source::WithoutLot(l) => Value::Usd(self.alternatives.lots.get(&l)?.cost_usd?.abs()),
            Source::WithoutPurchase(s) => Value::Usd(self.alternatives.purchases.get(&s)?.cost_usd?.abs()),
            Source::WholeLotGain(l) => Value::Gain((l < p.lots.len()).then(|| self.whole_gain(l))?),
            Source::WholeLotTax(l) => Value::Usd((l < p.lots.len()).then(|| self.whole_tax(l))?),
            Source::WholeLotCost(l) => Value::Usd((l < p.lots.len()).then(|| self.whole_cost(l))?),
            Source::MarginWorth(l) => part((l < p.lots.len()).then(|| self.margins.sale(p, l))?.worth)?,
            Source::MarginTax(l) => part((l < p.lots.len()).then(|| self.margins.sale(p, l))?.tax)?,
            Source::MarginTrading(l) => part((l < p.lots.len()).then(|| self.margins.sale(p, l))?.trading)?,
            Source::SoldUsd => Value::Usd(self.report.shown().sold),
            Source::BoughtUsd => Value::Usd(self.report.shown().bought),
            Source::Orders => Value::Count(self.report.orders.len()),
            Source::CostUsd => Value::Usd(self.report.shown().costs),
            Source::TaxUsd => Value::Usd(t.tax_usd),
            Source::BetterThanNothing => Value::Usd(
                self.report.before.objective.saturating_sub(t.objective).saturating_mul(t.value_usd),
            ),
            Source::AtMostBetter => {
                Value::Usd(at_most_better(float(t.objective), self.solution.bound, t.value_usd)?)
            }
        })
    }

    pub(crate) fn row(&self, row: usize) -> Option<&'a Row> {
        self.solution.rows.get(row)
    }

    pub(crate) fn gain(&self, row: &Row) -> Option<&'a LotGain> {
        self.gains.get(self.portfolio.lots[row.lot?].lot_id.as_str()).copied()
    }

    pub(crate) fn order(&self, row: &Row) -> Option<&'a OrderFigures> {
        let account = self.portfolio.accounts[row.account].account_id.as_str();
        let ticker = self.portfolio.securities[row.security].ticker.as_str();
        self.orders.get(&(account, ticker, row.side)).copied()
    }

    /// Whether a row of the plan buys this security in this account.
    pub(crate) fn buys(&self, account: usize, security: usize) -> bool {
        let p = self.portfolio;
        let place =
            (p.accounts[account].account_id.as_str(), p.securities[security].ticker.as_str(), Side::Buy);
        self.orders.contains_key(&place)
    }

    /// Whether a row of the plan sells this security in this account.
    pub(crate) fn sells(&self, account: usize, security: usize) -> bool {
        let p = self.portfolio;
        let place =
            (p.accounts[account].account_id.as_str(), p.securities[security].ticker.as_str(), Side::Sell);
        self.orders.contains_key(&place)
    }

    /// Whether a lot is in a taxable account.
    pub(crate) fn taxable(&self, lot: usize) -> bool {
        let position = &self.portfolio.positions[self.portfolio.lots[lot].position];
        self.portfolio.accounts[position.account].kind == AccountKind::Taxable
    }

    /// Index of the security of a lot.
    pub(crate) fn security_of(&self, lot: usize) -> usize {
        self.portfolio.positions[self.portfolio.lots[lot].position].security
    }

    /// Shares of a lot that the plan leaves.
    pub(crate) fn left(&self, lot: usize) -> Decimal {
        let sold = self.sold.get(&lot).copied().unwrap_or_default();
        self.portfolio.lots[lot].quantity.saturating_sub(sold)
    }

    /// What the tax and the trading of the whole lot would cost on top of the plan, USD.
    pub(crate) fn whole_lot_usd(&self, lot: usize) -> Decimal {
        self.whole_tax(lot).saturating_add(self.whole_cost(lot))
    }

    /// Weight of a unit less its target.
    pub(crate) fn off(&self, unit: usize, weights: &BTreeMap<String, Decimal>) -> Option<Decimal> {
        let unit = self.units.get(unit)?;
        Some(weights.get(unit.name).copied().unwrap_or_default().saturating_sub(unit.target))
    }

    /// The same after the plan, as tables show it.
    pub(crate) fn off_shown(&self, unit: usize) -> Option<Decimal> {
        match &self.shown {
            Some(shown) => Some((*shown.after.get(unit)? - *shown.target.get(unit)?) / Decimal::ONE_HUNDRED),
            None => self.off(unit, &self.report.weights_after),
        }
    }

    /// What distances are measured from: the targets, or the weights between them and those held.
    pub(crate) fn aim(&self) -> &'static str {
        if self.portfolio.monitoring.trade_to == TradeTo::Target {
            " its target"
        } else {
            " the weight aimed for"
        }
    }

    /// λ_D · (w' − t)² · V, USD: what the distance of one unit weighs in the squared drift.
    pub(crate) fn off_weighs(&self, unit: usize) -> Option<Decimal> {
        let off = self.off(unit, &self.report.weights_after)?;
        let weight = self.portfolio.lambdas().drift.saturating_mul(off).saturating_mul(off);
        let squared = self.portfolio.drift_metric != DriftMetric::TrackingVariance;
        squared.then(|| weight.saturating_mul(self.report.terms.value_usd))
    }

    /// Whether the plan buys anything of a unit.
    pub(crate) fn buys_of(&self, unit: usize) -> bool {
        let mut bought = self.solution.rows.iter().filter(|row| row.lot.is_none());
        bought.any(|row| self.unit_of[row.security] == unit)
    }

    /// Whether what the distance of a unit weighs may be all within what the search left unproven.
    pub(crate) fn within_gap(&self, unit: usize) -> bool {
        let unproven = at_most_better(
            float(self.report.terms.objective),
            self.solution.bound,
            self.report.terms.value_usd,
        );
        self.off_weighs(unit).zip(unproven).is_none_or(|(weighs, unproven)| weighs <= unproven)
    }

    fn proceeds(&self, row: &Row) -> Decimal {
        row.quantity.saturating_mul(self.portfolio.securities[row.security].price)
    }

    /// Commission, half the spread and impact of the order of a row, in cents that add up to its cost.
    pub(crate) fn cost_parts(&self, row: &Row) -> Option<[Decimal; 3]> {
        // Of more than a document's money may be, hundredths of a cent can't be reckoned.
        let order = self.order(row).filter(|order| order.cost <= MONEY_MAX)?;
        let security = &self.portfolio.securities[row.security];
        let spread = order.notional.saturating_mul(security.spread_bps / Decimal::from(20_000));
        let impact = order.cost.saturating_sub(security.commission).saturating_sub(spread);
        cents_of(&[security.commission, spread, impact]).try_into().ok()
    }

    /// Tax of the year without the gain of a row, less the tax with it, USD; `None` where nothing is taxed.
    pub(crate) fn tax_lowered(&self, row: &Row) -> Option<Decimal> {
        let gain = self.gain(row).filter(|gain| gain.taxable)?;
        let ((s0, l0), t) = (self.report.year_so_far, &self.report.terms);
        let (short, long) = if gain.long { (Decimal::ZERO, gain.gain) } else { (gain.gain, Decimal::ZERO) };
        let (s, l) = (t.short_term_net, t.long_term_net);
        let without = self.rates.tax(s.saturating_sub(short), l.saturating_sub(long), s0, l0);
        Some(without.saturating_sub(self.rates.tax(s, l, s0, l0)))
    }

    fn whole_gain(&self, lot: usize) -> Decimal {
        let l = &self.portfolio.lots[lot];
        let price = self.portfolio.securities[self.security_of(lot)].price;
        l.quantity.saturating_mul(price.saturating_sub(l.basis_per_share))
    }

    /// tax(S + gain, L) − tax(S, L), or of L for a long-term lot; 0 where nothing is taxed.
    fn whole_tax(&self, lot: usize) -> Decimal {
        if !self.taxable(lot) {
            return Decimal::ZERO;
        }
        let ((s0, l0), t) = (self.report.year_so_far, &self.report.terms);
        let gain = self.whole_gain(lot);
        let (short, long) =
            if long_term(self.portfolio, lot) { (Decimal::ZERO, gain) } else { (gain, Decimal::ZERO) };
        let (s, l) = (t.short_term_net, t.long_term_net);
        let with = self.rates.tax(s.saturating_add(short), l.saturating_add(long), s0, l0);
        with.saturating_sub(self.rates.tax(s, l, s0, l0))
    }

    /// Half the spread, the impact and, where the plan has no such order yet, the commission.
    fn whole_cost(&self, lot: usize) -> Decimal {
        let l = &self.portfolio.lots[lot];
        let position = &self.portfolio.positions[l.position];
        let s = &self.portfolio.securities[position.security];
        let account = self.portfolio.accounts[position.account].account_id.as_str();
        let order = self.orders.get(&(account, s.ticker.as_str(), Side::Sell));
        let before = order.map_or(Decimal::ZERO, |o| o.quantity);
        let after = before.saturating_add(l.quantity);
        let square = |x: Decimal| s.impact_coefficient.saturating_mul(x).saturating_mul(x);
        let spread = l.quantity.saturating_mul(s.price).saturating_mul(s.spread_bps / Decimal::from(20_000));
        let commission = if order.is_some() { Decimal::ZERO } else { s.commission };
        spread.saturating_add(square(after).saturating_sub(square(before))).saturating_add(commission)
    }
}

/// (L − bound) · V, USD, rounded up to the cent: a proof may not round down. `None` where no decimal
/// holds it.
#[must_use]
pub fn at_most_better(objective: f64, bound: f64, value_usd: Decimal) -> Option<Decimal> {
    let gap = Decimal::from_f64((objective - bound).max(0.0))?.checked_mul(value_usd)?;
    Some(gap.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero))
}

/// What targets are for, and the unit of each security.
fn units(p: &Portfolio) -> (Vec<Unit<'_>>, Vec<usize>) {
    let target = |class: &str| p.target_allocation.get(class).copied().unwrap_or_default();
    let Some(targets) = &p.security_targets else {
        let classes = p.classes();
        let place: HashMap<&str, usize> = classes.iter().enumerate().map(|(u, c)| (*c, u)).collect();
        let unit_of = p.securities.iter().map(|s| place[s.asset_class.as_str()]).collect();
        return (classes.into_iter().map(|name| Unit { name, target: target(name) }).collect(), unit_of);
    };
    let target_of = |s: usize| targets.get(&s).copied().unwrap_or_default();
    let named = p.securities.iter().enumerate();
    let mut units: Vec<Unit<'_>> =
        named.map(|(s, security)| Unit { name: security.ticker.as_str(), target: target_of(s) }).collect();
    units.push(Unit { name: CASH, target: target(CASH) });
    (units, (0..p.securities.len()).collect())
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::at_most_better;

    #[test]
    fn a_proof_is_rounded_up() {
        assert_eq!(at_most_better(1e-9, 0.0, dec!(100000)), Some(dec!(0.01)));
        assert_eq!(at_most_better(0.25, 0.125, dec!(100)), Some(dec!(12.5)));
        assert_eq!(at_most_better(0.1, 0.1, dec!(1000000)), Some(dec!(0)));
        assert_eq!(at_most_better(0.1, 0.2, dec!(1000000)), Some(dec!(0)));
        assert_eq!(at_most_better(1.0, f64::NEG_INFINITY, dec!(1)), None);
    }
}
