//! Every figure that may be said of a plan.
//!
//! In: the portfolio, its rates, the validator's report and the rows of the plan. Out: [`Facts`]: figures with their
//! unit, what they are of and whom they are about; dates; and what is needed to judge statements without figures.
//! Invariants: money is the validator's or follows from documents by one step (a difference, a product, a sum);
//! amounts saturate.

mod count;
mod held;
mod household;
mod traded;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use portfolio::plan::ProposedPlan;
use portfolio::{AccountKind, Decimal, Portfolio, Side};
use tax::plan_tax::Rates;
use validate::Report;

use super::names::Names;
use super::topic::Topic;

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Unit {
    Usd,
    /// USD a share.
    UsdPerShare,
    Shares,
    /// A part of 1; percents and basis points are such.
    Part,
    Days,
    Months,
    Years,
    /// A number of things.
    Count(Thing),
    /// A number without a unit: D, E.
    Plain,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Thing {
    Orders,
    Rows,
    Sales,
    Purchases,
    Lots,
    Accounts,
    Securities,
    Classes,
    Wishes,
    Violations,
}

/// Whom a figure is about; the narrowest is said, and what it is part of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Of {
    pub(crate) lot: Option<usize>,
    pub(crate) ticker: Option<usize>,
    pub(crate) account: Option<usize>,
    pub(crate) class: Option<usize>,
    /// It is so of the security, whichever lot is spoken of: its price, its spread, its rating.
    pub(crate) inherent: bool,
}

/// When a weight or an amount held is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
    Always,
}

/// A figure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    pub(crate) value: Decimal,
    pub(crate) unit: Unit,
    pub(crate) topic: Topic,
    pub(crate) of: Of,
    pub(crate) when: When,
    /// Of what is traded: the side.
    pub(crate) side: Option<Side>,
}

/// A date.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DateFact {
    pub(crate) date: Date,
    pub(crate) of: Of,
    /// A day in the wash-sale calendar, of a security that may not be held.
    pub(crate) wash: bool,
}

/// A lot, as statements about it are judged.
#[derive(Debug, Clone)]
pub(crate) struct LotState {
    pub(crate) ticker: usize,
    pub(crate) account: usize,
    pub(crate) class: usize,
    pub(crate) taxable: bool,
    pub(crate) long: bool,
    /// Price less basis, USD a share.
    pub(crate) gain_per_share: Decimal,
    /// Shares sold by the plan.
    pub(crate) sold: Decimal,
}

/// A class, as statements about it are judged; parts of V.
#[derive(Debug, Clone)]
pub(crate) struct ClassState {
    pub(crate) before: Decimal,
    pub(crate) after: Decimal,
    pub(crate) target: Decimal,
}

/// What may be said of a plan, and what is known to be so.
#[derive(Debug, Clone)]
pub struct Facts {
    pub(crate) names: Names,
    pub(crate) figures: Vec<Fact>,
    pub(crate) dates: Vec<DateFact>,
    pub(crate) lots: Vec<LotState>,
    pub(crate) classes: Vec<ClassState>,
    /// Per security: its class.
    pub(crate) class_of: Vec<usize>,
    /// Per security: its rating.
    pub(crate) ratings: Vec<Option<&'static str>>,
    /// The least rating that the household buys.
    pub(crate) rating_min: Option<&'static str>,
    /// (account, security, side) of the plan.
    pub(crate) orders: BTreeSet<(usize, usize, Side)>,
    /// Per account: how it is taxed.
    pub(crate) kinds: Vec<AccountKind>,
    /// Securities of which a sale at a loss is on record.
    pub(crate) lost_before: BTreeSet<usize>,
    pub(crate) tax_usd: Decimal,
    pub(crate) drift_before: Decimal,
    pub(crate) drift_after: Decimal,
    pub(crate) esg_before: Decimal,
    pub(crate) esg_after: Decimal,
    by_account: BTreeMap<String, usize>,
    by_ticker: BTreeMap<String, usize>,
    by_lot: BTreeMap<String, usize>,
}

impl Facts {
    /// What may be said of the plan `rows`, of which `report` is the validator's report.
    #[must_use]
    pub fn of(portfolio: &Portfolio, rates: &Rates, report: &Report, rows: &ProposedPlan) -> Facts {
        let classes = portfolio.classes();
        let place = |class: &str| classes.iter().position(|c| *c == class).unwrap_or(0);
        let class_of: Vec<usize> = portfolio.securities.iter().map(|s| place(&s.asset_class)).collect();
        let index = |ids: Vec<&String>| ids.into_iter().cloned().enumerate().map(|(n, id)| (id, n)).collect();
        let mut facts = Facts {
            names: Names::of(portfolio),
            figures: Vec::new(),
            dates: Vec::new(),
            lots: Vec::new(),
            classes: Vec::new(),
            ratings: portfolio.securities.iter().map(|s| s.esg.map(portfolio::Rating::letter)).collect(),
            rating_min: portfolio.wishes.esg_minimum.map(portfolio::Rating::letter),
            class_of,
            orders: BTreeSet::new(),
            kinds: portfolio.accounts.iter().map(|a| a.kind).collect(),
            lost_before: BTreeSet::new(),
            tax_usd: report.terms.tax_usd,
            drift_before: report.before.drift,
            drift_after: report.terms.drift,
            esg_before: report.before.esg,
            esg_after: report.terms.esg,
            by_account: index(portfolio.accounts.iter().map(|a| &a.account_id).collect()),
            by_ticker: index(portfolio.securities.iter().map(|s| &s.ticker).collect()),
            by_lot: index(portfolio.lots.iter().map(|l| &l.lot_id).collect()),
        };
        let sources = Sources { portfolio, rates, report, rows };
        held::add(&mut facts, &sources);
        traded::add(&mut facts, &sources);
        household::add(&mut facts, &sources);
        count::add(&mut facts, &sources);
        facts
    }

    /// Lets a text call an account, a security or a lot by another name: a model knows accounts by the aliases of its
    /// prompt. A name that is not there is left alone.
    pub fn call(&mut self, alias: &str, name: &str) {
        self.names.call(alias, name, self.account(name));
    }

    pub(crate) fn account(&self, id: &str) -> Option<usize> {
        self.by_account.get(id).copied()
    }

    pub(crate) fn ticker(&self, ticker: &str) -> Option<usize> {
        self.by_ticker.get(ticker).copied()
    }

    pub(crate) fn lot(&self, id: &str) -> Option<usize> {
        self.by_lot.get(id).copied()
    }

    /// Adds a figure.
    fn say(&mut self, value: Decimal, unit: Unit, topic: Topic, of: &Of) {
        self.say_when(value, unit, topic, of, When::Always);
    }

    fn say_when(&mut self, value: Decimal, unit: Unit, topic: Topic, of: &Of, when: When) {
        self.figures.push(Fact { value, unit, topic, of: of.clone(), when, side: None });
    }

    fn say_side(&mut self, value: Decimal, unit: Unit, topic: Topic, of: &Of, side: Side) {
        self.figures.push(Fact { value, unit, topic, of: of.clone(), when: When::Always, side: Some(side) });
    }
}

/// Where figures come from.
pub(crate) struct Sources<'a> {
    pub(crate) portfolio: &'a Portfolio,
    pub(crate) rates: &'a Rates,
    pub(crate) report: &'a Report,
    pub(crate) rows: &'a ProposedPlan,
}

/// A quotient, where there is one.
fn over(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_div(b)
}

/// A product, held at the largest decimal.
fn times(a: Decimal, b: Decimal) -> Decimal {
    portfolio::money::times(a, b)
}
