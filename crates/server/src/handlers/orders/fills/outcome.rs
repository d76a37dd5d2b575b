//! What the correction of a fill comes to, as the API tells it.
//!
//! In: a correction that is made or asked about. Out: its figures before and after. Invariant: a dry run and the correction itself are told by the same figures.

use portfolio::Decimal;
use rebalance::keeping::correction::Corrected;
use rebalance::keeping::correction::outcome::{Outcome, Realised};
use serde::Serialize;
use utoipa::ToSchema;

use crate::amount::Amount;

/// What a correction comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeView {
    /// The account.
    account_id: String,
    /// The lot that was sold; absent for a purchase.
    lot_id: Option<String>,
    /// Shares that are filled of the order.
    filled: ChangeView,
    /// What the fill brings the account, USD; below 0 where it takes some out.
    cash_usd: ChangeView,
    /// What it realises of its lot, USD, before wash sales; absent for a purchase.
    realised_usd: Option<ChangeView>,
    /// Whether that is long-term now; absent where nothing is realised.
    was_long_term: Option<bool>,
    /// Whether it is long-term then; absent where nothing is realised.
    is_long_term: Option<bool>,
    /// Estimated tax of what the year has realised, USD, at the household's flat rates; absent where there are none.
    tax_usd: Option<ChangeView>,
    /// Where the order stands then.
    order_state: &'static str,
    /// The version of the portfolio that comes of it; absent while the plan is at the broker.
    portfolio_version: Option<u64>,
}

/// A figure before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeView {
    /// With the fill that was wrong.
    before: Amount,
    /// With what is right.
    after: Amount,
    /// The difference.
    difference: Amount,
}

impl ChangeView {
    fn of(before: Decimal, after: Decimal) -> ChangeView {
        ChangeView {
            before: Amount(before),
            after: Amount(after),
            difference: Amount(after.saturating_sub(before)),
        }
    }
}

impl OutcomeView {
    pub(super) fn of(outcome: &Outcome, done: &Corrected) -> OutcomeView {
        let (was, then) = (outcome.realised.before, outcome.realised.after);
        let gain = |of: Option<Realised>| of.map_or(Decimal::ZERO, |realised| realised.gain);
        let realised = was.or(then).map(|_| ChangeView::of(gain(was), gain(then)));
        OutcomeView {
            account_id: done.order.account_id.clone(),
            lot_id: done.order.lot_id.clone(),
            filled: ChangeView::of(outcome.filled.before, outcome.filled.after),
            cash_usd: ChangeView::of(outcome.cash.before, outcome.cash.after),
            realised_usd: realised,
            was_long_term: was.map(|it| it.is_long_term),
            is_long_term: then.map(|it| it.is_long_term),
            tax_usd: outcome.tax.map(|tax| ChangeView::of(tax.before, tax.after)),
            order_state: done.order.state.word(),
            portfolio_version: done.version,
        }
    }
}
