//! Why a class stays off its target.
//!
//! In: the evidence and the lots that were kept. Out: a [`Note`] per class (or security, where those
//! have targets) that a table shows as off, the farthest first. Above its target, what holds
//! it is what holds the lot of it that would be sold next; below, what bars its purchases, else what
//! holds the money: the lot of the household that would be sold next.

use portfolio::household::{CASH, DriftMetric};
use portfolio::{Decimal, Side};

use crate::Note;
use crate::evidence::{Evidence, Source};
use crate::limits;
use crate::purchases;
use crate::reason::Reason;
use crate::sizes::{self, Place};
use crate::text::{Text, Writer};
use crate::unsold::{self, HeldLot};

/// A weight that is off by less shows as on target in a table.
const NOTE_MIN: Decimal = Decimal::from_parts(5, 0, 0, false, 5);
/// A weight that differs by less than a basis point is the same.
const OFF_MIN: Decimal = Decimal::from_parts(1, 0, 0, false, 4);
/// Cash above its target is what a class lacks only where it is this part of it: a few cents that are left
/// over are not.
const CASH_PART: Decimal = Decimal::from_parts(1, 0, 0, false, 1);
/// Most notes, where every security has a target.
pub(crate) const NOTES_MAX: usize = 20;

/// The notes, the farthest first.
pub(crate) fn notes(evidence: &Evidence<'_>, held: &[HeldLot], most: usize) -> Vec<Note> {
    farthest(evidence, most).into_iter().map(|(off, unit)| note(evidence, held, unit, off)).collect()
}

/// The units off their targets and by how much, the farthest first.
pub(crate) fn farthest(evidence: &Evidence<'_>, most: usize) -> Vec<(Decimal, usize)> {
    let weights = &evidence.report.weights_after;
    let cash_counts = evidence.portfolio.drift_metric != DriftMetric::TrackingVariance;
    let counts = |unit: &usize| cash_counts || evidence.units[*unit].name != CASH;
    let mut off: Vec<(Decimal, usize)> = (0..evidence.units.len())
        .filter(counts)
        .filter_map(|unit| Some((evidence.off(unit, weights)?, unit)))
        .filter(|(off, unit)| {
            off.abs() >= NOTE_MIN && evidence.off_shown(*unit).is_some_and(|x| !x.is_zero())
        })
        .collect();
    off.sort_by_key(|(off, unit)| (-off.abs(), *unit));
    off.truncate(most);
    off
}

fn note(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize, off: Decimal) -> Note {
    let (mut reason, mut what) = told(evidence, held, unit, off);
    if let Some(finding) = evidence.findings.get(&unit).filter(|finding| finding.reason != reason) {
        reason = finding.reason;
        what = about(evidence, held, unit, off, reason);
    }
    Note {
        name: evidence.units[unit].name.to_owned(),
        reason,
        cost_usd: portfolio::money::cents(evidence.off_weighs(unit).unwrap_or_default()),
        text: text(evidence, unit, reason, what),
    }
}

/// What seems to hold a unit, by the rules and slopes after the plan alone.
pub(crate) fn told(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize, off: Decimal) -> (Reason, About) {
    if off.is_sign_negative() { below(evidence, held, unit) } else { above(evidence, held, unit) }
}

/// What a reason that re-solves have found is about: a lot or a purchase that it bars, else the unit.
fn about(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize, off: Decimal, reason: Reason) -> About {
    let holds = |one: &&HeldLot| one.reason == reason;
    let of_unit = |one: &&HeldLot| evidence.unit_of[evidence.security_of(one.lot)] == unit;
    let weights = &evidence.report.weights_after;
    let own = !off.is_sign_negative();
    let better_off = |one: &&HeldLot| {
        let other = evidence.off(evidence.unit_of[evidence.security_of(one.lot)], weights);
        other.unwrap_or_default() > off
    };
    let nearest = |a: &HeldLot, b: &HeldLot| a.net.total_cmp(&b.net);
    let lot = held
        .iter()
        .filter(|one| !is_remainder(evidence, one.lot))
        .filter(holds)
        .filter(|one| if own { of_unit(one) } else { better_off(one) })
        .max_by(|a, b| nearest(a, b));
    if let Some(one) = lot {
        return About::Lot(one.lot);
    }
    let barred = |s: &usize| purchases::barred(evidence, *s) == Some(reason);
    let of = |s: usize| evidence.unit_of[s];
    let mut takers = (0..evidence.unit_of.len()).filter(barred).map(of).filter(|other| {
        *other == unit || (own && evidence.off(*other, weights).is_some_and(|x| x.is_sign_negative()))
    });
    takers.next().map_or(About::Itself, About::Taker)
}

