//! The ways in which a household's question can be leant, and how far.
//!
//! In: the household, its best plan and a strength from 1 to [`STRENGTH_MAX`]. Out: the same household with other λ or
//! a limit more, and what defines it. Invariant: no rule of the household is loosened; what is added only narrows
//! what may be done, or weighs it differently.

use std::fmt;

use portfolio::household::Lambdas;
use portfolio::money::written;
use portfolio::{AccountKind, Decimal, Portfolio, Side};
use rust_decimal::dec;
use tax::plan_tax::Rates;

use super::sweep::Household;

/// As far as a direction goes.
pub(crate) const STRENGTH_MAX: u32 = 48;

/// Strengths within which a factor doubles.
const OCTAVE: u32 = 8;

/// λ of ESG at the least strength where the household has none: as `impact_investing_focus` has it.
const ESG_FIRST: Decimal = dec!(0.01);

/// What a weight of 0 is taken to be where it is multiplied.
const WEIGHT_MIN: Decimal = dec!(0.001);

/// What defines a candidate: the question that it answers best.
#[derive(Debug, Clone, PartialEq)]
pub struct Defined {
    /// λ that it was found with.
    pub lambdas: Lambdas,
    /// What was asked beyond the household's own rules.
    pub limits: Vec<Limit>,
}

/// A limit beyond the household's own rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// T is at most this, USD.
    TaxAtMost(Decimal),
    /// What is traded is at most this, USD.
    TurnoverAtMost(Decimal),
    /// Every order is of at least this, USD, but for those that sell a whole position.
    OrdersFrom(Decimal),
    /// No short-term gain is realised.
    NoShortTermGains,
    /// Nothing is sold.
    NoSells,
    /// Losses up to this, USD, count as worth having.
    HarvestUpTo(Decimal),
    /// Nothing is traded.
    NoTrades,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::TaxAtMost(usd) => write!(f, "at most ${} of tax", written(*usd)),
            Limit::TurnoverAtMost(usd) => write!(f, "at most ${} traded", written(*usd)),
            Limit::OrdersFrom(usd) => write!(f, "no order below ${}", written(*usd)),
            Limit::NoShortTermGains => f.write_str("no short-term gains"),
            Limit::NoSells => f.write_str("nothing sold"),
            Limit::HarvestUpTo(usd) => write!(f, "losses up to ${} worth harvesting", written(*usd)),
            Limit::NoTrades => f.write_str("nothing traded"),
        }
    }
}

/// A way to lean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Drift weighs more.
    Closer,
    /// Tax weighs more.
    LessTax,
    /// ESG weighs more.
    Greener,
    /// ESG and drift weigh more.
    GreenerAndCloser,
    /// ESG weighs more, for no more tax than the best plan has.
    GreenerUntaxed,
    /// A limit of the tax.
    TaxLimit,
    /// No small orders.
    FewerOrders,
    /// No small orders, and drift weighs more.
    FewerAndCloser,
    /// A limit of what is traded.
    LessTrading,
    /// No short-term gains.
    NoShortTermGains,
    /// No sales.
    NoSells,
    /// Every loss is worth having.
    Harvest,
}

impl Direction {
    /// All of them, in the order in which they are tried.
    pub(crate) const ALL: [Direction; 12] = [
        Direction::LessTax,
        Direction::Closer,
        Direction::Greener,
        Direction::FewerOrders,
        Direction::TaxLimit,
        Direction::NoShortTermGains,
        Direction::NoSells,
        Direction::Harvest,
        Direction::LessTrading,
        Direction::GreenerAndCloser,
        Direction::GreenerUntaxed,
        Direction::FewerAndCloser,
    ];

    /// Whether it is a matter of yes or no, so that there is one strength.
    pub(crate) fn is_switch(self) -> bool {
        matches!(self, Direction::NoShortTermGains | Direction::NoSells | Direction::Harvest)
    }
}

/// A household that was leant.
pub(crate) struct Question {
    pub(crate) portfolio: Portfolio,
    pub(crate) rates: Rates,
    pub(crate) defined: Defined,
}

/// The household as it is, as a question.
pub(crate) fn own(portfolio: &Portfolio, limits: Vec<Limit>) -> Defined {
    Defined { lambdas: portfolio.lambdas(), limits }
}

/// The household leant in a direction; `None` where that comes to nothing.
pub(crate) fn question(household: &Household<'_>, direction: Direction, strength: u32) -> Option<Question> {
    let mut asked = Asked {
        household,
        portfolio: household.portfolio.clone(),
        rates: household.rates.clone(),
        limits: Vec::new(),
    };
    match direction {
        Direction::Closer => asked.weigh_drift(strength),
        Direction::LessTax => asked.weigh_tax(strength),
        Direction::Greener => asked.greener(strength)?,
        Direction::GreenerAndCloser => {
            asked.greener(strength)?;
            asked.weigh_drift(OCTAVE + strength / 2);
        }
        Direction::GreenerUntaxed => {
            asked.greener(strength)?;
            asked.limit_tax(household.report.terms.tax_usd.max(Decimal::ZERO));
        }
        Direction::TaxLimit => {
            let tax = household.report.terms.tax_usd;
            if tax <= Decimal::ONE {
                return None;
            }
            asked.limit_tax(portfolio::money::cents(tax * left(strength)));
        }
        Direction::FewerOrders => asked.fewer_orders(strength)?,
        Direction::FewerAndCloser => {
            asked.fewer_orders(strength)?;
            asked.weigh_drift(2 * OCTAVE);
        }
        Direction::LessTrading => asked.less_trading(strength),
        Direction::NoShortTermGains => asked.no_short_term_gains()?,
        Direction::NoSells => asked.no_sells()?,
        Direction::Harvest => asked.harvest()?,
    }
    let defined = own(&asked.portfolio, asked.limits);
    Some(Question { portfolio: asked.portfolio, rates: asked.rates, defined })
}

