//! The rule that is named for a lot is the rule that the validator finds violated.

use explain::{Depth, Reason};
use portfolio::plan::ProposedPlan;

use crate::planned::{Planned, cases, trade};

/// Rules that bar a sale by itself, whatever else a plan does.
const BY_ITSELF: [Reason; 7] = [
    Reason::NoSells,
    Reason::DoNotSell,
    Reason::DoNotSellLot,
    Reason::HoldingPeriod,
    Reason::RecentPurchase,
    Reason::ShortTermForbidden,
    Reason::DividendPeriod,
];

#[test]
fn a_barred_lot_sold_alone_violates_the_rule_named() {
    let mut barred = 0;
    for case in cases(&["etf", "household", "crowded", "rules", "withdraw"]) {
        for note in case.explain(Depth::Plain).not_sold() {
            let violated = codes_of_selling(&case, &note.name);
            let named = violated.iter().any(|code| code == note.reason.code());
            if BY_ITSELF.contains(&note.reason) {
                barred += 1;
                assert!(named, "{} {}: {} isn't in {violated:?}", case.name, note.name, note.reason.code());
            } else {
                let missed = BY_ITSELF.iter().find(|rule| violated.iter().any(|code| code == rule.code()));
                assert_eq!(missed, None, "{} {}: {:?} is named", case.name, note.name, note.reason);
            }
        }
    }
    assert!(barred > 20, "only {barred} lots were barred");
}

fn codes_of_selling(case: &Planned, lot_id: &str) -> Vec<String> {
    let p = &case.portfolio;
    let lot = p.lots.iter().position(|l| l.lot_id == lot_id).expect("a note names a lot");
    let position = &p.positions[p.lots[lot].position];
    let row = trade(p, position.account, position.security, Some(lot), p.lots[lot].quantity);
    let plan = ProposedPlan { trades: vec![row], ..ProposedPlan::default() };
    let report = validate::validate(p, &case.rates, &plan, None);
    report.verdict.violations.into_iter().map(|found| found.code).collect()
}
