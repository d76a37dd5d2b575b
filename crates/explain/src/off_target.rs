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
use crate::limits;
use crate::reason::Reason;
use crate::text::{Text, Writer};
use crate::unsold::{self, HeldLot};

/// A weight that is off by less than a basis point is on target.
const OFF_MIN: Decimal = Decimal::from_parts(1, 0, 0, false, 4);
/// Most notes, where every security has a target.
pub(crate) const NOTES_MAX: usize = 20;

/// The notes, the farthest first.
pub(crate) fn notes(evidence: &Evidence<'_>, held: &[HeldLot], most: usize) -> Vec<Note> {
    let weights = &evidence.report.weights_after;
    let cash_counts = evidence.portfolio.drift_metric != DriftMetric::TrackingVariance;
    let counts = |unit: &usize| cash_counts || evidence.units[*unit].name != CASH;
    let mut off: Vec<(Decimal, usize)> = (0..evidence.units.len())
        .filter(counts)
        .filter_map(|unit| Some((evidence.off(unit, weights)?, unit)))
        .filter(|(off, _)| off.abs() >= OFF_MIN)
        .collect();
    off.sort_by_key(|(off, unit)| (-off.abs(), *unit));
    off.truncate(most);
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
        let in_part = evidence.sold.contains_key(&lot);
        writer.figure(Source::Ticker(evidence.security_of(lot)));
        writer.words(if in_part { ", is sold no further: " } else { ", is kept: " }).words(reason.words());
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
        let bars: Vec<Option<Reason>> = of_unit.iter().map(|s| unbuyable(evidence, *s)).collect();
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
    match next_to_sell(held, better_off) {
        Some((Reason::Remainder, _)) | None => (surplus_cash(evidence), None),
        Some(next) => next,
    }
}

/// What bars buying more of this security: a rule, what the plan sells, or a limit that it has used up.
fn unbuyable(evidence: &Evidence<'_>, security: usize) -> Option<Reason> {
    let rule = evidence.bars.purchase(security);
    rule.or_else(|| sold_by_the_plan(evidence, security)).or_else(|| limits::purchase(evidence, security))
}

/// What the plan sells that bars buying this security in every account.
fn sold_by_the_plan(evidence: &Evidence<'_>, security: usize) -> Option<Reason> {
    let p = evidence.portfolio;
    let group = &p.securities[security].identical_group;
    let at_a_loss = evidence.sold.keys().any(|lot| {
        let sold = &p.securities[evidence.security_of(*lot)];
        let loss = sold.price < p.lots[*lot].basis_per_share;
        evidence.taxable(*lot) && loss && sold.identical_group == *group
    });
    let sells = |account: usize| {
        evidence.sold.keys().any(|lot| {
            let position = &p.positions[p.lots[*lot].position];
            position.account == account && position.security == security
        })
    };
    if at_a_loss {
        Some(Reason::LossTaken)
    } else {
        (0..p.accounts.len()).all(sells).then_some(Reason::SoldByPlan)
    }
}

/// Cash above its target: kept because it is to be kept, because nothing may be bought, or because
/// buying more is not worth it.
fn surplus_cash(evidence: &Evidence<'_>) -> Reason {
    let p = evidence.portfolio;
    let t = &evidence.report.terms;
    let least = t.value_usd.saturating_mul(OFF_MIN);
    let buffer = p.wishes.cash_buffer_usd;
    if buffer > Decimal::ZERO && t.cash_usd.saturating_sub(buffer) <= least {
        return Reason::CashBuffer;
    }
    let securities = 0..evidence.unit_of.len();
    if securities.clone().all(|s| evidence.bars.purchase(s).is_some()) {
        return Reason::NotBuyable;
    }
    let bars_purchases = |reason: &Reason| matches!(reason, Reason::Turnover | Reason::Volatility);
    if let Some(reason) = limits::household(evidence).into_iter().find(bars_purchases) {
        return reason;
    }
    let buyable = |s: &usize| unbuyable(evidence, *s).is_none();
    let buyable: Vec<usize> = securities.filter(buyable).collect();
    let has_cash = |a: &usize| {
        let cash = evidence.report.cash_after.get(&p.accounts[*a].account_id);
        cash.is_some_and(|cash| *cash >= least)
    };
    let worth_it = |a: usize| {
        let most = buyable.iter().map(|s| evidence.margins.purchase(p, a, *s)).fold(0.0, f64::max);
        most > unsold::SLOPE_MIN
    };
    if buyable.is_empty() {
        return Reason::NotBuyable;
    }
    let idle = !(0..p.accounts.len()).filter(has_cash).any(worth_it);
    if idle { Reason::Trading } else { Reason::Remainder }
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
