//! What the tokens set, with their names resolved against one document.
//!
//! In: tokens and the names that a document knows. Out: [`Wishes`], in which every ticker, lot,
//! class and sector is one that exists; or every name that does not, with the nearest one.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::{Decimal, dec};

use super::{Goal, Industry, Period, Token};
use crate::household::Rating;
use crate::nearest::hint;

/// The settings that a document's tokens make.
#[derive(Debug, Clone, PartialEq)]
pub struct Wishes {
    /// Short-term gains only after every other lot of the position.
    pub short_term_last: bool,
    /// No short-term gain at all.
    pub short_term_forbidden: bool,
    /// H: losses wished to be harvested, USD.
    pub harvest_usd: Decimal,
    /// Dividend payers are held for more than 60 days.
    pub qualified_dividends: bool,
    /// Household cash after the plan, USD.
    pub cash_buffer_usd: Decimal,
    /// Largest turnover of a day as a part of V.
    pub turnover_max: Option<Decimal>,
    /// Lowest rating that is bought.
    pub esg_minimum: Option<Rating>,
    /// Industries that are not bought (thermal coal comes with fossil fuels).
    pub excluded: BTreeSet<Industry>,
    /// λ_E gets its default.
    pub impact_focus: bool,
    /// Funds are bought only where no ETF of the class can be.
    pub prefer_etfs: bool,
    /// Securities (indices) that are not sold.
    pub do_not_sell: BTreeSet<usize>,
    /// Securities that are not bought.
    pub do_not_buy: BTreeSet<usize>,
    /// Securities of which at least 1 USD stays.
    pub always_hold: BTreeSet<usize>,
    /// Largest weight per security.
    pub security_caps: BTreeMap<usize, Decimal>,
    /// Largest weight of any stock.
    pub stock_cap: Option<Decimal>,
    /// Largest weight of any sector.
    pub sector_cap: Option<Decimal>,
    /// Largest weight of a sector by name (with spaces).
    pub sector_caps: BTreeMap<String, Decimal>,
    /// Classes that are not bought.
    pub avoided_classes: BTreeSet<String>,
    /// Largest annualised volatility.
    pub volatility_cap: Option<Decimal>,
    /// λ_C times 10.
    pub minimize_commissions: bool,
    /// Smallest notional of an order, USD (1 by default).
    pub order_minimum_usd: Decimal,
    /// Months that a lot has to be held.
    pub holding_months_min: Option<u32>,
    /// The same, but lifted where a class would stay outside its band.
    pub holding_months_wish: Option<u32>,
    /// Most rebalances per period.
    pub frequency: Vec<(u32, Period)>,
    /// Trading window, minutes after midnight, US Eastern.
    pub window: Option<(u16, u16)>,
    /// Securities preferred within their class.
    pub preferred: BTreeSet<usize>,
    /// Lots (indices) sold before others of their position.
    pub first_lots: BTreeSet<usize>,
    /// Lots that are not sold.
    pub kept_lots: BTreeSet<usize>,
    /// Nothing is sold.
    pub no_sells: bool,
    /// Most net gain that the plan may realise, USD.
    pub gains_max_usd: Option<Decimal>,
    /// Most tax that the plan may cause, USD.
    pub tax_max_usd: Option<Decimal>,
    /// Order of the goals.
    pub priorities: Option<[Goal; 4]>,
}

impl Default for Wishes {
    fn default() -> Self {
        Wishes {
            short_term_last: false,
            short_term_forbidden: false,
            harvest_usd: Decimal::ZERO,
            qualified_dividends: false,
            cash_buffer_usd: Decimal::ZERO,
            turnover_max: None,
            esg_minimum: None,
            excluded: BTreeSet::new(),
            impact_focus: false,
            prefer_etfs: false,
            do_not_sell: BTreeSet::new(),
            do_not_buy: BTreeSet::new(),
            always_hold: BTreeSet::new(),
            security_caps: BTreeMap::new(),
            stock_cap: None,
            sector_cap: None,
            sector_caps: BTreeMap::new(),
            avoided_classes: BTreeSet::new(),
            volatility_cap: None,
            minimize_commissions: false,
            order_minimum_usd: dec!(1),
            holding_months_min: None,
            holding_months_wish: None,
            frequency: Vec::new(),
            window: None,
            preferred: BTreeSet::new(),
            first_lots: BTreeSet::new(),
            kept_lots: BTreeSet::new(),
            no_sells: false,
            gains_max_usd: None,
            tax_max_usd: None,
            priorities: None,
        }
    }
}

/// The names that tokens may refer to.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// Tickers in the order of the securities.
    pub tickers: &'a [&'a str],
    /// Lot names in the order of the lots.
    pub lots: &'a [&'a str],
    /// Asset classes.
    pub classes: &'a [&'a str],
    /// Sectors.
    pub sectors: &'a [&'a str],
}

/// A token that names something unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// Place of the token in the list.
    pub token: usize,
    /// What is unknown, e.g. "ticker `AAPLE` is not in this document".
    pub message: String,
    /// The nearest name.
    pub hint: String,
}

impl Wishes {
    /// Resolves `tokens` against `names`.
    ///
    /// # Errors
    /// Every token that names something the document does not know.
    pub fn resolve(tokens: &[Token], names: &Names<'_>) -> Result<Wishes, Vec<UnknownName>> {
        let mut wishes = Wishes::default();
        let mut unknown = Vec::new();
        for (place, token) in tokens.iter().enumerate() {
            if let Err((message, hint)) = wishes.set(token, names) {
                unknown.push(UnknownName { token: place, message, hint });
            }
        }
        if wishes.excluded.contains(&Industry::FossilFuels) {
            wishes.excluded.insert(Industry::ThermalCoal);
        }
        if unknown.is_empty() { Ok(wishes) } else { Err(unknown) }
    }

