//! Small documents that earlier versions planned badly: a plan that the validator refused, or a proof that was none.
//!
//! The objective beside each is that of a plan that keeps every rule, found by hand or by another solver; no bound may
//! be above it, and a plan that is called optimal may not be worse.

#![allow(clippy::unwrap_used, reason = "a test that can't read its data should fail")]

use portfolio::plan::Status;
use rebalance::{Cycle, Options, Verdict, cycle};

/// Document, and L of a plan that keeps every rule.
const DOCUMENTS: [(&str, f64); 7] = [
    ("a_kept_lot", 0.004_061_748),
    ("coarse_increments", 3.2e-12),
    ("least_order_is_the_liquidity_limit", 2.082_836),
    ("lots_kept_in_a_cheap_fund", 0.055_854_720),
    ("lots_sold_out_beside_one_left", f64::INFINITY),
    ("no_order_is_admissible", -0.003_570_212),
    ("young_lots_kept", 0.005_522_028),
];

/// Documents whose plan was refused, or not found, for want of an increment: lots of more digits than it, and limits
/// that rounding breaks. Each has a plan that is proven.
const ROUNDING: [&str; 8] = [
    "a_cap_below_what_can_be_sold",
    "a_lot_at_its_basis",
    "first_lots_of_six_digits",
    "gains_and_tax_limits_together",
    "gains_limit",
    "lots_of_six_digits",
    "no_tax_at_all",
    "tax_limit_of_a_large_account",
];

fn planned(name: &str) -> Cycle {
    let path = format!("{}/tests/awkward/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    cycle(&text, &Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn rounding_to_increments_costs_no_plan() {
    for name in ROUNDING {
        let cycle = planned(name);
        assert!(matches!(cycle.verdict, Verdict::Valid(_)), "{name}");
        assert_eq!(cycle.plan.status, Status::Optimal, "{name}: {}", cycle.plan.relative_gap);
    }
}

#[test]
fn awkward_documents_are_planned_well() {
    for (name, known) in DOCUMENTS {
        let cycle = planned(name);
        assert!(matches!(cycle.verdict, Verdict::Valid(_)), "{name}");
        let plan = &cycle.plan;
        let (objective, bound) = (plan.objective.total, plan.bound);
        let scale = (plan.objective_without_trades - bound).abs().max(1e-4);
        assert!(bound <= known + 1e-9, "{name}: the bound {bound} is above a plan at {known}");
        let proven = matches!(plan.status, Status::Optimal | Status::NoTradeNeeded);
        assert!(
            !proven || objective <= known + 1e-4 * scale,
            "{name}: {objective}, a plan at {known} is known"
        );
    }
}
