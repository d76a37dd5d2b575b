//! The fields of a portfolio document, as they are written.
//!
//! One struct per object of interface.md; an unknown field is an error everywhere, and so is a list in
//! place of an object. What the fields *say* is checked by [`super::assemble`].

use serde::Deserialize;

use super::exact::{Entries, Exact, Text};
use super::object::objects_only;

objects_only!(
    Document<'a>,
    UserPreferences<'a>,
    RiskModel<'a>,
    Weights,
    Tax<'a>,
    Buckets,
    Account<'a>,
    OpenOrder<'a>,
    AccountHolding<'a>,
    Holding<'a>,
    Lot<'a>,
    Security<'a>,
    Transaction<'a>,
    AssetLocation<'a>,
    Monitoring<'a>,
    Tau,
    Band,
    Policy<'a>,
    HouseRules<'a>
);

/// The whole document, either form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub struct Document<'a> {
    pub(crate) as_of: Text<'a>,
    pub(crate) household_id: Option<Text<'a>>,
    pub(crate) currency: Option<Text<'a>>,
    #[serde(default, alias = "Target Allocation")]
    pub(crate) target_allocation: Entries<'a, Exact>,
    pub(crate) security_targets: Option<Entries<'a, Exact>>,
    pub(crate) drift_metric: Option<Text<'a>>,
    pub(crate) risk_model: Option<RiskModel<'a>>,
    pub(crate) weights: Option<Weights>,
    #[serde(default)]
    pub(crate) preferences: Wanted<'a>,
    #[serde(alias = "User Preferences")]
    pub(crate) user_preferences: Option<UserPreferences<'a>>,
    pub(crate) instructions: Option<Text<'a>>,
    pub(crate) tax: Option<Tax<'a>>,
    pub(crate) accounts: Option<Vec<Account<'a>>>,
    #[serde(default)]
    pub(crate) securities: Vec<Security<'a>>,
    #[serde(default)]
    pub(crate) cash_flow: Entries<'a, Exact>,
    #[serde(default)]
    pub(crate) transactions: Vec<Transaction<'a>>,
    pub(crate) asset_location: Option<AssetLocation<'a>>,
    pub(crate) liquidity_fraction_of_adv: Option<Exact>,
    pub(crate) wash_sale_tolerance_usd: Option<Exact>,
    pub(crate) monitoring: Option<Monitoring<'a>>,
    pub(crate) policy: Option<Policy<'a>>,
    pub(crate) house_rules: Option<HouseRules<'a>>,
    // Short form and the design document's own blocks.
    pub(crate) account_id: Option<Text<'a>>,
    #[serde(alias = "Current Holdings")]
    pub(crate) holdings: Option<Vec<Holding<'a>>>,
    pub(crate) cash: Option<Exact>,
    #[serde(alias = "Current Allocation")]
    pub(crate) current_allocation: Option<Entries<'a, Exact>>,
    #[serde(alias = "Total Portfolio Value", alias = "total_value", alias = "total_value_usd")]
    pub(crate) total_portfolio_value: Option<Exact>,
}

/// `preferences`: tokens, or the design document's object.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    bound(deserialize = "'de: 'a"),
    expecting = "a list of preference tokens, or the object `{tax_loss_harvesting_enabled, esg_minimum}`"
)]
pub(crate) enum Wanted<'a> {
    Tokens(Vec<Text<'a>>),
    Object(UserPreferences<'a>),
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Wanted::Tokens(Vec::new())
    }
}

