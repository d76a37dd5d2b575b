//! What a preference token asks for, in plain words, and who enforces it.
//!
//! In: a [`Token`] whose names are those of a prompt. Out: [`Told`]. Invariant: every token that sets a hard rule names the code
//! under which a plan that breaks it is refused.

use portfolio::preference::{Goal, Period};
use portfolio::{Decimal, Token};

/// A token in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// The code of the rule; none for a goal.
    pub(super) code: Option<&'static str>,
    /// What it asks for.
    pub(super) words: String,
    /// Whether the words hold a name of the document.
    pub(super) names: bool,
}

/// The token in words.
pub(super) fn told(token: &Token) -> Told {
    let (code, words) = rule(token).map_or_else(|| (None, goal(token)), |(code, words)| (Some(code), words));
    Told { code, words, names: names(token) }
}

fn names(token: &Token) -> bool {
    matches!(
        token,
        Token::DoNotSellTicker(_)
            | Token::DoNotBuyTicker(_)
            | Token::AlwaysHoldTicker(_)
            | Token::ConcentrateUpTo(..)
            | Token::MaxSectorExposurePctIn(..)
            | Token::AvoidAssetClass(_)
            | Token::PreferTicker(_)
            | Token::SellLotFirst(_)
            | Token::DoNotSellLot(_)
    )
}

/// What is enforced.
fn rule(token: &Token) -> Option<(&'static str, String)> {
    let spaced = |name: &str| name.replace('_', " ");
    let usd = |x: &Decimal| format!("{} USD", portfolio::money::written(*x));
    Some(match token {
        Token::MinimizeShortTermGains => (
            "tax.short_term_priority",
            "Realise a short-term gain of a security only once every other lot of it in the account (at a long-term gain, at a loss or \
             at cost) that is not barred is sold out."
                .to_owned(),
        ),
        Token::AvoidShortTermGains => {
            ("tax.short_term_forbidden", "Realise no short-term gain in a taxable account.".to_owned())
        }
        Token::PrioritizeQualifiedDividends => (
            "dividend.holding_period",
            "In taxable accounts keep every lot of a dividend payer for more than 60 days.".to_owned(),
        ),
        Token::MaintainCashBalance(x) => {
            ("budget.cash_buffer", format!("Keep at least {} of cash in the household after the plan.", usd(x)))
        }
        Token::MaxDailyTradeVolumePct(n) => (
            "turnover.limit",
            format!("Trade at most {n} % of V today, sales and purchases together, with what was traded earlier today."),
        ),
        Token::EsgMinimumScore(r) => {
            ("esg.minimum", format!("Buy nothing with an ESG rating below {r}, and nothing unrated."))
        }
        Token::Exclude(set) => {
            let all: Vec<String> = set.iter().map(|industry| spaced(industry.word())).collect();
            ("exclusion.industry", format!("Buy nothing of these industries: {}.", all.join(", ")))
        }
        Token::PreferEtfsOverMutualFunds => (
            "preference.mutual_fund",
            "Buy no mutual fund where an ETF of its class can be bought.".to_owned(),
        ),
        Token::DoNotSellTicker(t) => ("preference.do_not_sell", format!("Sell nothing of {t}.")),
        Token::DoNotBuyTicker(t) => ("preference.do_not_buy", format!("Buy nothing of {t}.")),
        Token::AlwaysHoldTicker(t) => {
            ("preference.always_hold", format!("Keep at least 1 USD of {t} in the household."))
        }
        Token::ConcentrateUpTo(n, t) => {
            ("concentration.security", format!("Hold at most {n} % of V in {t} after the plan."))
        }
        Token::MaxConcentrationPct(n) => (
            "concentration.security",
            format!("Hold at most {n} % of V in any one stock after the plan; a cap of its own goes before."),
        ),
        Token::MaxSectorExposurePct(n) => {
            ("concentration.sector", format!("Hold at most {n} % of V in any one sector after the plan."))
        }
        Token::MaxSectorExposurePctIn(n, s) => (
            "concentration.sector",
            format!("Hold at most {n} % of V in the sector {} after the plan.", spaced(s)),
        ),
        Token::AvoidAssetClass(c) => ("preference.asset_class", format!("Buy nothing of the class {}.", spaced(c))),
        Token::VolatilityCapPct(n) => {
            ("risk.volatility", format!("Keep the yearly volatility of the household at or below {n} %."))
        }
        Token::AvoidTradesBelow(x) => (
            "order.below_minimum",
            format!("Make no order of less than {}, unless it sells the whole position.", usd(x)),
        ),
        Token::MinHoldingMonths(n) => {
            ("holding_period.minimum", format!("Sell no lot, in any account, that has been held less than {n} months."))
        }
        Token::MaxTradeFrequency(n, p) => {
            ("schedule.frequency", format!("Rebalance at most {n} times in a {}.", period(*p)))
        }
        Token::ExecuteBetween(from, to) => (
            "schedule.window",
            format!(
                "Orders go out between {:02}:{:02} and {:02}:{:02} in New York.",
                from / 60,
                from % 60,
                to / 60,
                to % 60
            ),
        ),
        Token::PreferTicker(t) => (
            "preference.preferred",
            format!("In the class of {t} buy only preferred tickers, as long as one of them can be bought."),
        ),
        Token::SellLotFirst(l) => (
            "preference.lot_order",
            format!("Sell other lots of its account and ticker only once lot {l} is sold out, where it is not barred."),
        ),
        Token::DoNotSellLot(l) => ("preference.do_not_sell_lot", format!("Sell nothing of lot {l}.")),
        Token::NoSells => ("preference.no_sells", "Sell nothing; only put cash to work.".to_owned()),
        Token::MaxRealizedGains(x) => (
            "tax.gain_budget",
            format!("Realise at most {} of net gain in taxable accounts with this plan.", usd(x)),
        ),
        Token::MaxTax(x) => ("tax.tax_budget", format!("Add at most {} of tax with this plan.", usd(x))),
        Token::HarvestLossesUpTo(_)
        | Token::ImpactInvestingFocus
        | Token::MinimizeTotalCommissions
        | Token::MinHoldingMonthsUnlessNecessary(_)
        | Token::Priorities(_) => return None,
    })
}

