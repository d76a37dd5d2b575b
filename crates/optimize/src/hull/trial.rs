//! Trials of the engine: the oracle against random trades, the ascent against duality, plans against engine B.

use portfolio::Decimal;
use proptest::prelude::*;
use serde_json::{Value, json};
use tax::plan_tax::{Netting, Rates};

use super::ascent::{Ascent, End, Position};
use super::cell::{Limits, Price, Terms, Vertex};
use super::dual::{Choice, Dual};
use super::model::{Model, Quotes};
use super::{solve, supports, tax as corners};
use crate::problem::{Bars, Problem};
use crate::trades::Trades;

const GAP: crate::search::Limits =
    crate::search::Limits { gap: 1e-5, units_max: 100_000, stop: crate::search::Stop::NEVER };

/// A document of two accounts, three classes and some funds of each.
fn document(funds: &[(f64, f64, [f64; 2], u8)], buffer: u32, tokens: &[&str]) -> String {
    let (mut securities, mut taxable, mut sheltered) = (Vec::new(), Vec::new(), Vec::new());
    for (i, (price, quantity, basis, kind)) in funds.iter().enumerate() {
        let ticker = format!("F{i}");
        let class = ["Stocks", "Bonds", "Gold"][i % 3];
        let group = if kind & 1 == 1 { class.to_owned() } else { ticker.clone() };
        securities.push(
            json!({"ticker": ticker, "asset_class": class, "kind": "etf", "current_price": price,
            "spread_bps": 1 + kind % 5, "commission": 0, "identical_group": group,
            "quantity_increment": 0.0001, "esg_score": "A"}),
        );
        let lot = |k: usize, date: &str| {
            json!({"lot_id": format!("{i}-{k}"), "quantity": quantity / (1.0 + k as f64),
            "cost_basis_per_share": price * basis[k], "acquisition_date": date})
        };
        let lots = vec![lot(0, "2026-06-01"), lot(1, "2020-03-01")];
        match kind % 3 {
            0 => taxable.push(json!({"ticker": ticker, "lots": lots})),
            1 => sheltered.push(json!({"ticker": ticker, "lots": lots})),
            _ => {}
        }
    }
    let mut preferences: Vec<Value> = tokens.iter().map(|t| json!(t)).collect();
    preferences.push(json!(format!("maintain_cash_balance_of_{buffer}_usd")));
    json!({"household_id": "trial", "as_of": "2026-11-20", "accounts": [
            {"account_id": "a", "kind": "taxable", "cash": 3000, "holdings": taxable},
            {"account_id": "b", "kind": "traditional", "cash": 1500, "holdings": sheltered}],
        "securities": securities, "preferences": preferences,
        "target_allocation": {"Stocks": 0.45, "Bonds": 0.35, "Gold": 0.15, "Cash": 0.05},
        "tax": {"short_term_rate": 0.37, "long_term_rate": 0.2, "ordinary_rate": 0.37}})
    .to_string()
}

fn problem(text: &str) -> Problem {
    let portfolio = portfolio::read(text).expect("the document is sound");
    let rate = |x: Option<Decimal>| x.expect("the document has rates");
    let long_term = rate(portfolio.tax.long_term_rate);
    let rates = Rates {
        short_term: rate(portfolio.tax.short_term_rate),
        long_term,
        ordinary: rate(portfolio.tax.ordinary_rate),
        carryforward: long_term / Decimal::TWO,
        netting: Netting::ScheduleD,
        harvest_usd: portfolio.wishes.harvest_usd,
        ..Rates::default()
    };
    Problem::new(&portfolio, &rates, &Bars::default())
}

fn documents() -> impl Strategy<Value = String> {
    let fund = (20.0..300.0_f64, 5.0..200.0_f64, [0.5..1.6_f64, 0.5..1.6_f64], 0..30_u8);
    let tokens = prop_oneof![
        Just(vec!["minimize_short_term_gains", "harvest_losses_up_to_3000_usd"]),
        Just(vec!["avoid_trades_below_500_usd", "minimize_short_term_gains"]),
        Just(vec!["max_daily_trade_volume_pct_15", "harvest_losses_up_to_9000_usd"]),
    ];
    let funds = prop::collection::vec(fund, 6..12);
    (funds, 0..6000_u32, tokens).prop_map(|(funds, buffer, tokens)| document(&funds, buffer, &tokens))
}

