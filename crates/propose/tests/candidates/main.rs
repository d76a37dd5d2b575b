//! Candidates of real households: enough of them, distinct, valid, and with the validator's figures.

#![allow(clippy::unwrap_used)]

mod document;

use std::collections::BTreeSet;

use document::{Document, cases, of_text, sample};
use portfolio::Decimal;
use portfolio::money::float;
use propose::candidates::{
    Candidate, Candidates, CandidatesError, Distinction, Options, candidates, proposed_plan,
};
use rust_decimal::dec;

/// Households that have fewer than eight distinct plans, how many they have, and why.
const FEW: [(&str, usize); 3] = [
    ("rules-p1", 2), // exclusions, ESG minimum and holding period leave one purchase: it is made, or not
    ("rules-p7", 2), // the same: one order
    ("rules-p3", 7), // no tax to trade off, and at most four orders
];

/// What a candidate's own figures may be off, in parts of V: what the optimiser's floats may lose.
const CLOSE: f64 = 1e-9;

fn households() -> Vec<Document> {
    let mut all: Vec<Document> =
        ["design-prompt", "design-holdings", "household", "direct-500"].into_iter().map(sample).collect();
    all.extend(cases(&["etf", "whole", "household", "withdraw", "rules", "crowded", "direct", "tracking"]));
    all
}

fn found(document: &Document) -> Option<Candidates> {
    match candidates(&document.portfolio, &document.rates, &Options::default()) {
        Ok(found) => Some(found),
        Err(CandidatesError::Infeasible(_)) => None,
        Err(error) => panic!("{}: {error}", document.name),
    }
}

#[test]
fn every_household_has_its_candidates() {
    let (mut enough, mut none) = (0, Vec::new());
    for document in households() {
        let Some(found) = found(&document) else {
            none.push(document.name);
            continue;
        };
        let few = FEW.iter().find(|(name, _)| *name == document.name);
        match few {
            Some((_, many)) => {
                assert_eq!(found.list.len(), *many, "{}", document.name);
                assert!(found.exhausted, "{}", document.name);
                let told = found.shortfall(8).unwrap();
                assert!(
                    told.contains(" distinct plans instead of 8: every trade-off was followed"),
                    "{told}"
                );
            }
            None => {
                assert!(found.list.len() >= 8, "{}: {:?}", document.name, found.shortfall(8));
                assert_eq!(found.shortfall(8), None);
                enough += 1;
            }
        }
        assert!(found.list.len() <= 12);
        judge(&document, &found);
    }
    println!("eight candidates or more for {enough} households; no plan at all for {none:?}");
    assert!(enough >= 35, "{enough}");
}

/// Everything that has to hold for the candidates of one household.
fn judge(document: &Document, found: &Candidates) {
    let name = &document.name;
    let ids: BTreeSet<&str> = found.list.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids.len(), found.list.len(), "{name}");
    assert_eq!(found.list[0].id, "best");
    for candidate in &found.list {
        assert_eq!(found.get(&candidate.id), Some(candidate));
        valid(document, found, candidate);
        let beaten = found.list.iter().find(|other| candidate.id != "best" && beats(other, candidate));
        assert!(beaten.is_none(), "{name}: {} beats {}", beaten.unwrap().id, candidate.id);
    }
    foremost(document, found);
    ordered(name, &found.list);
}

/// A candidate is what the validator says of its rows under the household's own document.
fn valid(document: &Document, found: &Candidates, candidate: &Candidate) {
    let (name, figures) = (&document.name, &candidate.figures);
    let rows = proposed_plan(&document.portfolio, &candidate.solution.rows);
    let report = validate::validate(&document.portfolio, &document.rates, &rows, None);
    assert!(report.passed(), "{name} {}: {:?}", candidate.id, report.verdict.violations);
    assert_eq!(report, candidate.report);
    let terms = &report.terms;
    assert_eq!((figures.drift, figures.esg, figures.objective), (terms.drift, terms.esg, terms.objective));
    assert_eq!(figures.tax_usd, portfolio::money::cents(terms.tax_usd));
    assert_eq!(figures.orders, report.orders.len());
    assert!((candidate.solution.objective - float(terms.objective)).abs() < CLOSE);
    // No candidate is better than what is proven of the best one.
    let best = &found.list[0];
    assert!(candidate.solution.objective >= best.solution.bound - CLOSE, "{name} {}", candidate.id);
    let unproven = best.solution.objective - best.solution.bound + CLOSE;
    assert!(float(figures.loss_usd) >= -unproven * float(terms.value_usd) - 0.01, "{name} {}", candidate.id);
    let loss = (terms.objective - best.report.terms.objective) * terms.value_usd;
    assert!((figures.loss_usd - loss).abs() <= dec!(0.005));
    let deviation =
        report.weights_after.iter().map(|(of, weight)| (weight - target(document, of)).abs()).max();
    assert!(figures.deviation_max >= deviation.unwrap_or_default());
}

fn target(document: &Document, name: &str) -> Decimal {
    let p = &document.portfolio;
    match (&p.security_targets, p.security(name)) {
        (Some(targets), Some(security)) => targets.get(&security).copied().unwrap_or_default(),
        _ => p.target_allocation.get(name).copied().unwrap_or_default(),
    }
}

