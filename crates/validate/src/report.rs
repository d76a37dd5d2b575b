//! What a validation says: the verdict and every figure that it recomputed.
//!
//! Invariant: each figure comes from the documents alone, in decimals; nothing that a plan states
//! of itself is repeated here. Only the variance terms of the drift and the volatility pass through
//! binary floats, being pure measures.

use std::collections::BTreeMap;

use portfolio::Side;
use portfolio::money::cents;
use portfolio::plan::{Finding, Verdict};
use rust_decimal::Decimal;

/// What a validation says of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Violations (codes of model.md) and warnings.
    pub verdict: Verdict,
    /// The terms of (48) after the plan.
    pub terms: Terms,
    /// The terms of (48) of doing nothing.
    pub before: Terms,
    /// Weights before trading, as parts of V: per class, or per ticker where securities have targets;
    /// with `Cash` (flows included). They sum to 1.
    pub weights_before: BTreeMap<String, Decimal>,
    /// Weights after the plan, as parts of the same V. Cash is taken before costs, as in the drift of
    /// the objective, so that what is shown sums to 1; what the costs take is in `terms.cost_usd`.
    pub weights_after: BTreeMap<String, Decimal>,
    /// What each lot that is sold realises, in the order of the plan.
    pub gains: Vec<LotGain>,
    /// The orders (account, ticker, side): sells first, each side in the order of the plan.
    pub orders: Vec<OrderFigures>,
    /// Cash of each account after the plan, flows and costs, USD.
    pub cash_after: BTreeMap<String, Decimal>,
    /// The net gains that the year starts with: (short, long), losses carried in deducted, USD.
    pub year_so_far: (Decimal, Decimal),
}

impl Report {
    /// Whether no rule is violated.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.verdict.passed
    }

    /// The money of the plan as tables and texts show it: sums of cents that are shown.
    ///
    /// # Source
    /// ARCHITECTURE.md, "Money": half to even, to the cent, per lot where booked or shown.
    #[must_use]
    pub fn shown(&self) -> Shown {
        let sum = |of: &dyn Fn(&OrderFigures) -> Decimal| {
            self.orders.iter().fold(Decimal::ZERO, |sum, order| sum.saturating_add(of(order)))
        };
        let on = |side: Side, usd: fn(&OrderFigures) -> Decimal| {
            sum(&|order| if order.side == side { usd(order) } else { Decimal::ZERO })
        };
        let (sold, bought) = (on(Side::Sell, |o| o.shown_usd), on(Side::Buy, |o| o.shown_usd));
        let costs = sum(&|order| cents(order.cost));
        let exact = on(Side::Sell, |o| o.notional).saturating_sub(on(Side::Buy, |o| o.notional));
        let before = self.terms.cash_usd.saturating_add(self.terms.cost_usd).saturating_sub(exact);
        let cash = cents(before).saturating_add(sold).saturating_sub(bought).saturating_sub(costs);
        Shown { sold, bought, costs, cash }
    }

    /// The warnings for which an order desk would refuse to send orders (see [`crate::desk`]).
    pub fn refusals(&self) -> impl Iterator<Item = &Finding> {
        self.verdict.warnings.iter().filter(|w| crate::desk::refuses(&w.code))
    }
}

/// The terms of (48). Money in USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// L.
    pub objective: Decimal,
    /// D (49).
    pub drift: Decimal,
    /// C (50): commissions, half spreads and impact, paid in cash.
    pub cost_usd: Decimal,
    /// A year of the fees of what is bought; in L, not in cash.
    pub fee_usd: Decimal,
    /// T (51).
    pub tax_usd: Decimal,
    /// A (claim 7), a year.
    pub location_drag_usd: Decimal,
    /// E (52).
    pub esg: Decimal,
    /// Sum of the notionals of all orders.
    pub turnover_usd: Decimal,
    /// S: net short-term gain of the year.
    pub short_term_net: Decimal,
    /// L of the tax: net long-term gain of the year.
    pub long_term_net: Decimal,
    /// Cash of the household after flows and costs.
    pub cash_usd: Decimal,
    /// V.
    pub value_usd: Decimal,
}

/// What a plan moves as it is shown, USD: cents that add up. The exact figures are in [`Terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// What is sold: the cents of each lot.
    pub sold: Decimal,
    /// What is bought: the cents of each order.
    pub bought: Decimal,
    /// What the orders cost: the cents of each.
    pub costs: Decimal,
    /// Cash before, flows included, plus what is sold, less what is bought and the costs.
    pub cash: Decimal,
}

/// What the sale of (a part of) a lot realises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotGain {
    /// Account.
    pub account_id: String,
    /// Security.
    pub ticker: String,
    /// Lot.
    pub lot_id: String,
    /// Shares.
    pub quantity: Decimal,
    /// quantity · (price − basis), USD; costs do not reduce it.
    pub gain: Decimal,
    /// Whether the sale is long-term.
    pub long: bool,
    /// Whether the account is taxable, so that the gain counts.
    pub taxable: bool,
}

/// The figures of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFigures {
    /// Account.
    pub account_id: String,
    /// Security.
    pub ticker: String,
    /// Side.
    pub side: Side,
    /// Shares.
    pub quantity: Decimal,
    /// Shares at the document's price, USD.
    pub notional: Decimal,
    /// The same as it is shown: the cents of each lot that is sold, added up; of a purchase its own cents.
    pub shown_usd: Decimal,
    /// Commission, half spread and impact (28)–(30), USD.
    pub cost: Decimal,
    /// A year of the fund's fee on what is bought, USD.
    pub fee: Decimal,
    /// Short-term gain that counts (taxable accounts only), USD.
    pub gain_short: Decimal,
    /// Long-term gain that counts (taxable accounts only), USD.
    pub gain_long: Decimal,
}
