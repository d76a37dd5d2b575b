//! What the plan trades, and what that realises and costs.

use std::collections::BTreeMap;

use portfolio::money::cents;
use portfolio::{Decimal, Side};
use validate::OrderFigures;

use super::{Facts, Of, Sources, Unit, over, times};
use crate::claims::topic::Topic;

pub(super) fn add(facts: &mut Facts, sources: &Sources<'_>) {
    rows(facts, sources);
    lots(facts, sources);
    for order in &sources.report.orders {
        one_order(facts, sources, order);
    }
    totals(facts, sources);
}

/// A row of a purchase may be one of several of an order.
fn rows(facts: &mut Facts, sources: &Sources<'_>) {
    for row in &sources.rows.trades {
        let (Some(side), Some(quantity)) = (row.action, row.quantity) else { continue };
        let Some(ticker) = row.ticker.as_deref().and_then(|t| facts.ticker(t)) else { continue };
        let account = match row.account_id.as_deref() {
            Some(id) => facts.account(id),
            None => (facts.kinds.len() == 1).then_some(0),
        };
        let lot = row.lot_id.as_deref().and_then(|id| facts.lot(id));
        let of =
            Of { lot, ticker: Some(ticker), account, class: Some(facts.class_of[ticker]), inherent: false };
        let price = sources.portfolio.securities[ticker].price;
        facts.say_side(quantity, Unit::Shares, Topic::Traded, &of, side);
        facts.say_side(cents(times(quantity, price)), Unit::Usd, Topic::Worth, &of, side);
    }
}

/// What each lot sold realises, and what that changes in the year's tax.
fn lots(facts: &mut Facts, sources: &Sources<'_>) {
    let (rates, terms) = (sources.rates, &sources.report.terms);
    let rate = |long: bool| if long { rates.long_term } else { rates.short_term };
    let taxed = || sources.report.gains.iter().filter(|gain| gain.taxable);
    let sum = taxed().fold(Decimal::ZERO, |sum, gain| sum.saturating_add(times(gain.gain, rate(gain.long))));
    let adds_up = sum.saturating_sub(terms.tax_usd).abs() <= Decimal::new(1, 2);
    for gain in &sources.report.gains {
        let Some(lot) = facts.lot(&gain.lot_id) else { continue };
        let state = &facts.lots[lot];
        let of = Of {
            lot: Some(lot),
            ticker: Some(state.ticker),
            account: Some(state.account),
            class: Some(state.class),
            inherent: false,
        };
        let basis = sources.portfolio.lots[lot].basis_per_share;
        facts.say(gain.gain, Unit::Usd, Topic::Gain, &of);
        facts.say(times(gain.quantity, basis), Unit::Usd, Topic::Basis, &of);
        if !gain.taxable {
            facts.say(Decimal::ZERO, Unit::Usd, Topic::Tax, &of);
            continue;
        }
        // The year's tax with the lot less the tax without it; and its own rate, where the taxes of the lots add up.
        let ((s0, l0), (s, l)) = (sources.report.year_so_far, (terms.short_term_net, terms.long_term_net));
        let (short, long) = if gain.long { (Decimal::ZERO, gain.gain) } else { (gain.gain, Decimal::ZERO) };
        let without = rates.tax(s.saturating_sub(short), l.saturating_sub(long), s0, l0);
        facts.say(rates.tax(s, l, s0, l0).saturating_sub(without), Unit::Usd, Topic::Tax, &of);
        if adds_up {
            facts.say(times(gain.gain, rate(gain.long)), Unit::Usd, Topic::Tax, &of);
        }
    }
}

fn one_order(facts: &mut Facts, sources: &Sources<'_>, order: &OrderFigures) {
    let (Some(ticker), Some(account)) = (facts.ticker(&order.ticker), facts.account(&order.account_id))
    else {
        return;
    };
    facts.orders.insert((account, ticker, order.side));
    let of = Of {
        ticker: Some(ticker),
        account: Some(account),
        class: Some(facts.class_of[ticker]),
        ..Of::default()
    };
    facts.say_side(order.quantity, Unit::Shares, Topic::Traded, &of, order.side);
    facts.say_side(order.shown_usd, Unit::Usd, Topic::Worth, &of, order.side);
    facts.say(order.cost, Unit::Usd, Topic::Cost, &of);
    facts.say(order.fee, Unit::Usd, Topic::Fee, &of);
    let security = &sources.portfolio.securities[ticker];
    let spread = times(order.notional, security.spread_bps / Decimal::from(20_000));
    facts.say(spread, Unit::Usd, Topic::Cost, &of);
    facts.say(
        order.cost.saturating_sub(security.commission).saturating_sub(spread),
        Unit::Usd,
        Topic::Cost,
        &of,
    );
    if order.side == Side::Sell {
        facts.say(order.gain_short, Unit::Usd, Topic::Gain, &of);
        facts.say(order.gain_long, Unit::Usd, Topic::Gain, &of);
        facts.say(order.gain_short.saturating_add(order.gain_long), Unit::Usd, Topic::Gain, &of);
    }
    if let Some(part) = over(order.notional, sources.report.terms.value_usd) {
        facts.say(part, Unit::Part, Topic::Traded, &of);
    }
}

/// Sums by security, by class and by account.
fn totals(facts: &mut Facts, sources: &Sources<'_>) {
    let mut sums: BTreeMap<(u8, usize, Side), (Decimal, Decimal, Decimal)> = BTreeMap::new();
    for order in &sources.report.orders {
        let (Some(ticker), Some(account)) = (facts.ticker(&order.ticker), facts.account(&order.account_id))
        else {
            continue;
        };
        for key in [(0, ticker), (1, facts.class_of[ticker]), (2, account)] {
            let sum = sums.entry((key.0, key.1, order.side)).or_default();
            let gain = order.gain_short.saturating_add(order.gain_long);
            *sum = (
                sum.0.saturating_add(order.quantity),
                sum.1.saturating_add(order.shown_usd),
                sum.2.saturating_add(gain),
            );
        }
    }
    for ((kind, place, side), (shares, usd, gain)) in sums {
        let of = match kind {
            0 => Of { ticker: Some(place), class: Some(facts.class_of[place]), ..Of::default() },
            1 => Of { class: Some(place), ..Of::default() },
            _ => Of { account: Some(place), ..Of::default() },
        };
        if kind == 0 {
            facts.say_side(shares, Unit::Shares, Topic::Traded, &of, side);
        }
        facts.say_side(usd, Unit::Usd, Topic::Worth, &of, side);
        if side == Side::Sell {
            facts.say(gain, Unit::Usd, Topic::Gain, &of);
        }
    }
}
