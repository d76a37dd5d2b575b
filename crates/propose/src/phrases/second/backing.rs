//! Do the words hold what the token says: every figure, and every name.
//!
//! In: a token of a model and the words that it says it is from. Out: nothing, or what the words lack. Invariant: a figure or a name
//! that the words do not hold backs no token. What has neither (`no_sells`) and what kind of wish it is can't be
//! checked here: that is for the person who is shown both.

use portfolio::{Decimal, Token};

use crate::phrases::items::Value;
use crate::phrases::names::Lookup;
use crate::phrases::{lexemes, words};

/// Whether `said` holds the figures and names of `token`.
pub(super) fn backed(token: &Token, said: &str, lookup: &Lookup<'_>) -> Result<(), String> {
    let items = lexemes::items(&words::words(said), lookup);
    let values: Vec<&Value> = items.iter().flat_map(|item| &item.values).collect();
    let says = |value: Value| values.contains(&&value);
    let plain = |n: &Decimal| values.iter().any(|v| matches!(v, Value::Plain(said, _) if said == n));
    let need =
        |holds: bool, what: String| if holds { Ok(()) } else { Err(format!("`{said}` does not say {what}")) };
    let usd = |n: &Decimal| need(says(Value::Usd(*n)) || plain(n), format!("{n} dollars"));
    let percent = |n: &Decimal| need(says(Value::Pct(*n)) || plain(n), format!("{n} per cent"));
    let ticker = |name: &String| need(says(Value::Ticker(name.clone())), format!("`{name}`"));
    let lot = |name: &String| need(says(Value::Lot(name.clone())), format!("lot `{name}`"));
    let months = |n: u32| need(says(Value::Months(n)) || plain(&Decimal::from(n)), format!("{n} months"));
    match token {
        Token::HarvestLossesUpTo(n)
        | Token::MaintainCashBalance(n)
        | Token::AvoidTradesBelow(n)
        | Token::MaxRealizedGains(n)
        | Token::MaxTax(n) => usd(n),
        Token::MaxDailyTradeVolumePct(n)
        | Token::MaxConcentrationPct(n)
        | Token::MaxSectorExposurePct(n)
        | Token::VolatilityCapPct(n) => percent(n),
        Token::ConcentrateUpTo(n, name) => percent(n).and_then(|()| ticker(name)),
        Token::MaxSectorExposurePctIn(n, name) => percent(n).and_then(|()| {
            let spaced = name.replace('_', " ");
            let named = says(Value::Sector(name.clone())) || says(Value::Sector(spaced));
            need(named, format!("the sector `{name}`"))
        }),
        Token::AvoidAssetClass(name) => {
            let spaced = name.replace('_', " ");
            need(
                says(Value::Class(name.clone())) || says(Value::Class(spaced)),
                format!("the asset class `{name}`"),
            )
        }
        Token::EsgMinimumScore(rating) => need(says(Value::Rating(*rating)), format!("a rating of {rating}")),
        Token::DoNotSellTicker(name)
        | Token::DoNotBuyTicker(name)
        | Token::AlwaysHoldTicker(name)
        | Token::PreferTicker(name) => ticker(name),
        Token::SellLotFirst(name) | Token::DoNotSellLot(name) => lot(name),
        Token::MinHoldingMonths(n) | Token::MinHoldingMonthsUnlessNecessary(n) => months(*n),
        Token::MaxTradeFrequency(n, period) => {
            let often = says(Value::Times(*n)) || plain(&Decimal::from(*n)) || *n == 1;
            need(often && says(Value::Period(*period)), format!("{n} times a {}", period.word()))
        }
        Token::ExecuteBetween(from, to) => {
            let clock =
                |minutes: u16| values.iter().any(|v| matches!(v, Value::Clock(m, _) if *m == minutes));
            need(clock(*from) && clock(*to), "both times of day".to_owned())
        }
        // No figure and no name: what kind of wish it is, is for the person to judge. An industry has more names than are known here.
        Token::Exclude(_)
        | Token::MinimizeShortTermGains
        | Token::AvoidShortTermGains
        | Token::PrioritizeQualifiedDividends
        | Token::ImpactInvestingFocus
        | Token::PreferEtfsOverMutualFunds
        | Token::MinimizeTotalCommissions
        | Token::NoSells
        | Token::Priorities(_) => Ok(()),
    }
}