/// Whether less is left of a lot than the step in which it trades.
fn is_remainder(evidence: &Evidence<'_>, lot: usize) -> bool {
    let step = evidence.portfolio.securities[evidence.security_of(lot)].quantity_increment;
    evidence.sold.contains_key(&lot) && evidence.left(lot) < step
}

/// What a reason is about, where it is not the unit itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// The unit.
    Itself,
    /// The lot that would be sold next.
    Lot(usize),
    /// The unit that would be bought for the cash.
    Taker(usize),
}

fn text(evidence: &Evidence<'_>, unit: usize, reason: Reason, what: About) -> Text {
    let mut writer = Writer::new(evidence);
    writer.figure(Source::Unit(unit)).words(" stays ").figure(Source::OffAfter(unit));
    writer.words(evidence.aim()).words(" of ").figure(Source::Target(unit));
    match what {
        About::Lot(lot) => {
            writer.words(". The next lot to sell for it, ").figure(Source::Lot(lot)).words(" of ");
            let in_part = evidence.sold.contains_key(&lot);
            writer.figure(Source::Ticker(evidence.security_of(lot)));
            writer
                .words(if in_part { ", is sold no further: " } else { ", is kept: " })
                .words(reason.words());
            writer.words("; for each further dollar of it sold,");
            unsold::worth(&mut writer, lot);
        }
        About::Taker(taker) if taker != unit => {
            writer.words(". What would be bought for it, ").figure(Source::Unit(taker));
            writer.words(", is not: ").words(reason.words());
        }
        About::Taker(_) | About::Itself => {
            writer.words(": ").words(reason.words());
        }
    }
    if let Some(off) = evidence.findings.get(&unit).and_then(|finding| finding.off_without) {
        writer.words(". Were it not for that, the best plan would leave it ");
        // Nought has no side.
        if off.abs() < NOTE_MIN {
            writer.words("at");
        } else {
            writer.figure(Source::OffWithout(unit));
        }
        writer.words(evidence.aim());
    }
    if evidence.off_weighs(unit).is_some() {
        writer
            .words(". When plans are compared, being off counts as much as paying ")
            .figure(Source::OffWeighs(unit));
    }
    writer.words(".");
    writer.finish()
}

/// What keeps too much of a unit, and the lot of it that would be sold next.
fn above(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize) -> (Reason, About) {
    if evidence.units[unit].name == CASH {
        return surplus_cash(evidence, None);
    }
    // Where no lot is left the unit is what the plan buys, and as much of it as helps.
    next_to_sell(evidence, held, |lot| evidence.unit_of[evidence.security_of(lot)] == unit)
        .map_or((Reason::Balanced, About::Itself), |(lot, reason)| (reason, About::Lot(lot)))
}

/// What keeps too little of a unit, and the lot whose sale would pay for more.
fn below(evidence: &Evidence<'_>, held: &[HeldLot], unit: usize) -> (Reason, About) {
    if evidence.units[unit].name != CASH {
        let of_unit: Vec<usize> =
            (0..evidence.unit_of.len()).filter(|s| evidence.unit_of[*s] == unit).collect();
        if of_unit.is_empty() {
            return (Reason::NothingListed, About::Itself);
        }
        let bars: Vec<Option<Reason>> = of_unit.iter().map(|s| purchases::barred(evidence, *s)).collect();
        if let Some(Some(first)) = bars.iter().min() {
            // None sorts first: where the least is a reason, every security of the unit is barred.
            return (*first, About::Itself);
        }
    }
    let weights = &evidence.report.weights_after;
    let off = |unit: usize| evidence.off(unit, weights).unwrap_or_default();
    // Only what is better off than this unit can be sold in its favour.
    let better_off = |other: usize| off(other).saturating_sub(off(unit)) >= OFF_MIN;
    let next = next_to_sell(evidence, held, |lot| better_off(evidence.unit_of[evidence.security_of(lot)]));
    let cash = evidence.units.len() - 1;
    match next {
        Some((lot, reason)) if !reason.is_cost() && reason != Reason::Remainder => (reason, About::Lot(lot)),
        _ if unit != cash && off(cash) >= OFF_MIN && off(cash) >= off(unit).abs() * CASH_PART => {
            surplus_cash(evidence, Some(unit))
        }
        Some((lot, reason)) => (reason, About::Lot(lot)),
        None => (Reason::Balanced, About::Itself),
    }
}

