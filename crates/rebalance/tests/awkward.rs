//! Small documents that earlier versions planned badly: a plan that the validator refused, or a proof that was none.
//!
//! The objective beside each is that of a plan that keeps every rule, found by hand or by another solver; no bound may
//! be above it, and a plan that is called optimal may not be worse.

#![allow(clippy::unwrap_used, reason = "a test that can't read its data should fail")]

use portfolio::plan::Status;
use rebalance::{Options, Verdict, cycle};

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

#[test]
fn awkward_documents_are_planned_well() {
    for (name, known) in DOCUMENTS {
        let path = format!("{}/tests/awkward/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap();
        let cycle = cycle(&text, &Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
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
