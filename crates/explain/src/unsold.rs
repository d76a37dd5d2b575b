//! Why a lot was not sold.
//!
//! In: the evidence. Out: per lot of which nothing is sold, what held it: a rule by itself, a rule
//! together with what the plan does, or a cost. Order matters: a rule that bars the sale whatever else
//! the plan does is named first; costs only where no rule is in the way.

use std::collections::BTreeSet;

use portfolio::{Decimal, Side};

use crate::Note;
use crate::bars::long_term;
use crate::evidence::{Evidence, Source};
use crate::limits;
use crate::margins::Margin;
use crate::reason::Reason;
use crate::sizes::{self, Place};
use crate::text::{Text, Writer};

/// A lot of which something is left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct HeldLot {
    pub(crate) lot: usize,
    pub(crate) reason: Reason,
    /// Whether some of it is sold.
    pub(crate) in_part: bool,
    /// What selling one more dollar would bring, all costs deducted; parts of a dollar.
    pub(crate) net: f64,
}

/// Slopes up to this, a hundredth of a cent per dollar, are none.
pub(crate) const SLOPE_MIN: f64 = 1e-4;

/// The limits of the household that are used up.
struct Limits {
    used_up: Vec<Reason>,
    /// Slope of the variance per security, where its cap is among them.
    risk: Vec<f64>,
}

/// Every lot of which something is left after the plan, in the order of the document.
pub(crate) fn held_lots(evidence: &Evidence<'_>) -> Vec<HeldLot> {
    let used_up = limits::household(evidence);
    let capped = used_up.contains(&Reason::Volatility);
    let risk = if capped { limits::risk_slopes(evidence) } else { Vec::new() };
    let limits = Limits { used_up, risk };
    let groups = groups_bought(evidence);
    let lots = (0..evidence.portfolio.lots.len()).filter(|lot| evidence.left(*lot) > Decimal::ZERO);
    lots.map(|lot| held_lot(evidence, lot, &limits, &groups)).collect()
}

/// A note for each of which nothing is sold.
pub(crate) fn notes(evidence: &Evidence<'_>, held: &[HeldLot]) -> Vec<Note> {
    let note = |one: &HeldLot| Note {
        name: evidence.portfolio.lots[one.lot].lot_id.clone(),
        reason: one.reason,
        cost_usd: portfolio::money::cents(evidence.whole_lot_usd(one.lot)),
        text: text(evidence, one),
    };
    held.iter().filter(|one| !one.in_part).map(note).collect()
}

fn text(evidence: &Evidence<'_>, held: &HeldLot) -> Text {
    let lot = held.lot;
    let mut writer = Writer::new(evidence);
    writer
        .words("Lot ")
        .figure(Source::Lot(lot))
        .words(" of ")
        .figure(Source::Ticker(evidence.security_of(lot)));
    writer.words(" is kept: ").words(held.reason.words());
    if held.reason == Reason::HoldingPeriod {
        writer.words(" (acquired ").figure(Source::Acquired(lot)).words(")");
    }
    let small = matches!(held.reason, Reason::BelowMinimum | Reason::Increment);
    let weighed = small || held.reason.is_cost();
    if weighed {
        writer.words(". For each further dollar of it sold,");
        worth(&mut writer, lot);
    }
    writer.words(". Selling all of it on top of the plan, nothing else changed, would ");
    if evidence.taxable(lot) {
        writer.words("realise a ").figure(Source::Term(lot)).words(" ").figure(Source::WholeLotGain(lot));
        writer.words(", change the tax by ").figure(Source::WholeLotTax(lot)).words(" and cost ");
    } else {
        writer.words("cause no tax and cost ");
    }
    writer.figure(Source::WholeLotCost(lot)).words(" to trade.");
    writer.finish()
}

/// What the next dollar of a lot would be worth, and what it would cost.
pub(crate) fn worth(writer: &mut Writer<'_, '_>, lot: usize) {
    writer.words(" coming closer to the targets and wishes would be worth ").figure(Source::MarginWorth(lot));
    writer.words(", the tax would be ").figure(Source::MarginTax(lot));
    writer.words(" and the trading cost ").figure(Source::MarginTrading(lot));
}

fn held_lot(evidence: &Evidence<'_>, lot: usize, limits: &Limits, groups: &BTreeSet<&str>) -> HeldLot {
    let margin = evidence.margins.sale(evidence.portfolio, lot);
    let reason = if let Some(rule) = evidence.bars.sale(lot).or_else(|| opposed(evidence, lot, groups)) {
        rule
    } else if let Some(cost) = cost(margin) {
        cost
    } else {
        let limit = queued(evidence, lot).or_else(|| limit(evidence, lot, limits));
        limit.or_else(|| small_or_balanced(evidence, lot, margin)).unwrap_or(Reason::Remainder)
    };
    HeldLot { lot, reason, in_part: evidence.sold.contains_key(&lot), net: margin.net() }
}

