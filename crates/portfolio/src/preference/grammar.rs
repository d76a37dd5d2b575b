//! Is this text a preference token, and if not, which one was probably meant.
//!
//! One line of `PATTERNS` per token: fixed words with `{}` where a number or a name stands.
//! Names keep every character that follows; numbers are plain decimals.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Goal, Industry, Period, Token};
use crate::household::Rating;
use crate::nearest::nearest;

/// Why a text is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not in the grammar.
    #[error("unknown preference `{token}`{}", suggestion(.nearest.as_deref()))]
    Unknown {
        /// What was written.
        token: String,
        /// The nearest known token.
        nearest: Option<String>,
    },
    /// The right words around something that doesn't fit.
    #[error("preference `{token}`: `{part}` is not {expected}{}", suggestion(.nearest.as_deref()))]
    Part {
        /// What was written.
        token: String,
        /// The part that does not fit.
        part: String,
        /// What has to stand there.
        expected: &'static str,
        /// The nearest word that may stand there.
        nearest: Option<String>,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|n| format!("; did you mean `{n}`?")).unwrap_or_default()
}

/// Every token as an example that parses, for suggestions, help and tests.
pub const EXAMPLES: [&str; 32] = [
    "minimize_short_term_gains",
    "avoid_short_term_gains",
    "harvest_losses_up_to_3000_usd",
    "prioritize_qualified_dividends",
    "maintain_cash_balance_of_5000_usd",
    "max_daily_trade_volume_pct_20",
    "esg_minimum_score_AA",
    "exclude_fossil_fuels_tobacco",
    "impact_investing_focus",
    "prefer_etfs_over_mutual_funds",
    "do_not_sell_ticker_AAPL",
    "do_not_buy_ticker_X",
    "always_hold_ticker_X",
    "concentrate_up_to_10_pct_in_ticker_NVDA",
    "max_concentration_pct_5",
    "max_sector_exposure_pct_25",
    "max_sector_exposure_pct_25_in_Information_Technology",
    "avoid_asset_class_Real_Estate",
    "volatility_cap_pct_12",
    "minimize_total_commissions",
    "avoid_trades_below_1000_usd",
    "min_holding_months_13",
    "min_holding_months_13_unless_necessary",
    "max_trade_frequency_1_per_month",
    "execute_between_0945_1530_ET",
    "prefer_ticker_VTI",
    "sell_lot_first_L2",
    "do_not_sell_lot_L5",
    "no_sells",
    "max_realized_gains_2500_usd",
    "max_tax_400_usd",
    "priorities_tax_drift_cost_esg",
];

