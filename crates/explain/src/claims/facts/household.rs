//! What is so of the household as a whole, of its classes and of its accounts; its wishes and its calendar.

use jiff::civil::Date;
use portfolio::household::{Action, CASH};
use portfolio::money::cents;
use portfolio::{Decimal, Side, Token};
use rust_decimal::dec;

use super::{ClassState, DateFact, Facts, Of, Sources, Unit, When, times};
use crate::claims::topic::Topic;

/// Days in which the wash-sale rule looks back.
const WASH_DAYS: i64 = 30;

pub(super) fn add(facts: &mut Facts, sources: &Sources<'_>) {
    terms(facts, sources);
    gains(facts, sources);
    classes(facts, sources);
    accounts(facts, sources);
    wishes(facts, sources);
    rules(facts, sources);
    calendar(facts, sources);
}

fn terms(facts: &mut Facts, sources: &Sources<'_>) {
    let (report, all) = (sources.report, Of::default());
    let (before, after, shown) = (&report.before, &report.terms, report.shown());
    facts.say(after.value_usd, Unit::Usd, Topic::Value, &all);
    facts.say(after.tax_usd, Unit::Usd, Topic::Tax, &all);
    facts.say(shown.costs, Unit::Usd, Topic::Cost, &all);
    facts.say(after.fee_usd, Unit::Usd, Topic::Fee, &all);
    facts.say(after.location_drag_usd, Unit::Usd, Topic::Tax, &all);
    facts.say(shown.sold, Unit::Usd, Topic::Worth, &all);
    facts.say(shown.bought, Unit::Usd, Topic::Worth, &all);
    facts.say(shown.sold.saturating_add(shown.bought), Unit::Usd, Topic::Worth, &all);
    for (terms, when) in [(before, When::Before), (after, When::After)] {
        facts.say_when(terms.drift, Unit::Plain, Topic::Drift, &all, when);
        facts.say_when(terms.esg, Unit::Plain, Topic::Esg, &all, when);
        facts.say_when(terms.objective, Unit::Plain, Topic::Objective, &all, when);
        facts.say_when(terms.cash_usd, Unit::Usd, Topic::Cash, &all, when);
    }
    let better = times(before.objective.saturating_sub(after.objective), after.value_usd);
    facts.say(better, Unit::Usd, Topic::Objective, &all);
    let lambda = sources.portfolio.lambdas();
    for weight in [lambda.drift, lambda.cost, lambda.tax, lambda.esg] {
        facts.say(weight, Unit::Plain, Topic::Weight, &all);
    }
}

/// What the plan realises in all, and what the year had before.
fn gains(facts: &mut Facts, sources: &Sources<'_>) {
    let all = Of::default();
    let sum = |of: &dyn Fn(bool, Decimal) -> bool| {
        let taxable = sources.report.gains.iter().filter(|g| g.taxable && of(g.long, g.gain));
        taxable.fold(Decimal::ZERO, |sum, g| sum.saturating_add(cents(g.gain)))
    };
    let loss = |gain: Decimal| gain < Decimal::ZERO;
    for figure in [
        sum(&|long, _| long),
        sum(&|long, _| !long),
        sum(&|_, _| true),
        sum(&|_, gain| loss(gain)),
        sum(&|_, gain| !loss(gain)),
        sum(&|long, gain| long && loss(gain)),
        sum(&|long, gain| long && !loss(gain)),
        sum(&|long, gain| !long && loss(gain)),
        sum(&|long, gain| !long && !loss(gain)),
    ] {
        facts.say(figure, Unit::Usd, Topic::Gain, &all);
    }
    let tax = &sources.portfolio.tax;
    for figure in [
        tax.realised_short,
        tax.realised_long,
        -tax.carried_short,
        -tax.carried_long,
        sources.report.year_so_far.0,
        sources.report.year_so_far.1,
        sources.report.terms.short_term_net,
        sources.report.terms.long_term_net,
    ] {
        facts.say(figure, Unit::Usd, Topic::Gain, &all);
    }
}

