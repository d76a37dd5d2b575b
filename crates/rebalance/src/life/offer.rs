//! What a person was shown: the plan, the prices and holdings it was made for, until when it stands.
//!
//! In: a finished [`Cycle`] and the document it was made of. Out: an [`Offered`], the stamp without which no
//! recommendation waits for approval, or the reason why there is nothing to offer. Invariant: the plan is judged again
//! here, so that nothing is offered that the validator has not passed.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use portfolio::plan::{Number, ProposedPlan, ProposedTrade, hash};
use portfolio::{Decimal, Portfolio};
use serde_json::value::RawValue;
use validate::{Moment, Report};

use super::policy::Policy;
use crate::cycle::{Cycle, Verdict};
use crate::id::PersonId;

/// The facts that a plan was made for, as far as an approval depends on them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// USD per share of what is held or traded.
    pub prices: BTreeMap<String, Decimal>,
    /// Shares per `lot NAME`, USD per `cash of ACCOUNT`.
    pub holdings: BTreeMap<String, Decimal>,
    /// Hash of everything else in the document: targets, wishes, tax facts, securities.
    pub wishes: String,
}

/// An offer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Binds portfolio and trades.
    pub plan_hash: String,
    /// What it was made for.
    pub shown: Shown,
    /// Sold and bought, USD at the prices shown.
    pub traded_usd: Decimal,
    /// Who changed the plan by hand.
    pub edited_by: Option<PersonId>,
    /// When it was shown.
    pub at: Timestamp,
    /// From then on it can't be approved.
    pub expires_at: Timestamp,
}

/// The stamp of a plan that may be shown: judged valid, with something to approve.
///
/// It can't be made elsewhere, copied or read from a file:
///
/// ```compile_fail
/// fn forged(offer: rebalance::life::Offer) -> rebalance::life::Offered {
///     rebalance::life::Offered(offer)
/// }
/// ```
#[derive(Debug)]
pub struct Offered(Offer);

/// Why there is nothing to offer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NoOffer {
    /// No plan keeps every rule: a closed monitoring record.
    #[error("no plan keeps every rule, so there is nothing to approve")]
    Infeasible,
    /// Nothing to do: a closed monitoring record.
    #[error("the plan trades nothing, so there is nothing to approve")]
    NothingToDo,
    /// The validator refuses the plan.
    #[error("the plan breaks a rule: {}", .0.verdict.violations.first().map_or("", |v| v.detail.as_str()))]
    Refused(Box<Report>),
    /// The hash of the plan is not that of its trades in this document.
    #[error("the plan has the hash `{given}`, its trades in this portfolio have {found}")]
    Hash {
        /// As the plan has it.
        given: String,
        /// As it is.
        found: String,
    },
}

impl Offered {
    /// Judges the plan of a cycle once more and stamps it.
    ///
    /// `text` is the document that the cycle read; `moment` is as in [`crate::Options`].
    ///
    /// # Errors
    /// [`NoOffer`].
    pub fn of(
        text: &str,
        cycle: &Cycle,
        policy: &Policy,
        edited_by: Option<PersonId>,
        at: Timestamp,
        moment: Option<&Moment>,
    ) -> Result<Offered, NoOffer> {
        if matches!(cycle.verdict, Verdict::Infeasible(..)) {
            return Err(NoOffer::Infeasible);
        }
        let plan = &cycle.plan;
        if plan.trades.is_empty() {
            return Err(NoOffer::NothingToDo);
        }
        let rows = plan.trades.iter().map(ProposedTrade::from).collect();
        let proposed = ProposedPlan { trades: rows, ..ProposedPlan::default() };
        let validated =
            validate::stamp(&cycle.portfolio, &cycle.rates, &proposed, moment).map_err(NoOffer::Refused)?;
        let plan_hash = hash::plan_hash(text, validated.trades());
        if plan_hash != plan.plan_hash {
            return Err(NoOffer::Hash { given: plan.plan_hash.clone(), found: plan_hash });
        }
        let traded = validated.trades().iter().map(|t| notional(t.quantity, t.estimated_price));
        let mut shown = Shown::of(text, &cycle.portfolio);
        shown.keep_prices_of(&cycle.portfolio, validated.trades().iter().map(|t| t.ticker.as_str()));
        Ok(Offered(Offer {
            plan_hash,
            shown,
            traded_usd: traded.fold(Decimal::ZERO, Decimal::saturating_add),
            edited_by,
            at,
            expires_at: at.checked_add(i64::from(policy.valid_minutes).minutes()).unwrap_or(at),
        }))
    }