type Build = fn(&[&str]) -> Result<Token, (usize, &'static str)>;

/// Pattern → token. The first that fits wins, so a longer form stands before a shorter one that
/// would swallow it.
const PATTERNS: [(&str, Build); 31] = [
    ("minimize_short_term_gains", |_| Ok(Token::MinimizeShortTermGains)),
    ("avoid_short_term_gains", |_| Ok(Token::AvoidShortTermGains)),
    ("harvest_losses_up_to_{}_usd", |p| amount(p, 0).map(Token::HarvestLossesUpTo)),
    ("prioritize_qualified_dividends", |_| Ok(Token::PrioritizeQualifiedDividends)),
    ("maintain_cash_balance_of_{}_usd", |p| amount(p, 0).map(Token::MaintainCashBalance)),
    ("max_daily_trade_volume_pct_{}", |p| turnover(p).map(Token::MaxDailyTradeVolumePct)),
    ("esg_minimum_score_{}", |p| {
        let rating = Rating::from_letter(p[0]).ok_or((0, "one of AAA, AA, A, BBB, BB, B, CCC"))?;
        Ok(Token::EsgMinimumScore(rating))
    }),
    ("exclude_{}", |p| industries(p[0]).map(Token::Exclude)),
    ("impact_investing_focus", |_| Ok(Token::ImpactInvestingFocus)),
    ("prefer_etfs_over_mutual_funds", |_| Ok(Token::PreferEtfsOverMutualFunds)),
    ("do_not_sell_ticker_{}", |p| name(p, 0).map(Token::DoNotSellTicker)),
    ("do_not_buy_ticker_{}", |p| name(p, 0).map(Token::DoNotBuyTicker)),
    ("always_hold_ticker_{}", |p| name(p, 0).map(Token::AlwaysHoldTicker)),
    ("concentrate_up_to_{}_pct_in_ticker_{}", |p| Ok(Token::ConcentrateUpTo(part(p, 0)?, name(p, 1)?))),
    ("max_concentration_pct_{}", |p| part(p, 0).map(Token::MaxConcentrationPct)),
    ("max_sector_exposure_pct_{}_in_{}", |p| Ok(Token::MaxSectorExposurePctIn(part(p, 0)?, joined(p, 1)?))),
    ("max_sector_exposure_pct_{}", |p| part(p, 0).map(Token::MaxSectorExposurePct)),
    ("avoid_asset_class_{}", |p| joined(p, 0).map(Token::AvoidAssetClass)),
    ("volatility_cap_pct_{}", |p| amount(p, 0).map(Token::VolatilityCapPct)),
    ("minimize_total_commissions", |_| Ok(Token::MinimizeTotalCommissions)),
    ("avoid_trades_below_{}_usd", |p| amount(p, 0).map(Token::AvoidTradesBelow)),
    ("min_holding_months_{}_unless_necessary", |p| months(p).map(Token::MinHoldingMonthsUnlessNecessary)),
    ("min_holding_months_{}", |p| months(p).map(Token::MinHoldingMonths)),
    ("max_trade_frequency_{}_per_{}", |p| {
        let n = count(p, 0)?;
        let period = Period::ALL.iter().find(|(_, w)| *w == p[1]);
        let (period, _) = period.ok_or((1, "one of day, week, month, quarter, year"))?;
        Ok(Token::MaxTradeFrequency(n, *period))
    }),
    ("execute_between_{}_{}_ET", |p| {
        let (from, to) = (time_of_day(p, 0)?, time_of_day(p, 1)?);
        if from < to {
            Ok(Token::ExecuteBetween(from, to))
        } else {
            Err((1, "later than the start of the window"))
        }
    }),
    ("prefer_ticker_{}", |p| name(p, 0).map(Token::PreferTicker)),
    ("sell_lot_first_{}", |p| name(p, 0).map(Token::SellLotFirst)),
    ("do_not_sell_lot_{}", |p| name(p, 0).map(Token::DoNotSellLot)),
    ("no_sells", |_| Ok(Token::NoSells)),
    ("max_realized_gains_{}_usd", |p| amount(p, 0).map(Token::MaxRealizedGains)),
    ("max_tax_{}_usd", |p| amount(p, 0).map(Token::MaxTax)),
];

/// Reads one token.
///
/// # Errors
/// [`TokenError`] naming the nearest known token, or the part of it that does not fit.
pub fn parse(text: &str) -> Result<Token, TokenError> {
    if let Some(goals) = text.strip_prefix("priorities_") {
        return priorities(goals).ok_or_else(|| TokenError::Part {
            token: text.to_owned(),
            part: goals.to_owned(),
            expected: "drift, cost, tax and esg, each once, most important first",
            nearest: nearest_goal(goals).map(str::to_owned),
        });
    }
    for (pattern, build) in PATTERNS {
        let Some(parts) = matched(pattern, text) else { continue };
        let is_list = pattern.starts_with("exclude_");
        return build(&parts).map_err(|(part, expected)| {
            let part = parts.get(part).copied().unwrap_or_default();
            let of_a_list = || is_list.then(|| nearest_industry(part)).flatten();
            TokenError::Part {
                token: text.to_owned(),
                part: part.to_owned(),
                expected,
                nearest: nearest_word(part).or_else(of_a_list).map(str::to_owned),
            }
        });
    }
    let begun = || EXAMPLES.iter().find(|e| e.strip_prefix(text).is_some_and(|rest| rest.starts_with('_')));
    let nearest = without_its_word(text)
        .or_else(|| nearest(text, EXAMPLES).map(str::to_owned))
        .or_else(|| begun().map(|e| (*e).to_owned()));
    Err(TokenError::Unknown { token: text.to_owned(), nearest })
}

/// The token whose `ticker` was left out before a name that looks like one: `do_not_sell_SPY`.
fn without_its_word(text: &str) -> Option<String> {
    let heads = PATTERNS.iter().filter_map(|(pattern, _)| pattern.strip_suffix("ticker_{}"));
    heads.filter(|head| !head.contains("{}")).find_map(|head| {
        let name = text.strip_prefix(head).filter(|name| !name.is_empty())?;
        let is_ticker =
            name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_.-".contains(&b));
        is_ticker.then(|| format!("{head}ticker_{name}"))
    })
}

/// The rating, industry or period that was probably meant by a part of a token.
fn nearest_word(part: &str) -> Option<&'static str> {
    const RATINGS: [&str; 7] = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC"];
    let industries = Industry::ALL.iter().map(|(_, word)| *word);
    let periods = Period::ALL.iter().map(|(_, word)| *word);
    nearest(part, RATINGS.into_iter().chain(industries).chain(periods))
}

