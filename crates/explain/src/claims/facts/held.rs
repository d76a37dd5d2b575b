//! What is held: lots, positions, prices, terms and dates.

use std::collections::BTreeMap;

use jiff::civil::Date;
use portfolio::household::esg_sixths;
use portfolio::{AccountKind, Decimal, Side};
use rust_decimal::dec;

use super::{DateFact, Facts, LotState, Of, Sources, Unit, When, over, times};
use crate::claims::topic::Topic;

pub(super) fn add(facts: &mut Facts, sources: &Sources<'_>) {
    let p = sources.portfolio;
    let sold = sold(facts, sources);
    for (l, lot) in p.lots.iter().enumerate() {
        let position = &p.positions[lot.position];
        let (ticker, account) = (position.security, position.account);
        let class = facts.class_of[ticker];
        facts.lots.push(LotState {
            ticker,
            account,
            class,
            taxable: p.accounts[account].kind == AccountKind::Taxable,
            long: crate::bars::long_term(p, l),
            gain_per_share: p.securities[ticker].price.saturating_sub(lot.basis_per_share),
            sold: sold[l],
        });
        let of = Of {
            lot: Some(l),
            ticker: Some(ticker),
            account: Some(account),
            class: Some(class),
            inherent: false,
        };
        lot_figures(facts, sources, l, &of);
    }
    for s in 0..p.securities.len() {
        security(facts, sources, s);
    }
    positions(facts, sources);
}

/// Shares sold of each lot.
fn sold(facts: &Facts, sources: &Sources<'_>) -> Vec<Decimal> {
    let mut sold = vec![Decimal::ZERO; sources.portfolio.lots.len()];
    for gain in &sources.report.gains {
        if let Some(lot) = facts.lot(&gain.lot_id) {
            sold[lot] = sold[lot].saturating_add(gain.quantity);
        }
    }
    sold
}

fn lot_figures(facts: &mut Facts, sources: &Sources<'_>, l: usize, of: &Of) {
    let p = sources.portfolio;
    let lot = &p.lots[l];
    let state = facts.lots[l].clone();
    let price = p.securities[state.ticker].price;
    let rate = if state.long { sources.rates.long_term } else { sources.rates.short_term };
    let (quantity, left) = (lot.quantity, lot.quantity.saturating_sub(state.sold));
    facts.say_when(quantity, Unit::Shares, Topic::Held, of, When::Before);
    facts.say_when(left, Unit::Shares, Topic::Held, of, When::After);
    facts.say_when(times(quantity, price), Unit::Usd, Topic::Worth, of, When::Before);
    facts.say_when(times(left, price), Unit::Usd, Topic::Worth, of, When::After);
    facts.say(times(quantity, state.gain_per_share), Unit::Usd, Topic::Gain, of);
    facts.say(times(quantity, lot.basis_per_share), Unit::Usd, Topic::Basis, of);
    facts.say(lot.basis_per_share, Unit::UsdPerShare, Topic::Basis, of);
    facts.say(state.gain_per_share, Unit::UsdPerShare, Topic::Gain, of);
    if let Some(part) = over(state.gain_per_share, lot.basis_per_share) {
        facts.say(part, Unit::Part, Topic::Gain, of);
    }
    if state.taxable {
        facts.say(rate, Unit::Part, Topic::Rate, of);
    }
    if let Some(part) = over(state.sold, quantity) {
        facts.say(part, Unit::Part, Topic::Traded, of);
    }
    if let Some(acquired) = lot.acquired {
        dates(facts, p.as_of, acquired, of);
    }
}

fn dates(facts: &mut Facts, as_of: Date, acquired: Date, of: &Of) {
    facts.dates.push(DateFact { date: acquired, of: of.clone(), wash: false });
    let long_from = tax::holding::long_term_from(acquired);
    facts.dates.push(DateFact { date: long_from, of: of.clone(), wash: false });
    let days = tax::holding::days_between(acquired, as_of);
    if days < 0 {
        return;
    }
    let days = Decimal::from(days);
    facts.say(days, Unit::Days, Topic::Holding, of);
    for (unit, length) in [(Unit::Months, dec!(30.436875)), (Unit::Years, dec!(365.2425))] {
        let span = days / length;
        facts.say(span, unit, Topic::Holding, of);
        facts.say(span.floor(), unit, Topic::Holding, of);
    }
    let wait = tax::holding::days_between(as_of, long_from);
    if wait > 0 {
        facts.say(Decimal::from(wait), Unit::Days, Topic::Holding, of);
        facts.say(Decimal::from(wait) / dec!(30.436875), Unit::Months, Topic::Holding, of);
    }
}

