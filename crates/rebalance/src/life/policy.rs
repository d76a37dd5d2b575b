//! What a household asks of an approval.
//!
//! In: nothing. Out: a [`Policy`], with defaults for a self-directed investor: one person, a day, and prices that moved by
//! no more than 2 %.

use portfolio::Decimal;
use rust_decimal::dec;

/// What a household asks of an approval.
///
/// # Source
/// House decision 2026-11-26: a plan is made for the prices of a day, so an offer ends after one; 2 % is about one day's
/// standard deviation of a single stock, and more than a day's move of a fund. Holdings may not move at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How long an offer stands, minutes.
    pub valid_minutes: u32,
    /// Largest move of a price since it was shown, basis points of what was shown.
    pub price_move_bps_max: Decimal,
    /// Largest move of a lot's quantity or an account's cash since it was shown, basis points of what was shown.
    pub holding_move_bps_max: Decimal,
    /// Plans that trade more than this, USD, need a second person; `None` = never.
    pub second_above_usd: Option<Decimal>,
    /// Plans that a person has edited need a second person.
    pub second_if_edited: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            valid_minutes: 24 * 60,
            price_move_bps_max: dec!(200),
            holding_move_bps_max: Decimal::ZERO,
            second_above_usd: None,
            second_if_edited: false,
        }
    }
}

impl Policy {
    /// How many people have to approve a plan that trades this much.
    #[must_use]
    pub fn approvers(&self, traded_usd: Decimal, edited: bool) -> usize {
        let large = self.second_above_usd.is_some_and(|limit| traded_usd > limit);
        if large || (edited && self.second_if_edited) { 2 } else { 1 }
    }
}
