//! The plan as a whole, in a few sentences.
//!
//! In: the evidence and the note of what stays farthest off its target. Out: one text: what is traded,
//! what it costs, what it brings, how much better any plan could be, and what holds the rest.

use portfolio::Decimal;
use portfolio::plan::Status;

use crate::Note;
use crate::evidence::{Evidence, Source};
use crate::text::{Part, Text, Writer};

/// How many moves towards a target are named.
const MOVES_MAX: usize = 3;
/// Moves of less than this part of V are not named.
const MOVE_MIN: Decimal = Decimal::from_parts(1, 0, 0, false, 3);

/// The summary.
pub(crate) fn text(evidence: &Evidence<'_>, farthest: Option<Note>) -> Text {
    let mut writer = Writer::new(evidence);
    if evidence.report.orders.is_empty() {
        idle(&mut writer, evidence);
    } else {
        traded(&mut writer, evidence);
    }
    let mut text = writer.finish();
    if let Some(note) = farthest {
        text.parts.push(Part::Words(" "));
        text.parts.extend(note.text.parts);
    }
    text
}

fn idle(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>) {
    if evidence.solution.status == Status::NoTradeNeeded {
        writer.words("Doing nothing is the best plan: any trade would cost more than it brings.");
    } else {
        writer.words("No better plan than doing nothing was found; one could be better by at most ");
        writer.figure(Source::AtMostBetter).words(".");
    }
}

fn traded(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>) {
    writer.words("Sells ").figure(Source::SoldUsd).words(" and buys ").figure(Source::BoughtUsd);
    let orders = if evidence.report.orders.len() == 1 { " order. It costs " } else { " orders. It costs " };
    writer.words(" in ").figure(Source::Orders).words(orders).figure(Source::CostUsd);
    writer.words(" to trade and changes the year's tax by ").figure(Source::TaxUsd).words(".");
    for unit in largest_moves(evidence) {
        writer.words(" ").figure(Source::Unit(unit)).words(" goes from ").figure(Source::OffBefore(unit));
        writer.words(" its target to ").figure(Source::OffAfter(unit)).words(".");
    }
    let better = evidence.report.before.objective > evidence.report.terms.objective;
    if better {
        writer.words(" With drift, cost, tax and wishes weighed together it is worth ");
        writer.figure(Source::BetterThanNothing).words(" more than doing nothing;");
    } else {
        writer.words(" Doing nothing would break a rule;");
    }
    writer.words(" no plan that keeps every rule can be better by more than ");
    writer.figure(Source::AtMostBetter).words(".");
}

/// The units that come nearest to their targets by the plan, the largest move first.
fn largest_moves(evidence: &Evidence<'_>) -> Vec<usize> {
    let report = evidence.report;
    let moved = |unit: usize| {
        let before = evidence.off(unit, &report.weights_before)?;
        let after = evidence.off(unit, &report.weights_after)?;
        Some(after.saturating_sub(before).abs())
    };
    let mut moves: Vec<(Decimal, usize)> = (0..evidence.units.len())
        .filter_map(|u| Some((moved(u)?, u)))
        .filter(|(by, _)| *by >= MOVE_MIN)
        .collect();
    moves.sort_by_key(|(by, unit)| (-*by, *unit));
    moves.into_iter().take(MOVES_MAX).map(|(_, unit)| unit).collect()
}
