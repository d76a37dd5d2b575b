//! The forms of tokens, as a model is told them.
//!
//! Out: a list for people and models, and a regular expression that every token keeps. Invariant: what is not in the grammar of
//! `portfolio::preference` is not in here; a test holds each form against it.

use crate::phrases::Known;

/// A form and what it means. N is a number, X a name.
const FORMS: [(&str, &str); 32] = [
    ("minimize_short_term_gains", "sell lots with short-term gains last"),
    ("avoid_short_term_gains", "realise no short-term gain at all"),
    ("harvest_losses_up_to_N_usd", "take losses up to N dollars"),
    ("prioritize_qualified_dividends", "keep dividend payers long enough for qualified dividends"),
    ("maintain_cash_balance_of_N_usd", "keep at least N dollars in cash"),
    ("max_daily_trade_volume_pct_N", "trade at most N per cent of the portfolio in a day"),
    ("esg_minimum_score_R", "buy nothing rated below R: AAA, AA, A, BBB, BB, B or CCC"),
    (
        "exclude_I",
        "buy nothing of an industry I: one or more, joined by _, of fossil_fuels, thermal_coal, tobacco, weapons, \
                   alcohol, gambling, adult_entertainment, nuclear_power, private_prisons, animal_testing",
    ),
    ("impact_investing_focus", "weigh ESG ratings, with no firm minimum"),
    ("prefer_etfs_over_mutual_funds", "buy ETFs rather than mutual funds"),
    ("do_not_sell_ticker_X", "sell nothing of ticker X"),
    ("do_not_buy_ticker_X", "buy nothing of ticker X"),
    ("always_hold_ticker_X", "always keep some of ticker X"),
    ("concentrate_up_to_N_pct_in_ticker_X", "at most N per cent in ticker X"),
    ("max_concentration_pct_N", "at most N per cent in any single stock"),
    ("max_sector_exposure_pct_N", "at most N per cent in any sector"),
    ("max_sector_exposure_pct_N_in_S", "at most N per cent in sector S, with _ for blanks"),
    ("avoid_asset_class_C", "buy nothing of asset class C, with _ for blanks"),
    ("volatility_cap_pct_N", "yearly volatility of at most N per cent"),
    ("minimize_total_commissions", "trading costs matter most"),
    ("avoid_trades_below_N_usd", "no order below N dollars"),
    ("min_holding_months_N", "sell nothing that was held less than N months"),
    ("min_holding_months_N_unless_necessary", "the same, unless it can't be helped"),
    ("max_trade_frequency_N_per_P", "rebalance at most N times per P: day, week, month, quarter or year"),
    ("execute_between_T_T_ET", "trade only between two times of day such as 0945 and 1530"),
    ("prefer_ticker_X", "in its asset class buy ticker X"),
    ("sell_lot_first_L", "sell lot L before the other lots of its ticker"),
    ("do_not_sell_lot_L", "do not sell lot L"),
    ("no_sells", "sell nothing; only put cash to work"),
    ("max_realized_gains_N_usd", "realise gains of at most N dollars"),
    ("max_tax_N_usd", "cause at most N dollars of tax"),
    ("priorities_G_G_G_G", "the order of tax, drift, cost and esg, the most important first"),
];

/// Names of a kind that are listed in the expression; more are described by their letters.
const LISTED_MAX: usize = 60;

/// All forms, one a line.
pub(super) fn told() -> String {
    FORMS.iter().map(|(form, meaning)| format!("- {form}: {meaning}")).collect::<Vec<_>>().join("\n")
}

/// A regular expression that every token of these names keeps.
pub(super) fn expression(known: &Known) -> String {
    let forms: Vec<String> = FORMS.iter().map(|(form, _)| alternative(form, known)).collect();
    format!("^({})$", forms.join("|"))
}

/// One form as an expression.
fn alternative(form: &str, known: &Known) -> String {
    const INDUSTRIES: &str = "(fossil_fuels|thermal_coal|tobacco|weapons|alcohol|gambling|adult_entertainment|nuclear_power|\
                              private_prisons|animal_testing)";
    const GOAL: &str = "(tax|drift|cost|esg)";
    let parts: Vec<String> = form
        .split('_')
        .map(|part| match part {
            "N" if form.contains("months") || form.contains("frequency") => "[0-9]{1,4}".to_owned(),
            "N" => "[0-9]{1,12}(\\.[0-9]{1,4})?".to_owned(),
            "R" => "(AAA|AA|A|BBB|BB|B|CCC)".to_owned(),
            "I" => format!("{INDUSTRIES}(_{INDUSTRIES}){{0,9}}"),
            "X" => names(known.tickers.as_ref()),
            "S" => names(known.sectors.as_ref()),
            "C" => names(known.classes.as_ref()),
            "L" => names(known.lots.as_ref()),
            "P" => "(day|week|month|quarter|year)".to_owned(),
            "T" => "[0-2][0-9][0-5][0-9]".to_owned(),
            "G" => GOAL.to_owned(),
            word => word.to_owned(),
        })
        .collect();
    parts.join("_")
}

/// One of these names, or anything that looks like one.
fn names(names: Option<&Vec<String>>) -> String {
    let plain = |name: &str| name.replace(' ', "_");
    let sound = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-&".contains(c))
    };
    match names {
        Some(names)
            if !names.is_empty() && names.len() <= LISTED_MAX && names.iter().all(|n| sound(&plain(n))) =>
        {
            let listed: Vec<String> = names.iter().map(|name| plain(name).replace('.', "\\.")).collect();
            format!("({})", listed.join("|"))
        }
        _ => "[A-Za-z0-9._&-]{1,60}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use llm::ReplySchema;
    use portfolio::preference::grammar::{EXAMPLES, parse};
    use serde_json::json;

    use super::*;

    fn holds(known: &Known) -> impl Fn(&str) -> bool + use<> {
        let schema = ReplySchema::new("t", json!({"type": "string", "pattern": expression(known)})).unwrap();
        move |token| schema.faults(&json!(token)).is_empty()
    }

    #[test]
    fn every_token_keeps_the_expression_and_every_form_is_one() {
        let holds = holds(&Known::default());
        assert!(EXAMPLES.iter().all(|example| holds(example)), "{}", expression(&Known::default()));
        assert!(!holds("no_sells_please") && !holds("make_me_rich"));
        assert_eq!(FORMS.len(), EXAMPLES.len());
        for (form, _) in FORMS {
            let filled: Vec<&str> = form
                .split('_')
                .map(|part| match part {
                    "N" => "12",
                    "R" => "AA",
                    "I" => "tobacco_weapons",
                    "X" | "S" | "C" | "L" => "VTI",
                    "P" => "month",
                    word => word,
                })
                .collect();
            let token = filled.join("_").replace("T_T", "0945_1530").replace("G_G_G_G", "tax_drift_cost_esg");
            assert!(parse(&token).is_ok(), "{token}");
        }
    }

    #[test]
    fn only_known_names_keep_it_where_they_are_known() {
        let tickers = vec!["BRK.B".to_owned(), "VTI".to_owned()];
        let holds = holds(&Known { tickers: Some(tickers), ..Known::default() });
        assert!(holds("do_not_sell_ticker_BRK.B") && holds("prefer_ticker_VTI"));
        assert!(!holds("do_not_sell_ticker_BRKxB") && !holds("do_not_sell_ticker_AAPL"));
    }
}
