//! The rules of the house: what is not traded, limits on orders, exceptions; changed by two persons.

pub(crate) mod confirm;
pub(crate) mod propose;
pub(crate) mod show;
pub(crate) mod withdraw;

use portfolio::Decimal;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::keeping::house_rules::{Exemption, Limit, LimitKind, Restriction, Rulebook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::amount::Amount;
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;

/// A security that is not traded.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestrictionView {
    /// The security.
    #[schema(max_length = 32)]
    ticker: String,
    /// The first day, `YYYY-MM-DD`; from the beginning where none is said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<jiff::civil::Date>,
    /// The last day; until it is taken out where none is said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<jiff::civil::Date>,
    /// Why.
    #[schema(max_length = 500)]
    reason: String,
}

/// What is limited.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LimitOf {
    /// USD of one order.
    OrderNotionalMax,
    /// Orders of one plan.
    OrdersMax,
    /// Distance of an order's limit from the price, percent.
    PriceCollarPct,
}

/// A limit on orders.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitView {
    /// Of what.
    limit: LimitOf,
    /// The most that may be.
    most: Amount,
    /// The first day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<jiff::civil::Date>,
    /// The last day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<jiff::civil::Date>,
    /// Why.
    #[schema(max_length = 500)]
    reason: String,
}

/// A household that a restriction does not bind.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExemptionView {
    /// Id of the household.
    household: String,
    /// The security.
    ticker: String,
    /// Who answers for it, by name.
    owner: String,
    /// Why.
    #[schema(max_length = 500)]
    reason: String,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    until: jiff::civil::Date,
}

/// All rules of the house.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulebookView {
    /// Securities that are not traded.
    #[serde(default)]
    restricted: Vec<RestrictionView>,
    /// Limits on orders.
    #[serde(default)]
    limits: Vec<LimitView>,
    /// Households that a restriction does not bind.
    #[serde(default)]
    exemptions: Vec<ExemptionView>,
}

impl RulebookView {
    /// As somebody sees it: of households that they may not see nothing is told.
    fn of(house: &dyn House, caller: &Caller, book: Rulebook) -> Result<RulebookView, Problem> {
        let seen = house.store().reading().households()?;
        let is_seen = |one: &Exemption| {
            let of_it = seen.iter().find(|household| household.id.to_string() == one.household);
            caller.operates() || of_it.is_some_and(|household| caller.may(Right::Read, household))
        };
        let restricted = book.restricted.into_iter();
        let limits = book.limits.into_iter();
        let exemptions = book.exemptions.into_iter().filter(is_seen);
        Ok(RulebookView {
            restricted: restricted
                .map(|Restriction { ticker, from, until, reason }| RestrictionView {
                    ticker,
                    from,
                    until,
                    reason,
                })
                .collect(),
            limits: limits
                .map(|Limit { limit, most, from, until, reason }| LimitView {
                    limit: match limit {
                        LimitKind::OrderNotionalMax => LimitOf::OrderNotionalMax,
                        LimitKind::OrdersMax => LimitOf::OrdersMax,
                        LimitKind::PriceCollarPct => LimitOf::PriceCollarPct,
                    },
                    most: Amount(most),
                    from,
                    until,
                    reason,
                })
                .collect(),
            exemptions: exemptions
                .map(|Exemption { household, ticker, owner, reason, until }| ExemptionView {
                    household,
                    ticker,
                    owner,
                    reason,
                    until,
                })
                .collect(),
        })
    }

    /// As the books have it.
    fn read(self) -> Rulebook {
        let most = |amount: Amount| -> Decimal { amount.0 };
        Rulebook {
            restricted: self
                .restricted
                .into_iter()
                .map(|RestrictionView { ticker, from, until, reason }| Restriction {
                    ticker,
                    from,
                    until,
                    reason,
                })
                .collect(),
            limits: self
                .limits
                .into_iter()
                .map(|limit| Limit {
                    limit: match limit.limit {
                        LimitOf::OrderNotionalMax => LimitKind::OrderNotionalMax,
                        LimitOf::OrdersMax => LimitKind::OrdersMax,
                        LimitOf::PriceCollarPct => LimitKind::PriceCollarPct,
                    },
                    most: most(limit.most),
                    from: limit.from,
                    until: limit.until,
                    reason: limit.reason,
                })
                .collect(),
            exemptions: self
                .exemptions
                .into_iter()
                .map(|ExemptionView { household, ticker, owner, reason, until }| Exemption {
                    household,
                    ticker,
                    owner,
                    reason,
                    until,
                })
                .collect(),
        }
    }
}