fn classes(facts: &mut Facts, sources: &Sources<'_>) {
    let p = sources.portfolio;
    let by_security = p.security_targets.is_some();
    for (place, class) in p.classes().into_iter().enumerate() {
        let weight = |weights: &std::collections::BTreeMap<String, Decimal>| {
            if !by_security || class == CASH {
                return weights.get(class).copied().unwrap_or_default();
            }
            let of_class = p.securities.iter().filter(|s| s.asset_class == class);
            of_class
                .filter_map(|s| weights.get(&s.ticker))
                .fold(Decimal::ZERO, |sum, w| sum.saturating_add(*w))
        };
        let state = ClassState {
            before: weight(&sources.report.weights_before),
            after: weight(&sources.report.weights_after),
            target: p.target_allocation.get(class).copied().unwrap_or_default(),
        };
        let of = Of { class: Some(place), ..Of::default() };
        facts.say(state.target, Unit::Part, Topic::Target, &of);
        facts.say(times(state.target, sources.report.terms.value_usd), Unit::Usd, Topic::Target, &of);
        for (weight, when) in [(state.before, When::Before), (state.after, When::After)] {
            facts.say_when(weight, Unit::Part, Topic::Weight, &of, when);
            facts.say_when(weight.saturating_sub(state.target), Unit::Part, Topic::Off, &of, when);
            facts.say_when(times(weight, sources.report.terms.value_usd), Unit::Usd, Topic::Worth, &of, when);
        }
        facts.say(state.after.saturating_sub(state.before), Unit::Part, Topic::Off, &of);
        if class == CASH {
            for (usd, when) in
                [(sources.report.before.cash_usd, When::Before), (sources.report.terms.cash_usd, When::After)]
            {
                facts.say_when(usd, Unit::Usd, Topic::Cash, &of, when);
            }
        }
        facts.classes.push(state);
    }
}

fn accounts(facts: &mut Facts, sources: &Sources<'_>) {
    let p = sources.portfolio;
    for (place, account) in p.accounts.iter().enumerate() {
        let of = Of { account: Some(place), ..Of::default() };
        let held = p.positions.iter().filter(|position| position.account == place);
        let held = held.fold(Decimal::ZERO, |sum, position| sum.saturating_add(p.position_value(position)));
        facts.say_when(account.cash, Unit::Usd, Topic::Cash, &of, When::Before);
        facts.say_when(account.cash + account.flow, Unit::Usd, Topic::Cash, &of, When::Before);
        facts.say_when(held, Unit::Usd, Topic::Worth, &of, When::Before);
        facts.say_when(held + account.cash, Unit::Usd, Topic::Worth, &of, When::Before);
        facts.say_when(held + account.cash + account.flow, Unit::Usd, Topic::Worth, &of, When::Always);
        if !account.flow.is_zero() {
            facts.say(account.flow, Unit::Usd, Topic::Flow, &of);
            facts.say(account.flow, Unit::Usd, Topic::Flow, &Of::default());
        }
        if let Some(usd) = sources.report.cash_after.get(&account.account_id) {
            facts.say_when(*usd, Unit::Usd, Topic::Cash, &of, When::After);
        }
        let cost = sources.report.orders.iter().filter(|o| o.account_id == account.account_id);
        let cost = cost.fold(Decimal::ZERO, |sum, order| sum.saturating_add(cents(order.cost)));
        facts.say(cost, Unit::Usd, Topic::Cost, &of);
    }
}

/// The figures of the preferences.
fn wishes(facts: &mut Facts, sources: &Sources<'_>) {
    let all = Of::default();
    for token in &sources.portfolio.preferences {
        match token {
            Token::HarvestLossesUpTo(usd) => facts.say(*usd, Unit::Usd, Topic::LossLimit, &all),
            Token::MaintainCashBalance(usd) => facts.say(*usd, Unit::Usd, Topic::CashLimit, &all),
            Token::MaxRealizedGains(usd) => facts.say(*usd, Unit::Usd, Topic::GainLimit, &all),
            Token::MaxTax(usd) => facts.say(*usd, Unit::Usd, Topic::TaxLimit, &all),
            Token::AvoidTradesBelow(usd) => facts.say(*usd, Unit::Usd, Topic::Limit, &all),
            Token::MaxDailyTradeVolumePct(pct)
            | Token::MaxConcentrationPct(pct)
            | Token::MaxSectorExposurePct(pct)
            | Token::VolatilityCapPct(pct)
            | Token::ConcentrateUpTo(pct, _)
            | Token::MaxSectorExposurePctIn(pct, _) => {
                facts.say(*pct / Decimal::ONE_HUNDRED, Unit::Part, Topic::Limit, &all);
            }
            Token::MinHoldingMonths(months) | Token::MinHoldingMonthsUnlessNecessary(months) => {
                facts.say(Decimal::from(*months), Unit::Months, Topic::Limit, &all);
            }
            _ => {}
        }
    }
}

