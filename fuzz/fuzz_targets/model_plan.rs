//! Any text as a model's answer with a plan: never a panic, and nothing that is not there.
//!
//! In: bytes. The invariants: at most so many trades are read; each name is one of the household's own or the one that was written;
//! whatever was read can be judged, and asked again with every finding, without the name of an account in it.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use monitor::DriftReport;
use portfolio::Portfolio;
use propose::prompt::{self, Situation};
use propose::reply;
use tax::plan_tax::Rates;

struct World {
    portfolio: Portfolio,
    drift: DriftReport,
    rates: Rates,
    asked: llm::Request,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let text = include_str!("../../examples/household.json").replace("joint-brokerage", "4417-882-093");
        let portfolio = portfolio::read(&text).expect("an example");
        let (drift, rates) = (monitor::monitor(&portfolio), Rates::default());
        let asked = prompt::plan(&Situation::new(&portfolio, &rates, &drift));
        World { portfolio, drift, rates, asked }
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let world = world();
    let situation = Situation::new(&world.portfolio, &world.rates, &world.drift);
    let findings = match reply::read(text, &situation) {
        Ok(plan) => {
            assert!(plan.trades.len() <= reply::TRADES_MAX);
            validate::validate(&world.portfolio, &world.rates, &plan, None).verdict.violations
        }
        Err(findings) => {
            assert!(!findings.is_empty() && findings.iter().all(|f| reply::CODES.contains(&f.code.as_str())));
            findings
        }
    };
    let again = prompt::again(&world.asked, text, &findings, &findings, &situation);
    let said = &again.messages[3].text;
    assert!(text.contains("4417-882-093") || !said.contains("4417-882-093"), "{said}");
    assert!(again.text_bytes() <= prompt::BYTES_MAX * 3 / 2);
});
