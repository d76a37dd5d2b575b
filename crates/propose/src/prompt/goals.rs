//! What the plan is for, in the investor's order.
//!
//! In: weights and tokens. Out: lines of our own words. Order: that of `priorities_*` where it is given; else drift is the
//! primary goal, the wishes follow in the order of the document, and the other terms by their weight against the usual one.
//! Invariant: no name of the document is in them; a wish that holds one is referred to by its place in the data.

use std::fmt::Write;

use portfolio::Decimal;
use portfolio::preference::Goal;
use rust_decimal::dec;

use super::Situation;
use super::tokens::{goal_words, told};

/// Wishes that are said in the goals; the rest is in the data.
const WISHES_MAX: usize = 40;

/// The goals, one a line.
pub(super) fn goals(situation: &Situation<'_>) -> String {
    let p = situation.portfolio;
    let lambdas = p.lambdas();
    let weight = |goal: Goal| match goal {
        Goal::Drift => lambdas.drift,
        Goal::Cost => lambdas.cost,
        Goal::Tax => lambdas.tax,
        Goal::Esg => lambdas.esg,
    };
    let order = p.wishes.priorities.unwrap_or_else(|| by_weight(weight));
    let mut text = format!("Primary goal: {}.\n", aim(order[0], weight(order[0])));
    text.push_str("Secondary goals, most important first:\n");
    let mut place = 0;
    let mut line = |goal: &str| {
        place += 1;
        let _ = writeln!(text, "{place}. {goal}"); // writing to a string can't fail
    };
    for (n, token) in p.preferences.iter().enumerate().take(WISHES_MAX) {
        if p.preferences[..n].contains(token) {
            continue; // said twice
        }
        let told = told(token);
        match (told.names, told.code) {
            (true, _) => line(&format!("Preference {} of the data.", n + 1)),
            (false, Some(code)) => line(&format!("{} (rule `{code}`)", told.words)),
            (false, None) => line(&told.words),
        }
    }
    if p.preferences.len() > WISHES_MAX {
        line(&format!("Preferences {} to {} of the data.", WISHES_MAX + 1, p.preferences.len()));
    }
    for goal in &order[1..] {
        if !weight(*goal).is_zero() {
            line(&format!("In general: {}.", aim(*goal, weight(*goal))));
        }
    }
    text
}

fn aim(goal: Goal, weight: Decimal) -> String {
    let words =
        if goal == Goal::Drift { "align the portfolio with its target allocation" } else { goal_words(goal) };
    format!("{words} (weight {})", weight.normalize())
}

/// Drift first, then the others by how much more than usual they weigh; equal ones as they stand here.
fn by_weight(weight: impl Fn(Goal) -> Decimal) -> [Goal; 4] {
    let mut others = [Goal::Tax, Goal::Cost, Goal::Esg];
    let usual = |goal: Goal| if goal == Goal::Esg { dec!(0.01) } else { dec!(1) };
    others.sort_by_key(|goal| std::cmp::Reverse(weight(*goal).checked_div(usual(*goal)).unwrap_or_default()));
    [Goal::Drift, others[0], others[1], others[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(more: &str) -> String {
        let document = format!(
            r#"{{"as_of": "2026-11-20", "cash": 100, "target_allocation": {{"Cash": 1}}, {more}
                "securities": [{{"ticker": "ABC", "asset_class": "S", "current_price": 1, "kind": "etf"}}]}}"#
        );
        let p = portfolio::read(&document).unwrap();
        let (rates, drift) = (tax::plan_tax::Rates::default(), monitor::monitor(&p));
        goals(&Situation::new(&p, &rates, &drift))
    }

    #[test]
    fn the_order_is_the_investors() {
        let usual = text("");
        assert!(
            usual.starts_with("Primary goal: align the portfolio with its target allocation (weight 3).\n"),
            "{usual}"
        );
        assert!(usual.ends_with(
            "1. In general: low taxes (weight 1).\n2. In general: low trading costs (weight 1).\n"
        ));
        let cost_first = text(r#""weights": {"cost": 7, "esg": 0.02},"#);
        let place = |word: &str| cost_first.find(word).unwrap();
        assert!(place("low trading costs") < place("good ESG") && place("good ESG") < place("low taxes"));
        let tax_first =
            text(r#""preferences": ["no_sells", "do_not_buy_ticker_ABC", "priorities_tax_esg_drift_cost"],"#);
        assert!(tax_first.starts_with("Primary goal: low taxes (weight 4).\n"), "{tax_first}");
        assert!(tax_first.contains("1. Sell nothing; only put cash to work. (rule `preference.no_sells`)\n2. Preference 2 of the data.\n"));
        assert!(!tax_first.contains("ABC"));
    }
}
