//! `validate` and the independent evaluator say the same of any document and plan.
//!
//! In: the public cases, changed by a seeded generator so that every rule fires. Both judges see the
//! same texts. What is compared: every violation by code and place, with its multiplicity, and every
//! term. Skipped, visibly, where there is no `python3` or no evaluator.
//!
//! The evaluator computes in binary floats. Where a figure lies exactly on a tolerance (34.9999 of
//! whole shares is a ten-thousandth of a step off) its rounding decides, and decimals may say
//! otherwise: 8 of 115,670 plans did when this generator was run over 23,134 documents.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]
#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

#[path = "agreement/generator.rs"]
mod generator;
#[path = "agreement/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use portfolio::money::float;
use portfolio::plan::read_plan;
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;
use serde_json::{Value, json};
use tax::plan_tax::{Netting, Rates};
use validate::{Report, validate};

use crate::generator::{Names, mutate, plan};
use crate::random::Random;

const DOCUMENTS_PER_CASE: usize = 30;
const PLANS_PER_DOCUMENT: usize = 4;
const TIMES_EACH_CODE: usize = 20;

/// Every code of the table but `math.*` and `schedule.*`, which the evaluator does not judge.
const CODES: [&str; 34] = [
    "order.malformed",
    "position.unknown_lot",
    "position.short_sale",
    "order.opposing_sides",
    "order.increment",
    "order.below_minimum",
    "budget.cash_negative",
    "budget.cash_buffer",
    "wash_sale.loss_and_purchase",
    "wash_sale.recent_purchase",
    "wash_sale.recent_loss_sale",
    "tax.short_term_priority",
    "tax.short_term_forbidden",
    "tax.gain_budget",
    "tax.tax_budget",
    "preference.lot_order",
    "preference.do_not_sell_lot",
    "dividend.holding_period",
    "holding_period.minimum",
    "concentration.security",
    "concentration.sector",
    "liquidity.adv",
    "turnover.limit",
    "esg.minimum",
    "exclusion.industry",
    "preference.do_not_sell",
    "preference.do_not_buy",
    "preference.always_hold",
    "preference.asset_class",
    "preference.mutual_fund",
    "preference.not_buyable",
    "preference.no_sells",
    "preference.preferred",
    "risk.volatility",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rates that a document states, with the defaults of model.md.
fn rates(p: &Portfolio) -> Rates {
    let short_term = p.tax.short_term_rate.unwrap_or(dec!(0.35));
    let long_term = p.tax.long_term_rate.unwrap_or(dec!(0.15));
    Rates {
        short_term,
        long_term,
        ordinary: p.tax.ordinary_rate.unwrap_or(short_term),
        carryforward: p.tax.carryforward_rate.unwrap_or(long_term / dec!(2)),
        ordinary_loss_limit: p.tax.ordinary_loss_limit.unwrap_or(dec!(3000)),
        netting: if p.tax.separate_netting { Netting::Separate } else { Netting::ScheduleD },
        harvest_usd: p.wishes.harvest_usd,
    }
}

/// A document as written, what it is, and plans for it.
struct Pairs {
    name: String,
    document: Value,
    portfolio: Portfolio,
    plans: Vec<Value>,
}

fn pairs() -> Vec<Pairs> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(root().join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("portfolio.json"))
        .filter(|path| path.is_file())
        .collect();
    names.sort();
    let mut made = Vec::new();
    for (n, path) in names.iter().enumerate() {
        let text = std::fs::read_to_string(path).unwrap();
        let large = text.len() > 40_000;
        for variant in 0..if large { DOCUMENTS_PER_CASE / 3 } else { DOCUMENTS_PER_CASE } {
            let mut chance = Random::new((n * 1_000 + variant) as u64);
            let mut document: Value = serde_json::from_str(&text).unwrap();
            if variant > 0 {
                mutate(&mut document, &mut chance);
            }
            // Wishes that contradict each other are refused before any plan is judged.
            let Ok(portfolio) = portfolio::read(&document.to_string()) else { continue };
            let named = Names::of(&document);
            let mut plans = vec![json!({"trades": []})];
            plans.extend((0..PLANS_PER_DOCUMENT).map(|_| plan(&named, &mut chance)));
            let name = format!("{} variant {variant}", path.display());
            made.push(Pairs { name, document, portfolio, plans });
        }
    }
    made
}