/// The industry that was probably meant by the words of a list which name none: one of nearly the same
/// spelling, or one that a single word of it is of.
fn nearest_industry(list: &str) -> Option<&'static str> {
    let known = || Industry::ALL.iter().map(|(_, word)| *word);
    let mut rest = list;
    while let Some(after) = known().find_map(|word| rest.strip_prefix(word)?.strip_prefix('_')) {
        rest = after;
    }
    let ends = rest.match_indices('_').map(|(at, _)| at).chain([rest.len()]);
    let begun: Vec<&str> = ends.map(|end| &rest[..end]).collect();
    // The longest first: `fosil_fuels` is nearer to what was meant than `fosil`.
    let spelt = begun.iter().rev().find_map(|words| nearest(words, known()));
    let word = *begun.first()?;
    spelt.or_else(|| known().find(|industry| industry.split('_').any(|part| part == word)))
}

/// The goal that was probably meant by the first word that is none.
fn nearest_goal(goals: &str) -> Option<&'static str> {
    let known = || Goal::ALL.iter().map(|(_, word)| *word);
    let wrong = goals.split('_').find(|word| known().all(|goal| goal != *word))?;
    nearest(wrong, known())
}

/// The parts of `text` that stand where `pattern` has `{}`, if all the fixed words fit.
fn matched<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut words = pattern.split("{}");
    let mut rest = text.strip_prefix(words.next()?)?;
    let mut parts = Vec::new();
    for word in words {
        if word.is_empty() {
            parts.push(rest);
            rest = "";
        } else if word.ends_with("_usd") || word.ends_with("_ET") || word.ends_with("_necessary") {
            parts.push(rest.strip_suffix(word)?);
            rest = "";
        } else {
            let (part, after) = rest.split_once(word)?;
            parts.push(part);
            rest = after;
        }
    }
    rest.is_empty().then_some(parts)
}

fn amount(parts: &[&str], i: usize) -> Result<Decimal, (usize, &'static str)> {
    let plain = parts[i].bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = if plain { crate::money::parse(parts[i]).ok() } else { None };
    match number {
        Some(x) if x <= crate::money::MONEY_MAX => Ok(x.normalize()),
        _ => Err((i, "a plain number such as 5000 or 12.5")),
    }
}

/// A percentage of the household: more than all of it is no limit but a slip.
fn part(parts: &[&str], i: usize) -> Result<Decimal, (usize, &'static str)> {
    at_most(parts, i, 100, "a percentage of the household from 0 to 100, such as 5 or 12.5")
}

/// A percentage of what is traded: at most everything is sold, and as much bought.
fn turnover(parts: &[&str]) -> Result<Decimal, (usize, &'static str)> {
    at_most(parts, 0, 200, "a percentage of the household from 0 to 200 (sales and purchases both count)")
}