/// What is wished and weighed.
fn goal(token: &Token) -> String {
    match token {
        Token::HarvestLossesUpTo(x) => format!(
            "If possible, harvest up to {} USD of capital losses: net losses up to there lower the tax.",
            portfolio::money::written(*x)
        ),
        Token::ImpactInvestingFocus => {
            "Among what serves the targets alike, hold what has the better ESG rating.".to_owned()
        }
        Token::MinimizeTotalCommissions => {
            "Keep the costs of trading low: they weigh ten times as much as usual.".to_owned()
        }
        Token::MinHoldingMonthsUnlessNecessary(n) => format!(
            "Sell no lot that has been held less than {n} months unless a class would stay outside its band otherwise; say so where \
             it was necessary."
        ),
        Token::Priorities(goals) => {
            let all: Vec<&str> = goals.iter().map(|goal| goal_words(*goal)).collect();
            format!("Most important first: {}.", all.join(", "))
        }
        _ => String::new(), // a rule
    }
}

/// A goal in a word or two.
pub(super) fn goal_words(goal: Goal) -> &'static str {
    match goal {
        Goal::Drift => "standing at the targets",
        Goal::Cost => "low trading costs",
        Goal::Tax => "low taxes",
        Goal::Esg => "good ESG ratings",
    }
}

fn period(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Quarter => "quarter",
        Period::Year => "year",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portfolio::preference::{grammar::EXAMPLES, parse};

    #[test]
    fn every_token_has_words_and_every_rule_a_code_of_the_validator() {
        let codes: Vec<&str> = validate::codes().collect();
        for example in EXAMPLES {
            let told = told(&parse(example).unwrap());
            assert!(told.words.ends_with('.'), "{example}: {}", told.words);
            assert!(told.code.is_none_or(|code| codes.contains(&code)), "{example}");
            let named = ["_AAPL", "_X", "_NVDA", "_in_", "_class_", "_VTI", "_L2", "_L5"];
            assert_eq!(told.names, named.iter().any(|name| example.contains(name)), "{example}");
        }
    }

    #[test]
    fn names_and_figures_are_those_of_the_token() {
        let words = |text: &str| told(&parse(text).unwrap()).words;
        assert_eq!(
            words("max_sector_exposure_pct_25_in_Information_Technology"),
            "Hold at most 25 % of V in the sector Information Technology after the plan."
        );
        assert_eq!(
            words("harvest_losses_up_to_3000_usd"),
            "If possible, harvest up to 3,000.00 USD of capital losses: net losses up to there lower the tax."
        );
        assert_eq!(
            words("priorities_tax_drift_cost_esg"),
            "Most important first: low taxes, standing at the targets, low trading costs, good ESG ratings."
        );
        assert_eq!(
            words("execute_between_0945_1530_ET"),
            "Orders go out between 09:45 and 15:30 in New York."
        );
    }
}