/// At least as good in tax, drift, ESG and orders, and better in one.
fn beats(a: &Candidate, b: &Candidate) -> bool {
    let (a, b) = (&a.figures, &b.figures);
    let no_worse = a.tax_usd <= b.tax_usd && a.drift <= b.drift && a.esg >= b.esg && a.orders <= b.orders;
    no_worse && (a.tax_usd < b.tax_usd || a.drift < b.drift || a.esg > b.esg || a.orders < b.orders)
}

/// Who is said to be foremost is so among all that trade, and each distinction has one holder.
fn foremost(document: &Document, found: &Candidates) {
    let trading: Vec<&Candidate> = found.list.iter().filter(|c| !c.solution.rows.is_empty()).collect();
    for distinction in
        [Distinction::LeastTax, Distinction::Closest, Distinction::Greenest, Distinction::FewestTrades]
    {
        let figure = |c: &Candidate| match distinction {
            Distinction::LeastTax => c.figures.tax_usd,
            Distinction::Closest => c.figures.drift,
            Distinction::Greenest => -c.figures.esg,
            Distinction::FewestTrades => Decimal::from(c.figures.orders),
        };
        let holders: Vec<&&Candidate> =
            trading.iter().filter(|c| c.distinctions.contains(&distinction)).collect();
        assert_eq!(holders.len(), usize::from(!trading.is_empty()), "{}: {distinction}", document.name);
        for holder in holders {
            assert!(trading.iter().all(|c| figure(c) >= figure(holder)), "{}: {distinction}", document.name);
        }
    }
}

/// Where two candidates differ in tax and drift alone, the one with less tax has more drift.
fn ordered(name: &str, list: &[Candidate]) {
    for (n, a) in list.iter().enumerate().skip(1) {
        for b in &list[n + 1..] {
            let (one, other) = (&a.figures, &b.figures);
            if one.orders == other.orders && one.esg == other.esg && one.tax_usd != other.tax_usd {
                assert_eq!(one.tax_usd < other.tax_usd, one.drift > other.drift, "{name}: {} {}", a.id, b.id);
            }
        }
    }
}

#[test]
fn doing_nothing_is_a_candidate_where_it_keeps_every_rule() {
    let etf = found(&cases(&["etf"])[0]).unwrap();
    let nothing = etf.get("do_nothing").unwrap();
    assert_eq!((nothing.figures.orders, nothing.figures.tax_usd), (0, Decimal::ZERO));
    assert_eq!(nothing.label, "nothing traded");
    assert!(!nothing.figures.tax_usd.is_sign_negative());
    // A withdrawal has to be raised: there doing nothing is no plan.
    let withdraw = found(&cases(&["withdraw"])[0]).unwrap();
    assert!(withdraw.get("do_nothing").is_none() && withdraw.list.len() >= 8);
    assert_eq!(withdraw.refused.get("budget.cash_negative"), Some(&1));
}

#[test]
fn the_same_household_has_the_same_candidates() {
    for document in [sample("household"), cases(&["rules"]).swap_remove(5)] {
        assert_eq!(found(&document), found(&document), "{}", document.name);
    }
}

#[test]
fn a_household_with_nothing_to_trade_has_one() {
    let text = r#"{"as_of": "2026-11-20", "cash": 100, "target_allocation": {"Cash": 1}, "securities": []}"#;
    let found = found(&of_text("cash", text)).unwrap();
    assert_eq!(found.list.len(), 1);
    assert_eq!((found.list[0].id.as_str(), found.list[0].figures.orders), ("best", 0));
    let told = found.shortfall(8).unwrap();
    assert!(told.starts_with("1 distinct plan instead of 8: every trade-off was followed"), "{told}");
}

#[test]
fn where_no_plan_keeps_every_rule_there_is_nothing_to_choose() {
    let text = r#"{"as_of": "2026-11-20", "cash": 100, "target_allocation": {"Cash": 1}, "securities": [],
                   "preferences": ["maintain_cash_balance_of_200_usd"]}"#;
    let document = of_text("short", text);
    let error = candidates(&document.portfolio, &document.rates, &Options::default()).unwrap_err();
    assert!(error.to_string().starts_with("there is nothing to choose: no plan keeps every rule"), "{error}");
}

#[test]
fn the_limits_end_the_search() {
    let document = sample("household");
    let few = |options: Options| candidates(&document.portfolio, &document.rates, &options).unwrap();
    let searched = few(Options { searches_max: 3, ..Options::default() });
    assert!(searched.searches == 3 && !searched.exhausted);
    assert!(searched.shortfall(8).unwrap().contains("the search ended at its limits"));
    let worked = few(Options { effort_max: 300, ..Options::default() });
    // One search more than fits may be under way, and is itself limited.
    assert!(worked.units < 300 + 4_000 && worked.searches < searched.searches + 38, "{}", worked.units);
    let spread = few(Options { wanted: 8, most: 5, ..Options::default() });
    assert_eq!(spread.list.len(), 5);
    let kept: Vec<&str> = spread.list.iter().map(|c| c.id.as_str()).collect();
    assert!(
        kept.contains(&"best") && kept.contains(&"greenest") && kept.contains(&"fewest_trades"),
        "{kept:?}"
    );
}

#[test]
fn leaning_further_gives_more_of_it() {
    for document in cases(&["etf", "whole"]) {
        let found = found(&document).unwrap();
        let best = &found.list[0].figures;
        let trading = || found.list.iter().filter(|c| !c.solution.rows.is_empty());
        assert!(trading().any(|c| c.figures.esg > best.esg), "{}", document.name);
        assert!(trading().any(|c| c.figures.orders < best.orders), "{}", document.name);
    }
}