fn at_most(
    parts: &[&str],
    i: usize,
    most: u32,
    expected: &'static str,
) -> Result<Decimal, (usize, &'static str)> {
    match amount(parts, i) {
        Ok(percent) if percent > Decimal::from(most) => Err((i, expected)),
        read => read,
    }
}

/// A name as tokens write it: `_` for a blank, whichever of the two was given.
fn joined(parts: &[&str], i: usize) -> Result<String, (usize, &'static str)> {
    name(parts, i).map(|name| name.replace(' ', "_"))
}

fn count(parts: &[&str], i: usize) -> Result<u32, (usize, &'static str)> {
    match parts[i].parse::<u32>() {
        Ok(n) if (1..=1000).contains(&n) => Ok(n),
        _ => Err((i, "a whole number from 1 to 1000")),
    }
}

fn months(parts: &[&str]) -> Result<u32, (usize, &'static str)> {
    match parts[0].parse::<u32>() {
        Ok(n) if n <= 1200 => Ok(n),
        _ => Err((0, "a whole number of months, at most 1200")),
    }
}

fn name(parts: &[&str], i: usize) -> Result<String, (usize, &'static str)> {
    if parts[i].is_empty() { Err((i, "a name")) } else { Ok(parts[i].to_owned()) }
}

fn time_of_day(parts: &[&str], i: usize) -> Result<u16, (usize, &'static str)> {
    const EXPECTED: &str = "a time of day such as 0945";
    let text = parts[i];
    if text.len() != 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err((i, EXPECTED));
    }
    let number: u16 = text.parse().map_err(|_| (i, EXPECTED))?;
    let (hours, minutes) = (number / 100, number % 100);
    if hours < 24 && minutes < 60 { Ok(hours * 60 + minutes) } else { Err((i, EXPECTED)) }
}

fn industries(text: &str) -> Result<BTreeSet<Industry>, (usize, &'static str)> {
    const EXPECTED: &str = "a list of fossil_fuels, thermal_coal, tobacco, weapons, alcohol, gambling, \
                            adult_entertainment, nuclear_power, private_prisons or animal_testing";
    let mut found = BTreeSet::new();
    let mut rest = text;
    loop {
        let Some((industry, word)) = Industry::ALL.iter().find(|(_, w)| rest.starts_with(w)) else {
            return Err((0, EXPECTED));
        };
        found.insert(*industry);
        rest = &rest[word.len()..];
        if rest.is_empty() {
            return Ok(found);
        }
        rest = rest.strip_prefix('_').ok_or((0, EXPECTED))?;
    }
}

