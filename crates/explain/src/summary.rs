//! The plan as a whole, in a few sentences.
//!
//! In: the evidence and the note of what stays farthest off its target. Out: one text: what is traded,
//! what it costs, what it brings, how much better any plan could be, and what holds the rest.

use portfolio::Decimal;
use portfolio::household::TradeTo;
use portfolio::plan::Status;

use crate::Note;
use crate::evidence::{Evidence, Source};
use crate::off_target;
use crate::reason::Reason;
use crate::text::{Part, Text, Writer};
use crate::unsold::{HeldLot, SLOPE_MIN};

/// How many moves towards a target are named.
const MOVES_MAX: usize = 3;
/// Moves of less than this part of V are not named.
const MOVE_MIN: Decimal = Decimal::from_parts(1, 0, 0, false, 3);

/// What plans are compared by, as an investor reads it.
const MEASURE: &str = " To compare plans, distance from the targets, tax, costs and wishes are counted together in dollars, a measure that is no profit: by it";

/// The summary.
pub(crate) fn text(evidence: &Evidence<'_>, held: &[HeldLot], farthest: Option<Note>) -> Text {
    let mut writer = Writer::new(evidence);
    if evidence.report.orders.is_empty() {
        idle(&mut writer, evidence, held);
    } else {
        traded(&mut writer, evidence);
    }
    aimed(&mut writer, evidence);
    let alternatives = &evidence.alternatives;
    if alternatives.asked && alternatives.weighed(evidence.solution) < evidence.solution.rows.len() {
        writer.words(" What the best plan would lose without a trade is told for ").figure(Source::Weighed);
        writer.words(" of ").figure(Source::Rows);
        writer.words(" trades, the largest first: the work allowed for it did not suffice for the others.");
    }
    let mut text = writer.finish();
    if let Some(note) = farthest {
        text.parts.push(Part::Words(" "));
        text.parts.extend(note.text.parts);
    }
    text
}

/// The summary of a plan that somebody else chose: what it does, and how good it is.
pub(crate) fn facts(evidence: &Evidence<'_>) -> Text {
    let mut writer = Writer::new(evidence);
    if evidence.report.orders.is_empty() {
        writer.words("Nothing is traded; a plan that keeps every rule could be better by at most ");
        writer.figure(Source::AtMostBetter).words(".");
    } else {
        traded(&mut writer, evidence);
    }
    aimed(&mut writer, evidence);
    writer.finish()
}

/// From where distances are told, where that is not the target.
fn aimed(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>) {
    match evidence.portfolio.monitoring.trade_to {
        TradeTo::Target => {}
        TradeTo::Edge => {
            writer.words(" Here distances are from the weights aimed for, at the edge of the bands.");
        }
        TradeTo::Midway => {
            writer.words(" Here distances are from the weights aimed for, half way from the targets to the edge of the bands.");
        }
    }
}

/// Why nothing is done: nothing would pay, or what would is held back.
fn idle(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>, held: &[HeldLot]) {
    let paying = held.iter().filter(|one| one.net > SLOPE_MIN).map(|one| one.reason);
    let mut held_back =
        paying.chain([off_target::surplus_cash(evidence, None).0]).filter(|reason| !reason.is_cost());
    let first = held_back.next();
    if evidence.solution.status == Status::NoTradeNeeded {
        match first {
            None => writer.words("Doing nothing is the best plan: any trade would cost more than it brings."),
            Some(reason @ (Reason::BelowMinimum | Reason::Increment)) if held_back.all(|r| r == reason) => {
                writer.words("Doing nothing is the best plan: ").words(reason.words()).words(".")
            }
            Some(_) => writer.words("Doing nothing is the best plan that keeps every rule."),
        };
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
        writer.words(evidence.aim()).words(" to ").figure(Source::OffAfter(unit)).words(".");
    }
    let better = evidence.report.before.objective > evidence.report.terms.objective;
    if !better {
        writer.words(" Doing nothing would break a rule.");
    }
    writer.words(MEASURE);
    if better {
        writer.words(" this plan is better than doing nothing by ");
        writer.figure(Source::BetterThanNothing).words(", and");
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