/// The design document's "User Preferences".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct UserPreferences<'a> {
    #[serde(default)]
    pub(crate) tax_loss_harvesting_enabled: bool,
    pub(crate) esg_minimum: Option<Text<'a>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct RiskModel<'a> {
    pub(crate) factors: Vec<Text<'a>>,
    pub(crate) exposures: Entries<'a, Vec<Exact>>,
    pub(crate) factor_covariance: Vec<Vec<Exact>>,
    pub(crate) specific_variance: Entries<'a, Exact>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Weights {
    pub(crate) drift: Option<Exact>,
    pub(crate) cost: Option<Exact>,
    pub(crate) tax: Option<Exact>,
    pub(crate) esg: Option<Exact>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Tax<'a> {
    pub(crate) short_term_rate: Option<Exact>,
    pub(crate) long_term_rate: Option<Exact>,
    pub(crate) ordinary_rate: Option<Exact>,
    pub(crate) netting: Option<Text<'a>>,
    pub(crate) realized_ytd: Option<Buckets>,
    pub(crate) carryforward: Option<Buckets>,
    pub(crate) year: Option<i16>,
    pub(crate) filing_status: Option<Text<'a>>,
    pub(crate) ordinary_income: Option<Exact>,
    pub(crate) magi: Option<Exact>,
    pub(crate) state_rate: Option<Exact>,
    pub(crate) ordinary_loss_limit: Option<Exact>,
    pub(crate) carryforward_rate: Option<Exact>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Buckets {
    pub(crate) short_term: Option<Exact>,
    pub(crate) long_term: Option<Exact>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Account<'a> {
    pub(crate) account_id: Text<'a>,
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) owner: Option<Text<'a>>,
    pub(crate) cash: Option<Exact>,
    #[serde(default)]
    pub(crate) holdings: Vec<AccountHolding<'a>>,
    pub(crate) settled_cash: Option<Exact>,
    #[serde(default)]
    pub(crate) open_orders: Vec<OpenOrder<'a>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct OpenOrder<'a> {
    pub(crate) ticker: Text<'a>,
    #[serde(alias = "action")]
    pub(crate) side: Text<'a>,
    pub(crate) quantity: Exact,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct AccountHolding<'a> {
    pub(crate) ticker: Text<'a>,
    pub(crate) lots: Vec<Lot<'a>>,
    pub(crate) value_usd: Option<Exact>,
}

/// A holding of the short form, which also describes its security.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Holding<'a> {
    pub(crate) lots: Vec<Lot<'a>>,
    pub(crate) value_usd: Option<Exact>,
    pub(crate) ticker: Text<'a>,
    pub(crate) asset_class: Option<Text<'a>>,
    pub(crate) current_price: Option<Exact>,
    pub(crate) price_as_of: Option<Text<'a>>,
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) sector: Option<Text<'a>>,
    pub(crate) industries: Option<Vec<Text<'a>>>,
    pub(crate) esg_score: Option<Text<'a>>,
    pub(crate) spread_bps: Option<Exact>,
    pub(crate) commission: Option<Exact>,
    pub(crate) impact_coefficient: Option<Exact>,
    pub(crate) quantity_increment: Option<Exact>,
    pub(crate) expense_ratio: Option<Exact>,
    pub(crate) average_daily_volume_usd: Option<Exact>,
    pub(crate) identical_group: Option<Text<'a>>,
    pub(crate) pays_dividends: Option<bool>,
    pub(crate) buyable: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Lot<'a> {
    pub(crate) lot_id: Text<'a>,
    pub(crate) quantity: Exact,
    pub(crate) acquisition_date: Option<Text<'a>>,
    pub(crate) cost_basis_per_share: Exact,
    pub(crate) lot_type: Option<Text<'a>>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Security<'a> {
    pub(crate) ticker: Text<'a>,
    pub(crate) asset_class: Option<Text<'a>>,
    pub(crate) current_price: Option<Exact>,
    pub(crate) price_as_of: Option<Text<'a>>,
    pub(crate) kind: Option<Text<'a>>,
    pub(crate) sector: Option<Text<'a>>,
    pub(crate) industries: Option<Vec<Text<'a>>>,
    pub(crate) esg_score: Option<Text<'a>>,
    pub(crate) spread_bps: Option<Exact>,
    pub(crate) commission: Option<Exact>,
    pub(crate) impact_coefficient: Option<Exact>,
    pub(crate) quantity_increment: Option<Exact>,
    pub(crate) expense_ratio: Option<Exact>,
    pub(crate) average_daily_volume_usd: Option<Exact>,
    pub(crate) identical_group: Option<Text<'a>>,
    pub(crate) pays_dividends: Option<bool>,
    pub(crate) buyable: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Transaction<'a> {
    pub(crate) date: Text<'a>,
    pub(crate) account_id: Option<Text<'a>>,
    pub(crate) ticker: Text<'a>,
    pub(crate) identical_group: Option<Text<'a>>,
    pub(crate) action: Text<'a>,
    pub(crate) quantity: Exact,
    pub(crate) price: Exact,
    pub(crate) realized_gain: Option<Exact>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct AssetLocation<'a> {
    #[serde(default)]
    pub(crate) enabled: bool,
    #[serde(default)]
    pub(crate) tax_drag: Entries<'a, Exact>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Monitoring<'a> {
    pub(crate) volatility: Option<Exact>,
    pub(crate) user_score: Option<Exact>,
    pub(crate) last_rebalance: Option<Text<'a>>,
    pub(crate) tau: Option<Tau>,
    #[serde(default)]
    pub(crate) bands: Entries<'a, Band>,
    pub(crate) trade_to: Option<Text<'a>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Tau {
    pub(crate) base: Option<Exact>,
    pub(crate) k1: Option<Exact>,
    pub(crate) k2: Option<Exact>,
    pub(crate) k3: Option<Exact>,
    pub(crate) k4: Option<Exact>,
    pub(crate) min: Option<Exact>,
    pub(crate) max: Option<Exact>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Band {
    pub(crate) absolute: Option<Exact>,
    pub(crate) relative: Option<Exact>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct Policy<'a> {
    pub(crate) price_collar_pct: Option<Exact>,
    pub(crate) price_age_max_minutes: Option<Exact>,
    pub(crate) order_notional_max: Option<Exact>,
    pub(crate) orders_max: Option<u32>,
    #[serde(default)]
    pub(crate) restricted: Vec<Text<'a>>,
}

/// What counts of the rules of a house, as the service writes it into the document that it plans for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self", bound(deserialize = "'de: 'a"))]
pub(crate) struct HouseRules<'a> {
    pub(crate) version: u64,
    #[serde(default)]
    pub(crate) restricted: Vec<Text<'a>>,
    pub(crate) order_notional_max: Option<Exact>,
    pub(crate) orders_max: Option<u32>,
    pub(crate) price_collar_pct: Option<Exact>,
}
