//! A household of funds: several of each asset class, targets per class.
//!
//! In: a size. Out: the draft of one taxable account that resembles the public cases of `etf`, to which
//! the families add what is theirs. Invariant: the targets add up to 1 to the last of their three digits.

use serde_json::{Map, json};

use crate::chance::{Chance, rounded};
use crate::draft::{Account, Draft, Security};
use crate::families::Size;
use crate::lots;

/// Asset classes with the funds that the public cases use.
const CLASSES: [(&str, &[&str]); 7] = [
    ("US Stocks", &["VTI", "ITOT", "SCHB"]),
    ("International Stocks", &["VXUS", "IXUS", "SPDW"]),
    ("Emerging", &["VWO", "IEMG"]),
    ("Bonds", &["BND", "AGG", "SCHZ"]),
    ("TIPS", &["SCHP", "TIP"]),
    ("Real Estate", &["VNQ", "SCHH", "USRT"]),
    ("Commodities", &["PDBC", "DJP"]),
];

/// What a year of tax on its distributions takes from each class, where it lies in a taxable account.
pub(crate) const TAX_DRAG: [(&str, f64); 7] = [
    ("Bonds", 0.012),
    ("TIPS", 0.014),
    ("Real Estate", 0.013),
    ("Commodities", 0.008),
    ("US Stocks", 0.003),
    ("International Stocks", 0.006),
    ("Emerging", 0.007),
];

/// A draft of one taxable account, three classes and 6 to 9 funds; all seven classes from 10 funds on.
pub(crate) fn draft(chance: &mut Chance, size: Size) -> Draft {
    let classes = chance.several(if size.stocks.is_some_and(|n| n > 9) { 7 } else { 3 }, CLASSES.len());
    let mut securities = Vec::new();
    for (place, &class) in classes.iter().enumerate() {
        let (name, funds) = CLASSES[class];
        // The funds asked for, spread over the classes; at least one of each.
        let count = size
            .stocks
            .map_or(funds.len(), |n| (n / classes.len() + usize::from(place < n % classes.len())).max(1));
        for n in 0..count {
            let ticker = funds.get(n).map_or_else(|| format!("{}{n:03}", funds[0]), |f| (*f).to_owned());
            securities.push(fund(chance, ticker, name));
        }
    }
    let (base, buffer, minimum) =
        chance.pick(&[(35_000.0, 500, 100), (120_000.0, 2_000, 1_000), (600_000.0, 10_000, 1_000)]);
    // Hundreds of funds are not held for a few thousand dollars.
    let many = (securities.len() as f64 / 20.0).max(1.0);
    let base = rounded(base * many * chance.between(0.75, 1.45), 2);
    let mut draft = Draft {
        base,
        accounts: Vec::new(),
        class_targets: targets(chance, &classes.iter().map(|&c| CLASSES[c].0).collect::<Vec<_>>()),
        security_targets: Vec::new(),
        preferences: wishes(chance, buffer, minimum),
        tax: tax(chance),
        transactions: Vec::new(),
        risk: None,
        more: Map::new(),
        securities,
    };
    let account = account(chance, &draft, ("brokerage", "taxable"), base, size);
    draft.accounts.push(account);
    let (drift, esg) = (chance.pick(&[3, 10, 30]), chance.pick(&[0.0, 0.002]));
    draft.set("weights", json!({"drift": drift, "cost": 1, "tax": 1, "esg": esg}));
    draft
}

fn fund(chance: &mut Chance, ticker: String, class: &str) -> Security {
    let group = if chance.happens(0.25) { format!("{class}-total-market") } else { ticker.clone() };
    let mut security = Security {
        ticker,
        class: class.to_owned(),
        price: rounded(chance.between(25.0, 400.0), 2),
        more: Map::new(),
    };
    security.set("kind", "etf");
    security.set("esg_score", chance.pick(&["BB", "BBB", "A", "AA", "AA", "AAA"]));
    security.set("spread_bps", chance.pick(&[1, 2, 5]));
    security.set("commission", 0);
    security.set("quantity_increment", 0.0001);
    security.set("pays_dividends", true);
    security.set("average_daily_volume_usd", 50_000_000);
    security.set("identical_group", group);
    security
}

/// Weights of the classes, in thousandths.
fn targets(chance: &mut Chance, classes: &[&str]) -> Vec<(String, f64)> {
    let raw: Vec<f64> = classes.iter().map(|_| chance.between(0.3, 1.0)).collect();
    let sum: f64 = raw.iter().sum();
    let mut parts: Vec<i64> = raw.iter().map(|r| (r / sum * 1000.0).round() as i64).collect();
    parts[0] += 1000 - parts.iter().sum::<i64>();
    classes.iter().zip(parts).map(|(c, p)| ((*c).to_owned(), p as f64 / 1000.0)).collect()
}

/// An account that holds some of the funds, never all of them where there are several.
pub(crate) fn account(
    chance: &mut Chance,
    draft: &Draft,
    (id, kind): (&str, &'static str),
    usd: f64,
    size: Size,
) -> Account {
    let n = draft.securities.len();
    let count = chance.whole((n / 2).max(1), (n * 7 / 8).max(1));
    let mut held = chance.several(count, n);
    held.sort_unstable();
    let parts: Vec<f64> = held.iter().map(|_| chance.between(0.2, 1.8)).collect();
    let sum: f64 = parts.iter().sum();
    let prefix = if id == "brokerage" { String::new() } else { format!("{id}-") };
    let mut holdings = Vec::new();
    for (&place, part) in held.iter().zip(&parts) {
        let lots = size.lots.unwrap_or_else(|| chance.whole(2, 5));
        holdings.push(lots::holding(
            chance,
            &prefix,
            (place, &draft.securities[place]),
            usd * part / sum,
            lots,
        ));
    }
    Account { id: id.to_owned(), kind, cash: rounded(usd * chance.between(0.01, 0.09), 2), holdings }
}

fn wishes(chance: &mut Chance, buffer: usize, minimum: usize) -> Vec<String> {
    let mut wishes = vec!["minimize_short_term_gains".to_owned()];
    if chance.happens(0.7) {
        wishes.push("harvest_losses_up_to_3000_usd".to_owned());
    }
    wishes.push(format!("maintain_cash_balance_of_{buffer}_usd"));
    wishes.push(format!("avoid_trades_below_{minimum}_usd"));
    if chance.happens(0.5) {
        wishes.push("esg_minimum_score_BBB".to_owned());
    }
    if chance.happens(0.4) {
        wishes.push("max_daily_trade_volume_pct_20".to_owned());
    }
    wishes
}

fn tax(chance: &mut Chance) -> Map<String, serde_json::Value> {
    let realised =
        json!({"short_term": chance.pick(&[-1200, 0, 2500]), "long_term": chance.pick(&[-6000, 0, 4000])});
    let rates = [("short_term_rate", 0.37), ("long_term_rate", 0.2), ("ordinary_rate", 0.37)];
    let mut tax: Map<String, serde_json::Value> =
        rates.map(|(name, rate)| (name.to_owned(), json!(rate))).into_iter().collect();
    tax.insert("realized_ytd".to_owned(), realised);
    tax
}
