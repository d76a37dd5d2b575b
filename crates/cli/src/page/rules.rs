//! The page of `rules`: what counts, and what waits for a second person.
//!
//! In: the rules of the house, the households. Out: text. Invariant: an exception is shown with who answers for it and its last day.

use jiff::civil::Date;
use rebalance::books::Household;
use rebalance::keeping::house_rules::{HouseRules, LimitKind, Rulebook};

use super::proposal::time;
use super::{drawn, paragraph, table, title};

/// The whole page.
pub(crate) fn page(rules: &HouseRules, households: &[Household]) -> String {
    let mut page = match rules.since {
        None => paragraph("There are no rules of the house yet: each household's own document counts.", 0),
        Some(since) => {
            let (by, confirmed) = (&rules.current.proposed_by, &rules.current.confirmed_by);
            title(&format!("Rules of the house, version {}", rules.version))
                + &paragraph(&format!("since {}; proposed by {by}, confirmed by {confirmed}", time(since)), 0)
                + &book(&rules.current.book, households)
        }
    };
    if let Some(proposed) = &rules.proposed {
        page += "\n";
        page += &title("Proposed, and waiting for another person");
        let words = if proposed.words.is_empty() { String::new() } else { format!(": {}", proposed.words) };
        page += &paragraph(&format!("by {} at {}{words}", proposed.by, time(proposed.at)), 0);
        page += &book(&proposed.book, households);
        page += &format!("  equipoise rules confirm {} --as NAME\n", proposed.digest);
    }
    page
}

fn book(book: &Rulebook, households: &[Household]) -> String {
    if *book == Rulebook::default() {
        return paragraph("Nothing is restricted or limited.", 0);
    }
    let mut rows = table(&["Rule", "Counts", "Reason"]);
    for rule in &book.restricted {
        rows.add_row([
            format!("{} is not traded", rule.ticker),
            days(rule.from, rule.until),
            rule.reason.clone(),
        ]);
    }
    for rule in &book.limits {
        let what = match rule.limit {
            LimitKind::OrderNotionalMax => format!("an order is {} USD at most", rule.most.normalize()),
            LimitKind::OrdersMax => format!("a plan has {} orders at most", rule.most.normalize()),
            LimitKind::PriceCollarPct => {
                format!("a limit is {} % from the price at most", rule.most.normalize())
            }
        };
        rows.add_row([what, days(rule.from, rule.until), rule.reason.clone()]);
    }
    for one in &book.exemptions {
        let household = households.iter().find(|household| household.id.to_string() == one.household);
        let name = household.map_or(one.household.as_str(), |household| household.name.as_str());
        rows.add_row([
            format!("{name} may trade {}; {} answers for it", one.ticker, one.owner),
            days(None, Some(one.until)),
            one.reason.clone(),
        ]);
    }
    drawn(&rows)
}

fn days(from: Option<Date>, until: Option<Date>) -> String {
    match (from, until) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(until)) => format!("until {until}"),
        (Some(from), Some(until)) => format!("{from} to {until}"),
    }
}