/// Cash above its target, or all that could be bought of one unit for it: kept because nothing would be
/// better off for it, because it is to be kept, because what would be may not be bought, or because
/// buying it does not pay.
pub(crate) fn surplus_cash(evidence: &Evidence<'_>, of: Option<usize>) -> (Reason, About) {
    let p = evidence.portfolio;
    let accounts = 0..p.accounts.len();
    let helped = |s: usize| accounts.clone().map(|a| evidence.margins.helped(p, a, s)).fold(0.0, f64::max);
    let of_unit = (0..evidence.unit_of.len()).filter(|s| of.is_none_or(|unit| evidence.unit_of[*s] == unit));
    let mut takers: Vec<(f64, usize)> = of_unit.map(|s| (helped(s), s)).collect();
    takers.retain(|(helped, _)| *helped > unsold::SLOPE_MIN);
    takers.sort_by(|a, b| b.0.total_cmp(&a.0));
    let Some((_, most)) = takers.first() else { return (Reason::Balanced, About::Itself) };
    if let Some(reason) = kept_back(evidence) {
        return (reason, About::Itself);
    }
    let barred: Vec<Option<Reason>> = takers.iter().map(|(_, s)| purchases::barred(evidence, *s)).collect();
    let about = |s: usize| About::Taker(evidence.unit_of[s]);
    if let Some(Some(first)) = barred.first().filter(|_| barred.iter().all(Option::is_some)) {
        return (*first, about(*most));
    }
    let cash =
        |a: usize| evidence.report.cash_after.get(&p.accounts[a].account_id).copied().unwrap_or_default();
    let free = takers.iter().zip(&barred).filter(|(_, barred)| barred.is_none()).map(|((_, s), _)| *s);
    let places = free.flat_map(|s| accounts.clone().map(move |a| (a, s)));
    let places = places.filter(|(a, s)| cash(*a) > Decimal::ZERO && !evidence.sells(*a, *s));
    let priced = places.map(|(a, s)| (evidence.margins.purchase(p, a, s), a, s));
    let Some((net, account, security)) = priced.reduce(|best, one| if one.0 > best.0 { one } else { best })
    else {
        return (Reason::SoldByPlan, about(*most));
    };
    if net <= unsold::SLOPE_MIN {
        return (Reason::Trading, About::Itself);
    }
    let place = Place { account, security, side: Side::Buy, room_usd: cash(account) };
    (sizes::too_small(evidence, place, net).unwrap_or(Reason::Remainder), about(security))
}

/// What keeps the household from buying anything more.
fn kept_back(evidence: &Evidence<'_>) -> Option<Reason> {
    let t = &evidence.report.terms;
    let buffer = evidence.portfolio.wishes.cash_buffer_usd;
    let least = t.value_usd.saturating_mul(OFF_MIN);
    if buffer > Decimal::ZERO && t.cash_usd.saturating_sub(buffer) <= least {
        return Some(Reason::CashBuffer);
    }
    let bars_purchases = |reason: &Reason| matches!(reason, Reason::Turnover | Reason::Volatility);
    limits::household(evidence).into_iter().find(bars_purchases)
}

/// Of the lots that qualify, the one whose next dollar would bring most, and what holds it: a rule only
/// where that dollar would pay.
fn next_to_sell(
    evidence: &Evidence<'_>,
    held: &[HeldLot],
    qualifies: impl Fn(usize) -> bool,
) -> Option<(usize, Reason)> {
    let mut best: Option<&HeldLot> = None;
    for one in held.iter().filter(|one| qualifies(one.lot)) {
        // Of a lot that is sold up to a step the rest is no lot to sell next.
        let rest = |one: &HeldLot| is_remainder(evidence, one.lot);
        if best.is_none_or(|best| (!rest(one), one.net) > (!rest(best), best.net)) {
            best = Some(one);
        }
    }
    let best = best?;
    let margin = evidence.margins.sale(evidence.portfolio, best.lot);
    Some((best.lot, unsold::cost(margin).unwrap_or(best.reason)))
}