    /// What is offered.
    #[must_use]
    pub fn offer(&self) -> &Offer {
        &self.0
    }

    pub(super) fn into_offer(self) -> Offer {
        self.0
    }
}

fn notional(quantity: Number, price: Number) -> Decimal {
    quantity.0.checked_mul(price.0).unwrap_or(Decimal::MAX)
}

impl Shown {
    /// The facts of a document that [`portfolio::read`] has accepted, with the price of every security.
    #[must_use]
    pub fn of(text: &str, portfolio: &Portfolio) -> Shown {
        let lots = portfolio.lots.iter().map(|lot| (format!("lot {}", lot.lot_id), lot.quantity));
        let cash = portfolio.accounts.iter().map(|a| {
            let flowed = a.cash.checked_add(a.flow).unwrap_or(Decimal::MAX);
            (format!("cash of {}", a.account_id), flowed)
        });
        Shown {
            prices: portfolio.securities.iter().map(|s| (s.ticker.clone(), s.price)).collect(),
            holdings: lots.chain(cash).collect(),
            wishes: wishes(text),
        }
    }

    /// Prices of what is neither held nor traded are no reason to refuse an approval.
    fn keep_prices_of<'a>(&mut self, portfolio: &'a Portfolio, traded: impl Iterator<Item = &'a str>) {
        let held = portfolio.positions.iter().map(|p| portfolio.securities[p.security].ticker.as_str());
        let named: std::collections::BTreeSet<&str> = held.chain(traded).collect();
        self.prices.retain(|ticker, _| named.contains(ticker.as_str()));
    }
}

/// What moves by itself from day to day: (list or object, its fields).
const MOVING: [(&str, &[&str]); 4] = [
    ("accounts", &["holdings", "cash", "settled_cash", "open_orders"]),
    ("securities", &["current_price", "price_as_of", "average_daily_volume_usd", "spread_bps"]),
    ("tax", &["realized_ytd"]),
    ("monitoring", &["volatility", "last_rebalance"]),
];

/// Hash of a document without what moves by itself.
fn wishes(text: &str) -> String {
    type Object = BTreeMap<String, Box<RawValue>>;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Ok(mut document) = serde_json::from_str::<Object>(text) else { return String::new() };
    // A plan is for the taxes of its year.
    let year =
        document.get("as_of").and_then(|raw| serde_json::value::to_raw_value(raw.get().get(..5)?).ok());
    for top in ["as_of", "holdings", "cash", "cash_flow", "transactions"] {
        document.remove(top);
    }
    document.extend(year.map(|year| ("year".to_owned(), year)));
    for (part, fields) in MOVING {
        let Some(raw) = document.get(part) else { continue };
        let still = if let Ok(mut list) = serde_json::from_str::<Vec<Object>>(raw.get()) {
            list.iter_mut().for_each(|one| fields.iter().for_each(|field| drop(one.remove(*field))));
            serde_json::value::to_raw_value(&list)
        } else if let Ok(mut one) = serde_json::from_str::<Object>(raw.get()) {
            fields.iter().for_each(|field| drop(one.remove(*field)));
            serde_json::value::to_raw_value(&one)
        } else {
            continue;
        };
        if let Ok(still) = still {
            document.insert(part.to_owned(), still);
        }
    }
    serde_json::to_string(&document).map_or_else(|_| String::new(), |text| hash::plan_hash(&text, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_by_itself_changes_no_wish_and_a_target_does() {
        let one = r#"{"as_of": "2026-11-26", "target_allocation": {"Bonds": 0.40},
            "accounts": [{"account_id": "a", "cash": 1}], "securities": [{"ticker": "X", "current_price": 10.00}]}"#;
        let moved = r#"{"as_of": "2026-11-27", "target_allocation": {"Bonds": 0.4},
            "accounts": [{"account_id": "a", "cash": 2}], "securities": [{"ticker": "X", "current_price": 11}]}"#;
        assert_eq!(wishes(one), wishes(moved));
        assert_ne!(wishes(one), wishes(&one.replace("2026", "2027")));
        assert_ne!(wishes(one), wishes(&one.replace("0.40", "0.41")));
        assert_ne!(wishes(one), wishes(&one.replace("\"ticker\": \"X\"", "\"ticker\": \"Y\"")));
        assert_eq!(wishes(one).len(), 64);
    }
}
