//! What does the investor wish: the tokens of interface.md, and what they set.
//!
//! In: token texts. Out: [`Token`]s (grammar in [`grammar`]), checked against each other
//! ([`contradiction`], and [`void`] for those that come to nothing) and, against a document's names, resolved into [`Wishes`]
//! ([`wishes`]). A token's `Display` is the token again. What an investor's own words mean is for `propose` to say.

pub mod contradiction;
pub mod explained;
pub mod grammar;
pub mod void;
pub mod wishes;

use std::collections::BTreeSet;
use std::fmt;

use rust_decimal::Decimal;

pub use grammar::{TokenError, parse};
pub use wishes::{Names, Wishes};

use crate::household::Rating;

/// One preference token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// `minimize_short_term_gains`
    MinimizeShortTermGains,
    /// `avoid_short_term_gains`
    AvoidShortTermGains,
    /// `harvest_losses_up_to_H_usd`
    HarvestLossesUpTo(Decimal),
    /// `prioritize_qualified_dividends`
    PrioritizeQualifiedDividends,
    /// `maintain_cash_balance_of_X_usd`
    MaintainCashBalance(Decimal),
    /// `max_daily_trade_volume_pct_N`
    MaxDailyTradeVolumePct(Decimal),
    /// `esg_minimum_score_R`
    EsgMinimumScore(Rating),
    /// `exclude_X_Y`
    Exclude(BTreeSet<Industry>),
    /// `impact_investing_focus`
    ImpactInvestingFocus,
    /// `prefer_etfs_over_mutual_funds`
    PreferEtfsOverMutualFunds,
    /// `do_not_sell_ticker_T`
    DoNotSellTicker(String),
    /// `do_not_buy_ticker_T`
    DoNotBuyTicker(String),
    /// `always_hold_ticker_T`
    AlwaysHoldTicker(String),
    /// `concentrate_up_to_N_pct_in_ticker_T`
    ConcentrateUpTo(Decimal, String),
    /// `max_concentration_pct_N`
    MaxConcentrationPct(Decimal),
    /// `max_sector_exposure_pct_N`
    MaxSectorExposurePct(Decimal),
    /// `max_sector_exposure_pct_N_in_S`
    MaxSectorExposurePctIn(Decimal, String),
    /// `avoid_asset_class_C`
    AvoidAssetClass(String),
    /// `volatility_cap_pct_N`
    VolatilityCapPct(Decimal),
    /// `minimize_total_commissions`
    MinimizeTotalCommissions,
    /// `avoid_trades_below_M_usd`
    AvoidTradesBelow(Decimal),
    /// `min_holding_months_N`
    MinHoldingMonths(u32),
    /// `min_holding_months_N_unless_necessary`
    MinHoldingMonthsUnlessNecessary(u32),
    /// `max_trade_frequency_N_per_P`
    MaxTradeFrequency(u32, Period),
    /// `execute_between_HHMM_HHMM_ET`, minutes after midnight
    ExecuteBetween(u16, u16),
    /// `prefer_ticker_T`
    PreferTicker(String),
    /// `sell_lot_first_L`
    SellLotFirst(String),
    /// `do_not_sell_lot_L`
    DoNotSellLot(String),
    /// `no_sells`
    NoSells,
    /// `max_realized_gains_X_usd`
    MaxRealizedGains(Decimal),
    /// `max_tax_X_usd`
    MaxTax(Decimal),
    /// `priorities_A_B_C_D`, most important first
    Priorities([Goal; 4]),
}

/// An industry that may be excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Industry {
    FossilFuels,
    ThermalCoal,
    Tobacco,
    Weapons,
    Alcohol,
    Gambling,
    AdultEntertainment,
    NuclearPower,
    PrivatePrisons,
    AnimalTesting,
}

impl Industry {
    /// All industries with their words.
    pub const ALL: [(Industry, &'static str); 10] = [
        (Industry::FossilFuels, "fossil_fuels"),
        (Industry::ThermalCoal, "thermal_coal"),
        (Industry::Tobacco, "tobacco"),
        (Industry::Weapons, "weapons"),
        (Industry::Alcohol, "alcohol"),
        (Industry::Gambling, "gambling"),
        (Industry::AdultEntertainment, "adult_entertainment"),
        (Industry::NuclearPower, "nuclear_power"),
        (Industry::PrivatePrisons, "private_prisons"),
        (Industry::AnimalTesting, "animal_testing"),
    ];

    /// Its word in a token.
    #[must_use]
    pub fn word(self) -> &'static str {
        Industry::ALL[self as usize].1
    }
}