fn priorities(text: &str) -> Option<Token> {
    let goals: Vec<Goal> = text
        .split('_')
        .map(|word| Goal::ALL.iter().find(|(_, w)| *w == word).map(|(g, _)| *g))
        .collect::<Option<_>>()?;
    let goals: [Goal; 4] = goals.try_into().ok()?;
    let each_once = Goal::ALL.iter().all(|(g, _)| goals.contains(g));
    each_once.then_some(Token::Priorities(goals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_reads_and_prints_itself() {
        for example in EXAMPLES {
            let token = parse(example).unwrap();
            assert_eq!(token.to_string(), example);
            assert_eq!(parse(&token.to_string()).unwrap(), token);
        }
    }

    #[test]
    fn every_pattern_has_an_example() {
        for (pattern, _) in PATTERNS {
            assert!(EXAMPLES.iter().any(|e| matched(pattern, e).is_some()), "{pattern}");
        }
    }

    #[test]
    fn a_typing_error_names_the_nearest_token() {
        let message = parse("minimise_short_term_gain").unwrap_err().to_string();
        assert!(message.ends_with("did you mean `minimize_short_term_gains`?"), "{message}");
    }

    #[test]
    fn a_ticker_without_its_word_is_understood() {
        for (written, meant) in [
            ("do_not_sell_SPY", "do_not_sell_ticker_SPY"),
            ("always_hold_BRK.B", "always_hold_ticker_BRK.B"),
            ("prefer_VTI", "prefer_ticker_VTI"),
            ("prefer_etfs_over_mutual_fund", "prefer_etfs_over_mutual_funds"),
        ] {
            let message = parse(written).unwrap_err().to_string();
            assert!(message.ends_with(&format!("; did you mean `{meant}`?")), "{message}");
        }
    }

    #[test]
    fn more_than_the_whole_is_refused() {
        for bad in [
            "max_concentration_pct_150",
            "max_concentration_pct_100.01",
            "concentrate_up_to_101_pct_in_ticker_A",
            "max_sector_exposure_pct_250",
            "max_sector_exposure_pct_250_in_Energy",
            "max_daily_trade_volume_pct_201",
        ] {
            let message = parse(bad).unwrap_err().to_string();
            assert!(message.contains("is not a percentage of the household from 0 to"), "{message}");
        }
        for good in ["max_concentration_pct_100", "max_concentration_pct_0", "max_daily_trade_volume_pct_150"]
        {
            assert!(parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn the_beginning_of_a_token_names_one() {
        let message = parse("max_tax").unwrap_err().to_string();
        assert!(message.ends_with("did you mean `max_tax_400_usd`?"), "{message}");
        assert!(!parse("m").unwrap_err().to_string().contains("did you mean"));
    }

    #[test]
    fn a_wrong_part_is_named() {
        let message = parse("esg_minimum_score_AAAA").unwrap_err().to_string();
        assert!(message.contains("`AAAA` is not one of AAA"), "{message}");
        for bad in [
            "maintain_cash_balance_of_5,000_usd",
            "maintain_cash_balance_of_-5_usd",
            "exclude_tobaccos",
            "priorities_tax_tax_cost_esg",
            "execute_between_1600_0930_ET",
            "execute_between_0960_1000_ET",
            "max_trade_frequency_0_per_month",
            "min_holding_months_x",
            "do_not_sell_ticker_",
        ] {
            assert!(matches!(parse(bad), Err(TokenError::Part { .. })), "{bad}");
        }
    }

    #[test]
    fn a_wrong_part_names_the_nearest_word() {
        for (written, meant) in [
            ("esg_minimum_score_aa", "AA"),
            ("exclude_tabacco", "tobacco"),
            ("exclude_fossil_fuel", "fossil_fuels"),
            ("exclude_fosil_fuels_tobacco", "fossil_fuels"),
            ("exclude_tobacco_wepons", "weapons"),
            ("exclude_tobacco_wepons_alcohol", "weapons"),
            ("exclude_coal", "thermal_coal"),
            ("priorities_txa_drift_cost_esg", "tax"),
            ("priorities_tax_drfit_cost_esg", "drift"),
            ("max_trade_frequency_1_per_months", "month"),
        ] {
            let message = parse(written).unwrap_err().to_string();
            assert!(message.ends_with(&format!("; did you mean `{meant}`?")), "{message}");
        }
        let message = parse("max_tax_1,000_usd").unwrap_err().to_string();
        assert!(!message.contains("did you mean"), "{message}");
    }

    #[test]
    fn names_keep_underscores_and_the_longer_form_wins() {
        assert_eq!(
            parse("max_sector_exposure_pct_25_in_Information_Technology").unwrap(),
            Token::MaxSectorExposurePctIn(25.into(), "Information_Technology".to_owned())
        );
        assert_eq!(parse("do_not_sell_ticker_BRK_B").unwrap(), Token::DoNotSellTicker("BRK_B".to_owned()));
    }

    /// What is written and read again is the same token, whichever of blank and `_` a name had.
    #[test]
    fn a_blank_in_a_name_is_an_underscore() {
        for text in
            ["avoid_asset_class__Real Estate_x", "max_sector_exposure_pct_25_in_Information Technology"]
        {
            let token = parse(text).unwrap();
            assert_eq!(token.to_string(), text.replace(' ', "_"));
            assert_eq!(parse(&token.to_string()), Ok(token));
        }
    }
}
