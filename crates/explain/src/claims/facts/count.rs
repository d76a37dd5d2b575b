//! How many there are.

use std::collections::BTreeSet;

use portfolio::{Decimal, Side};

use super::{Facts, Of, Sources, Thing, Unit};
use crate::claims::topic::Topic;

pub(super) fn add(facts: &mut Facts, sources: &Sources<'_>) {
    let (p, report) = (sources.portfolio, sources.report);
    let rows = &sources.rows.trades;
    let of_rows = |side: Side| rows.iter().filter(|row| row.action == Some(side)).count();
    let of_orders = |side: Side| report.orders.iter().filter(|order| order.side == side).count();
    let distinct = |of: &dyn Fn(&validate::OrderFigures) -> String, side: Option<Side>| {
        let orders = report.orders.iter().filter(|o| side.is_none_or(|side| o.side == side));
        orders.map(of).collect::<BTreeSet<String>>().len()
    };
    let ticker = |order: &validate::OrderFigures| order.ticker.clone();
    let account = |order: &validate::OrderFigures| order.account_id.clone();
    let kinds = |kind: portfolio::AccountKind| p.accounts.iter().filter(|a| a.kind == kind).count();
    let lots_sold = facts.lots.iter().filter(|lot| !lot.sold.is_zero()).count();
    let all: [(Thing, Vec<usize>); 10] = [
        (Thing::Orders, vec![report.orders.len(), rows.len()]),
        (Thing::Rows, vec![rows.len(), report.orders.len()]),
        (Thing::Sales, vec![of_rows(Side::Sell), of_orders(Side::Sell), distinct(&ticker, Some(Side::Sell))]),
        (
            Thing::Purchases,
            vec![of_rows(Side::Buy), of_orders(Side::Buy), distinct(&ticker, Some(Side::Buy))],
        ),
        (Thing::Lots, vec![p.lots.len(), lots_sold]),
        (
            Thing::Accounts,
            vec![
                p.accounts.len(),
                distinct(&account, None),
                kinds(portfolio::AccountKind::Taxable),
                p.accounts.len() - kinds(portfolio::AccountKind::Taxable),
            ],
        ),
        (
            Thing::Securities,
            vec![
                p.securities.len(),
                distinct(&ticker, None),
                distinct(&ticker, Some(Side::Sell)),
                distinct(&ticker, Some(Side::Buy)),
                p.positions.len(),
            ],
        ),
        (Thing::Classes, vec![p.classes().len(), p.target_allocation.len()]),
        (Thing::Wishes, vec![p.preferences.len()]),
        (Thing::Violations, vec![report.verdict.violations.len(), report.verdict.warnings.len()]),
    ];
    for (thing, counts) in all {
        for count in counts {
            facts.say(Decimal::from(count), Unit::Count(thing), Topic::Count, &Of::default());
        }
    }
    per_security(facts, sources);
}

/// Lots of each security.
fn per_security(facts: &mut Facts, sources: &Sources<'_>) {
    let p = sources.portfolio;
    let mut counts = vec![(0_usize, 0_usize); p.securities.len()];
    for lot in &facts.lots {
        counts[lot.ticker].0 += 1;
        counts[lot.ticker].1 += usize::from(!lot.sold.is_zero());
    }
    for (ticker, (held, sold)) in counts.into_iter().enumerate() {
        let of = Of { ticker: Some(ticker), class: Some(facts.class_of[ticker]), ..Of::default() };
        for count in [held, sold] {
            facts.say(Decimal::from(count), Unit::Count(Thing::Lots), Topic::Count, &of);
        }
    }
}