/// Trades of one cell that its limits and the order of its lots allow.
fn lawful(terms: &Terms, problem: &Problem, limits: &Limits, parts: &[f64]) -> Option<Vertex> {
    let mut trades = Trades::none(problem);
    let (tier, lots) = ((parts[0] * 3.0) as usize, terms.lots.clone());
    let early: Vec<usize> = terms.split(tier).filter(|(_, before)| *before).map(|(j, _)| j).collect();
    let late: Vec<usize> =
        terms.split(tier + 1).filter(|(j, before)| *before && !early.contains(j)).map(|(j, _)| j).collect();
    early.iter().for_each(|j| trades.sold[*j] = problem.lots[*j].weight);
    late.iter().zip(&parts[1..]).for_each(|(j, part)| trades.sold[*j] = part * problem.lots[*j].weight);
    let mut vertex = Vertex::REST;
    vertex.orders = 1.0;
    for j in lots {
        let lot = &problem.lots[j];
        vertex.sold += trades.sold[j];
        vertex.gains[usize::from(!lot.short)] += lot.gain * trades.sold[j];
    }
    (vertex.sold >= limits.sale_least && vertex.sold <= limits.sale_most).then_some(vertex)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// No lawful sale of a cell costs less than the vertex that the oracle gives.
    #[test]
    fn no_sale_is_cheaper_than_the_vertex(
        text in documents(),
        sell in -0.2..0.2_f64,
        short in -0.5..0.5_f64,
        long in -0.5..0.5_f64,
        open in 0.0..0.001_f64,
        parts in prop::collection::vec(0.0..1.0_f64, 4),
    ) {
        let problem = problem(&text);
        let model = Model::new(&problem);
        let price = Price { sell, buy: 0.1, open, short, long };
        for (terms, limits) in model.cells.iter().zip(&model.limits) {
            let (vertex, cost) = terms.cheapest(&price, limits).expect("resting is lawful");
            prop_assert!((vertex.at(&price) - cost).abs() < 1e-15);
            if let Some(sale) = lawful(terms, &problem, limits, &parts) {
                prop_assert!(sale.at(&price) >= cost - 1e-13);
            }
        }
    }

    /// At the end of an ascent the shares are lawful, every row is met, and the mixture costs what the bound says.
    #[test]
    fn the_maximum_is_the_cost_of_a_mixture(text in documents()) {
        let problem = problem(&text);
        let model = Model::new(&problem);
        for case in problem.tax.cases() {
            let corners = corners::corners(&problem, &case, model.gains_range);
            if corners.is_empty() {
                continue;
            }
            let dual = Dual { model: &model, corners: &corners, limits: &model.limits };
            let mut ascent = Ascent::new(dual, Position::default());
            if ascent.climb(1e4) != End::Maximal {
                continue;
            }
            let y = ascent.at.y.clone();
            let bound = dual.value(&y, &mut Quotes::default());
            let mut links = model.offset.clone();
            let mut cost = model.constant;
            for (block, choice) in ascent.current.iter().enumerate() {
                let held = ascent.at.held.iter().find(|h| h.block == block);
                let mixture: Vec<(Choice, f64)> = match held {
                    Some(h) => h.choices.iter().copied().zip(h.shares.iter().copied()).collect(),
                    None => vec![(*choice, 1.0)],
                };
                prop_assert!((mixture.iter().map(|(_, s)| s).sum::<f64>() - 1.0).abs() < 1e-9);
                for (choice, share) in mixture {
                    prop_assert!(share >= -1e-8, "share {}", share);
                    dual.add_links(block, &choice, share, &mut links);
                    let price = model.cells.get(block).map_or(Price::default(), |c| Price {
                        sell: c.sell_cost, buy: c.buy_cost, open: c.open_cost, short: 0.0, long: 0.0,
                    });
                    cost += share * dual.cost(block, &choice, &price, |_| 0.0, true);
                }
            }
            for (row, link) in links.iter().enumerate() {
                if model.curvature[row] > 0.0 {
                    cost += 0.5 / model.curvature[row] * link * link;
                } else {
                    prop_assert!(link.abs() < 1e-7, "row {} is off by {}", row, link);
                }
            }
            prop_assert!((cost - bound).abs() < 1e-7, "{} and {}", cost, bound);
        }
    }

    /// The dense engine and this one prove intervals that overlap.
    #[test]
    fn both_engines_agree(text in documents()) {
        let problem = problem(&text);
        prop_assert!(supports(&problem));
        let idle = Trades::none(&problem);
        let objective = idle.terms(&problem).objective;
        let without = problem.keeps_rules(&idle, 1e-6 * problem.usd).then_some(objective);
        let (ours, theirs) = (solve(&problem, GAP, without.into()), crate::quadratic::solve(&problem, GAP, without.into()));
        prop_assert_eq!(ours.best.is_some(), theirs.best.is_some());
        if let (Some(a), Some(b)) = (ours.best, theirs.best) {
            // What a plan may be off by in money.
            let off = 1e-4 * problem.usd;
            prop_assert!(ours.bound <= b.objective + off, "bound {} above {}", ours.bound, b.objective);
            prop_assert!(theirs.bound <= a.objective + off, "bound of B {} above {}", theirs.bound, a.objective);
            // Where a rebalancing is worth a few dollars, 1e-4 of it is less than what orders are rounded by: an increment of the dearest security, or a cent.
            let gap = crate::outcome::relative_gap(a.objective, ours.bound, objective);
            let cents = (a.objective - ours.bound) / (0.01 * problem.usd);
            let increment = |it: &portfolio::Security| 100.0 * portfolio::money::float(it.price * it.quantity_increment);
            let rounded = portfolio::read(&text).unwrap().securities.iter().map(increment).fold(1.0, f64::max);
            prop_assert!(
                gap <= 1e-4 || cents <= rounded,
                "a gap of {} or {} cents: {} and {}, the other has {} and {}",
                gap, cents, a.objective, ours.bound, b.objective, theirs.bound
            );
            prop_assert!(problem.keeps_rules(&a.trades, off));
        }
    }
}