    fn set(&mut self, token: &Token, names: &Names<'_>) -> Result<(), (String, String)> {
        let pct = |n: &Decimal| n / dec!(100);
        let ticker = |t: &String| find("ticker", t, names.tickers);
        let lot = |l: &String| find("lot", l, names.lots);
        match token {
            Token::MinimizeShortTermGains => self.short_term_last = true,
            Token::AvoidShortTermGains => self.short_term_forbidden = true,
            Token::HarvestLossesUpTo(x) => self.harvest_usd = *x,
            Token::PrioritizeQualifiedDividends => self.qualified_dividends = true,
            Token::MaintainCashBalance(x) => self.cash_buffer_usd = *x,
            Token::MaxDailyTradeVolumePct(n) => self.turnover_max = Some(pct(n)),
            Token::EsgMinimumScore(r) => self.esg_minimum = Some(*r),
            Token::Exclude(set) => self.excluded.extend(set),
            Token::ImpactInvestingFocus => self.impact_focus = true,
            Token::PreferEtfsOverMutualFunds => self.prefer_etfs = true,
            Token::DoNotSellTicker(t) => drop(self.do_not_sell.insert(ticker(t)?)),
            Token::DoNotBuyTicker(t) => drop(self.do_not_buy.insert(ticker(t)?)),
            Token::AlwaysHoldTicker(t) => drop(self.always_hold.insert(ticker(t)?)),
            Token::ConcentrateUpTo(n, t) => drop(self.security_caps.insert(ticker(t)?, pct(n))),
            Token::MaxConcentrationPct(n) => self.stock_cap = Some(pct(n)),
            Token::MaxSectorExposurePct(n) => self.sector_cap = Some(pct(n)),
            Token::MaxSectorExposurePctIn(n, s) => {
                let sector = names.sectors[find("sector", s, names.sectors)?].replace('_', " ");
                self.sector_caps.insert(sector, pct(n));
            }
            Token::AvoidAssetClass(c) => {
                let class = names.classes[find("asset class", c, names.classes)?];
                self.avoided_classes.insert(class.to_owned());
            }
            Token::VolatilityCapPct(n) => self.volatility_cap = Some(pct(n)),
            Token::MinimizeTotalCommissions => self.minimize_commissions = true,
            Token::AvoidTradesBelow(x) => self.order_minimum_usd = *x,
            Token::MinHoldingMonths(n) => self.holding_months_min = Some(*n),
            Token::MinHoldingMonthsUnlessNecessary(n) => self.holding_months_wish = Some(*n),
            Token::MaxTradeFrequency(n, p) => self.frequency.push((*n, *p)),
            Token::ExecuteBetween(from, to) => self.window = Some((*from, *to)),
            Token::PreferTicker(t) => drop(self.preferred.insert(ticker(t)?)),
            Token::SellLotFirst(l) => drop(self.first_lots.insert(lot(l)?)),
            Token::DoNotSellLot(l) => drop(self.kept_lots.insert(lot(l)?)),
            Token::NoSells => self.no_sells = true,
            Token::MaxRealizedGains(x) => self.gains_max_usd = Some(*x),
            Token::MaxTax(x) => self.tax_max_usd = Some(*x),
            Token::Priorities(goals) => self.priorities = Some(*goals),
        }
        Ok(())
    }
}

/// Index of a name, exact or with `_` for a space.
fn find(what: &str, name: &str, known: &[&str]) -> Result<usize, (String, String)> {
    let spaced = |s: &str| s.replace('_', " ");
    known
        .iter()
        .position(|k| *k == name)
        .or_else(|| known.iter().position(|k| spaced(k) == spaced(name)))
        .ok_or_else(|| {
            (format!("{what} `{name}` is not in this document"), hint(name, known.iter().copied()))
        })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const NAMES: Names<'static> = Names {
        tickers: &["VTI", "AAPL"],
        lots: &["L1"],
        classes: &["Real Estate"],
        sectors: &["Information Technology"],
    };

    fn resolve(texts: &[&str]) -> Result<Wishes, Vec<UnknownName>> {
        let tokens: Vec<Token> = texts.iter().map(|t| parse(t).unwrap()).collect();
        Wishes::resolve(&tokens, &NAMES)
    }

    #[test]
    fn names_match_with_underscores_for_spaces() {
        let wishes = resolve(&[
            "avoid_asset_class_Real_Estate",
            "max_sector_exposure_pct_30_in_Information_Technology",
            "exclude_fossil_fuels",
        ])
        .unwrap();
        assert!(wishes.avoided_classes.contains("Real Estate"));
        assert_eq!(wishes.sector_caps["Information Technology"], dec!(0.3));
        assert!(wishes.excluded.contains(&Industry::ThermalCoal));
    }

    #[test]
    fn all_unknown_names_are_reported_with_the_nearest() {
        let unknown = resolve(&["do_not_sell_ticker_AAPLE", "no_sells", "sell_lot_first_X9"]).unwrap_err();
        assert_eq!(unknown.len(), 2);
        assert_eq!(unknown[0].message, "ticker `AAPLE` is not in this document");
        assert_eq!(unknown[0].hint, "did you mean `AAPL`?");
        assert_eq!(unknown[1].token, 2);
    }
}
