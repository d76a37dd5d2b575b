//! Why a class stays off its target.
//!
//! In: the evidence and the lots that were kept. Out: a [`Note`] per class (or security, where those
//! have targets) that is a basis point or more off, the farthest first. Above its target, what holds
//! it is what holds the lot of it that would be sold next; below, what bars its purchases, else what
//! holds the money: the lot of the household that would be sold next.

use portfolio::Decimal;
use portfolio::household::{CASH, DriftMetric};

use crate::Note;
use crate::evidence::{Evidence, Source};
use crate::reason::Reason;
use crate::text::{Text, Writer};
use crate::unsold::HeldLot;

/// A weight that is off by less than a basis point is on target.
const OFF_MIN: Decimal = Decimal::from_parts(1, 0, 0, false, 4);
/// Most notes, where every security has a target.
const NOTES_MAX: usize = 20;

/// The notes, the farthest first.
pub(crate) fn notes(evidence: &Evidence<'_>, held: &[HeldLot]) -> Vec<Note> {
    let weights = &evidence.report.weights_after;
    let cash_counts = evidence.portfolio.drift_metric != DriftMetric::TrackingVariance;
    let counts = |unit: &usize| cash_counts || evidence.units[*unit].name != CASH;
    let mut off: Vec<(Decimal, usize)> = (0..evidence.units.len())
        .filter(counts)
        .filter_map(|unit| Some((evidence.off(unit, weights)?, unit)))
        .filter(|(off, _)| off.abs() >= OFF_MIN)
        .collect();
    off.sort_by_key(|(off, unit)| (-off.abs(), *unit));
    off.truncate(NOTES_MAX);
    off.into_iter().map(|(off, unit)| note(evidence, held, unit, off)).collect()
}

fn note(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize, off: Decimal) -> Note {
    let (reason, next) =
        if off.is_sign_negative() { below(evidence, held, unit) } else { above(evidence, held, unit) };
    Note {
        name: evidence.units[unit].name.to_owned(),
        reason,
        cost_usd: portfolio::money::cents(evidence.off_weighs(unit).unwrap_or_default()),
        text: text(evidence, unit, reason, next),
    }
}

fn text(evidence: &Evidence<'_>, unit: usize, reason: Reason, next: Option<usize>) -> Text {
    let mut writer = Writer::new(evidence);
    writer.figure(Source::Unit(unit)).words(" stays ").figure(Source::OffAfter(unit));
    writer.words(" its target of ").figure(Source::Target(unit));
    if let Some(lot) = next {
        writer.words(". The next lot to sell for it, ").figure(Source::Lot(lot)).words(" of ");
        writer.figure(Source::Ticker(evidence.security_of(lot))).words(", is kept: ").words(reason.words());
        writer.words("; a dollar of it would bring the aims ").figure(Source::MarginWorth(lot));
        writer.words(", against ").figure(Source::MarginTax(lot)).words(" of tax and ");
        writer.figure(Source::MarginTrading(lot)).words(" of trading cost");
    } else {
        writer.words(": ").words(reason.words());
    }
    if evidence.off_weighs(unit).is_some() {
        writer
            .words(". Being off weighs as much in the objective as a cost of ")
            .figure(Source::OffWeighs(unit));
    }
    writer.words(".");
    writer.finish()
}

/// What keeps too much of a unit, and the lot of it that would be sold next.
fn above(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize) -> (Reason, Option<usize>) {
    if evidence.units[unit].name == CASH {
        return (surplus_cash(evidence), None);
    }
    next_to_sell(held, |lot| evidence.unit_of[evidence.security_of(lot)] == unit)
        .unwrap_or((Reason::Remainder, None))
}

/// What keeps too little of a unit, and the lot whose sale would pay for more.
fn below(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize) -> (Reason, Option<usize>) {
    if evidence.units[unit].name != CASH {
        let of_unit: Vec<usize> =
            (0..evidence.unit_of.len()).filter(|s| evidence.unit_of[*s] == unit).collect();
        if of_unit.is_empty() {
            return (Reason::NothingListed, None);
        }
        let bars: Vec<Option<Reason>> = of_unit.iter().map(|s| evidence.bars.purchase(*s)).collect();
        if let Some(Some(first)) = bars.iter().min() {
            // None sorts first: where the least is a reason, every security of the unit is barred.
            return (*first, None);
        }
    }
    let weights = &evidence.report.weights_after;
    let off = |unit: usize| evidence.off(unit, weights).unwrap_or_default();
    // Only what is better off than this unit can be sold in its favour.
    let better_off = |lot: usize| {
        let other = evidence.unit_of[evidence.security_of(lot)];
        off(other).saturating_sub(off(unit)) >= OFF_MIN
    };
    next_to_sell(held, better_off).unwrap_or_else(|| (surplus_cash(evidence), None))
}

/// Cash above its target: kept because it is to be kept, or because buying more is not worth it.
fn surplus_cash(evidence: &Evidence<'_>) -> Reason {
    let wishes = &evidence.portfolio.wishes;
    let t = &evidence.report.terms;
    let spare = t.cash_usd.saturating_sub(wishes.cash_buffer_usd);
    if wishes.cash_buffer_usd > Decimal::ZERO && spare <= t.value_usd.saturating_mul(OFF_MIN) {
        Reason::CashBuffer
    } else if (0..evidence.unit_of.len()).all(|s| evidence.bars.purchase(s).is_some()) {
        Reason::NotBuyable
    } else {
        Reason::Remainder
    }
}

/// Of the lots that qualify, the one whose next dollar would bring most, and what holds it.
fn next_to_sell(held: &[HeldLot], qualifies: impl Fn(usize) -> bool) -> Option<(Reason, Option<usize>)> {
    let mut best: Option<&HeldLot> = None;
    for one in held.iter().filter(|one| qualifies(one.lot)) {
        if best.is_none_or(|best| one.net > best.net) {
            best = Some(one);
        }
    }
    best.map(|one| (one.reason, Some(one.lot)))
}
