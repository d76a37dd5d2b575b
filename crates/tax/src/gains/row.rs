//! One transaction, as a row of the file says it.
//!
//! The invariant is that a [`Row`] within [`Row::is_within_limits`] can be computed with: no
//! product of its numbers overflows a decimal.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

/// A transaction. Money is USD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file, from 1; the header is line 1.
    pub line: u64,
    /// Trade date.
    pub date: Date,
    /// Which account.
    pub account_id: String,
    /// What kind of account.
    pub account_kind: AccountKind,
    /// Whose account: another owner of the household is a spouse.
    pub owner: String,
    /// Which security.
    pub ticker: String,
    /// What happened.
    pub action: Action,
    /// Shares, > 0; of a split the ratio (2 = two for one, 0.1 = one for ten).
    pub quantity: Decimal,
    /// USD per share, >= 0; not used for a split.
    pub price: Decimal,
    /// USD, >= 0: added to the cost of a purchase, taken off the proceeds of a sale.
    pub fees: Decimal,
    /// Of a purchase the lot's name, of a sale the lot that is sold.
    pub lot_id: Option<String>,
    /// The name of a group of substantially identical securities; without it the ticker is one.
    pub identical_group: Option<String>,
}

/// What happened to a holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A purchase.
    Buy,
    /// A sale.
    Sell,
    /// A purchase with a dividend.
    Reinvest,
    /// A split of the security, by the ratio in `quantity`.
    Split,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 4] = [Self::Buy, Self::Sell, Self::Reinvest, Self::Split];

    /// The word in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Buy => "BUY",
            Self::Sell => "SELL",
            Self::Reinvest => "REINVEST",
            Self::Split => "SPLIT",
        }
    }
}

/// How an account is taxed, in the words of a portfolio document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// Gains are taxed when realised.
    Taxable,
    /// A traditional retirement account: no current gain or loss.
    Traditional,
    /// A Roth account: no current gain or loss.
    Roth,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Taxable, Self::Traditional, Self::Roth];

    /// The word in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Taxable => "taxable",
            Self::Traditional => "traditional",
            Self::Roth => "roth",
        }
    }
}

impl Row {
    /// Most shares, price, fees and split ratio with which a row is accepted.
    pub const LIMITS: [i64; 4] = [10_000_000_000, 100_000_000, 10_000_000_000, 1_000_000];

    /// Whether the numbers are in the range that can be computed with.
    #[must_use]
    pub fn is_within_limits(&self) -> bool {
        let [shares, price, fees, ratio] = Self::LIMITS.map(Decimal::from);
        let zero = Decimal::ZERO;
        let most = if self.action == Action::Split { ratio } else { shares };
        let least = if self.action == Action::Split { Decimal::ONE / ratio } else { zero };
        self.quantity > zero
            && (least..=most).contains(&self.quantity)
            && (zero..=price).contains(&self.price)
            && (zero..=fees).contains(&self.fees)
    }

    /// Quantity times price, to the cent, half to even; for rows within limits.
    #[must_use]
    pub fn notional(&self) -> Decimal {
        self.quantity.saturating_mul(self.price).round_dp(2)
    }

    /// Whether it is a purchase of what `sale` sells.
    pub(super) fn is_purchase_for(&self, sale: &Self) -> bool {
        matches!(self.action, Action::Buy | Action::Reinvest)
            && (&self.account_id, &self.ticker) == (&sale.account_id, &sale.ticker)
    }

    /// The group of identical securities that the row itself names, else its ticker.
    #[must_use]
    pub fn group_name(&self) -> &str {
        self.identical_group.as_deref().unwrap_or(&self.ticker)
    }
}