/// The constants of the tax rules.
fn rules(facts: &mut Facts, sources: &Sources<'_>) {
    let (rates, all) = (sources.rates, Of::default());
    for days in [WASH_DAYS, WASH_DAYS + 1, 2 * WASH_DAYS + 1] {
        facts.say(Decimal::from(days), Unit::Days, Topic::Wash, &all);
    }
    for days in [60, 61] {
        facts.say(Decimal::from(days), Unit::Days, Topic::Dividend, &all);
    }
    facts.say(Decimal::ONE, Unit::Years, Topic::Holding, &all);
    facts.say(dec!(12), Unit::Months, Topic::Holding, &all);
    facts.say(dec!(365), Unit::Days, Topic::Holding, &all);
    facts.say(rates.ordinary_loss_limit, Unit::Usd, Topic::LossLimit, &all);
    for rate in [rates.short_term, rates.long_term, rates.ordinary, rates.carryforward] {
        facts.say(rate, Unit::Part, Topic::Rate, &all);
    }
    facts.say(sources.portfolio.wash_sale_tolerance_usd, Unit::Usd, Topic::Limit, &all);
    facts.say(sources.portfolio.liquidity_fraction_of_adv, Unit::Part, Topic::Limit, &all);
}

/// The days that a text may name.
fn calendar(facts: &mut Facts, sources: &Sources<'_>) {
    let p = sources.portfolio;
    let add = |facts: &mut Facts, date: Date, of: &Of, wash: bool| {
        facts.dates.push(DateFact { date, of: of.clone(), wash });
    };
    add(facts, p.as_of, &Of::default(), false);
    if let Some(last) = p.monitoring.last_rebalance {
        add(facts, last, &Of::default(), false);
    }
    let recent = p.lots.iter().filter_map(|lot| Some((p.positions[lot.position].security, lot.acquired?)));
    let recent = recent.filter(|(_, date)| tax::holding::days_between(*date, p.as_of) <= WASH_DAYS);
    let booked = p.transactions.iter().filter_map(|t| Some((p.security(&t.ticker)?, t.date)));
    let days: Vec<(usize, Date)> = recent.chain(booked).collect();
    for (ticker, date) in days {
        let of =
            Of { ticker: Some(ticker), class: Some(facts.class_of[ticker]), inherent: true, ..Of::default() };
        add(facts, date, &of, true);
        if tax::holding::days_between(date, p.as_of) <= WASH_DAYS {
            for after in [WASH_DAYS, WASH_DAYS + 1] {
                let end = tax::holding::plus_days(date, after);
                add(facts, end, &of, true);
                let left = tax::holding::days_between(p.as_of, end);
                facts.say(Decimal::from(left), Unit::Days, Topic::Wash, &of);
            }
        }
    }
    // What the plan sells at a loss can't be bought back before this, and what it buys not sold at a loss.
    for order in &sources.report.orders {
        let Some(ticker) = facts.ticker(&order.ticker) else { continue };
        let loss =
            order.side == Side::Sell && (order.gain_long < Decimal::ZERO || order.gain_short < Decimal::ZERO);
        if loss || order.side == Side::Buy {
            let of = Of {
                ticker: Some(ticker),
                class: Some(facts.class_of[ticker]),
                inherent: true,
                ..Of::default()
            };
            for after in [WASH_DAYS, WASH_DAYS + 1] {
                add(facts, tax::holding::plus_days(p.as_of, after), &of, true);
            }
        }
    }
    for t in p.transactions.iter().filter(|t| t.action == Action::Sell) {
        let lost = t.realised_gain.is_some_and(|gain| gain < Decimal::ZERO);
        if let Some(ticker) = p.security(&t.ticker).filter(|_| lost) {
            facts.lost_before.insert(ticker);
        }
        let (Some(ticker), Some(gain)) = (p.security(&t.ticker), t.realised_gain) else { continue };
        let of =
            Of { ticker: Some(ticker), class: Some(facts.class_of[ticker]), inherent: true, ..Of::default() };
        facts.say(gain, Unit::Usd, Topic::Gain, &of);
        facts.say(t.quantity, Unit::Shares, Topic::Traded, &of);
        facts.say(times(t.quantity, t.price), Unit::Usd, Topic::Worth, &of);
    }
}
