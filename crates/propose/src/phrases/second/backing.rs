//! Do the words hold what the token says: every figure, every name, and a word of what it is about.
//!
//! In: a token of a model and the words that it says it is from. Out: nothing, or what the words lack. Invariant: a figure or a name
//! that the words do not hold backs no token, and neither do words that are not about its matter: small models answer with some
//! token whatever they are asked. Whether a wish is for or against it can't be checked here: that is for the person who is shown both.

use portfolio::preference::Industry;
use portfolio::{Decimal, Token};

use crate::phrases::items::Value;
use crate::phrases::names::Lookup;
use crate::phrases::{lexemes, words};

/// How tokens of a kind begin, and the beginnings of words of which one at least says what they are about.
const MATTERS: [(&str, &[&str]); 27] = [
    ("minimize_short_term", &["short"]),
    ("avoid_short_term", &["short"]),
    ("harvest_losses", &["loss", "lose", "harvest"]),
    ("prioritize_qualified", &["dividend"]),
    ("maintain_cash", &["cash", "liquid", "money", "buffer", "emergency", "aside", "dry powder"]),
    ("max_daily_trade", &["trad", "turnover", "volume", "churn"]),
    ("esg_minimum", &["esg", "rat", "score", "sustainab"]),
    (
        "impact_investing",
        &["impact", "esg", "sustain", "green", "ethic", "social", "responsib", "planet", "climate", "good"],
    ),
    ("prefer_etfs", &["etf", "mutual", "fund"]),
    (
        "do_not_sell_ticker",
        &["sell", "sold", "sale", "touch", "keep", "hold", "part", "let go", "get rid", "leave"],
    ),
    ("do_not_buy", &["buy", "bought", "purchas", "add", "more", "own", "want"]),
    ("always_hold", &["hold", "keep", "own", "always", "least"]),
    ("concentrate_up_to", &["most", "more", "exceed", "above", "over", "cap", "limit", "up to", "max"]),
    (
        "max_concentration",
        &["stock", "compan", "single", "position", "share", "name", "concentrat", "basket"],
    ),
    (
        "max_sector",
        &["sector", "industr", "most", "more", "exceed", "above", "over", "cap", "limit", "up to", "max"],
    ),
    ("avoid_asset_class", &["no ", "not", "never", "avoid", "without", "out", "n't", "stay", "free of"]),
    ("volatility_cap", &["volatil", "risk", "swing", "fluctuat", "vol "]),
    ("minimize_total", &["commission", "cost", "fee", "broker", "cheap"]),
    ("avoid_trades_below", &["trad", "order", "small", "penny", "worth", "bother"]),
    ("min_holding", &["hold", "held", "keep", "kept", "month", "year", "own"]),
    ("max_trade_frequency", &["trad", "rebalanc", "often", "time", "once", "twice", "every", "each"]),
    ("execute_between", &["trad", "order", "execut", "between", "from", "until", "after", "before"]),
    ("prefer_ticker", &["prefer", "rather", "instead", "favo", "like", "use", "buy"]),
    ("sell_lot_first", &["first"]),
    ("do_not_sell_lot", &["sell", "sold", "touch", "keep", "hold", "leave"]),
    ("no_sells", &["sell", "sold", "sale", "liquidat"]),
    ("max_realized_gains", &["gain", "profit"]),
];
/// The same of what is no kind by its beginning alone.
const TAX: &[&str] = &["tax", "irs", "uncle sam"];

/// What an industry is called, beyond the names that are known to the grammar.
const INDUSTRIES: [(Industry, &[&str]); 10] = [
    (Industry::FossilFuels, &["fossil", "oil", "gas", "petrol", "carbon", "drill"]),
    (Industry::ThermalCoal, &["coal"]),
    (Industry::Tobacco, &["tobacco", "cigar", "smok", "nicotine", "vap"]),
    (Industry::Weapons, &["weapon", "gun", "arms", "bomb", "defen", "militar", "missile"]),
    (
        Industry::Alcohol,
        &["alcohol", "beer", "wine", "liquor", "booze", "spirits", "drink", "brew", "distill"],
    ),
    (Industry::Gambling, &["gambl", "casino", "betting", "lotter", "slot"]),
    (Industry::AdultEntertainment, &["adult", "porn", "sex"]),
    (Industry::NuclearPower, &["nuclear", "atom", "uranium"]),
    (Industry::PrivatePrisons, &["prison", "jail", "incarcerat"]),
    (Industry::AnimalTesting, &["animal", "vivisect"]),
];

/// Whether a word of `said` begins with one of `stems`.
fn mentions(said: &str, stems: &[&str]) -> bool {
    let said = said.to_lowercase();
    stems.iter().any(|stem| {
        said.match_indices(stem).any(|(at, _)| {
            !stem.starts_with(char::is_alphanumeric) || !said[..at].ends_with(char::is_alphanumeric)
        })
    })
}

/// Whether `said` is about what `token` is about.
fn is_about(token: &Token, said: &str) -> bool {
    match token {
        Token::Exclude(industries) => industries.iter().all(|industry| {
            INDUSTRIES.iter().any(|(named, stems)| named == industry && mentions(said, stems))
        }),
        Token::MaxTax(_) => mentions(said, TAX),
        Token::Priorities(_) => {
            let goals: [&[&str]; 4] = [
                TAX,
                &["drift", "target", "allocation"],
                &["cost", "fee"],
                &["esg", "sustain", "green", "ethic"],
            ];
            goals.iter().filter(|stems| mentions(said, stems)).count() >= 2
        }
        token => {
            let written = token.to_string();
            MATTERS.iter().any(|(kind, stems)| written.starts_with(kind) && mentions(said, stems))
        }
    }
}

/// Whether `said` is about the matter of `token` and holds its figures and names.
pub(super) fn backed(token: &Token, said: &str, lookup: &Lookup<'_>) -> Result<(), String> {
    if !is_about(token, said) {
        return Err(format!("`{said}` is not about that"));
    }
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
        // No figure and no name.
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

#[cfg(test)]
mod tests {
    use portfolio::preference::grammar::EXAMPLES;
    use portfolio::preference::parse;

    use super::*;
    use crate::phrases::Known;

    #[test]
    fn every_kind_of_token_has_its_matter() {
        for example in EXAMPLES {
            let token = parse(example).unwrap();
            let has_words = match &token {
                Token::Exclude(_) | Token::MaxTax(_) | Token::Priorities(_) => true,
                token => MATTERS.iter().any(|(kind, _)| token.to_string().starts_with(kind)),
            };
            assert!(has_words, "{example}");
            assert!(!is_about(&token, "xyzzy"), "{example}");
        }
    }

    #[test]
    fn words_about_something_else_back_nothing() {
        let known = Known::default();
        let lookup = Lookup::new(&known);
        let backs = |token: &str, said: &str| backed(&parse(token).unwrap(), said, &lookup).is_ok();
        let company = "no more than 7% of it in any one company";
        assert!(backs("max_concentration_pct_7", company));
        assert!(!backs("no_sells", company) && !backs("volatility_cap_pct_7", company));
        assert!(backs("exclude_tobacco", "nothing to do with cancer sticks and smoking"));
        assert!(!backs("exclude_tobacco_weapons", "nothing to do with smoking"));
    }
}
