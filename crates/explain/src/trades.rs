//! Why this lot, why this security: a text per row.
//!
//! In: the evidence. Out: one text per row of the solution: what is traded, what it realises, what it
//! is for and, where the alternatives were weighed, what doing without it would cost and what the best
//! plan would do instead.

use optimize::Row;
use portfolio::{Decimal, Side};

use crate::alternatives::{Alternative, Instead};
use crate::evidence::{Evidence, Source};
use crate::text::{Text, Writer};
use crate::value::Value;

/// What is less than this, USD, is no difference to a reader.
const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// One text per row.
pub(crate) fn texts(evidence: &Evidence<'_>) -> Vec<Text> {
    evidence.solution.rows.iter().enumerate().map(|(place, row)| text(evidence, place, row)).collect()
}

fn text(evidence: &Evidence<'_>, place: usize, row: &Row) -> Text {
    let mut writer = Writer::new(evidence);
    writer.figure(Source::Action(place)).words(" ").figure(Source::Quantity(place)).words(" of ");
    writer.figure(Source::Ticker(row.security)).words(" for ").figure(Source::Proceeds(place));
    match row.lot {
        Some(lot) => sold(&mut writer, evidence, place, row, lot),
        None => bought(&mut writer, evidence, place, row),
    }
    purpose(&mut writer, evidence, row);
    let weighed = match (row.side, row.lot) {
        (Side::Sell, Some(lot)) => evidence.alternatives.lots.get(&lot).map(|a| (a, Source::WithoutLot(lot))),
        _ => evidence
            .alternatives
            .purchases
            .get(&row.security)
            .map(|a| (a, Source::WithoutPurchase(row.security))),
    };
    if let Some((alternative, cost)) = weighed {
        without(&mut writer, evidence, row, alternative, cost);
    }
    writer.finish()
}

fn sold(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>, place: usize, row: &Row, lot: usize) {
    writer.words(" from lot ").figure(Source::Lot(lot));
    if evidence.portfolio.lots[lot].acquired.is_some() {
        writer.words(", acquired ").figure(Source::Acquired(lot));
    }
    if evidence.gain(row).is_some_and(|gain| gain.taxable) {
        writer.words(": a ").figure(Source::Term(lot)).words(" ").figure(Source::Gain(place));
        if harvests(evidence, row, lot) {
            writer.words(", a harvest: it lowers the year's tax by ").figure(Source::TaxLowered(place));
            writer.words(", without which selling as much of it would not pay");
        }
    } else {
        writer.words(": no tax, since the account defers it or is free of it");
    }
}

/// Whether a loss is taken for the tax that it saves: what else the last dollar sold brings is no more than
/// what trading it costs.
fn harvests(evidence: &Evidence<'_>, row: &Row, lot: usize) -> bool {
    let margin = evidence.margins.sale(evidence.portfolio, lot);
    let at_a_loss = evidence.gain(row).is_some_and(|gain| gain.taxable && gain.gain < Decimal::ZERO);
    at_a_loss
        && margin.worth <= margin.trading
        && evidence.tax_lowered(row).is_some_and(|lowered| lowered >= CENT)
}

fn bought(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>, place: usize, row: &Row) {
    writer.words(" in ").figure(Source::Account(row.account));
    let Some(order) = evidence.order(row) else { return };
    writer.words(": the order costs ").figure(Source::OrderCost(place));
    cost(writer, evidence, place, row);
    if !order.fee.is_zero() {
        writer.words(", and a year of the fund's fee is ").figure(Source::OrderFee(place));
    }
}

/// What the cost of an order is for; each part that is not nothing, with its amount where there are several.
fn cost(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>, place: usize, row: &Row) {
    let Some(parts) = evidence.cost_parts(row) else { return };
    let sources = [Source::OrderCommission(place), Source::OrderSpread(place), Source::OrderImpact(place)];
    let told: Vec<usize> = (0..parts.len()).filter(|part| parts[*part] >= CENT).collect();
    for (nth, part) in told.iter().enumerate() {
        if told.len() == 1 {
            writer.words(
                [", all of it commission", " at a half spread of ", ", all of it market impact"][*part],
            );
        } else {
            writer.words(match nth {
                0 => ", of which ",
                n if n + 1 == told.len() => " and ",
                _ => ", ",
            });
            writer.figure(sources[*part]);
            writer.words([" of commission", " at a half spread of ", " of market impact"][*part]);
        }
        if *part == 1 {
            writer.figure(Source::HalfSpread(row.security));
        }
    }
}

/// What the row does to the target that it is about.
fn purpose(writer: &mut Writer<'_, '_>, evidence: &Evidence<'_>, row: &Row) {
    let unit = evidence.unit_of[row.security];
    writer.words(". ").figure(Source::Unit(unit)).words(" was ").figure(Source::OffBefore(unit));
    writer.words(evidence.aim()).words(" and is ").figure(Source::OffAfter(unit)).words(" after the plan.");
}

/// The next best plan.
fn without(
    writer: &mut Writer<'_, '_>,
    evidence: &Evidence<'_>,
    row: &Row,
    alternative: &Alternative,
    cost: Source,
) {
    let this =
        if row.side == Side::Sell { " Without selling this lot" } else { " Without buying this security" };
    writer.words(this);
    let Some(cost_usd) = alternative.cost_usd else {
        writer.words(" no plan keeps every rule.");
        return;
    };
    if cost_usd.abs() < CENT {
        writer.words(" the best plan would be as good");
    } else if cost_usd.is_sign_negative() {
        // Less was allowed, so this plan was there to be found: the gap that the search left.
        let gap = evidence.value(&Source::AtMostBetter);
        let within = matches!(gap, Some(Value::Usd(gap)) if -cost_usd <= gap + CENT);
        writer.words(" a plan was found that is better by ").figure(cost).words(", all counted together, ");
        writer.words(if within {
            "within what the search left unproven"
        } else {
            "which the bound denies: please report this together with the document"
        });
    } else {
        writer.words(" the best plan would be worse by ").figure(cost).words(", all counted together");
    }
    match alternative.instead {
        Some(Instead::Lot(lot)) => writer.words("; it would sell more of lot ").figure(Source::Lot(lot)),
        Some(Instead::Purchase(security)) => {
            writer.words("; it would buy more of ").figure(Source::Ticker(security))
        }
        None => writer.words("; nothing would take its place"),
    };
    writer.words(".");
}