/// The cost that holds a lot which no rule need hold, as its next dollar would not pay.
pub(crate) fn cost(margin: Margin) -> Option<Reason> {
    if margin.net() > SLOPE_MIN {
        None
    } else if margin.worth - margin.tax.min(0.0) <= SLOPE_MIN {
        // Neither the targets nor a loss speak for the sale.
        Some(Reason::NotNeeded)
    } else {
        // Of the costs that together hold it, the larger gives the name.
        Some(if margin.tax >= margin.trading { Reason::Tax } else { Reason::Trading })
    }
}

/// What leaves too little to trade. At the best plan what a sale brings equals what it costs, up to the
/// step of an order; where most of what it would bring is eaten by tax and trading, these are what leaves
/// so little.
fn small_or_balanced(evidence: &Evidence<'_>, lot: usize, margin: Margin) -> Option<Reason> {
    let small = too_small(evidence, lot, margin)?;
    if margin.tax + margin.trading <= margin.net() {
        return Some(small);
    }
    Some(if margin.tax >= margin.trading { Reason::Tax } else { Reason::Trading })
}

fn too_small(evidence: &Evidence<'_>, lot: usize, margin: Margin) -> Option<Reason> {
    let p = evidence.portfolio;
    let position = &p.positions[p.lots[lot].position];
    let left = evidence.left(lot).saturating_mul(p.securities[position.security].price);
    let (account, security) = (position.account, position.security);
    sizes::too_small(evidence, Place { account, security, side: Side::Sell, room_usd: left }, margin.net())
}

/// Rules that stand against what the plan buys.
fn opposed(evidence: &Evidence<'_>, lot: usize, groups: &BTreeSet<&str>) -> Option<Reason> {
    let p = evidence.portfolio;
    let position = &p.positions[p.lots[lot].position];
    let security = &p.securities[position.security];
    let loss = evidence.taxable(lot) && security.price < p.lots[lot].basis_per_share;
    if evidence.buys(position.account, position.security) {
        Some(Reason::OpposingSides)
    } else {
        (loss && groups.contains(security.identical_group.as_str())).then_some(Reason::LossAndPurchase)
    }
}

/// Rules on the order of the lots of a position.
fn queued(evidence: &Evidence<'_>, lot: usize) -> Option<Reason> {
    let p = evidence.portfolio;
    let range = p.positions[p.lots[lot].position].lots.clone();
    let short_gain = |l: usize| {
        let price = p.securities[evidence.security_of(l)].price;
        evidence.taxable(l) && !long_term(p, l) && price > p.lots[l].basis_per_share
    };
    let left = |l: &usize| {
        let sold = evidence.sold.get(l).copied().unwrap_or_default();
        *l != lot && sold < p.lots[*l].quantity && evidence.bars.sale(*l).is_none()
    };
    let first = |l: &usize| p.wishes.first_lots.contains(l);
    if !first(&lot) && range.clone().filter(left).any(|l| first(&l)) {
        return Some(Reason::LotOrder);
    }
    let waits = p.wishes.short_term_last && short_gain(lot) && !first(&lot);
    (waits && range.filter(left).any(|l| !short_gain(l))).then_some(Reason::ShortTermPriority)
}

/// The first limit that leaves no room for this lot.
fn limit(evidence: &Evidence<'_>, lot: usize, household: &Limits) -> Option<Reason> {
    let p = evidence.portfolio;
    let security = evidence.security_of(lot);
    let gains = evidence.taxable(lot) && p.securities[security].price > p.lots[lot].basis_per_share;
    // The cap on volatility is in the way of what adds risk: of what would be bought, if it has more.
    let riskier = || {
        let account = p.positions[p.lots[lot].position].account;
        let bought = evidence.margins.put_into(account).map_or(0.0, |s| household.risk[s]);
        bought > household.risk[security]
    };
    let applies = |reason: &&Reason| match reason {
        Reason::GainBudget | Reason::TaxBudget => gains,
        Reason::Volatility => riskier(),
        _ => true,
    };
    // It holds the lot only where nothing else of the security would be left.
    let last = || {
        let worth = evidence.left(lot).saturating_mul(p.securities[security].price);
        evidence.after.held[security].saturating_sub(worth) < Decimal::ONE
    };
    let holds = |reason: &&Reason| evidence.freed.get(reason).is_none_or(|lots| lots.contains(&lot));
    let always = || (p.wishes.always_hold.contains(&security) && last()).then_some(Reason::AlwaysHold);
    household
        .used_up
        .iter()
        .filter(holds)
        .find(applies)
        .copied()
        .or_else(|| limits::volume(evidence, security))
        .or_else(always)
}

fn groups_bought<'a>(evidence: &Evidence<'a>) -> BTreeSet<&'a str> {
    let bought = evidence.solution.rows.iter().filter(|row| row.lot.is_none());
    bought.map(|row| evidence.portfolio.securities[row.security].identical_group.as_str()).collect()
}