/// A term of the objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Goal {
    Drift,
    Cost,
    Tax,
    Esg,
}

impl Goal {
    /// All goals with their words.
    pub const ALL: [(Goal, &'static str); 4] =
        [(Goal::Drift, "drift"), (Goal::Cost, "cost"), (Goal::Tax, "tax"), (Goal::Esg, "esg")];

    fn word(self) -> &'static str {
        Goal::ALL[self as usize].1
    }
}

/// A span of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    /// All periods with their words.
    pub const ALL: [(Period, &'static str); 5] = [
        (Period::Day, "day"),
        (Period::Week, "week"),
        (Period::Month, "month"),
        (Period::Quarter, "quarter"),
        (Period::Year, "year"),
    ];

    /// Its word in a token.
    #[must_use]
    pub fn word(self) -> &'static str {
        Period::ALL[self as usize].1
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::MinimizeShortTermGains => f.write_str("minimize_short_term_gains"),
            Token::AvoidShortTermGains => f.write_str("avoid_short_term_gains"),
            Token::HarvestLossesUpTo(x) => write!(f, "harvest_losses_up_to_{x}_usd"),
            Token::PrioritizeQualifiedDividends => f.write_str("prioritize_qualified_dividends"),
            Token::MaintainCashBalance(x) => write!(f, "maintain_cash_balance_of_{x}_usd"),
            Token::MaxDailyTradeVolumePct(x) => write!(f, "max_daily_trade_volume_pct_{x}"),
            Token::EsgMinimumScore(r) => write!(f, "esg_minimum_score_{r}"),
            Token::Exclude(set) => {
                f.write_str("exclude")?;
                set.iter().try_for_each(|i| write!(f, "_{}", i.word()))
            }
            Token::ImpactInvestingFocus => f.write_str("impact_investing_focus"),
            Token::PreferEtfsOverMutualFunds => f.write_str("prefer_etfs_over_mutual_funds"),
            Token::DoNotSellTicker(t) => write!(f, "do_not_sell_ticker_{t}"),
            Token::DoNotBuyTicker(t) => write!(f, "do_not_buy_ticker_{t}"),
            Token::AlwaysHoldTicker(t) => write!(f, "always_hold_ticker_{t}"),
            Token::ConcentrateUpTo(x, t) => write!(f, "concentrate_up_to_{x}_pct_in_ticker_{t}"),
            Token::MaxConcentrationPct(x) => write!(f, "max_concentration_pct_{x}"),
            Token::MaxSectorExposurePct(x) => write!(f, "max_sector_exposure_pct_{x}"),
            Token::MaxSectorExposurePctIn(x, s) => write!(f, "max_sector_exposure_pct_{x}_in_{s}"),
            Token::AvoidAssetClass(c) => write!(f, "avoid_asset_class_{c}"),
            Token::VolatilityCapPct(x) => write!(f, "volatility_cap_pct_{x}"),
            Token::MinimizeTotalCommissions => f.write_str("minimize_total_commissions"),
            Token::AvoidTradesBelow(x) => write!(f, "avoid_trades_below_{x}_usd"),
            Token::MinHoldingMonths(n) => write!(f, "min_holding_months_{n}"),
            Token::MinHoldingMonthsUnlessNecessary(n) => {
                write!(f, "min_holding_months_{n}_unless_necessary")
            }
            Token::MaxTradeFrequency(n, p) => write!(f, "max_trade_frequency_{n}_per_{}", p.word()),
            Token::ExecuteBetween(from, to) => {
                write!(f, "execute_between_{:02}{:02}_{:02}{:02}_ET", from / 60, from % 60, to / 60, to % 60)
            }
            Token::PreferTicker(t) => write!(f, "prefer_ticker_{t}"),
            Token::SellLotFirst(l) => write!(f, "sell_lot_first_{l}"),
            Token::DoNotSellLot(l) => write!(f, "do_not_sell_lot_{l}"),
            Token::NoSells => f.write_str("no_sells"),
            Token::MaxRealizedGains(x) => write!(f, "max_realized_gains_{x}_usd"),
            Token::MaxTax(x) => write!(f, "max_tax_{x}_usd"),
            Token::Priorities(goals) => {
                f.write_str("priorities")?;
                goals.iter().try_for_each(|g| write!(f, "_{}", g.word()))
            }
        }
    }
}
