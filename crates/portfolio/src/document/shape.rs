//! The fields of a portfolio document, as they are written.
//!
//! One struct per object of interface.md; an unknown field is an error everywhere, and so is a list in
//! place of an object. What the fields *say* is checked by [`super::assemble`].

use serde::Deserialize;

use super::exact::{Entries, Exact};
use super::object::objects_only;

objects_only!(
    Document,
    UserPreferences,
    RiskModel,
    Weights,
    Tax,
    Buckets,
    Account,
    OpenOrder,
    AccountHolding,
    Holding,
    Lot,
    Security,
    Transaction,
    AssetLocation,
    Monitoring,
    Tau,
    Band,
    Policy
);

/// The whole document, either form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Document {
    pub(crate) as_of: String,
    pub(crate) household_id: Option<String>,
    pub(crate) currency: Option<String>,
    #[serde(default, alias = "Target Allocation")]
    pub(crate) target_allocation: Entries<Exact>,
    pub(crate) security_targets: Option<Entries<Exact>>,
    pub(crate) drift_metric: Option<String>,
    pub(crate) risk_model: Option<RiskModel>,
    pub(crate) weights: Option<Weights>,
    #[serde(default)]
    pub(crate) preferences: Wanted,
    #[serde(alias = "User Preferences")]
    pub(crate) user_preferences: Option<UserPreferences>,
    pub(crate) instructions: Option<String>,
    pub(crate) tax: Option<Tax>,
    pub(crate) accounts: Option<Vec<Account>>,
    #[serde(default)]
    pub(crate) securities: Vec<Security>,
    #[serde(default)]
    pub(crate) cash_flow: Entries<Exact>,
    #[serde(default)]
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) asset_location: Option<AssetLocation>,
    pub(crate) liquidity_fraction_of_adv: Option<Exact>,
    pub(crate) wash_sale_tolerance_usd: Option<Exact>,
    pub(crate) monitoring: Option<Monitoring>,
    pub(crate) policy: Option<Policy>,
    // Short form and the design document's own blocks.
    pub(crate) account_id: Option<String>,
    #[serde(alias = "Current Holdings")]
    pub(crate) holdings: Option<Vec<Holding>>,
    pub(crate) cash: Option<Exact>,
    #[serde(alias = "Current Allocation")]
    pub(crate) current_allocation: Option<Entries<Exact>>,
    #[serde(alias = "Total Portfolio Value", alias = "total_value", alias = "total_value_usd")]
    pub(crate) total_portfolio_value: Option<Exact>,
}

/// `preferences`: tokens, or the design document's object.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "a list of preference tokens, or the object `{tax_loss_harvesting_enabled, esg_minimum}`"
)]
pub(crate) enum Wanted {
    Tokens(Vec<String>),
    Object(UserPreferences),
}

impl Default for Wanted {
    fn default() -> Self {
        Wanted::Tokens(Vec::new())
    }
}

/// The design document's "User Preferences".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct UserPreferences {
    #[serde(default)]
    pub(crate) tax_loss_harvesting_enabled: bool,
    pub(crate) esg_minimum: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct RiskModel {
    pub(crate) factors: Vec<String>,
    pub(crate) exposures: Entries<Vec<Exact>>,
    pub(crate) factor_covariance: Vec<Vec<Exact>>,
    pub(crate) specific_variance: Entries<Exact>,
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
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Tax {
    pub(crate) short_term_rate: Option<Exact>,
    pub(crate) long_term_rate: Option<Exact>,
    pub(crate) ordinary_rate: Option<Exact>,
    pub(crate) netting: Option<String>,
    pub(crate) realized_ytd: Option<Buckets>,
    pub(crate) carryforward: Option<Buckets>,
    pub(crate) year: Option<i16>,
    pub(crate) filing_status: Option<String>,
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
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Account {
    pub(crate) account_id: String,
    pub(crate) kind: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) cash: Option<Exact>,
    #[serde(default)]
    pub(crate) holdings: Vec<AccountHolding>,
    pub(crate) settled_cash: Option<Exact>,
    #[serde(default)]
    pub(crate) open_orders: Vec<OpenOrder>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct OpenOrder {
    pub(crate) ticker: String,
    #[serde(alias = "action")]
    pub(crate) side: String,
    pub(crate) quantity: Exact,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct AccountHolding {
    pub(crate) ticker: String,
    pub(crate) lots: Vec<Lot>,
    pub(crate) value_usd: Option<Exact>,
}

/// A holding of the short form, which also describes its security.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Holding {
    pub(crate) lots: Vec<Lot>,
    pub(crate) value_usd: Option<Exact>,
    pub(crate) ticker: String,
    pub(crate) asset_class: Option<String>,
    pub(crate) current_price: Option<Exact>,
    pub(crate) price_as_of: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) sector: Option<String>,
    pub(crate) industries: Option<Vec<String>>,
    pub(crate) esg_score: Option<String>,
    pub(crate) spread_bps: Option<Exact>,
    pub(crate) commission: Option<Exact>,
    pub(crate) impact_coefficient: Option<Exact>,
    pub(crate) quantity_increment: Option<Exact>,
    pub(crate) expense_ratio: Option<Exact>,
    pub(crate) average_daily_volume_usd: Option<Exact>,
    pub(crate) identical_group: Option<String>,
    pub(crate) pays_dividends: Option<bool>,
    pub(crate) buyable: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Lot {
    pub(crate) lot_id: String,
    pub(crate) quantity: Exact,
    pub(crate) acquisition_date: Option<String>,
    pub(crate) cost_basis_per_share: Exact,
    pub(crate) lot_type: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Security {
    pub(crate) ticker: String,
    pub(crate) asset_class: Option<String>,
    pub(crate) current_price: Option<Exact>,
    pub(crate) price_as_of: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) sector: Option<String>,
    pub(crate) industries: Option<Vec<String>>,
    pub(crate) esg_score: Option<String>,
    pub(crate) spread_bps: Option<Exact>,
    pub(crate) commission: Option<Exact>,
    pub(crate) impact_coefficient: Option<Exact>,
    pub(crate) quantity_increment: Option<Exact>,
    pub(crate) expense_ratio: Option<Exact>,
    pub(crate) average_daily_volume_usd: Option<Exact>,
    pub(crate) identical_group: Option<String>,
    pub(crate) pays_dividends: Option<bool>,
    pub(crate) buyable: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Transaction {
    pub(crate) date: String,
    pub(crate) account_id: Option<String>,
    pub(crate) ticker: String,
    pub(crate) identical_group: Option<String>,
    pub(crate) action: String,
    pub(crate) quantity: Exact,
    pub(crate) price: Exact,
    pub(crate) realized_gain: Option<Exact>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct AssetLocation {
    #[serde(default)]
    pub(crate) enabled: bool,
    #[serde(default)]
    pub(crate) tax_drag: Entries<Exact>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Monitoring {
    pub(crate) volatility: Option<Exact>,
    pub(crate) user_score: Option<Exact>,
    pub(crate) last_rebalance: Option<String>,
    pub(crate) tau: Option<Tau>,
    #[serde(default)]
    pub(crate) bands: Entries<Band>,
    pub(crate) trade_to: Option<String>,
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
#[serde(deny_unknown_fields, remote = "Self")]
pub(crate) struct Policy {
    pub(crate) price_collar_pct: Option<Exact>,
    pub(crate) price_age_max_minutes: Option<Exact>,
    pub(crate) order_notional_max: Option<Exact>,
    pub(crate) orders_max: Option<u32>,
    #[serde(default)]
    pub(crate) restricted: Vec<String>,
}
