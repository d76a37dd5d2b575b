//! How long a validation takes: a measurement, run by hand.
//!
//! `cargo test --release -p validate --test speed -- --ignored --nocapture`

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::path::Path;
use std::time::Instant;

use portfolio::Decimal;
use portfolio::plan::{ProposedPlan, ProposedTrade};
use tax::plan_tax::Rates;
use validate::validate;

#[test]
#[ignore = "a measurement"]
fn microseconds_per_validation() {
    const ROUNDS: u32 = 500;
    for case in ["etf-p1", "household-p1", "rules-p4", "direct-p2", "tracking-p1"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases").join(case).join("portfolio.json");
        let p = portfolio::read(&std::fs::read_to_string(path).unwrap()).unwrap();
        let half = |lot: &portfolio::Lot| {
            let position = &p.positions[lot.position];
            ProposedTrade {
                action: Some(portfolio::Side::Sell),
                account_id: Some(p.accounts[position.account].account_id.clone()),
                ticker: Some(p.securities[position.security].ticker.clone()),
                lot_id: Some(lot.lot_id.clone()),
                quantity: Some(lot.quantity / Decimal::TWO),
                ..ProposedTrade::default()
            }
        };
        let trades: Vec<ProposedTrade> = p.lots.iter().step_by(3).map(half).collect();
        let plan = ProposedPlan { trades, ..ProposedPlan::default() };
        let started = Instant::now();
        let findings: usize =
            (0..ROUNDS).map(|_| validate(&p, &Rates::default(), &plan, None).verdict.violations.len()).sum();
        let micros = started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS);
        eprintln!(
            "{case}: {micros:.0} µs for {} lots and {} rows ({} violations)",
            p.lots.len(),
            plan.trades.len(),
            findings / ROUNDS as usize
        );
    }
}
