//! Every way of spoiling a good plan that is listed here is found, on every public case.
//!
//! Good plans: random purchases and sales of which no rule is broken, found by trying. A mutator
//! makes one thing wrong and names the code that has to follow. Rules that depend on a document's
//! wishes have their fixtures beside them, and are counted in `agreement.rs`.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

#[allow(dead_code, reason = "the generator of `agreement.rs` uses the rest")]
#[path = "agreement/random.rs"]
mod random;

use std::path::Path;

use portfolio::plan::{ProposedPlan, ProposedTrade};
use portfolio::{Portfolio, Side};
use rust_decimal::{Decimal, dec};
use tax::plan_tax::Rates;
use validate::validate;

use crate::random::Random;

fn portfolios() -> Vec<Portfolio> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let mut paths: Vec<_> = std::fs::read_dir(cases).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let texts = paths.iter().filter_map(|p| std::fs::read_to_string(p.join("portfolio.json")).ok());
    texts.map(|text| portfolio::read(&text).unwrap()).collect()
}

fn row(p: &Portfolio, side: Side, account: usize, security: usize, quantity: Decimal) -> ProposedTrade {
    ProposedTrade {
        action: Some(side),
        account_id: Some(p.accounts[account].account_id.clone()),
        ticker: Some(p.securities[security].ticker.clone()),
        quantity: Some(quantity),
        ..ProposedTrade::default()
    }
}

fn sale(p: &Portfolio, lot: usize) -> ProposedTrade {
    let position = &p.positions[p.lots[lot].position];
    let row = row(p, Side::Sell, position.account, position.security, p.lots[lot].quantity);
    ProposedTrade { lot_id: Some(p.lots[lot].lot_id.clone()), ..row }
}

/// Violations other than that the plan is no improvement, which a random plan need not be.
fn codes(p: &Portfolio, trades: &[ProposedTrade]) -> Vec<String> {
    let plan = ProposedPlan { trades: trades.to_vec(), ..ProposedPlan::default() };
    let report = validate(p, &Rates::default(), &plan, None);
    report.verdict.violations.into_iter().map(|v| v.code).filter(|c| c != "math.not_improved").collect()
}

/// Plans of one row or two that break no rule.
fn good_plans(p: &Portfolio, chance: &mut Random) -> Vec<Vec<ProposedTrade>> {
    let mut good = Vec::new();
    for _ in 0..150 {
        let mut trades = Vec::new();
        let lot = chance.below(p.lots.len());
        let whole = p.positions[p.lots[lot].position].lots.clone();
        if chance.chance(80) {
            trades.extend(whole.map(|lot| sale(p, lot)));
        }
        let security = chance.below(p.securities.len());
        let step = p.securities[security].quantity_increment;
        let usd = Decimal::from(1_000 + chance.below(1_500));
        let steps = (usd / p.securities[security].price / step).ceil();
        if chance.chance(70) {
            trades.push(row(p, Side::Buy, chance.below(p.accounts.len()), security, steps * step));
        }
        if !trades.is_empty() && codes(p, &trades).is_empty() {
            good.push(trades);
        }
    }
    good
}

type Spoil = fn(&Portfolio, &mut Vec<ProposedTrade>) -> Option<()>;

fn first(trades: &mut [ProposedTrade], side: Side) -> Option<&mut ProposedTrade> {
    trades.iter_mut().find(|t| t.action == Some(side))
}

/// One thing made wrong, and what has to be found; `None` where the plan has nothing of the kind.
const MUTATORS: [(&str, Spoil); 11] = [
    ("order.malformed", |_, trades| {
        trades[0].action = None;
        Some(())
    }),
    ("order.malformed", |_, trades| {
        trades[0].quantity = Some(Decimal::ZERO);
        Some(())
    }),
    ("order.malformed", |_, trades| {
        trades[0].ticker = Some("NOT LISTED".to_owned());
        Some(())
    }),
    ("position.unknown_lot", |_, trades| {
        first(trades, Side::Sell)?.lot_id = None;
        Some(())
    }),
    ("position.short_sale", |_, trades| {
        let quantity = &mut first(trades, Side::Sell)?.quantity;
        *quantity = quantity.map(|q| q + dec!(1));
        Some(())
    }),
    ("position.short_sale", |_, trades| {
        let again = first(trades, Side::Sell)?.clone();
        trades.push(again);
        Some(())
    }),
    ("order.opposing_sides", |_, trades| {
        let mut back = first(trades, Side::Sell)?.clone();
        (back.action, back.lot_id) = (Some(Side::Buy), None);
        trades.push(back);
        Some(())
    }),
    ("order.increment", |p, trades| {
        let bought = first(trades, Side::Buy)?;
        let step = p.securities[p.security(bought.ticker.as_deref()?)?].quantity_increment;
        bought.quantity = bought.quantity.map(|q| q + step / dec!(2));
        Some(())
    }),
    ("order.below_minimum", |p, trades| {
        let bought = first(trades, Side::Buy)?;
        let security = &p.securities[p.security(bought.ticker.as_deref()?)?];
        bought.quantity = Some(security.quantity_increment);
        (security.quantity_increment * security.price < dec!(99)).then_some(())
    }),
    ("budget.cash_negative", |_, trades| {
        let quantity = &mut first(trades, Side::Buy)?.quantity;
        *quantity = quantity.map(|q| q * dec!(100000));
        Some(())
    }),
    ("budget.cash_buffer", |_, trades| {
        let quantity = &mut first(trades, Side::Buy)?.quantity;
        *quantity = quantity.map(|q| q * dec!(100000));
        Some(())
    }),
];

#[test]
fn every_mutator_is_found_out() {
    let mut found = [0; MUTATORS.len()];
    let mut good = 0;
    for (n, p) in portfolios().iter().enumerate() {
        let mut chance = Random::new(n as u64);
        for plan in good_plans(p, &mut chance) {
            good += 1;
            for (m, (code, spoil)) in MUTATORS.iter().enumerate() {
                let mut spoilt = plan.clone();
                if spoil(p, &mut spoilt).is_some() {
                    let codes = codes(p, &spoilt);
                    assert!(codes.iter().any(|c| c == code), "{code} not in {codes:?}: {spoilt:#?}");
                    found[m] += 1;
                }
            }
        }
    }
    eprintln!("{good} good plans; each mutator found {found:?} times");
    assert!(good >= 100, "{good} good plans");
    assert!(found.iter().all(|n| *n >= 20), "{found:?}");
}
