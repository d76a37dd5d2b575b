//! Which tokens cannot both be meant.
//!
//! In: the tokens of one document. Out: each pair that contradicts itself, by name. Two tokens
//! contradict when they set one thing to two values, or when one forbids what the other asks for.
//! Whether wishes can be kept *together on this portfolio* is for the optimiser to find out.

use super::Token;

/// Two tokens that cannot both be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Place of the first in the list.
    pub first: usize,
    /// Place of the second in the list.
    pub second: usize,
}

/// All contradicting pairs, in the order of the list.
#[must_use]
pub fn contradictions(tokens: &[Token]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for (second, b) in tokens.iter().enumerate() {
        for (first, a) in tokens[..second].iter().enumerate() {
            if a != b && (same_setting(a, b) || forbids(a, b) || forbids(b, a)) {
                found.push(Contradiction { first, second });
            }
        }
    }
    found
}

/// Whether both set the same thing (to different values, since they differ).
fn same_setting(a: &Token, b: &Token) -> bool {
    use Token as T;
    match (a, b) {
        (T::HarvestLossesUpTo(_), T::HarvestLossesUpTo(_))
        | (T::MaintainCashBalance(_), T::MaintainCashBalance(_))
        | (T::MaxDailyTradeVolumePct(_), T::MaxDailyTradeVolumePct(_))
        | (T::EsgMinimumScore(_), T::EsgMinimumScore(_))
        | (T::MaxConcentrationPct(_), T::MaxConcentrationPct(_))
        | (T::MaxSectorExposurePct(_), T::MaxSectorExposurePct(_))
        | (T::VolatilityCapPct(_), T::VolatilityCapPct(_))
        | (T::AvoidTradesBelow(_), T::AvoidTradesBelow(_))
        | (T::MinHoldingMonths(_), T::MinHoldingMonths(_))
        | (T::MinHoldingMonthsUnlessNecessary(_), T::MinHoldingMonthsUnlessNecessary(_))
        | (T::ExecuteBetween(..), T::ExecuteBetween(..))
        | (T::MaxRealizedGains(_), T::MaxRealizedGains(_))
        | (T::MaxTax(_), T::MaxTax(_))
        | (T::Priorities(_), T::Priorities(_)) => true,
        (T::ConcentrateUpTo(_, x), T::ConcentrateUpTo(_, y)) => x == y,
        (T::MaxSectorExposurePctIn(_, x), T::MaxSectorExposurePctIn(_, y)) => {
            x.replace('_', " ") == y.replace('_', " ")
        }
        (T::MaxTradeFrequency(_, x), T::MaxTradeFrequency(_, y)) => x == y,
        _ => false,
    }
}

/// Whether `a` forbids what `b` asks for.
fn forbids(a: &Token, b: &Token) -> bool {
    match (a, b) {
        (Token::DoNotBuyTicker(x), Token::PreferTicker(y))
        | (Token::DoNotSellLot(x), Token::SellLotFirst(y)) => x == y,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn pairs(texts: &[&str]) -> Vec<(usize, usize)> {
        let tokens: Vec<Token> = texts.iter().map(|t| parse(t).unwrap()).collect();
        contradictions(&tokens).into_iter().map(|c| (c.first, c.second)).collect()
    }

    #[test]
    fn one_setting_with_two_numbers() {
        assert_eq!(
            pairs(&["maintain_cash_balance_of_1_usd", "no_sells", "maintain_cash_balance_of_2_usd"]),
            [(0, 2)]
        );
        assert_eq!(pairs(&["max_tax_1_usd", "max_tax_1.0_usd"]), []);
        assert_eq!(
            pairs(&["concentrate_up_to_5_pct_in_ticker_A", "concentrate_up_to_6_pct_in_ticker_B"]),
            []
        );
    }

    #[test]
    fn asking_for_what_is_forbidden() {
        assert_eq!(pairs(&["prefer_ticker_A", "do_not_buy_ticker_A"]), [(0, 1)]);
        assert_eq!(pairs(&["sell_lot_first_L", "do_not_sell_lot_L"]), [(0, 1)]);
        assert_eq!(pairs(&["avoid_short_term_gains", "minimize_short_term_gains"]), []);
    }
}