/// What a strength leaves of a limit, as a part of it.
fn left(strength: u32) -> Decimal {
    Decimal::ONE - Decimal::from(strength) / Decimal::from(STRENGTH_MAX)
}

/// Twice as much every octave, straight in between.
fn factor(strength: u32) -> Decimal {
    let within = Decimal::from(strength % OCTAVE) / Decimal::from(OCTAVE);
    Decimal::from(1_u64 << (strength / OCTAVE).min(30)) * (Decimal::ONE + within)
}

/// A question while it is put together.
struct Asked<'h, 'a> {
    household: &'h Household<'a>,
    portfolio: Portfolio,
    rates: Rates,
    limits: Vec<Limit>,
}

impl Asked<'_, '_> {
    fn weigh_tax(&mut self, strength: u32) {
        let given = self.portfolio.weights.tax.unwrap_or(Decimal::ONE).max(WEIGHT_MIN);
        self.portfolio.weights.tax = Some(given * factor(strength));
    }

    fn weigh_drift(&mut self, strength: u32) {
        let given = self.portfolio.weights.drift.unwrap_or(dec!(3)).max(WEIGHT_MIN);
        self.portfolio.weights.drift = Some(given * factor(strength));
    }

    fn greener(&mut self, strength: u32) -> Option<()> {
        let securities = &self.portfolio.securities;
        let first = portfolio::household::esg_sixths(securities.first()?.esg);
        if securities.iter().all(|s| portfolio::household::esg_sixths(s.esg) == first) {
            return None; // where all are rated alike, only the cash matters
        }
        let given = self.portfolio.weights.esg.unwrap_or_default();
        self.portfolio.weights.esg = Some(given + ESG_FIRST * factor(strength));
        Some(())
    }

    fn limit_tax(&mut self, usd: Decimal) {
        let most = self.portfolio.wishes.tax_max_usd.map_or(usd, |given| given.min(usd));
        self.portfolio.wishes.tax_max_usd = Some(most);
        self.limits.push(Limit::TaxAtMost(most));
    }

    /// No order as small as the smallest of the best plan, the smallest two, …
    fn fewer_orders(&mut self, strength: u32) -> Option<()> {
        let mut sizes: Vec<Decimal> =
            self.household.report.orders.iter().map(|order| order.notional).collect();
        sizes.sort_unstable();
        if sizes.len() < 2 {
            return None;
        }
        let rank =
            (sizes.len() * strength as usize).div_ceil(STRENGTH_MAX as usize).clamp(1, sizes.len() - 1);
        let least = portfolio::money::cents(sizes[rank - 1]) + Decimal::ONE;
        let wishes = &mut self.portfolio.wishes;
        wishes.order_minimum_usd = wishes.order_minimum_usd.max(least);
        self.limits.push(Limit::OrdersFrom(wishes.order_minimum_usd));
        Some(())
    }

    fn less_trading(&mut self, strength: u32) {
        let terms = &self.household.report.terms;
        let usd = portfolio::money::cents(terms.turnover_usd * left(strength));
        let p = &self.portfolio;
        let today = p
            .transactions
            .iter()
            .filter(|t| t.date == p.as_of && t.action != portfolio::household::Action::Reinvest);
        let on_record: Decimal = today.map(|t| t.quantity * t.price).sum();
        let part = (usd + on_record) / terms.value_usd;
        let wishes = &mut self.portfolio.wishes;
        wishes.turnover_max = Some(wishes.turnover_max.map_or(part, |given| given.min(part)));
        self.limits.push(Limit::TurnoverAtMost(usd));
    }

    fn no_short_term_gains(&mut self) -> Option<()> {
        let gains = &self.household.report.gains;
        if self.portfolio.wishes.short_term_forbidden
            || !gains.iter().any(|g| g.taxable && !g.long && g.gain > Decimal::ZERO)
        {
            return None;
        }
        self.portfolio.wishes.short_term_forbidden = true;
        self.limits.push(Limit::NoShortTermGains);
        Some(())
    }

    fn no_sells(&mut self) -> Option<()> {
        if self.portfolio.wishes.no_sells
            || !self.household.report.orders.iter().any(|o| o.side == Side::Sell)
        {
            return None;
        }
        self.portfolio.wishes.no_sells = true;
        self.limits.push(Limit::NoSells);
        Some(())
    }

    /// Every loss of the taxable accounts is worth having.
    fn harvest(&mut self) -> Option<()> {
        let p = &self.portfolio;
        let loss = |lot: &portfolio::household::Lot| {
            let position = &p.positions[lot.position];
            let taxable = p.accounts[position.account].kind == AccountKind::Taxable;
            let below = (lot.basis_per_share - p.securities[position.security].price).max(Decimal::ZERO);
            if taxable { lot.quantity * below } else { Decimal::ZERO }
        };
        let losses = portfolio::money::cents(p.lots.iter().map(loss).sum());
        if losses <= self.rates.harvest_usd.max(Decimal::ONE) {
            return None;
        }
        self.portfolio.wishes.harvest_usd = losses;
        self.rates.harvest_usd = losses;
        self.limits.push(Limit::HarvestUpTo(losses));
        Some(())
    }
}
