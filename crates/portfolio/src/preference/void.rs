//! Which tokens come to nothing beside another.
//!
//! In: the tokens of one document and, where there is one, its securities and lots. Out: each token that
//! another makes void: one that asks for what the other rules out, or that forbids what the other forbids
//! already. These are told and not refused, as a plan can keep both to the letter. The invariant is that
//! no pair of [`super::contradiction`] is among them.

use super::{Industry, Period, Token};
use crate::household::{Security, SecurityKind};

/// A token that comes to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// Its place in the list.
    pub token: usize,
    /// The place of the one that makes it void.
    pub by: usize,
    /// How.
    pub how: How,
}

/// How a token comes to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It asks for what the other rules out.
    RuledOut,
    /// The other asks for as much, or more.
    Implied,
}

/// What is known of the names in tokens: nothing without a document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The securities of the document.
    pub securities: &'a [Security],
    /// Each lot with its ticker.
    pub lots: &'a [(&'a str, &'a str)],
}

/// All tokens that come to nothing, in the order of the list; each once, by the first that makes it so.
///
/// # Source
/// interface.md, "Preference tokens"; model.md, the rows of the tokens' rules.
#[must_use]
pub fn voids(tokens: &[Token], known: &Known<'_>) -> Vec<Void> {
    let by_another = |(token, of): (usize, &Token)| {
        let others = tokens.iter().enumerate().filter(|(by, other)| *by != token && *other != of);
        let ruled_out = others.clone().find(|(_, other)| rules_out(other, of, known));
        let implied = || others.clone().find(|(_, other)| implies(other, of, known));
        match (ruled_out, implied()) {
            (Some((by, _)), _) => Some(Void { token, by, how: How::RuledOut }),
            (None, Some((by, _))) => Some(Void { token, by, how: How::Implied }),
            (None, None) => None,
        }
    };
    tokens.iter().enumerate().filter_map(by_another).collect()
}

impl Known<'_> {
    fn security(&self, ticker: &str) -> Option<&Security> {
        self.securities.iter().find(|s| s.ticker == ticker)
    }

    fn is_lot_of(&self, lot: &str, ticker: &str) -> bool {
        self.lots.iter().any(|(name, of)| *name == lot && *of == ticker)
    }

    fn is_of_class(&self, ticker: &str, class: &str) -> bool {
        self.security(ticker).is_some_and(|s| spaced(&s.asset_class) == spaced(class))
    }
}

/// Whether what `b` asks for can't come about beside `a`.
fn rules_out(a: &Token, b: &Token, known: &Known<'_>) -> bool {
    use Token as T;
    match (a, b) {
        (T::NoSells, T::SellLotFirst(_) | T::HarvestLossesUpTo(_)) => true,
        (T::MaxDailyTradeVolumePct(n), T::SellLotFirst(_) | T::HarvestLossesUpTo(_) | T::PreferTicker(_)) => {
            n.is_zero()
        }
        (T::DoNotSellTicker(ticker), T::SellLotFirst(lot)) => known.is_lot_of(lot, ticker),
        (T::AvoidAssetClass(class), T::PreferTicker(ticker)) => known.is_of_class(ticker, class),
        (T::EsgMinimumScore(least), T::PreferTicker(ticker)) => {
            known.security(ticker).is_some_and(|s| s.esg.is_none_or(|rating| rating < *least))
        }
        (T::Exclude(industries), T::PreferTicker(ticker)) => {
            let industry = |name: &String| industries.iter().any(|i| excludes(*i, name));
            known.security(ticker).is_some_and(|s| s.industries.iter().any(industry))
        }
        (T::ConcentrateUpTo(n, capped), T::PreferTicker(ticker) | T::AlwaysHoldTicker(ticker)) => {
            n.is_zero() && capped == ticker
        }
        (T::MaxConcentrationPct(n), T::PreferTicker(ticker) | T::AlwaysHoldTicker(ticker)) => {
            n.is_zero() && known.security(ticker).is_some_and(|s| s.kind == SecurityKind::Stock)
        }
        _ => false,
    }
}

/// Whether `a` forbids already whatever `b` would.
fn implies(a: &Token, b: &Token, known: &Known<'_>) -> bool {
    use Token as T;
    match (a, b) {
        (
            T::NoSells,
            T::MinimizeShortTermGains
            | T::AvoidShortTermGains
            | T::PrioritizeQualifiedDividends
            | T::DoNotSellTicker(_)
            | T::DoNotSellLot(_)
            | T::MinHoldingMonths(_)
            | T::MinHoldingMonthsUnlessNecessary(_)
            | T::MaxRealizedGains(_),
        )
        | (T::AvoidShortTermGains, T::MinimizeShortTermGains)
        | (T::Priorities(_), T::ImpactInvestingFocus) => true,
        (T::DoNotSellTicker(ticker), T::DoNotSellLot(lot)) => known.is_lot_of(lot, ticker),
        (T::MinHoldingMonths(hard), T::MinHoldingMonthsUnlessNecessary(wish)) => wish <= hard,
        (T::AvoidAssetClass(class), T::DoNotBuyTicker(ticker)) => known.is_of_class(ticker, class),
        (T::Exclude(a), T::Exclude(b)) => b.iter().all(|i| a.iter().any(|j| excludes(*j, i.word()))),
        (T::MaxTradeFrequency(n, long), T::MaxTradeFrequency(m, short)) => m >= n && lies_in(*short, *long),
        _ => false,
    }
}

