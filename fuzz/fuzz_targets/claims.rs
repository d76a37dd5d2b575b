//! Any text as a model's words about a plan: never a panic, and what comes out is plain and bounded.
//!
//! In: bytes. The invariants: no control character but a line's end, nothing that turns the direction of writing, a
//! bounded length, and the same text is checked in the same way.

#![no_main]

use std::sync::LazyLock;

use explain::claims::{BYTES_MAX, FAULTS_MAX, Facts, checked};
use libfuzzer_sys::fuzz_target;
use portfolio::Trade;
use portfolio::plan::{Number, read_plan};
use tax::plan_tax::Rates;

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    let document = include_str!("../../crates/explain/tests/claims/gains.json");
    let plan = include_str!("../../crates/explain/tests/claims/gains.plan.json");
    let portfolio = portfolio::read(document).expect("it is a document");
    let (rates, plan) = (Rates::default(), read_plan(plan).expect("it is a plan"));
    let report = validate::validate(&portfolio, &rates, &plan, None);
    Facts::of(&portfolio, &rates, &report, &plan)
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let sale = Trade {
        action: portfolio::Side::Sell,
        account_id: "brokerage".to_owned(),
        ticker: "SPY".to_owned(),
        lot_id: Some("L1".to_owned()),
        quantity: Number(portfolio::Decimal::from(40)),
        estimated_price: Number(portfolio::Decimal::from(450)),
        rationale: String::new(),
    };
    for about in [None, Some(&sale)] {
        let found = checked(text, &FACTS, about);
        assert!(found.text.len() <= 2 * BYTES_MAX + FAULTS_MAX * 600, "{}", found.text.len());
        assert!(!found.text.chars().any(|c| c.is_control() && c != '\n'));
        assert!(!found.text.contains(['\u{202e}', '\u{200b}', '\u{feff}', '\u{2066}']));
        assert_eq!(found, checked(text, &FACTS, about));
    }
});