fn security(facts: &mut Facts, sources: &Sources<'_>, s: usize) {
    let p = sources.portfolio;
    let security = &p.securities[s];
    let class = Some(facts.class_of[s]);
    let of = Of { ticker: Some(s), class, inherent: true, ..Of::default() };
    facts.say(security.price, Unit::UsdPerShare, Topic::Price, &of);
    let spread = security.spread_bps / dec!(10000);
    facts.say(spread, Unit::Part, Topic::Cost, &of);
    facts.say(spread / Decimal::TWO, Unit::Part, Topic::Cost, &of);
    facts.say(security.expense_ratio, Unit::Part, Topic::Fee, &of);
    facts.say(security.commission, Unit::Usd, Topic::Cost, &of);
    facts.say(Decimal::from(esg_sixths(security.esg)) / dec!(6), Unit::Plain, Topic::Esg, &of);
    if let Some(cap) = p.wishes.security_caps.get(&s).or(p.wishes.stock_cap.as_ref()) {
        facts.say(*cap, Unit::Part, Topic::Limit, &of);
    }
    if let Some(target) = p.security_targets.as_ref().and_then(|targets| targets.get(&s)) {
        facts.say(*target, Unit::Part, Topic::Target, &of);
    }
}

/// What is held and traded of each security, per account and over the household.
fn positions(facts: &mut Facts, sources: &Sources<'_>) {
    let p = sources.portfolio;
    let mut all: BTreeMap<(usize, Option<usize>), Position> = BTreeMap::new();
    for position in &p.positions {
        for lot in &p.lots[position.lots.clone()] {
            let gain = p.securities[position.security].price.saturating_sub(lot.basis_per_share);
            for account in [Some(position.account), None] {
                let sum = all.entry((position.security, account)).or_default();
                sum.held = sum.held.saturating_add(lot.quantity);
                sum.gain = sum.gain.saturating_add(times(lot.quantity, gain));
            }
        }
    }
    for order in &sources.report.orders {
        let Some(s) = facts.ticker(&order.ticker) else { continue };
        let change = if order.side == Side::Buy { order.quantity } else { -order.quantity };
        for account in [facts.account(&order.account_id), None] {
            let sum = all.entry((s, account)).or_default();
            sum.change = sum.change.saturating_add(change);
        }
    }
    for ((s, account), position) in all {
        let of = Of { ticker: Some(s), account, class: Some(facts.class_of[s]), ..Of::default() };
        one_position(facts, &position, (p.securities[s].price, sources.report.terms.value_usd), &of);
    }
}

/// Shares held before, their gain in USD, and what the plan adds to them.
#[derive(Default)]
struct Position {
    held: Decimal,
    gain: Decimal,
    change: Decimal,
}

fn one_position(facts: &mut Facts, position: &Position, (price, value): (Decimal, Decimal), of: &Of) {
    let after = position.held.saturating_add(position.change);
    for (shares, when) in [(position.held, When::Before), (after, When::After)] {
        facts.say_when(shares, Unit::Shares, Topic::Held, of, when);
        let usd = times(shares, price);
        facts.say_when(usd, Unit::Usd, Topic::Worth, of, when);
        if let Some(part) = over(usd, value) {
            facts.say_when(part, Unit::Part, Topic::Weight, of, when);
        }
    }
    if !position.held.is_zero() {
        facts.say(position.gain, Unit::Usd, Topic::Gain, of);
        if let Some(part) = over(position.gain, times(position.held, price).saturating_sub(position.gain)) {
            facts.say(part, Unit::Part, Topic::Gain, of);
        }
    }
}