/// What the independent evaluator says of every plan, in order; `None` where it can't be run.
fn independent(pairs: &[Pairs]) -> Option<Vec<Value>> {
    let tools = root().join("tools");
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement/evaluate_many.py");
    let python = Command::new("python3").arg("--version").output().is_ok_and(|o| o.status.success());
    if !python || !tools.join("evaluate.py").is_file() {
        eprintln!("SKIPPED: no python3, or no tools/evaluate.py: the agreement was not tested");
        return None;
    }
    let mut child = Command::new("python3")
        .arg("-B")
        .arg(driver)
        .arg(tools)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<String> =
        pairs.iter().map(|p| json!({"portfolio": p.document, "plans": p.plans}).to_string()).collect();
    let writer = std::thread::spawn(move || {
        for line in lines {
            writeln!(stdin, "{line}").unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// (code, place) of each violation, sorted; without those that the evaluator does not judge.
fn ours(report: &Report) -> Vec<(String, String)> {
    let judged = report.verdict.violations.iter().filter(|v| !v.code.starts_with("math."));
    let mut found: Vec<_> = judged.map(|v| (v.code.clone(), v.place.clone())).collect();
    found.sort();
    found
}

fn theirs(verdict: &Value) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = serde_json::from_value(verdict["violations"].clone()).unwrap();
    found.sort();
    found
}

fn terms_agree(report: &Report, verdict: &Value, name: &str) {
    let t = &report.terms;
    let terms: [(&str, Decimal, f64); 12] = [
        ("objective", t.objective, 1e-12),
        ("drift", t.drift, 1e-12),
        ("esg", t.esg, 1e-12),
        ("cost_usd", t.cost_usd, 1e-7),
        ("fee_usd", t.fee_usd, 1e-7),
        ("tax_usd", t.tax_usd, 1e-7),
        ("location_drag_usd", t.location_drag_usd, 1e-7),
        ("turnover_usd", t.turnover_usd, 1e-7),
        ("short_term_net", t.short_term_net, 1e-7),
        ("long_term_net", t.long_term_net, 1e-7),
        ("cash_usd", t.cash_usd, 1e-7),
        ("value_usd", t.value_usd, 1e-7),
    ];
    let close = |ours: Decimal, theirs: f64, absolute: f64| {
        let ours = float(ours);
        (ours - theirs).abs() <= absolute + 1e-9 * theirs.abs()
    };
    for (term, ours, absolute) in terms {
        let theirs = verdict["terms"][term].as_f64().unwrap();
        assert!(close(ours, theirs, absolute), "{name}: {term} is {ours} and {theirs}");
    }
    let nothing = verdict["nothing"].as_f64().unwrap();
    assert!(close(report.before.objective, nothing, 1e-12), "{name}: doing nothing");
    for weights in [&report.weights_before, &report.weights_after] {
        let sum: Decimal = weights.values().sum();
        assert!((sum - Decimal::ONE).abs() < dec!(1e-20), "{name}: the weights sum to {sum}");
    }
}

#[test]
fn the_independent_evaluator_agrees_on_every_violation_and_term() {
    let pairs = pairs();
    let Some(verdicts) = independent(&pairs) else { return };
    assert_eq!(verdicts.len(), pairs.iter().map(|p| p.plans.len()).sum::<usize>());
    let mut verdicts = verdicts.iter();
    let mut fired: BTreeMap<String, usize> = BTreeMap::new();
    let mut clean = 0;
    for p in &pairs {
        let rates = rates(&p.portfolio);
        for (n, plan) in p.plans.iter().enumerate() {
            let verdict = verdicts.next().unwrap();
            let name = format!("{} plan {n}", p.name);
            let report = validate(&p.portfolio, &rates, &read_plan(&plan.to_string()).unwrap(), None);
            let (ours, theirs) = (ours(&report), theirs(verdict));
            assert_eq!(ours, theirs, "{name}\n{plan}\n{}", p.document["preferences"]);
            terms_agree(&report, verdict, &name);
            clean += usize::from(theirs.is_empty());
            for (code, _) in theirs {
                *fired.entry(code).or_default() += 1;
            }
        }
    }
    eprintln!("{} plans for {} documents, {clean} without a violation", verdicts_len(&pairs), pairs.len());
    for code in CODES {
        let times = fired.get(code).copied().unwrap_or_default();
        eprintln!("{times:6} {code}");
    }
    let rare: Vec<&str> =
        CODES.into_iter().filter(|c| fired.get(*c).copied().unwrap_or_default() < TIMES_EACH_CODE).collect();
    assert_eq!(rare, [""; 0], "fired less than {TIMES_EACH_CODE} times");
    assert!(fired.keys().all(|code| CODES.contains(&code.as_str())), "{fired:?}");
    assert!(clean > 100, "{clean} plans without a violation");
}

fn verdicts_len(pairs: &[Pairs]) -> usize {
    pairs.iter().map(|p| p.plans.len()).sum()
}