/// Whether an industry that is excluded covers the one of this name.
fn excludes(excluded: Industry, name: &str) -> bool {
    excluded.word() == name || (excluded == Industry::FossilFuels && name == Industry::ThermalCoal.word())
}

/// Whether every span of the one lies in a single span of the other; a week may lie in two months.
fn lies_in(short: Period, long: Period) -> bool {
    use Period::{Day, Month, Quarter, Week, Year};
    matches!((short, long), (Day, Week | Month | Quarter | Year) | (Month, Quarter | Year) | (Quarter, Year))
}

fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::super::grammar::EXAMPLES;
    use super::super::{contradiction::contradictions, parse};
    use super::*;

    const DOCUMENT: &str = r#"{"as_of": "2026-11-20", "cash": 100, "target_allocation": {"Real Estate": 1},
        "holdings": [{"ticker": "VNQ", "asset_class": "Real Estate", "kind": "stock", "current_price": 10, "esg_score": "BB",
            "lots": [{"lot_id": "L2", "quantity": 1, "cost_basis_per_share": 9}]}],
        "securities": [{"ticker": "XOM", "asset_class": "Stocks", "kind": "stock", "current_price": 10,
            "industries": ["thermal_coal"]}]}"#;

    /// (token, by, how) of a list, in a document with lot L2 of VNQ.
    fn found(texts: &[&str]) -> Vec<(usize, usize, How)> {
        let document = crate::read(DOCUMENT).unwrap();
        let tokens: Vec<Token> = texts.iter().map(|t| parse(t).unwrap()).collect();
        let known = Known { securities: &document.securities, lots: &[("L2", "VNQ")] };
        voids(&tokens, &known).into_iter().map(|v| (v.token, v.by, v.how)).collect()
    }

    #[test]
    fn what_is_ruled_out_by_another_token() {
        for (asks, by) in [
            ("sell_lot_first_L2", "no_sells"),
            ("harvest_losses_up_to_3000_usd", "no_sells"),
            ("sell_lot_first_L2", "do_not_sell_ticker_VNQ"),
            ("prefer_ticker_VNQ", "avoid_asset_class_Real_Estate"),
            ("prefer_ticker_VNQ", "esg_minimum_score_BBB"),
            ("prefer_ticker_XOM", "esg_minimum_score_CCC"), // unrated
            ("prefer_ticker_XOM", "exclude_fossil_fuels"),
            ("prefer_ticker_VNQ", "concentrate_up_to_0_pct_in_ticker_VNQ"),
            ("always_hold_ticker_VNQ", "max_concentration_pct_0"),
            ("harvest_losses_up_to_5_usd", "max_daily_trade_volume_pct_0"),
        ] {
            assert_eq!(found(&[asks, by]), [(0, 1, How::RuledOut)], "{asks} {by}");
            assert_eq!(found(&[by, asks]), [(1, 0, How::RuledOut)], "{by} {asks}");
        }
    }

    #[test]
    fn what_another_token_implies() {
        for (void, by) in [
            ("minimize_short_term_gains", "avoid_short_term_gains"),
            ("do_not_sell_lot_L2", "do_not_sell_ticker_VNQ"),
            ("do_not_sell_lot_L2", "no_sells"),
            ("min_holding_months_6_unless_necessary", "min_holding_months_6"),
            ("do_not_buy_ticker_VNQ", "avoid_asset_class_Real_Estate"),
            ("exclude_thermal_coal", "exclude_fossil_fuels_tobacco"),
            ("max_trade_frequency_2_per_month", "max_trade_frequency_1_per_quarter"),
            ("impact_investing_focus", "priorities_tax_drift_cost_esg"),
        ] {
            assert_eq!(found(&[void, by]), [(0, 1, How::Implied)], "{void} {by}");
        }
    }

    #[test]
    fn what_can_be_kept_together_is_not_told() {
        for pair in [
            ["sell_lot_first_L2", "do_not_sell_ticker_XOM"],
            ["prefer_ticker_XOM", "avoid_asset_class_Real_Estate"],
            ["prefer_ticker_VNQ", "esg_minimum_score_BB"],
            ["min_holding_months_6", "min_holding_months_13_unless_necessary"],
            ["max_trade_frequency_1_per_month", "max_trade_frequency_1_per_week"],
            ["always_hold_ticker_VNQ", "do_not_buy_ticker_VNQ"],
            ["max_concentration_pct_5", "concentrate_up_to_10_pct_in_ticker_VNQ"],
            ["max_sector_exposure_pct_25", "max_sector_exposure_pct_30_in_Technology"],
        ] {
            assert_eq!(found(&pair), [], "{pair:?}");
        }
    }

    /// Over the whole grammar: no token is void by itself, and a contradiction is not told twice.
    #[test]
    fn the_grammar_holds_no_surprises() {
        let tokens: Vec<Token> = EXAMPLES.iter().map(|e| parse(e).unwrap()).collect();
        for token in &tokens {
            assert_eq!(voids(&[token.clone(), token.clone()], &Known::default()), []);
            for other in &tokens {
                let pair = [token.clone(), other.clone()];
                let refused = !contradictions(&pair).is_empty();
                assert!(!refused || voids(&pair, &Known::default()).is_empty(), "{pair:?}");
            }
        }
    }
}
