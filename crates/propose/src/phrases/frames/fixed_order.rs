//! `priorities_A_B_C_D` and `prefer_etfs_over_mutual_funds`: what comes before what.

use portfolio::Token;
use portfolio::preference::Goal;

use crate::phrases::items::{Item, Kind};
use crate::phrases::segment::Segment;
use crate::phrases::tags::Tag::*;

fn goal(item: &Item) -> Option<Goal> {
    if item.is(Tax) {
        Some(Goal::Tax)
    } else if item.is(Drift) {
        Some(Goal::Drift)
    } else if item.is(Cost) || item.is(Commission) {
        Some(Goal::Cost)
    } else if item.is(Esg) || item.is(Impact) {
        Some(Goal::Esg)
    } else {
        None
    }
}

/// Reads the order of the four goals, each once, with a word that says that it is an order.
pub(super) fn priorities(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        Tax, Drift, Cost, Commission, Esg, Impact, Priority, Then, First, Last, Prefer, Care, Instead, Only,
        Low, Minimise, Keep, Before,
    ];
    if !s.fits(&usable, &[Kind::Plain]) || s.items.iter().any(|(i, _)| i.is(Neg) || i.is(Avoid)) {
        return None;
    }
    // "ESG over tax over cost over drift"
    let over = s.items.iter().filter(|(i, _)| i.is(Instead)).count() >= 3;
    if !over && !s.has_any(&[Priority, Then, First, Prefer, Before]) {
        return None;
    }
    let places: Vec<(usize, Goal)> =
        s.items.iter().enumerate().filter_map(|(at, (i, _))| goal(i).map(|g| (at, g))).collect();
    let goals: [Goal; 4] = places.iter().map(|(_, g)| *g).collect::<Vec<_>>().try_into().ok()?;
    let each_once = Goal::ALL.iter().all(|(g, _)| goals.contains(g));
    // "ESG last, then ..." is told in another order than it is meant.
    let early = |i: &Item| {
        matches!(
            i.plain.as_str(),
            "last"
                | "least"
                | "lastly"
                | "finally"
                | "comes last"
                | "least important"
                | "at the end"
                | "the least important"
                | "is the least important"
                | "are the least important"
        )
    };
    let third = places[2].0;
    let told_in_order = !s.items[..third].iter().any(|(i, _)| early(i));
    let late = |i: &Item| {
        matches!(
            i.plain.as_str(),
            "first"
                | "comes first"
                | "come first"
                | "most important"
                | "above all"
                | "foremost"
                | "the most important"
                | "is the most important"
                | "are the most important"
        )
    };
    let first_first = !s.items[places[1].0 + 1..].iter().any(|(i, _)| late(i));
    (each_once && told_in_order && first_first).then(|| vec![Token::Priorities(goals)])
}

/// Reads that funds on an exchange come before mutual funds, whichever is named first.
pub(super) fn funds(s: &Segment<'_>) -> Option<Vec<Token>> {
    let usable = [
        All, Between, Etf, MutualFund, Enough, Prefer, Use, Instead, Fund, Neg, Avoid, Buy, Own, Invest,
        Only, Care, Condition, First, Any,
    ];
    if !s.has(Etf) || !s.has(MutualFund) || !s.fits(&usable, &[]) {
        return None;
    }
    if chooses_the_etf(s) {
        return Some(vec![Token::PreferEtfsOverMutualFunds]);
    }
    let place = |tag| s.items.iter().position(|(i, _)| i.is(tag));
    let (etf, mutual) = (place(Etf)?, place(MutualFund)?);
    let before = |at: usize, tag| s.items[..at].iter().rposition(|(i, _)| i.is(tag));
    let turned: Vec<usize> =
        s.items.iter().enumerate().filter(|(_, (i, _))| i.is(Neg) || i.is(Avoid)).map(|(at, _)| at).collect();
    // "Given a choice between an ETF and a mutual fund, take the ETF": what is named last is taken.
    let choice = s.items.iter().any(|(i, _)| i.is(Instead) && i.plain.contains("choice between"));
    let last_etf = s.items.iter().rposition(|(i, _)| i.is(Etf));
    // "Mutual funds only if there is no ETF."
    let only_without =
        s.has(Only) && s.has(Condition) && turned.len() == 1 && turned[0] > mutual && turned[0] < etf;
    let meant = if choice {
        turned.is_empty() && last_etf > s.items.iter().rposition(|(i, _)| i.is(MutualFund)) && s.has(Use)
    } else if only_without {
        mutual < etf
    } else if etf < mutual {
        // ETFs over / not / instead of mutual funds: the turn stands between the two.
        let between = s.items[etf..mutual].iter().any(|(i, _)| i.is(Instead) || i.is(Avoid) || i.is(Neg));
        between && turned.iter().all(|at| *at > etf && *at < mutual)
    } else {
        let rejected = before(mutual, Instead).is_some()
            || before(mutual, Neg).is_some()
            || before(mutual, Avoid).is_some()
            // "Mutual funds are too expensive, so use ETFs."
            || s.items[mutual..etf].iter().any(|(i, _)| i.is(Enough)) && (s.has_any(&[Use, Prefer]) || s.says(&["please"]));
        let again = s.items[mutual..etf].iter().any(|(i, _)| {
            i.is(Instead) && !i.is(Condition) && i.plain != "instead" && i.plain != "where there's a choice"
        });
        rejected && !again && turned.len() <= 1
    };
    meant.then(|| vec![Token::PreferEtfsOverMutualFunds])
}

/// "If there's both an ETF and a mutual fund, choose the ETF."
fn chooses_the_etf(s: &Segment<'_>) -> bool {
    const CHOOSING: [&str; 8] = ["choose", "pick", "take", "use", "go with", "go for", "opt for", "select"];
    let Some(at) = s.items.iter().rposition(|(i, _)| CHOOSING.contains(&i.plain.as_str())) else {
        return false;
    };
    let (before, behind) = s.items.split_at(at);
    let named = |items: &[(&Item, usize)], tag| items.iter().any(|(i, _)| i.is(tag));
    let both = named(before, Etf) && named(before, MutualFund);
    let offered = before.iter().any(|(i, _)| i.is(Condition) || i.is(Between));
    both && offered && named(behind, Etf) && !named(behind, MutualFund) && s.negations() == 0
}

#[cfg(test)]
mod tests {
    use super::super::reading::under;

    #[test]
    fn goals_in_their_order() {
        let order = Some("priorities_tax_drift_cost_esg");
        for text in [
            "Priorities: tax, drift, cost, ESG",
            "tax first, then drift, then costs, and ESG last",
            "tax > drift > cost > esg",
        ] {
            assert_eq!(under(super::priorities, text).as_deref(), order, "{text}");
        }
        for text in [
            "ESG last, tax first, then drift and cost",
            "tax, drift, cost, ESG",
            "tax first, then drift",
            "drift, cost, esg, and tax first",
        ] {
            assert_eq!(under(super::priorities, text), None, "{text}");
        }
    }

    #[test]
    fn funds_on_an_exchange_come_first() {
        for text in [
            "ETFs rather than mutual funds",
            "use ETFs instead of mutual funds",
            "instead of mutual funds, use ETFs",
        ] {
            assert!(under(super::funds, text).is_some(), "{text}");
        }
        for text in
            ["mutual funds rather than ETFs", "ETFs and mutual funds", "don't prefer ETFs over mutual funds"]
        {
            assert_eq!(under(super::funds, text), None, "{text}");
        }
    }
}
