//! What a prompt says is barred, the validator bars, and on the day that it names no longer.

use std::collections::BTreeSet;

use portfolio::plan::{ProposedPlan, ProposedTrade};
use portfolio::{Portfolio, Side};
use serde_json::json;
use tax::holding::plus_days;

use super::world::{HOUSEHOLD, World, changed, data};

const CASES: [&str; 9] = [
    HOUSEHOLD,
    include_str!("../../../../cases/rules-p1/portfolio.json"),
    include_str!("../../../../cases/rules-p2/portfolio.json"),
    include_str!("../../../../cases/rules-p3/portfolio.json"),
    include_str!("../../../../cases/rules-p4/portfolio.json"),
    include_str!("../../../../cases/rules-p5/portfolio.json"),
    include_str!("../../../../cases/rules-p6/portfolio.json"),
    include_str!("../../../../cases/household-p1/portfolio.json"),
    include_str!("../../../../cases/household-p2/portfolio.json"),
];

/// Wishes of which every one may bar something; the names are those of the household.
const WISHES: [&str; 12] = [
    "avoid_short_term_gains",
    "prioritize_qualified_dividends",
    "min_holding_months_13",
    "no_sells",
    "do_not_sell_ticker_VTI",
    "do_not_sell_lot_BND-2020",
    "do_not_buy_ticker_VNQ",
    "esg_minimum_score_A",
    "exclude_tobacco",
    "avoid_asset_class_Real_Estate",
    "prefer_ticker_IXUS",
    "prefer_etfs_over_mutual_funds",
];

const SALES: [&str; 7] = [
    "preference.no_sells",
    "preference.do_not_sell",
    "preference.do_not_sell_lot",
    "holding_period.minimum",
    "wash_sale.recent_purchase",
    "tax.short_term_forbidden",
    "dividend.holding_period",
];
const PURCHASES: [&str; 8] = [
    "preference.not_buyable",
    "esg.minimum",
    "exclusion.industry",
    "preference.do_not_buy",
    "preference.asset_class",
    "wash_sale.recent_loss_sale",
    "preference.preferred",
    "preference.mutual_fund",
];

fn documents() -> Vec<String> {
    let wished = WISHES.map(|wish| {
        changed(HOUSEHOLD, |d| {
            d["preferences"] = json!([wish]);
            d["securities"][4]["esg_score"] = json!("AA");
            d["securities"][5]["esg_score"] = json!("BB");
            d["securities"][6]["industries"] = json!(["tobacco"]);
            d["securities"][7]["buyable"] = json!(false);
            d["accounts"][0]["holdings"][2]["lots"][1]["acquisition_date"] = json!("2026-10-01");
        })
    });
    CASES.into_iter().map(str::to_owned).chain(wished).collect()
}

fn lone(trade: ProposedTrade) -> ProposedPlan {
    ProposedPlan { trades: vec![trade], ..ProposedPlan::default() }
}

fn sale(p: &Portfolio, lot: usize) -> ProposedPlan {
    let position = &p.positions[p.lots[lot].position];
    lone(ProposedTrade {
        action: Some(Side::Sell),
        account_id: Some(p.accounts[position.account].account_id.clone()),
        ticker: Some(p.securities[position.security].ticker.clone()),
        lot_id: Some(p.lots[lot].lot_id.clone()),
        quantity: Some(p.lots[lot].quantity),
        ..ProposedTrade::default()
    })
}

fn purchase(p: &Portfolio, security: usize) -> ProposedPlan {
    lone(ProposedTrade {
        action: Some(Side::Buy),
        account_id: Some(p.accounts[0].account_id.clone()),
        ticker: Some(p.securities[security].ticker.clone()),
        quantity: Some(p.securities[security].quantity_increment),
        ..ProposedTrade::default()
    })
}

/// The codes of a row's bars, each with the day that frees it.
fn told(row: &serde_json::Value, field: &str) -> Vec<(String, Option<String>)> {
    let bars = row[field].as_array().cloned().unwrap_or_default();
    let bar = |text: &str| match text.split_once(", free from ") {
        Some((code, day)) => (code.to_owned(), Some(day.to_owned())),
        None => (text.to_owned(), None),
    };
    bars.iter().map(|b| bar(b.as_str().unwrap())).collect()
}

fn found(world: &World, plan: &ProposedPlan, of: &[&str]) -> BTreeSet<String> {
    world.codes(plan).into_iter().filter(|code| of.contains(&code.as_str())).collect()
}

#[test]
fn a_bar_is_what_the_validator_says_of_the_trade_alone() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for text in documents() {
        let world = World::of(&text);
        let data = data(&world.prompt());
        for (n, row) in data["lots"].as_array().unwrap().iter().enumerate() {
            let bars: BTreeSet<String> = told(row, "barred").into_iter().map(|(code, _)| code).collect();
            assert_eq!(bars, found(&world, &sale(&world.portfolio, n), &SALES), "{row}");
            seen.extend(bars);
        }
        for (n, row) in data["securities"].as_array().unwrap().iter().enumerate() {
            let bars: BTreeSet<String> = told(row, "not_bought").into_iter().map(|(code, _)| code).collect();
            assert_eq!(bars, found(&world, &purchase(&world.portfolio, n), &PURCHASES), "{row}");
            seen.extend(bars);
        }
    }
    let all: BTreeSet<String> = SALES.into_iter().chain(PURCHASES).map(str::to_owned).collect();
    assert_eq!(seen, all, "every kind of bar occurs");
}

#[test]
fn on_the_day_that_is_told_a_bar_is_gone_and_the_day_before_it_is_not() {
    let mut days = 0;
    for text in documents() {
        let world = World::of(&text);
        let data = data(&world.prompt());
        let on = |day: jiff::civil::Date| World::of(&changed(&text, |d| d["as_of"] = json!(day.to_string())));
        let mut check = |bars: Vec<(String, Option<String>)>, of: &[&str], plan: ProposedPlan| {
            for (code, day) in bars {
                let Some(day) = day else { continue };
                let day: jiff::civil::Date = day.parse().unwrap();
                assert!(!found(&on(day), &plan, of).contains(&code), "{code} on {day}");
                assert!(found(&on(plus_days(day, -1)), &plan, of).contains(&code), "{code} before {day}");
                days += 1;
            }
        };
        for (n, row) in data["lots"].as_array().unwrap().iter().enumerate() {
            check(told(row, "barred"), &SALES, sale(&world.portfolio, n));
        }
        for (n, row) in data["securities"].as_array().unwrap().iter().enumerate() {
            check(told(row, "not_bought"), &PURCHASES, purchase(&world.portfolio, n));
        }
    }
    assert!(days > 30, "{days}");
}
