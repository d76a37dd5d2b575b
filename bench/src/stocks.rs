//! A household of single stocks: targets per security, many lots.
//!
//! In: a size. Out: the draft of one taxable account that resembles the public cases of `direct`, to which
//! the families add what is theirs. Invariant: the targets add up to 0.99, and cash has the rest.

use serde_json::{Map, json};

use crate::chance::{Chance, rounded};
use crate::draft::{Account, Draft, Security};
use crate::families::Size;
use crate::lots;

pub(crate) const SECTORS: [&str; 11] = [
    "Communication Services",
    "Consumer Discretionary",
    "Consumer Staples",
    "Energy",
    "Financials",
    "Health Care",
    "Industrials",
    "Information Technology",
    "Materials",
    "Real Estate",
    "Utilities",
];

/// A draft of one taxable account with 60 stocks and 10 lots of each, where nothing else is asked for.
pub(crate) fn draft(chance: &mut Chance, size: Size) -> Draft {
    let n = size.stocks.unwrap_or(60).max(2);
    // One stock may be most of the index, or none may be more than a few per cent.
    let tail = chance.pick(&[0.6, 0.8, 1.2, 1.6]);
    let raw: Vec<f64> = (0..n).map(|_| (1.0 - chance.unit()).powf(-tail)).collect();
    let sum: f64 = raw.iter().sum();
    let mut targets: Vec<f64> = raw.iter().map(|r| 0.99 * r / sum).collect();
    targets.sort_by(|a, b| b.total_cmp(a));
    let base = n as f64 * chance.pick(&[750.0, 2_000.0, 6_000.0]);
    let mut draft = Draft {
        base,
        securities: (0..n).map(|i| stock(chance, i)).collect(),
        accounts: Vec::new(),
        class_targets: vec![("US Stocks".to_owned(), 0.99), ("Cash".to_owned(), 0.01)],
        security_targets: targets,
        preferences: vec![
            "minimize_short_term_gains".to_owned(),
            "harvest_losses_up_to_3000_usd".to_owned(),
            format!("maintain_cash_balance_of_{}_usd", (base / 100.0).round()),
            "avoid_trades_below_100_usd".to_owned(),
            "max_daily_trade_volume_pct_25".to_owned(),
            "exclude_fossil_fuels_tobacco".to_owned(),
        ],
        tax: Map::new(),
        transactions: Vec::new(),
        risk: None,
        more: Map::new(),
    };
    let account = account(chance, &draft, ("direct", "taxable"), 1.0, size);
    draft.accounts.push(account);
    for (name, rate) in [("short_term_rate", 0.408), ("long_term_rate", 0.238), ("ordinary_rate", 0.37)] {
        draft.tax.insert(name.to_owned(), json!(rate));
    }
    draft.tax.insert("realized_ytd".to_owned(), json!({"short_term": 1500, "long_term": 3000}));
    draft.set("weights", json!({"drift": 50, "cost": 1, "tax": 1, "esg": 0}));
    draft
}

fn stock(chance: &mut Chance, n: usize) -> Security {
    let price = rounded(chance.normal().mul_add(0.85, 4.45).exp().clamp(8.0, 1500.0), 2);
    let mut stock =
        Security { ticker: format!("S{n:04}"), class: "US Stocks".to_owned(), price, more: Map::new() };
    stock.set("kind", "stock");
    stock.set("sector", chance.pick(&SECTORS));
    stock.set("esg_score", chance.pick(&["CCC", "B", "BB", "BBB", "A", "AA", "AAA"]));
    stock.set("spread_bps", chance.pick(&[1, 2, 3, 6, 10]));
    stock.set("commission", 0);
    stock.set("quantity_increment", 0.0001);
    stock.set("average_daily_volume_usd", chance.pick(&[1_000_000, 10_000_000, 100_000_000]));
    stock.set("pays_dividends", chance.happens(0.6));
    let industries: &[&str] = match chance.below(8) {
        0 => &["fossil_fuels"],
        1 => &["tobacco"],
        2 => &["weapons"],
        _ => &[],
    };
    stock.set("industries", json!(industries));
    stock
}

/// An account that holds about 17 in 20 of the stocks, each at `part` of 0.8 to 3.4 times its target.
pub(crate) fn account(
    chance: &mut Chance,
    draft: &Draft,
    (id, kind): (&str, &'static str),
    part: f64,
    size: Size,
) -> Account {
    let prefix = if id == "direct" { String::new() } else { format!("{id}-") };
    let lots = size.lots.unwrap_or(10);
    let mut holdings = Vec::new();
    for (place, security) in draft.securities.iter().enumerate() {
        if place > 0 && !chance.happens(0.85) {
            continue;
        }
        let usd = draft.base * draft.security_targets[place] * chance.between(0.8, 3.4) * part;
        holdings.push(lots::holding(chance, &prefix, (place, security), usd, lots));
    }
    Account { id: id.to_owned(), kind, cash: rounded(draft.base * 0.03 * part, 2), holdings }
}
